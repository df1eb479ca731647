# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault campaign: the real modules, run by ansible-core, while everything goes wrong that a flaky link offers.

    python -m faults.campaign [--trials N] [--seed S] [--collections PATH] [--broken]

Each trial has an account of its own in an emulator of its own. Its tasks are applied with mishaps, then without any;
then all that is there is compared with what was declared; where the first run had failed, a third one must change
nothing. Prints the seed first, a table at the end, and ends with 1 if any law was broken.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from . import judging
from .account import Account
from .broken import break_collection
from .fleet import running_fleet
from .mishaps import READ_TIMEOUT
from .playing import Player, Results
from .trials import Trial, draw_trial

BATCH = 250
_SHOWN = 40
# Of the run with mishaps: short, so that a trial takes seconds. Afterwards the defaults hold.
LIMITS: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": READ_TIMEOUT,
    "max_retry_time": 12,
    "wait_timeout": 30,
}


@dataclass
class Tally:
    """What came out of a campaign."""

    trials: int = 0
    tasks: int = 0
    failed_tasks: int = 0
    failed_trials: int = 0
    outages: int = 0
    mishaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    laws: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    verdicts: list[str] = field(default_factory=list)

    def report(self, trial: Trial, law: str, text: str) -> None:
        """Note a broken law; a trial breaks one at most once."""
        self.verdicts.append(f"trial {trial.number}: {law}: {text}")
        self.laws[law] += 1

    @property
    def broken(self) -> int:
        """How often a law was broken."""
        return sum(self.laws.values())


def draw(seed: int, trials: int) -> list[Trial]:
    """The trials of a seed; each depends on the seed and its own number only."""
    return [draw_trial(Random(f"{seed}/{number}"), number) for number in range(trials)]  # noqa: S311 - not secret


def run(trials: list[Trial], collections: str, directory: Path, batch: int = BATCH) -> Tally:
    """Run a campaign. C(collections) is where ansible-core finds the collection."""
    tally = Tally()
    player = Player(directory, collections)
    with running_fleet(min(batch, len(trials))) as fleet:
        for start in range(0, len(trials), batch):
            some = trials[start : start + batch]
            began = time.monotonic()
            _run_batch(player, [Account(member, trial) for member, trial in zip(fleet, some)], tally)
            took = time.monotonic() - began
            print(
                f"{tally.trials} trials, {tally.broken} laws broken, {took:.0f} s for the last {len(some)}", flush=True
            )
    return tally


def _run_batch(player: Player, accounts: list[Account], tally: Tally) -> None:
    down = {account.member.url: account.member.calm()["outages"] for account in accounts}
    for account in accounts:
        account.member.configure(**account.trial.settings)
        for mishap in account.trial.mishaps:
            mishap.prepare(account.member)
    first = player.play(accounts, LIMITS)
    _note(player, tally, first)
    verdicts: list[set[judging.Verdict]] = [set(judging.crashes(results)) for results in first]
    for number, (account, results) in enumerate(zip(accounts, first)):
        tally.outages += account.member.calm()["outages"] - down[account.member.url]
        requests = account.member.requests()
        tally.mishaps += judging.count_mishaps(requests)
        verdicts[number].update(judging.first_run(account, results, account.look(), requests))

    second = player.play(accounts, {})
    _note(player, tally, second)
    for number, (account, results) in enumerate(zip(accounts, second)):
        verdicts[number].update(judging.crashes(results))
        verdicts[number].update(judging.second_run(account, first[number], results, account.look()))

    failed = [number for number, results in enumerate(first) if any(result["failed"] for result in results.values())]
    if failed:
        third = player.play([accounts[number] for number in failed], {})
        _note(player, tally, third)
        for number, results in zip(failed, third):
            verdicts[number].update(judging.crashes(results))
            verdicts[number].update(judging.third_run(accounts[number], results))
    tally.trials += len(accounts)
    tally.failed_trials += len(failed)
    for account, found in zip(accounts, verdicts):
        for law in judging.LAWS:
            texts = sorted(text for broken, text in found if broken == law)
            if texts:
                tally.report(account.trial, law, " | ".join(texts))
    for results in first:
        for result in results.values():
            if result["failed"]:
                tally.claims[judging.claim(str(result.get("msg"))) or "unclear"] += 1


def _note(player: Player, tally: Tally, results: list[Results]) -> None:
    tally.tasks += sum(map(len, results))
    tally.failed_tasks += sum(result["failed"] for each in results for result in each.values())
    if "Traceback (most recent call last)" in player.output:
        tally.laws["tracebacks"] += 1
        tally.verdicts.append("ansible-playbook printed a traceback")


def table(tally: Tally) -> str:
    """The figures of a campaign."""
    columns = {"read": 8, "dry run": 9, "write, not carried out": 24, "write, carried out": 20}
    lines = [
        f"{'faults injected, by kind':30}" + "".join(f"{name:>{width}}" for name, width in columns.items()) + "     all"
    ]
    for kind in sorted({kind for kind, _became in tally.mishaps}):
        numbers = {name: tally.mishaps[kind, name] for name in columns}
        counted = "".join(f"{numbers[name]:{width}}" for name, width in columns.items())
        lines.append(f"  {kind:28}{counted}{sum(numbers.values()):8}")
    lines.append(f"  {'endpoint down, then back':28}{'':{sum(columns.values())}}{tally.outages:8}")
    lines.append(f"  {'all':28}{'':{sum(columns.values())}}{sum(tally.mishaps.values()) + tally.outages:8}")
    lines.append("")
    for name, number in (
        ("trials", tally.trials),
        ("  whose first run failed", tally.failed_trials),
        ("tasks run", tally.tasks),
        ("  that failed, in any run", tally.failed_tasks),
        *((f"    saying: {said}", number) for said, number in sorted(tally.claims.items())),
        *((law, tally.laws[law]) for law in judging.LAWS),
    ):
        lines.append(f"{name:40}{number:10}")
    return "\n".join(lines)


def main() -> int:
    """Run the program; its exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--collections", default=os.environ.get("ANSIBLE_COLLECTIONS_PATH", ""))
    parser.add_argument("--broken", action="store_true", help="with a client that sends creates again blindly")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**9) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ksyun-vpn-faults-") as name:
        directory = Path(name)
        collections = arguments.collections
        if arguments.broken:
            collections = str(break_collection(Path(collections), directory / "broken"))
        tally = run(draw(seed, arguments.trials), collections, directory, arguments.batch)
    for verdict in tally.verdicts[:_SHOWN]:
        print(verdict)
    if len(tally.verdicts) > _SHOWN:
        print(f"... and {len(tally.verdicts) - _SHOWN} more")
    print(table(tally))
    print(f"{'seed':40}{seed:10}")
    print(f"{'seconds':40}{time.monotonic() - began:10.0f}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
