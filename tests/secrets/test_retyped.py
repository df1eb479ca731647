# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What YAML has made of a text without quotes is never used as a secret, and not silently as a name."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from ansible_collections.ksyun.vpn.tests.secrets.playbook import Ansible, Task
from ansible_collections.ksyun.vpn.tests.secrets.stage import RESOURCES, TUNNEL, Stage
from emulator.testing import EmulatorHandle

# What is written, and what YAML makes of it.
WRITTEN: dict[str, Any] = {
    text: yaml.safe_load(text)
    for text in (
        *("0x1F2E3D", "01234567", "12:34:56", "3.10", "1.0e+5", "1_000_000", "0b10101010", "98765432", ".inf"),
        *("yes", "off", "true", "2026-11-28", "{fake: key}", "[fake, key]"),
    )
}
SECRETS = ("pre_shared_key", "secret_key", "security_token", "session_token", "proxy_url")
OF_JSON = {text: value for text, value in WRITTEN.items() if text not in ("2026-11-28", ".inf")}


def _tells(result: dict[str, Any], option: str, value: Any) -> None:
    """The result names the option, and holds neither what was written nor what came of it."""
    assert result["failed"] is True
    assert not result.get("changed")
    assert result["error"]["kind"] == "invalid_options", result
    assert f"{option} must be in quotes: YAML has made" in result["msg"]
    if len(str(value)) > 5:
        said = json.dumps(result, default=str).replace("as it does of 2026-11-28", "").replace("of 01234567, ", "")
        assert str(value) not in said


def test_yaml_does_make_something_else_of_it() -> None:
    assert not [text for text, value in WRITTEN.items() if isinstance(value, str)]


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_a_secret_is_refused(ansible: Ansible, in_process: str) -> None:
    Stage(ansible.emulator)
    tasks: list[Task] = [
        {"name": f"{option} {text}", "ksyun.vpn.vpn_tunnel": {**TUNNEL, option: value}}
        for option in SECRETS
        for text, value in WRITTEN.items()
        if option == "pre_shared_key" or text in ("01234567", "yes")
    ]
    # By a variable, as most keys come. Of what is deeper in one Ansible makes text up to 2.18, and no module can know.
    by_variable = {**TUNNEL, "pre_shared_key": "{{ number }}"}
    tasks.append({"name": "pre_shared_key number", "ksyun.vpn.vpn_tunnel": by_variable, "vars": {"number": 342391}})
    run = ansible.play(tasks, KSYUN_VPN_IN_PROCESS=in_process)
    for task in tasks:
        option, _space, text = task["name"].partition(" ")
        _tells(run.results[task["name"]], option, WRITTEN.get(text, 342391))
    assert not ansible.emulator.requests()


@pytest.mark.parametrize("option", SECRETS)
@pytest.mark.parametrize("text", OF_JSON)
def test_a_module_by_itself_refuses_it(emulator: EmulatorHandle, option: str, text: str) -> None:
    """Without its action plugin: JSON has no dates, but all the rest."""
    others = {"security_token": None} if option == "session_token" else {}
    result, log = Stage(emulator).module("vpn_tunnel", **{**TUNNEL, **others, option: OF_JSON[text]})
    _tells(result, option, OF_JSON[text])
    assert len(str(OF_JSON[text])) < 6 or str(OF_JSON[text]) not in log
    assert not emulator.requests()


@pytest.mark.parametrize("kind", RESOURCES)
def test_so_does_one_that_lists(emulator: EmulatorHandle, kind: str) -> None:
    result, _log = Stage(emulator).module(kind, info=True, secret_key=342391)
    _tells(result, "secret_key", 342391)


def test_null_is_no_value(ansible: Ansible) -> None:
    """An option that is null is one that is not set, as everywhere in Ansible."""
    Stage(ansible.emulator)
    run = ansible.play([{"name": "null", "ksyun.vpn.vpn_gateway_info": {"proxy_url": None}}])
    assert len(run.results["null"]["vpn_gateways"]) == 1, run.output[-2000:]


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_a_name_is_shown_with_a_warning(ansible: Ansible, in_process: str) -> None:
    Stage(ansible.emulator)
    parents = {option: value for option, value in TUNNEL.items() if option != "customer_gateway"}
    tasks: list[Task] = [
        {"name": "name", "ksyun.vpn.customer_gateway": {"name": yaml.safe_load("010"), "address": "203.0.113.9"}},
        {"name": "glob", "ksyun.vpn.vpn_gateway_info": {"name_glob": 3.1}},
        {"name": "parents", "ksyun.vpn.vpn_tunnel": {**parents, "vpn_gateway": True, "customer_gateway_id": 8}},
        {"name": "text", "ksyun.vpn.customer_gateway": {"name": "010", "address": "203.0.113.10"}},
    ]
    run = ansible.play(tasks, KSYUN_VPN_IN_PROCESS=in_process)
    assert run.results["name"]["customer_gateway"]["name"] == "8"
    for warning in (
        "name is '8': YAML has made a number of it",
        "name_glob is '3.1': YAML has made a number of it",
        "vpn_gateway is 'True': YAML has made a boolean of it",
        "customer_gateway_id is '8': YAML has made a number of it",
    ):
        assert warning in " ".join(run.output.split()), warning
    assert run.results["text"]["customer_gateway"]["name"] == "010"
    assert "name is '010'" not in run.output
