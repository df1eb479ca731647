# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a plan, step by step."""

from __future__ import annotations

import typing as t

from .api.errors import (
    AccessDeniedError,
    ApiError,
    NotFoundError,
    ServiceError,
    SignatureError,
    ThrottledError,
    UnavailableError,
)
from .creating import Creator
from .lookup import AmbiguousNameError
from .plan import Plan, Wanted, describe
from .resources.schema import Item, fold
from .steps import Step
from .writing import InterruptedReplaceError, InUseError, UnknownOutcomeError, WaitTimeoutError


class Applier(Creator):
    """Carries out the plan of one task."""

    def apply(self, plan: Plan, wanted: Wanted) -> None:
        """Carry out the steps in their order. Raises L(KsyunError)."""
        if plan.replaces:
            delete, create = plan.steps
            self._replace(delete, create, wanted, t.cast(Item, plan.before))
            return
        for step in plan.steps:
            if step.action == "delete":
                self._delete(step)
            elif step.action == "update":
                self._update(step, t.cast(Item, plan.after))
            else:
                self.create(step, wanted, set())

    def _replace(self, delete: Step, create: Step, wanted: Wanted, old: Item) -> None:
        """Delete the old one, create the new one; if it ends between, say so, and what the old one had."""
        if self.task.probe:
            # Better to hear a refusal while the old one still stands.
            self.client.probe(self.resource.action("Create"), create.parameters)
            create.permitted = True
        try:
            self._delete(delete)
            self.create(create, wanted, {old["id"]})
        except (ApiError, UnknownOutcomeError, AmbiguousNameError, WaitTimeoutError) as error:
            if not self.outcome.changed or self.outcome.item is not None:
                raise  # the old one is not known to be deleted, or the new one is there
            exists = "does not exist" if isinstance(error, (ApiError, WaitTimeoutError)) else "may or may not exist"
            raise InterruptedReplaceError(
                f"The {delete.target} was deleted, and its replacement {create.target} {exists}. "
                f"Run the task again to create it{self._beside(old, wanted)}; until then its traffic is down. "
                f"The cause: {error}",
                error,
            ) from None

    def _beside(self, old: Item, wanted: Wanted) -> str:
        """What the deleted one had that the task does not name, so that nobody else knows it any more."""
        shown = self.resource.public(old)
        had = [
            f"{field.option}: {shown[field.option]}"
            for field in self.resource.fields
            if field.on_create and shown.get(field.option) not in (None, "") and field.option not in wanted.options
        ]
        return f", with what it had beside ({', '.join(had)}) added to it" if had else ""

    def _update(self, step: Step, after: Item) -> None:
        """Change in place, and read it back: what the answer says differs between versions of the service."""
        identity = after["id"]

        def changed(item: Item | None) -> bool:
            return item is not None and all(
                change.field.same(item.get(change.field.option), after[change.field.option]) for change in step.changes
            )

        self.write_until("Modify", step, lambda: changed(self.lookup.by_id(identity)))
        timeout = self.task.wait_timeout if self.task.wait else 0
        item = self.poll(lambda: self.lookup.by_id(identity), changed, timeout)
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
            self.write_until("Delete", step, lambda: self.lookup.by_id(identity) is None)
        except NotFoundError as error:
            if error.of_action:
                raise
            # else it is gone already
        except ServiceError as error:
            if isinstance(error, (AccessDeniedError, SignatureError, ThrottledError, UnavailableError)):
                raise
            raise self._with_users(step, error) from None
        self.outcome.changed = True
        self.outcome.item = None
        if self.task.wait and self.poll(
            lambda: self.lookup.by_id(identity), lambda item: item is None, self.task.wait_timeout
        ):
            raise WaitTimeoutError(
                f"The {step.target} was deleted, but {self.task.wait_timeout:g} seconds later is still listed."
            )

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

    def await_state(self, item: Item) -> Item:
        """Wait until the resource is in the state that the task names; the resource then."""
        wanted = t.cast(str, self.task.wait_for_state)

        def reached(found: Item | None) -> bool:
            return found is not None and fold(found.get("status")) == fold(wanted)

        if reached(item):
            return item
        found = self.poll(lambda: self.lookup.by_id(item["id"]), reached, self.task.wait_timeout)
        if not reached(found):
            raise WaitTimeoutError(
                f"The {describe(self.resource, item.get('name'), item['id'])} did not reach the state {wanted!r} in "
                f"{self.task.wait_timeout:g} seconds; its last state was {(found or {}).get('status')!r}."
            )
        return t.cast(Item, found)
