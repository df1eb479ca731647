# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the judges of device configurations need: it is fetched once, by the registries' ordinary clients.

    prepare.py FOLDER

Into FOLDER come Cisco's YANG model (PyPI, ydk-models-cisco-ios-xe: the source alone, nothing of it is built or run) and
Mermaid (npm). Environments and programs are made elsewhere: see the Makefile.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

MODELS = "ydk-models-cisco-ios-xe==16.9.3.post1"
MERMAID = "mermaid@12.3.0"
# libyang 2 does not read count() of a node's own kind, which asks whether a neighbour is there.
COUNT = re.compile(r"count\(\.\.\[([a-z]+)\]\) = 1")


def models(folder: Path) -> None:
    """The files of the model, flat in one folder."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", MODELS]
        subprocess.run([*command, "--dest", place], check=True, stdout=sys.stderr)
        (archive,) = Path(place).glob("*.tar.gz")
        folder.mkdir(parents=True)
        with tarfile.open(archive) as packed:
            for member in packed.getmembers():
                content = packed.extractfile(member) if member.name.endswith(".yang") else None
                if content:
                    text = COUNT.sub(r"../\1", content.read().decode())
                    (folder / Path(member.name).name).write_text(text)


def mermaid(folder: Path) -> None:
    """One file that a page can load. Without npm there is none, and the tests that need it say so."""
    if not shutil.which("npm"):
        return
    with tempfile.TemporaryDirectory() as place:
        command = [
            "npm",
            "install",
            "--prefix",
            place,
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--silent",
            MERMAID,
        ]
        subprocess.run(command, check=True, stdout=sys.stderr)
        shutil.copy(Path(place, "node_modules", "mermaid", "dist", "mermaid.min.js"), folder)


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    models(folder / "yang")
    mermaid(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
