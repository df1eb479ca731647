# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong in a trial, as the campaign names and counts it."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import Any

from .fleet import Member

# The service's noun for each module. What leads to others is behind them, so that an account is made in this order.
WIRE = {
    "vpn_gateway": "VpnGateway",
    "customer_gateway": "CustomerGateway",
    "vpn_tunnel": "VpnTunnel",
    "vpc_route": "Route",
    "vpn_gateway_route": "VpnGatewayRoute",
}
# What the first run's tasks allow themselves, in seconds.
READ_TIMEOUT = 2.5
_SERVICE_TIMEOUT = 32  # the row of the emulator's table of errors

# name: the fault's fields; {} are those of an outage or of the clock, which are no faults of single requests
MISHAPS: dict[str, dict[str, Any]] = {
    "reset before": {"kind": "reset", "when": "before"},
    "reset after": {"kind": "reset", "when": "after"},
    "time-out before": {"kind": "timeout", "when": "before"},
    "time-out after": {"kind": "timeout", "when": "after", "seconds": 0.2},
    "late commit": {"kind": "late"},
    "500 before": {"kind": "error", "when": "before", "status": 500, "code": "ServiceUnavailable"},
    "500 after": {"kind": "error", "when": "after", "status": 500, "code": "ServiceUnavailable"},
    "504 before": {"kind": "error", "when": "before", "status": 504, "code": "InternalError"},
    "504 after": {"kind": "error", "when": "after", "status": 504, "code": "InternalError"},
    "ServiceTimeout before": {"kind": "error", "when": "before", "row": _SERVICE_TIMEOUT},
    "ServiceTimeout after": {"kind": "error", "when": "after", "row": _SERVICE_TIMEOUT},
    "409 storm": {"kind": "throttle"},
    "truncated JSON": {"kind": "truncated"},
    "proxy HTML before": {"kind": "html", "when": "before"},
    "proxy HTML after": {"kind": "html", "when": "after"},
    "wrong clock": {},
    "endpoint down": {},
}


@dataclasses.dataclass
class Mishap:
    """One of them: its name in MISHAPS, and how it is set up."""

    kind: str
    action: str = ""
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    def prepare(self, member: Member) -> None:
        """Have it happen."""
        if self.kind == "endpoint down":
            member.outage(**self.options)
        elif self.kind != "wrong clock":  # a setting
            member.fault(self.action, **MISHAPS[self.kind], **self.options)


def draw_mishaps(random: Random, writes: list[tuple[str, list[str]]]) -> list[Mishap]:
    """One to four mishaps for tasks that may make these writes (verbs by kind), most of them aimed at one."""
    actions = [f"{verb}{WIRE[kind]}" for kind, verbs in writes for verb in verbs]
    return [_draw(random, actions) for _unused in range(random.choice([1, 1, 2, 2, 3, 4]))]


def _draw(random: Random, actions: list[str]) -> Mishap:
    kind = random.choice(list(MISHAPS))
    if kind == "wrong clock":
        return Mishap(kind)
    if kind == "endpoint down":
        seconds = random.choice([0.3, 1.0, 3.0, 6.0, 20.0])
        when = random.choice(["before", "after"])
        return Mishap(kind, options={"after": random.randint(0, 7), "seconds": seconds, "when": when})
    options: dict[str, Any] = {}
    aim = random.random()
    if actions and aim < 0.7:
        action, options["dry_run"] = random.choice(actions), False
    elif actions and aim < 0.8:
        action = random.choice(actions)
    else:
        action, options["skip"] = random.choice(["Describe*", "Describe*", "*"]), random.randint(0, 6)
    if kind == "409 storm":
        options["count"] = random.choice([2, 3, 5, 12])
    elif random.random() < 0.3:
        options["count"] = random.choice([2, 3, 6])
    if kind == "late commit":
        options["seconds"] = READ_TIMEOUT + random.choice([0.3, 1.0, 3.0, 6.0])
    if kind.startswith("proxy HTML"):
        options["status"] = random.choice([502, 503, 504, 502, 403]) if kind.endswith("before") else 502
    return Mishap(kind, action, options)
