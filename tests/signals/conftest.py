# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures of the tests that run Ansible."""

from __future__ import annotations

from modules.conftest import ansible, emulator, process

__all__ = ["ansible", "emulator", "process"]
