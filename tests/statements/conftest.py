# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One emulator for all tests of this directory, reset before each; a client of it, and the modules' core."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from laws.world import World
from service.client import Caller

from emulator.testing import EmulatorHandle, running_emulator


@pytest.fixture(scope="session")
def process() -> Iterator[EmulatorHandle]:
    """The running emulator, as the last test left it."""
    with running_emulator() as handle:
        yield handle


@pytest.fixture
def emulator(process: EmulatorHandle) -> EmulatorHandle:
    """The emulator with nothing in it."""
    process.reset()
    return process


@pytest.fixture
def call(emulator: EmulatorHandle) -> Caller:
    """A client of the empty emulator that shares no code with the collection."""
    return Caller(emulator)


@pytest.fixture
def world(emulator: EmulatorHandle) -> World:
    """The modules' core, working on the empty emulator."""
    return World(emulator, quick=True)
