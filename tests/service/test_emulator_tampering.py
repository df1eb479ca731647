# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One changed character in what a signature covers gives 403, whatever the form of the signature."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service.client import FORMS, Caller, Outgoing

from emulator.testing import EmulatorHandle

_NAMES = st.text("ABCXYZabcxyz019.-_~", min_size=1, max_size=8).map("My".__add__)
_VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
_SIGNATURE_PARTS = ("X-Amz-", "Accesskey", "Service", "Timestamp", "SignatureVersion", "SignatureMethod", "Signature")


@st.composite
def _signed(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """A form, a method and parameters with free names and values."""
    return (
        draw(st.sampled_from(FORMS)),
        draw(st.sampled_from(("GET", "POST"))),
        {"VpcId": "vpc", **draw(st.dictionaries(_NAMES, _VALUES, max_size=4))},
    )


def _changed_pair(data: st.DataObject, encoded: str) -> str:
    """The parameters with one character changed, added or left out in a name or a value."""
    pairs = parse_qsl(encoded, keep_blank_values=True)
    candidates = [number for number, pair in enumerate(pairs) if not pair[0].startswith(_SIGNATURE_PARTS)]
    number = data.draw(st.sampled_from(candidates), label="parameter")
    pair = list(pairs[number])
    side = data.draw(st.sampled_from((0, 1)), label="name or value")
    text = pair[side]
    place = data.draw(st.integers(0, len(text)), label="place")
    kept = data.draw(st.booleans(), label="insert")
    inserted = data.draw(st.sampled_from("aZ7 ~é"), label="character")
    changed = text[:place] + inserted + text[place if kept else place + 1 :]
    pair[side] = changed if changed != text else text + "!"
    pairs[number] = (pair[0], pair[1])
    return urlencode(pairs)


@settings(max_examples=200, deadline=None)
@given(signed=_signed(), data=st.data())
def test_parameters(process: EmulatorHandle, signed: tuple[str, str, dict[str, str]], data: st.DataObject) -> None:
    """Names and values in the query or in the body; untouched, the same request is authentic."""
    form, method, parameters = signed
    call = Caller(process)
    outgoing = call.request("CreateVpnGateway", form=form, method=method, parameters=parameters)
    assert call.send(outgoing).code == "MissingParameter"
    if outgoing.body:
        tampered = replace(outgoing, body=_changed_pair(data, outgoing.body.decode()).encode())
    else:
        tampered = replace(outgoing, target="/?" + _changed_pair(data, outgoing.target.partition("?")[2]))
    reply = call.send(tampered)
    assert (reply.status, reply.code) == (403, "SignedCookiesNotMatch")


@settings(max_examples=60, deadline=None)
@given(signed=_signed(), place=st.integers(0, 200))
def test_secret_key(process: EmulatorHandle, signed: tuple[str, str, dict[str, str]], place: int) -> None:
    """A secret key with one other character, or an unknown access key."""
    form, method, parameters = signed
    call = Caller(process)
    place %= len(process.secret_key)
    other = process.secret_key[:place] + "#" + process.secret_key[place + 1 :]
    for signer, code in (
        (call.by(secret_key=other), "SignedCookiesNotMatch"),
        (call.by(access_key=process.access_key + "x"), "InvalidClientTokenId"),
    ):
        reply = signer("DescribeVpnGateways", form=form, method=method, parameters=parameters)
        assert (reply.status, reply.code) == (403, code)


@pytest.mark.parametrize("form", FORMS)
def test_signature_itself(call: Caller, form: str) -> None:
    """One other digit in the signature."""
    outgoing = call.request("DescribeVpnGateways", form=form)
    text = outgoing.headers["Authorization"] if form == "v4-header" else outgoing.target + outgoing.body.decode()
    signature = text.rpartition("Signature=")[2][:64]
    other = ("0" if signature[0] != "0" else "1") + signature[1:]
    tampered = Outgoing(
        outgoing.method,
        outgoing.target.replace(signature, other),
        {name: value.replace(signature, other) for name, value in outgoing.headers.items()},
        outgoing.body.replace(signature.encode(), other.encode()),
    )
    assert tampered != outgoing
    assert call.send(tampered).status == 403


@pytest.mark.parametrize("form", ["v4-header", "v4-query"])
def test_method(call: Caller, form: str) -> None:
    """V4 covers the method; the simplified form does not."""
    outgoing = call.request("DescribeVpnGateways", form=form, method="GET")
    assert call.send(outgoing).status == 200
    assert call.send(replace(outgoing, method="POST")).code == "SignedCookiesNotMatch"


@pytest.mark.parametrize("form", ["v4-header", "v4-query"])
def test_host(call: Caller, form: str) -> None:
    """V4 covers the host; the simplified form does not."""
    outgoing = call.request("DescribeVpnGateways", form=form)
    host = outgoing.headers["Host"]
    for other in (host[:-1], host + "0", "vpc.api.ksyun.com"):
        assert call.send(outgoing.with_headers(Host=other)).code == "SignedCookiesNotMatch"


def test_content_hash(call: Caller) -> None:
    """A stated hash must be the body's, though it is what the signature covers."""
    outgoing = call.request("DescribeVpnGateways").with_headers(Authorization=None, X_Amz_Date=None)
    wrong = call.signer.v4(outgoing.with_headers(X_Amz_Content_SHA256="0" * 64))
    assert call.send(wrong).code == "SignedCookiesNotMatch"
    unsigned = call.signer.v4(outgoing.with_headers(X_Amz_Content_SHA256="UNSIGNED-PAYLOAD"))
    assert call.send(unsigned).code == "SignedCookiesNotMatch"


@pytest.mark.parametrize("form", FORMS)
def test_token(emulator: EmulatorHandle, form: str) -> None:
    """An account with a token needs it, one without takes none."""
    plain = emulator.settings()["accounts"][0]
    call = Caller(emulator)
    with_token = call.by(token="TOKEN/with+special==")
    assert call("DescribeVpnGateways", form=form).status == 200
    assert with_token("DescribeVpnGateways", form=form).code == "InvalidClientTokenId"
    emulator.configure(accounts=[{**plain, "security_token": "TOKEN/with+special=="}])
    assert call("DescribeVpnGateways", form=form).code == "InvalidClientTokenId"
    assert with_token("DescribeVpnGateways", form=form).status == 200
    assert call.by(token="TOKEN/with+special=")("DescribeVpnGateways", form=form).code == "InvalidClientTokenId"


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("name", ["X-Ksc-Security-Token", "X-Amz-Security-Token"])
def test_token_header(emulator: EmulatorHandle, name: str, signed: bool) -> None:
    """Both header names, signed or added after signing."""
    account = emulator.settings()["accounts"][0]
    emulator.configure(accounts=[{**account, "security_token": "token"}])
    call = Caller(emulator)
    outgoing = call.request("DescribeVpnGateways")
    outgoing = outgoing.with_headers(**{name: "token"})
    if signed:
        outgoing = call.signer.v4(outgoing.with_headers(Authorization=None, X_Amz_Date=None))
        assert name.lower() in outgoing.headers["Authorization"]
    assert call.send(outgoing).status == 200


def test_authorization_without_spaces(call: Caller) -> None:
    """One client of the vendor's puts no space after its commas."""
    outgoing = call.request("DescribeVpnGateways")
    tight = outgoing.headers["Authorization"].replace(", ", ",")
    assert call.send(outgoing.with_headers(Authorization=tight)).status == 200


def test_accesskey_parameter_does_not_decide(call: Caller) -> None:
    """Clients send the simplified form's parameters inside V4-signed bodies."""
    extra = {"Accesskey": "somebody-else", "Service": "iam", "Signature": "nonsense", "Timestamp": "never"}
    for form in ("v4-header", "v4-query"):
        assert call("DescribeVpnGateways", form=form, parameters=extra).status == 200
