# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated gateways with their sites, lists of sites for them, and the single tasks that such a list stands for."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st
from laws.accounts import identity
from laws.world import Options, Wire, World

HERE, ELSEWHERE = identity("vpn_gateway", 1), identity("vpn_gateway", 2)
NAMES = ("berlin", "成都", "a b", "legacy")
NEW = ("new", "新")
VPC = "vpc-1"
ROUTES = {"1.0": "vpc_route", "2.0": "vpn_gateway_route"}
SETS = ("CustomerGatewaySet", "VpnTunnelSet", "RouteSet", "VpnGatewayRouteSet")


@dataclasses.dataclass(frozen=True)
class Place:
    """What there is: World.stage() takes it. C(used): the tunnels and networks of each site of the gateway HERE."""

    version: str
    sets: dict[str, list[Wire]]
    used: dict[str, list[Wire]]
    networks: dict[str, list[str]]  # by the name of a tunnel
    shared: frozenset[str]  # names of customer gateways that tunnels elsewhere use
    settings: dict[str, Any]
    denied: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Declared:
    """The options of a task, beside the gateway."""

    sites: list[Options]
    defaults: Options
    keys: dict[str, str]


def key_of(tunnel: str) -> str:
    """The key that a tunnel is made with; none is real."""
    return f"fake-pre-shared-key-of-{tunnel}"


def _tunnel(name: str, gateway: str, customer: str, version: str, number: int) -> Wire:
    wire = {
        "VpnTunnelId": identity("vpn_tunnel", number),
        "CreateTime": f"2026-01-02 03:04:{number:02d}",
        "VpnTunnelName": name,
        "VpnGatewayId": gateway,
        "CustomerGatewayId": customer,
        "PreSharedKey": key_of(name),
        "Type": "Ipsec" if version == "1.0" else "ipsec",
        "IkeDHGroup": "5",
    }
    return {**wire, "IkeVersion": "v2"} if version == "2.0" else wire


@st.composite
def places(draw: st.DrawFn) -> Place:
    """A gateway with sites, another one that may use the same customer gateways, and customer gateways of nobody."""
    version = draw(st.sampled_from(["1.0", "2.0"]))
    gateways = [
        {"VpnGatewayId": each, "VpnGatewayName": name, "VpcId": vpc, "VpnGatewayVersion": version}
        for each, name, vpc in ((HERE, "here", VPC), (ELSEWHERE, "elsewhere", "vpc-2"))
    ]
    names = NAMES[: draw(st.integers(0, len(NAMES)))]
    customers = [
        {
            "CustomerGatewayId": identity("customer_gateway", number),
            "CustomerGatewayName": name,
            "CustomerGatewayAddress": f"198.51.100.{number}",
            "CreateTime": f"2026-01-02 03:04:{number:02d}",
        }
        for number, name in enumerate([*names, "nobody's"])
    ]
    tunnels: list[Wire] = []
    used: dict[str, list[Wire]] = {}
    networks: dict[str, list[str]] = {}
    routes: list[Wire] = []
    shared = set()
    for number, name in enumerate(names):
        for called in [name, f"{name} 2"][: draw(st.sampled_from([0, 1, 1, 1, 2]))]:
            tunnel = _tunnel(called, HERE, customers[number]["CustomerGatewayId"], version, len(tunnels))
            tunnels.append(tunnel)
            used.setdefault(name, []).append(tunnel)
            networks[called] = [f"10.{len(tunnels)}.{each}.0/24" for each in range(draw(st.sampled_from([0, 0, 1, 2])))]
            for network in networks[called]:
                routes.append(_route(version, network, tunnel, len(routes)))
        if draw(st.integers(0, 4)) == 0:
            shared.add(name)
            tunnels.append(_tunnel(name, ELSEWHERE, customers[number]["CustomerGatewayId"], version, len(tunnels)))
    sets = {
        "VpnGatewaySet": gateways,
        "CustomerGatewaySet": customers,
        "VpnTunnelSet": tunnels,
        "RouteSet" if version == "1.0" else "VpnGatewayRouteSet": routes,
    }
    routes += _foreign(version, tunnels)
    settings = draw(
        st.sampled_from([{}, {}, {"page_size": 1}, {"id_case": "upper-in-create-answers"}, {"filters_ignored": True}])
    )
    return Place(version, sets, used, networks, frozenset(shared), settings)


def _route(version: str, network: str, tunnel: Wire, number: int) -> Wire:
    common = {"DestinationCidrBlock": network, "CreateTime": f"2026-01-02 03:05:{number:02d}"}
    if version == "1.0":
        place = {"VpcId": VPC, "RouteType": "Vpn", "VpnTunnelId": tunnel["VpnTunnelId"]}
        return {"RouteId": identity("route", number), **place, **common}
    hop = {"NextHopType": "vpn_tunnel", "NextHopInstanceId": tunnel["VpnTunnelId"]}
    return {"VpnGatewayRouteId": identity("route", number), "VpnGatewayId": HERE, **hop, **common}


def _foreign(version: str, tunnels: list[Wire]) -> list[Wire]:
    """Routes that are no site's: into the tunnel of another gateway, and out of the VPN."""
    if version == "2.0":
        out = {"VpnGatewayId": HERE, "DestinationCidrBlock": "10.77.0.0/16", "NextHopType": "vpc"}
        return [{"VpnGatewayRouteId": identity("route", 90), **out}]
    out = {
        "VpcId": VPC,
        "RouteType": "Peering",
        "VpcPeeringConnectionId": "peering-1",
        "DestinationCidrBlock": "10.77.0.0/16",
    }
    others = [_route(version, "10.76.0.0/16", each, 91) for each in tunnels if each["VpnGatewayId"] == ELSEWHERE]
    return [{"RouteId": identity("route", 90), **out}, *others[:1]]


