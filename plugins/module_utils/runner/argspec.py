# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs as values, and those of the modules, made from the resources' tables."""

from __future__ import annotations

import typing as t

from ..api.redaction import MASK, Redactor
from ..resources.schema import Field, Resource
from ..resources.types import snake_case

Spec = dict[str, dict[str, t.Any]]
Parameters = t.Mapping[str, t.Any]
Rules = tuple[tuple[t.Any, ...], ...]


def names_of(option: str, details: dict[str, t.Any]) -> list[str]:
    """An option under all its names: Ansible gives it under each that was used."""
    return [option, *details.get("aliases", ())]


def _sub_options(details: dict[str, t.Any], value: t.Any) -> list[tuple[ArgSpec, t.Any]]:
    """The dictionaries in the value of an option that has sub-options, each with the spec of these."""
    inner = ArgSpec(details.get("options") or {})
    values = value if isinstance(value, (list, tuple)) else [value]
    return [(inner, item) for item in values if inner.options and isinstance(item, t.Mapping)]


class ArgSpec(t.NamedTuple):
    """The options of a module, with sub-options at any depth, and the rules that bind them to each other."""

    options: Spec
    required_one_of: Rules = ()
    required_together: Rules = ()
    required_if: Rules = ()
    mutually_exclusive: Rules = ()

    def merge(self, other: ArgSpec) -> ArgSpec:
        """The options and rules of both."""
        rules = (ours + theirs for ours, theirs in zip(self[1:], other[1:]))
        return ArgSpec({**self.options, **other.options}, *rules)

    def rules(self) -> dict[str, list[t.Any]]:
        """The rules that there are, as AnsibleModule and its validator take them."""
        return {name: list(rules) for name, rules in self._asdict().items() if name != "options" and rules}

    def names(self) -> set[str]:
        """The names of all options and sub-options."""
        inner = (ArgSpec(details.get("options") or {}).names() for details in self.options.values())
        return {*self.options, *(name for names in inner for name in names)}

    def secret_options(self) -> set[str]:
        """The options with C(no_log), under all their names."""
        return {
            name
            for option, details in self.options.items()
            if details.get("no_log")
            for name in names_of(option, details)
        }

    def secrets(self, parameters: Parameters) -> t.Iterator[t.Any]:
        """The values of the options with C(no_log), those of sub-options and in dictionaries among them."""
        for option in sorted(self.secret_options()):
            value = parameters.get(option)
            yield from value.values() if isinstance(value, t.Mapping) else [value]
        for option, details in self.options.items():
            for name in names_of(option, details):
                for inner, item in _sub_options(details, parameters.get(name)):
                    yield from inner.secrets(item)

    def shown(self, parameters: Parameters, redact: Redactor) -> dict[str, t.Any]:
        """Parameters as they may be shown: the options with C(no_log) masked, and what is in the others."""
        secret = self.secret_options()
        by_name = {name: details for option, details in self.options.items() for name in names_of(option, details)}

        def show(option: str, value: t.Any) -> t.Any:
            if option in secret and value is not None:
                return MASK
            inner = ArgSpec(by_name.get(option, {}).get("options") or {})
            if inner.options and isinstance(value, (list, tuple)):
                return [show(option, item) for item in value]
            if inner.options and isinstance(value, t.Mapping):
                return inner.shown(value, redact)
            return redact(value)

        return {option: show(option, value) for option, value in parameters.items()}


CONNECTION: Spec = {
    "access_key": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True, "aliases": ["session_token"]},
    "region": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "profile": {"type": "str"},
    "credentials_file": {"type": "path"},
    "request_method": {"type": "str", "choices": ["GET", "POST"], "default": "GET"},
    "signature_version": {"type": "str", "choices": ["v4", "v4-query", "simplified"], "default": "v4"},
    "response_format": {"type": "str", "choices": ["json", "xml"], "default": "json"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_bundle": {"type": "path", "aliases": ["ca_path"]},
    "use_proxy": {"type": "bool", "default": True},
    "proxy_url": {"type": "str", "no_log": True},
    "connect_timeout": {"type": "float", "default": 10},
    "read_timeout": {"type": "float", "default": 60},
    "max_attempts": {"type": "int", "default": 10},
    "max_retry_time": {"type": "float", "default": 120},
}


