# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all writes have in common: sent once, looked after when the answer is lost, and waited for.

A write whose outcome is not known is never blindly sent again. The service has no idempotency
token, so the writer looks whether it happened, and only then sends it once more.
"""

from __future__ import annotations

import typing as t

from ..api.client import Client
from ..api.errors import ApiError, NotFoundError
from ..resources.schema import Resource
from .errors import unknown
from .lookup import Lookup
from .model import Desired, Policy, Progress, Step
from .signals import Hold

T = t.TypeVar("T")
# What is carried out in two parts: it pauses once what it has sent has only to be confirmed, so that one listing can
# confirm many.
Parts = t.Iterator[None]

# For so long, in seconds, things are waited for once a signal has asked this process to end, all together.
ENDING_TIME = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Writer:
    """Writes for one resource; C(progress) says at any time how far it came.

    C(hold) keeps signals from ending the process between two writes that belong together.
    """

    def __init__(
        self,
        client: Client,
        resource: Resource,
        desired: Desired,
        policy: Policy,
        lookup: Lookup,
        progress: Progress,
        hold: Hold,
    ) -> None:
        self.client = client
        self.resource = resource
        self.desired = desired
        self.policy = policy
        self.lookup = lookup
        self.progress = progress
        self.hold = hold
        self.began = client.monotonic()
        self.sent: float | None = None  # when all was sent that is waited for at the same time
        self.waited = 0.0  # seconds, by the last C(poll)
        self.was_lost = False  # whether an answer to the last C(write_until) was lost

    def write_until(self, step: Step, happened: t.Callable[[], bool]) -> None:
        """Send a write that may be repeated, but only when a look shows that it did not happen."""
        action = self.resource.actions.of(step.action)
        lost: ApiError | None = None
        self.was_lost = False
        for attempt in (1, 2):
            try:
                self.client.call(action, step.parameters)
                break
            except ApiError as error:
                if not error.may_have_happened:
                    if lost is None or isinstance(error, NotFoundError):
                        raise
                    raise unknown(step, lost, f"It was sent once more, and this time: {error}") from None
                lost, self.was_lost = error, True
                try:
                    if happened():
                        break
                except ApiError as second:
                    raise unknown(step, error, f"Looking at it failed too: {second}") from None
                if attempt == 2:
                    raise unknown(step, error, "It has not happened so far.") from None
        self.progress.done.append(step)

    def poll(self, look: t.Callable[[], T], enough: t.Callable[[T], bool], timeout: float) -> T:
        """Look, with growing pauses, until it is enough or the time is up; the last look. C(waited) tells how long."""
        item, self.waited = poll(self.client, look, enough, timeout, self._ends)
        return item

    def wait(self, look: t.Callable[[], T], enough: t.Callable[[T], bool]) -> T:
        """Look for as long as the task waits, which counts from C(sent) where that is set; the last look."""
        timeout, over = self.policy.wait_timeout, 0.0
        if self.sent is not None:
            over = self.client.monotonic() - self.sent
        item = self.poll(look, enough, max(timeout - over, 0))
        self.waited += over
        return item

    def _ends(self, now: float) -> float | None:
        """When waiting ends for a signal, if one has come."""
        if not self.hold.waiting:
            return None
        if self.hold.seen is None:
            self.hold.seen = now
        return self.hold.seen + ENDING_TIME


def finish(parts: Parts) -> None:
    """Carry out what is left, without a pause."""
    for _pause in parts:
        pass


def poll(
    client: Client,
    look: t.Callable[[], T],
    enough: t.Callable[[T], bool],
    timeout: float,
    ends: t.Callable[[float], float | None] = lambda _now: None,
) -> tuple[T, float]:
    """Look, with growing pauses, until it is enough or the time is up: the last look, and how long it took, in seconds.

    C(ends) is asked with the time whether it has to end earlier, and when.
    """
    pause, began = _FIRST_PAUSE, client.monotonic()
    end = began + timeout
    while True:
        item = look()
        now = client.monotonic()
        earlier = ends(now)
        if earlier is not None:
            end = min(end, earlier)
        if enough(item) or now >= end:
            return item, now - began
        client.sleep(min(pause, end - now))
        pause = min(pause * 2, _LONGEST_PAUSE)
