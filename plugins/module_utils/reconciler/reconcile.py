# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reconciler: find what is there, plan, and probe (check mode) or apply the plan. For any resource.

Reads never carry C(DryRun): the plan says what would change, the probe whether the service permits it.
"""

from __future__ import annotations

import os
import typing as t
from contextlib import suppress
from dataclasses import replace

from ..api.action import Action
from ..api.client import Client
from ..api.errors import AccessDeniedError, ApiError, DryRunExecutedError, InvalidOptionsError, UnknownActionError
from ..resources.schema import Item, Parents, Resource
from ..resources.types import is_id, same_id
from .errors import (
    AmbiguousNameError,
    ImmutableChangeError,
    MissingError,
    NotAsAskedError,
    ProtectedError,
    TimeUpError,
    in_use,
)
from .lookup import UNKNOWN_ID, Found, Lookup, Reader, list_of
from .model import Change, Desired, Move, Outcome, Plan, Policy, Progress, Step, Wanted, describe
from .plan import differences, make_plan, match_secrets, not_compared, plan_replace

if t.TYPE_CHECKING:
    from .apply import Applier
    from .signals import Hold
    from .write import Parts


class Reconciler:
    """Brings one resource to what a task wants of it.

    Check mode and a run go one way up to the last step: what is looked at before a write is looked at in both.
    """

    def __init__(
        self,
        client: Client,
        resource: Resource,
        desired: Desired,
        policy: Policy,
        *,
        reader: Reader | None = None,
        parents: Parents | None = None,
    ) -> None:
        """C(reader) has what many share of listings. C(parents) are those that the caller knows, by option.

        One whose id is C(UNKNOWN_ID) will be there when the resource's turn comes.
        """
        self.client = client
        self.resource = resource
        self.desired = desired
        self.policy = policy
        self.lookup = Lookup(reader or client, resource, policy.project_id)
        self.progress = Progress()
        self.is_due = False  # whether anything has to be done, or waited for
        self.began = client.monotonic()
        self._parents_given = parents or {}
        self._known: dict[str, Item] = {}  # parents that have been read, by option
        self._faults: list[str] = []  # values that must not be sent
        self._wanted: Wanted | None = None
        self._leaving: list[Item] = []  # others of the name, which are being deleted
        self._applier: Applier | None = None

    def run(self) -> Outcome:
        """Reconcile: the outcome, with the C(failure) if there was one, which says what became of the change."""
        try:
            self.prepare()
            if self.policy.check_mode:
                self.ask()
            elif self.is_due:
                self._apply()
        except Exception as error:  # pylint: disable=broad-except
            return self.failed(error)
        return self.outcome()

    def outcome(self) -> Outcome:
        """The outcome where nothing has failed."""
        return self.progress.outcome(self.desired.id == UNKNOWN_ID or bool(self.steps))

    def failed(self, error: Exception) -> Outcome:
        """The outcome with a failure."""
        executed = isinstance(error, DryRunExecutedError)
        if isinstance(error, ApiError) and not executed:
            error.so_far = self._so_far()
        return self.progress.outcome(bool(self.progress.done) or executed, error)

    @property
    def steps(self) -> t.Sequence[Step]:
        """What is planned."""
        return self.progress.plan.steps if self.progress.plan else ()

    def _so_far(self) -> str:
        """What a failed call leaves behind."""
        done = [f"the {step.action} of the {step.target}" for step in self.progress.done]
        have = "has" if len(done) == 1 else "have"
        listed = " and ".join(done) if len(done) < 3 else ", ".join(done)
        return f"Before that, {listed} {have} been carried out." if done else "Nothing was changed."

    def prepare(self) -> None:
        """Find what is there, and plan. Writes nothing; raises what stands against the plan."""
        resource = self.resource
        self._name_places()
        self._validate()
        if self.desired.id == UNKNOWN_ID:
            self._not_there_yet()
            return
        wanted, found = self._look()
        outcome, current = self.progress, found.item
        outcome.item = current
        spared = None if current is None else resource.spares(current, wanted.options)
        if spared:
            raise ProtectedError(spared)
        if wanted.present and current is not None:
            outcome.secrets_match = match_secrets(resource, wanted, current)  # also where it can't be planned
            outcome.not_compared = not_compared(resource, wanted, current)
        if not wanted.present and current is not None:
            self._must_be_meant(wanted, current)
        self._judge(wanted, current)
        plan = make_plan(resource, wanted, current, lambda: self._parents(wanted, current))
        outcome.plan = plan
        if plan.steps:
            self._examine(plan, wanted, found)
        if plan.replaces:
            wanted = wanted._replace(former=self._former(plan))
        if resource.moves and wanted.present:
            plan = outcome.plan = self._moving(plan, wanted)
        elif resource.moves and current is None and not self.policy.check_mode:
            self._forget_moves(wanted)
        self._wanted, self._leaving = wanted, found.leaving
        waits = self.policy.wait_for_state or (found.leaving and self.policy.wait and not wanted.present)
        self.is_due = bool(plan.steps or waits)

    def ask(self, probe: t.Callable[[Action, dict[str, t.Any]], None] | None = None) -> None:
        """In check mode: ask the service about what is planned, by C(probe) if not by the client's, and foretell."""
        plan = self.progress.plan
        if plan is None or self._wanted is None:
            return
        self._probe(plan, self._wanted, probe or self.client.probe)
        self.foretell()

    def foretell(self) -> None:
        """Let the outcome have what the plan leads to."""
        outcome, plan = self.progress, self.progress.plan
        if plan is None:
            return
        outcome.item, outcome.secrets_match = plan.after, plan.secrets_match
        if plan.creates and outcome.item is not None:
            outcome.item = {**outcome.item, "id": UNKNOWN_ID}

    def work(self, hold: Hold, probe: t.Callable[[Action, dict[str, t.Any]], None] | None = None) -> Parts:
        """Carry out what was planned, in two parts, and wait for what the task waits for.

        C(probe) sends the dry runs before a replacement, if not the client's.
        """
        from .apply import Applier  # here, as each module compiles what it imports, and most tasks change nothing

        outcome, wanted, plan = self.progress, t.cast(Wanted, self._wanted), t.cast(Plan, self.progress.plan)
        applier = Applier(self.client, self.resource, self.desired, self.policy, self.lookup, outcome, hold)
        applier.began, applier.asks, self._applier = self.began, probe, applier
        try:
            yield from applier.applying(plan, wanted, lambda item, changes: self._replacement(wanted, item, changes))
            if wanted.present and self.policy.wait_for_state and outcome.item:
                outcome.item = applier.await_state(outcome.item)
            if not wanted.present and self.policy.wait:
                applier.await_end(self._leaving)
        finally:
            if outcome.item is not None:
                outcome.secrets_match = match_secrets(self.resource, wanted, outcome.item)
                outcome.not_compared = not_compared(self.resource, wanted, outcome.item)

    def hand_to(self, client: Client, reader: Reader, sent: float | None = None) -> None:
        """Go on with another thread's client. C(sent): when all was sent that is waited for at the same time."""
        self.client, self.lookup.client = client, reader
        if self._applier is not None:
            self._applier.client, self._applier.sent = client, sent

    def _apply(self) -> None:
        """Carry out the plan to its end. Nothing ends the process in between."""
        from .signals import Hold
        from .write import finish

        outcome = self.progress
        with Hold() as hold:
            finish(self.work(hold))
        if hold.timed_out:
            raise TimeUpError(
                "The task's time-out came while its changes were carried out. They were carried out to their end: "
                + (", ".join(f"{step.action} of the {step.target}" for step in outcome.done) or "nothing was changed")
                + "."
            )

    def _not_there_yet(self) -> None:
        """In check mode, a task for what an earlier task of the play would have created."""
        if self.desired.state == "present":
            self.progress.item = {**self.resource.blank(), **self.desired.options, "id": UNKNOWN_ID}
        self.progress.warnings.append(
            f"This {self.resource.noun} would be created by an earlier task of the play; "
            "check mode cannot tell what this task would change."
        )

    # --- before the plan ----------------------------------------------------------------------

    def _name_places(self) -> None:
        """Put the id of what the task names in the place of its name, as if the task had it.

        Raises L(MissingError) in check mode, too: no task of this collection can create it.
        """
        for field in self.resource.settable:
            if field.named is None or field.named[0] not in self.desired.named:
                continue
            option, meant = field.named
            given = self.desired.named[option]
            if field.option in self.desired.options:
                raise InvalidOptionsError([f"{field.option} and {option} say the same: set one of them"])
            faults = blank({option: given}, [])
            if faults:
                raise InvalidOptionsError(faults)
            identity = self.lookup.named(option, meant, given)
            self.desired = replace(self.desired, options={**self.desired.options, field.option: identity})

    def _validate(self) -> None:
        """Raise L(InvalidOptionsError) for what no resource can have. What this one may have is judged by the plan."""
        desired = self.desired
        faults = []
        if not desired.id and not all(desired.options.get(option) for option in self.resource.identity.by):
            faults.append(f"{' and '.join(self.resource.identity.by)} or id is required")
        elif (
            self.resource.scope and self.resource.scope.required and not desired.options.get(self.resource.scope.option)
        ):
            faults.append(f"{self.resource.scope.option} is required: the service lists only what is there")
        if desired.id == UNKNOWN_ID and not self.policy.check_mode:
            faults.append(f"id {UNKNOWN_ID} is what check mode returns for a resource that does not exist yet")
        if not 0 <= self.policy.wait_timeout < float("inf"):
            faults.append("wait_timeout must be at least 0 seconds")
        malformed = False
        if desired.state == "present":
            malformed = bool(self.resource.malformed(desired.options))
            self._faults = self.resource.faults(desired.options, complete=not desired.id, strict=self.policy.strict)
        else:  # of what is called so, none could ever be found
            exact = {field.option for field in self.resource.key if field.kind.is_exact}
            called = {
                option: desired.options.get(option) for option in self.resource.identity.by if option not in exact
            }
            faults += self.resource.malformed(called)
        faults += blank(self._identity(), [*faults, *self._faults])
        if faults or malformed:
            raise InvalidOptionsError([*faults, *self._faults])

    def _judge(self, wanted: Wanted, current: Item | None) -> None:
        """Raise L(InvalidOptionsError) for values that would be sent and must not be.

        What a resource has already, a task may say, whatever it is.
        """
        if not self._faults:
            return
        faults = self._faults
        if current is not None:
            changed = [change.field for change in differences(self.resource, wanted, current)]
            if all(field.on_modify for field in changed):
                values = {field.option: self.desired.options[field.option] for field in changed}
                faults = self.resource.faults(values, complete=False, strict=self.policy.strict)
        if faults:
            raise InvalidOptionsError(faults)

    def _identity(self) -> Item:
        """The options that say which resource is meant, and in which scope."""
        desired, scope = self.desired, self.resource.scope
        references = {field.option for field in self.resource.references}
        which = {*self.resource.identity.by, *references, *((scope.option,) if scope else ())}
        named = {option: value for option, value in desired.options.items() if option in which}
        return {"id": desired.id, "project_id": self.policy.project_id, **named}

    def _look(self) -> tuple[Wanted, Found]:
        """What is wanted, its references resolved, and what is there."""
        desired, resource = self.desired, self.resource
        present = desired.state == "present"
        options = dict(desired.options)
        others: dict[str, Item] = {}
        for reference in resource.references:
            given = options.get(reference.option)
            if given is None:
                continue
            if reference.option in self._parents_given:
                parent = self._known[reference.option] = others[reference.option] = self._parents_given[
                    reference.option
                ]
                options[reference.option] = None if parent["id"] == UNKNOWN_ID else parent["id"]
                continue
            in_scope = resource.scope is not None and reference.option == resource.scope.option
            if not present and ((desired.id and resource.identity.listed_by_id) or not in_scope):
                continue  # not needed to find what is to go
            elsewhere = reference.refers_to is not None and reference.refers_to.is_told_elsewhere
            if is_id(given) and given == given.lower() and not elsewhere:
                continue  # as the service writes it; it is only looked at if something is created there
            try:
                parent = self._known[reference.option] = self.lookup.parent(reference, given, options)
                options[reference.option], others[reference.option] = parent["id"], parent
            except MissingError as error:
                if present and self._faults:  # nothing is there that could have such values
                    raise InvalidOptionsError(self._faults) from None
                if present and not self.policy.check_mode:
                    raise
                if present and is_id(given):
                    raise  # no earlier task of the play can create it
                options[reference.option] = None
                if not is_id(given):
                    others[reference.option] = {"name": given}  # as an earlier task of the play names it
                self.progress.warnings.append(
                    f"{error} Check mode assumes that an earlier task of the play creates it."
                    if present
                    else f"{error} So it has no {resource.noun}."
                )
        replace = self.policy.on_immutable_change == "replace"
        wanted = Wanted(options, dict(desired.options), present, replace, self.policy.update_secrets, others)
        return wanted, self._find(options)

    def _must_be_meant(self, wanted: Wanted, current: Item) -> None:
        """Raise L(MissingError) where what is to go has no name of its own, and is plainly not as the task says it is.

        What is not there any more, as an earlier task may have removed it, is compared as far as its name goes.
        """
        resource = self.resource
        if "name" in resource.identity.by:
            return
        options, others = dict(wanted.options), dict(wanted.others)
        for field in resource.references:
            given = self.desired.options.get(field.option)
            if given is None or field.refers_to is None or not field.refers_to.is_told_elsewhere:
                continue
            try:
                others[field.option] = self.lookup.parent(field, given, options)
                options[field.option] = others[field.option]["id"]
            except MissingError:
                is_told = field.refers_to.listed_as is not None and not is_id(given)
                others[field.option] = {"name": given} if is_told else {}
            except (AmbiguousNameError, AccessDeniedError):
                others[field.option] = {}
        told = wanted._replace(options=options, others=others)
        identity = {*resource.identity.by, *resource.identity.also}
        differing = [
            change
            for change in differences(resource, told, current)
            if change.field.option in identity or change.field.refers_to is not None
        ]
        if differing:
            raise MissingError(
                f"The {describe(resource, current, current['id'])} is not the one that the task means: "
                f"{', '.join(map(str, differing))}. It was not deleted. Leave these options out if it is to go all the "
                "same."
            )

    def _find(self, options: Item) -> Found:
        desired, lookup, noun = self.desired, self.lookup, self.resource.noun
        if not desired.id:
            return lookup.by_key(options)
        current = lookup.by_id(desired.id, options)
        if current is None:
            unseen = lookup.unseen(self.resource)
            if desired.state == "present":
                raise MissingError(
                    f"There is no {noun} with the id {desired.id}{lookup.where}.{unseen} "
                    "A resource that was replaced has a new id. Leave id out to find it by its name, or to create it."
                )
            if unseen:
                self.progress.warnings.append(f"There is no {noun} with the id {desired.id}.{unseen}")
        if current is None or not self.resource.is_leaving(current):
            return Found(current, [], [], [], [])
        if desired.state == "present":
            raise MissingError(
                f"The {describe(self.resource, current, desired.id)} is being deleted: its status is "
                f"{current.get('status')!r}. Leave id out to find another one by its name, or to create it."
            )
        return Found(None, [], [], [], [current])

    # --- before a write, in check mode as in a run ----------------------------------------------

    def _parents(self, wanted: Wanted, current: Item | None) -> Parents:
        """What a create refers to, as far as it is known. One that is given by its id must be there.

        Raises L(MissingError), and L(AccessDeniedError) where a replacement would go to a parent that can't be read.
        """
        for reference in self.resource.references:
            identity = wanted.options.get(reference.option)
            if identity is None or reference.option in self._known:
                continue
            try:
                self._known[reference.option] = self.lookup.parent(reference, identity, wanted.options)
            except (MissingError, AccessDeniedError) as error:
                # What is there now is where it is: its parent exists, though this key or project may not see it.
                if current is not None and same_id(current.get(reference.option), identity):
                    continue
                if isinstance(error, MissingError) or current is not None:
                    raise
                self.progress.warnings.append(f"It could not be checked whether {reference.option} exists: {error}")
        return self._known

    def _examine(self, plan: Plan, wanted: Wanted, found: Found) -> None:
        """Look at what a read can show of the writes to come. Raises L(KsyunError) for what would stop them."""
        resource, outcome = self.resource, self.progress
        if plan.replaces:
            self._can_be_replaced(plan)
            outcome.warnings.append(
                f"The {plan.own[0].target} is deleted and created again, with a new id; its traffic is interrupted."
            )
        elif plan.creates:
            self._can_be_created(wanted, found)
            if found.twins:
                outcome.warnings.append(
                    f"{'; '.join(found.twins)}. Is {describe(resource, wanted.shown)} another one, or a "
                    "new name for it? To rename what is there, give its id."
                )
            if found.leaving:
                outcome.warnings.append(f"Another one of its name is being deleted: {list_of(found.leaving)}.")
        elif plan.before and plan.after and not resource.has_key(plan.before, plan.after):
            taken = self.lookup.all_by_key(plan.after, {plan.after["id"]})
            if taken:
                called = " and ".join(f"the {field.option} {plan.after[field.option]!r}" for field in resource.key)
                outcome.warnings.append(
                    f"Others have {called} already: {list_of(taken)}. After the change only their ids tell them apart."
                )
        if not plan.creates and found.twins and self._becomes_one(plan):
            outcome.warnings.append(f"{'; '.join(found.twins)} then.")
        outcome.warnings += [
            f"Changing {', '.join(change.field.option for change in step.changes if change.field.interrupts)} of the "
            f"{step.target} interrupts its traffic."
            for step in plan.steps
            if step.action == "update" and step.interrupts
        ]
        if plan.creates:
            outcome.warnings += resource.advise(wanted.shown, plan.before is None)
            self._warn_of_overlaps(plan, wanted, found)

    def _warn_of_overlaps(self, plan: Plan, wanted: Wanted, found: Found) -> None:
        """Warn of a network that is the VPC's own, too, or a part of another one that is led elsewhere."""
        away = self.resource.leads_away(plan.own[-1].options, self._known)
        if away is None:
            return
        from ..resources.vpcs import VPC, overlaps

        vpc, network = away
        try:
            own = next((each for each in self.lookup.within(VPC, {}) if same_id(each["id"], vpc)), None)
        except ApiError:  # a warning is not worth a permission
            own = None
        blocks = overlaps(network, own or {})
        if blocks:
            self.progress.warnings.append(
                f"{network} overlaps with the VPC's own network {', '.join(blocks)}: it is not certain which packets "
                "for these addresses stay in the VPC. Sites whose networks overlap need other addresses, or NAT."
            )
        if found.overlapping and plan.before is None:
            self.progress.warnings.append(
                f"{network} overlaps with that of others there: {', '.join(found.overlapping)}. The longer prefix "
                "counts."
            )

    def _becomes_one(self, plan: Plan) -> bool:
        """Whether a change in place gives a resource what no other should have."""
        changed = {change.field.option for step in plan.steps for change in step.changes}
        return any(changed & set(group.options) for group in self.resource.one_of_a_kind)

    def _can_be_created(self, wanted: Wanted, found: Found) -> None:
        """Raise for a name that stands for something else, as far as the service's names may be told apart."""
        resource, options = self.resource, wanted.options
        what = describe(resource, options)
        doubts = [("differs from that only in white space or in the form of Unicode", found.alike)]
        if resource.is_prepaid(options):  # which could not be removed again if its name is cut
            doubts.append(("is the beginning of that", found.cut))
        for how, items in doubts:
            if items:
                raise AmbiguousNameError(
                    f"There is no {what}, but one whose name {how}: "
                    f"{', '.join(describe(resource, item, item['id']) for item in items)}. "
                    "The service may have stored it so. Use that name, or one that differs in more.",
                    [str(item["id"]) for item in items],
                )
        if resource.by_project and self.policy.project_id:
            elsewhere = self.lookup.in_default_project(options)
            if elsewhere:
                raise AmbiguousNameError(
                    f"There is no {what} in project {self.policy.project_id}, but in the default project: "
                    f"{list_of(elsewhere)}. The service can't move it. Leave project_id out to keep it, or choose "
                    "another name to create a second one.",
                    [str(item["id"]) for item in elsewhere],
                )

    def _replacement(self, wanted: Wanted, item: Item, changes: list[Change]) -> Plan:
        """The plan to replace a resource for changes that were to be made in place, looked at like any other."""
        plan = plan_replace(self.resource, wanted, item, changes, changes, lambda: self._parents(wanted, item))
        self._can_be_replaced(plan, changes)
        return self._moving(plan, wanted) if self.resource.moves else plan

    # --- what leads to it ---------------------------------------------------------------------

    def _moving(self, plan: Plan, wanted: Wanted) -> Plan:
        """The plan with what moves along: what leads to a resource that is replaced, and what is left of such a move.

        Raises L(KsyunError) where what leads there can't be told, can't move, or must not.
        """
        moves = self._moves(plan) if plan.replaces else []
        there = {str(move.item.get("id")) for move in moves}
        moves += [move for move in self._left_over(plan) if str(move.item.get("id")) not in there]
        if not moves:
            return plan
        moved = plan.moving(moves)
        self.progress.warnings.append(
            f"{', '.join(move.called for move in moves)} {'leads' if len(moves) == 1 else 'lead'} to the new one "
            f"afterwards. Nothing flows that way for as long as {len(moved.steps)} calls take, from the first delete "
            "to the last create."
        )
        return moved

    def _moves(self, plan: Plan) -> list[Move]:
        """What leads to the resource that is replaced, and moves."""
        # here, as each module compiles what it imports
        from .following import following
        from .moving import unlisted
        from .plan import move_of

        resource, delete, old, word = self.resource, plan.own[0], plan.before or {}, str(self.resource.led_to_by)
        try:
            led = following(self.lookup, old)
        except ApiError as error:
            if self.policy.move:
                raise unlisted(error, delete.target, word) from None
            self.progress.warnings.append(
                f"It could not be checked which {word} lead to the {delete.target}, and will lead nowhere: {error}"
            )
            return []
        doubts = led.doubts if self.policy.move else [*led.doubts, *led.mixed]
        self.progress.warnings += [f"{doubt[0].upper()}{doubt[1:]}." for doubt in doubts]
        if led.mixed and self.policy.move:
            raise AmbiguousNameError(
                f"The {delete.target} can't be replaced: {'; '.join(led.mixed)}. Rename what has the same name, or "
                f"remove the {word}, or set move_{word} to false if none leads to the one that is replaced.",
                [str(old["id"])],
            )
        if not self.policy.move:
            self._must_stay(delete.target, list(map(str, led.found)))
            return []
        moves, stuck = [], []
        removed = {each.lower() for each in self.policy.removed_before}
        for follower in led.found:
            if str(follower.item.get("id")).lower() in removed:
                continue
            move = move_of(follower.kind, follower.field, follower.item, old)
            faults = ["not all of it is told"] if move is None else self._misfits(plan, move)
            if move is None or faults:
                stuck.append(f"{follower} ({'; '.join(faults)})")
            else:
                moves.append(move)
        if stuck:
            scope = [] if resource.scope is None else [resource.scope.option]
            raise ImmutableChangeError(
                f"The {delete.target} can't be replaced, as these lead to it and can't lead to the new one: "
                f"{', '.join(stuck)}. Remove them first.",
                scope,
                plan,
            )
        return moves

    def _must_stay(self, target: str, users: list[str]) -> None:
        """Raise for what leads to a resource and must not be moved. Check mode only tells: it may be gone by then."""
        left = [user for user in users if not any(each in user for each in self.policy.removed_before)]
        if not left:
            return
        error = in_use(target, left)
        error.hint = (
            f"Remove them first, or set move_{self.resource.led_to_by} to true to have them lead to the new one."
        )
        if not self.policy.check_mode:
            raise error
        self.progress.warnings.append(f"{error} An earlier task of the play must remove them.")

    def must_be_unused(self) -> None:
        """Raise for what uses something that is deleted now, if this key may see that."""
        plan = self.progress.plan
        if plan is None or plan.kind != "delete" or not self.policy.wait:
            return
        users: list[str] = []
        with suppress(AccessDeniedError, UnknownActionError):
            users = self.lookup.users(str((plan.before or {})["id"]))
        if users:
            raise in_use(plan.own[0].target, users)

    def _misfits(self, plan: Plan, move: Move) -> list[str]:
        """Why what moves would not fit a new one that is elsewhere than the old one was."""
        scope, old, new = self.resource.scope, plan.before or {}, plan.own[1].options
        if scope is None or same_id(old.get(scope.option), new.get(scope.option)):
            return []
        options = move.create.options
        place = {"id": options[scope.option]} if scope.option in options else self._known.get(scope.option, {})
        target = {"id": old["id"], scope.option: new.get(scope.option) or UNKNOWN_ID}
        return move.table.fits(options, {self.resource.name: target, scope.option: place}, {})

    def _left_over(self, plan: Plan) -> list[Move]:
        """What an earlier task was moving to this resource when it was ended, as far as it is not there."""
        if not self.policy.move or not self.policy.notes or not os.path.isdir(self.policy.notes):
            return []
        from .notes import Notes, move_key

        notes, after = Notes(self.policy.notes), plan.after or {}
        key = move_key(self.resource, after, self.client.connection.region)
        begun = notes.begun(key)
        try:
            moves = [move for entry in begun.entries for move in [self._left(entry, after)] if move is not None]
        except ApiError as error:
            self.progress.warnings.append(f"What an earlier task did not finish could not be looked at: {error}")
            return []
        if moves and not begun.is_about((plan.before or {}).get("id")):
            self.progress.warnings.append(
                f"An earlier task was moving {', '.join(move.called for move in moves)} when it was ended, and has not "
                f"created it again. That is left as it is, as this {self.resource.noun} is another one than it was "
                "begun for, or it was too long ago. If it is to lead there, say so in a task of its own."
            )
            moves = []
        if begun.entries and not moves and not plan.steps and not self.policy.check_mode:
            notes.drop(key)
        return moves

    def _forget_moves(self, wanted: Wanted) -> None:
        """Drop the note of what was moving to something that is not to be."""
        from .notes import Notes, move_key

        if self.policy.notes and all(wanted.options.get(option) for option in self.resource.identity.by):
            Notes(self.policy.notes).drop(move_key(self.resource, wanted.options, self.client.connection.region))

    def _left(self, entry: Item, to: Item) -> Move | None:
        """What is still to be done of what an earlier task has noted; None if it is done, or not as it was noted."""
        from ..resources.followers import followers_of
        from .plan import move_of

        kinds = {(kind.name, field.option): (kind, field) for kind, field in followers_of(self.resource)}
        kind, field = kinds.get((entry["kind"], entry["by"]), (None, None))
        if kind is None or field is None or describe(kind, entry["options"]) in self.policy.apart:
            return None
        options = {name: value for name, value in entry["options"].items() if name in {f.option for f in kind.settable}}
        if kind.missing(options) or kind.faults(options, complete=False, strict=False):
            return None
        found = Lookup(self.client, kind, self.policy.project_id).all_by_key(options)
        led_to = options.get(field.option)
        if not found:
            return move_of(kind, field, {**kind.blank(), **options}, {**to, "id": to.get("id") or led_to}, there=False)
        old = [item for item in found if same_id(item["id"], entry.get("id"))]
        if len(found) != 1 or not old or same_id(led_to, to.get("id")):
            return None
        return move_of(kind, field, old[0], to)

    def _can_be_replaced(self, plan: Plan, for_changes: list[Change] | None = None) -> None:
        """Raise for what would stop the create, or the delete, of a replacement.

        C(for_changes) are those that it is made for, if not those which can't be made in place.
        """
        from .notes import Notes  # here, as each module compiles what it imports

        resource, create = self.resource, plan.own[1]
        old = plan.before or {}
        taken = self.lookup.all_by_key(create.options, {old["id"]})
        if taken:
            raise AmbiguousNameError(
                f"The {plan.own[0].target} can't be replaced, as what takes its place would not be the only "
                f"{describe(resource, create.options)}: {list_of(taken)}. Rename or remove the others.",
                [str(item["id"]) for item in taken],
            )
        fixed = for_changes or [change for change in create.changes if not change.field.on_modify]
        if Notes(self.policy.notes).tried(str(old["id"]), fixed, create.options):
            raise NotAsAskedError(
                f"The {plan.own[0].target} was created with just these options, and did not come out as asked: "
                f"{', '.join(map(str, fixed))}. Replacing it again would interrupt its traffic and change nothing. "
                "Leave these options out, or give them the values that they have now.",
                [change.field.option for change in fixed],
            )
        users = self._users(old, plan)
        if users and not self.policy.check_mode:
            raise in_use(plan.own[0].target, users)

    def _former(self, plan: Plan) -> dict[str, Item]:
        """What the old one refers to, where another option tells it, so that it can be put back.

        Raises L(ImmutableChangeError) where that can't be told: of a name that several have, or of an id that may be
        that of a place.
        """
        old = {option: value for option, value in (plan.before or {}).items() if value is not None}
        found: dict[str, Item] = {}
        untold = []
        for field in self.resource.references:
            reference = field.refers_to
            if reference is None or not reference.is_told_elsewhere or reference.may_be_place:
                continue
            told = old.get(str(reference.listed_as or reference.led_to))
            if told is None or not self.resource.can_have(field.option, told, old):
                continue
            try:
                found[field.option] = self.lookup.parent(field, str(told), old)
            except (MissingError, AmbiguousNameError, AccessDeniedError):
                untold.append(field.option)
        if untold:
            what = " and ".join(untold)
            raise ImmutableChangeError(
                f"The {plan.own[0].target} can't be replaced: the service does not tell which {what} it has, so that "
                "it could not be put back if the new one was refused. Delete it with state=absent, and create it then.",
                untold,
                plan,
            )
        return found

    def _users(self, item: Item, plan: Plan) -> list[str]:
        """What uses a resource, with a warning if this key may not find out. What moves along does not count."""
        from .following import names_of  # here, as each module compiles what it imports

        without = self.policy.removed_before if self.policy.check_mode else ()
        users: list[str] = []
        try:
            users += self.lookup.users(str(item["id"]), without)
            if not (plan.replaces and self.resource.moves):
                users += names_of(self.lookup, item, without)
        except (AccessDeniedError, UnknownActionError) as error:
            self.progress.warnings.append(f"It could not be checked what uses the {self.resource.noun}: {error}")
        return users

    # --- check mode ---------------------------------------------------------------------------

    def _probe(self, plan: Plan, wanted: Wanted, probe: t.Callable[[Action, dict[str, t.Any]], None]) -> None:
        """Ask the service about each planned write, and find out what its dry run does not look at."""
        from .moving import may_move, permitted

        for step in reversed(plan.own):  # the create of a replacement first, as a run asks before it deletes
            if step.action == "create" and self._waits_for_parents(wanted):
                continue  # they will exist when the real run comes here; their ids are not known
            if step.action == "delete":
                users = self._users(plan.before or {}, plan)
                if users:
                    self.progress.warnings.append(
                        f"The service refuses to delete the {step.target} while it is used by {', '.join(users)}; "
                        "an earlier task of the play must remove them."
                    )
                    continue
            unlike = plan.moves if step.action == "delete" else plan.replaces and self.resource.identity.is_unique
            if self.policy.probe and unlike:
                step.permitted = permitted(probe, step, self.resource)
            elif self.policy.probe:
                probe(self.resource.actions.of(step.action), step.parameters)
                step.permitted = True
        if self.policy.probe and not (plan.own and self._waits_for_parents(wanted)):
            may_move(probe, plan)

    def _waits_for_parents(self, wanted: Wanted) -> bool:
        """Whether a planned create refers to something that an earlier task of the play would create."""
        return any(wanted.options.get(reference.option, "") is None for reference in self.resource.references)


def blank(options: Item, said: list[str]) -> list[str]:
    """Faults for options that are set, but to nothing: a service that passes over them would take all it has.

    C(said) are faults that were found before, which may say it already.
    """
    return [
        f"{option} must not be empty"
        for option, value in options.items()
        if isinstance(value, str)
        and not value.strip()
        and not any(fault.startswith(f"{option} must") for fault in said)
    ]
