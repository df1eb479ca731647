# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire format: what is sent can be read back, and the two formats of answers say the same."""

from __future__ import annotations

import json
import typing as t
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import decode_pairs, encode_pairs
from ansible_collections.ksyun.vpn.plugins.module_utils.api.wire import error_of, flatten, parse, request_id

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
words = st.from_regex(r"[A-Z][A-Za-z]{0,6}", fullmatch=True).filter(lambda word: not word.endswith("Set"))
scalars = any_text | st.integers() | st.booleans()


# --- requests ---------------------------------------------------------------------------------


def unflatten(pairs: t.Iterable[tuple[str, str]]) -> dict[str, t.Any]:
    """Parameters as a server reads them: numbered parts are lists, in numerical order."""
    tree: dict[str, t.Any] = {}
    for name, value in pairs:
        *path, last = name.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        assert last not in node
        node[last] = value

    def build(node: t.Any) -> t.Any:
        if not isinstance(node, dict):
            return node
        if node and all(part.isdigit() for part in node):
            assert min(map(int, node)) >= 1
            return [build(node[part]) for part in sorted(node, key=int)]
        return {part: build(item) for part, item in node.items()}

    return t.cast("dict[str, t.Any]", build(tree))


def as_sent(value: t.Any) -> t.Any:
    """A parameter in the text that stands for it; None where nothing of it is sent."""
    if isinstance(value, dict):
        items = {name: as_sent(item) for name, item in value.items()}
        return {name: item for name, item in items.items() if item is not None} or None
    if isinstance(value, (list, tuple)):
        return [item for item in map(as_sent, value) if item is not None] or None
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


parameters = st.dictionaries(
    words,
    st.recursive(
        scalars | st.none(),
        lambda inner: st.lists(inner, max_size=12) | st.dictionaries(words, inner, max_size=3),
        max_leaves=15,
    ),
    max_size=5,
)


@given(parameters)
@example({"VpnGatewayId": list("abcdefghijkl"), "Filter": [{"Name": "vpc-id", "Value": ["v", "w"]}], "DryRun": True})
def test_flatten_can_be_read_back(given_: dict[str, t.Any]) -> None:
    pairs = flatten(given_)
    assert unflatten(pairs) == (as_sent(given_) or {})
    assert decode_pairs(encode_pairs(pairs)) == pairs


def test_flatten_as_the_document_writes_it() -> None:
    sent = {"VpnGatewayId": ["a", "b"], "Filter": [{"Name": "vpc-id", "Value": ["v"]}], "DryRun": True, "X": None}
    assert flatten(sent) == [
        ("VpnGatewayId.1", "a"),
        ("VpnGatewayId.2", "b"),
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", "v"),
        ("DryRun", "true"),
    ]


# --- answers ----------------------------------------------------------------------------------

xml_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r"),
    max_size=8,
)
leaves = xml_text.filter(lambda text: text == text.strip()) | st.integers() | st.booleans()
fields = words.filter(lambda word: word not in ("Error", "ResponseMetadata"))
sets = fields.map(lambda word: word + "Set")
objects = st.recursive(
    st.dictionaries(fields, leaves, min_size=1, max_size=5),
    lambda inner: (
        st.dictionaries(fields, leaves | inner, min_size=1, max_size=3)
        | st.dictionaries(
            fields.map(lambda word: word + "Set"), st.lists(inner | leaves, max_size=3), min_size=1, max_size=2
        )
    ),
    max_leaves=6,
)


def as_xml(name: str, value: t.Any, pad: str) -> str:
    if isinstance(value, dict):
        inner = pad + "".join(as_xml(key, item, pad) + pad for key, item in value.items())
    elif isinstance(value, list):
        inner = pad + "".join(as_xml("item", item, pad) + pad for item in value)
    else:
        inner = escape(text_of(value), {"\r": "&#13;"})
    return f"<{name}>{inner}</{name}>"


