# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests that run the real modules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from modules.runner import Ansible

from emulator.testing import EmulatorHandle, running_emulator


@pytest.fixture(scope="session")
def process() -> Iterator[EmulatorHandle]:
    """The running emulator."""
    with running_emulator() as handle:
        yield handle


@pytest.fixture
def emulator(process: EmulatorHandle) -> EmulatorHandle:
    """The emulator with nothing in it."""
    process.reset()
    return process


@pytest.fixture
def ansible(tmp_path: Path, emulator: EmulatorHandle) -> Ansible:
    """Ansible, set up for the empty emulator."""
    return Ansible(tmp_path, emulator)
