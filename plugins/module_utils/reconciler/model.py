# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the reconciler works with: what a task asks and how, what is wanted, the plan, and what became of it."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ..resources.schema import Field, Item, Resource


class Wanted(t.NamedTuple):
    """What a task asks of one resource.

    C(options) are the fields that the user set, references resolved to ids (None: not known yet);
    C(shown) the same as the user wrote them. C(others) are what references mean that the service tells elsewhere,
    C(former) the same of what is there and is to be replaced.
    """

    options: Item
    shown: Item
    present: bool = True
    replace: bool = False
    update_secrets: bool = True
    others: t.Mapping[str, Item] = {}
    former: t.Mapping[str, Item] = {}


class Change(t.NamedTuple):
    """One option's way from C(before) to C(after)."""

    field: Field
    before: t.Any
    after: t.Any

    def render(self) -> dict[str, t.Any]:
        """As data; of a secret only whether it matches."""
        if self.field.secret:
            return {"option": matches_key(self.field), "before": False, "after": True}
        return {"option": self.field.option, "before": self.before, "after": self.after}

    def __str__(self) -> str:
        if self.field.secret:
            return f"{self.field.option} (differs; not shown)"
        now = "not set" if self.before is None else repr(self.before)
        return f"{self.field.option} (now {now}, wanted {self.after!r})"


@dataclass
class Step:
    """One writing call. C(permitted) is the service's answer to its dry run: True, or None where it was not asked.

    A change that can't be made in place, and must not be made otherwise, is a step that is not C(permitted).

    C(options) are all those of a create, the ones that a replacement carries along included. C(table) is of which kind
    it is, where that is not the kind of the plan.
    """

    action: str  # create, update, delete
    target: str
    reason: str
    parameters: dict[str, t.Any]
    changes: list[Change] = field(default_factory=list)
    interrupts: bool = False
    permitted: bool | None = None
    options: Item = field(default_factory=dict)
    table: Resource | None = None

    def render(self) -> dict[str, t.Any]:
        """An entry of the C(plan) return value."""
        return {
            "action": self.action,
            "target": self.target,
            "fields": [change.render() for change in self.changes],
            "reason": self.reason,
            "interrupts_traffic": self.interrupts,
            "permitted": self.permitted,
        }


class Move(t.NamedTuple):
    """What leads to a resource, and is to lead to what takes its place: it is removed before, and created after that.

    C(field) is its reference, C(item) what is there. C(remove) is None where an earlier task has removed it.
    """

    table: Resource
    field: Field
    item: Item
    remove: Step | None
    create: Step

    @property
    def called(self) -> str:
        """It in words."""
        return describe(self.table, self.item, None if self.remove is None else self.item.get("id"))


class Plan(t.NamedTuple):
    """The steps, the resource before and after them (None: not there), and whether its secrets match.

    C(moves) are others that move along; their steps are among C(steps), before and behind the resource's C(own).
    """

    steps: list[Step]
    before: Item | None
    after: Item | None
    shown_after: Item | None  # what the diff shows: only what is known without the service
    secrets_match: dict[str, bool | None]
    moves: tuple[Move, ...] = ()

    @property
    def own(self) -> list[Step]:
        """The steps of the resource itself."""
        return [step for step in self.steps if step.table is None]

    def moving(self, moves: t.Sequence[Move]) -> Plan:
        """This plan with others that move along."""
        removed = [move.remove for move in moves if move.remove is not None]
        steps = [*removed, *self.own, *(move.create for move in moves)]
        return self._replace(steps=steps, moves=tuple(moves))

    @property
    def kind(self) -> str:
        """What it does: C(none), C(refused), C(create), C(update), C(delete) or C(replace)."""
        actions = [step.action for step in self.own]
        if any(step.permitted is False for step in self.own):
            return "refused"
        return "replace" if {"delete", "create"} <= set(actions) else (actions or ["none"])[0]

    @property
    def replaces(self) -> bool:
        """Whether it deletes in order to create again."""
        return self.kind == "replace"

    @property
    def creates(self) -> bool:
        """Whether it creates something, in the place of another or not."""
        return self.kind in ("create", "replace")

    def followed_by(self, other: Plan) -> Plan:
        """This plan with the steps of another behind its own."""
        return self._replace(steps=[*self.steps, *other.steps])

    @property
    def summary(self) -> str:
        """The plan in one line."""
        steps = [
            ("refused: " if step.permitted is False else "")
            + f"{step.action} {step.target}"
            + (f" ({', '.join(change.field.option for change in step.changes)})" if step.action == "update" else "")
            for step in self.steps
        ]
        interrupts = any(step.interrupts for step in self.steps)
        return (", ".join(steps) or "no change") + (", which interrupts traffic" if interrupts else "")


@dataclass(frozen=True)
class Desired:
    """What a task asks of one resource: the options that the user set, those among them that it is called by.

    C(named) are options that stand for others of them (L(schema.Field)).
    """

    options: Item
    id: str | None = None
    state: str = "present"
    named: Item = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """How a task goes about it, the same for all its resources. Times in seconds."""

    project_id: str | None = None  # whose gateways are seen
    check_mode: bool = False
    on_immutable_change: str = "fail"
    update_secrets: bool = True
    strict: bool = True
    probe: bool = True
    move: bool = True  # what leads to a resource moves to what takes its place
    wait: bool = True
    wait_timeout: float = 300
    wait_for_state: str | None = None
    removed_before: t.Sequence[str] = ()  # ids of what earlier tasks of the play remove
    apart: t.Collection[str] = ()  # what the same task brings to what is wanted by itself, in words
    notes: str | None = None  # the folder of L(notes)


@dataclass(frozen=True)
class Outcome:
    """What became of one resource: complete, or as far as it came before the C(failure).

    C(done) are the writes that the service has carried out, as far as that is known.
    """

    changed: bool = False
    done: tuple[Step, ...] = ()
    item: Item | None = None
    plan: Plan | None = None
    secrets_match: t.Mapping[str, bool | None] = field(default_factory=dict)
    not_compared: t.Sequence[str] = ()
    warnings: t.Sequence[str] = ()
    failure: Exception | None = None


class Progress:
    """How far a resource has come, while it is worked on; of it the L(Outcome) is made. No two resources share one."""

    def __init__(self) -> None:
        self.done: list[Step] = []
        self.item: Item | None = None
        self.plan: Plan | None = None
        self.secrets_match: dict[str, bool | None] = {}
        self.not_compared: list[str] = []
        self.warnings: list[str] = []

    def outcome(self, changed: bool, failure: Exception | None = None) -> Outcome:
        """The outcome as it is now."""
        plan = self.plan or getattr(failure, "plan", None)
        return Outcome(
            changed,
            tuple(self.done),
            self.item,
            plan,
            dict(self.secrets_match),
            list(self.not_compared),
            list(self.warnings),
            failure,
        )


def matches_key(secret: Field) -> str:
    """The name of the boolean that stands for a secret: C(pre_shared_key_matches)."""
    return f"{secret.option}_matches"


def created_at(item: Item) -> float:
    """When it was created, in seconds since the epoch of the service's clock; NaN if that can't be told."""
    try:
        return datetime.fromisoformat(str(item.get("create_time"))).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return math.nan


def describe(resource: Resource, item: Item, identity: t.Any = None) -> str:
    """A resource in words: C(VPN gateway 'office' (9b3d...)). C(item) has what it is called by."""
    called = [repr(item[field.option]) for field in resource.key if item.get(field.option) is not None]
    return " ".join([resource.noun, *called]) + (f" ({identity})" if identity else "")
