# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults waiting for the calls that they will spoil."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .errors import PUBLIC_ERRORS, PublicError, ServiceError

# Each kind with the moments at which it can happen, the usual one first. Where the right answer is needed to spoil
# it, the request has been carried out before.
KINDS: dict[str, tuple[str, ...]] = {
    "reset": ("before", "after"),
    "close": ("before", "after"),
    "timeout": ("before", "after"),
    "late": ("after",),
    "error": ("before", "after"),
    "throttle": ("before", "after"),
    "truncated": ("after",),
    "content_type": ("after",),
    "html": ("before", "after"),
    "empty": ("before", "after"),
    "slow": ("after",),
    "raw": ("before", "after"),
}


@dataclass(eq=False)
class Fault:
    """One fault. ``action`` is a name or a shell pattern; times are in seconds.

    The first ``skip`` matching calls are left alone, then ``count`` of them are spoiled. ``when`` tells whether the
    request is carried out first; "" means what is usual for the kind. ``dry_run`` restricts it to calls with, or
    without, DryRun. The other fields matter to some kinds only, see the control API's description.
    """

    action: str
    kind: str
    count: int = 1
    skip: int = 0
    when: str = ""
    dry_run: bool | None = None
    seconds: float | None = None
    status: int | None = None
    code: str = "InternalError"
    message: str = "An injected error."
    row: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    content_type: str = "text/html; charset=utf-8"

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Fault:
        """A fault from the control API's JSON. Raises ValueError or TypeError saying what is wrong with it."""
        fault = cls(**value)
        if fault.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        fault.when = fault.when or KINDS[fault.kind][0]
        if fault.when not in KINDS[fault.kind]:
            raise ValueError(f"when, for kind {fault.kind}, is one of {', '.join(KINDS[fault.kind])}")
        if fault.row is not None and not 0 <= fault.row < len(PUBLIC_ERRORS):
            raise ValueError(f"row is a number from 0 to {len(PUBLIC_ERRORS) - 1}")
        if fault.count < 1 or fault.skip < 0 or (fault.seconds or 0) < 0:
            raise ValueError("count is at least 1, skip and seconds are not negative")
        if fault.status is not None and not 200 <= fault.status <= 599:
            raise ValueError("status is a number from 200 to 599")
        return fault

    @property
    def error(self) -> ServiceError:
        """The error that kinds ``throttle`` and ``error`` answer with."""
        if self.kind == "throttle":
            return PublicError.LIMIT_EXCEEDED.error()
        if self.row is not None:
            row = PUBLIC_ERRORS[self.row].value
            # The places of a message are filled with something that shows where it came from.
            return PUBLIC_ERRORS[self.row].error(*["injected"] * row.message.count("%s"))
        return ServiceError(self.code, self.message, self.status or 500)


class Faults:
    """The queue of faults. A call is spoiled by the first one that fits it."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self.injected = 0

    def add(self, fault: Fault) -> None:
        """Put a fault at the end of the queue."""
        self._waiting.append(fault)

    def take(self, action: str, dry_run: bool) -> Fault | None:
        """The fault for a call, used up by one, or None."""
        for fault in self._waiting:
            if not fnmatchcase(action, fault.action) or fault.dry_run not in (None, dry_run):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.count -= 1
            if not fault.count:
                self._waiting.remove(fault)
            self.injected += 1
            return fault
        return None

    def clear(self) -> None:
        """Drop what is left and forget what was injected."""
        self._waiting.clear()
        self.injected = 0

    def as_json(self) -> dict[str, Any]:
        """What is left, and how many faults took effect."""
        return {"faults": [dataclasses.asdict(fault) for fault in self._waiting], "injected": self.injected}
