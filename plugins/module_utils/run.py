# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's parameters to its result: plain values in, plain values out, no exception escapes.

All that leaves here has passed the redactor.
"""

from __future__ import annotations

import typing as t

from .api.channel import Channel
from .api.client import Client
from .api.connection import ENVIRONMENT, Connection, resolve
from .api.errors import InvalidOptionsError
from .api.secrets import MASK, Redactor, password_of
from .argspec import Spec, resource_spec
from .notes import folder
from .plan import as_text, matches_key
from .reconcile import Reconciler
from .resources.schema import Resource
from .task import Outcome, Task

Parameters = t.Mapping[str, t.Any]
Result = dict[str, t.Any]
Open = t.Callable[[Connection], Channel]

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")  # environment variables, also in capitals
# Words of the results: never masked, even if a secret is one of them.
_NAMES = (
    *("changed", "failed", "msg", "warnings", "diff", "before", "after", "before_header", "after_header"),
    *("not_compared", "summary"),
    *("plan", "action", "target", "fields", "option", "reason", "interrupts_traffic", "permitted"),
    *("create", "update", "delete"),
    *("api_calls", "dry_run", "http_status", "request_id", "attempts", "milliseconds"),
    *("error", "kind", "code", "message", "hint", "where", "faults", "options", "ids", "users"),
)


def run_resource(
    resource: Resource,
    parameters: Parameters,
    *,
    check_mode: bool,
    diff: bool,
    environment: t.Mapping[str, str],
    open_channel: Open = Channel,
    redact: Redactor | None = None,
) -> Result:
    """Reconcile one resource.

    The result holds C(failed) and C(msg) if it failed; C(warnings) are the caller's to show. C(redact) is the task's
    redactor, which learns here what else is secret.
    """
    redact = redact or redactor(resource_spec(resource), parameters, environment)
    redact.names.update([resource.name, *resource.blank(), *_matches(resource)])
    client: Client | None = None
    reconciler: Reconciler | None = None
    failure: Result = {}
    try:
        check_text(parameters)
        client = Client(resolve(parameters, environment), redact, open_channel)
        reconciler = Reconciler(client, resource, _task(resource, parameters, check_mode, environment))
        outcome = reconciler.run()
    except Exception as error:  # pylint: disable=broad-except
        from .failing import failed  # here, as each module compiles what it imports

        failure = failed(error, redact)
        outcome = reconciler.outcome if reconciler else Outcome()
    result: Result = {
        "changed": outcome.changed,
        resource.name: None if outcome.item is None else resource.public(outcome.item),
        "plan": [step.render() for step in outcome.plan.steps] if outcome.plan else [],
        "summary": outcome.plan.summary if outcome.plan else "",
        **dict.fromkeys(_matches(resource)),
        **outcome.secrets_match,
        "not_compared": outcome.not_compared,
    }
    if diff and outcome.plan:
        result["diff"] = outcome.plan.diff(resource)
    shown = redact({**result, **trace(client, outcome.warnings), **failure})
    return {**shown, "diff": as_text(shown["diff"])} if "diff" in shown else shown


def check_text(parameters: Parameters) -> None:
    """Raise L(InvalidOptionsError) for options that hold halves of characters, which no request can carry."""
    faults = [f"{option} is not valid Unicode text" for option, value in parameters.items() if not _encodable(value)]
    if faults:
        raise InvalidOptionsError(faults)


def _encodable(value: t.Any) -> bool:
    if isinstance(value, t.Mapping):
        return all(map(_encodable, (*value.keys(), *value.values())))
    if isinstance(value, (list, tuple)):
        return all(map(_encodable, value))
    return not isinstance(value, str) or value.encode(errors="ignore").decode() == value


def _matches(resource: Resource) -> list[str]:
    return [matches_key(field) for field in resource.settable if field.secret]


def _task(resource: Resource, parameters: Parameters, check_mode: bool, environment: t.Mapping[str, str]) -> Task:
    wanted = {
        field.option: parameters[field.option]
        for field in resource.settable
        if parameters.get(field.option) is not None
    }
    update = [parameters.get(f"update_{field.option}") for field in resource.settable if field.secret]
    return Task(
        wanted=wanted,
        id=parameters.get("id"),
        project_id=parameters.get("project_id"),
        state=parameters["state"],
        check_mode=check_mode,
        on_immutable_change=parameters["on_immutable_change"],
        update_secrets="on_create" not in update,
        strict=not parameters["allow_unknown_values"],
        probe=parameters["probe"],
        wait=parameters["wait"],
        wait_timeout=parameters["wait_timeout"],
        wait_for_state=parameters.get("wait_for_state"),
        removed_before=parameters.get("removed_before") or (),
        notes=folder(environment),
    )


def shown(spec: Spec, parameters: Parameters, redact: Redactor) -> Result:
    """A task's parameters as they may be shown: the options with C(no_log) masked, and what is in the others."""
    secret = _secret_options(spec)
    return {
        option: MASK if option in secret and value is not None else redact(value)
        for option, value in parameters.items()
    }


def _secret_options(spec: Spec) -> set[str]:
    """The options with C(no_log), under all their names: Ansible gives an option under each name that was used."""
    return {
        name
        for option, details in spec.items()
        if details.get("no_log")
        for name in (option, *details.get("aliases", ()))
    }


def _secrets(spec: Spec, parameters: Parameters) -> t.Iterator[t.Any]:
    """The values of the options with C(no_log), those of sub-options among them."""
    for option in sorted(_secret_options(spec)):
        yield parameters.get(option)
    for option, details in spec.items():
        value = parameters.get(option)
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, t.Mapping):
                yield from _secrets(details.get("options") or {}, item)


def redactor(spec: Spec, parameters: Parameters, environment: t.Mapping[str, str]) -> Redactor:
    """The redactor of a task: what its parameters and the environment have of secrets and of proxies' passwords."""
    secret = _secret_options(spec)
    secrets = list(_secrets(spec, parameters))
    secrets += [environment.get(name) for option in sorted(secret) for name in ENVIRONMENT.get(option, ())]
    urls = [parameters.get("proxy_url"), *(url for name, url in environment.items() if name.lower() in _PROXIES)]
    public = [value for option, value in parameters.items() if option not in secret]
    return Redactor([*secrets, *(password for url in urls for password in password_of(url))], public, [*_NAMES, *spec])


def trace(client: Client | None, warnings: list[str]) -> Result:
    return {
        "api_calls": [vars(call) for call in client.calls] if client else [],
        "warnings": list(dict.fromkeys([*(client.warnings if client else []), *warnings])),
    }


def refused(problem: str | BaseException, redact: Redactor) -> Result:
    """The result of a task that did not come to be run: C(problem) is what its options lack, or a fault of ours."""
    from .failing import failed

    return {"failed": True, "msg": redact.text(problem)} if isinstance(problem, str) else failed(problem, redact)
