# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role device on hosts of the inventory: files, check mode, differences, and a key nowhere but in the file."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from modules.runner import Ansible, Run

KEYS = {"to berlin": "fake-key-of-berlin", "to evil": "fake-key-{{ lookup('pipe', 'id -un') }}"}
EVIL = "evil{{ lookup('pipe', 'id -un') }}"
FORMS = [form for key in KEYS.values() for form in (key, base64.b64encode(key.encode()).decode(), key.encode().hex())]


@pytest.fixture
def account(ansible: Ansible) -> list[str]:
    """Two devices with a tunnel each; their tunnels' ids."""
    ends = ansible.emulator.seed(
        VpnGatewaySet=[{"VpnGatewayName": "office", "VpnGatewayVersion": "2.0"}],
        CustomerGatewaySet=[
            {"CustomerGatewayName": "berlin", "CustomerGatewayAddress": "203.0.113.9"},
            {"CustomerGatewayName": EVIL, "CustomerGatewayAddress": "203.0.113.10"},
        ],
    )
    common = {
        "VpnGatewayId": ends["VpnGatewaySet"][0]["VpnGatewayId"],
        **{"Type": "ipsec", "IkeVersion": "v2", "IkeAuthenAlgorithm": "sha", "IkeDHGroup": "14"},
    }
    placed = ansible.emulator.seed(
        VpnTunnelSet=[
            {
                **common,
                "VpnTunnelName": name,
                "CustomerGatewayId": customer["CustomerGatewayId"],
                "PreSharedKey": KEYS[name],
            }
            for name, customer in zip(KEYS, ends["CustomerGatewaySet"])
        ]
    )
    return [tunnel["VpnTunnelId"] for tunnel in placed["VpnTunnelSet"]]


def play(
    ansible: Ansible, *arguments: str, limit: str = "all", tasks: list[dict[str, Any]] | None = None, **variables: Any
) -> Run:
    """The role, or other tasks, on the devices of the inventory."""
    (ansible.directory / "devices.ksyun_vpn.yml").write_text(
        "plugin: ksyun.vpn.ksyun_vpn\ncompose: {ansible_connection: \"'local'\"}\n"
    )
    playbook = ansible.directory / "devices.yml"
    role = {"name": "Role", "ansible.builtin.include_role": {"name": "ksyun.vpn.device"}}
    told = {"name": "Result", "ansible.builtin.debug": {"msg": "{{ device_result }}"}}
    playbook.write_text(yaml.safe_dump([{"hosts": limit, "gather_facts": False, "tasks": tasks or [role, told]}]))
    given = ansible.directory / "given.json"
    common = {"device_local_networks": ["192.168.1.0/24"], "device_remote_networks": ["10.0.0.0/16"]}
    # As a file of variables, whose texts are templates only where they are meant to be.
    given.write_text(yaml.safe_dump({**common, "device_pre_shared_keys": Unsafe(KEYS), **variables}, sort_keys=False))
    run = ansible.run(
        "ansible-playbook", "-i", "devices.ksyun_vpn.yml", str(playbook), "-e", f"@{given}", "-vvv", *arguments
    )
    assert not [form for form in FORMS if form in run.output]
    return run


class Unsafe(dict):  # type: ignore[type-arg]
    """Texts that Ansible is not to template, as they are written in YAML."""


def _represent(_dumper: yaml.SafeDumper, values: Unsafe) -> yaml.MappingNode:
    pairs = [(yaml.ScalarNode("tag:yaml.org,2002:str", name), value) for name, value in values.items()]
    return yaml.MappingNode(
        "tag:yaml.org,2002:map", [(name, yaml.ScalarNode("!unsafe", value, style="'")) for name, value in pairs]
    )


yaml.SafeDumper.add_representer(Unsafe, _represent)


def result(run: Run, host: str = "berlin") -> dict[str, Any]:
    told: dict[str, Any] = run.of("Result", host)["msg"]
    return told


