# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many examples a property is tried with: few at the desk ("make quick"), all of them in "make test"."""

from __future__ import annotations

import os

QUICK = "KSYUN_VPN_QUICK"  # an environment variable of the tests
FEW = 10


def examples(number: int) -> int:
    """This number, or few."""
    return min(number, FEW) if os.environ.get(QUICK) else number
