# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client sends, and what it makes of good answers."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.action import Action
from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import PAGE_SIZE
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    AccessDeniedError,
    DryRunExecutedError,
    TransportError,
    UnavailableError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.version import VERSION
from ansible_collections.ksyun.vpn.tests.support.wire_server import Loopback, answer, refusal
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import (
    ACCESS_KEY,
    CALLS,
    PSK,
    REGION,
    SECRET_KEY,
    TOKEN,
    called,
    client,
    probe,
    read,
    write,
)

SIGNATURES = ("v4", "v4-query", "simplified")
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_one_call(server: Loopback, signature: str, method: str, form: str, token: str | None) -> None:
    server.script = [answer({"VpnGatewaySet": []})]
    options = {"signature_version": signature, "request_method": method, "response_format": form, "token": token}
    sent = {"VpnGatewayId": ["a", "b"], "Filter": [{"Name": "vpc-id", "Value": ["v 1+2"]}], "NextToken": None}
    assert read(client(server.url, **options), "DescribeVpnGateways", sent) == {"RequestId": "r-1", "VpnGatewaySet": []}
    (request,) = server.received
    assert request.method == ("POST" if signature == "simplified" and token else method)
    expected = {
        "Action": "DescribeVpnGateways",
        "Version": "2016-03-04",
        "VpnGatewayId.1": "a",
        "VpnGatewayId.2": "b",
        "Filter.1.Name": "vpc-id",
        "Filter.1.Value.1": "v 1+2",
    }
    parameters = request.parameters
    assert {name: parameters.get(name) for name in expected} == expected
    signed = {name for name in parameters if name not in expected}
    assert ("Format" in signed) == (signature == "simplified" and form == "json")
    assert request.headers["accept"] == f"application/{form}"
    assert request.headers["user-agent"].startswith(f"ksyun.vpn/{VERSION} ")
    in_url = request.target.partition("?")[2]
    if request.method == "POST":
        assert request.headers["content-type"] == FORM
        # the AWS V4 signature stands in the URL, the parameters of the action never do
        assert all(pair.startswith("X-Amz-") for pair in in_url.split("&") if pair)
    else:
        assert request.body == b""
    if signature == "v4":
        assert f"Credential={ACCESS_KEY}/20260102/{REGION}/vpc/aws4_request" in request.headers["authorization"]
        assert signed == set()
    elif signature == "v4-query":
        assert {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature"} <= signed
    else:
        assert parameters["Accesskey"] == ACCESS_KEY
        assert parameters["Timestamp"] == "2026-01-02T03:04:05Z"
    whole = str(request)
    assert SECRET_KEY not in whole
    if token:
        header = request.headers.get("x-ksc-security-token")
        assert (parameters.get("SecurityToken") if signature == "simplified" else header) == token
        assert "oken" not in in_url.replace("x-ksc-security-token", "")


ACTIONS = [f"{verb}{wire}" for verb in ("Create", "Modify", "Delete") for wire in ("VpnGateway", "VpnTunnel", "X")]


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("call", ["write", "probe"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_all_writes_go_by_post(server: Loopback, signature: str, call: str, method: str) -> None:
    """Whoever is between may repeat a GET whose answer it lost (RFC 9110, 9.2.2), so C(request_method) is for reads."""
    server.script = [answer() if call == "write" else refusal("DryRunOperation", "Request would", 412)]
    it = client(server.url, signature_version=signature, request_method=method)
    for action in ACTIONS:
        CALLS[call](it, action, {"VpnTunnelName": "t", "PreSharedKey": PSK})
        received = server.received[-1]
        assert received.method == "POST", action
        assert PSK not in received.target
        assert received.parameters.get("DryRun") == ("true" if call == "probe" else None)


def test_a_read_that_carries_a_secret_goes_by_post(server: Loopback) -> None:
    server.script = [answer()]
    it = client(server.url, request_method="GET")
    it.redact.add(PSK)
    for value, method in (("t", "GET"), (PSK, "POST")):
        read(it, "DescribeX", {"Name": [value]})
        assert server.received[-1].method == method


# --- paging -----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [{}, {"NextToken": ""}, {"NextToken": None}])
def test_pages_to_the_end(server: Loopback, end: dict[str, t.Any]) -> None:
    server.script = [
        answer({"VpnGatewaySet": [{"VpnGatewayId": "a"}, {"VpnGatewayId": "b"}], "NextToken": "3"}),
        answer({"VpnGatewaySet": [], "NextToken": 5}),
        answer({"VpnGatewaySet": [{"VpnGatewayId": "c"}], **end}),
    ]
    it = client(server.url)
    listed = it.items(called("DescribeVpnGateways"), {"ProjectId": ["0"]})
    assert [item["VpnGatewayId"] for item in listed] == ["a", "b", "c"]
    tokens = [request.parameters.get("NextToken") for request in server.received]
    assert tokens == [None, "3", "5"]
    assert {request.parameters["MaxResults"] for request in server.received} == {str(PAGE_SIZE)}
    assert {request.parameters["ProjectId.1"] for request in server.received} == {"0"}
    assert [call.action for call in it.calls] == ["DescribeVpnGateways"] * 3


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]])
def test_pages_in_a_circle(server: Loopback, tokens: list[str]) -> None:
    server.script = [answer({"S": [{"n": 1}], "NextToken": token}) for token in tokens]
    with pytest.raises(TransportError, match="NextToken repeats"):
        list(client(server.url).items(Action("DescribeX", "S"), {}))
    assert len(server.received) == len(tokens)


