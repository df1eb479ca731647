# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings that choose what the service makes of values, and what its answers show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from service.client import Caller, Reply

from emulator.testing import ControlError, EmulatorHandle

_NOUNS = ("VpnGateway", "VpnTunnel", "CustomerGateway")
# "VpnGateway (VPN网关)" and "VpnTunnel (VPN通道信息)", field by field.
_DOCUMENT_GATEWAY = {
    "CreateTime",
    "VpnGatewayId",
    "VpnGatewayName",
    "BandWidth",
    "VpcId",
    "GatewayAddress",
    "HaGatewayAddress",
    "RemoteCidrSet",
}
_DOCUMENT_TUNNEL = {
    "CreateTime",
    "State",
    "Type",
    "VpnTunnelId",
    "VpnGreIp",
    "CustomerGreIp",
    "HaVpnGreIp",
    "HaCustomerGreIp",
    "VpnGatewayId",
    "CustomerGatewayId",
    "VpnTunnelName",
    "PreSharedKey",
    "IkeAuthenAlgorithm",
    "IkeDhGroup",
    "IkeEncryAlgorithm",
    "IpssecEncryAlgorithm",
    "IpssecAuthenAlgorithm",
    "IpssecLifetimeTraffic",
    "IpssecLifetimeSecond",
    "ExtraCidrSet",
}
_ROUTE = {"Type": "route_ipsec", "LocalPeerIp": "169.254.0.1/30", "CustomerPeerIp": "169.254.0.2/30"}


def _made(call: Caller, noun: str, **more: Any) -> dict[str, Any]:
    make = {"VpnGateway": call.gateway, "VpnTunnel": call.tunnel, "CustomerGateway": call.customer}[noun]
    return make(**more)


def _listed(call: Caller, noun: str, **parameters: Any) -> list[dict[str, Any]]:
    reply = call(f"Describe{noun}s", parameters=parameters)
    assert reply.status == 200, reply.body
    items: list[dict[str, Any]] = reply.json[noun + "Set"]
    return items


def test_stored_otherwise(emulator: EmulatorHandle, call: Caller) -> None:
    """A value is taken, and another of its type is stored; what is not named stays as it is."""
    emulator.configure(
        stored_otherwise={
            "IkeDHGroup": {"14": "2"},
            "BandWidth": {"10": 5},
            "EnableNatTraversal": {"true": "false"},
            "VpnGatewayName": {"gw": "other"},
        }
    )
    tunnel = call.tunnel(IkeDHGroup="14", EnableNatTraversal="true")
    assert (tunnel["IkeDHGroup"], tunnel["EnableNatTraversal"]) == ("2", False)
    assert call.tunnel(IkeDHGroup="5")["IkeDHGroup"] == "5"
    gateway = call.gateway(BandWidth="20", VpnGatewayName="gw")
    assert (gateway["BandWidth"], gateway["VpnGatewayName"]) == (20, "other")
    answer = call("ModifyVpnGateway", VpnGatewayId=gateway["VpnGatewayId"], BandWidth="10").json
    assert answer["Return"] is True
    assert answer["VpnGateway"]["BandWidth"] == 5
    assert emulator.state()["VpnGatewaySet"][-1]["BandWidth"] == 5


@pytest.mark.parametrize("noun", _NOUNS)
@pytest.mark.parametrize(
    ("rule", "sent", "stored"),
    [
        ("as sent", " office e\u0301 ", " office e\u0301 "),
        ("trimmed", " office\u3000", "office"),
        ("cut", "x" * 40, "x" * 32),
        ("normalised", "office e\u0301", "office \u00e9"),
    ],
)
def test_names(emulator: EmulatorHandle, call: Caller, noun: str, rule: str, sent: str, stored: str) -> None:
    """Of a name given at creation, and of one given later."""
    emulator.configure(name_rule=rule)
    name = noun + "Name"
    made = _made(call, noun, **{name: sent})
    assert made[name] == stored
    identity = {noun + "Id": made[noun + "Id"]}
    assert call("Modify" + noun, **identity, **{name: "between"}).json[noun][name] == "between"
    assert call("Modify" + noun, **identity, **{name: sent}).json[noun][name] == stored
    assert _listed(call, noun)[0][name] == stored


