# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many cases were run, for the summary at the end."""

from __future__ import annotations

from collections import Counter

CASES: Counter[str] = Counter()
