# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet: many emulators in one process, each with a port, an account and faults of its own, for trials at once."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emulator.testing import EmulatorHandle

_TESTS = Path(__file__).resolve().parent.parent
_PATH = "/_fleet"
_QUIET_SECONDS = 90


class Member(EmulatorHandle):
    """One emulator of a fleet. C(encrypted_url) leads to the same by HTTPS."""

    def __init__(self, url: str, encrypted_url: str = "") -> None:
        super().__init__(url)
        self.encrypted_url = encrypted_url

    def outage(self, after: int, seconds: float, when: str) -> None:
        """Have the endpoint go down with the request after the next C(after), carried out or not; then come back."""
        self._fleet("POST", {"outage": {"after": after, "seconds": seconds, "when": when}})

    def stranger(self, **act: Any) -> None:
        """Have somebody else do something in the account: the fields of L(faults.ledger.Act)."""
        self._fleet("POST", {"stranger": act})

    def ledger(self) -> list[dict[str, Any]]:
        """What was carried out by whom, see L(faults.ledger.Row)."""
        return self._fleet("GET", None)["ledger"]

    def resources(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """All that there is, as it is stored, whatever answers show of it: by id, the kind and the wire object."""
        return {identity: (kind, wire) for identity, (kind, wire) in self._fleet("GET", None)["resources"].items()}

    def calm(self) -> dict[str, Any]:
        """Drop what has not come to pass, and wait until the endpoint is up and works on nothing more."""
        end = time.monotonic() + _QUIET_SECONDS
        while True:
            try:
                self.clear_faults()
                answer = self._fleet("DELETE", None)
                if not answer["working"]:
                    return answer
            except OSError:
                pass  # it is down; it comes back by itself
            if time.monotonic() > end:
                raise RuntimeError(f"{self.url} did not come to rest")
            time.sleep(0.1)

    def _fleet(self, method: str, payload: dict[str, Any] | None) -> dict[str, Any]:
        connection = self._connection()
        try:
            connection.request(method, _PATH, json.dumps(payload))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextlib.contextmanager
def running_fleet(count: int, certificate: Path | None = None) -> Iterator[list[Member]]:
    """So many emulators, in a process of their own that is stopped at the end.

    C(certificate): what they are by HTTPS, a PEM file with its key; without one, both URLs are plain.
    """
    command = [sys.executable, "-m", "faults.endpoints", str(count), *([str(certificate)] if certificate else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=_TESTS) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().split() for _unused in range(count)]
            if not all(lines):
                raise RuntimeError("the fleet did not start")
            yield [Member(*urls) for urls in lines]
        finally:
            process.send_signal(signal.SIGTERM)
