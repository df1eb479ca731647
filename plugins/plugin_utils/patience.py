# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a module that runs in a process of its own when the task's time is over.

Ansible's time-out ends the waiting only: the module goes on, on whatever host, and may change something after the task
was told to have changed nothing.
"""

from __future__ import annotations

import signal
import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.signals import Hold

if t.TYPE_CHECKING:
    from types import FrameType

GRACE = 60  # seconds


class NoPatienceError(BaseException):
    """The module has not ended in the grace either. As Ansible's time-out, it is not for C(except Exception)."""


class Patience(Hold):
    """Ansible's time-out is noted (C(timed_out)); C(GRACE) seconds later L(NoPatienceError) comes out of the body."""

    held = (signal.SIGALRM,)  # the others reach the module as well, which holds them itself
    leaves_group = False

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.timed_out:
            raise NoPatienceError
        super()._note(number, frame)
        signal.alarm(GRACE)
