# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pauses between the attempts of a call."""

from __future__ import annotations

import math
import random
import typing as t

from ..errors import ApiError, ThrottledError, TransportError

FIRST_BOUND = 0.75  # seconds, the most that the first pause takes
# The most that any pause takes: who is throttled waits for others to finish, who has no connection for nobody.
LONGEST_THROTTLED, LONGEST_BROKEN = 20.0, 10.0


class Pauses:
    """Pauses that begin near half a second and double: one after each attempt but the last, C(seconds) in all.

    Each is drawn from the upper two thirds below its bound. So one refusal costs half a second, while many processes
    that meet one limit at the same time spread over a stretch that doubles with each refusal that they go on meeting,
    until it is long enough for all of them: none has to know how many there are (tests/load has the figures).
    """

    def __init__(self, attempts: int, seconds: float, draw: t.Callable[[float, float], float] = random.uniform) -> None:
        self._left = attempts - 1
        self._made = 0
        self._seconds = seconds
        self._draw = draw
        self._bound = FIRST_BOUND

    def next(self, error: ApiError, passed: float, answered: bool = True) -> float | None:
        """The seconds to wait after an error, when C(passed) have gone; None if there is to be no other attempt.

        Never less than what the answer asks for (C(Retry-After)), to which the pause is added, so that those who
        were told the same do not come back together; never more than what is left.

        C(answered): whether the service has ever answered. As long as it has not, few attempts may be enough for an
        error.
        """
        self._made += 1
        if not answered and isinstance(error, TransportError) and self._made >= (error.attempts_at_first or math.inf):
            return None
        left = self._seconds - passed
        asked = error.retry_after or 0.0
        if self._left <= 0 or left <= 0 or asked > left:
            return None
        self._left -= 1
        bound = min(self._bound, LONGEST_THROTTLED if isinstance(error, ThrottledError) else LONGEST_BROKEN)
        self._bound *= 2
        return min(asked + self._draw(bound / 3, bound), left)
