# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether VPN tunnels are up, for C(vpn_tunnel_status_info). Reads only."""

from __future__ import annotations

import typing as t

from ..api.client import Client
from ..api.connection import resolve
from ..api.errors import InvalidOptionsError
from ..api.redaction import Redactor
from ..api.transport.pool import Channel
from ..reconciler.errors import MissingError
from ..reconciler.listing import gather
from ..reconciler.lookup import UNKNOWN_ID
from ..reconciler.status import NotUpError, await_up, statuses
from ..resources import vpn_tunnel
from ..resources.schema import Item
from ..resources.types import same_id
from ..resources.vpn_tunnel_status import NAME, Status
from .argspec import Parameters
from .info import place_of
from .manage import ChannelFactory
from .result import Result, check_text, failed, trace


def run_status(
    parameters: Parameters,
    *,
    check_mode: bool,
    environment: t.Mapping[str, str],
    open_channel: ChannelFactory = Channel,
    redact: Redactor,
) -> Result:
    """The status of the tunnels that match all that is given. Check mode does not wait."""
    redact.names.update([NAME, "id", "name", "vpn_gateway", "up", "sub_tunnels", "number", "ike", "ipsec"])
    client: Client | None = None
    failure: Result = {}
    found: list[Status] = []
    warnings: list[str] = []
    try:
        check_text(parameters)
        if not 0 <= parameters["wait_timeout"] < float("inf"):
            raise InvalidOptionsError(["wait_timeout must be at least 0 seconds"])
        client = Client(resolve(parameters, environment), redact, open_channel)
        found = _run(client, parameters, check_mode, warnings)
    except NotUpError as error:
        failure, found = failed(error, redact), error.statuses
    except Exception as error:  # pylint: disable=broad-except
        failure = failed(error, redact)
    return redact({"changed": False, NAME: [status.item() for status in found], **trace(client, warnings), **failure})


def _run(client: Client, parameters: Parameters, check_mode: bool, warnings: list[str]) -> list[Status]:
    wanted: str | None = parameters.get("wait_for")
    try:
        tunnels = _selected(client, parameters, check_mode)
        if wanted and not check_mode:
            return await_up(client, tunnels, wanted, parameters["wait_timeout"])
    except MissingError as error:
        if not check_mode:
            raise
        warnings.append(f"{error} Check mode assumes that an earlier task of the play creates it.")
        return []
    if wanted:
        warnings.append("In check mode it is not waited until VPN tunnels are up.")
    return statuses(client, tunnels) if tunnels else []


def _selected(client: Client, parameters: Parameters, check_mode: bool) -> list[Item]:
    """The tunnels that match. With C(wait_for), each id must be that of one. Raises L(MissingError)."""
    ids: list[str] | None = parameters.get("ids")
    if ids is not None and check_mode:
        ids = [identity for identity in ids if identity != UNKNOWN_ID]
    tunnels = gather(
        client,
        vpn_tunnel.RESOURCE,
        ids=ids,
        key={} if parameters.get("name") is None else {"name": parameters["name"]},
        name_glob=parameters.get("name_glob"),
        place=place_of(client, vpn_tunnel.RESOURCE, parameters),
    )
    missing = [each for each in ids or [] if not any(same_id(each, tunnel["id"]) for tunnel in tunnels)]
    if missing and parameters.get("wait_for"):
        raise MissingError(f"There is no VPN tunnel, among those that match, with the id {', '.join(missing)}.")
    return tunnels
