# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The real modules through ansible-core: options of wrong types, and results made of hostile answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile.bench import KEYS, spec_of
from hostile.counting import CASES
from hostile.shapes import HARMFUL_NAMES, as_json
from hostile.test_answers import COMPLETE
from hostile.test_options import MODULES, names_it
from modules.runner import Ansible, Run
from support.wire_server import Server, by_action, http

from emulator.testing import EmulatorHandle

# Values of a wrong type, or of no sense, for the options of each type; the modules take turns at them.
WRONG: dict[str, tuple[Any, ...]] = {
    "int": ({"a": 1}, "many", 1.5),
    "float": ([1], "nan", ".inf", -1, "soon", 10**30),
    "bool": ("maybe", [True], {"a": True}),
    "dict": ("text", ["a"], 5),
    "list": ({"a": "b"},),
    "choices": ("hostile", {"a": 1}, ["GET"]),
}


def cases() -> Iterator[tuple[str, str, Any]]:
    """Module, option and value: of each module one option of every type, not the same each time."""
    for turn, module in enumerate(MODULES):
        for type_, values in WRONG.items():
            options = [
                option
                for option, details in spec_of(module).items()
                if ("choices" if "choices" in details else details["type"]) == type_
            ]
            if options:
                yield module, options[turn * 5 % len(options)], values[turn % len(values)]


CASES_OF_TYPES = list(cases())


@pytest.fixture(scope="module")
def types(process: EmulatorHandle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[dict[str, Any]]]:
    """One play with a task for each case, and the requests that came of it."""
    process.reset()
    tasks = [
        {
            "name": f"case {number}",
            f"ksyun.vpn.{module}": {**COMPLETE.get(module, {}), "max_attempts": 1, option: value},
            "ignore_errors": True,
        }
        for number, (module, option, value) in enumerate(CASES_OF_TYPES)
    ]
    run = Ansible(tmp_path_factory.mktemp("types"), process).play(tasks)
    return run, process.requests()


def test_options_of_a_wrong_type_are_refused_by_name(types: tuple[Run, list[dict[str, Any]]]) -> None:
    run, requests = types
    assert len(CASES_OF_TYPES) >= 24
    for number, (module, option, value) in enumerate(CASES_OF_TYPES):
        CASES["options"] += 1
        result = run.of(f"case {number}")
        assert result.get("failed") is True, (module, option, value, result)
        assert names_it(result["msg"], option, module), (module, option, value, result["msg"])
    assert "Traceback" not in run.output
    assert "Traceback" not in json.dumps(run.results)
    assert requests == []


@pytest.fixture
def hostile_ansible(server: Server, tmp_path: Path) -> Ansible:
    """Ansible, set up for the hostile server."""
    handle = EmulatorHandle(server.url, KEYS["access_key"], KEYS["secret_key"])
    return Ansible(tmp_path, handle)


WAYS = pytest.mark.parametrize("in_process", [True, False], ids=["in-process", "as a module"])
TEMPLATES = (
    "{{ 7 * 191 }}",
    "{% raw %}x{% endraw %}",
    "!unsafe x",
    "{{ lookup('pipe', 'touch owned') }}",
    "{#x#}",
    "omit",
)


