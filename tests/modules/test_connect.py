# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook connect without a device: in check mode, in an empty account. tests/ipsec has it with real daemons."""

from __future__ import annotations

import json
import re

import pytest
from modules.runner import Ansible

KEY = "fake-key-of-an-office"


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_it_can_be_checked_in_an_empty_account(ansible: Ansible, version: str) -> None:
    (ansible.directory / "devices.ksyun_vpn.yml").write_text("plugin: ksyun.vpn.ksyun_vpn\n")
    gateway = {"name": "main", "vpc_id": "v", "bandwidth": 10, "charge_type": "Daily", "vpn_gateway_version": version}
    site = {
        "name": "berlin",
        "address": "203.0.113.9",
        "pre_shared_key": KEY,
        "extra": {"networks": ["192.168.1.0/24"]},
    }
    given = {
        "site_to_site_gateway": gateway,
        "site_to_site_sites": [site],
        "site_to_site_tunnel_defaults": {
            **{"type": "Ipsec", "ike_authentication_algorithm": "sha", "ike_dh_group": 14},
            **({"ike_version": "v2"} if version == "2.0" else {}),
        },
        "connect_vpc_networks": ["10.0.0.0/16"],
        "connect_ping": "10.0.0.1",
        "device_platform": "swanctl",
    }
    playbook = ["ansible-playbook", "-i", "devices.ksyun_vpn.yml", "ksyun.vpn.connect", "-e", json.dumps(given)]
    run = ansible.run(*playbook, "--check", "--diff")
    assert run.code == 0, run.output
    assert "192.168.1.0/24 to berlin" in run.output
    assert re.search(r"localhost +: ok=\d+ +changed=3 ", run.output), "gateway, sites and route"
    assert KEY not in run.output
    state = ansible.emulator.state()
    assert {name: listed for name, listed in state.items() if listed and name != "VpcSet"} == {}