@pytest.mark.parametrize("value", [None, "", {}, "junk", 7])
def test_a_set_that_is_none(server: Loopback, value: t.Any) -> None:
    server.script = [answer({"S": value})]
    assert list(client(server.url).items(Action("DescribeX", "S"), {})) == []


# --- dry runs ---------------------------------------------------------------------------------

WOULD = "Request would have succeeded, but DryRun flag is set"
WOULD_XML = (
    f"<ErrorResponse><RequestId>r-1</RequestId><Error><Type>Sender</Type><Code>DryRunOperation</Code>"
    f"<Message>{WOULD}</Message></Error></ErrorResponse>"
).encode()


@pytest.mark.parametrize("said", [refusal("DryRunOperation", WOULD, 412), answer(WOULD_XML, 412, "application/xml")])
def test_probe_that_would_succeed(server: Loopback, said: t.Any) -> None:
    server.script = [said]
    it = client(server.url)
    probe(it, "DeleteVpnGateway", {"VpnGatewayId": "g"})
    (call,) = it.calls
    assert (call.dry_run, call.http_status, call.request_id, call.attempts) == (True, 412, "r-1", 1)
    assert server.received[0].parameters["DryRun"] == "true"


def test_probe_that_is_refused(server: Loopback) -> None:
    server.script = [refusal("AccessDenied", "User: u is not authorized to perform: vpc:X.", 403)]
    with pytest.raises(AccessDeniedError, match=r"HTTP 403, RequestId r-1.*probe: false"):
        probe(client(server.url), "DeleteVpnGateway", {"VpnGatewayId": "g"})


@pytest.mark.parametrize(
    ("action", "body", "identity"),
    [
        ("CreateVpnGateway", {"VpnGateway": {"VpcId": "v-1", "VpnGatewayId": "g-1"}}, "g-1"),
        ("CreateVpnTunnel", {"VpnTunnel": {"VpnGatewayId": "g-1", "VpnTunnelId": "t-1"}}, "t-1"),
        ("CreateCustomerGateway", {"CustomerGateway": {"CustomerGatewayId": "c-1"}}, "c-1"),
        ("DeleteVpnGateway", {"Return": True}, None),
        ("CreateVpnGateway", {"VpnGateway": "junk"}, None),
    ],
)
def test_probe_that_was_carried_out(server: Loopback, action: str, body: dict[str, t.Any], identity: str) -> None:
    server.script = [answer(body)]
    with pytest.raises(DryRunExecutedError, match="really carried out") as caught:
        probe(client(server.url), action, {})
    error = caught.value
    assert (error.http_status, error.request_id, error.may_have_happened) == (200, "r-1", True)
    assert ("it created" in str(error)) == (identity is not None)
    assert identity is None or f"created {identity} (HTTP 200, RequestId r-1)" in str(error)
    assert len(server.received) == 1


# --- what is recorded -------------------------------------------------------------------------


def test_calls_are_recorded_whatever_becomes_of_them(server: Loopback) -> None:
    server.script = [answer(), refusal("ServiceUnavailable", "Exception x", 500), answer(b"", 502)]
    it = client(server.url, max_attempts=2)
    write(it, "ModifyVpnGateway", {})
    with pytest.raises(UnavailableError):
        write(it, "ModifyVpnGateway", {})
    with pytest.raises(TransportError):
        write(it, "ModifyVpnGateway", {})
    assert [(call.http_status, call.request_id, call.attempts) for call in it.calls] == [
        (200, "r-1", 1),
        (500, "r-1", 1),
        (502, None, 1),
    ]
