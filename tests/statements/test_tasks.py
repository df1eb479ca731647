# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements of the document about requests and answers, asked of the modules' core, working on the emulator."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from laws.world import RESOURCES, World, writes
from statements.table import ROOT

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ConfigurationError

GATEWAY = {"name": "main", "vpc_id": "vpc-1", "bandwidth": 10, "charge_type": "Daily"}
PEER = {"name": "office", "address": "203.0.113.9"}
TUNNEL = {
    "name": "tunnel",
    "vpn_gateway": "main",
    "customer_gateway": "office",
    "type": "Ipsec",
    "pre_shared_key": "example-key-not-real",
}
GRE = {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"}
HA_GRE = {"ha_vpn_gre_ip": "10.0.0.3", "ha_customer_gre_ip": "10.0.0.4"}


def make(world: World, *kinds: str, **options: Any) -> dict[str, Any]:
    """Create resources with the plain options, of the last kind with others as well; returns the last one."""
    plain = {"vpn_gateway": GATEWAY, "customer_gateway": PEER, "vpn_tunnel": TUNNEL}
    result: dict[str, Any] = {}
    for kind in kinds:
        result = world.task(kind, {**plain[kind], **(options if kind == kinds[-1] else {})})
        assert not result.get("failed"), result["msg"]
    world.take_requests()
    return result[kinds[-1]]


def sent(world: World, action: str) -> list[dict[str, Any]]:
    """The requests of one action since the last time, dry runs apart."""
    return [request for request in world.take_requests() if request["action"] == action and not request["dry_run"]]


def only(world: World, action: str, parameters: dict[str, Any]) -> None:
    """The one request of an action had these parameters, and none but the common ones beside."""
    (request,) = sent(world, action)
    assert request["parameters"] == {"Action": action, "Version": "2016-03-04", **parameters}


# --- requests of the writing actions --------------------------------------------------------------


def test_create_vpn_gateway(world: World) -> None:
    other = {"name": "other", "charge_type": "Monthly", "purchase_time": 3, "project_id": "7"}
    of_other = {"VpnGatewayName": "other", "ChargeType": "Monthly", "PurchaseTime": "3", "ProjectId": "7"}
    for options, more in (({}, {}), (other, of_other)):
        assert world.task("vpn_gateway", {**GATEWAY, **options})["changed"]
        expected = {"VpnGatewayName": "main", "BandWidth": "10", "VpcId": "vpc-1", "ChargeType": "Daily", **more}
        only(world, "CreateVpnGateway", expected)


@pytest.mark.parametrize("kind", ["vpn_gateway", "customer_gateway", "vpn_tunnel"])
def test_a_create_without_what_is_required_is_refused_and_nothing_is_written(world: World, kind: str) -> None:
    """Of each required parameter, and of the name, which the document lets be left out."""
    plain = {"vpn_gateway": GATEWAY, "customer_gateway": PEER, "vpn_tunnel": TUNNEL}[kind]
    make(world, "vpn_gateway", "customer_gateway")
    others = {**plain, "name": "another", **({} if kind != "vpn_gateway" else {"vpc_id": "vpc-2"})}
    for option in plain:
        result = world.task(kind, {name: value for name, value in others.items() if name != option})
        assert result["error"]["kind"] == "invalid_options", option
        assert option in result["msg"]
    assert writes(world.take_requests()) == []


def test_purchase_time_is_for_monthly_alone(world: World) -> None:
    """And up to 36 months: a limit of the vendor's other client, which the document does not have."""
    for options in (
        {"charge_type": "Monthly"},
        {"charge_type": "Daily", "purchase_time": 1},
        {"charge_type": "Monthly", "purchase_time": 37},
    ):
        result = world.task("vpn_gateway", {**GATEWAY, **options})
        assert result["error"]["kind"] == "invalid_options"
        assert "purchase_time" in result["msg"]
    assert writes(world.take_requests()) == []
    longer = {"charge_type": "Monthly", "purchase_time": 48, "allow_unknown_values": True}
    assert world.task("vpn_gateway", {**GATEWAY, **longer})["error"]["kind"] == "invalid_parameter"
    (request,) = sent(world, "CreateVpnGateway")
    assert request["parameters"]["PurchaseTime"] == "48"


def test_modify_vpn_gateway(world: World) -> None:
    identity = make(world, "vpn_gateway")["id"]
    for options, changed in (
        ({"name": "new"}, {"VpnGatewayName": "new"}),
        ({"bandwidth": 20}, {"BandWidth": "20"}),
        ({"name": "newer", "bandwidth": 5}, {"VpnGatewayName": "newer", "BandWidth": "5"}),
    ):
        assert world.task("vpn_gateway", {"id": identity, **options})["changed"]
        only(world, "ModifyVpnGateway", {"VpnGatewayId": identity, **changed})


@pytest.mark.parametrize(("first", "other"), [("Daily", "Monthly"), ("Monthly", "Daily")])
def test_how_a_gateway_is_paid_can_not_be_changed(world: World, first: str, other: str) -> None:
    months = {"purchase_time": 1} if first == "Monthly" else {}
    identity = make(world, "vpn_gateway", charge_type=first, **months)["id"]
    result = world.task("vpn_gateway", {"id": identity, "charge_type": other})
    assert (result["error"]["kind"], result["error"]["options"]) == ("immutable_change", ["charge_type"])
    assert writes(world.take_requests()) == []


@pytest.mark.parametrize("charge_type", ["Monthly", "Daily"])
def test_only_daily_gateways_shrink(world: World, charge_type: str) -> None:
    months = {"purchase_time": 1} if charge_type == "Monthly" else {}
    identity = make(world, "vpn_gateway", charge_type=charge_type, **months)["id"]
    result = world.task("vpn_gateway", {"id": identity, "bandwidth": 5})
    assert bool(result.get("failed")) == (charge_type == "Monthly")
    assert len(writes(world.take_requests())) == (0 if charge_type == "Monthly" else 1)
    assert world.task("vpn_gateway", {"id": identity, "bandwidth": 20})["changed"]


def test_create_vpn_tunnel(world: World) -> None:
    """All that the document has, each under its name of the request; the key is masked by the emulator."""
    gateway, peer = (make(world, kind)["id"] for kind in ("vpn_gateway", "customer_gateway"))
    options = {
        "ike_authentication_algorithm": "sha",
        "ike_dh_group": 5,
        "ike_encryption_algorithm": "3des",
        "ipsec_encryption_algorithm": "esp-seal",
        "ipsec_authentication_algorithm": "sm3",
        "ipsec_lifetime_kilobytes": 2560,
        "ipsec_lifetime_seconds": 120,
    }
    assert world.task("vpn_tunnel", {**TUNNEL, **GRE, **HA_GRE, **options})["changed"]
    expected = {
        "VpnTunnelName": "tunnel",
        "Type": "GreOverIpsec",
        "VpnGreIp": "10.0.0.1",
        "HaVpnGreIp": "10.0.0.3",
        "CustomerGreIp": "10.0.0.2",
        "HaCustomerGreIp": "10.0.0.4",
        "VpnGatewayId": gateway,
        "CustomerGatewayId": peer,
        "PreSharedKey": "***",
        "IkeAuthenAlgorithm": "sha",
        "IkeDHGroup": "5",
        "IkeEncryAlgorithm": "3des",
        "IpsecEncryAlgorithm": "esp-seal",
        "IpsecAuthenAlgorithm": "sm3",
        "IpsecLifetimeTraffic": "2560",
        "IpsecLifetimeSecond": "120",
    }
    (request,) = sent(world, "CreateVpnTunnel")
    assert (request["method"], request["parameters_in"]["query"]) == ("POST", [])
    assert request["parameters"] == {"Action": "CreateVpnTunnel", "Version": "2016-03-04", **expected}


def test_what_a_tunnel_task_leaves_out_is_not_sent(world: World) -> None:
    """So that the service's defaults hold."""
    gateway, peer = (make(world, kind)["id"] for kind in ("vpn_gateway", "customer_gateway"))
    assert world.task("vpn_tunnel", TUNNEL)["changed"]
    parents = {"VpnGatewayId": gateway, "CustomerGatewayId": peer}
    expected = {"VpnTunnelName": "tunnel", "Type": "Ipsec", "PreSharedKey": "***", **parents}
    only(world, "CreateVpnTunnel", expected)


@pytest.mark.parametrize("missing", ["vpn_gre_ip", "customer_gre_ip"])
def test_gre_over_ipsec_needs_its_addresses(world: World, missing: str) -> None:
    make(world, "vpn_gateway", "customer_gateway")
    wanted = {name: value for name, value in {**TUNNEL, **GRE}.items() if name != missing}
    result = world.task("vpn_tunnel", wanted)
    assert result["error"]["kind"] == "invalid_options"
    assert f"{missing} is required" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("missing", [["ha_vpn_gre_ip"], ["ha_customer_gre_ip"], [*HA_GRE]])
def test_gre_over_ipsec_in_ha_mode_needs_the_second_pair(world: World, missing: list[str], check: bool) -> None:
    """HA mode is that of the customer gateway: it has a second address."""
    make(world, "vpn_gateway")
    make(world, "customer_gateway", ha_address="203.0.113.10")
    wanted = {name: value for name, value in {**TUNNEL, **GRE, **HA_GRE}.items() if name not in missing}
    result = world.task("vpn_tunnel", wanted, check=check)
    assert result["error"]["kind"] == "invalid_options"
    assert all(f"{option} is required" in result["msg"] for option in missing)
    assert not world.task("vpn_tunnel", {**TUNNEL, **GRE, **HA_GRE}, check=check).get("failed")


def test_a_new_tunnel_of_ipsec_is_refused_with_gre_addresses(world: World) -> None:
    """The document lets them be left out there; nobody has a use for them."""
    make(world, "vpn_gateway", "customer_gateway")
    for option, value in {**GRE, **HA_GRE}.items():
        if option != "type":
            result = world.task("vpn_tunnel", {**TUNNEL, option: value})
            assert f"{option} is only for type GreOverIpsec" in result["msg"]
    assert writes(world.take_requests()) == []


@pytest.mark.parametrize("kind", ["Ipsec", "IpsecOverGre"])
def test_a_tunnel_that_no_task_could_make_is_given_back(world: World, kind: str) -> None:
    """Of the type that only answers have, or with addresses that its type does not need: nothing to change."""
    make(world, "vpn_gateway", "customer_gateway")
    addresses = {"VpnGreIp": "10.0.0.1", "CustomerGreIp": "10.0.0.2"}
    world.emulator.seed(VpnTunnelSet=[{"VpnTunnelName": "there", "Type": kind, **addresses}])
    (item,) = world.info("vpn_tunnel")
    assert (item["type"], item["vpn_gre_ip"], item["customer_gre_ip"]) == (kind, "10.0.0.1", "10.0.0.2")
    given = {option: item[option] for option in ("id", "name", "type", "vpn_gre_ip", "customer_gre_ip")}
    result = world.task("vpn_tunnel", given)
    assert (result.get("msg"), result["changed"]) == (None, False)


def test_modify_vpn_tunnel(world: World) -> None:
    """The name alone; all else is refused, or takes a replacement."""
    identity = make(world, "vpn_gateway", "customer_gateway", "vpn_tunnel")["id"]
    assert world.task("vpn_tunnel", {"id": identity, "name": "new"})["changed"]
    only(world, "ModifyVpnTunnel", {"VpnTunnelId": identity, "VpnTunnelName": "new"})
    result = world.task("vpn_tunnel", {"id": identity, "ike_dh_group": 2})
    assert result["error"]["kind"] == "immutable_change"


def test_create_customer_gateway(world: World) -> None:
    """The second address is sent where there is one."""
    assert world.task("customer_gateway", PEER)["changed"]
    plain = {"CustomerGatewayName": "office", "CustomerGatewayAddress": "203.0.113.9"}
    only(world, "CreateCustomerGateway", plain)
    assert world.task("customer_gateway", {**PEER, "name": "two", "ha_address": "203.0.113.10"})["changed"]
    second = {"CustomerGatewayName": "two", "HaCustomerGatewayAddress": "203.0.113.10"}
    only(world, "CreateCustomerGateway", {**plain, **second})


def test_a_service_that_requires_the_second_address(world: World) -> None:
    """As the document prints it: the refusal names it, and with it the task is done."""
    world.emulator.configure(require_ha_customer_gateway_address=True)
    refused = world.task("customer_gateway", PEER)
    assert refused["error"]["kind"] == "invalid_parameter"
    assert (
        "Where HaCustomerGatewayAddress is asked for and there is no second address, repeat the first" in refused["msg"]
    )
    assert world.task("customer_gateway", {**PEER, "ha_address": PEER["address"]})["changed"]


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"name": "new"}, {"CustomerGatewayName": "new"}),
        ({"address": "198.51.100.1"}, {"CustomerGatewayAddress": "198.51.100.1"}),
        ({"ha_address": "198.51.100.2"}, {"HaCustomerGatewayAddress": "198.51.100.2"}),
    ],
)
def test_modify_customer_gateway(world: World, options: dict[str, Any], changed: dict[str, Any]) -> None:
    identity = make(world, "customer_gateway")["id"]
    assert world.task("customer_gateway", {"id": identity, **options})["changed"]
    only(world, "ModifyCustomerGateway", {"CustomerGatewayId": identity, **changed})


