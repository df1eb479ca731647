# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all actions: methods, formats, where parameters are, DryRun, RequestId, the log."""

from __future__ import annotations

import http.client
import uuid
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from service.client import FORMS, Caller, Outgoing, at_offset

from emulator.actions import ACTIONS
from emulator.testing import EmulatorHandle
from emulator.tunnel_status import DescribeVpnTunnelIpsecStatus

_UNKNOWN = "00000000-0000-4000-8000-000000000000"
_DAILY = {"VpcId": "vpc-1", "BandWidth": "5", "ChargeType": "Daily"}
_VALID: dict[str, dict[str, str]] = {
    "CreateVpnGateway": _DAILY,
    "CreateCustomerGateway": {"CustomerGatewayName": "office", "CustomerGatewayAddress": "203.0.113.9"},
    "CreateVpnTunnel": {
        "Type": "Ipsec",
        "PreSharedKey": "example-key",
        "VpnGatewayId": _UNKNOWN,
        "CustomerGatewayId": _UNKNOWN,
    },
    **{
        verb + noun: {noun + "Id": _UNKNOWN}
        for verb in ("Modify", "Delete")
        for noun in ("VpnGateway", "VpnTunnel", "CustomerGateway")
    },
    **{f"Describe{noun}s": {} for noun in ("VpnGateway", "VpnTunnel", "CustomerGateway")},
}
_DOCUMENT = frozenset(_VALID)
# What the newer models have beside the document's actions.
_VALID |= {
    "CreateRoute": {
        "VpcId": "vpc-1",
        "RouteType": "Vpn",
        "DestinationCidrBlock": "10.8.0.0/16",
        "VpnTunnelId": _UNKNOWN,
    },
    "DeleteRoute": {"RouteId": _UNKNOWN},
    "DescribeRoutes": {},
    "CreateVpnGatewayRoute": {
        "VpnGatewayId": _UNKNOWN,
        "DestinationCidrBlock": "10.8.0.0/16",
        "NextHopType": "vpn_tunnel",
        "NextHopInstanceId": _UNKNOWN,
    },
    "ModifyVpnGatewayRoute": {"VpnGatewayRouteId": _UNKNOWN},
    "DeleteVpnGatewayRoute": {"VpnGatewayRouteId": _UNKNOWN},
    "DescribeVpnGatewayRoutes": {},
    "DescribeVpcs": {},
    "DescribeVpnTunnelIpsecStatus": {},
}


def test_actions() -> None:
    """The document's twelve, and those of routes, VPCs and the status."""
    assert {*ACTIONS, DescribeVpnTunnelIpsecStatus().name} == set(_VALID)
    assert len(_DOCUMENT) == 12


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("action", _VALID)
def test_methods_and_forms(emulator: EmulatorHandle, call: Caller, action: str, form: str, method: str) -> None:
    """Each action by each method in each form of signature; valid as they are, only resources may be missing."""
    reply = call(action, form=form, method=method, parameters=_VALID[action])
    if (action, method) == ("CreateVpnTunnel", "GET"):
        assert reply.code == "InvalidMethod"
    elif action.startswith(("Modify", "Delete", "CreateVpnTunnel", "CreateRoute", "CreateVpnGatewayRoute")):
        assert reply.code == "NoSuchEntity"
    else:
        assert reply.status == 200
    (recorded,) = emulator.requests()
    assert (recorded["action"], recorded["method"], recorded["signature"]) == (action, method, form)


@pytest.mark.parametrize("value", ["true", "1", "True"])
@pytest.mark.parametrize("action", _VALID)
def test_dry_run(emulator: EmulatorHandle, call: Caller, action: str, value: str) -> None:
    """It looks at rights and parameters, answers 412, and changes nothing."""
    reply = call(action, parameters=_VALID[action], DryRun=value)
    assert (reply.status, reply.code) == (412, "DryRunOperation")
    assert not any(emulator.state().values())
    (recorded,) = emulator.requests()
    assert (recorded["dry_run"], recorded["committed"]) == (True, False)


def test_dry_run_depth(emulator: EmulatorHandle, call: Caller) -> None:
    """Where it is set to, it looks at what the account has, too."""
    emulator.configure(dry_run_depth="full", quotas={"VpnGateway": 0})
    assert call("CreateVpnTunnel", parameters=_VALID["CreateVpnTunnel"], DryRun="true").code == "NoSuchEntity"
    assert call("CreateVpnGateway", parameters=_DAILY, DryRun="true").code == "QuotaExceeded"
    assert call("DescribeVpnGateways", DryRun="true").code == "DryRunOperation"


