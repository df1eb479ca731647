# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The counts of load, on a small scale; C(make load) has the figures of the large one. Nothing is timed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from load.figures import fill, looks, together
from load.processes import Gate, gate, run_modules

MANY = 450  # more than two pages


@pytest.fixture(scope="module")
def emulator() -> Iterator[Gate]:
    """One emulator for all."""
    with gate() as handle:
        yield handle


def test_modules_at_once_on_a_throttled_account(emulator: Gate) -> None:
    number = 4
    _done, minimum = together(emulator, number, None)
    assert minimum == 3 * number  # look, create, look
    done, total = together(emulator, number, {"requests": 2, "seconds": 0.5})
    assert [each.result.get("msg") for each in done] == [None] * number
    assert len(emulator.state()["CustomerGatewaySet"]) == number
    assert emulator.throttled() == total - minimum > 0
    assert total <= 2 * minimum  # few processes, and so a large part of them is refused at the start


def test_a_large_account(emulator: Gate) -> None:
    ids = fill(emulator, MANY)
    requests = {}
    for words, task in looks(ids, MANY).items():
        emulator.clear_requests()
        (done,) = run_modules(emulator, [task], together=False)
        assert (done.result.get("msg"), done.result["changed"]) == (None, False)
        requests[words] = len(emulator.requests())
    pages = 3
    assert requests == {
        "VPN gateway by id": 1,
        "VPN gateway by name": pages,
        "VPN gateway by name and vpc_id": 1,
        "customer gateway by id": 1,
        "customer gateway by name": pages,
        "VPN tunnel by id": 1,
        "VPN tunnel by name": pages,
        "VPN tunnel by name and gateway's id": 2,
    }
