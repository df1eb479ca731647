# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings that all lookups of a task share: each is made once, and again only for who needs to see what is newer."""

from __future__ import annotations

import threading
import typing as t

from ..api.action import Action
from ..api.client import PAGE_SIZE, Client
from ..api.errors import NotFoundError
from ..resources.schema import Resource
from .lookup import Listed

Raw = dict[str, t.Any]
Key = tuple[str, t.Any]  # an action and its parameters, which can't change


class _Listing:
    """What one listing has shown, and when it began. One thread at a time makes it, the others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.began: float | None = None
        self.objects = Listed()
        self.by_id: dict[str, list[Raw]] = {}


class Snapshot:
    """The listings of one task, by what was asked.

    What is asked for by its id is answered from a listing that has it or has had it, if there is one: so one listing
    tells of many what has become of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listings: dict[Key, tuple[_Listing, Raw]] = {}
        self._homes: dict[tuple[str, str], Key] = {}  # where the object with an id of an action's was listed

    def preload(self, client: Client, resource: Resource, ids: t.Iterable[str]) -> None:
        """List what has these ids, many at a time."""
        describe = resource.actions.describe
        for piece in pieces_of(ids):
            key = (describe.name, _frozen({resource.id_wire: piece}))
            with self._lock:
                self._homes.update({(describe.name, identity): key for identity in piece})
            try:
                self.read(client, describe, {resource.id_wire: piece}, None)
            except NotFoundError:  # of one that is not there
                self._leave(key)

    def read(self, client: Client, action: Action, parameters: t.Mapping[str, t.Any], since: float | None) -> list[Raw]:
        """What an action lists: as it was at C(since) or later, or at any time if that is None."""
        asked = parameters.get(str(action.item_id))
        identity = str(asked[0]).lower() if isinstance(asked, list) and len(asked) == 1 else None
        alone = key = (action.name, _frozen(parameters))
        with self._lock:
            if identity is not None:
                key = self._homes.get((action.name, identity), alone)
            listing, of_listing = self._listings.setdefault(key, (_Listing(), dict(parameters)))
        try:
            with listing.lock:
                if listing.began is None or (since is not None and listing.began < since):
                    self._make(client, action, of_listing, key, listing)
                return listing.objects if identity is None else list(listing.by_id.get(identity, ()))
        except NotFoundError:
            if key == alone:
                raise
        self._leave(key)  # another one of this listing is not there any more
        return self.read(client, action, parameters, since)

    def _leave(self, key: Key) -> None:
        """Ask for each id of a listing alone from now on, as the service refuses to list them together."""
        with self._lock:
            self._homes = {known: home for known, home in self._homes.items() if home != key}

    def _make(self, client: Client, action: Action, parameters: Raw, key: Key, listing: _Listing) -> None:
        began = client.monotonic()
        objects = Listed(client.items(action, parameters))
        by_id: dict[str, list[Raw]] = {}
        for raw in objects:
            by_id.setdefault(str(raw.get(str(action.item_id))).lower(), []).append(raw)
        listing.began, listing.objects, listing.by_id = began, objects, by_id
        with self._lock:
            for identity in by_id:
                self._homes.setdefault((action.name, identity), key)


def pieces_of(ids: t.Iterable[str]) -> list[list[str]]:
    """Ids in the pieces that one listing is asked for, always the same ones."""
    wanted = sorted({identity.lower() for identity in ids})
    return [wanted[begin : begin + PAGE_SIZE] for begin in range(0, len(wanted), PAGE_SIZE)]


class View:
    """The listings as one item of a batch may see them: L(lookup.Reader).

    C(since): it has to see what was so at this time, what its C(client) has written, and, unless it looks C(once), what
    is newer than what it has seen before. None: whatever was listed does, as nothing is written yet.
    """

    def __init__(self, snapshot: Snapshot, client: Client, since: float | None = None, *, once: bool = False) -> None:
        self.connection, self.redact = client.connection, client.redact
        self._snapshot = snapshot
        self._client = client
        self.since = since
        self._once = once
        self._seen: dict[Key, float] = {}

    def items(self, action: Action, parameters: t.Mapping[str, t.Any]) -> list[Raw]:
        """All that an action lists."""
        if self.since is None:
            return self._snapshot.read(self._client, action, parameters, None)
        key = (action.name, _frozen(parameters))
        since = max(self.since, self._client.last_write, self._seen.get(key, self.since))
        found = self._snapshot.read(self._client, action, parameters, since)
        if not self._once:
            self._seen[key] = self._client.monotonic()
        return found


def _frozen(value: t.Any) -> t.Any:
    """A value that can be a key."""
    if isinstance(value, t.Mapping):
        return tuple(sorted((name, _frozen(item)) for name, item in value.items()))
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value
