# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what the service says, however it says it, and comparing as the service means it."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import (
    AS_WRITTEN,
    TASK_OPTIONS,
    Field,
    Resource,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.types import is_id, snake_case
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import resource_spec
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    IMMUTABLE,
    OPTIONS,
    RESOURCES,
    TABLES,
    TUNNEL,
    TUNNEL_ID,
    options_of,
    valid,
)

by_name = pytest.mark.parametrize("kind", TABLES)


# --- reading ----------------------------------------------------------------------------------

READ: tuple[tuple[Resource, str, t.Any, str, t.Any], ...] = (
    # service-facts, section 7: rows 1 to 3, 24, and section 3 for the types
    (TUNNEL, "Type", "Ipsec", "type", "Ipsec"),
    (TUNNEL, "Type", "ipsec", "type", "Ipsec"),
    (TUNNEL, "Type", "RouteIpsec", "type", "route_ipsec"),
    (TUNNEL, "Type", "route_ipsec", "type", "route_ipsec"),
    (TUNNEL, "Type", "gre_over_ipsec", "type", "GreOverIpsec"),
    (TUNNEL, "Type", "IpsecOverGre", "type", "IpsecOverGre"),
    (TUNNEL, "IkeDHGroup", "2", "ike_dh_group", 2),
    (TUNNEL, "IkeDHGroup", 2, "ike_dh_group", 2),
    (TUNNEL, "IkeDhGroup", 14, "ike_dh_group", 14),
    (TUNNEL, "IkeDhGroup", "24", "ike_dh_group", 24),
    (TUNNEL, "IpssecEncryAlgorithm", "esp-aes", "ipsec_encryption_algorithm", "esp-aes"),
    (TUNNEL, "IpssecAuthenAlgorithm", "SHA256", "ipsec_authentication_algorithm", "sha256"),
    (TUNNEL, "IpsecLifetimeTraffic", "4608000", "ipsec_lifetime_kilobytes", 4608000),
    (TUNNEL, "IpssecLifetimeTraffic", 2560, "ipsec_lifetime_kilobytes", 2560),
    (TUNNEL, "IpssecLifetimeSecond", "3600", "ipsec_lifetime_seconds", 3600),
    (TUNNEL, "EnableNatTraversal", "true", "enable_nat_traversal", True),
    (TUNNEL, "EnableNatTraversal", 0, "enable_nat_traversal", False),
    (TUNNEL, "OpenHealthCheck", "False", "open_health_check", False),
    (TUNNEL, "OpenHealthCheck", "unknown", "open_health_check", "unknown"),
    (TUNNEL, "HaMode", "ActiveStandby", "ha_mode", "active_standby"),
    (TUNNEL, "VpnGatewayVersion", 2, "vpn_gateway_version", "2.0"),
    (TUNNEL, "VpnGatewayVersion", 1.0, "vpn_gateway_version", "1.0"),
    (TUNNEL, "PreSharedKey", 12345678, "pre_shared_key", "12345678"),
    (TUNNEL, "CustomerGreIp", "", "customer_gre_ip", None),
    (TUNNEL, "LocalPeerIp", "", "local_peer_ip", None),
    (TUNNEL, "HaMode", "", "ha_mode", None),
    (TUNNEL, "IkeVersion", "", "ike_version", None),
    (TUNNEL, "State", "available", "status", "available"),
    (
        TUNNEL,
        "ExtraCidrSet",
        [{"CidrBlock": "10.0.0.0/8"}, "10.1.0.0/16"],
        "extra_cidr_set",
        ["10.0.0.0/8", "10.1.0.0/16"],
    ),
    (TUNNEL, "ExtraCidrSet", "", "extra_cidr_set", []),
    (TUNNEL, "ExtraCidrSet", None, "extra_cidr_set", []),
    (TUNNEL, "ExtraCidrSet", {"CidrBlock": "10.0.0.0/8"}, "extra_cidr_set", ["10.0.0.0/8"]),
    (GATEWAY, "ChargeType", "PrePaidByMonth", "charge_type", "Monthly"),
    (GATEWAY, "ChargeType", "PostPaidByDay", "charge_type", "Daily"),
    (GATEWAY, "ChargeType", "PostPaidByPeak", "charge_type", "PostPaidByPeak"),
    (GATEWAY, "BandWidth", "10", "bandwidth", 10),
    (GATEWAY, "BandWidth", "", "bandwidth", None),
    (GATEWAY, "BandWidth", "much", "bandwidth", "much"),
    (GATEWAY, "RemoteCidrSet", [{"CidrBlock": "10.0.0.0/8"}], "remote_cidr_set", ["10.0.0.0/8"]),
    (GATEWAY, "HaGatewayAddress", None, "ha_gateway_address", None),
    (CUSTOMER, "HaCustomerGatewayAddress", "", "ha_address", None),
    (CUSTOMER, "CustomerGatewayName", 7, "name", "7"),
)


