# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding resources: by id, by name, what they refer to, and what refers to them. Reads only."""

from __future__ import annotations

import typing as t
import unicodedata

from ..api.action import Action
from ..api.connection import Connection
from ..api.errors import NotFoundError
from ..api.redaction import Redactor
from ..resources.schema import Field, Item, Reference, Resource
from ..resources.types import as_service_writes, fold, is_id, same_id
from .errors import AmbiguousNameError, MissingError
from .model import describe

# What check mode returns as the id of a resource that it did not create. A task that is given it as a
# reference knows that its parent is one that an earlier task of the play would create.
UNKNOWN_ID = "(known after creation)"


_LONG = 20  # characters that a name has at least which a service may have cut
Wire = t.Mapping[str, t.Any]  # an object as the service lists it


class Listed(list[dict[str, t.Any]]):
    """A whole listing that many lookups search, each for few of its objects: it keeps an index of what they go by."""

    def __init__(self, objects: t.Iterable[dict[str, t.Any]] = ()) -> None:
        super().__init__(objects)
        self._places: dict[str, dict[t.Any, list[int]]] = {}

    def near(self, resource: Resource, marks: t.Collection[t.Any]) -> t.Iterator[dict[str, t.Any]]:
        """The objects that have one of the marks at least, in the order of the listing. See L(_marks_of)."""
        if resource.name not in self._places:
            places: dict[t.Any, list[int]] = {}
            for place, raw in enumerate(self):
                for mark in _marks_of(resource, raw):
                    places.setdefault(mark, []).append(place)
            self._places[resource.name] = places
        places = self._places[resource.name]
        for place in sorted({place for mark in marks for place in places.get(mark, ())}):
            yield self[place]


class Reader(t.Protocol):
    """What a lookup asks: a client, or what many lookups share (see L(snapshot))."""

    connection: Connection
    redact: Redactor

    def items(self, action: Action, parameters: t.Mapping[str, t.Any]) -> t.Iterable[dict[str, t.Any]]:
        """All that an action lists."""


class Found(t.NamedTuple):
    """What a look for a name has found.

    C(alike) are resources that may be what an earlier create of that name has made, as their names differ from it only
    in white space or in the form of Unicode: a service may store a name otherwise than it was sent.
    """

    item: Item | None
    alike: list[Item]
    cut: list[Item]  # whose name is long, and what the name that was looked for begins with
    twins: list[str]  # in words: others that have in common with the options what no two should have
    leaving: list[Item]  # of the name, but being deleted
    overlapping: t.Sequence[str] = ()  # in words: others whose network has a part of that in it


