# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ksyun's end, as its daemon is told of it: from the service's own objects alone.

Nothing of the collection is imported here, and no line of its rendering read. What the service does not say is the
stage's: which networks a VPC has, and that there is neither PFS nor anything but GRE between the public addresses.
"""

from __future__ import annotations

from typing import Any

IKE = {"des": "des", "3des": "3des", "aes": "aes128", "aes-cbc-192": "aes192", "aes-cbc-256": "aes256"}
ESP = {
    "esp-des": "des",
    "esp-3des": "3des",
    "esp-aes": "aes128",
    "aes-cbc-192": "aes192",
    "aes-cbc-256": "aes256",
    "esp-null": "null",
}
IKE_HASH = {"md5": "md5", "sha": "sha1"}
ESP_HASH = {
    "esp-md5-hmac": "md5",
    "esp-sha-hmac": "sha1",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
}
GROUP = {"1": "modp768", "2": "modp1024", "5": "modp1536", "14": "modp2048", "24": "modp2048s256"}


def objects(state: dict[str, list[dict[str, Any]]], name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A tunnel, its gateway and its customer gateway, of the emulator's state."""
    tunnel = next(tunnel for tunnel in state["VpnTunnelSet"] if tunnel["VpnTunnelName"] == name)
    gateway = next(each for each in state["VpnGatewaySet"] if each["VpnGatewayId"] == tunnel["VpnGatewayId"])
    customer = next(
        each for each in state["CustomerGatewaySet"] if each["CustomerGatewayId"] == tunnel["CustomerGatewayId"]
    )
    return tunnel, gateway, customer


def ends(gateway: dict[str, Any], customer: dict[str, Any]) -> list[tuple[str, str]]:
    """Ksyun's address and the customer's, of each of the two tunnels."""
    first = customer["CustomerGatewayAddress"]
    return [
        (gateway["GatewayAddress"], first),
        (gateway["HaGatewayAddress"], customer["HaCustomerGatewayAddress"] or first),
    ]


def connections(
    state: dict[str, list[dict[str, Any]]], name: str, vpc_network: str, *, called: str = "tunnel", **changed: Any
) -> str:
    """swanctl.conf of Ksyun's end of a tunnel, which waits for the device. C(changed) are fields that it has wrong."""
    tunnel, gateway, customer = objects(state, name)
    tunnel = {**tunnel, **changed}
    remote = [cidr["CidrBlock"] for cidr in gateway["RemoteCidrSet"]]
    blocks, keys = [], []
    for number, (ksyun, device) in enumerate(ends(gateway, customer)):
        if tunnel["Type"] == "GreOverIpsec":
            local_ts, remote_ts = f"{ksyun}[gre]", f"{device}[gre]"
        elif tunnel["Type"] == "route_ipsec":
            local_ts = remote_ts = "0.0.0.0/0"
        else:
            local_ts, remote_ts = changed.get("Network", vpc_network), ",".join(remote)
        blocks.append(
            f"""
{called}{number} {{
version = {2 if tunnel.get("IkeVersion") == "v2" else 1}
local_addrs = {ksyun}
remote_addrs = {device}
proposals = {IKE[tunnel["IkeEncryAlgorithm"]]}-{IKE_HASH[tunnel["IkeAuthenAlgorithm"]]}-{GROUP[tunnel["IkeDHGroup"]]}
local {{
auth = psk
}}
remote {{
auth = psk
}}
children {{
child{number} {{
local_ts = {local_ts}
remote_ts = {remote_ts}
esp_proposals = {ESP[tunnel["IpsecEncryAlgorithm"]]}-{ESP_HASH[tunnel["IpsecAuthenAlgorithm"]]}
rekey_time = {tunnel["IpsecLifetimeSecond"]}s
}}
}}
}}"""
        )
        key = "0x" + tunnel["PreSharedKey"].encode().hex()
        keys.append(f"ike-{called}{number} {{\nid-a = {ksyun}\nid-b = {device}\nsecret = {key}\n}}")
    lines = ["connections {", *blocks, "}", "secrets {", *keys, "}", ""]
    return "\n".join(lines)
