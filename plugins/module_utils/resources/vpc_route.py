# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The route of a VPC into a VPN: it brings the VPC's packets to a tunnel, or to a VPN gateway.

Only the vendor's newer clients have it. A VPC has other routes, too: they are listed, and no task may touch them.
"""

from __future__ import annotations

from ..api.action import Action, Lifecycle
from . import vpn_gateway, vpn_tunnel
from .schema import Field, Identity, Item, Parents, Reference, Resource, Scope
from .types import fold
from .vpcs import BY_NAME

VPN = "Vpn"
# The types of other routes (the Terraform provider's ksyun_route; System is told by a field of its own, too).
_OTHERS = ("InternetGateway", "Tunnel", "Host", "Peering", "DirectConnect", "System")


def _check(wanted: Item, complete: bool) -> list[str]:
    """What a route into a VPN needs, and what it can't be."""
    found = []
    if complete and wanted.get("vpn_tunnel") is None and wanted.get("vpn_gateway") is None:
        found.append("vpn_tunnel or vpn_gateway is required")
    if _is_other(wanted.get("route_type")):
        found.append(f"route_type {wanted['route_type']} is not that of a route into a VPN")
    return found


def _fits(options: Item, parents: Parents, _inherited: Item) -> list[str]:
    """The VPN gateway is in the VPC, and the tunnel at the VPN gateway, as far as they could be read."""
    gateway, tunnel = parents.get("vpn_gateway", {}), parents.get("vpn_tunnel", {})
    found = []
    if gateway.get("vpc_id") not in (None, options.get("vpc_id")):
        found.append(f"vpn_gateway is in the VPC {gateway['vpc_id']}, and vpc_id is {options.get('vpc_id')}")
    if gateway and tunnel.get("vpn_gateway") not in (None, gateway.get("id")):
        found.append("vpn_tunnel is a tunnel of another VPN gateway")
    return found


def _spares(current: Item, _wanted: Item) -> str | None:
    """Why a route is not for this collection: it is the system's, or leads elsewhere than into a VPN."""
    where = f"There is a route of the VPC to {current.get('destination_cidr_block')} ({current.get('id')})"
    kind = current.get("route_type")
    if current.get("system") is True or _is_other(kind, "System"):
        return f"{where}, which is the system's own. It can't be changed or deleted."
    # Whatever the task says. How the type of routes to VPN gateways is spelt is not documented.
    if fold(kind).startswith(fold(VPN)):
        return None
    leads = f" and leads to {current['next_hop_id']}" if current.get("next_hop_id") else ""
    return (
        f"{where}, which is of the type {kind}{leads}. Only routes into a VPN are managed here: remove it by other "
        "means, or choose another network."
    )


def _leads_away(options: Item, _parents: Parents) -> tuple[str, str] | None:
    vpc, network = options.get("vpc_id"), options.get("destination_cidr_block")
    return (str(vpc), str(network)) if vpc and network else None


def _stands_for_tunnel(gateway: Item) -> bool:
    """Whether a VPC's route that is told to lead to a VPN gateway leads to a tunnel of it.

    The first generation has routes to tunnels alone; a gateway of the second is a next hop of its own.
    """
    return gateway.get("vpn_gateway_version") != "2.0"


def _is_other(kind: object, *of: str) -> bool:
    return kind is not None and fold(kind) in map(fold, of or _OTHERS)


RESOURCE = Resource(
    name="vpc_route",
    noun="VPC route",
    actions=Lifecycle(
        describe=Action("DescribeRoutes", "RouteSet", "RouteId"),
        create=Action("CreateRoute", "RouteId", created_id=("RouteId",), writes=True),
        modify=None,
        delete=Action("DeleteRoute", "Return", writes=True),
    ),
    identity=Identity(
        by=("vpc_id", "destination_cidr_block"),
        scope=Scope("vpc_id", filter="vpc-id"),
        also=("route_table_id",),
        is_unique=True,
    ),
    delete_interrupts=True,
    check=_check,
    fits=_fits,
    spares=_spares,
    leads_away=_leads_away,
    fields=(
        Field("vpc_id", "VpcId", type="reference", on_create=True, required=True, named=BY_NAME),
        Field("destination_cidr_block", "DestinationCidrBlock", type="cidr", on_create=True, required=True),
        Field("route_table_id", "RouteTableId", type="reference", on_create=True),
        # Both are answered as an item of NextHopSet, and of which of them that tells the id no source says.
        Field(
            "vpn_gateway",
            "VpnGatewayId",
            type="reference",
            on_create=True,
            returned=False,
            refers_to=Reference(vpn_gateway.RESOURCE, led_to="next_hop_id", may_be_place=True),
            unless="vpn_tunnel",
        ),
        Field(
            "vpn_tunnel",
            "VpnTunnelId",
            type="reference",
            on_create=True,
            returned=False,
            refers_to=Reference(
                vpn_tunnel.RESOURCE,
                {"vpn_gateway": "vpn_gateway"},
                led_to="next_hop_id",
                stands_for=_stands_for_tunnel,
            ),
        ),
        Field("route_type", "RouteType", type="word", on_create=True, default=VPN),
        Field("description", "Description", on_create=True),
        Field("next_hop_id", "NextHopSet", type="hop_id"),
        Field("next_hop_name", "NextHopSet", type="hop_name"),
        Field("route_status", "Status"),
        Field("system", "System", type="bool"),
        Field("route_publish_status", "RoutePublishStatus"),
        Field("route_entry_type", "RouteEntryType"),
        Field("create_time", "CreateTime", type="time"),
    ),
)
