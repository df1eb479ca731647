# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playing trials: all at once as the hosts of one play, by ansible-core, in-process and as modules in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from emulator.testing import REGION

from .account import Account
from .keys import keys
from .trials import KINDS
from .ways import Ways

Results = dict[str, dict[str, Any]]  # what each task returned, by kind

HERE = Path(__file__).parent
FORKS = 24
# Slots of a play, in their order; a trial fills some. What uses others goes before them, and comes after them.
SLOTS = {
    "removal": "vpn_tunnel",
    "gateway": "vpn_gateway",
    "customer": "customer_gateway",
    "tunnel": "vpn_tunnel",
}
# What a task may take by its own limits, in seconds, with room for a busy machine: ansible-core stops it then.
LIMIT = 240
_PLAY = {
    "hosts": "all",
    "gather_facts": False,
    "strategy": "free",
    "tasks": [
        {
            "name": slot,
            f"ksyun.vpn.{kind}": None,
            "args": f"{{{{ slots.{slot} }}}}",
            "when": f"'{slot}' in slots",
            "timeout": LIMIT,
        }
        for slot, kind in SLOTS.items()
    ],
}


def slots(account: Account, ways: Ways, limits: dict[str, Any]) -> dict[str, Any]:
    """The tasks of a trial, by slot."""
    filled: dict[str, Any] = {}
    for each in account.trial.tasks:
        slot = next(slot for slot, kind in SLOTS.items() if kind == each.kind)
        if each.kind == "vpn_tunnel" and each.options is not None:
            slot = "tunnel"
        arguments = {**limits, **keys(KINDS.index(each.kind)), **ways.options(account.member, account.trial.proxy)}
        if each.options is None:
            arguments.update(state="absent", name=each.name)
        else:
            arguments.update(each.options)
        identity = account.id_of(each, account.member.resources())
        if identity is not None:
            arguments["id"] = identity
        filled[slot] = arguments
    return filled


class Player:
    """Runs plays in a directory of its own. C(collections) is where ansible-core finds the collection."""

    def __init__(self, directory: Path, collections: str, ways: Ways) -> None:
        self.directory = directory
        self.ways = ways
        self.collections = collections
        self.output = ""
        (directory / "play.yml").write_text(yaml.safe_dump([_PLAY], sort_keys=False), encoding="utf-8")

    def play(self, accounts: list[Account], limits: dict[str, Any]) -> list[Results]:
        """Run the tasks of all trials, each as a host; what each task returned, by trial."""
        hosts = {
            f"trial{number}": {
                "ansible_connection": "local",
                "ksyun_vpn_in_process": number % 2 == 0,  # the same core, by its two ways
                "slots": slots(account, self.ways, limits),
            }
            for number, account in enumerate(accounts)
        }
        inventory, dump = self.directory / "hosts.json", self.directory / "results"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        dump.unlink(missing_ok=True)
        done = subprocess.run(
            [
                str(Path(sys.executable).parent / "ansible-playbook"),
                "-i",
                str(inventory),
                str(self.directory / "play.yml"),
            ],
            env=self._environment(dump),
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.output = done.stdout
        if not dump.exists():
            raise RuntimeError(f"ansible-playbook ran nothing:\n{done.stdout[-4000:]}")
        results: list[Results] = [{} for _unused in accounts]
        for line in dump.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            results[int(entry["host"].removeprefix("trial"))][SLOTS[entry["task"]]] = entry["result"]
        return results

    def _environment(self, dump: Path) -> dict[str, str]:
        return {
            **os.environ,
            "HOME": str(self.directory),
            "ANSIBLE_HOME": str(self.directory / "ansible"),
            "ANSIBLE_COLLECTIONS_PATH": self.collections,
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE.parent / "modules" / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "dump",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
            "ANSIBLE_FORKS": str(FORKS),
            "ANSIBLE_INJECT_FACT_VARS": "false",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_PIPELINING": "true",
            "DUMP_RESULTS": str(dump),
            "KSYUN_REGION": REGION,
            "NO_PROXY": "127.0.0.1",
        }
