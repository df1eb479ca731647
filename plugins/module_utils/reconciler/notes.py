# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What later tasks have to know of a create that did not come out as asked: to replace it again would not help.

The service can't hold such a note, so it is a file of the resource's id, in a folder of the user who runs the task. It
is only written in that rare case, and goes with the resource. Where it can't be kept, the task that wrote it has said
what came out all the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import typing as t
from contextlib import suppress

from ..resources.types import fold
from .model import Change


def folder(environment: t.Mapping[str, str]) -> str | None:
    """Where the notes are: in C(XDG_STATE_HOME), or where that is by default. None if the user has no home."""
    home = environment.get("HOME")
    state = environment.get("XDG_STATE_HOME") or (home and os.path.join(home, ".local", "state"))
    return os.path.join(state, "ksyun.vpn") if state else None


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


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
