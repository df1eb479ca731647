# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and objects of the wire for all resources: plain ones, and strategies for any."""

from __future__ import annotations

import typing as t
from ipaddress import IPv4Interface

from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import customer_gateway, vpn_gateway, vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field, Item, Resource
from ansible_collections.ksyun.vpn.tests.support import tables
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK

GATEWAY, CUSTOMER, TUNNEL = vpn_gateway.RESOURCE, customer_gateway.RESOURCE, vpn_tunnel.RESOURCE
RESOURCES = (GATEWAY, CUSTOMER, TUNNEL)  # those of the document
TABLES = tables.NAMED  # those with a name
ALL = tables.RESOURCES  # with routes, which are what they are by their place

TUNNEL_ID = "0c1d2e3f-0000-4000-8000-00000000d001"


def identity(resource: Resource, number: int = 1) -> str:
    """An id, with letters, so that it can be written in upper case."""
    return f"abcdef{list(ALL).index(resource.name):02x}-0000-4000-8000-{number:012x}"


# options that suffice to create each
OPTIONS: dict[str, Item] = {
    "vpn_gateway": {"name": "office", "vpc_id": "vpc-1", "bandwidth": 10, "charge_type": "Daily"},
    "customer_gateway": {"name": "branch", "address": "203.0.113.9"},
    "vpn_tunnel": {
        "name": "tunnel",
        "vpn_gateway": identity(GATEWAY),
        "customer_gateway": identity(CUSTOMER),
        "type": "Ipsec",
        "pre_shared_key": PSK,
    },
    "vpc_route": {
        "vpc_id": "vpc-1",
        "destination_cidr_block": "10.1.0.0/16",
        "vpn_tunnel": identity(TUNNEL),
    },
    "vpn_gateway_route": {
        "vpn_gateway": identity(GATEWAY),
        "destination_cidr_block": "10.1.0.0/16",
        "next_hop_type": "vpn_tunnel",
        "vpn_tunnel": identity(TUNNEL),
    },
}
# what the service takes where nothing is said
DEFAULTS: dict[str, Item] = {
    "vpn_gateway": {"vpn_gateway_version": "1.0"},
    "vpn_tunnel": {"ike_encryption_algorithm": "aes"},
}
# an option of each that can't be changed in place, and another value for it
IMMUTABLE: dict[str, tuple[str, t.Any]] = {
    "vpn_gateway": ("vpn_gateway_version", "2.0"),
    "vpn_tunnel": ("ike_encryption_algorithm", "aes-cbc-256"),
}


def wire(resource: Resource, number: int = 1, **options: t.Any) -> dict[str, t.Any]:
    """An object of the wire that was created with the plain options, and others."""
    return {
        resource.id_wire: identity(resource, number),
        "CreateTime": f"2026-01-02 03:04:{number:02d}",
        **resource.parameters({**OPTIONS[resource.name], **DEFAULTS.get(resource.name, {}), **options}, "Create"),
    }


def parents(kind: str) -> list[tuple[Resource, dict[str, t.Any]]]:
    """What the plain options of a resource refer to."""
    return [(resource, wire(resource)) for resource in (GATEWAY, CUSTOMER)] if kind == "vpn_tunnel" else []


texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
addresses = st.ip_addresses(v=4).map(str)
interfaces = st.builds("{}/{}".format, addresses, st.integers(0, 32))
networks = st.builds(lambda address: str(IPv4Interface(address).network), interfaces)
uuids = st.uuids().map(str)
hops = st.lists(st.fixed_dictionaries({"GatewayId": uuids, "GatewayName": texts}), min_size=1, max_size=1)
_BY_TYPE = {
    "str": texts,
    "word": texts,
    "bool": st.booleans(),
    "ipv4": addresses,
    "interface": interfaces,
    "cidr": networks,
    "reference": uuids,
    "time": st.datetimes().map(str),
    "hop_id": hops,
    "hop_name": hops,
    "cidrs": st.lists(interfaces, max_size=3),
}


def valid(field: Field) -> st.SearchStrategy[t.Any]:
    """Values that an option takes."""
    if field.values:
        known = st.sampled_from(list(field.values))
        return known.map(int) if field.type == "int" else known
    if field.type == "int":
        return st.integers(field.minimum, field.maximum if field.maximum is not None else 10_000)
    return _BY_TYPE[field.type]


def options_of(resource: Resource) -> st.SearchStrategy[Item]:
    """Any part of a resource's options, each valid by itself."""
    return st.fixed_dictionaries({}, optional={field.option: valid(field) for field in resource.settable})


def currents(resource: Resource) -> st.SearchStrategy[Item]:
    """Resources as they may be listed: any valid values, some absent, with fields that the table does not know."""
    objects = st.fixed_dictionaries(
        {
            resource.id_wire: uuids,
            **{resource.field(key).wire: valid(resource.field(key)) for key in resource.identity.by},
        },
        optional={
            **{field.wire: valid(field) for field in resource.fields if field.option not in resource.identity.by},
            "NatId": texts,
            "ServiceEndTime": st.just("2027-01-02 03:04:05"),
        },
    )
    return objects.map(resource.read)
