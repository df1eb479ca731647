# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures against independent signers over generated requests: botocore for AWS V4, a few lines for the other."""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from datetime import datetime, timedelta, timezone
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.auth import SigV4QueryAuth as BotoQueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import (
    FORM,
    TOKEN_HEADER,
    Credentials,
    SigV4HeaderAuth,
    SigV4QueryAuth,
    SimplifiedAuth,
    encode_pairs,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import NOW, REGION

URL = "https://vpc.cn-beijing-6.api.ksyun.com/"
AMZ_TOKEN = "X-Amz-Security-Token"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
texts |= st.text(" +*~/%&=?#'\"!;:@.-_aAzZ09", max_size=6)
# few names, so that they repeat and sort before, between and after each other
names = st.sampled_from(["A", "A.1", "A.10", "A.2", "Aa", "a", "A-", "A_", "A~", "Z"]) | texts.filter(bool)
# what the signature adds itself, and no action has as a parameter of its own
PUBLIC = {"Accesskey", "Service", "Region", "Timestamp", "SignatureVersion", "SignatureMethod", "SecurityToken"}
own_names = names.filter(lambda name: name not in PUBLIC | {"Signature"})
pair_lists = st.lists(st.tuples(names, texts), max_size=8)
keys = st.builds(
    Credentials,
    st.text("ABCXYZ0189-", min_size=1, max_size=12),
    texts.filter(bool),
    st.none() | st.text("abcXYZ019/+=", min_size=1, max_size=20),
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(timezone.utc))


def boto(auth: type, request: AWSRequest, credentials: Credentials, moment: datetime, **options: t.Any) -> AWSRequest:
    signer = auth(
        BotoCredentials(credentials.access_key, credentials.secret_key, credentials.security_token),
        "vpc",
        REGION,
        **options,
    )
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment.replace(tzinfo=None)):
        signer.add_auth(request)
    return request


def prepared(method: str, pairs: t.Any, auth: t.Any, headers: t.Any = None, url: str = URL) -> requests.PreparedRequest:
    text = encode_pairs(pairs)
    if method == "POST":
        return requests.Request("POST", url, {"Content-Type": FORM, **(headers or {})}, data=text, auth=auth).prepare()
    return requests.Request("GET", f"{url}?{text}", headers, auth=auth).prepare()


@given(pair_lists, keys, moments, st.sampled_from(["application/json", "application/xml"]))
def test_header_get_as_botocore(pairs: t.Any, credentials: Credentials, moment: datetime, accept: str) -> None:
    auth = SigV4HeaderAuth(credentials, REGION, clock=lambda: moment, token_header=AMZ_TOKEN)
    ours = prepared("GET", pairs, auth, {"Accept": accept})
    theirs = AWSRequest("GET", str(ours.url), {"Accept": accept})
    boto(SigV4Auth, theirs, credentials, moment)
    assert ours.headers["Authorization"] == theirs.headers["Authorization"]


@given(pair_lists, keys, moments)
def test_header_post_as_botocore(pairs: t.Any, credentials: Credentials, moment: datetime) -> None:
    auth = SigV4HeaderAuth(credentials, REGION, clock=lambda: moment, token_header=AMZ_TOKEN)
    ours = prepared("POST", pairs, auth)
    theirs = AWSRequest("POST", URL, {"Content-Type": FORM}, data=encode_pairs(pairs))
    boto(SigV4Auth, theirs, credentials, moment)
    assert ours.headers["Authorization"] == theirs.headers["Authorization"]


@given(st.dictionaries(names, texts, max_size=8), keys, moments, st.integers(1, 604800))
def test_query_with_expires_as_botocore(
    parameters: dict[str, str], credentials: Credentials, moment: datetime, expires: int
) -> None:
    auth = SigV4QueryAuth(credentials, REGION, clock=lambda: moment, token_header=None, expires=expires)
    ours = prepared("GET", parameters.items(), auth)
    theirs = AWSRequest("GET", f"{URL}?{encode_pairs(parameters.items())}")
    boto(BotoQueryAuth, theirs, credentials, moment, expires=expires)
    assert sorted(parse_qsl(urlsplit(str(ours.url)).query, True)) == sorted(parse_qsl(urlsplit(theirs.url).query, True))


class _WithoutExpires(BotoQueryAuth):
    """botocore's signer for the document's own form, which has no C(X-Amz-Expires)."""

    def canonical_request(self, request: AWSRequest) -> str:
        parts = urlsplit(request.url)
        kept = "&".join(pair for pair in parts.query.split("&") if not pair.startswith("X-Amz-Expires="))
        request.url = parts._replace(query=kept).geturl()
        return t.cast(str, super().canonical_request(request))


@given(st.dictionaries(names, texts, max_size=8), keys, moments)
def test_query_without_expires_as_botocore(
    parameters: dict[str, str], credentials: Credentials, moment: datetime
) -> None:
    auth = SigV4QueryAuth(credentials, REGION, clock=lambda: moment, token_header=None)
    ours = prepared("GET", parameters.items(), auth)
    theirs = AWSRequest("GET", f"{URL}?{encode_pairs(parameters.items())}")
    boto(_WithoutExpires, theirs, credentials, moment)
    assert sorted(parse_qsl(urlsplit(str(ours.url)).query, True)) == sorted(parse_qsl(urlsplit(theirs.url).query, True))


def simplified_by_the_book(secret_key: str, parameters: dict[str, str]) -> str:
    """The vendor's seven steps, written without the code under test."""
    unreserved = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")

    def encoded(text: str) -> str:
        return "".join(chr(byte) if byte in unreserved else f"%{byte:02X}" for byte in text.encode())

    ordered = sorted(parameters, key=lambda name: name.encode())
    text = "&".join(encoded(name) + "=" + encoded(parameters[name]) for name in ordered)
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


