# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running tasks at the same moment: threads of a process that has the installed collection, without ansible-core.

    python -m faults.core FILE ["in turn"]

reads a list of L(Job) groups (JSON) and prints a line of JSON for each job that has ended: C([number, result]).
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FuturesTimeout
from pathlib import Path
from threading import Lock
from typing import Any

from emulator.testing import REGION

_TESTS = Path(__file__).resolve().parent.parent
_GROUPS_AT_ONCE = 70
_PROCESSES = 2
LIMIT = 240  # seconds that a group of tasks may take
HANGS = {"failed": True, "changed": False, "msg": "Timed out"}


@dataclasses.dataclass
class Job:
    """One task: its number, its module, all its options, and how long it waits before it begins, in seconds."""

    number: int
    kind: str
    options: dict[str, Any]
    delay: float = 0.0


def run_groups(
    groups: list[list[Job]], collections: str, directory: Path, *, in_turn: bool = False
) -> dict[int, dict[str, Any]]:
    """Run each group's jobs at once, or one after the other, many groups at a time; the results by the job's number."""
    processes = []
    for number in range(_PROCESSES):
        file = directory / f"jobs{number}.json"
        some = groups[number::_PROCESSES]
        file.write_text(json.dumps([[dataclasses.asdict(job) for job in group] for group in some]), encoding="utf-8")
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "faults.core", str(file), *(["in turn"] if in_turn else [])],
                stdout=subprocess.PIPE,
                text=True,
                cwd=_TESTS,
                env={**os.environ, "PYTHONPATH": f"{collections}{os.pathsep}{_TESTS}", "NO_PROXY": "127.0.0.1"},
            )
        )
    with ThreadPoolExecutor(_PROCESSES) as pool:
        output = list(pool.map(lambda process: process.communicate()[0], processes))
    if any(process.returncode for process in processes):
        raise RuntimeError("a process of the core has failed")
    return dict(json.loads(line) for text in output for line in text.splitlines())


class _Running:
    """The side in the process."""

    def __init__(self, in_turn: bool) -> None:
        # here, as they bring the collection, which the other side does without
        from laws.world import RESOURCES

        from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import resource_spec
        from ansible_collections.ksyun.vpn.plugins.module_utils.runner.manage import run_resource

        self._resources = RESOURCES
        self._defaults = {
            name: {option: detail.get("default") for option, detail in resource_spec(resource).items()}
            for name, resource in RESOURCES.items()
        }
        self._run = run_resource
        self._in_turn = in_turn
        self._lock = Lock()

    def group(self, group: list[dict[str, Any]]) -> None:
        """Run one group, until the last has ended or hangs."""
        jobs = [Job(**job) for job in group]
        pool = ThreadPoolExecutor(1 if self._in_turn else len(jobs))
        futures = [(job, pool.submit(self._job, job)) for job in jobs]
        end = time.monotonic() + LIMIT
        for job, future in futures:
            try:
                self._tell(job, future.result(max(0.0, end - time.monotonic())))
            except (TimeoutError, FuturesTimeout):  # one and the same from Python 3.11 on
                self._tell(job, HANGS)
        pool.shutdown(wait=False)

    def _job(self, job: Job) -> dict[str, Any]:
        time.sleep(job.delay)
        parameters = {**self._defaults[job.kind], "region": REGION, **job.options}
        home = {"HOME": os.path.dirname(sys.argv[1])}
        try:
            result = self._run(self._resources[job.kind], parameters, check_mode=False, diff=True, environment=home)
            return {"failed": False, **result}
        except Exception:  # pylint: disable=broad-except
            return {"failed": True, "changed": False, "msg": traceback.format_exc()}

    def _tell(self, job: Job, result: dict[str, Any]) -> None:
        with self._lock:
            sys.stdout.write(json.dumps([job.number, result], default=str) + "\n")
            sys.stdout.flush()


def main() -> None:
    """Run the program."""
    groups = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    running = _Running(len(sys.argv) > 2)
    with ThreadPoolExecutor(_GROUPS_AT_ONCE) as pool:
        list(pool.map(running.group, groups))
    os._exit(0)  # what hangs would hold it


if __name__ == "__main__":
    main()
