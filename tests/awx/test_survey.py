# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The survey of the playbook C(site): what AWX requires of one, and what the playbook and the modules take."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import resource_spec
from ansible_collections.ksyun.vpn.tests.awx.credential import ROOT

SURVEY = json.loads((ROOT / "docs" / "awx" / "survey_site.json").read_text())
QUESTIONS = {question["variable"]: question for question in SURVEY["spec"]}
PLAYBOOK = (ROOT / "playbooks" / "site.yml").read_text()
TUNNEL = resource_spec(vpn_tunnel.RESOURCE)


def test_it_has_the_parts_that_awx_requires() -> None:
    assert SURVEY.keys() == {"name", "description", "spec"}
    assert len(QUESTIONS) == len(SURVEY["spec"])
    for question in SURVEY["spec"]:
        assert {"question_name", "type", "variable", "required", "default"} <= question.keys()
        assert question["type"] in ("text", "password", "multiplechoice")
        assert (question["type"] == "multiplechoice") is bool(question["choices"])


def test_it_asks_for_all_that_the_playbook_reads() -> None:
    code = "\n".join(line for line in PLAYBOOK.splitlines() if not line.startswith("#"))
    assert set(re.findall(r"ksyun_\w+", code)) == QUESTIONS.keys()


@pytest.mark.parametrize("name", [name for name, question in QUESTIONS.items() if question["choices"]])
def test_each_choice_is_one_that_the_module_knows(name: str) -> None:
    option, question = name.removeprefix("ksyun_"), QUESTIONS[name]
    assert question["default"] in question["choices"]
    known: Any = TUNNEL[option].get("choices") or vpn_tunnel.RESOURCE.field(option).values
    assert set(question["choices"]) <= set(known)


def test_the_key_is_asked_for_as_a_password() -> None:
    assert [name for name, question in QUESTIONS.items() if question["type"] == "password"] == ["ksyun_pre_shared_key"]
