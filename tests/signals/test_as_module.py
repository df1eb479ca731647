# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change by modules in processes of their own: each request is struck by one signal; C(make campaign) tries all."""

from __future__ import annotations

import pytest
from modules.runner import Ansible
from signals.changes import ALARM, ENDINGS, KILL, strike_at_each

TARGETS = [ALARM, *ENDINGS[:2], KILL]


@pytest.mark.parametrize("first", range(len(TARGETS)), ids=[str(target) for target in TARGETS])
def test_end(ansible: Ansible, first: int) -> None:
    strike_at_each(ansible, "replace", TARGETS[first], in_process=False, first=first, every=len(TARGETS))
