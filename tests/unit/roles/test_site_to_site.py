# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role has every option of the modules that it calls, with the same type and choices, and passes each on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_gateway
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.estate import OF_SITES, OPTIONS_OF_SITE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import CONNECTION, resource_spec
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SPEC as SITES

ROLE = Path(__file__).resolve().parents[3] / "roles" / "site_to_site"
SPEC = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
TASKS = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text())
OF_GATEWAY = yaml.safe_load((ROLE / "tasks" / "gateway.yml").read_text())
GATEWAY = SPEC["site_to_site_gateway"]["options"]
SEVERAL = SPEC["site_to_site_gateways"]["options"]
DEFAULTS = SPEC["site_to_site_tunnel_defaults"]["options"]


def of_gateway() -> dict[str, dict[str, Any]]:
    """The options of the module of gateways but those of the connection, and those that are ignored."""
    ignored = {field.option for field in vpn_gateway.RESOURCE.fields if not field.settable} | {"removed_before"}
    known = resource_spec(vpn_gateway.RESOURCE)
    return {name: spec for name, spec in known.items() if name not in {*CONNECTION, *ignored}}


def arguments(module: str, task: str) -> dict[str, str]:
    """What a task of the role gives to a module."""
    return next(entry[module] for entry in OF_GATEWAY if entry["name"] == task)


def test_no_task_of_a_module_holds_up_the_rest() -> None:
    calls = [entry for entry in [*TASKS, *OF_GATEWAY] for name in entry if name.startswith("ksyun.vpn.")]
    assert len(calls) == 6
    assert all(entry["ignore_errors"] is True and "register" in entry for entry in calls)
    assert "ansible.builtin.fail" in TASKS[-1], "it ends with what failed"


def test_no_loop_goes_over_what_has_keys() -> None:
    loops = [entry["loop"] for entry in [*TASKS, *OF_GATEWAY] if "loop" in entry]
    assert loops == ["{{ __site_to_site_declared.gateways }}"]
    assert "number=site_to_site_number | default(none)" in (ROLE / "vars" / "main.yml").read_text()
    facts = [
        str(entry["ansible.builtin.set_fact"]) for entry in [*TASKS, *OF_GATEWAY] if "ansible.builtin.set_fact" in entry
    ]
    assert not [fact for fact in facts if "pre_shared_keys" in fact or ".sites }}" in fact]


@pytest.mark.parametrize(
    ("spec", "known"),
    [(GATEWAY, of_gateway()), (DEFAULTS, SITES.options["defaults"]["options"])],
    ids=["gateway", "tunnel defaults"],
)
def test_every_option_is_there_as_the_module_has_it(spec: dict[str, Any], known: dict[str, Any]) -> None:
    assert spec.keys() == known.keys()
    for name, option in known.items():
        assert spec[name]["type"] == option["type"], name
        assert spec[name].get("choices") == option.get("choices"), name
        assert spec[name].get("no_log", False) is option.get("no_log", False), name
        assert "default" not in spec[name], f"{name}: what is left out is left as it is"


def test_one_of_several_gateways_has_the_same_options_and_those_of_its_sites() -> None:
    assert {name: option for name, option in SEVERAL.items() if name not in OF_SITES} == GATEWAY
    assert SEVERAL["tunnel_defaults"]["options"] == DEFAULTS
    assert set(OF_SITES) <= SEVERAL.keys()


def test_what_a_site_may_have_is_what_the_module_takes() -> None:
    assert SITES.options["sites"]["options"].keys() == OPTIONS_OF_SITE


def test_every_option_is_passed_on_under_its_name() -> None:
    given = arguments("ksyun.vpn.vpn_gateway", "VPN gateway")
    assert given.keys() | {"state"} == of_gateway().keys()
    for name, value in given.items():
        assert value == f"{{{{ site_to_site.gateway.{name} | default(omit) }}}}", name
    assert arguments("ksyun.vpn.sites", "Sites").keys() | {"progress"} == SITES.options.keys() - CONNECTION.keys()


def test_the_defaults_are_those_of_the_specification() -> None:
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    stated = {name: option["default"] for name, option in SPEC.items() if "default" in option}
    assert defaults == {**stated, "site_to_site_probe": None}
