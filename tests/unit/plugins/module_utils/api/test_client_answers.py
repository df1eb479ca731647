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
    TransportError,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support import loopback as serve
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import client
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.loopback import Loopback, answer


def failure(it: Client) -> ApiError:
    with pytest.raises(ApiError) as caught:
        it.write("ModifyVpnGateway", {"VpnGatewayId": "g"})
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
    assert client(server.url).read("DescribeX", {}) == {"RequestId": "r-1", "Name": "客户"}


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
        it.write("CreateX", {})
    assert str(caught.value) == (
        "CreateX was refused: InvalidParameterValue: m (HTTP 400, RequestId r-1). "
        "Check the option that sets this parameter."
    )
    assert it.calls[0].request_id == "r-1"


def test_an_error_with_status_200_is_an_error(server: Loopback) -> None:
    server.script = [answer(ERROR_XML, 200)]
    with pytest.raises(InvalidParameterError):
        client(server.url).write("CreateX", {})


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
        client(server.url, max_attempts=2).read("DescribeX", {})
