# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions of the level C(dry_run): writes with DryRun, first proven on a customer gateway, which costs nothing.

No Monthly gateway is ever asked about. All other writes name ids that nothing has, so that not even a service that
ignores DryRun could carry them out.
"""

from __future__ import annotations

import typing as t

from .exchange import Answer, Sending
from .interview import NOBODY, Interview, NotAskedError, created_id
from .questions import TRIALS, TRIED

_KEY = "not-a-real-key-1"
_TUNNEL = {
    "VpnTunnelName": "dry-run",
    "Type": "Ipsec",
    "VpnGatewayId": NOBODY,
    "CustomerGatewayId": NOBODY,
    "PreSharedKey": _KEY,
}
_PARAMETERS: dict[str, dict[str, t.Any]] = {
    "ModifyCustomerGateway": {"CustomerGatewayId": NOBODY, "CustomerGatewayName": "dry-run"},
    "DeleteCustomerGateway": {"CustomerGatewayId": NOBODY},
    "CreateVpnGateway": {"VpnGatewayName": "dry-run", "BandWidth": 5, "VpcId": NOBODY, "ChargeType": "Daily"},
    "ModifyVpnGateway": {"VpnGatewayId": NOBODY, "VpnGatewayName": "dry-run"},
    "DeleteVpnGateway": {"VpnGatewayId": NOBODY},
    "CreateVpnTunnel": _TUNNEL,
    "ModifyVpnTunnel": {"VpnTunnelId": NOBODY, "VpnTunnelName": "dry-run"},
    "DeleteVpnTunnel": {"VpnTunnelId": NOBODY},
    "CreateRoute": {
        "VpcId": NOBODY,
        "RouteType": "Vpn",
        "DestinationCidrBlock": "203.0.113.0/24",
        "VpnTunnelId": NOBODY,
    },
    "DeleteRoute": {"RouteId": NOBODY},
    "CreateVpnGatewayRoute": {
        "VpnGatewayId": NOBODY,
        "DestinationCidrBlock": "203.0.113.0/24",
        "NextHopType": "vpn_tunnel",
        "NextHopInstanceId": NOBODY,
    },
    "ModifyVpnGatewayRoute": {"VpnGatewayRouteId": NOBODY, "Description": "dry-run"},
    "DeleteVpnGatewayRoute": {"VpnGatewayRouteId": NOBODY},
}


def customer(on: Interview, name: str) -> dict[str, t.Any]:
    """A customer gateway with a second address, which the document asks for."""
    first, last = on.options.address.rpartition(".")[::2]
    return {
        "CustomerGatewayName": name,
        "CustomerGatewayAddress": on.options.address,
        "HaCustomerGatewayAddress": f"{first}.{(int(last) + 1) % 256}",
    }


def ask_dry_runs(on: Interview) -> None:
    """Prove that dry runs are honoured, and only then ask about more of them."""
    names = ["dry_run_number", "dry_run_by_get", "dry_run_depth", "second_address"]
    names += [f"try_{action}" for action in TRIALS] + ["tunnel_by_get", "dh_groups", "ike_version"]
    on.ask("dry_run", lambda on: _of_customer(on, "dry_run", "true", Sending()))
    if on.found.get("dry_run") != "honoured":
        for name in names:
            on.skips(name, "it is not proven that dry runs are honoured")
        return
    on.ask("dry_run_number", lambda on: _of_customer(on, "dry_run_number", "1", Sending()))
    on.ask("dry_run_by_get", lambda on: _of_customer(on, "dry_run_by_get", "true", Sending("GET")))
    on.ask("dry_run_depth", _depth)
    on.ask("second_address", _second_address)
    for action in TRIALS:
        on.ask(f"try_{action}", _trial(action))
    on.ask("tunnel_by_get", _tunnel_by_get)
    on.ask("dh_groups", _groups)
    on.ask("ike_version", _ike_version)


def _of_customer(on: Interview, question: str, flag: str, how: Sending) -> str:
    """Whether a dry run of a customer gateway is honoured. If it is not, that one is in the journal, to be removed."""
    name = on.new_name()
    on.journal.intends("CustomerGateway", name=name)
    parameters = {**customer(on, name), "DryRun": flag}
    answer = on.call(question, "CreateCustomerGateway", parameters, how, writes=True)
    if answer.accepted:
        on.made += 1
        identity = created_id(answer, "CustomerGateway")
        if identity:
            on.journal.has_made("CustomerGateway", identity)
        return "ignored"
    if answer.code is None or answer.status >= 500:
        return on.said(answer)
    on.journal.was_refused("CustomerGateway")
    return "honoured" if on.said(answer) == TRIED else on.said(answer)


def _try(on: Interview, question: str, action: str, changes: dict[str, t.Any], method: str = "POST") -> Answer:
    parameters = {**_PARAMETERS.get(action, {}), **changes, "DryRun": "true"}
    parameters = {name: value for name, value in parameters.items() if value is not None}
    create = action == "CreateVpnGateway"
    name = on.new_name()
    if create:
        parameters["VpnGatewayName"] = name
        on.journal.intends("VpnGateway", name=name)
    answer = on.call(question, action, parameters, Sending(method), writes=True)
    identity = created_id(answer, "VpnGateway") if create else None
    if identity is not None:
        on.made += 1
        on.journal.has_made("VpnGateway", identity)
    elif create and answer.code is not None and answer.status < 500:
        on.journal.was_refused("VpnGateway")
    return answer


def _trial(action: str) -> t.Callable[[Interview], str]:
    return lambda on: on.said(_try(on, f"try_{action}", action, {}))


def _tried_customer(on: Interview, question: str, without: str) -> Answer:
    """A dry run, proven to be honoured, of a customer gateway that lacks a parameter."""
    parameters = {**customer(on, "dry-run"), without: None}
    return _try(on, question, "CreateCustomerGateway", parameters)


def _depth(on: Interview) -> str:
    lacking = _tried_customer(on, "dry_run_depth", "CustomerGatewayAddress")
    nobodys = _try(on, "dry_run_depth", "DeleteCustomerGateway", {})
    if on.said(lacking) == TRIED:
        return "rights" if on.said(nobodys) == TRIED else "state alone"
    return "permission" if on.said(nobodys) == TRIED else "full"


def _second_address(on: Interview) -> str:
    if on.found.get("dry_run_depth") == "rights":
        raise NotAskedError("a dry run does not look at parameters")
    said = on.said(_tried_customer(on, "second_address", "HaCustomerGatewayAddress"))
    return "optional" if said == TRIED else "required" if "MissingParameter" in said else said


def _tunnel_by_get(on: Interview) -> str:
    return on.said(_try(on, "tunnel_by_get", "CreateVpnTunnel", {}, "GET"))


def _groups(on: Interview) -> str:
    said = {
        group: on.said(_try(on, "dh_groups", "CreateVpnTunnel", {"IkeDHGroup": group})) for group in ("2", "14", "24")
    }
    if on.found.get("dry_run_depth") == "rights" or said["2"] != TRIED:
        raise NotAskedError("a dry run of a tunnel does not look at parameters alone")
    known = [group for group in ("14", "24") if said[group] == TRIED]
    return {2: "all", 0: "document"}.get(len(known), "only " + " ".join(known))


def _ike_version(on: Interview) -> str:
    if on.found.get("dry_run_depth") == "rights":
        raise NotAskedError("a dry run does not look at parameters")
    with_it = on.said(_try(on, "ike_version", "CreateVpnTunnel", {"Type": "ipsec", "IkeVersion": "v1"}))
    without = on.said(_try(on, "ike_version", "CreateVpnTunnel", {"Type": "ipsec"}))
    if with_it != TRIED:
        raise NotAskedError("a dry run of a tunnel does not look at parameters alone")
    return "optional" if without == TRIED else "required" if "MissingParameter" in without else without
