# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks with hostile options on the emulator, and with a hostile server; and the laws that all results keep."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from laws.world import NAMED, World

from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import info_spec, resource_spec
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.info import run_info
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.manage import run_resource

Options = dict[str, Any]
Result = dict[str, Any]

QUICK = {"connect_timeout": 5, "read_timeout": 5, "max_attempts": 1, "max_retry_time": 1}
KEYS = {"access_key": "AKLTEXAMPLE-HOSTILE", "secret_key": "example-secret-not-real", "region": "cn-beijing-6"}
_TOP = {
    "changed",
    "failed",
    "msg",
    "error",
    "warnings",
    "diff",
    "plan",
    "api_calls",
    "not_compared",
    "summary",
    "pre_shared_key_matches",
}
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_MESSAGE = 10_000


def spec_of(module: str) -> dict[str, dict[str, Any]]:
    """The argument spec of a module."""
    name = module.removesuffix("_info")
    return (info_spec if module.endswith("_info") else resource_spec)(NAMED[name])


def run(module: str, options: Options, *, check: bool = False, environment: Mapping[str, str] | None = None) -> Result:
    """The result of a module's core. C(options) are complete, as C(AnsibleModule) would give them."""
    resource = NAMED[module.removesuffix("_info")]
    if module.endswith("_info"):
        return run_info(resource, options, environment=environment or {})
    return run_resource(resource, options, check_mode=check, diff=True, environment=environment or {})


def validated(module: str, options: Options) -> tuple[Options, list[str]]:
    """The options as Ansible would convert them and fill them up, and what it has against them."""
    try:
        result = ArgumentSpecValidator(spec_of(module)).validate(options)
    except OverflowError as error:  # Ansible's own, for an infinite whole number
        return options, [f"{error}: {', '.join(options)}"]
    return result.validated_parameters, result.error_messages


def check_result(module: str, result: Result) -> None:
    """What every result keeps, whatever the options and the answers were."""
    name = module.removesuffix("_info")
    known = _TOP | {f"{name}s" if module.endswith("_info") else name}
    assert set(result) <= known, set(result) - known
    assert isinstance(result["changed"], bool)
    assert result.get("failed") in (None, True)
    assert all(isinstance(warning, str) for warning in result["warnings"])
    for value in _all(result):
        assert isinstance(value, (str, int, float, bool, type(None))), value
        assert not isinstance(value, float) or math.isfinite(value)
    json.dumps(result, ensure_ascii=False, allow_nan=False).encode()
    if result.get("failed"):
        assert result["error"]["kind"] != "internal", result["msg"]
        assert not _CONTROLS.search(result["msg"]), result["msg"]
        assert "Traceback" not in result["msg"]
        assert 0 < len(result["msg"]) <= _LONGEST_MESSAGE


def _all(value: Any) -> Iterator[Any]:
    """Every plain value in a result, its keys among them; the keys are texts."""
    if isinstance(value, dict):
        for key, item in value.items():
            assert isinstance(key, str), key
            yield key
            yield from _all(item)
    elif isinstance(value, list):
        for item in value:
            yield from _all(item)
    else:
        yield value


@dataclasses.dataclass
class Bench:
    """The emulator, put back in order where a task has changed something."""

    world: World
    dirty: bool = True
    last: int = 0

    def task(self, module: str, options: Options, check: bool) -> tuple[Result, list[dict[str, Any]]]:
        """A task's result, and the requests that came."""
        if self.dirty:
            self.world.begin()
            self.last = 0
        result = run(module, options, check=check)
        requests = self.world.emulator.requests(self.last)
        self.last = max([self.last, *(request["sequence"] for request in requests)])
        self.dirty = any(request["committed"] for request in requests)
        return result, requests

    @property
    def connection(self) -> Options:
        """The options for the emulator."""
        emulator = self.world.emulator
        return {
            **QUICK,
            "access_key": emulator.access_key,
            "secret_key": emulator.secret_key,
            "region": emulator.region,
            "endpoint_url": emulator.url,
        }
