# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies: which one is used, and that nobody sees its password."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hostile.bench import check_result, run
from hostile.certificates import Authority
from hostile.proxy import Proxy
from hostile.test_answers import task
from hostile.test_tls import GOOD
from support.wire_server import Server, http, raw

PASSWORD = "example-pr0xy/pass word"
WRITTEN = "example-pr0xy%2Fpass%20word"


def info(server: Server, **own: Any) -> dict[str, Any]:
    """The result of a listing, with the environment as it is."""
    server.begin(raw(GOOD))
    options = task(server, "customer_gateway_info", **own)
    result = run("customer_gateway_info", options, environment=os.environ)
    check_result("customer_gateway_info", result)
    for form in (PASSWORD, WRITTEN, b64encode(f"operator:{PASSWORD}".encode()).decode(), "pr0xy"):
        assert form not in str(result)
    return result


def by(proxy: Proxy) -> str:
    return f"http://operator:{WRITTEN}@127.0.0.1:{proxy.port}"


def asked(proxy: Proxy) -> list[tuple[str, str]]:
    """Method and target of what the proxy was asked; each time with the user's name and password."""
    expected = "Basic " + b64encode(f"operator:{PASSWORD}".encode()).decode()
    assert all(request.headers["proxy-authorization"] == expected for request in proxy.requests)
    return [(request.method, request.target.partition("?")[0]) for request in proxy.requests]


@pytest.mark.parametrize("how", ["proxy_url", "HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_http_by_a_proxy(how: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        if how != "proxy_url":
            monkeypatch.setenv(how, by(proxy))
        result = info(server, **({"proxy_url": by(proxy)} if how == "proxy_url" else {}))
        assert "failed" not in result, result
        assert asked(proxy) == [("GET", f"{server.url}/")]
        assert len(server.requests) == 1
        assert "proxy-authorization" not in server.requests[0].headers


@pytest.mark.parametrize("how", ["proxy_url", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_https_by_a_proxy_is_tunnelled(how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = Authority.new("proxied")
    with Proxy() as proxy, Server(authority.context(tmp_path, "127.0.0.1")) as server:
        if how != "proxy_url":
            monkeypatch.setenv(how, by(proxy))
        own = {"proxy_url": by(proxy)} if how == "proxy_url" else {}
        result = info(server, ca_bundle=authority.bundle(tmp_path), **own)
        assert "failed" not in result, result
        assert asked(proxy) == [("CONNECT", f"127.0.0.1:{server.port}")]
        assert "AKLTEXAMPLE" not in str(proxy.requests)
        # certificates are checked through a proxy as without one
        refused = info(server, ca_bundle=Authority.new("other").bundle(tmp_path), **own)
        assert refused["error"]["kind"] == "tls"
        assert server.requests == []


def test_the_option_goes_before_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as chosen, Proxy() as other:
        monkeypatch.setenv("HTTP_PROXY", by(other))
        assert "failed" not in info(server, proxy_url=by(chosen))
        assert (len(asked(chosen)), other.connections) == (1, 0)


def test_no_proxy_is_used_where_none_is_wanted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, by(proxy))
        assert "failed" not in info(server, use_proxy=False)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert "failed" not in info(server)
        assert proxy.connections == 0


REFUSALS = {
    "password": (http(b"<html>x</html>", 407, Proxy_Authenticate="Basic"), "407"),
    "forbidden": (http(b"denied", 403), "403"),
    "broken": (http(b"", 502), "502"),
    "hung up": (b"", ""),
    "nonsense": (b"\x00\x01\x02\r\n\r\n", ""),
}


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("what", REFUSALS)
def test_a_proxy_that_refuses(what: str, secure: bool, server: Server) -> None:
    refusal, word = REFUSALS[what]
    with Proxy(refusal) as proxy:
        url = server.url.replace("http", "https") if secure else server.url
        result = info(server, endpoint_url=url, proxy_url=by(proxy))
        assert result["failed"] is True
        assert word in result["msg"]
        assert server.connections == 0


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("how", ["proxy_url", "environment"])
@pytest.mark.parametrize(
    "url",
    [
        "http://operator:{0}@127.0.0.1:1",
        "operator:{0}@127.0.0.1:1",
        "http://operator:{0}@no-such-host.invalid:3128",
        "http://operator:{0}@",
        "http://operator:{0}@[::1",
        "http://operator:{0}@127.0.0.1:port",
        "http://operator:{0}@127.0.0.1:99999",
        "gopher://operator:{0}@127.0.0.1:1",
        "socks5://operator:{0}@127.0.0.1:1",
        "http://operator:{0}@a..b:1",
        "http://operator:{0}/@127.0.0.1:1",
    ],
)
def test_a_proxy_that_can_not_be_used(
    url: str, how: str, secure: bool, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = url.format(WRITTEN)
    if how == "environment":
        monkeypatch.setenv("ALL_PROXY", url)
    own = {"proxy_url": url} if how == "proxy_url" else {}
    result = info(server, endpoint_url=server.url.replace("http", "https") if secure else server.url, **own)
    assert result["failed"] is True
    assert result["error"]["kind"] in ("configuration", "transport", "tls"), result
    assert server.connections == 0
