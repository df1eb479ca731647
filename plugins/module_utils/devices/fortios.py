# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""FortiOS 6 and 7: the arguments of the modules of the collection fortinet.fortios.

The tests put them through that collection's own argument specs; its limits, which the specs do not have, are here.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .description import Description, Refusal
from .text import plain

_ENCRYPTIONS = {"des": "des", "3des": "3des", "aes-128": "aes128", "aes-192": "aes192", "aes-256": "aes256"}
_ESP_ENCRYPTIONS = {**_ENCRYPTIONS, "null": "null"}
_HASHES = ("md5", "sha1", "sha256", "sha384", "sha512")
_GROUPS = (1, 2, 5, 14)
_LIFETIMES = (120, 172800)  # seconds, of both phases
_LEAST_KILOBYTES = 5120
_KEY_LENGTHS = (6, 128)
_GRE = 47  # the number of its protocol
NUMBERS = (10000, 2000000000)  # of which each tunnel takes two

# The words that it has, by option.
_WORDS: dict[str, t.Container[t.Any]] = {
    "ike_encryption_algorithm": _ENCRYPTIONS,
    "ike_authentication_algorithm": _HASHES,
    "ike_dh_group": _GROUPS,
    "pfs_group": (0, *_GROUPS),
    "ipsec_encryption_algorithm": _ESP_ENCRYPTIONS,
    "ipsec_authentication_algorithm": _HASHES,
}


def refused(description: Description) -> list[Refusal]:
    """What FortiOS lacks."""
    found = description.lacking(_WORDS, "FortiOS does not have it")
    low, high = _LIFETIMES
    if not low <= description.lifetime_seconds <= high:
        found.append(Refusal("ipsec_lifetime_seconds", description.lifetime_seconds, f"FortiOS takes {low} to {high}"))
    if description.lifetime_kilobytes < _LEAST_KILOBYTES:
        found.append(
            Refusal(
                "ipsec_lifetime_kilobytes", description.lifetime_kilobytes, f"FortiOS takes {_LEAST_KILOBYTES} or more"
            )
        )
    if description.interface is None:
        found.append(Refusal("interface", None, "phase 1 is bound to an interface: set it"))
    elif len(description.interface) > 35:
        found.append(Refusal("interface", description.interface, "FortiOS takes 35 characters"))
    if description.key is not None and not _KEY_LENGTHS[0] <= len(description.key.encode("utf-8")) <= _KEY_LENGTHS[1]:
        found.append(Refusal("pre_shared_key", None, "FortiOS takes 6 to 128 characters"))
    if description.number is not None and not 1 <= description.number <= 2147483000:
        found.append(Refusal("number", description.number, "FortiOS takes 1 to 2147483000"))
    return found


def _key(key: str) -> str:
    """In hexadecimal if it is not plain, or if it would be taken for hexadecimal."""
    if key.isascii() and key.isprintable() and not key.lower().startswith("0x") and '"' not in key and "\\" not in key:
        return key
    return "0x" + key.encode("utf-8").hex()


def data(description: Description) -> dict[str, list[dict[str, t.Any]]]:
    """By a module's name without C(fortinet.fortios.fortios_): a list of the values of its option of that name."""
    found: dict[str, list[dict[str, t.Any]]] = {
        "vpn_ipsec_phase1_interface": [],
        "vpn_ipsec_phase2_interface": [],
        "system_gre_tunnel": [],
        "system_interface": [],
        "router_static": [],
    }
    note = f"Ksyun VPN {plain(description.title)}"
    sequence = description.number_within(*NUMBERS)
    for pair in description.pairs:
        name = f"{description.name}-{pair.number}"
        phase_1: dict[str, t.Any] = {
            "name": name,
            "type": "static",
            "interface": description.interface,
            "ike_version": str(description.ike_version),
            "remote_gw": pair.ksyun,
            "peertype": "any",
            "authmethod": "psk",
            "proposal": [f"{_ENCRYPTIONS[description.ike_encryption]}-{description.ike_hash}"],
            "dhgrp": [str(description.dh_group)],
            "keylife": description.ike_lifetime,
            "localid_type": "address",
            "localid": pair.device,
            "nattraversal": "enable",
            "net_device": "disable",
            "dpd": "on-idle" if description.dpd_interval else "disable",
            "comments": note,
        }
        if description.dpd_interval:
            phase_1["dpd_retryinterval"] = str(description.dpd_interval)
        if description.ike_version == 1:
            phase_1["mode"] = description.exchange_mode
        if pair.own != pair.device:
            phase_1["local_gw"] = pair.own
        if description.key is not None:
            phase_1["psksecret"] = _key(description.key)
        found["vpn_ipsec_phase1_interface"].append(phase_1)
        found["vpn_ipsec_phase2_interface"] += _phase_2(description, pair.number, pair.own, pair.ksyun)
        interface = name
        if description.kind == "gre":
            interface = f"{description.name}-g{pair.number}"
            found["system_gre_tunnel"].append(
                {"name": interface, "interface": name, "local_gw": pair.own, "remote_gw": pair.ksyun}
            )
        if pair.inner:
            found["system_interface"].append(
                {
                    "name": interface,
                    "vdom": "root",
                    "ip": f"{pair.inner.partition('/')[0]} 255.255.255.255",
                    "remote_ip": f"{pair.ksyun_inner} {ipaddress.IPv4Interface(pair.inner).netmask}",
                }
            )
        for network in description.remote_networks:
            parsed = ipaddress.IPv4Network(network)
            route: dict[str, t.Any] = {
                "seq_num": sequence + len(found["router_static"]),
                "dst": f"{parsed.network_address} {parsed.netmask}",
                "device": interface,
            }
            found["router_static"].append({**route, "distance": 20} if pair.standby else route)
    return {module: values for module, values in found.items() if values}


def _phase_2(description: Description, number: int, own: str, ksyun: str) -> list[dict[str, t.Any]]:
    name = f"{description.name}-{number}"
    common: dict[str, t.Any] = {
        "phase1name": name,
        "proposal": [f"{_ESP_ENCRYPTIONS[description.esp_encryption]}-{description.esp_hash}"],
        "pfs": "enable" if description.pfs_group else "disable",
        "keylife_type": "both",
        "keylifeseconds": description.lifetime_seconds,
        "keylifekbs": description.lifetime_kilobytes,
        "auto_negotiate": "disable" if description.pairs[number - 1].standby else "enable",
    }
    if description.pfs_group:
        common["dhgrp"] = [str(description.pfs_group)]
    if description.kind == "gre":
        mode = "transport-mode" if description.gre_mode == "transport" else "tunnel-mode"
        ends = {"src_subnet": f"{own} 255.255.255.255", "dst_subnet": f"{ksyun} 255.255.255.255"}
        return [{"name": name, **common, "protocol": _GRE, "encapsulation": mode, **ends}]
    networks = description.networks if description.kind == "policy" else [("0.0.0.0/0", "0.0.0.0/0")]
    found = []
    for position, (local, remote) in enumerate(networks, start=1):
        source, target = ipaddress.IPv4Network(local), ipaddress.IPv4Network(remote)
        found.append(
            {
                "name": f"{name}-{position}" if description.kind == "policy" else name,
                **common,
                "src_subnet": f"{source.network_address} {source.netmask}",
                "dst_subnet": f"{target.network_address} {target.netmask}",
            }
        )
    return found
