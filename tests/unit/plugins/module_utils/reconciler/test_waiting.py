# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what was created, changed or removed, on a clock that only passes by waiting."""

from __future__ import annotations

import copy
import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import WaitTimeoutError
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    OPTIONS,
    TABLES,
    TUNNEL,
    identity,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import empty, run, there

by_kind = pytest.mark.parametrize("kind", TABLES)


@by_kind
@pytest.mark.parametrize("lag", [0, 0.3, 20, 99])
def test_waiting_until_it_is_listed_or_gone(kind: str, lag: float) -> None:
    it = empty(kind, lag=lag)
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
    it = empty(kind)
    it.objects[resource.name] += [nameless] if neighbour else []
    it.terse = True
    done = run(it, kind, wait=wait)
    assert it.writes() == [resource.actions.create.name]
    assert (done.item or {})["id"] == it.objects[resource.name][-1][resource.id_wire]


@by_kind
@pytest.mark.parametrize("state", ["present", "absent"])
def test_waiting_ends(kind: str, state: str) -> None:
    it = there(kind, lag=1000) if state == "absent" else empty(kind, lag=1000)
    with pytest.raises(WaitTimeoutError, match=r"30 seconds later is (still|not) listed"):
        run(it, kind, state=state, wait_timeout=30)
    assert it.time.seconds == 30
    assert it.outcome.changed
    assert len(it.writes()) == 1


@by_kind
def test_not_waiting(kind: str) -> None:
    it = empty(kind, lag=1000)
    done = run(it, kind, wait=False)
    assert done.changed
    assert it.time.naps == []
    assert (done.item or {})["id"]


@by_kind
@pytest.mark.parametrize("terse", [True, False])
def test_not_waiting_for_what_is_not_listed_yet(kind: str, terse: bool) -> None:
    """What the answer has not told is not taken for a difference, and nothing is removed."""
    it = empty(kind, lag=1000)
    it.terse = terse
    done = run(it, kind, wait=False)
    assert it.writes() == [TABLES[kind].actions.create.name]
    assert (done.item or {})["id"] == identity(TABLES[kind], 100)
    assert it.time.naps == []


# --- changes ------------------------------------------------------------------------------------

RENAMED = {"name": "renamed"}


class Slow(FakeService):
    """A change is listed some seconds after it was accepted."""

    seconds: float = 0

    def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        if not action.startswith("Modify"):
            return super().write(action, parameters)
        before = copy.deepcopy(self.objects)
        answer = super().write(action, parameters)
        self.old, self.until = before, self.time.seconds + self.seconds
        return answer

    old: t.Any = None
    until: float = 0

    def _listed(self, resource: t.Any, parameters: t.Any) -> t.Any:
        now, listed = self.objects, self.time.seconds < self.until
        if listed:
            self.objects = self.old
        try:
            return super()._listed(resource, parameters)
        finally:
            self.objects = now


@by_kind
@pytest.mark.parametrize("seconds", [0, 0.3, 20])
def test_waiting_for_a_change(kind: str, seconds: float) -> None:
    it = there(kind, Slow)
    it.seconds = seconds
    done = run(it, kind, RENAMED, id=identity(TABLES[kind]))
    assert (done.item or {})["name"] == "renamed"
    assert seconds <= it.time.seconds <= seconds + 5


@by_kind
@pytest.mark.parametrize("seconds", [0, 1000])
def test_not_waiting_for_a_change_returns_the_new_values(kind: str, seconds: float) -> None:
    it = there(kind, Slow)
    it.seconds = seconds
    done = run(it, kind, RENAMED, id=identity(TABLES[kind]), wait=False)
    assert ((done.item or {})["name"], done.changed) == ("renamed", True)
    assert it.time.naps == []


@by_kind
def test_a_change_that_does_not_come(kind: str) -> None:
    resource = TABLES[kind]
    it = there(kind)
    it.ignores = {resource.field("name").wire}
    with pytest.raises(
        WaitTimeoutError,
        match=r"accepted the change .* 30 seconds later it still has the old value of name\.$",
    ):
        run(it, kind, RENAMED, id=identity(resource), wait_timeout=30)
    assert it.outcome.changed
    assert (it.outcome.item or {})["name"] == OPTIONS[kind]["name"]
    assert it.time.seconds == 30


@by_kind
@pytest.mark.parametrize("seconds", [0, 7])
def test_what_is_removed_behind_the_task_s_back_is_told_at_once(kind: str, seconds: float) -> None:
    class Vanishing(FakeService):
        def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            answer = super().write(action, parameters)
            for raw in self.objects[TABLES[kind].name]:
                self._until[id(raw)] = self.time.seconds + seconds
            return answer

    it = there(kind, Vanishing)
    it.ignores = {TABLES[kind].field("name").wire} if seconds else set()  # so that there is something to wait for
    with pytest.raises(WaitTimeoutError, match="does not exist any more: something else has removed it"):
        run(it, kind, RENAMED, id=identity(TABLES[kind]))
    assert it.outcome.item is None
    assert it.outcome.changed
    assert seconds <= it.time.seconds <= seconds + 5


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


def test_an_address_that_the_service_does_not_change_can_be_replaced() -> None:
    """Newer models of the change of a customer gateway have its name alone."""
    it = there("customer_gateway")
    it.ignores = {"CustomerGatewayAddress"}
    with pytest.raises(WaitTimeoutError, match=r"the old value of address\. .* set on_immutable_change to replace"):
        run(it, "customer_gateway", {"address": "203.0.113.99"}, id=identity(TABLES["customer_gateway"]))
    assert it.outcome.changed
