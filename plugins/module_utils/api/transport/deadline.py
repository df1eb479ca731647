# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection under a request: how far it came, and a hand on it that ends what takes too long.

A read time-out bounds the wait for each piece of an answer only: headers or a body that come a byte a minute, or
C(100 Continue) without end, would hold a task for ever.
"""

from __future__ import annotations

import os
import socket
import threading
import typing as t
from contextlib import contextmanager, suppress


class Deadline:
    """The connection of one exchange, which is cut when its time is up.

    C(established): all that comes before the request is done (TCP, the proxy's tunnel, TLS), and its first byte is
    the next thing that goes out: from now on it may have been sent, whatever fails, and however the failure is called.
    C(connected): there was a TCP connection, to the proxy if there is one, else to the server.
    C(kept): it goes over a connection that an earlier exchange has left open.
    C(overdue): the exchange was cut off, as its time was up.

    In urllib3 1.26 and 2 alike, C(connect) of a connection is called before its first request, by the pool (TLS, or a
    tunnel) or within C(send) of the request's head (plain HTTP), and returns before any byte of that is written.
    With C(retries=False) neither they nor C(http.client) write a request again: a kept connection that the server has
    closed is found by looking at the socket before, and one that breaks later is a failure.
    """

    def __init__(self) -> None:
        self.established = False
        self.connected = False
        self.kept = False
        self.overdue = False
        self._socket: socket.socket | None = None

    @contextmanager
    def limit(self, seconds: float) -> t.Iterator[None]:
        """Cut the connection when the body of the C(with) statement takes longer."""
        self.established = self.connected = self.kept = self.overdue = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._release()

    def attach(self, connected: socket.socket) -> None:
        """Take the socket that the exchange goes over. A duplicate, which is still good when TLS has wrapped it."""
        self._release()
        self.connected = True
        if self.overdue:
            raise TimeoutError("no time is left")
        self._socket = socket.socket(fileno=os.dup(connected.fileno()))

    def _cut(self) -> None:
        self.overdue = True
        with suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def _release(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _Watched:
    """Mixed into urllib3's connections: they tell their deadline what they do."""

    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()  # type: ignore[misc]
        self.deadline.attach(connected)
        return connected

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.deadline.established = True

    def request(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        kept = getattr(self, "sock", None)
        if kept is not None:
            self.deadline.attach(kept)
            self.deadline.kept = not self.deadline.established
            self.deadline.established = True
        return super().request(*args, **kwargs)  # type: ignore[misc]


def watched(manager: t.Any, deadline: Deadline) -> t.Any:
    """A C(urllib3.PoolManager), with or without a proxy, whose connections are watched by a deadline from now on."""

    def pool_of(pool: t.Any) -> t.Any:
        connection = type("WatchedConnection", (_Watched, pool.ConnectionCls), {"deadline": deadline})
        return type("WatchedPool", (pool,), {"ConnectionCls": connection})

    manager.pool_classes_by_scheme = {scheme: pool_of(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}
    return manager
