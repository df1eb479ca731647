# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role has every option of the modules that it calls, with the same type and choices, and passes each on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import customer_gateway, vpn_gateway, vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import CONNECTION, resource_spec

ROLE = Path(__file__).resolve().parents[3] / "roles" / "site_to_site"
SPEC = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
TASKS = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text())
GATEWAY = SPEC["site_to_site_gateway"]["options"]
SITE = SPEC["site_to_site_sites"]["options"]
TUNNEL = SITE["tunnels"]["options"]
SHARED = SPEC["site_to_site_tunnel_defaults"]["options"]

# Of a tunnel, the role itself knows these.
PARENTS = {"vpn_gateway", "customer_gateway", "project_id"}
OWN = {"id", "name", "state"}


def options(module: Any) -> dict[str, dict[str, Any]]:
    """The options of a module but those of the connection, those that are ignored, and what the role itself knows."""
    ignored = {field.option for field in module.RESOURCE.fields if not field.settable} | {"removed_before"}
    return {name: spec for name, spec in resource_spec(module.RESOURCE).items() if name not in {*CONNECTION, *ignored}}


def arguments(module: str, task: str) -> dict[str, str]:
    """What a task of the role gives to a module."""
    tasks = [*TASKS, *(inner for entry in TASKS for inner in entry.get("block", ()))]
    return next(entry[module] for entry in tasks if entry["name"] == task)


def test_no_task_of_a_module_holds_up_the_rest() -> None:
    tasks = [*TASKS, *(inner for entry in TASKS for inner in entry.get("block", ()))]
    changing = [entry for entry in tasks for name in entry if name.startswith("ksyun.vpn.") and "_info" not in name]
    assert len(changing) == 10
    assert all(entry["ignore_errors"] is True and "register" in entry for entry in changing)
    assert "ansible.builtin.fail" in TASKS[-1], "it ends with what failed"


@pytest.mark.parametrize(
    ("module", "spec", "elsewhere"),
    [
        (vpn_gateway, GATEWAY, set()),
        # No option of a customer gateway is create-only, but its site has the options for its tunnels.
        (customer_gateway, {**SITE, "id": SITE["customer_gateway_id"]}, set()),
        (vpn_tunnel, TUNNEL, PARENTS),
        (vpn_tunnel, SHARED, PARENTS | OWN),
        (vpn_tunnel, {**SITE, "id": {"type": "str"}}, PARENTS),
    ],
    ids=["gateway", "site", "tunnel", "tunnel defaults", "tunnels of a site"],
)
def test_every_option_is_there_as_the_module_has_it(module: Any, spec: dict[str, Any], elsewhere: set[str]) -> None:
    wanted = {name: option for name, option in options(module).items() if name not in elsewhere}
    assert wanted.keys() <= spec.keys()
    for name, option in wanted.items():
        assert spec[name]["type"] == option["type"], name
        assert spec[name].get("choices") == option.get("choices"), name
        assert spec[name].get("no_log", False) is option.get("no_log", False), name
        assert "default" not in spec[name], f"{name}: what is left out is left as it is"


def test_no_option_is_there_that_no_module_has() -> None:
    assert GATEWAY.keys() == options(vpn_gateway).keys()
    assert TUNNEL.keys() == options(vpn_tunnel).keys() - PARENTS | {"remote_cidrs"}  # which become routes
    assert SHARED.keys() == TUNNEL.keys() - OWN
    known = options(customer_gateway).keys() | TUNNEL.keys() | {"customer_gateway_id", "tunnels", "extra"}
    assert SITE.keys() == known - {"id"}


@pytest.mark.parametrize(
    ("module", "task", "variable"),
    [
        (vpn_gateway, "VPN gateway", "site_to_site_gateway"),
        (customer_gateway, "Customer gateways", "site_to_site_site"),
        (vpn_tunnel, "Tunnels", "site_to_site_tunnel"),
    ],
)
def test_every_option_is_passed_on_under_its_name(module: Any, task: str, variable: str) -> None:
    given = arguments(f"ksyun.vpn.{module.RESOURCE.name}", task)
    assert given.keys() | {"state"} == options(module).keys()
    computed = {"vpn_gateway", "customer_gateway", "project_id", "pre_shared_key"}
    for name, value in given.items():
        source = "customer_gateway_id" if (variable, name) == ("site_to_site_site", "id") else name
        if variable == "site_to_site_tunnel" and name in computed:
            continue
        expected = [f"{{{{ {variable}.{source} | default(omit) }}}}", f"{{{{ {variable}.{source} }}}}"]
        assert value in expected, name


def test_the_defaults_are_those_of_the_specification() -> None:
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    assert defaults == {name: option["default"] for name, option in SPEC.items() if "default" in option}
