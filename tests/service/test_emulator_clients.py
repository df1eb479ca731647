# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients send that others publish: the vendor's for Go, Node, Python, Java and PHP, and the Terraform provider.

The recorded requests hold without these clients; what is particular about each of them is also told one by one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode
from xml.etree import ElementTree

import pytest
from service.client import FORM_TYPE, Caller, Outgoing, Reply, at_offset

from emulator.testing import ACCESS_KEY, SECRET_KEY, EmulatorHandle

_RECORDED = json.loads(
    (Path(__file__).resolve().parent.parent / "vectors" / "clients.json").read_text(encoding="utf-8")
)["vectors"]
_GATEWAYS = {
    "one": "9b3d361e-f65b-464b-947a-fafb5cfb10d2",
    "two": "5c7a3f0e-1b2d-4e6f-8a9b-0c1d2e3f4a5b",
}
_CUSTOMERS = {
    "a": "11111111-2222-4333-8444-555555555555",
    "b": "22222222-3333-4444-8555-666666666666",
    "c": "33333333-4444-4555-8666-777777777777",
}
_TUNNELS = {
    "t": "44444444-5555-4666-8777-888888888888",
    "t2": "55555555-6666-4777-8888-999999999999",
}
_ROUTE = "66666666-7777-4888-8999-aaaaaaaaaaaa"
_GATEWAY_ROUTE = "77777777-8888-4999-8aaa-bbbbbbbbbbbb"
# What the items of a list are told by where they have no names.
_TELLING = {
    "DescribeRoutes": "DestinationCidrBlock",
    "DescribeVpnGatewayRoutes": "DestinationCidrBlock",
    "DescribeVpnTunnelIpsecStatus": "isMaster",
}
# What the creates of routes make: kind, network, and the field and name of the tunnel that it leads to.
_MADE = {
    "CreateRoute": ("Route", "10.8.0.0/16", "VpnTunnelId", "t2"),
    "CreateVpnGatewayRoute": ("VpnGatewayRoute", "10.9.0.0/16", "NextHopInstanceId", "t"),
}
_BASIC = "%Y%m%dT%H%M%S"


@pytest.fixture(name="account")
def _account(emulator: EmulatorHandle) -> EmulatorHandle:
    """The account that the recorded requests speak of."""
    emulator.seed(
        VpnGatewaySet=[
            {"VpnGatewayId": _GATEWAYS["one"], "VpnGatewayName": "one", "VpcId": "vpc 1+1"},
            {"VpnGatewayId": _GATEWAYS["two"], "VpnGatewayName": "two", "VpcId": "vpc-2", "VpnGatewayVersion": "2.0"},
        ],
        CustomerGatewaySet=[
            {"CustomerGatewayId": identity, "CustomerGatewayName": name} for name, identity in _CUSTOMERS.items()
        ],
        VpnTunnelSet=[
            {
                "VpnTunnelId": _TUNNELS[name],
                "VpnTunnelName": name,
                "VpnGatewayId": _GATEWAYS[gateway],
                "CustomerGatewayId": _CUSTOMERS["a"],
            }
            for name, gateway in (("t", "two"), ("t2", "one"))
        ],
        RouteSet=[
            {
                "RouteId": _ROUTE,
                "VpcId": "vpc 1+1",
                "DestinationCidrBlock": "10.7.0.0/16",
                "VpnTunnelId": _TUNNELS["t2"],
            }
        ],
        VpnGatewayRouteSet=[
            {
                "VpnGatewayRouteId": _GATEWAY_ROUTE,
                "VpnGatewayId": _GATEWAYS["two"],
                "DestinationCidrBlock": "10.6.0.0/16",
                "NextHopInstanceId": _TUNNELS["t"],
            }
        ],
        VpcSet=[{"VpcId": "vpc-2", "VpcName": "two"}, {"VpcId": "vpc-3"}],
    )
    return emulator


def _said(reply: Reply) -> Any:
    """An answer of either format; in XML an ``item`` is one of a list, and all else is text."""
    return _plain(reply.xml) if reply.body.startswith(b"<") else reply.json


