# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the built artifact: it holds only what a user needs, and Galaxy's own importer takes it without a word.

    check_artifact.py ARTIFACT

Ends with 1 and says what is wrong.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOR_USERS = {
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "LICENSES",
    "MAINTAINERS.md",
    "MANIFEST.json",
    "README.md",
    "README.zh-CN.md",
    "SECURITY.md",
    "changelogs",
    "docs",
    "execution-environment.yml",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
}


def strangers(artifact: Path) -> list[str]:
    """What lies in the artifact's top folder and is of no use to a user."""
    with tarfile.open(artifact) as archive:
        return sorted({name.split("/")[0] for name in archive.getnames()} - FOR_USERS)


def importer_says(artifact: Path) -> str:
    """The importer's warnings and errors, "" if it has none."""
    environment = {
        **os.environ,
        "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true",
        "GALAXY_IMPORTER_REQUIRE_V1_OR_GREATER": "true",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "galaxy_importer.main", str(artifact.resolve())]
    with tempfile.TemporaryDirectory() as folder:  # the importer writes a report into the current one
        result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    said = result.stdout + result.stderr
    return said if result.returncode or "WARNING" in said or "ERROR" in said else ""


def main(artifact: Path) -> None:
    if names := strangers(artifact):
        sys.exit(f"{artifact} holds what no user needs, add it to build_ignore in galaxy.yml: {', '.join(names)}")
    if said := importer_says(artifact):
        sys.exit(f"galaxy-importer:\n{said}")
    print(f"{artifact}: accepted by galaxy-importer")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
