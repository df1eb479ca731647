# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as Ansible's diff, and values as people read them."""

from __future__ import annotations

import json
import typing as t

from ..resources.schema import Item, Resource
from .model import Plan, Step


def diff_of(plan: Plan, resource: Resource) -> dict[str, t.Any]:
    """Ansible's diff of a plan: the options before and after, without secrets and what only the service knows.

    See L(as_text), which makes of it what Ansible shows.
    """
    target = plan.own[0].target if plan.own else ""
    return {
        "before": _shown(resource, plan.before, plan.steps, "before"),
        "after": _shown(resource, plan.shown_after, plan.steps, "after"),
        "before_header": target,
        "after_header": f"{target} (replaced: a new id, its traffic is interrupted)" if plan.replaces else target,
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
