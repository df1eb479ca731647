# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks for, and what became of it."""

from __future__ import annotations

import typing as t

from .plan import Plan
from .resources.schema import Item

if t.TYPE_CHECKING:
    from .steps import Step


class Task(t.NamedTuple):
    """A task for one resource. C(wanted) are the options that the user set, C(name) among them. Times in seconds."""

    wanted: Item
    id: str | None = None
    project_id: str | None = None  # whose gateways are seen
    state: str = "present"
    check_mode: bool = False
    on_immutable_change: str = "fail"
    update_secrets: bool = True
    strict: bool = True
    probe: bool = True
    wait: bool = True
    wait_timeout: float = 300
    wait_for_state: str | None = None
    removed_before: t.Sequence[str] = ()  # ids of what earlier tasks of the play remove
    notes: str | None = None  # the folder of L(notes)


class Outcome:
    """What a task found and did; complete after L(reconcile), and as far as it came after a failure.

    C(done) are the writes that the service has carried out, as far as that is known.
    """

    def __init__(self) -> None:
        self.changed = False
        self.done: list[Step] = []
        self.item: Item | None = None
        self.plan: Plan | None = None
        self.secrets_match: dict[str, bool | None] = {}
        self.not_compared: list[str] = []
        self.warnings: list[str] = []
