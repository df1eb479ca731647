# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account of more than 200 tunnels that was made otherwise is exported, and the role finds nothing to change."""

from __future__ import annotations

from modules.conftest import ansible, emulator, process
from modules.runner import Ansible
from modules.test_estate import export_then_check

__all__ = ["ansible", "emulator", "process"]


def test_many_are_exported_and_the_role_finds_nothing_to_change(ansible: Ansible) -> None:
    assert export_then_check(ansible, 16) == 208
