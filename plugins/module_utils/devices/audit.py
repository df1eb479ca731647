# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of a tunnel's algorithms are weak, and which standard says so: the table of the modules' own warnings."""

from __future__ import annotations

import re
import typing as t

from ..resources.vpn_tunnel import WEAK

_STANDARD = re.compile(r"(?:RFC|NIST SP) [0-9][0-9A-Z-]*(?: Rev\. [0-9]+)?(?: section [0-9.]*[0-9])?")


def weaknesses(tunnel: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """The tunnel's weak values: C(option), C(value), C(standard) and C(reason). Empty if none is known to be weak."""
    found = []
    for option, reasons in WEAK.items():
        value = tunnel.get(option)
        reason = reasons.get(str(value).lower())
        if reason:
            cited = _STANDARD.search(reason)
            found.append(
                {"option": option, "value": value, "standard": cited.group() if cited else "", "reason": reason}
            )
    return found