@pytest.mark.parametrize("kind", ["vpn_tunnel", "customer_gateway", "vpn_gateway"])
def test_delete(world: World, kind: str) -> None:
    """By the id, and nothing else."""
    parents = ("vpn_gateway", "customer_gateway") if kind == "vpn_tunnel" else ()
    identity, resource = make(world, *parents, kind)["id"], RESOURCES[kind]
    result = world.task(kind, {"id": identity, "state": "absent"})
    assert result["changed"]
    only(world, resource.actions.delete.name, {resource.id_wire: identity})
    assert world.objects(resource) == []


# --- requests of Describe -------------------------------------------------------------------------


def selection(world: World, action: str) -> dict[str, Any]:
    """What a listing was narrowed by."""
    (request,) = sent(world, action)
    common = ("Action", "Version", "MaxResults")
    return {name: value for name, value in request["parameters"].items() if name not in common}


@pytest.mark.parametrize("kind", ["vpn_gateway", "vpn_tunnel", "customer_gateway"])
def test_listings_by_id_and_without(world: World, kind: str) -> None:
    """Without an id all of the region are asked for; with ids, those, numbered from 1."""
    resource = RESOURCES[kind]
    seeded = world.emulator.seed(**{resource.actions.describe.result: [{}, {}, {}]})[resource.actions.describe.result]
    ids = [item[resource.id_wire] for item in seeded]
    assert [item["id"] for item in world.info(kind)] == ids
    assert selection(world, resource.actions.describe.name) == {}
    assert [item["id"] for item in world.info(kind, ids=[ids[2], ids[0]])] == [ids[0], ids[2]]
    assert selection(world, resource.actions.describe.name) == {
        f"{resource.id_wire}.1": ids[2],
        f"{resource.id_wire}.2": ids[0],
    }


