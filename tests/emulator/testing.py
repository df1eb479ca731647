# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the emulator as a process of its own and talk to its control API, for tests and demonstrations.

Standard library only, so that it can be imported from an environment that does not have the emulator's packages;
``python`` then names an interpreter that has them.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

ACCESS_KEY = "AKLTEXAMPLE-EMULATOR"
SECRET_KEY = "example-secret-not-real"
REGION = "cn-beijing-6"

_TESTS = Path(__file__).resolve().parent.parent
_STOP_SECONDS = 10.0
_CALL_SECONDS = 60.0


class ControlError(Exception):
    """The control API refused a call; the text is its answer."""


class EmulatorHandle:
    """The control API of an emulator that answers at ``url``.

    Every method raises ControlError with the emulator's message when the call is refused, and OSError when nothing
    listens there.
    """

    def __init__(
        self, url: str, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY, log_path: Path | None = None
    ) -> None:
        self.url = url
        self.access_key = access_key
        self.secret_key = secret_key
        self.region = REGION
        self._log_path = log_path
        parts = urlsplit(url)
        self.host = parts.hostname or "127.0.0.1"
        self.port = parts.port or 80

    def _connection(self) -> http.client.HTTPConnection:
        # http.client knows nothing of proxies, which a test's environment may well set.
        if not self.url.startswith("https:"):
            return http.client.HTTPConnection(self.host, self.port, timeout=_CALL_SECONDS)
        # Tests choose certificates that clients must refuse; the control API is to work with those, too.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(self.host, self.port, timeout=_CALL_SECONDS, context=context)

    def _call(self, method: str, path: str, payload: Any = None) -> Any:
        connection = self._connection()
        try:
            body = None if payload is None else json.dumps(payload).encode()
            connection.request(method, "/_emulator" + path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(f"{method} {path}: {response.status} {text}")
        return json.loads(text)

    def health(self) -> dict[str, Any]:
        """The answer of ``GET health``: ``{"status": "ok", ...}``."""
        return self._call("GET", "/health")

    def reset(self) -> None:
        """Drop resources, recorded requests and faults, and bring settings back to their start-up values."""
        self._call("POST", "/reset")

    def state(self, region: str | None = None) -> dict[str, list[dict[str, Any]]]:
        """All live resources as wire objects with a ``Region``, by set name, of one region or of all."""
        return self._call("GET", "/state" + (f"?region={quote(region)}" if region else ""))

    def seed(self, **sets: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Put resources in place: ``seed(VpnGatewaySet=[{...}], ...)``. Returns them complete, in the same order."""
        return self._call("POST", "/seed", sets)

    def remove(self, *ids: str) -> int:
        """Remove resources directly, as someone in the console would. Returns how many there were."""
        return self._call("POST", "/remove", {"ids": list(ids)})["removed"]

    def status(self, tunnel_id: str, **lines: list[Any]) -> None:
        """What a tunnel's lines are from now on: ``status(id, master=[["down", 3], ["up", None]], backup=...)``.

        Each is a list of states (down, ike, up) with the seconds spent in each. A line that is left out stays as it is.
        """
        self._call("POST", "/status", {"VpnTunnelId": tunnel_id, **lines})

    def paths(self, region: str | None = None) -> list[dict[str, str]]:
        """Where the packets of a region's VPCs go: network, gateway, tunnel (empty if none takes them), route."""
        return self._call("GET", "/paths" + (f"?region={quote(region)}" if region else ""))["paths"]

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """The recorded requests whose ``sequence`` is greater than ``since``, oldest first."""
        return self._call("GET", f"/requests?since={since}")["requests"]

    def clear_requests(self) -> None:
        """Forget the recorded requests; sequence numbers go on."""
        self._call("DELETE", "/requests")

    def settings(self) -> dict[str, Any]:
        """All settings with their present values."""
        return self._call("GET", "/settings")

    def configure(self, **settings: Any) -> dict[str, Any]:
        """Change settings; each one named is replaced as a whole. Returns all settings."""
        return self._call("PATCH", "/settings", settings)

    def fault(self, action: str, kind: str, **options: Any) -> dict[str, Any]:
        """Queue a fault for the coming calls of an action (a name or a shell pattern)."""
        return self._call("POST", "/faults", {"action": action, "kind": kind, **options})

    def faults(self) -> dict[str, Any]:
        """``{"faults": [what is left], "injected": how many took effect}``."""
        return self._call("GET", "/faults")

    def clear_faults(self) -> None:
        """Drop all faults that are left."""
        self._call("DELETE", "/faults")

    def log(self) -> str:
        """What the emulator's process wrote to stderr so far; empty when it was not started from here."""
        return self._log_path.read_text(encoding="utf-8") if self._log_path else ""


@contextlib.contextmanager
def running_emulator(
    port: int = 0,
    access_key: str = ACCESS_KEY,
    secret_key: str = SECRET_KEY,
    settings: dict[str, Any] | None = None,
    python: str | None = None,
    certificate: Path | None = None,
    private_key: Path | None = None,
) -> Iterator[EmulatorHandle]:
    """An emulator in a process of its own, on loopback, stopped by SIGTERM at the end.

    ``port`` 0 picks a free one; ``settings`` are start-up values, which ``reset()`` comes back to; ``python`` is an
    interpreter that has the emulator's packages (this one by default); ``certificate`` and ``private_key``, PEM
    files, make it serve HTTPS. Raises RuntimeError, with the process's stderr, when it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="ksyun-vpn-emulator-") as directory:
        log_path = Path(directory, "log")
        command = [python or sys.executable, "-m", __package__, "--port", str(port)]
        if settings:
            settings_path = Path(directory, "settings.json")
            settings_path.write_text(json.dumps(settings), encoding="utf-8")
            command += ["--settings", str(settings_path)]
        for option, path in (("--certificate", certificate), ("--private-key", private_key)):
            if path:
                command += [option, str(path)]
        environment = {
            **os.environ,
            "PYTHONPATH": str(_TESTS),
            # Keys go by the environment: a command line can be read by every user of the host.
            "EMULATOR_ACCESS_KEY": access_key,
            "EMULATOR_SECRET_KEY": secret_key,
        }
        with log_path.open("wb") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
        try:
            url = process.stdout.readline().strip() if process.stdout else ""
            if not url:
                process.wait(_STOP_SECONDS)
                raise RuntimeError(f"the emulator did not start:\n{log_path.read_text(encoding='utf-8')}")
            yield EmulatorHandle(url, access_key, secret_key, log_path)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
