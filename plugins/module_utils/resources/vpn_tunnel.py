# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VPN tunnel: IPsec, or GRE over IPsec, between a VPN gateway and a customer gateway (document: "VPN通道信息").

The document knows the first generation of gateways; C(route_ipsec) and what belongs to it came with the second (2.0).
"""

from __future__ import annotations

import typing as t

from ..api.action import lifecycle
from . import customer_gateway, vpn_gateway
from .schema import AS_WRITTEN, Field, Identity, Item, Parents, Reference, Resource, Same, Scope
from .types import fold

GRE_ADDRESSES = ("vpn_gre_ip", "customer_gre_ip")
HA_GRE_ADDRESSES = ("ha_vpn_gre_ip", "ha_customer_gre_ip")
PEER_ADDRESSES = ("local_peer_ip", "customer_peer_ip")

# option: weak values (folded), each with the reason and the standard that says so
WEAK: dict[str, dict[str, str]] = {
    "ike_authentication_algorithm": {"md5": "RFC 8247 section 2.3: MD5 must not be used"},
    "ike_encryption_algorithm": {
        "des": "RFC 8247 section 2.1: DES must not be used",
        "3des": "NIST SP 800-131A Rev. 2: 3DES is disallowed since 2024",
    },
    "ike_dh_group": {
        "1": "RFC 8247 section 2.4: DH group 1 (768 bits) must not be used",
        "2": "RFC 8247 section 2.4: DH group 2 (1024 bits) should not be used",
        "5": "RFC 8247 section 2.4: DH group 5 (1536 bits) should not be used",
        "24": "RFC 8247 section 2.4: DH group 24 should not be used",
    },
    "ipsec_encryption_algorithm": {
        "esp-des": "RFC 8221 section 5: DES must not be used",
        "esp-3des": "RFC 8221 section 5: 3DES should not be used",
        "esp-null": "it does not encrypt at all; RFC 8221 section 5 has it for authentication only",
    },
    "ipsec_authentication_algorithm": {"esp-md5-hmac": "RFC 8221 section 6: HMAC-MD5 must not be used"},
}
# what the service takes where nothing is said, if that is weak (CreateVpnTunnel, Request Parameters)
WEAK_DEFAULTS = {"ike_authentication_algorithm": "md5", "ike_dh_group": 1}
SHORTEST_STRONG_KEY = 16


def _type(wanted: Item) -> str | None:
    value = wanted.get("type")
    return None if value is None else fold(RESOURCE.field("type").canonical(value))


def _encode_type(value: str, wanted: Item) -> str:
    """Gateways of version 2.0 spell plain IPsec in lower case."""
    return "ipsec" if value == "Ipsec" and wanted.get("vpn_gateway_version") == "2.0" else value


def _check(wanted: Item, complete: bool) -> list[str]:
    """Which options belong to which type (CreateVpnTunnel, VpnGreIp and following; the vendor's rules for 2.0)."""
    kind, found = _type(wanted), []

    def given(*options: str) -> list[str]:
        return [option for option in options if wanted.get(option) is not None]

    def lacking(*options: str) -> list[str]:
        return [option for option in options if wanted.get(option) is None]

    if kind is None:
        return []
    if kind != "greoveripsec":
        found += [f"{option} is only for type GreOverIpsec" for option in given(*GRE_ADDRESSES, *HA_GRE_ADDRESSES)]
    elif complete:
        found += [f"{option} is required with type GreOverIpsec" for option in lacking(*GRE_ADDRESSES)]
        if given(*HA_GRE_ADDRESSES):
            found += [f"{option} is required with the other HA address" for option in lacking(*HA_GRE_ADDRESSES)]
    if kind != "routeipsec":
        found += [f"{option} is only for type route_ipsec" for option in given(*PEER_ADDRESSES)]
        if wanted.get("open_health_check"):
            found.append("open_health_check is only for type route_ipsec")
        if wanted.get("ha_mode") is not None and fold(wanted["ha_mode"]) == "activestandby":
            found.append("ha_mode active_standby is only for type route_ipsec")
    elif complete:
        found += [f"{option} is required with type route_ipsec" for option in lacking(*PEER_ADDRESSES, "ike_version")]
    return found


# Which types of tunnel a gateway of each version has (CreateVpnTunnel, Type; the vendor's rules for 2.0), folded
_TYPES_OF_VERSION = {"1.0": ("greoveripsec", "ipsec"), "2.0": ("routeipsec", "ipsec")}
_VERSION_OF_SPELLING = {"GreOverIpsec": "1.0", "Ipsec": "1.0", "route_ipsec": "2.0", "ipsec": "2.0"}


def _inherits(parents: Parents, old: Item) -> Item:
    """A tunnel has the version of its gateway. If that does not tell it, an older tunnel there may, or its spelling."""
    version = parents.get("vpn_gateway", {}).get("vpn_gateway_version") or old.get("vpn_gateway_version")
    if version is None:
        version = _VERSION_OF_SPELLING.get(str(old.get(f"{AS_WRITTEN}type")))
    return {} if version is None else {"vpn_gateway_version": version}


def _fits(options: Item, parents: Parents, inherited: Item) -> list[str]:
    """What the gateway's version and the customer gateway's second address ask for.

    CreateVpnTunnel, HaVpnGreIp: required for GreOverIpsec "in HA mode", which a second address stands for.
    """
    found = []
    kind, wanted = _type(options), options.get("vpn_gateway_version")
    version = inherited.get("vpn_gateway_version")
    if version is not None:
        if wanted is not None and not RESOURCE.field("vpn_gateway_version").same(version, wanted):
            found.append(f"vpn_gateway_version is {wanted!r}, but the VPN gateway has version {version}")
        known = {kind for kinds in _TYPES_OF_VERSION.values() for kind in kinds}
        if kind in known and kind not in _TYPES_OF_VERSION.get(version, known):
            found.append(f"type {options['type']!r} is not for VPN gateways of version {version}")
    if kind == "greoveripsec" and parents.get("customer_gateway", {}).get("ha_address"):
        found += [
            f"{option} is required, as the customer gateway has a second address (ha_address)"
            for option in HA_GRE_ADDRESSES
            if options.get(option) is None
        ]
    return found


def _can_have(option: str, value: t.Any, wanted: Item) -> bool:
    """Addresses belong to a type, the newer options to gateways of version 2.0, and the version to the gateway."""
    kind, version = _type(wanted), wanted.get("vpn_gateway_version")
    if option == "vpn_gateway_version":
        return False
    if option in (*GRE_ADDRESSES, *HA_GRE_ADDRESSES):
        return kind == "greoveripsec"
    if option in PEER_ADDRESSES or option == "open_health_check" or (option, value) == ("ha_mode", "active_standby"):
        return kind == "routeipsec"
    return option not in ("ike_version", "ha_mode") or version != "1.0"


def _advise(wanted: Item, creating: bool) -> list[str]:
    """Weak choices, and weak defaults of the service that a new tunnel would get."""
    found = []
    for option, reasons in WEAK.items():
        value, by_default = wanted.get(option), ""
        if value is None and creating:
            value, by_default = WEAK_DEFAULTS.get(option), ", the service's default,"
        reason = reasons.get(str(value).lower())
        if reason:
            found.append(f"{option} {value}{by_default} is weak: {reason}.")
    key = wanted.get("pre_shared_key")
    if key is not None and len(str(key)) < SHORTEST_STRONG_KEY:
        found.append(
            f"pre_shared_key has fewer than {SHORTEST_STRONG_KEY} characters: NIST SP 800-77 Rev. 1 wants "
            "at least 112 bits of strength."
        )
    return found


_ENCRYPTIONS = ("aes-cbc-192", "aes-cbc-256", "sm1-cbc-128", "sm4-cbc")


def _known(*values: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(values, ())


def _choice(option: str, wire: str, *values: str, also_read: tuple[str, ...] = ()) -> Field:
    return Field(option, wire, on_create=True, values=_known(*values), also_read=also_read)


RESOURCE = Resource(
    name="vpn_tunnel",
    noun="VPN tunnel",
    actions=lifecycle("VpnTunnel"),
    identity=Identity(scope=Scope("vpn_gateway", filter="vpn-gateway-id")),
    delete_interrupts=True,
    led_to_by="routes",
    moves=True,
    # Several GRE tunnels may lead to one device, each with a pair of addresses of its own; so may those by routes.
    one_of_a_kind=(
        Same(("vpn_gateway", "customer_gateway"), but=("vpn_gre_ip", "customer_gre_ip", "local_peer_ip")),
        Same(("vpn_gateway", "vpn_gre_ip", "customer_gre_ip")),
    ),
    leaving=("deleting",),
    check=_check,
    fits=_fits,
    inherits=_inherits,
    can_have=_can_have,
    advise=_advise,
    weak=WEAK,
    fields=(
        Field("name", "VpnTunnelName", on_create=True, on_modify=True, required=True),
        Field(
            "vpn_gateway",
            "VpnGatewayId",
            type="reference",
            on_create=True,
            required=True,
            refers_to=Reference(vpn_gateway.RESOURCE),
        ),
        Field(
            "customer_gateway",
            "CustomerGatewayId",
            type="reference",
            on_create=True,
            required=True,
            refers_to=Reference(customer_gateway.RESOURCE),
        ),
        Field(
            "type",
            "Type",
            on_create=True,
            required=True,
            values=_known("GreOverIpsec", "Ipsec", "route_ipsec"),
            encode=_encode_type,
        ),
        Field("vpn_gre_ip", "VpnGreIp", type="ipv4", on_create=True),
        Field("ha_vpn_gre_ip", "HaVpnGreIp", type="ipv4", on_create=True),
        Field("customer_gre_ip", "CustomerGreIp", type="ipv4", on_create=True),
        Field("ha_customer_gre_ip", "HaCustomerGreIp", type="ipv4", on_create=True),
        Field("pre_shared_key", "PreSharedKey", on_create=True, required=True, secret=True),
        _choice("ike_version", "IkeVersion", "v1", "v2"),
        _choice("ike_authentication_algorithm", "IkeAuthenAlgorithm", "md5", "sha"),
        # The answer's section spells it IkeDhGroup; the service, on the wire, does not.
        Field(
            "ike_dh_group",
            "IkeDHGroup",
            type="int",
            on_create=True,
            minimum=1,
            values=_known("1", "2", "5", "14", "24"),
            also_read=("IkeDhGroup",),
        ),
        _choice("ike_encryption_algorithm", "IkeEncryAlgorithm", "3des", "aes", "des", *_ENCRYPTIONS),
        # The answer's section spells them Ipssec*; no client of the service has ever seen that.
        _choice(
            "ipsec_encryption_algorithm",
            "IpsecEncryAlgorithm",
            *("esp-3des", "esp-aes", "esp-des", "esp-null", "esp-seal"),
            *_ENCRYPTIONS,
            also_read=("IpssecEncryAlgorithm",),
        ),
        _choice(
            "ipsec_authentication_algorithm",
            "IpsecAuthenAlgorithm",
            *("esp-md5-hmac", "esp-sha-hmac", "sha256", "sha384", "sha512", "sm3"),
            also_read=("IpssecAuthenAlgorithm",),
        ),
        Field(
            "ipsec_lifetime_kilobytes",
            "IpsecLifetimeTraffic",
            type="int",
            on_create=True,
            minimum=2560,
            maximum=4608000,
            also_read=("IpssecLifetimeTraffic",),
        ),
        Field(
            "ipsec_lifetime_seconds",
            "IpsecLifetimeSecond",
            type="int",
            on_create=True,
            minimum=120,
            maximum=2592000,
            also_read=("IpssecLifetimeSecond",),
        ),
        Field("enable_nat_traversal", "EnableNatTraversal", type="bool", on_create=True),
        _choice("ha_mode", "HaMode", "active_active", "active_standby"),
        Field("open_health_check", "OpenHealthCheck", type="bool", on_create=True),
        # The document's tunnel does not have them.
        Field("local_peer_ip", "LocalPeerIp", type="interface", on_create=True, may_lack=True),
        Field("customer_peer_ip", "CustomerPeerIp", type="interface", on_create=True, may_lack=True),
        Field("vpn_gateway_version", "VpnGatewayVersion", on_create=True, values={"1.0": ("1",), "2.0": ("2",)}),
        # Not called state, which is the task's own option.
        Field("status", "State"),
        Field("extra_cidr_set", "ExtraCidrSet", type="cidrs"),
        Field("create_time", "CreateTime", type="time"),
    ),
)
