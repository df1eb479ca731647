# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated accounts: gateways of both generations in several projects and VPCs, their peers and tunnels of all types.

An account is written down in the service's own words. Its names are few, so that they are taken again and again; its
ids are fixed, so that it can be brought about twice.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from laws.strategies import addresses, names, secrets
from laws.world import NAMED, RESOURCES, Wire

GRE, ROUTE = "GreOverIpsec", "route_ipsec"
TYPES = {"1.0": (GRE, "Ipsec"), "2.0": (ROUTE, "ipsec")}
GRE_ADDRESSES = ("VpnGreIp", "CustomerGreIp")
HA_GRE_ADDRESSES = ("HaVpnGreIp", "HaCustomerGreIp")
PEERS = ("LocalPeerIp", "CustomerPeerIp")
# What depends on a tunnel's type and on the generation of its gateway, and so may change with them.
OF_TYPE = (*GRE_ADDRESSES, *HA_GRE_ADDRESSES, *PEERS, "IkeVersion", "HaMode", "OpenHealthCheck", "VpnGatewayVersion")
DEAD = "deadbeef-dead-4ead-8ead-00000000dead"  # an id that no account has
MISSING = "nobody's"  # a name that no account has
PROJECTS = ("0", "7")

ROUTES = tuple(sorted(RESOURCES.keys() - NAMED.keys()))  # what is called by a network, in its VPC or at its gateway
NETWORKS = ("10.8.0.0/16", "10.8.3.0/24", "192.168.7.0/24")

