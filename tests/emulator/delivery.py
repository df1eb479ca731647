# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending an answer, and failing to in the ways that networks, proxies and overloaded services do."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

from aiohttp import web

from .faults import Fault
from .journal import Entry
from .parameters import Incoming
from .render import Answer, render

_HTML = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>proxy</body></html>\n"
_SLOW_PIECES = 20
_LOOK_SECONDS = 0.02


def plain(answer: Answer, incoming: Incoming, entry: Entry) -> web.Response:
    """The answer as it should be."""
    body, content_type = render(answer, entry.request_id, incoming.wants_json)
    entry.answered(answer.status, answer.code)
    return web.Response(body=body, status=answer.status, headers={"Content-Type": content_type})


async def spoiled(
    request: web.Request, incoming: Incoming, entry: Entry, fault: Fault, carry_out: Callable[[], Answer]
) -> web.StreamResponse:
    """Answer, or not, as ``fault`` says; ``carry_out`` performs the request and is called at most once."""
    entry.fault = fault.kind
    if fault.kind in ("timeout", "late"):
        return await _hold(request, fault, carry_out)
    answer = carry_out() if fault.when == "after" else Answer(incoming.action, {})
    if fault.kind in ("reset", "close"):
        return _hang_up(request, rudely=fault.kind == "reset")
    if fault.kind in ("error", "throttle"):
        return plain(Answer(incoming.action, {}, fault.error), incoming, entry)
    if fault.kind in ("html", "empty", "raw"):
        return _other(fault, entry)
    response = plain(answer, incoming, entry)
    if fault.kind == "content_type":
        response.headers["Content-Type"] = fault.content_type
        return response
    return await _in_pieces(request, response, fault)


async def _hold(request: web.Request, fault: Fault, carry_out: Callable[[], Answer]) -> web.StreamResponse:
    """Never answer. With ``when`` after, the request is carried out once ``seconds`` have gone by."""
    if fault.when == "after":
        # The service works on, whether or not the client still waits.
        await asyncio.sleep(fault.seconds or 0)
        carry_out()
    while request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(_LOOK_SECONDS)
    return web.Response()


def _hang_up(request: web.Request, *, rudely: bool) -> web.StreamResponse:
    if request.transport is not None:
        if rudely:
            connection = request.transport.get_extra_info("socket")
            # With no time to linger, closing sends RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


def _other(fault: Fault, entry: Entry) -> web.Response:
    """An answer that does not come from the service at all."""
    if fault.kind == "html":
        status = fault.status or 502
        response = web.Response(text=_HTML.format(f"{status} Bad Gateway"), status=status, content_type="text/html")
    elif fault.kind == "empty":
        response = web.Response(status=fault.status or 200)
    else:
        response = web.Response(body=fault.body.encode(), status=fault.status or 200, headers=fault.headers)
    entry.answered(response.status, None)
    return response


async def _in_pieces(request: web.Request, whole: web.Response, fault: Fault) -> web.StreamResponse:
    """The body dripped over ``seconds`` (``slow``), or the connection closed in its middle (``truncated``)."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    response = web.StreamResponse(status=whole.status, headers={"Content-Type": whole.headers["Content-Type"]})
    response.content_length = len(body)
    await response.prepare(request)
    if fault.kind == "truncated":
        await response.write(body[: len(body) // 2])
        if request.transport is not None:
            request.transport.close()
        return response
    size = max(1, len(body) // _SLOW_PIECES)
    starts = range(0, len(body), size)
    for start in starts:
        end = start + size
        await asyncio.sleep((1.0 if fault.seconds is None else fault.seconds) / len(starts))
        await response.write(body[start:end])
    await response.write_eof()
    return response
