# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that no service should send: the parser gives a dictionary or says that it can't, and nothing else."""

from __future__ import annotations

import encodings.aliases
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import MalformedAnswerError
from ansible_collections.ksyun.vpn.plugins.module_utils.api.wire import error_of, parse, request_id

JSON = json.dumps(
    {
        "RequestId": "4C467B38-3910-447D-87BC-AC049166F216",
        "VpnTunnelSet": [{"VpnTunnelName": "通道 é", "IpsecLifetimeSecond": 3600, "ExtraCidrSet": []}],
        "Return": True,
    },
    ensure_ascii=False,
).encode()
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><DescribeVpnTunnelsResponse xmlns="http://vpc/"><ResponseMetadata>'
    "<RequestId>4C467B38</RequestId></ResponseMetadata><VpnTunnelSet><item><VpnTunnelName>通道 &amp; é</VpnTunnelName>"
    "</item></VpnTunnelSet></DescribeVpnTunnelsResponse>"
).encode()


def survives(body: bytes) -> dict[str, object] | None:
    """The answer, or None if it was refused; any other exception fails the test."""
    try:
        answer = parse(body)
    except MalformedAnswerError:
        return None
    assert isinstance(answer, dict)
    assert isinstance(request_id(answer), (str, type(None)))
    code, message = error_of(answer)
    assert isinstance(code, (str, type(None)))
    assert isinstance(message, str)
    return answer


@given(
    st.binary(max_size=60)
    | st.builds(lambda head, tail: head + tail, st.sampled_from([b"{", b"<", b"<?xml"]), st.binary())
)
def test_random_bytes(body: bytes) -> None:
    survives(body)


telling = st.sampled_from(["Error", "error", "Code", "Message", "RequestId", "ResponseMetadata"])


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.integers()
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Error", "error", "Code", "Message", "RequestId", "ResponseMetadata"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_any_json(value: object) -> None:
    answer = survives(json.dumps(value).encode())
    assert (answer is not None) == isinstance(value, dict)


@pytest.mark.parametrize("body", [JSON, XML], ids=["json", "xml"])
def test_truncated_anywhere(body: bytes) -> None:
    assert survives(body)
    for length in range(len(body)):
        assert survives(body[:length]) is None


@pytest.mark.parametrize("body", [JSON, XML], ids=["json", "xml"])
@given(st.data())
def test_a_byte_changed(body: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(body) - 1))
    survives(body[:position] + data.draw(st.binary(min_size=1, max_size=2)) + body[position + 1 :])


@pytest.mark.parametrize("depth", [100, 2_000, 100_000])
def test_deep_nesting(depth: int) -> None:
    survives(b'{"a":' * depth + b"1" + b"}" * depth)
    survives(b'{"a":' + b"[" * depth)
    survives(b"<a>" * depth + b"</a>" * depth)


ENTITIES = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><r><b>&b;</b></r>',
    '<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r><b>1</b></r>',
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><b>&x;</b></r>',
)


@pytest.mark.parametrize("text", ENTITIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_declarations_are_refused(text: str, encoding: str) -> None:
    assert survives(text.encode(encoding)) is None


@pytest.mark.parametrize("encoding", sorted({*encodings.aliases.aliases.values(), "undefined", "idna", "none-such"}))
def test_any_declared_encoding(encoding: str) -> None:
    survives(f'<?xml version="1.0" encoding="{encoding}"?><r><a>'.encode() + b"\xff\xe9</a></r>")


NOT_ANSWERS = (
    b"",
    b" \r\n",
    b"\xef\xbb\xbf",
    b"OK",
    b"null",
    b"[]",
    b'"text"',
    b"17",
    b"<html><body><h1>502 Bad Gateway</h1><hr></body></html>",
    b"<html><head><title>Login</title></head><body><p>Sign in</p></body></html>",
    b'<HTML xmlns="http://www.w3.org/1999/xhtml"><body/></HTML>',
    b"<!DOCTYPE html><html><body>Login</body></html>",
    b"<!doctype html><p>Login",
    b"\x1f\x8b\x08\x00",
    b'{"RequestId": "r"} {"RequestId": "s"}',
    b"{'RequestId': 'r'}",
    b"<a></a><b></b>",
    '{"RequestId": "r"}'.encode("utf-16"),
)


@pytest.mark.parametrize("body", NOT_ANSWERS)
def test_not_answers(body: bytes) -> None:
    assert survives(body) is None
