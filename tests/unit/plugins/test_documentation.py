# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation says what the code does: read as users read it, by ansible-doc, and held against the tables."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.api import connection, errors
from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Call
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import batch, model
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import sites as reconciler_sites
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.diff import diff_of
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import InUseError
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field, Resource
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import argspec, info, manage, sites, verify
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES

ROOT = Path(manage.__file__).parents[3]  # of the collection, wherever it is installed
SPECS = {name: argspec.resource_spec(resource) for name, resource in RESOURCES.items()}
SPECS |= {f"{name}_info": argspec.info_spec(resource) for name, resource in RESOURCES.items()}
SPECS["vpn_tunnel_status_info"] = argspec.status_spec(RESOURCES["vpn_tunnel"])
OF_RESOURCES = sorted(SPECS)
OF_SITES = ("sites", "sites_info")
SPECS["sites"], SPECS["sites_info"] = sites.SPEC.options, sites.INFO_SPEC.options
ALONE = "verify_service"  # no resource, and no twin that lists
SPECS[ALONE] = verify.SPEC.options
OF_ANSIBLE = {"changed", "failed", "msg", "warnings"}  # keys of a result that need no description

every_module = pytest.mark.parametrize("name", sorted(SPECS))
every_module_of_a_resource = pytest.mark.parametrize("name", OF_RESOURCES)
every_resource = pytest.mark.parametrize("resource", RESOURCES.values(), ids=list(RESOURCES))
every_field = pytest.mark.parametrize(
    ("resource", "field"),
    [
        pytest.param(resource, field, id=f"{resource.name}.{field.option}")
        for resource in RESOURCES.values()
        for field in resource.settable
    ],
)


@functools.cache
def ansible_doc() -> dict[str, Any]:
    """What ansible-doc tells of all modules: fragments are resolved in it."""
    names = [f"ksyun.vpn.{name}" for name in SPECS]
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2])}
    command = [sys.executable, "-m", "ansible.cli.doc", "--type", "module", "--json", *names]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def page(name: str) -> dict[str, Any]:
    return ansible_doc()[f"ksyun.vpn.{name}"]


def text_of(name: str, option: str) -> str:
    description = page(name)["doc"]["options"][option]["description"]
    return " ".join([description] if isinstance(description, str) else description)


def returned(name: str) -> dict[str, Any]:
    return page(name)["return"]


def info_of(resource: Resource) -> str:
    return f"{resource.name}_info"


# --- options ------------------------------------------------------------------------------------


@every_module
def test_options_are_those_of_the_argument_spec(name: str) -> None:
    def shape(option: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": option.get("type", "str"),
            "elements": option.get("elements"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": option.get("choices"),
            "aliases": sorted(option.get("aliases", [])),
        }

    def compare(documented: dict[str, Any], spec: dict[str, Any]) -> None:
        assert {option: shape(about) for option, about in documented.items()} == {
            option: shape(about) for option, about in spec.items()
        }
        for option, about in spec.items():
            compare(documented[option].get("suboptions", {}), about.get("options", {}))

    compare(page(name)["doc"]["options"], SPECS[name])


@every_module
@pytest.mark.parametrize("option", sorted(connection.ENVIRONMENT))
def test_environment_variables_are_named(name: str, option: str) -> None:
    named = re.findall(r"E\((\w+)\)", text_of(name, option))
    assert [variable for variable in dict.fromkeys(named) if variable not in connection.TERRAFORM] == list(
        connection.ENVIRONMENT[option]
    )


@every_module
def test_variables_of_the_terraform_provider_are_named(name: str) -> None:
    text = " ".join([text_of(name, "endpoint_url"), *page(name)["doc"]["notes"]])
    assert {variable for variable in connection.TERRAFORM if f"E({variable})" in text} == set(connection.TERRAFORM)


@every_module
def test_keys_of_a_profile_are_named(name: str) -> None:
    for key in connection.PROFILE_KEYS:
        assert f"V({key})" in text_of(name, "profile")


@every_field
def test_known_values_and_limits_are_named(resource: Resource, field: Field) -> None:
    text = text_of(resource.name, field.option)
    for value in [*(field.values or ()), field.minimum, field.maximum]:
        assert value is None or f"V({value})" in text


@every_field
def test_what_can_be_changed_in_place_is_said(resource: Resource, field: Field) -> None:
    text = text_of(resource.name, field.option)
    in_place = "can be changed in place" in text
    create_only = bool(re.search("[Cc]reate-only|can't be changed in place|only used on creation", text))
    assert (in_place, create_only) == (field.on_modify, not field.on_modify)
    assert ("interrupts the traffic" in text) == field.interrupts


@every_field
def test_what_a_creation_requires_is_said(resource: Resource, field: Field) -> None:
    assert bool(re.search("Required to create", text_of(resource.name, field.option))) == field.required


@every_module
def test_requirements_are_those_of_the_collection(name: str) -> None:
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and line[0] != "#"]
    wanted = [re.sub(r">=(.*)", r" \1 or newer", line) for line in lines]
    assert [line for line in page(name)["doc"]["requirements"] if not line.startswith("Python")] == wanted


