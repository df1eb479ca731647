# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two tasks at the same moment: of one name one resource is left, or all are named; of two names, two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from faults.fleet import Member, running_fleet
from laws.world import RESOURCES, World

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create

SEEDS = range(12)
AT_ONCE = 2 * len(SEEDS)  # races, of two tasks each: of equal and of different tasks
CREATE: dict[str, dict[str, Any]] = {
    "customer_gateway": {"name": "one", "address": "203.0.113.1"},
    "vpn_gateway": {"name": "one", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"},
    "vpn_tunnel": {
        "name": "one",
        "vpn_gateway": "law-gateway",
        "customer_gateway": "law-peer",
        "type": "Ipsec",
        "ike_dh_group": 14,
        "pre_shared_key": "fake-pre-shared-key",
    },
}
OTHER: dict[str, dict[str, Any]] = {
    "customer_gateway": {"address": "203.0.113.2"},
    "vpn_gateway": {"bandwidth": 20},
    "vpn_tunnel": {"ike_dh_group": 5},
}
LOST: list[dict[str, Any] | None] = [
    None,
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "after"},
    {"kind": "error", "when": "after", "status": 500},
    {"kind": "timeout", "when": "after", "seconds": 0.3},
    {"kind": "truncated"},
    {"kind": "late", "seconds": 4.0},  # the commit comes a second after the time-out
]


@pytest.fixture(scope="module")
def fleet() -> Iterator[list[Member]]:
    """An emulator for each race."""
    with running_fleet(AT_ONCE) as members:
        yield members


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter than in life, longer than the slowness of the emulators here."""
    monkeypatch.setattr(create, "SETTLE_TIME", 4.0)
    monkeypatch.setattr(create, "RACE_TIME", 2.5)


class Race:
    """Tasks for one name, drawn from a seed: their options, their start, the listing's lag, a lost answer."""

    def __init__(self, member: Member, kind: str, seed: int, *, equal: bool, tasks: int = 2) -> None:
        random = Random(f"{kind}/{seed}/{equal}")  # noqa: S311 - to be drawn again
        self.world, self.kind, self.equal = World(member), kind, equal
        other = {**CREATE[kind], **({} if equal else OTHER[kind])}
        self.options = [CREATE[kind], other, *[CREATE[kind]] * (tasks - 2)]
        self.delays = [0.0, *(random.choice([0.0, 0.0, 0.01, 0.05, 0.2, 0.5]) for _unused in range(tasks - 1))]
        self.world.begin()
        lost = random.choice(LOST)
        self.drawn = {
            "latency": random.choice([0.0, 0.02, 0.1]),
            "list_lag": random.choice([0.0, 0.0, 0.3, 2.0]),
            "delete_lag": random.choice([0.0, 0.0, 0.5]),
        }
        if lost is not None:
            member.fault(RESOURCES[kind].actions.create.name, **lost)
        self.drawn["lost"] = lost
        member.configure(**{name: value for name, value in self.drawn.items() if name != "lost"})

    def run(self) -> list[dict[str, Any]]:
        """The results of all."""
        with ThreadPoolExecutor(len(self.options)) as pool:
            return list(pool.map(self._task, range(len(self.options))))

    def _task(self, number: int) -> dict[str, Any]:
        time.sleep(self.delays[number])
        return self.world.task(self.kind, {**self.options[number], "read_timeout": 3, "wait_timeout": 60})

    @property
    def there(self) -> list[dict[str, Any]]:
        """What exists of the name."""
        resource = RESOURCES[self.kind]
        name = resource.field("name").wire
        return [resource.read(item) for item in self.world.objects(resource) if item[name] == "one"]

    def as_wanted(self, number: int, item: dict[str, Any]) -> bool:
        """Whether what exists has the options of a task (those in which the two may differ)."""
        return all(item[option] == self.options[number][option] for option in OTHER[self.kind])


