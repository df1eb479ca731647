# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where ansible-core itself shows secrets, whatever a collection does.

These are facts, each written in the documentation for operators: a test that fails here means that a version of
ansible-core does better or worse, and that the page has to say so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from ansible_collections.ksyun.vpn.tests.secrets.playbook import Ansible, Task
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import assert_clean, leaks
from ansible_collections.ksyun.vpn.tests.secrets.stage import TUNNEL, Stage

OPTIONS = {**TUNNEL, "pre_shared_key": "{{ key }}"}
WITH_ITEM = {**TUNNEL, "name": "{{ item.name }}", "pre_shared_key": "{{ item.key }}", "state": "absent"}
LOOP: Task = {"ksyun.vpn.vpn_tunnel": WITH_ITEM, "loop": "{{ tunnels }}"}


class Fact(NamedTuple):
    """Whether ansible-core shows a secret of a task, with -vvv, up to 2.21 and since 2.22; and of a module alone."""

    task: Task
    up_to_2_21: bool
    since_2_22: bool
    of_a_module_alone: bool = False


FACTS = {
    # first, as 2.22 masks in later tasks what it has learnt in earlier ones
    "a key that was asked for": Fact({"ksyun.vpn.vpn_tunnel_info": {"include_pre_shared_key": True}}, True, False),
    "a misspelt option": Fact({"ksyun.vpn.vpn_tunnel": {"name": "t", "preshared_key": "{{ key }}"}}, True, True),
    "items of a loop": Fact(LOOP, True, False),
    "items of a loop with a label": Fact({**LOOP, "loop_control": {"label": "{{ item.name }}"}}, True, False),
    "the environment of a task": Fact(
        {"ksyun.vpn.vpn_gateway_info": {}, "environment": {"KSYUN_SECRET_KEY": "{{ secret_key }}"}},
        up_to_2_21=True,
        since_2_22=True,
        of_a_module_alone=True,
    ),
    "a wrong choice beside a key": Fact({"ksyun.vpn.vpn_tunnel": {**OPTIONS, "state": "none"}}, False, False),
}


def _sections(output: str) -> dict[str, str]:
    """What was printed for each task."""
    parts = re.split(r"^TASK \[(.*)\] \**$", output, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_what_is_shown_with_vvv(ansible: Ansible, in_process: str) -> None:
    Stage(ansible.emulator, tunnel=True)
    run = ansible.play(
        [{"name": name, **fact.task} for name, fact in FACTS.items()], "-vvv", KSYUN_VPN_IN_PROCESS=in_process
    )
    sections = _sections(run.output)
    found = {name: bool(leaks(sections[name])) for name in FACTS}
    found["the environment of a task"] = "fake-SECRET" in sections["the environment of a task"]  # quoted for the shell
    since = ansible.version >= (2, 22)
    assert found == {
        name: (fact.since_2_22 if since else fact.up_to_2_21) and not (fact.of_a_module_alone and in_process == "yes")
        for name, fact in FACTS.items()
    }


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_a_result_of_refused_options_holds_no_key_when_registered(ansible: Ansible, in_process: str) -> None:
    """Of options that the argument spec does not accept, as the redactor has seen that result, too."""
    refused = {"name": "refused", "ksyun.vpn.vpn_tunnel": {**OPTIONS, "state": "none"}}
    written = {"content": "{{ result_0 | to_json }}", "dest": str(ansible.directory / "registered.json")}
    ansible.play([refused, {"name": "written", "ansible.builtin.copy": written}], KSYUN_VPN_IN_PROCESS=in_process)
    assert not leaks(ansible.left_behind()["registered.json"])


def test_kept_remote_files_hold_the_arguments(ansible: Ansible) -> None:
    """And no other file does."""
    Stage(ansible.emulator)
    run = ansible.play(
        [{"name": "t", "ksyun.vpn.vpn_tunnel": OPTIONS}], "-vvvvv", "--diff", ANSIBLE_KEEP_REMOTE_FILES="true"
    )
    assert run.results["t"]["changed"] is True, run.output[-2000:]
    files = ansible.left_behind()
    kept = {name for name, text in files.items() if leaks(text)}
    assert [Path(name).name for name in kept] == ["AnsiballZ_vpn_tunnel.py"]
    for line in run.output.splitlines():
        assert_clean(line, "the output")


@pytest.mark.parametrize("key", ["a", "up"])
def test_a_short_key_and_the_words_of_a_result(ansible: Ansible, key: str) -> None:
    """Up to 2.21 nothing else is blanked; since 2.22 ansible-core blanks a short key in all that it displays."""
    Stage(ansible.emulator)
    options = {**TUNNEL, "pre_shared_key": "{{ short }}"}
    show = {"name": "show", "ansible.builtin.debug": {"msg": "an update of vpn {{ result_0.vpn_tunnel.name }}"}}
    run = ansible.play([{"name": "t", "ksyun.vpn.vpn_tunnel": options}, show], "-e", f"short={key}", "--diff")
    blanked = "an update of vpn tunnel" not in run.output
    assert blanked is (ansible.version >= (2, 22))
    assert "update" in str(run.results["show"]) or blanked
