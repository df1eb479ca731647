# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS with real certificates; redirections; plain HTTP where TLS should be, and the other way round."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hostile.bench import check_result, run
from hostile.certificates import Authority
from hostile.shapes import as_json
from hostile.test_answers import COMPLETE, listing, task
from support.wire_server import Request, Server, http, raw

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve

GOOD = http(as_json({"RequestId": "r-1", "CustomerGatewaySet": []}))
KEYS = {"access_key": "AKLTEXAMPLE-HOSTILE", "secret_key": "example-secret-not-real", "region": "cn-beijing-6"}


@pytest.fixture(scope="module")
def authority() -> Authority:
    """The authority that the tests' users trust."""
    return Authority.new("ksyun.vpn test authority")


def info(server: Server, host: str = "127.0.0.1", environment: dict[str, str] | None = None, **own: Any) -> Any:
    """The result of a listing from a server that was told to answer well."""
    server.begin(raw(GOOD))
    own = {"endpoint_url": f"https://{host}:{server.port}", **own}
    result = run("customer_gateway_info", task(server, "customer_gateway_info", **own), environment=environment)
    check_result("customer_gateway_info", result)
    return result


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("by", ["ca_bundle", "KSYUN_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("use_proxy", [True, False])
def test_a_right_certificate(host: str, by: str, use_proxy: bool, authority: Authority, tmp_path: Path) -> None:
    bundle = authority.bundle(tmp_path)
    option, environment = ({"ca_bundle": bundle}, {}) if by == "ca_bundle" else ({}, {by: bundle})
    with Server(authority.context(tmp_path, "localhost", "127.0.0.1")) as server:
        result = info(server, host, environment, use_proxy=use_proxy, **option)
        assert "failed" not in result, result
        assert result["warnings"] == []
        assert len(server.requests) == 1


def test_the_option_goes_before_the_environment(authority: Authority, tmp_path: Path) -> None:
    other = Authority.new("another authority").bundle(tmp_path)
    with Server(authority.context(tmp_path, "127.0.0.1")) as server:
        right = authority.bundle(tmp_path)
        assert "failed" not in info(server, environment={"REQUESTS_CA_BUNDLE": other}, ca_bundle=right)
        assert info(server, environment={"REQUESTS_CA_BUNDLE": right}, ca_bundle=other)["failed"] is True


WRONG: dict[str, tuple[dict[str, Any], tuple[str, ...], str]] = {
    "another address": ({}, ("192.0.2.1",), "IP address mismatch|not valid for '127.0.0.1'"),
    "another name": ({}, ("other.example",), "mismatch|not valid for '127.0.0.1'"),
    "expired": ({"days": (-10, -1)}, ("127.0.0.1",), "certificate has expired"),
    "not yet valid": ({"days": (1, 10)}, ("127.0.0.1",), "not yet valid"),
    "self-signed": ({"self_signed": True}, ("127.0.0.1",), "self-signed certificate|self signed certificate"),
    "of an authority that is not trusted": ({}, ("127.0.0.1",), "unable to get local issuer certificate"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_certificate_is_refused_before_anything_is_sent(
    what: str, authority: Authority, tmp_path: Path
) -> None:
    how, hosts, words = WRONG[what]
    trusted = Authority.new("somebody") if "trusted" in what else authority
    bundle = trusted.bundle(tmp_path)
    with Server(authority.context(tmp_path, *hosts, **how)) as server:
        for own in ({"ca_bundle": bundle}, {}):  # and with the authorities of the system
            result = info(server, **own)
            assert result["failed"] is True
            assert result["error"]["kind"] == "tls"
            assert f"TLS connection to 127.0.0.1:{server.port} was not acceptable" in result["msg"]
            assert "ca_bundle" in result["msg"]
            assert not own or any(word in result["msg"] for word in words.split("|")), result["msg"]
            assert server.requests == []
        created = run("vpn_tunnel", task(server, "vpn_tunnel", **COMPLETE["vpn_tunnel"], ca_bundle=bundle))
        assert created["failed"] is True
        assert created["changed"] is False
        assert server.requests == []
        result = info(server, validate_certs=False, ca_bundle=bundle)
        assert "failed" not in result
        assert ["validate_certs is false" in warning for warning in result["warnings"]] == [True]


def test_a_host_name_in_the_certificate_must_be_the_endpoints(authority: Authority, tmp_path: Path) -> None:
    with Server(authority.context(tmp_path, "127.0.0.1")) as server:
        result = info(server, "localhost", ca_bundle=authority.bundle(tmp_path))
        assert "not valid for 'localhost'" in result["msg"]
        assert "endpoint_url" in result["msg"]


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\xff\xfe\x00", "a directory"])
def test_a_ca_bundle_that_is_none(content: bytes | str | None, authority: Authority, tmp_path: Path) -> None:
    path = tmp_path / "bundle.pem"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    with Server(authority.context(tmp_path, "127.0.0.1")) as server:
        result = info(server, ca_bundle=str(path))
        assert result["failed"] is True
        assert "ca_bundle" in result["msg"]
        assert server.requests == []


def test_http_where_tls_should_be(server: Server) -> None:
    result = info(server)
    assert result["error"]["kind"] == "tls"
    assert "does not speak TLS" in result["msg"]
    assert "endpoint_url" in result["msg"]
    assert server.requests == []


def test_tls_where_http_should_be(authority: Authority, tmp_path: Path) -> None:
    with Server(authority.context(tmp_path, "127.0.0.1")) as server:
        result = info(server, endpoint_url=f"http://127.0.0.1:{server.port}")
        assert result["failed"] is True
        assert f"127.0.0.1:{server.port}" in result["msg"]


def test_tls_that_breaks_after_the_request_leaves_the_outcome_open(authority: Authority, tmp_path: Path) -> None:
    """A broken record is a TLS failure, too, but what was asked for may have been done."""
    right = listing("customer_gateway", "hostile")

    def answer(request: Request, connection: socket.socket) -> None:
        if request.action.startswith("Delete"):
            with socket.socket(fileno=os.dup(connection.fileno())) as below:
                below.sendall(b"\x17\x03\x03\x00\x20" + b"nonsense" * 4)
        else:
            connection.sendall(right)

    with Server(authority.context(tmp_path, "127.0.0.1")) as server:
        server.begin(answer)
        bundle = authority.bundle(tmp_path)
        options = task(server, "customer_gateway", name="hostile", state="absent", ca_bundle=bundle)
        result = run("customer_gateway", options)
        check_result("customer_gateway", result)
        assert "It could not be determined whether the delete" in result["msg"], result
        assert [request.action for request in server.requests].count("DeleteCustomerGateway") == 2  # looked between


# --- redirections and plain HTTP ------------------------------------------------------------------


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
@pytest.mark.parametrize("where", ["another port", "another host", "https", "itself", "no scheme"])
@pytest.mark.parametrize("signature_version", ["v4", "v4-query", "simplified"])
def test_a_redirection_is_not_followed(status: int, where: str, signature_version: str, server: Server) -> None:
    with Server() as other:
        locations = {
            "another port": f"http://127.0.0.1:{other.port}/?x=y",
            "another host": f"http://localhost:{other.port}/",
            "https": f"https://127.0.0.1:{other.port}/",
            "itself": f"{server.url}/elsewhere",
            "no scheme": f"//127.0.0.1:{other.port}/",
        }
        for call in ("Describe", "Create"):
            moved = http(b"", status, Location=locations[where])

            def answer(request: Request, connection: socket.socket, call: str = call, moved: bytes = moved) -> None:
                connection.sendall(moved if request.action.startswith(call) else listing("customer_gateway"))

            server.begin(answer)
            own = {**COMPLETE["customer_gateway"], "signature_version": signature_version, "max_attempts": 3}
            result = run("customer_gateway", task(server, "customer_gateway", **own))
            check_result("customer_gateway", result)
            assert result["failed"] is True
            assert result["changed"] is False
            assert "a redirection, which is not followed" in result["msg"]
            # 303 may be the answer to a create that was carried out: the task looks, and only then sends it once more
            sent = [request.action for request in server.requests]
            times = sent.count(f"{call}CustomerGateway{'s'[: call[0] == 'D']}")
            assert times == (2 if (call, status) == ("Create", 303) else 1)
            assert all("/elsewhere" not in request.target for request in server.requests)
        assert other.connections == 0


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://vpc.internal.example", True),
        ("http://192.0.2.1:8080", True),
        ("http://[2001:db8::1]", True),
        ("http://127.0.0.1.example", True),
        ("http://localhost.example", True),
        ("http://0.0.0.0", True),
        ("https://vpc.api.ksyun.com", False),
        ("http://127.0.0.1:18080", False),
        ("http://127.9.9.9", False),
        ("http://localhost", False),
        ("http://[::1]:8080", False),
    ],
)
def test_http_that_is_not_loopback_warns(url: str, warned: bool) -> None:
    warnings = resolve({**KEYS, "endpoint_url": url}, {}).warnings()
    assert ["not https" in warning for warning in warnings] == [True] * warned
