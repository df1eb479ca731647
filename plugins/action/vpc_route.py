# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpc_route import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import manage_entry
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """The module of this name, in-process where that is possible."""

    entry = manage_entry(RESOURCE)
