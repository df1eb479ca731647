# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What outlives a client: an HTTP session with its open connections, and nothing that the service has said."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy

from .connection import Connection
from .line import Line, LineAdapter

with suppress(ImportError):  # the client reports the missing library
    import requests


class Channel:
    """A C(requests.Session) for one endpoint. One exchange at a time goes over its C(line)."""

    def __init__(self, connection: Connection) -> None:
        self.line = Line()
        self.session = requests.Session()
        self.session.trust_env = connection.use_proxy
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # the service has no use for them
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, LineAdapter(self.line))


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
            oldest.session.close()
        return channel
