# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is wanted and what is there to what has to be done. Pure: no request is made here.

The same plan is probed in check mode and applied in the real run, and the diff is rendered from it.
"""

from __future__ import annotations

import hmac
import typing as t
from dataclasses import dataclass, field

from .api.errors import InvalidOptionsError, KsyunError
from .resources.schema import Field, Item, Resource


class ImmutableChangeError(KsyunError):
    """Options differ that the service can't change in place. C(options) names them."""

    kind = "immutable_change"

    def __init__(self, message: str, options: t.Sequence[str]) -> None:
        self.options = list(options)
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "options": self.options}


@dataclass(frozen=True)
class Wanted:
    """What a task asks of one resource.

    C(options) are the fields that the user set, references resolved to ids (None: not known yet);
    C(shown) the same as the user wrote them.
    """

    options: Item
    shown: Item
    present: bool = True
    replace: bool = False
    update_secrets: bool = True


@dataclass(frozen=True)
class Change:
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
    """One writing call. C(permitted) is the service's answer to its dry run: True, or None where it was not asked."""

    action: str  # create, update, delete
    target: str
    reason: str
    parameters: dict[str, t.Any]
    changes: list[Change] = field(default_factory=list)
    interrupts: bool = False
    permitted: bool | None = None

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


@dataclass
class Plan:
    """The steps, the resource before and after them (None: not there), and whether its secrets match."""

    steps: list[Step]
    before: Item | None
    after: Item | None
    shown_after: Item | None  # what the diff shows: only what is known without the service
    secrets_match: dict[str, bool | None]

    @property
    def replaces(self) -> bool:
        """Whether it deletes in order to create again."""
        return len(self.steps) == 2

    def diff(self, resource: Resource) -> dict[str, t.Any]:
        """Ansible's diff: the options before and after, without secrets and what only the service knows."""
        target = self.steps[0].target if self.steps else ""
        return {
            "before": _shown(resource, self.before, self.steps, "before"),
            "after": _shown(resource, self.shown_after, self.steps, "after"),
            "before_header": target,
            "after_header": f"{target} (replaced: a new id, its traffic is interrupted)" if self.replaces else target,
        }


def matches_key(secret: Field) -> str:
    """The name of the boolean that stands for a secret: C(pre_shared_key_matches)."""
    return f"{secret.option}_matches"


def secret_matches(current: t.Any, wanted: t.Any) -> bool | None:
    """Whether two secrets are equal, compared in constant time; None if the service does not tell its own."""
    if current is None:
        return None
    return hmac.compare_digest(str(current).encode(), str(wanted).encode())


def describe(resource: Resource, name: t.Any, identity: t.Any) -> str:
    """A resource in words: C(VPN gateway 'office' (9b3d...))."""
    words = resource.noun + (f" {name!r}" if name is not None else "")
    return words + (f" ({identity})" if identity else "")


def make_plan(resource: Resource, wanted: Wanted, current: Item | None) -> Plan:
    """The plan that leads from C(current) (an item with its secrets, or None) to C(wanted).

    Raises L(ImmutableChangeError), or L(InvalidOptionsError) when the options don't suffice or
    the service would refuse the change for a reason that is known beforehand.
    """
    if not wanted.present:
        return _plan_absent(resource, current)
    if current is None:
        return _plan_create(resource, wanted)
    return _plan_update(resource, wanted, current)


def _plan_absent(resource: Resource, current: Item | None) -> Plan:
    steps = []
    if current is not None:
        steps.append(_delete(resource, current, "state is absent", resource.delete_interrupts))
    return Plan(steps, current, None, None, {})


def _plan_create(resource: Resource, wanted: Wanted) -> Plan:
    missing = resource.missing(wanted.shown)
    if missing:
        name = describe(resource, wanted.shown.get("name"), None)
        scope = resource.scope[0] if resource.scope else ""
        where = f" with {scope} {wanted.shown[scope]!r}" if wanted.shown.get(scope) else ""
        raise InvalidOptionsError([f"there is no {name}{where} yet, and to create it needs {', '.join(missing)}"])
    step = _create(resource, wanted.options, wanted.shown, {}, "it does not exist")
    after = {**resource.blank(), **wanted.options}
    return Plan([step], None, after, wanted.shown, match_secrets(resource, wanted, after))


