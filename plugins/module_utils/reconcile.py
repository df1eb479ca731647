# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reconciler: find what is there, plan, and probe (check mode) or apply the plan. For any resource.

Reads never carry C(DryRun): the plan says what would change, the probe whether the service permits it.
"""

from __future__ import annotations

from .api.client import Client
from .api.errors import ApiError, DryRunExecutedError, InvalidOptionsError
from .lookup import UNKNOWN_ID, Lookup, MissingError
from .plan import Plan, Wanted, make_plan, match_secrets
from .resources.schema import Item, Resource, is_id
from .task import Outcome, Task


class Reconciler:
    """Brings one resource to what a task wants of it."""

    def __init__(self, client: Client, resource: Resource, task: Task) -> None:
        self.client = client
        self.resource = resource
        self.task = task
        self.lookup = Lookup(client, resource, task.project_id)
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Reconcile. Raises L(KsyunError), which says what became of the change; C(outcome) tells how far it came."""
        try:
            return self._run()
        except ApiError as error:
            if not isinstance(error, DryRunExecutedError):
                error.so_far = self._so_far()
            raise

    def _so_far(self) -> str:
        """What a failed call leaves behind."""
        if not self.outcome.changed or self.outcome.plan is None:
            return "Nothing was changed."
        done = self.outcome.plan.steps[-1]
        return f"Before that, the {done.action} of the {done.target} has been carried out."

    def _run(self) -> Outcome:
        task, resource = self.task, self.resource
        self._validate()
        if task.id == UNKNOWN_ID:
            return self._not_there_yet()
        wanted, current = self._look()
        outcome = self.outcome
        outcome.item = current
        if wanted.present and current is not None:
            outcome.secrets_match = match_secrets(resource, wanted, current)  # also where it can't be planned
        plan = make_plan(resource, wanted, current)
        outcome.plan = plan
        creating = any(step.action == "create" for step in plan.steps)
        if plan.replaces:
            outcome.warnings.append(
                f"The {plan.steps[0].target} is deleted and created again, with a new id; its traffic is interrupted."
            )
        if creating:
            outcome.warnings += resource.advise(wanted.shown, current is None)
        if task.check_mode:
            self._probe(plan, wanted)
            outcome.item, outcome.secrets_match = plan.after, plan.secrets_match
            if creating and outcome.item is not None:
                outcome.item = {**outcome.item, "id": UNKNOWN_ID}
        elif plan.steps or task.wait_for_state:
            self._apply(plan, wanted)
        outcome.changed = bool(plan.steps)
        return outcome

    def _apply(self, plan: Plan, wanted: Wanted) -> None:
        """Carry out the plan, and wait for the state that the task names."""
        from .apply import Applier  # here, as each module compiles what it imports, and most tasks change nothing

        task, outcome = self.task, self.outcome
        applier = Applier(self.client, self.resource, task, self.lookup, outcome)
        try:
            applier.apply(plan, wanted)
            if wanted.present and task.wait_for_state and outcome.item:
                outcome.item = applier.await_state(outcome.item)
        finally:
            if outcome.item is not None:
                outcome.secrets_match = match_secrets(self.resource, wanted, outcome.item)

    def _not_there_yet(self) -> Outcome:
        """In check mode, a task for what an earlier task of the play would have created."""
        self.outcome.changed = True
        if self.task.state == "present":
            self.outcome.item = {**self.resource.blank(), **self.task.wanted, "id": UNKNOWN_ID}
        self.outcome.warnings.append(
            f"This {self.resource.noun} would be created by an earlier task of the play; "
            "in check mode it is not known what this task would still change in it."
        )
        return self.outcome

    # --- before the plan ----------------------------------------------------------------------

    def _validate(self) -> None:
        task = self.task
        faults = []
        if not task.id and not task.wanted.get("name"):
            faults.append("name or id is required")
        if task.id == UNKNOWN_ID and not task.check_mode:
            faults.append(f"id {UNKNOWN_ID} is what check mode returns for a resource that does not exist yet")
        if not 0 <= task.wait_timeout < float("inf"):
            faults.append("wait_timeout must be at least 0 seconds")
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
                self.outcome.warnings.append(
                    f"{error} In check mode it is taken as created by an earlier task of the play."
                    if present
                    else f"{error} So there is no {resource.noun} in it."
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

    # --- check mode ---------------------------------------------------------------------------

    def _probe(self, plan: Plan, wanted: Wanted) -> None:
        """Ask the service about each planned write, and find out what its dry run does not look at."""
        for step in plan.steps:
            if step.action == "create" and not self._parents_exist(wanted):
                continue  # they will exist when the real run comes here; their ids are not known
            if step.action == "delete":
                users = self.lookup.users(step.parameters[self.resource.id_wire])
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


_VERBS = {"create": "Create", "update": "Modify", "delete": "Delete"}