def test_modify_ignored(emulator: EmulatorHandle, call: Caller) -> None:
    """Accepted, and not changed; the other fields are."""
    emulator.configure(modify_ignored=["CustomerGatewayAddress", "HaCustomerGatewayAddress"])
    made = call.customer()
    wanted = {"CustomerGatewayName": "new", "CustomerGatewayAddress": "203.0.113.77"}
    answer = call("ModifyCustomerGateway", CustomerGatewayId=made["CustomerGatewayId"], **wanted).json
    assert answer["Return"] is True
    assert answer["CustomerGateway"] == {**made, "CustomerGatewayName": "new"}
    assert call(
        "ModifyCustomerGateway", CustomerGatewayId=made["CustomerGatewayId"], CustomerGatewayAddress="x"
    ).code == ("InvalidParameterValue")


def test_return_false(emulator: EmulatorHandle, call: Caller) -> None:
    """Answered with 200, and not done; reads, and what the pattern leaves out, are as ever."""
    gateway = call.gateway()
    identity = {"VpnGatewayId": gateway["VpnGatewayId"]}
    emulator.configure(return_false=["*VpnGateway*"])
    for action, parameters in (
        ("DeleteVpnGateway", identity),
        ("ModifyVpnGateway", {**identity, "VpnGatewayName": "new"}),
        ("CreateVpnGateway", {"VpcId": "vpc-1", "BandWidth": "5", "ChargeType": "Daily"}),
    ):
        reply = call(action, parameters=parameters)
        assert reply.status == 200
        assert list(reply.json) == ["RequestId", "Return"]
        assert reply.json["Return"] is False
        assert call(action, parameters=parameters, accept="*/*").xml.findtext("Return") == "false"
        assert emulator.requests()[-1]["committed"] is False
    assert call("DeleteVpnGateway", VpnGatewayId="x").code == "NoSuchEntity"
    assert _listed(call, "VpnGateway") == [gateway]
    assert call.customer()


def test_answers_of_the_document(emulator: EmulatorHandle, call: Caller) -> None:
    """Exactly its fields, in every answer; the tests see the others still."""
    emulator.configure(gateway_answers="document", tunnel_answers="document", legacy_spelling=True)
    gateway = call.gateway(ChargeType="Monthly", PurchaseTime=1, ProjectId="7")
    assert set(gateway) == _DOCUMENT_GATEWAY
    identity = {"VpnGatewayId": gateway["VpnGatewayId"]}
    assert set(call("ModifyVpnGateway", **identity, BandWidth=20).json["VpnGateway"]) == _DOCUMENT_GATEWAY
    assert set(_listed(call, "VpnGateway", ProjectId="7")[0]) == _DOCUMENT_GATEWAY
    assert emulator.state()["VpnGatewaySet"][0]["ChargeType"] == "PrePaidByMonth"
    version_2 = call.gateway(VpnGatewayVersion="2.0")["VpnGatewayId"]
    assert set(call.tunnel(VpnGatewayId=version_2, **_ROUTE)) == _DOCUMENT_TUNNEL
    emulator.configure(legacy_spelling=False)
    newer = {name.replace("Ipssec", "Ipsec").replace("IkeDhGroup", "IkeDHGroup") for name in _DOCUMENT_TUNNEL}
    assert set(_listed(call, "VpnTunnel")[0]) == newer


def test_pre_shared_key_hidden(emulator: EmulatorHandle, call: Caller) -> None:
    """From all answers, and not from the tests."""
    emulator.configure(show_pre_shared_key=False)
    tunnel = call.tunnel(PreSharedKey="example-key-7")
    assert "PreSharedKey" not in tunnel
    renamed = call("ModifyVpnTunnel", VpnTunnelId=tunnel["VpnTunnelId"], VpnTunnelName="new").json["VpnTunnel"]
    assert "PreSharedKey" not in renamed
    assert _listed(call, "VpnTunnel") == [renamed]
    assert b"PreSharedKey" not in call("DescribeVpnTunnels", accept="*/*").body
    assert emulator.state()["VpnTunnelSet"][0]["PreSharedKey"] == "example-key-7"


