# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's parameters to its result: plain values in, plain values out, no exception escapes.

All that leaves here has passed the redactor.
"""

from __future__ import annotations

import typing as t

from ..api.client import Client
from ..api.connection import Connection, resolve
from ..api.redaction import Redactor
from ..api.transport.pool import Channel
from ..reconciler.diff import as_text, diff_of
from ..reconciler.model import Desired, Outcome, Policy, matches_key
from ..reconciler.notes import folder
from ..reconciler.reconcile import Reconciler
from ..resources.schema import Resource
from .argspec import ArgSpec, Parameters, resource_spec
from .result import Result, check_text, failed, redactor, trace

ChannelFactory = t.Callable[[Connection], Channel]


def run_resource(
    resource: Resource,
    parameters: Parameters,
    *,
    check_mode: bool,
    diff: bool,
    environment: t.Mapping[str, str],
    open_channel: ChannelFactory = Channel,
    redact: Redactor | None = None,
) -> Result:
    """Reconcile one resource.

    The result holds C(failed) and C(msg) if it failed; C(warnings) are the caller's to show. C(redact) is the task's
    redactor, which learns here what else is secret.
    """
    redact = redact or redactor(ArgSpec(resource_spec(resource)), parameters, environment)
    redact.names.update([resource.name, *resource.blank(), *_matches(resource)])
    client: Client | None = None
    try:
        check_text(parameters)
        client = Client(resolve(parameters, environment), redact, open_channel)
        policy = _policy(resource, parameters, check_mode, environment)
        outcome = Reconciler(client, resource, _desired(resource, parameters), policy).run()
    except Exception as error:  # pylint: disable=broad-except
        outcome = Outcome(failure=error)
    failure = failed(outcome.failure, redact) if outcome.failure else {}
    result: Result = {
        "changed": outcome.changed,
        resource.name: None if outcome.item is None else resource.public(outcome.item),
        "plan": [step.render() for step in outcome.plan.steps] if outcome.plan else [],
        "summary": outcome.plan.summary if outcome.plan else "",
        **dict.fromkeys(_matches(resource)),
        **outcome.secrets_match,
        "not_compared": list(outcome.not_compared),
    }
    if diff and outcome.plan:
        result["diff"] = diff_of(outcome.plan, resource)
    shown = redact({**result, **trace(client, outcome.warnings), **failure})
    return {**shown, "diff": as_text(shown["diff"])} if "diff" in shown else shown


def _matches(resource: Resource) -> list[str]:
    return [matches_key(field) for field in resource.settable if field.secret]


def _desired(resource: Resource, parameters: Parameters) -> Desired:
    options = {
        field.option: parameters[field.option]
        for field in resource.settable
        if parameters.get(field.option) is not None
    }
    named = {
        field.named[0]: parameters[field.named[0]]
        for field in resource.settable
        if field.named and parameters.get(field.named[0]) is not None
    }
    return Desired(options, parameters.get("id"), parameters["state"], named)


def _policy(resource: Resource, parameters: Parameters, check_mode: bool, environment: t.Mapping[str, str]) -> Policy:
    update = [parameters.get(f"update_{field.option}") for field in resource.settable if field.secret]
    return Policy(
        project_id=parameters.get("project_id"),
        check_mode=check_mode,
        on_immutable_change=parameters["on_immutable_change"],
        update_secrets="on_create" not in update,
        strict=not parameters["allow_unknown_values"],
        probe=parameters["probe"],
        move=parameters.get(f"move_{resource.led_to_by}", True),
        wait=parameters["wait"],
        wait_timeout=parameters["wait_timeout"],
        wait_for_state=parameters.get("wait_for_state"),
        removed_before=parameters.get("removed_before") or (),
        notes=folder(environment),
    )
