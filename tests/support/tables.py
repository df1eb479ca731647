# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one list of resources, for all suites: found by the folder of the tables, so that a new one is in all at once."""

from __future__ import annotations

import importlib
import pkgutil
import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils import resources
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field, Item, Resource


def _found() -> dict[str, Resource]:
    modules = [
        importlib.import_module(f"{resources.__name__}.{module.name}")
        for module in pkgutil.iter_modules(resources.__path__)
    ]
    tables = {module.RESOURCE.name: module.RESOURCE for module in modules if hasattr(module, "RESOURCE")}
    assert tables, f"there are no tables in {list(resources.__path__)}"
    return tables


RESOURCES = _found()
# Those that are called by a name alone, of which the accounts of suites are made; the others have their own tests.
NAMED = {name: resource for name, resource in RESOURCES.items() if resource.identity.by == ("name",)}


def plain_value(field: Field) -> t.Any:
    """A value that an option takes, the same each time."""
    if field.values:
        known = next(iter(field.values))
        return int(known) if field.type == "int" else known
    if field.refers_to is not None:
        return f"plain {field.refers_to.resource.noun}"
    values: dict[str, t.Any] = {
        "int": 1 if field.minimum is None else field.minimum,
        "bool": True,
        "ipv4": "203.0.113.9",
        "interface": "169.254.10.1/30",
        "cidr": "10.9.0.0/16",
    }
    return values.get(field.type, f"plain-{field.option}-not-real")


def plain_options(resource: Resource) -> Item:
    """Options that suffice to create a resource, as far as its table says what that takes."""
    return {field.option: plain_value(field) for field in resource.fields if field.required}
