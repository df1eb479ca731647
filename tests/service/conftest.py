# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One emulator for all tests of this directory, reset before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service.client import Caller

from emulator.testing import EmulatorHandle, running_emulator


@pytest.fixture(scope="session", name="process")
def _process() -> Iterator[EmulatorHandle]:
    """The running emulator, as the last test left it: for tests that reset it themselves."""
    with running_emulator() as handle:
        yield handle


@pytest.fixture(name="emulator")
def _emulator(process: EmulatorHandle) -> EmulatorHandle:
    """The emulator with nothing in it."""
    process.reset()
    return process


@pytest.fixture(name="call")
def _call(emulator: EmulatorHandle) -> Caller:
    """A client of the empty emulator."""
    return Caller(emulator)
