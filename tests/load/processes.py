# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real module processes, without ansible-core between: as many as wanted, all sending at the same moment."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.testing import EmulatorHandle

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULES = "ansible_collections.ksyun.vpn.plugins.modules"
_TESTS = Path(__file__).resolve().parent.parent
ACCESS_KEY, SECRET_KEY = "AKLTEXAMPLE-LOAD", "example-secret-for-load"
_READY_SECONDS = 120
_SAMPLE_SECONDS = 0.02


@dataclass
class Done:
    """What a module process returned, the seconds it took from the gate on, and its peak memory in MiB."""

    result: dict[str, Any]
    seconds: float
    peak: float


class Gate(EmulatorHandle):
    """An emulator in a process that can be held, so that requests pile up in front of it."""

    def __init__(self, url: str, process: subprocess.Popen[str]) -> None:
        super().__init__(url, ACCESS_KEY, SECRET_KEY)
        self._process = process

    def hold(self) -> None:
        """Let nothing in."""
        self._process.send_signal(signal.SIGSTOP)

    def open(self) -> None:
        """Let everything in that waits."""
        self._process.send_signal(signal.SIGCONT)

    def connections(self) -> int:
        """How many connections there are to the emulator (Linux)."""
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        to = f"0100007F:{self.port:04X}"
        return sum(line.split()[2] == to and line.split()[3] == "01" for line in lines)

    def counts(self) -> Counter[str]:
        """The requests so far, by action."""
        return Counter(entry["action"] for entry in self.requests())

    def throttled(self) -> int:
        """How many of them were refused for their number."""
        return sum(entry["code"] == "LimitExceeded" for entry in self.requests())


@contextmanager
def gate() -> Iterator[Gate]:
    """An emulator with a gate."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(_TESTS),
        "EMULATOR_ACCESS_KEY": ACCESS_KEY,
        "EMULATOR_SECRET_KEY": SECRET_KEY,
    }
    command = [sys.executable, "-m", "emulator", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Gate(process.stdout.readline().strip(), process)
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


def run_modules(emulator: Gate, tasks: list[tuple[str, dict[str, Any]]], *, together: bool = True) -> list[Done]:
    """Run a module process for each task (module, options); C(together): let their first requests in at one moment."""
    if together:
        emulator.hold()
    with tempfile.TemporaryDirectory(prefix="ksyun-vpn-load-") as home, ThreadPoolExecutor(len(tasks)) as pool:
        started = [pool.submit(_run, emulator, Path(home, str(number)), *task) for number, task in enumerate(tasks)]
        end = time.monotonic() + _READY_SECONDS
        while together and emulator.connections() < len(tasks) and time.monotonic() < end:
            time.sleep(0.1)
        opened = time.monotonic()
        emulator.open()
        done = [each.result() for each in started]
    return [Done(result, ended - (opened if together else began), peak) for result, began, ended, peak in done]


def start_module(
    emulator: EmulatorHandle, directory: Path, module: str, options: dict[str, Any]
) -> subprocess.Popen[bytes]:
    """A module process with these options, that writes what it returns to the file C(out) of its directory."""
    environment = {
        **os.environ,
        "HOME": str(directory),
        "KSYUN_ACCESS_KEY": emulator.access_key,
        "KSYUN_SECRET_KEY": emulator.secret_key,
        "KSYUN_REGION": emulator.region,
        "KSYUN_ENDPOINT_URL": emulator.url,
        "NO_PROXY": "127.0.0.1",
    }
    with (directory / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", f"{_MODULES}.{module}"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode())
    process.stdin.close()
    return process


def _run(
    emulator: EmulatorHandle, directory: Path, module: str, options: dict[str, Any]
) -> tuple[dict[str, Any], float, float, float]:
    directory.mkdir()
    began = time.monotonic()
    peak = _watch(start_module(emulator, directory, module, options))
    ended = time.monotonic()
    text = (directory / "out").read_text(encoding="utf-8", errors="replace")
    try:
        result = json.loads(text)
    except ValueError:
        result = {"failed": True, "msg": text}
    return result, began, ended, peak


def _watch(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; its peak memory in MiB, of its own (the kernel's rusage begins with its parent's)."""
    peak, status = 0, Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        with suppress(OSError):
            found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="utf-8"))
            peak = max(peak, int(found[1]) if found else 0)
        time.sleep(_SAMPLE_SECONDS)
    return peak / 1024
