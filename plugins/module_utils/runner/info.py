# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing resources for the C(_info) modules. Reads only, in check mode too."""

from __future__ import annotations

import typing as t

from ..api.client import Client
from ..api.connection import resolve
from ..api.errors import InvalidOptionsError
from ..api.redaction import Redactor
from ..api.transport.pool import Channel
from ..reconciler.listing import gather
from ..reconciler.lookup import Lookup
from ..reconciler.reconcile import blank
from ..resources.schema import Item, Resource
from ..resources.types import is_id
from .argspec import ArgSpec, Parameters, info_spec
from .manage import ChannelFactory
from .result import Result, check_text, failed, redactor, trace


def run_info(
    resource: Resource,
    parameters: Parameters,
    *,
    environment: t.Mapping[str, str],
    open_channel: ChannelFactory = Channel,
    redact: Redactor | None = None,
) -> Result:
    """List resources under C(<name>s). C(redact) is the task's redactor, which learns here what else is secret."""
    redact = redact or redactor(ArgSpec(info_spec(resource)), parameters, environment)
    redact.names.update([f"{resource.name}s", *resource.blank()])
    client: Client | None = None
    failure: Result = {}
    items: list[dict[str, t.Any]] = []
    warnings: list[str] = []
    secrets = any(parameters.get(f"include_{field.option}") for field in resource.fields if field.secret)
    try:
        check_text(parameters)
        client = Client(resolve(parameters, environment), redact, open_channel)
        items = gather(
            client,
            resource,
            ids=parameters.get("ids"),
            key={field.option: parameters[field.option] for field in resource.key if _given(parameters, field.option)},
            name_glob=parameters.get("name_glob"),
            filters=parameters.get("filters"),
            place=place_of(client, resource, parameters),
            project_ids=parameters.get("project_ids"),
            secrets=secrets,
        )
        if resource.led_to_by and parameters.get(resource.led_to_by):
            warnings += _add_followers(client, resource, items, parameters)
        if parameters.get("include_weak_algorithms"):
            items = _judged(items, redact)
    except Exception as error:  # pylint: disable=broad-except
        failure = failed(error, redact)
    return redact({"changed": False, f"{resource.name}s": items, **trace(client, warnings), **failure})


def _add_followers(client: Client, resource: Resource, items: list[Item], parameters: Parameters) -> list[str]:
    """Add to each item by which networks it is led to, None where that can't be told; sentences that say why not."""
    from ..reconciler.following import Shared, following

    lookup = Lookup(
        client, resource, parameters.get("project_id") or next(iter(parameters.get("project_ids") or ()), None)
    )
    listed, warnings = Shared(lookup), []
    for item in items:
        led = following(lookup, item, listed)
        networks = [follower.item[field.option] for follower in led.found for field in follower.kind.key]
        item[str(resource.led_to_by)] = None if led.mixed else list(dict.fromkeys(networks))
        warnings += [f"{each[0].upper()}{each[1:]}." for each in (*led.mixed, *led.doubts)]
    return warnings


def _judged(items: list[dict[str, t.Any]], redact: Redactor) -> list[dict[str, t.Any]]:
    """The items with what is weak of each, and who says so."""
    from ..devices.audit import weaknesses

    redact.names.update(["weak_algorithms", "option", "value", "standard", "reason"])
    return [{**item, "weak_algorithms": weaknesses(item)} for item in items]


def _given(parameters: Parameters, option: str) -> bool:
    return parameters.get(option) is not None


def place_of(client: Client, resource: Resource, parameters: Parameters) -> Item:
    """The scope that the user gave, with the id of what is named there."""
    scope = resource.scope
    options = [*resource.identity.by, "name_glob", "project_id", *((scope.option,) if scope else ()), "vpc"]
    faults = blank({option: parameters.get(option) for option in options}, [])
    if faults:
        raise InvalidOptionsError(faults)
    named = None if scope is None else resource.field(scope.option).named
    if scope is not None and named is not None and parameters.get(named[0]) is not None:
        if parameters.get(scope.option) is not None:
            raise InvalidOptionsError([f"{scope.option} and {named[0]} say the same: set one of them"])
        lookup = Lookup(client, resource, parameters.get("project_id"))
        return {scope.option: lookup.named(*named, parameters[named[0]])}
    if scope is None or not parameters.get(scope.option):
        return {}
    reference, value = resource.field(scope.option), parameters[scope.option]
    if reference.refers_to is not None and not (is_id(value) and value == value.lower()):
        value = Lookup(client, resource, parameters.get("project_id")).parent(reference, value, {})["id"]
    return {scope.option: value}
