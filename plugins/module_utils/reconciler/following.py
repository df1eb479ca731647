# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What leads to a resource, asked from its own end: the routes into a tunnel. Reads only.

A follower's table says how it tells what it leads to: by an id, which may be that of the place; or by a name alone.
Nothing is guessed: what can't be told apart is named, and so is what may lead there and can't be seen to.
"""

from __future__ import annotations

import typing as t
from contextlib import suppress

from ..api.errors import ApiError
from ..resources.followers import followers_of
from ..resources.schema import Field, Item, Reference, Resource
from ..resources.types import same_id
from .errors import AmbiguousNameError, MissingError
from .lookup import Lookup
from .model import created_at, describe


class Follower(t.NamedTuple):
    """One that leads to a resource by its C(field)."""

    kind: Resource
    field: Field
    item: Item

    def __str__(self) -> str:
        return describe(self.kind, self.item, self.item.get("id"))


class Following(t.NamedTuple):
    """What leads to a resource. C(mixed) are sentences on what can't be told apart, C(doubts) on what is not told."""

    found: list[Follower]
    mixed: list[str]
    doubts: list[str]


class Shared:
    """What a region has of each kind, read once, where many resources are asked about."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._listed: dict[str, list[Item]] = {}

    def within(self, kind: Resource, place: Item) -> list[Item]:
        """All of a kind at a place."""
        if kind.name not in self._listed:
            self._listed[kind.name] = self._lookup.within(kind, {})
        return [
            item
            for item in self._listed[kind.name]
            if all(item.get(option) is None or same_id(item[option], value) for option, value in place.items())
        ]

    def parent(self, field: Field, identity: str) -> Item:
        """What a reference means. Raises L(MissingError)."""
        kind = t.cast(Reference, field.refers_to).resource
        for item in self.within(kind, {}):
            if same_id(item["id"], identity):
                return item
        raise MissingError(f"There is no {kind.noun} with the id {identity}.")


class _Place:
    """Where a resource is, what else is there, and what is around it; each is read once, where it is needed."""

    def __init__(self, lookup: Lookup, item: Item, listed: Shared | None) -> None:
        self._lookup, self._item, self._source = lookup, item, listed or lookup
        self._beside: list[Item] | None = None
        resource = lookup.resource
        self.around: dict[str, Item] = {resource.name: item}
        scope = resource.scope
        self.id = None if scope is None else item.get(scope.option)
        field = None if scope is None else resource.field(scope.option)
        if field is not None and field.refers_to is not None and self.id is not None:
            with suppress(MissingError, AmbiguousNameError, ApiError):  # this key or project may not see it
                self.around[field.option] = self._source.parent(field, str(self.id))

    @property
    def beside(self) -> list[Item]:
        """The others of its kind at its place."""
        if self._beside is None:
            resource, scope = self._lookup.resource, self._lookup.resource.scope
            place = {} if scope is None or self.id is None else {scope.option: self.id}
            self._beside = [
                other
                for other in self._source.within(resource, place)
                if not same_id(other["id"], self._item["id"]) and not resource.is_leaving(other)
            ]
        return self._beside

    def of(self, kind: Resource) -> Item:
        """The scope of a kind that leads there, as far as it is known: without one, all of the region are listed."""
        scope = kind.scope
        if scope is None:
            return {}
        if scope.option in self.around:
            return {scope.option: self.around[scope.option]["id"]}
        known = (item.get(scope.option) for item in self.around.values())
        value = next((value for value in known if value is not None), None)
        return {} if value is None else {scope.option: value}

    @property
    def holder(self) -> Item:
        """What it is in; empty if that can't be read."""
        scope = self._lookup.resource.scope
        return {} if scope is None else self.around.get(scope.option, {})


def following(lookup: Lookup, item: Item, listed: Shared | None = None) -> Following:
    """What leads to a resource of the lookup's kind. Raises L(ApiError) where that can't be listed.

    C(listed): read from listings that others share.
    """
    place = _Place(lookup, item, listed)
    result = Following([], [], [])
    for kind, field in followers_of(lookup.resource):
        where = place.of(kind)
        if kind.fits(where, place.around, {}):
            continue  # there can be none of this kind
        there = [
            other
            for other in (listed or lookup).within(kind, where)
            if not kind.spares(other, {}) and kind.can_have(field.option, item["id"], other)
        ]
        _sort(result, kind, field, there, item, place)
    return result


def names_of(lookup: Lookup, item: Item, without: t.Collection[str] = ()) -> list[str]:
    """What leads to a resource, in words, as far as it is plain; but for those with the ids C(without).

    Raises L(ApiError) where that can't be listed.
    """
    if not followers_of(lookup.resource):
        return []
    passed_over = {each.lower() for each in without}
    found = [each for each in following(lookup, item).found if str(each.item["id"]).lower() not in passed_over]
    return list(dict.fromkeys(map(str, found)))


def _sort(result: Following, kind: Resource, field: Field, listed: list[Item], item: Item, place: _Place) -> None:
    """Put what is listed of one kind where it belongs in the result."""
    reference = t.cast(Reference, field.refers_to)
    noun = reference.resource.noun
    by_place: list[Follower] = []
    by_name: list[Follower] = []
    earlier: list[Follower] = []
    for other in listed:
        follower = Follower(kind, field, other)
        told = other.get(reference.listed_as or reference.led_to or field.option)
        if told is None:
            result.doubts.append(f"The service does not tell where the {follower} leads")
        elif reference.listed_as is None:
            if same_id(told, item["id"]):
                result.found.append(follower)
            elif reference.led_to is not None and same_id(told, place.id):
                by_place.append(follower)
        elif told == item.get("name"):
            (earlier if created_at(other) < created_at(item) else by_name).append(follower)
        elif told not in [each.get("name") for each in place.beside]:
            result.doubts.append(
                f"The {follower} leads to {told!r}, and no {noun} there has that name: it may be an earlier one"
            )
    if by_place and not (reference.stands_for and reference.stands_for(place.holder)):
        result.doubts.append(
            f"The service tells the place, not the {noun}, that these lead to: {_list(by_place)}. They stay as they are"
        )
    elif by_place and place.beside:
        result.mixed.append(
            f"the service tells the place alone that these lead to: {_list(by_place)}, and there are other ones of its "
            f"kind there: {_ids(place.beside)}"
        )
    else:
        result.found.extend(by_place)
    if earlier:
        result.mixed.append(
            f"these lead to {item.get('name')!r} by its name, and are older than the {noun} of that name, so that they "
            f"lead to an earlier one, or to one that had the name: {_list(earlier)}"
        )
    namesakes = [each for each in place.beside if each.get("name") == item.get("name")] if by_name else []
    if namesakes:
        result.mixed.append(
            f"the service tells by a name alone where these lead: {_list(by_name)}, and {_ids(namesakes)} "
            f"{'has' if len(namesakes) == 1 else 'have'} the same name {item.get('name')!r}"
        )
    else:
        result.found.extend(by_name)


def _list(followers: t.Sequence[Follower]) -> str:
    return ", ".join(map(str, followers))


def _ids(items: t.Sequence[Item]) -> str:
    return ", ".join(str(item["id"]) for item in items)
