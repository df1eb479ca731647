# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The writing calls of a plan, in their order. Pure: no request is made here."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .api.errors import InvalidOptionsError, KsyunError
from .plan import Change, Plan, Wanted, describe, match_secrets
from .resources.schema import Field, Item, Parents, Resource


class ImmutableChangeError(KsyunError):
    """Options differ that the service can't change in place. C(options) names them, C(plan) has all differences."""

    kind = "immutable_change"

    def __init__(self, message: str, options: t.Sequence[str], plan: Plan) -> None:
        self.options = list(options)
        self.plan = plan
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "options": self.options}


@dataclass
class Step:
    """One writing call. C(permitted) is the service's answer to its dry run: True, or None where it was not asked.

    A change that can't be made in place, and must not be made otherwise, is a step that is not C(permitted).

    C(options) are all those of a create, the ones that a replacement carries along included.
    """

    action: str  # create, update, delete
    target: str
    reason: str
    parameters: dict[str, t.Any]
    changes: list[Change] = field(default_factory=list)
    interrupts: bool = False
    permitted: bool | None = None
    options: Item = field(default_factory=dict)

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


def plan_steps(
    resource: Resource,
    wanted: Wanted,
    current: Item | None,
    changes: list[Change],
    parents: t.Callable[[], Parents],
) -> Plan:
    """The plan for what is not as wanted; C(changes) are its differences. Raises what L(make_plan) does."""
    if current is None:
        return _plan_create(resource, wanted, parents)
    if not wanted.present:
        return Plan(
            [_delete(resource, current, "state is absent", resource.delete_interrupts)], current, None, None, {}
        )
    fixed = [change for change in changes if not change.field.on_modify]
    if not fixed:
        return _plan_update(resource, wanted, current, changes)
    if not wanted.replace:
        raise _immutable(resource, wanted, current, changes, fixed)
    return plan_replace(resource, wanted, current, changes, fixed, parents)


def _plan_create(resource: Resource, wanted: Wanted, parents: t.Callable[[], Parents]) -> Plan:
    missing = resource.missing(wanted.shown)
    if missing:
        name = describe(resource, wanted.shown.get("name"), None)
        scope = resource.scope[0] if resource.scope else ""
        where = f" with {scope} {wanted.shown[scope]!r}" if wanted.shown.get(scope) else ""
        raise InvalidOptionsError([f"there is no {name}{where} yet, and to create it needs {', '.join(missing)}"])
    known = parents()
    inherited = resource.inherits(known, {})
    faults = resource.fits(wanted.options, known, inherited)
    if faults:
        raise InvalidOptionsError(faults)
    step = _create(resource, wanted.options, wanted.shown, {}, "it does not exist", inherited)
    after = resource.predicted({}, wanted.options)
    return Plan([step], None, after, wanted.shown, match_secrets(resource, wanted, after))


def _plan_update(resource: Resource, wanted: Wanted, current: Item, changes: list[Change]) -> Plan:
    changed = {change.field.option: wanted.options[change.field.option] for change in changes}
    known = {option: value for option, value in current.items() if value is not None}
    refused = resource.refuse({**wanted.options, **known}, changed)
    if refused:
        raise InvalidOptionsError(refused)
    step = Step(
        "update",
        describe(resource, current.get("name"), current.get("id")),
        "it differs in " + ", ".join(changed),
        {resource.id_wire: current["id"], **resource.parameters(changed, "Modify")},
        changes,
        any(change.field.interrupts for change in changes),
    )
    after = resource.predicted(current, changed)
    return Plan([step], current, after, after, match_secrets(resource, wanted, current))


