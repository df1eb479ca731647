# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API: how a test looks into the emulator and bends it. JSON in and out, no signature.

==========================  =======================================================================================
``GET    /health``          ``{"status": "ok", "version": "2016-03-04"}``
``POST   /reset``           drop resources, recorded requests and faults; settings as at start-up
``GET    /state?region=R``  live resources as wire objects with a ``Region``, by set name; all regions without ``R``
``POST   /seed``            the same shape, fields left out get defaults; answers the complete objects in that order
``POST   /remove``          ``{"ids": [...]}``: remove whatever has these ids, used or not; ``{"removed": n}``
``POST   /status``          ``{"VpnTunnelId": id, "master": [["down", 3], ["up", null]], "backup": [...]}``: what a
                            tunnel's lines are from now on, see settings.ipsec_status; what is left out stays as it is
``GET    /paths?region=R``  ``{"paths": [...]}``, see paths.Path: where packets go, in one region or the default one
``GET    /requests?since=`` ``{"requests": [...]}``, see journal.Entry, with a ``sequence`` greater than ``since``
``DELETE /requests``        forget them
``GET    /settings``        all settings, see settings.Settings
``PATCH  /settings``        change some; each is replaced as a whole; answers all
``POST   /faults``          queue a fault, see faults.Fault; answers it
``GET    /faults``          ``{"faults": [what is left], "injected": n}``
``DELETE /faults``          drop them, count from 0 again
==========================  =======================================================================================

Kinds of fault: ``reset`` (RST without an answer), ``close`` (FIN), ``timeout`` (no answer ever; with ``when: after`` it
is carried out after ``seconds``), ``late`` (the same, always carried out), ``error`` (``row``, or ``status``, ``code``,
``message``), ``throttle``, ``truncated``, ``content_type`` (the right body as ``content_type``), ``html`` (a proxy's
page with ``status``), ``empty`` (``status`` and no body), ``slow`` (dripped over ``seconds``), ``raw`` (``status``,
``headers``, ``body``). A refused call is a 400 with ``{"error": text}``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .actions import KINDS
from .faults import Fault
from .paths import paths
from .resources import Kind
from .service import Service
from .settings import DEFAULT_REGION, LINES, phases_of_line
from .store import Course, Resource

PREFIX = "/_emulator"
_SERVICE = web.AppKey("controlled_service", Service)
_SEEDED_LONG_AGO = float("-inf")
# What takes defaults from something else comes after it; all the others stay in the order given.
_LATER = {"VpnTunnelSet": 1, "RouteSet": 2, "VpnGatewayRouteSet": 2}
_BY_SET: dict[str, Kind] = {kind.set_field: kind for kind in KINDS}


def application(service: Service) -> web.Application:
    """The control API of ``service``, to be mounted at PREFIX."""
    app = web.Application(middlewares=[_refusals])
    app[_SERVICE] = service
    app.router.add_get("/health", _health)
    app.router.add_post("/reset", _reset)
    app.router.add_get("/state", _state)
    app.router.add_post("/seed", _seed)
    app.router.add_post("/remove", _remove)
    app.router.add_post("/status", _status)
    app.router.add_get("/paths", _paths)
    app.router.add_get("/requests", _requests)
    app.router.add_delete("/requests", _clear_requests)
    app.router.add_get("/settings", _settings)
    app.router.add_patch("/settings", _change_settings)
    app.router.add_get("/faults", _faults)
    app.router.add_post("/faults", _add_fault)
    app.router.add_delete("/faults", _clear_faults)
    return app


@web.middleware
async def _refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Bad input is the caller's mistake and says which."""
    try:
        return await handler(request)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _service(request: web.Request) -> Service:
    return request.app[_SERVICE]


async def _object(request: web.Request) -> dict[str, Any]:
    value = json.loads(await request.read() or b"{}")
    if not isinstance(value, dict):
        raise ValueError("the body is a JSON object")
    return value


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok", "version": "2016-03-04"})


async def _reset(request: web.Request) -> web.Response:
    _service(request).reset()
    return web.json_response({})


def _view(service: Service, kind: Kind, resource: Resource) -> dict[str, Any]:
    return {**kind.view(service.context(resource.region), resource), "Region": resource.region}


async def _state(request: web.Request) -> web.Response:
    service = _service(request)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in _BY_SET}
    kinds = {kind.noun: kind for kind in KINDS}
    for resource in service.store.everything(request.query.get("region")):
        kind = kinds[resource.noun]
        found[kind.set_field].append(_view(service, kind, resource))
    return web.json_response(found)


async def _seed(request: web.Request) -> web.Response:
    service = _service(request)
    wanted = await _object(request)
    unknown = sorted(set(wanted) - set(_BY_SET))
    if unknown:
        raise ValueError(f"no such set: {', '.join(unknown)}; there are: {', '.join(_BY_SET)}")
    placed: dict[str, list[tuple[Kind, Resource]]] = {name: [] for name in wanted}
    for name in sorted(wanted, key=lambda name: _LATER.get(name, 0)):
        for item in wanted[name]:
            fields = dict(item)
            context = service.context(fields.pop("Region", DEFAULT_REGION))
            placed[name].append((_BY_SET[name], _BY_SET[name].place(context, fields, _SEEDED_LONG_AGO)))
    return web.json_response(
        {name: [_view(service, kind, resource) for kind, resource in pairs] for name, pairs in placed.items()}
    )


async def _remove(request: web.Request) -> web.Response:
    ids = (await _object(request))["ids"]
    return web.json_response({"removed": sum(_service(request).store.remove(item) for item in ids)})


async def _status(request: web.Request) -> web.Response:
    service = _service(request)
    wanted = await _object(request)
    tunnel_id = wanted.pop("VpnTunnelId")
    if service.store.anywhere("VpnTunnel", tunnel_id) is None:
        raise ValueError(f"there is no tunnel {tunnel_id}")
    unknown = sorted(set(wanted) - set(LINES))
    if unknown:
        raise ValueError(f"no such line: {', '.join(unknown)}; there are: {', '.join(LINES)}")
    courses = {(tunnel_id, line): Course(service.now(), phases_of_line(phases)) for line, phases in wanted.items()}
    service.store.courses.update(courses)
    return web.json_response({})


async def _paths(request: web.Request) -> web.Response:
    context = _service(request).context(request.query.get("region", DEFAULT_REGION))
    return web.json_response({"paths": [dataclasses.asdict(path) for path in paths(context)]})


async def _requests(request: web.Request) -> web.Response:
    since = int(request.query.get("since", "0"))
    return web.json_response({"requests": _service(request).journal.since(since)})


async def _clear_requests(request: web.Request) -> web.Response:
    _service(request).journal.clear()
    return web.json_response({})


async def _settings(request: web.Request) -> web.Response:
    return web.json_response(_service(request).settings.as_json())


async def _change_settings(request: web.Request) -> web.Response:
    service = _service(request)
    service.settings = service.settings.changed(await _object(request))
    return web.json_response(service.settings.as_json())


async def _faults(request: web.Request) -> web.Response:
    return web.json_response(_service(request).faults.as_json())


async def _add_fault(request: web.Request) -> web.Response:
    fault = Fault.from_json(await _object(request))
    _service(request).faults.add(fault)
    return web.json_response(dataclasses.asdict(fault))


async def _clear_faults(request: web.Request) -> web.Response:
    _service(request).faults.clear()
    return web.json_response({})
