# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The envelope of a result: one redactor, one place where a failure, a trace and an invocation are rendered.

All that leaves the core has passed the redactor.
"""

from __future__ import annotations

import os
import traceback
import typing as t

from ..api.client import Client
from ..api.connection import ENVIRONMENT
from ..api.errors import InvalidOptionsError, KsyunError
from ..api.redaction import Redactor, password_of
from ..reconciler.diff import readable
from .argspec import ArgSpec, Parameters

Result = dict[str, t.Any]

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")  # environment variables, also in capitals
# Words of the results: never masked, even if a secret is one of them.
_NAMES = (
    *("changed", "failed", "msg", "warnings", "diff", "before", "after", "before_header", "after_header"),
    *("not_compared", "summary"),
    *("plan", "action", "target", "fields", "option", "reason", "interrupts_traffic", "permitted"),
    *("create", "update", "delete"),
    *("api_calls", "dry_run", "http_status", "request_id", "attempts", "milliseconds"),
    *("error", "kind", "code", "message", "hint", "where", "faults", "options", "ids", "users"),
    *("missing_routes", "module"),
)
_LONGEST_MESSAGE = 8_000  # characters


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


def redactor(spec: ArgSpec, parameters: Parameters, environment: t.Mapping[str, str]) -> Redactor:
    """The redactor of a task: what its parameters and the environment have of secrets and of proxies' passwords."""
    secret = spec.secret_options()
    secrets = list(spec.secrets(parameters))
    secrets += [environment.get(name) for option in sorted(secret) for name in ENVIRONMENT.get(option, ())]
    urls = [parameters.get("proxy_url"), *(url for name, url in environment.items() if name.lower() in _PROXIES)]
    public = [value for option, value in parameters.items() if option not in secret]
    names = [*_NAMES, *spec.names()]
    return Redactor([*secrets, *(password for url in urls for password in password_of(url))], public, names)


def trace(client: Client | None, warnings: t.Sequence[str]) -> Result:
    return {
        "api_calls": [vars(call) for call in client.calls] if client else [],
        "warnings": list(dict.fromkeys([*(client.warnings if client else []), *warnings])),
    }


def take_warnings(result: Result) -> list[str]:
    """Take the warnings out of a result, for Ansible to show: it writes them to a terminal as they are.

    So none has a character that a terminal would obey, whoever has brought it in by a name.
    """
    return [readable(str(warning)) for warning in result.pop("warnings", ())]


def refused(problem: str | BaseException, redact: Redactor) -> Result:
    """The result of a task that did not come to be run: C(problem) is what its options lack, or a fault of ours."""
    return {"failed": True, "msg": redact.text(problem)} if isinstance(problem, str) else failed(problem, redact)


def failed(error: BaseException, redact: Redactor) -> dict[str, t.Any]:
    """C(failed), C(msg) and C(error): what an exception says, or that it is a fault of this collection."""
    text = _one_line(redact.text(str(error)))  # a secret that is cut, or escaped, would not be found any more
    if isinstance(error, KsyunError):
        return {"failed": True, "msg": text, "error": {**error.details(), **error.left_behind}}
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return {
        "failed": True,
        "msg": f"Unexpected error in ksyun.vpn, please report it: {type(error).__name__}: {text} (at {where}).",
        "error": {"kind": "internal", "where": where},
    }


def _one_line(text: str) -> str:
    """A message that is fit to be shown.

    A name or path may hold controls, which terminals obey: they are escaped. What is very long loses its middle.
    """
    text = readable(text)
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 2000]} ... {text[-2000:]}"
