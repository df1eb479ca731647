# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What outlives a client: open connections to one endpoint, and nothing that the service has said.

The transport is urllib3, which comes with C(requests): it alone takes half the time to import, and of what
C(requests) adds (redirections, cookies, C(.netrc), proxies of the system) nothing is wanted here.
"""

from __future__ import annotations

import os
import typing as t
import warnings
from base64 import b64encode
from collections import OrderedDict
from urllib.parse import unquote, urlsplit

from ..connection import Connection
from ..errors import ConfigurationError
from ..signing import Request
from .deadline import Deadline, watched

try:  # what the library "requests" brings
    import certifi
    import urllib3

    REQUESTS_IMPORT_ERROR: ImportError | None = None
except ImportError as import_error:
    REQUESTS_IMPORT_ERROR = import_error

if t.TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse


class Channel:
    """The connections to one endpoint. One exchange at a time, which the C(deadline) ends."""

    def __init__(self, connection: Connection) -> None:
        self.deadline = Deadline()
        self.via: str | None = None  # host and port of the proxy of the last request
        self.answered = False  # whether the service itself has ever answered
        self._connection = connection
        self._managers: dict[str | None, urllib3.PoolManager] = {}
        self._keeps = True

    def send(self, request: Request) -> BaseHTTPResponse:
        """The answer to a signed request, its body unread. Raises what urllib3 does, and L(ConfigurationError)."""
        connection = self._connection
        proxy = _proxy(connection, request.url)
        self.via = proxy and proxy.rpartition("//")[2].rpartition("@")[2].partition("/")[0]
        if not self._keeps:
            self.close()
        if proxy not in self._managers:
            self._managers[proxy] = watched(_manager(proxy, _trust(connection)), self.deadline)
        return self._managers[proxy].request(
            request.method,
            request.url,
            body=None if request.body is None else request.body.encode(),
            headers=request.headers,
            timeout=urllib3.Timeout(connect=connection.connect_timeout, read=connection.read_timeout),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )

    def broke(self) -> None:
        """Keep no connections from now on, if it was one that was kept which has just broken.

        Something between ends connections without a word. Reads are repeated over a new one, but a write that goes
        over one that is about to break loses its answer, each time.
        """
        self._keeps = self._keeps and not self.deadline.kept

    def close(self) -> None:
        """Close the connections."""
        for manager in self._managers.values():
            manager.clear()


def _proxy(connection: Connection, url: str) -> str | None:
    """The proxy for a URL: the one that the user named, or that of the environment, if that counts."""
    if connection.proxy or not connection.use_proxy:
        return connection.proxy
    if not any(name.lower() in ("http_proxy", "https_proxy", "all_proxy") for name in os.environ):
        return None
    from .proxies import proxy_of  # here, as few have one

    return proxy_of(url, os.environ)


def _trust(connection: Connection) -> dict[str, t.Any]:
    """Whose certificates are believed, in the words of urllib3."""
    verify = connection.verify
    if verify is False:
        return {"cert_reqs": "CERT_NONE"}
    authorities = certifi.where() if verify is True else verify
    if not os.path.exists(authorities):
        place = dict(connection.places).get("ca_bundle")
        told = f"; it is set by {place}" if place else ""
        raise ConfigurationError(f"ca_bundle is not usable: there is no {authorities}{told}.")
    kind = "ca_cert_dir" if os.path.isdir(authorities) else "ca_certs"
    return {"cert_reqs": "CERT_REQUIRED", kind: authorities}


def _manager(proxy: str | None, trust: dict[str, t.Any]) -> urllib3.PoolManager:
    if proxy is None:
        return urllib3.PoolManager(**trust)
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    user, password = _credentials(proxy)
    if proxy.lower().startswith("socks"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of what is said below
                from urllib3.contrib.socks import SOCKSProxyManager
        except ImportError:
            raise ConfigurationError("proxy_url is not usable: SOCKS needs the Python library PySocks.") from None
        return SOCKSProxyManager(proxy, username=user, password=password, **trust)
    # in UTF-8 (RFC 7617), which urllib3's own way of making this header can't do
    authorization = user is not None and f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
    headers = {"Proxy-Authorization": authorization} if authorization else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, **trust)


def _credentials(url: str) -> tuple[str | None, str | None]:
    """User and password of a proxy's URL."""
    parts = urlsplit(url)
    if parts.username is None:
        return None, None
    return unquote(parts.username), unquote(parts.password or "")


class Channels:
    """The channels of a process in which one task follows another. At most C(most), those used last.

    A channel belongs to all of a connection: endpoint, certificates, proxies, and keys.
    """

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._open: OrderedDict[Connection, Channel] = OrderedDict()

    def __call__(self, connection: Connection) -> Channel:
        channel = self._open.pop(connection, None) or Channel(connection)
        self._open[connection] = channel
        if len(self._open) > self._most:
            _connection, oldest = self._open.popitem(last=False)
            oldest.close()
        return channel
