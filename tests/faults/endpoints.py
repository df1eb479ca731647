# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process behind a fleet: emulators that each have a port, and that can stop to listen and start again.

    python -m faults.endpoints COUNT

prints a URL a line. Beside the control API each has ``/_fleet``: ``POST {"after": requests, "seconds": s, "when":
"before" or "after"}`` makes it go down later, ``DELETE`` takes that back; ``GET`` and all others tell how many
requests it is still working on, and how often it was down.
"""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web

from emulator.server import Connection, application
from emulator.service import Service
from emulator.settings import Settings
from emulator.testing import ACCESS_KEY, SECRET_KEY

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

    def __init__(self) -> None:
        account = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
        app = application(Service(Settings().changed({"accounts": [account]})))

        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._pass(request, handler)

        app.middlewares.append(gate)
        self._runner = web.AppRunner(app)
        self._listener: asyncio.Server | None = None
        self._port = 0
        self._outage: Outage | None = None
        self._working = 0
        self._outages = 0
        self._coming: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Listen; the URL."""
        await self._runner.setup()
        await self._listen()
        return f"http://{HOST}:{self._port}"

    async def _listen(self) -> None:
        loop, server = asyncio.get_running_loop(), self._runner.server
        assert server is not None
        self._listener = await loop.create_server(lambda: Connection(server, loop=loop), HOST, self._port)
        self._port = self._listener.sockets[0].getsockname()[1]

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
        if request.method == "POST":
            self._outage = Outage(**await request.json())
        elif request.method == "DELETE":
            self._outage = None
        return web.json_response({"working": self._working, "outages": self._outages})

    def _go_down(self, seconds: float) -> None:
        self._outages += 1
        assert self._listener is not None
        assert self._runner.server is not None
        self._listener.close()
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


async def _serve(count: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    endpoints = [_Endpoint() for _unused in range(count)]
    for endpoint in endpoints:
        sys.stdout.write(await endpoint.start() + "\n")
    sys.stdout.flush()
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
