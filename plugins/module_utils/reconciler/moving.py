# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moving what leads to a resource to what takes its place: the routes into a tunnel that is replaced.

They go before it does: a service may refuse to delete what is led to; or leave the old route, which then keeps the new
one out, and looks right by its name. Each is created again by the id of what it leads to, and found by its own new id.
What is not brought back is said, with all that it takes to create it, and noted, so that the next run finishes.
"""

from __future__ import annotations

import json
import typing as t

from ..api.action import Action
from ..api.errors import AccessDeniedError, ApiError, KsyunError, ServiceError, SignatureError, UnknownActionError
from ..resources.schema import Item, Resource
from .errors import UnknownOutcomeError
from .model import Move, Plan, Policy, Progress, Step, Wanted
from .notes import Notes
from .plan import aimed

# What sends a dry run: L(Client.probe), or what a batch has in its place.
Probe = t.Callable[[Action, "dict[str, t.Any]"], None]


class Writer(t.Protocol):
    """What writes one resource, and tells how far it came."""

    progress: Progress
    found_nothing: bool  # whether what it was last to delete was not there any more

    def delete(self, step: Step, old: Item) -> None:
        """Delete, and wait until it is no longer listed. Raises L(KsyunError)."""

    def create(self, step: Step, wanted: Wanted, others: set[str]) -> None:
        """Create exactly once. Raises L(KsyunError)."""

    def as_wanted(self, step: Step, wanted: Wanted, others: set[str]) -> bool | None:
        """Whether what is called as a create would call it is as that wants it; None if there is not just one."""

    def is_gone(self, item: Item) -> bool | None:
        """Whether it is not there; None if that can't be seen."""


