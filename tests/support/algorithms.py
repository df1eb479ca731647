# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The algorithm table: of all combinations that the service has, how many each platform takes, and what it refuses.

    python -m support.algorithms

The pages have its numbers (tests/docs/test_algorithms.py). C(make ipsec) tells in its end how many come up.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import PLATFORMS, device_config
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel import RESOURCE

IKE = ("ike_encryption_algorithm", "ike_authentication_algorithm", "ike_dh_group")
ESP = ("ipsec_encryption_algorithm", "ipsec_authentication_algorithm")
_TUNNEL = {
    **{"id": "0fdf4c06-71a6-4b10-8645-ee02dd4eae6d", "type": "Ipsec", "ike_encryption_algorithm": "aes"},
    **{"ike_authentication_algorithm": "sha", "ike_dh_group": 14, "ipsec_encryption_algorithm": "esp-aes"},
    **{"ipsec_authentication_algorithm": "esp-sha-hmac", "ipsec_lifetime_seconds": 3600},
    "ipsec_lifetime_kilobytes": 4608000,
}
_GATEWAY, _CUSTOMER = {"gateway_address": "198.18.0.1"}, {"address": "203.0.113.9"}
_NETWORKS = {"local_networks": ["192.168.1.0/24"], "remote_networks": ["10.0.0.0/16"], "interface": "port1"}


class Row(NamedTuple):
    """One platform with one version of IKE."""

    platform: str
    version: int
    ike: int
    ike_tried: int
    esp: int
    esp_tried: int
    refused: tuple[str, ...]  # the values that are refused in whatever combination


def combinations(options: tuple[str, ...]) -> list[dict[str, str]]:
    """Each combination of the values that the service has."""
    listed = [tuple(RESOURCE.field(option).values) for option in options]
    return [dict(zip(options, values, strict=True)) for values in itertools.product(*listed)]


def taken(platform: str, version: int, options: tuple[str, ...]) -> list[dict[str, str]]:
    """The combinations that a platform does not refuse."""
    tunnel = {**_TUNNEL, "ike_version": f"v{version}"}
    return [
        values
        for values in combinations(options)
        if not device_config({**tunnel, **values}, platform, _GATEWAY, _CUSTOMER, **_NETWORKS)["refused"]
    ]


def row(platform: str, version: int) -> Row:
    """What a platform takes and refuses."""
    kept = {options: taken(platform, version, options) for options in (IKE, ESP)}
    never = tuple(
        f"group {value}" if option == "ike_dh_group" else value
        for options in (IKE, ESP)
        for option in options
        for value in RESOURCE.field(option).values
        if all(values[option] != value for values in kept[options])
    )
    counts = [count for options in (IKE, ESP) for count in (len(kept[options]), len(combinations(options)))]
    return Row(platform, version, *counts, tuple(dict.fromkeys(never)))


def rows() -> list[Row]:
    """The whole table."""
    return [row(platform, version) for platform in PLATFORMS for version in (1, 2)]


def main() -> None:
    print(f"{'platform':10}{'IKE':6}{'IKE taken':>12}{'ESP taken':>12}  never")
    for each in rows():
        ike, esp = f"{each.ike} of {each.ike_tried}", f"{each.esp} of {each.esp_tried}"
        unverified = " (unverified)" if PLATFORMS[each.platform].unverified else ""
        never = ", ".join(each.refused)
        print(f"{each.platform:10}{f'v{each.version}':6}{ike:>12}{esp:>12}  {never}{unverified}")


if __name__ == "__main__":
    main()
