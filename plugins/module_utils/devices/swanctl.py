# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""strongSwan 5.7 and later: a file for /etc/swanctl/conf.d, and the commands for its interfaces.

Proven by the daemon itself: C(make ipsec).
"""

from __future__ import annotations

import base64
import typing as t

from .description import Description, Pair, Refusal
from .text import comment

_ENCRYPTIONS = {
    "des": "des",
    "3des": "3des",
    "aes-128": "aes128",
    "aes-192": "aes192",
    "aes-256": "aes256",
    "null": "null",
}
_HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}
_GROUPS = {1: "modp768", 2: "modp1024", 5: "modp1536", 14: "modp2048", 24: "modp2048s256"}
_SOON = 10  # a rekeying begins when this part, a tenth, of a lifetime is left
NUMBERS = (100, 60000)  # of which each tunnel takes two

# The words that it has, by option.
_WORDS: dict[str, t.Container[t.Any]] = {
    "ike_encryption_algorithm": _ENCRYPTIONS,
    "ike_authentication_algorithm": _HASHES,
    "ike_dh_group": _GROUPS,
    "ipsec_encryption_algorithm": _ENCRYPTIONS,
    "ipsec_authentication_algorithm": _HASHES,
}


def refused(description: Description) -> list[Refusal]:
    """What strongSwan lacks."""
    return description.lacking(_WORDS, "strongSwan does not have it")


class _File:
    """Lines of swanctl.conf: one setting a line, sections indented."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._depth = 0

    def note(self, text: str) -> None:
        self.lines.append("    " * self._depth + f"# {text}")

    def set(self, name: str, value: t.Any) -> None:
        self.lines.append("    " * self._depth + f"{name} = {value}")

    def open(self, name: str) -> None:
        self.lines.append("    " * self._depth + f"{name} {{")
        self._depth += 1

    def close(self) -> None:
        self._depth -= 1
        self.lines.append("    " * self._depth + "}")


def text(description: Description) -> str:
    """The file."""
    file = _File()
    file.note(f"Ksyun VPN tunnel {comment(description.title)}")
    for assumption in description.assumed:
        file.note(f"assumed: {assumption.option} = {assumption.value} ({assumption.reason})")
    file.open("connections")
    for pair in description.pairs:
        _connection(file, description, pair)
    file.close()
    if description.key is None:
        file.note("The key is not in this file. It belongs in a section secrets.")
    else:
        file.open("secrets")
        for pair in description.pairs:
            file.open(f"ike-{description.name}-{pair.number}")
            file.set("id-1", pair.ksyun)
            file.set("id-2", pair.device)
            # Any character of a key would be one of Base64 here.
            file.set("secret", "0s" + base64.b64encode(description.key.encode("utf-8")).decode("ascii"))
            file.close()
        file.close()
    return "\n".join(file.lines) + "\n"


def _connection(file: _File, description: Description, pair: Pair) -> None:
    file.open(f"{description.name}-{pair.number}")
    file.set("version", description.ike_version)
    if description.ike_version == 1 and description.exchange_mode == "aggressive":
        file.set("aggressive", "yes")
    file.set("local_addrs", pair.own)
    file.set("remote_addrs", pair.ksyun)
    ike = f"{_ENCRYPTIONS[description.ike_encryption]}-{_HASHES[description.ike_hash]}-{_GROUPS[description.dh_group]}"
    file.set("proposals", ike)
    # Both together are the lifetime that is proposed to the other end.
    file.set("rekey_time", f"{description.ike_lifetime - description.ike_lifetime // _SOON}s")
    file.set("over_time", f"{description.ike_lifetime // _SOON}s")
    file.set("keyingtries", 0)
    if description.dpd_interval:
        file.set("dpd_delay", f"{description.dpd_interval}s")
        if description.ike_version == 1:
            file.set("dpd_timeout", f"{5 * description.dpd_interval}s")
    if description.kind == "route":
        file.set("if_id_in", _interface_id(description, pair))
        file.set("if_id_out", _interface_id(description, pair))
    for section, identity in (("local", pair.device), ("remote", pair.ksyun)):
        file.open(section)
        file.set("auth", "psk")
        file.set("id", identity)
        file.close()
    file.open("children")
    for name, local, remote in _selectors(description, pair):
        file.open(name)
        file.set("local_ts", local)
        file.set("remote_ts", remote)
        file.set("mode", description.gre_mode if description.kind == "gre" else "tunnel")
        group = f"-{_GROUPS[description.pfs_group]}" if description.pfs_group else ""
        file.set("esp_proposals", f"{_ENCRYPTIONS[description.esp_encryption]}-{_HASHES[description.esp_hash]}{group}")
        for unit, most in (("time", description.lifetime_seconds), ("bytes", description.lifetime_kilobytes * 1024)):
            suffix = "s" if unit == "time" else ""
            file.set(f"life_{unit}", f"{most}{suffix}")
            file.set(f"rekey_{unit}", f"{most - most // _SOON}{suffix}")
        file.set("start_action", "none" if pair.standby else "start")
        # Ended by the other end, it comes back with the next packet.
        file.set("close_action", "none" if pair.standby else "trap")
        if description.dpd_interval:
            file.set("dpd_action", "clear" if pair.standby else "restart")
        file.close()
    file.close()
    file.close()


def _selectors(description: Description, pair: Pair) -> list[tuple[str, str, str]]:
    """(name, local, remote) of each child: one for each pair of networks, as IKEv1 can't have more than one in it."""
    if description.kind == "gre":
        return [("gre", f"{pair.own}/32[gre]", f"{pair.ksyun}/32[gre]")]
    if description.kind == "route":
        return [("any", "0.0.0.0/0", "0.0.0.0/0")]
    return [(f"net-{number}", local, remote) for number, (local, remote) in enumerate(description.networks, start=1)]


def _interface_id(description: Description, pair: Pair) -> int:
    return description.number_within(*NUMBERS) + pair.number - 1


def setup(description: Description) -> list[str]:
    """The commands that make the interfaces and routes of tunnels by route, and of GRE. None for tunnels by network."""
    if description.kind == "policy":
        return []
    commands = []
    for pair in description.pairs:
        device = f"{description.name}-{pair.number}"
        if description.kind == "gre":
            commands.append(f"ip tunnel add {device} mode gre local {pair.own} remote {pair.ksyun} ttl 64")
        else:
            under = f" dev {description.interface}" if description.interface else ""
            commands.append(f"ip link add {device} type xfrm{under} if_id {_interface_id(description, pair)}")
        if pair.inner:
            peer = f" peer {pair.ksyun_inner}" if pair.inner.endswith("/32") else ""
            commands.append(f"ip address add {pair.inner.partition('/')[0] if peer else pair.inner} dev {device}{peer}")
        commands.append(f"ip link set {device} up mtu 1400")
    for network in description.remote_networks:
        commands += _routes(description, network)
    return commands


def _routes(description: Description, network: str) -> list[str]:
    """One route by both interfaces if both are active, else one by each, the standby's after the other's."""
    devices = [f"{description.name}-{pair.number}" for pair in description.pairs]
    if len(devices) == 2 and not description.pairs[1].standby:
        return [f"ip route add {network} {' '.join(f'nexthop dev {device}' for device in devices)}"]
    return [
        f"ip route add {network} dev {device} metric {100 * position}"
        for position, device in enumerate(devices, start=1)
    ]