def test_filters_of_the_document(world: World) -> None:
    gateways = world.emulator.seed(VpnGatewaySet=[{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}])["VpnGatewaySet"]
    identity = gateways[1]["VpnGatewayId"]
    world.emulator.seed(VpnTunnelSet=[{"VpnGatewayId": item["VpnGatewayId"]} for item in gateways])
    world.take_requests()
    assert [item["id"] for item in world.info("vpn_gateway", vpc_id="vpc-2")] == [identity]
    assert selection(world, "DescribeVpnGateways") == {"Filter.1.Name": "vpc-id", "Filter.1.Value.1": "vpc-2"}
    assert [item["vpn_gateway"] for item in world.info("vpn_tunnel", vpn_gateway=identity)] == [identity]
    assert selection(world, "DescribeVpnTunnels") == {
        "Filter.1.Name": "vpn-gateway-id",
        "Filter.1.Value.1": identity,
    }
    # which filters there are for customer gateways, the document does not say: the user's go to the service as they are
    make(world, "customer_gateway")
    by_address = {"customer-gateway-address": ["203.0.113.9", "203.0.113.10"]}
    assert len(world.info("customer_gateway", filters=by_address)) == 1
    assert selection(world, "DescribeCustomerGateways") == {
        "Filter.1.Name": "customer-gateway-address",
        "Filter.1.Value.1": "203.0.113.9",
        "Filter.1.Value.2": "203.0.113.10",
    }


