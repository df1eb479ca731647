# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPN tunnels: "VpnTunnel (VPN通道信息)", CreateVpnTunnel and ModifyVpnTunnel, and the states of a tunnel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .customer_gateways import CustomerGateways
from .errors import PublicError
from .parameters import Field, boolean, integer, ipv4_address, ipv4_interface, one_of, text_value
from .paths import paths, release_routes, routes_to, with_networks
from .resources import Context, Kind, cidr_objects, spell_cidrs
from .settings import Settings
from .store import Course, Resource, Wire
from .tunnel_lines import line_fields
from .vpn_gateways import VpnGateways

GRE = "GreOverIpsec"
ROUTE = "route_ipsec"
# Version 1.0 gateways take the document's types, version 2.0 gateways the newer ones.
_TYPES = {"1.0": (GRE, "Ipsec"), "2.0": (ROUTE, "ipsec")}
_GRE_ADDRESSES = ("VpnGreIp", "CustomerGreIp")
_HA_GRE_ADDRESSES = ("HaVpnGreIp", "HaCustomerGreIp")
_PEERS = ("LocalPeerIp", "CustomerPeerIp")
_CBC = ("aes-cbc-192", "aes-cbc-256", "sm1-cbc-128", "sm4-cbc")

_IKE_DEFAULTS: Wire = {"IkeAuthenAlgorithm": "md5", "IkeDHGroup": "1", "IkeEncryAlgorithm": "aes"}
_IPSEC_DEFAULTS: Wire = {
    "IpsecEncryAlgorithm": "esp-aes",
    "IpsecAuthenAlgorithm": "esp-sha-hmac",
    "IpsecLifetimeTraffic": 4608000,
    "IpsecLifetimeSecond": 3600,
}


# The document's groups first; the other two are in the newer clients' models.
_DOCUMENT_GROUPS = ("1", "2", "5")
_GROUPS = (*_DOCUMENT_GROUPS, "14", "24")
# What a tunnel can only have at a gateway of version 2.0; the peers only by route.
_NEWER_FIELDS = ("IkeVersion", "HaMode", "OpenHealthCheck", *_PEERS)


def _legacy_name(name: str) -> str:
    """The document's own spelling of a field of the second phase."""
    return "Ipssec" + name.removeprefix("Ipsec") if name.startswith("Ipsec") else name


