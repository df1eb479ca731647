# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""verify_service, ended at random thirty times, and killed at each of its creates."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from modules.conftest import ansible, emulator, process
from modules.runner import Ansible
from records import test_ended
from records.test_ended import ENDS, KILL, LAST, strike

from emulator.testing import EmulatorHandle

__all__ = ["ansible", "emulator", "process"]
TIMES = 30


@pytest.mark.parametrize("number", range(TIMES))
def test_ended_by_signals(ansible: Ansible, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    version = ("", "1.0", "2.0")[number % 3]
    told = strike(ansible, ENDS[number % len(ENDS)], secrets.randbelow(LAST[version]), version)
    with capsys.disabled():
        print(f"\n{told} nothing is left", end="")


@pytest.mark.parametrize("number", range(6))
def test_killed_by_a_signal(ansible: Ansible, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    version = ("", "1.0", "2.0")[number % 3]
    told = strike(ansible, KILL, 60 + secrets.randbelow(LAST[version] - 60), version)
    with capsys.disabled():
        print(f"\n{told} nothing is left after one cleanup", end="")


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_each_create(
    emulator: EmulatorHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, after: bool
) -> None:
    monkeypatch.setattr(test_ended, "FIRST", 1)
    monkeypatch.setattr(test_ended, "STEP", 1)
    test_ended.test_killed_at_any_create(emulator, tmp_path, version, after)