@st.composite
def lists(draw: st.DrawFn, place: Place, *, replaces: bool = True) -> Declared:
    """Sites as somebody may declare them: as they are, changed, new, absent, or left out."""
    sites: list[Options] = []
    keys: dict[str, str] = {}
    for number, (name, tunnels) in enumerate(place.used.items()):
        what = draw(st.sampled_from(["as it is", "as it is", "changed", "absent", "left out"]))
        if what == "left out" or (what == "absent" and name in place.shared):
            continue
        if what == "absent":
            gone = [{"name": tunnel["VpnTunnelName"]} for tunnel in tunnels]
            sites.append({"name": name, "state": "absent", "tunnels": gone})
            continue
        site: Options = {"name": name, "address": f"198.51.100.{number}"}
        entries = []
        for tunnel in tunnels:
            called = tunnel["VpnTunnelName"]
            entry: Options = {"name": called}
            keys[called] = key_of(called)
            if draw(st.booleans()):
                kept = [each for each in place.networks[called] if what == "as it is" or draw(st.booleans())]
                entry["remote_cidrs"] = [
                    *kept,
                    *([f"10.99.{number}.{len(entries) * 16}/28"] if what == "changed" else []),
                ]
            if what == "changed" and replaces and draw(st.booleans()):
                entry["ike_dh_group"] = 2
            entries.append(entry)
        if what == "changed" and draw(st.booleans()):
            site["address"] = f"203.0.113.{number}"
        alone = len(entries) == 1 and entries[0]["name"] == name and draw(st.booleans())
        sites.append({**site, **entries[0]} if alone else {**site, "tunnels": entries})
    for number, name in enumerate(NEW[: draw(st.integers(0, len(NEW)))]):
        keys[name] = key_of(name)
        networks = [f"10.88.{number}.0/24"] if draw(st.booleans()) else []
        sites.append({"name": name, "address": f"192.0.2.{number}", "remote_cidrs": networks})
    defaults: Options = {"type": "Ipsec", "on_immutable_change": draw(st.sampled_from(["fail", "replace", "replace"]))}
    if place.version == "2.0":
        defaults["ike_version"] = "v2"
    return Declared(draw(st.permutations(sites)), defaults, keys)


def singles(place: Place, declared: Declared) -> list[tuple[str, Options]]:
    """The tasks that do the same one by one, in their order: what goes, goes first, tunnels before what they use."""
    going: list[tuple[str, Options]] = []
    customers: list[tuple[str, Options]] = []
    tunnels: list[tuple[str, Options]] = []
    routes: list[tuple[str, Options]] = []
    left: list[tuple[str, Options]] = []
    policy = {"on_immutable_change": declared.defaults["on_immutable_change"]}
    for site in declared.sites:
        name = site["name"]
        entries = [{**site, **entry} for entry in site.get("tunnels", [{}])]
        if site.get("state") == "absent":
            for entry in entries:
                for network in place.networks.get(entry["name"], []):
                    going.append((ROUTES[place.version], {**_where(place, network), "state": "absent"}))
                left.append(("vpn_tunnel", {"state": "absent", "name": entry["name"], "vpn_gateway": HERE}))
            left.append(("customer_gateway", {"state": "absent", "name": name}))
            continue
        customers.append(("customer_gateway", {"name": name, "address": site["address"], **policy}))
        for entry in entries:
            options = {**declared.defaults, "name": entry["name"], "vpn_gateway": HERE, "customer_gateway": name}
            options["pre_shared_key"] = declared.keys[entry["name"]]
            options |= {option: entry[option] for option in ("ike_dh_group",) if option in entry}
            tunnels.append(("vpn_tunnel", options))
            for network in entry.get("remote_cidrs", ()):
                hop: Options = {"vpn_tunnel": entry["name"], "vpn_gateway": HERE, **policy}
                if place.version == "2.0":
                    hop["next_hop_type"] = "vpn_tunnel"
                routes.append((ROUTES[place.version], {**_where(place, network), **hop}))
    return [*going, *left, *customers, *tunnels, *routes]


def _where(place: Place, network: str) -> Options:
    scope = {"vpc_id": VPC} if place.version == "1.0" else {"vpn_gateway": HERE}
    return {**scope, "destination_cidr_block": network}


def end_of(world: World) -> dict[str, list[str]]:
    """What there is, told without ids and times, so that two ways to it can be compared."""
    state = world.emulator.state()
    names = {item["CustomerGatewayId"]: item["CustomerGatewayName"] for item in state["CustomerGatewaySet"]}
    names |= {
        item["VpnTunnelId"]: f"{item['VpnTunnelName']} at {item['VpnGatewayId']}" for item in state["VpnTunnelSet"]
    }
    own = ("CustomerGatewayId", "VpnTunnelId", "RouteId", "VpnGatewayRouteId")
    told = {}
    for set_name in SETS:
        found = []
        for item in state[set_name]:
            known = {name: names.get(str(value), value) for name, value in item.items() if name not in ("State",)}
            used = {name: value for name, value in known.items() if not name.endswith("Time") and name not in own}
            if set_name != "CustomerGatewaySet":
                used |= {name: known[name] for name in ("CustomerGatewayId", "VpnTunnelId") if name in known}
            if set_name in ("RouteSet", "VpnTunnelSet"):
                used.pop("NextHopSet", None)
            found.append(repr(sorted(used.items(), key=str)))
        told[set_name] = sorted(found)
    return told
