# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules for reading list. Reads only."""

from __future__ import annotations

import fnmatch
import typing as t

from ..api.client import Client
from ..api.errors import InvalidOptionsError
from ..resources.schema import Item, Resource
from ..resources.types import as_service_writes
from .lookup import Lookup


def gather(
    client: Client,
    resource: Resource,
    *,
    ids: t.Sequence[str] | None = None,
    key: t.Mapping[str, t.Any] | None = None,
    name_glob: str | None = None,
    place: Item | None = None,
    filters: t.Mapping[str, t.Any] | None = None,
    project_ids: t.Sequence[str] | None = None,
    secrets: bool = False,
) -> list[Item]:
    """The items that match all that is given, in the service's order, each once.

    C(filters) go to the service as they are: name to a value or a list of values, of which one has
    to match. C(key) has options that resources are called by, and C(name_glob) is a pattern of names (C(*), C(?),
    C([...]); case counts): they are applied here, as the service has no filters for them. C(place) has the scope. An
    empty list of ids or projects matches nothing. What the service lists is compared with the ids and the scope that
    were asked for.
    """
    faults = _faults(ids, project_ids, filters or {})
    if faults:
        raise InvalidOptionsError(faults)
    if (ids is not None and not ids) or (project_ids is not None and not project_ids):
        return []
    asked_ids = [as_service_writes(identity) for identity in ids] if ids else None
    parameters: dict[str, t.Any] = {
        **({resource.id_wire: asked_ids} if resource.identity.listed_by_id else {}),
        "ProjectId": list(project_ids) if project_ids else None,
        "Filter": [
            {"Name": str(key), "Value": list(map(_sent, value if isinstance(value, (list, tuple)) else [value]))}
            for key, value in (filters or {}).items()
        ],
    }
    lookup = Lookup(client, resource)
    asked = _asked(resource, ids, project_ids, filters or {})
    scope = resource.scope
    if place and scope is not None:
        within = resource.field(scope.option).canonical(place[scope.option])
        parameters["Filter"] = [each for each in parameters["Filter"] if each["Name"] != scope.filter]
        scope.narrow(parameters, within)
        asked[resource.field(scope.option).wire] = {str(within).lower()}
    found: dict[str, Item] = {}
    for raw in client.items(resource.actions.describe, parameters):
        if not all(raw.get(wire) in (None, "") or str(raw[wire]).lower() in values for wire, values in asked.items()):
            continue
        item = resource.read(raw) if secrets else lookup.read(resource, raw)
        if not all(resource.field(option).is_key(item.get(option), value) for option, value in (key or {}).items()):
            continue
        if name_glob is not None and not fnmatch.fnmatchcase(str(item.get("name") or ""), name_glob):
            continue
        found[str(item["id"])] = resource.public(item, secrets=secrets)
    return list(found.values())


def _asked(
    resource: Resource,
    ids: t.Sequence[str] | None,
    project_ids: t.Sequence[str] | None,
    filters: t.Mapping[str, t.Any],
) -> dict[str, set[str]]:
    """What each listed resource has to be of: wire name to values in lower case, as far as that is known here."""
    asked: dict[str, set[str]] = {}
    if ids:
        asked[resource.id_wire] = {identity.lower() for identity in ids}
    if project_ids:
        asked["ProjectId"] = {project.lower() for project in project_ids}
    if resource.scope is not None and (resource.scope.filter or "") in filters:
        value = filters[str(resource.scope.filter)]
        values = value if isinstance(value, (list, tuple)) else [value]
        asked[resource.field(resource.scope.option).wire] = {_sent(item).lower() for item in values}
    return asked


def _faults(
    ids: t.Sequence[str] | None, project_ids: t.Sequence[str] | None, filters: t.Mapping[str, t.Any]
) -> list[str]:
    """What can't be sent as it was meant. A service that passes over what is empty would answer with everything."""
    found = [
        f"{option} must not have empty values in it"
        for option, values in (("ids", ids), ("project_ids", project_ids))
        if not all(str(value).strip() for value in values or [])
    ]
    for name, value in filters.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        if not str(name or "").strip() or not values or not all(isinstance(item, (str, int, float)) for item in values):
            found.append(f"filters must have names with a text, a number or a list of them (at {_short(name)})")
        elif not all(str(item).strip() for item in values):
            found.append(f"filters must not have empty values in it (at {_short(name)})")
    return found


def _sent(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _short(name: t.Any) -> str:
    """A name as a message shows it: whole or not at all, as no redactor would know a part of a secret again."""
    text = repr(name)
    return text if len(text) <= 100 else f"a name of {len(text)} characters"