def text_of(value: t.Any) -> t.Any:
    """A plain value with all scalars as text."""
    if isinstance(value, dict):
        return {name: text_of(item) for name, item in value.items()}
    if isinstance(value, list):
        return [text_of(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def document(value: dict[str, t.Any], pad: str = "", head: str = "") -> bytes:
    root = as_xml("Answer", value, pad).replace("<Answer>", '<Answer xmlns="http://vpc.example/2016-03-04/">', 1)
    return f"{head}{root}".encode()


@given(objects, st.sampled_from(["", " ", "\n  "]), st.sampled_from(["", "\ufeff", '<?xml version="1.0"?>\n', "\n"]))
def test_json_and_xml_say_the_same(value: dict[str, t.Any], pad: str, head: str) -> None:
    from_json = parse((head if head in ("\ufeff", "") else "").encode() + json.dumps(value).encode())
    assert from_json == value
    assert parse(document(value, pad, head)) == text_of(value)


@pytest.mark.parametrize("text", [" edge", "edge ", "\tedge\n", " both ", "\u00a0edge"])
def test_white_space_at_the_edge_of_a_value_is_part_of_it(text: str) -> None:
    answer = {"CustomerGatewaySet": [{"CustomerGatewayName": text}]}
    assert parse(json.dumps(answer).encode()) == answer
    assert parse(document(answer)) == answer


def test_an_empty_set_is_a_list_in_both() -> None:
    assert parse(b'{"VpnTunnelSet": []}') == {"VpnTunnelSet": []}
    assert parse(b"<A><VpnTunnelSet/></A>") == {"VpnTunnelSet": []}
    assert parse(b"<A><VpnTunnelSet>\n  </VpnTunnelSet></A>") == {"VpnTunnelSet": []}
    assert parse(b"<A><VpnTunnelName/></A>") == {"VpnTunnelName": ""}


REQUEST_IDS = (
    b'{"RequestId": "r-1"}',
    b'{"RequestID": "r-1"}',
    b'{"requestId": "r-1", "ResponseMetadata": null}',
    b'{"ResponseMetadata": {"RequestId": "r-1"}}',
    b"<R><RequestId>r-1</RequestId></R>",
    b"<R><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></R>",
    b"<R><requestId>r-1</requestId><Return>true</Return></R>",
    b"<ErrorResponse><RequestId>r-1</RequestId><Error><Code>C</Code></Error></ErrorResponse>",
)


@pytest.mark.parametrize("body", REQUEST_IDS)
def test_request_id_wherever_it_stands(body: bytes) -> None:
    assert request_id(parse(body)) == "r-1"


@pytest.mark.parametrize("body", [b"{}", b"<R/>", b'{"RequestId": null, "ResponseMetadata": ["x"]}'])
def test_no_request_id(body: bytes) -> None:
    assert request_id(parse(body)) is None


ERRORS = (
    b'{"RequestId": "r", "Error": {"Type": "Sender", "Code": "C", "Message": "m"}}',
    b'{"RequestId": "r", "error": {"Type": "Sender", "Code": "C", "Message": "m"}}',
    b'{"RequestID": "r", "Error": {"code": "C", "message": "m"}}',
    b'{"RequestId": "r", "Code": "C", "Message": "m"}',
    b'{"RequestId": "r", "code": "C", "message": "m"}',
    b'{"RequestId": "r", "code": "C", "message": "", "codeDesc": "m"}',
    (
        b"<ErrorResponse><RequestId>r</RequestId>"
        b"<Error><Type>Sender</Type><Code>C</Code><Message>m</Message></Error></ErrorResponse>"
    ),
    (
        b'<?xml version="1.0"?><ErrorResponse xmlns="http://x/"><Error><Code>C</Code><Message> m </Message></Error>'
        b"</ErrorResponse>"
    ),
    b"<Response><Error><Code>C</Code><Message>m</Message></Error><RequestId>r</RequestId></Response>",
)


@pytest.mark.parametrize("body", ERRORS)
def test_error_in_every_spelling(body: bytes) -> None:
    code, message = error_of(parse(body))
    assert (code, message.strip()) == ("C", "m")


def test_error_oddities() -> None:
    assert error_of({"code": 4001, "message": "m"}) == ("4001", "m")
    assert error_of({"Error": "only text"}) == (None, "only text")
    assert error_of({"Error": None}) == error_of({}) == (None, "")
    assert error_of({"Error": ["x"], "Message": "m"}) == (None, "m")
