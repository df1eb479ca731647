# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In-process execution: a task for the controller itself runs in the worker that Ansible has forked for it anyway.

That saves the module's own process: building and unpacking its archive, starting Python, importing. Where the
conditions do not hold, the module runs as usual.
"""

from __future__ import annotations

import datetime
import inspect
import json
import os
import sys
import typing as t
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from ansible import constants as C  # noqa: N812 - as everywhere in Ansible
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as ModuleAction
from ansible.utils.display import Display

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ConfigurationError, InvalidOptionsError
from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.pool import REQUESTS_IMPORT_ERROR, Channels
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import Entry
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import tell_secrets
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.result import Result, take_warnings
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.retyping import faults
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SitesEntry, SitesInfoEntry
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.verify import VerifyEntry
from ansible_collections.ksyun.vpn.plugins.plugin_utils.patience import GRACE, NoPatienceError, Patience

# What the core imports where it is needed. Here all of it is imported once, before Ansible forks its workers.
_CORE, _CORE_NAME = Path(inspect.getfile(Entry)).parents[1], Entry.__module__.rpartition(".runner.")[0]
for _file in sorted(file for room in ("api", "reconciler", "runner") for file in (_CORE / room).rglob("*.py")):
    import_module(".".join([_CORE_NAME, *_file.relative_to(_CORE).with_suffix("").parts]))

_INVOCATION_IS_A_CHOICE = "INJECT_INVOCATION" in C.config.get_configuration_definitions()  # from ansible-core 2.22 on
_GROUP = "group/ksyun.vpn.vpn"  # as module_defaults name the action group
VARIABLE = "ksyun_vpn_in_process"
ENVIRONMENT_VARIABLE = "KSYUN_VPN_IN_PROCESS"
_TIME_UP = (
    "The time that the task has (timeout) was over before it ended. It was waited for, as it runs in a process of its "
    "own that goes on: this is its result, in which changed and plan say what was done."
)
_UNKNOWN = (
    f"The time that the task has (timeout) was over, and the module, which runs in a process of its own, has not ended "
    f"in {GRACE} seconds more. It goes on to its end, and what it has changed or will change is not known. "
    "Running the task again is safe: it looks first."
)


class InProcessAction(ModuleAction):
    """The action of a module's name; a subclass names the C(entry)."""

    entry: Entry | VerifyEntry | SitesEntry | SitesInfoEntry
    channels: t.ClassVar = Channels()  # a worker runs all items of a loop, and ends with them

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """The task's result, by either way."""
        task_vars = task_vars or {}
        self._task.args = {**self._defaults(), **self._task.args}
        # What can't be is refused here, whatever way the task would go: JSON has no dates.
        refused = faults(self.entry.spec.options, self._task.args)
        try:
            obstacle = None if refused else self._obstacle(task_vars)
        except ConfigurationError as error:
            return {**ActionBase.run(self, tmp, task_vars), "failed": True, "msg": str(error), "error": error.details()}
        if obstacle:
            Display().vvv(f"{self._task.action} runs in a process of its own: {obstacle}")
            return self._run_module(tmp, task_vars)
        Display().vvv(f"{self._task.action} runs in-process")
        result = self._run_in_process()
        if _INVOCATION_IS_A_CHOICE and not C.config.get_config_value("INJECT_INVOCATION", variables=task_vars):
            del result["invocation"]
        return {**ActionBase.run(self, tmp, task_vars), **self._as_from_a_module(result)}

    def _defaults(self) -> dict[str, t.Any]:
        """What C(module_defaults) say of options that the task has set to C(omit).

        Ansible has put in the defaults of all that the task does not name. One that it names and omits is left without,
        so that C(wait: "{{ site.wait | default(omit) }}"), as roles pass their variables on, would beat a default.
        """
        layers: dict[str, t.Any] = {}
        for layer in self._task.module_defaults or ():
            layers.update(layer)
        defaults = {**(layers.get(_GROUP) or {}), **(layers.get(self._task.resolved_action) or {})}
        omitted = {option: value for option, value in defaults.items() if option not in self._task.args}
        return self._templar.template(omitted) if omitted else {}

    # --- whether ------------------------------------------------------------------------------

    def _obstacle(self, task_vars: dict[str, t.Any]) -> str | None:
        """Why the task can't run in-process; None if it can."""
        delegated = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to)
        host_vars = task_vars if delegated is None else delegated
        if not self._switched_on(task_vars):
            return f"{VARIABLE} or {ENVIRONMENT_VARIABLE} says so"
        if self._connection.transport != "local":
            return "the connection is not local"
        if self._connection.become or self._play_context.become:
            return "become"
        if self._task.async_val:
            return "async"
        if C.DEFAULT_KEEP_REMOTE_FILES:
            return "ANSIBLE_KEEP_REMOTE_FILES asks for the module's files"
        if not self._is_our_python(host_vars):
            return "ansible_python_interpreter is another Python"
        if REQUESTS_IMPORT_ERROR is not None:
            return "Ansible's own Python has no requests"
        return None

    def _switched_on(self, task_vars: dict[str, t.Any]) -> bool:
        name, value = f"The variable {VARIABLE}", self._templar.template(task_vars.get(VARIABLE))
        if value is None:
            name, value = f"The environment variable {ENVIRONMENT_VARIABLE}", os.environ.get(ENVIRONMENT_VARIABLE)
        try:
            return value in (None, "") or boolean(value)
        except TypeError:
            raise ConfigurationError(f"{name} must be a boolean, true or false; it is {value!r}.") from None

    def _is_our_python(self, host_vars: dict[str, t.Any]) -> bool:
        """Whether the interpreter that was asked for, if any, is the one that Ansible runs with."""
        asked = C.config.get_config_value("INTERPRETER_PYTHON", variables=host_vars)
        asked = str(self._templar.template(asked) or "auto")
        if asked.startswith("auto"):
            return True
        # Environments share a Python, so that links are only followed in one folder: python to python3.
        pairs = [(asked, sys.executable), (os.path.dirname(asked), os.path.dirname(sys.executable))]
        return all(os.path.exists(one) and os.path.samefile(one, other) for one, other in pairs)

    # --- in a process of its own --------------------------------------------------------------

    def _run_module(self, tmp: str | None, task_vars: dict[str, t.Any]) -> Result:
        """What the module returns. One that may write is waited for when the task's time is over: it runs on anyway."""
        if self.entry.lists or self._task.check_mode:
            return super().run(tmp, task_vars)
        patience = Patience()
        try:
            with patience:
                result = super().run(tmp, task_vars)
        except NoPatienceError:
            return {"failed": True, "changed": True, "msg": _UNKNOWN, "error": {"kind": "unknown_outcome"}}
        if patience.timed_out and not result.get("failed"):
            result.update(failed=True, msg=_TIME_UP, error={"kind": "time_up"})
        return result

    # --- in-process ---------------------------------------------------------------------------

    def _run_in_process(self) -> Result:
        """What the module would return. Whatever happens ends as a result, but for time-outs, which Ansible ends."""
        changes: dict[str, t.Any] = {}
        self._compute_environment_string(changes)
        changes = {name: str(value) for name, value in changes.items()}
        environment = {**os.environ, **changes}
        arguments = self.entry.accepted(_plain(self._task.args))
        try:
            return _within(changes, lambda: self._run_entry(arguments, environment))
        except (Exception, SystemExit) as error:  # pylint: disable=broad-except
            return self.entry.refuse(arguments, error, environment)
        except BaseException:  # a time-out may have cut anything short: none of it is for the next item
            InProcessAction.channels = Channels()
            raise

    def _as_from_a_module(self, result: Result) -> Result:
        """The result after the way that Ansible reads what a module prints: it marks failures, and more by version."""
        printed = {"stdout": json.dumps(result)}
        if "profile" not in inspect.signature(self._parse_returned_data).parameters:  # up to ansible-core 2.18
            return self._parse_returned_data(printed)
        parsed = self._parse_returned_data(printed, profile="legacy")
        return parsed if isinstance(parsed, dict) else parsed.as_result_dict(for_round_trip=True)  # a dict up to 2.21

    def _run_entry(self, arguments: dict[str, t.Any], environment: dict[str, str]) -> Result:
        impossible = faults(self.entry.spec.options, self._task.args)
        if impossible:
            return self.entry.refuse(arguments, InvalidOptionsError(impossible), environment)
        validated = ArgumentSpecValidator(self.entry.spec.options, **self.entry.spec.rules()).validate(arguments)
        parameters = {**arguments, **validated.validated_parameters}
        warnings = [
            f"Both option {both['option']} and its alias {both['alias']} are set."
            for both in validated._warnings  # pylint: disable=protected-access
        ]
        if validated.errors.errors:
            problem = validated.errors.msg
            if isinstance(validated.errors[0], UnsupportedError):
                problem = f"Unsupported parameters for ({self._task.action}) module: {problem}"
            result = self.entry.refuse(parameters, problem, environment)
        else:
            result = self.entry.run(
                parameters,
                check_mode=self._task.check_mode,
                diff=self._task.diff,
                environment=environment,
                open_channel=InProcessAction.channels,
                given=self._task.args,
                **({"tell": self._tell} if isinstance(self.entry, SitesEntry) and self._is_told(parameters) else {}),
            )
        tell_secrets(self.entry, result)
        warnings += take_warnings(result)
        return {**result, "warnings": warnings} if warnings else result

    def _is_told(self, parameters: dict[str, t.Any]) -> bool:
        """Whether the user wants to see how far the task has come."""
        return not self._task.no_log and (bool(parameters.get("progress")) or Display().verbosity > 0)

    def _tell(self, line: str) -> None:
        Display().display(f"{self._task.action}: {line}")


