# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of several VPN gateways and their sites, from the results of the tasks that dealt with them."""

from __future__ import annotations

import re
import typing as t

Item = t.Mapping[str, t.Any]
Result = dict[str, t.Any]
_KINDS = {
    "customer_gateway": "customer gateway",
    "vpn_tunnel": "tunnel",
    "vpn_gateway_route": "route",
    "vpc_route": "route",
}
_CREATED = re.compile(r"VPN tunnel '(.*)'", re.DOTALL)


def overview(done: t.Sequence[Item], tunnels: t.Sequence[Item] = ()) -> Result:
    """One result for all gateways, and in C(gateways) one for each.

    C(done) are, one for each gateway, its C(label) and what the tasks returned: C(present), C(sites), C(absent). What
    was skipped, or not begun, may be left out. C(tunnels) are all that there are anywhere.
    """
    gateways: dict[str, Result] = {str(each["label"]): _gateway(each) for each in done}
    declared = {
        (str(result["gateway"].get("id")), str(tunnel.get("name")))
        for result in gateways.values()
        for own in result["tunnels"].values()
        for tunnel in own
    }
    for result in gateways.values():
        created, here = set(result["created"]), result["gateway"].get("id")
        result["elsewhere"] = [
            dict(tunnel)
            for tunnel in tunnels
            if tunnel.get("name") in created
            and tunnel.get("vpn_gateway") != here
            and (str(tunnel.get("vpn_gateway")), str(tunnel.get("name"))) not in declared
        ]
    several = len(gateways) > 1
    failed = {
        (f"{label}: {what}" if several else what): why
        for label, result in gateways.items()
        for what, why in result["failed"].items()
    }
    total: Result = {
        "changed": any(result["changed"] for result in gateways.values()),
        "plan": [
            {**({"vpn_gateway": label} if several else {}), **step}
            for label, result in gateways.items()
            for step in result["plan"]
        ],
        "failed": failed,
        "created": [name for result in gateways.values() for name in result["created"]],
        "elsewhere": [tunnel for result in gateways.values() for tunnel in result["elsewhere"]],
    }
    if len(gateways) == 1:
        [only] = gateways.values()
        total.update({key: only[key] for key in ("gateway", "customer_gateways", "tunnels", "routes", "status")})
    return {**total, "gateways": gateways}


def _gateway(each: Item) -> Result:
    present, sites, absent = (each.get(key) or {} for key in ("present", "sites", "absent"))
    found, status = (each.get(key) or {} for key in ("found", "status"))
    steps = [dict(step) for result in (present, sites, absent) for step in result.get("plan") or ()]
    told: dict[str, Item] = sites.get("sites") or {}
    # a resource that is to go, or could not be made, is null
    return {
        "changed": any(result.get("changed") for result in (present, sites, absent)),
        "plan": steps,
        "failed": _failed(str(each["label"]), (present, found, absent), sites, status),
        "gateway": {} if absent else present.get("vpn_gateway") or sites.get("vpn_gateway") or {},
        "customer_gateways": {
            name: site["customer_gateway"]
            for name, site in told.items()
            if site.get("customer_gateway") and site["outcome"] != "deleted"
        },
        "tunnels": {name: site["vpn_tunnels"] for name, site in told.items() if site.get("vpn_tunnels")},
        "routes": {
            name: [route["destination_cidr_block"] for route in site["routes"]]
            for name, site in told.items()
            if site.get("routes")
        },
        "status": list(status.get("vpn_tunnel_statuses") or ()),
        "sites": {
            name: {key: value for key, value in site.items() if key not in ("customer_gateway", "vpn_tunnels")}
            for name, site in told.items()
        },
        "counts": sites.get("counts") or {},
        "undeclared": list(sites.get("undeclared") or ()),
        "created": _created(steps),
    }


def _created(steps: t.Sequence[Item]) -> list[str]:
    tunnels = [(step, _CREATED.match(str(step.get("target")))) for step in steps]
    removed = {match[1] for step, match in tunnels if match and step.get("action") == "delete"}
    return [match[1] for step, match in tunnels if match and step.get("action") == "create" and match[1] not in removed]


def _failed(label: str, gateway: t.Sequence[Item], sites: Item, status: Item) -> dict[str, str]:
    """What failed, with the reasons."""
    found = {f"VPN gateway {label}": str(result.get("msg", "")) for result in gateway if result.get("failed")}
    by_site = {
        f"{_KINDS.get(failure['kind'], 'site')} {failure['name']}": str(failure["msg"])
        for site in (sites.get("sites") or {}).values()
        for failure in site.get("failures") or ()
    }
    found.update(by_site)
    if status.get("failed"):
        found["status"] = str(status.get("msg", ""))
    if sites.get("failed") and (not by_site or (sites.get("error") or {}).get("kind") == "interrupted"):
        found[f"sites of {label}"] = str(sites.get("msg", ""))
    return found
