# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks did to an account, judged by the emulator's ledger and by what is there, not by anything of plugins/.

Of a task, only its options and what it returned are known here. The laws:

- C(deleted): a task removed what it was not asked to remove and what no answer to its own create had named; or two
  things where it was asked to remove one; or, to resolve a conflict, something that is paid in advance;
- C(doubled): a task created twice, or by GET, which others may repeat; or two or more of a name are left in a scope, of
  which a task made one, had seen the others in its last listing, and no task names all of their ids;
- C(lost): what was to be replaced is gone, nothing is there instead, and the task does not say so; or it was touched,
  though a read could have shown that it can't be replaced. Or a route leads nowhere since a task has deleted what it
  led to, or is gone, and the task does not name it;
- C(false): "Nothing was changed" where something was; C(changed) that is not so; something reported as done that is
  not; the id of something else, or of nothing, as the result's.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from .judging import HALF, NOT_HAPPENED, UNKNOWN
from .keys import STRANGER

Resources = dict[str, tuple[str, dict[str, Any]]]  # by id: the kind, the wire object
Rows = list[dict[str, Any]]
Verdict = tuple[str, str]
LAWS = ("doubled", "deleted", "lost", "false")
# Error kinds that say that the old one may be gone.
_TOLD_LOST = ("interrupted_replace", "unknown_outcome")
_LONGEST_NAME = 32
_DEFAULT_PROJECT = "0"
_TUNNEL = "VpnTunnel"
ROUTES = ("Route", "VpnGatewayRoute")
# No answer has what a gateway's route leads to, but for a name.
_UNTOLD = frozenset({"NextHopInstanceId"})
_HOPS = frozenset({"NextHopInstanceId", "VpnTunnelId"})


@dataclass
class Asked:
    """What a task asks for, in the words of the service: C(id) as the task has it; C(scope), C(wanted): wire fields.

    C(doomed): why it can't succeed, though reads can show it. C(restored): its create is refused once, and no more.
    C(moves): the routes into a tunnel are to follow, if it is replaced. C(fields): the wire fields of its options.
    """

    number: int
    kind: str
    module: str
    id: str | None
    name: str | None
    scope: dict[str, Any]
    absent: bool = False
    replaces: bool = False
    wanted: dict[str, Any] | None = None
    doomed: str = ""
    restored: bool = False
    moves: bool = True
    fields: dict[str, str] = field(default_factory=dict)

    def means(self, identity: str, wire: dict[str, Any]) -> bool:
        """Whether this is what the task speaks of: the one with its id, else one with its name in its scope."""
        if self.id is not None:
            return identity.lower() == self.id.lower()
        return self.shares_name(wire)

    def meant(self, identity: str, history: list[dict[str, Any]]) -> bool:
        """Whether it has been what the task speaks of at any time."""
        return any(self.means(identity, wire) for wire in history)

    def shares_name(self, wire: dict[str, Any]) -> bool:
        """Whether it has the name that the task says, in the scope that it says; routes have a scope alone."""
        alike = _fold(wire.get(f"{self.kind}Name", "")) == _fold(self.name or "")
        return alike and all(_folded_id(wire.get(field)) == _folded_id(value) for field, value in self.scope.items())


def _folded_id(value: Any) -> str:
    """An id without regard to capitals, which the service passes over."""
    return str(value).lower()


def _fold(name: str) -> str:
    """A name as any of the service's habits may store it."""
    return unicodedata.normalize("NFC", name.strip())[:_LONGEST_NAME].strip()


@dataclass
class Run:
    """One run of the tasks: what was there, what they returned (by number), the ledger's rows, and what is there."""

    before: Resources
    results: dict[int, dict[str, Any]]
    rows: Rows
    now: Resources


@dataclass
class _Life:
    """What became of one resource in a run: who made it (None: it was there), whether they were told; its end."""

    kind: str
    maker: Any
    told: bool | None
    at: float
    place: int
    gone: int | None = None


def judge(
    asked: list[Asked], run: Run, list_lag: float, hidden: set[str], *, faultless: bool = False
) -> Iterator[Verdict]:
    """All broken laws.

    C(hidden): wire fields that answers do not show, so that no task can compare them. C(faultless): nothing went wrong
    but what the service itself refused, and nobody else was there.
    """
    lives = _lives(run)
    for row in run.rows:
        if row["method"] == "GET" and row["committed"]:
            yield "doubled", f"task {row['who']} sent {row['action']} by GET, which others may send again"
    yield from _deletions(asked, run, lives)
    for task in asked:
        result = run.results.get(task.number)
        if result is None:
            continue
        if not task.absent:
            yield from _doubles(task, asked, run, lives, list_lag)
        yield from _losses(task, run, lives, result, faultless)
        yield from _astray(task, run, result)
        yield from _doubled_routes(task, run, lives)
        yield from _claims(task, run, result)
        if not result["failed"]:
            yield from _done(task, run, lives, result, hidden)


