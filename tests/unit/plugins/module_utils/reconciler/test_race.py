# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Others create the same name at the same time: the first stays, and a task removes only what is surely its own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ServiceError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.create import RACE_TIME, SETTLE_TIME
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import RaceError, UnknownOutcomeError
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService, refused
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    OPTIONS,
    TABLES,
    identity,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import empty, run, there

by_kind = pytest.mark.parametrize("kind", TABLES)
BEFORE, NOW, AFTER = "2026-01-02 03:04:59", "2026-01-02 03:05:00", "2026-01-02 03:05:01"
FOREVER = float("inf")
# another value of an option of each
OTHER: dict[str, tuple[str, t.Any]] = {
    "vpn_gateway": ("bandwidth", 50),
    "customer_gateway": ("address", "198.51.100.7"),
    "vpn_tunnel": ("pre_shared_key", "another-example-key-not-real"),
}


class Rivals(FakeService):
    """Others create the same name when this task sends its create, which stands in the listing between them.

    Each of C(rivals) is an object, the seconds after which it is listed, and the seconds after which it is gone again.
    """

    rivals: t.Sequence[tuple[dict[str, t.Any], float, float]] = ()
    created = NOW
    delete_takes = 0.0  # seconds

    def _carry_out(self, resource: Resource, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        if action.startswith("Delete"):
            self.time.seconds += self.delete_takes
        answer = super()._carry_out(resource, action, parameters)
        if action.startswith("Create"):
            self.objects[resource.name][-1]["CreateTime"] = self.created
        return answer

    create_takes = 0.0  # seconds

    def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        resource = next((each for each in TABLES.values() if each.actions.create.name == action), None)
        if resource is not None and action not in self.writes():
            for raw, shown, gone in self.rivals:
                self.objects[resource.name].append(raw)
                self._since[id(raw)] = self.time.seconds + shown
                self._until[id(raw)] = self.time.seconds + gone
            self.time.seconds += self.create_takes
        return super().write(action, parameters)

    def deleted(self) -> list[str]:
        """The ids of what was deleted."""
        return [
            str(next(iter(parameters.values())))
            for kind, action, parameters in self.log
            if kind == "write" and action.startswith("Delete")
        ]

    def left(self, resource: Resource) -> list[str]:
        """The ids of what there is in the end, the parents aside."""
        self.time.seconds += 1000
        return [raw[resource.id_wire] for raw in self._listed(resource, {})]


def rival(
    kind: str, number: int, created: str, shown: float = 0, gone: float = FOREVER, **other: t.Any
) -> tuple[dict[str, t.Any], float, float]:
    return {**wire(TABLES[kind], number, **other), "CreateTime": created}, shown, gone


def ours(kind: str, rivals: int = 1) -> str:
    return identity(TABLES[kind], 100 + rivals)


def theirs(kind: str, number: int = 1) -> str:
    return identity(TABLES[kind], number)


def fails(it: Rivals, kind: str, **settings: t.Any) -> RaceError:
    with pytest.raises(RaceError) as caught:
        run(it, kind, **settings)
    assert caught.value.details() == {"kind": "race", "ids": caught.value.ids}
    assert all(each in str(caught.value) for each in caught.value.ids)
    return caught.value


def race(kind: str, *rivals: tuple[dict[str, t.Any], float, float], **faults: t.Any) -> Rivals:
    it = empty(kind, Rivals, **faults)
    it.rivals = rivals
    return it


# --- a task that knows its own ------------------------------------------------------------------


@by_kind
def test_without_others_one_listing_confirms_it(kind: str) -> None:
    it = race(kind)
    run(it, kind)
    assert it.writes() == [TABLES[kind].actions.create.name]
    assert [kind_ for kind_, _action, _parameters in it.log][-2:] == ["write", "read"]
    assert it.time.naps == []


@by_kind
@pytest.mark.parametrize("others", [1, 2, 4])
def test_the_later_one_gives_way(kind: str, others: int) -> None:
    """The first stays. Those between go by the hands of the tasks that made them."""
    first = rival(kind, 1, BEFORE)
    it = race(kind, first, *(rival(kind, number, NOW, gone=RACE_TIME - 1) for number in range(2, others + 1)))
    outcome = run(it, kind)
    assert it.deleted() == [ours(kind, others)]
    assert (outcome.item or {})["id"] == theirs(kind)
    assert it.left(TABLES[kind]) == [theirs(kind)]
    (warning,) = [text for text in outcome.warnings if "at the same time" in text]
    assert f"({ours(kind, others)}) was removed again" in warning


@by_kind
def test_the_first_stays_when_the_others_go(kind: str) -> None:
    it = race(kind, *(rival(kind, number, AFTER, gone=RACE_TIME - 1) for number in (1, 2, 3)))
    outcome = run(it, kind)
    assert it.deleted() == []
    assert (outcome.item or {})["id"] == ours(kind, 3)
    assert it.time.seconds >= RACE_TIME - 1


@by_kind
@pytest.mark.parametrize("others", [1, 2, 4])
def test_the_first_removes_nothing_when_the_others_stay(kind: str, others: int) -> None:
    """What another made on purpose stays, and so does this task's own: both are told."""
    it = race(kind, *(rival(kind, number, AFTER) for number in range(1, others + 1)))
    error = fails(it, kind)
    everything = {ours(kind, others), *(theirs(kind, number) for number in range(1, others + 1))}
    assert set(error.ids) == set(it.left(TABLES[kind])) == everything
    assert f"This task created {ours(kind, others)}, and removed none" in str(error)
    assert it.deleted() == []
    assert it.time.seconds >= RACE_TIME
    assert it.outcome.changed
    assert (it.outcome.item or {})["id"] == ours(kind, others)


@by_kind
@pytest.mark.parametrize("others", [1, 2])
def test_what_has_been_given_the_name_since_is_told_and_does_not_count(kind: str, others: int) -> None:
    """It was there long before, perhaps with the same options: it was renamed, and this task's own stays."""
    it = race(kind, *(rival(kind, number, "2026-01-02 02:00:00") for number in range(1, others + 1)))
    outcome = run(it, kind)
    assert it.deleted() == []
    assert (outcome.item or {})["id"] == ours(kind, others)
    (warning,) = [text for text in outcome.warnings if "what existed before" in text]
    assert all(theirs(kind, number) in warning for number in range(1, others + 1))
    assert ours(kind, others) in warning


# --- of one second: ours(kind) is larger than theirs(kind, 1), and smaller than theirs(kind, 200) ---


@by_kind
def test_of_one_second_the_larger_id_gives_way_at_once(kind: str) -> None:
    it = race(kind, rival(kind, 1, NOW))
    assert (run(it, kind).item or {})["id"] == theirs(kind)
    assert it.left(TABLES[kind]) == [theirs(kind)]


@by_kind
def test_of_one_second_the_smallest_id_waits_for_the_others_to_go(kind: str) -> None:
    it = race(kind, *(rival(kind, number, NOW, gone=RACE_TIME - 1) for number in (200, 201)))
    assert (run(it, kind).item or {})["id"] == ours(kind, 2)
    assert it.deleted() == []


@by_kind
@pytest.mark.parametrize("others", [1, 2, 4])
def test_of_one_second_the_smallest_id_is_never_removed(kind: str, others: int) -> None:
    """Others may have been confirmed before it was listed, or be about to go: both are left rather than none."""
    it = race(kind, *(rival(kind, 200 + number, NOW) for number in range(others)))
    error = fails(it, kind)
    assert it.deleted() == []
    assert set(error.ids) == set(it.left(TABLES[kind]))
    assert len(error.ids) == others + 1


@by_kind
def test_of_one_second_a_late_larger_id_gives_way_all_the_same(kind: str) -> None:
    it = race(kind, rival(kind, 1, NOW))
    it.create_takes = 2 * RACE_TIME
    assert (run(it, kind).item or {})["id"] == theirs(kind)
    assert it.deleted() == [ours(kind)]


@by_kind
def test_others_that_stay_are_told_by_those_that_have_given_way(kind: str) -> None:
    it = race(kind, rival(kind, 1, BEFORE), rival(kind, 2, BEFORE))
    error = fails(it, kind)
    assert it.deleted() == [ours(kind, 2)]
    assert set(error.ids) == {theirs(kind, 1), theirs(kind, 2)}
    assert "was removed again" in str(error)


@by_kind
def test_what_another_made_is_only_taken_if_it_is_as_asked(kind: str) -> None:
    option, value = OTHER[kind]
    it = race(kind, rival(kind, 1, BEFORE, **{option: value}))
    error = fails(it, kind)
    assert it.deleted() == [ours(kind)]
    assert f"it differs in {option}" in str(error)
    assert ours(kind) in str(error)
    assert error.ids == [theirs(kind)]
    assert (it.outcome.item or {})["id"] == theirs(kind)


@by_kind
def test_nothing_is_taken_that_goes_meanwhile(kind: str) -> None:
    it = race(kind, rival(kind, 1, BEFORE, gone=0.1))
    it.delete_takes = 1
    error = fails(it, kind)
    assert error.ids == []
    assert "None is left" in str(error)
    assert it.outcome.item is None
    assert it.outcome.changed


@by_kind
@pytest.mark.parametrize("fault", [refused("Delete", "Busy"), "before"])
def test_a_task_that_can_t_remove_its_own_tells_both(kind: str, fault: t.Any) -> None:
    faults = [fault] if isinstance(fault, Exception) else [fault] * 2
    it = race(kind, rival(kind, 1, BEFORE), **{TABLES[kind].actions.delete.name: faults})
    error = fails(it, kind)
    assert set(error.ids) == {ours(kind), theirs(kind)}
    assert f"This task created {ours(kind)}, and could not remove it again" in str(error)
    assert set(it.deleted()) == {ours(kind)}


@by_kind
def test_an_answer_may_spell_its_id_otherwise_than_the_listing(kind: str) -> None:
    it = race(kind)
    it.loud = True
    outcome = run(it, kind)
    assert it.writes() == [TABLES[kind].actions.create.name]
    assert (outcome.item or {})["id"] == identity(TABLES[kind], 100)
    it = race(kind, rival(kind, 1, BEFORE))
    it.loud = True
    assert (run(it, kind).item or {})["id"] == theirs(kind)
    assert [each.lower() for each in it.deleted()] == [ours(kind)]


# --- what is paid for in advance ----------------------------------------------------------------

MONTHLY = {**OPTIONS["vpn_gateway"], "charge_type": "Monthly", "purchase_time": 1}


@pytest.mark.parametrize("spelling", ["Monthly", "PrePaidByMonth"])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("created", [BEFORE, AFTER])
def test_gateways_that_are_paid_for_are_all_named_and_none_is_removed(spelling: str, told: bool, created: str) -> None:
    """What was asked decides: the document's answers do not tell how a gateway is paid for."""
    it = race("vpn_gateway", rival("vpn_gateway", 1, created, charge_type="Monthly"))
    it.hides = set() if told else {"ChargeType"}
    error = fails(it, "vpn_gateway", wanted={**MONTHLY, "charge_type": spelling})
    assert set(error.ids) == {ours("vpn_gateway"), theirs("vpn_gateway")}
    assert it.writes() == ["CreateVpnGateway"]
    assert "was removed, as they are paid for" in str(error) or "removed none" in str(error)


# --- a task whose answer was lost ---------------------------------------------------------------


@by_kind
@pytest.mark.parametrize("fault", ["after", "before"])
@pytest.mark.parametrize("others", [1, 2, 4])
@pytest.mark.parametrize("created", [BEFORE, AFTER])
def test_it_removes_nothing_as_it_can_t_know_its_own(kind: str, fault: str, others: int, created: str) -> None:
    action = TABLES[kind].actions.create.name
    it = race(kind, *(rival(kind, number, created) for number in range(1, others + 1)), **{action: [fault]})
    happened = fault == "after"
    if not happened and others == 1:  # the only one there is: it may be this task's own
        assert (run(it, kind).item or {})["id"] == theirs(kind)
    else:
        error = fails(it, kind)
        assert set(error.ids) == set(it.left(TABLES[kind]))
        assert len(error.ids) == others + happened
        assert "was lost, so that it is not known which this task created, and none was removed" in str(error)
    assert it.writes() == [action]


@by_kind
@pytest.mark.parametrize("fault", ["after", "no id"])
def test_it_takes_the_one_that_is_left_when_the_others_go(kind: str, fault: str) -> None:
    action = TABLES[kind].actions.create.name
    it = race(kind, *(rival(kind, n, AFTER, gone=RACE_TIME - 1) for n in (1, 2)), **{action: [fault]})
    outcome = run(it, kind)
    assert (outcome.item or {})["id"] == ours(kind, 2)
    assert any("exists, so it was not created again" in warning for warning in outcome.warnings)
    assert it.writes() == [action]


@by_kind
@pytest.mark.parametrize("seconds", [0.5, 6, SETTLE_TIME - 1])
def test_a_stranger_s_that_appears_after_a_lost_answer_is_left_alone(kind: str, seconds: float) -> None:
    action = TABLES[kind].actions.create.name
    it = race(kind, rival(kind, 1, AFTER, shown=seconds), **{action: ["after"]})
    error = fails(it, kind)
    assert it.writes() == [action]
    assert set(error.ids) == {ours(kind), theirs(kind)} == set(it.left(TABLES[kind]))


@by_kind
def test_what_differs_is_not_taken_for_it(kind: str) -> None:
    option, value = OTHER[kind]
    action = TABLES[kind].actions.create.name
    it = race(kind, rival(kind, 1, AFTER, **{option: value}), **{action: ["before"]})
    with pytest.raises(UnknownOutcomeError, match=f"{theirs(kind)}.*differs in {option}: another process may"):
        run(it, kind)
    assert it.writes() == [action]


@by_kind
def test_its_second_create_gives_way_to_its_first(kind: str) -> None:
    """The first, whose answer was lost, is carried out late: after it was sent again."""
    action = TABLES[kind].actions.create.name
    for seconds in (SETTLE_TIME + 1, 2 * SETTLE_TIME - 1):
        it = race(kind, rival(kind, 1, BEFORE, shown=seconds), **{action: ["before"]})
        outcome = run(it, kind)
        assert it.writes() == [action] * 2 + [TABLES[kind].actions.delete.name]
        assert it.left(TABLES[kind]) == [theirs(kind)] == [(outcome.item or {})["id"]]


@by_kind
@pytest.mark.parametrize("seconds", [0, 1, SETTLE_TIME - 1])
def test_a_create_that_is_carried_out_late_is_not_sent_again(kind: str, seconds: float) -> None:
    action = TABLES[kind].actions.create.name
    it = race(kind, rival(kind, 1, BEFORE, shown=seconds), **{action: ["before"]})
    outcome = run(it, kind)
    assert it.writes() == [action]
    assert it.left(TABLES[kind]) == [theirs(kind)] == [(outcome.item or {})["id"]]


@by_kind
def test_what_was_there_before_is_not_taken_for_it(kind: str) -> None:
    """A replacement: the old one is still listed, as the service is slow."""
    if kind == "customer_gateway":
        kind = "vpn_gateway"
    option, value = ("vpn_gateway_version", "2.0") if kind == "vpn_gateway" else OTHER[kind]
    create = TABLES[kind].actions.create.name
    for fault in ([], ["after"], ["no id"], ["before"]):
        it = there(kind, Rivals, **{create: list(fault)})
        wanted = {**OPTIONS[kind], option: value}
        outcome = run(it, kind, wanted, on_immutable_change="replace", wait=False)
        assert (outcome.item or {})["id"] == ours(kind)
        assert it.deleted() == [theirs(kind)]


# --- others of the name that are listed before it ------------------------------------------------


@by_kind
def test_others_that_are_listed_while_its_own_is_not_yet(kind: str) -> None:
    it = race(kind, rival(kind, 1, BEFORE), lag=1000)
    error = fails(it, kind, wait_timeout=10)
    assert set(error.ids) == {ours(kind), theirs(kind)}
    assert "and none was removed" in str(error)
    assert it.deleted() == []


def test_a_look_that_fails_says_what_has_been_created() -> None:
    it = empty("customer_gateway", Rivals)
    it.read_faults = [None, ServiceError("DescribeCustomerGateways", "no", http_status=400)]
    with pytest.raises(ServiceError, match=r"Before that, the create of the customer gateway 'branch' \(.*\) has been"):
        run(it, "customer_gateway")
    assert (it.outcome.item or {})["id"] == identity(TABLES["customer_gateway"], 100)
    assert it.outcome.changed


def test_what_is_paid_in_a_way_that_is_not_known_is_taken_as_paid_in_advance() -> None:
    for charge_type, prepaid in {
        "Daily": False,
        "PostPaidByPeak": False,
        "PrePaidByYear": True,
        "Yearly": True,
    }.items():
        assert TABLES["vpn_gateway"].is_prepaid({"charge_type": charge_type}) is prepaid
