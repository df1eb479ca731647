# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reconciler: find what is there, plan, and probe (check mode) or apply the plan. For any resource.

Reads never carry C(DryRun). A write whose outcome is not known is never blindly sent again: the
service has no idempotency token, so the reconciler looks whether it happened.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .api.client import Client
from .api.errors import (
    AccessDeniedError,
    ApiError,
    InvalidOptionsError,
    KsyunError,
    NotFoundError,
    ServiceError,
    SignatureError,
    ThrottledError,
    UnavailableError,
)
from .lookup import AmbiguousNameError, Lookup, MissingError
from .plan import Plan, Step, Wanted, describe, make_plan, matches_key, secret_matches
from .resources.schema import Item, Resource, fold, is_id

# How long to look for a create whose answer was lost before it is taken as not done, in seconds.
SETTLE_TIME = 15.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class WaitTimeoutError(KsyunError):
    """What was waited for did not come in time; the changes before it are done."""

    kind = "wait_timeout"


class UnknownOutcomeError(KsyunError):
    """A write may or may not have been carried out."""

    kind = "unknown_outcome"

    def __init__(self, message: str, cause: KsyunError) -> None:
        self.cause = cause
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {**self.cause.details(), "kind": self.kind}


class InterruptedReplaceError(UnknownOutcomeError):
    """The old resource is deleted, the new one is not there."""

    kind = "interrupted_replace"


class InUseError(ServiceError):
    """The service refused to delete what other resources use. C(users) names them."""

    kind = "in_use"
    users: t.Sequence[str] = ()

    def details(self) -> dict[str, t.Any]:
        return {**super().details(), "users": list(self.users)}


@dataclass(frozen=True)
class Task:
    """A task for one resource. C(wanted) are the options that the user set, C(name) among them. Times in seconds."""

    wanted: Item
    id: str | None = None
    project_id: str | None = None  # whose gateways are seen
    state: str = "present"
    check_mode: bool = False
    on_immutable_change: str = "fail"
    update_secrets: bool = True
    strict: bool = True
    probe: bool = True
    wait: bool = True
    wait_timeout: float = 300
    wait_for_state: str | None = None


