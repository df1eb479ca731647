# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions on VPN gateways and on customer gateways: parameters, defaults, validation, answers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from service.client import Caller

from emulator.testing import EmulatorHandle

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNKNOWN = "00000000-0000-4000-8000-000000000000"
_DAILY = {"VpcId": "vpc-1", "BandWidth": 5, "ChargeType": "Daily"}
_CUSTOMER = {"CustomerGatewayName": "office", "CustomerGatewayAddress": "203.0.113.9"}


def _refused(call: Caller, action: str, code: str, parameter: str, parameters: dict[str, Any]) -> None:
    reply = call(action, parameters=parameters)
    assert (reply.status, reply.code) == (400, code), reply.body
    assert f"parameter {parameter}" in reply.message


def test_create_gateway_with_defaults(call: Caller) -> None:
    """All fields of "VpnGateway (VPN网关)" are there, none is null."""
    gateway = call.gateway()
    created = datetime.strptime(gateway.pop("CreateTime"), "%Y-%m-%d %H:%M:%S")
    china = datetime.now(timezone(timedelta(hours=8))).replace(tzinfo=None)
    assert abs(china - created) < timedelta(minutes=1)
    assert _UUID.fullmatch(gateway.pop("VpnGatewayId"))
    assert gateway.pop("GatewayAddress") != gateway.pop("HaGatewayAddress")
    assert gateway == {
        "VpnGatewayName": "Ksc_Vpn_Gw",
        "BandWidth": 5,
        "VpcId": "vpc-1",
        "RemoteCidrSet": [],
        "ChargeType": "PostPaidByDay",
        "ProjectId": "0",
        "VpnGatewayVersion": "1.0",
    }


def test_create_gateway_with_everything(call: Caller) -> None:
    """A monthly gateway has an end; names are free text and need not be unique."""
    wanted = {
        "VpnGatewayName": "网关 a+b%&=~*'",
        "BandWidth": 200,
        "ProjectId": "17",
        "VpnGatewayVersion": "2.0",
    }
    gateway = call.gateway(ChargeType="Monthly", PurchaseTime=14, **wanted)
    assert wanted.items() <= gateway.items()
    assert gateway["ChargeType"] == "PrePaidByMonth"
    created, end = (datetime.strptime(gateway[name], "%Y-%m-%d %H:%M:%S") for name in ("CreateTime", "ServiceEndTime"))
    assert (end.year - created.year) * 12 + end.month - created.month == 14
    assert call.gateway(**wanted)["VpnGatewayId"] != gateway["VpnGatewayId"]


@pytest.mark.parametrize("name", ["BandWidth", "VpcId", "ChargeType"])
def test_gateway_required(call: Caller, name: str) -> None:
    """Left out or empty is the same fault."""
    for value in (None, ""):
        _refused(call, "CreateVpnGateway", "MissingParameter", name, {**_DAILY, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BandWidth", "0"),
        ("BandWidth", "-5"),
        ("BandWidth", "5.5"),
        ("BandWidth", "fast"),
        ("ChargeType", "Weekly"),
        ("ChargeType", "daily"),
        ("VpnGatewayVersion", "3.0"),
        ("VpnGatewayName", "a\nb"),
        ("VpnGatewayName", "a\x00"),
    ],
)
def test_gateway_invalid(call: Caller, name: str, value: str) -> None:
    """Types, ranges and lists of values."""
    _refused(call, "CreateVpnGateway", "InvalidParameterValue", name, {**_DAILY, name: value})


def test_purchase_time(call: Caller) -> None:
    """Needed with Monthly, of no meaning with Daily."""
    monthly = {**_DAILY, "ChargeType": "Monthly"}
    _refused(call, "CreateVpnGateway", "MissingParameter", "PurchaseTime", monthly)
    for value in ("37", "soon"):
        _refused(call, "CreateVpnGateway", "InvalidParameterValue", "PurchaseTime", {**monthly, "PurchaseTime": value})
        assert "ServiceEndTime" not in call.gateway(PurchaseTime=value)
    assert call.gateway(ChargeType="Monthly", PurchaseTime=0)["ServiceEndTime"].endswith("23:59:59")


def test_modify_gateway(call: Caller) -> None:
    """Name and bandwidth; what is left out stays."""
    gateway = call.gateway(VpnGatewayName="one", BandWidth=10)
    wanted = {"VpnGatewayId": gateway["VpnGatewayId"], "VpnGatewayName": "two"}
    answer = call("ModifyVpnGateway", **wanted).json
    assert answer["Return"] is True
    assert answer["VpnGateway"] == {**gateway, "VpnGatewayName": "two"}
    assert call("ModifyVpnGateway", VpnGatewayId=gateway["VpnGatewayId"], BandWidth=5).status == 200
    listed = call("DescribeVpnGateways").json["VpnGatewaySet"]
    assert listed == [{**gateway, "VpnGatewayName": "two", "BandWidth": 5}]
    _refused(call, "ModifyVpnGateway", "MissingParameter", "VpnGatewayId", {"BandWidth": 5})
    _refused(call, "ModifyVpnGateway", "InvalidParameterValue", "BandWidth", {**wanted, "BandWidth": "x"})