# --- attributes ---------------------------------------------------------------------------------


@every_module
def test_attributes(name: str) -> None:
    attributes = page(name)["doc"]["attributes"]
    support = {attribute: about["support"] for attribute, about in attributes.items()}
    assert support == {
        "action": "full",
        "action_group": "full",
        "check_mode": "full",
        "diff_mode": "N/A" if name.endswith("_info") or name == ALONE else "full",
        "idempotent": "N/A" if name == ALONE else "full",
        "platform": "full",
    }
    assert attributes["action_group"]["membership"] == ["ksyun.vpn.vpn"]


def test_every_module_is_documented_and_in_the_action_group() -> None:
    files = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]
    assert set(SPECS) == files
    assert {name: sorted(members) for name, members in groups.items()} == {"vpn": sorted(files)}


# --- return values ------------------------------------------------------------------------------


@every_resource
def test_return_values_are_those_of_a_result(resource: Resource) -> None:
    parameters = {option: about.get("default") for option, about in SPECS[resource.name].items()}
    managed = manage.run_resource(resource, parameters, check_mode=False, diff=True, environment={})
    parameters = {option: about.get("default") for option, about in SPECS[info_of(resource)].items()}
    listed = info.run_info(resource, parameters, environment={})
    assert set(returned(resource.name)) == {*managed, "diff"} - OF_ANSIBLE  # diff: this one failed before its plan
    assert set(returned(info_of(resource))) == {*listed} - OF_ANSIBLE


@every_resource
def test_every_field_of_an_item_is_described(resource: Resource) -> None:
    public = set(resource.public(resource.blank()))
    secret = set(resource.blank()) - public
    item = returned(resource.name)[resource.name]["contains"]
    listed = returned(info_of(resource))[f"{resource.name}s"]["contains"]
    assert public <= set(item)
    judged = {"weak_algorithms"} if resource.weak else set()
    asked = {resource.led_to_by} - {None}  # what a listing has on request
    assert set(listed) == set(item) | secret | judged | asked
    for field in resource.fields:
        if field.returned and not field.secret:
            expected = {"int": "int", "bool": "bool", "cidrs": "list"}.get(field.type, "str")
            assert item[field.option]["type"] == listed[field.option]["type"] == expected
            assert item[field.option]["returned"] == "always"


@pytest.mark.parametrize("name", OF_SITES)
def test_return_values_of_sites_are_those_of_a_result(name: str) -> None:
    entry = sites.SitesEntry() if name == "sites" else sites.SitesInfoEntry()
    parameters = {option: about.get("default") for option, about in SPECS[name].items()}
    parameters |= {"vpn_gateway": "main", "sites": []}
    result = entry.run(parameters, check_mode=False, diff=True, environment={})
    assert result["error"]["kind"] == "configuration"
    found = {*result, *({"diff"} if name == "sites" else {"pre_shared_keys"})}
    assert set(returned(name)) == found - OF_ANSIBLE - {"invocation"}
    if name == "sites":
        assert set(returned(name)["counts"]["contains"]) == set(sites.OUTCOMES) == set(result["counts"])
        own = {cls.kind for cls in failures() if cls.__module__ == reconciler_sites.__name__}
        named = set(re.findall(r"V\((\w+)\)", " ".join(returned(name)["error"]["contains"]["kind"]["description"])))
        assert own <= named


@every_module_of_a_resource
def test_calls_are_described(name: str) -> None:
    assert set(returned(name)["api_calls"]["contains"]) == set(vars(Call("", False)))


@every_resource
def test_plan_and_diff_are_described(resource: Resource) -> None:
    step = model.Step("create", "", "", {}, [model.Change(resource.settable[0], None, "a")]).render()
    described = returned(resource.name)["plan"]["contains"]
    assert set(described) == set(step)
    assert set(described["fields"]["contains"]) == set(step["fields"][0])
    assert set(returned(resource.name)["diff"]["contains"]) == set(
        diff_of(model.Plan([], None, None, None, {}), resource)
    )


_OWN = (verify.__name__, batch.__name__, reconciler_sites.__name__)  # failures that only their own modules have