@dataclass
class Outcome:
    """What a task found and did; complete after L(reconcile), and as far as it came after a failure."""

    changed: bool = False
    item: Item | None = None
    plan: Plan | None = None
    secrets_match: dict[str, bool | None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class Reconciler:
    """Brings one resource to what a task wants of it."""

    def __init__(self, client: Client, resource: Resource, task: Task) -> None:
        self.client = client
        self.resource = resource
        self.task = task
        self.lookup = Lookup(client, resource, task.project_id)
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Reconcile. Raises L(KsyunError); C(outcome) then tells how far it came."""
        task, resource = self.task, self.resource
        self._validate()
        wanted, current = self._look()
        self.outcome.item = current
        if current is not None:
            self._learn_secrets(current)
        plan = make_plan(resource, wanted, current)
        outcome = self.outcome
        outcome.plan = plan
        creating = any(step.action == "create" for step in plan.steps)
        if wanted.present:
            outcome.warnings += resource.advise(wanted.shown, creating and current is None)
        if task.check_mode:
            self._probe(plan, wanted)
            outcome.item, outcome.secrets_match = plan.after, plan.secrets_match
            if creating and outcome.item is not None:
                outcome.item = {**outcome.item, "id": None}
        else:
            self._apply(plan, wanted)
            if wanted.present and task.wait_for_state and outcome.item:
                outcome.item = self._await_state(outcome.item)
            outcome.secrets_match = self._matches(wanted, outcome.item, plan)
        outcome.changed = bool(plan.steps)
        return outcome

    # --- before the plan ----------------------------------------------------------------------

    def _validate(self) -> None:
        task = self.task
        faults = []
        if not task.id and not task.wanted.get("name"):
            faults.append("name or id is required")
        if task.state == "present":
            faults += self.resource.faults(task.wanted, complete=not task.id, strict=task.strict)
        if faults:
            raise InvalidOptionsError(faults)

    def _look(self) -> tuple[Wanted, Item | None]:
        """What is wanted, its references resolved, and what is there."""
        task, resource = self.task, self.resource
        present = task.state == "present"
        options = dict(task.wanted)
        for reference in resource.settable:
            given = options.get(reference.option)
            if reference.refers_to is None or given is None:
                continue
            in_scope = resource.scope is not None and reference.option == resource.scope[0]
            if not present and not in_scope:
                continue  # not needed to find what is to go
            try:
                options[reference.option] = self.lookup.reference(reference, given)
            except MissingError as error:
                if present and not task.check_mode:
                    raise
                options[reference.option] = None
                if present:
                    self.outcome.warnings.append(
                        f"{error} In check mode it is taken as created by an earlier task of the play."
                    )
        wanted = Wanted(options, dict(task.wanted), present, task.on_immutable_change == "replace", task.update_secrets)
        return wanted, self._find(options)

    def _find(self, options: Item) -> Item | None:
        task = self.task
        name = options.get("name")
        if task.id:
            current = self.lookup.by_id(task.id)
            if current is not None or task.state == "absent":
                return current
            # What was replaced has a new id: a re-run of the same task finds it by its name.
            if task.on_immutable_change != "replace" or not name:
                raise MissingError(
                    f"There is no {self.resource.noun} with the id {task.id}. Leave id out to create one."
                )
        return self.lookup.by_name(name, options)

    def _learn_secrets(self, item: Item) -> None:
        """The secrets that the service returned are to be masked like the user's own."""
        for secret in self.resource.fields:
            if secret.secret:
                self.client.redact.add(item.get(secret.option))

    def _matches(self, wanted: Wanted, item: Item | None, plan: Plan) -> dict[str, bool | None]:
        if item is None:
            return plan.secrets_match
        return {
            matches_key(secret): secret_matches(item.get(secret.option), wanted.options[secret.option])
            for secret in self.resource.settable
            if secret.secret and secret.option in wanted.options
        }

    # --- check mode ---------------------------------------------------------------------------

    def _probe(self, plan: Plan, wanted: Wanted) -> None:
        """Ask the service about each planned write, and find out what its dry run does not look at."""
        for step in plan.steps:
            if step.action == "create" and not self._parents_exist(wanted):
                continue  # they will exist when the real run comes here; their ids are not known
            if step.action == "delete":
                users = self._users(step)
                if users:
                    self.outcome.warnings.append(
                        f"The service refuses to delete the {step.target} while it is used by {', '.join(users)}; "
                        "an earlier task of the play must remove them."
                    )
            if self.task.probe:
                self.client.probe(self.resource.action(_VERBS[step.action]), step.parameters)
                step.permitted = True

    def _parents_exist(self, wanted: Wanted) -> bool:
        """Whether every parent of a planned create is there; one that is given by id must be."""
        known = True
        for reference in self.resource.settable:
            if reference.refers_to is not None and reference.option in wanted.options:
                if wanted.options[reference.option] is None:
                    known = False
                elif is_id(wanted.shown[reference.option]):  # a name has been looked up already
                    self.lookup.require(reference, wanted.options[reference.option])
        return known

    # --- the real run -------------------------------------------------------------------------

    def _apply(self, plan: Plan, wanted: Wanted) -> None:
        if plan.replaces and self.task.probe:
            # Better to hear a refusal while the old one still stands.
            self.client.probe(self.resource.action("Create"), plan.steps[1].parameters)
            plan.steps[1].permitted = True
        for step in plan.steps:
            if step.action == "delete":
                self._delete(step)
            elif step.action == "update":
                self._update(step, t.cast(Item, plan.after))
            elif plan.replaces:
                self._recreate(step, wanted, t.cast(Item, plan.before))
            else:
                self._create(step, wanted, set())

    def _recreate(self, step: Step, wanted: Wanted, old: Item) -> None:
        was = describe(self.resource, old.get("name"), old["id"])
        state = (
            f"The {was} was deleted, and its replacement {step.target} "
            "{0}. Run the task again to create it; until then its traffic is down. The cause: {1}"
        )
        try:
            self._create(step, wanted, {old["id"]})
        except (UnknownOutcomeError, AmbiguousNameError) as error:
            raise InterruptedReplaceError(state.format("may or may not exist", error), error) from None
        except ApiError as error:
            raise InterruptedReplaceError(state.format("does not exist", error), error) from None

    def _create(self, step: Step, wanted: Wanted, others: set[str]) -> None:
        """Create exactly once. C(others) are ids of resources of that name that this is not."""
        resource = self.resource
        action = resource.action("Create")
        answered: Item | None = None
        for attempt in (1, 2):
            try:
                raw = self.client.write(action, step.parameters).get(resource.wire)
                answered = resource.read(raw) if isinstance(raw, dict) and raw.get(resource.id_wire) else None
                lost: ApiError | None = None if answered else self._no_id(action)
            except ApiError as error:
                if not error.may_have_happened:
                    raise
                lost = error
            if lost is not None:
                answered = self._adopt(step, wanted, others, lost)
            if answered is not None:
                break
            if attempt == 2 and lost is not None:
                raise UnknownOutcomeError(
                    f"Whether the {step.target} was created is not known: {lost} "
                    "It is not listed so far. Running the task again is safe: it looks first.",
                    lost,
                )
        created = t.cast(Item, answered)
        self.outcome.changed = True
        self._learn_secrets(created)
        self.outcome.item = created
        if self.task.wait:
            self.outcome.item = self._await_listed(created)

    def _no_id(self, action: str) -> ApiError:
        last = self.client.calls[-1]
        return ApiError(
            action,
            "the answer has no id of what was created",
            http_status=last.http_status,
            request_id=last.request_id,
            may_have_happened=True,
        )

    def _adopt(self, step: Step, wanted: Wanted, others: set[str], lost: ApiError) -> Item | None:
        """Look for what a create without an answer may have made; None if it made nothing."""
        options = {**wanted.options, "name": step.parameters[self.resource.field("name").wire]}

        def search() -> Item | None:
            return self.lookup.by_name(options["name"], options, others)

        found = self._poll(search, lambda item: item is not None, SETTLE_TIME)
        if found is None:
            return None
        self._learn_secrets(found)
        differing = [
            field.option
            for field in self.resource.settable
            if field.returned
            and wanted.options.get(field.option) is not None
            and not (
                secret_matches(found.get(field.option), wanted.options[field.option]) is not False
                if field.secret
                else field.same(found.get(field.option), wanted.options[field.option])
            )
        ]
        if differing:
            raise UnknownOutcomeError(
                f"Whether the {step.target} was created is not known: {lost} "
                f"Meanwhile a {describe(self.resource, found.get('name'), found['id'])} has appeared that differs in "
                f"{', '.join(differing)}: somebody else may be creating the same.",
                lost,
            )
        self.outcome.warnings.append(
            f"The answer to {lost.action} was lost, but the {describe(self.resource, options['name'], found['id'])} "
            "is there: it was created, and not created again."
        )
        return found

    def _update(self, step: Step, after: Item) -> None:
        """Change in place, and read it back: what the answer says differs between versions of the service."""
        identity = after["id"]

        def changed(item: Item | None) -> bool:
            return item is not None and all(
                change.field.same(item.get(change.field.option), after[change.field.option]) for change in step.changes
            )

        self._write_until("Modify", step, lambda: changed(self.lookup.by_id(identity)))
        timeout = self.task.wait_timeout if self.task.wait else 0
        item = self._poll(lambda: self.lookup.by_id(identity), changed, timeout)
        self.outcome.item = item or after
        if self.task.wait and not changed(item):
            options = ", ".join(change.field.option for change in step.changes)
            raise WaitTimeoutError(
                f"The service accepted the change of the {step.target}, but {self.task.wait_timeout:g} seconds later "
                f"still lists it without: {options}."
            )

    def _delete(self, step: Step) -> None:
        identity = step.parameters[self.resource.id_wire]
        try:
            self._write_until("Delete", step, lambda: self.lookup.by_id(identity) is None)
        except NotFoundError:
            pass  # gone already
        except ServiceError as error:
            if isinstance(error, (AccessDeniedError, SignatureError, ThrottledError, UnavailableError)):
                raise
            raise self._with_users(step, error) from None
        self.outcome.changed = True
        self.outcome.item = None
        if self.task.wait and self._poll(
            lambda: self.lookup.by_id(identity), lambda item: item is None, self.task.wait_timeout
        ):
            raise WaitTimeoutError(
                f"The {step.target} was deleted, but {self.task.wait_timeout:g} seconds later is still listed."
            )

    def _write_until(self, verb: str, step: Step, happened: t.Callable[[], bool]) -> None:
        """Send a write that may be repeated, but only when a look shows that it did not happen."""
        action = self.resource.action(verb)
        for attempt in (1, 2):
            try:
                self.client.write(action, step.parameters)
                break
            except ApiError as error:
                if not error.may_have_happened:
                    raise
                if happened():
                    break
                if attempt == 2:
                    raise UnknownOutcomeError(
                        f"The {step.action} of the {step.target} has not happened so far, but still may: {error} "
                        "Running the task again is safe: it looks first.",
                        error,
                    ) from None
        self.outcome.changed = True

    def _users(self, step: Step) -> list[str]:
        return self.lookup.users(step.parameters[self.resource.id_wire])

    def _with_users(self, step: Step, error: ServiceError) -> ServiceError:
        """A refused deletion, with the names of what uses the resource, if anything does."""
        try:
            users = self._users(step)
        except ApiError:
            return error
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

    # --- waiting ------------------------------------------------------------------------------

    def _poll(
        self, look: t.Callable[[], Item | None], enough: t.Callable[[Item | None], bool], timeout: float
    ) -> Item | None:
        """Look, with growing pauses, until it is enough or the time is up; the last look."""
        client, pause = self.client, _FIRST_PAUSE
        end = client.monotonic() + timeout
        while True:
            item = look()
            left = end - client.monotonic()
            if enough(item) or left <= 0:
                return item
            client.sleep(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _await_listed(self, item: Item) -> Item:
        found = self._poll(
            lambda: self.lookup.by_id(item["id"]), lambda listed: listed is not None, self.task.wait_timeout
        )
        if found is None:
            raise WaitTimeoutError(
                f"The {describe(self.resource, item.get('name'), item['id'])} was created, but "
                f"{self.task.wait_timeout:g} seconds later is not listed yet."
            )
        return found

    def _await_state(self, item: Item) -> Item:
        wanted = t.cast(str, self.task.wait_for_state)

        def reached(found: Item | None) -> bool:
            return found is not None and fold(found.get("status")) == fold(wanted)

        if reached(item):
            return item
        found = self._poll(lambda: self.lookup.by_id(item["id"]), reached, self.task.wait_timeout)
        if not reached(found):
            raise WaitTimeoutError(
                f"The {describe(self.resource, item.get('name'), item['id'])} did not reach the state {wanted!r} in "
                f"{self.task.wait_timeout:g} seconds; its last state was {(found or {}).get('status')!r}."
            )
        return t.cast(Item, found)


_VERBS = {"create": "Create", "update": "Modify", "delete": "Delete"}
