# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user sees when something is wrong: one message, with all that is needed to act, and no traceback."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from modules.runner import Ansible, Run

from ansible_collections.ksyun.vpn.plugins.module_utils.api.error_table import PUBLIC_ERRORS
from emulator.testing import EmulatorHandle


@pytest.fixture(scope="module")
def errors(process: EmulatorHandle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[dict[str, Any]]]:
    """A task for each row of the public error table, each answered with that row."""
    process.reset()
    tasks: list[dict[str, Any]] = []
    for number, row in enumerate(PUBLIC_ERRORS):
        # "expired" makes the client sign once more with the service's time
        process.fault("*", "error", row=number, count=2 if "expired" in row.message else 1)
        tasks.append(
            {
                "name": f"row {number}",
                "ksyun.vpn.vpn_gateway": {"name": "gw", "bandwidth": 5, "max_attempts": 1},
                "ignore_errors": True,
            }
        )
    run = Ansible(tmp_path_factory.mktemp("errors"), process).play(tasks)
    assert process.faults()["faults"] == []
    return run, process.requests()


@pytest.mark.parametrize("number", range(len(PUBLIC_ERRORS)))
def test_each_row_of_the_public_error_table_is_one_clear_message(
    errors: tuple[Run, list[dict[str, Any]]], number: int
) -> None:
    run, requests = errors
    row = PUBLIC_ERRORS[number]
    result = run.of(f"row {number}")
    assert result["failed"] is True
    assert result["changed"] is False
    error = result["error"]
    assert (error["action"], error["code"], error["http_status"]) == ("DescribeVpnGateways", row.code, row.status)
    sent = next(request for request in requests if request["request_id"] == error["request_id"])
    assert (sent["code"], sent["status"]) == (row.code, row.status)
    beginning = row.message.partition("%s")[0].rstrip(".")
    assert error["message"].startswith(beginning)
    for part in ("DescribeVpnGateways", row.code, beginning, f"HTTP {row.status}", error["request_id"], row.hint):
        assert part in result["msg"]
    assert "\n" not in result["msg"]
    assert "Traceback" not in run.output


def test_all_faults_of_a_task_come_in_one_message_and_nothing_is_sent(ansible: Ansible) -> None:
    wrong = {
        "vpn_gateway": {"name": "", "bandwidth": 0, "charge_type": "Weekly", "purchase_time": 99},
        "customer_gateway": {"name": "peer", "address": "300.1.1.1", "ha_address": "office.example"},
        "vpn_tunnel": {
            "name": "tunnel",
            "type": "Ipsec",
            "vpn_gre_ip": "10.0.0.1/24",
            "ike_dh_group": 3,
            "ike_encryption_algorithm": "rot13",
            "ipsec_lifetime_seconds": 119,
            "ipsec_lifetime_kilobytes": 4608001,
            "local_peer_ip": "10.0.0.1",
        },
    }
    run = ansible.play(
        [{"name": module, f"ksyun.vpn.{module}": options, "ignore_errors": True} for module, options in wrong.items()]
    )
    for module, options in wrong.items():
        result = run.of(module)
        assert result["error"]["kind"] == "invalid_options"
        named = {option for option in options if any(option in fault for fault in result["error"]["faults"])}
        assert named >= set(options) - ({"name", "type"} if options["name"] else {"type"})
        assert all(fault in result["msg"] for fault in result["error"]["faults"])
        assert result["api_calls"] == []
    assert ansible.emulator.requests() == []


@pytest.mark.parametrize("check", [False, True])
def test_what_is_in_use_is_named_when_its_deletion_is_refused(ansible: Ansible, check: bool) -> None:
    made = ansible.emulator.seed(
        VpnGatewaySet=[{"VpnGatewayName": "gw"}], CustomerGatewaySet=[{"CustomerGatewayName": "peer"}]
    )
    ids = made["VpnGatewaySet"][0]["VpnGatewayId"], made["CustomerGatewaySet"][0]["CustomerGatewayId"]
    tunnel = {"VpnTunnelName": "to the office", "VpnGatewayId": ids[0], "CustomerGatewayId": ids[1]}
    ansible.emulator.seed(VpnTunnelSet=[tunnel])
    tasks = [
        {"name": module, f"ksyun.vpn.{module}": {"name": name, "state": "absent"}, "ignore_errors": True}
        for module, name in (("vpn_gateway", "gw"), ("customer_gateway", "peer"))
    ]
    run = ansible.play(tasks, *(["--check"] if check else []))
    for module in ("vpn_gateway", "customer_gateway"):
        result = run.of(module)
        # In check mode an earlier task of the play may be going to remove the tunnel: a warning.
        assert result["failed"] is not check
        assert "to the office" in (result["warnings"][0] if check else result["msg"])


