# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes by modules in processes of their own, struck by signals at each request."""

from __future__ import annotations

import pytest
from modules.runner import Ansible
from signals.changes import ALARM, ENDINGS, KILL, strike_at_each
from signals.striking import Target


def test_time_out(ansible: Ansible) -> None:
    strike_at_each(ansible, "replace", ALARM, in_process=False)


@pytest.mark.parametrize("target", [*ENDINGS[:2], KILL], ids=str)
def test_end(ansible: Ansible, target: Target) -> None:
    strike_at_each(ansible, "replace", target, in_process=False)