def test_dry_run_ignored(emulator: EmulatorHandle, call: Caller) -> None:
    """Where it is set to, the service really does it."""
    emulator.configure(dry_run_ignored=True)
    assert call("CreateVpnGateway", parameters=_DAILY, DryRun="true").status == 200
    assert len(emulator.state()["VpnGatewaySet"]) == 1
    assert emulator.requests()[0]["committed"] is True


def test_no_dry_run(call: Caller) -> None:
    """False is as if it were not there."""
    for value in ("false", "0", ""):
        assert call("CreateVpnGateway", parameters=_DAILY, DryRun=value).status == 200


@pytest.mark.parametrize(
    ("accept", "parameters", "expected"),
    [
        ("*/*", {}, "text/xml; charset=utf-8"),
        ("application/json", {}, "application/json; charset=utf-8"),
        ("text/html, application/json;q=0.9", {}, "application/json; charset=utf-8"),
        ("*/*", {"Format": "json"}, "application/json; charset=utf-8"),
        ("*/*", {"Format": "xml"}, "text/xml; charset=utf-8"),
    ],
)
def test_formats(call: Caller, accept: str, parameters: dict[str, str], expected: str) -> None:
    """XML unless JSON is asked for, in either way."""
    reply = call("DescribeVpnGateways", accept=accept, parameters=parameters)
    assert reply.headers["Content-Type"] == expected


def test_xml_result(call: Caller) -> None:
    """The root is the action's, the id is in both places, lists are items, booleans are lower case."""
    name = "客户 <&> \"'"
    created = call(
        "CreateCustomerGateway", accept="*/*", CustomerGatewayName=name, CustomerGatewayAddress="203.0.113.9"
    )
    root = created.xml
    assert root.tag == "CreateCustomerGatewayResponse"
    assert root.findtext("RequestId") == root.findtext("ResponseMetadata/RequestId")
    assert root.findtext("CustomerGateway/CustomerGatewayName") == name
    listed = call("DescribeCustomerGateways", accept="*/*").xml
    assert [_plain(item) for item in listed.iterfind("CustomerGatewaySet/item")] == [
        _plain(root.find("CustomerGateway"))
    ]
    identity = root.findtext("CustomerGateway/CustomerGatewayId")
    deleted = call("DeleteCustomerGateway", accept="*/*", CustomerGatewayId=identity).xml
    assert deleted.findtext("Return") == "true"
    assert call("DescribeCustomerGateways", accept="*/*").xml.find("CustomerGatewaySet") is not None


def _plain(element: ElementTree.Element | None) -> dict[str, str]:
    assert element is not None
    return {part.tag: part.text or "" for part in element}


def test_xml_and_json_say_the_same(call: Caller) -> None:
    """Field by field."""
    call.tunnel(PreSharedKey="key & <more>")
    as_json = call("DescribeVpnTunnels").json["VpnTunnelSet"][0]
    item = call("DescribeVpnTunnels", accept="*/*").xml.find("VpnTunnelSet/item")
    assert _plain(item) == {name: _xml_text(value) for name, value in as_json.items()}


def _xml_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value == [] else str(value)


def test_errors_repeat_any_character(call: Caller) -> None:
    """A message may repeat what the client sent; the answer is well-formed none the less."""
    parameters = {"Filter.\x01\ufffe\U0001f600": "x"}
    assert "\x01" in call("DescribeVpnGateways", parameters=parameters).message
    message = call("DescribeVpnGateways", parameters=parameters, accept="*/*").xml.findtext("Error/Message")
    assert message is not None
    assert "\U0001f600" in message


def test_request_ids(emulator: EmulatorHandle, call: Caller) -> None:
    """First in the answer, a UUID, new each time, and the recorded one."""
    ids = []
    for _turn in range(2):
        answer = call("DescribeVpnGateways").json
        assert next(iter(answer)) == "RequestId"
        ids.append(str(uuid.UUID(answer["RequestId"])))
    assert ids[0] != ids[1]
    assert [item["request_id"] for item in emulator.requests()] == ids


def test_query_and_body_are_merged(emulator: EmulatorHandle, call: Caller) -> None:
    """Clients repeat Action and Version in the query; where both say something, the body wins."""
    outgoing = call.request("CreateCustomerGateway", parameters=_VALID["CreateCustomerGateway"])
    outgoing = Outgoing(
        "POST",
        "/?Action=DescribeVpnGateways&Version=2016-03-04&HaCustomerGatewayAddress=203.0.113.10",
        {name: outgoing.headers[name] for name in ("Host", "Accept", "Content-Type")},
        outgoing.body,
    )
    reply = call.send(call.signer.v4(outgoing))
    assert reply.json["CustomerGateway"]["HaCustomerGatewayAddress"] == "203.0.113.10"
    (recorded,) = emulator.requests()
    assert recorded["parameters_in"] == {
        "query": ["Action", "Version", "HaCustomerGatewayAddress"],
        "body": ["Action", "Version", "CustomerGatewayName", "CustomerGatewayAddress"],
    }


