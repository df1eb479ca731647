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
SLOWER, MUCH_SLOWER = 1.03, 1.15  # what the interval is multiplied with: after a success, and where none came between
FREE_BELOW = 0.002  # seconds: an interval so short is none
_WINDOW = 1.0


class Pace:
    """The interval between two requests, whichever threads send them. There is none until one is turned away.

    Then it is that of the requests which the service took in the second before, and follows the limit like this: each
    one that is taken makes it a little shorter, and the longer nothing is turned away, the faster; each one that is
    turned away makes it a little longer. Nobody knows the limit, and it may change. All times are those of one
    monotonic clock, in seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interval = 0.0
        self._next = -math.inf  # when the next request may go out
        self._changed = -math.inf  # when the interval was last made longer
        self._taken: deque[float] = deque()  # when requests were taken, of the last second
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

    def taken(self, now: float) -> None:
        """The service has taken a request."""
        with self._lock:
            self._taken.append(now)
            while self._taken[0] < now - _WINDOW:
                self._taken.popleft()
            if self._interval:
                self._streak += 1
                self._interval *= 1 - min(0.05, 0.0005 * (1 + (self._streak / 20) ** 2))
                if self._interval < FREE_BELOW:
                    self._interval = 0.0

    def turned_away(self, sent: float, now: float, asked: float) -> None:
        """A request that went out at C(sent) was turned away; the service C(asked) to wait so long, or 0."""
        with self._lock:
            if sent >= self._changed:  # others may have been on their way when the first was turned away
                if not self._interval:
                    self._interval = _WINDOW / max(1, sum(1 for time in self._taken if time >= now - _WINDOW))
                    self._pause = FIRST_PAUSE
                elif self._streak:
                    self._interval *= SLOWER
                    self._pause = self._interval
                else:
                    self._interval *= MUCH_SLOWER
                    self._pause = min(self._pause * 2, LONGEST_PAUSE)
                self._streak, self._changed = 0, now
                self._next = max(self._next, now + self._pause)
            self._next = max(self._next, now + asked)