def test_left_out(emulator: EmulatorHandle, call: Caller) -> None:
    """Any field."""
    emulator.configure(left_out=["ChargeType", "HaCustomerGatewayAddress"])
    assert "ChargeType" not in call.gateway()
    assert "HaCustomerGatewayAddress" not in call.customer()
    assert "ChargeType" in emulator.state()["VpnGatewaySet"][0]


@pytest.mark.parametrize("noun", _NOUNS)
def test_id_case(emulator: EmulatorHandle, call: Caller, noun: str) -> None:
    """The answer to a create alone has it in upper case, and only as it is listed does it name anything."""
    ends = {}
    if noun == "VpnTunnel":
        ends = {
            "VpnGatewayId": call.gateway()["VpnGatewayId"],
            "CustomerGatewayId": call.customer()["CustomerGatewayId"],
        }
    emulator.configure(id_case="upper-in-create-answers")
    field = noun + "Id"
    created = _made(call, noun, **ends)[field]
    (listed,) = _listed(call, noun)
    assert created == listed[field].upper() != listed[field]
    assert _listed(call, noun, **{field + ".1": created}) == []
    assert _listed(call, noun, **{field + ".1": listed[field]}) == [listed]
    assert call("Modify" + noun, **{field: created}).code == "NoSuchEntity"
    assert call("Delete" + noun, **{field: created}).code == "NoSuchEntity"
    assert call("Delete" + noun, **{field: listed[field]}).status == 200


@pytest.mark.parametrize("mode", ["none", "everything"])
def test_empty_filter(emulator: EmulatorHandle, call: Caller, mode: str) -> None:
    """Nothing has an empty id or VPC; a service that passes over what is empty lists everything."""
    emulator.configure(empty_filter=mode)
    emulator.seed(VpnGatewaySet=[{"VpcId": "a"}, {"VpcId": "b"}, {"VpcId": "b", "ProjectId": "1"}])
    expected = 0 if mode == "none" else 2
    assert len(_listed(call, "VpnGateway", **{"VpnGatewayId.1": ""})) == expected
    empty = {"Filter.1.Name": "vpc-id", "Filter.1.Value.1": ""}
    assert len(_listed(call, "VpnGateway", **empty)) == expected
    assert len(_listed(call, "VpnGateway", **{"ProjectId.1": ""})) == expected
    assert len(_listed(call, "VpnGateway", **empty, **{"Filter.1.Value.2": "b"})) == 1
    both = {**empty, "Filter.2.Name": "vpc-id", "Filter.2.Value.1": "a"}
    assert len(_listed(call, "VpnGateway", **both)) == (0 if mode == "none" else 1)


def test_filters_ignored(emulator: EmulatorHandle, call: Caller) -> None:
    """Filters are looked at, and then not used; ids and projects are."""
    emulator.configure(filters_ignored=True)
    ids = [
        item["VpnGatewayId"]
        for item in emulator.seed(VpnGatewaySet=[{"VpcId": "a"}, {"VpcId": "b"}, {"ProjectId": "1"}])["VpnGatewaySet"]
    ]
    chosen = {"Filter.1.Name": "vpc-id", "Filter.1.Value.1": "a"}
    assert len(_listed(call, "VpnGateway", **chosen)) == 2
    assert len(_listed(call, "VpnGateway", **chosen, **{"VpnGatewayId.1": ids[1]})) == 1
    assert call("DescribeVpnGateways", parameters={"Filter.1.Name": "x"}).code == "InvalidQueryParameter"


def test_projects_ignored(emulator: EmulatorHandle, call: Caller) -> None:
    emulator.configure(projects={"7": "seven"})
    emulator.seed(VpnGatewaySet=[{"ProjectId": "0"}, {"ProjectId": "7"}])
    assert len(_listed(call, "VpnGateway", **{"ProjectId.1": "7"})) == 1
    emulator.configure(projects_ignored=True)
    assert len(_listed(call, "VpnGateway", **{"ProjectId.1": "7"})) == 2


