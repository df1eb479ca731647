# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of several threads: what each has of its own, and what they share, however the threads take turns."""

from __future__ import annotations

import socket
import sys
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK, Redactor
from ansible_collections.ksyun.vpn.tests.support.wire_server import (
    Loopback,
    Request,
    answer,
    refusal,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import (
    NOW,
    FakeTime,
    client,
    read,
)

WORKERS, CALLS = 6, 15
DATE = "Fri, 02 Jan 2026 04:04:05 GMT"  # an hour after the clock of the tests


@pytest.fixture(autouse=True)
def _take_turns_often() -> t.Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: t.Callable[[int], t.Any]) -> list[t.Any]:
    """What each of so many threads returns that begin together."""
    begin = threading.Barrier(WORKERS)

    def run(number: int) -> t.Any:
        begin.wait(10)
        return work(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def test_each_has_its_own_calls_and_connections(server: Loopback) -> None:
    def own(request: Request, connection: socket.socket) -> None:
        answer({"Name": request.target.rpartition("Name=")[2].partition("&")[0]})(request, connection)

    server.script = [own]
    parent = client(server.url)
    forks = [parent.fork() for _number in range(WORKERS)]
    assert len({id(fork._channel) for fork in [parent, *forks]}) == WORKERS + 1

    def work(number: int) -> list[str]:
        names = [f"w{number}n{call}" for call in range(CALLS)]
        return [read(forks[number], "DescribeX", {"Name": name})["Name"] == name for name in names]

    assert at_once(work) == [[True] * CALLS] * WORKERS
    assert [len(fork.calls) for fork in forks] == [CALLS] * WORKERS
    assert parent.calls == []
    for fork in forks:
        fork.close()


def test_the_clock_is_corrected_once_for_all(server: Loopback) -> None:
    def sees_time(request: Request, connection: socket.socket) -> None:
        signed = request.headers["x-amz-date"]
        if signed.startswith("20260102T03"):
            refusal("SignedCookiesNotMatch", "Signature expired: it is later", 403, Date=DATE)(request, connection)
        else:
            answer()(request, connection)

    server.script = [sees_time]
    parent = client(server.url, max_attempts=3)
    forks = [parent.fork() for _number in range(WORKERS)]
    at_once(lambda number: [read(forks[number], "DescribeX", {}) for _call in range(3)])
    warnings = [warning for each in [parent, *forks] for warning in each.warnings]
    assert len(warnings) == 1
    assert "+3600 seconds" in warnings[0]
    assert read(parent, "DescribeX", {})["RequestId"] == "r-1"
    assert parent.calls[-1].attempts == 1, "it knows what its forks have learnt"
    assert NOW.hour == 3


def test_who_is_throttled_slows_all_down(server: Loopback) -> None:
    time = FakeTime()
    parent = client(server.url, time, max_attempts=5)
    one, other = parent.fork(), parent.fork()
    server.script = [refusal("Throttling", "slow down", 429, Retry_After="7"), answer()]
    elsewhere: list[float] = []
    sleep = one.sleep

    def meanwhile(seconds: float) -> None:
        if not elsewhere:
            elsewhere.append(time.seconds)
            read(other, "DescribeX", {})
            elsewhere.append(time.seconds)
        sleep(seconds)

    one.sleep = meanwhile
    read(one, "DescribeX", {})
    assert elsewhere[1] - elsewhere[0] >= 7
    assert [call.attempts for call in other.calls] == [1]


def test_a_secret_that_one_learns_is_masked_by_all() -> None:
    redact = Redactor()
    texts: list[str] = []

    def work(number: int) -> bool:
        fine = True
        for turn in range(CALLS):
            secret = f"secret+of {number}/{turn} not-real"
            redact.add(secret)
            texts.append(secret)
            for known in list(texts):
                fine = fine and known not in redact.text(f"say {known} now")
            fine = fine and redact({"msg": secret})["msg"] == MASK
            redact.public.add(f"name {number} {turn}")
        return fine

    assert at_once(work) == [True] * WORKERS
