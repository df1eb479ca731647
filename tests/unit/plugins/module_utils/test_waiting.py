# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what was created, changed or removed, on a clock that only passes by waiting."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.writing import WaitTimeoutError
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    OPTIONS,
    TABLES,
    TUNNEL,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import run, there

by_kind = pytest.mark.parametrize("kind", TABLES)


@by_kind
@pytest.mark.parametrize("lag", [0, 0.3, 20, 99])
def test_waiting_until_it_is_listed_or_gone(kind: str, lag: float) -> None:
    it = FakeService(lag=lag)
    done = run(it, kind, wait_timeout=100)
    assert (done.item or {})["name"] == OPTIONS[kind]["name"]
    assert lag <= it.time.seconds <= lag + 5
    assert all(nap <= 5 for nap in it.time.naps)
    before = it.time.seconds
    assert run(it, kind, state="absent", wait_timeout=100).item is None
    assert before + lag <= it.time.seconds <= before + lag + 5
    assert run(it, kind, state="absent").changed is False


@by_kind
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("neighbour", [True, False])
def test_a_create_that_is_answered_with_the_id_alone(kind: str, wait: bool, neighbour: bool) -> None:
    resource = TABLES[kind]
    nameless = {**wire(resource, 7), resource.field("name").wire: None}
    it = FakeService(*([(resource, nameless)] if neighbour else []))
    it.terse = True
    done = run(it, kind, wait=wait)
    assert it.writes() == [resource.action("Create")]
    assert (done.item or {})["id"] == it.objects[resource.wire][-1][resource.id_wire]


@by_kind
@pytest.mark.parametrize("state", ["present", "absent"])
def test_waiting_ends(kind: str, state: str) -> None:
    it = there(kind, lag=1000) if state == "absent" else FakeService(lag=1000)
    with pytest.raises(WaitTimeoutError, match=r"30 seconds later is (still|not) listed"):
        run(it, kind, state=state, wait_timeout=30)
    assert it.time.seconds == 30
    assert it.outcome.changed
    assert len(it.writes()) == 1


@by_kind
def test_not_waiting(kind: str) -> None:
    it = FakeService(lag=1000)
    done = run(it, kind, wait=False)
    assert done.changed
    assert it.time.naps == []
    assert (done.item or {})["id"]


def test_waiting_for_a_change_that_does_not_come() -> None:
    class Deaf(FakeService):
        def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            return super().write(action, {"CustomerGatewayId": parameters["CustomerGatewayId"]})

    it = Deaf((CUSTOMER, wire(CUSTOMER)))
    with pytest.raises(
        WaitTimeoutError, match=r"accepted the change .* 30 seconds later still lists it without: address"
    ):
        run(it, "customer_gateway", {"name": "branch", "address": "203.0.113.10"}, wait_timeout=30)
    assert it.outcome.changed


@pytest.mark.parametrize("after", [0, 7])
def test_waiting_for_a_state(after: float) -> None:
    class Rising(FakeService):
        def _listed(self, resource: t.Any, parameters: t.Any) -> t.Any:
            up = self.time.seconds >= after
            return [{**raw, "State": "UP" if up else "down"} for raw in super()._listed(resource, parameters)]

    it = Rising((TUNNEL, wire(TUNNEL)))
    done = run(it, "vpn_tunnel", wait_for_state="up", wait_timeout=30)
    assert ((done.item or {})["status"], done.changed) == ("UP", False)
    assert after <= it.time.seconds <= after + 5
    with pytest.raises(
        WaitTimeoutError, match="did not reach the state 'other' in 30 seconds; its last state was 'UP'"
    ):
        run(it, "vpn_tunnel", wait_for_state="other", wait_timeout=30)