def test_customer_gateway_filters(emulator: EmulatorHandle, call: Caller) -> None:
    """By each of its fields, or by none."""
    made = call.customer(CustomerGatewayName="a", HaCustomerGatewayAddress="203.0.113.10")
    call.customer(CustomerGatewayName="b", CustomerGatewayAddress="203.0.113.11")
    for name, field in (
        ("customer-gateway-id", "CustomerGatewayId"),
        ("customer-gateway-name", "CustomerGatewayName"),
        ("customer-gateway-address", "CustomerGatewayAddress"),
        ("ha-customer-gateway-address", "HaCustomerGatewayAddress"),
    ):
        chosen = {"Filter.1.Name": name, "Filter.1.Value.1": made[field]}
        assert _listed(call, "CustomerGateway", **chosen) == [made]
        emulator.configure(customer_gateway_filters=False)
        assert call("DescribeCustomerGateways", parameters=chosen).code == "InvalidQueryParameter"
        emulator.configure(customer_gateway_filters=True)


@pytest.mark.parametrize("noun", _NOUNS)
def test_first_page_is_empty(emulator: EmulatorHandle, call: Caller, noun: str) -> None:
    """It holds a token alone; from there on everything comes."""
    emulator.configure(first_page="empty")
    emulator.seed(**{noun + "Set": [{} for _number in range(3)]})
    first = call(f"Describe{noun}s", MaxResults=2).json
    assert (first[noun + "Set"], first["NextToken"]) == ([], "1")
    second = call(f"Describe{noun}s", MaxResults=2, NextToken=first["NextToken"]).json
    third = call(f"Describe{noun}s", MaxResults=2, NextToken=second["NextToken"]).json
    assert (len(second[noun + "Set"]), len(third[noun + "Set"])) == (2, 1)
    assert "NextToken" not in third


def test_dh_groups(emulator: EmulatorHandle, call: Caller) -> None:
    """The document's three, or all that are known."""
    emulator.configure(dh_groups="document")
    ends = _ends(call.tunnel(IkeDHGroup="5"))
    for group in ("14", "24"):
        reply = _tunnel(call, ends, IkeDHGroup=group)
        assert (reply.status, reply.code) == (400, "InvalidParameterValue")
        assert "IkeDHGroup" in reply.message


def _ends(tunnel: dict[str, Any]) -> dict[str, str]:
    return {name: tunnel[name] for name in ("VpnGatewayId", "CustomerGatewayId")}


def _tunnel(call: Caller, ends: dict[str, str], **more: str) -> Reply:
    return call("CreateVpnTunnel", parameters={"Type": "Ipsec", "PreSharedKey": "example-key", **ends, **more})


@pytest.mark.parametrize(
    ("version", "wanted", "foreign"),
    [
        ("1.0", {"Type": "Ipsec"}, {"IkeVersion": "v2"}),
        ("1.0", {"Type": "Ipsec"}, {"HaMode": "active_active"}),
        ("1.0", {"Type": "Ipsec"}, {"OpenHealthCheck": "false"}),
        ("1.0", {"Type": "Ipsec"}, {"LocalPeerIp": "169.254.0.1/30"}),
        ("1.0", {"Type": "Ipsec"}, {"VpnGreIp": "10.0.0.1"}),
        ("2.0", {"Type": "ipsec"}, {"CustomerPeerIp": "169.254.0.1/30"}),
        ("2.0", {"Type": "ipsec"}, {"HaCustomerGreIp": "10.0.0.1"}),
        ("2.0", _ROUTE, {"CustomerGreIp": "10.0.0.1"}),
    ],
)
def test_foreign_fields(
    emulator: EmulatorHandle, call: Caller, version: str, wanted: dict[str, str], foreign: dict[str, str]
) -> None:
    """What the type or the version has no use for is stored, or refused by its name."""
    gateway = call.gateway(VpnGatewayVersion=version)["VpnGatewayId"]
    ends = {"VpnGatewayId": gateway, "CustomerGatewayId": call.customer()["CustomerGatewayId"]}
    assert _tunnel(call, ends, **wanted, **foreign).status == 200
    emulator.configure(foreign_fields="refused")
    assert _tunnel(call, ends, **wanted).status == 200
    reply = _tunnel(call, ends, **wanted, **foreign)
    assert (reply.status, reply.code) == (400, "InvalidParameterValue")
    assert f"parameter {next(iter(foreign))}." in reply.message


