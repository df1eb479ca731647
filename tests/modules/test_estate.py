# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks C(export) and C(drift), and the role with what they write, on accounts that were made otherwise."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from modules.runner import Ansible, Run

EVIL = "evil{{ lookup('pipe', 'id -un') }}"
KEY = "fake-pre-shared-key-sentinel"
SITES: dict[str, Any] = {
    "1.0": [("berlin", "Ipsec"), ("berlin", "GreOverIpsec"), ("上海", "Ipsec"), (EVIL, "Ipsec"), ("=cmd()", "Ipsec")],
    "2.0": [("berlin", "ipsec"), ("成都", "route_ipsec"), ("成都", "ipsec"), ("<b>", "ipsec")],
}


def seed(ansible: Ansible, many: int = 1) -> int:
    """Gateways of both generations, two of one name, with sites whose names are taken twice; how many tunnels."""
    emulator = ansible.emulator
    gateways = emulator.seed(
        VpnGatewaySet=[
            {"VpnGatewayName": name, "VpnGatewayVersion": version, "VpcId": f"vpc-{number}", "BandWidth": 10}
            for number, (name, version) in enumerate([("main", "1.0"), ("main", "2.0"), (EVIL, "2.0")])
        ]
    )["VpnGatewaySet"]
    wanted = [
        (gateway, name, kind, f"198.51.{copy}.{number + 20 * place}")
        for copy in range(many)
        for place, gateway in enumerate(gateways)
        for number, (name, kind) in enumerate(SITES[gateway["VpnGatewayVersion"]])
    ]
    customers = emulator.seed(
        CustomerGatewaySet=[
            {"CustomerGatewayName": name, "CustomerGatewayAddress": address}
            for _gateway, name, _kind, address in wanted
        ]
    )["CustomerGatewaySet"]
    tunnels = [
        {
            "VpnTunnelName": name,
            "VpnGatewayId": gateway["VpnGatewayId"],
            "CustomerGatewayId": customer["CustomerGatewayId"],
            "PreSharedKey": f"{KEY}-{number}",
            "Type": kind,
            **({"IkeVersion": "v2"} if gateway["VpnGatewayVersion"] == "2.0" else {}),
            **(
                {
                    "VpnGreIp": f"10.{number // 250}.{number % 250}.1",
                    "CustomerGreIp": f"10.{number // 250}.{number % 250}.2",
                }
                if kind == "GreOverIpsec"
                else {}
            ),
            **(
                {"LocalPeerIp": f"169.254.{number}.1/30", "CustomerPeerIp": f"169.254.{number}.2/30"}
                if kind == "route_ipsec"
                else {}
            ),
        }
        for number, ((gateway, name, kind, _address), customer) in enumerate(zip(wanted, customers))
    ]
    return len(emulator.seed(VpnTunnelSet=tunnels)["VpnTunnelSet"])