def test_projects(world: World) -> None:
    """A list, as all clients send it; without one the service looks into the default project."""
    world.emulator.seed(VpnGatewaySet=[{"VpnGatewayName": f"of {number}", "ProjectId": number} for number in "079"])
    assert [item["name"] for item in world.info("vpn_gateway")] == ["of 0"]
    assert selection(world, "DescribeVpnGateways") == {}
    assert [item["name"] for item in world.info("vpn_gateway", project_ids=["7", "9"])] == ["of 7", "of 9"]
    assert selection(world, "DescribeVpnGateways") == {"ProjectId.1": "7", "ProjectId.2": "9"}


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["return", "object", "both"])
@pytest.mark.parametrize("response_format", ["json", "xml"])
def test_a_change_is_read_back_whatever_it_is_answered_with(world: World, answer: str, response_format: str) -> None:
    make(world, "vpn_gateway", "customer_gateway", "vpn_tunnel")
    world.emulator.configure(modify_answer=answer)
    for kind, options in (
        ("vpn_gateway", {"name": "main", "bandwidth": 50}),
        ("customer_gateway", {"name": "office", "address": "198.51.100.1"}),
    ):
        result = world.task(kind, {**options, "response_format": response_format})
        assert result["changed"]
        assert options.items() <= result[kind].items()
        assert [call["action"][:8] for call in result["api_calls"]] == [
            "Describe",
            RESOURCES[kind].actions.modify.name[:8],
            "Describe",
        ]