def _lives(run: Run) -> dict[str, _Life]:
    lives = {identity: _Life(kind, None, False, float("-inf"), -1) for identity, (kind, _wire) in run.before.items()}
    for place, row in enumerate(run.rows):
        for effect in row["effects"]:
            if effect["before"] is None:
                lives[effect["id"]] = _Life(effect["kind"], row["who"], row["told"], row["at"], place)
            elif effect["after"] is None:
                lives[effect["id"]].gone = place
    return lives


def _histories(run: Run) -> dict[str, list[dict[str, Any]]]:
    """What each resource was like at any time: nobody sees that it is renamed between a look and a write."""
    history = {identity: [wire] for identity, (_kind, wire) in run.before.items()}
    for row in run.rows:
        for effect in row["effects"]:
            if effect["after"] is not None:
                history.setdefault(effect["id"], []).append(effect["after"])
    return history


def _at(run: Run, place: int) -> dict[str, dict[str, Any]]:
    """What there was at a row of the ledger, by id."""
    there = {identity: wire for identity, (_kind, wire) in run.before.items()}
    for row in run.rows[:place]:
        for effect in row["effects"]:
            there.pop(effect["id"], None)
            if effect["after"] is not None:
                there[effect["id"]] = effect["after"]
    return there


def _deletions(asked: list[Asked], run: Run, lives: dict[str, _Life]) -> Iterator[Verdict]:
    removed: dict[int, list[str]] = {}
    history = _histories(run)
    for place, row in enumerate(run.rows):
        for effect in row["effects"]:
            if effect["after"] is not None or row["who"] == STRANGER:
                continue
            identity, task = effect["id"], _task(asked, row)
            if row["action"] != f"Delete{effect['kind']}":
                continue  # the service has removed what led to it
            life = lives[identity]
            what = f"task {row['who']} deleted {effect['kind']} {identity}"
            if life.maker == row["who"] and life.told is not False:
                if effect["before"].get("ChargeType") == "Monthly":
                    yield "deleted", f"{what}, which is paid in advance"
                continue
            first = min(number for number, other in enumerate(run.rows) if _writes(other, row["who"]))
            if task is not None and _moves(task, effect, history, lives):
                continue
            may = task is not None and (task.absent or task.replaces) and task.kind == effect["kind"]
            if may and task is not None and life.place < first and task.meant(identity, history[identity]):
                removed.setdefault(task.number, []).append(identity)
                continue
            maker = "was there before" if life.maker is None else f"made by {life.maker}, told: {life.told}"
            yield "deleted", f"{what} ({maker}), at {place}"
    for number, ids in removed.items():
        if len(ids) > 1:
            yield "deleted", f"task {number} was to remove one, and removed {', '.join(ids)}"


def _moves(
    task: Asked, effect: dict[str, Any], history: dict[str, list[dict[str, Any]]], lives: dict[str, _Life]
) -> bool:
    """Whether a route goes along with the tunnel that a task replaces."""
    hop = _hop(effect["before"])
    if effect["kind"] not in ROUTES or task.kind != _TUNNEL or not (task.replaces and task.moves) or hop not in history:
        return False
    return task.meant(hop, history[hop]) or lives[hop].maker == task.number


def _hop(wire: dict[str, Any]) -> str:
    """The tunnel that a route leads to; empty for one that leads elsewhere."""
    return str(wire.get("VpnTunnelId") or (wire.get("NextHopType") == "vpn_tunnel" and wire["NextHopInstanceId"]) or "")