def written(file: Path) -> str:
    """The text of a file, which nobody else may read."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text(encoding="utf-8")


def changed(run: Run) -> int:
    assert run.code == 0, run.output
    return run.output.count("changed: [localhost]")


def requests(ansible: Ansible) -> set[str]:
    return {request["action"] for request in ansible.emulator.requests()}


def export_then_check(ansible: Ansible, many: int = 1) -> int:
    """Export an account with and without keys, then have the role look at it; how many tunnels it had."""
    number = seed(ansible, many)
    before = ansible.emulator.state()
    command = ["ansible-playbook", "ksyun.vpn.export", "-e", "ksyun_export_file=sites.yml"]
    exported = ansible.run(*command, "-e", "ksyun_export_keys_file=keys.yml", "--diff", "-v")
    assert changed(exported) == 2
    assert KEY not in exported.output
    sites, keys = (written(ansible.directory / name) for name in ("sites.yml", "keys.yml"))
    assert KEY not in sites
    assert keys.count(KEY) == number
    assert "上海" in sites, "it can be read"
    for files in (["-e", "@sites.yml", "-e", "@keys.yml"], ["-e", "@sites.yml", "-e", '{"site_to_site_prune": true}']):
        for check in (["--check"], []):
            run = ansible.run("ansible-playbook", "ksyun.vpn.site_to_site", *files, *check)
            assert changed(run) == 0, run.output
            assert KEY not in run.output
    drift = ansible.run("ansible-playbook", "ksyun.vpn.drift", "-e", "@sites.yml", "-e", "ksyun_drift_fail=true")
    assert drift.code == 0, drift.output
    assert "no difference" in drift.output
    assert ansible.emulator.state() == before
    assert not [action for action in requests(ansible) if not action.startswith("Describe")]
    return number


def test_an_account_is_exported_and_the_role_finds_nothing_to_change(ansible: Ansible) -> None:
    assert export_then_check(ansible) == 13


def test_only_the_gateways_that_were_asked_for_are_exported(ansible: Ansible) -> None:
    seed(ansible)
    gateways = ansible.emulator.state()["VpnGatewaySet"]
    chosen = next(gateway["VpnGatewayId"] for gateway in gateways if gateway["VpnGatewayVersion"] == "2.0")
    command = ["ansible-playbook", "ksyun.vpn.export"]
    run = ansible.run(*command, "-e", json.dumps({"ksyun_gateways": [chosen]}))
    [entry] = run.of("Show them")["msg"]["site_to_site_gateways"]
    assert (entry["id"], entry["vpc_id"], len(entry["sites"])) == (chosen, "vpc-1", 4)
    assert "Write the keys to a second file" not in run.results or run.of("Write the keys to a second file")["skipped"]
    run = ansible.run(*command, "-e", json.dumps({"ksyun_gateways": ["main", "nobody's"]}))
    assert run.code == 2
    assert "There is no VPN gateway nobody's" in run.output


@pytest.fixture
def drifted(ansible: Ansible) -> list[str]:
    """What is declared, and an account that is otherwise: the arguments of a command."""
    seed(ansible)
    run = ansible.run("ansible-playbook", "ksyun.vpn.export", "-e", "ksyun_export_file=sites.yml")
    assert run.code == 0, run.output
    emulator = ansible.emulator
    state = emulator.state()
    gone = next(tunnel for tunnel in state["VpnTunnelSet"] if tunnel["VpnTunnelName"] == EVIL)
    emulator.remove(gone["VpnTunnelId"], gone["CustomerGatewayId"])
    gateway = next(item for item in state["VpnGatewaySet"] if item["VpnGatewayVersion"] == "1.0")
    place = {"VpnGatewayId": gateway["VpnGatewayId"]}
    shared = next(item for item in state["VpnTunnelSet"] if item["VpnTunnelName"] == "上海")
    emulator.seed(
        VpnTunnelSet=[
            {**place, "CustomerGatewayId": shared["CustomerGatewayId"], "VpnTunnelName": "=1+1;=2", "Type": "Ipsec"}
        ]
    )
    # a key that may only read: not even a dry run
    emulator.fault("[CMD][roe][edl]*", "error", count=1000, status=403, code="AccessDenied", message="no")
    emulator.clear_requests()
    variables = {
        "site_to_site_tunnel_defaults": {},
        "site_to_site_prune": True,
        "site_to_site_prune_limit": "0",
        "site_to_site_pre_shared_keys": {gateway["VpnGatewayId"]: {EVIL: f"{KEY}-x"}},
    }
    (ansible.directory / "more.json").write_text(json.dumps(variables))
    return ["ansible-playbook", "ksyun.vpn.drift", "-e", "@sites.yml", "-e", "@more.json"]


def test_what_drifted_is_told_in_all_forms_with_a_key_that_may_only_read(ansible: Ansible, drifted: list[str]) -> None:
    files = {kind: ansible.directory / f"drift.{kind}" for kind in ("json", "csv", "html")}
    arguments = [f"-eksyun_drift_{kind}={file}" for kind, file in files.items()]
    run = ansible.run(*drifted, *arguments)
    assert run.code == 0, run.output
    assert KEY not in run.output
    assert requests(ansible) <= {
        *("DescribeVpnGateways", "DescribeVpnTunnels", "DescribeCustomerGateways"),
        *("DescribeRoutes", "DescribeVpnGatewayRoutes"),
    }
    texts = {kind: written(file) for kind, file in files.items()}
    told = json.loads(texts["json"])
    assert told["counts"] == {"missing": 2, "different": 0, "surplus": 0, "undeclared": 1, "unknown": 0}
    assert (told["gateways"], told["sites"], told["unchanged"]) == (3, 13, 12)
    assert {row["site"] for row in told["rows"] if row["state"] == "missing"} == {EVIL}
    [head, *lines] = csv.reader(texts["csv"].splitlines())
    assert head == ["gateway", "site", "state", "what", "details"]
    assert len(lines) == 3
    assert not [cell for line in lines for cell in line if cell.startswith("=") or ";=" in cell]
    assert EVIL.replace("'", "&#x27;") in texts["html"]
    assert "id -un" in texts["html"], "it was not evaluated"
    assert any(EVIL in line for line in run.of("What differs")["msg"])


def test_a_switch_makes_it_end_as_a_failure(ansible: Ansible, drifted: list[str]) -> None:
    run = ansible.run(*drifted, "-e", "ksyun_drift_fail=true")
    assert run.code == 2
    assert "2 missing, 1 undeclared" in run.of("End as a failure if anything differs")["msg"]


def test_what_can_not_be_looked_at_does_not_hide_the_rest(ansible: Ansible, drifted: list[str]) -> None:
    ansible.emulator.clear_faults()
    ansible.emulator.fault(
        "DescribeVpnGatewayRoutes", "error", count=100, status=403, code="AccessDenied", message="no"
    )
    run = ansible.run(*drifted)
    assert run.code == 0, run.output
    lines = run.of("What differs")["msg"]
    assert sum("unknown" in line and "AccessDenied" in line for line in lines) >= 2, lines
    assert sum("missing" in line for line in lines) >= 2, lines


def test_a_declaration_with_a_fault_ends_the_job(ansible: Ansible) -> None:
    run = ansible.run("ansible-playbook", "ksyun.vpn.drift", "-e", '{"site_to_site_gateways": [{"vpc_id": "x"}]}')
    assert run.code == 2
    assert "one of id and name is required" in run.output
