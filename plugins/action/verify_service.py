# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.pool import REQUESTS_IMPORT_ERROR
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.result import Result
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.verify import VerifyEntry
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """It runs in Ansible's own process, or not at all: it writes files here, and holds signals back."""

    entry = VerifyEntry()

    def _run_module(self, tmp: str | None, task_vars: dict[str, t.Any]) -> Result:
        """Say why it can't be run here."""
        if REQUESTS_IMPORT_ERROR is not None:
            return {"failed": True, "msg": missing_required_lib("requests")}
        obstacle = self._obstacle(task_vars)
        told = f"verify_service runs in Ansible's own process, on localhost, and that is not possible here: {obstacle}."
        return {"failed": True, "msg": told}