def test_monthly_gateway_only_grows(call: Caller) -> None:
    """ "只能升配"."""
    identity = {
        "VpnGatewayId": call.gateway(ChargeType="Monthly", PurchaseTime=1, BandWidth=50)["VpnGatewayId"],
    }
    _refused(call, "ModifyVpnGateway", "InvalidParameterValue", "BandWidth", {**identity, "BandWidth": 20})
    for bandwidth in (50, 100):
        assert call("ModifyVpnGateway", **identity, BandWidth=bandwidth).status == 200


def test_create_customer_gateway(call: Caller) -> None:
    """All fields are there; an address that was not given is an empty text."""
    customer = call.customer()
    assert _UUID.fullmatch(customer.pop("CustomerGatewayId"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", customer.pop("CreateTime"))
    assert customer == {**_CUSTOMER, "HaCustomerGatewayAddress": ""}
    both = call.customer(HaCustomerGatewayAddress="203.0.113.10")
    assert both["HaCustomerGatewayAddress"] == "203.0.113.10"


def test_customer_gateway_validation(emulator: EmulatorHandle, call: Caller) -> None:
    """Required parameters, IPv4 addresses, and the second address where the document is taken at its word."""
    create = "CreateCustomerGateway"
    for name in _CUSTOMER:
        _refused(call, create, "MissingParameter", name, {**_CUSTOMER, name: ""})
    for value in ("203.0.113", "203.0.113.256", "::1", "203.0.113.9/32", "gw.example.com"):
        for name in ("CustomerGatewayAddress", "HaCustomerGatewayAddress"):
            _refused(call, create, "InvalidParameterValue", name, {**_CUSTOMER, name: value})
    emulator.configure(require_ha_customer_gateway_address=True)
    _refused(call, create, "MissingParameter", "HaCustomerGatewayAddress", _CUSTOMER)


def test_modify_customer_gateway(call: Caller) -> None:
    """All three fields, each for itself."""
    customer = call.customer()
    for name, value in {
        "CustomerGatewayName": "head office",
        "CustomerGatewayAddress": "198.51.100.1",
        "HaCustomerGatewayAddress": "198.51.100.2",
    }.items():
        parameters = {"CustomerGatewayId": customer["CustomerGatewayId"], name: value}
        customer[name] = value
        assert call("ModifyCustomerGateway", parameters=parameters).json["CustomerGateway"] == customer


@pytest.mark.parametrize("noun", ["VpnGateway", "VpnTunnel", "CustomerGateway"])
def test_modify_and_delete_unknown(emulator: EmulatorHandle, call: Caller, noun: str) -> None:
    """By default 404; the words are a setting, as no source has them."""
    for verb in ("Modify", "Delete"):
        reply = call(verb + noun, parameters={noun + "Id": _UNKNOWN})
        assert (reply.status, reply.code) == (404, "NoSuchEntity")
        assert reply.message == f"The {noun} '{_UNKNOWN}' does not exist."
    emulator.configure(not_found_error={"code": f"Invalid{noun}Id.NotFound", "status": 400, "message": "no {id}"})
    reply = call("Delete" + noun, parameters={noun + "Id": _UNKNOWN})
    assert (reply.status, reply.code, reply.message) == (400, f"Invalid{noun}Id.NotFound", f"no {_UNKNOWN}")


@pytest.mark.parametrize("noun", ["VpnGateway", "CustomerGateway"])
def test_in_use(emulator: EmulatorHandle, call: Caller, noun: str) -> None:
    """A parent can't be deleted before its tunnel; the message does not read as if it were gone already."""
    tunnel = call.tunnel()
    parameters = {noun + "Id": tunnel[noun + "Id"]}
    reply = call("Delete" + noun, parameters=parameters)
    assert (reply.status, reply.code) == (400, "DependencyViolation")
    assert not re.search("invalid|not exist|not found|not associate", reply.message, re.IGNORECASE)
    emulator.configure(in_use_error={"code": "Busy", "status": 409, "message": "{noun} {id}"})
    assert call("Delete" + noun, parameters=parameters).status == 409
    assert call("DeleteVpnTunnel", VpnTunnelId=tunnel["VpnTunnelId"]).json["Return"] is True
    assert call("Delete" + noun, parameters=parameters).json["Return"] is True
    assert call(f"Describe{noun}s").json[noun + "Set"] == []


def test_quota(emulator: EmulatorHandle, call: Caller) -> None:
    """By kind and region."""
    emulator.configure(quotas={"VpnGateway": 1})
    call.gateway()
    reply = call("CreateVpnGateway", parameters=_DAILY)
    assert (reply.status, reply.code) == (400, "QuotaExceeded")
    call.customer()
    call.by(region="cn-shanghai-2").gateway()


@pytest.mark.parametrize(("answer", "keys"), [("return", {"Return"}), ("object", {"VpnGateway"})])
def test_modify_answers(emulator: EmulatorHandle, call: Caller, answer: str, keys: set[str]) -> None:
    """The document's answer and the newer clients'."""
    emulator.configure(modify_answer=answer)
    reply = call("ModifyVpnGateway", VpnGatewayId=call.gateway()["VpnGatewayId"], BandWidth=10)
    assert set(reply.json) == {"RequestId", *keys}


def test_charge_type_spelling(emulator: EmulatorHandle, call: Caller) -> None:
    """As it was asked for, where the settings say so."""
    emulator.configure(charge_type_spelling="request")
    assert call.gateway()["ChargeType"] == "Daily"
