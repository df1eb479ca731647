# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of what must stay secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.ksyun.vpn.tests.secrets.playbook import PYTHONS, Ansible
from ansible_collections.ksyun.vpn.tests.secrets.stage import ACCOUNT
from emulator.testing import EmulatorHandle, running_emulator


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorHandle]:
    """An emulator whose account's secret and token are sentinels."""
    with running_emulator(settings={"accounts": [ACCOUNT]}) as handle:
        yield handle


@pytest.fixture(params=PYTHONS, ids=["ansible", "other-ansible"][: len(PYTHONS)])
def ansible(request: pytest.FixtureRequest, tmp_path: Path, emulator: EmulatorHandle) -> Ansible:
    """Ansible in a fresh directory, of each version."""
    directory, variables = tmp_path / "left", tmp_path / "variables"
    directory.mkdir()
    variables.mkdir()
    return Ansible(directory, variables, emulator, request.param)
