# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are spoiled below JSON and XML: HTTP, charsets, lengths, and answers that never end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest
from hostile.bench import check_result, run
from hostile.counting import CASES
from hostile.shapes import as_json
from hostile.test_answers import IDENTITY, listing, perform, task
from support.wire_server import Answer, Request, Server, http, raw

GOOD = as_json({"RequestId": "r-1", "CustomerGatewaySet": []})
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><DescribeCustomerGatewaysResponse><CustomerGatewaySet><item><CustomerGatewayId>&j;</CustomerGatewayId></item>"
    b"</CustomerGatewaySet></DescribeCustomerGatewaysResponse>"
)
EXTERNAL = (
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><RequestId>r</RequestId><CustomerGatewaySet><item>'
    b"<CustomerGatewayId>&x;</CustomerGatewayId></item></CustomerGatewaySet></r>"
)
XML = b"<r><RequestId>r-1</RequestId><CustomerGatewaySet><item/></CustomerGatewaySet></r>"

# bodies that can't be taken for a listing
MALFORMED: dict[str, bytes] = {
    "empty": b"",
    "white space": b" \r\n\t ",
    "null": b"null",
    "a text": b'"x"',
    "a list": b"[]",
    "NaN": b'{"RequestId": "r", "CustomerGatewaySet": [], "x": NaN}',
    "Infinity": b'{"RequestId": "r", "CustomerGatewaySet": [], "x": -Infinity}',
    "a number without bounds": b'{"RequestId": "r", "CustomerGatewaySet": [], "x": 1e999}',
    "a number of 5000 digits": b'{"RequestId": "r", "CustomerGatewaySet": [], "x": ' + b"9" * 5000 + b"}",
    "two values": GOOD + GOOD,
    "cut short": GOOD[:-3],
    "nested lists": b'{"RequestId": "r", "CustomerGatewaySet": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested objects": b'{"RequestId": "r", "x": ' + b'{"x":' * 900 + b"1" + b"}" * 901,
    "nested elements": b"<a>" * 100_000 + b"</a>" * 100_000,
    "a million empty lists": b'{"RequestId": "r", "x": [' + b"[]," * 1_100_000 + b"[]]}",
    "half a million elements": b"<r>" + b"<a></a>" * 550_000 + b"</r>",
    "entities": LAUGHS,
    "entities in UTF-16": LAUGHS.decode().encode("utf-16"),
    "entities in UTF-16 without a mark": LAUGHS.decode().encode("utf-16-le"),
    "an external entity": EXTERNAL,
    "an external entity in UTF-16": EXTERNAL.decode().encode("utf-16-be"),
    "an unknown charset": b'<?xml version="1.0" encoding="klingon"?>' + XML,
    "GBK that says so": '<?xml version="1.0" encoding="gbk"?><r><RequestId>r</RequestId><a>客户</a></r>'.encode("gbk"),
    "GBK that says nothing": '{"RequestId": "r", "CustomerGatewaySet": [], "x": "客户"}'.encode("gbk"),
    "an item that is none": XML,
    "XHTML": b"<html><body><item/></body></html>",
    "somebody else's JSON": b'{"status": "ok", "data": []}',
    "a set that is a text": b'{"RequestId": "r", "CustomerGatewaySet": "none"}',
    "a set that is an object": b'{"RequestId": "r", "CustomerGatewaySet": {"item": []}}',
    "an item without an id": b'{"RequestId": "r", "CustomerGatewaySet": [{"CustomerGatewayName": "hostile"}]}',
    "an id that is an object": b'{"RequestId": "r", "CustomerGatewaySet": [{"CustomerGatewayId": {}}]}',
    "an id with a line's end": b'{"RequestId": "r", "CustomerGatewaySet": [{"CustomerGatewayId": "a\\nb"}]}',
    "an id of a megabyte": b'{"RequestId": "r", "CustomerGatewaySet": [{"CustomerGatewayId": "%s"}]}' % (b"x" * 10**6),
}
# bodies that look odd and are right
RIGHT: dict[str, bytes] = {
    "a mark": b"\xef\xbb\xbf" + GOOD,
    "white space before": b"\r\n  " + GOOD,
    "UTF-16 JSON without a mark": GOOD.decode().encode("utf-16-le"),
    "an empty set in XML": b"<r><RequestId>r-1</RequestId><CustomerGatewaySet/></r>",
    "no set": b'{"RequestId": "r-1"}',
    "a null set": b'{"RequestId": "r-1", "CustomerGatewaySet": null}',
}
STATUSES = (*range(200, 209), 226, *range(300, 309), *range(400, 432), 451, *range(500, 512), 599, 999)
WHOLE = http(GOOD)
HEADS: dict[str, bytes] = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "nothing": b"",
    "a status alone": b"HTTP/1.1 200 OK",
    "status 0": b"HTTP/1.1 0 X\r\n\r\n" + GOOD,
    "status 99999": b"HTTP/1.1 99999 X\r\n\r\n" + GOOD,
    "status text": b"HTTP/1.1 OK 200\r\n\r\n" + GOOD,
    "a length too long": WHOLE.replace(b"Content-Length: ", b"Content-Length: 9"),
    "a length too short": http(GOOD[:20]).replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n") + GOOD[20:],
    "a thousand headers": b"HTTP/1.1 200 X\r\n" + b"X-Flood: y\r\n" * 1000 + b"\r\n" + GOOD,
    "a header of 100 KB": b"HTTP/1.1 200 X\r\nX-Flood: " + b"y" * 100_000 + b"\r\n\r\n" + GOOD,
    "chunks of nonsense": b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk of 2**80 bytes": b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + b"F" * 20 + b"\r\n{}",
    "a chunk of -1 bytes": b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
    "early hints, and no more": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
    "compressed by brotli": http(GOOD, Content_Encoding="br"),
    "compressed twice": http(GOOD, Content_Encoding="gzip, gzip"),
    "compressed by nonsense": http(GOOD, Content_Encoding="gzip"),
}


def info(server: Server) -> dict[str, object]:
    """The result of a listing."""
    CASES["answers"] += 1
    result = run("customer_gateway_info", task(server, "customer_gateway_info"))
    check_result("customer_gateway_info", result)
    return result


@pytest.mark.parametrize("what", MALFORMED)
def test_a_body_that_is_no_listing_fails_and_nothing_is_created(what: str, server: Server) -> None:
    server.begin(raw(http(MALFORMED[what])))
    result = info(server)
    assert result["failed"] is True
    assert "DescribeCustomerGateways failed" in str(result["msg"])
    for call in ("Describe", "Create", "Modify", "Delete"):
        CASES["answers"] += 1
        result = perform(server, "customer_gateway", call, http(MALFORMED[what]))
        check_result("customer_gateway", result)
        if call == "Describe":
            assert result["failed"] is True
            assert {request.action for request in server.requests} == {"DescribeCustomerGateways"}


@pytest.mark.parametrize("what", RIGHT)
def test_an_odd_body_that_is_right(what: str, server: Server) -> None:
    server.begin(raw(http(RIGHT[what])))
    result = info(server)
    assert "failed" not in result
    assert result["customer_gateways"] == []


@pytest.mark.parametrize("what", HEADS)
def test_what_is_no_http_fails(what: str, server: Server) -> None:
    server.begin(raw(HEADS[what]))
    result = info(server)
    assert result["failed"] is True, result
    assert (
        f"127.0.0.1:{server.port}" in str(result["msg"])
        or "not one of the service" in str(result["msg"])
        or ("compressed" in str(result["msg"]))
    )
    for call in ("Create", "Modify", "Delete"):
        CASES["answers"] += 1
        check_result("vpn_tunnel", perform(server, "vpn_tunnel", call, HEADS[what]))


@pytest.mark.parametrize(
    "status", [*range(200, 209), 226, *range(300, 309), *range(400, 432), 451, *range(500, 512), 599, 999]
)
@pytest.mark.parametrize("body", [b"", b"{}", b"<html><body>proxy</body></html>"], ids=["empty", "object", "page"])
def test_a_status_without_an_answer_of_the_service(status: int, body: bytes, server: Server) -> None:
    server.begin(raw(http(body, status)))
    result = info(server)
    assert result["failed"] is True
    assert f"HTTP {status}" in str(result["msg"])
    if 300 <= status < 400:
        assert "redirection" in str(result["msg"])
    # a deletion answered so is looked after: the resource is there still, or gone
    CASES["answers"] += 1
    result = perform(server, "customer_gateway", "Delete", http(body, status))
    check_result("customer_gateway", result)
    assert result["failed"] is True or 200 <= status < 300
    assert IDENTITY in str(result["customer_gateway"]) or 200 <= status < 300


HEADERS = {
    "Retry-After": ["\xb2", "-1", "1e9", "9" * 400, "Tue, 24 Nov 2026 00:00:00 GMT", "", "nan"],
    "Date": ["x", "Tue, 24 Nov 2026 17:19:28 -0000", "Tue, 24 Nov 0001 00:00:00 GMT", "Tue, 24 Nov 9999 23:59:59 -2359",
             "Tue, 99 Nov 2026 99:99:99 +9999", "\xff\xfe"],
    "Content-Type": ["\xff", "text/html; charset=klingon", "application/json; charset=utf-16", "multipart/x"],
    "Location": ["http://[", "javascript:x", "\xff", "//"],
    "Set-Cookie": ["a=b; Domain=.; Path=\xff", "x" * 5000],
    "Connection": ["upgrade", "\xff"],
    "Content-Encoding": ["identity", "\xff"],
    "Proxy-Authenticate": ["Negotiate \xff"],
    "WWW-Authenticate": ["Digest realm=\xff"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in HEADERS.items() for value in values])
@pytest.mark.parametrize("status", [200, 302, 401, 403, 409, 503])
def test_headers_of_any_content(name: str, value: str, status: int, server: Server) -> None:
    error = {
        "RequestId": "r-1",
        "Error": {"Code": "IncompleteSignature", "Message": "Signature expired: x is now earlier than y"},
    }
    server.begin(raw(http(GOOD if status == 200 else as_json(error), status, **{name.replace("-", "_"): value})))
    info(server)
    assert 0 < len(server.requests) <= 2  # the second one with the service's time


def test_a_message_of_the_service_stays_on_its_line(server: Server) -> None:
    message = "\x1b[2J\x1b[31mfailed\r\nok: [localhost]\u2028\u202e" + "x" * 1_000_000
    server.begin(raw(http(as_json({"RequestId": "r\n-1" * 9999, "Error": {"Code": "A\nB", "Message": message}}), 400)))
    result = info(server)
    assert "A B: [2J [31mfailed ok: [localhost]" in str(result["msg"])
    assert len(str(result)) < 20_000


# --- answers that never end ---------------------------------------------------------------------


GIVEN_UP: list[str] = []  # what the server ended, as the client did not
_PATIENCE = 30  # seconds


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    """An answer that goes on until the client hangs up."""

    def answer(request: Request, connection: socket.socket) -> None:
        end = time.monotonic() + _PATIENCE
        connection.sendall(head)
        while time.monotonic() < end:
            connection.sendall(piece)
            time.sleep(pause)
        GIVEN_UP.append(request.action)

    return answer


def silent(request: Request, connection: socket.socket) -> None:
    """Keep the connection, and say nothing, until the client hangs up."""
    connection.settimeout(_PATIENCE)
    try:
        connection.recv(1)
    except TimeoutError:
        GIVEN_UP.append(request.action)


ENDLESS: dict[str, Callable[[], Answer]] = {
    "silence": lambda: silent,
    "100 Continue": lambda: endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "a head that drips": lambda: endless(b"HTTP/1.1 200 X\r\nX: ", b"y", 0.05),
    "a body that drips": lambda: endless(b"HTTP/1.1 200 X\r\nContent-Length: 60000\r\n\r\n{", b" ", 0.05),
    "a body without a length that drips": lambda: endless(b"HTTP/1.1 200 X\r\n\r\n{", b" ", 0.05),
    "chunks that drip": lambda: endless(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.05),
}


@pytest.mark.parametrize("what", ENDLESS)
@pytest.mark.parametrize("call", ["Describe", "Delete"])
def test_an_answer_that_never_ends_is_cut_off(what: str, call: str, server: Server) -> None:
    CASES["answers"] += 1
    answer = ENDLESS[what]()
    right = listing("customer_gateway", "hostile")

    def chosen(request: Request, connection: socket.socket) -> None:
        answer(request, connection) if request.action.startswith(call) else connection.sendall(right)

    server.begin(chosen)
    bounds = {"connect_timeout": 0.1, "read_timeout": 0.4}
    result = run("customer_gateway", task(server, "customer_gateway", name="hostile", state="absent", **bounds))
    check_result("customer_gateway", result)
    assert result["failed"] is True
    assert "in time" in result["msg"]
    assert not GIVEN_UP
    assert ("It could not be determined whether" in result["msg"]) == (call == "Delete")
