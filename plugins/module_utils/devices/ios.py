# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cisco IOS and IOS-XE: lines for configuration mode.

The tests read these lines back into Cisco's own YANG model (Cisco-IOS-XE-native 16.9) and have it judge names, values,
ranges and structure.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .description import Description, Refusal
from .text import can_be_typed, plain

_IKE_ENCRYPTIONS = {"des": "des", "3des": "3des", "aes-128": "aes 128", "aes-192": "aes 192", "aes-256": "aes 256"}
_IKEV2_ENCRYPTIONS = {"des": "des", "3des": "3des", **{f"aes-{bits}": f"aes-cbc-{bits}" for bits in (128, 192, 256)}}
_IKE_HASHES = {"md5": "md5", "sha1": "sha"}
_GROUPS = (1, 2, 5, 14, 24)
_ESP_ENCRYPTIONS = {
    "des": "esp-des",
    "3des": "esp-3des",
    "aes-128": "esp-aes 128",
    "aes-192": "esp-aes 192",
    "aes-256": "esp-aes 256",
    "null": "esp-null",
    "seal": "esp-seal",
}
_ESP_HASHES = {
    "md5": "esp-md5-hmac",
    "sha1": "esp-sha-hmac",
    "sha256": "esp-sha256-hmac",
    "sha384": "esp-sha384-hmac",
    "sha512": "esp-sha512-hmac",
}
_LONGEST_KEY = 128
_ANY_HOST = "255.255.255.255"
_RETRY = 5  # seconds between the questions to a peer that does not answer
NUMBERS = (100, 9998)  # of which each tunnel takes two

# The words that it has, by option.
_WORDS: dict[str, t.Container[t.Any]] = {
    "ike_encryption_algorithm": _IKE_ENCRYPTIONS,
    "ike_authentication_algorithm": _IKE_HASHES,
    "ike_dh_group": _GROUPS,
    "ipsec_encryption_algorithm": _ESP_ENCRYPTIONS,
    "ipsec_authentication_algorithm": _ESP_HASHES,
}


def refused(description: Description) -> list[Refusal]:
    """What IOS lacks, and what can't be typed there."""
    found = description.lacking(_WORDS, "IOS does not have it")
    if not 120 <= description.lifetime_seconds <= 2592000:
        found.append(Refusal("ipsec_lifetime_seconds", description.lifetime_seconds, "IOS takes 120 to 2592000"))
    if not 2560 <= description.lifetime_kilobytes <= 4294967295:
        found.append(
            Refusal("ipsec_lifetime_kilobytes", description.lifetime_kilobytes, "IOS takes 2560 to 4294967295")
        )
    if description.exchange_mode == "aggressive" and description.ike_version == 1:
        found.append(Refusal("exchange_mode", "aggressive", "it is not rendered for IOS"))
    if description.esp_encryption == "seal" and description.esp_hash not in ("md5", "sha1"):
        found.append(Refusal("ipsec_encryption_algorithm", "seal", "IOS has SEAL with MD5 and SHA-1 alone"))
    if description.number is not None and not 1 <= description.number <= 9999:
        found.append(Refusal("number", description.number, "IOS takes 1 to 10000, and a second tunnel the next one"))
    if description.key is not None and not _key(description):
        found.append(
            Refusal(
                "pre_shared_key",
                None,
                "it has characters that can't be typed in IOS, or more than 128, and in IKEv1 IOS takes no other form",
            )
        )
    if description.interface is None and description.kind == "policy":
        found.append(Refusal("interface", None, "a crypto map is applied to an interface: set it"))
    return found


def _key(description: Description) -> str | None:
    """The key as IOS takes it: as it is, or (in IKEv2) in hexadecimal."""
    key = description.key or ""
    if can_be_typed(key, _LONGEST_KEY):
        return key
    raw = key.encode("utf-8")
    return f"hex {raw.hex()}" if description.ike_version == 2 and len(raw) <= _LONGEST_KEY else None


def _wildcard(network: str) -> str:
    parsed = ipaddress.IPv4Network(network)
    return f"{parsed.network_address} {parsed.hostmask}"


def _masked(network: str) -> str:
    parsed = ipaddress.IPv4Network(network)
    return f"{parsed.network_address} {parsed.netmask}"


def text(description: Description) -> str:
    """The lines."""
    name, number = description.name, description.number_within(*NUMBERS)
    lines = [f"! Ksyun VPN tunnel {plain(description.title)}"]
    lines += [f"! assumed {plain(f'{item.option} = {item.value}')}" for item in description.assumed]
    if description.key is None:
        lines.append("! The key is not in these lines.")
    lines += (_ikev1 if description.ike_version == 1 else _ikev2)(description, number)
    transforms = f"{_ESP_ENCRYPTIONS[description.esp_encryption]} {_ESP_HASHES[description.esp_hash]}"
    lines += [
        f"crypto ipsec transform-set {name} {transforms}",
        f" mode {description.gre_mode if description.kind == 'gre' else 'tunnel'}",
    ]
    lines += (_by_policy if description.kind == "policy" else _by_interface)(description, number)
    return "\n".join([*lines, "end"]) + "\n"


