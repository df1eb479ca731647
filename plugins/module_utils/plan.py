# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is wanted and what is there to what has to be done. Pure: no request is made here.

The same plan is probed in check mode and applied in the real run, and the diff is rendered from it.
"""

from __future__ import annotations

import hmac
import json
import typing as t

from .resources.schema import Field, Item, Parents, Resource

if t.TYPE_CHECKING:
    from .steps import Step


class Wanted(t.NamedTuple):
    """What a task asks of one resource.

    C(options) are the fields that the user set, references resolved to ids (None: not known yet);
    C(shown) the same as the user wrote them.
    """

    options: Item
    shown: Item
    present: bool = True
    replace: bool = False
    update_secrets: bool = True


class Change(t.NamedTuple):
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


class Plan(t.NamedTuple):
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

    @property
    def creates(self) -> bool:
        """Whether it creates something, in the place of another or not."""
        return any(step.action == "create" for step in self.steps)

    @property
    def summary(self) -> str:
        """The plan in one line."""
        steps = [
            ("refused: " if step.permitted is False else "")
            + f"{step.action} {step.target}"
            + (f" ({', '.join(change.field.option for change in step.changes)})" if step.action == "update" else "")
            for step in self.steps
        ]
        interrupts = any(step.interrupts for step in self.steps)
        return (", ".join(steps) or "no change") + (", which interrupts traffic" if interrupts else "")

    def diff(self, resource: Resource) -> dict[str, t.Any]:
        """Ansible's diff: the options before and after, without secrets and what only the service knows.

        See L(as_text), which makes of it what Ansible shows.
        """
        target = self.steps[0].target if self.steps else ""
        return {
            "before": _shown(resource, self.before, self.steps, "before"),
            "after": _shown(resource, self.shown_after, self.steps, "after"),
            "before_header": target,
            "after_header": f"{target} (replaced: a new id, its traffic is interrupted)" if self.replaces else target,
        }


def as_text(diff: dict[str, t.Any]) -> dict[str, t.Any]:
    """A diff with a line for each option, as Ansible would escape all but ASCII in a dictionary."""
    return {
        side: "".join(f"{option}: {readable(value)}\n" for option, value in sorted(shown.items()))
        if isinstance(shown, dict)
        else shown
        for side, shown in diff.items()
    }


def readable(value: t.Any) -> str:
    """A value as people read it. What a terminal would obey is escaped."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


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
    from .steps import plan_steps  # here, as each module compiles what it imports, and most tasks change nothing

    return plan_steps(resource, wanted, current, changes, parents)


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


def not_compared(resource: Resource, wanted: Wanted, current: Item) -> list[str]:
    """The options that the user set and the service does not return: whether they are as wanted is not known."""
    return [
        field_.option
        for field_ in resource.settable
        if field_.option in wanted.options
        and (not field_.returned or (current.get(field_.option) is None and (field_.secret or not field_.told)))
    ]


def match_secrets(resource: Resource, wanted: Wanted, current: Item) -> dict[str, bool | None]:
    """For each secret that the user gave, whether the resource has the same (None: the service does not tell)."""
    return {
        matches_key(field_): secret_matches(current.get(field_.option), wanted.options[field_.option])
        for field_ in resource.settable
        if field_.secret and field_.option in wanted.options
    }


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
