# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements of the document about the service, asked of the emulator, where no test of tests/service asks them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from service.client import FORM_TYPE, FORMS, Caller, Outgoing
from statements.signing import encoded, public_parameters, signature

from emulator.testing import EmulatorHandle

_ACTION = "DescribeVpnGateways"
_DAILY = {"VpcId": "vpc-1", "BandWidth": "5", "ChargeType": "Daily"}
_TOKEN = "example/token+not=real=="


def _ends(call: Caller) -> dict[str, str]:
    return {
        "VpnGatewayId": call.gateway()["VpnGatewayId"],
        "CustomerGatewayId": call.customer()["CustomerGatewayId"],
    }


# --- common parameters (公共参数) --------------------------------------------------------------------


def test_the_sample_request(call: Caller) -> None:
    """The document's sample: V4 in the query, no expiry, host alone is signed, the action's parameters come last."""
    call.gateway(VpnGatewayName="here")
    common = [("Action", _ACTION), ("Version", "2016-03-04")]
    own, public = [("ProjectId.1", "0")], public_parameters(call)
    signed = signature(call, "GET", [*common, *public, *own], "", public)
    headers = {"Host": f"{call.emulator.host}:{call.emulator.port}", "Accept": "application/json"}
    reply = call.send(Outgoing("GET", "/?" + encoded([*common, *public, signed, *own]), headers))
    assert [item["VpnGatewayName"] for item in reply.json["VpnGatewaySet"]] == ["here"]
    other = [("ProjectId.1", "1")]
    tampered = call.send(Outgoing("GET", "/?" + encoded([*common, *public, signed, *other]), headers))
    assert tampered.code == "SignedCookiesNotMatch"


@pytest.mark.parametrize(
    "name", ["Accesskey", "Service", "Timestamp", "SignatureVersion", "SignatureMethod", "Signature"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_public_parameter_of_the_simplified_form_is_required(call: Caller, name: str, method: str) -> None:
    outgoing = call.request(_ACTION, form="simplified", method=method)
    text = outgoing.body.decode() or outgoing.target.partition("?")[2]
    left = urlencode([pair for pair in parse_qsl(text) if pair[0] != name])
    assert left.count("=") == text.count("=") - 1
    if method == "POST":
        reply = call.send(replace(outgoing, body=left.encode()))
    else:
        reply = call.send(replace(outgoing, target="/?" + left))
    assert (reply.status, reply.code) == (400, "IncompleteSignature")
    assert f" {name}." in reply.message


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["Action", "Version"])
def test_action_and_version_are_required(call: Caller, form: str, name: str) -> None:
    reply = call(_ACTION, form=form, **{name: None}) if name == "Version" else call(None, form=form)  # type: ignore[arg-type]
    assert (reply.status, reply.code) == (400, "MissingParameter")
    assert name in reply.message


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("value", "code"), [("true", "DryRunOperation"), ("1", "DryRunOperation"), ("0", None)])
def test_dry_run_in_every_form(
    emulator: EmulatorHandle, call: Caller, form: str, method: str, value: str, code: str | None
) -> None:
    reply = call("CreateVpnGateway", form=form, method=method, parameters=_DAILY, DryRun=value)
    assert reply.status == (412 if code else 200)
    assert len(emulator.state()["VpnGatewaySet"]) == (0 if code else 1)
    assert code is None or reply.code == code


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
def test_a_token_in_every_form(emulator: EmulatorHandle, form: str, method: str) -> None:
    """Encoded where it stands in the query."""
    account = emulator.settings()["accounts"][0]
    emulator.configure(accounts=[{**account, "security_token": _TOKEN}])
    call = Caller(emulator).by(token=_TOKEN)
    outgoing = call.request(_ACTION, form=form, method=method)
    assert _TOKEN not in outgoing.target
    assert call.send(outgoing).status == 200
    assert Caller(emulator)(_ACTION, form=form, method=method).code == "InvalidClientTokenId"


