# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways from a client to the emulator: with and without TLS, by each kind of proxy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from hostile.certificates import Authority
from hostile.relay import Front, Relay

# way: whether the endpoint is https, and the proxy that lies before it
_WAYS: dict[str, tuple[bool, str | None]] = {
    "http": (False, None),
    "https": (True, None),
    "forward proxy": (False, "http"),
    "CONNECT proxy": (True, "http"),
    "forward proxy by TLS": (False, "https"),
    "CONNECT proxy by TLS": (True, "https"),
    "SOCKS proxy, http": (False, "socks5"),
    "SOCKS proxy, https": (True, "socks5"),
}
WAYS = tuple(_WAYS)
TUNNELS = tuple(way for way in WAYS if "CONNECT" in way or "SOCKS" in way)
NO_SOCKS = tuple(way for way in WAYS if "SOCKS" not in way)  # which needs a library that is not installed


class Ways:
    """All of them. C(proxy) and C(tls_proxy) are the proxies on the way, C(front) is the emulator's TLS."""

    def __init__(self, url: str, proxy: Relay, tls_proxy: Relay, front: Front, bundle: str) -> None:
        self.proxy, self.tls_proxy, self.front = proxy, tls_proxy, front
        self._url, self._bundle = url, bundle

    def options(self, way: str) -> dict[str, Any]:
        """The options of a task that goes this way."""
        secure, proxy = _WAYS[way]
        found: dict[str, Any] = {"endpoint_url": self.front.url if secure else self._url, "ca_bundle": self._bundle}
        if proxy == "https":
            found["proxy_url"] = self.tls_proxy.url
        elif proxy:
            found["proxy_url"] = self.proxy.url.replace("http:", f"{proxy}:")
        return found

    def asked(self, way: str) -> list[str]:
        """What the proxy of a way was asked for."""
        proxy = _WAYS[way][1]
        return [] if proxy is None else (self.tls_proxy if proxy == "https" else self.proxy).asked


@contextmanager
def ways_to(url: str, directory: Path) -> Iterator[Ways]:
    """The ways to the server at C(url). C(directory) is for certificates."""
    authority = Authority.new("ways")
    context = authority.context(directory, "127.0.0.1")
    with ExitStack() as stack:
        proxy, tls_proxy = stack.enter_context(Relay()), stack.enter_context(Relay(context))
        front = stack.enter_context(Front(url, context))
        yield Ways(url, proxy, tls_proxy, front, authority.bundle(directory))
