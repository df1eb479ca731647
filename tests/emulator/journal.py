# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that the service has seen, with nothing secret in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .parameters import Incoming
from .render import Answer
from .signature import form_of

_MASK = "***"
_SECRET = frozenset({"presharedkey", "securitytoken", "signature", "x-amz-signature", "x-amz-security-token"})


@dataclass
class Entry:
    """One request. ``status`` and ``code`` stay None while, or if, no answer was sent."""

    sequence: int
    method: str
    action: str
    parameters: dict[str, str]
    parameters_in: dict[str, list[str]]
    dry_run: bool
    signature: str | None
    format: str
    request_id: str
    user_agent: str
    status: int | None = None
    code: str | None = None
    committed: bool = False
    fault: str | None = None

    def carried_out(self, answer: Answer) -> None:
        """Note whether the request changed anything, which it can without its answer arriving."""
        self.committed = answer.committed

    def answered(self, status: int, code: str | None) -> None:
        """Note what was sent."""
        self.status = status
        self.code = code


class Journal:
    """All requests since the last clearing, oldest first. Numbers start at 1 and go on after a clearing."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._last = 0

    def open(self, incoming: Incoming, request_id: str) -> Entry:
        """Record a request that has just come in; the entry is completed as it is worked on."""
        self._last += 1
        entry = Entry(
            sequence=self._last,
            method=incoming.method,
            action=incoming.action,
            parameters={
                name: _MASK if name.lower() in _SECRET else value for name, value in incoming.parameters.items()
            },
            parameters_in={
                "query": [name for name, _value in incoming.query],
                "body": [name for name, _value in incoming.form or ()],
            },
            dry_run=incoming.dry_run,
            signature=form_of(incoming),
            format="json" if incoming.wants_json else "xml",
            request_id=request_id,
            user_agent=incoming.headers.get("User-Agent", ""),
        )
        self._entries.append(entry)
        return entry

    def since(self, sequence: int) -> list[dict[str, Any]]:
        """The entries with a greater number, as JSON values."""
        return [asdict(entry) for entry in self._entries if entry.sequence > sequence]

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()