class Mover:
    """The moves of one plan. C(writer) gives one for a kind; C(key) is that of the note on them."""

    def __init__(
        self, plan: Plan, policy: Policy, key: str, progress: Progress, writer: t.Callable[[Resource], Writer]
    ) -> None:
        self._progress, self._notes, self._key = progress, Notes(policy.notes), key
        self._place = plan.after or {}
        self._old: str | None = (plan.before or plan.after or {}).get("id")
        self._new: str | None = None
        self._each = [(move, writer(move.table)) for move in plan.moves]
        # those that were removed, by this task or an earlier one, and those of which that is not known
        self._away = [(move, by) for move, by in self._each if move.remove is None]
        self._doubtful: list[Move] = []
        self._elsewhere: list[Move] = []  # others have created them, leading elsewhere

    def _note(self, moves: t.Sequence[Move]) -> None:
        self._notes.begin_move(self._key, moves, self._old, self._new)

    def lead_to(self, new: str) -> None:
        """Note the id of what takes the place of the old one; C(notes.SENT) before it is created."""
        self._new = new
        self._note([move for move, _by in self._each])

    def take_away(self, back_to: Item | None) -> None:
        """Remove what is there of them.

        If one can't be removed, those that were lead to C(back_to) again, and the error that is raised says so.
        """
        self._note([move for move, _by in self._each])
        for move, by in list(self._each):
            if move.remove is None:
                continue
            try:
                by.delete(move.remove, move.item)
                if by.found_nothing:
                    self._not_there(move)
                else:
                    self._away.append((move, by))
            except KsyunError as error:
                gone = by.is_gone(move.item)
                if gone:
                    self._away.append((move, by))
                elif gone is None or by.progress.done or isinstance(error, UnknownOutcomeError):
                    # a deleted one may be listed for a while
                    self._doubtful.append(move)
                self.bring_after(error, back_to)
                raise
            finally:
                self._collect(by)

    def _not_there(self, move: Move) -> None:
        """Leave something as it is: others have removed it, or moved it, since it was planned."""
        self._each = [each for each in self._each if each[0] is not move]
        self._note([each for each, _by in self._each])
        self._progress.warnings.append(
            f"The {move.called} was not there any more, and so is not created again: others have removed it, or moved "
            "it."
        )

    def bring(self, to: Item) -> list[KsyunError]:
        """Create them, leading to a resource; the errors of those that could not be. Each is tried."""
        failures: list[KsyunError] = []
        left: list[tuple[Move, Writer]] = []
        for move, by in self._away:
            step = aimed(move, to)
            wanted = Wanted(step.options, step.options, others={move.field.option: to})
            known = {str(move.item["id"])} if move.item.get("id") else set()
            try:
                by.create(step, wanted, known)
            except KsyunError as error:
                right = by.as_wanted(step, wanted, known) if by.progress.item is None else None
                if right:
                    self._progress.warnings.append(
                        f"The {step.target} is there, and leads to the new one as far as the service tells, though its "
                        f"create failed: {error}"
                    )
                    continue
                failures.append(error)
                if right is False:
                    self._elsewhere.append(move)
                elif by.progress.item is None:
                    left.append((move, by))
            finally:
                self._collect(by)
        self._away = left
        self._new = str(to["id"])
        self._note(self.missing)
        return failures

    def bring_after(self, error: KsyunError, to: Item | None) -> None:
        """Bring them after a failure, and let the error say what became of them."""
        if not self._away and not self._doubtful:
            self._notes.drop(self._key)
            return
        moved = ", ".join(move.called for move, _by in self._away)
        failures = [] if to is None else self.bring(to)
        if not self.missing and not self._elsewhere:
            error.further = f"What led to it was created again, and leads to {to and to['id']}: {moved}."
            return
        self.tell(error, failures)

    @property
    def missing(self) -> list[Move]:
        """Those that are not there, as far as that is known."""
        return [*(move for move, _by in self._away), *self._doubtful]

    def tell(self, error: KsyunError, failures: t.Sequence[KsyunError]) -> None:
        """Let an error say what is not there now, and what it takes to create it."""
        tasks = []
        for move in self.missing:
            options = {field.option: move.create.options.get(field.option) for field in move.table.settable}
            told = {option: value for option, value in options.items() if value is not None}
            other = next((change.after for change in move.create.changes if change.field is move.field), None)
            if other is not None:
                told[move.field.option] = other
            within = {} if move.field.refers_to is None else move.field.refers_to.within
            for theirs, ours in within.items():
                if self._place.get(theirs) is not None:
                    told.setdefault(ours, self._place[theirs])
            tasks.append({"module": move.table.name, "options": told})
        elsewhere = ", ".join(move.called for move in self._elsewhere)
        doubtful = ", ".join(move.called for move in self._doubtful)
        sure = ", ".join(move.called for move, _by in self._away)
        error.further = " ".join(
            part
            for part in (
                f"These do not exist now, so that nothing flows there: {sure}." if sure else "",
                f"Of these it is not known: {doubtful}." if doubtful else "",
                f"Others have created these otherwise since, so that they lead elsewhere: {elsewhere}."
                if elsewhere
                else "",
                "The causes: " + " ".join(map(str, failures)) if failures else "",
                "Running the task again creates them, if it can find its notes; else use "
                + ", ".join(
                    f"{task['module']} with {json.dumps(task['options'], ensure_ascii=False)}" for task in tasks
                )
                + "."
                if tasks
                else "",
            )
            if part
        )
        if tasks:
            error.left_behind = {"missing_routes": tasks}

    def _collect(self, by: Writer) -> None:
        """Count what was written for one of them as this task's."""
        self._progress.done += by.progress.done
        self._progress.warnings += by.progress.warnings
        by.progress.done, by.progress.warnings = [], []


def permitted(probe: Probe, step: Step, table: Resource) -> bool | None:
    """Whether the service would permit a write that is made under other circumstances; None if it does not tell.

    A dry run now may be refused for what will have changed by then: such a refusal says nothing. Raises L(ApiError) for
    one that says that this key may not do it at all.
    """
    try:
        probe(table.actions.of(step.action), step.parameters)
    except (AccessDeniedError, SignatureError, UnknownActionError):
        raise
    except ServiceError:
        return None
    return True


def may_move(probe: Probe, plan: Plan) -> None:
    """Ask, once for each kind of write, whether this key may move what has to move. Raises L(ApiError)."""
    asked: dict[tuple[str, str], bool | None] = {}
    for move in plan.moves:
        for step in (move.remove, move.create):
            if step is None:
                continue
            key = (move.table.name, step.action)
            if key not in asked:
                asked[key] = permitted(probe, step, move.table)
            step.permitted = asked[key]


def unlisted(error: ApiError, target: str, word: str) -> ApiError:
    """The refusal to replace something, as it can't be seen what leads to it."""
    told = (
        f"Without that it can't be seen which {word} lead to the {target}, and would lead nowhere. Permit the action "
        f"to this key, or set move_{word} to false if none does."
    )
    error.hint = f"{error.hint} {told}" if error.hint else told
    return error