@pytest.mark.parametrize("response_format", ["json", "xml"])
@pytest.mark.parametrize("signature", ["v4", "v4-query", "simplified"])
def test_requests_and_answers_are_utf_8(world: World, signature: str, response_format: str) -> None:
    """As the bytes that they are: neither side writes them as escapes."""
    named = {"name": "北京 é €", "address": "203.0.113.9"}
    way = {"signature_version": signature, "response_format": response_format}
    assert world.task("customer_gateway", {**named, **way})["changed"]
    assert [wire["CustomerGatewayName"] for wire in world.objects(RESOURCES["customer_gateway"])] == ["北京 é €"]
    again = world.task("customer_gateway", {**named, **way})
    assert (again["changed"], again["customer_gateway"]["name"]) == (False, "北京 é €")


@pytest.mark.parametrize("response_format", ["json", "xml"])
@pytest.mark.parametrize("legacy", [True, False])
def test_objects_as_the_document_prints_them(world: World, legacy: bool, response_format: str) -> None:
    """Every field of them is in the result, with its value, under its option's name or its own."""
    world.emulator.configure(gateway_answers="document", tunnel_answers="document", legacy_spelling=legacy)
    networks = ["10.1.0.0/16", "10.2.0.0/16"]
    values = {
        "VpnGatewayName": "printed",
        "BandWidth": 20,
        "VpcId": "vpc-1",
        "GatewayAddress": "198.51.100.7",
        "HaGatewayAddress": "198.51.100.8",
        "RemoteCidrSet": networks,
    }
    (gateway,) = world.emulator.seed(VpnGatewaySet=[values])["VpnGatewaySet"]
    (read,) = world.info("vpn_gateway", response_format=response_format)
    expected = {
        "id": gateway["VpnGatewayId"],
        "name": "printed",
        "bandwidth": 20,
        "vpc_id": "vpc-1",
        "gateway_address": "198.51.100.7",
        "ha_gateway_address": "198.51.100.8",
        "remote_cidr_set": networks,
        "create_time": gateway["CreateTime"],
    }
    assert expected.items() <= read.items()
    # what the document's object does not have is not known, which is not the same as a default
    assert all(read[option] is None for option in read.keys() - expected.keys())

    (tunnel,) = world.emulator.seed(
        VpnTunnelSet=[
            {
                "VpnTunnelName": "printed",
                "VpnGatewayId": gateway["VpnGatewayId"],
                "CustomerGatewayId": "some-id",
                "Type": "IpsecOverGre",
                "VpnGreIp": "10.0.0.1",
                "CustomerGreIp": "10.0.0.2",
                "HaVpnGreIp": "10.0.0.3",
                "HaCustomerGreIp": "10.0.0.4",
                "PreSharedKey": "example-key-not-real",
                "IkeAuthenAlgorithm": "sha",
                "IkeDHGroup": 5,
                "IkeEncryAlgorithm": "sm4-cbc",
                "IpsecEncryAlgorithm": "esp-null",
                "IpsecAuthenAlgorithm": "sm3",
                "IpsecLifetimeTraffic": 2560,
                "IpsecLifetimeSecond": 120,
                "ExtraCidrSet": networks,
            }
        ]
    )["VpnTunnelSet"]
    (read,) = world.info("vpn_tunnel", response_format=response_format, include_pre_shared_key=True)
    expected = {
        "id": tunnel["VpnTunnelId"],
        "name": "printed",
        "vpn_gateway": gateway["VpnGatewayId"],
        "customer_gateway": "some-id",
        "type": "IpsecOverGre",
        "vpn_gre_ip": "10.0.0.1",
        "customer_gre_ip": "10.0.0.2",
        "ha_vpn_gre_ip": "10.0.0.3",
        "ha_customer_gre_ip": "10.0.0.4",
        "pre_shared_key": "example-key-not-real",
        "ike_authentication_algorithm": "sha",
        "ike_dh_group": 5,
        "ike_encryption_algorithm": "sm4-cbc",
        "ipsec_encryption_algorithm": "esp-null",
        "ipsec_authentication_algorithm": "sm3",
        "ipsec_lifetime_kilobytes": 2560,
        "ipsec_lifetime_seconds": 120,
        "extra_cidr_set": networks,
        "status": "available",
        "create_time": tunnel["CreateTime"],
    }
    assert expected.items() <= read.items()

    values = {
        "CustomerGatewayName": "printed",
        "CustomerGatewayAddress": "203.0.113.9",
        "HaCustomerGatewayAddress": "203.0.113.10",
    }
    (peer,) = world.emulator.seed(CustomerGatewaySet=[values])["CustomerGatewaySet"]
    (read,) = world.info("customer_gateway", response_format=response_format)
    assert read == {
        "id": peer["CustomerGatewayId"],
        "name": "printed",
        "address": "203.0.113.9",
        "ha_address": "203.0.113.10",
        "create_time": peer["CreateTime"],
    }


