# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fourth resource, awkward in all ways at once, as a table alone; and a service in memory that has it.

It is called by its gateway and a network, and has no name. A create answers nothing but an id, under another key than
the one that listings have. A listing takes the gateway as a parameter, no ids, and has other names than a create: of
the next hop it has the name, and never the id. The next hop is looked for within the gateway, and may not exist yet.
Only the description can be changed in place.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils.api.action import Action, Lifecycle
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import (
    Field,
    Identity,
    Reference,
    Resource,
    Scope,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService, Raw
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    GATEWAY,
    RESOURCES,
    TUNNEL,
    identity,
    wire,
)

ROUTE = Resource(
    name="gateway_route",
    noun="gateway route",
    actions=Lifecycle(
        describe=Action("DescribeVpnGatewayRoutes", "VpnGatewayRouteSet", "VpnGatewayRouteId"),
        create=Action("CreateVpnGatewayRoute", "RouteId", created_id=("RouteId",), writes=True),
        modify=Action("ModifyVpnGatewayRoute", "RouteId", writes=True),
        delete=Action("DeleteVpnGatewayRoute", "Return", writes=True),
    ),
    identity=Identity(
        by=("vpn_gateway", "destination_cidr_block"),
        scope=Scope("vpn_gateway", parameter="VpnGatewayId", required=True),
        listed_by_id=False,
    ),
    fields=(
        Field(
            "vpn_gateway",
            "VpnGatewayId",
            type="reference",
            on_create=True,
            required=True,
            refers_to=Reference(GATEWAY),
        ),
        Field(
            "destination_cidr_block",
            "DestinationCidrBlock",
            type="cidr",
            on_create=True,
            required=True,
            also_read=("CidrBlock",),
        ),
        Field("next_hop_type", "NextHopType", on_create=True, required=True, values={"vpc": (), "vpn_tunnel": ()}),
        Field(
            "next_hop_instance",
            "NextHopInstanceId",
            type="reference",
            on_create=True,
            returned=False,
            refers_to=Reference(TUNNEL, within={"vpn_gateway": "vpn_gateway"}, listed_as="next_hop_instance_name"),
        ),
        Field("description", "Description", on_create=True, on_modify=True),
        Field("next_hop_instance_name", "NextHopInstanceName"),
        Field("create_time", "CreateTime", type="time"),
    ),
)
GATEWAYS = [identity(GATEWAY, number) for number in (1, 2)]
# two gateways have a tunnel of one name
TUNNELS = {
    (gateway, name): identity(TUNNEL, 10 * number + place)
    for number, gateway in enumerate(GATEWAYS, 1)
    for place, name in enumerate(("berlin", "paris"))
}


def route_id(number: int) -> str:
    """The id of a route."""
    return f"abcdefaa-0000-4000-8000-{number:012x}"


class RouteService(FakeService):
    """The service with two gateways, their tunnels, and these routes."""

    resources = (*RESOURCES, ROUTE)

    def __init__(self, *routes: Raw, **settings: t.Any) -> None:
        gateways = [(GATEWAY, wire(GATEWAY, number, name=f"gw{number}")) for number in (1, 2)]
        tunnels = [
            (TUNNEL, {**wire(TUNNEL, name=name, vpn_gateway=gateway), "VpnTunnelId": known})
            for (gateway, name), known in TUNNELS.items()
        ]
        super().__init__(*gateways, *tunnels, *((ROUTE, dict(route)) for route in routes), **settings)

    def identity(self, resource: Resource, number: int) -> str:
        return route_id(number) if resource is ROUTE else super().identity(resource, number)

    def listed(self, resource: Resource, raw: Raw) -> Raw:
        if resource is not ROUTE:
            return raw
        names = {known: name for (_gateway, name), known in TUNNELS.items()}
        shown = {
            name: value for name, value in raw.items() if name not in ("NextHopInstanceId", "DestinationCidrBlock")
        }
        return {
            **shown,
            "CidrBlock": raw["DestinationCidrBlock"],
            "NextHopInstanceName": names.get(raw.get("NextHopInstanceId", "")),
        }
