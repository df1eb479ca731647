# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account of a trial: put in place, looked at, and compared with what was declared; independent of plugins/."""

from __future__ import annotations

import dataclasses
from collections.abc import Container
from typing import Any

from .fleet import Member
from .trials import Declared, Options, Trial

Wire = dict[str, Any]
SETS = {"vpn_gateway": "VpnGateway", "customer_gateway": "CustomerGateway", "vpn_tunnel": "VpnTunnel"}
_FIELDS = {
    "vpn_gateway": {
        "name": "VpnGatewayName",
        "vpc_id": "VpcId",
        "bandwidth": "BandWidth",
        "charge_type": "ChargeType",
    },
    "customer_gateway": {
        "name": "CustomerGatewayName",
        "address": "CustomerGatewayAddress",
        "ha_address": "HaCustomerGatewayAddress",
    },
    "vpn_tunnel": {
        "name": "VpnTunnelName",
        "type": "Type",
        "pre_shared_key": "PreSharedKey",
        "ike_dh_group": "IkeDHGroup",
        "ike_encryption_algorithm": "IkeEncryAlgorithm",
        "ipsec_lifetime_seconds": "IpsecLifetimeSecond",
        "vpn_gateway": "VpnGatewayId",
        "customer_gateway": "CustomerGatewayId",
    },
}
_PAID = {"Daily": "PostPaidByDay", "Monthly": "PrePaidByMonth"}
# Resources that no task speaks of; nothing may happen to them. Some have a declared one's name, in another VPC.
_BYSTANDER = "bystander"


@dataclasses.dataclass
class Findings:
    """What is wrong with an account, in words."""

    duplicates: list[str] = dataclasses.field(default_factory=list)
    lost: list[str] = dataclasses.field(default_factory=list)
    differing: list[str] = dataclasses.field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.duplicates or self.lost or self.differing)

    def __str__(self) -> str:
        return "; ".join([*self.duplicates, *self.lost, *self.differing])


