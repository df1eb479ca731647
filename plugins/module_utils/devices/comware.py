# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""H3C Comware 7: lines for system view, after H3C's command reference.

Unverified: no program that reads them was to be had. The service's own words for algorithms look like this platform's.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .description import Description, Pair, Refusal
from .text import can_be_typed, plain

_IKE_ENCRYPTIONS = {
    "des": "des-cbc",
    "3des": "3des-cbc",
    "aes-128": "aes-cbc-128",
    "aes-192": "aes-cbc-192",
    "aes-256": "aes-cbc-256",
    "sm1": "sm1-cbc-128",
    "sm4": "sm4-cbc",
}
_ESP_ENCRYPTIONS = {**_IKE_ENCRYPTIONS, "null": "null"}
_CHINESE = ("sm1", "sm4", "sm3")  # these only with IKEv1
_IKE_HASHES = {"md5": "md5", "sha1": "sha"}
_IKEV2_HASHES = {"md5": "md5", "sha1": "sha1"}
_ESP_HASHES = {word: word for word in ("md5", "sha1", "sha256", "sha384", "sha512", "sm3")}
_GROUPS = (1, 2, 5, 14, 24)
_LIFETIMES = (180, 604800)  # seconds
_LONGEST_KEY = 128
_HOST = "255.255.255.255"
NUMBERS = (100, 1022)  # of which each tunnel takes two

# The words that it has, by option.
_WORDS: dict[str, t.Container[t.Any]] = {
    "ike_encryption_algorithm": _IKE_ENCRYPTIONS,
    "ike_authentication_algorithm": _IKE_HASHES,
    "ike_dh_group": _GROUPS,
    "ipsec_encryption_algorithm": _ESP_ENCRYPTIONS,
    "ipsec_authentication_algorithm": _ESP_HASHES,
}


def refused(description: Description) -> list[Refusal]:
    """What Comware lacks, and what can't be typed there."""
    found = description.lacking(_WORDS, "Comware does not have it")
    if description.ike_version == 2:
        found += [
            Refusal(option, value, "Comware has it with IKEv1 alone")
            for option, value in description.algorithms.items()
            if value in _CHINESE
        ]
    low, high = _LIFETIMES
    if not low <= description.lifetime_seconds <= high:
        found.append(Refusal("ipsec_lifetime_seconds", description.lifetime_seconds, f"Comware takes {low} to {high}"))
    if description.number is not None and not 1 <= description.number <= 1022:
        found.append(Refusal("number", description.number, "it is the number of an interface too: 1 to 1022"))
    if description.key is not None and not can_be_typed(description.key, _LONGEST_KEY):
        found.append(
            Refusal("pre_shared_key", None, "it has characters that can't be typed in Comware, or more than 128")
        )
    if description.interface is None and description.kind == "policy":
        found.append(Refusal("interface", None, "an IPsec policy is applied to an interface: set it"))
    return found


def text(description: Description) -> str:
    """The lines."""
    number = description.number_within(*NUMBERS)
    lines = [
        f"# Ksyun VPN tunnel {plain(description.title)}",
        "# Unverified: after the command reference of the vendor, tried on no device.",
        *(f"# assumed {plain(f'{item.option} = {item.value}')}" for item in description.assumed),
    ]
    if description.key is None:
        lines.append("# The key is not in these lines.")
    lines += _proposal(description, number)
    for pair in description.pairs:
        lines += (_ikev1 if description.ike_version == 1 else _ikev2)(description, pair, number)
    lines += [
        f"ipsec transform-set {description.name}",
        f" encapsulation-mode {description.gre_mode if description.kind == 'gre' else 'tunnel'}",
        " protocol esp",
        f" esp encryption-algorithm {_ESP_ENCRYPTIONS[description.esp_encryption]}",
        f" esp authentication-algorithm {_ESP_HASHES[description.esp_hash]}",
        *([f" pfs dh-group{description.pfs_group}"] if description.pfs_group else []),
        "#",
    ]
    lines += (_by_policy if description.kind == "policy" else _by_interface)(description, number)
    return "\n".join([*lines, "return"]) + "\n"


def _proposal(description: Description, number: int) -> list[str]:
    if description.ike_version == 1:
        return [
            f"ike proposal {number}",
            f" encryption-algorithm {_IKE_ENCRYPTIONS[description.ike_encryption]}",
            f" authentication-algorithm {_IKE_HASHES[description.ike_hash]}",
            f" dh group{description.dh_group}",
            f" sa duration {description.ike_lifetime}",
            "#",
        ]
    hashed = _IKEV2_HASHES[description.ike_hash]
    return [
        f"ikev2 proposal {description.name}",
        f" encryption {_IKE_ENCRYPTIONS[description.ike_encryption]}",
        f" integrity {hashed}",
        f" prf {hashed}",
        f" dh group{description.dh_group}",
        "#",
        f"ikev2 policy {description.name}",
        f" proposal {description.name}",
        *(f" match local address {own}" for own in dict.fromkeys(pair.own for pair in description.pairs)),
        "#",
    ]


