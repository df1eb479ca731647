# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 11, nothing is taken away that can't be given back: replacements in generated accounts, spoiled at any point.

The judge is the account: what was there, what is there, and whether the result says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from hypothesis import event, given, note, settings
from hypothesis import strategies as st
from laws.accounts import OTHERWISE, Account, accounts
from laws.judging import Result, about, as_asked, only_a_create_shows, said, same
from laws.strategies import law, tries
from laws.tasks import Task, describe, tasks
from laws.world import RESOURCES, Wire, World

_REFUSED = {"kind": "error", "status": 400}
# What goes wrong, and when: faults of the emulator, the verb (and whether only in dry runs) to which they happen.
MISHAPS: dict[str, tuple[dict[str, Any], ...]] = {
    "nothing": (),
    "the dry run of the create is refused": (
        {"verb": "Create", "dry_run": True, **_REFUSED, "code": "OperationDenied", "message": "not so"},
    ),
    "the dry run of the delete is refused": (
        {"verb": "Delete", "dry_run": True, **_REFUSED, "code": "OperationDenied", "message": "not so"},
    ),
    "the delete is refused": (
        {"verb": "Delete", "dry_run": False, **_REFUSED, "code": "OperationDenied", "message": "not now"},
    ),
    "the create is refused": (
        {"verb": "Create", "dry_run": False, **_REFUSED, "code": "QuotaExceeded", "message": "no more"},
    ),
    "the create is refused with the status of a failure": (
        {"verb": "Create", "dry_run": False, "kind": "error", "status": 500, "code": "QuotaExceeded", "message": "no"},
    ),
    "every create is refused": (
        {"verb": "Create", "dry_run": False, **_REFUSED, "code": "QuotaExceeded", "message": "no more", "count": 9},
    ),
    "the create is refused, and the next one's answer is lost": (
        {"verb": "Create", "dry_run": False, **_REFUSED, "code": "QuotaExceeded", "message": "no more"},
        {"verb": "Create", "dry_run": False, "kind": "reset", "when": "after"},
    ),
    "the create's answer is lost": ({"verb": "Create", "dry_run": False, "kind": "reset", "when": "after"},),
    "the create does not arrive": ({"verb": "Create", "dry_run": False, "kind": "reset", "when": "before"},),
    "the create times out behind the scenes": (
        {"verb": "Create", "dry_run": False, "kind": "error", "when": "after", "status": 200, "code": "ServiceTimeout"},
    ),
    "the delete's answer is lost": ({"verb": "Delete", "dry_run": False, "kind": "reset", "when": "after"},),
    "the delete does not arrive": ({"verb": "Delete", "dry_run": False, "kind": "reset", "when": "before"},),
    "creates are throttled": ({"verb": "Create", "dry_run": False, "kind": "throttle", "count": 2},),
}
# A read that fails for good, from its first or a later time on.
UNREADABLE = {"kind": "error", "status": 403, "code": "AccessDenied", "message": "no longer", "count": 1000}


@dataclasses.dataclass(frozen=True)
class Mishap:
    """What goes wrong: C(faults) of the emulator."""

    called: str
    faults: tuple[dict[str, Any], ...]

    @property
    def uncertain(self) -> bool:
        """Whether a create may or may not have been carried out."""
        return any(fault["verb"] == "Create" and fault.get("status") != 400 for fault in self.faults)

    def happen(self, world: World, kind: str) -> None:
        """Queue the faults for the actions on resources of a kind."""
        for fault in self.faults:
            details = dict(fault)
            action = details.pop("verb") + RESOURCES[kind].actions.create.result
            world.emulator.fault(
                action + ("s" if action.startswith("Describe") else ""), details.pop("kind"), **details
            )


@st.composite
def mishaps(draw: st.DrawFn) -> Mishap:
    """Nothing, a write that is refused or whose answer is lost, or reads that fail from some time on."""
    called = draw(st.sampled_from([*["nothing"] * 5, *MISHAPS, "reads fail"]))
    if called != "reads fail":
        return Mishap(called, MISHAPS[called])
    return Mishap(called, ({**UNREADABLE, "verb": "Describe", "skip": draw(st.integers(0, 5))},))


