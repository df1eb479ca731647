# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils.runner.result import Result
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SPEC, SitesEntry
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """The module of this name, in-process where that is possible."""

    entry = SitesEntry()

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """The task's result. What C(module_defaults) say of single tunnels counts for all, where nothing else does."""
        layers: dict[str, t.Any] = {}
        for layer in self._task.module_defaults or ():
            layers.update(layer)
        single = layers.get("ksyun.vpn.vpn_tunnel") or {}
        common = {option: value for option, value in single.items() if option in SPEC.options["defaults"]["options"]}
        given = self._task.args.get("defaults") or {}
        if common and isinstance(given, t.Mapping):
            self._task.args["defaults"] = {**self._templar.template(common), **given}
        return super().run(tmp, task_vars)
