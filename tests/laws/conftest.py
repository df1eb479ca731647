# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the laws."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from laws.ways import Ways, ways_to
from laws.world import World

from emulator.testing import running_emulator


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """One emulator for all laws; each example begins on an empty account."""
    with running_emulator() as emulator:
        yield World(emulator)


@pytest.fixture(scope="session")
def ways(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """The ways to that emulator."""
    with ways_to(world.emulator.url, tmp_path_factory.mktemp("certificates")) as found:
        yield found
