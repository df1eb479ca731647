# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task whose time is over while its module runs in a process of its own: what is said is what the module does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from modules.runner import Ansible, Run

MODULE = """#!/usr/bin/python
import os, time
from ansible.module_utils.basic import AnsibleModule

module = AnsibleModule({"until": {}, "fail": {"type": "bool"}, "wait": {"type": "float"}}, supports_check_mode=True)
time.sleep(module.params["wait"])
end = time.monotonic() + 60
while not os.path.exists(module.params["until"]) and time.monotonic() < end:
    time.sleep(0.02)
with open(module.params["until"] + ".seen", "w"):
    pass
if module.params["fail"]:
    module.fail_json(msg="the module's own words", changed=True)
module.exit_json(changed=True, made="it")
"""
ACTION = """
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import manage_entry
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.customer_gateway import RESOURCE
from ansible_collections.ksyun.vpn.plugins.plugin_utils import patience
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction

patience.GRACE = {grace}

class ActionModule(InProcessAction):
    entry = manage_entry(RESOURCE)
"""


def play(ansible: Ansible, until: Path, *, grace: int, fail: bool = False, wait: float = 0, **keywords: Any) -> Run:
    """One task with a second of time for a module that waits for a file."""
    for folder, text in (("library", MODULE), ("action_plugins", ACTION.format(grace=grace))):
        (ansible.directory / folder).mkdir()
        (ansible.directory / folder / "patient.py").write_text(text)
    options = {"until": str(until), "fail": fail, "wait": wait}
    task = {"name": "change", "patient": options, "timeout": 1, **keywords}
    return ansible.play([task], vars={"ksyun_vpn_in_process": False})


def test_the_result_of_a_module_that_ends_in_the_grace(ansible: Ansible) -> None:
    (there := ansible.directory / "there").touch()
    result = play(ansible, there, grace=50, wait=2).of("change")
    assert result["failed"]
    assert (result["changed"], result["made"], result["error"]["kind"]) == (True, "it", "time_up")
    assert "was over before it ended" in result["msg"]


def test_the_words_of_a_module_that_fails_in_the_grace(ansible: Ansible) -> None:
    (there := ansible.directory / "there").touch()
    result = play(ansible, there, grace=50, wait=2, fail=True).of("change")
    assert (result["failed"], result["changed"], result["msg"]) == (True, True, "the module's own words")


def test_a_module_that_does_not_end_in_the_grace_may_have_changed_something(ansible: Ansible) -> None:
    waited_for = ansible.directory / "never"
    result = play(ansible, waited_for, grace=1).of("change")
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, True, "unknown_outcome")
    assert "goes on to its end" in result["msg"]
    assert not (ansible.directory / "never.seen").exists()
    waited_for.touch()


def test_nothing_is_waited_for_in_check_mode(ansible: Ansible) -> None:
    waited_for = ansible.directory / "never"
    result = play(ansible, waited_for, grace=50, check_mode=True).of("change")
    assert (result["failed"], result["changed"]) == (True, False)
    assert re.search(r"Timed out|expected time frame", result["msg"])
    waited_for.touch()
