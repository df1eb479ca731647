# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a configuration changes of the one before, without a key: neither the new one nor one that was there."""

from __future__ import annotations

import difflib
import re

# What stands before a key, in the lines of each platform here: all behind it is hidden.
_BEFORE_A_KEY = re.compile(r'(?i)(^\s*"?(?:secret|psksecret)"?\s*[:=]|\bpre-shared-key\b|\bisakmp key\b).*')
MASK = "(secret)"
ANOTHER_KEY = "the key is another one, which is not shown"


def without_keys(text: str) -> list[str]:
    """The lines of a configuration, with each key hidden."""
    return [_BEFORE_A_KEY.sub(rf"\1 {MASK}", line) for line in text.splitlines()]


def difference(before: str, after: str) -> list[str]:
    """What comes and goes, as the lines of a unified diff. Empty if both say the same."""
    lines = list(difflib.unified_diff(without_keys(before), without_keys(after), "before", "after", lineterm=""))
    if not lines and before != after:
        return [ANOTHER_KEY]
    return lines
