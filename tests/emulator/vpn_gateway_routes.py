# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of VPN gateways of version 2.0: the four actions of the newer models.

A create answers with a ``RouteId``; lists, changes and deletions call the same id ``VpnGatewayRouteId``. Answers have
the next hop's name and not its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from .errors import PublicError
from .parameters import Field, ipv4_network, one_of, text_value
from .paths import GATEWAY_ROUTE
from .resources import Context, Kind, refuse
from .settings import Settings
from .store import Resource, Wire
from .vpn_gateways import VpnGateways

TUNNEL = "vpn_tunnel"
_HOP = "NextHopInstanceId"
_FILTERED = {"type": "NextHopType", "id": _HOP, "name": "NextHopInstanceName"}


class VpnGatewayRoutes(Kind):
    """Listed by gateway, never by id. The next hop's id is stored; only the control API shows it."""

    noun = GATEWAY_ROUTE
    created_id_field: ClassVar[str | None] = "RouteId"
    listed_by_id: ClassVar[bool] = False
    scope_field: ClassVar[str | None] = "VpnGatewayId"
    document_fields = frozenset()
    hidden_fields: ClassVar[frozenset[str]] = frozenset({_HOP})
    create_fields = (
        Field("VpnGatewayId", text_value, required=True),
        Field("DestinationCidrBlock", ipv4_network, required=True),
        Field("NextHopType", one_of("vpc", TUNNEL), required=True),
        Field(_HOP, text_value),
        Field("Description", text_value),
    )
    modify_fields = (Field("Description", text_value),)

    def filters(self, settings: Settings) -> Mapping[str, str]:
        """Both that there are; what the first one looks at is a setting."""
        return {"nexthop": _FILTERED[settings.nexthop_filter], "cidr-block": "DestinationCidrBlock"}

    def check_create(self, values: Wire, settings: Settings) -> None:
        """The models' "VPC-是", "VPN通道-否" are said of whether the next hop's id may be left out."""
        if values["NextHopType"] == TUNNEL and _HOP not in values:
            raise PublicError.MISSING_PARAMETER.error(_HOP)

    def examine_create(self, context: Context, values: Wire) -> None:
        """The gateway is of version 2.0, the next hop its own, and it has no route to the network yet."""
        gateway = VpnGateways().find(context, values["VpnGatewayId"]).wire
        if gateway["VpnGatewayVersion"] != "2.0":
            raise PublicError.INVALID_VALUE.error("VpnGatewayId")
        if values["NextHopType"] == TUNNEL:
            tunnel = context.store.get("VpnTunnel", context.region, values[_HOP])
            if tunnel is None:
                raise refuse(context.settings.not_found_error, "VpnTunnel", values[_HOP])
            if tunnel.wire["VpnGatewayId"] != values["VpnGatewayId"]:
                raise PublicError.INVALID_VALUE.error(_HOP)
        elif values.get(_HOP, gateway["VpcId"]) != gateway["VpcId"]:
            raise PublicError.INVALID_VALUE.error(_HOP)
        if context.settings.duplicate_routes == "allowed":
            return
        wanted = values["VpnGatewayId"], values["DestinationCidrBlock"]
        for route in context.store.live(self.noun, context.region):
            if (route.wire["VpnGatewayId"], route.wire["DestinationCidrBlock"]) == wanted:
                raise refuse(context.settings.duplicate_route_error, self.noun, values["DestinationCidrBlock"])

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """A route into a VPC leads to the gateway's own; no source has a value of RouteType."""
        gateway = context.store.get("VpnGateway", context.region, partial.get("VpnGatewayId", ""))
        wire: Wire = {
            "VpnGatewayId": "",
            "DestinationCidrBlock": "10.1.0.0/16",
            "RouteType": "static",
            "NextHopType": TUNNEL,
            _HOP: "",
            "Description": "",
        }
        if partial.get("NextHopType") == "vpc" and gateway:
            wire[_HOP] = gateway.wire["VpcId"]
        return {**wire, "last_name": self._name(context, {**wire, **partial}, context.region)}

    def normal(self, wire: Wire) -> Wire:
        """The name follows from the id, and is kept for when there is nothing of that id."""
        normal = {name: value for name, value in wire.items() if name != "NextHopInstanceName"}
        name = wire.get("NextHopInstanceName")
        return normal if name is None else {**normal, "last_name": name}

    def value(self, context: Context, resource: Resource, name: str) -> Any:
        """The name as it is now."""
        return self.view(context, resource).get(name)

    def view(self, context: Context, resource: Resource) -> Wire:
        """With the next hop's name of now, or the last one of a tunnel that is gone; or with that of its creation."""
        live = self._name(context, resource.wire, resource.region)
        name = live if live and context.settings.next_hop_names == "live" else resource.wire["last_name"]
        shown = {name: value for name, value in resource.wire.items() if name != "last_name"}
        return {**shown, "NextHopInstanceName": name}

    @staticmethod
    def _name(context: Context, wire: Wire, region: str) -> str:
        if wire["NextHopType"] == TUNNEL:
            tunnel = context.store.get("VpnTunnel", region, wire[_HOP])
            return tunnel.wire["VpnTunnelName"] if tunnel else ""
        vpc = context.store.get("Vpc", region, wire[_HOP])
        return vpc.wire["VpcName"] if vpc else ""