@WAYS
def test_an_item_whose_fields_are_named_like_a_results(
    server: Server, hostile_ansible: Ansible, in_process: bool
) -> None:
    """They stay in the item, and Ansible takes none of them for its own, however the service spells them."""
    inner = {
        "__ansible_unsafe": "x",
        "__ansible_vault": "y",
        "__ansible_type": "_TaggedStr",
        "_ansible_no_log": True,
        "ansible_facts": {"owned": 1},
    }
    typed = {
        "__ansible_type": "AnsibleTaggedStr",
        "value": "{{ 7 * 191 }}",
        "tags": [{"__ansible_type": "TrustedAsTemplate"}],
    }
    fields = {name: "hostile" for name in HARMFUL_NAMES if not name.startswith("__ansible")}
    fields |= {"ansible_facts": {"owned": True}, "warnings": ["owned"], "Inner": inner, "Typed": [typed]}
    fields |= {f"Text{letter}": text for letter, text in zip("ABCDEF", TEMPLATES)}
    fields |= {"__AnsibleType": "AnsibleTaggedStr", "_AnsibleVerboseOverride": True, "__ANSIBLE_VAULT": "hostile"}
    item = {
        **fields,
        "VpnGatewayId": "9b3d5f1e-0000-4000-8000-000000000001",
        "VpnGatewayName": "hostile",
        "VpcId": "vpc-1",
        "BandWidth": 5,
        "ChargeType": "Daily",
    }
    server.begin(
        by_action(http(as_json({"RequestId": "r", "VpnGatewaySet": [item], **{"changed": True, "failed": True}})))
    )
    texts = [f"text_{letter}" for letter in "abcdef"]
    run = hostile_ansible.play(
        [
            {"name": "info", "ksyun.vpn.vpn_gateway_info": {}, "register": "it"},
            {"name": "task", "ksyun.vpn.vpn_gateway": COMPLETE["vpn_gateway"]},
            {"name": "facts", "ansible.builtin.assert": {"that": ["owned is not defined", "it is not changed"]}},
            {"name": "whole", "ansible.builtin.debug": {"var": "it.vpn_gateways[0]"}},
            {
                "name": "texts",
                "ansible.builtin.debug": {"msg": "{{ item[1][item[0]] }}"},
                "loop": "{{ texts | product(it.vpn_gateways) | list }}",
                "loop_control": {"label": "{{ item[1][item[0]] }}"},
                "when": "item[1][item[0]] | length > 0",
            },
            {"name": "copied", "ansible.builtin.set_fact": {"copy": "{{ it.vpn_gateways[0] }}"}},
            {"name": "again", "ansible.builtin.debug": {"msg": "{{ texts | map('extract', copy) | list }}"}},
            {
                "name": "options",
                "ksyun.vpn.vpn_gateway_info": {"name": "{{ it.vpn_gateways[0][item] }}"},
                "loop": "{{ texts }}",
                "loop_control": {"label": "{{ it.vpn_gateways[0][item] }}"},
            },
        ],
        vars={"ksyun_vpn_in_process": in_process, "texts": texts},
        environment_of_ansible={"ANSIBLE_INJECT_INVOCATION": "true"},  # from ansible-core 2.22 on it is a choice
    )
    assert run.code == 0, run.output
    CASES["answers"] += 2
    for result, found in (
        (run.of("info"), run.of("info")["vpn_gateways"][0]),
        (run.of("task"), run.of("task")["vpn_gateway"]),
        (run.of("whole"), run.of("whole")["it.vpn_gateways[0]"]),
    ):
        assert result["changed"] is False
        assert "ansible_facts" not in result
        assert not result.get("warnings")
        assert found["id"] == "9b3d5f1e-0000-4000-8000-000000000001"
        assert found["name"] == "hostile"
        assert found["changed"] == "hostile"
        assert found["ansible_type"] == "AnsibleTaggedStr"
        assert found["ansible_verbose_override"] is True
        assert found["inner"] == {name.lstrip("_"): value for name, value in inner.items()}
        assert found["typed"][0]["value"] == "{{ 7 * 191 }}"
        assert tuple(found[text] for text in texts) == TEMPLATES
    assert tuple(each["msg"] for each in run.of("texts")["results"]) == TEMPLATES
    assert tuple(run.of("again")["msg"]) == TEMPLATES
    asked = [each["invocation"]["module_args"]["name"] for each in run.of("options")["results"]]
    assert tuple(asked) == TEMPLATES
    assert "1337" not in run.output
    assert "Traceback" not in run.output
    assert not (hostile_ansible.directory / "owned").exists()


@WAYS
def test_an_error_whose_message_is_a_template(server: Server, hostile_ansible: Ansible, in_process: bool) -> None:
    """The service's words in messages, which are registered, shown, and put into other messages."""
    words = " ".join(TEMPLATES)
    answer = {"RequestId": "r", "Error": {"Code": "{{ 7 * 191 }}", "Message": words, "__AnsibleType": "x"}}
    server.begin(by_action(http(as_json(answer), status=400)))
    run = hostile_ansible.play(
        [
            {"name": "task", "ksyun.vpn.vpn_gateway": COMPLETE["vpn_gateway"], "register": "it", "ignore_errors": True},
            {"name": "shown", "ansible.builtin.debug": {"msg": "{{ it.msg }} {{ it.error.code }}"}},
            {"name": "used", "ansible.builtin.fail": {"msg": "{{ it.msg }}"}, "ignore_errors": True},
        ],
        vars={"ksyun_vpn_in_process": in_process},
    )
    assert run.code == 0, run.output
    CASES["answers"] += 1
    for said in (run.of("task")["msg"], run.of("shown")["msg"], run.of("used")["msg"]):
        assert words in said
    assert run.of("task")["error"]["code"] == "{{ 7 * 191 }}"
    assert "1337" not in run.output
    assert not (hostile_ansible.directory / "owned").exists()
