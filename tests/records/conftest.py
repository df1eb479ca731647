# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures: the emulator that is asked, another one to compare with, and Ansible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from modules.conftest import ansible, emulator, process

from emulator.testing import EmulatorHandle, running_emulator

__all__ = ["ansible", "emulator", "other", "process"]


@pytest.fixture(scope="session")
def other() -> Iterator[EmulatorHandle]:
    """A second emulator, as it is by default."""
    with running_emulator() as handle:
        yield handle