class VpnTunnels(Kind):
    """IkeDHGroup is stored, and answered, as a text: that is how every client reads it."""

    noun = "VpnTunnel"
    document_fields = frozenset(
        {"CreateTime", "State", "Type", "VpnTunnelId", "VpnTunnelName", "VpnGatewayId", "CustomerGatewayId"}
        | {*_GRE_ADDRESSES, *_HA_GRE_ADDRESSES, "PreSharedKey", "ExtraCidrSet", "IkeDhGroup"}
        | {*_IKE_DEFAULTS, *_IPSEC_DEFAULTS, *(_legacy_name(name) for name in _IPSEC_DEFAULTS)}
    )
    create_fields = (
        Field("VpnTunnelName", text_value),
        Field("Type", one_of(*_TYPES["1.0"], *_TYPES["2.0"]), required=True),
        Field("VpnGreIp", ipv4_address),
        Field("HaVpnGreIp", ipv4_address),
        Field("CustomerGreIp", ipv4_address),
        Field("HaCustomerGreIp", ipv4_address),
        Field("VpnGatewayId", text_value, required=True),
        Field("CustomerGatewayId", text_value, required=True),
        Field("PreSharedKey", text_value, required=True),
        Field("IkeAuthenAlgorithm", one_of("md5", "sha")),
        Field("IkeDHGroup", one_of(*_GROUPS)),
        Field("IkeEncryAlgorithm", one_of("3des", "aes", "des", *_CBC)),
        Field("IpsecEncryAlgorithm", one_of("esp-3des", "esp-aes", "esp-des", "esp-null", "esp-seal", *_CBC)),
        Field("IpsecAuthenAlgorithm", one_of("esp-md5-hmac", "esp-sha-hmac", "sha256", "sha384", "sha512", "sm3")),
        Field("IpsecLifetimeTraffic", integer(2560, 4608000)),
        Field("IpsecLifetimeSecond", integer(120, 2592000)),
        Field("VpnGatewayVersion", one_of("1.0", "2.0")),
        Field("IkeVersion", one_of("v1", "v2")),
        Field("HaMode", one_of("active_active", "active_standby")),
        Field("OpenHealthCheck", boolean),
        Field("LocalPeerIp", ipv4_interface),
        Field("CustomerPeerIp", ipv4_interface),
        Field("EnableNatTraversal", boolean),
    )
    # The peer addresses are in no model of ModifyVpnTunnel, but a client of the vendor's changes them so.
    modify_fields = (
        Field("VpnTunnelName", text_value),
        Field("LocalPeerIp", ipv4_interface),
        Field("CustomerPeerIp", ipv4_interface),
    )

    def filters(self, settings: Settings) -> Mapping[str, str]:
        """The document's, and the newer clients' second one."""
        return {"vpn-gateway-id": "VpnGatewayId", "nat-id": "NatId"}

    def only_document(self, settings: Settings) -> bool:
        """The document's object has nothing of version 2.0."""
        return settings.tunnel_answers == "document"

    def check_create(self, values: Wire, settings: Settings) -> None:
        """Which addresses a type needs, which groups there are, and what only tunnels by route can have."""
        if settings.dh_groups == "document" and values.get("IkeDHGroup", "1") not in _DOCUMENT_GROUPS:
            raise PublicError.INVALID_VALUE.error("IkeDHGroup")
        if values["Type"] == GRE:
            _need(values, _GRE_ADDRESSES)
            if any(name in values for name in _HA_GRE_ADDRESSES):
                _need(values, _HA_GRE_ADDRESSES)
        if settings.require_ike_version and values["Type"] in _TYPES["2.0"]:
            _need(values, ("IkeVersion",))
        if values["Type"] == ROUTE:
            _need(values, _PEERS)
        else:
            if values.get("HaMode") == "active_standby":
                raise PublicError.INVALID_VALUE.error("HaMode")
            if values.get("OpenHealthCheck"):
                raise PublicError.INVALID_VALUE.error("OpenHealthCheck")

    def examine_create(self, context: Context, values: Wire) -> None:
        """Both ends exist, the versions agree, and a GRE tunnel to a pair of addresses has a pair of its own."""
        gateway = VpnGateways().find(context, values["VpnGatewayId"]).wire
        customer = CustomerGateways().find(context, values["CustomerGatewayId"]).wire
        version = gateway["VpnGatewayVersion"]
        if values.get("VpnGatewayVersion", version) != version:
            raise PublicError.INVALID_VALUE.error("VpnGatewayVersion")
        if values["Type"] not in _TYPES[version]:
            raise PublicError.INVALID_VALUE.error("Type")
        if context.settings.foreign_fields == "refused":
            _refuse_foreign(values, version)
        # "Type是GreOverIpsec类型且为HA模式时必填": no parameter says HA mode, so the customer's second address does.
        if values["Type"] == GRE and customer["HaCustomerGatewayAddress"]:
            _need(values, _HA_GRE_ADDRESSES)

    def in_use(self, context: Context, resource_id: str) -> bool:
        """A tunnel is in use while routes lead to it, where the service looks at them."""
        return context.settings.routes_of_deleted == "refused" and bool(routes_to(context, resource_id))

    def before_delete(self, context: Context, resource: Resource) -> None:
        """Its routes go with it, or lead nowhere from then on, under the name that it had last."""
        release_routes(context, resource.id, resource.wire["VpnTunnelName"])

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """The document's defaults; addresses that a type does not use are empty texts, as an answer has them."""
        gateway = context.store.get("VpnGateway", context.region, partial.get("VpnGatewayId", ""))
        version = gateway.wire["VpnGatewayVersion"] if gateway else "1.0"
        wire: Wire = {
            "VpnTunnelName": "Ksc_vpn_tunnel",
            "Type": _TYPES[version][1],
            **dict.fromkeys((*_GRE_ADDRESSES, *_HA_GRE_ADDRESSES), ""),
            "VpnGatewayId": "",
            "CustomerGatewayId": "",
            "PreSharedKey": "seeded-example-key",
            **_IKE_DEFAULTS,
            **_IPSEC_DEFAULTS,
            "ExtraCidrSet": [],
            "VpnGatewayVersion": version,
            "EnableNatTraversal": False,
        }
        if version == "2.0":
            wire |= {"IkeVersion": "v1", "HaMode": "active_active", "OpenHealthCheck": False}
        return wire

    def normal(self, wire: Wire) -> Wire:
        """The DH group as a number or a text, networks as texts or objects."""
        normal = dict(wire)
        if "IkeDHGroup" in normal:
            normal["IkeDHGroup"] = str(normal["IkeDHGroup"])
        if "ExtraCidrSet" in normal:
            normal["ExtraCidrSet"] = cidr_objects(normal["ExtraCidrSet"])
        return normal

    def view(self, context: Context, resource: Resource) -> Wire:
        """With the state of now, and the gateway's name under the service's own spelling of that field."""
        state = Course(resource.created, context.settings.tunnel_states).at(context.now)
        shown = {"State": state, **resource.wire}
        if resource.deleted is not None and context.settings.deleted_state is not None:
            shown["State"] = context.settings.deleted_state
        if context.settings.tunnel_details and shown["VpnGatewayVersion"] == "2.0":
            shown |= line_fields(context, resource)
        gateway = context.store.get("VpnGateway", resource.region, shown["VpnGatewayId"])
        if gateway:
            shown["VpnGwlName"] = gateway.wire["VpnGatewayName"]
        networks = shown["ExtraCidrSet"]
        if context.settings.extra_cidr_set == "routes":
            networks = with_networks(networks, (path for path in paths(context) if path.tunnel_id == resource.id))
        shown["ExtraCidrSet"] = spell_cidrs(context.settings, networks)
        return _legacy(shown) if context.settings.legacy_spelling else shown


def _need(values: Wire, names: Sequence[str]) -> None:
    for name in names:
        if name not in values:
            raise PublicError.MISSING_PARAMETER.error(name)


def _refuse_foreign(values: Wire, version: str) -> None:
    """Refuse what a tunnel of this type, at a gateway of this version, has no use for."""
    foreign = {
        **dict.fromkeys((*_GRE_ADDRESSES, *_HA_GRE_ADDRESSES), values["Type"] != GRE),
        **dict.fromkeys(_NEWER_FIELDS, version == "1.0"),
        **dict.fromkeys(_PEERS, values["Type"] != ROUTE),
    }
    for name in values:
        if foreign.get(name):
            raise PublicError.INVALID_VALUE.error(name)


def _legacy(shown: Wire) -> Wire:
    """The field names, and the type of the DH group, that "VpnTunnel (VPN通道信息)" prints."""
    renamed = {_legacy_name(name): value for name, value in shown.items()}
    renamed["IkeDhGroup"] = int(renamed.pop("IkeDHGroup"))
    return renamed
