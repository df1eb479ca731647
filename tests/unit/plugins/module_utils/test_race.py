# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tasks that create the same name at the same time end with one resource."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.creating import RACE_TIME, SETTLE_TIME
from ansible_collections.ksyun.vpn.plugins.module_utils.task import Outcome
from ansible_collections.ksyun.vpn.plugins.module_utils.writing import RaceError
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    TABLES,
    identity,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import run

by_kind = pytest.mark.parametrize("kind", TABLES)


class Rival(FakeService):
    """Another task creates the same name just before this one's create, or just after it."""

    rival: dict[str, t.Any]
    leaves_after: float = float("inf")

    def _carry_out(self, resource: t.Any, action: str, parameters: t.Any) -> dict[str, t.Any]:
        if action.startswith("Create"):
            self.objects[resource.wire].append(self.rival)
            self._until[id(self.rival)] = self.time.seconds + self.leaves_after
        answer = super()._carry_out(resource, action, parameters)
        if action.startswith("Create"):
            self.objects[resource.wire][-1]["CreateTime"] = "2026-01-02 03:05:00"
        return answer


def race(kind: str, created: str, leaves_after: float = float("inf"), **other: t.Any) -> tuple[Rival, Outcome]:
    """A create while another task has made the same, C(created) then, gone some seconds later or never."""
    it = Rival()
    it.rival = {**wire(TABLES[kind], 1, **other), "CreateTime": created}
    it.leaves_after = leaves_after
    try:
        run(it, kind)
    except RaceError as error:
        it.outcome.warnings.append(str(error))
    return it, it.outcome


def ours(kind: str) -> str:
    return identity(TABLES[kind], 101)


@by_kind
def test_the_second_gives_way(kind: str) -> None:
    it, outcome = race(kind, "2026-01-02 03:04:59")
    assert it.writes() == [TABLES[kind].action("Create"), TABLES[kind].action("Delete")]
    assert [raw for verb, _action, raw in it.log if verb == "write"][-1] == {TABLES[kind].id_wire: ours(kind)}
    assert (outcome.item or {})["id"] == identity(TABLES[kind], 1)
    assert any("at the same time" in warning and ours(kind) in warning for warning in outcome.warnings)


@by_kind
def test_the_first_stays_when_the_second_goes(kind: str) -> None:
    it, outcome = race(kind, "2026-01-02 03:05:01", leaves_after=RACE_TIME - 1)
    assert it.writes() == [TABLES[kind].action("Create")]
    assert (outcome.item or {})["id"] == ours(kind)


@by_kind
def test_one_gives_way_when_the_other_does_not_go(kind: str) -> None:
    it, outcome = race(kind, "2026-01-02 03:05:01")
    assert it.writes()[-1] == TABLES[kind].action("Delete")
    assert (outcome.item or {})["id"] == identity(TABLES[kind], 1)
    assert it.time.seconds >= RACE_TIME


@pytest.mark.parametrize(
    ("kind", "other"),
    [("vpn_gateway", {"bandwidth": 50}), ("customer_gateway", {"address": "198.51.100.7"})],
)
def test_what_another_task_made_is_only_taken_if_it_is_the_same(kind: str, other: dict[str, t.Any]) -> None:
    it, outcome = race(kind, "2026-01-02 03:04:59", **other)
    assert it.writes()[-1] == TABLES[kind].action("Delete")
    assert f"it differs in {next(iter(other))}" in outcome.warnings[-1]
    assert ours(kind) in outcome.warnings[-1]
    assert (outcome.item or {})["id"] == identity(TABLES[kind], 1)


def test_gateways_that_are_paid_for_are_both_named_and_none_is_removed() -> None:
    class Paid(Rival):
        def _carry_out(self, resource: t.Any, action: str, parameters: t.Any) -> dict[str, t.Any]:
            return super()._carry_out(resource, action, {**parameters, "ChargeType": "Monthly"})

    it = Paid()
    it.rival = {**wire(TABLES["vpn_gateway"], 1), "CreateTime": "2026-01-02 03:04:59"}
    with pytest.raises(RaceError, match="none was removed, as they are paid for") as caught:
        run(it, "vpn_gateway")
    assert set(caught.value.ids) == {ours("vpn_gateway"), identity(TABLES["vpn_gateway"], 1)}
    assert it.writes() == ["CreateVpnGateway"]


class Late(FakeService):
    """The first create's answer is lost, and it is carried out C(after) seconds later.

    C(rival): another task has created the same just before.
    """

    after: float
    rival: bool

    def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        first = action.startswith("Create") and action not in self.writes()
        resource = next(each for each in TABLES.values() if each.action("Create") == action or not first)
        if first:
            if self.rival:
                self.objects[resource.wire].append(wire(resource, 1))
            self._show_later({**wire(resource, 2)}, resource)
            self.faults[action] = ["before"]
        return super().write(action, parameters)

    def _show_later(self, raw: dict[str, t.Any], resource: t.Any) -> None:
        self.objects[resource.wire].append(raw)
        self._since[id(raw)] = self.time.seconds + self.after


@by_kind
@pytest.mark.parametrize(
    ("rival", "after"),
    [
        *((rival, after) for rival in (True, False) for after in (0, 1, SETTLE_TIME - 1)),
        *((False, after) for after in (SETTLE_TIME + 1, 2 * SETTLE_TIME - 1)),
    ],
)
def test_a_create_that_is_carried_out_late_does_not_end_with_two(kind: str, after: float, rival: bool) -> None:
    """With a rival, it was taken for the task's own; without, after the time to settle, it was sent again."""
    it = Late()
    it.after, it.rival = after, rival
    outcome = run(it, kind)
    it.time.seconds += 100
    left = it.objects[TABLES[kind].wire]
    shown = [raw for raw in left if it._until.get(id(raw), float("inf")) > it.time.seconds]
    assert [raw[TABLES[kind].id_wire] for raw in shown] == [(outcome.item or {})["id"]]
    assert it.writes().count(TABLES[kind].action("Create")) == (1 if after < SETTLE_TIME else 2)