def _ikev1(description: Description, number: int) -> list[str]:
    lines = [
        f"crypto isakmp policy {number}",
        f" encryption {_IKE_ENCRYPTIONS[description.ike_encryption]}",
        f" hash {_IKE_HASHES[description.ike_hash]}",
        " authentication pre-share",
        f" group {description.dh_group}",
        f" lifetime {description.ike_lifetime}",
    ]
    if description.key is not None:
        lines += [f"crypto isakmp key 0 {_key(description)} address {pair.ksyun}" for pair in description.pairs]
    if description.dpd_interval:
        lines.append(f"crypto isakmp keepalive {description.dpd_interval} {_RETRY} periodic")
    return lines


def _ikev2(description: Description, number: int) -> list[str]:
    name = description.name
    lines = [
        f"crypto ikev2 proposal {name}",
        f" encryption {_IKEV2_ENCRYPTIONS[description.ike_encryption]}",
        f" integrity {description.ike_hash}",
        f" group {description.dh_group}",
        f"crypto ikev2 policy {name}",
        *(f" match address local {own}" for own in dict.fromkeys(pair.own for pair in description.pairs)),
        f" proposal {name}",
        f"crypto ikev2 keyring {name}",
    ]
    for pair in description.pairs:
        lines += [f" peer {name}-{pair.number}", f"  address {pair.ksyun}"]
        if description.key is not None:
            lines.append(f"  pre-shared-key {_key(description)}")
    for pair in _profiled(description):
        lines += [
            f"crypto ikev2 profile {name}-{pair.number}",
            *(
                f" match identity remote address {other.ksyun} {_ANY_HOST}"
                for other in (description.pairs if description.kind == "policy" else (pair,))
            ),
            f" identity local address {pair.device}",
            " authentication remote pre-share",
            " authentication local pre-share",
            f" keyring local {name}",
            f" lifetime {description.ike_lifetime}",
        ]
        if description.dpd_interval:
            lines.append(f" dpd {description.dpd_interval} {_RETRY} periodic")
    return lines


def _profiled(description: Description) -> tuple[t.Any, ...]:
    """The pairs that have a profile: a crypto map has one for both of its peers."""
    return description.pairs[:1] if description.kind == "policy" else description.pairs


def _associations(description: Description) -> list[str]:
    """What a crypto map's entry and a profile have in common."""
    lines = [
        f" set transform-set {description.name}",
        f" set security-association lifetime kilobytes {description.lifetime_kilobytes}",
        f" set security-association lifetime seconds {description.lifetime_seconds}",
    ]
    return [*lines, f" set pfs group{description.pfs_group}"] if description.pfs_group else lines


def _by_policy(description: Description, number: int) -> list[str]:
    name = description.name
    lines = [f"ip access-list extended {name}"]
    lines += [f" permit ip {_wildcard(local)} {_wildcard(remote)}" for local, remote in description.networks]
    lines += [f"crypto map ksyun {number} ipsec-isakmp", *(f" set peer {pair.ksyun}" for pair in description.pairs)]
    lines += _associations(description)
    if description.ike_version == 2:
        lines.append(f" set ikev2-profile {name}-1")
    return [*lines, f" match address {name}", f"interface {description.interface}", " crypto map ksyun"]


def _by_interface(description: Description, number: int) -> list[str]:
    name, lines = description.name, []
    for pair in description.pairs:
        lines += [f"crypto ipsec profile {name}-{pair.number}", *_associations(description)]
        if description.ike_version == 2:
            lines.append(f" set ikev2-profile {name}-{pair.number}")
        tunnel = number + pair.number - 1
        lines += [f"interface Tunnel{tunnel}", f" description Ksyun VPN {name}-{pair.number}"]
        if pair.inner:
            inner = ipaddress.IPv4Interface(pair.inner)
            lines.append(f" ip address {inner.ip} {inner.netmask}")
        else:
            lines.append(f" ip unnumbered Tunnel{number}")
        lines += [
            f" tunnel source {description.interface or pair.own}",
            f" tunnel mode {'gre ip' if description.kind == 'gre' else 'ipsec ipv4'}",
            f" tunnel destination {pair.ksyun}",
            f" tunnel protection ipsec profile {name}-{pair.number}",
        ]
    for pair in description.pairs:
        distance = " 250" if pair.standby else ""
        tunnel = number + pair.number - 1
        lines += [f"ip route {_masked(network)} Tunnel{tunnel}{distance}" for network in description.remote_networks]
    return lines


def data(description: Description) -> dict[str, list[dict[str, t.Any]]]:
    """The same lines for the module C(cisco.ios.ios_config): a list of its arguments, a run of lines each."""
    blocks: list[dict[str, t.Any]] = []
    above: list[str] = []  # the last line of each depth
    for line in text(description).splitlines():
        if line.startswith("!") or line == "end":
            continue
        depth = len(line) - len(line.lstrip(" "))
        parents = above[:depth]
        above = [*parents, line.strip()]
        if not blocks or blocks[-1]["parents"] != parents:
            blocks.append({"parents": parents, "lines": []})
        blocks[-1]["lines"].append(line.strip())
    return {"config": blocks}