@settings(law, max_examples=tries(500))
@given(data=st.data(), account=accounts(least=1, further=OTHERWISE), mishap=mishaps())
def test_law_11_nothing_is_taken_away_that_cannot_be_given_back(
    world: World, account: Account, mishap: Mishap, data: st.DataObject
) -> None:
    task = data.draw(tasks(account, replacing=True), label="task")
    world.stage(account)
    before = world.emulator.state()
    mishap.happen(world, task.kind)
    result = world.task(task.kind, task.options)
    note(f"{result.get('msg')} {result['plan']}")
    after = world.emulator.state()
    sent = [request["action"] for request in world.take_requests() if request["committed"]]
    assert sent.count(RESOURCES[task.kind].actions.delete.name) <= 1, "it is replaced once, whatever came of it"
    event(describe(task, account))
    event(f"{mishap.called}: {judge(account, task, mishap, result, before, after)}")


def judge(
    account: Account,
    task: Task,
    mishap: Mishap,
    result: Result,
    before: Mapping[str, list[Wire]],
    after: Mapping[str, list[Wire]],
) -> str:
    """What became of the resource, in a word; fails unless that is right, and told."""
    resource = RESOURCES[task.kind]
    key = resource.id_wire
    for name in before.keys() - {resource.actions.describe.result}:
        assert _without_names(after[name]) == _without_names(before[name]), "resources of another kind are as they were"
    old = {wire[key]: wire for wire in before[resource.actions.describe.result]}
    now = {wire[key]: wire for wire in after[resource.actions.describe.result]}
    new = [now[identity] for identity in now.keys() - old.keys()]
    gone = [old[identity] for identity in old.keys() - now.keys()]
    touched = [identity for identity in old.keys() & now.keys() if old[identity] != now[identity]]
    failed = bool(result.get("failed"))
    assert len(gone) <= 1, "only the one that the task is about goes"
    assert len(new) <= 1, "nothing is doubled"
    means = [wire[key] for wire in about(task, account)]
    assert all(wire[key] in means for wire in gone), "another one was deleted"
    accepted = failed and "modify_ignored" in account.settings and result["error"]["kind"] == "not_as_asked"
    assert accepted or result["changed"] == bool(gone or new or touched), "what the result says of changes is so"
    assert not (result["changed"] and failed and "Nothing was changed" in result["msg"])
    if not gone:
        assert not (failed and new) or said(result, new[0][key]), "a failure names what was created"
        return f"{'failed' if failed else 'done'}, the old one stands" + (", changed in place" if touched else "")
    assert not touched
    assert not (task.options.get("probe", True) and mishap.called == "the dry run of the create is refused")
    if new and as_asked(task, new[0], account):
        assert result[task.kind] is None or result[task.kind]["id"] == new[0][key]
        assert not failed or said(result, new[0][key]), "a failure after the replacement names the new one"
        scope = resource.field(resource.scope.option).wire if resource.scope else key
        place = (resource.field("name").wire, scope, *(["ProjectId"] if resource.by_project else []))
        alike = [wire for wire in now.values() if all(wire.get(name) == new[0].get(name) for name in place)]
        assert alike == new, "it is the only one of its name, where it is"
        return "replaced" + (", then failed" if failed else "")
    assert failed, "a success is as asked"
    otherwise = result["error"]["kind"] == "not_as_asked"  # which may be just as the old one was
    if account.settings.keys() & OTHERWISE.keys() and new and (otherwise or not same(gone[0], new[0], account)):
        # Where the answer was lost, too, nobody knows whose it is.
        assert result["error"]["kind"] in ("not_as_asked", *(["interrupted_replace"] if mishap.uncertain else []))
        assert said(result, new[0][key])
        return "replaced, and came out otherwise"
    # What a read or a dry run shows, the task has to see before it deletes.
    assert mishap.faults or only_a_create_shows(account, task), f"this was to be seen before: {result['msg']}"
    if new:
        assert same(gone[0], new[0], account), "what was put back is what it was"
        assert result["error"]["kind"] == "replacement_undone", result["error"]
        assert said(result, new[0][key])
        return "put back"
    assert result["error"]["kind"] in ("interrupted_replace", "unknown_outcome"), result["error"]
    assert result[task.kind] is None
    assert said(result, gone[0][key]), "the failure names what is gone"
    lasting = (
        "every create" in mishap.called
        or any(action.startswith("Create") for action in account.denied)
        or account.settings.get("tunnel_answers") == "document"  # nobody knows all of the old one
        or (mishap.uncertain and only_a_create_shows(account, task))  # the first one may still appear
    )
    assert lasting, f"it could have been put back: {result['msg']}"
    return "interrupted"


def _without_names(those: list[Wire]) -> list[Wire]:
    """Objects of the wire without their gateway's name, which may change with the gateway."""
    return [{name: value for name, value in wire.items() if name != "VpnGwlName"} for wire in those]
