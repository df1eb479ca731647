# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes what each task returned to the file DUMP_RESULTS, a JSON line each."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: dump
type: notification
short_description: write results as JSON lines
description: For the tests of this collection only.
"""


class CallbackModule(CallbackBase):
    """See the file's own text."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "dump"
    CALLBACK_NEEDS_ENABLED = True

    def _dump(self, result: Any, failed: bool) -> None:
        line = {
            "host": result._host.get_name(),
            "task": result._task.get_name(),
            "result": {**result._result, "failed": failed},
        }
        with open(os.environ["DUMP_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """A task that went well."""
        self._dump(result, failed=False)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """A task that failed."""
        self._dump(result, failed=True)