def _ikev1(description: Description, pair: Pair, number: int) -> list[str]:
    name = f"{description.name}-{pair.number}"
    key = (
        []
        if description.key is None
        else [f" pre-shared-key address {pair.ksyun} {_HOST} key simple {description.key}"]
    )
    return [
        f"ike keychain {name}",
        *key,
        "#",
        f"ike profile {name}",
        f" keychain {name}",
        f" proposal {number}",
        f" exchange-mode {description.exchange_mode}",
        f" local-identity address {pair.device}",
        f" match remote identity address {pair.ksyun} {_HOST}",
        *([f" dpd interval {description.dpd_interval} periodic"] if description.dpd_interval else []),
        "#",
    ]


def _ikev2(description: Description, pair: Pair, _number: int) -> list[str]:
    name = f"{description.name}-{pair.number}"
    key = [] if description.key is None else [f"  pre-shared-key plaintext {description.key}"]
    return [
        f"ikev2 keychain {name}",
        f" peer {name}",
        f"  address {pair.ksyun} {_HOST}",
        *key,
        "#",
        f"ikev2 profile {name}",
        " authentication-method local pre-share",
        " authentication-method remote pre-share",
        f" keychain {name}",
        f" identity local address {pair.device}",
        f" match remote identity address {pair.ksyun} {_HOST}",
        f" sa duration {description.ike_lifetime}",
        *([f" dpd interval {description.dpd_interval} periodic"] if description.dpd_interval else []),
        "#",
    ]


def _associations(description: Description, pair: Pair) -> list[str]:
    profile = "ike-profile" if description.ike_version == 1 else "ikev2-profile"
    return [
        f" transform-set {description.name}",
        f" {profile} {description.name}-{pair.number}",
        f" sa duration time-based {description.lifetime_seconds}",
        f" sa duration traffic-based {description.lifetime_kilobytes}",
    ]


def rules(description: Description, first: int) -> list[str]:
    """The rules of an access list, five apart: each network behind the device with each of the VPC."""
    lines = []
    for position, networks in enumerate(description.networks):
        source, target = map(ipaddress.IPv4Network, networks)
        lines.append(
            f" rule {first + 5 * position} permit ip source {source.network_address} {source.hostmask} "
            f"destination {target.network_address} {target.hostmask}"
        )
    return lines


def address(pair: Pair, other: str) -> str:
    """The line with the inner address of a tunnel's interface; if there is none, it borrows that of another one."""
    if not pair.inner:
        return f" ip address unnumbered interface {other}"
    inner = ipaddress.IPv4Interface(pair.inner)
    return f" ip address {inner.ip} {inner.netmask}"


def _by_policy(description: Description, number: int) -> list[str]:
    name = description.name
    lines = [f"acl advanced name {name}"]
    lines += rules(description, first=0)
    # The entry of the second tunnel comes after the first one's, and takes what that does not.
    for pair in description.pairs:
        lines += [
            "#",
            f"ipsec policy ksyun {number + pair.number - 1} isakmp",
            f" security acl name {name}",
            f" local-address {pair.own}",
            f" remote-address {pair.ksyun}",
            *_associations(description, pair),
        ]
    return [*lines, "#", f"interface {description.interface}", " ipsec apply policy ksyun", "#"]


def _by_interface(description: Description, number: int) -> list[str]:
    lines: list[str] = []
    for pair in description.pairs:
        name, tunnel = f"{description.name}-{pair.number}", number + pair.number - 1
        mode = "gre" if description.kind == "gre" else "ipsec"
        lines += [f"ipsec profile {name} isakmp", *_associations(description, pair), "#"]
        lines += [f"interface Tunnel{tunnel} mode {mode}"]
        lines.append(address(pair, f"Tunnel{number}"))
        lines += [f" source {description.interface or pair.own}", f" destination {pair.ksyun}"]
        lines += [f" tunnel protection ipsec profile {name}", "#"]
    for pair in description.pairs:
        preference = " preference 200" if pair.standby else ""
        for network in description.remote_networks:
            parsed = ipaddress.IPv4Network(network)
            route = f"ip route-static {parsed.network_address} {parsed.prefixlen} Tunnel{number + pair.number - 1}"
            lines.append(route + preference)
    return lines
