# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways from a task to its endpoint: none between, a forward proxy, a proxy that tunnels (CONNECT) to HTTPS."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hostile.certificates import Authority
from hostile.relay import Relay

from .fleet import Member

PROXIES = ("none", "forward", "connect")


@dataclass
class Ways:
    """Where the proxy is, what the endpoints are by HTTPS (C(certificate)), and whom to trust for it (C(bundle))."""

    proxy_url: str
    certificate: Path
    bundle: str

    def options(self, member: Member, proxy: str) -> dict[str, str]:
        """The options of a task that goes by a kind of proxy."""
        if proxy == "none":
            return {"endpoint_url": member.url}
        if proxy == "forward":
            return {"endpoint_url": member.url, "proxy_url": self.proxy_url}
        return {"endpoint_url": member.encrypted_url, "proxy_url": self.proxy_url, "ca_bundle": self.bundle}


@contextlib.contextmanager
def open_ways(directory: Path) -> Iterator[Ways]:
    """The ways of a campaign; a proxy serves all. C(directory) takes the certificates."""
    authority = Authority.new("faults")
    authority.context(directory, "127.0.0.1")
    (certificate,) = directory.glob("server-*.pem")
    with Relay() as relay:
        yield Ways(relay.url, certificate, authority.bundle(directory))
