# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a plan, step by step."""

from __future__ import annotations

import typing as t
from contextlib import suppress
from dataclasses import replace

from ..api.action import Action
from ..api.errors import (
    AccessDeniedError,
    ApiError,
    KsyunError,
    NotFoundError,
    ServiceError,
    SignatureError,
    ThrottledError,
    UnavailableError,
)
from ..resources.schema import Item, Resource
from ..resources.types import fold, same_id
from .create import Creator
from .errors import (
    AmbiguousNameError,
    InterruptedReplaceError,
    InUseError,
    NotAsAskedError,
    RaceError,
    ReplacementUndoneError,
    UnknownOutcomeError,
    WaitTimeoutError,
)
from .following import names_of
from .lookup import Lookup, list_of
from .model import Change, Desired, Plan, Progress, Step, Wanted, describe
from .moving import Mover, Probe, may_move, permitted
from .notes import SENT, Notes, move_key
from .plan import differences, recreate, unseen
from .write import Parts, finish

Replacement = t.Callable[[Item, "list[Change]"], Plan]


class Applier(Creator):
    """Carries out the plan of one task. C(asks) sends its dry runs, where that is not the client."""

    asks: Probe | None = None
    found_nothing = False  # whether what it was last to delete was not there any more

    def probe(self, action: Action, parameters: dict[str, t.Any]) -> None:
        """Ask the service whether it would permit a write. Raises L(ApiError)."""
        (self.asks or self.client.probe)(action, parameters)

    def applying(self, plan: Plan, wanted: Wanted, replacement: Replacement) -> Parts:
        """Carry out the steps in their order, a replacement without a pause. Raises L(KsyunError).

        C(replacement) makes the plan to replace what the service does not change in place, though it says so.
        """
        if plan.replaces:
            self._replace(plan, wanted)
            return
        for step in plan.own:
            if step.action == "delete":
                yield from self._deleting(step, t.cast(Item, plan.before))
                if self.resource.moves:  # nothing is to lead there any more
                    Notes(self.policy.notes).drop(self._move_key(t.cast(Item, plan.before)))
                self._tell_dangling(step, t.cast(Item, plan.before))
            elif step.action == "update":
                yield from self._updating(step, plan, wanted, replacement)
            else:
                if plan.moves:
                    self._mover(plan).lead_to(SENT)
                yield from self.creating(step, wanted, set())
        if plan.moves:
            self._finish_moves(plan)

    def _replace(self, plan: Plan, wanted: Wanted) -> None:
        """Replace, with what leads to the old one led to the new one; or, if that fails, to what is there then."""
        delete, create = plan.own
        old = t.cast(Item, plan.before)
        if self.policy.probe:
            # Better to hear a refusal while the old one still stands.
            if self.resource.identity.is_unique:
                create.permitted = permitted(self.probe, create, self.resource)
            else:
                self.probe(self.resource.actions.create, create.parameters)
                create.permitted = True
        before = self._bearers(old, create)
        if not plan.moves:
            self._exchange(plan, wanted, before)
            return
        if self.policy.probe:
            delete.permitted = permitted(self.probe, delete, self.resource)
            may_move(self.probe, plan)
        mover = self._mover(plan)
        mover.take_away(old)
        try:
            self._exchange(plan, wanted, before, mover.lead_to)
        except KsyunError as error:
            mover.bring_after(error, self._standing(old))
            raise
        self._bring(mover, t.cast(Item, self.progress.item))

    def _mover(self, plan: Plan) -> Mover:
        policy = replace(self.policy, wait_for_state=None)

        def writer(table: Resource) -> Applier:
            lookup = Lookup(self.client, table, policy.project_id)
            return Applier(self.client, table, Desired({}), policy, lookup, Progress(), self.hold)

        return Mover(plan, policy, self._move_key(t.cast(Item, plan.after)), self.progress, writer)

    def _move_key(self, item: Item) -> str:
        return move_key(self.resource, item, self.client.connection.region)

    def _standing(self, old: Item) -> Item | None:
        """What is there after a replacement that failed: the new one, or the old one; None if that is not known."""
        item = self.progress.item
        if item is None or not same_id(item["id"], old["id"]):
            return item
        with suppress(ApiError):
            return self.lookup.by_id(str(old["id"]), old)
        return None

    def _finish_moves(self, plan: Plan) -> None:
        """Move what an earlier task, which was ended, has not moved any more."""
        to = self.progress.item
        if to is None or not to.get("id"):
            return
        mover = self._mover(plan)
        mover.lead_to(str(to["id"]))
        mover.take_away(to)
        self._bring(mover, to)

    def _bring(self, mover: Mover, to: Item) -> None:
        """Create what moves, leading to what is there now. Raises L(InterruptedReplaceError) if not all can be."""
        failures = mover.bring(to)
        if not failures:
            return
        error = InterruptedReplaceError(
            f"The {describe(self.resource, to, to['id'])} is there, but not all that is to lead to it: {failures[0]}",
            failures[0],
        )
        mover.tell(error, failures[1:])
        raise error

    def _tell_dangling(self, step: Step, old: Item) -> None:
        """Warn of what leads to something that was deleted, as far as that can be listed."""
        try:
            left = names_of(self.lookup, old)
        except ApiError:
            return
        if left:
            self.progress.warnings.append(f"These lead to the {step.target}, which was deleted: {', '.join(left)}.")

    def delete(self, step: Step, old: Item) -> None:
        """Delete what moves, and wait until it is no longer listed. Raises L(KsyunError)."""
        self._delete(step, old, before_create=True)

    def as_wanted(self, step: Step, wanted: Wanted, others: set[str]) -> bool | None:
        """Whether what is called as a create would call it is as that wants it; None if there is not just one."""
        found: list[Item] = []
        with suppress(ApiError):
            found = self.lookup.all_by_key(step.options, others)
        if len(found) != 1:
            return None
        return not differences(self.resource, wanted, found[0]) and not unseen(self.resource, wanted, found[0])

    def is_gone(self, item: Item) -> bool | None:
        """Whether it is not there; None if that can't be seen."""
        try:
            return self.lookup.by_id(str(item["id"]), item) is None
        except ApiError:
            return None

    def _exchange(
        self, plan: Plan, wanted: Wanted, before: set[str], note: t.Callable[[str], None] = lambda _new: None
    ) -> None:
        """Delete the old one and create the new one. If that is refused, put the old one back.

        If it ends between the two all the same, the failure says so, and what the old one had. C(before) are ids of
        what bears the name of the old one. C(note) is called before the create is sent, and with the id of its answer.
        """
        delete, create = plan.own
        old = t.cast(Item, plan.before)
        try:
            self._delete(delete, old, before_create=True)
            note(SENT)
            creating = self.creating(create, wanted, {old["id"]}, replaces=True)
            next(creating)
            if self.progress.item is not None:
                note(str(self.progress.item["id"]))
            finish(creating)
        except (ApiError, UnknownOutcomeError, AmbiguousNameError, WaitTimeoutError) as error:
            if isinstance(error, RaceError) and self.progress.item is not None:
                raise RaceError(f"The {delete.target} was deleted, to be replaced. {error}", error.ids) from None
            if not self.progress.done or self.progress.item is not None:
                raise  # the old one is not known to be deleted, or the new one is there
            back = ""
            if isinstance(error, ApiError):  # refused: nothing was created
                back = self._put_back(plan, wanted, error, before)
            raise self._interrupted(plan, wanted, error, back) from None

    def _bearers(self, old: Item, create: Step) -> set[str]:
        """The ids of what bears the name of the old one where that is, before it is deleted."""
        scope = self.resource.scope
        stays = {*self.resource.identity.by, *(() if scope is None else (scope.option,))}
        if all(create.options.get(option) == old.get(option) for option in stays):
            return {str(old["id"])}  # the name is only replaced where it is the only one
        place = {option: old[option] for option in stays if old.get(option) is not None}
        return {str(old["id"]), *(str(item["id"]) for item in self.lookup.all_by_key(place))}

    def _put_back(self, plan: Plan, wanted: Wanted, cause: ApiError, before: set[str]) -> str:
        """Create again what was deleted. Raises L(ReplacementUndoneError) if that succeeds; else says why not.

        C(before) are ids of what bore its name then. What bears it since was made by others, in its place.
        """
        delete, create = plan.own
        old = t.cast(Item, plan.before)
        step = recreate(self.resource, old, wanted)
        if step is None:
            return " It could not be put back, as not all of it is known, or it is paid for in advance."
        notes = [
            f"its {field.option} is the task's, as the service does not tell the old one"
            for field in self.resource.fields
            if field.required and old.get(field.option) is None
        ]
        since: list[Item] = []
        with suppress(ApiError):
            since = self.lookup.all_by_key(step.options, before)
        if since:
            return f" The old one was not put back, as others have created one of its name since: {list_of(since)}."
        try:
            self.create(step, wanted._replace(others=wanted.former), before, replaces=True)
        except KsyunError as error:
            if self.progress.item is None:
                return f" Putting the old one back failed, too: {error}"
            notes.append(str(error))
        now = t.cast(Item, self.progress.item)
        notes += [
            f"its {field.option} is now {now[field.option]}, and was {old.get(field.option)}"
            for field in self.resource.fields
            if not field.settable and field.is_address and now.get(field.option) not in (None, old.get(field.option))
        ]
        raise ReplacementUndoneError(
            f"The {delete.target} was deleted, and its replacement {create.target} was refused. So the old one was put "
            f"back as it was, with the new id {now['id']}{''.join(f' ({note})' for note in notes)}. Its traffic was "
            f"interrupted, and will be again if the task is run before the cause is mended. The cause: {cause}",
            cause,
        )

    def _interrupted(self, plan: Plan, wanted: Wanted, error: KsyunError, back: str) -> InterruptedReplaceError:
        delete, create = plan.own
        exists = "does not exist" if isinstance(error, (ApiError, WaitTimeoutError)) else "may or may not exist"
        beside = self._beside(t.cast(Item, plan.before), wanted)
        return InterruptedReplaceError(
            f"The {delete.target} was deleted, and its replacement {create.target} {exists}. Run the task again"
            + (" without id" if self.desired.id else "")
            + f" to create it{beside}; until then its traffic is down.{back} The cause: {error}",
            error,
        )

    def _beside(self, old: Item, wanted: Wanted) -> str:
        """What the deleted one had that the task does not name, so that nobody else knows it any more."""
        shown = self.resource.public(old)
        had = [
            f"{field.option}: {shown[field.option]}"
            for field in self.resource.fields
            if field.on_create and shown.get(field.option) not in (None, "") and field.option not in wanted.options
        ]
        return f", with the options that only the old one had ({', '.join(had)})" if had else ""

    def _updating(self, step: Step, plan: Plan, wanted: Wanted, replacement: Replacement) -> Parts:
        """Change in place, and read it back: what the answer says differs between versions of the service."""
        before, after = t.cast(Item, plan.before), t.cast(Item, plan.after)
        identity = after["id"]

        def changed(item: Item | None) -> bool:
            return item is not None and not _lacking(step, item, after)

        def settled(item: Item | None) -> bool:
            """Waiting does not help where what has changed became something else than was asked."""
            return item is None or _lacking(step, item, after) == _otherwise(step, item, before, after)

        self.write_until(step, lambda: changed(self.lookup.by_id(identity, after)))
        yield

        def look() -> Item | None:
            return self.lookup.by_id(identity, after)

        item = self.wait(look, settled) if self.policy.wait else look()
        if item is None:
            self.progress.item = None
            raise WaitTimeoutError(
                f"The service accepted the change of the {step.target}, but it does not exist any more: something else "
                "has removed it."
            )
        self.progress.item = item if self.policy.wait or changed(item) else after
        if self.policy.wait and not changed(item):
            self._not_changed(step, plan, item, wanted, replacement)

    def _not_changed(self, step: Step, plan: Plan, item: Item, wanted: Wanted, replacement: Replacement) -> None:
        """Judge what an accepted change has become instead: raise, or replace where the task allows it."""
        before, after = t.cast(Item, plan.before), t.cast(Item, plan.after)
        otherwise = _otherwise(step, item, before, after)
        if otherwise:
            now = [f"{change.field.option} (now {item.get(change.field.option)!r})" for change in otherwise]
            raise NotAsAskedError(
                f"The service accepted the change of the {step.target}, but made something else of it: "
                f"{', '.join(now)}. Use values that the service keeps as they are.",
                [change.field.option for change in otherwise],
            )
        left = _lacking(step, item, after)
        options = [change.field.option for change in left]
        accepted = (
            f"The service accepted the change of the {step.target}, but {self.waited:.0f} seconds later it "
            f"still has the old value of {', '.join(options)}."
        )
        if not all(change.field.may_be_fixed for change in left):
            raise WaitTimeoutError(accepted)
        if not wanted.replace or self.hold.waiting:  # who is to end has not waited long enough to tell
            raise WaitTimeoutError(
                f"{accepted} If the service does not change it in place, set on_immutable_change to replace to delete "
                "and recreate it."
            )
        try:
            instead = replacement(item, differences(self.resource, wanted, item))
        except KsyunError as error:
            raise NotAsAskedError(f"{accepted} It can't be replaced: {error}", options) from None
        self.progress.warnings.append(
            f"The service does not change {', '.join(options)} of the {step.target} in place."
        )
        self.progress.plan = plan.followed_by(instead)
        self.sent = None
        self._replace(instead, wanted)

    def _delete(self, step: Step, old: Item, *, before_create: bool = False) -> None:
        """Delete, and wait until it is no longer listed.

        C(before_create): what was deleted is not left without its successor for a look that fails, or is cut short.
        """
        finish(self._deleting(step, old, before_create=before_create))

    def _deleting(self, step: Step, old: Item, *, before_create: bool = False) -> Parts:
        """The same in two parts: it is sent, and then waited for."""
        identity = step.parameters[self.resource.id_wire]
        self.found_nothing = False
        try:
            self.write_until(step, lambda: self.lookup.by_id(identity, old) is None)
        except ServiceError as error:
            if isinstance(error, (AccessDeniedError, SignatureError, ThrottledError, UnavailableError)):
                raise
            gone = isinstance(error, NotFoundError) and error.names(identity)
            if not gone and self._is_there(identity, old):
                raise self._with_users(step, old, error) from None
            self.found_nothing = not self.was_lost
            self.progress.done.append(step)
        Notes(self.policy.notes).drop(identity)
        self.progress.item = None
        if not self.policy.wait:
            return
        yield
        try:
            left = self.wait(lambda: self.lookup.by_id(identity, old), lambda item: item is None)
        except ApiError:
            if not before_create:
                raise
            return
        if left:
            listed = f"The {step.target} was deleted, but {self.waited:.0f} seconds later is still listed."
            if not before_create:
                raise WaitTimeoutError(listed)
            self.progress.warnings.append(listed)

    def _is_there(self, identity: str, place: Item) -> bool:
        """Whether a resource whose deletion was refused is there, as far as a listing can be had."""
        try:
            return self.lookup.by_id(identity, place) is not None
        except ApiError:
            return True

    def _with_users(self, step: Step, old: Item, error: ServiceError) -> ServiceError:
        """A refused deletion, with the names of what uses the resource, if anything does."""
        users = []
        with suppress(ApiError):
            users += self.lookup.users(step.parameters[self.resource.id_wire])
        with suppress(ApiError):
            users += names_of(self.lookup, old)
        if not users:
            return error
        in_use = InUseError(
            error.action,
            error.message,
            code=error.code,
            http_status=error.http_status,
            request_id=error.request_id,
            hint=f"The {step.target} is used by {', '.join(users)}: remove them first.",
        )
        in_use.users = users
        return in_use

    def await_end(self, items: t.Sequence[Item]) -> None:
        """Wait until what is being deleted already is no longer listed."""
        left = self.wait(
            lambda: [item for item in items if self.lookup.by_id(item["id"], item)], lambda found: not found
        )
        if left:
            raise WaitTimeoutError(
                f"The {describe(self.resource, left[0], left[0]['id'])} was being deleted already, but "
                f"{self.waited:.0f} seconds later is still listed."
            )

    def await_state(self, item: Item) -> Item:
        """Wait until the resource is in the state that the task names; the resource then."""
        wanted = t.cast(str, self.policy.wait_for_state)

        def reached(found: Item | None) -> bool:
            return found is not None and fold(found.get("status")) == fold(wanted)

        if reached(item):
            return item
        found = self.wait(lambda: self.lookup.by_id(item["id"], item), reached)
        if not reached(found):
            raise WaitTimeoutError(
                f"The {describe(self.resource, item, item['id'])} did not reach the state {wanted!r} in "
                f"{self.waited:.0f} seconds; its last state was {(found or {}).get('status')!r}."
            )
        return t.cast(Item, found)


def _lacking(step: Step, item: Item, after: Item) -> list[Change]:
    """The changes of a step that an item does not have yet."""
    return [
        change
        for change in step.changes
        if not change.field.same(item.get(change.field.option), after[change.field.option])
    ]


def _otherwise(step: Step, item: Item, before: Item, after: Item) -> list[Change]:
    """Of these the ones whose option has changed, but into something else than was asked."""
    return [
        change for change in _lacking(step, item, after) if item.get(change.field.option) != before[change.field.option]
    ]