class Lookup:
    """Reads of one resource and its neighbours. C(project_id) narrows what is seen where the service has projects."""

    def __init__(self, client: Reader, resource: Resource, project_id: str | None = None) -> None:
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
            elif isinstance(value, str) and (field.unmistakable(value) or field.option in resource.identity.by):
                redact.public.add(value)
        return item

    def by_id(self, identity: str, place: Item | None = None) -> Item | None:
        """The resource with an id, secrets included; None if the listing, followed to its end, does not have it.

        C(place) has the scope of the resource, as far as it is known: some kinds are only listed by that.
        """
        return self._by_id(self.resource, identity, place or {})

    def by_key(self, options: Item) -> Found:
        """The one resource that is called just as the options say, within its scope if they give that.

        Raises L(AmbiguousNameError).
        """
        scope = self.resource.scope
        hint = "id"
        if scope is not None and scope.option not in options:
            hint += f" (or {scope.option}, if that tells them apart)"
        items, cut, twins, overlapping, is_called = [], [], [], [], self._is_called(options)
        for raw in self._scan(self.resource, options, self._projects(self.resource), _marks(self.resource, options)):
            if is_called(raw):
                items.append(self.read(self.resource, raw))
                continue
            twins += self._in_common(raw, options)
            overlapping += self._overlapping(raw, options)
            if self._is_cut(raw, options):
                cut.append(self.read(self.resource, raw))
        named = [item for item in _once(items) if self.resource.has_key(item, options)]
        matches = [item for item in named if not self.resource.is_leaving(item)]
        return Found(
            item=_only(self.resource, options, matches, hint),
            alike=[item for item in _once(items) if not self.resource.has_key(item, options)],
            cut=_once(cut),
            twins=list(dict.fromkeys(twins)),
            leaving=[item for item in named if self.resource.is_leaving(item)],
            overlapping=list(dict.fromkeys(overlapping)),
        )

    def all_within(self, options: Item) -> list[Item]:
        """All resources of the scope that the options give, but for those that are being deleted."""
        found = _once(
            self.read(self.resource, raw)
            for raw in self._scan(self.resource, options, self._projects(self.resource))
            if isinstance(raw.get(self.resource.id_wire), str)
        )
        return [item for item in found if not self.resource.is_leaving(item)]

    def all_by_key(self, options: Item, others: t.Collection[str] = (), own: str | None = None) -> list[Item]:
        """All resources that may have come of creating what the options say, within its scope, but for C(others).

        That is what is called so and those alike (see L(Found)) that are not being deleted, and the one with the id
        C(own).
        """
        passed_over, is_called = {identity.lower() for identity in others}, self._is_called(options)
        marks = [*_marks(self.resource, options), ("id", str(own).lower())]
        found = _once(
            self.read(self.resource, raw)
            for raw in self._scan(self.resource, options, self._projects(self.resource), marks)
            if (is_called(raw) or (own is not None and same_id(raw.get(self.resource.id_wire), own)))
            and str(raw.get(self.resource.id_wire)).lower() not in passed_over
        )
        return [item for item in found if not self.resource.is_leaving(item) or same_id(item["id"], own)]

    def within(self, resource: Resource, place: Item) -> list[Item]:
        """All resources of a kind at a place, which has the option of its scope; else all of the region."""
        return _once(self.read(resource, raw) for raw in self._scan(resource, place, self._projects(resource)))

    def in_default_project(self, options: Item) -> list[Item]:
        """Resources called so in the default project, which is what the service lists if no project is named."""
        return self._called(self.resource, options, self._scan(self.resource, options, {}))

    def parent(self, reference: Field, given: str, options: Item | None = None) -> Item:
        """What an option means that takes an id or a name. Raises L(MissingError) and L(AmbiguousNameError).

        C(options) are the task's, those resolved on which it depends where a name is looked for.
        """
        meant = t.cast(Reference, reference.refers_to)
        target, within = meant.resource, meant.within
        place = {theirs: options[ours] for theirs, ours in within.items() if options and ours in options}
        if given == UNKNOWN_ID:
            raise MissingError(f"The {target.noun} does not exist yet ({reference.option}).")
        if is_id(given):
            found = self._by_id(target, given, place)
            which = f"with the id {given}"
        else:
            wanted = {**place, "name": given}
            marks = [_called_mark(target, wanted)]
            named = self._called(target, wanted, self._scan(target, place, self._projects(target), marks))
            found = _only(target, wanted, named, reference.option)
            which = f"named {given!r}"
        if found is None:
            raise MissingError(
                f"There is no {target.noun} {which} ({reference.option}){self.where}.{self.unseen(target)}"
            )
        return found

    def named(self, option: str, meant: Reference, given: str) -> str:
        """The id of what an option names that stands for an id; an id is taken as it is. Raises as L(parent) does."""
        if is_id(given):
            return as_service_writes(given)
        target = meant.resource
        found = _only(target, {"name": given}, self._called(target, {"name": given}, self._objects(target, {})), option)
        if found is None:
            raise MissingError(f"There is no {target.noun} named {given!r} ({option}){self.where}.")
        return str(found["id"])

    @property
    def where(self) -> str:
        """Where all this was looked for, in words."""
        connection = self.client.connection
        return f" in region {connection.region} at {connection.endpoint_url}"

    def unseen(self, resource: Resource) -> str:
        """A sentence on where a resource may be that was not found; empty if it can be nowhere else."""
        if not resource.by_project or self.project_id:
            return ""
        return " Only the default project was looked into: if it is in another one, set project_id."

    def users(self, identity: str, without: t.Collection[str] = ()) -> list[str]:
        """What uses the resource with an id, in words; but for those with the ids C(without)."""
        found = []
        passed_over = {each.lower() for each in without}
        for use in self.resource.used_by:
            parameters = {"Filter": [{"Name": use.filter, "Value": [identity]}]} if use.filter else {}
            for raw in self.client.items(use.describe, parameters):
                known = raw.get(str(use.describe.item_id))
                if same_id(raw.get(use.by), identity) and str(known).lower() not in passed_over:
                    found.append(f"{use.noun} {raw.get(use.name)!r} ({known})")
        return found

    def _projects(self, resource: Resource) -> dict[str, t.Any]:
        return {"ProjectId": [self.project_id]} if resource.by_project and self.project_id else {}

    def _by_id(self, resource: Resource, identity: str, place: Item) -> Item | None:
        by_id, projects = resource.identity.listed_by_id, self._projects(resource)
        parameters = {resource.id_wire: [as_service_writes(identity)], **projects}
        try:
            for raw in self._objects(resource, parameters) if by_id else self._scan(resource, place, projects):
                if same_id(raw.get(resource.id_wire), identity):
                    return self.read(resource, raw)
        except NotFoundError as error:
            if not error.names(identity):
                raise
        return None

    def _is_called(self, options: Item) -> t.Callable[[Wire], bool]:
        """The test whether an object of the wire is called as the options say, or alike."""
        wanted = [(field, options[field.option], _normal(options[field.option])) for field in self.resource.key]

        also = [
            self.resource.field(option) for option in self.resource.identity.also if options.get(option) is not None
        ]

        def is_called(raw: Wire) -> bool:
            return not any(
                (there := field.read(field.told(raw))) is not None and not field.same(there, options[field.option])
                for field in also
            ) and all(
                field.told(raw) == value or _normal(field.told(raw)) == normal
                if field.kind.is_exact
                else field.same(field.read(field.told(raw)), value)
                for field, value, normal in wanted
            )

        return is_called

    def _is_cut(self, raw: Wire, options: Item) -> bool:
        """Whether an object has a long name that is only the beginning of the wanted one."""
        for field in self.resource.key:
            called = str(field.told(raw))
            if field.kind.is_exact and len(called) >= _LONG and str(options[field.option]).startswith(called):
                return True
        return False

    def _in_common(self, raw: Wire, options: Item) -> list[str]:
        """What an object of the wire has in common with the options that no two should have, in words."""
        resource = self.resource

        def compared(option: str) -> bool | None:
            """Whether the option is the same; None if one of the two does not have it."""
            field = resource.field(option)
            wanted, told = options.get(option), raw.get(field.wire)
            return None if wanted is None or told in (None, "") else field.same(field.read(told), wanted)

        return [
            f"{describe(resource, resource.read(raw), raw.get(resource.id_wire))} has the same "
            + " and ".join(group.options)
            for group in resource.one_of_a_kind
            if all(map(compared, group.options))
            and not any(compared(option) is False for option in group.but)
            and not self._is_leaving(raw)
        ]

    def _overlapping(self, raw: Wire, options: Item) -> list[str]:
        """An object of the wire in words, if it is called by a network that overlaps with the wanted one."""
        found = []
        for field in self.resource.key:
            if field.type == "cidr" and field.kind.overlap(field.told(raw), options[field.option]):
                item = self.read(self.resource, raw)
                if item.get("system") is not True:  # those of the VPC's own networks
                    found.append(describe(self.resource, item, item["id"]))
        return found

    def _is_leaving(self, raw: Wire) -> bool:
        """Whether an object of the wire is being deleted."""
        return bool(self.resource.leaving) and self.resource.is_leaving(self.resource.read(raw))

    def _called(self, resource: Resource, options: Item, objects: t.Iterable[Wire]) -> list[Item]:
        wanted = [(field, options[field.option]) for field in resource.key]
        return _once(
            self.read(resource, raw)
            for raw in objects
            if all(field.is_key(field.told(raw), value) for field, value in wanted)
        )

    def _objects(
        self, resource: Resource, parameters: dict[str, t.Any], marks: t.Collection[t.Any] | None = None
    ) -> t.Iterator[Wire]:
        """All objects that the service lists, without those of another project than was asked for.

        C(marks): only what has one of them is of interest.
        """
        asked = parameters.get("ProjectId")
        listed = self.client.items(resource.actions.describe, parameters)
        if marks is not None and isinstance(listed, Listed):
            listed = listed.near(resource, marks)
        for raw in listed:
            if asked is None or raw.get("ProjectId") in (None, "") or str(raw["ProjectId"]) in asked:
                yield raw

    def _scan(
        self,
        resource: Resource,
        options: Item,
        projects: dict[str, t.Any],
        marks: t.Collection[t.Any] | None = None,
    ) -> t.Iterator[Wire]:
        """All objects of one kind within the scope that the options give, in the order of the listing.

        What the service's filter has let through is compared here again.
        """
        scope, parameters = resource.scope, dict(projects)
        if scope is None or scope.option not in options:
            yield from self._objects(resource, parameters, marks)
            return
        field = resource.field(scope.option)
        within = field.canonical(options[scope.option])
        if within is None:
            return  # the parent is not there yet, so nothing can be in it
        scope.narrow(parameters, within)
        for raw in self._objects(resource, parameters, marks):
            if raw.get(field.wire) in (None, "") or field.same(raw[field.wire], within):
                yield raw


