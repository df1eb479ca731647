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

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from emulator.testing import running_emulator


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variables", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that the emulator is stopped
    with running_emulator(access_key=f"AK{secrets.token_hex(9)}", secret_key=secrets.token_urlsafe(30)) as emulator:
        settings = {
            "KSYUN_ENDPOINT_URL": emulator.url,
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
            "EMULATOR_URL": emulator.url,
        }
        if arguments.variables:
            arguments.variables.write_text(json.dumps({name.lower(): value for name, value in settings.items()}))
        return subprocess.call(arguments.command, env={**os.environ, **settings})


if __name__ == "__main__":
    sys.exit(main())
