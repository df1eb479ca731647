# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Ansible that a signal strikes at a request of one's choice (Linux)."""

from __future__ import annotations

import os
import select
import signal
import socket
import socketserver
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modules.runner import Ansible, Run

_PATIENCE = 60.0  # seconds
_LOOK = 0.02
_TO_ARRIVE = 0.3  # for a signal that Ansible hands on to its workers
_MARK = "SIGNALS_TEST_RUN"


@dataclass
class Target:
    """Who is struck, and with what."""

    number: signal.Signals
    who: str  # "worker", "worker's group", "ansible", or "group", which is that of ansible

    def __str__(self) -> str:
        return f"{self.number.name} to the {self.who}"


class _Relay(socketserver.BaseRequestHandler):
    """Hands a connection on to the emulator, and strikes before a request is handed on."""

    def handle(self) -> None:
        server: Any = self.server
        with socket.create_connection(server.target) as onward, suppress(OSError):
            ways = {self.request: onward, onward: self.request}
            while True:
                for source in select.select(list(ways), [], [])[0]:
                    piece = source.recv(1 << 20)
                    if not piece:
                        return
                    if source is self.request and piece.startswith((b"GET ", b"POST ")):
                        server.meet()
                    ways[source].sendall(piece)


class Relay(socketserver.ThreadingTCPServer):
    """A relay that calls C(strike) when request C(at), counted from 0, has come and before it is handed on."""

    daemon_threads = True

    def __init__(self, host: str, port: int, at: int, strike: Callable[[], None]) -> None:
        self.target, self.at, self.strike, self.met = (host, port), at, strike, 0
        super().__init__(("127.0.0.1", 0), _Relay)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def meet(self) -> None:
        number, self.met = self.met, self.met + 1
        if number == self.at:
            self.strike()


def _processes(mark: str) -> dict[int, int]:
    """The living processes of a run, each with its parent."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{_MARK}={mark}\0".encode() in (folder / "environ").read_bytes():
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    found[int(folder.name)] = int(parent)
    return found


@contextmanager
def _relay(ansible: Ansible, at: int, strike: Callable[[], None]) -> Iterator[Relay]:
    with Relay(ansible.emulator.host, ansible.emulator.port, at, strike) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        yield relay
        relay.shutdown()


def struck(ansible: Ansible, task: dict[str, Any], target: Target, at: int, **play: Any) -> tuple[Run, int]:
    """Run a task that is struck at a request, until none of its processes is left; the run, and the requests met."""
    mark = uuid.uuid4().hex
    processes: list[subprocess.Popen[str]] = []

    def strike() -> None:
        leader = processes[0].pid
        (worker,) = (process for process, parent in _processes(mark).items() if parent == leader)
        if target.who == "worker":
            os.kill(worker, target.number)
        elif target.who == "worker's group":
            os.killpg(os.getpgid(worker), target.number)
        else:
            (os.killpg if target.who == "group" else os.kill)(leader, target.number)
            time.sleep(_TO_ARRIVE)

    with _relay(ansible, at, strike) as relay:
        command = ansible.playbook([task], **play)
        variables = {"KSYUN_ENDPOINT_URL": relay.url, _MARK: mark}
        with ansible.start(*command, alone=True, **variables) as process:
            processes.append(process)
            output = process.communicate(timeout=_PATIENCE)[0]
        end = time.monotonic() + _PATIENCE
        while _processes(mark):
            assert time.monotonic() < end, "a process of the run does not end"
            time.sleep(_LOOK)
        return ansible.read(process.returncode, output), relay.met
