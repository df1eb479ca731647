# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters through Ansible, on what the modules return: whatever a name says, nothing of it is a template."""

from __future__ import annotations

from typing import Any

from modules.runner import Ansible

EVIL = "evil{{ lookup('pipe', 'id -un') }}{% raw %}{#"
KEY = "fake-key-{{ lookup('pipe', 'id -un') }}"
ENDS = (
    "tunnels.vpn_tunnels[0] | ksyun.vpn.device_config(platform, gateways.vpn_gateways[0], "
    "customers.customer_gateways[0]"
)
PICTURE = "tunnels.vpn_tunnels | ksyun.vpn.topology(gateways.vpn_gateways, customers.customer_gateways, format='svg')"
OPTIONS = "local_networks=['192.168.1.0/24'], remote_networks=['10.0.0.0/16'], interface='port1'"


def debug(expression: str) -> dict[str, Any]:
    return {"name": expression, "ansible.builtin.debug": {"msg": f"{{{{ {expression} }}}}"}}


def seeded(ansible: Ansible) -> list[dict[str, Any]]:
    """A tunnel, all of whose names are templates, and the tasks that get it."""
    placed = ansible.emulator.seed(
        VpnGatewaySet=[{"VpnGatewayName": EVIL}], CustomerGatewaySet=[{"CustomerGatewayName": EVIL}]
    )
    ansible.emulator.seed(
        VpnTunnelSet=[
            {
                "VpnTunnelName": EVIL,
                "VpnGatewayId": placed["VpnGatewaySet"][0]["VpnGatewayId"],
                "CustomerGatewayId": placed["CustomerGatewaySet"][0]["CustomerGatewayId"],
                "PreSharedKey": KEY,
            }
        ]
    )
    return [
        {"ksyun.vpn.vpn_tunnel_info": {"include_pre_shared_key": True}, "register": "tunnels", "no_log": True},
        {"ksyun.vpn.vpn_gateway_info": {}, "register": "gateways"},
        {"ksyun.vpn.customer_gateway_info": {}, "register": "customers"},
    ]


def test_names_and_keys_stay_what_they_are(ansible: Ansible) -> None:
    """Also when they are looked at a second time, as variables are up to ansible-core 2.18."""
    config = f"{{{{ {ENDS}, {OPTIONS}, pre_shared_key=tunnels.vpn_tunnels[0].pre_shared_key) }}}}"
    text = "{{ config.text }}"
    run = ansible.play(
        [
            *seeded(ansible),
            {"ansible.builtin.set_fact": {"config": config}, "vars": {"platform": "fortios"}},
            debug("config.data.vpn_ipsec_phase1_interface[0].psksecret == tunnels.vpn_tunnels[0].pre_shared_key"),
            debug("config.description.title"),
            {"ansible.builtin.set_fact": {"config": config}, "vars": {"platform": "swanctl"}},
            {"ansible.builtin.copy": {"content": text, "dest": str(ansible.directory / "file"), "mode": "0600"}},
            debug(PICTURE),
            debug("tunnels.vpn_tunnels[0] | ksyun.vpn.weak_algorithms | map(attribute='standard')"),
        ]
    )
    assert run.code == 0, run.output
    shown = [run.results[task]["localhost"]["msg"] for task in run.results if "msg" in run.results[task]["localhost"]]
    secret, title, svg, weak = shown
    assert secret is True  # compared in there, as ansible-core 2.22 masks what it shows
    assert title == EVIL
    assert "lookup(&#x27;pipe&#x27;" in svg
    assert "RFC 8247 section 2.3" in weak
    written = (ansible.directory / "file").read_text()
    assert "\\u007b\\u007b lookup('pipe', 'id -un') \\u007d\\u007d" in written
    assert "root" not in written


def test_what_is_wrong_is_said_without_a_value(ansible: Ansible) -> None:
    tasks = [
        {**debug(f"{ENDS}, {OPTIONS}{wrong})"), "vars": {"platform": platform}, "ignore_errors": True}
        for platform, wrong in (
            ("junos", ""),
            ("ios", ", name='fake key in the wrong place'"),
            ("ios", ", networks=['fake key in the wrong place']"),
            ("ios", ", pre_shared_key='fake?key'"),
        )
    ]
    run = ansible.play([*seeded(ansible), *tasks])
    said = [str(run.of(task["name"])) for task in tasks]
    assert "platform must be one of swanctl, ios, fortios, comware, vrp" in said[0]
    assert "name must be a letter and up to 10 letters" in said[1]
    assert "networks" in said[2]
    assert "can't be typed in IOS" in said[3]
    assert "fake?key" not in said[3]