# The emulator's settings that stand for what the document leaves open, each with values that differ from the usual.
GUESSES: dict[str, tuple[Any, ...]] = {
    "dry_run_depth": ("full", "rights"),
    "charge_type_spelling": ("request",),
    "cidr_spelling": ("strings",),
    "legacy_spelling": (True,),
    "modify_answer": ("return", "object"),
    "page_size": (1, 2),
    "first_page": ("empty",),
    "empty_filter": ("everything",),
    "filters_ignored": (True,),
    "projects_ignored": (True,),
    "customer_gateway_filters": (False,),
    "gateway_answers": ("document",),
    "tunnel_answers": ("document",),
    "show_pre_shared_key": (False,),
    "left_out": (("ChargeType",), ("VpnGatewayVersion", "ProjectId"), ("IkeVersion", "EnableNatTraversal")),
    "id_case": ("upper-in-create-answers",),
    "dh_groups": ("document",),
    "foreign_fields": ("refused", "refused", "refused"),
    "in_use_checked": (False,),
    "create_tunnel_by_get": (True,),
    "require_ha_customer_gateway_address": (True,),
    "not_found_error": (
        {"code": "InvalidParameterValue", "status": 400, "message": "The {noun} {id} does not exist."},
        {"code": "INVALID_ACTION", "status": 404, "message": "Not Found"},
    ),
    "in_use_error": ({"code": "OperationDenied", "status": 409, "message": "{noun} {id}: has dependents"},),
}
# Those by which something else comes out than was asked for.
OTHERWISE: dict[str, tuple[Any, ...]] = {
    "stored_otherwise": (
        {"IkeDHGroup": {"2": "1", "5": "1", "14": "2", "24": "2"}},
        {"BandWidth": {"20": "5", "200": "100"}, "VpnGatewayVersion": {"2.0": "1.0"}},
    ),
    "name_rule": ("trimmed", "cut", "normalised"),
    "modify_ignored": (("CustomerGatewayAddress", "HaCustomerGatewayAddress"), ("BandWidth",)),
    "return_false": (("Delete*",), ("Modify*",)),
}
# The settings of every account, if there are any here: the campaign has one guess after another so.
FORCED: dict[str, Any] = {}
# Settings that stand for a guess, and that no law depends on; the campaign has them one at a time all the same.
INDIFFERENT: dict[str, tuple[Any, ...]] = {
    "signature_dates": ("document",),
    "host_must_be_signed": (False,),
    "clock_window": (120.0,),
    "tunnel_details": (True,),
    "remote_cidr_set": ("seeded",),
    "extra_cidr_set": ("routes",),
    "status_spelling": ("upper",),
    "status_without_master": ("both", "refused"),
    "status_of_unknown": ("refused",),
    "route_next_hop": ("gateway",),
    "next_hop_names": ("as created",),
    "gateway_route_type": ("VpnGateway",),
    "instance_id_filter": ("all",),
    "route_tables": ("ignored",),
    "nexthop_filter": ("id", "name"),
    "route_modify_answer": ("true",),
    "duplicate_routes": ("allowed",),
    "routes_of_deleted": ("dangling", "removed"),
    "vpc_route_beside": ("needed",),
    "quota_error": ({"code": "LimitReached", "status": 409, "message": "{noun}: no more"},),
    "duplicate_route_error": ({"code": "Conflict", "status": 409, "message": "{noun} to {id}: there"},),
    "system_route_error": ({"code": "Forbidden", "status": 403, "message": "{noun} {id}: the system's"},),
}
# Those of them that routes depend on.
OF_ROUTES: dict[str, tuple[Any, ...]] = {
    setting: INDIFFERENT[setting]
    for setting in (
        *("route_next_hop", "next_hop_names", "instance_id_filter", "route_tables", "nexthop_filter"),
        *("route_modify_answer", "duplicate_routes", "routes_of_deleted", "vpc_route_beside", "duplicate_route_error"),
    )
}
_REGIONAL = ("Description", "RouteTableId")  # of VPCs' routes
# What answers show of a gateway, and of a tunnel, if they are as the document prints them.
_DOCUMENT = {
    "gateway_answers": ("VpnGatewayName", "BandWidth", "VpcId"),
    "tunnel_answers": ("VpnTunnelName", "Type", *GRE_ADDRESSES, *HA_GRE_ADDRESSES, "VpnGatewayId", "CustomerGatewayId",
                       "PreSharedKey", "IkeAuthenAlgorithm", "IkeDHGroup", "IkeEncryAlgorithm", "IpsecEncryAlgorithm",
                       "IpsecAuthenAlgorithm", "IpsecLifetimeTraffic", "IpsecLifetimeSecond"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Account:
    """What there is, by the wire names of its sets; how the service behaves; and what the key may not call."""

    sets: dict[str, list[Wire]]
    settings: dict[str, Any]
    denied: tuple[str, ...] = ()

    def of(self, kind: str) -> list[Wire]:
        """All resources of a kind."""
        return self.sets.get(RESOURCES[kind].actions.describe.result, [])

    def shows(self, kind: str, wire_name: str) -> bool:
        """Whether answers about resources of a kind have a field."""
        whole = {"vpn_gateway": "gateway_answers", "vpn_tunnel": "tunnel_answers"}.get(kind, "")
        if self.settings.get(whole) == "document" and wire_name not in _DOCUMENT[whole]:
            return False
        if kind == "vpc_route" and wire_name in _REGIONAL and self.settings.get("route_tables") == "ignored":
            return False
        if kind in ROUTES and RESOURCES[kind].field(self._option(kind, wire_name)).refers_to is not None:
            if kind == "vpn_gateway_route":
                return wire_name == "VpnGatewayId"  # the other one is its hop, of which the name alone is told
            return wire_name == "VpnTunnelId" and self.settings.get("route_next_hop") != "gateway"
        if wire_name == "PreSharedKey" and not self.settings.get("show_pre_shared_key", True):
            return False
        return wire_name not in (*self.settings.get("left_out", ()), "PurchaseTime")

    @staticmethod
    def _option(kind: str, wire_name: str) -> str:
        return next(field.option for field in RESOURCES[kind].fields if field.wire == wire_name)

    @property
    def routed(self) -> bool:
        """Whether it is about routes: the tasks for it are."""
        return any(self.of(kind) for kind in ROUTES)

    def get(self, kind: str, identity: str) -> Wire:
        """The one with an id."""
        return next(wire for wire in self.of(kind) if wire[RESOURCES[kind].id_wire] == identity)


def identity(kind: str, number: int) -> str:
    """An id with letters in it, so that its case can be told."""
    return f"{zlib.crc32(kind.encode()) | 0xA0000000:08x}-f65b-464b-947a-fafb5cfb10{number:02x}"


def _with_id(kind: str, number: int, wire: Wire) -> Wire:
    return {RESOURCES[kind].id_wire: identity(kind, number), "CreateTime": f"2026-01-02 03:04:{number:02d}", **wire}


def _name(draw: st.DrawFn, called: Sequence[str], number: int) -> str:
    """A name of its own, mostly; names of this service are not unique."""
    return called[number] if draw(st.integers(0, 5)) else called[0]


@st.composite
def _gateway(draw: st.DrawFn, called: Sequence[str], number: int) -> Wire:
    wire = {
        "VpnGatewayName": _name(draw, called, number),
        "VpcId": draw(st.sampled_from(["vpc-1", "vpc-1", "vpc-2"])),
        "BandWidth": draw(st.sampled_from([5, 10, 100])),
        "ChargeType": draw(st.sampled_from(["Daily", "Daily", "Monthly"])),
        "ProjectId": draw(st.sampled_from(["0", "0", "0", "7"])),
        "VpnGatewayVersion": draw(st.sampled_from(["1.0", "2.0"])),
    }
    if wire["ChargeType"] == "Monthly":
        wire["PurchaseTime"] = 1
    return _with_id("vpn_gateway", number, wire)


@st.composite
def _customer(draw: st.DrawFn, called: Sequence[str], number: int) -> Wire:
    wire = {
        "CustomerGatewayName": _name(draw, called, number),
        "CustomerGatewayAddress": f"198.51.100.{number}",
        "HaCustomerGatewayAddress": draw(st.sampled_from(["", f"203.0.113.{number}"])),
    }
    return _with_id("customer_gateway", number, wire)


def _networks() -> st.SearchStrategy[str]:
    return st.builds("169.254.{}.{}/30".format, st.integers(0, 9), st.integers(1, 2))


@st.composite
def type_of_tunnel(draw: st.DrawFn, version: str, ha: bool) -> Wire:
    """A type that a gateway of a version takes, with all that belongs to it; C(ha): the peer has two addresses."""
    kind = draw(st.sampled_from(TYPES[version]))
    wire: Wire = {"Type": kind}
    if kind == GRE:
        wire |= {name: draw(addresses) for name in GRE_ADDRESSES}
        if ha or draw(st.integers(0, 3)) == 0:
            wire |= {name: draw(addresses) for name in HA_GRE_ADDRESSES}
    if kind == ROUTE:
        wire |= {name: draw(_networks()) for name in PEERS}
        wire["HaMode"] = draw(st.sampled_from(["active_active", "active_standby"]))
        wire["OpenHealthCheck"] = draw(st.booleans())
    if version == "2.0":
        wire["IkeVersion"] = draw(st.sampled_from(["v1", "v2"]))
    return wire


def algorithms() -> st.SearchStrategy[Wire]:
    """What a tunnel of any type can have, each field or not. From the table, so that a new one is here at once."""
    fields = {
        field.wire: values_of(field)
        for field in RESOURCES["vpn_tunnel"].settable
        if field.wire not in OF_TYPE and not field.required
    }
    return st.fixed_dictionaries({}, optional=fields)


def values_of(field: Any) -> st.SearchStrategy[Any]:
    """Values that the service takes for a field of a table which has a bounded type."""
    if field.values:
        return st.sampled_from([int(value) if field.type == "int" else value for value in field.values])
    if field.type == "bool":
        return st.booleans()
    if field.type == "int":
        return st.sampled_from(sorted({field.minimum or 0, (field.minimum or 0) + 1, field.maximum or 1000}))
    raise LookupError(f"no strategy for the type {field.type} of {field.option}: write one here")


@st.composite
def _tunnel(
    draw: st.DrawFn, gateways: Sequence[Wire], customers: Sequence[Wire], called: Sequence[str], number: int
) -> Wire:
    gateway, customer = draw(st.sampled_from(gateways)), draw(st.sampled_from(customers))
    wire = {
        "VpnTunnelName": _name(draw, called, number),
        "VpnGatewayId": gateway["VpnGatewayId"],
        "CustomerGatewayId": customer["CustomerGatewayId"],
        "PreSharedKey": draw(st.just("fake-pre-shared-key-0") | secrets.map("fake: {}".format)),
        **draw(type_of_tunnel(gateway["VpnGatewayVersion"], bool(customer["HaCustomerGatewayAddress"]))),
        **draw(algorithms()),
    }
    return _with_id("vpn_tunnel", number, wire)


@st.composite
def _routes(draw: st.DrawFn, gateways: Sequence[Wire], tunnels: Sequence[Wire]) -> dict[str, list[Wire]]:
    """Routes into the tunnels, each to another network, of VPCs and, where they can have them, of gateways."""
    sets: dict[str, list[Wire]] = {RESOURCES[kind].actions.describe.result: [] for kind in ROUTES}
    versions = {gateway["VpnGatewayId"]: gateway for gateway in gateways}
    for number, tunnel in enumerate(tunnels):
        gateway = versions[tunnel["VpnGatewayId"]]
        network = draw(st.sampled_from(NETWORKS))
        further = draw(st.sampled_from([{}, {"Description": "to the office"}]))
        if gateway["VpnGatewayVersion"] == "2.0":
            hop = {"NextHopType": "vpn_tunnel", "NextHopInstanceId": tunnel["VpnTunnelId"]}
            place, kind = {"VpnGatewayId": gateway["VpnGatewayId"], **hop}, "vpn_gateway_route"
        else:
            place, kind = {"VpcId": gateway["VpcId"], "VpnTunnelId": tunnel["VpnTunnelId"]}, "vpc_route"
        those = sets[RESOURCES[kind].actions.describe.result]
        scope = "VpnGatewayId" if kind == "vpn_gateway_route" else "VpcId"
        if all((other[scope], other["DestinationCidrBlock"]) != (place[scope], network) for other in those):
            those.append(_with_id(kind, number, {**place, "DestinationCidrBlock": network, **further}))
    return sets


def guesses(further: Mapping[str, tuple[Any, ...]] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """How a service may behave: mostly as usual, with at most three things otherwise. C(further): more of GUESSES."""
    if FORCED:
        return st.just(FORCED)
    known = {**GUESSES, **(further or {})}
    often = [setting for setting in ("dry_run_depth", "gateway_answers", "tunnel_answers") if setting in known]
    chosen = st.lists(st.sampled_from([*sorted(known), *often, *often]), max_size=3, unique=True)
    return chosen.flatmap(
        lambda some: st.fixed_dictionaries({setting: st.sampled_from(known[setting]) for setting in some})
    )


_NAMES = names.filter(str.strip)
NOTHING_DENIED: tuple[str, ...] = ()
_DENIED = (
    ("Create*", "Modify*", "Delete*"),
    ("Create*",),
    ("Delete*",),
    ("Modify*",),
    ("CreateVpnTunnel",),
    ("DescribeVpnTunnels",),
    ("DescribeVpnGateways",),
    ("DescribeCustomerGateways",),
)


@st.composite
def accounts(
    draw: st.DrawFn,
    *,
    least: int = 0,
    limited: bool = True,
    further: Mapping[str, tuple[Any, ...]] | None = None,
    routed: bool | None = False,
) -> Account:
    """Any account; C(least): how many of each kind there are at least; C(limited): its key may not be allowed all.

    C(routed): whether routes lead to its tunnels, None for both.
    """
    if routed is None:
        routed = draw(st.sampled_from([False, False, True]))
    if routed:
        least, further = max(least, 1), {**OF_ROUTES, **(further or {})}
    called = draw(st.just(("blue", "green", "red", "grey")) | st.lists(_NAMES, min_size=4, max_size=4).map(tuple))

    def up_to(*many: int) -> range:
        return range(max(least, draw(st.sampled_from(many))))

    gateways = [draw(_gateway(called, number)) for number in up_to(1, 2, 2, 3, 4, 0)]
    customers = [draw(_customer(called, number)) for number in up_to(1, 2, 2, 3, 0)]
    many = up_to(1, 1, 2, 3, 0) if gateways and customers else ()
    tunnels = [draw(_tunnel(gateways, customers, called, number)) for number in many]
    denied = draw(st.sampled_from([NOTHING_DENIED] * 12 + [*_DENIED])) if limited else NOTHING_DENIED
    sets = {"VpnGatewaySet": gateways, "CustomerGatewaySet": customers, "VpnTunnelSet": tunnels}
    if routed:
        sets |= draw(_routes(gateways, tunnels))
    return Account(sets, draw(guesses(further)), denied)
