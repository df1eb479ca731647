# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results in pipes: what scripts read, on localhost and without an inventory."""

from __future__ import annotations

import json

from modules.runner import Ansible

GATEWAY = "name=gw vpc_id=vpc-1 bandwidth=5 charge_type=Daily"
# The runner merges the standard error, where ansible-core says from 2.19 on that -o will go in 2.23.
QUIET = {"ANSIBLE_DEPRECATION_WARNINGS": "false"}


def test_one_line_of_json_for_each_host_with_minus_o(ansible: Ansible) -> None:
    ansible.emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "gw\nof two lines"}, {"VpnGatewayName": "网关"}])
    run = ansible.run("ansible", "localhost", "-m", "ksyun.vpn.vpn_gateway_info", "-o", **QUIET)
    assert run.code == 0
    (line,) = run.output.splitlines()
    head, result = line.split(" => ", maxsplit=1)
    assert head == "localhost | SUCCESS"
    names = [gateway["name"] for gateway in json.loads(result)["vpn_gateways"]]
    assert sorted(names) == ["gw\nof two lines", "网关"]


def test_a_tree_of_results(ansible: Ansible) -> None:
    tree = ansible.directory / "tree"
    command = ("ansible", "localhost", "-m", "ksyun.vpn.vpn_gateway", "-a", GATEWAY, "--tree", str(tree))
    changed = []
    while len(changed) < 2:
        assert ansible.run(*command).code == 0
        changed.append(json.loads((tree / "localhost").read_text())["changed"])
    assert changed == [True, False]


def test_a_failure_is_told_by_the_exit_code_and_is_json_too(ansible: Ansible) -> None:
    ansible.emulator.fault("CreateVpnGateway", "error", status=400, code="QuotaExceeded", message="No more.")
    run = ansible.run("ansible", "localhost", "-m", "ksyun.vpn.vpn_gateway", "-a", GATEWAY, "-o", **QUIET)
    assert run.code != 0
    line = next(line for line in run.output.splitlines() if line.startswith("localhost | FAILED! => "))
    error = json.loads(line.partition("=> ")[2])["error"]
    assert (error["code"], error["http_status"]) == ("QuotaExceeded", 400)


def test_check_mode_ad_hoc(ansible: Ansible) -> None:
    run = ansible.run("ansible", "localhost", "-m", "ksyun.vpn.vpn_gateway", "-a", GATEWAY, "--check", "-o", **QUIET)
    result = json.loads(run.output.partition(" => ")[2])
    assert result["changed"]
    assert [step["permitted"] for step in result["plan"]] == [True]
    assert not ansible.emulator.state()["VpnGatewaySet"]
