# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of the table of public errors, raised by what causes it, in the table's own words."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from service.client import Caller, Outgoing, Reply

from emulator.errors import PUBLIC_ERRORS, PublicError
from emulator.testing import EmulatorHandle

_ROWS = Path(__file__).resolve().parent.parent / "vectors" / "public_errors.json"
_TABLE = [(row["code"], row["message"], row["status"]) for row in json.loads(_ROWS.read_text(encoding="utf-8"))["rows"]]

_ACTION = "DescribeVpnGateways"
Cause = Callable[[Caller], Reply]


def _without_host(version: str, *headers: str) -> Cause:
    """No client library leaves Host out, so this speaks to the socket."""

    def cause(call: Caller) -> Reply:
        lines = [f"GET /?Action={_ACTION} HTTP/{version}", "Accept: application/json", *headers, "", ""]
        with socket.create_connection((call.emulator.host, call.emulator.port), timeout=10) as connection:
            connection.sendall("\r\n".join(lines).encode())
            received = b""
            while piece := connection.recv(65536):
                received += piece
        head, _sep, body = received.partition(b"\r\n\r\n")
        assert call.emulator.requests()[0]["code"] == "MissingAuthenticationToken"
        return Reply(int(head.split()[1]), {}, body)

    return cause


def _bare(call: Caller) -> Reply:
    host = f"{call.emulator.host}:{call.emulator.port}"
    return call.send(Outgoing("GET", f"/?Action={_ACTION}", {"Host": host, "Accept": "application/json"}))


def _authorization(pattern: str, replacement: str) -> Cause:
    """Change the Authorization header by a regular expression."""

    def cause(call: Caller) -> Reply:
        outgoing = call.request(_ACTION)
        changed, count = re.subn(pattern, replacement, outgoing.headers["Authorization"])
        assert count == 1
        return call.send(outgoing.with_headers(Authorization=changed))

    return cause


def _by(**changes: Any) -> Cause:
    """Sign with something else."""
    return lambda call: call.by(**changes)(_ACTION)


def _calling(action: str = _ACTION, **more: Any) -> Cause:
    return lambda call: call(action, **more)


def _set(cause: Cause | None = None, **settings: Any) -> Cause:
    def configured(call: Caller) -> Reply:
        call.emulator.configure(**settings)
        return (cause or _calling())(call)

    return configured


def _denied(call: Caller) -> Reply:
    account = call.emulator.settings()["accounts"][0]
    call.emulator.configure(accounts=[{**account, "user_name": "alice", "denied_actions": ["Create*"]}])
    assert call(_ACTION).status == 200
    return call("CreateVpnGateway")


def _too_often(call: Caller) -> Reply:
    call.emulator.configure(rate_limit={"requests": 2, "seconds": 30})
    assert [call(_ACTION).status, call(_ACTION).status] == [200, 200]
    assert call("DescribeVpnTunnels").status == 200
    return call(_ACTION)


def _dateless(call: Caller) -> Reply:
    return call.send(call.request(_ACTION).with_headers(X_Amz_Date=None))


def _odd_date(call: Caller) -> Reply:
    return call.send(call.request(_ACTION).with_headers(X_Amz_Date="2026-01-02T03:04:05Z"))


def _impossible_date(call: Caller) -> Reply:
    return call.send(call.request(_ACTION).with_headers(X_Amz_Date="20260230T030405Z"))


def _odd_bytes(call: Caller) -> Reply:
    """A signed header that is not UTF-8."""
    outgoing = call.request(_ACTION)
    authorization = outgoing.headers["Authorization"].replace("host;", "host;x-odd;")
    return call.send(outgoing.with_headers(Authorization=authorization, X_Odd="\xff"))


def _other_algorithm(call: Caller) -> Reply:
    outgoing = call.request(_ACTION, form="v4-query", method="GET")
    return call.send(Outgoing("GET", outgoing.target.replace("HMAC-SHA256", "HMAC-SHA1"), outgoing.headers))


