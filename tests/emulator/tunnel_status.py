# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DescribeVpnTunnelIpsecStatus: the one action that says whether a tunnel is up.

It pages nothing, and its items have keys in a case of their own.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .actions import Action
from .errors import PublicError
from .parameters import Field, Given, integer, listed, read_fields, refuse_lookalikes
from .resources import Context, refuse
from .settings import Settings
from .store import Resource, Wire
from .tunnel_lines import line_state

_NOUN = "VpnTunnel"
_ID = "VpnTunnelId"
# "1-隧道1的状态,0-隧道2的状态"
_LINES = {1: "master", 0: "backup"}


class DescribeVpnTunnelIpsecStatus(Action):
    """The lines of the named tunnels, or of all; in order of creation."""

    writes: ClassVar[bool] = False

    @property
    def name(self) -> str:
        return "DescribeVpnTunnelIpsecStatus"

    def validate(self, given: Given, settings: Settings) -> Wire:
        """Which tunnels, and which of their lines."""
        refuse_lookalikes(given, (_ID,), (_ID.lower(), "filter"))
        values = read_fields((Field("IsMaster", integer(0, 1)),), given)
        values["lines"] = [values["IsMaster"]] if "IsMaster" in values else [1]
        if "IsMaster" not in values:
            if settings.status_without_master == "refused":
                raise PublicError.MISSING_PARAMETER.error("IsMaster")
            if settings.status_without_master == "both":
                values["lines"] = list(_LINES)
        ids = listed(given, _ID)
        if settings.empty_filter == "everything":
            ids = [item for item in ids if item]
        values["ids"] = ids
        return values

    def examine(self, context: Context, values: Wire) -> None:
        """Tunnels that there are not, where the service minds."""
        if context.settings.status_of_unknown == "refused":
            for item in values["ids"]:
                if context.store.get(_NOUN, context.region, item) is None:
                    raise refuse(context.settings.not_found_error, _NOUN, item)

    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        settings = context.settings
        tunnels = context.store.listed(_NOUN, context.region, context.now, settings.list_lag, settings.delete_lag)
        wanted = set(values["ids"]) or {tunnel.id for tunnel in tunnels}
        found = [tunnel for tunnel in tunnels if tunnel.id in wanted]
        items = [self._item(context, tunnel, master) for tunnel in found for master in values["lines"]]
        return {"VpnTunnelIpsecStatusList": items, "Return": True}

    def _item(self, context: Context, tunnel: Resource, master: int) -> Wire:
        state = line_state(context, tunnel, _LINES[master])
        item = {"isMaster": master, "ipsecStatus": state == "up", "ikeStatus": state != "down", "id": tunnel.id}
        if context.settings.status_spelling == "upper":
            return {name[0].upper() + name[1:]: value for name, value in item.items()}
        return item
