# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The VPN part of the service ``vpc``, version 2016-03-04, rebuilt from its public document.

Shares no code with the collection: signatures are verified by botocore, and everything else is written from the
document and from what the vendor's own clients send and expect.
"""

from __future__ import annotations
