# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether VPN tunnels are up: C(DescribeVpnTunnelIpsecStatus), which is in the vendor's newer clients only.

Each VPN tunnel is two tunnels to the customer's device, which the service numbers 1 and 2. Of each it tells whether IKE
and IPsec are up.
"""

from __future__ import annotations

import typing as t

from ..api.action import Action
from .types import same_id, snake_case

ACTION = Action("DescribeVpnTunnelIpsecStatus", "VpnTunnelIpsecStatusList")
NAME = "vpn_tunnel_statuses"  # of the result
# The number of a tunnel within a VPN tunnel, and what C(IsMaster) is for it.
MASTER = {1: 1, 2: 0}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_POINTS_TO = {
    "ike": "the addresses of both ends, UDP ports 500 and 4500 between them, the pre-shared key, and the options ike_*",
    "ipsec": "the options ipsec_*, and the networks that the device negotiates",
}


class Line(t.NamedTuple):
    """One of the two tunnels within a VPN tunnel: whether IKE and IPsec are up (None: the service does not tell)."""

    number: int
    ike: bool | None = None
    ipsec: bool | None = None

    def __str__(self) -> str:
        """What is wrong with it, in words."""
        if self.ike is False:
            return f"tunnel {self.number}: IKE is down"
        if self.ipsec is False:
            return f"tunnel {self.number}: {'IKE is up, ' if self.ike else ''}IPsec is down"
        return f"tunnel {self.number}: {'up' if self.ipsec else 'the service does not tell'}"

    @property
    def points_to(self) -> str | None:
        """Where to look for the cause; None if it is up, or nothing is known."""
        if self.ike is False:
            return f"IKE down points to {_POINTS_TO['ike']}"
        return f"IKE up and IPsec down points to {_POINTS_TO['ipsec']}" if self.ipsec is False and self.ike else None


class Status(t.NamedTuple):
    """A VPN tunnel and its two lines, in order of their numbers."""

    id: str
    name: str | None
    vpn_gateway: str | None
    lines: tuple[Line, ...]

    @property
    def up(self) -> str | None:
        """Which of the lines are up: C(all), C(any) or C(none). None if the service tells of none.

        One that it does not tell of may be down, so that C(all) are up only where it tells of all.
        """
        told = [line.ipsec for line in self.lines if line.ipsec is not None]
        if not told:
            return None
        return "all" if all(told) and len(told) == len(self.lines) else "any" if any(told) else "none"

    def reaches(self, wanted: str) -> bool:
        """Whether it is up as C(any) or C(all) has it."""
        return self.up == "all" or self.up == wanted

    def __str__(self) -> str:
        return f"VPN tunnel {self.name!r} ({self.id}): " + ", ".join(map(str, self.lines))

    def item(self) -> dict[str, t.Any]:
        """As a result has it."""
        return {
            "id": self.id,
            "name": self.name,
            "vpn_gateway": self.vpn_gateway,
            "up": self.up,
            "sub_tunnels": [line._asdict() for line in self.lines],
        }


def _folded(raw: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An object of an answer with keys in one spelling."""
    return {snake_case(key[:1].upper() + key[1:]): value for key, value in raw.items()}


def read(answer: t.Mapping[str, t.Any], asked: int) -> t.Iterator[tuple[str, Line]]:
    """The lines that an answer tells of, each with the id of its VPN tunnel. C(asked): the number that was asked for.

    The models of the vendor differ in the case of the keys. An item that says which line it is of is taken at its word.
    Of several of one tunnel that don't, the first is line 1.
    """
    listed = answer.get(ACTION.result)
    unsaid: dict[str, int] = {}
    objects = [raw for raw in (listed if isinstance(listed, list) else []) if isinstance(raw, dict)]
    several = [str(_folded(raw).get("id")).lower() for raw in objects]
    for raw in objects:
        told = _folded(raw)
        master = _FLAGS.get(str(told.get("is_master")).lower())
        identity = str(told.get("id")).lower()
        number = 1 if master else 2
        if master is None:
            unsaid[identity] = unsaid.get(identity, 0) + 1
            number = unsaid[identity] if several.count(identity) > 1 else asked
        flags = {name: _FLAGS.get(str(told.get(f"{name}_status")).lower()) for name in ("ike", "ipsec")}
        yield str(told.get("id")), Line(number, **flags)


def of(tunnel: t.Mapping[str, t.Any], lines: t.Sequence[tuple[str, Line]]) -> Status:
    """The status of a VPN tunnel, an item of its table, from what answers told of several."""
    found = {line.number: line for identity, line in lines if same_id(identity, tunnel["id"])}
    return Status(
        str(tunnel["id"]),
        tunnel.get("name"),
        tunnel.get("vpn_gateway"),
        tuple(found.get(number, Line(number)) for number in MASTER),
    )
