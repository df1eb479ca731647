# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Huawei VRP (AR routers, V200 and V300): lines for system view, after Huawei's command reference.

Unverified: no program that reads them was to be had.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .comware import address, rules  # the two command lines have one ancestor
from .description import Description, Pair, Refusal
from .text import can_be_typed, plain

_ENCRYPTIONS = {"des": "des", "3des": "3des", "aes-128": "aes-128", "aes-192": "aes-192", "aes-256": "aes-256"}
_HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha2-256", "sha384": "sha2-384", "sha512": "sha2-512"}
_IKE_HASHES = ("md5", "sha1")
_GROUPS = (1, 2, 5, 14)
_LONGEST_KEY = 128
NUMBERS = (1, 98)  # of which each tunnel takes two

# The words that it has, by option.
_WORDS: dict[str, t.Container[t.Any]] = {
    "ike_encryption_algorithm": _ENCRYPTIONS,
    "ike_authentication_algorithm": _IKE_HASHES,
    "ike_dh_group": _GROUPS,
    "pfs_group": (0, *_GROUPS),
    "ipsec_encryption_algorithm": (*_ENCRYPTIONS, "null"),
    "ipsec_authentication_algorithm": _HASHES,
}


def refused(description: Description) -> list[Refusal]:
    """What VRP lacks, and what can't be typed there."""
    found = description.lacking(_WORDS, "not all of VRP has it")
    if description.lifetime_seconds > 604800:
        found.append(Refusal("ipsec_lifetime_seconds", description.lifetime_seconds, "VRP takes up to 604800"))
    if description.number is not None and not 1 <= description.number <= 98:
        found.append(Refusal("number", description.number, "VRP's IKE proposals have 1 to 99"))
    if description.key is not None and not can_be_typed(description.key, _LONGEST_KEY):
        found.append(Refusal("pre_shared_key", None, "it has characters that can't be typed in VRP, or more than 128"))
    if description.interface is None and description.kind == "policy":
        found.append(Refusal("interface", None, "an IPsec policy is applied to an interface: set it"))
    return found


def text(description: Description) -> str:
    """The lines."""
    name, number = description.name, description.number_within(*NUMBERS)
    lines = [
        f"# Ksyun VPN tunnel {plain(description.title)}",
        "# Unverified: after the command reference of the vendor, tried on no device.",
        *(f"# assumed {plain(f'{item.option} = {item.value}')}" for item in description.assumed),
    ]
    if description.key is None:
        lines.append("# The key is not in these lines.")
    lines += [
        f"ike proposal {number}",
        f" encryption-algorithm {_ENCRYPTIONS[description.ike_encryption]}",
        f" authentication-algorithm {_HASHES[description.ike_hash]}",
        *_of_version_2(description),
        f" dh group{description.dh_group}",
        " authentication-method pre-share",
        f" sa duration {description.ike_lifetime}",
        "#",
    ]
    for pair in description.pairs:
        lines += _peer(description, pair, number)
    esp = description.esp_encryption
    lines += [
        f"ipsec proposal {name}",
        f" encapsulation-mode {description.gre_mode if description.kind == 'gre' else 'tunnel'}",
        " transform esp",
        f" esp authentication-algorithm {_HASHES[description.esp_hash]}",
        " undo esp encryption-algorithm" if esp == "null" else f" esp encryption-algorithm {_ENCRYPTIONS[esp]}",
        "#",
    ]
    lines += (_by_policy if description.kind == "policy" else _by_interface)(description, number)
    return "\n".join([*lines, "return"]) + "\n"


def _of_version_2(description: Description) -> list[str]:
    if description.ike_version == 1:
        return []
    return [f" integrity-algorithm hmac-{description.ike_hash}-96", f" prf hmac-{description.ike_hash}"]


def _peer(description: Description, pair: Pair, number: int) -> list[str]:
    other = 3 - description.ike_version
    lines = [
        f"ike peer {description.name}-{pair.number}",
        f" undo version {other}",
        f" ike-proposal {number}",
        " local-id-type ip",
        f" local-id {pair.device}" if pair.own != pair.device else "",
        f" remote-address {pair.ksyun}",
    ]
    if description.ike_version == 1:
        lines.append(f" exchange-mode {description.exchange_mode}")
    if description.key is not None:
        lines.append(f" pre-shared-key cipher {description.key}")
    if description.dpd_interval:
        lines += [" dpd type periodic", f" dpd idle-time {description.dpd_interval}"]
    return [*filter(None, lines), "#"]


def _associations(description: Description, pair: Pair) -> list[str]:
    lines = [
        f" ike-peer {description.name}-{pair.number}",
        f" proposal {description.name}",
        f" sa duration time-based {description.lifetime_seconds}",
        f" sa duration traffic-based {description.lifetime_kilobytes}",
    ]
    return [*lines, f" pfs dh-group{description.pfs_group}"] if description.pfs_group else lines


def _by_policy(description: Description, number: int) -> list[str]:
    name = description.name
    lines = [f"acl name {name} advance"]
    lines += rules(description, first=5)
    for pair in description.pairs:
        lines += [
            "#",
            f"ipsec policy ksyun {number + pair.number - 1} isakmp",
            f" security acl name {name}",
            *_associations(description, pair),
        ]
    return [*lines, "#", f"interface {description.interface}", " ipsec policy ksyun", "#"]


def _by_interface(description: Description, number: int) -> list[str]:
    lines: list[str] = []
    for pair in description.pairs:
        name, tunnel = f"{description.name}-{pair.number}", number + pair.number - 1
        mode = "gre" if description.kind == "gre" else "ipsec"
        lines += [f"ipsec profile {name}", *_associations(description, pair), "#", f"interface Tunnel0/0/{tunnel}"]
        lines.append(address(pair, f"Tunnel0/0/{number}"))
        lines += [
            f" tunnel-protocol {mode}",
            f" source {description.interface or pair.own}",
            f" destination {pair.ksyun}",
            f" ipsec profile {name}",
            "#",
        ]
    for pair in description.pairs:
        preference = " preference 200" if pair.standby else ""
        for network in description.remote_networks:
            parsed = ipaddress.IPv4Network(network)
            route = f"ip route-static {parsed.network_address} {parsed.netmask} Tunnel0/0/{number + pair.number - 1}"
            lines.append(route + preference)
    return lines