def test_a_date_header_instead_of_x_amz_date_in_the_query(call: Caller) -> None:
    """X-Amz-Date is optional: it overrides the date header, which counts where it is not there."""
    public = public_parameters(call)
    sent = [("Action", _ACTION), ("Version", "2016-03-04"), *(pair for pair in public if pair[0] != "X-Amz-Date")]
    target = "/?" + encoded([*sent, signature(call, "GET", sent, "", public)])
    moment = datetime.strptime(dict(public)["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    headers = {"Host": f"{call.emulator.host}:{call.emulator.port}", "Accept": "application/json"}
    outgoing = Outgoing("GET", target, headers)
    assert call.send(outgoing.with_headers(Date=moment.strftime("%a, %d %b %Y %H:%M:%S GMT"))).status == 200
    assert "X-Amz-Date" in call.send(outgoing).message


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_requests_and_answers_are_utf_8(call: Caller, accept: str) -> None:
    reply = call("CreateVpnGateway", accept=accept, parameters={**_DAILY, "VpnGatewayName": "北京网关"})
    assert "charset=utf-8" in reply.headers["Content-Type"]
    assert "北京网关" in reply.body.decode("utf-8")


@pytest.mark.parametrize("covered", ["the body's text", "the body's parameters"])
@pytest.mark.parametrize("first", [True, False], ids=["signature first", "signature last"])
def test_all_in_the_body(emulator: EmulatorHandle, call: Caller, covered: str, first: bool) -> None:
    """A POST as the document has it, with V4's parameters too in its body: a signature of either reading is taken.

    What it covers can't be the whole body, as it is there itself: the text without it, or the parameters.
    """
    account = emulator.settings()["accounts"][0]
    emulator.configure(accounts=[{**account, "security_token": _TOKEN}])
    public = [*public_parameters(call), ("X-Amz-Security-Token", _TOKEN)]
    headers = {"Host": f"{emulator.host}:{emulator.port}", "Accept": "application/json", "Content-Type": FORM_TYPE}

    def outgoing(bandwidth: str, signed: tuple[str, str] | None = None) -> Outgoing:
        common = [("Action", "CreateVpnGateway"), ("Version", "2016-03-04")]
        rest = [*common, *public, *{**_DAILY, "VpnGatewayName": "a b+c", "BandWidth": bandwidth}.items()]
        by_text = covered == "the body's text"
        signed = signed or signature(call, "POST", [] if by_text else rest, encoded(rest) if by_text else "", public)
        return Outgoing("POST", "/", headers, encoded([signed, *rest] if first else [*rest, signed]).encode())

    right = outgoing("5")
    assert call.send(right).json["VpnGateway"]["VpnGatewayName"] == "a b+c"
    assert emulator.requests()[0]["signature"] == "v4-query"
    kept = dict(parse_qsl(right.body.decode()))["X-Amz-Signature"]
    assert call.send(outgoing("50", ("X-Amz-Signature", kept))).code == "SignedCookiesNotMatch"
    without = urlencode([pair for pair in parse_qsl(right.body.decode()) if pair[0] != "X-Amz-Signature"])
    assert "X-Amz-Signature" in call.send(replace(right, body=without.encode())).message
    assert len(emulator.state()["VpnGatewaySet"]) == 1


def test_split_between_query_and_body(emulator: EmulatorHandle, call: Caller) -> None:
    """V4's parameters in the URL of a POST, all others in its body: what the modules send with v4-query."""
    call.gateway(VpnGatewayName="here")
    outgoing = call.request(_ACTION, form="v4-query", parameters={"ProjectId.1": "0"})
    assert call.send(outgoing).json["VpnGatewaySet"][0]["VpnGatewayName"] == "here"
    places = emulator.requests()[-1]["parameters_in"]
    assert all(name.startswith("X-Amz-") for name in places["query"])
    assert places["body"] == ["Action", "Version", "ProjectId.1"]
    assert call.send(replace(outgoing, body=outgoing.body + b"1")).code == "SignedCookiesNotMatch"


# --- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "make", "change"),
    [
        ("VpnGateway", "gateway", {"BandWidth": 10}),
        ("VpnTunnel", "tunnel", {"VpnTunnelName": "new"}),
        ("CustomerGateway", "customer", {"CustomerGatewayName": "new"}),
    ],
)
def test_response_elements(
    emulator: EmulatorHandle, call: Caller, noun: str, make: str, change: dict[str, Any]
) -> None:
    """Create answers with the object, Describe with the set, Modify and Delete with Return: beside RequestId alone."""
    emulator.configure(modify_answer="return")
    identity = {noun + "Id": getattr(call, make)()[noun + "Id"]}
    created = {key: value for key, value in emulator.requests()[-1].items() if key in ("action", "status")}
    assert created == {"action": "Create" + noun, "status": 200}
    modified = call("Modify" + noun, **identity, **change).json
    described = call(f"Describe{noun}s").json
    deleted = call("Delete" + noun, **identity).json
    assert (list(modified), modified["Return"]) == (["RequestId", "Return"], True)
    assert list(described) == ["RequestId", noun + "Set"]
    assert (list(deleted), deleted["Return"]) == (["RequestId", "Return"], True)
    assert len(described[noun + "Set"]) == 1
    assert change.items() <= described[noun + "Set"][0].items()
    assert call(f"Describe{noun}s").json[noun + "Set"] == []


@pytest.mark.parametrize("noun", ["VpnGateway", "VpnTunnel", "CustomerGateway"])
def test_create_answers_with_the_object(emulator: EmulatorHandle, call: Caller, noun: str) -> None:
    parameters: dict[str, Any] = {
        "VpnGateway": _DAILY,
        "CustomerGateway": {"CustomerGatewayName": "office", "CustomerGatewayAddress": "203.0.113.9"},
        "VpnTunnel": {"Type": "Ipsec", "PreSharedKey": "example-key"},
    }[noun]
    if noun == "VpnTunnel":
        parameters = {**parameters, **_ends(call)}
    answer = call("Create" + noun, parameters=parameters).json
    assert list(answer) == ["RequestId", noun]
    assert [answer[noun]] == call(f"Describe{noun}s").json[noun + "Set"]


# "Contents": the type of each field as the document prints it.
_FIELDS: dict[str, dict[str, type]] = {
    "VpnGateway": {
        **dict.fromkeys(("CreateTime", "VpnGatewayId", "VpnGatewayName", "VpcId"), str),
        **dict.fromkeys(("GatewayAddress", "HaGatewayAddress"), str),
        "BandWidth": int,
        "RemoteCidrSet": list,
    },
    "VpnTunnel": {
        **dict.fromkeys(("CreateTime", "State", "Type", "VpnTunnelId", "VpnGreIp", "CustomerGreIp"), str),
        **dict.fromkeys(("HaVpnGreIp", "HaCustomerGreIp", "VpnGatewayId", "CustomerGatewayId"), str),
        **dict.fromkeys(("VpnTunnelName", "PreSharedKey", "IkeAuthenAlgorithm", "IkeEncryAlgorithm"), str),
        **dict.fromkeys(("IpssecEncryAlgorithm", "IpssecAuthenAlgorithm"), str),
        **dict.fromkeys(("IkeDhGroup", "IpssecLifetimeTraffic", "IpssecLifetimeSecond"), int),
        "ExtraCidrSet": list,
    },
    "CustomerGateway": dict.fromkeys(
        (
            *("CreateTime", "CustomerGatewayId", "CustomerGatewayAddress", "HaCustomerGatewayAddress"),
            "CustomerGatewayName",
        ),
        str,
    ),
}


def test_types_of_the_fields(emulator: EmulatorHandle, call: Caller) -> None:
    """With the settings that print the objects as the document does, and the networks as its list of CidrBlock."""
    emulator.configure(gateway_answers="document", tunnel_answers="document", legacy_spelling=True)
    networks = ["10.1.0.0/16"]
    emulator.seed(
        VpnGatewaySet=[{"RemoteCidrSet": networks}], VpnTunnelSet=[{"ExtraCidrSet": networks}], CustomerGatewaySet=[{}]
    )
    for noun, fields in _FIELDS.items():
        (item,) = call(f"Describe{noun}s").json[noun + "Set"]
        assert {name: type(value) for name, value in item.items()} == fields
        for name, value in item.items():
            if fields[name] is list:
                assert value == [{"CidrBlock": "10.1.0.0/16"}]


@pytest.mark.parametrize("kind", ["GreOverIpsec", "IpsecOverGre"])
def test_types_of_tunnels_that_are_listed(emulator: EmulatorHandle, call: Caller, kind: str) -> None:
    """The second can't be asked for, and may be there."""
    emulator.seed(VpnTunnelSet=[{"Type": kind}])
    assert call("DescribeVpnTunnels").json["VpnTunnelSet"][0]["Type"] == kind


# --- what requests may hold ---------------------------------------------------------------------

_CBC = ("aes-cbc-192", "aes-cbc-256", "sm1-cbc-128", "sm4-cbc")
_VALUES = {
    "IkeAuthenAlgorithm": ("md5", "sha"),
    "IkeDHGroup": ("1", "2", "5"),
    "IkeEncryAlgorithm": ("3des", "aes", "des", *_CBC),
    "IpsecEncryAlgorithm": ("esp-3des", "esp-aes", "esp-des", "esp-null", "esp-seal", *_CBC),
    "IpsecAuthenAlgorithm": ("esp-md5-hmac", "esp-sha-hmac", "sha256", "sha384", "sha512", "sm3"),
    "IpsecLifetimeTraffic": ("2560", "4608000"),
    "IpsecLifetimeSecond": ("120", "2592000"),
}


@pytest.mark.parametrize("name", _VALUES)
def test_values_of_a_tunnel(emulator: EmulatorHandle, call: Caller, name: str) -> None:
    """Each that the document lists, and both ends of its ranges, are taken and come back; others are refused."""
    emulator.configure(dh_groups="document")
    ends = _ends(call)
    for value in _VALUES[name]:
        assert str(call.tunnel(**ends, **{name: value})[name]) == value
    last = _VALUES[name][-1]
    for value in (last + "x", str(int(last) + 1) if last.isdigit() else last.upper()):
        wanted = {"Type": "Ipsec", "PreSharedKey": "example-key", **ends, name: value}
        reply = call("CreateVpnTunnel", parameters=wanted)
        assert (reply.status, reply.code) == (400, "InvalidParameterValue"), value
        assert name in reply.message


def test_gre_addresses_may_be_there_with_ipsec(call: Caller) -> None:
    """Not required is not forbidden."""
    addresses = {"VpnGreIp": "10.0.0.1", "CustomerGreIp": "10.0.0.2"}
    addresses |= {"HaVpnGreIp": "10.0.0.3", "HaCustomerGreIp": "10.0.0.4"}
    assert addresses.items() <= call.tunnel(Type="Ipsec", **addresses).items()
    assert call.tunnel(Type="Ipsec")["VpnGreIp"] == ""


@pytest.mark.parametrize(("first", "other"), [("Daily", "Monthly"), ("Monthly", "Daily")])
def test_how_a_gateway_is_paid_can_not_be_changed(
    emulator: EmulatorHandle, call: Caller, first: str, other: str
) -> None:
    """ModifyVpnGateway has the name and the bandwidth; what else is sent changes nothing."""
    emulator.configure(charge_type_spelling="request")
    made = call.gateway(ChargeType=first, PurchaseTime=1)
    sent = {"VpnGatewayId": made["VpnGatewayId"], "ChargeType": other, "VpcId": "vpc-2", "ProjectId": "9"}
    assert call("ModifyVpnGateway", parameters=sent).json["Return"] is True
    assert call(_ACTION).json["VpnGatewaySet"] == [made]


@pytest.mark.parametrize(("kind", "smaller"), [("Daily", 200), ("Monthly", 400)])
def test_which_gateways_may_shrink(call: Caller, kind: str, smaller: int) -> None:
    identity = call.gateway(ChargeType=kind, PurchaseTime=1, BandWidth=50)["VpnGatewayId"]
    assert call("ModifyVpnGateway", VpnGatewayId=identity, BandWidth=100).status == 200
    assert call("ModifyVpnGateway", VpnGatewayId=identity, BandWidth=20).status == smaller


def test_a_project_is_optional_and_has_a_default(emulator: EmulatorHandle, call: Caller) -> None:
    call.gateway(VpnGatewayName="default")
    call.gateway(VpnGatewayName="other", ProjectId="7")
    assert [item["ProjectId"] for item in emulator.state()["VpnGatewaySet"]] == ["0", "7"]
    assert [item["VpnGatewayName"] for item in call(_ACTION).json["VpnGatewaySet"]] == ["default"]
    named = call(_ACTION, ProjectId="7").json["VpnGatewaySet"]
    assert [item["VpnGatewayName"] for item in named] == ["other"]


@pytest.mark.parametrize(
    ("action", "name"),
    [
        (verb + noun, noun + "Id")
        for verb in ("Modify", "Delete")
        for noun in ("VpnGateway", "VpnTunnel", "CustomerGateway")
    ],
)
def test_the_id_is_required(call: Caller, action: str, name: str) -> None:
    for value in (None, ""):
        reply = call(action, parameters={name: value})
        assert (reply.status, reply.code) == (400, "MissingParameter")
        assert name in reply.message


@pytest.mark.parametrize("noun", ["VpnGateway", "VpnTunnel", "CustomerGateway"])
def test_all_but_the_id_may_be_left_out_of_a_change(call: Caller, noun: str) -> None:
    make = {"VpnGateway": call.gateway, "VpnTunnel": call.tunnel, "CustomerGateway": call.customer}[noun]
    made = make()
    assert call("Modify" + noun, parameters={noun + "Id": made[noun + "Id"]}).json["Return"] is True
    assert call(f"Describe{noun}s").json[noun + "Set"] == [made]


@pytest.mark.parametrize("noun", ["VpnGateway", "VpnTunnel", "CustomerGateway"])
def test_ids_may_be_left_out_of_a_listing(emulator: EmulatorHandle, call: Caller, noun: str) -> None:
    """Then all of the region are listed; with ids, those alone."""
    seeded = emulator.seed(**{noun + "Set": [{}, {}, {}]})[noun + "Set"]
    ids = [item[noun + "Id"] for item in seeded]

    def listed(**parameters: str) -> list[str]:
        return [item[noun + "Id"] for item in call(f"Describe{noun}s", parameters=parameters).json[noun + "Set"]]

    assert listed() == ids
    assert listed(**{f"{noun}Id.1": ids[1]}) == [ids[1]]
    assert listed(**{f"{noun}Id.1": ids[0], f"{noun}Id.2": ids[2]}) == [ids[0], ids[2]]
    assert call.by(region="cn-shanghai-2")(f"Describe{noun}s").json[noun + "Set"] == []
