# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environments of the matrix: a Python, an ansible-core, the collection as that ansible-core installs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / ".cache" / "matrix"
PIP = Path(sys.executable).parent / "pip"
# What the tests of the stages import. Their versions, and those of what they need, are those of tests/requirements.txt.
TOOLS = ("aiohttp", "botocore", "hypothesis", "pytest", "pytest-xdist", "requests")
# These follow the version of ansible-core.
NOT_PINNED = ("ansible-core", "resolvelib")


class CannotError(Exception):
    """An environment can't be made; the text says why."""


@dataclass
class Environment:
    """One version's place in the cache."""

    core: str
    title: str
    folder: Path
    python: Path
    python_version: str
    floor: Path | None  # an interpreter with the oldest Python and requests, if this machine has that Python

    @property
    def bin(self) -> Path:
        return self.python.parent

    @property
    def collections(self) -> Path:
        return self.folder / "collections"

    def log(self, stage: str) -> Path:
        return self.folder / f"{stage}.log"


def run(*command: str | Path) -> str:
    """The standard output of a command. Raises CannotError with its errors if it fails."""
    words = [str(word) for word in command]
    environment = {**os.environ, "PIP_CACHE_DIR": str(CACHE / "pip")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def find_python(versions: tuple[str, ...]) -> Path | None:
    """The first of the versions that starts: a pyenv shim on PATH may name a Python that is not there."""
    for version in versions:
        on_path = shutil.which(f"python{version}")
        in_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for candidate in [*in_pyenv, *([Path(on_path)] if on_path else [])]:
            # -I: what PYTHONPATH names may not be for this Python.
            tried = subprocess.run([candidate, "-I", "-c", "import ssl, venv"], capture_output=True, check=False)
            if tried.returncode == 0:
                return candidate
    return None


def make_venv(python: Path, folder: Path) -> Path:
    """A virtual environment with pip in it, from the pip that runs here: Debian's Python has no ensurepip."""
    shutil.rmtree(folder, ignore_errors=True)
    run(python, "-m", "venv", "--without-pip", folder)
    made = folder / "bin" / "python"
    run(PIP, "--python", made, "install", "--quiet", "pip")
    return made


def constraints(folder: Path, python: Path) -> Path:
    """The pins of the development tools but those that the version of ansible-core decides.

    They are for Python 3.11 and newer; on 3.10, the newest that there is for it has to do.
    """
    lines = (ROOT / "tests" / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if "==" in line and line.split("==")[0] not in NOT_PINNED]
    kept = [] if python.name == "python3.10" else pins
    path = folder / "constraints.txt"
    path.write_text("\n".join(kept) + "\n")
    return path


def make_environment(core: str, wanted: str, python: Path, artifact: Path, floor: Path | None) -> Environment:
    """The environment of a version, made anew unless it is there already; the collection is installed in any case."""
    folder = CACHE / core
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "venv" / "bin" / "python"
    stamp = folder / "stamp"
    pins = constraints(folder, python)
    content = f"{python}\n{wanted}\n{TOOLS}\n{pins.read_text()}"
    if not stamp.exists() or stamp.read_text() != content:
        stamp.unlink(missing_ok=True)
        make_venv(python, folder / "venv")
        run(made, "-m", "pip", "install", "--quiet", "--constraint", pins, wanted, *TOOLS)
        take_from_index(made)
        stamp.write_text(content)
    facts = "import sys, ansible.release as r; print(r.__version__, '{}.{}.{}'.format(*sys.version_info))"
    version, python_version = run(made, "-I", "-c", facts).split()
    title = f"ansible-core {version}, Python {python_version}"
    environment = Environment(core, title, folder, made, python_version.rpartition(".")[0], floor)
    install_collection(environment, artifact)
    return environment


def take_from_index(python: Path) -> None:
    """ansible-test of 2.22 wants a development state of a package from its forge; the released one serves here too."""
    facts = "import ansible_test; print(list(ansible_test.__path__)[0])"
    requirements = Path(run(python, "-I", "-c", facts).strip()) / "_data" / "requirements"
    for path in requirements.glob("*.txt"):
        text = path.read_text()
        path.write_text(re.sub(r"^([\w.-]+) @ https://\S+$", r"\1", text, flags=re.MULTILINE))


def install_collection(environment: Environment, artifact: Path) -> None:
    """As a user would, and the tests beside it, which import each other through the collection."""
    shutil.rmtree(environment.collections, ignore_errors=True)
    place = ("--collections-path", environment.collections)
    run(
        environment.python, "-m", "ansible", "galaxy", "collection", "install", "--force", "--offline", *place, artifact
    )
    (environment.collections / "ansible_collections" / "ksyun" / "vpn" / "tests").symlink_to(ROOT / "tests")


def make_floor(python: Path) -> Path:
    """The least that modules run on: the oldest Python and the oldest requests that the documentation names."""
    folder = CACHE / "floor"
    made = folder / "bin" / "python"
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    oldest = [line.replace(">=", "==") for line in lines if line and not line.startswith("#")]
    stamp = folder / "stamp"
    content = f"{python}\n{oldest}"
    if not stamp.exists() or stamp.read_text() != content:
        make_venv(python, folder)
        run(made, "-m", "pip", "install", "--quiet", *oldest)
        stamp.write_text(content)
    return made
