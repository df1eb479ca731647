# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast the threads of one task send, once the service has turned one of them away for the number of requests."""

from __future__ import annotations

import math
import threading
from collections import deque

FIRST_PAUSE = 1.0  # seconds; most limits are told for a second
LONGEST_PAUSE = 20.0
# At which part of the interval that was too short the limit is looked for; where nothing was taken in between, it is
# far off.
NEAR, FAR = 1.01, 1.15
SWING = 0.03  # by which part the interval is longer than that at first, ...
STEADY = 60  # ... and after how many requests as long; after as many again as much shorter, and then ever faster
FREE_BELOW = 0.002  # seconds: an interval so short is none
_WINDOW = 1.0


class Pace:
    """The interval between two requests, whichever threads send them. There is none until one is turned away.

    Then it follows the limit, which nobody knows, and which may change. At first the limit is taken to be what the
    service took of the same requests in the second before, and later a little less than what was too much. The
    interval comes near to that from above, stays there for long, and then tries for more: at first with care, and the
    longer nothing is turned away, the faster. All times are those of one monotonic clock, in seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interval = 0.0
        self._limit = 0.0  # the interval that is thought to be just long enough
        self._next = -math.inf  # when the next request may go out
        self._changed = -math.inf  # when the interval was last made longer
        self._taken: deque[tuple[float, str]] = deque()  # when which actions were taken, of the last second
        self._streak = 0  # requests that were taken since
        self._pause = FIRST_PAUSE

    def wait(self, now: float) -> float:
        """How long to wait before asking again; 0 if the caller's request may go out now."""
        with self._lock:
            if now < self._next:
                return self._next - now
            if self._interval:
                late = now - self._next  # a little lateness is made up for, as no sleep ends in time
                self._next = (now if late > self._interval else self._next) + self._interval
            return 0.0

    def taken(self, action: str, now: float) -> None:
        """The service has taken a request."""
        with self._lock:
            self._taken.append((now, action))
            while self._taken[0][0] < now - _WINDOW:
                self._taken.popleft()
            if self._interval:
                self._streak += 1
                self._interval = self._limit * (1 + SWING * (1 - self._streak / STEADY) ** 3)
                if self._interval < FREE_BELOW:
                    self._interval = 0.0

    def turned_away(self, action: str, sent: float, now: float, asked: float) -> None:
        """A request that went out at C(sent) was turned away; the service C(asked) to wait so long, or 0."""
        with self._lock:
            if sent >= self._changed:  # others may have been on their way when the first was turned away
                if not self._interval:
                    like_it = sum(1 for time, other in self._taken if other == action and time >= now - _WINDOW)
                    self._limit, self._pause = _WINDOW / max(1, like_it), FIRST_PAUSE
                elif self._streak:
                    self._limit = self._pause = self._interval * NEAR
                else:
                    self._limit, self._pause = self._limit * FAR, min(self._pause * 2, LONGEST_PAUSE)
                self._interval = self._limit * (1 + SWING)
                self._streak, self._changed = 0, now
                self._next = max(self._next, now + self._pause)
            self._next = max(self._next, now + asked)
