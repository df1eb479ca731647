# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxies that environment variables name, and nothing else.

C(requests) and C(urllib.request) would also ask the system: on macOS by calls that crash a process that was forked,
as Ansible's workers are, and importing either is enough to load them. So what they read from the environment is read
here, with the same meaning, and more forms of C(NO_PROXY) besides.
"""

from __future__ import annotations

import ipaddress
import typing as t
from urllib.parse import urlsplit


def proxy_of(url: str, environment: t.Mapping[str, str]) -> str | None:
    """The proxy for a URL, or None: C(https_proxy) or C(http_proxy), then C(all_proxy), unless C(no_proxy) excepts it.

    Of two spellings the lower-case one counts, also if it is empty: then there is none. C(HTTP_PROXY) does not count
    beside C(REQUEST_METHOD): in a CGI program, the client of a web server has set it.
    """
    found = variable_of(url, environment)
    return found and environment[found].strip()


def variable_of(url: str, environment: t.Mapping[str, str]) -> str | None:
    """The environment variable that names the proxy for a URL, or None if there is no such proxy."""
    parts = urlsplit(url)
    named = {name: value for name, value in environment.items() if name != "HTTP_PROXY" or not _in_cgi(environment)}

    def variable(name: str) -> str | None:
        spelling = name if name in named else name.upper()
        return spelling if named.get(spelling, "").strip() else None

    found = variable(f"{parts.scheme}_proxy") or variable("all_proxy")
    exceptions = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return None if not found or _excepted(parts.hostname or "", port, exceptions) else found


def _in_cgi(environment: t.Mapping[str, str]) -> bool:
    return "REQUEST_METHOD" in environment


def _excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Whether a list like C(localhost, .example.com, 192.0.2.0/24, host:8080) has a host, perhaps with its port.

    A name stands for all names below it, too, with or without a dot before it; C(*) stands for all hosts.
    """
    host = host.lower().rstrip(".")
    for exception in exceptions.lower().replace(",", " ").split():
        if exception == "*" or _in_network(host, exception):
            return True
        name, _sep, number = exception.rpartition(":")
        if not (name and number.isdigit()) or (exception.count(":") > 1 and not name.endswith("]")):
            name, number = exception, ""  # without a port; an IPv6 address has one only after its brackets
        if number and int(number) != port:
            continue
        name = name.strip("[]").lstrip("*").strip(".")
        if name and (host == name or (host.endswith("." + name) and not _is_address(host))):
            return True
    return False


def _in_network(host: str, network: str) -> bool:
    """Whether an address is in a network (CIDR), or is that address in another spelling."""
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