def test_in_use_not_checked(emulator: EmulatorHandle, call: Caller) -> None:
    """A service that lets go what a tunnel needs."""
    tunnel = call.tunnel()
    assert call("DeleteCustomerGateway", CustomerGatewayId=tunnel["CustomerGatewayId"]).code == "DependencyViolation"
    emulator.configure(in_use_checked=False)
    assert call("DeleteCustomerGateway", CustomerGatewayId=tunnel["CustomerGatewayId"]).status == 200
    assert call("DeleteVpnGateway", VpnGatewayId=tunnel["VpnGatewayId"]).status == 200
    assert [item["VpnTunnelId"] for item in _listed(call, "VpnTunnel")] == [tunnel["VpnTunnelId"]]


def test_dry_run_of_rights_alone(emulator: EmulatorHandle, call: Caller) -> None:
    """Parameters are not looked at, and state neither; rights are."""
    emulator.configure(dry_run_depth="rights")
    for action in ("CreateVpnTunnel", "ModifyVpnGateway", "DeleteCustomerGateway", "DescribeVpnTunnels"):
        assert call(action, MaxResults="x", DryRun="true").code == "DryRunOperation"
        assert call(action, DryRun="perhaps").code == "InvalidParameterValue"
    account = emulator.settings()["accounts"][0]
    emulator.configure(accounts=[{**account, "denied_actions": ["Create*"]}])
    assert call("CreateVpnTunnel", DryRun="true").code == "AccessDenied"


def test_not_found_error(emulator: EmulatorHandle, call: Caller) -> None:
    """Code, status and words of what is not there are free, as no source has them."""
    emulator.configure(
        not_found_error={"code": "InvalidId", "status": 400, "message": "The specified {noun} {id} does not exist."}
    )
    for verb in ("Modify", "Delete"):
        reply = call(verb + "VpnGateway", VpnGatewayId="gone")
        assert (reply.status, reply.code) == (400, "InvalidId")
        assert reply.message == "The specified VpnGateway gone does not exist."


@pytest.mark.parametrize(
    "bad",
    [
        {"stored_otherwise": {"IkeDHGroup": "2"}},
        {"stored_otherwise": ["IkeDHGroup"]},
        {"name_rule": "folded"},
        {"return_false": "Delete*"},
        {"gateway_answers": "some"},
        {"first_page": "late"},
        {"empty_filter": "all"},
        {"id_case": "upper"},
        {"dh_groups": ["1"]},
        {"foreign_fields": True},
        {"in_use_checked": "no"},
        {"ipsec_status": {"*": [["asleep", None]]}},
        {"ipsec_status": {"*": {"slave": [["up", None]]}}},
        {"routes_of_deleted": "moved"},
        {"nexthop_filter": "nexthop"},
        {"quotas": {"Vpc": 1}},
    ],
)
def test_refused(emulator: EmulatorHandle, bad: dict[str, Any]) -> None:
    """A value that a setting can't have changes nothing, and is named."""
    before = emulator.settings()
    with pytest.raises(ControlError, match=next(iter(bad))):
        emulator.configure(**bad)
    assert emulator.settings() == before


def test_all_are_documented(emulator: EmulatorHandle) -> None:
    """The page has a row for each, and none for what there is not."""
    page = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "emulator.rst"
    section = re.split(r"\n(\w[\w ]+)\n-+\n", page.read_text(encoding="utf-8"))
    table = section[section.index("Settings") + 1]
    cells = re.findall(r"^   \* - (``.*)$", table, re.MULTILINE)
    assert {name for cell in cells for name in re.findall("``([a-z_]+)``", cell)} == set(emulator.settings())
