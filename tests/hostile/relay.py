# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can lie between a client and a service: proxies, a TLS front, and an intermediary that repeats requests.

    with Relay() as proxy: ...              # http://127.0.0.1:port: forwards, tunnels (CONNECT), and speaks SOCKS 5
    with Relay(context) as proxy: ...       # https://...: the same, TLS to the proxy (not SOCKS)
    with Front(emulator.url, context) as front: ...   # https://...: TLS before a server that has none
    with Repeater(emulator.url) as front: ...         # a reverse proxy that repeats a GET whose answer was lost

Each is one thread with one event loop, however many connections it has, and listens on loopback. How a connection ends
is passed on as it was: RST as RST, FIN as FIN. Standard library only.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

HOST = "127.0.0.1"
_PIECE = 65536
_START_SECONDS = 10
_BROKEN = (OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Head:
    """The head of a request, and how many bytes of body follow it."""

    method: str
    target: str
    headers: list[tuple[str, str]]

    @property
    def length(self) -> int:
        return int(next((value for name, value in self.headers if name.lower() == "content-length"), 0))

    def passed_on(self, target: str) -> bytes:
        """The head as an intermediary sends it, without what was meant for the intermediary."""
        kept = [pair for pair in self.headers if not pair[0].lower().startswith("proxy-")]
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Listener:
    """A server on loopback, in a thread of its own. C(url) is where; C(asked) is what it was asked for, in order."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[str] = []
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._started = threading.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://{HOST}:{self.port}"

    def __enter__(self: T) -> T:
        self._thread.start()  # type: ignore[attr-defined]
        if not self._started.wait(_START_SECONDS):  # type: ignore[attr-defined]
            raise RuntimeError("the relay did not start")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_START_SECONDS)

    def break_all(self) -> None:
        """End all connections by RST, as if this process had died."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._connections])

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, HOST, 0, ssl=self._context))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self.serve((reader, writer))
        except asyncio.CancelledError:
            reset(writer)
        except (*_BROKEN, ValueError):
            writer.transport.abort()
        finally:
            self._connections.discard(task)

    async def serve(self, client: Streams) -> None:
        """Serve one connection until it ends."""
        raise NotImplementedError


class Relay(Listener):
    """A proxy: forwards requests for C(http:), tunnels by CONNECT, and, without TLS, speaks SOCKS 5.

    C(refusal), if set, is what it answers to every HTTP request, and SOCKS is refused; C(reset_tunnels) breaks a tunnel
    before it stands.
    """

    def __init__(self, context: ssl.SSLContext | None = None, refusal: bytes = b"") -> None:
        super().__init__(context)
        self.refusal = refusal
        self.reset_tunnels = False

    async def serve(self, client: Streams) -> None:
        first = await client[0].readexactly(1)
        if first == b"\x05":
            await self._socks(client)
            return
        head = await read_head(client[0], first)
        self.asked.append(f"{head.method} {head.target.partition('?')[0]}")
        if self.refusal:
            await answer(client, self.refusal)
        elif head.method == "CONNECT":
            await self._tunnel(client, head)
        else:
            await self._forward(client, head)

    async def _tunnel(self, client: Streams, head: Head) -> None:
        if self.reset_tunnels:
            reset(client[1])
            return
        host, _sep, port = head.target.rpartition(":")
        try:
            server = await asyncio.open_connection(host.strip("[]"), int(port))
        except OSError:
            await answer(client, page(502))
            return
        client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await join(client, server)

    async def _forward(self, client: Streams, head: Head) -> None:
        """Requests one after the other, to one server; all that comes back goes back as it comes."""
        parts = urlsplit(head.target)
        try:
            server = await asyncio.open_connection(parts.hostname or "", parts.port or 80)
        except (OSError, UnicodeError):
            await answer(client, page(503))
            return

        async def there() -> None:
            request = head
            while True:
                path = urlsplit(request.target)._replace(scheme="", netloc="").geturl() or "/"
                body = await client[0].readexactly(request.length)
                server[1].write(request.passed_on(path) + body)
                await server[1].drain()
                request = await read_head(client[0])
                self.asked.append(f"{request.method} {request.target.partition('?')[0]}")

        await join(client, server, there())

    async def _socks(self, client: Streams) -> None:
        """SOCKS 5 (RFC 1928) without authentication, CONNECT to an IPv4 address or a name."""
        reader, writer = client
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        if kind == 1:
            host = socket.inet_ntoa(await reader.readexactly(4))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        self.asked.append(f"SOCKS {host}:{port}")
        if self.reset_tunnels:
            reset(writer)
            return
        if self.refusal:
            await answer(client, b"\x05\x02\x00\x01" + bytes(6))  # not allowed
            return
        try:
            server = await asyncio.open_connection(host, port)
        except OSError:
            await answer(client, b"\x05\x05\x00\x01" + bytes(6))
            return
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await join(client, server)


