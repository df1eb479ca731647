# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command while the emulator serves it.

    with_emulator.py [--variables FILE] COMMAND [ARGUMENT ...]

The emulator takes a free port of loopback and keys made for this run. The command finds them in the environment, under
the names that the collection reads; with --variables also in FILE, under the names that the integration tests read.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REGION = "cn-beijing-6"


def start_emulator(access_key: str, secret_key: str) -> tuple[subprocess.Popen[str], str]:
    """The running emulator and its URL, which is the first line it prints. Raises RuntimeError if it prints none."""
    emulator = subprocess.Popen(
        [sys.executable, "-m", "emulator", "--port", "0"],
        env={
            **os.environ,
            "EMULATOR_ACCESS_KEY": access_key,
            "EMULATOR_SECRET_KEY": secret_key,
            "PYTHONPATH": str(TESTS),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert emulator.stdout is not None
    url = emulator.stdout.readline().strip()
    if not url.startswith("http"):
        raise RuntimeError(f"the emulator did not start: it printed {url!r} and ended with {emulator.wait(10)}")
    return emulator, url


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variables", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that "finally" below runs
    access_key, secret_key = f"AK{secrets.token_hex(9)}", secrets.token_urlsafe(30)
    emulator, url = start_emulator(access_key, secret_key)
    settings = {
        "KSYUN_ENDPOINT_URL": url,
        "KSYUN_ACCESS_KEY": access_key,
        "KSYUN_SECRET_KEY": secret_key,
        "KSYUN_REGION": REGION,
        "EMULATOR_URL": url,
    }
    try:
        if arguments.variables:
            arguments.variables.write_text(json.dumps({name.lower(): value for name, value in settings.items()}))
        return subprocess.call(arguments.command, env={**os.environ, **settings})
    finally:
        emulator.terminate()
        emulator.wait(10)


if __name__ == "__main__":
    sys.exit(main())
