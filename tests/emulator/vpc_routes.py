# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of VPCs: CreateRoute, DeleteRoute and DescribeRoutes of the newer models. Nothing changes one.

A route's RouteType says which of the parameters has its next hop; answers have it as an item of NextHopSet, whatever
it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from .errors import PublicError
from .parameters import Field, ipv4_network, text_value
from .paths import VPC_ROUTE
from .resources import Context, Kind, refuse
from .settings import Settings
from .store import Resource, Wire
from .vpcs import require_vpc

VPN = "Vpn"
# What each type has to name; a route into a VPN may name a gateway instead of a tunnel.
_HOPS = {
    "InternetGateway": None,
    "Tunnel": "TunnelId",
    "Host": "InstanceId",
    "Peering": "VpcPeeringConnectionId",
    "DirectConnect": "DirectConnectGatewayId",
    VPN: "VpnTunnelId",
}
_GATEWAY = "VpnGatewayId"
_OTHERS = ("NetworkInterfaceId", "HaVipId", "HaVipMasterNetworkInterfaceId", "CenId")
_REGIONAL = ("Description", "RouteTableId")
# Any namespace will do: the main table's id only has to be the same each time.
_MAIN_TABLES = uuid.NAMESPACE_OID


class VpcRoutes(Kind):
    """The next hop is stored under its parameter's name, which only the control API shows."""

    noun = VPC_ROUTE
    verbs: ClassVar[frozenset[str]] = frozenset({"Create", "Delete", "Describe"})
    created_id_field: ClassVar[str | None] = "RouteId"
    document_fields = frozenset()
    hidden_fields: ClassVar[frozenset[str]] = frozenset(
        {*(name for name in _HOPS.values() if name), _GATEWAY, *_OTHERS}
    )
    create_fields = (
        Field("VpcId", text_value, required=True),
        Field("RouteType", text_value, required=True),
        Field("DestinationCidrBlock", ipv4_network, required=True),
        *(Field(name, text_value) for name in _HOPS.values() if name),
        *(Field(name, text_value) for name in (_GATEWAY, *_OTHERS, *_REGIONAL)),
    )
    modify_fields = ()

    def filters(self, settings: Settings) -> Mapping[str, str]:
        """Those of the Java model."""
        return {
            "vpc-id": "VpcId",
            "instance-id": "NextHop",
            "destination-cidr-block": "DestinationCidrBlock",
            "route-table-id": "RouteTableId",
        }

    def check_create(self, values: Wire, settings: Settings) -> None:
        """A type that there is, and the next hop that it needs."""
        kind = values["RouteType"]
        if _GATEWAY in values and "VpnTunnelId" not in values:
            if kind != settings.gateway_route_type:
                raise PublicError.INVALID_VALUE.error("RouteType")
            return
        if kind not in _HOPS:
            raise PublicError.INVALID_VALUE.error("RouteType")
        hop = _HOPS[kind]
        if hop and hop not in values:
            raise PublicError.MISSING_PARAMETER.error(hop)

    def examine_create(self, context: Context, values: Wire) -> None:
        """The next hop exists and is of the VPC, and its table has no route to the network yet."""
        require_vpc(context, values["VpcId"])
        if values["RouteType"] in (VPN, context.settings.gateway_route_type):
            self._examine_hop(context, values)
        if context.settings.duplicate_routes == "allowed":
            return
        wanted = self._place(values, self._table(context, values))
        for route in context.store.live(self.noun, context.region):
            if self._place(route.wire, route.wire["RouteTableId"]) == wanted:
                raise refuse(context.settings.duplicate_route_error, self.noun, values["DestinationCidrBlock"])

    def _examine_hop(self, context: Context, values: Wire) -> None:
        gateway_id = values.get(_GATEWAY)
        if "VpnTunnelId" in values:
            tunnel = context.store.get("VpnTunnel", context.region, values["VpnTunnelId"])
            if tunnel is None:
                raise refuse(context.settings.not_found_error, "VpnTunnel", values["VpnTunnelId"])
            if gateway_id not in (None, tunnel.wire["VpnGatewayId"]):
                raise PublicError.INVALID_VALUE.error(_GATEWAY)
            gateway_id = tunnel.wire["VpnGatewayId"]
        gateway = context.store.get("VpnGateway", context.region, gateway_id or "")
        if gateway is None:
            raise refuse(context.settings.not_found_error, "VpnGateway", gateway_id or "")
        if gateway.wire["VpcId"] != values["VpcId"]:
            raise PublicError.INVALID_VALUE.error("VpcId")

    @staticmethod
    def _table(context: Context, values: Wire) -> str:
        """The route table: the one that is named, where the region has them, or the VPC's main one."""
        if context.settings.route_tables == "ignored":
            return ""
        named: str = values.get("RouteTableId", "")
        return named or str(uuid.uuid5(_MAIN_TABLES, values["VpcId"]))

    @staticmethod
    def _place(wire: Wire, table: str) -> tuple[str, str, str]:
        return wire["VpcId"], table, wire["DestinationCidrBlock"]

    def examine_delete(self, context: Context, resource: Resource) -> None:
        """The system's own routes stay."""
        if resource.wire["System"]:
            raise refuse(context.settings.system_route_error, self.noun, resource.id)

    def stored(self, settings: Settings, values: Wire) -> Wire:
        """Without what the region ignores."""
        kept = super().stored(settings, values)
        return {name: value for name, value in kept.items() if settings.route_tables == "kept" or name not in _REGIONAL}

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """No source states the values of the two states."""
        wire = {"VpcId": "", "DestinationCidrBlock": "10.1.0.0/16", "RouteType": VPN, **partial}
        tunnel = context.store.get("VpnTunnel", context.region, wire.get("VpnTunnelId", ""))
        return {
            "VpcId": wire["VpcId"],
            "DestinationCidrBlock": wire["DestinationCidrBlock"],
            "RouteType": wire["RouteType"],
            "Status": "available",
            "System": False,
            "RoutePublishStatus": "unpublished",
            "Description": "",
            "RouteTableId": self._table(context, wire),
            "RouteEntryType": "custom",
            "last_name": tunnel.wire["VpnTunnelName"] if tunnel else "",
        }

    def normal(self, wire: Wire) -> Wire:
        """NextHopSet follows from the next hop where that is known; the name is kept for when the hop is gone."""
        normal = dict(wire)
        hops = normal.get("NextHopSet") or []
        if any(wire.get(name) for name in (*_HOPS.values(), _GATEWAY) if name):
            normal.pop("NextHopSet", None)
            if hops:
                normal["last_name"] = hops[0].get("GatewayName", "")
        return normal

    def value(self, context: Context, resource: Resource, name: str) -> Any:
        """The filter for next hops speaks of hosts, and may take others."""
        if name != "NextHop":
            return super().value(context, resource, name)
        if resource.wire["RouteType"] != "Host" and context.settings.instance_id_filter == "hosts":
            return None
        return next((hop.get("GatewayId") for hop in self._hops(context, resource)), None)

    def view(self, context: Context, resource: Resource) -> Wire:
        """With the next hop as it is now."""
        shown = {name: value for name, value in resource.wire.items() if name != "last_name"}
        return {**shown, "NextHopSet": self._hops(context, resource)}

    def _hops(self, context: Context, resource: Resource) -> list[Wire]:
        wire = resource.wire
        tunnel_id = wire.get("VpnTunnelId")
        gateway_id = wire.get(_GATEWAY)
        if tunnel_id:
            tunnel = context.store.get("VpnTunnel", resource.region, tunnel_id)
            if context.settings.route_next_hop == "tunnel":
                live = tunnel is not None and context.settings.next_hop_names == "live"
                name = tunnel.wire["VpnTunnelName"] if tunnel and live else wire["last_name"]
                return [{"GatewayId": tunnel_id, "GatewayName": name}]
            gateway_id = tunnel.wire["VpnGatewayId"] if tunnel else gateway_id
        if tunnel_id or gateway_id:
            gateway = context.store.get("VpnGateway", resource.region, gateway_id or "")
            return [
                {"GatewayId": gateway_id or "", "GatewayName": gateway.wire["VpnGatewayName"] if gateway else ""},
            ]
        if wire["RouteType"] == "Host" and wire.get("InstanceId"):
            further = {"NetworkInterfaceId": wire.get("NetworkInterfaceId", ""), "Mac": ""}
            return [{"GatewayId": wire["InstanceId"], "GatewayName": "", **further}]
        hop = _HOPS.get(wire["RouteType"])
        if hop and wire.get(hop):
            return [{"GatewayId": wire[hop], "GatewayName": ""}]
        stored: list[Wire] = wire.get("NextHopSet", [])
        return stored
