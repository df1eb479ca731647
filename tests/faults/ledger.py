# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator that notes what became of its resources by whose request, and in which somebody else acts, too.

The ledger is made by comparing the account before and after each request, so that it holds whatever the request said.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from copy import deepcopy
from fnmatch import fnmatchcase
from typing import Any

from emulator.actions import ACTIONS
from emulator.errors import ServiceError
from emulator.journal import Entry, Journal
from emulator.parameters import Incoming
from emulator.render import Answer
from emulator.service import Service
from emulator.settings import DEFAULT_REGION, Settings

from .keys import STRANGER, owner

# Faults that leave the answer whole.
_HARMLESS = (None, "slow")
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")


@dataclasses.dataclass
class Act:
    """What somebody else does in the account, once, at the first C(action) (a name or a pattern) after C(skip) of them.

    C(when): before that request is carried out, or after. C(verb): create, delete, or rename. C(parameters) are those
    of the service; an id that is written C(name:N) is that of all resources of the noun with the name N, and one that
    is written C(network:N) of all routes to the network N.
    """

    action: str
    verb: str
    noun: str
    parameters: dict[str, str]
    skip: int = 0
    when: str = "before"


@dataclasses.dataclass
class Row:
    """One request that was carried out: whose, what it was, and what it made of the resources it touched.

    C(who): a task's number, or the stranger. C(effects): for each resource that is another than before, its kind, its
    id, and its wire object before and after (None: not there). C(began), C(at): before and after it, in seconds.
    """

    who: Any
    action: str
    dry_run: bool
    began: float
    at: float
    effects: list[dict[str, Any]]
    entry: Entry | None
    doubtful: bool = False

    def as_json(self) -> dict[str, Any]:
        """With C(told): whether the answer was sent whole, so that the task can know what it says; None: perhaps."""
        told = self.entry is not None and self.entry.status == 200 and self.entry.fault in _HARMLESS
        return {
            "who": self.who,
            "action": self.action,
            "dry_run": self.dry_run,
            "began": self.began,
            "at": self.at,
            "effects": self.effects,
            "committed": self.entry is None or self.entry.committed,
            "told": None if told and self.doubtful else told,
            "fault": self.entry.fault if self.entry else None,
            "method": self.entry.method if self.entry else None,
            "sequence": self.entry.sequence if self.entry else None,
        }


class Ledger:
    """All that was carried out, in this order."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def doubt(self) -> None:
        """The connections have broken: of the last second's answers, nobody knows which have arrived."""
        for row in self.rows:
            row.doubtful = row.doubtful or row.at > time.time() - 1

    def as_json(self) -> list[dict[str, Any]]:
        """As JSON values."""
        return [row.as_json() for row in self.rows]


class _Noting(Journal):
    """A journal that knows which entry is a request's."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[int, tuple[Incoming, Entry]] = {}

    def open(self, incoming: Incoming, request_id: str) -> Entry:
        entry = super().open(incoming, request_id)
        self.last[id(incoming)] = (incoming, entry)
        return entry


class Watched(Service):
    """The service of one trial's account."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.journal: _Noting = _Noting()
        self.ledger = Ledger()
        self.strangers: list[Act] = []

    def reset(self) -> None:
        super().reset()
        self.journal = _Noting()
        self.ledger = Ledger()
        self.strangers.clear()

    def answer(self, incoming: Incoming) -> Answer:
        due = self._due(incoming)
        for act in due:
            if act.when == "before":
                self._act(act)
        before, began = self.snapshot(), time.time()
        answer = super().answer(incoming)
        _incoming, entry = self.journal.last.pop(id(incoming), (None, None))
        self._note(owner(_access_key(incoming)), incoming.action, incoming.dry_run, began, before, entry)
        for act in due:
            if act.when == "after":
                self._act(act)
        return answer

    def _due(self, incoming: Incoming) -> list[Act]:
        """The acts whose moment it is."""
        due = []
        for act in self.strangers[:]:
            if incoming.dry_run or not fnmatchcase(incoming.action, act.action):
                continue
            if act.skip:
                act.skip -= 1
                continue
            self.strangers.remove(act)
            due.append(act)
        return due

    def _act(self, act: Act) -> None:
        """Do what somebody else does; what the service refuses does not happen."""
        before, began = self.snapshot(), time.time()
        verb = {"create": "Create", "delete": "Delete", "rename": "Modify"}[act.verb]
        action = ACTIONS[verb + act.noun]
        id_field = act.noun + "Id"
        asked = act.parameters.get(id_field, "")
        ids = [asked]
        if asked.startswith("name:"):
            live = self.store.live(act.noun, DEFAULT_REGION)
            ids = [item.id for item in live if item.wire[act.noun + "Name"] == asked.removeprefix("name:")]
        if asked.startswith("network:"):
            live = self.store.live(act.noun, DEFAULT_REGION)
            ids = [item.id for item in live if item.wire["DestinationCidrBlock"] == asked.removeprefix("network:")]
        for identity in ids:
            parameters = {**act.parameters, id_field: identity} if verb != "Create" else act.parameters
            try:
                values = action.validate({name: [value] for name, value in parameters.items()}, self.settings)
                context = self.context(DEFAULT_REGION)
                action.examine(context, values)
                action.commit(context, values)
            except ServiceError as error:
                sys.stderr.write(f"a stranger's {action.name} is refused: {error}\n")
        self._note(STRANGER, action.name, False, began, before, None)

    def snapshot(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """All resources as they are stored: by id, the kind and the wire object."""
        return {item.id: (item.noun, deepcopy(item.wire)) for item in self.store.everything()}

    def _note(
        self,
        who: Any,
        action: str,
        dry_run: bool,
        began: float,
        before: dict[str, tuple[str, dict[str, Any]]],
        entry: Entry | None,
    ) -> None:
        after = self.snapshot()
        effects = [
            {
                "kind": (after.get(identity) or before[identity])[0],
                "id": identity,
                "before": before[identity][1] if identity in before else None,
                "after": after[identity][1] if identity in after else None,
            }
            for identity in {**before, **after}
            if before.get(identity) != after.get(identity)
        ]
        self.ledger.rows.append(Row(who, action, dry_run, began, time.time(), effects, entry))


def _access_key(incoming: Incoming) -> str:
    """The access key that a request is signed with, in any of the forms."""
    found = _CREDENTIAL.search(incoming.headers.get("Authorization", ""))
    if found:
        return found[1]
    credential = dict(incoming.query).get("X-Amz-Credential", "")
    return credential.split("/")[0] or incoming.parameters.get("Accesskey", "")