def _place(wire: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a route from others: no two may be alike in this. All tables are the main ones."""
    return tuple(wire.get(field) for field in ("VpcId", "VpnGatewayId", "DestinationCidrBlock"))


def _astray(task: Asked, run: Run, result: dict[str, Any]) -> Iterator[Verdict]:
    """Routes that led to a tunnel that the task has deleted lead to a tunnel that is there, or are named.

    What the service removes with a tunnel that the task was to remove is the service's.
    """
    gone = {
        effect["id"]
        for row in run.rows
        if row["who"] == task.number
        for effect in row["effects"]
        if effect["after"] is None and effect["kind"] == _TUNNEL
    }
    for identity, kind, wire in _leading(run.before, gone):
        if _meddled(task, run, _place(wire)) or wire["DestinationCidrBlock"] in _said(result):
            continue
        if task.absent and identity not in run.now:
            continue
        if not _leads(run.now, kind, wire):
            network = wire["DestinationCidrBlock"]
            yield "lost", f"task {task.number} left {kind} {identity} to {network} astray; it says: {_say(result)}"


def _leading(there: Resources, tunnels: Container[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The routes that lead to tunnels: ids, kinds, wire objects."""
    for identity, (kind, wire) in there.items():
        if kind in ROUTES and _hop(wire) in tunnels:
            yield identity, kind, wire


def _leads(there: Resources, kind: str, wire: dict[str, Any]) -> bool:
    """Whether there is such a route, and what it leads to is there."""
    return any(
        other == kind and _place(found) == _place(wire) and _hop(found) in there for other, found in there.values()
    )


def _meddled(task: Asked, run: Run, place: tuple[Any, ...]) -> bool:
    """Whether anybody else has made or removed such a route, or a tunnel that it leads to."""
    return any(
        effect["kind"] == _TUNNEL or (effect["kind"] in ROUTES and _place(effect["before"] or effect["after"]) == place)
        for row in run.rows
        if row["who"] != task.number
        for effect in row["effects"]
    )


def _doubled_routes(task: Asked, run: Run, lives: dict[str, _Life]) -> Iterator[Verdict]:
    """A route that moves is created once."""
    history = _histories(run)
    made: dict[tuple[Any, ...], list[str]] = {}
    for identity, life in lives.items():
        if life.kind in ROUTES and life.kind != task.kind and life.maker == task.number:
            made.setdefault((life.kind, *_place(history[identity][0])), []).append(identity)
    for place, ids in made.items():
        if len(ids) > 1:
            yield "doubled", f"task {task.number} created more than once: {place}: {', '.join(ids)}"


def _task(asked: list[Asked], row: dict[str, Any]) -> Asked | None:
    return next((task for task in asked if task.number == row["who"]), None)


def _writes(row: dict[str, Any], who: Any) -> bool:
    return row["who"] == who and bool(row["effects"])


def _doubles(task: Asked, asked: list[Asked], run: Run, lives: dict[str, _Life], list_lag: float) -> Iterator[Verdict]:
    # What a stranger has renamed or removed can't be found by the task that lost the answer to its create.
    taken = {effect["id"] for row in run.rows if row["who"] == STRANGER for effect in row["effects"]}
    made = [
        identity
        for identity, life in lives.items()
        if life.kind == task.kind and life.maker == task.number and identity not in taken
    ]
    result = run.results[task.number]
    if len(made) > 1 and not task.replaces:  # also where one of them is removed again
        # A name that the service stores otherwise is not found again; then what was made so is to be named.
        unfindable = any(wire.get(f"{task.kind}Name") != task.name for made_ in made for wire in _histories(run)[made_])
        if not unfindable or not _names_all(result, set(made)):
            yield "doubled", f"task {task.number} created more than once: {', '.join(made)}"
    left = {identity for identity, (kind, wire) in run.now.items() if kind == task.kind and task.shares_name(wire)}
    own = {identity for identity in left if lives[identity].maker == task.number}
    if not own:
        return
    looks = [
        (place, row)
        for place, row in enumerate(run.rows)
        if row["who"] == task.number and row["action"] == f"Describe{task.kind}s" and row["told"]
    ]
    seen: set[str] = set()
    error = result.get("error") or {}
    # Its looks failed, though they were answered.
    blind = (
        error.get("kind") == "unknown_outcome"
        or str(error.get("action")).startswith("Describe")
        or "Looking for it failed" in str(result.get("msg"))
    )
    if looks and not blind:
        place, look = looks[-1]
        then = _at(run, place)
        seen = {
            identity
            for identity in left & set(then)
            if lives[identity].at + list_lag <= look["began"] and task.shares_name(then[identity])
        }
    if task.id:
        seen -= set(run.before)  # its name was not alone before, either
    known = own | seen
    if len(known) > 1 and not any(_names_all(result, known) for result in run.results.values()):
        said = "; ".join(f"{number}: {_say(each)}" for number, each in run.results.items())
        yield "doubled", f"task {task.number} leaves {', '.join(sorted(known))}, and no task names them all: {said}"


def _names_all(result: dict[str, Any], ids: set[str]) -> bool:
    text = _said(result).lower()
    return all(identity.lower() in text for identity in ids)


def _said(result: dict[str, Any]) -> str:
    return json.dumps([result.get("msg"), result.get("warnings"), result.get("error")], ensure_ascii=False)


def _losses(
    task: Asked, run: Run, lives: dict[str, _Life], result: dict[str, Any], faultless: bool
) -> Iterator[Verdict]:
    touched = [row["action"] for row in run.rows if _writes(row, task.number)]
    if task.doomed and touched:
        yield "lost", f"task {task.number} wrote ({', '.join(touched)}), though {task.doomed}"
    if not task.replaces:
        return
    kind = (result.get("error") or {}).get("kind")
    # A gateway paid in advance can not shrink, where the service has stored a larger bandwidth than was asked for.
    grown = "can only grow" in str(result.get("msg"))
    if faultless and not task.doomed and kind == "invalid_options" and not grown:
        yield "not converged", f"task {task.number} can be done, and is refused: {_say(result)}"
    if not any(action.startswith("Delete") for action in touched):
        return
    deleted = [
        effect["id"]
        for row in run.rows
        if _writes(row, task.number)
        for effect in row["effects"]
        if effect["after"] is None and effect["id"] in run.before and effect["kind"] == task.kind
    ]
    if not deleted:
        return
    made = [identity for identity, life in lives.items() if life.kind == task.kind and life.maker == task.number]
    others = {
        effect["id"]
        for row in run.rows
        if row["who"] != task.number
        for effect in row["effects"]
        if effect["before"] is not None
    }
    item = result.get(task.module) or {}
    instead = lives.get(str(item.get("id")).lower())
    there = any(identity in run.now or identity in others for identity in made) or (
        instead is not None and instead.maker is not None and str(item["id"]).lower() in run.now
    )
    told = result["failed"] and (kind in _TOLD_LOST or any(phrase in result["msg"] for phrase in (*HALF, *UNKNOWN)))
    # no read can show that an answer will not come: of a busy machine, without a fault
    lost = any(phrase in str(result.get("msg")) for phrase in UNKNOWN)
    if faultless and not lost and kind in ("interrupted_replace", "replacement_undone"):
        yield (
            "lost",
            f"task {task.number} interrupted {', '.join(deleted)} for what a read could have shown: {_say(result)}",
        )
    if not there and task.restored:
        yield "lost", f"task {task.number} has not put back {', '.join(deleted)}; it says: {_say(result)}"
    if not there and not told:
        yield (
            "lost",
            f"task {task.number} deleted {', '.join(deleted)}, nothing is there instead; it says: {_say(result)}",
        )


def _net(run: Run, who: int) -> list[str]:
    """What a task's writes came to: what it made and removed again does not count."""
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    actions: dict[str, str] = {}
    for row in run.rows:
        if row["who"] == who:
            for effect in row["effects"]:
                first.setdefault(effect["id"], effect["before"])
                last[effect["id"]] = effect["after"]
                actions[effect["id"]] = row["action"]
    return [f"{actions[identity]} {identity}" for identity, wire in first.items() if wire != last[identity]]


def _claims(task: Asked, run: Run, result: dict[str, Any]) -> Iterator[Verdict]:
    net = _net(run, task.number)
    says_nothing = result["failed"] and any(phrase in result["msg"] for phrase in NOT_HAPPENED)
    if says_nothing and net:
        yield "false", f"task {task.number} says that nothing was changed, after {', '.join(net)}: {_say(result)}"
    if says_nothing and result["changed"]:
        yield "false", f"task {task.number} says that nothing was changed, and changed is true: {_say(result)}"
    unknown = result["failed"] and (
        any(phrase in result["msg"] for phrase in UNKNOWN) or (result.get("error") or {}).get("kind") in _TOLD_LOST
    )
    if net and not result["changed"] and not unknown and not says_nothing:
        yield "false", f"task {task.number}: changed is false, after {', '.join(net)}: {_say(result)}"
    idle = not any(row["who"] == task.number and row["committed"] for row in run.rows)
    # of a busy machine, an answer may come too late without a fault
    spoiled = any(row["fault"] for row in run.rows) or _lost_requests(run) or " was lost, " in _said(result)
    # what it saw, and was about to delete, somebody else has deleted: it was there, and is gone
    beaten = any(row["who"] == task.number and row["action"].startswith("Delete") for row in run.rows)
    if result["changed"] and idle and not spoiled and not beaten:
        yield "false", f"task {task.number}: changed is true, and it changed nothing: {_said(result)[:500]}"


def _lost_requests(run: Run) -> bool:
    """Whether requests are missing in the ledger, as faults took them before they were carried out."""
    numbers = [row["sequence"] for row in run.rows if row["sequence"] is not None]
    return bool(numbers) and sorted(numbers) != list(range(min(numbers), max(numbers) + 1))


def _done(
    task: Asked, run: Run, lives: dict[str, _Life], result: dict[str, Any], hidden: set[str]
) -> Iterator[Verdict]:
    """What is reported as done is done."""
    if task.doomed:
        yield "false", f"task {task.number} has succeeded, though {task.doomed}"
        return
    others = {effect["id"] for row in run.rows if row["who"] != task.number for effect in row["effects"]}
    if task.absent:
        left = [
            identity
            for identity, (kind, wire) in run.before.items()
            if kind == task.kind
            and identity in run.now
            and identity not in others
            and task.means(identity, wire)
            # A name without a project speaks of the default project alone.
            and (task.id is not None or wire.get("ProjectId", _DEFAULT_PROJECT) == _DEFAULT_PROJECT)
        ]
        if left and "project" not in json.dumps(result.get("warnings")):  # it is told that it looks in one only
            yield "false", f"task {task.number} says that it is absent: {', '.join(left)} is there"
        return
    item = result.get(task.module)
    if not item:
        yield "false", f"task {task.number} has succeeded, and returns nothing"
        return
    identity = str(item["id"])
    life = lives.get(identity.lower())
    if life is None:
        yield "false", f"task {task.number} returns the id {identity}, which never was"
        return
    if life.maker is None and not task.meant(identity, _histories(run)[identity.lower()]):
        yield "false", f"task {task.number} returns {identity}, which is something else that was there before"
    if identity.lower() not in run.now:
        if identity.lower() not in others:
            yield "false", f"task {task.number} returns {identity}, which is gone"
        return
    changed_by_others = any(
        effect["id"] == identity.lower() and effect["before"] is not None and row["who"] != task.number
        for row in run.rows
        for effect in row["effects"]
    )
    if changed_by_others:
        return  # perhaps after this task
    wire = run.now[identity.lower()][1]
    own = life.maker == task.number
    untold = {task.fields.get(option) for option in result.get("not_compared", ())}
    passed = hidden - _HOPS if own else hidden | _UNTOLD | untold
    differing = [
        f"{name} is {wire.get(name)!r}, not {value!r}"
        for name, value in (task.wanted or {}).items()
        if name not in passed and not _same(name, wire.get(name), value)
    ]
    if differing:
        yield "false", f"task {task.number} has succeeded, and of {identity} {', '.join(differing)}"


def again(asked: list[Asked], first: Run, second: Run, strangers: Any) -> Iterator[Verdict]:
    """What the run that follows must not do: write again what the first one has left as well as the service can."""
    if strangers or len(asked) > 1:
        return  # somebody else's doing may well be undone
    for task in asked:
        result = first.results[task.number]
        ended = not result["failed"] or (result.get("error") or {}).get("kind") == "not_as_asked"
        net = _net(second, task.number)
        if ended and net and _writes_at_all(first, task.number):
            yield "not converged", f"task {task.number} ended, and the next run changes again: {', '.join(net)}"
        if task.kind == _TUNNEL and task.replaces and task.moves and not second.results[task.number]["failed"]:
            meant = [i for i, (kind, wire) in first.before.items() if kind == task.kind and task.means(i, wire)]
            for identity, kind, wire in _leading(first.before, meant):
                if not _leads(second.now, kind, wire):
                    yield "lost", f"task {task.number} has succeeded at last, and {kind} {identity} leads nowhere"


def _writes_at_all(run: Run, number: int) -> bool:
    return any(_writes(row, number) for row in run.rows)


def _same(field: str, stored: Any, wanted: Any) -> bool:
    if field == "Type" or field.endswith("Id"):
        return str(stored).lower() == str(wanted).lower()
    if field.endswith("Name"):
        return _fold(str(stored)) == _fold(str(wanted))
    return str(stored) == str(wanted)


def _say(result: dict[str, Any]) -> str:
    return repr(result.get("msg"))[:300]
