# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Putting a contest in place in its emulator, and what its tasks ask for in the words of the service."""

from __future__ import annotations

import re
from typing import Any

from .contests import PARENTS, Ask, Contest, Options, field_of, wire
from .fleet import Member
from .harm import Asked
from .mishaps import WIRE

_REFERENCES = ("vpn_gateway", "customer_gateway", "vpn_tunnel")
_UUID = re.compile(r"[0-9a-fA-F-]{36}")
# Where a name is looked for; what has no name is what it is by all of these.
SCOPES = {
    "vpn_gateway": {"vpc_id": "VpcId"},
    "vpn_tunnel": {"vpn_gateway": "VpnGatewayId"},
    "vpc_route": {"vpc_id": "VpcId", "destination_cidr_block": "DestinationCidrBlock"},
    "vpn_gateway_route": {"vpn_gateway": "VpnGatewayId", "destination_cidr_block": "DestinationCidrBlock"},
}

LONG_AGO = "2026-01-02 03:04:05"


class Stage:
    """A contest in its emulator. C(ids) are those of its labels."""

    def __init__(self, member: Member, contest: Contest) -> None:
        self.member = member
        self.contest = contest
        self.ids: dict[str, str] = {}
        member.reset()
        self._seed([(label, kind, fields) for label, (kind, fields) in PARENTS.items()])
        for kind in WIRE:
            self._seed([(seed.label, seed.kind, seed.wire) for seed in contest.seeds if seed.kind == kind])
        self.before = member.resources()
        member.configure(**contest.settings)
        for fault in contest.faults:
            member.fault(**fault)
        for act in contest.strangers:
            parameters = {name: self._value(value) for name, value in act["parameters"].items()}
            member.stranger(**{**act, "parameters": parameters})

    def _seed(self, seeds: list[tuple[str, str, Options]]) -> None:
        sets: dict[str, list[Options]] = {}
        for _label, kind, fields in seeds:
            placed = {"CreateTime": LONG_AGO, **{name: self._value(value) for name, value in fields.items()}}
            sets.setdefault(f"{WIRE[kind]}Set", []).append(placed)
        answer = self.member.seed(**sets)
        for label, kind, _fields in seeds:
            self.ids[label] = answer[f"{WIRE[kind]}Set"].pop(0)[f"{WIRE[kind]}Id"]

    def calm(self) -> None:
        """Let all that is under way come to its end; the service is quick now."""
        self.member.calm()
        self.member.configure(list_lag=0, delete_lag=0, latency=0)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str) and value[:1] in ("@", "^") and value[1:] in self.ids:
            identity = self.ids[value[1:]]
            return identity if value[0] == "@" else identity.upper()
        return value

    def options(self, ask: Ask) -> Options:
        """A task's options, labels resolved."""
        found = {}
        parents = {**PARENTS, **{seed.label: (seed.kind, seed.wire) for seed in self.contest.seeds}}
        for option, value in ask.options.items():
            found[option] = self._value(value)
            if option in _REFERENCES and self.contest.parents_by_name and str(value)[1:] in parents:
                kind, fields = parents[str(value)[1:]]
                found[option] = fields[f"{WIRE[kind]}Name"]
        return found

    def asked(self) -> list[Asked]:
        """What the tasks ask for."""
        return [self._asked(number, ask) for number, ask in enumerate(self.contest.asks)]

    def _asked(self, number: int, ask: Ask) -> Asked:
        options = {option: self._value(value) for option, value in ask.options.items()}
        wanted = wire(ask.kind, options)
        wanted.pop("PurchaseTime", None)
        scope = {field: options[option] for option, field in SCOPES.get(ask.kind, {}).items() if options.get(option)}
        return Asked(
            number=number,
            kind=WIRE[ask.kind],
            module=ask.kind,
            id=options.get("id"),
            name=options.get("name"),
            scope=scope,
            absent=ask.absent,
            replaces=ask.replaces,
            wanted={} if ask.absent else wanted,
            doomed=ask.doomed,
            restored=ask.restored,
            moves=options.get("move_routes", True),
            fields={option: name for option in options for name in [field_of(ask.kind, option)] if name},
        )
