# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures against fixed vectors: those of tests/vectors (botocore, the vendor's Node SDK) and of the fact sheet."""

from __future__ import annotations

import json
import typing as t
from datetime import datetime, timezone
from urllib.parse import urlsplit

import pytest
import requests

from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import (
    FORM,
    Credentials,
    SigV4HeaderAuth,
    SigV4QueryAuth,
    SimplifiedAuth,
    canonical_pairs,
    canonical_request,
    decode_pairs,
    encode_pairs,
    sigv4_signature,
    simplified_signature,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.api.wire import flatten
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import VECTORS

Vector = dict[str, t.Any]

SIGV4: list[Vector] = json.loads((VECTORS / "sigv4.json").read_text(encoding="utf-8"))["vectors"]
SIMPLIFIED: list[Vector] = json.loads((VECTORS / "simplified_signature.json").read_text(encoding="utf-8"))["vectors"]
QUERY = [vector for vector in SIGV4 if vector["form"].startswith("query-get")]
HEADER = [vector for vector in SIGV4 if vector["form"].startswith("header-")]


def name_of(vector: Vector) -> str:
    return f"{vector['name']}:{vector.get('form', '')}"


def moment(vector: Vector) -> datetime:
    return datetime.strptime(vector["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)


def credentials(vector: Vector) -> Credentials:
    return Credentials(vector["access_key"], vector["secret_key"], vector.get("security_token"))


def scope(vector: Vector) -> str:
    return f"{vector['timestamp'][:8]}/{vector['region']}/{vector['service']}/aws4_request"


def test_the_vectors_are_all_there() -> None:
    assert len(QUERY) + len(HEADER) == len(SIGV4) == 60
    assert {vector["form"] for vector in SIGV4} == {
        *("query-get", "query-get-with-expires"),
        *("header-get", "header-post", "header-post-charset", "header-post-sha256hdr"),
    }
    for form in {vector["form"] for vector in SIGV4}:
        assert {bool(vector["security_token"]) for vector in SIGV4 if vector["form"] == form} == {False, True}
    assert len(SIMPLIFIED) == 3


@pytest.mark.parametrize("vector", HEADER, ids=name_of)
def test_authorization_header(vector: Vector) -> None:
    request = requests.Request(
        vector["method"],
        vector["url"],
        data=vector["body"] or None,
        headers=vector["request_headers_before"],
        auth=SigV4HeaderAuth(
            credentials(vector),
            vector["region"],
            vector["service"],
            clock=lambda: moment(vector),
            token_header="X-Amz-Security-Token",
        ),
    ).prepare()
    assert request.headers["Authorization"] == vector["authorization"]
    assert {name: request.headers[name] for name in vector["headers_after"]} == vector["headers_after"]
    assert (request.body or "") == vector["body"]


@pytest.mark.parametrize("vector", QUERY, ids=name_of)
def test_query_string(vector: Vector) -> None:
    request = requests.Request(
        "GET",
        f"{vector['scheme']}://{vector['host']}/?{encode_pairs(map(tuple, vector['params']))}",
        auth=SigV4QueryAuth(
            credentials(vector),
            vector["region"],
            vector["service"],
            clock=lambda: moment(vector),
            token_header=None,
            expires=vector.get("expires"),
        ),
    ).prepare()
    assert request.url == vector["signed_url"]
    assert "Authorization" not in request.headers


@pytest.mark.parametrize("vector", SIGV4, ids=name_of)
def test_canonical_request_and_signature(vector: Vector) -> None:
    method = vector.get("method", "GET")
    if vector in QUERY:
        pairs = [pair for pair in decode_pairs(urlsplit(vector["signed_url"]).query) if pair[0] != "X-Amz-Signature"]
        headers = {"host": vector["host"]}
    else:
        pairs = decode_pairs(urlsplit(vector["url"]).query)
        headers = {name.lower(): text for name, text in vector["headers_after"].items() if name != "Authorization"}
        headers["host"] = vector["host"]
    text, signed = canonical_request(method, "/", pairs, headers, vector["body"])
    assert text == vector["canonical_request"]
    assert signed == vector["canonical_request"].splitlines()[-2]
    assert canonical_request(method, "", pairs, headers, vector["body"].encode()) == (text, signed)
    assert sigv4_signature(vector["secret_key"], vector["timestamp"], scope(vector), text) == vector["signature"]


@pytest.mark.parametrize("vector", SIMPLIFIED, ids=name_of)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_simplified(vector: Vector, method: str) -> None:
    pairs = flatten(vector["params"])
    assert dict(pairs) == dict(flatten(vector["sent_params"]))
    assert canonical_pairs(pairs) == vector["canonicalized_query"]
    assert simplified_signature(vector["secret_key"], pairs) == vector["signature"]
    public = ("Accesskey", "Service", "Timestamp", "SignatureVersion", "SignatureMethod", "Region", "SecurityToken")
    text = encode_pairs(pair for pair in pairs if pair[0] not in public)
    sent = dict(pairs)
    request = requests.Request(
        method,
        "https://vpc.api.ksyun.com/" + ("" if method == "POST" else f"?{text}"),
        data=text if method == "POST" else None,
        auth=SimplifiedAuth(
            Credentials(vector["access_key"], vector["secret_key"], sent.get("SecurityToken")),
            sent["Region"],
            sent["Service"],
            clock=lambda: datetime.fromisoformat(sent["Timestamp"].replace("Z", "+00:00")),
        ),
    ).prepare()
    where = str(request.body) if method == "POST" else urlsplit(str(request.url)).query
    assert dict(decode_pairs(where)) == {**sent, "Signature": vector["signature"]}


# --- the fact sheet, sections 1a and 1b ---------------------------------------------------------

FACTS = Credentials("AKIDEXAMPLE", "SKEXAMPLE==")
FACTS_CLOCK = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
FACTS_QUERY = "Action=DescribeVpnTunnels&Filter.1.Name=vpn-gateway-id&Filter.1.Value.1=gw%201&Version=2016-03-04"
FACTS_BODY = (
    "Action=CreateVpnTunnel&CustomerGatewayId=c&IkeDHGroup=2&PreSharedKey=a+b%2A~%2B&Type=Ipsec"
    "&Version=2016-03-04&VpnGatewayId=g"
)
SIGNATURE_A = "c4589d4dfba4bdb70bfbf38da1b3dfe232975c161298da46753d2baa62c6a2e8"
SIGNATURE_B = "d1c834ee9211f3fa810056c12411ab74f687a744ec0a0f86ea42dcf7db7ded9a"
SIGNATURE_C = "5fc3dc8775439a05589f9408ffb5060c114924117aeaffce6c6451a77a552acd"


def test_facts_a_get_by_header() -> None:
    auth = SigV4HeaderAuth(FACTS, "cn-beijing-6", clock=lambda: FACTS_CLOCK)
    request = requests.Request("GET", f"https://vpc.api.ksyun.com/?{FACTS_QUERY}", auth=auth).prepare()
    assert request.headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240102/cn-beijing-6/vpc/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={SIGNATURE_A}"
    )


def test_facts_b_post_by_header() -> None:
    auth = SigV4HeaderAuth(FACTS, "cn-beijing-6", clock=lambda: FACTS_CLOCK)
    headers = {"Content-Type": f"{FORM}; charset=utf-8"}
    request = requests.Request("POST", "https://vpc.api.ksyun.com/", headers, data=FACTS_BODY, auth=auth).prepare()
    assert request.headers["Authorization"].endswith(
        f"SignedHeaders=content-type;host;x-amz-date, Signature={SIGNATURE_B}"
    )


def test_facts_c_get_by_query() -> None:
    auth = SigV4QueryAuth(FACTS, "cn-beijing-6", clock=lambda: FACTS_CLOCK)
    request = requests.Request("GET", f"https://vpc.api.ksyun.com/?{FACTS_QUERY}", auth=auth).prepare()
    assert dict(decode_pairs(urlsplit(str(request.url)).query))["X-Amz-Signature"] == SIGNATURE_C


FACTS_SIMPLIFIED = (
    (
        "SKKKKK==",
        (
            "Accesskey=AKKKKKK&Action=CreateUser&Array%5B0%5D=1&Array%5B1%5D=2&Array%5B2%5D=3&Boolean=true"
            "&DeepFilter.1.a=1&DeepFilter.1.b=2&DeepFilter.2.a=2&DeepFilter.2.b=3&Email=zsce%40aa.com"
            "&RealName=%E5%91%A8%E5%9B%9B%E6%B5%8B%E8%AF%95&Remark=~ce%20shi%2A%25%23%7C%2B&Service=iam"
            "&SignatureMethod=HMAC-SHA256&SignatureVersion=1&SimpleFilter.1=1&SimpleFilter.2=2"
            "&Timestamp=2021-08-12T02%3A47%3A36Z&UserName=Ttest&Version=2015-11-01"
        ),
        "f99dc36bc6cd84dbb3148a402df6fc1ad9891a26dca42315b831551f5ae92620",
    ),
    (
        "SKEXAMPLE==",
        (
            "Accesskey=AKIDEXAMPLE&Action=DescribeVpnTunnels&Filter.1.Name=vpn-gateway-id"
            "&Filter.1.Value.1=9b3d361e-f65b-464b-947a-fafb5cfb10d2&Region=cn-beijing-6&Service=vpc"
            "&SignatureMethod=HMAC-SHA256&SignatureVersion=1.0&Timestamp=2024-01-02T03%3A04%3A05Z&Version=2016-03-04"
        ),
        "2484656c99287a486381d7cc1147ddea2f1d77db61faf980d453d142ce62f6da",
    ),
)


@pytest.mark.parametrize(("secret_key", "text", "signature"), FACTS_SIMPLIFIED, ids=["node-sdk", "describe"])
def test_facts_simplified(secret_key: str, text: str, signature: str) -> None:
    pairs = decode_pairs(text)[::-1]  # the order of the parameters does not matter
    assert canonical_pairs(pairs) == text
    assert simplified_signature(secret_key, pairs) == signature
    assert simplified_signature(secret_key, [("Signature", "stale"), *pairs]) == signature
