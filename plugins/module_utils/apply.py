# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a plan: every write exactly once, and waiting for what it was to bring about.

A write whose outcome is not known is never blindly sent again. The service has no idempotency
token, so the applier looks whether it happened, and only then sends it once more.
"""

from __future__ import annotations

import typing as t

from .api.client import Client
from .api.errors import (
    AccessDeniedError,
    ApiError,
    KsyunError,
    NotFoundError,
    ServiceError,
    SignatureError,
    ThrottledError,
    UnavailableError,
)
from .lookup import AmbiguousNameError, Lookup
from .plan import Plan, Step, Wanted, describe, differences
from .resources.schema import Item, Resource, fold
from .task import Outcome, Task

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


def _unknown(step: Step, lost: ApiError, found: str) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"It is not known whether the {step.action} of the {step.target} has happened: {lost} {found} "
        "Running the task again is safe: it looks first.",
        lost,
    )


class Applier:
    """Carries out the plan of one task; C(outcome) says at any time how far it came."""

    def __init__(self, client: Client, resource: Resource, task: Task, lookup: Lookup, outcome: Outcome) -> None:
        self.client = client
        self.resource = resource
        self.task = task
        self.lookup = lookup
        self.outcome = outcome

    def apply(self, plan: Plan, wanted: Wanted) -> None:
        """Carry out the steps in their order. Raises L(KsyunError)."""
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
        try:
            self._create(step, wanted, {old["id"]})
        except (ApiError, UnknownOutcomeError, AmbiguousNameError) as error:
            was = describe(self.resource, old.get("name"), old["id"])
            certainly = "does not exist" if isinstance(error, ApiError) else "may or may not exist"
            raise InterruptedReplaceError(
                f"The {was} was deleted, and its replacement {step.target} {certainly}. "
                f"Run the task again to create it; until then its traffic is down. The cause: {error}",
                error,
            ) from None

    def _create(self, step: Step, wanted: Wanted, others: set[str]) -> None:
        """Create exactly once. C(others) are ids of resources of that name that this is not."""
        resource = self.resource
        action = resource.action("Create")
        answered: Item | None = None
        for attempt in (1, 2):
            try:
                raw = self.client.write(action, step.parameters).get(resource.wire)
                item = self.lookup.read(resource, raw if isinstance(raw, dict) else {})
                answered = item if item["id"] else None
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
                raise _unknown(step, lost, "It is not listed so far.")
        created = t.cast(Item, answered)
        self.outcome.changed = True
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

        try:
            found = self._poll(search, lambda item: item is not None, SETTLE_TIME)
        except ApiError as error:
            raise _unknown(step, lost, f"Looking for it failed too: {error}") from None
        if found is None:
            return None
        differing = [change.field.option for change in differences(self.resource, wanted, found)]
        if differing:
            other = describe(self.resource, found.get("name"), found["id"])
            raise _unknown(
                step,
                lost,
                f"Meanwhile a {other} has appeared that differs in {', '.join(differing)}: "
                "somebody else may be creating the same.",
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
                try:
                    if happened():
                        break
                except ApiError as second:
                    raise _unknown(step, error, f"Looking at it failed too: {second}") from None
                if attempt == 2:
                    raise _unknown(step, error, "It has not happened so far.") from None
        self.outcome.changed = True

    def _with_users(self, step: Step, error: ServiceError) -> ServiceError:
        """A refused deletion, with the names of what uses the resource, if anything does."""
        try:
            users = self.lookup.users(step.parameters[self.resource.id_wire])
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

    def await_state(self, item: Item) -> Item:
        """Wait until the resource is in the state that the task names; the resource then."""
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