def _plan_update(resource: Resource, wanted: Wanted, current: Item) -> Plan:
    changes = differences(resource, wanted, current)
    fixed = [change for change in changes if not change.field.on_modify]
    if fixed:
        if not wanted.replace:
            raise _immutable(resource, current, fixed)
        return _plan_replace(resource, wanted, current, changes, fixed)
    steps = []
    changed = {change.field.option: wanted.options[change.field.option] for change in changes}
    if changes:
        refused = resource.refuse(current, changed)
        if refused:
            raise InvalidOptionsError(refused)
        steps.append(
            Step(
                "update",
                describe(resource, current.get("name"), current.get("id")),
                "it differs in " + ", ".join(changed),
                {resource.id_wire: current["id"], **resource.parameters(changed, "Modify")},
                changes,
                any(change.field.interrupts for change in changes),
            )
        )
    after = {**current, **changed}
    return Plan(steps, current, after, after, match_secrets(resource, wanted, current))


def differences(resource: Resource, wanted: Wanted, current: Item) -> list[Change]:
    """Where a resource is not as wanted; only options that the user set count."""
    changes = []
    for field_ in resource.settable:
        if field_.option not in wanted.options or not field_.returned:
            continue
        before, after = current.get(field_.option), wanted.options[field_.option]
        if field_.secret:
            if wanted.update_secrets and secret_matches(before, after) is False:
                changes.append(Change(field_, None, None))
        elif (before is not None or field_.told) and not field_.same(before, after):
            changes.append(Change(field_, before, wanted.shown[field_.option]))
    return changes


def match_secrets(resource: Resource, wanted: Wanted, current: Item) -> dict[str, bool | None]:
    """For each secret that the user gave, whether the resource has the same (None: the service does not tell)."""
    return {
        matches_key(field_): secret_matches(current.get(field_.option), wanted.options[field_.option])
        for field_ in resource.settable
        if field_.secret and field_.option in wanted.options
    }


def _plan_replace(
    resource: Resource, wanted: Wanted, current: Item, changes: list[Change], fixed: list[Change]
) -> Plan:
    """Delete, then create with all that the resource has now and what is wanted of it."""
    kept = {
        field_.option: current[field_.option]
        for field_ in resource.fields
        if field_.on_create and current.get(field_.option) is not None
    }
    options = {**kept, **wanted.options}
    differing = {change.field.option for change in changes}
    shown = {**wanted.shown, **kept, **{name: wanted.shown[name] for name in differing}}
    faults = resource.faults(options, complete=True, strict=False)
    missing = resource.missing(wanted.shown)
    faults += [_needed(resource.field(option), current) for option in missing]
    if not missing:  # what belongs to what is named must be named, too
        faults += [fault for fault in resource.check(wanted.options, True) if fault not in faults]
    if faults:
        raise InvalidOptionsError(faults)
    reason = "to replace it, as these can't be changed in place: " + ", ".join(c.field.option for c in fixed)
    steps = [
        _delete(resource, current, reason, True),
        _create(resource, options, shown, current, reason),
    ]
    steps[1].changes, steps[1].interrupts = changes, True
    after = {**resource.blank(), **options}
    return Plan(steps, current, after, shown, match_secrets(resource, wanted, after))


def _needed(field_: Field, current: Item) -> str:
    """The fault of a replacement whose task leaves out what a create requires."""
    known = current.get(field_.option)
    now = "" if field_.secret or known is None else f" (it is {known!r} now)"
    return (
        f"{field_.option} is required to replace{now}, so that another run of the task can create again "
        "what an interrupted one has deleted"
    )


def _immutable(resource: Resource, current: Item, fixed: list[Change]) -> ImmutableChangeError:
    options = [change.field.option for change in fixed]
    text = (
        f"The {describe(resource, current.get('name'), current.get('id'))} can't be changed in place in: "
        + ", ".join(map(str, fixed))
        + ". Set on_immutable_change to replace to delete it and create it again"
        + (", which interrupts its traffic" if resource.delete_interrupts else "")
        + ", or leave these options out to keep it as it is."
    )
    return ImmutableChangeError(text, options)


def _create(resource: Resource, options: Item, shown: Item, current: Item, reason: str) -> Step:
    changes = [
        Change(field_, current.get(field_.option), shown[field_.option])
        for field_ in resource.settable
        if shown.get(field_.option) is not None
    ]
    target = describe(resource, shown.get("name"), None)
    return Step("create", target, reason, resource.parameters(options, "Create"), changes)


def _delete(resource: Resource, current: Item, reason: str, interrupts: bool) -> Step:
    target = describe(resource, current.get("name"), current.get("id"))
    return Step("delete", target, reason, {resource.id_wire: current["id"]}, [], interrupts)


def _shown(resource: Resource, item: Item | None, steps: list[Step], side: str) -> Item:
    """What the diff shows of one side: options that have a value, and for secrets whether they match."""
    if item is None:
        return {}
    shown = {
        field_.option: item[field_.option]
        for field_ in resource.settable
        if not field_.secret and item.get(field_.option) is not None
    }
    for step in steps:
        for change in step.changes:
            if change.field.secret:
                rendered = change.render()
                shown[rendered["option"]] = rendered[side]
    return shown
