# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signals that would end this process between two calls that belong together: they wait until both are made.

A signal's handler is replaced, rather than the signal blocked: a mask belongs to one thread, and the kernel hands a
signal that one thread blocks to any other thread (the timers of C(deadline) among them), whose receipt would still run
the handler in the main thread. System calls that such a signal interrupts are resumed by Python (PEP 475).
"""

from __future__ import annotations

import os
import signal
import threading
import typing as t
from contextlib import suppress

if t.TYPE_CHECKING:
    from types import FrameType, TracebackType


class Hold:
    """Signals that would end this process wait until what has begun is finished.

    By SIGALRM, Ansible ends a task whose C(timeout) is over: its handler raises wherever the task stands, and Ansible
    answers that nothing was changed. In the body of the C(with) statement it is only noted (C(timed_out)), and the
    caller tells the true result. When the body ends, an alarm that is still running is cancelled: the result is about
    to be told, and must not be lost on that way.

    SIGINT, SIGTERM and SIGHUP take their usual effect when the body ends. What is ignored (SIGHUP under C(nohup)), or
    handled by something that is not Python, stays so. SIGKILL can't be held, but is mostly sent to a whole process
    group, by what ends a task with C(async) for one: so the process leaves its group meanwhile, unless it leads it.

    Python sets handlers in the main thread only; elsewhere nothing is held.
    """

    # The time-out goes first: once it waits, nothing that is meant to be survived can come out of __enter__.
    held: t.ClassVar[tuple[signal.Signals, ...]] = (signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    leaves_group: t.ClassVar[bool] = True

    def __init__(self) -> None:
        self._before: dict[signal.Signals, t.Any] = {}
        self._came: list[int] = []
        self.seen: float | None = None  # when something that waits has first seen that one came, by its own clock
        self._group: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether a signal waits: what has begun is to be finished soon."""
        return bool(self._came)

    @property
    def timed_out(self) -> bool:
        """Whether the time that Ansible gives the task is over."""
        return signal.SIGALRM in self._came

    def __enter__(self) -> Hold:
        if threading.current_thread() is threading.main_thread():
            try:
                for number in self.held:
                    handler = signal.getsignal(number)
                    if handler not in (None, signal.SIG_IGN):
                        self._before[number] = handler
                        signal.signal(number, self._note)
            except BaseException:  # of a handler that is not replaced yet
                self._release()
                raise
            if self.leaves_group:
                self._group = os.getpgrp()
                _join_group(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before.get(signal.SIGALRM, signal.SIG_DFL) != signal.SIG_DFL:
            signal.alarm(0)  # one that has gone off by now is noted before the next statement
        if self._group is not None:
            _join_group(self._group)
        self._release()
        for number in self._came:
            if number != signal.SIGALRM:
                signal.raise_signal(number)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number not in self._came:
            self._came.append(number)

    def _release(self) -> None:
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)


def _join_group(group: int) -> None:
    """Move this process to a process group, 0 for one of its own, if it may: the leader of a session may not."""
    with suppress(OSError):
        os.setpgid(0, group)
