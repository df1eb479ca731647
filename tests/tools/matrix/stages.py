# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the matrix runs with each version of ansible-core."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Union

from .environment import CACHE, ROOT, Environment

IN_COPY = ROOT / "tests" / "tools" / "in_copy.py"
WITH_EMULATOR = ROOT / "tests" / "tools" / "with_emulator.py"
# The tests in which Ansible runs. The rest is plain Python, which "make units" tests.
PYTESTS = (
    "tests/modules",
    "tests/in_process",
    "tests/signals",
    "tests/hostile/test_names.py",
    "tests/hostile/test_ansible.py",
    "tests/secrets/test_ansible_core.py",
    "tests/secrets/test_awkward_keys.py",
    "tests/secrets/test_playbooks.py",
    "tests/secrets/test_retyped.py",
    "tests/unit/plugins/test_documentation.py",
    "tests/unit/roles",
    "tests/quality/test_install.py",
)
Command = list[Union[str, Path]]


def sanity(environment: Environment) -> list[Command]:
    return [
        [environment.python, IN_COPY, "ansible-test", "sanity", "--local", "--python", environment.python_version],
    ]


def integration(environment: Environment) -> list[Command]:
    # The emulator runs in the environment that this runs in.
    emulator: Command = [sys.executable, WITH_EMULATOR, "--variables", "tests/integration/integration_config.yml"]
    tests: Command = ["ansible-test", "integration", "--local", "--python", environment.python_version]
    return [[environment.python, IN_COPY, *emulator, *tests]]


def units(environment: Environment) -> list[Command]:
    there = [path for path in PYTESTS if (ROOT / path).exists()]
    return [[environment.bin / "pytest", "--quiet", "--numprocesses", "2", "--dist", "loadfile", *there]]


def floor(environment: Environment) -> list[Command]:
    """The demonstration, which asserts what it does, with the oldest Python and requests on the module's side."""
    ran = environment.folder / "floor.ran"
    ran.unlink(missing_ok=True)
    witness = environment.folder / "floor-python"  # leaves a trace, so that no module can have run elsewhere unseen
    record, real = shlex.quote(str(ran)), shlex.quote(str(environment.floor))
    witness.write_text(f'#!/bin/sh\necho "$@" >>{record}\nexec {real} "$@"\n')
    witness.chmod(0o755)
    playbook = [environment.bin / "ansible-playbook", ROOT / "tests" / "demo" / "site_to_site.yml"]
    return [
        [sys.executable, WITH_EMULATOR, *playbook, "--diff", "--extra-vars", f"ansible_python_interpreter={witness}"],
        ["grep", "-q", "AnsiballZ_vpn_tunnel", ran],
    ]


STAGES = {"sanity": sanity, "integration": integration, "units": units, "floor": floor}


def run_stage(name: str, environment: Environment) -> bool:
    """Run a stage's commands into its log and tell whether all of them passed."""
    variables = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(environment.collections),
        "ANSIBLE_PYTHON_INTERPRETER": str(environment.python),
        "ANSIBLE_NOCOLOR": "true",
        "PATH": f"{environment.bin}{os.pathsep}{os.environ['PATH']}",
        "PIP_CACHE_DIR": str(CACHE / "pip"),
        "PYTHONPATH": "" if name != "units" else f"{environment.collections}{os.pathsep}{ROOT / 'tests'}",
    }
    with environment.log(name).open("w") as log:
        for command in STAGES[name](environment):
            words = [str(word) for word in command]
            if subprocess.call(words, cwd=ROOT, env=variables, stdout=log, stderr=subprocess.STDOUT):
                return False
    return True
