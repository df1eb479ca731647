# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources that exist, by region and kind, and those that were deleted but are still listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Wire = dict[str, Any]


@dataclass
class Resource:
    """One resource: ``wire`` are its stored fields, times are in seconds of the service's clock.

    ``created`` is minus infinity for a resource that was seeded, which so is listed and has settled already.
    """

    noun: str
    region: str
    id: str
    wire: Wire
    created: float
    sequence: int
    deleted: float | None = None


@dataclass(frozen=True)
class Course:
    """States of something with the time spent in each (seconds, None is for ever), and when the first one began."""

    began: float
    phases: tuple[tuple[str, float | None], ...]

    def at(self, now: float) -> str:
        """The state at ``now``; the last one is never left."""
        elapsed = now - self.began
        for name, spent in self.phases:
            if spent is None or elapsed < spent:
                return name
            elapsed -= spent
        return self.phases[-1][0]


class Store:
    """All resources. Nothing here knows of requests or of rules.

    ``courses`` are those that the control API has set, by the resource's id and what of it they are the states of.
    """

    def __init__(self) -> None:
        self.courses: dict[tuple[str, str], Course] = {}
        self._live: dict[tuple[str, str], dict[str, Resource]] = {}
        self._deleted: list[Resource] = []
        self._sequence = 0

    def next_number(self) -> int:
        """A number that no other resource of this store has."""
        self._sequence += 1
        return self._sequence

    def add(self, noun: str, region: str, resource_id: str, wire: Wire, created: float) -> Resource:
        """Put a resource in place, at the end of its kind's list; one with the same id is replaced."""
        resource = Resource(noun, region, resource_id, wire, created, self.next_number())
        self._live.setdefault((region, noun), {})[resource_id] = resource
        return resource

    def get(self, noun: str, region: str, resource_id: str) -> Resource | None:
        """The live resource with this id, or None."""
        return self._live.get((region, noun), {}).get(resource_id)

    def count(self, noun: str, region: str) -> int:
        """How many live resources of a kind a region has."""
        return len(self._live.get((region, noun), {}))

    def live(self, noun: str, region: str) -> list[Resource]:
        """The live resources of a kind in a region, in order of creation."""
        return list(self._live.get((region, noun), {}).values())

    def anywhere(self, noun: str, resource_id: str) -> Resource | None:
        """The live resource with this id in whatever region, or None."""
        regions = (resources for (_region, its_noun), resources in self._live.items() if its_noun == noun)
        return next((resources[resource_id] for resources in regions if resource_id in resources), None)

    def everything(self, region: str | None = None) -> Iterator[Resource]:
        """All live resources, of one region or of all."""
        for (its_region, _noun), resources in self._live.items():
            if region in (None, its_region):
                yield from resources.values()

    def delete(self, resource: Resource, now: float) -> None:
        """Take a resource out; it is remembered for those lists that still show it."""
        del self._live[resource.region, resource.noun][resource.id]
        resource.deleted = now
        self._deleted.append(resource)

    def remove(self, resource_id: str) -> bool:
        """Take a resource out wherever it is, leaving no trace. Returns whether there was one."""
        return any(resources.pop(resource_id, None) for resources in list(self._live.values()))

    def listed(self, noun: str, region: str, now: float, list_lag: float, delete_lag: float) -> list[Resource]:
        """What a Describe call shows at ``now``: new resources late, deleted ones a while longer, oldest first."""
        self._deleted = [item for item in self._deleted if item.deleted is not None and now < item.deleted + delete_lag]
        found = [item for item in self.live(noun, region) if item.created + list_lag <= now]
        ghosts = [
            item for item in self._deleted
            if (item.noun, item.region) == (noun, region) and item.created + list_lag <= now
        ]  # fmt: skip
        return sorted([*found, *ghosts], key=lambda item: item.sequence) if ghosts else found
