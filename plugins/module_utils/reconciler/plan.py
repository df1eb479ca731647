# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is wanted and what is there to what has to be done. Pure: no request is made here.

The same plan is probed in check mode and applied in the real run, and the diff is rendered from it.
"""

from __future__ import annotations

import hmac
import typing as t
from dataclasses import replace

from ..api.errors import InvalidOptionsError
from ..resources.schema import Field, Item, Parents, Reference, Resource
from .errors import ImmutableChangeError
from .model import Change, Move, Plan, Step, Wanted, describe, matches_key


def make_plan(
    resource: Resource, wanted: Wanted, current: Item | None, parents: t.Callable[[], Parents] = dict
) -> Plan:
    """The plan that leads from C(current) (an item with its secrets, or None) to C(wanted).

    C(parents) is called for what a create refers to. Raises L(ImmutableChangeError), or L(InvalidOptionsError) when
    the options don't suffice or the service would refuse the change for a reason that is known beforehand.
    """
    changes = differences(resource, wanted, current) if wanted.present and current is not None else []
    if wanted.present == (current is not None) and not changes:
        return Plan([], current, current, current, match_secrets(resource, wanted, current) if current else {})
    return plan_steps(resource, wanted, current, changes, parents)


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
        name = describe(resource, wanted.shown)
        scope = resource.scope.option if resource.scope else ""
        where = f" with {scope} {wanted.shown[scope]!r}" if wanted.shown.get(scope) else ""
        raise InvalidOptionsError([f"{name}{where} does not exist; to create it, set {', '.join(missing)}"])
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
        describe(resource, current, current.get("id")),
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
    missing = [*resource.missing(wanted.shown), *_untold(resource, wanted, current)]
    if missing:
        raise InvalidOptionsError([_needed(resource.field(option), current) for option in missing])
    known = parents()
    differing = {change.field.option for change in changes}
    inherited = resource.inherits(known, {} if resource.scope and resource.scope.option in differing else current)
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


def _untold(resource: Resource, wanted: Wanted, current: Item) -> list[str]:
    """The references that a replacement would lose, as the task leaves them out and the service lists no ids."""
    return [
        field_.option
        for field_ in resource.references
        if field_.refers_to is not None
        and field_.refers_to.listed_as is not None
        and not field_.required
        and current.get(field_.refers_to.listed_as) is not None
        and wanted.shown.get(field_.option) is None
    ]


def _needed(field_: Field, current: Item) -> str:
    """The fault of a replacement whose task leaves out what a create requires."""
    known = current.get(field_.option)
    now = "" if field_.secret or known is None else f" (it is {known!r} now)"
    return (
        f"{field_.option} is required to replace{now}, so that rerunning the task can recreate the "
        "resource if it is interrupted"
    )


def _immutable(
    resource: Resource, wanted: Wanted, current: Item, changes: list[Change], fixed: list[Change]
) -> ImmutableChangeError:
    options = [change.field.option for change in fixed]
    target = describe(resource, current, current.get("id"))
    others = [str(change) for change in changes if change.field.on_modify]
    text = (
        f"These options of the {target} can't be changed in place: "
        + ", ".join(map(str, fixed))
        + ". Set on_immutable_change to replace to delete and recreate it"
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
    target = describe(resource, shown)
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
    options.update((option, other["id"]) for option, other in wanted.former.items())
    if resource.missing(options) or resource.is_prepaid(options):
        return None
    return _create(resource, options, options, {}, "to put back what was deleted", resource.inherits({}, old))


def move_of(kind: Resource, field: Field, item: Item, to: Item, *, there: bool = True) -> Move | None:
    """How what leads to a resource by a field moves to what takes its place; None if too little is known of it.

    C(to) is what it leads to now, or will. C(there): it is there, so that it has to be removed before.
    """
    again = recreate(kind, item, Wanted({}, {}, former={field.option: to}))
    if again is None:
        return None
    remove = None
    if there:
        reason = f"as it leads to the {t.cast(Reference, field.refers_to).resource.noun} that is replaced"
        remove = _delete(kind, item, reason, True)
        remove.table = kind
    shown = {**again.options, field.option: to.get("name")}
    create = _create(kind, again.options, shown, {}, "to lead to what takes the place of that", kind.inherits({}, item))
    create.table, create.interrupts = kind, True
    return Move(kind, field, item, remove, create)


def aimed(move: Move, to: Item) -> Step:
    """The create of a move, when it is known what it leads to."""
    options = {**move.create.options, move.field.option: to["id"]}
    return replace(move.create, parameters=move.table.parameters(options, "Create"), options=options)


def _delete(resource: Resource, current: Item, reason: str, interrupts: bool) -> Step:
    target = describe(resource, current, current.get("id"))
    return Step("delete", target, reason, {resource.id_wire: current["id"]}, [], interrupts)


def differences(resource: Resource, wanted: Wanted, current: Item) -> list[Change]:
    """Where a resource is not as wanted; only options that the user set count."""
    changes = []
    for field_ in resource.settable:
        if field_.option not in wanted.options or not (field_.returned or _told_elsewhere(field_)):
            continue
        before, after = current.get(field_.option), wanted.options[field_.option]
        if _told_elsewhere(field_):
            if _is_seen(field_, wanted, current) is False:
                reference = t.cast(Reference, field_.refers_to)
                before = current.get(str(reference.listed_as or reference.led_to))
                changes.append(Change(field_, before, wanted.shown[field_.option]))
            continue
        if field_.secret:
            if wanted.update_secrets and secret_matches(before, after) is False:
                changes.append(Change(field_, None, None))
        elif (before is not None or field_.absent_means_none) and not field_.same(before, after):
            changes.append(Change(field_, before, wanted.shown[field_.option]))
    return changes


def not_compared(resource: Resource, wanted: Wanted, current: Item) -> list[str]:
    """The options that the user set and the service does not return: whether they are as wanted is not known."""
    return [
        field_.option
        for field_ in resource.settable
        if field_.option in wanted.options
        and (
            _is_seen(field_, wanted, current) is None
            if _told_elsewhere(field_)
            else not field_.returned
            or (current.get(field_.option) is None and (field_.secret or not field_.absent_means_none))
        )
    ]


def unseen(resource: Resource, wanted: Wanted, current: Item) -> list[str]:
    """The options whose reference another option tells, and not well enough to see that it is the same one."""
    return [
        field_.option
        for field_ in resource.references
        if field_.option in wanted.options and _told_elsewhere(field_) and _is_seen(field_, wanted, current) is None
    ]


def _told_elsewhere(field_: Field) -> bool:
    """Whether what an option refers to is told by another option."""
    return field_.refers_to is not None and field_.refers_to.is_told_elsewhere


def _is_seen(field_: Field, wanted: Wanted, current: Item) -> bool | None:
    """Whether such an option is as wanted; None if that can't be seen. What only helps to find another one is."""
    if field_.unless is not None and field_.unless in wanted.options:
        return True
    return t.cast(Reference, field_.refers_to).is_seen(current, wanted.others.get(field_.option))


def match_secrets(resource: Resource, wanted: Wanted, current: Item) -> dict[str, bool | None]:
    """For each secret that the user gave, whether the resource has the same (None: the service does not tell)."""
    return {
        matches_key(field_): secret_matches(current.get(field_.option), wanted.options[field_.option])
        for field_ in resource.settable
        if field_.secret and field_.option in wanted.options
    }


def secret_matches(current: t.Any, wanted: t.Any) -> bool | None:
    """Whether two secrets are equal, compared in constant time; None if the service does not tell its own."""
    if current is None:
        return None
    return hmac.compare_digest(str(current).encode(), str(wanted).encode())
