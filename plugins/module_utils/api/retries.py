# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pauses between the attempts of a call."""

from __future__ import annotations

import typing as t

from ansible.module_utils.api import generate_jittered_backoff

from .errors import ApiError, ThrottledError

_FIRST_DELAY_MS = 500
_LONGEST_DELAY_MS = 20_000


class Pauses:
    """Exponential back-off with full jitter, one pause for each attempt after the first, C(seconds) for all together.

    Who is throttled can't know how many others are, so they spread over the longest pause from the start
    (tests/load has the figures).
    """

    def __init__(self, attempts: int, seconds: float) -> None:
        self._seconds = seconds
        self._delays: t.Iterator[tuple[int, int]] = zip(
            generate_jittered_backoff(attempts - 1, _FIRST_DELAY_MS, _LONGEST_DELAY_MS),
            generate_jittered_backoff(attempts - 1, _LONGEST_DELAY_MS, _LONGEST_DELAY_MS),
        )

    def next(self, error: ApiError, passed: float) -> float | None:
        """The seconds to wait after an error, when C(passed) have gone; None if there is to be no other attempt."""
        left = self._seconds - passed
        soon, spread = next(self._delays, (None, None))
        if soon is None or spread is None or left <= 0:
            return None
        if isinstance(error, ThrottledError) and error.retry_after is None:
            return min(spread / 1000, left)
        delay = max(soon / 1000, error.retry_after or 0)
        return delay if delay <= left else None