def test_a_wrong_key_an_unknown_region_and_no_service_say_what_to_do(ansible: Ansible) -> None:
    options = {
        "wrong secret key": {"access_key": ansible.emulator.access_key, "secret_key": "{{ wrong }}"},
        "unknown access key": {"access_key": "AKLTNOBODY", "secret_key": "{{ wrong }}"},
        "half a pair": {"secret_key": "{{ wrong }}"},
        "unknown region": {"region": "mars-1"},
        "nothing listens": {"endpoint_url": "http://127.0.0.1:9", "max_attempts": 2},
    }
    tasks = [
        {"name": name, "ksyun.vpn.vpn_gateway_info": given, "ignore_errors": True} for name, given in options.items()
    ]
    # (of a failed task Ansible shows the lines of the playbook around it)
    run = ansible.play(tasks, hosts={"localhost": {"wrong": "not-the-secret-key"}})
    messages = {name: run.of(name)["msg"] for name in options}
    assert "check secret_key" in messages["wrong secret key"]
    assert "Check access_key" in messages["unknown access key"]
    assert "halves of two pairs" in messages["half a pair"]
    assert "Check the option region" in messages["unknown region"]
    assert "Here region is mars-1 (set by the task)." in messages["unknown region"]
    assert "no connection to 127.0.0.1:9" in messages["nothing listens"]
    assert run.of("nothing listens")["api_calls"][0]["attempts"] == 2
    assert "not-the-secret-key" not in run.output


def test_what_yaml_or_ansible_would_trip_over_is_refused_with_its_option(ansible: Ansible) -> None:
    options: dict[str, tuple[str, Any]] = {
        "max_attempts": ("vpn_gateway_info", {"max_attempts": math.inf}),
        "bandwidth": ("vpn_gateway", {"name": "gw", "bandwidth": -math.inf}),
        "purchase_time": ("vpn_gateway", {"name": "gw", "purchase_time": "inf"}),
        "filters": ("vpn_gateway_info", {"filters": {date(2026, 11, 28): "x"}}),
    }
    tasks = [
        {"name": option, f"ksyun.vpn.{module}": given, "ignore_errors": True}
        for option, (module, given) in options.items()
    ]
    for way in (True, False):
        run = ansible.play(tasks, hosts={"localhost": {"ksyun_vpn_in_process": way}})
        for option in options:
            result = run.of(option)
            assert result["error"]["kind"] == "invalid_options", result
            assert option in result["msg"]
    assert ansible.emulator.requests() == []


def test_a_module_alone_refuses_an_infinite_number_with_its_option(tmp_path: Path) -> None:
    """As a module is run that no action plugin stands before."""
    name = "ansible_collections.ksyun.vpn.plugins.modules.vpn_gateway"
    arguments = {"ANSIBLE_MODULE_ARGS": {"name": "gw", "bandwidth": math.inf, "_ansible_remote_tmp": str(tmp_path)}}
    run = subprocess.run(
        [sys.executable, "-m", name], input=json.dumps(arguments), stdout=subprocess.PIPE, text=True, check=False
    )
    result = json.loads(run.stdout)
    assert result["error"]["kind"] == "invalid_options"
    assert "bandwidth must be a whole number" in result["msg"]


def test_with_terraform_s_dry_run_nothing_is_changed(ansible: Ansible) -> None:
    ansible.emulator.seed(
        CustomerGatewaySet=[{"CustomerGatewayName": "there", "CustomerGatewayAddress": "203.0.113.1"}]
    )
    before = ansible.emulator.state()
    there = {"name": "there", "address": "203.0.113.1"}
    options = {
        "same": there,
        "new": {**there, "name": "new"},
        "changed": {**there, "address": "203.0.113.2"},
        "gone": {"name": "there", "state": "absent"},
    }
    tasks = [
        {"name": name, "ksyun.vpn.customer_gateway": given, "ignore_errors": True} for name, given in options.items()
    ]
    run = ansible.play(tasks, environment_of_ansible={"KSYUN_DRY_RUN": "true"})
    assert run.of("same")["changed"] is False
    assert not run.of("same").get("failed")
    for name in ("new", "changed", "gone"):
        result = run.of(name)
        assert (result["failed"], result["changed"]) == (True, False), result
        assert result["plan"]
        assert "was not sent, as the environment variable KSYUN_DRY_RUN is true" in result["msg"]
    checked = ansible.play(tasks, "--check", environment_of_ansible={"KSYUN_DRY_RUN": "true"})
    assert checked.of("new")["changed"] is True
    assert ansible.emulator.state() == before


def test_a_dry_run_that_the_service_carried_out_is_a_loud_failure_with_the_id(ansible: Ansible) -> None:
    ansible.emulator.configure(dry_run_ignored=True)
    task = {"name": "t", "ksyun.vpn.customer_gateway": {"name": "peer", "address": "203.0.113.1"}, "check_mode": True}
    result = ansible.play([task]).of("t")
    (created,) = ansible.emulator.state()["CustomerGatewaySet"]
    assert result["failed"] is True
    assert result["error"]["kind"] == "dry_run_executed"
    assert created["CustomerGatewayId"] in result["msg"]


def test_a_user_without_the_right_hears_it_in_check_mode_and_can_plan_without_asking(ansible: Ansible) -> None:
    account = {
        "access_key": ansible.emulator.access_key,
        "secret_key": ansible.emulator.secret_key,
        "user_name": "reader",
        "denied_actions": ["Create*", "Modify*", "Delete*"],
    }
    ansible.emulator.configure(accounts=[account])
    peer = {"name": "peer", "address": "203.0.113.1"}
    run = ansible.play(
        [
            {"name": "asked", "ksyun.vpn.customer_gateway": peer, "ignore_errors": True},
            {"name": "not asked", "ksyun.vpn.customer_gateway": {**peer, "probe": False}},
        ],
        "--check",
    )
    assert run.of("asked")["error"]["kind"] == "access_denied"
    assert "reader" in run.of("asked")["msg"]
    assert "CreateCustomerGateway" in run.of("asked")["msg"]
    assert run.of("not asked")["changed"] is True
    assert run.of("not asked")["plan"][0]["permitted"] is None
