# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tunnels with their two gateways, as the info modules return them, for the tests of the device at the other end."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel import RESOURCE

Item = dict[str, t.Any]
KEY = "fake-Pre.Shared_Key-1"
GATEWAY: Item = {
    "id": "38414867-ae6a-4a32-acbe-7502defa42bd",
    "name": "office",
    "gateway_address": "198.18.0.1",
    "ha_gateway_address": "198.19.0.1",
}
CUSTOMER: Item = {"id": "020e00e0-a544-4e25-8f81-6bb15b449040", "name": "berlin", "address": "203.0.113.9"}
TUNNEL: Item = {
    "id": "0fdf4c06-71a6-4b10-8645-ee02dd4eae6d",
    "name": "berlin",
    "vpn_gateway": GATEWAY["id"],
    "customer_gateway": CUSTOMER["id"],
    "type": "Ipsec",
    "ike_version": None,
    "ike_authentication_algorithm": "sha",
    "ike_dh_group": 14,
    "ike_encryption_algorithm": "aes-cbc-256",
    "ipsec_encryption_algorithm": "aes-cbc-256",
    "ipsec_authentication_algorithm": "sha256",
    "ipsec_lifetime_kilobytes": 4608000,
    "ipsec_lifetime_seconds": 3600,
    "enable_nat_traversal": False,
    "ha_mode": None,
}
# What makes a tunnel one of each kind.
KINDS: dict[str, Item] = {
    "policy": {"type": "Ipsec"},
    "policy of the second generation": {"type": "Ipsec", "ike_version": "v2", "ha_mode": "active_active"},
    "route": {
        "type": "route_ipsec",
        "ike_version": "v2",
        "ha_mode": "active_active",
        "local_peer_ip": "169.254.10.1/30",
        "customer_peer_ip": "169.254.10.2/30",
    },
    "gre": {"type": "GreOverIpsec", "vpn_gre_ip": "10.255.0.1", "customer_gre_ip": "10.255.0.2"},
    "gre with two tunnels": {
        "type": "GreOverIpsec",
        "vpn_gre_ip": "10.255.0.1",
        "customer_gre_ip": "10.255.0.2",
        "ha_vpn_gre_ip": "10.255.0.5",
        "ha_customer_gre_ip": "10.255.0.6",
    },
}
OPTIONS: Item = {
    "local_networks": ["192.168.1.0/24", "192.168.2.0/24"],
    "remote_networks": ["10.0.0.0/16"],
    "interface": "GigabitEthernet1",
}


def values(option: str) -> tuple[str, ...]:
    """The values of an option that the service has."""
    return tuple(RESOURCE.field(option).values)


hostile = st.sampled_from(
    [
        *('"', "'", "\\", "}\n}", "#", "\r\n!", "\x00", "\x1b[2J", "?", "|", "{{ 7 * 7 }}", "{% raw %}", "客户 网关"),
        *("--", "]]>", "</text><script>", '"]; click n1 "javascript:0"', "\u202e", "\u2028", "`id`", "$(id)", "&amp;"),
        *("end\nno shutdown", " exit", "\n secret = x", "%%{init: {}}%%", "%", "x" * 300, "subgraph", "end", "😀"),
    ]
)
names = st.lists(hostile | st.text(max_size=20), max_size=4).map("".join)
# What a key can be: the module refuses control characters. Some begin as a platform's own notations do.
keys = (
    st.tuples(st.sampled_from(["", "0x", "0X", "0s", "6 ", "hex "]), names)
    .map(lambda parts: "".join(character for character in "".join(parts) if character.isprintable()))
    .filter(bool)
)


@st.composite
def tunnels(draw: st.DrawFn) -> Item:
    """Any tunnel that the service can hold, of any kind."""
    drawn = {
        option: draw(st.sampled_from(values(option)))
        for option in (
            "ike_authentication_algorithm",
            "ike_dh_group",
            "ike_encryption_algorithm",
            "ipsec_encryption_algorithm",
            "ipsec_authentication_algorithm",
        )
    }
    return {
        **TUNNEL,
        **drawn,
        "ike_dh_group": int(drawn["ike_dh_group"]),
        "ipsec_lifetime_seconds": draw(st.integers(120, 2592000)),
        "ipsec_lifetime_kilobytes": draw(st.integers(2560, 4608000)),
        **draw(st.sampled_from(list(KINDS.values()))),
        "id": draw(st.uuids().map(str) | names),
        "name": draw(names),
    }
