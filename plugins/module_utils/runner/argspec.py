# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs of the modules, made from the resources' tables."""

from __future__ import annotations

import typing as t

from ..resources.schema import Field, Resource, snake_case

Spec = dict[str, dict[str, t.Any]]

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
_TYPES = {"str": "str", "int": "int", "bool": "bool", "ipv4": "str", "interface": "str", "reference": "str"}


def _aliases(option: str, wire: str, *others: str) -> list[str]:
    """The API's own name of a field in snake_case, where the option is called otherwise."""
    return [alias for alias in (snake_case(wire), *others) if alias != option]


def _option(field: Field) -> dict[str, t.Any]:
    spec: dict[str, t.Any] = {"type": _TYPES[field.type]}
    aliases = _aliases(field.option, field.wire)
    if aliases:
        spec["aliases"] = aliases
    if field.secret:
        spec["no_log"] = True
    return spec


def _sees_projects(resource: Resource) -> bool:
    """Whether what the resource's tasks see depends on the project."""
    return resource.by_project or any(
        field.refers_to is not None and field.refers_to.by_project for field in resource.fields
    )


def resource_spec(resource: Resource) -> Spec:
    """The argument spec of the module that manages a resource."""
    spec: Spec = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "id": {"type": "str", "aliases": _aliases("id", resource.id_wire)},
        **{field.option: _option(field) for field in resource.settable},
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
    if resource.used_by:
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


def info_spec(resource: Resource) -> Spec:
    """The argument spec of the module that lists a resource."""
    spec: Spec = {
        "ids": {"type": "list", "elements": "str", "aliases": [f"{snake_case(resource.id_wire)}s"]},
        "name": {"type": "str"},
        "name_glob": {"type": "str"},
        "filters": {"type": "dict"},
    }
    if resource.scope is not None:
        scope = resource.field(resource.scope[0])
        spec[scope.option] = _option(scope)
    if resource.by_project:
        spec["project_ids"] = {"type": "list", "elements": "str"}
    elif _sees_projects(resource):
        spec["project_id"] = {"type": "str"}
    for field in resource.fields:
        if field.secret:
            spec[f"include_{field.option}"] = {"type": "bool", "default": False, "no_log": False}
    return {**spec, **CONNECTION}
