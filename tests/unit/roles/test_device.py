# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role has the platforms and options of what it calls, says the same of them everywhere, and shows no key."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.description import describe
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import PLATFORMS

ROLE = Path(__file__).resolve().parents[3] / "roles" / "device"


def read(path: str) -> Any:
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


SPEC = read("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
DEFAULTS = read("defaults/main.yml")
TASKS = {path.stem: read(f"tasks/{path.name}") for path in (ROLE / "tasks").glob("*.yml")}


def test_defaults_are_those_of_the_documentation() -> None:
    assert {name: spec["default"] for name, spec in SPEC.items() if "default" in spec} == DEFAULTS
    assert {name for name in SPEC if name not in DEFAULTS} == {"device_platform", "device_interface"}


def test_the_readme_has_every_variable() -> None:
    table = re.findall(r"^\| `(device_\w+)` \|", (ROLE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(SPEC)


def test_platforms() -> None:
    assert SPEC["device_platform"]["choices"] == list(PLATFORMS)
    proven = [name for name, platform in PLATFORMS.items() if not platform.unverified]
    assert sorted(name for name in TASKS if name.startswith("apply_")) == sorted(f"apply_{name}" for name in proven)
    assert str(proven) in str(TASKS["check"])


def test_every_option_of_a_tunnel_can_be_set() -> None:
    """For all tunnels, or for one, as what tells one from another must be."""
    parameters = inspect.signature(describe).parameters.values()
    options = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    common = set(read("vars/main.yml")["__device_common"])
    assert options - common == {"name", "number", "tunnels", "pre_shared_key"}
    assert common <= {name.removeprefix("device_") for name in SPEC}


def tasks_of(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for entry in entries:
        found += tasks_of([*entry.get("block", ()), *entry.get("rescue", ())]) if "block" in entry else [entry]
    return found


@pytest.mark.parametrize("name", sorted(TASKS))
def test_what_has_a_key_is_not_shown(name: str) -> None:
    """The text, phase 1 of FortiOS and the lines of IOS. What is told has been through a filter that hides keys."""
    shown = [
        task["name"]
        for task in tasks_of(TASKS[name])
        if re.search(
            r"configured\.text|configured\.data\.(vpn_ipsec_phase1|config)|src: |file_before\.content", str(task)
        )
        and not task.get("no_log")
        and "config_diff" not in str(task)
    ]
    assert shown == []
