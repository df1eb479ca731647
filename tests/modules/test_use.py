# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How users come to the modules: ad hoc, by module defaults, with profiles and tokens, in check mode."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from modules.runner import Ansible

from emulator.testing import EmulatorHandle, running_emulator

KEY = "fake-pre-shared-key-sentinel"
# Since ansible-core 2.22, a secret is in what is registered, and not in what callbacks see.
CALLBACKS_ARE_MASKED = importlib.util.find_spec("ansible.module_utils.secrets") is not None
PLAYBOOK = [
    {
        "name": "gateway",
        "ksyun.vpn.vpn_gateway": {"name": "gw", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"},
    },
    {"name": "peer", "ksyun.vpn.customer_gateway": {"name": "peer", "address": "203.0.113.1"}},
    {
        "name": "tunnel",
        "ksyun.vpn.vpn_tunnel": {
            "name": "tunnel",
            "vpn_gateway": "gw",
            "customer_gateway": "peer",
            "type": "Ipsec",
            "pre_shared_key": KEY,
            "ike_dh_group": 1,
        },
    },
]


def test_ad_hoc_with_environment_variables_alone(ansible: Ansible) -> None:
    ansible.emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "gw"}])
    run = ansible.run("ansible", "localhost", "-m", "ksyun.vpn.vpn_gateway_info")
    assert run.code == 0
    assert run.output.startswith("localhost | SUCCESS => ")
    shown = json.loads(run.output.partition("=> ")[2])
    assert [gateway["name"] for gateway in shown["vpn_gateways"]] == ["gw"]


def test_a_whole_playbook_in_check_mode_on_an_empty_account_then_for_real(ansible: Ansible) -> None:
    check = ansible.play(PLAYBOOK, "--check", "--diff")
    assert check.code == 0, check.output
    assert not any(ansible.emulator.state().values())
    real = ansible.play(PLAYBOOK, "--diff")
    assert real.code == 0, real.output
    for task in ("gateway", "peer", "tunnel"):
        assert check.of(task)["changed"] is real.of(task)["changed"] is True
        assert check.of(task)["diff"] == real.of(task)["diff"]
    assert check.of("tunnel")["vpn_tunnel"]["id"] == "(known after creation)"
    again = ansible.play(PLAYBOOK)
    assert [again.of(task)["changed"] for task in ("gateway", "peer", "tunnel")] == [False] * 3


def test_weak_choices_warn_once_each_and_the_service_still_gets_them(ansible: Ansible) -> None:
    run = ansible.play(PLAYBOOK)
    weak = [warning for warning in run.of("tunnel")["warnings"] if "weak" in warning]
    assert len(weak) == 2
    assert "ike_dh_group 1 is weak: RFC 8247" in " ".join(weak)
    assert "ike_authentication_algorithm md5, the service's default" in " ".join(weak)
    (tunnel,) = ansible.emulator.state()["VpnTunnelSet"]
    assert tunnel["IkeDHGroup"] == "1"


def test_an_unknown_algorithm_is_sent_when_the_user_insists(ansible: Ansible) -> None:
    tasks = [*PLAYBOOK[:2], {**PLAYBOOK[2], "ignore_errors": True}]
    tasks[2]["ksyun.vpn.vpn_tunnel"] = {
        **PLAYBOOK[2]["ksyun.vpn.vpn_tunnel"],
        "ipsec_encryption_algorithm": "aes-gcm-256",
        "allow_unknown_values": True,
    }
    run = ansible.play(tasks)
    assert "IpsecEncryAlgorithm" in run.of("tunnel")["error"]["message"]
    (sent,) = [request for request in ansible.emulator.requests() if request["action"] == "CreateVpnTunnel"]
    assert sent["parameters"]["IpsecEncryAlgorithm"] == "aes-gcm-256"


def test_the_info_modules_list_what_is_asked_for(ansible: Ansible) -> None:
    ansible.emulator.seed(CustomerGatewaySet=[{"CustomerGatewayName": f"peer-{n}"} for n in range(450)])
    tasks = {
        "all": {},
        "by name": {"name": "peer-7"},
        "by glob": {"name_glob": "peer-1?"},
        "none": {"ids": []},
    }
    run = ansible.play(
        [{"name": name, "ksyun.vpn.customer_gateway_info": options} for name, options in tasks.items()], "--check"
    )
    found = {name: [peer["name"] for peer in run.of(name)["customer_gateways"]] for name in tasks}
    assert sorted(found["all"]) == sorted(f"peer-{n}" for n in range(450))
    assert found["by name"] == ["peer-7"]
    assert sorted(found["by glob"]) == [f"peer-1{n}" for n in range(10)]
    assert found["none"] == []
    assert len(run.of("all")["api_calls"]) == 3