def _plain(arguments: t.Any) -> t.Any:
    """A task's arguments as a module gets them: what JSON can carry, without marks and vaults."""
    return json.loads(json.dumps(_with_names(arguments), default=_text))


def _with_names(value: t.Any) -> t.Any:
    """The same with texts for those keys of dictionaries that JSON can't carry."""
    if isinstance(value, t.Mapping):
        return {_name(key): _with_names(item) for key, item in value.items()}
    return [_with_names(item) for item in value] if isinstance(value, (list, tuple)) else value


def _name(key: t.Any) -> t.Any:
    return key if isinstance(key, (str, int, float)) else str(_text(key))


def _text(value: t.Any) -> t.Any:
    if isinstance(value, t.Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)


def _within(changes: dict[str, str], work: t.Callable[[], Result]) -> Result:
    """The result of work in a changed environment. Afterwards the process's own is as before, whatever happens."""
    before = {**dict.fromkeys(changes), **{name: value for name, value in os.environ.items() if name in changes}}
    try:
        try:
            _set_environment(changes)
            return work()
        finally:
            _restore_environment(before)
    finally:  # once more: a time-out comes out of any statement, of the first restoring too, but it comes only once
        _restore_environment(before)


def _set_environment(changes: dict[str, str]) -> None:
    for name, value in changes.items():
        try:
            os.environ[name] = value
        except (ValueError, OSError) as error:
            raise ConfigurationError(f"environment: {name!r} can't be set: {error}.") from None


def _restore_environment(before: dict[str, str | None]) -> None:
    """Each variable as it was: None if it was not there. Also those that are half set, in the process but not here."""
    for name, value in before.items():
        with suppress(ValueError, OSError, KeyError):  # a name that can't be set, or is not there
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
