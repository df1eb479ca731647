# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy on loopback: forwards plain requests, tunnels the others, and notes whom it was asked for, and by whom."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit

from support.wire_server import Request, Server


class Proxy(Server):
    """Answers each request by asking the server that it names. C(refusal), if set, is what it says to all."""

    def __init__(self, refusal: bytes | None = None) -> None:
        super().__init__()
        self.refusal = refusal
        self.answer = self._pass_on

    def _pass_on(self, request: Request, client: socket.socket) -> None:
        if self.refusal is not None:
            client.sendall(self.refusal)
            return
        if request.method == "CONNECT":
            host, _sep, port = request.target.rpartition(":")
            with socket.create_connection((host, int(port)), 5) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                there = threading.Thread(target=_pump, args=(client, server), daemon=True)
                there.start()
                _pump(server, client)
                there.join(5)
            return
        parts = urlsplit(request.target)
        path = f"{parts.path or '/'}?{parts.query}"
        kept = {name: value for name, value in request.headers.items() if not name.startswith("proxy-")}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**kept, "connection": "close"}.items())
        with socket.create_connection((parts.hostname or "", parts.port or 80), 5) as server:
            server.sendall(f"{request.method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + request.body)
            _pump(server, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Pass on all that comes."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
