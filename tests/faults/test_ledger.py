# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger knows who made and removed what, and whether the answer came; strangers act at their moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from faults.fleet import Member, running_fleet
from faults.keys import STRANGER, keys
from faults.ways import PROXIES, Ways, open_ways
from laws.world import World

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create

NAMED = {"name": "one", "address": "203.0.113.1"}


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """The ways to an endpoint."""
    with open_ways(tmp_path_factory.mktemp("ways")) as ways:
        yield ways


@pytest.fixture(scope="module")
def fleet(ways: Ways) -> Iterator[list[Member]]:
    """One emulator."""
    with running_fleet(1, ways.certificate) as members:
        yield members


@pytest.fixture
def member(fleet: list[Member]) -> Member:
    """An empty account."""
    fleet[0].reset()
    return fleet[0]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "SETTLE_TIME", 0.5)


def effects(ledger: list[dict[str, Any]]) -> list[tuple[Any, str, Any]]:
    """Who, what, and whether the answer was sent, of all that made a difference."""
    return [(row["who"], row["action"], row["told"]) for row in ledger if row["effects"]]


@pytest.mark.parametrize("proxy", PROXIES)
def test_it_knows_whose_request_it_was_by_any_way(member: Member, ways: Ways, proxy: str) -> None:
    world = World(member)
    for task, state in ((1, "present"), (2, "absent")):
        result = world.task("customer_gateway", {**NAMED, "state": state, **keys(task), **ways.options(member, proxy)})
        assert result.get("msg") is None
    ledger = member.ledger()
    assert effects(ledger) == [(1, "CreateCustomerGateway", True), (2, "DeleteCustomerGateway", True)]
    made, removed = (effect for row in ledger for effect in row["effects"])
    assert made["id"] == removed["id"]
    assert made["before"] is None
    assert removed["after"] is None
    assert made["after"] == removed["before"]
    assert member.resources() == {}


@pytest.mark.parametrize("fault", ["reset", "truncated", "error"])
def test_it_knows_whether_the_answer_came(member: Member, fault: str) -> None:
    member.fault("CreateCustomerGateway", fault, when="after")
    World(member).task("customer_gateway", {**NAMED, **keys(0)})
    assert effects(member.ledger()) == [(0, "CreateCustomerGateway", False)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_stranger_acts_at_its_moment(member: Member, when: str) -> None:
    parameters = {"CustomerGatewayName": "other", "CustomerGatewayAddress": "203.0.113.2"}
    making = {"verb": "create", "noun": "CustomerGateway", "parameters": parameters}
    member.stranger(action="CreateCustomerGateway", when=when, **making)
    rename = {"CustomerGatewayId": "name:other", "CustomerGatewayName": "third"}
    member.stranger(action="DescribeCustomerGateways", skip=1, verb="rename", noun="CustomerGateway", parameters=rename)
    World(member).task("customer_gateway", {**NAMED, **keys(0)})
    theirs, own = (STRANGER, "CreateCustomerGateway", False), (0, "CreateCustomerGateway", True)
    first = [theirs, own] if when == "before" else [own, theirs]
    assert effects(member.ledger()) == [*first, (STRANGER, "ModifyCustomerGateway", False)]
    names = sorted(wire["CustomerGatewayName"] for _kind, wire in member.resources().values())
    assert names == ["one", "third"]


def test_what_the_service_refuses_a_stranger_does_not_happen(member: Member) -> None:
    gone = {"CustomerGatewayId": "name:nobody"}
    member.stranger(action="Describe*", verb="delete", noun="CustomerGateway", parameters=gone)
    World(member).task("customer_gateway", {**NAMED, **keys(0)})
    assert effects(member.ledger()) == [(0, "CreateCustomerGateway", True)]
