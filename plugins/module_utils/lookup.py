# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding resources: by id, by name, what they refer to, and what refers to them. Reads only."""

from __future__ import annotations

import typing as t

from .api.client import Client
from .api.errors import KsyunError, NotFoundError
from .plan import describe
from .resources.schema import Field, Item, Resource, is_id

# What check mode returns as the id of a resource that it did not create. A task that is given it as a
# reference knows that its parent is one that an earlier task of the play would create.
UNKNOWN_ID = "(known after creation)"


class MissingError(KsyunError):
    """What the task names does not exist."""

    kind = "missing"


class AmbiguousNameError(KsyunError):
    """Several resources have the name. C(ids) are theirs."""

    kind = "ambiguous_name"

    def __init__(self, message: str, ids: t.Sequence[str]) -> None:
        self.ids = list(ids)
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "ids": self.ids}


class Lookup:
    """Reads of one resource and its neighbours. C(project_id) narrows what is seen where the service has projects."""

    def __init__(self, client: Client, resource: Resource, project_id: str | None = None) -> None:
        self.client = client
        self.resource = resource
        self.project_id = project_id

    def read(self, resource: Resource, raw: t.Mapping[str, t.Any]) -> Item:
        """An object of the wire as an item. Its secrets are masked from now on like the user's own."""
        item = resource.read(raw)
        redact = self.client.redact
        for field in resource.fields:
            value = item.get(field.option)
            if field.secret:
                redact.add(value)
            elif isinstance(value, str) and field.unmistakable(value):
                redact.public.add(value)
        return item

    def by_id(self, identity: str) -> Item | None:
        """The resource with an id, secrets included; None if the service does not know it. One request."""
        return self._by_id(self.resource, identity)

    def by_name(self, name: t.Any, options: Item, others: t.Collection[str] = ()) -> Item | None:
        """The one resource with exactly this name, within its scope if the options give that; None if there is none.

        C(others) are ids to pass over. Raises L(AmbiguousNameError).
        """
        scope = self.resource.scope
        hint = "id"
        if scope is not None and scope[0] not in options:
            hint += f" (or {scope[0]}, if that tells them apart)"
        return _only(self.resource, name, self.all_by_name(name, options, others), hint)

    def all_by_name(self, name: t.Any, options: Item, others: t.Collection[str] = ()) -> list[Item]:
        """All resources with exactly this name, within its scope, but for C(others)."""
        scope = self.resource.scope
        filters = []
        if scope is not None and scope[0] in options:
            if options[scope[0]] is None:
                return []  # the parent is not there yet, so nothing can be in it
            filters.append({"Name": scope[1], "Value": [options[scope[0]]]})
        return self._by_name(self.resource, name, filters, others)

    def reference(self, reference: Field, given: str) -> str:
        """The id that an option means which takes an id or a name. Raises L(MissingError) for an unknown name."""
        if is_id(given):
            return given
        target = t.cast(Resource, reference.refers_to)
        if given == UNKNOWN_ID:
            raise MissingError(f"The {target.noun} does not exist yet ({reference.option}).")
        found = _only(target, given, self._by_name(target, given, []), reference.option)
        if found is None:
            raise MissingError(f"There is no {target.noun} named {given!r} ({reference.option}).")
        return found["id"]

    def require(self, reference: Field, identity: str) -> None:
        """Raise L(MissingError) unless the resource that a reference means exists."""
        target = t.cast(Resource, reference.refers_to)
        if self._by_id(target, identity) is None:
            raise MissingError(f"There is no {target.noun} with the id {identity} ({reference.option}).")

    def users(self, identity: str) -> list[str]:
        """What uses the resource with an id, in words."""
        found = []
        for use in self.resource.used_by:
            parameters = {"Filter": [{"Name": use.filter, "Value": [identity]}]} if use.filter else {}
            for raw in self.client.items(f"Describe{use.wire}s", parameters, f"{use.wire}Set"):
                if raw.get(use.by) == identity:
                    found.append(f"{use.noun} {raw.get(use.wire + 'Name')!r} ({raw.get(use.wire + 'Id')})")
        return found

    def _projects(self, resource: Resource) -> dict[str, t.Any]:
        return {"ProjectId": [self.project_id]} if resource.by_project and self.project_id else {}

    def _by_id(self, resource: Resource, identity: str) -> Item | None:
        parameters = {resource.id_wire: [identity], **self._projects(resource)}
        try:
            answer = self.client.read(resource.action("Describe"), parameters)
        except NotFoundError as error:
            if error.of_action:
                raise
            return None
        listed = answer.get(resource.set_wire)
        for raw in listed if isinstance(listed, list) else []:
            if isinstance(raw, dict) and str(raw.get(resource.id_wire)).lower() == identity.lower():
                return self.read(resource, raw)
        return None

    def _by_name(
        self, resource: Resource, name: str, filters: list[dict[str, t.Any]], others: t.Collection[str] = ()
    ) -> list[Item]:
        parameters = {"Filter": filters, **self._projects(resource)}
        wire = resource.field("name").wire
        matches: dict[t.Any, Item] = {}
        for raw in self.client.items(resource.action("Describe"), parameters, resource.set_wire):
            if raw.get(wire) == name and raw.get(resource.id_wire) not in others:
                item = self.read(resource, raw)
                matches[item["id"]] = item
        return list(matches.values())


def _only(resource: Resource, name: str, matches: list[Item], option: str) -> Item | None:
    """The only one of several matches. C(option) is what the user can set to say which is meant."""
    if len(matches) > 1:
        which = ", ".join(f"{item['id']} (created {item.get('create_time')})" for item in matches)
        raise AmbiguousNameError(
            f"{len(matches)} resources match the {describe(resource, name, None)}: {which}. "
            f"Set {option} to the one that is meant.",
            [str(item["id"]) for item in matches],
        )
    return matches[0] if matches else None
