# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What later tasks have to know, and the service can't hold: files in a folder of the user who runs the tasks.

One is on a create that did not come out as asked, as to replace it again would not help: a file of the resource's id,
which goes with the resource. The other is on what moves along with a replacement, for as long as that lasts: if it is
ended between, a later task finishes it. Where none can be kept, the task says what came out all the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import typing as t
from contextlib import suppress

from ..resources.schema import Item, Resource
from ..resources.types import fold
from .model import Change, Move


def folder(environment: t.Mapping[str, str]) -> str | None:
    """Where the notes are: in C(XDG_STATE_HOME), or where that is by default. None if the user has no home."""
    home = environment.get("HOME")
    state = environment.get("XDG_STATE_HOME") or (home and os.path.join(home, ".local", "state"))
    return os.path.join(state, "ksyun.vpn") if state else None


# What stands for the id of a successor that is being created. If its answer is lost with the process, what is there of
# its name then is taken as that.
SENT = ""
# How long a note on a move counts, in seconds. Later, others have had the time to decide otherwise.
MOVE_COUNTS = 3 * 24 * 3600.0


class Begun(t.NamedTuple):
    """A move that was begun: from C(old) to C(new), at a time by the clock of this machine.

    C(entries) have C(kind), C(id), C(options) and C(by).
    """

    old: t.Any
    new: t.Any
    at: float
    entries: list[dict[str, t.Any]]

    def is_about(self, identity: t.Any) -> bool:
        """Whether a resource is one that it was begun for; with no id one that is to be created in its place."""
        if time.time() - self.at > MOVE_COUNTS:
            return False
        return identity is None or self.new == SENT or identity in (self.old, self.new)


class Notes:
    """The notes in a folder. C(path) is None where none can be kept."""

    def __init__(self, path: str | None) -> None:
        self._path = path

    def file(self, identity: str) -> str | None:
        """The file on a resource."""
        if self._path is None or not re.fullmatch(r"[0-9A-Za-z-]{1,64}", identity):
            return None
        return os.path.join(self._path, f"{identity.lower()}.json")

    def write(self, identity: str, changes: t.Sequence[Change], asked: t.Mapping[str, t.Any]) -> None:
        """Note what was asked of a create that came out with C(changes) still to be made."""
        file = self.file(identity)
        if file is None:
            return
        note = {change.field.option: _mark(identity, asked[change.field.option]) for change in changes}
        with suppress(OSError):
            os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
            with open(file, "w", encoding="utf-8", opener=_private) as opened:
                json.dump(note, opened)

    def tried(self, identity: str, changes: t.Sequence[Change], asked: t.Mapping[str, t.Any]) -> bool:
        """Whether a create has asked for the same before, so that nothing is left that another one could cure."""
        file = self.file(identity)
        try:
            with open(file or "", encoding="utf-8") as opened:
                note = json.load(opened)
        except (OSError, ValueError):
            return False
        return isinstance(note, dict) and all(
            note.get(change.field.option) == _mark(identity, asked[change.field.option]) for change in changes
        )

    def begin_move(self, key: str, moves: t.Sequence[Move], old: str | None = None, new: str | None = None) -> None:
        """Note what moves, in place of what was noted for the key; of nothing there is no note.

        C(old) is the id of what is replaced, C(new) that of what takes its place: C(SENT) while it is being created,
        None before that.
        """
        file = self.file(key)
        if file is None or not moves:
            self.drop(key)
            return
        entries = [
            {
                "kind": move.table.name,
                "id": move.item.get("id"),
                "options": move.create.options,
                "by": move.field.option,
            }
            for move in moves
        ]
        note = {"old": old, "new": new, "at": time.time(), "moves": entries}
        with suppress(OSError):
            os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
            with open(f"{file}.new", "w", encoding="utf-8", opener=_private) as opened:
                json.dump(note, opened)
                opened.flush()
                os.fsync(opened.fileno())
            os.replace(f"{file}.new", file)

    def begun(self, key: str) -> Begun:
        """What was moving when a task was ended."""
        try:
            with open(self.file(key) or "", encoding="utf-8") as opened:
                note = json.load(opened)
        except (OSError, ValueError):
            note = None
        if not isinstance(note, dict) or not isinstance(note.get("moves"), list):
            return Begun(None, None, 0, [])
        at = note.get("at")
        entries = [entry for entry in note["moves"] if _is_entry(entry)]
        return Begun(note.get("old"), note.get("new"), at if isinstance(at, (int, float)) else 0, entries)

    def drop(self, identity: str) -> None:
        """Forget a resource that is gone."""
        file = self.file(identity)
        if file is not None:
            with suppress(OSError):
                os.remove(file)


def _mark(identity: str, value: t.Any) -> str:
    """By what a value is known again that can't be read from it, as it may be a key."""
    salt, text = identity.lower().encode(), fold(value).encode("utf-8", "surrogatepass")
    return hashlib.pbkdf2_hmac("sha256", text, salt, 200_000).hex()


def move_key(resource: Resource, options: Item, region: str | None) -> str:
    """The key of what moves to a resource: what it is called, and where."""
    scope = resource.scope
    called = {option: options.get(option) for option in resource.identity.by}
    place = str(options.get(scope.option)).lower() if scope else None
    return hashlib.sha256(json.dumps([resource.name, region, place, called], sort_keys=True).encode()).hexdigest()


def _is_entry(entry: t.Any) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(key), str) for key in ("kind", "by"))
        and isinstance(entry.get("options"), dict)
        and all(isinstance(value, (str, int, bool)) for value in entry["options"].values())
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