def _called_mark(resource: Resource, options: t.Mapping[str, t.Any]) -> t.Any:
    """What is equal for all that may be called alike."""
    return "called", *(
        fold(_normal(value) if field.kind.is_exact else field.canonical(value))
        for field, value in ((field, options.get(field.option)) for field in resource.key)
    )


def _marks(resource: Resource, options: t.Mapping[str, t.Any]) -> list[t.Any]:
    """What an object has one of at least that is of interest to a look for what the options say (L(Found))."""
    marks = [_called_mark(resource, options)]
    for field in resource.key:
        called = str(options.get(field.option))
        marks += [("cut", called[:end]) for end in range(_LONG, len(called) + 1)]
    for number, group in enumerate(resource.one_of_a_kind):
        if all(options.get(option) is not None for option in group.options):
            same = (fold(resource.field(option).canonical(options[option])) for option in group.options)
            marks.append((number, *same))
    return marks


def _marks_of(resource: Resource, raw: Wire) -> list[t.Any]:
    """All marks of an object of the wire."""
    told = {field.option: field.read(field.told(raw)) for field in resource.fields if field.wire in raw}
    marks = [_called_mark(resource, told), ("id", str(raw.get(resource.id_wire)).lower())]
    marks += [("cut", str(field.told(raw))) for field in resource.key if len(str(field.told(raw))) >= _LONG]
    for number, group in enumerate(resource.one_of_a_kind):
        if all(told.get(option) is not None for option in group.options):
            marks.append((number, *(fold(told[option]) for option in group.options)))
    return marks


def _once(items: t.Iterable[Item]) -> list[Item]:
    """Each resource once, although a listing may have it on two pages."""
    return list({str(item["id"]).lower(): item for item in items}.values())


def _normal(name: t.Any) -> str:
    """A name without what a service may change in it."""
    return " ".join(unicodedata.normalize("NFKC", str(name)).split())


def _only(resource: Resource, called: Item, matches: list[Item], option: str) -> Item | None:
    """The only one of several matches. C(option) is what the user can set to say which is meant."""
    if len(matches) > 1:
        raise AmbiguousNameError(
            f"{len(matches)} resources match the {describe(resource, called)}: {list_of(matches)}. "
            f"Set {option} to choose one.",
            [str(item["id"]) for item in matches],
        )
    return matches[0] if matches else None


def list_of(items: t.Sequence[Item]) -> str:
    """Resources of one name by what tells them apart."""
    return ", ".join(f"{item['id']} (created {item.get('create_time')})" for item in items)