def test_files_and_strongswan(ansible: Ansible, account: list[str]) -> None:
    """Check mode tells what the run does, a second run does nothing, and what is not loaded is taken back."""
    folder, calls = ansible.directory / "files", ansible.directory / "calls"
    given = {
        "device_platform": "swanctl",
        "device_path": "files/{{ ksyun_id }}.conf",
        "device_apply": True,
        "device_swanctl_path": f"{ansible.directory}/{{{{ ksyun_id }}}}",
    }
    good = {"device_swanctl_load": loader(calls, "successfully loaded 2 connections, 0 unloaded")}
    planned = play(ansible, "--check", "--diff", limit="berlin", **given, **good)
    assert planned.code == 0, planned.output
    assert (folder.exists(), calls.exists()) == (False, False)
    done = play(ansible, "--diff", **given, **good)
    again = play(ansible, "--diff", limit="berlin", **given, **good)
    assert done.code == again.code == 0, done.output + again.output
    assert [result(run)["changed"] for run in (planned, done, again)] == [True, True, False]
    assert calls.read_text() == 2 * "called\n", "once for each host, and not again"
    assert result(planned)["diff"] == result(done)["diff"]
    for lines in result(done)["diff"].values():
        assert "+        proposals = aes128-sha1-modp2048" in lines
        assert "+        secret = (secret)" in lines
    assert list(result(again)["diff"].values()) == [[], []]
    files = sorted(folder.iterdir())
    assert [path.stat().st_mode & 0o777 for path in (folder, *files)] == [0o700, 0o600, 0o600]
    for path in files:
        text = path.read_text()
        key = KEYS["to berlin" if "203.0.113.9" in text else "to evil"]
        assert base64.b64encode(key.encode()).decode() in text
        assert (ansible.directory / path.stem).read_text() == text
    (told,) = result(done, EVIL)["tunnels"]
    assert (told["id"], told["has_key"]) == (account[1], True)
    assert {"pfs_group", "identity"} <= {each["option"] for each in told["assumed"]}

    bad = {"device_swanctl_load": loader(calls, "loaded 1 of 2 connections, 1 failed to load, 0 unloaded")}
    failed = play(ansible, "--diff", limit="berlin", **given, **bad, device_pre_shared_keys={})
    assert failed.code == 2
    assert "1 failed to load" in " ".join(failed.output.split())
    assert "-        secret = (secret)" in failed.output
    written = {path.stem: path.read_text() for path in sorted(folder.iterdir())}
    kept = {name: (ansible.directory / name).read_text() for name in written}
    assert [name for name in written if "secret = " not in written[name]] == [
        name for name in written if written[name] != kept[name]
    ], "a key is there only if it is given; the device has its own again"
    assert calls.read_text() == 4 * "called\n"


def loader(calls: Path, says: str) -> list[str]:
    """A program in the place of swanctl, which notes that it was called."""
    return ["sh", "-c", f"echo called >> {calls}; echo '{says}'"]


def test_data_for_fortios(ansible: Ansible, account: list[str]) -> None:
    """Options of one tunnel go before those of all."""
    own = {"to berlin": {"name": "berlin", "assume": {"pfs_group": 14}}, "of another device": {"name": "x"}}
    run = play(
        ansible,
        limit="berlin",
        device_platform="fortios",
        device_interface="port1",
        device_path="berlin.json",
        device_tunnels=own,
        device_pre_shared_keys=Unsafe({account[0]: KEYS["to berlin"]}),
    )
    assert run.code == 0, run.output
    data = json.loads((ansible.directory / "berlin.json").read_text())
    phases = data["vpn_ipsec_phase1_interface"]
    assert [(phase["name"], phase["psksecret"]) for phase in phases] == [
        (f"berlin-{number}", KEYS["to berlin"]) for number in (1, 2)
    ]
    assert {phase["dhgrp"][0] for phase in data["vpn_ipsec_phase2_interface"]} == {"14"}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"device_platform": "fortios"}, "fortios can't have these tunnels, so that nothing is written: to berlin"),
    ({"device_platform": "comware", "device_apply": True}, "so it is not applied"),
    ({"device_platform": "junos"}, "value of device_platform must be one of"),
    ({"device_platform": "ios", "device_tunnels": {"to berlin": {"nmae": "x"}}}, "tunnel 1 of 1"),
    (
        {"device_platform": "swanctl", "ksyun_tunnels": "{{ hostvars['berlin'].ksyun_tunnels * 2 }}"},
        "two tunnels of the device have the same name",
    ),
]


def test_what_is_refused(ansible: Ansible, account: list[str]) -> None:
    """Before anything is written. Without --diff and with no key there is nothing to hide in it."""
    tasks = [
        {
            "block": [{"ansible.builtin.include_role": {"name": "ksyun.vpn.device"}, "vars": variables}],
            "rescue": [{"name": f"Said {number}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}],
        }
        for number, (variables, _words) in enumerate(REFUSED)
    ]
    run = play(ansible, limit="berlin", tasks=tasks, device_path="berlin.conf")
    assert run.code == 0, run.output
    for number, (_variables, words) in enumerate(REFUSED):
        assert words in " ".join(str(run.of(f"Said {number}", "berlin")["msg"]).split())
    assert not (ansible.directory / "berlin.conf").exists()


def test_a_host_of_another_inventory(ansible: Ansible) -> None:
    role = {"name": "Role", "ansible.builtin.include_role": {"name": "ksyun.vpn.device"}}
    run = ansible.play([role], vars={"device_platform": "swanctl"})
    assert run.code == 2
    assert "hosts of the inventory ksyun.vpn.ksyun_vpn" in " ".join(run.output.split())