def plan_replace(
    resource: Resource,
    wanted: Wanted,
    current: Item,
    changes: list[Change],
    fixed: list[Change],
    parents: t.Callable[[], Parents],
) -> Plan:
    """Delete, then create as wanted, and otherwise as it is now: with all of that which the new one can have."""
    missing = resource.missing(wanted.shown)
    if missing:
        raise InvalidOptionsError([_needed(resource.field(option), current) for option in missing])
    known = parents()
    differing = {change.field.option for change in changes}
    inherited = resource.inherits(known, {} if resource.scope and resource.scope[0] in differing else current)
    asked = {**inherited, **wanted.options}
    kept = {
        field_.option: current[field_.option]
        for field_ in resource.fields
        if field_.on_create
        and field_.option not in wanted.options
        and current.get(field_.option) is not None
        and resource.can_have(field_.option, current[field_.option], asked)
    }
    # what only the spelling tells apart goes out as the service wrote it
    as_it_is = {
        option: current[option]
        for option in wanted.options
        if option not in differing and current.get(option) is not None and not resource.field(option).secret
    }
    options = {**kept, **wanted.options, **as_it_is}
    follows = {option: value for option, value in inherited.items() if current.get(option) is not None}
    shown = {**follows, **wanted.shown, **kept, **as_it_is}
    faults = resource.faults(options, complete=True, strict=False)
    # what belongs to what is named must be named, too
    faults += [fault for fault in resource.check(wanted.options, True) if fault not in faults]
    faults += resource.fits(options, known, inherited)
    if faults:
        raise InvalidOptionsError(faults)
    reason = "to replace it, as these can't be changed in place: " + ", ".join(c.field.option for c in fixed)
    steps = [
        _delete(resource, current, reason, True),
        _create(resource, options, shown, current, reason, inherited),
    ]
    steps[1].changes, steps[1].interrupts = changes, True
    after = resource.predicted({}, {**follows, **options})
    return Plan(steps, current, after, shown, match_secrets(resource, wanted, after))


def _needed(field_: Field, current: Item) -> str:
    """The fault of a replacement whose task leaves out what a create requires."""
    known = current.get(field_.option)
    now = "" if field_.secret or known is None else f" (it is {known!r} now)"
    return (
        f"{field_.option} is required to replace{now}, so that another run of the task can create again "
        "what an interrupted one has deleted"
    )


def _immutable(
    resource: Resource, wanted: Wanted, current: Item, changes: list[Change], fixed: list[Change]
) -> ImmutableChangeError:
    options = [change.field.option for change in fixed]
    target = describe(resource, current.get("name"), current.get("id"))
    others = [str(change) for change in changes if change.field.on_modify]
    text = (
        f"The {target} can't be changed in place in: "
        + ", ".join(map(str, fixed))
        + ". Set on_immutable_change to replace to delete it and create it again"
        + (", which interrupts its traffic" if resource.delete_interrupts else "")
        + ", or leave these options out to keep it as it is."
        + (f" It also differs in: {', '.join(others)}." if others else "")
    )
    reason = "refused, as these can't be changed in place: " + ", ".join(options)
    step = Step("update", target, reason, {}, changes, permitted=False)
    after = resource.predicted(
        current, {change.field.option: wanted.options[change.field.option] for change in changes}
    )
    return ImmutableChangeError(
        text, options, Plan([step], current, current, after, match_secrets(resource, wanted, current))
    )


def _create(
    resource: Resource, options: Item, shown: Item, current: Item, reason: str, inherited: Item | None = None
) -> Step:
    changes = [
        Change(field_, current.get(field_.option), shown[field_.option])
        for field_ in resource.settable
        if shown.get(field_.option) is not None
    ]
    target = describe(resource, shown.get("name"), None)
    parameters = resource.parameters(options, "Create", inherited)
    return Step("create", target, reason, parameters, changes, options=options)


def recreate(resource: Resource, old: Item, wanted: Wanted) -> Step | None:
    """How to put back a resource that was deleted; None if too little is known of it, or it would be paid for again.

    What a create requires and the service does not return is taken from the task, the only one that knows it.
    """
    options = {
        field_.option: old[field_.option]
        for field_ in resource.fields
        if field_.on_create and old.get(field_.option) is not None
    }
    for field_ in resource.fields:
        if field_.required and field_.option not in options and wanted.options.get(field_.option) is not None:
            options[field_.option] = wanted.options[field_.option]
    if resource.missing(options) or resource.is_prepaid(options):
        return None
    return _create(resource, options, options, {}, "to put back what was deleted", resource.inherits({}, old))


def _delete(resource: Resource, current: Item, reason: str, interrupts: bool) -> Step:
    target = describe(resource, current.get("name"), current.get("id"))
    return Step("delete", target, reason, {resource.id_wire: current["id"]}, [], interrupts)
