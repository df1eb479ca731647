# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running real playbooks: the modules through ansible-core, as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from emulator.testing import EmulatorHandle

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


@dataclass
class Run:
    """What a run of Ansible printed, and what each task returned: C(results[task][host])."""

    code: int
    output: str
    results: dict[str, dict[str, dict[str, Any]]]

    def of(self, task: str, host: str = "localhost") -> dict[str, Any]:
        """The result of a task."""
        return self.results[task][host]


@dataclass
class Ansible:
    """Runs Ansible in a directory of its own, with credentials and endpoint from the environment."""

    directory: Path
    emulator: EmulatorHandle

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a user who has set the collection up, and of a test that reads the results."""
        return {
            **os.environ,
            "HOME": str(self.directory),
            "ANSIBLE_HOME": str(self.directory / "ansible"),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "dump",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_FORKS": "4",
            "DUMP_RESULTS": str(self.directory / "results"),
            "KSYUN_ENDPOINT_URL": self.emulator.url,
            "KSYUN_ACCESS_KEY": self.emulator.access_key,
            "KSYUN_SECRET_KEY": self.emulator.secret_key,
            "KSYUN_REGION": self.emulator.region,
            **more,
        }

    def play(
        self,
        tasks: list[dict[str, Any]],
        *arguments: str,
        hosts: dict[str, dict[str, Any]] | None = None,
        environment_of_ansible: dict[str, str] | None = None,
        **play: Any,
    ) -> Run:
        """Run a playbook of these tasks on localhost, or on local hosts that differ in their variables."""
        return self.run(*self.playbook(tasks, *arguments, hosts=hosts, **play), **(environment_of_ansible or {}))

    def playbook(
        self,
        tasks: list[dict[str, Any]],
        *arguments: str,
        hosts: dict[str, dict[str, Any]] | None = None,
        **play: Any,
    ) -> list[str]:
        """The command that C(play) runs, its files written."""
        playbook = self.directory / "playbook.yml"
        playbook.write_text(
            yaml.safe_dump([{"hosts": "all", "gather_facts": False, **play, "tasks": tasks}], sort_keys=False)
        )
        inventory = self.directory / "inventory.yml"
        local = {"ansible_connection": "local"}
        known = {name: {**local, **values} for name, values in (hosts or {"localhost": {}}).items()}
        inventory.write_text(yaml.safe_dump({"all": {"hosts": known}}))
        return ["ansible-playbook", "-i", str(inventory), str(playbook), *arguments]

    def run(self, *command: str, **environment: str) -> Run:
        """Run one of Ansible's commands."""
        with self.start(*command, **environment) as process:
            output = process.communicate()[0]
        return self.read(process.returncode, output)

    def start(self, *command: str, alone: bool = False, **environment: str) -> subprocess.Popen[str]:
        """Start one of Ansible's commands, C(alone) in a session of its own."""
        self._dump.unlink(missing_ok=True)
        return subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.directory,
            start_new_session=alone,
        )

    def read(self, code: int, output: str) -> Run:
        """What a command that has ended left."""
        results: dict[str, dict[str, dict[str, Any]]] = {}
        for line in self._dump.read_text().splitlines() if self._dump.exists() else []:
            entry = json.loads(line)
            results.setdefault(entry["task"], {})[entry["host"]] = entry["result"]
        return Run(code, output, results)

    @property
    def _dump(self) -> Path:
        return self.directory / "results"