def _aliases(option: str, wire: str, *others: str) -> list[str]:
    """The API's own name of a field in snake_case, where the option is called otherwise."""
    return [alias for alias in (snake_case(wire), *others) if alias != option]


def option_of(field: Field) -> dict[str, t.Any]:
    """The option of a field."""
    spec: dict[str, t.Any] = {"type": field.kind.option}
    aliases = _aliases(field.option, field.wire)
    if aliases:
        spec["aliases"] = aliases
    if field.secret:
        spec["no_log"] = True
    return spec


def _sees_projects(resource: Resource) -> bool:
    """Whether what the resource's tasks see depends on the project."""
    return resource.by_project or any(
        field.refers_to is not None and field.refers_to.resource.by_project for field in resource.fields
    )


def spec_of(resource: Resource, *, lists: bool) -> ArgSpec:
    """The argument spec, with its rules, of the module that manages a resource, or of the one that lists it."""
    options = info_spec(resource) if lists else resource_spec(resource)
    named = [(field.option, field.named[0]) for field in resource.settable if field.named]
    return ArgSpec(options, mutually_exclusive=tuple(pair for pair in named if set(pair) <= set(options)))


def resource_spec(resource: Resource) -> Spec:
    """The argument spec of the module that manages a resource."""
    spec: Spec = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "id": {"type": "str", "aliases": _aliases("id", resource.id_wire)},
        **{field.option: option_of(field) for field in resource.settable},
        **{field.named[0]: {"type": "str"} for field in resource.settable if field.named},
        # Read-only: ignored, so that what a module returns can be given back to it.
        **{field.option: {"type": "raw"} for field in resource.fields if not field.settable},
        "on_immutable_change": {"type": "str", "choices": ["fail", "replace"], "default": "fail"},
        "allow_unknown_values": {"type": "bool", "default": False},
        "probe": {"type": "bool", "default": True},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 300},
    }
    if _sees_projects(resource):
        spec["project_id"] = {"type": "str"}
    if any(field.option == "status" for field in resource.fields):
        spec["wait_for_state"] = {"type": "str"}
    if resource.moves:
        spec[f"move_{resource.led_to_by}"] = {"type": "bool", "default": True}
    if resource.used_by or resource.moves:
        spec["removed_before"] = {"type": "list", "elements": "str"}
    for field in resource.settable:
        if field.secret:
            spec[f"update_{field.option}"] = {
                "type": "str",
                "choices": ["always", "on_create"],
                "default": "always",
                "no_log": False,
            }
    return {**spec, **CONNECTION}


def status_spec(tunnels: Resource) -> Spec:
    """The argument spec of the module that tells whether tunnels are up: which ones, and how long to wait for them."""
    chosen = ("ids", "name", "name_glob", "vpn_gateway", "project_id")
    return {
        **{option: details for option, details in info_spec(tunnels).items() if option in chosen},
        "wait_for": {"type": "str", "choices": ["any", "all"]},
        "wait_timeout": {"type": "float", "default": 300},
        **CONNECTION,
    }


def info_spec(resource: Resource) -> Spec:
    """The argument spec of the module that lists a resource."""
    spec: Spec = {
        "ids": {"type": "list", "elements": "str", "aliases": [f"{snake_case(resource.id_wire)}s"]},
        **{field.option: {"type": field.kind.option} for field in resource.key},
        **({"name_glob": {"type": "str"}} if "name" in resource.identity.by else {}),
        "filters": {"type": "dict"},
    }
    scope = None if resource.scope is None else resource.field(resource.scope.option)
    if scope is not None:
        spec[scope.option] = option_of(scope)
        if scope.named:
            spec[scope.named[0]] = {"type": "str"}
    if resource.by_project:
        spec["project_ids"] = {"type": "list", "elements": "str"}
    elif scope is not None and scope.refers_to is not None and scope.refers_to.resource.by_project:
        spec["project_id"] = {"type": "str"}
    if resource.led_to_by:
        spec[resource.led_to_by] = {"type": "bool", "default": False}
    for field in resource.fields:
        if field.secret:
            spec[f"include_{field.option}"] = {"type": "bool", "default": False, "no_log": False}
    if resource.weak:
        spec["include_weak_algorithms"] = {"type": "bool", "default": False}
    return {**spec, **CONNECTION}
