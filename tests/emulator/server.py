# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as an aiohttp application: the service at ``/``, the control API at ``/_emulator``."""

from __future__ import annotations

import asyncio
import re
import sys
import uuid
from datetime import datetime, timezone
from email.utils import formatdate

from aiohttp import web

from . import control, delivery
from .parameters import Incoming
from .render import Answer
from .service import Service

SERVICE = web.AppKey("service", Service)
_LARGEST_BODY = 256 * 1024 * 1024
# The head of an HTTP/1.1 request in which no line is a Host header, cut after its first line.
_HOSTLESS = re.compile(rb"([A-Z]+ [^ \r\n]+ HTTP/1\.1\r\n)((?:(?!host:)[^\r\n]+\r\n)*\r\n)", re.IGNORECASE)


class Connection(web.RequestHandler):
    """aiohttp's side of a connection, with one difference.

    aiohttp refuses HTTP/1.1 requests without Host in words of its own. The table of public errors has a row for
    them, so they are given an empty one, which the service then treats as missing.
    """

    def data_received(self, data: bytes) -> None:
        """Bytes from the client; a request's head comes in one piece from every client seen so far."""
        super().data_received(_HOSTLESS.sub(rb"\1Host:\r\n\2", data, count=1) if _HOSTLESS.match(data) else data)


def application(service: Service) -> web.Application:
    """The application that serves ``service``."""
    app = web.Application(client_max_size=_LARGEST_BODY)
    app[SERVICE] = service
    app.add_subapp(control.PREFIX, control.application(service))
    app.router.add_route("*", "/{path:.*}", _serve)

    async def set_date(_request: web.Request, response: web.StreamResponse) -> None:
        """The Date header follows the service's clock, for clients that correct their own by it."""
        response.headers["Date"] = formatdate(service.now(), usegmt=True)

    app.on_response_prepare.append(set_date)
    return app


async def _serve(request: web.Request) -> web.StreamResponse:
    service = request.app[SERVICE]
    body = await request.read()
    incoming = Incoming.decode(request.method, request.raw_path, request.headers, body)
    entry = service.journal.open(incoming, str(uuid.uuid4()))

    def carry_out() -> Answer:
        answer = service.answer(incoming)
        entry.carried_out(answer)
        return answer

    try:
        if service.settings.latency:
            await asyncio.sleep(service.settings.latency)
        fault = service.faults.take(incoming.action, incoming.dry_run)
        if fault is not None:
            return await delivery.spoiled(request, incoming, entry, fault, carry_out)
        return delivery.plain(carry_out(), incoming, entry)
    finally:
        _log(incoming, entry.status, entry.code, entry.request_id)


def _log(incoming: Incoming, status: int | None, code: str | None, request_id: str) -> None:
    """One line a request, without anything that a client could have put a secret or a line break into."""
    action = incoming.action if incoming.action.isalnum() else "-"
    time = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    fields = (time, incoming.method, action, str(status or "-"), code or "-", request_id)
    sys.stderr.write(" ".join(fields) + "\n")
