# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of what AWX does with the collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from modules.conftest import emulator

from ansible_collections.ksyun.vpn.tests.awx.credential import CredentialType
from ansible_collections.ksyun.vpn.tests.awx.job import JobTemplate
from emulator.testing import EmulatorHandle, running_emulator

__all__ = ["emulator"]  # of the process below
SECRET_KEY = "fake-secret-key-sentinel-1"


@pytest.fixture(scope="session")
def process() -> Iterator[EmulatorHandle]:
    """The running emulator."""
    with running_emulator(secret_key=SECRET_KEY) as handle:
        yield handle


@pytest.fixture
def template(tmp_path: Path, emulator: EmulatorHandle) -> JobTemplate:
    """A job template with a credential of the shipped type."""
    inputs = {
        "access_key": emulator.access_key,
        "secret_key": emulator.secret_key,
        "region": emulator.region,
        "endpoint_url": emulator.url,
    }
    return JobTemplate(tmp_path, CredentialType.shipped().inject(inputs))
