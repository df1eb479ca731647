# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests' one server on loopback beside the emulator: it answers with any bytes, in any way."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

Answer = Callable[["Request", socket.socket], None]
_Server = TypeVar("_Server", bound="Server")


@dataclass(frozen=True)
class Request:
    """A request as it came. C(parameters) are those of query and body together."""

    method: str
    target: str
    headers: dict[str, str]  # their names in lower case
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        pairs = parse_qsl(urlsplit(self.target).query, True) + parse_qsl(self.body.decode(), True)
        assert len(dict(pairs)) == len(pairs), "a parameter was sent twice"
        return dict(pairs)

    @property
    def action(self) -> str:
        return self.parameters.get("Action", "")


class Server:
    """Serves each connection one request, which C(answer) answers; C(requests) and C(connections) are what came.

    With C(context) it speaks TLS. It does not care whether clients hang up.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answer: Answer = raw(http(b""))
        self.requests: list[Request] = []
        self.connections = 0
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self: _Server) -> _Server:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        # closing alone would leave the thread in accept()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def begin(self, answer: Answer) -> None:
        """Answer so from now on, and forget what came."""
        self.answer, self.requests, self.connections = answer, [], 0

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            connection.settimeout(20)
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                request = read(connection)
                if request is not None:
                    self.requests.append(request)
                    self.answer(request, connection)
        connection.close()


class Loopback(Server):
    """Does what its C(script) says, request by request; what comes last stays. C(received) is what came."""

    def __init__(self) -> None:
        super().__init__()
        self.script: list[Answer] = []
        self.received = self.requests
        self.answer = self._next

    def _next(self, request: Request, connection: socket.socket) -> None:
        (self.script.pop(0) if len(self.script) > 1 else self.script[0])(request, connection)


def read(connection: socket.socket) -> Request | None:
    """One request; None if the client went away. Raises C(ValueError) for what is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
        if data.startswith(b"\x16"):  # TLS: as web servers do, say so in HTTP
            connection.sendall(http(b"The plain HTTP request was sent to no HTTPS port", 400))
            return None
    head, _sep, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _sep, value in (line.partition(":") for line in lines)}
    missing = int(headers.get("content-length", "0")) - len(body)
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            return None
        body, missing = body + piece, missing - len(piece)
    return Request(method, target, headers, body)


def http(body: bytes, status: int | str = 200, length: bool = True, **headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} X" if isinstance(status, int) else status, "Connection: close"]
    lines += [f"Content-Length: {len(body)}"] if length else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def raw(data: bytes) -> Answer:
    """Answers with these bytes, and closes."""
    return lambda _request, connection: connection.sendall(data)


def by_action(other: bytes, **answers: bytes | Answer) -> Answer:
    """Answers by the action's verb (C(Describe), C(Create), ...)."""

    def answer(request: Request, connection: socket.socket) -> None:
        verb = next((verb for verb in answers if request.action.startswith(verb)), None)
        chosen = answers[verb] if verb else other
        if isinstance(chosen, bytes):
            connection.sendall(chosen)
        else:
            chosen(request, connection)

    return answer


def answer(value: Any = None, status: int = 200, kind: str = "application/json", **headers: str) -> Answer:
    """Answers whole; C(value) is bytes as they are, or data for JSON. C(Retry_After) names C(Retry-After)."""
    body = value if isinstance(value, bytes) else json.dumps({"RequestId": "r-1", **(value or {})}).encode()
    return raw(http(body, status, **{"Content_Type": kind, **headers}))


def refusal(code: str, message: str, status: int, **headers: str) -> Answer:
    """Answers with an error of the service."""
    return answer({"Error": {"Type": "Sender", "Code": code, "Message": message}}, status, **headers)


def reset(_request: Request, connection: socket.socket) -> None:
    """Resets the connection (RST), as a crashed server or a firewall does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(_request: Request, _connection: socket.socket) -> None:
    """Closes the connection without a word."""


def silence(_request: Request, connection: socket.socket) -> None:
    """Does not answer until the client gives up."""
    connection.recv(1)


def truncated(_request: Request, connection: socket.socket) -> None:
    """Sends a part of the body that it has announced."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"RequestId": "r-1", ')


class Drip:
    """Sends a valid body of so many bytes, one at a time with a pause in seconds after each; C(sent) so far."""

    def __init__(self, pieces: int, pause: float) -> None:
        self.pieces, self.pause, self.sent = pieces, pause, 0

    def __call__(self, _request: Request, connection: socket.socket) -> None:
        body = b"{" + b" " * (self.pieces - 2) + b"}"
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        with contextlib.suppress(OSError):  # the client gives up, as it should
            for number in range(len(body)):
                connection.sendall(body[number : number + 1])
                self.sent = number + 1
                time.sleep(self.pause)