def _plain(element: ElementTree.Element) -> Any:
    if element.tag.endswith("Set"):
        return [_plain(item) for item in element]
    return {part.tag: _plain(part) for part in element} or element.text


def _name(vector: dict[str, Any]) -> str:
    return f"{vector['client']}-{vector['method']}-{vector['action']}".replace("/", "-").replace(" ", "-")


def _then(vector: dict[str, Any]) -> float:
    """When the request was made, in seconds since the epoch: by its header, or in the simplified signature's way."""
    text = next((value for name, value in vector["headers"].items() if name.lower() == "x-amz-date"), None)
    if text is None:
        said = parse_qs(vector["body"] or vector["target"].partition("?")[2])["Timestamp"][0]
        text = said.replace("-", "").replace(":", "")
    return datetime.strptime(text[:15], _BASIC).replace(tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("vector", _RECORDED, ids=_name)
def test_recorded(account: EmulatorHandle, vector: dict[str, Any]) -> None:
    """Each is understood as its client means it, and is authentic for the right key alone."""
    account.configure(clock_offset=_then(vector) - time.time())
    outgoing = Outgoing(vector["method"], vector["target"], vector["headers"], vector["body"].encode())
    reply = Caller(account).send(outgoing)
    assert reply.status == 200, reply.body
    answer = _said(reply)
    if "names" in vector:
        (items,) = (value for value in answer.values() if isinstance(value, list))
        noun = vector["action"].removeprefix("Describe").removesuffix("s")
        assert [item[_TELLING.get(vector["action"], noun + "Name")] for item in items] == vector["names"]
        assert answer.get("NextToken") == vector.get("token")
    elif vector["action"] in _MADE:
        noun, network, hop, tunnel = _MADE[vector["action"]]
        created = account.state()[noun + "Set"][-1]
        assert created["DestinationCidrBlock"] == network
        assert created[hop] == _TUNNELS[tunnel]
        assert created["Description"] in ("", "分部 1+1")
    elif vector["action"] == "CreateVpnTunnel":
        (created,) = (item for item in account.state()["VpnTunnelSet"] if item["VpnTunnelName"] not in _TUNNELS)
        assert created["PreSharedKey"] == "example k*y~+/=é"
        assert created["VpnTunnelName"] in ("隧道 1", "Ksc_vpn_tunnel")
        assert created["VpnGatewayId"] == _GATEWAYS["one"]
    else:
        assert [item["ProjectId"] for item in answer["ListProjectResult"]["ProjectList"]] == [0]
    account.configure(accounts=[{"access_key": ACCESS_KEY, "secret_key": SECRET_KEY + "x"}])
    assert Caller(account).send(outgoing).status == 403


def test_all_clients_are_recorded() -> None:
    """With what is particular about them: a header signed twice, a date with its zone, XML."""
    found = {vector["client"].split()[0] for vector in _RECORDED}
    assert found == {
        "kingsoftcloud-sdk-python",
        "ksc-sdk-go",
        "ksc-sdk-java",
        "ksc-sdk-python",
        "ksyun-java-sdk",
        "ksyun-sdk-node",
        "ksyun-sdk-php",
        "sdk-go",
        "terraform-provider-ksyun",
    }
    authorizations = [vector["headers"].get("Authorization") for vector in _RECORDED]
    assert None in authorizations, "one client has the simplified signature"
    signed = {name for text in authorizations if text for name in re.findall("SignedHeaders=([^,]*)", text)}
    assert "accept;content-type;host;host;x-amz-date" in signed
    dates = {value for vector in _RECORDED for name, value in vector["headers"].items() if name.lower() == "x-amz-date"}
    assert any(text.endswith("+00:00") for text in dates)
    assert any("Accept" not in vector["headers"] for vector in _RECORDED)


def _signed(
    names: str,
    headers: dict[str, str],
    date: str | None = None,
    scope: str = "cn-beijing-6/vpc",
    query: str = "Action=DescribeVpnGateways&Version=2016-03-04",
    separator: str = ", ",
    written: str | None = None,
) -> Outgoing:
    """A GET, signed by hand over the headers that ``names`` lists, in its order and spelling.

    ``written`` is the list that the request shows where it is not the one that was signed.
    """
    date = date or at_offset(0).strftime(_BASIC) + "Z"
    headers = {"Host": "127.0.0.1", "Accept": "application/json", "X-Amz-Date": date, **headers}
    by_name = {name.lower(): value for name, value in headers.items()}
    lines = "".join(f"{name}:{by_name[name.lower()]}\n" for name in names.split(";"))
    canonical = f"GET\n/\n{query}\n{lines}\n{names}\n{hashlib.sha256(b'').hexdigest()}"
    full_scope = f"{date[:8]}/{scope}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{date}\n{full_scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("AWS4" + SECRET_KEY).encode()
    for part in (*full_scope.split("/"), text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    parts = (f"Credential={ACCESS_KEY}/{full_scope}", f"SignedHeaders={written or names}")
    headers["Authorization"] = f"AWS4-HMAC-SHA256 {', '.join(parts)}{separator}Signature={key.hex()}"
    return Outgoing("GET", "/?" + query, headers)


@pytest.mark.parametrize(
    "names",
    [
        "host;x-amz-date",
        "accept;host;host;x-amz-date",
        "x-amz-date;host",
        "host;x-amz-date;host;accept;x-amz-date",
        "Host;X-Amz-Date",
        "Accept;host;X-Amz-Date",
    ],
)
def test_signed_headers_as_listed(call: Caller, names: str) -> None:
    """In their order, with their spelling, and each as often as it stands there."""
    assert call.send(_signed(names, {})).status == 200
    other = ";".join(dict.fromkeys(sorted(names.lower().split(";"))))
    if other != names.lower():
        assert call.send(_signed(other, {}, written=names)).code == "SignedCookiesNotMatch"
        assert call.send(_signed(names, {}, written=other)).code == "SignedCookiesNotMatch"


def test_signed_headers_in_capitals(call: Caller) -> None:
    """A list in capitals may have been signed in lower case."""
    assert call.send(_signed("host;x-amz-date", {}, written="Host;X-Amz-Date")).status == 200


def test_header_names_in_any_case(call: Caller) -> None:
    """HTTP does not care, and neither do signatures."""
    outgoing = call.request("DescribeVpnGateways")
    for change in (str.upper, str.lower):
        headers = {change(name): value for name, value in outgoing.headers.items()}
        assert call.send(Outgoing(outgoing.method, outgoing.target, headers, outgoing.body)).status == 200


def test_java_of_2023(emulator: EmulatorHandle, call: Caller) -> None:
    """Names as they are spelled, no host, no space before the signature: where the host need not be signed."""
    outgoing = _signed("Content-Type;x-amz-date", {"Content-Type": FORM_TYPE}, separator=",")
    assert call.send(outgoing).message == "Host' must be a 'SignedHeader' in the Authorization."
    emulator.configure(host_must_be_signed=False)
    assert call.send(outgoing).status == 200
    assert call.send(outgoing.with_headers(Content_Type="text/plain")).code == "SignedCookiesNotMatch"


@pytest.mark.parametrize(("zone", "hours"), [("+00:00", 0), ("+0000", 0), ("+08:00", 8), ("-03:30", -3.5)])
def test_dates_of_any_zone(emulator: EmulatorHandle, call: Caller, zone: str, hours: float) -> None:
    """The text is signed as it was sent; the time is right in its zone; the document's own form alone is a setting."""
    local = at_offset(0) + timedelta(hours=hours)
    outgoing = _signed("host;x-amz-date", {}, local.strftime(_BASIC) + zone)
    assert call.send(outgoing).status == 200
    normalised = outgoing.with_headers(X_Amz_Date=at_offset(0).strftime(_BASIC) + "Z")
    assert call.send(normalised).status == 403
    late = _signed("host;x-amz-date", {}, (local - timedelta(hours=1)).strftime(_BASIC) + zone)
    assert call.send(late).message.startswith("Signature expired:")
    emulator.configure(signature_dates="document")
    assert call.send(outgoing).code == "IncompleteSignature"
    assert call("DescribeVpnGateways").status == 200


@pytest.mark.parametrize("text", ["20261128T065120+24:61", "20261328T065120+00:00", "20261128T065120+00", "0" * 15])
def test_dates_that_are_none(call: Caller, text: str) -> None:
    """The table's error, with the text."""
    reply = call.send(_signed("host;x-amz-date", {}, text))
    assert (reply.status, reply.code) == (400, "IncompleteSignature")
    assert f"Got '{text}'" in reply.message


_PROJECTS = "Action=GetAccountAllProjectList&Version=2015-11-01"


@pytest.mark.parametrize("region", ["cn-north-1", "cn-shanghai-2"])
def test_projects(emulator: EmulatorHandle, call: Caller, region: str) -> None:
    """The Terraform provider asks for them first, of another service, in the one region which that has."""
    emulator.configure(projects={"7": "branches"})
    call.by(region="cn-taipei-1").gateway(ProjectId="12")
    call.gateway(ProjectId="apart")
    answer = call.send(_signed("host;x-amz-date", {}, scope=f"{region}/iam", query=_PROJECTS)).json
    projects = {item["ProjectId"]: item["ProjectName"] for item in answer["ListProjectResult"]["ProjectList"]}
    assert projects == {0: "default", 7: "branches", 12: "project 12", "apart": "project apart"}


def test_projects_by_the_simplified_signature(call: Caller) -> None:
    """As a third party's client asks, in XML as well."""
    iam = call.by(service="iam")
    anywhere = iam.by(region=None)
    reply = anywhere("GetAccountAllProjectList", form="simplified", method="GET", Version="2015-11-01")
    assert reply.json["ListProjectResult"]["Total"] == 1
    root = iam("GetAccountAllProjectList", Version="2015-11-01", accept="*/*").xml
    assert root.tag == "GetAccountAllProjectListResponse"
    assert root.findtext("ListProjectResult/ProjectList/item/ProjectId") == "0"


@pytest.mark.parametrize("form", ["v4-header", "v4-query", "simplified"])
def test_scopes_of_two_services(call: Caller, form: str) -> None:
    """Each service's actions need a credential for it, the regions and the version that it has."""
    iam = call.by(service="iam")
    for caller, action, version in (
        (call, "GetAccountAllProjectList", "2015-11-01"),
        (iam, "DescribeVpnGateways", "2016-03-04"),
        (iam, "CreateVpnTunnel", "2016-03-04"),
    ):
        assert "scoped to correct service" in caller(action, form=form, Version=version).message
    assert "valid region" in call.by(region="cn-north-1")("DescribeVpnGateways", form=form).message
    assert iam("GetAccountAllProjectList", form=form).code == "InvalidParameterValue"
    assert call("DescribeVpnGateways", form=form, Version="2015-11-01").code == "InvalidParameterValue"


def test_projects_may_be_denied(emulator: EmulatorHandle, call: Caller) -> None:
    """It is an action like the others: for rights, throttling and faults."""
    account = emulator.settings()["accounts"][0]
    emulator.configure(accounts=[{**account, "denied_actions": ["GetAccount*"]}])
    assert call.by(service="iam")("GetAccountAllProjectList", Version="2015-11-01").code == "AccessDenied"
    emulator.configure(rate_limit={"requests": 0, "seconds": 9})
    assert call.by(service="iam")("GetAccountAllProjectList", Version="2015-11-01").status == 409


def _by_pairs(call: Caller, action: str, pairs: list[tuple[str, str]], method: str = "POST") -> Reply:
    """A signed request with exactly these parameters, in this order; a name may come several times."""
    encoded = urlencode([("Action", action), ("Version", "2016-03-04"), *pairs], quote_via=quote)
    headers = {"Host": "127.0.0.1", "Accept": "application/json"}
    if method == "GET":
        return call.send(call.signer.v4(Outgoing("GET", "/?" + encoded, headers)))
    return call.send(call.signer.v4(Outgoing("POST", "/", {**headers, "Content-Type": FORM_TYPE}, encoded.encode())))


def _customers(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [item["CustomerGatewayName"] for item in reply.json["CustomerGatewaySet"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "names",
    [
        (".1", ".2"),
        (".0", ".1"),
        (".2", ".10"),
        ("[0]", "[1]"),
        ("[1]", ".2"),
        ("", ""),
        (".1", ".1"),
        ("", ".1"),
    ],
)
def test_spellings_of_lists(account: EmulatorHandle, method: str, names: tuple[str, str]) -> None:
    """All that the clients' libraries make of a list of ids select the same, and one id selects one."""
    call = Caller(account)
    pairs = [("CustomerGatewayId" + name, _CUSTOMERS[which]) for name, which in zip(names, "ac", strict=True)]
    assert _customers(_by_pairs(call, "DescribeCustomerGateways", pairs, method)) == ["a", "c"]
    assert _customers(_by_pairs(call, "DescribeCustomerGateways", pairs[1:], method)) == ["c"]
    assert _customers(_by_pairs(call, "DescribeCustomerGateways", [(pairs[0][0], "x")], method)) == []


@pytest.mark.parametrize("spelling", ["Filter.{}.{}", "Filter[{}].{}", "Filter[{}][{}]"])
@pytest.mark.parametrize("value", [".1", ".0", "[0]"])
def test_spellings_of_filters(account: EmulatorHandle, spelling: str, value: str) -> None:
    """With brackets as with dots, and a value that comes twice under one name is two values."""
    call = Caller(account)
    name = (spelling.format(0, "Name"), "vpc-id")
    values = [(spelling.format(0, "Value") + value, vpc) for vpc in ("vpc 1+1", "vpc-2")]
    for pairs, expected in (([name, values[0]], ["one"]), ([name, *values], ["one", "two"])):
        reply = _by_pairs(call, "DescribeVpnGateways", pairs)
        assert [item["VpnGatewayName"] for item in reply.json["VpnGatewaySet"]] == expected


@pytest.mark.parametrize(
    "name",
    [
        "customerGatewayId.1",
        "CUSTOMERGATEWAYID",
        "customer_gateway_id",
        "customer-gateway-id.1",
        "CustomerGatewayIds.1",
        "CustomerGatewayIdSet.1",
        "CustomerGatewayId.member.1",
        "CustomerGatewayId.x",
        "CustomerGatewayId.",
        "CustomerGatewayId.1.2",
        "CustomerGatewayId[]",
        "CustomerGatewayId[-1]",
        "VpnTunnelId.1",
        "filter.1.Name",
        "filters",
        "Filters.1.Name",
        "FilterSet.1.Name",
        "Filter",
        "Filter.Name",
        "Filter.x.Name",
        "Filter.1.name",
        "Filter.1",
        "projectId",
        "ProjectIds.1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_listed_by_mistake(account: EmulatorHandle, method: str, name: str) -> None:
    """A selection that is not understood is refused by its name; it never selects everything."""
    reply = _by_pairs(Caller(account), "DescribeCustomerGateways", [(name, _CUSTOMERS["a"])], method)
    assert (reply.status, reply.code) == (400, "InvalidQueryParameter"), reply.body
    assert name.replace("[", ".").replace("]", "") in reply.message or "Filter" in reply.message


def test_one_value_too_many(account: EmulatorHandle) -> None:
    """Nobody could say which one is meant of two ids, two actions or two dry runs; the same one twice is one."""
    call = Caller(account)
    first, second = (("CustomerGatewayId", _CUSTOMERS[which]) for which in "ab")
    assert _by_pairs(call, "DeleteCustomerGateway", [first, second]).code == "InvalidQueryParameter"
    assert _by_pairs(call, "DescribeVpnGateways", [("Action", "DescribeVpnTunnels")]).code == "InvalidQueryParameter"
    doubtful = [second, ("DryRun", "true"), ("DryRun", "false")]
    assert _by_pairs(call, "DeleteCustomerGateway", doubtful).code == "InvalidQueryParameter"
    assert len(account.state()["CustomerGatewaySet"]) == 3
    assert _by_pairs(call, "DeleteCustomerGateway", [second, second]).status == 200
    assert len(account.state()["CustomerGatewaySet"]) == 2


def _by_body(call: Caller, action: str, body: str, content_type: str) -> Reply:
    headers = {"Host": "127.0.0.1", "Accept": "application/json", "Content-Type": content_type}
    target = f"/?Action={action}&Version=2016-03-04"
    return call.send(call.signer.v4(Outgoing("POST", target, headers, body.encode())))


def test_json_bodies(account: EmulatorHandle) -> None:
    """The vendor's clients send them where they are told to: lists, filters, numbers, booleans, null."""
    call = Caller(account)

    def by_json(action: str, **parameters: Any) -> Reply:
        return _by_body(call, action, json.dumps(parameters), "application/json; charset=utf-8")

    assert _customers(by_json("DescribeCustomerGateways", CustomerGatewayId=[_CUSTOMERS["b"]])) == ["b"]
    assert _customers(by_json("DescribeCustomerGateways", CustomerGatewayId=["x"], MaxResults=5)) == []
    chosen = {"Name": "vpc-id", "Value": ["vpc-2", "x"]}
    reply = by_json("DescribeVpnGateways", Filter=[chosen], NextToken=None)
    assert [item["VpnGatewayName"] for item in reply.json["VpnGatewaySet"]] == ["two"]
    ends = {"VpnGatewayId": _GATEWAYS["one"], "CustomerGatewayId": _CUSTOMERS["a"]}
    tunnel = by_json(
        "CreateVpnTunnel", **ends, Type="Ipsec", PreSharedKey="k", EnableNatTraversal=True, IpsecLifetimeSecond=7200
    ).json["VpnTunnel"]
    assert (tunnel["EnableNatTraversal"], tunnel["IpsecLifetimeSecond"]) == (True, 7200)
    assert by_json("DeleteVpnTunnel", VpnTunnelId=tunnel["VpnTunnelId"], DryRun=True).status == 412
    assert _customers(_by_body(call, "DescribeCustomerGateways", "", "application/json")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{", "application/json"),
        ('["11111111-2222-4333-8444-555555555555"]', "application/json"),
        ("CustomerGatewayId.1=11111111-2222-4333-8444-555555555555", "text/plain"),
        ("CustomerGatewayId.1=11111111-2222-4333-8444-555555555555", "multipart/form-data; boundary=x"),
        ("<CustomerGatewayId>11111111-2222-4333-8444-555555555555</CustomerGatewayId>", "text/xml"),
    ],
)
def test_bodies_that_cannot_be_read(account: EmulatorHandle, body: str, content_type: str) -> None:
    """They may hold a selection: they are refused, too, and after the signature."""
    call = Caller(account)
    assert _by_body(call, "DescribeCustomerGateways", body, content_type).code == "InvalidQueryParameter"
    wrong = call.by(secret_key="wrong")
    assert _by_body(wrong, "DescribeCustomerGateways", body, content_type).code == "SignedCookiesNotMatch"


def test_repeated_names_are_signed(account: EmulatorHandle) -> None:
    """By the simplified signature, too: each value counts."""
    call = Caller(account)
    signed = call.signer.simplified({"Action": "DescribeCustomerGateways", "Version": "2016-03-04"})
    signed["CustomerGatewayId.1"] = _CUSTOMERS["a"]
    headers = {"Host": "127.0.0.1", "Accept": "application/json"}
    assert call.send(Outgoing("GET", "/?" + urlencode(signed), headers)).code == "SignedCookiesNotMatch"
    honest = call.signer.simplified(
        {"Action": "DescribeCustomerGateways", "Version": "2016-03-04", "CustomerGatewayId.1": _CUSTOMERS["a"]}
    )
    target = "/?" + urlencode(honest)
    assert _customers(call.send(Outgoing("GET", target, headers))) == ["a"]
    more = target + "&CustomerGatewayId.1=" + _CUSTOMERS["b"]
    assert call.send(Outgoing("GET", more, headers)).code == "SignedCookiesNotMatch"


@pytest.mark.parametrize("noun", ["VpnGateway", "VpnTunnel", "CustomerGateway"])
def test_first_token_is_one(account: EmulatorHandle, noun: str) -> None:
    """Terraform starts at token 1 and counts by the page's size until a page is short."""
    call = Caller(account)
    names: list[str] = []
    token = 1
    while True:
        page = call(f"Describe{noun}s", MaxResults=2, NextToken=token).json[noun + "Set"]
        names += [item[noun + "Name"] for item in page]
        token += 2
        if len(page) < 2:
            break
    assert names == [item[noun + "Name"] for item in account.state()[noun + "Set"]]
