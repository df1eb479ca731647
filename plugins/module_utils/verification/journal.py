# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal of what a run makes: written before and after each create, so that nothing outlives even a SIGKILL.

A line each, as JSON: the unique name, or what else a thing can be found again by, before it is created; its id after
the answer; its id once it is gone. The file is readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import typing as t

from ..api.connection import Connection
from ..api.errors import ConfigurationError

FORMAT = "ksyun.vpn verify_service journal 1"
_TAG = re.compile("verify-[0-9a-f]{16}")
_OF_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def where_of(connection: Connection) -> str:
    """The account that a connection leads to, in words: a journal is only for that."""
    key = hashlib.sha256(connection.credentials.access_key.encode()).hexdigest()[:12]
    return f"the region {connection.region} with the access key of the digest {key}"


class Made(t.NamedTuple):
    """What a journal says of one thing: what it was to be found by, and its id if that is known. Not gone yet."""

    kind: str
    marks: dict[str, str]
    id: str | None


class Journal:
    """An open journal. C(made) is what is there by its word, in order of creation."""

    def __init__(self, path: str, where: str, tag: str, made: list[Made], descriptor: int) -> None:
        self.path, self.where, self.tag, self.made = path, where, tag, made
        self._descriptor = descriptor

    @classmethod
    def new(cls, path: str, where: str, tag: str) -> Journal:
        """Begin a journal in a file that must not be there yet. Raises L(ConfigurationError).

        C(where) are the words of L(where_of) for the account that the run is in.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except OSError as error:
            raise ConfigurationError(f"The journal {path} can't be made: {error.strerror}.") from None
        journal = cls(path, where, tag, [], descriptor)
        journal._write({"journal": FORMAT, "where": where, "tag": tag})
        return journal

    @classmethod
    def read(cls, path: str) -> Journal:
        """The journal of a run that was ended. A line that was cut short is as if it were not there.

        Raises L(ConfigurationError) for a file that is none, or that somebody else may have written: what it names is
        deleted.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW)
        except OSError as error:
            raise ConfigurationError(f"The journal {path} can't be read: {error.strerror}.") from None
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & _OF_OTHERS:
                raise ConfigurationError(f"{path} is not a file that only the user of this task can write.")
            with open(descriptor, encoding="utf-8", closefd=False) as file:
                lines = [_parsed(line) for line in file]
            head = lines[0] if lines else {}
            if head.get("journal") != FORMAT or not _TAG.fullmatch(str(head.get("tag"))):
                raise ConfigurationError(f"{path} is no journal of verify_service.")
            journal = cls(path, str(head.get("where")), head["tag"], [], descriptor)
            for line in lines[1:]:
                journal._take(line)
        except (UnicodeDecodeError, KeyError, TypeError, ValueError):
            os.close(descriptor)
            raise ConfigurationError(f"{path} is no journal of verify_service.") from None
        except ConfigurationError:
            os.close(descriptor)
            raise
        return journal

    def intends(self, kind: str, **marks: str) -> None:
        """Something is about to be created."""
        self._add({"intends": kind, "marks": marks})

    def has_made(self, kind: str, identity: str) -> None:
        """The last one that was intended of a kind has this id."""
        self._add({"made": kind, "id": identity})

    def was_refused(self, kind: str) -> None:
        """The last one that was intended of a kind does not exist: the service has refused it."""
        self._add({"refused": kind})

    def is_gone(self, kind: str, identity: str) -> None:
        """It is not listed any more."""
        self._add({"gone": kind, "id": identity})

    def close(self) -> None:
        """Close the file, and remove it if there is nothing left that it names."""
        os.close(self._descriptor)
        if not self.made:
            os.unlink(self.path)

    def _add(self, line: dict[str, t.Any]) -> None:
        self._take(line)
        self._write(line)

    def _write(self, line: dict[str, t.Any]) -> None:
        os.write(self._descriptor, (json.dumps(line) + "\n").encode())
        os.fsync(self._descriptor)

    def _take(self, line: dict[str, t.Any]) -> None:
        if "intends" in line:
            self.made.append(Made(line["intends"], line["marks"], None))
        elif "made" in line:
            index = self._pending(line["made"])
            self.made[index] = self.made[index]._replace(id=line["id"])
        elif "refused" in line:
            del self.made[self._pending(line["refused"])]
        elif "gone" in line:
            gone = (line["gone"], line["id"])
            self.made = [made for made in self.made if (made.kind, made.id) != gone]
        elif "never" in line:
            self.made = [made for made in self.made if made != Made(line["never"], line["marks"], None)]

    def _pending(self, kind: str) -> int:
        return max(index for index, made in enumerate(self.made) if made.kind == kind and made.id is None)

    def forget(self, made: Made) -> None:
        """Something that was intended and is not there: it never came to be."""
        self.made.remove(made)
        self._write({"never": made.kind, "marks": made.marks})


def _parsed(line: str) -> dict[str, t.Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