def test_simplified_over_query_and_body(call: Caller) -> None:
    """The simplified signature covers all parameters, wherever they are."""
    signed = call.signer.simplified({"Action": "DescribeVpnGateways", "Version": "2016-03-04", "Format": "json"})
    query = "&".join(f"{name}={quote(signed.pop(name), safe='')}" for name in ("Action", "Signature"))
    body = "&".join(f"{name}={quote(value, safe='')}" for name, value in signed.items())
    headers = {"Host": "vpc.api.ksyun.com", "Content-Type": "application/x-www-form-urlencoded"}
    assert call.send(Outgoing("POST", "/?" + query, headers, body.encode())).status == 200


def test_spaces_in_queries(call: Caller) -> None:
    """``+`` and ``%20`` are the same before V4 is calculated."""
    parameters = {"VpnGatewayName": "a b", **_DAILY}
    for form in ("v4-header", "v4-query", "simplified"):
        outgoing = call.request("CreateVpnGateway", form=form, method="GET", parameters=parameters)
        assert "a%20b" in outgoing.target
        plus = Outgoing("GET", outgoing.target.replace("a%20b", "a+b"), outgoing.headers)
        assert call.send(plus).json["VpnGateway"]["VpnGatewayName"] == "a b"


def test_unknown_parameters_are_ignored(call: Caller) -> None:
    """Clients send what they hold."""
    assert call("DescribeVpnGateways", SdkVersion="x", Language="zh-CN", Colour="").status == 200


def test_other_paths(emulator: EmulatorHandle) -> None:
    """Only ``/`` is the service."""
    host = f"{emulator.host}:{emulator.port}"
    assert Caller(emulator).send(Outgoing("GET", "/v1", {"Host": host, "Accept": "application/json"})).status == 404


def test_absolute_target(call: Caller) -> None:
    """The form that a request has on its way through a proxy."""
    outgoing = call.request("DescribeVpnGateways", method="GET")
    absolute = Outgoing("GET", "http://" + outgoing.headers["Host"] + outgoing.target, outgoing.headers)
    assert call.send(absolute).status == 200


def test_date_follows_the_clock(emulator: EmulatorHandle, call: Caller) -> None:
    """So that a client can correct its own."""
    emulator.configure(clock_offset=7200)
    reply = call("DescribeVpnGateways")
    assert reply.code == "SignedCookiesNotMatch"
    served = parsedate_to_datetime(reply.headers["Date"])
    assert abs((served - at_offset(7200)).total_seconds()) < 5
    assert call.by(at=served)("DescribeVpnGateways").status == 200


def test_nothing_secret_is_recorded(emulator: EmulatorHandle, call: Caller) -> None:
    """Neither in the log nor in the recorded requests: keys, tokens, signatures, queries."""
    secrets = ["top-secret-psk", "top-secret-token"]
    for form in FORMS:
        signer = call.by(token="top-secret-token")
        outgoing = signer.request("CreateVpnTunnel", form=form, method="GET", PreSharedKey="top-secret-psk")
        secrets.append((outgoing.headers.get("Authorization") or outgoing.target).rpartition("Signature=")[2][:64])
        signer.send(outgoing)
    call.gateway(VpnGatewayName="a-plain-name")
    log = emulator.log()
    recorded = str(emulator.requests())
    for secret in secrets:
        assert secret not in log
        assert secret not in recorded
    assert "a-plain-name" not in log
    assert "a-plain-name" in recorded
    assert "'PreSharedKey': '***'" in recorded
    assert log.rstrip().endswith(emulator.requests()[-1]["request_id"])


def test_log_lines(emulator: EmulatorHandle, call: Caller) -> None:
    """Time, method, action, status, code, request id."""
    before = len(emulator.log().splitlines())
    call("CreateVpnGateway")
    (line,) = emulator.log().splitlines()[before:]
    _time, *fields = line.split()
    request_id = emulator.requests()[-1]["request_id"]
    assert fields == ["POST", "CreateVpnGateway", "400", "MissingParameter", request_id]


def test_connections_are_kept(emulator: EmulatorHandle, call: Caller) -> None:
    """Several requests over one connection."""
    connection = http.client.HTTPConnection(emulator.host, emulator.port, timeout=10)
    for _turn in range(3):
        outgoing = call.request("DescribeVpnGateways")
        connection.request(outgoing.method, outgoing.target, outgoing.body, outgoing.headers)
        response = connection.getresponse()
        assert response.status == 200
        response.read()
    connection.close()