@given(st.dictionaries(own_names, texts, max_size=8), keys, moments, st.sampled_from(["GET", "POST"]))
def test_simplified_as_by_the_book(
    parameters: dict[str, str], credentials: Credentials, moment: datetime, method: str
) -> None:
    auth = SimplifiedAuth(credentials, REGION, clock=lambda: moment)
    request = prepared(method, parameters.items(), auth)
    where = str(request.body) if method == "POST" else urlsplit(str(request.url)).query
    sent = dict(parse_qsl(where, True))
    signature = sent.pop("Signature")
    assert signature == simplified_by_the_book(credentials.secret_key, sent)
    public = {
        "Accesskey": credentials.access_key,
        "Service": "vpc",
        "Region": REGION,
        "Timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SignatureVersion": "1.0",
        "SignatureMethod": "HMAC-SHA256",
    }
    if credentials.security_token:
        public["SecurityToken"] = credentials.security_token
    assert sent == {**parameters, **public}
    if method == "POST":
        assert request.headers["Content-Type"] == FORM
        assert int(request.headers["Content-Length"]) == len(str(request.body))


SIGNERS = (SigV4HeaderAuth, SigV4QueryAuth, SimplifiedAuth)


@pytest.mark.parametrize("signer", SIGNERS)
@given(pairs=pair_lists, credentials=keys, moment=moments, method=st.sampled_from(["GET", "POST"]))
def test_pure(signer: t.Any, pairs: t.Any, credentials: Credentials, moment: datetime, method: str) -> None:
    auth = signer(credentials, REGION, clock=lambda: moment)
    elsewhere = signer(credentials, REGION, clock=lambda: moment.astimezone(timezone(timedelta(hours=8))))
    first, second, third = (prepared(method, pairs, each) for each in (auth, auth, elsewhere))
    assert first.url == second.url == third.url
    assert first.headers == second.headers == third.headers
    assert first.body == second.body == third.body


@pytest.mark.parametrize("signer", SIGNERS)
@given(pairs=st.lists(st.tuples(names, texts), min_size=1, max_size=4), method=st.sampled_from(["GET", "POST"]))
@example(pairs=[("Name", "a b+c/d=e&f")], method="GET")
def test_the_secret_key_is_nowhere_in_the_request(signer: t.Any, pairs: t.Any, method: str) -> None:
    secret = "not+a/real=secret-key-0123456789"
    request = prepared(method, pairs, signer(Credentials("AK", secret), REGION, clock=lambda: NOW))
    everything = "\n".join([str(request.url), str(request.headers), str(request.body)])
    assert secret not in everything
    assert encode_pairs([("", secret)])[1:] not in everything
    assert secret not in repr(Credentials("AK", secret, secret))


HOP_BY_HOP = {
    "Connection": "keep-alive",
    "Keep-Alive": "5",
    "Proxy-Authorization": "Basic x",
    "TE": "trailers",
    "Upgrade": "h2c",
    "Via": "1.1 proxy",
    "User-Agent": "ksyun.vpn",
    "Accept-Encoding": "gzip",
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_header_form_signs_what_no_proxy_may_change_and_no_more(method: str) -> None:
    auth = SigV4HeaderAuth(Credentials("AK", "SK", "token"), REGION, clock=lambda: NOW)
    request = prepared(method, [("Action", "X")], auth, {**HOP_BY_HOP, "Accept": "application/json"})
    signed = request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    expected = ["accept", "host", "x-amz-date", "x-ksc-security-token"]
    assert signed == (["accept", "content-type", *expected[1:]] if method == "POST" else expected)
    assert request.headers[TOKEN_HEADER] == "token"


def test_query_form_keeps_the_token_out_of_the_url() -> None:
    token = "secret/token=="
    request = prepared("GET", [("Action", "X")], SigV4QueryAuth(Credentials("AK", "SK", token), REGION))
    assert request.headers[TOKEN_HEADER] == token
    query = dict(parse_qsl(urlsplit(str(request.url)).query))
    assert query["X-Amz-SignedHeaders"] == "host;x-ksc-security-token"
    assert token not in query.values()


HOSTS = {
    "https://vpc.api.ksyun.com:443/": "vpc.api.ksyun.com",
    "https://vpc.api.ksyun.com:8443/": "vpc.api.ksyun.com:8443",
    "https://vpc.api.ksyun.com:80/": "vpc.api.ksyun.com:80",
    "http://vpc.api.ksyun.com:80/": "vpc.api.ksyun.com",
    "http://vpc.api.ksyun.com:443/": "vpc.api.ksyun.com:443",
    "https://VPC.Api.Ksyun.com/": "vpc.api.ksyun.com",
    "https://[::1]/": "[::1]",
    "https://[::1]:443/": "[::1]",
    "http://[2001:db8::80]/": "[2001:db8::80]",
    "http://[::1]:18080/": "[::1]:18080",
}


@pytest.mark.parametrize(("url", "host"), HOSTS.items())
@pytest.mark.parametrize("signer", [SigV4HeaderAuth, SigV4QueryAuth])
def test_host(signer: t.Any, url: str, host: str) -> None:
    def signed(**headers: str) -> str:
        request = prepared(
            "GET", [("A", "1")], signer(Credentials("AK", "SK"), REGION, clock=lambda: NOW), headers, url
        )
        signature = parse_qsl(urlsplit(str(request.url)).query)[-1][1]
        return str(request.headers.get("Authorization", signature))

    assert signed() == signed(Host=host)
    assert signed() != signed(Host="elsewhere.example")
