# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every change, both ways of running, struck by every signal at every request."""

from __future__ import annotations

import pytest
from modules.conftest import ansible, emulator, process
from modules.runner import Ansible
from signals.changes import ALARM, CHANGES, ENDINGS, KILL, MORE_ENDINGS, strike_at_each
from signals.striking import Target

__all__ = ["ansible", "emulator", "process"]


@pytest.mark.parametrize("in_process", [True, False], ids=["in-process", "as a module"])
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("target", [ALARM, *ENDINGS, *MORE_ENDINGS], ids=str)
def test_signals(ansible: Ansible, change: str, target: Target, in_process: bool) -> None:
    strike_at_each(ansible, change, target, in_process=in_process)


@pytest.mark.parametrize("change", CHANGES)
def test_what_kills_the_group(ansible: Ansible, change: str) -> None:
    """As a module only: a worker in-process leads its group on most versions of ansible-core."""
    strike_at_each(ansible, change, KILL, in_process=False)
