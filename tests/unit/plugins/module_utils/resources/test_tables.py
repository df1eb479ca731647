# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables against the document, action by action and field by field. The lists are read off the document."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    RESOURCES,
    TUNNEL,
)

REQUESTS: dict[str, set[str]] = {
    "CreateVpnGateway": {"VpnGatewayName", "BandWidth", "VpcId", "ChargeType", "PurchaseTime", "ProjectId"},
    "ModifyVpnGateway": {"VpnGatewayId", "VpnGatewayName", "BandWidth"},
    "DeleteVpnGateway": {"VpnGatewayId"},
    "DescribeVpnGateways": {"VpnGatewayId", "Filter", "ProjectId"},
    "CreateVpnTunnel": {
        *("VpnTunnelName", "Type", "VpnGreIp", "HaVpnGreIp", "CustomerGreIp", "HaCustomerGreIp", "VpnGatewayId"),
        *("CustomerGatewayId", "PreSharedKey", "IkeAuthenAlgorithm", "IkeDHGroup", "IkeEncryAlgorithm"),
        *("IpsecEncryAlgorithm", "IpsecAuthenAlgorithm", "IpsecLifetimeTraffic", "IpsecLifetimeSecond"),
    },
    "ModifyVpnTunnel": {"VpnTunnelId", "VpnTunnelName"},
    "DeleteVpnTunnel": {"VpnTunnelId"},
    "DescribeVpnTunnels": {"VpnTunnelId", "Filter"},
    "CreateCustomerGateway": {"CustomerGatewayAddress", "HaCustomerGatewayAddress", "CustomerGatewayName"},
    "ModifyCustomerGateway": {
        *("CustomerGatewayId", "CustomerGatewayName", "CustomerGatewayAddress", "HaCustomerGatewayAddress"),
    },
    "DeleteCustomerGateway": {"CustomerGatewayId"},
    "DescribeCustomerGateways": {"CustomerGatewayId", "Filter"},
}
# what came after the document (service-facts, sections 3 and 4)
NEWER: dict[str, set[str]] = {
    "CreateVpnGateway": {"VpnGatewayVersion"},
    "CreateVpnTunnel": {
        *("VpnGatewayVersion", "IkeVersion", "HaMode", "OpenHealthCheck", "LocalPeerIp", "CustomerPeerIp"),
        "EnableNatTraversal",
    },
}
ANSWERS: dict[str, set[str]] = {
    "VpnGateway": {
        *("CreateTime", "VpnGatewayId", "VpnGatewayName", "BandWidth", "VpcId", "GatewayAddress", "HaGatewayAddress"),
        "RemoteCidrSet",
    },
    "VpnTunnel": {
        *("CreateTime", "State", "Type", "VpnTunnelId", "VpnGreIp", "CustomerGreIp", "HaVpnGreIp", "HaCustomerGreIp"),
        *("VpnGatewayId", "CustomerGatewayId", "VpnTunnelName", "PreSharedKey", "IkeAuthenAlgorithm", "IkeDhGroup"),
        *("IkeEncryAlgorithm", "IpssecEncryAlgorithm", "IpssecAuthenAlgorithm", "IpssecLifetimeTraffic"),
        *("IpssecLifetimeSecond", "ExtraCidrSet"),
    },
    "CustomerGateway": {
        *("CreateTime", "CustomerGatewayId", "CustomerGatewayAddress", "HaCustomerGatewayAddress"),
        "CustomerGatewayName",
    },
}
_BOTH = {"aes-cbc-192", "aes-cbc-256", "sm1-cbc-128", "sm4-cbc"}
VALUES: dict[tuple[str, str], set[str]] = {
    ("vpn_gateway", "ChargeType"): {"Monthly", "Daily"},
    ("vpn_tunnel", "Type"): {"GreOverIpsec", "Ipsec"},
    ("vpn_tunnel", "IkeAuthenAlgorithm"): {"md5", "sha"},
    ("vpn_tunnel", "IkeDHGroup"): {"1", "2", "5"},
    ("vpn_tunnel", "IkeEncryAlgorithm"): {"3des", "aes", "des", *_BOTH},
    ("vpn_tunnel", "IpsecEncryAlgorithm"): {"esp-3des", "esp-aes", "esp-des", "esp-null", "esp-seal", *_BOTH},
    ("vpn_tunnel", "IpsecAuthenAlgorithm"): {"esp-md5-hmac", "esp-sha-hmac", "sha256", "sha384", "sha512", "sm3"},
}
LATER_VALUES = {"Type": {"route_ipsec"}, "IkeDHGroup": {"14", "24"}}
RANGES = {"IpsecLifetimeTraffic": (2560, 4608000), "IpsecLifetimeSecond": (120, 2592000), "BandWidth": (1, None)}
REQUIRED = {
    "CreateVpnGateway": {"BandWidth", "VpcId", "ChargeType"},
    "CreateVpnTunnel": {"Type", "VpnGatewayId", "CustomerGatewayId", "PreSharedKey"},
    "CreateCustomerGateway": {"CustomerGatewayAddress", "CustomerGatewayName"},
}


