# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checkout that the tests of this folder look at."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
PLUGIN_FILES = sorted((ROOT / "plugins").rglob("*.py"))


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def read_yaml(path: str) -> Any:
    return yaml.safe_load(text(path))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def git(*arguments: str, cwd: Path = ROOT) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


def tracked() -> list[str]:
    """The paths of all files of the repository: what git has, and what could be added to it."""
    return git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()


def ansible(collections: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one of Ansible's commands as a user who has only these collections."""
    own = {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "HOME": str(collections.parent),
    }
    # PYTHONPATH of the test's own would let modules be found beside the installed collection.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        env={**inherited, **own, **environment},
        cwd=collections.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def documentation(collections: Path) -> dict[str, Any]:
    """What ansible-doc tells of all modules, by their short names."""
    ran = ansible(collections, "ansible-doc", "--json", *(f"ksyun.vpn.{name}" for name in MODULES))
    assert ran.returncode == 0, ran.stderr
    return {name.rpartition(".")[2]: about for name, about in json.loads(ran.stdout).items()}


def targets_of_test() -> list[str]:
    """What "make test" makes: the last line of its recipe, which runs them two at a time."""
    recipe = re.search(r"^test:.*\n((?:\t.*\n)+)", text("Makefile"), flags=re.MULTILINE)
    assert recipe, "the Makefile has no target test"
    return recipe[1].strip().splitlines()[-1].split()
