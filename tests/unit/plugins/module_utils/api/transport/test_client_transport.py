# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that fail, over real sockets: what the client says, and what it knows about the fate of a write."""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import struct
import threading
import typing as t
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api import client as client_module
from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    ApiError,
    ConfigurationError,
    KsyunError,
    TlsError,
    TransportError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import (
    canonical_request,
    decode_pairs,
    sigv4_signature,
)
from ansible_collections.ksyun.vpn.tests.support import wire_server as serve
from ansible_collections.ksyun.vpn.tests.support.wire_server import Loopback, answer
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import (
    CALLS,
    SECRET_KEY,
    FakeTime,
    client,
    connection,
    probe,
    read,
    write,
)

KINDS = ("read", "write")


def failure(it: Client, call: str = "write", action: str = "ModifyVpnGateway") -> ApiError:
    with pytest.raises(ApiError) as caught:
        CALLS[call](it, action, {"VpnGatewayId": "g"})
    error = caught.value
    assert str(error).startswith(f"{action} failed: ")
    for word in ("Traceback", "object at 0x", "VpnGatewayId", SECRET_KEY, "urllib3", "HTTPConnection"):
        assert word not in str(error)
    return error


def refused_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.mark.parametrize("call", KINDS)
def test_connection_refused(call: str) -> None:
    port = refused_port()
    error = failure(client(f"http://127.0.0.1:{port}"), call)
    assert error.__class__ is TransportError
    assert (error.may_have_happened, error.transient, error.http_status) == (False, True, None)
    assert f"no connection to 127.0.0.1:{port}: Connection refused" in str(error)


def test_unknown_host() -> None:
    error = failure(client("http://no-such-host.invalid"))
    assert error.__class__ is TransportError
    assert error.may_have_happened is False
    assert "no connection to no-such-host.invalid" in str(error)


