# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 5 through proxies: the table of lost answers, with whole tasks. Below tasks, test_sent_once.py has more ways."""

from __future__ import annotations

import pytest
from laws.test_exactly_once import CREATE, LOST_ANSWERS, check_a_create, named
from laws.ways import NO_SOCKS, Ways
from laws.world import World, writes

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing of the emulator does not lag, so that a short look is enough."""
    monkeypatch.setattr(create, "SETTLE_TIME", 0.3)


@pytest.mark.parametrize("way", ["forward proxy", "CONNECT proxy"])
@pytest.mark.parametrize("lost", LOST_ANSWERS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_create_whatever_lies_between(world: World, ways: Ways, way: str, lost: str, times: int) -> None:
    before = len(ways.asked(way))
    check_a_create(world, "vpn_gateway", lost, times, ways.options(way))
    assert (len(ways.asked(way)) > before) == ("proxy" in way)


@pytest.mark.parametrize("way", NO_SOCKS)
@pytest.mark.parametrize("lost", ["reset after", "closed after"])
def test_however_often_the_answer_is_lost_two_are_never_made(world: World, ways: Ways, way: str, lost: str) -> None:
    """The case of 1.0.0: ten Monthly gateways, bought by one task."""
    world.begin()
    world.emulator.fault("CreateVpnGateway", count=9, **LOST_ANSWERS[lost])
    monthly = {**CREATE["vpn_gateway"], "charge_type": "Monthly", "purchase_time": 1}
    result = world.task("vpn_gateway", {**monthly, **ways.options(way)})
    assert not result.get("failed"), result["msg"]
    sent = [request for request in writes(world.take_requests()) if request["action"] == "CreateVpnGateway"]
    assert [(request["method"], request["committed"]) for request in sent] == [("POST", True)]
    assert len(named(world, "vpn_gateway", "one")) == 1
