# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running playbooks that hold no secret themselves, and looking at all that is left of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.ksyun.vpn.tests.secrets.sentinels import (
    AWKWARD,
    KEY,
    OLD_KEY,
    PROXY_URL,
    SECRET_KEY,
    TOKEN,
    assert_clean,
)
from ansible_collections.ksyun.vpn.tests.secrets.stage import ACCESS_KEY
from ansible_collections.ksyun.vpn.tests.support.tables import NAMED as RESOURCES
from emulator.testing import EmulatorHandle

CALLBACKS = Path(__file__).parents[1] / "modules" / "callback"
# An interpreter with another ansible-core, to run the playbooks with that, too.
OTHER = "OTHER_ANSIBLE_PYTHON"
PYTHONS = [sys.executable, *([os.environ[OTHER]] if os.environ.get(OTHER) else [])]
VARIABLES = {
    "key": KEY,
    "old_key": OLD_KEY,
    "secret_key": SECRET_KEY,
    "token": TOKEN,
    "proxy": PROXY_URL,
    "awkward": AWKWARD,
    "keys_of_tunnels": {"loop 1": KEY, "loop 2": OLD_KEY},
    "tunnels": [{"name": "loop 1", "key": KEY}, {"name": "loop 2", "key": OLD_KEY}],
}
SECRETS = {"secret_key": "{{ secret_key }}", "security_token": "{{ token }}"}
MODULES = [f"ksyun.vpn.{kind}{form}" for kind in RESOURCES for form in ("", "_info")]
Task = dict[str, Any]


@dataclass
class Run:
    """What a run printed, and what each task returned."""

    code: int
    output: str
    results: dict[str, dict[str, Any]]


@dataclass
class Ansible:
    """Runs playbooks in a directory that holds all that Ansible leaves behind; the variables lie elsewhere."""

    directory: Path
    variables: Path
    emulator: EmulatorHandle
    python: str = sys.executable
    keeps: bool = False

    @property
    def version(self) -> tuple[int, int]:
        """The version of ansible-core."""
        code = "import ansible.release; print(ansible.release.__version__)"
        said = subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=True).stdout
        major, minor = said.split(".")[:2]
        return int(major), int(minor)

    def play(self, tasks: list[Task], *arguments: str, **environment: str) -> Run:
        """Run a playbook of these tasks on localhost; each fails without ending the play, and is registered."""
        self.keeps = "ANSIBLE_KEEP_REMOTE_FILES" in environment
        tasks = [{"ignore_errors": True, "register": f"result_{number}", **task} for number, task in enumerate(tasks)]
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {module: {**SECRETS, "max_attempts": 1} for module in MODULES},
            "tasks": tasks,
        }
        playbook, results = self.directory / "playbook.yml", self.directory / "results"
        playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        results.unlink(missing_ok=True)
        variables = self.variables / "variables.yml"
        variables.write_text(yaml.safe_dump(VARIABLES), encoding="utf-8")
        done = subprocess.run(
            [str(Path(self.python).parent / "ansible-playbook"), str(playbook), "-e", f"@{variables}", *arguments],
            env=self._environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.directory,
        )
        lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
        entries = [json.loads(line) for line in lines]
        return Run(done.returncode, done.stdout, {entry["task"]: entry["result"] for entry in entries})

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {
            **os.environ,
            "HOME": str(self.directory),
            "ANSIBLE_HOME": str(self.directory / "ansible"),
            "ANSIBLE_REMOTE_TMP": str(self.directory / "remote"),
            "ANSIBLE_LOG_PATH": str(self.directory / "log"),
            "ANSIBLE_PYTHON_INTERPRETER": self.python,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "dump",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_INJECT_INVOCATION": "true",
            "ANSIBLE_DISPLAY_TRACEBACK": "always",
            "DUMP_RESULTS": str(self.directory / "results"),
            "KSYUN_ENDPOINT_URL": self.emulator.url,
            "KSYUN_ACCESS_KEY": ACCESS_KEY,
            "KSYUN_REGION": self.emulator.region,
            **more,
        }

    def left_behind(self) -> dict[str, str]:
        """All files of the directory, by their names below it.

        A background job's files are removed by a process that looks every few seconds.
        """
        end = time.monotonic() + 20
        while not self.keeps and any(self.directory.glob("remote/*/*")) and time.monotonic() < end:
            time.sleep(0.2)
        return {
            str(file.relative_to(self.directory)): file.read_bytes().decode("utf-8", "replace")
            for file in sorted(self.directory.rglob("*"))
            if file.is_file()
        }

    def assert_clean(self, run: Run) -> None:
        """No sentinel in the output, in what tasks returned, in files, or in what the service has seen of URLs."""
        for line in run.output.splitlines():
            assert_clean(line, f"the line {line.partition(':')[0][:60]!r} of the output")
        for task, result in run.results.items():
            assert_clean(result, f"the result of {task!r}")
        for name, text in self.left_behind().items():
            assert_clean(text, f"the file {name}")
        assert_clean(self.emulator.log(), "the service's log")
        assert_clean(self.emulator.requests(), "the service's journal")