DEFAULTS = {
    "ike_authentication_algorithm": ("IkeAuthenAlgorithm", "md5"),
    "ike_dh_group": ("IkeDHGroup", "1"),
    "ike_encryption_algorithm": ("IkeEncryAlgorithm", "aes"),
    "ipsec_encryption_algorithm": ("IpsecEncryAlgorithm", "esp-aes"),
    "ipsec_authentication_algorithm": ("IpsecAuthenAlgorithm", "esp-sha-hmac"),
    "ipsec_lifetime_kilobytes": ("IpsecLifetimeTraffic", "4608000"),
    "ipsec_lifetime_seconds": ("IpsecLifetimeSecond", "3600"),
}


@pytest.mark.parametrize("option", DEFAULTS)
def test_a_field_that_an_answer_leaves_out_is_not_known(world: World, option: str) -> None:
    """By the document it may be left out, and has a default. Nothing is replaced for that; it is named instead."""
    make(world, "vpn_gateway", "customer_gateway", "vpn_tunnel")
    world.emulator.configure(left_out=[DEFAULTS[option][0]])
    assert world.info("vpn_tunnel")[0][option] is None
    other: Any = {"ike_dh_group": 5, "ipsec_lifetime_kilobytes": 2560, "ipsec_lifetime_seconds": 120}.get(option, "sm3")
    wanted = {**TUNNEL, option: other, "allow_unknown_values": True, "on_immutable_change": "replace"}
    result = world.task("vpn_tunnel", wanted)
    assert (result.get("failed"), result["changed"], result["not_compared"]) == (None, False, [option])


