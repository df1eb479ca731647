# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible makes of a task's arguments before the task has them: whole items, and module_defaults. Both ways."""

from __future__ import annotations

from typing import Any

import pytest
from modules.runner import Ansible

KINDS = ("vpn_gateway", "customer_gateway", "vpn_tunnel")
WAYS = pytest.mark.parametrize("in_process", [True, False], ids=["in-process", "module"])
KEY = "invented-key-number-one"


def populate(ansible: Ansible) -> None:
    """An account as the service may hold it, with what no task of ours could create."""
    emulator = ansible.emulator
    [gateway] = emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "main", "VpcId": "v-1", "BandWidth": 10}])[
        "VpnGatewaySet"
    ]
    [peer] = emulator.seed(
        CustomerGatewaySet=[{"CustomerGatewayName": "\u5317\u4eac", "CustomerGatewayAddress": "203.0.113.7"}]
    )["CustomerGatewaySet"]
    parents = {"VpnGatewayId": gateway["VpnGatewayId"], "CustomerGatewayId": peer["CustomerGatewayId"]}
    emulator.seed(
        VpnTunnelSet=[
            {**parents, "VpnTunnelName": "plain", "Type": "Ipsec", "PreSharedKey": KEY},
            {
                **parents,
                "VpnTunnelName": "odd",
                "Type": "IpsecOverGre",
                "IkeEncryAlgorithm": "rot13",
                "PreSharedKey": KEY,
            },
            {**parents, "VpnTunnelName": "with GRE", "Type": "Ipsec", "VpnGreIp": "10.255.0.1", "PreSharedKey": KEY},
        ]
    )


@WAYS
def test_whole_items_change_nothing(ansible: Ansible, in_process: bool) -> None:
    """Law 1: what an info module lists is what the module takes, item by item, with nothing chosen from it."""
    populate(ansible)
    tasks: list[dict[str, Any]] = []
    for kind in KINDS:
        tasks += [
            {"name": f"list {kind}", f"ksyun.vpn.{kind}_info": {}, "register": "all"},
            {"name": kind, f"ksyun.vpn.{kind}": "{{ item }}", "loop": f"{{{{ all.{kind}s }}}}"},
        ]
    run = ansible.play(tasks, vars={"ksyun_vpn_in_process": in_process})
    assert run.code == 0, run.output
    assert [len(run.of(kind)["results"]) for kind in KINDS] == [1, 1, 3]
    for kind in KINDS:
        for item in run.of(kind)["results"]:
            assert item["changed"] is False
            assert item["plan"] == []
            assert item[kind] == item["item"]
    assert all(request["action"].startswith("Describe") for request in ansible.emulator.requests())


@WAYS
def test_a_default_counts_where_an_option_is_omitted(ansible: Ansible, in_process: bool) -> None:
    """A role passes its variables on with default(omit); Ansible itself lets what is omitted beat a default."""
    populate(ansible)
    tunnel = {"name": "plain", "vpn_gateway": "main", "customer_gateway": "\u5317\u4eac", "type": "Ipsec"}
    other = {**tunnel, "pre_shared_key": "invented-key-number-two"}
    passed_on = {name: f"{{{{ own.{name} | default(omit) }}}}" for name in ("on_immutable_change", "probe", "region")}
    tasks = [
        {"name": "left to the default", "ksyun.vpn.vpn_tunnel": {**other, **passed_on}, "vars": {"own": {}}},
        {
            "name": "its own",
            "ksyun.vpn.vpn_tunnel": {**other, **passed_on},
            "vars": {"own": {"on_immutable_change": "fail"}},
            "ignore_errors": True,
        },
        {
            "name": "a nearer default",
            "ksyun.vpn.vpn_tunnel": {**other, **passed_on},
            "vars": {"own": {}},
            "module_defaults": {
                "ksyun.vpn.vpn_tunnel": {"on_immutable_change": "fail", "region": ansible.emulator.region}
            },
            "ignore_errors": True,
        },
    ]
    run = ansible.play(
        tasks,
        "--check",
        vars={"ksyun_vpn_in_process": in_process, "chosen": "replace"},
        module_defaults={
            "group/ksyun.vpn.vpn": {"region": "cn-nowhere-1"},
            "ksyun.vpn.vpn_tunnel": {
                "on_immutable_change": "{{ chosen }}",
                "probe": False,
                "region": ansible.emulator.region,
            },
        },
    )
    assert run.code == 0, run.output
    assert [step["action"] for step in run.of("left to the default")["plan"]] == ["delete", "create"]
    assert [step["permitted"] for step in run.of("left to the default")["plan"]] == [None, None]
    assert run.of("its own")["error"]["kind"] == "immutable_change"
    assert run.of("a nearer default")["error"]["kind"] == "immutable_change"