def everything(resource: Resource) -> dict[str, t.Any]:
    """A value for every option, whether they fit each other or not."""
    return {field.option: 1 if field.type == "int" else "x" for field in resource.fields}


def test_the_twelve_actions() -> None:
    assert {action.name for resource in RESOURCES for action in resource.actions} == set(REQUESTS)
    assert len(REQUESTS) == 12


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_requests(resource: Resource) -> None:
    created, modified = resource.actions.create.name, resource.actions.modify.name
    assert set(resource.parameters(everything(resource), "Create")) == REQUESTS[created] | NEWER.get(created, set())
    sent = {resource.id_wire, *resource.parameters(everything(resource), "Modify")}
    assert sent == REQUESTS[modified]
    assert resource.id_wire in REQUESTS[resource.actions.delete.name] & REQUESTS[resource.actions.describe.name]
    assert resource.by_project == ("ProjectId" in REQUESTS[resource.actions.describe.name])
    required = {field.wire for field in resource.fields if field.required}
    # The document lets names be left out, but then nothing can find the resource again.
    assert required - {resource.field("name").wire} == REQUIRED[created] - {resource.field("name").wire}
    assert resource.field("name").required


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_answers(resource: Resource) -> None:
    fields = ANSWERS[resource.actions.create.result]
    raw: dict[str, t.Any] = {name: f"value of {name}" for name in fields}
    item = resource.read(raw)
    shown = resource.public(item, secrets=True)
    assert sorted(str(value) for value in shown.values() if value not in (None, [])) == sorted(
        str([text]) if name.endswith("CidrSet") else text for name, text in raw.items()
    )
    assert item["id"] == f"value of {resource.id_wire}"
    known = {name for field in resource.fields for name in (field.wire, *field.also_read)}
    assert fields - known == {resource.id_wire}
    assert resource.actions.describe.result in ("VpnGatewaySet", "VpnTunnelSet", "CustomerGatewaySet")


@pytest.mark.parametrize(("resource", "wire"), VALUES, ids=str)
def test_values(resource: str, wire: str) -> None:
    table = next(each for each in RESOURCES if each.name == resource)
    field = next(field for field in table.fields if field.wire == wire)
    assert set(field.values or ()) == VALUES[resource, wire] | LATER_VALUES.get(wire, set())


@pytest.mark.parametrize("wire", RANGES)
def test_ranges(wire: str) -> None:
    field = next(field for resource in RESOURCES for field in resource.fields if field.wire == wire)
    assert (field.minimum, field.maximum) == RANGES[wire]
    assert field.type == "int"


def test_what_is_secret_and_what_interrupts() -> None:
    assert [field.option for resource in RESOURCES for field in resource.fields if field.secret] == ["pre_shared_key"]
    assert TUNNEL.delete_interrupts
    assert not GATEWAY.delete_interrupts
    assert {field.option for field in CUSTOMER.fields if field.interrupts} == {"address", "ha_address"}
    assert [use.by for use in GATEWAY.used_by + CUSTOMER.used_by] == ["VpnGatewayId", "CustomerGatewayId"]