@pytest.mark.parametrize(("resource", "wire", "raw", "option", "expected"), READ)
def test_every_spelling_is_read(resource: Resource, wire: str, raw: t.Any, option: str, expected: t.Any) -> None:
    value = resource.read({wire: raw})[option]
    assert value == expected
    assert type(value) is type(expected)


def test_the_present_name_goes_before_the_document_s() -> None:
    assert TUNNEL.read({"IkeDHGroup": "2", "IkeDhGroup": 5})["ike_dh_group"] == 2
    assert TUNNEL.read({"IkeDHGroup": None, "IkeDhGroup": 5})["ike_dh_group"] == 5


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@by_name
@given(data=st.data())
def test_anything_can_be_read(kind: str, data: st.DataObject) -> None:
    resource = TABLES[kind]
    names = [name for field in resource.fields for name in (field.wire, *field.also_read)]
    wires = st.sampled_from([*names, resource.id_wire]) | st.text("abAB", min_size=1, max_size=6)
    raw = data.draw(st.dictionaries(wires, any_json, max_size=6))
    item = resource.read(raw)
    assert set(resource.blank()) <= set(item)
    for name, value in raw.items():
        if name not in names and name != resource.id_wire and snake_case(name) not in resource.blank():
            assert snake_case(name) in item
            assert value in [raw[other] for other in raw if snake_case(other) == snake_case(name)]
    for field in resource.settable:  # and compared with anything
        field.same(item.get(field.option), data.draw(valid(field)))
    hidden = {field.option for field in resource.fields if field.secret}
    shown = {option for option in item if not option.startswith(AS_WRITTEN)}
    assert set(resource.public(item)) == shown - hidden
    assert set(resource.public(item, secrets=True)) == shown


def test_unknown_fields_come_back_in_snake_case() -> None:
    item = TUNNEL.read({"VpnTunnelId": TUNNEL_ID, "VpnGwlName": "g", "VpnMTunnelState": True, "Status": "hidden?"})
    assert item["vpn_gwl_name"] == "g"
    assert item["vpn_m_tunnel_state"] is True
    assert item["status"] is None
    assert item["id"] == TUNNEL_ID


SNAKES = {
    "IkeDHGroup": "ike_dh_group",
    "VpnGatewayId": "vpn_gateway_id",
    "HealthCheckLocalPeerCider": "health_check_local_peer_cider",
    "VPNTunnel": "vpn_tunnel",
    "Sha256Sum": "sha256_sum",
    "already_snake": "already_snake",
}


@pytest.mark.parametrize(("wire", "snake"), SNAKES.items())
def test_snake_case(wire: str, snake: str) -> None:
    assert snake_case(wire) == snake


def test_is_id() -> None:
    assert is_id(TUNNEL_ID)
    assert is_id(TUNNEL_ID.upper())
    assert not any(map(is_id, ("", "office", TUNNEL_ID + "0", TUNNEL_ID + "\n", "{" + TUNNEL_ID + "}")))


UNMISTAKABLE = (
    (GATEWAY, "charge_type", "Daily", "a-secret"),
    (GATEWAY, "gateway_address", "203.0.113.1", "a-secret"),
    (GATEWAY, "create_time", "2026-01-02 03:04:05", "a-secret"),
    (TUNNEL, "vpn_gateway", TUNNEL_ID, "a-secret"),
    (TUNNEL, "local_peer_ip", "169.254.10.1/30", "a-secret"),
    (TUNNEL, "ha_mode", "active_active", "a-secret"),
    (GATEWAY, "vpc_id", None, "a-secret"),
    (TUNNEL, "status", None, "a-secret"),
    (TUNNEL, "pre_shared_key", None, "a-secret"),
)


@pytest.mark.parametrize(("resource", "option", "plain", "doubtful"), UNMISTAKABLE)
def test_what_can_be_no_echo_of_a_secret(resource: Resource, option: str, plain: str | None, doubtful: str) -> None:
    field = resource.field(option)
    assert plain is None or field.unmistakable(plain)
    assert not field.unmistakable(doubtful)


# --- comparing --------------------------------------------------------------------------------


def spellings(field: Field, value: t.Any) -> list[t.Any]:
    """All ways to write a value that mean the same."""
    if field.type == "bool":
        return [value, str(value), str(value).lower(), str(value).upper()]
    if field.type == "int" and not field.values:
        return [value, str(value)]
    if field.values:
        others = [str(value), *field.values[str(value)]]
        found = [*others, *(other.upper() for other in others), *(other.replace("_", "") for other in others)]
        return [*found, value]
    if field.type == "reference":
        return [value, value.upper()]
    return [value]


compared = [(resource.name, field.option) for resource in RESOURCES for field in resource.settable if not field.secret]


