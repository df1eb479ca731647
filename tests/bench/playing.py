# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playing playbooks of many tasks: how long they take, and how much memory their processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import yaml

HERE = Path(__file__).resolve().parent
_BIN = Path(sys.executable).parent
_SAMPLE_SECONDS = 0.01
_RECAP = re.compile(r"localhost +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)")

Task = dict[str, Any]


@dataclass
class Played:
    """A run of C(ansible-playbook): seconds, seconds of processor time, and the peak memory in MiB of each role."""

    seconds: float
    processor: float
    memory: dict[str, float] = field(default_factory=dict)


class Player:
    """Plays tasks on localhost with Ansible's defaults, whatever the user has configured. C(environment) is added."""

    def __init__(self, directory: Path, collections: Path, environment: Mapping[str, str]) -> None:
        self.directory = directory
        (directory / "ansible.cfg").touch()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "KSYUN_"))}
        self._environment = {
            **inherited,
            "HOME": str(directory),
            "ANSIBLE_CONFIG": str(directory / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_LIBRARY": str(HERE / "library"),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            **environment,
        }

    def play(
        self,
        tasks: list[Task],
        items: Iterable[Mapping[str, Any]] = (),
        *arguments: str,
        changes: bool = False,
        memory: bool = False,
        **environment: str,
    ) -> Played:
        """Play these tasks; C(items) is the variable that a loop goes over.

        A benchmark of what went wrong is none: fails if a task fails, or changes something without C(changes).
        """
        play = {"hosts": "localhost", "gather_facts": False, "vars": {"items": list(items)}, "tasks": tasks}
        playbook = self.directory / "playbook.yml"
        playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        log = self.directory / "log"
        with log.open("wb") as output:
            began = time.perf_counter()
            process = subprocess.Popen(
                [_BIN / "ansible-playbook", str(playbook), *arguments],
                env={**self._environment, **environment},
                cwd=self.directory,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            watch = _Watch(process.pid) if memory else None
            _pid, status, usage = os.wait4(process.pid, 0)  # the usage is that of all its descendants, too
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        text = log.read_text(encoding="utf-8", errors="replace")
        recap = _RECAP.search(text)
        changed = int(recap[2]) if recap else 0
        if process.returncode or (tasks and not recap) or (changed and not changes):
            raise RuntimeError(f"a play ended with {process.returncode}, {changed} changed:\n{text[-4000:]}")
        return Played(seconds, usage.ru_utime + usage.ru_stime, watch.end() if watch else {})


class _Watch:
    """Samples the memory of a process and its descendants: the kernel's own peak (VmHWM) of each, as long as it lives.

    Roles: C(main), the C(worker) that it forks for each task, and the C(module) that a worker starts.
    """

    def __init__(self, pid: int) -> None:
        self._main = psutil.Process(pid)
        self._peaks: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> dict[str, float]:
        """Stop; the peak of each role in MiB."""
        self._ended.set()
        self._thread.join()
        return self._peaks

    def _run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            with suppress(psutil.Error):
                for process in (self._main, *self._main.children(recursive=True)):
                    with suppress(psutil.Error, OSError):
                        self._sample(process)

    def _sample(self, process: psutil.Process) -> None:
        words = " ".join(process.cmdline())
        if process == self._main:
            role = "main"
        else:
            role = "module" if "AnsiballZ" in words else "worker" if "ansible-playbook" in words else "other"
        found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{process.pid}/status").read_text(encoding="ascii"))
        if found:
            self._peaks[role] = max(self._peaks.get(role, 0.0), int(found[1]) / 1024)