def failures(cls: type[Any] = errors.KsyunError) -> Iterator[type[Any]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from failures(sub)


@every_resource
def test_every_kind_of_failure_is_described(resource: Resource) -> None:
    classes = {cls.__name__: cls for cls in failures() if cls.__module__ not in _OWN}
    assert InUseError in classes.values()
    kinds = {cls.kind for cls in classes.values()} - {errors.DryRunSucceeded.kind} | {"internal"}
    keys = {"where"}
    for name, arguments in {
        "InvalidOptionsError": [[]],
        "ImmutableChangeError": ["", [], model.Plan([], None, None, None, {})],
        "AmbiguousNameError": ["", []],
        "ServiceError": ["", ""],
        "InUseError": ["", ""],
    }.items():
        keys |= set(classes[name](*arguments).details())
    if resource.moves:
        keys.add(f"missing_{resource.led_to_by}")
    elif not resource.used_by:  # nothing to be in use by
        kinds.discard("in_use")
        keys.discard("users")
    if (
        resource.spares({}, {}) is None and resource.spares({"system": True}, {}) is None
    ):  # nothing that no task may touch
        kinds.discard("protected")
    described = returned(resource.name)["error"]["contains"]
    assert set(described) == keys
    named = set(re.findall(r"V\((\w+)\)", " ".join(described["kind"]["description"])))
    assert named == kinds
    assert set(returned(info_of(resource))["error"]["contains"]) <= keys


@every_module
def test_everything_returned_has_a_description_a_type_and_a_sample(name: str) -> None:
    def check(values: dict[str, Any]) -> None:
        for key, about in values.items():
            assert about["description"], key
            assert about["type"], key
            assert about["returned"], key
            assert "sample" in about or "contains" in about, key
            check(about.get("contains", {}))

    check(returned(name))


# --- examples -----------------------------------------------------------------------------------


@every_module
def test_examples_use_what_there_is(name: str) -> None:
    tasks = yaml.safe_load(page(name)["examples"])
    own = [module for task in tasks for module in task if module.startswith("ksyun.vpn.")]
    assert f"ksyun.vpn.{name}" in own
    for task in tasks:
        for module in set(task) & set(own):
            assert set(task[module]) <= set(SPECS[module.rpartition(".")[2]])
            for option in ("access_key", "secret_key", "security_token", "pre_shared_key"):
                assert "{{ vault_" in task[module].get(option, "{{ vault_"), "a secret in an example"


VPCS = [{"VpcId": "a8979fe2-cf1a-47b9-80f6-57445227c541", "VpcName": "production"}]
GATEWAYS = [
    {
        "VpnGatewayId": "38414867-ae6a-4a32-acbe-7502defa42bd",
        "VpnGatewayName": "office",
        "VpcId": "a8979fe2-cf1a-47b9-80f6-57445227c541",
    },
    {
        "VpnGatewayId": "48414867-ae6a-4a32-acbe-7502defa42bd",
        "VpnGatewayName": "datacentre",
        "VpnGatewayVersion": "2.0",
    },
]
CUSTOMERS = [
    {"CustomerGatewayId": "020e00e0-a544-4e25-8f81-6bb15b449040", "CustomerGatewayName": "berlin"},
    {"CustomerGatewayName": "hamburg"},
]
TUNNELS = [
    {
        "VpnTunnelName": "berlin",
        "VpnGatewayId": GATEWAYS[0]["VpnGatewayId"],
        "CustomerGatewayId": CUSTOMERS[0]["CustomerGatewayId"],
    },
    {
        "VpnTunnelName": "berlin-route",
        "VpnGatewayId": GATEWAYS[1]["VpnGatewayId"],
        "CustomerGatewayId": CUSTOMERS[0]["CustomerGatewayId"],
    },
]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Any]:
    testing = pytest.importorskip("emulator.testing")
    with testing.running_emulator() as handle:
        yield handle


@pytest.mark.parametrize("name", [*OF_RESOURCES, *OF_SITES])
def test_examples_run(name: str, emulator: Any, tmp_path: Path) -> None:
    """All examples of a module, one after the other, in an account that has what they speak of."""
    emulator.reset()
    if name not in ("vpn_gateway", "customer_gateway"):
        tunnels = [] if name == "vpn_tunnel" else TUNNELS
        emulator.seed(VpcSet=VPCS, VpnGatewaySet=GATEWAYS, CustomerGatewaySet=CUSTOMERS, VpnTunnelSet=tunnels)
    playbook = tmp_path / "examples.yml"
    tasks = yaml.safe_load(page(name)["examples"])
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    variables = {
        "ansible_python_interpreter": sys.executable,
        "vault_ksyun_access_key": emulator.access_key,
        "vault_ksyun_secret_key": emulator.secret_key,
        "vault_berlin_pre_shared_key": "invented-key-of-berlin",
        "vault_berlin_new_pre_shared_key": "invented-new-key-of-berlin",
        "vault_hamburg_pre_shared_key": "invented-key-of-hamburg",
        "vault_shanghai_pre_shared_key": "invented-key-of-shanghai",
        "vault_chengdu_pre_shared_key": "invented-key-of-chengdu",
    }
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT.parents[2]),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "KSYUN_ENDPOINT_URL": emulator.url,
        "KSYUN_REGION": emulator.region,
        "KSYUN_ACCESS_KEY": emulator.access_key,
        "KSYUN_SECRET_KEY": emulator.secret_key,
    }
    command = [sys.executable, "-m", "ansible.cli.playbook", str(playbook), "--extra-vars", json.dumps(variables)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "invented" not in ran.stdout + ran.stderr
