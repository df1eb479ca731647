# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading whether VPN tunnels are up, and waiting until they are."""

from __future__ import annotations

import typing as t

from ..api.client import Client
from ..resources import vpn_tunnel_status
from ..resources.schema import Item
from ..resources.vpn_tunnel_status import MASTER, Status
from .errors import MissingError, WaitTimeoutError
from .write import poll

_CHUNK = 100  # VPN tunnels in one call; no source states how many there can be


class NotUpError(WaitTimeoutError):
    """VPN tunnels did not come up in time. C(statuses) are those of all that were waited for, C(ids) of those down."""

    def __init__(self, statuses: t.Sequence[Status], wanted: str, waited: float) -> None:
        self.statuses = list(statuses)
        down = [status for status in statuses if not status.reaches(wanted)]
        self.ids = [status.id for status in down]
        count = f"{len(down)} of {len(statuses)} VPN tunnels are" if len(statuses) > 1 else "The VPN tunnel is"
        causes = dict.fromkeys(line.points_to for status in down for line in status.lines if line.points_to)
        super().__init__(
            f"{count} not up after {waited:.0f} seconds. {'. '.join(map(str, down))}. "
            + "".join(f"{cause}. " for cause in causes)
            + "Look at the remote device, too."
        )

    def details(self) -> dict[str, t.Any]:
        return {**super().details(), "ids": self.ids}


def statuses(client: Client, tunnels: t.Sequence[Item]) -> list[Status]:
    """The status of each tunnel, in their order. It is not known whether a call without IsMaster tells both lines."""
    lines = [
        line
        for number, master in MASTER.items()
        for start in range(0, len(tunnels), _CHUNK)
        for line in vpn_tunnel_status.read(
            client.call(
                vpn_tunnel_status.ACTION,
                {"VpnTunnelId": [item["id"] for item in tunnels[start : start + _CHUNK]], "IsMaster": master},
            )[0],
            number,
        )
    ]
    return [vpn_tunnel_status.of(tunnel, lines) for tunnel in tunnels]


def await_up(client: Client, tunnels: t.Sequence[Item], wanted: str, timeout: float) -> list[Status]:
    """Look at tunnels until all of them are up as C(wanted) (C(any) or C(all) of their lines); their last status.

    C(timeout) is in seconds; 0 looks once. Tunnels that are up are not looked at again. Raises L(NotUpError) with those
    that are not.
    """
    if not tunnels:
        raise MissingError("No VPN tunnel matches, so there is nothing to wait for.")
    last: dict[str, Status] = {}

    def down() -> list[Item]:
        """The tunnels that are not up, of those that were not at the look before."""
        asked = [tunnel for tunnel in tunnels if not is_up(tunnel)]
        last.update({status.id: status for status in statuses(client, asked)})
        return [tunnel for tunnel in asked if not is_up(tunnel)]

    def is_up(tunnel: Item) -> bool:
        known = last.get(str(tunnel["id"]))
        return known is not None and known.reaches(wanted)

    left, waited = poll(client, down, lambda found: not found, timeout)
    found = [last[str(tunnel["id"])] for tunnel in tunnels]
    if left:
        raise NotUpError(found, wanted, waited)
    return found
