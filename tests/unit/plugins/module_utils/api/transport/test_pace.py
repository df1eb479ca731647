# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pace of several threads, held against services with a limit, in a time of the test's own."""

from __future__ import annotations

import heapq
from collections import deque

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.pace import Pace


def play(number: int, workers: int, limits: list[tuple[int, float]], latency: float = 0.05) -> tuple[float, int, float]:
    """Send so many requests to a service that takes a number of them in so many seconds; its limits change halfway.

    Returns the time, how many were turned away, and the time of the second half.
    """
    pace, taken = Pace(), deque[float]()
    ready = [(0.0, worker) for worker in range(workers)]
    left, refused, end, half = number, 0, 0.0, 0.0
    while left > 0:
        now, worker = heapq.heappop(ready)
        wait = pace.wait(now)
        if wait:
            heapq.heappush(ready, (now + wait, worker))
            continue
        requests, seconds = limits[0] if left > number / 2 else limits[-1]
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        answered = now + latency
        if len(taken) >= requests:
            refused += 1
            pace.turned_away("CreateX", now, answered, 0.0)
        else:
            taken.append(now)
            left -= 1
            half = half or (now if left <= number / 2 else 0.0)
            pace.taken("CreateX", answered)
        end = answered
        heapq.heappush(ready, (answered, worker))
    return end, refused, end - half


def test_without_a_limit_nobody_waits() -> None:
    end, refused, _second = play(400, 10, [(10**9, 1.0)])
    assert (round(end, 2), refused) == (2.0, 0)


@pytest.mark.parametrize(("requests", "seconds"), [(10, 1.0), (5, 1.0), (50, 1.0), (20, 2.0)])
@pytest.mark.parametrize("workers", [4, 10])
def test_it_comes_near_to_the_limit_and_wastes_few(requests: int, seconds: float, workers: int) -> None:
    number = 400
    end, refused, _second = play(number, workers, [(requests, seconds)])
    assert end <= 1.1 * number * seconds / requests + 2 * seconds, (
        "the first pause counts more, the shorter the whole is"
    )
    assert refused <= number / 20


def test_it_speeds_up_again_when_the_limit_is_lifted() -> None:
    _end, _refused, second = play(600, 10, [(10, 1.0), (10**9, 1.0)])
    assert second < 22, "at the old limit it would take 30 seconds"


def test_what_the_service_asks_for_is_kept_by_all() -> None:
    pace = Pace()
    assert pace.wait(0.0) == 0.0
    pace.turned_away("CreateX", 0.0, 0.1, 7.0)
    assert pace.wait(0.2) == pytest.approx(6.9)
    assert pace.wait(7.2) == 0.0


def test_those_who_were_on_their_way_already_slow_nobody_down_further() -> None:
    one, many = Pace(), Pace()
    for pace, times in ((one, 1), (many, 9)):
        for number in range(10):
            pace.taken("CreateX", number / 100)
        for _time in range(times):
            pace.turned_away("CreateX", 0.05, 0.2, 0.0)
    assert one.wait(0.3) == many.wait(0.3)