class Front(Listener):
    """Passes all connections on to the plain server at C(url): with a context, TLS before one that has none."""

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        super().__init__(context)
        self._server = urlsplit(url)

    async def _connect(self) -> Streams:
        return await asyncio.open_connection(self._server.hostname or "", self._server.port or 80)

    async def serve(self, client: Streams) -> None:
        await join(client, await self._connect())


class Repeater(Front):
    """A reverse proxy that repeats a request whose answer was lost, if its method is idempotent (RFC 9110, 9.2.2).

    As intermediaries with several servers of one service do: a GET whose connection broke before an answer came is sent
    once more, any other is answered 502.
    """

    async def serve(self, client: Streams) -> None:
        while True:
            head = await read_head(client[0])
            body = await client[0].readexactly(head.length)
            for _attempt in range(2 if head.method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE") else 1):
                self.asked.append(head.method)
                found = await self._ask(head, body)
                if found:
                    break
            client[1].write(found or page(502))
            await client[1].drain()

    async def _ask(self, head: Head, body: bytes) -> bytes:
        """The whole answer to a request on a connection of its own; empty if none came."""
        reader, writer = await self._connect()
        try:
            closing = [pair for pair in head.headers if pair[0].lower() != "connection"]
            head = Head(head.method, head.target, [*closing, ("Connection", "close")])
            writer.write(head.passed_on(head.target) + body)
            return await reader.read(-1)
        except OSError:
            return b""
        finally:
            writer.transport.abort()


async def read_head(reader: asyncio.StreamReader, first: bytes = b"") -> Head:
    """The head of the next request. Raises what tells that there is none."""
    data = first + await reader.readuntil(b"\r\n\r\n")
    line, *lines = data.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _version = line.split(" ", 2)
    return Head(
        method, target, [(name, value.strip()) for name, _sep, value in (each.partition(":") for each in lines)]
    )


def page(status: int) -> bytes:
    """A page of an intermediary's own."""
    body = f"<html><h1>{status} proxy</h1></html>".encode()
    return b"HTTP/1.1 %d X\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body


async def answer(client: Streams, data: bytes) -> None:
    """Say something and hang up."""
    client[1].write(data)
    await client[1].drain()
    client[1].close()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by RST."""
    with contextlib.suppress(OSError, AttributeError):  # it may be closed already
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def join(client: Streams, server: Streams, there: Awaitable[None] | None = None) -> None:
    """Pass on what comes from either side, until the server has ended; C(there) is another way from client to server.

    RST goes on as RST. FIN of the server goes on as FIN, and ends the connection: no answer can come any more.
    """
    onwards = asyncio.ensure_future(there or _pump(client[0], server[1]))
    back = asyncio.ensure_future(_pump(server[0], client[1]))
    try:
        await asyncio.wait({onwards, back}, return_when=asyncio.FIRST_COMPLETED)
        if not back.done():
            _end(client, server)
            await asyncio.wait({back})
        if isinstance(back.exception(), OSError):
            reset(client[1])
        else:
            client[1].close()
    finally:
        for task in (onwards, back):
            task.cancel()
        await asyncio.gather(onwards, back, return_exceptions=True)
        server[1].transport.abort()


def _end(client: Streams, server: Streams) -> None:
    """Tell the server that the client has ended: by RST, or by FIN, after which an answer may still be on its way."""
    if client[0].exception() is not None:
        reset(server[1])
    elif server[0].exception() is None and server[1].can_write_eof():
        with contextlib.suppress(OSError):
            server[1].write_eof()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while piece := await source.read(_PIECE):
        target.write(piece)
        await target.drain()
