# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has happened to tunnels between two looks at them, as events. Pure: who looks, and when, is another's."""

from __future__ import annotations

import re
import typing as t

from ..resources.vpn_tunnel import RESOURCE

Item = t.Mapping[str, t.Any]
Event = dict[str, t.Any]

# The fields whose change is a drift: what a task can set, and no key.
DRIFTING = tuple(field.option for field in RESOURCE.settable if not field.secret)
# From what its two tunnels were to what they are: what that is called. What is not known is no change.
_TURNS = {
    ("all", "any"): "degraded",
    ("any", "all"): "restored",
    ("all", "none"): "down",
    ("any", "none"): "down",
    ("none", "any"): "up",
    ("none", "all"): "up",
}
_TEMPLATE = re.compile(r"\{(?=[{%#]|$)")


class Look(t.NamedTuple):
    """Tunnels and their states at one time, by id."""

    tunnels: dict[str, Item]
    statuses: dict[str, Item]


def look(tunnels: t.Iterable[Item], statuses: t.Iterable[Item], before: Look | None = None) -> Look:
    """A look at items as the info modules return them. A state that is not told is the one that it was before."""
    known = {str(status["id"]).lower(): status for status in statuses}
    for identity, status in (before.statuses if before else {}).items():
        if identity in known and known[identity].get("up") is None:
            known[identity] = {**known[identity], "up": status.get("up")}
    return Look({str(tunnel["id"]).lower(): tunnel for tunnel in tunnels}, known)


def happened(before: Look | None, after: Look) -> t.Iterator[Event]:
    """The events between two looks, in the order of the service. Without a first look: which tunnels are down."""
    for identity, tunnel in after.tunnels.items():
        status = after.statuses.get(identity, {})
        old = None if before is None else before.tunnels.get(identity)
        if before is not None and old is None:
            yield _event("created", tunnel, status)
        if old is not None:
            changes = _changes(old, tunnel)
            if changes:
                yield {**_event("drifted", tunnel, status), "changes": changes}
        known = {} if before is None or old is None else before.statuses.get(identity, {})
        was = known.get("up") or "all"  # what nothing was told of yet
        turn = _TURNS.get((was, str(status.get("up"))))
        # A tunnel that has just been made is down until its device is set up.
        if turn and not (turn == "down" and before is not None and old is None):
            yield _event(turn, tunnel, status)
    for identity, tunnel in (before.tunnels if before else {}).items():
        if identity not in after.tunnels:
            yield _event("deleted", tunnel, {})


def _changes(old: Item, new: Item) -> list[dict[str, t.Any]]:
    return [
        {"option": option, "before": inert(old.get(option)), "after": inert(new.get(option))}
        for option in DRIFTING
        if old.get(option) != new.get(option)
    ]


def _event(kind: str, tunnel: Item, status: Item) -> Event:
    told = {option: tunnel.get(option) for option in ("id", "name", "vpn_gateway", "customer_gateway")}
    return {
        "kind": kind,
        "tunnel": inert(told),
        "up": status.get("up"),
        "sub_tunnels": inert(status.get("sub_tunnels") or []),
    }


def inert(value: t.Any) -> t.Any:
    """The same value, with nothing left in it that begins a template.

    An event becomes the variables of a playbook, as plain text that nobody marks: so braces are set apart here.
    """
    if isinstance(value, str):
        return _TEMPLATE.sub("{ ", value)
    if isinstance(value, t.Mapping):
        return {inert(name): inert(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [inert(part) for part in value]
    return value
