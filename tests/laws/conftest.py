# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the laws."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from laws.world import World

from emulator.testing import running_emulator


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One emulator for all laws; each example begins on an empty account."""
    with running_emulator() as emulator:
        yield World(emulator)
