# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two lines of a tunnel, and what each is at a moment: down, with IKE alone, or up.

The service calls them tunnel 1 (``IsMaster`` 1) and tunnel 2 (``IsMaster`` 0). What they are is a course of time: that
of the settings, which begins when the tunnel is created, or one that the control API has set for the tunnel, which
began then.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from .resources import Context
from .settings import LINES
from .store import Course, Resource, Wire

_PEERS = {"HealthCheckLocalPeerCider": "LocalPeerIp", "HealthCheckRemotePeerCider": "CustomerPeerIp"}


def line_state(context: Context, tunnel: Resource, line: str) -> str:
    """One of LINE_STATES, for one of LINES."""
    course = context.store.courses.get((tunnel.id, line))
    if course is None:
        name = tunnel.wire["VpnTunnelName"]
        lines = next(
            (lines for pattern, lines in context.settings.ipsec_status.items() if fnmatchcase(name, pattern)), {}
        )
        course = Course(tunnel.created, lines.get(line, (("down", None),)))
    return course.at(context.now)


def line_fields(context: Context, tunnel: Resource) -> Wire:
    """What the Terraform provider reads of a tunnel's lines and nothing else does, all of it texts."""
    up = {line: "UP" if line_state(context, tunnel, line) == "up" else "DOWN" for line in LINES}
    created = tunnel.wire["CreateTime"]
    fields = {
        "VpnMTunnelState": up["master"],
        "VpnSTunnelState": up["backup"],
        "VpnMTunnelCreateTime": created,
        "VpnSTunnelCreateTime": created,
        "VpnTunnelCreateTime": created,
    }
    if tunnel.wire.get("OpenHealthCheck"):
        fields |= {name: tunnel.wire.get(peer, "") for name, peer in _PEERS.items()}
    return fields
