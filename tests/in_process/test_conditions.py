# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a task runs in-process, and when the module runs as modules do: each condition, and what tells them apart."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from modules.runner import Ansible, Run

INFO: dict[str, Any] = {"name": "list", "ksyun.vpn.customer_gateway_info": {}}
# Ansible's own words when it hands a module to an interpreter.
MODULE_RAN = "Using module file"


def ran_in_process(run: Run) -> bool:
    """Which way the only task went: by what Ansible itself says it did, not by what the plugin says."""
    assert run.code == 0, run.output
    assert not run.of("list").get("failed")
    ran_as_module = MODULE_RAN in run.output
    assert ("runs in-process" in run.output) is not ran_as_module
    return not ran_as_module


def test_a_task_for_the_controller_runs_in_process(ansible: Ansible) -> None:
    assert ran_in_process(ansible.play([INFO], "-vvv"))


@pytest.mark.parametrize(
    "host",
    [
        {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        {"ansible_python_interpreter": f"{os.path.dirname(sys.executable)}/python3"},
        {"ansible_python_interpreter": "auto_silent", "ansible_interpreter_python_fallback": [sys.executable]},
        {"ksyun_vpn_in_process": "{{ 1 == 1 }}"},
    ],
    ids=["ours by its variable", "ours by another link", "none in particular", "switched on"],
)
def test_it_does_so_with(ansible: Ansible, host: dict[str, Any]) -> None:
    assert ran_in_process(ansible.play([INFO], "-vvv", hosts={"localhost": host}))


@pytest.mark.parametrize("by", ["variable", "environment"])
def test_a_switch_that_is_no_boolean_is_refused_by_its_name(ansible: Ansible, by: str) -> None:
    if by == "variable":
        run = ansible.play([INFO], hosts={"localhost": {"ksyun_vpn_in_process": "perhaps"}})
    else:
        run = ansible.play([INFO], environment_of_ansible={"KSYUN_VPN_IN_PROCESS": "perhaps"})
    name = "The variable ksyun_vpn_in_process" if by == "variable" else "The environment variable KSYUN_VPN_IN_PROCESS"
    assert run.of("list")["msg"] == f"{name} must be a boolean, true or false; it is 'perhaps'."
    assert run.of("list")["error"] == {"kind": "configuration"}
    assert "Traceback" not in run.output


def other_python(directory: Path) -> str:
    """Another path to the same Python: what is installed beside it may differ."""
    link = directory / "python-elsewhere"
    link.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    link.chmod(0o755)
    return str(link)


@pytest.mark.parametrize(
    ("why", "host", "keywords"),
    [
        ("ksyun_vpn_in_process", {"ksyun_vpn_in_process": False}, {}),
        ("ksyun_vpn_in_process", {"ksyun_vpn_in_process": "{{ 'n' ~ 'o' }}"}, {}),
        ("ksyun_vpn_in_process", {}, {"vars": {"ksyun_vpn_in_process": "false"}}),
        ("async", {"ansible_async_dir": "DIRECTORY"}, {"async": 60, "poll": 1}),
        ("become", {}, {"become": True, "become_method": "ansible.builtin.su", "become_exe": "PRETEND"}),
        ("become", {"ansible_become": True, "ansible_become_method": "su", "ansible_become_exe": "PRETEND"}, {}),
        ("another Python", {"ansible_python_interpreter": "OTHER"}, {}),
        ("another Python", {"elsewhere": "OTHER", "ansible_python_interpreter": "{{ elsewhere }}"}, {}),
        ("another Python", {}, {"vars": {"ansible_python_interpreter": "OTHER"}}),
    ],
)
def test_the_module_runs_with(
    ansible: Ansible, tmp_path: Path, why: str, host: dict[str, Any], keywords: dict[str, Any]
) -> None:
    pretend = tmp_path / "su"  # becomes nobody else, and runs what it is given
    pretend.write_text('#!/bin/sh\nfor last; do :; done\nexec /bin/sh -c "$last"\n')
    pretend.chmod(0o755)
    stand_ins = {"OTHER": other_python(tmp_path), "PRETEND": str(pretend), "DIRECTORY": str(tmp_path / "jobs")}

    def fill(values: dict[str, Any]) -> dict[str, Any]:
        return {
            key: fill(value) if isinstance(value, dict) else stand_ins.get(str(value), value)
            for key, value in values.items()
        }

    run = ansible.play([{**INFO, **fill(keywords)}], "-vvv", hosts={"localhost": fill(host)})
    assert not ran_in_process(run)
    assert re.search(f"in a process of its own: .*{why}", run.output)


@pytest.mark.parametrize("environment", [{"KSYUN_VPN_IN_PROCESS": "0"}, {"ANSIBLE_KEEP_REMOTE_FILES": "1"}])
def test_the_module_runs_with_the_environment_variable(ansible: Ansible, environment: dict[str, str]) -> None:
    run = ansible.run("ansible", "localhost", "-m", "ksyun.vpn.customer_gateway_info", "-vvv", **environment)
    assert run.code == 0, run.output
    assert MODULE_RAN in run.output


def test_the_variable_goes_before_the_environment_variable(ansible: Ansible) -> None:
    run = ansible.run(
        *("ansible", "localhost", "-m", "ksyun.vpn.customer_gateway_info", "-vvv", "-e", "ksyun_vpn_in_process=true"),
        KSYUN_VPN_IN_PROCESS="no",
    )
    assert run.code == 0, run.output
    assert MODULE_RAN not in run.output


def test_the_module_runs_on_another_host(ansible: Ansible, tmp_path: Path) -> None:
    """Of another connection, also when the task is delegated to it; and not when a host's task is delegated to here."""
    plugins = tmp_path / "connection_plugins"
    plugins.mkdir()
    (plugins / "elsewhere.py").write_text(CONNECTION)
    hosts = {"away": {"ansible_connection": "elsewhere"}, "here": {}}
    tasks = [
        {**INFO, "when": "inventory_hostname == 'away'"},
        {**INFO, "name": "to away", "delegate_to": "away", "when": "inventory_hostname == 'here'"},
        {**INFO, "name": "to here", "delegate_to": "here", "when": "inventory_hostname == 'away'"},
    ]
    seen = []
    for each in tasks:
        run = ansible.play([each], "-vvv", hosts=hosts)
        assert run.code == 0, run.output
        seen.append(MODULE_RAN in run.output)
    assert seen == [True, True, False]


CONNECTION = """
from ansible.plugins.connection.local import Connection as Local
DOCUMENTATION = '''
name: elsewhere
short_description: This host, as if it were another
description: For tests.
options: {}
'''
class Connection(Local):
    transport = "elsewhere"
"""


def test_the_module_runs_where_ansible_has_no_requests(ansible: Ansible, tmp_path: Path) -> None:
    """Ansible's Python pretends to have nothing of it; the module's interpreter has it."""
    hidden = tmp_path / "without"
    hidden.mkdir()
    (hidden / "urllib3.py").write_text("raise ImportError('pretended')\n")
    playbook_only = {"PYTHONPATH": str(hidden)}
    run = ansible.play([{**INFO, "environment": {"PYTHONPATH": ""}}], "-vvv", environment_of_ansible=playbook_only)
    assert not ran_in_process(run)
    assert "Ansible's own Python has no requests" in run.output
