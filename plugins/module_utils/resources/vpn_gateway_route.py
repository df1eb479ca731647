# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The route of a VPN gateway of the second generation: a network, and where its packets go.

Only the vendor's newer clients have it. What a create calls C(RouteId), all else calls C(VpnGatewayRouteId).
"""

from __future__ import annotations

from ..api.action import Action, Lifecycle
from . import vpn_gateway, vpn_tunnel
from .schema import Field, Identity, Item, Parents, Reference, Resource, Scope
from .types import fold

TUNNEL = "vpn_tunnel"


def _check(wanted: Item, complete: bool) -> list[str]:
    """A tunnel belongs to a route into a tunnel. C(NextHopInstanceId) may be left out for the VPC alone."""
    kind = wanted.get("next_hop_type")
    if kind is None:
        return []
    leads_into_tunnel = fold(kind) == fold(TUNNEL)
    if leads_into_tunnel and complete and wanted.get("vpn_tunnel") is None:
        return ["vpn_tunnel is required with next_hop_type vpn_tunnel"]
    if not leads_into_tunnel and wanted.get("vpn_tunnel") is not None:
        return ["vpn_tunnel is only for next_hop_type vpn_tunnel"]
    return []


def _fits(_options: Item, parents: Parents, _inherited: Item) -> list[str]:
    """What is known of the gateway and of the tunnel, where they could be read."""
    found = []
    gateway, tunnel = parents.get("vpn_gateway", {}), parents.get("vpn_tunnel", {})
    version = gateway.get("vpn_gateway_version")
    if version not in (None, "2.0"):
        found.append(
            f"the VPN gateway has version {version}, and routes of its own are for version 2.0: "
            "use the module vpc_route, whose routes name the tunnel"
        )
    if gateway and tunnel.get("vpn_gateway") not in (None, gateway.get("id")):
        found.append("vpn_tunnel is a tunnel of another VPN gateway")
    return found


def _leads_away(options: Item, parents: Parents) -> tuple[str, str] | None:
    """A route into a tunnel takes what is for its network out of the gateway's VPC."""
    vpc, network = parents.get("vpn_gateway", {}).get("vpc_id"), options.get("destination_cidr_block")
    leads_into_tunnel = fold(options.get("next_hop_type")) == fold(TUNNEL)
    return (str(vpc), str(network)) if vpc and network and leads_into_tunnel else None


def _can_have(option: str, _value: object, wanted: Item) -> bool:
    return option != "vpn_tunnel" or fold(wanted.get("next_hop_type")) == fold(TUNNEL)


def _spares(current: Item, _wanted: Item) -> str | None:
    """Why a route is not for this collection: it is the system's."""
    if fold(current.get("route_type")) != "system":
        return None
    return (
        f"There is a route of the VPN gateway to {current.get('destination_cidr_block')} ({current.get('id')}), which "
        "is the system's own. It can't be changed or deleted."
    )


RESOURCE = Resource(
    name="vpn_gateway_route",
    noun="route of a VPN gateway",
    actions=Lifecycle(
        describe=Action("DescribeVpnGatewayRoutes", "VpnGatewayRouteSet", "VpnGatewayRouteId"),
        create=Action("CreateVpnGatewayRoute", "RouteId", created_id=("RouteId",), writes=True),
        modify=Action("ModifyVpnGatewayRoute", "RouteId", writes=True),
        delete=Action("DeleteVpnGatewayRoute", "Return", writes=True),
    ),
    identity=Identity(
        by=("vpn_gateway", "destination_cidr_block"),
        scope=Scope("vpn_gateway", parameter="VpnGatewayId"),
        listed_by_id=False,
        is_unique=True,
    ),
    delete_interrupts=True,
    check=_check,
    fits=_fits,
    can_have=_can_have,
    spares=_spares,
    leads_away=_leads_away,
    fields=(
        Field(
            "vpn_gateway",
            "VpnGatewayId",
            type="reference",
            on_create=True,
            required=True,
            refers_to=Reference(vpn_gateway.RESOURCE),
        ),
        Field("destination_cidr_block", "DestinationCidrBlock", type="cidr", on_create=True, required=True),
        Field("next_hop_type", "NextHopType", on_create=True, required=True, values={TUNNEL: (), "vpc": ()}),
        # No answer has its id.
        Field(
            "vpn_tunnel",
            "NextHopInstanceId",
            type="reference",
            on_create=True,
            returned=False,
            refers_to=Reference(vpn_tunnel.RESOURCE, {"vpn_gateway": "vpn_gateway"}, "next_hop_name"),
        ),
        Field("description", "Description", on_create=True, on_modify=True),
        Field("next_hop_name", "NextHopInstanceName"),
        Field("route_type", "RouteType"),
        Field("create_time", "CreateTime", type="time"),
    ),
)