@pytest.mark.parametrize(("kind", "option"), compared)
@given(data=st.data())
def test_same_is_an_equivalence_of_spellings(kind: str, option: str, data: st.DataObject) -> None:
    field = TABLES[kind].field(option)
    first, second = data.draw(valid(field)), data.draw(valid(field))
    for one in spellings(field, first):
        for other in spellings(field, first):
            assert field.same(one, other)
            assert field.same(field.read(one), other)
        for other in spellings(field, second):
            assert field.same(one, other) == field.same(other, one) == (first == second)
    assert not field.same(None, first)


def test_names_differ_in_case_and_underscores() -> None:
    name = GATEWAY.field("name")
    assert not name.same("Office", "office")
    assert not name.same("of_fice", "office")
    assert not GATEWAY.field("vpc_id").same("VPC", "vpc")


peers = TUNNEL.field("local_peer_ip")
ways = st.builds(
    lambda interface, way: way(interface),
    st.builds("{}/{}".format, st.ip_addresses(v=4), st.integers(0, 32)).map(ipaddress.IPv4Interface),
    st.sampled_from(
        [
            lambda interface: interface.with_prefixlen,
            lambda interface: interface.with_netmask,
            lambda interface: interface.with_hostmask,
            lambda interface: f"{interface.ip}/0{interface.network.prefixlen}",
        ]
    ),
)


@given(ways)
def test_what_is_accepted_as_a_peer_address_is_compared_as_one(text: str) -> None:
    if peers.fault(text, True) is None:
        sent = TUNNEL.parameters({"local_peer_ip": text}, "Create")["LocalPeerIp"]
        assert peers.same(ipaddress.IPv4Interface(text).with_prefixlen, text)
        assert sent == ipaddress.IPv4Interface(text).with_prefixlen


# --- sending ----------------------------------------------------------------------------------


@by_name
@given(data=st.data())
def test_only_what_the_action_has_is_sent(kind: str, data: st.DataObject) -> None:
    resource = TABLES[kind]
    wanted = data.draw(options_of(resource))
    for verb, has in (("Create", "on_create"), ("Modify", "on_modify")):
        sent = resource.parameters({**wanted, "id": "x", "nonsense": 1, "status": "x"}, verb)
        assert set(sent) == {f.wire for f in resource.fields if getattr(f, has) and f.option in wanted}
    assert resource.parameters(dict.fromkeys(wanted), "Create") == {}


@by_name
@given(data=st.data())
def test_what_is_sent_and_listed_is_the_same(kind: str, data: st.DataObject) -> None:
    resource = TABLES[kind]
    wanted = data.draw(options_of(resource))
    item = resource.read(resource.parameters(wanted, "Create"))
    for field in resource.settable:
        if field.option in wanted and field.returned:
            assert field.same(item[field.option], wanted[field.option]) or field.secret
    assert resource.faults(wanted, complete=False, strict=True) == resource.check(wanted, False)


@pytest.mark.parametrize("version", ["2.0", "2"])
@pytest.mark.parametrize("kind", ["Ipsec", "ipsec", "IPSEC"])
def test_gateways_of_version_2_spell_ipsec_in_lower_case(version: str, kind: str) -> None:
    sent = TUNNEL.parameters({"type": kind, "vpn_gateway_version": version}, "Create")
    assert sent == {"Type": "ipsec", "VpnGatewayVersion": "2.0"}


def test_gateways_of_version_1_spell_it_as_the_document() -> None:
    assert TUNNEL.parameters({"type": "ipsec", "vpn_gateway_version": "1"}, "Create")["Type"] == "Ipsec"
    assert TUNNEL.parameters({"type": "ipsec"}, "Create") == {"Type": "Ipsec"}
    assert (
        TUNNEL.parameters({"type": "gre_over_ipsec", "vpn_gateway_version": "2.0"}, "Create")["Type"] == "GreOverIpsec"
    )
    assert GATEWAY.parameters({"charge_type": "PostPaidByDay"}, "Create") == {"ChargeType": "Daily"}


@by_name
def test_the_plain_options_suffice(kind: str) -> None:
    resource = TABLES[kind]
    options = OPTIONS[resource.name]
    assert resource.missing(options) == []
    assert resource.missing({}) == [field.option for field in resource.fields if field.required]
    assert resource.faults(options, complete=True, strict=True) == []
    assert (resource.name in IMMUTABLE) == any(not field.on_modify for field in resource.settable)


def test_what_a_task_sets_beside_the_fields_is_no_field_of_an_answer() -> None:
    """An item may be given back as options: a field of these names would steer the task."""
    beside = set()
    for resource in RESOURCES:
        spec = resource_spec(resource)
        fields = {field.option for field in resource.fields} | {snake_case(field.wire) for field in resource.fields}
        names = {name for option, details in spec.items() for name in (option, *details.get("aliases", ()))}
        beside |= names - fields - {snake_case(resource.id_wire)}
    assert beside == TASK_OPTIONS
    item = CUSTOMER.read({"CustomerGatewayId": "an-id", "State": "available", "EndpointUrl": "http://elsewhere"})
    assert item["state_told"] == "available"
    assert not {"state", "endpoint_url"} & set(item)