def test_what_the_document_s_gateway_does_not_tell_is_named(world: World) -> None:
    """Neither how it is paid, nor its project, nor its version: not compared, and the result says so."""
    world.emulator.configure(gateway_answers="document")
    assert world.task("vpn_gateway", {**GATEWAY, "project_id": "7"})["changed"]
    again = world.task("vpn_gateway", {**GATEWAY, "charge_type": "Monthly", "purchase_time": 1, "project_id": "7"})
    assert not again.get("failed")
    assert not again["changed"]
    assert {"charge_type", "purchase_time"} <= set(again["not_compared"])


# --- defaults, and what is asked for before anything is sent ---------------------------------------


@pytest.mark.parametrize("option", DEFAULTS)
def test_defaults_of_a_tunnel(world: World, option: str) -> None:
    """What the page calls the service's default is what a tunnel gets where nothing is said."""
    wire, default = DEFAULTS[option]
    text = (ROOT / "plugins" / "modules" / "vpn_tunnel.py").read_text(encoding="utf-8")
    documented = yaml.safe_load(re.findall(r'"""(.*?)"""', text, flags=re.DOTALL)[0])["options"][option]
    assert f"The service's default is V({default})" in " ".join(documented["description"])
    make(world, "vpn_gateway", "customer_gateway", "vpn_tunnel")
    (tunnel,) = world.objects(RESOURCES["vpn_tunnel"])
    assert str(tunnel[wire]) == default


def test_a_region_has_to_be_named() -> None:
    """With every signature, though the simplified one has a default of the service's."""
    keys = {"access_key": "example", "secret_key": "example"}
    for signature in ("v4", "v4-query", "simplified"):
        with pytest.raises(ConfigurationError, match="region"):
            resolve({**keys, "signature_version": signature}, {})


@pytest.mark.parametrize("region", ["cn-beijing-6", "cn-beijing-fin", "eu-east-1", "cn-north-vip1", "a-new-one-7"])
def test_any_region_is_taken(region: str) -> None:
    """Which there are is on a page of the vendor's, and changes."""
    connection = resolve({"access_key": "example", "secret_key": "example", "region": region}, {})
    assert connection.endpoint_url == f"https://vpc.{region}.api.ksyun.com"


def test_defaults_of_the_connection(world: World) -> None:
    """V4 in the header, reads by GET and writes by POST, answers in JSON."""
    assert world.task("customer_gateway", PEER)["changed"]
    requests = world.take_requests()
    ways = {(request["action"][:8], request["method"], request["signature"], request["format"]) for request in requests}
    assert ways == {("Describe", "GET", "v4-header", "json"), ("CreateCu", "POST", "v4-header", "json")}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signature", ["v4", "v4-query", "simplified"])
def test_where_parameters_are(world: World, signature: str, method: str) -> None:
    """All of a GET in the query, all of a POST in the body, but for those of a V4 signature that has no header."""
    way = {"signature_version": signature, "request_method": method}
    assert world.task("customer_gateway", {**PEER, **way})["changed"]
    requests = world.take_requests()
    assert {request["method"] for request in requests} == {method, "POST"}
    for request in requests:
        query, body = request["parameters_in"]["query"], request["parameters_in"]["body"]
        own = [name for name in query if not name.startswith("X-Amz-")]
        assert (own if request["method"] == "POST" else body) == []
        assert any(name.startswith("X-Amz-") for name in query) == (signature == "v4-query")
        assert {"Action", "Version"} <= set(query + body)
        assert request["parameters"].get("Format") == ("json" if signature == "simplified" else None)