def test_the_key_is_shown_by_no_means_but_the_explicit_option(ansible: Ansible) -> None:
    tasks = [
        *PLAYBOOK,
        {"name": "list", "ksyun.vpn.vpn_tunnel_info": {}},
        {
            "name": "other key",
            "ksyun.vpn.vpn_tunnel": {**PLAYBOOK[2]["ksyun.vpn.vpn_tunnel"], "pre_shared_key": "another-fake-key-1234"},
            "ignore_errors": True,
        },
    ]
    run = ansible.play(tasks, "--diff", "-vvvvv")
    assert "another-fake-key-1234" not in run.output
    assert KEY not in run.output
    assert KEY not in json.dumps(run.results)
    assert "pre_shared_key (differs; not shown)" in run.of("other key")["msg"]
    shown = ansible.play([{"name": "show", "ksyun.vpn.vpn_tunnel_info": {"include_pre_shared_key": True}}])
    assert shown.of("show")["vpn_tunnels"][0]["pre_shared_key"] == ("$REDACTED$" if CALLBACKS_ARE_MASKED else KEY)
    registered = ansible.play(
        [
            {"name": "get", "ksyun.vpn.vpn_tunnel_info": {"include_pre_shared_key": True}, "register": "got"},
            {"name": "got", "ansible.builtin.assert": {"that": f"got.vpn_tunnels[0].pre_shared_key == '{KEY}'"}},
        ]
    )
    assert registered.code == 0, registered.output
    assert KEY not in ansible.emulator.log()


@pytest.mark.parametrize("signature", ["v4", "v4-query", "simplified"])
def test_a_profile_with_a_token_in_a_file_that_others_can_read(tmp_path: Path, signature: str) -> None:
    account = {"access_key": "AKLTTEMPORARY", "secret_key": "fake-temporary-secret", "security_token": "fake+token/=="}
    with running_emulator(settings={"accounts": [account]}) as emulator:
        file = tmp_path / "credentials"
        file.write_text("[lab]\n" + "\n".join(f"{name} = {value}" for name, value in account.items()))
        file.chmod(0o644)
        ansible = Ansible(tmp_path, EmulatorHandle(emulator.url, "", ""))
        options = {"profile": "lab", "credentials_file": str(file), "signature_version": signature}
        run = ansible.play([{"name": "t", "ksyun.vpn.vpn_tunnel_info": options}], "-vvv")
        assert run.code == 0, run.output
        assert "can be read by others" in run.of("t")["warnings"][0]
        assert "fake-temporary-secret" not in run.output
        assert "fake+token" not in run.output
        (request,) = emulator.requests()
        assert request["status"] == 200
        assert "SecurityToken" not in request["parameters_in"]["query"]


def test_waiting_for_the_state_of_a_tunnel(ansible: Ansible) -> None:
    ansible.emulator.configure(tunnel_states=[["pending", 1], ["available", None]])
    tunnel = {**PLAYBOOK[2]["ksyun.vpn.vpn_tunnel"], "wait_for_state": "available"}
    never = {**tunnel, "wait_for_state": "up", "wait_timeout": 1}
    run = ansible.play(
        [
            *PLAYBOOK[:2],
            {"name": "tunnel", "ksyun.vpn.vpn_tunnel": tunnel},
            {"name": "never", "ksyun.vpn.vpn_tunnel": never, "ignore_errors": True},
        ]
    )
    assert run.of("tunnel")["vpn_tunnel"]["status"] == "available"
    assert run.of("never")["error"]["kind"] == "wait_timeout"
    assert "its last state was 'available'" in run.of("never")["msg"]


def test_a_clock_that_is_wrong_by_an_hour_is_corrected_with_a_warning(ansible: Ansible) -> None:
    ansible.emulator.configure(clock_offset=3600)
    result = ansible.play([{"name": "t", "ksyun.vpn.vpn_gateway_info": {}}]).of("t")
    assert result["vpn_gateways"] == []
    assert "clock" in result["warnings"][0]
    assert result["api_calls"][0]["attempts"] == 2
