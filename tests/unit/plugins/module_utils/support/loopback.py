# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted HTTP server on loopback with real sockets, for what a client has to survive."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Behaviour = t.Callable[["_Handler"], None]


@dataclass
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: str

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of query and body together."""
        pairs = parse_qsl(urlsplit(self.target).query, True) + parse_qsl(self.body, True)
        assert len(dict(pairs)) == len(pairs), "a parameter was sent twice"
        return dict(pairs)


@dataclass
class Loopback:
    """What the server will do, request by request (the last behaviour stays), and what it received."""

    port: int
    script: list[Behaviour] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    dripped: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Loopback

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.state.received.append(Received(self.command, self.path, dict(self.headers.items()), body))
        script = self.state.script
        self.close_connection = True
        (script.pop(0) if len(script) > 1 else script[0])(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = _any  # noqa: N815

    def log_message(self, *_args: t.Any) -> None:
        """Nothing is logged."""


@contextmanager
def loopback() -> t.Iterator[Loopback]:
    """A server on a free port of 127.0.0.1 that answers as its script says."""
    state = Loopback(0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- behaviours -------------------------------------------------------------------------------


def answer(value: t.Any = None, status: int = 200, kind: str = "application/json", **headers: str) -> Behaviour:
    """A whole answer; C(value) is bytes as they are, or data for JSON. C(Retry_After) names C(Retry-After)."""
    body = value if isinstance(value, bytes) else json.dumps({"RequestId": "r-1", **(value or {})}).encode()

    def behave(handler: _Handler) -> None:
        handler.send_response_only(status)
        own = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
        for name, text in {**own, **headers}.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def refusal(code: str, message: str, status: int, **headers: str) -> Behaviour:
    """An error answer of the service."""
    return answer({"Error": {"Type": "Sender", "Code": code, "Message": message}}, status, **headers)


def raw(data: bytes) -> Behaviour:
    """Bytes that may be HTTP or not."""

    def behave(handler: _Handler) -> None:
        handler.wfile.write(data)

    return behave


def reset(handler: _Handler) -> None:
    """The connection is reset (RST), as by a crashed server or a firewall."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()


def hang_up(_handler: _Handler) -> None:
    """The connection is closed without a word."""


def silence(handler: _Handler) -> None:
    """No answer until the client gives up."""
    handler.connection.recv(1)


def truncated(handler: _Handler) -> None:
    """Half of the body that was announced."""
    handler.send_response_only(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"RequestId": "r-1", ')


def drip(pieces: int, pause: float) -> Behaviour:
    """A valid body of so many bytes, one at a time with a pause in seconds after each."""

    def behave(handler: _Handler) -> None:
        body = b"{" + b" " * (pieces - 2) + b"}"
        handler.send_response_only(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        try:
            for number in range(len(body)):
                handler.wfile.write(body[number : number + 1])
                handler.state.dripped = number + 1
                time.sleep(pause)
        except OSError:
            pass  # the client gave up, as it should

    return behave
