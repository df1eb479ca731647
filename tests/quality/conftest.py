# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built artifact, installed as a user would."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from quality.repository import ROOT, ansible, documentation


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that would be uploaded."""
    folder = tmp_path_factory.mktemp("artifact")
    built = ansible(folder / "none", "ansible-galaxy", "collection", "build", str(ROOT), "--output-path", str(folder))
    assert built.returncode == 0, built.stderr
    (archive,) = folder.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="session")
def installed(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path of collections that holds nothing but this one."""
    collections = tmp_path_factory.mktemp("user") / "collections"
    command = ["ansible-galaxy", "collection", "install", "--offline", "--collections-path", str(collections)]
    ran = ansible(collections, *command, str(artifact))
    assert ran.returncode == 0, ran.stderr
    return collections


@pytest.fixture(scope="session")
def names(artifact: Path) -> list[str]:
    """The files in the artifact."""
    with tarfile.open(artifact) as archive:
        return [member.name for member in archive.getmembers() if not member.isdir()]


@pytest.fixture(scope="session")
def pages(installed: Path) -> dict[str, Any]:
    """The documentation of the modules, by their short names."""
    return documentation(installed)
