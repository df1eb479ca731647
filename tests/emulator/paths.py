# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where packets go: the networks that routes lead to, through which gateway and tunnel.

No answer of the service has this as it is here. It is what RemoteCidrSet and ExtraCidrSet may follow from, what keeps a
tunnel from being deleted, and what a test asks to know whether anything flows.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from .resources import Context
from .store import Resource, Wire

VPC_ROUTE = "Route"
GATEWAY_ROUTE = "VpnGatewayRoute"


@dataclass(frozen=True)
class Path:
    """A network that a VPC's packets leave for. ``tunnel_id`` is empty where no tunnel is there to take them."""

    vpc_id: str
    network: str
    gateway_id: str
    tunnel_id: str
    route_id: str


def paths(context: Context) -> list[Path]:
    """All of a region, in order of its routes' creation: those of VPCs, then those of gateways."""
    vpc_routes = [item for item in context.store.live(VPC_ROUTE, context.region) if _leads_into_vpn(item.wire)]
    found = [path for path in (_by_vpc(context, route) for route in vpc_routes) if path]
    for route in context.store.live(GATEWAY_ROUTE, context.region):
        path = _by_gateway(context, route)
        if path and (context.settings.vpc_route_beside == "not needed" or _is_led_to(context, path, vpc_routes)):
            found.append(path)
    return found


def with_networks(seeded: list[dict[str, str]], leading: Iterable[Path]) -> list[dict[str, str]]:
    """A list of networks as it is stored, with those that paths lead to added, each once."""
    networks = dict.fromkeys(path.network for path in leading if path.tunnel_id)
    there = {item.get("CidrBlock") for item in seeded}
    return [*seeded, *({"CidrBlock": network} for network in networks if network not in there)]


def routes_to(context: Context, tunnel_id: str) -> list[Resource]:
    """The routes that name a tunnel."""
    return [
        *(item for item in context.store.live(VPC_ROUTE, context.region) if item.wire.get("VpnTunnelId") == tunnel_id),
        *(
            item
            for item in context.store.live(GATEWAY_ROUTE, context.region)
            if item.wire.get("NextHopInstanceId") == tunnel_id
        ),
    ]


def routes_of(context: Context, gateway_id: str) -> list[Resource]:
    """A gateway's own routes, and those of VPCs that name it."""
    return [
        item
        for noun in (VPC_ROUTE, GATEWAY_ROUTE)
        for item in context.store.live(noun, context.region)
        if item.wire.get("VpnGatewayId") == gateway_id
    ]


def release_routes(context: Context, resource_id: str, name: str) -> None:
    """What becomes of the routes that name a tunnel, or a gateway, that is being deleted.

    They go with it, or they stay and show the name that it had last: one that its successor may have, too.
    """
    for route in (*routes_to(context, resource_id), *routes_of(context, resource_id)):
        if context.settings.routes_of_deleted == "removed":
            context.store.delete(route, context.now)
        elif (
            resource_id in (route.wire.get("VpnTunnelId"), route.wire.get("NextHopInstanceId"))
            and context.settings.next_hop_names == "live"
        ):
            route.wire["last_name"] = name


def _leads_into_vpn(wire: Wire) -> bool:
    return bool(wire.get("VpnTunnelId") or wire.get("VpnGatewayId"))


def _by_vpc(context: Context, route: Resource) -> Path | None:
    """The path of a VPC's route; None for one to a gateway whose own routes say where it goes on."""
    tunnel_id = route.wire.get("VpnTunnelId", "")
    tunnel = context.store.get("VpnTunnel", context.region, tunnel_id)
    gateway_id = tunnel.wire["VpnGatewayId"] if tunnel else route.wire.get("VpnGatewayId", "")
    if not tunnel_id and _version(context, gateway_id) == "2.0":
        return None
    return Path(
        route.wire["VpcId"], route.wire["DestinationCidrBlock"], gateway_id, tunnel.id if tunnel else "", route.id
    )


def _by_gateway(context: Context, route: Resource) -> Path | None:
    """The path of a gateway's route; None for one that leads back into the VPC."""
    if route.wire["NextHopType"] != "vpn_tunnel":
        return None
    gateway_id = route.wire["VpnGatewayId"]
    gateway = context.store.get("VpnGateway", context.region, gateway_id)
    tunnel = context.store.get("VpnTunnel", context.region, route.wire.get("NextHopInstanceId", ""))
    vpc_id = gateway.wire["VpcId"] if gateway else ""
    return Path(vpc_id, route.wire["DestinationCidrBlock"], gateway_id, tunnel.id if tunnel else "", route.id)


def _is_led_to(context: Context, path: Path, vpc_routes: list[Resource]) -> bool:
    """Whether a route of the VPC brings the path's packets to its gateway."""
    network = ipaddress.ip_network(path.network, strict=False)
    for route in vpc_routes:
        wire = route.wire
        tunnel = context.store.get("VpnTunnel", context.region, wire.get("VpnTunnelId", ""))
        gateway_id = tunnel.wire["VpnGatewayId"] if tunnel else wire.get("VpnGatewayId", "")
        if (wire["VpcId"], gateway_id) != (path.vpc_id, path.gateway_id):
            continue
        destination = ipaddress.ip_network(wire["DestinationCidrBlock"], strict=False)
        if isinstance(destination, type(network)) and network.subnet_of(destination):
            return True
    return False


def _version(context: Context, gateway_id: str) -> str:
    gateway = context.store.get("VpnGateway", context.region, gateway_id)
    return gateway.wire["VpnGatewayVersion"] if gateway else ""