class Account:
    """The account of one trial in its emulator."""

    def __init__(self, member: Member, trial: Trial) -> None:
        self.member = member
        self.trial = trial
        self.ids: dict[str, str] = {}  # of what was there, by kind
        self.put_back: dict[str, str] = {}  # of what was put back in its place
        member.reset()
        self._seed()
        self.before = self._sets()
        self.resources = member.resources()  # as they are stored

    def _seed(self) -> None:
        parents = {
            "VpnGatewaySet": [{"VpnGatewayName": _BYSTANDER, "VpcId": "vpc-2"}],
            "CustomerGatewaySet": [{"CustomerGatewayName": _BYSTANDER}],
        }
        for each in self.trial.declared:
            if each.kind != "vpn_tunnel" and each.prior is not None:
                parents[f"{SETS[each.kind]}Set"].append(_wire(each.kind, each.prior, {}))
        placed = self.member.seed(**parents)
        self.bystanders = {
            "VpnGatewayId": placed["VpnGatewaySet"][0]["VpnGatewayId"],
            "CustomerGatewayId": placed["CustomerGatewaySet"][0]["CustomerGatewayId"],
        }
        ids = {kind: placed[f"{SETS[kind]}Set"][-1][f"{SETS[kind]}Id"] for kind in ("vpn_gateway", "customer_gateway")}
        tunnels = [{"VpnTunnelName": _BYSTANDER, **self.bystanders}]
        for each in self.trial.declared:
            if each.kind != "vpn_tunnel":
                if each.prior is not None:
                    self.ids[each.kind] = ids[each.kind]
            elif each.prior is not None:
                tunnels.append(_wire(each.kind, {**each.prior, **ids}, {}))
        placed = self.member.seed(VpnTunnelSet=tunnels)
        if len(tunnels) > 1:
            self.ids["vpn_tunnel"] = placed["VpnTunnelSet"][-1]["VpnTunnelId"]

    def _sets(self) -> dict[str, dict[str, Wire]]:
        """All there is: by kind, by id, without what passes by itself or stands for another's name."""
        state = self.member.state()
        return {
            kind: {
                item[f"{wire}Id"]: {name: value for name, value in item.items() if name not in ("State", "VpnGwlName")}
                for item in state[f"{wire}Set"]
            }
            for kind, wire in SETS.items()
        }

    def id_of(self, each: Declared, there: Container[str]) -> str | None:
        """The id that a task has which goes by it, of what is C(there).

        Of what was put back, its user takes the id that the task told; None where it is gone: then it is left out.
        """
        ids = (self.ids[each.kind], self.put_back.get(each.kind)) if each.by_id else ()
        return next((identity for identity in ids if identity in there), None)

    def look(self) -> dict[str, dict[str, Wire]]:
        """The whole state now, by kind and id."""
        return self._sets()

    def check_end(self, now: dict[str, dict[str, Wire]], interrupted: Container[str] = ()) -> Findings:
        """Compare all there is with all that was declared.

        C(interrupted): kinds whose replacement was; of what the task did not name, the first run's message told.
        """
        findings = self.check_others(now)
        for each in self.trial.declared:
            self._check(each, now, findings, each.kind in interrupted)
        return findings

    def check_others(self, now: dict[str, dict[str, Wire]]) -> Findings:
        """Compare what no task speaks of with how it was, and look for what nobody ordered."""
        findings = Findings()
        for kind in SETS:
            mine = self.mine(kind, now)
            for identity, wire in self.before[kind].items():
                if identity == self.ids.get(kind):
                    continue
                if identity not in now[kind]:
                    findings.lost.append(f"bystander {kind} {identity} is gone")
                elif now[kind][identity] != wire:
                    findings.differing.append(f"bystander {kind} {identity} has changed")
            if len(mine) > 1:
                findings.duplicates.append(f"{len(mine)} of {kind}: {', '.join(sorted(mine))}")
        return findings

    def mine(self, kind: str, now: dict[str, dict[str, Wire]]) -> dict[str, Wire]:
        """What there is of a kind beside the bystander."""
        others = set(self.before[kind]) - {self.ids.get(kind)}
        return {identity: wire for identity, wire in now[kind].items() if identity not in others}

    def check_done(self, declared: Declared, now: dict[str, dict[str, Wire]]) -> Findings:
        """Compare one resource with what was declared."""
        findings = Findings()
        self._check(declared, now, findings)
        return findings

    def _check(
        self, each: Declared, now: dict[str, dict[str, Wire]], findings: Findings, interrupted: bool = False
    ) -> None:
        mine = self.mine(each.kind, now)
        final = each.final
        if final is None:
            findings.differing += [f"{each.kind} {identity} is still there" for identity in mine]
            return
        if not mine:
            findings.lost.append(f"{each.kind} {each.wanted_name!r} is not there")
            return
        identity, wire = next(iter(mine.items()))
        kept = each.prior is not None and not each.replaced
        if kept and identity != self.ids[each.kind]:
            findings.lost.append(f"{each.kind} {self.ids[each.kind]} was replaced without being told")
            return
        references = {
            kind: next((item for item in self.mine(kind, now)), "nothing")
            for kind in ("vpn_gateway", "customer_gateway")
        }
        expected = _wire(each.kind, (each.options or {}) if interrupted and not kept else final, references)
        if kept:
            expected = {**self.before[each.kind][identity], **expected}
        for name, value in expected.items():
            if str(wire.get(name)) != str(value):
                findings.differing.append(f"{each.kind} {identity} has {name} {wire.get(name)!r}, not {value!r}")


def _wire(kind: str, options: Options, references: dict[str, str]) -> Wire:
    """The service's fields for options; a tunnel's ends as C(references) has them."""
    wire = {field: options[option] for option, field in _FIELDS[kind].items() if option in options}
    for option, identity in references.items():
        if kind == "vpn_tunnel" and option in options:
            wire[_FIELDS[kind][option]] = identity
    if "ChargeType" in wire:
        wire["ChargeType"] = _PAID[wire["ChargeType"]]
    return wire
