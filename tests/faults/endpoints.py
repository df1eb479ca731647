# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process behind a fleet: emulators that each have a port, and that can stop to listen and start again.

    python -m faults.endpoints COUNT [CERTIFICATE]

prints two URLs a line, with a certificate (PEM, with its key) the second one by HTTPS. Beside the control API each has
C(/_fleet), which takes and gives JSON:

- C(POST {"outage": {"after": requests, "seconds": s, "when": "before" or "after"}}) makes it go down later;
- C(POST {"stranger": {...}}), an L(Act), has somebody else change something in the account at a certain moment;
- C(DELETE) takes both back;
- C(GET) gives the L(Ledger), and the C(resources) as they are stored: by id, the kind and the wire object. All
  tell how many requests it is still working on, and how often it was down.
"""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import ssl
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from emulator.server import Connection, application
from emulator.settings import Settings

from .keys import ACCOUNTS
from .ledger import Act, Watched

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HOST = "127.0.0.1"
PATH = "/_fleet"


@dataclasses.dataclass
class Outage:
    """The endpoint goes down with the request after the next C(after), carried out or not, for C(seconds)."""

    after: int
    seconds: float
    when: str


class _Endpoint:
    """The serving side of a member."""

    def __init__(self, encryption: ssl.SSLContext | None) -> None:
        self._service = Watched(Settings().changed({"accounts": ACCOUNTS}))
        app = application(self._service)

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._pass(request, handler)

        app.middlewares.append(gate)
        self._runner = web.AppRunner(app)
        self._encryption = encryption
        self._listeners: list[asyncio.Server] = []
        self._ports = [0, 0]
        self._outage: Outage | None = None
        self._working = 0
        self._outages = 0
        self._coming: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Listen; the two URLs."""
        await self._runner.setup()
        await self._listen()
        plain, encrypted = self._ports
        return f"http://{HOST}:{plain} {'https' if self._encryption else 'http'}://{HOST}:{encrypted}"

    async def _listen(self) -> None:
        loop, server = asyncio.get_running_loop(), self._runner.server
        assert server is not None
        for place, encryption in list(enumerate((None, self._encryption)))[len(self._listeners) :]:
            listener = await loop.create_server(
                lambda: Connection(server, loop=loop), HOST, self._ports[place], ssl=encryption
            )
            self._ports[place] = listener.sockets[0].getsockname()[1]
            self._listeners.append(listener)

    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count the service's requests, and go down with one."""
        if request.path == PATH:
            return await self._control(request)
        if request.path != "/":
            return await handler(request)
        self._working += 1
        try:
            outage = self._outage
            if outage is None or outage.after:
                if outage is not None:
                    outage.after -= 1
                return await handler(request)
            self._outage = None
            if outage.when == "after":
                await handler(request)
            self._go_down(outage.seconds)
            return web.Response()
        finally:
            self._working -= 1

    async def _control(self, request: web.Request) -> web.Response:
        answer = {"working": self._working, "outages": self._outages}
        if request.method == "GET":
            answer["ledger"] = self._service.ledger.as_json()
            answer["resources"] = self._service.snapshot()
        elif request.method == "DELETE":
            self._outage = None
            self._service.strangers.clear()
        else:
            asked = await request.json()
            if "outage" in asked:
                self._outage = Outage(**asked["outage"])
            if "stranger" in asked:
                self._service.strangers.append(Act(**asked["stranger"]))
        return web.json_response(answer)

    def _go_down(self, seconds: float) -> None:
        self._outages += 1
        assert self._runner.server is not None
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        self._service.ledger.doubt()
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        self._coming = asyncio.get_running_loop().create_task(self._come_back(seconds))

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while True:
            try:
                return await self._listen()
            except OSError:  # someone has the port for a moment
                await asyncio.sleep(0.2)


async def _serve(count: int, certificate: Path | None) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    encryption = None
    if certificate is not None:
        encryption = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        encryption.load_cert_chain(certificate)
    endpoints = [_Endpoint(encryption) for _unused in range(count)]
    for endpoint in endpoints:
        sys.stdout.write(await endpoint.start() + "\n")
    sys.stdout.flush()
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
