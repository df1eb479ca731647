# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on loopback that answers with any bytes, in any way."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

Answer = Callable[["Request", socket.socket], None]


@dataclass(frozen=True)
class Request:
    """A request as it came. C(parameters) are those of query and body together."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        query = urlsplit(self.target).query
        return dict(parse_qsl(query, keep_blank_values=True) + parse_qsl(self.body.decode(), keep_blank_values=True))

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

    def __enter__(self) -> Server:
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
