# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge arguments by the argument specs of fortinet.fortios: the collection's own, taken from its modules.

Runs in an environment of its own, which has the ansible package. It reads JSON, a list of [module, value of its
option], and prints JSON, a list of the errors of each.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator


class TakenError(Exception):
    """The argument spec that a module would have begun with."""


def spec(name: str) -> dict[str, Any]:
    """The argument spec of a module, by its name without C(fortios_)."""
    module = importlib.import_module(f"ansible_collections.fortinet.fortios.plugins.modules.fortios_{name}")

    def take(**arguments: Any) -> None:
        raise TakenError(arguments["argument_spec"])

    module.AnsibleModule = take
    try:
        module.main()
    except TakenError as taken:
        found: dict[str, Any] = taken.args[0]
        return found
    raise SystemExit(f"fortios_{name} began without an argument spec")


def main() -> None:
    specs: dict[str, ArgumentSpecValidator] = {}
    verdicts = []
    for name, value in json.load(sys.stdin):
        if name not in specs:
            specs[name] = ArgumentSpecValidator(spec(name))
        judged = specs[name].validate({"state": "present", "vdom": "root", name: value})
        verdicts.append(judged.error_messages)
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main()