@pytest.mark.parametrize("kind", sorted(CREATE))
def test_two_creates_of_one_name(fleet: list[Member], kind: str) -> None:
    drawn = [(seed, equal) for seed in SEEDS for equal in (True, False)]
    races = [Race(member, kind, seed, equal=equal) for member, (seed, equal) in zip(fleet, drawn)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for race, results in zip(races, pool.map(Race.run, races)):
            check(race, results)


def check(race: Race, results: list[dict[str, Any]]) -> None:
    """One is left, and each task has said what became of it. Or both are, for one of two reasons, and a task says so.

    A task whose answer was lost can't know which one is its own, so it must not remove any. And of two that were
    created in one second the larger id may have been confirmed before the smaller was listed.
    """
    told = [(result.get("msg"), result["warnings"]) for result in results]
    context = f"{race.drawn}, {race.delays}: {told}"
    there = race.there
    ids = [item["id"] for item in there]
    may_be_lost = race.drawn["lost"] is not None and race.drawn["lost"].get("when") != "before"
    of_one_second = len({item["create_time"] for item in there}) == 1
    assert 1 <= len(there) <= (2 if may_be_lost or of_one_second else 1), f"{len(there)} are left; {context}"
    for result in results:
        if not result.get("failed"):
            assert result[race.kind]["id"] in ids, context
        else:
            assert result["error"]["kind"] in ("race", "unknown_outcome", "immutable_change"), context
            assert not race.equal or result["error"]["kind"] != "immutable_change", context
    if len(there) == 2:
        assert any(set(ids) == set(result.get("error", {}).get("ids", ())) for result in results), context
    else:
        assert any(not result.get("failed") for result in results), context
        for number, result in enumerate(results):
            if result.get("failed") and not may_be_lost:
                assert not race.equal, context
                assert not race.as_wanted(number, there[0]), context
    rows = [entry["action"] for entry in race.world.emulator.requests() if entry["committed"]]
    made = sum(action.startswith("Create") for action in rows)
    gone = sum(action.startswith("Delete") for action in rows)
    assert made - gone == len(there), context
    race.world.emulator.configure(list_lag=0, delete_lag=0, latency=0)
    number = 0 if len(there) == 2 or race.as_wanted(0, there[0]) else 1
    again = race.world.task(race.kind, race.options[number])
    if len(there) == 2:
        assert (again["error"]["kind"], set(again["error"]["ids"])) == ("ambiguous_name", set(ids)), context
    else:
        assert (again.get("msg"), again["changed"]) == (None, False), context


@pytest.mark.parametrize("kind", sorted(CREATE))
def test_many_creates_of_one_name_leave_one_at_least(fleet: list[Member], kind: str) -> None:
    """Listed late, and long after they were deleted: nothing is lost, and what a task returns is there."""
    races = []
    for number, member in enumerate(fleet[:12]):
        random = Random(f"{kind}/{number}")  # noqa: S311 - to be drawn again
        races.append(Race(member, kind, 100 + number, equal=True, tasks=random.choice([2, 3, 3, 5])))
        member.configure(list_lag=random.choice([0.3, 2.0, 3.0]), delete_lag=random.choice([0.0, 3.0, 6.0]))
    with ThreadPoolExecutor(len(races)) as pool:
        for race, results in zip(races, pool.map(Race.run, races)):
            told = [(result.get("msg"), result["warnings"]) for result in results]
            context = f"{race.drawn}, {race.delays}: {told}"
            ids = {item["id"] for item in race.there}
            assert ids, context
            assert {result[kind]["id"] for result in results if not result.get("failed")} <= ids, context
            names_all = [ids <= set(result.get("error", {}).get("ids", ())) for result in results]
            assert len(ids) == 1 or any(names_all), context


@pytest.mark.parametrize("equal", [True, False], ids=["equal", "different"])
def test_two_replacements_at_once_leave_one_at_least(fleet: list[Member], equal: bool) -> None:
    """And who fails says that the old one was deleted."""
    kind, old = "vpn_tunnel", {**CREATE["vpn_tunnel"], "ike_dh_group": 2}
    wanted = {**CREATE[kind], "on_immutable_change": "replace"}
    tasks = [wanted, wanted if equal else {**wanted, "ike_dh_group": 5}]

    def run(member: Member, lag: float) -> None:
        world = World(member)
        world.begin()
        world.task(kind, old)
        member.configure(delete_lag=lag, list_lag=0.3, latency=0.02)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda task: world.task(kind, task), tasks))
        left = {item["VpnTunnelId"] for item in world.objects(RESOURCES[kind]) if item["VpnTunnelName"] == "one"}
        told = [(result.get("msg"), result["warnings"]) for result in results]
        assert left, told
        assert {result[kind]["id"] for result in results if not result.get("failed")} <= left, told
        for result in results:
            replaced = any(step["action"] == "delete" for step in result["plan"])
            assert not (result.get("failed") and replaced) or "was deleted" in result["msg"], told

    with ThreadPoolExecutor(len(fleet)) as pool:
        list(pool.map(run, fleet[:4], [0.0, 0.5, 3.0, 6.0]))


def test_two_creates_of_different_names(fleet: list[Member]) -> None:
    world = World(fleet[0])
    world.begin()
    fleet[0].configure(latency=0.05, list_lag=0.5)
    fleet[0].fault("Create*", "reset", when="after", count=2)
    tasks = [("customer_gateway", name) for name in ("one", "two")] + [("vpn_gateway", name) for name in ("one", "two")]
    with ThreadPoolExecutor(len(tasks)) as pool:
        results = list(pool.map(lambda task: world.task(task[0], {**CREATE[task[0]], "name": task[1]}), tasks))
    for (kind, name), result in zip(tasks, results):
        assert (result.get("msg"), result["changed"], result[kind]["name"]) == (None, True, name)
    for kind in ("customer_gateway", "vpn_gateway"):
        resource = RESOURCES[kind]
        names = sorted(item[resource.field("name").wire] for item in world.objects(resource))
        assert [name for name in names if not name.startswith("law")] == ["one", "two"]


def test_a_name_that_existed_once(fleet: list[Member]) -> None:
    """Deleted and still listed for a while, then created while listings lag, with the answer lost."""
    with ThreadPoolExecutor(len(CREATE)) as pool:
        list(pool.map(delete_and_create_again, fleet, sorted(CREATE)))


def delete_and_create_again(member: Member, kind: str) -> None:
    world = World(member)
    world.begin()
    first = world.task(kind, CREATE[kind])[kind]["id"]
    member.configure(delete_lag=1.5)
    gone = world.task(kind, {**CREATE[kind], "state": "absent"})
    assert (gone.get("msg"), gone["changed"]) == (None, True)
    member.configure(list_lag=2.0)
    member.fault(RESOURCES[kind].actions.create.name, "reset", when="after")
    made = world.task(kind, CREATE[kind])
    assert (made.get("msg"), made["changed"]) == (None, True)
    assert made[kind]["id"] != first
    assert world.task(kind, CREATE[kind])["changed"] is False
    resource = RESOURCES[kind]
    names = [item[resource.field("name").wire] for item in world.objects(resource)]
    assert names.count("one") == 1