def _simplified(**changes: str) -> Cause:
    """Change parameters of the simplified signature, which comes before it is looked at itself."""

    def cause(call: Caller) -> Reply:
        outgoing = call.request(_ACTION, form="simplified", method="GET")
        pairs = dict(parse_qsl(outgoing.target.partition("?")[2]))
        return call.send(Outgoing("GET", "/?" + urlencode({**pairs, **changes}), outgoing.headers))

    return cause


def _broken_inside(call: Caller) -> Reply:
    """A stored value that no answer can be made from."""
    call.emulator.seed(VpnTunnelSet=[{"IkeDHGroup": "none"}])
    call.emulator.configure(legacy_spelling=True)
    reply = call("DescribeVpnTunnels")
    assert "Traceback" in call.emulator.log()
    return reply


def _incomplete_query(form: str, *names: str) -> Cause:
    """Leave parameters of the signature out."""

    def cause(call: Caller) -> Reply:
        outgoing = call.request(_ACTION, form=form, method="GET")
        target, count = re.subn(f"&({'|'.join(names)})=[^&]*", "", outgoing.target)
        assert count == len(names)
        return call.send(Outgoing("GET", target, outgoing.headers))

    return cause


# By row: what causes it, and what fills the places of its message. More than one cause where the row has several.
_CAUSES: dict[PublicError, list[tuple[Cause, tuple[str, ...]]]] = {
    PublicError.HOST_MISSING: [
        (_without_host("1.0"), ()),
        (_without_host("1.1", "Connection: close"), ()),
        (_without_host("1.1", "Host:", "Connection: close"), ()),
    ],
    PublicError.TOKEN_MISSING: [(_bare, ())],
    PublicError.HEADER_MISSING: [(_authorization("host;", "host;x-nowhere;"), ("x-nowhere",))],
    PublicError.HOST_NOT_SIGNED: [(_authorization("host;", ""), ())],
    PublicError.SCOPE_TERMINATOR: [(_authorization("/aws4_request", "/AWS4_request"), ("AWS4_request",))],
    PublicError.SCOPE_REGION: [
        (_by(region="mars-north-1"), ("mars-north-1",)),
        (lambda call: call.by(region="mars-2")(_ACTION, form="simplified"), ("mars-2",)),
    ],
    PublicError.SCOPE_SERVICE: [
        (_by(service="iam"), ("iam",)),
        (lambda call: call.by(service="iam")(_ACTION, form="simplified"), ("iam",)),
    ],
    PublicError.SIGNATURE_MISMATCH: [(_by(secret_key="wrong"), ()), (_odd_bytes, ())],
    PublicError.SIGNATURE_EXPIRED: [
        (_by(skew=-1000), ("[0-9TZ]{16}",)),
        (_by(skew=1000), ("[0-9TZ]{16}",)),
        (_set(clock_offset=901.5), ("[0-9TZ]{16}",)),
        (_set(_by(skew=-30), clock_window=20), ("[0-9TZ]{16}",)),
        (lambda call: call.by(skew=-60, expires=30)(_ACTION, form="v4-query"), ("[0-9TZ]{16}",)),
        (lambda call: call.by(skew=-1000)(_ACTION, form="simplified"), ("[0-9TZ:-]{20}",)),
    ],
    PublicError.SCOPE_DATE: [(_authorization("/[0-9]{8}/", "/20200101/"), ())],
    PublicError.TOKEN_INVALID: [(_by(access_key="nobody"), ()), (_by(token="unexpected"), ())],
    PublicError.ACCESS_DENIED: [(_denied, ("alice", "CreateVpnGateway"))],
    PublicError.DATE_FORMAT: [
        (_odd_date, ("2026-01-02T03:04:05Z",)),
        (_impossible_date, ("20260230T030405Z",)),
        (_simplified(Timestamp="20260102T030405Z"), ("20260102T030405Z",)),
    ],
    PublicError.QUERY_INCOMPLETE: [
        (_incomplete_query("v4-query", "X-Amz-SignedHeaders"), ("X-Amz-SignedHeaders",)),
        (_incomplete_query("v4-query", "X-Amz-Algorithm", "X-Amz-Date"), ("X-Amz-Algorithm, X-Amz-Date",)),
        (_incomplete_query("v4-query", "X-Amz-Signature"), ("X-Amz-Signature",)),
        (_incomplete_query("simplified", "Timestamp", "Signature"), ("Timestamp, Signature",)),
    ],
    PublicError.ALGORITHM_UNSUPPORTED: [
        (_authorization("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), ("AWS4-HMAC-SHA1",)),
        (_authorization("AWS4-HMAC-SHA256", "Basic"), ("Basic",)),
        (_other_algorithm, ("AWS4-HMAC-SHA1",)),
        (_simplified(SignatureMethod="HMAC-SHA1"), ("HMAC-SHA1",)),
    ],
    PublicError.CREDENTIAL_MISSING: [(_authorization("Credential=[^,]+, ", ""), ("AWS4-HMAC-SHA256 Signed.+",))],
    PublicError.CREDENTIAL_ELEMENTS: [
        (_authorization("/aws4_request", ""), (".+/vpc",)),
        (_authorization("/aws4_request", "/aws4_request/more"), (".+/more",)),
    ],
    PublicError.AUTHORIZATION_FORMAT: [
        (_authorization(" .*", ""), ()),
        (_authorization(", Signature=", ", nonsense, Signature="), ()),
    ],
    PublicError.DATE_MISSING: [(_dateless, ("AWS4-.+",))],
    PublicError.SIGNATURE_MISSING: [(_authorization(", Signature=.*", ""), ("AWS4-.+",))],
    PublicError.SIGNED_HEADERS_MISSING: [(_authorization(" SignedHeaders=[^,]+,", ""), ("AWS4-.+",))],
    PublicError.EXCEPTION: [
        (_set(backend={"Describe*": "exception"}), ("InternalError",)),
        (_broken_inside, ("ValueError",)),
    ],
    PublicError.AUTH_SERVICE_DOWN: [(_set(auth_service="down"), ())],
    PublicError.INNER_API_WITHOUT_SERVICE: [(_set(backend={_ACTION: "missing"}), ())],
    PublicError.SERVICE_DOWN: [(_set(backend={"*": "down"}), ())],
    PublicError.DRY_RUN: [(_calling(DryRun="true"), ())],
    PublicError.NO_SUCH_API: [(_calling("ListUsers"), ())],
    PublicError.LIMIT_EXCEEDED: [(_too_often, ())],
    PublicError.INVALID_VALUE: [
        (_calling(Version="2015-11-01"), ("Version",)),
        (_calling(MaxResults="0"), ("MaxResults",)),
        (_calling(DryRun="perhaps"), ("DryRun",)),
        (lambda call: call.by(expires=0)(_ACTION, form="v4-query"), ("X-Amz-Expires",)),
        (_simplified(SignatureVersion="2.0"), ("SignatureVersion",)),
    ],
    PublicError.INVALID_METHOD: [
        (_calling("CreateVpnTunnel", method="GET"), ("GET",)),
        (_calling(method="PUT"), ("PUT",)),
        (_calling("DeleteVpnGateway", method="DELETE"), ("DELETE",)),
    ],
    PublicError.MISSING_PARAMETER: [
        (_calling("CreateVpnGateway"), ("BandWidth",)),
        (_calling(""), ("Action",)),
        (_calling(Version=None), ("Version",)),
    ],
    PublicError.INVALID_QUERY: [
        (_calling(parameters={"Filter.1.Name": "colour", "Filter.1.Value.1": "red"}), ("Filter.1.Name",)),
        (_calling(parameters={"VpnGatewayId.first": "x"}), ("VpnGatewayId.first",)),
    ],
    PublicError.SERVICE_TIMEOUT: [(_set(backend={"*": "timeout"}), ())],
}


def test_table() -> None:
    """The emulator's table is the document's: 33 rows, 14 codes; and each row has a cause below."""
    assert [(row.value.code, row.value.message, row.value.status) for row in PUBLIC_ERRORS] == _TABLE
    assert len(_TABLE) == 33
    assert len({code for code, _message, _status in _TABLE}) == 14
    assert set(_CAUSES) == set(PUBLIC_ERRORS)


@pytest.mark.parametrize(
    ("number", "cause", "filling"),
    [
        pytest.param(number, cause, filling, id=f"{row.name}-{variant}")
        for number, row in enumerate(PUBLIC_ERRORS)
        for variant, (cause, filling) in enumerate(_CAUSES[row])
    ],
)
def test_row(call: Caller, number: int, cause: Cause, filling: tuple[str, ...]) -> None:
    """Code, status, type and complete message, as JSON."""
    code, message, status = _TABLE[number]
    reply = cause(call)
    expected = re.escape(message).replace("%s", "{}").format(*filling)
    assert reply.code == code, reply.body
    assert re.fullmatch(expected, reply.message), reply.message
    assert reply.status == status
    assert list(reply.json) == ["RequestId", "Error"]
    assert reply.json["Error"]["Type"] == ("Receiver" if code.startswith("Service") else "Sender")


def test_expiry_may_be_longer_than_the_window(call: Caller) -> None:
    """X-Amz-Expires, where given, takes the window's place."""
    assert call.by(skew=-3000, expires=3600)(_ACTION, form="v4-query").status == 200


def test_date_header_in_place_of_x_amz_date(call: Caller) -> None:
    """botocore signs a Date header where there is one."""
    outgoing = call.request(_ACTION).with_headers(X_Amz_Date=None, Authorization=None, Date="now")
    signed = call.signer.v4(outgoing)
    assert "X-Amz-Date" not in signed.headers
    assert call.send(signed).status == 200


def test_xml(call: Caller) -> None:
    """The same in XML, which is what a client gets that does not ask."""
    reply = call("CreateVpnGateway", accept="*/*")
    root = reply.xml
    assert reply.status == 400
    assert root.tag == "ErrorResponse"
    assert root.findtext("RequestId")
    assert root.findtext("Error/Type") == "Sender"
    assert root.findtext("Error/Code") == "MissingParameter"
    assert root.findtext("Error/Message") == "An value must be supplied for the input parameter BandWidth."


def test_order_of_checks(emulator: EmulatorHandle) -> None:
    """Throttling, authentication, action, method, permission, parameters, DryRun, state: the first fault answers."""
    account = emulator.settings()["accounts"][0]
    call = Caller(emulator)
    wrong = call.by(secret_key="wrong")
    everything = {"VpnTunnelId": "unknown", "DryRun": "true"}
    emulator.configure(
        rate_limit={"requests": 0, "seconds": 60}, accounts=[{**account, "denied_actions": ["CreateVpnTunnel"]}]
    )
    assert wrong("CreateVpnTunnel", method="GET").code == "LimitExceeded"
    emulator.configure(rate_limit=None)
    assert wrong("CreateVpnTunnel", method="GET").code == "SignedCookiesNotMatch"
    assert call("CreateVpnTunnel", method="GET").code == "InvalidMethod"
    assert call("CreateVpnTunnel").code == "AccessDenied"
    assert call("DeleteVpnTunnel", DryRun="true").code == "MissingParameter"
    assert call("DeleteVpnTunnel", parameters=everything).code == "DryRunOperation"
    assert call("DeleteVpnTunnel", VpnTunnelId="unknown").code == "NoSuchEntity"
