# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of awkward forms: neither shown, nor in the way of anything else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ansible_collections.ksyun.vpn.tests.secrets.playbook import Ansible
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import AWKWARD, echo, leaks, needles, strings, with_data
from ansible_collections.ksyun.vpn.tests.secrets.stage import TUNNEL, Stage
from emulator.testing import EmulatorHandle

KEYS: dict[str, Any] = {
    "numeric": "1234567890",
    "short": "k7",
    "one character": "7",
    "quotes": "fake 'one' \"two\" `three`",
    "backslashes": "fake\\nkey\\\\u0041\\",
    "Unicode": "密钥密钥密钥密钥🔑",
    "the tunnel's name": "tunnel",
    "an option's name": "pre_shared_key",
    "a result's name": "vpn_tunnel",
    "a value's name": "Ipsec",
    "percent": "%41%42%43%44",
    "form": "a=b&c=d+e%20;f",
    "spaces": "  fake spaced key  ",
    "a boolean": "yes",
    "null": "null",
    "a template": "{{ secret_key }}",
    "JSON": '{"fake": ["key"]}',
    "markup": "<fake>&amp;</fake>",
    "long": "fake" * 60,
}
# Ids, addresses and times of one run may have the same figures as a short key.
OF_THE_SERVICE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+\.\d+\.\d+\.\d+|\d{4}-\d\d-\d\d [\d:]{8}")


def _shown(key: str, result: dict[str, Any]) -> list[str]:
    """The texts of a result that show a key, other than those that are no more than a name that the key has, too."""
    own = {"tunnel", "pre_shared_key", "vpn_tunnel", "Ipsec"}
    word = re.compile(rf"(?<!\w){re.escape(key.strip())}(?!\w)")
    data = with_data(result) if "diff" in result else result
    texts = [OF_THE_SERVICE.sub("...", text) for text in strings({**data, "api_calls": None})]
    return [text for text in texts if text not in own and word.search(text)]


@pytest.mark.parametrize("form", KEYS)
def test_a_tunnel_has_it(emulator: EmulatorHandle, form: str) -> None:
    key = KEYS[form]
    usual, _log = Stage(emulator, tunnel=True, key="q9z").module("vpn_tunnel", **{**TUNNEL, "pre_shared_key": "q9z"})
    result, _log = Stage(emulator, tunnel=True, key=str(key)).module("vpn_tunnel", **{**TUNNEL, "pre_shared_key": key})
    assert (result["changed"], result["pre_shared_key_matches"]) == (False, True)
    assert set(result) == set(usual)
    assert set(result["vpn_tunnel"]) == set(usual["vpn_tunnel"])
    assert result["vpn_tunnel"]["type"] == "Ipsec"
    assert _shown(str(key), result) == []


@pytest.mark.parametrize("form", KEYS)
def test_a_tunnel_has_another(emulator: EmulatorHandle, form: str) -> None:
    key = str(KEYS[form])
    stage = Stage(emulator, tunnel=True, key=key)
    refused, _log = stage.module("vpn_tunnel", **TUNNEL)
    assert refused["error"] == {"kind": "immutable_change", "options": ["pre_shared_key"]}
    assert _shown(key, refused) == []
    replaced, _log = stage.module("vpn_tunnel", **TUNNEL, on_immutable_change="replace")
    assert [step["action"] for step in replaced["plan"]] == ["delete", "create"]
    assert with_data(replaced)["diff"]["before"]["pre_shared_key_matches"] is False
    assert _shown(key, replaced) == []


@pytest.mark.parametrize("form", KEYS)
def test_the_service_echoes_it(emulator: EmulatorHandle, form: str) -> None:
    key = str(KEYS[form])
    stage = Stage(emulator)
    stage.refuse("CreateVpnTunnel", f"PreSharedKey={key}&Type=x: '{key}', {json.dumps({'PreSharedKey': key})}")
    result, _log = stage.module("vpn_tunnel", **{**TUNNEL, "pre_shared_key": KEYS[form]})
    assert result["error"]["code"] == "Refused"
    assert _shown(key, result) == []


def test_the_service_has_it_as_a_number(emulator: EmulatorHandle) -> None:
    stage = Stage(emulator)
    tunnel = {"VpnTunnelId": "t", "VpnTunnelName": "tunnel", "PreSharedKey": 1234567890, "Copy": 1234567890}
    stage.answer("DescribeVpnTunnels", {"RequestId": "r", "VpnTunnelSet": [tunnel]})
    result = stage.info("vpn_tunnel")
    assert "1234567890" not in json.dumps(result)


def test_through_ansible(ansible: Ansible) -> None:
    """Digits and a name from a playbook; of the name only that it is a name is shown."""
    Stage(ansible.emulator)
    tasks = [
        {"name": "number", "ksyun.vpn.vpn_tunnel": {**TUNNEL, "pre_shared_key": "1234567890"}},
        {
            "name": "name",
            "ksyun.vpn.vpn_tunnel": {**TUNNEL, "name": "branch-office", "pre_shared_key": "branch-office"},
        },
    ]
    run = ansible.play(tasks, "--diff")
    number, name = run.results["number"], run.results["name"]
    assert number["changed"] is name["changed"] is True, run.output[-2000:]
    assert number["pre_shared_key_matches"] is name["pre_shared_key_matches"] is True
    assert "1234567890" not in run.output
    assert "1234567890" not in json.dumps(number)
    if ansible.version < (2, 22):  # which masks what equals a secret wherever it is shown
        assert name["vpn_tunnel"]["name"] == "branch-office"


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_echoed_in_all_forms_and_as_loudly_as_ansible_can_be(ansible: Ansible, in_process: str) -> None:
    """In what is displayed, what is registered, the log, and all other files that are left."""
    stage = Stage(ansible.emulator)
    tasks = []
    for form, key in AWKWARD.items():
        stage.refuse("CreateVpnTunnel", echo(key), code=f"Refused<{key}>", dry_run=False)
        options = {**TUNNEL, "name": form, "pre_shared_key": f"{{{{ awkward['{form}'] }}}}"}
        tasks.append({"name": form, "ksyun.vpn.vpn_tunnel": options})
    run = ansible.play(tasks, "--diff", "-vvvvv", KSYUN_VPN_IN_PROCESS=in_process)
    known = needles(AWKWARD)
    for form in AWKWARD:
        result = run.results[form]
        assert "Refused<(secret)>" in result["msg"], result["msg"][:200]
        assert result["error"]["message"].count("(secret)") >= 30, "that many forms were echoed"
        assert not [leak for text in strings(result) for leak in leaks(text, known)]
    files = ansible.left_behind()
    assert "log" in files
    for name, text in {"the output": run.output, **files}.items():
        shown = leaks(text, known)
        assert not shown, f"{name} shows: {', '.join(shown)}"
