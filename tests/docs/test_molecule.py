# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Molecule scenario that the collection brings runs as it is, and what the emulator's package says holds."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import tomllib
import yaml
from docs.blocks import ROOT

from emulator import __main__ as program


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_molecule_scenario(tmp_path: Path) -> None:
    """C(molecule test), in a project of its own, as the guide says."""
    shutil.copytree(ROOT / "extensions" / "molecule", tmp_path / "project" / "molecule")
    port = free_port()
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "tests"),
        "KSYUN_EMULATOR_COMMAND": f"{sys.executable} -m emulator",
        "KSYUN_EMULATOR_PORT": str(port),
        "NO_COLOR": "1",
    }
    command = [sys.executable, "-m", "molecule", "test"]
    ran = subprocess.run(
        command, cwd=tmp_path / "project", env=environment, capture_output=True, text=True, check=False
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    sequence = yaml.safe_load((ROOT / "extensions/molecule/default/molecule.yml").read_text())["scenario"]
    done = re.findall(r"default > (\w+)\] Executed: Successful", said)
    assert list(dict.fromkeys(done)) == sequence["test_sequence"]
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0, "the emulator was left running"


def test_package_of_the_emulator() -> None:
    package = tomllib.loads((ROOT / "tests" / "emulator" / "pyproject.toml").read_text())["project"]
    assert package["version"] == yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    pinned = (ROOT / "tests" / "requirements.txt").read_text().splitlines()
    imported = {
        name
        for source in (ROOT / "tests" / "emulator").glob("*.py")
        for name in re.findall(r"^(?:from|import) (\w+)", source.read_text(), re.MULTILINE)
    }
    needed = {re.split("[>=]", dependency)[0] for dependency in package["dependencies"]}
    assert needed == imported - set(sys.stdlib_module_names)
    assert needed <= {line.split("==")[0] for line in pinned}
    module, _colon, function = package["scripts"]["ksyun-vpn-emulator"].partition(":")
    assert module == "ksyun_vpn_emulator.__main__"
    assert callable(getattr(program, function))
