# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are none of the service's, or odd ones: what the client makes of them."""

from __future__ import annotations

import json

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    ApiError,
    InvalidParameterError,
    KsyunError,
    NotFoundError,
    ServiceError,
    TransportError,
)
from ansible_collections.ksyun.vpn.tests.support import wire_server as serve
from ansible_collections.ksyun.vpn.tests.support.wire_server import Loopback, answer
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import CALLS, client, read, write


def failure(it: Client, call: str = "write", action: str = "ModifyVpnGateway") -> ApiError:
    with pytest.raises(ApiError) as caught:
        CALLS[call](it, action, {"VpnGatewayId": "g"})
    return caught.value


HTML = b"<html><body><h1>Bad Gateway</h1><hr></body></html>"
FOREIGN: dict[str, tuple[bytes, str]] = {
    "html": (HTML, "neither JSON nor XML|malformed"),
    "doctype": (b"<!DOCTYPE html><html></html>", "a page"),
    "nothing": (b"", "empty"),
    "text": (b"upstream connect error", "neither JSON nor XML"),
    "cut": (b'{"RequestId": "r-1", "Return', "cut short or malformed"),
    "list": (b"[1]", "neither JSON nor XML"),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("status", [200, 403, 404, 408, 429, 500, 502, 503, 504])
def test_bodies_that_are_no_answer(server: Loopback, what: str, status: int) -> None:
    body, words = FOREIGN[what]
    server.script = [answer(body, status, "text/html")]
    error = failure(client(server.url))
    assert error.__class__ is TransportError
    assert error.http_status == status
    assert error.may_have_happened == (status in (200, 408) or status >= 500)
    assert error.transient == (status in (200, 408, 429) or status >= 500)
    assert f"(HTTP {status})" in str(error)
    assert "Check endpoint_url and the proxies" in str(error)
    assert any(word in str(error) for word in words.split("|"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("body", [b"", b'{"RequestId": "r-1"}'])
def test_redirects_are_not_followed(server: Loopback, status: int, body: bytes) -> None:
    server.script = [answer(body, status, Location=f"{server.url}/?elsewhere"), answer()]
    error = failure(client(server.url, max_attempts=5))
    assert error.__class__ is TransportError
    # 303 is the answer to a POST that was carried out (RFC 9110, 15.4.4)
    assert (error.http_status, error.may_have_happened) == (status, status == 303)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "kind", ["text/html", "text/plain; charset=latin-1", "application/octet-stream", "nonsense", ""]
)
def test_the_content_type_does_not_matter(server: Loopback, kind: str) -> None:
    server.script = [answer({"Name": "客户"}, 200, kind)]
    assert read(client(server.url), "DescribeX", {}) == {"RequestId": "r-1", "Name": "客户"}


ERRORS = (
    {"RequestId": "r-1", "Error": {"Type": "Sender", "Code": "InvalidParameterValue", "Message": "m"}},
    {"RequestID": "r-1", "error": {"Code": "InvalidParameterValue", "Message": "m"}},
    {"RequestId": "r-1", "Code": "InvalidParameterValue", "Message": "m"},
    {"requestId": "r-1", "code": "InvalidParameterValue", "message": "m"},
    {"RequestId": "r-1", "code": "InvalidParameterValue", "message": "", "codeDesc": "m"},
)
ERROR_XML = (
    b"<ErrorResponse><RequestId>r-1</RequestId><Error><Type>Sender</Type><Code>InvalidParameterValue</Code>"
    b"<Message>m</Message></Error></ErrorResponse>"
)


@pytest.mark.parametrize("body", [*(json.dumps(error).encode() for error in ERRORS), ERROR_XML])
def test_an_error_in_any_spelling(server: Loopback, body: bytes) -> None:
    server.script = [answer(body, 400)]
    it = client(server.url)
    with pytest.raises(InvalidParameterError) as caught:
        write(it, "CreateX", {})
    assert str(caught.value) == (
        "CreateX was refused: InvalidParameterValue: m (HTTP 400, RequestId r-1). "
        "Check the option that sets this parameter."
    )
    assert it.calls[0].request_id == "r-1"


def test_an_error_with_status_200_is_an_error(server: Loopback) -> None:
    server.script = [answer(ERROR_XML, 200)]
    with pytest.raises(InvalidParameterError):
        write(client(server.url), "CreateX", {})


ODD_HEADERS = (
    {"Retry_After": "\u00b2"},  # a digit to str.isdigit(), but not to float()
    {"Retry_After": "9" * 400},
    {"Retry_After": "-1"},
    {"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"},
    {"Date": "yesterday"},
    {"Date": "Tue, 01 Jan 2030 00:00:00"},
    {"Date": "Tue, 01 Jan 2030 00:00:00 -0000"},
    {"Date": "Tue, 01 Jan 2030 00:00:00 +99999999999999999999"},
    {"Date": "Tue, 01 Jan 0001 00:00:00 +2359"},
)


@pytest.mark.parametrize("headers", ODD_HEADERS, ids=str)
@pytest.mark.parametrize("message", ["Signature expired:x.", "m"])
def test_headers_that_make_no_sense(server: Loopback, headers: dict[str, str], message: str) -> None:
    server.script = [serve.refusal("SignedCookiesNotMatch", message, 403, **headers)]
    with pytest.raises(KsyunError, match="SignedCookiesNotMatch"):
        read(client(server.url, max_attempts=2), "DescribeX", {})


# --- what the service says of a write ------------------------------------------------------------


NO = {"false": False, "a text": "false", "upper case": "False", "zero": 0, "zero as a text": "0"}


@pytest.mark.parametrize("said", NO)
@pytest.mark.parametrize("status", [200, 202, 400, 500])
@pytest.mark.parametrize("action", ["ModifyVpnGateway", "DeleteVpnTunnel", "ModifyCustomerGateway"])
def test_return_false_is_a_refusal(server: Loopback, said: str, status: int, action: str) -> None:
    server.script = [answer({"Return": NO[said]}, status)]
    error = failure(client(server.url, max_attempts=5), action=action)
    assert error.__class__ is ServiceError
    assert (error.may_have_happened, error.transient, error.request_id) == (False, False, "r-1")
    assert f"{action} was refused: it answered Return: false, so it has not carried out the request" in str(error)
    assert len(server.received) == 1


def test_return_false_in_xml(server: Loopback) -> None:
    body = b"<DeleteVpnGatewayResponse><RequestId>r-1</RequestId><Return>false</Return></DeleteVpnGatewayResponse>"
    server.script = [answer(body, kind="application/xml")]
    assert failure(client(server.url), action="DeleteVpnGateway").__class__ is ServiceError


def test_return_false_beside_an_error_is_the_error(server: Loopback) -> None:
    error_ = {"Code": "ServiceTimeout", "Message": "m"}
    server.script = [answer({"Return": False, "Error": error_}, 400)]
    error = failure(client(server.url))
    assert (error.code, error.may_have_happened) == ("ServiceTimeout", True)


@pytest.mark.parametrize("yes", [True, "true", 1, None, "x", {}])
def test_any_other_return_is_none(server: Loopback, yes: object) -> None:
    server.script = [answer({"Return": yes})]
    assert write(client(server.url), "DeleteVpnGateway", {}) == {"RequestId": "r-1", "Return": yes}


SAYS_NOTHING = [
    b"{}",
    b'{"status": "ok"}',
    b'{"VpnGateway": null}',
    b'{"VpnTunnel": {"VpnTunnelId": "t"}}',
    b"<r><a>b</a></r>",
]


@pytest.mark.parametrize("body", SAYS_NOTHING)
@pytest.mark.parametrize("verb", ["Create", "Modify", "Delete"])
def test_a_write_answered_by_nothing_of_the_service_may_have_happened(server: Loopback, body: bytes, verb: str) -> None:
    server.script = [answer(body)]
    error = failure(client(server.url, max_attempts=3), action=f"{verb}VpnGateway")
    assert error.__class__ is TransportError
    assert error.may_have_happened is True
    assert "not one of the service" in str(error)
    assert len(server.received) == 1


@pytest.mark.parametrize("body", [b'{"Return": true}', b'{"VpnGateway": {"VpnGatewayId": "g"}}', b'{"RequestId": "r"}'])
def test_a_write_answered_by_anything_of_the_service_is_done(server: Loopback, body: bytes) -> None:
    server.script = [answer(body)]
    assert write(client(server.url), "ModifyVpnGateway", {})


# --- a 404 of something else ---------------------------------------------------------------------

NOT_FOUND = {
    "Kong": b'{"message":"no Route matched with those values"}',
    "Kong 3": b'{"message":"no Route matched with those values","request_id":"6a1f"}',
    "Kubernetes": b'{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"the server could '
    b'not find the requested resource","reason":"NotFound","details":{},"code":404}',
    "S3": b'<?xml version="1.0"?><Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>'
    b"<RequestId>r</RequestId></Error>",
    "text": b"404 page not found",
    "nothing": b"",
    "Spring": b'{"timestamp":"2026-11-28","status":404,"error":"Not Found","path":"/"}',
    "Ksyun, an action": b'{"RequestId":"r","Error":{"Code":"INVALID_ACTION","Message":"Not Found"}}',
    "Ksyun, a region": b'{"RequestId":"r","Error":{"Code":"ApiNotSupportRegion","Message":"not support"}}',
    "Ksyun, no service": '{"RequestId":"r","Error":{"Code":"NoSuchEntity","Message":"引用的InnerAPI不存在"}}'.encode(),
    "Ksyun, a parent": b'{"RequestId":"r","Error":{"Code":"NoSuchEntity","Message":"VpnGateway gw-1 does not exist."}}',
    "Ksyun, no id": b'{"RequestId":"r","Error":{"Code":"NoSuchEntity","Message":"The resource does not exist."}}',
}


@pytest.mark.parametrize("what", NOT_FOUND)
@pytest.mark.parametrize("action", ["DescribeVpnTunnels", "DeleteVpnTunnel"])
def test_a_404_that_proves_nothing(server: Loopback, what: str, action: str) -> None:
    """No resource is taken for gone, as the message does not name it."""
    server.script = [answer(NOT_FOUND[what], 404)]
    it = client(server.url)
    error = failure(it, "read" if action.startswith("Describe") else "write", action)
    assert error.may_have_happened is False
    assert not (isinstance(error, NotFoundError) and error.names("6d1f0a3e-3c3b-4a4e-9d55-0f8a2b6f8c11"))
    if not what.startswith(("Ksyun", "S3", "Kubernetes")):
        assert error.__class__ is TransportError, error
        assert "Check endpoint_url and the proxies" in str(error)


@pytest.mark.parametrize(
    ("call", "action"), [("read", "DescribeVpnTunnels"), ("write", "DeleteVpnTunnel"), ("write", "CreateVpnTunnel")]
)
@pytest.mark.parametrize("code", ["InternalError", "OperationFailed", "AccessDenied"])
def test_a_code_without_a_result_is_an_error_with_any_status(
    server: Loopback, call: str, action: str, code: str
) -> None:
    """Else it would be an empty listing, or a change that was made."""
    server.script = [answer({"Code": code, "Message": "not done"})]
    error = failure(client(server.url, max_attempts=1), call, action)
    assert isinstance(error, ServiceError)
    assert (error.code, error.http_status, error.message) == (code, 200, "not done")
    assert error.may_have_happened == (code != "AccessDenied")


@pytest.mark.parametrize("code", ["OperationFailed", "ServiceTimeout"])
def test_return_false_beside_a_code_of_its_own(server: Loopback, code: str) -> None:
    server.script = [answer({"Return": False, "Code": code, "Message": "not done"})]
    error = failure(client(server.url, max_attempts=1), "write", "DeleteVpnTunnel")
    assert (error.code, error.http_status) == (code, 200)
    assert error.may_have_happened == (code == "ServiceTimeout")


def test_a_create_may_be_declined_too(server: Loopback) -> None:
    server.script = [answer({"Return": False})]
    error = failure(client(server.url), "write", "CreateVpnTunnel")
    assert error.may_have_happened is False
    server.script = [answer({"Return": False, "VpnTunnel": {"VpnTunnelId": "t"}})]  # an odd way to say that it is there
    assert write(client(server.url), "CreateVpnTunnel", {})["VpnTunnel"] == {"VpnTunnelId": "t"}


def test_a_failure_that_speaks_of_inner_apis_may_have_happened(server: Loopback) -> None:
    told = "Exception java.net.SocketTimeoutException: InnerApi vpn-core read timed out"
    server.script = [answer({"Error": {"Code": "ServiceUnavailable", "Message": told}}, 500)]
    assert failure(client(server.url), "write", "CreateVpnGateway").may_have_happened
