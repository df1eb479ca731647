# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command while the emulator serves it.

    with_emulator.py [--variables FILE] COMMAND [ARGUMENT ...]
    with_emulator.py --shell

The emulator takes a free port of loopback and keys made for this run. The command finds them in the environment, under
the names that the collection reads; with --variables also in FILE, under the names that the integration tests read.
With --shell the command is the user's shell, which is told what it can do.
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

from emulator.testing import EmulatorHandle, running_emulator

GREETING = """
The emulator runs at {url}. Region, endpoint and keys are in this shell's environment (KSYUN_*), and the
collection and ansible-playbook are in its paths. All is forgotten when you leave it, with "exit".

  ansible localhost -m ksyun.vpn.vpn_gateway_info      list what there is: nothing yet
  ansible-playbook office.yml --check --diff           a playbook of your own, or the README's first one
  ansible-playbook ksyun.vpn.report                    list all
  curl -X POST {url}/_emulator/reset
                                                       begin again, in an empty account

"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variables", type=Path)
    parser.add_argument("--shell", action="store_true")
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
        environment = {**os.environ, **settings}
        if arguments.shell:
            return _open_shell(emulator, environment)
        return subprocess.call(arguments.command, env=environment)


def _open_shell(emulator: EmulatorHandle, environment: dict[str, str]) -> int:
    """The user's shell. That its last command failed is not our failure."""
    sys.stdout.write(GREETING.format(url=emulator.url))
    sys.stdout.flush()
    subprocess.call([environment.get("SHELL") or "sh"], env=environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
