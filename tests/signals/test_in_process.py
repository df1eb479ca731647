# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes in-process: each request is struck by at least one signal; C(make campaign) tries all."""

from __future__ import annotations

import pytest
from modules.runner import Ansible
from signals.changes import ALARM, CHANGES, ENDINGS, strike_at_each


@pytest.mark.parametrize("change", CHANGES)
def test_time_out(ansible: Ansible, change: str) -> None:
    strike_at_each(ansible, change, ALARM, in_process=True)


@pytest.mark.parametrize("first", range(len(ENDINGS)), ids=[str(target) for target in ENDINGS])
def test_end(ansible: Ansible, first: int) -> None:
    strike_at_each(ansible, "replace", ENDINGS[first], in_process=True, first=first, every=len(ENDINGS))
