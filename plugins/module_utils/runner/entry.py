# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands behind a module's name: its argument spec, and what is done with the parameters.

The same in a module of its own process and in the action plugin of that name.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..api.errors import InvalidOptionsError
from ..api.redaction import Redactor
from ..api.transport.pool import Channel
from ..resources.schema import Resource
from . import retyping
from .argspec import ArgSpec, Parameters, names_of, spec_of, status_spec
from .manage import ChannelFactory, run_resource
from .result import Result, redactor, refused

Environment = t.Mapping[str, str]
Tell = t.Callable[[str], None]


class Entry(t.NamedTuple):
    """The entry of one module. C(lists): it only reads. C(asks): whether tunnels are up, instead of what there is."""

    resource: Resource
    spec: ArgSpec
    lists: bool
    asks: bool = False

    def run(
        self,
        parameters: Parameters,
        *,
        check_mode: bool,
        diff: bool,
        environment: Environment,
        open_channel: ChannelFactory = Channel,
        given: Parameters | None = None,
    ) -> Result:
        """The whole result for parameters that the spec accepts, its C(warnings) as a list.

        C(given) are the parameters as they were before the spec made texts of numbers.
        """
        faults = retyping.faults(self.spec.options, given or {})
        if faults:
            return self.refuse(parameters, InvalidOptionsError(faults), environment)
        redact = redactor(
            self.spec, parameters, environment
        )  # one: the invocation may hold what the task comes to know
        if self.asks:
            from .status import run_status

            result = run_status(
                parameters, check_mode=check_mode, environment=environment, open_channel=open_channel, redact=redact
            )
        elif self.lists:
            from .info import run_info

            result = run_info(
                self.resource, parameters, environment=environment, open_channel=open_channel, redact=redact
            )
        else:
            result = run_resource(
                self.resource,
                parameters,
                check_mode=check_mode,
                diff=diff,
                environment=environment,
                open_channel=open_channel,
                redact=redact,
            )
        told = [*redact(retyping.warnings(self.spec.options, given or {}, self._names())), *result["warnings"]]
        return {**result, "warnings": told, **_invocation(self.spec.shown(parameters, redact))}

    def accepted(self, arguments: Parameters) -> dict[str, t.Any]:
        """The arguments of a task, without what is none of its business.

        That is what an item of the service has beside the options. Only a task that has C(create_time) is taken for
        such an item, given back as it was returned: in any other, what is no option is a mistake.
        """
        if self.lists or "create_time" not in arguments:
            return dict(arguments)
        known = {name for option, details in self.spec.options.items() for name in names_of(option, details)}
        return {name: value for name, value in arguments.items() if name in known or name.startswith("_ansible_")}

    def refuse(self, parameters: Parameters, problem: str | BaseException, environment: Environment) -> Result:
        """The result for a task that was not run: the spec does not accept its parameters, or something broke."""
        redact = redactor(self.spec, parameters, environment)
        return {**refused(problem, redact), **_invocation(self.spec.shown(parameters, redact))}

    def _names(self) -> list[str]:
        """The options that take names."""
        names = ["name", "name_glob", *(field.option for field in self.resource.references)]
        names += [field.named[0] for field in self.resource.settable if field.named]
        return [name for name in names if name in self.spec.options]

    def revealed_secrets(self, result: Result) -> list[str]:
        """The secrets that a result holds because the task asked for them."""
        if not self.lists:
            return []
        options = [field.option for field in self.resource.fields if field.secret]
        items = result.get(f"{self.resource.name}s", [])
        return [str(item[option]) for item in items for option in options if item.get(option) is not None]


@dataclass(frozen=True)
class Run:
    """How a task is run."""

    check_mode: bool
    diff: bool
    environment: Environment
    open_channel: ChannelFactory
    redact: Redactor
    tell: Tell | None


class OwnEntry:
    """The entry of a module that has no resource of its own."""

    spec: ArgSpec
    lists = False

    def run(
        self,
        parameters: Parameters,
        *,
        check_mode: bool,
        diff: bool,
        environment: Environment,
        open_channel: ChannelFactory = Channel,
        given: Parameters | None = None,
        tell: Tell | None = None,
    ) -> Result:
        """The same as of L(Entry). C(tell) is called with lines on how far the task has come."""
        faults = retyping.faults(self.spec.options, given or {})
        if faults:
            return self.refuse(parameters, InvalidOptionsError(faults), environment)
        redact = redactor(self.spec, parameters, environment)
        run = Run(check_mode, diff, environment, open_channel, redact, tell)
        return {**self.result(parameters, run), **_invocation(self.spec.shown(parameters, redact))}

    def result(self, parameters: Parameters, run: Run) -> Result:
        """What the module returns, without secrets; its failure is a part of it."""
        raise NotImplementedError

    def accepted(self, arguments: Parameters) -> dict[str, t.Any]:
        """All arguments are its business."""
        return dict(arguments)

    def revealed_secrets(self, _result: Result) -> list[str]:
        """No secret is returned."""
        return []

    def refuse(self, parameters: Parameters, problem: str | BaseException, environment: Environment) -> Result:
        """The result for a task that was not run."""
        redact = redactor(self.spec, parameters, environment)
        return {**refused(problem, redact), **_invocation(self.spec.shown(parameters, redact))}


def _invocation(arguments: Result) -> Result:
    return {"invocation": {"module_args": arguments}}


def manage_entry(resource: Resource) -> Entry:
    """The entry of the module that manages a resource."""
    return Entry(resource, spec_of(resource, lists=False), lists=False)


def info_entry(resource: Resource) -> Entry:
    """The entry of the module that lists a resource."""
    return Entry(resource, spec_of(resource, lists=True), lists=True)


def status_entry(tunnels: Resource) -> Entry:
    """The entry of the module that tells whether tunnels are up."""
    return Entry(tunnels, ArgSpec(status_spec(tunnels)), lists=True, asks=True)