BROKEN: dict[str, tuple[serve.Behaviour, str]] = {
    "reset": (serve.reset, "broke: Connection reset by peer"),
    "closed": (serve.hang_up, "broke"),
    "truncated": (serve.truncated, "broke"),
    "silence": (serve.silence, "in time"),
    "not http": (serve.raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "broke"),
    "bad chunks": (
        serve.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "broke",
    ),
    "bad gzip": (answer(b"not gzip", Content_Encoding="gzip"), "broke"),
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("call", KINDS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_broken_connections_leave_the_outcome_open(server: Loopback, how: str, call: str, method: str) -> None:
    behaviour, words = BROKEN[how]
    server.script = [behaviour]
    patience = 0.1 if behaviour is serve.silence else 5  # only what never comes is not waited for
    error = failure(client(server.url, read_timeout=patience, request_method=method), call)
    assert error.__class__ is TransportError
    assert (error.may_have_happened, error.transient) == (True, True)
    assert f"127.0.0.1:{server.port}" in str(error)
    assert words in str(error)


def test_a_body_that_never_ends(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_BODY", 200_000)
    server.script = [answer(b" " * 300_000)]
    error = failure(client(server.url))
    assert error.may_have_happened is True
    assert "larger than 200000 bytes" in str(error)


def test_a_body_that_unpacks_without_end(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_BODY", 200_000)
    server.script = [answer(gzip.compress(b" " * 20_000_000), Content_Encoding="gzip")]
    assert "larger than 200000 bytes" in str(failure(client(server.url)))


def test_a_slow_body_is_cut_off_by_the_clock(server: Loopback) -> None:
    server.script = [answer(b'{"RequestId": "r"' + b" " * 200_000 + b"}")]
    assert read(client(server.url), "DescribeX", {}) == {"RequestId": "r"}
    error = failure(client(server.url, FakeTime(4)))  # a piece takes 4 seconds, the limit is 5 + 5
    assert error.may_have_happened is True
    assert "in time" in str(error) or "broke" in str(error)


def test_a_drip_of_single_bytes_is_cut_off(server: Loopback) -> None:
    """Each byte comes within the read time-out, all of them take many times as long."""
    drip = serve.Drip(100, 0.03)
    server.script = [drip]
    it = Client(connection(server.url, connect_timeout=0.2, read_timeout=0.2, max_attempts=1))
    with pytest.raises(TransportError) as caught:
        read(it, "DescribeX", {})
    assert drip.sent < 100, "the client waited for the whole body"
    assert caught.value.may_have_happened is True


heads = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 403 \r\n\r\n",
        b"HTTP/1.1 500 x\r\nDate: ",
        b"HTTP/1.1 409 x\r\nRetry-After: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, deflate\r\n\r\n{",
        b'HTTP/1.1 500 x\r\n\r\n{"Error": ',
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=heads, tail=st.binary(max_size=40), end=st.sampled_from([b"", b"\r\n\r\n{}", b'\r\n\r\n{"Code": "X"}']))
def test_whatever_comes_is_an_answer_or_a_failure_in_words(
    server: Loopback, head: bytes, tail: bytes, end: bytes
) -> None:
    server.script = [serve.raw(head + tail + end)]
    it = client(server.url, read_timeout=1)
    with contextlib.suppress(ApiError):
        assert isinstance(write(it, "ModifyX", {}), dict)
    assert it.calls[0].attempts == 1


# --- connections that are kept --------------------------------------------------------------------


class Second(socketserver.ThreadingTCPServer):
    """Keeps a connection open, and breaks it with its second request."""

    daemon_threads = True
    connections = broken = 0

    class RequestHandlerClass(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            server = t.cast("Second", self.server)
            server.connections += 1
            if self._read():
                self.wfile.write(b"HTTP/1.1 200 X\r\nContent-Length: 18\r\n\r\n" + b'{"RequestId": "r"}')
            if self._read():
                server.broken += 1
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        def _read(self) -> bool:
            length, line = 0, b""
            while line != b"\r\n":
                line = self.rfile.readline()
                if not line:
                    return False
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            return True


def test_after_a_kept_connection_broke_none_is_kept() -> None:
    """Else each write would go over a connection that is about to break, and never have an answer."""
    with Second(("127.0.0.1", 0), Second.RequestHandlerClass) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        it = client(f"http://127.0.0.1:{server.server_address[1]}")
        read(it, "DescribeX", {})
        error = failure(it)
        assert error.may_have_happened is True
        assert server.broken == 1
        read(it, "DescribeX", {})
        assert write(it, "ModifyX", {}) == {"RequestId": "r"}
        assert write(it, "ModifyX", {}) == {"RequestId": "r"}
        assert (server.broken, server.connections) == (1, 4)
        server.shutdown()


# --- TLS and proxies --------------------------------------------------------------------------


def test_tls_where_there_is_none(server: Loopback) -> None:
    server.script = [answer()]
    error = failure(client(f"https://127.0.0.1:{server.port}"))
    assert error.__class__ is TlsError
    assert (error.may_have_happened, error.transient) == (False, False)
    assert f"TLS connection to 127.0.0.1:{server.port} was not acceptable" in str(error)
    assert "https://vpc.api.ksyun.com" in str(error)
    assert "ca_bundle" in str(error)


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_ca_bundle_that_is_none(server: Loopback, content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(KsyunError) as caught:
        read(client(f"https://127.0.0.1:{server.port}", verify=str(path)), "DescribeX", {})
    assert isinstance(caught.value, (ConfigurationError, TlsError))


def test_warnings_of_the_connection_are_the_client_s() -> None:
    assert "validate_certs is false" in client("https://h.example", verify=False).warnings[0]
    assert client("https://h.example").warnings == []


def test_a_proxy_by_option(server: Loopback) -> None:
    server.script = [answer()]
    it = client("http://vpc.invalid", proxy_url=server.url)
    assert read(it, "DescribeX", {}) == {"RequestId": "r-1"}
    assert server.received[0].target.startswith("http://vpc.invalid/?Action=DescribeX")
    assert server.received[0].headers["host"] == "vpc.invalid"


def test_a_proxy_by_environment(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script = [answer()]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{refused_port()}")
    assert read(client(server.url, use_proxy=False), "DescribeX", {}) == {"RequestId": "r-1"}
    error = failure(client(server.url))
    assert (type(error), error.may_have_happened) == (TransportError, False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert read(client(server.url), "DescribeX", {}) == {"RequestId": "r-1"}


# --- where what failed came from --------------------------------------------------------------

OPTIONS = {"access_key": "AKLTEXAMPLE", "secret_key": SECRET_KEY, "region": "cn-beijng-6"}


def told(options: dict[str, t.Any], environment: dict[str, str], call: str = "read") -> str:
    it = Client(resolve({"max_attempts": 1, **options}, environment), sleep=lambda _seconds: None)
    with pytest.raises(ApiError) as caught:
        CALLS[call](it, "DescribeVpnGateways", {})
    assert caught.value.details()["hint"] in str(caught.value)
    assert SECRET_KEY not in str(caught.value)
    return str(caught.value)


def test_a_region_that_is_spelt_wrongly_is_named_with_the_endpoint() -> None:
    url = f"http://{{region}}.localhost.invalid:{refused_port()}"
    message = told(OPTIONS, {"KSYUN_ENDPOINT_URL": url})
    assert "no connection to cn-beijng-6.localhost.invalid:" in message
    assert (
        "check region and endpoint_url. Here region is cn-beijng-6 (set by the task), and endpoint_url is " in message
    )
    assert f"{url.replace('{region}', 'cn-beijng-6')} (set by the environment variable KSYUN_ENDPOINT_URL)." in message


def test_an_endpoint_that_is_made_of_the_region(server: Loopback) -> None:
    server.script = [answer(b"", 502)]
    proxied = {"proxy_url": server.url, "profile": None}
    environment = {"KSYUN_REGION": "mars-1"}
    message = told({**OPTIONS, **proxied, "region": None}, environment)
    assert "no connection to vpc.mars-1.api.ksyun.com by the proxy 127.0.0.1:" in message
    assert "Tunnel connection failed: 502" in message
    assert "Here region is mars-1 (set by the environment variable KSYUN_REGION), and endpoint_url is " in message
    assert "https://vpc.mars-1.api.ksyun.com (made of region), and the proxy is 127.0.0.1:" in message
    assert message.endswith("(set by the task).")


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_dead_proxy_is_told_as_that(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = refused_port()
    monkeypatch.setenv(variable, f"http://u:example-password@127.0.0.1:{port}")
    message = told(OPTIONS, {})
    assert f"no connection to the proxy 127.0.0.1:{port}, by which vpc.cn-beijng-6.api.ksyun.com would be" in message
    assert f"Here the proxy is 127.0.0.1:{port} (set by the environment variable {variable})." in message
    assert "example-password" not in message


@pytest.mark.parametrize("endpoint", ["http://vpc.invalid", "https://vpc.invalid"])
def test_a_proxy_that_wants_a_password(server: Loopback, endpoint: str) -> None:
    server.script = [answer(b"", 407)]
    message = told({**OPTIONS, "proxy_url": server.url, "endpoint_url": endpoint}, {})
    assert "failed: the proxy asks for a user name and a password (HTTP 407). Give them in proxy_url" in message
    assert "Here the proxy is 127.0.0.1:" in message


def test_a_scheme_in_capitals(server: Loopback) -> None:
    server.script = [answer()]
    capitals = server.url.replace("http", "HTTP")
    for options in ({"endpoint_url": capitals}, {"endpoint_url": "HTTP://vpc.invalid", "proxy_url": capitals}):
        it = Client(resolve({**OPTIONS, **options}, {}))
        assert read(it, "DescribeX", {}) == {"RequestId": "r-1"}


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (
            "SignedCookiesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            "is set by the environment variable KSYUN_ACCESS_KEY_ID, and secret_key is set by the profile 'work' of",
        ),
        ("InvalidClientTokenId", "m", "Here access_key is set by the environment variable KSYUN_ACCESS_KEY_ID."),
        ("AccessDenied", "m", "Here access_key is set by the environment variable KSYUN_ACCESS_KEY_ID."),
        (
            "SignedCookiesNotMatch",
            "Credential should be scoped to a valid region, not:cn-beijng-6.",
            "Here region is cn-beijng-6 (set by the task).",
        ),
    ],
)
def test_what_the_service_refuses_is_told_with_where_it_was_set(
    server: Loopback, tmp_path: Path, code: str, message: str, words: str
) -> None:
    server.script = [serve.refusal(code, message, 403)]
    file = tmp_path / "credentials"
    file.write_text(f"[work]\nsecret_key = {SECRET_KEY}\n")
    options = {"region": "cn-beijng-6", "credentials_file": str(file), "endpoint_url": server.url}
    environment = {"KSYUN_ACCESS_KEY_ID": "AKLTEXAMPLE", "KSYUN_PROFILE": "work"}
    assert words in told(options, environment)


# --- the Terraform provider's dry run ---------------------------------------------------------


def test_with_a_dry_run_nothing_that_writes_is_sent(server: Loopback) -> None:
    server.script = [answer()]
    it = client(server.url, dry_run=True)
    with pytest.raises(ConfigurationError, match=r"^CreateX was not sent, as .* KSYUN_DRY_RUN is true"):
        write(it, "CreateX", {})
    assert (server.received, it.calls) == ([], [])
    read(it, "DescribeX", {})
    server.script = [serve.refusal("DryRunOperation", "m", 412)]
    probe(it, "CreateX", {})
    assert len(server.received) == 2


@pytest.mark.parametrize("proxy", ["http://u:example-password@127.0.0.1:{}", "u:example-password@", "http://"])
def test_a_proxy_that_is_none(proxy: str) -> None:
    with pytest.raises(KsyunError) as caught:
        write(client("http://h.example", proxy_url=proxy.format(refused_port())), "ModifyX", {})
    assert not getattr(caught.value, "may_have_happened", False)
    assert "example-password" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "vpc.example", "VPC.Example", "vpc.example."])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_signed_is_what_is_sent(
    server: Loopback, host: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service can verify the signature from what arrives."""
    here = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", server.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: here)
    server.script = [answer()]
    read(client(f"http://{host}:{server.port}", request_method=method), "DescribeX", {"Name": "客户 a+b~*/&"})
    (request,) = server.received
    authorization = request.headers.pop("authorization")
    signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    arrived = request.headers
    scope = authorization.partition("Credential=")[2].partition(",")[0].partition("/")[2]
    text, _signed = canonical_request(
        request.method,
        "/",
        decode_pairs(request.target.partition("?")[2]),
        {name: arrived[name] for name in signed},
        request.body,
    )
    signature = sigv4_signature(SECRET_KEY, arrived["x-amz-date"], scope, text)
    assert authorization.endswith(f"Signature={signature}")
