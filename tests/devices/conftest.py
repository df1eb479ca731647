# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who judges: where each judge is, and a skip that says what to install where one is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "devices"


def _needed(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path.name} is made by 'make devices'")
    return path


@pytest.fixture(scope="session")
def yanglint() -> str:
    program = shutil.which("yanglint")
    return program or pytest.skip("yanglint is in Debian's package libyang2-tools")


@pytest.fixture(scope="session")
def models() -> Path:
    return _needed(CACHE / "fetched" / "yang")


@pytest.fixture(scope="session")
def judges() -> Path:
    return _needed(CACHE / "venv" / "bin" / "python")


@pytest.fixture(scope="session")
def mermaid_script() -> Path:
    return _needed(CACHE / "fetched" / "mermaid.min.js")


@pytest.fixture(scope="session")
def chromium() -> str:
    program = shutil.which("chromium")
    return program or pytest.skip("chromium is in Debian's package chromium")
