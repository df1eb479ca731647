# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault campaign: tasks of all kinds, while all goes wrong that a flaky link, a busy account and an odd service can
offer. What is there in the end is compared with what was asked, and with what was said.

    python -m faults.campaign [--trials N] [--seed S] [--collections PATH] [--broken RULE|all] [--only TRIAL]

**What is drawn.** Each trial has an account of its own in an emulator of its own. A third of them reach it directly, a
third by a forward proxy, a third by HTTPS through a proxy's tunnel (CONNECT): L(faults.ways). Two kinds take turns:

- L(faults.trials): one to three tasks that belong together (gateway, customer gateway, tunnel) create, change, replace,
  and remove, with one to four mishaps (L(faults.mishaps)): resets, time-outs, errors before and after the commit,
  throttling, an endpoint that goes down, a wrong clock. ansible-core runs them, in-process and as modules in turn;
- L(faults.contests): races of two to five tasks with any subset of their answers lost, strangers who create, rename and
  delete at a drawn moment, replacements of all types and generations, tasks by ids in capitals and of what is gone, and
  a service of odd habits; and L(faults.routes): the same of routes, and of tunnels that routes lead to. The core runs
  them in threads (L(faults.core)), all tasks of a trial at once.

**What happens.** The tasks run with what goes wrong, then all comes to rest (late commits, too), then they run without:
the latter must finish what the former had begun. Where the first run of the first kind had failed, a third one must
change nothing.

**What is judged.** Not by anything of plugins/: the emulator keeps a ledger (L(faults.ledger)) of what each request
made of which resource. Each task has a key pair of its own, so that the ledger knows whose request it was, and whether
its answer was sent whole. L(faults.judging) and L(faults.harm) say what the laws are; the table at the end counts the
trials that broke them: doubled, deleted, lost, false, tracebacks, hangs, unclear messages, not converged.

Prints the seed first; ends with 1 if any law was broken. C(--only) runs one trial of a seed again, and shows it whole.
C(--broken) runs with a rule of the collection, or each of them, switched back to what it must not be, until the
campaign notices (L(faults.broken)); it ends with 1 if one was not noticed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Union

from . import harm, judging
from .account import SETS, Account
from .broken import RULES, SEQUENCE, break_collection
from .contests import Contest
from .core import Job, run_groups
from .fleet import Member, running_fleet
from .keys import STRANGER, keys
from .mishaps import READ_TIMEOUT
from .playing import Player, Results
from .shapes import draw_contest
from .staging import Stage
from .trials import KINDS, Trial, draw_trial
from .ways import PROXIES, open_ways

Drawn = Union[Trial, Contest]
BATCH = 250
_SHOWN = 100
_CONTESTS = 0.6  # of all trials
# Of the run with mishaps: short, so that a trial takes seconds. Afterwards the defaults hold, but for the wait for what
# a service of odd habits never does.
LIMITS: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": READ_TIMEOUT,
    "max_retry_time": 12,
    "wait_timeout": 20,
}
REST: dict[str, Any] = {"wait_timeout": 5}


@dataclass
class Tally:
    """What came out of a campaign."""

    trials: int = 0
    tasks: int = 0
    failed_tasks: int = 0
    failed_trials: int = 0
    outages: int = 0
    strangers: int = 0
    mishaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    laws: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    verdicts: list[str] = field(default_factory=list)

    def report(self, trial: Drawn, law: str, text: str) -> None:
        """Note a broken law; a trial breaks one at most once."""
        self.verdicts.append(f"trial {trial.number} ({shape(trial)}, proxy: {trial.proxy}): {law}: {text}")
        self.laws[law] += 1

    def add(self, other: Tally) -> None:
        """Take in what came out of another part."""
        for each in dataclasses.fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def broken(self) -> int:
        """How often a law was broken."""
        return sum(self.laws.values())


def shape(trial: Drawn) -> str:
    """What kind of trial it is."""
    return trial.shape if isinstance(trial, Contest) else SEQUENCE


def draw(seed: int, trials: int) -> list[Drawn]:
    """The trials of a seed; each depends on the seed and its own number only."""
    return [_draw(seed, number) for number in range(trials)]


def _draw(seed: int, number: int) -> Drawn:
    random = Random(f"{seed}/{number}")  # noqa: S311 - not secret
    trial = draw_contest(random, number) if random.random() < _CONTESTS else draw_trial(random, number)
    trial.proxy = PROXIES[number % len(PROXIES)]
    return trial


def run(trials: list[Drawn], collections: str, directory: Path, batch: int = BATCH, *, whole: bool = False) -> Tally:
    """Run a campaign. C(collections) is where ansible-core finds the collection; C(whole): print all of each trial."""
    tally = Tally()
    with open_ways(directory) as ways:
        player = Player(directory, collections, ways)
        with running_fleet(min(batch, len(trials)), ways.certificate) as fleet:
            for start in range(0, len(trials), batch):
                some = trials[start : start + batch]
                began = time.monotonic()
                pairs = list(zip(fleet, some))
                sequences = [(member, trial) for member, trial in pairs if isinstance(trial, Trial)]
                contests = [(member, trial) for member, trial in pairs if isinstance(trial, Contest)]
                with ThreadPoolExecutor(2) as pool:  # contests wait most of the time
                    parts = [
                        pool.submit(part, some, player, whole)
                        for part, some in ((_run_sequences, sequences), (_run_contests, contests))
                        if some
                    ]
                for part in parts:
                    tally.add(part.result())
                took = time.monotonic() - began
                print(
                    f"{tally.trials} trials, {tally.broken} laws broken, {took:.0f} s for the last {len(some)}",
                    flush=True,
                )
    return tally


def _run_sequences(pairs: list[tuple[Member, Trial]], player: Player, whole: bool) -> Tally:
    tally = Tally()
    _run_batch(player, [Account(member, trial) for member, trial in pairs], tally, whole)
    return tally


def _run_contests(pairs: list[tuple[Member, Contest]], player: Player, whole: bool) -> Tally:
    tally = Tally()
    _Contests(pairs, player, tally, whole).run()
    return tally


class _Contests:
    """A batch of contests."""

    def __init__(self, pairs: list[tuple[Member, Contest]], player: Player, tally: Tally, whole: bool) -> None:
        self.stages = [Stage(member, contest) for member, contest in pairs]
        self.player = player
        self.tally = tally
        self.whole = whole

    def run(self) -> None:
        """Both runs, and what is to be said of them."""
        verdicts: list[set[harm.Verdict]] = [set() for _unused in self.stages]
        before = [stage.before for stage in self.stages]
        seen = [0] * len(self.stages)
        first: list[harm.Run] = []
        for turn, limits in enumerate((LIMITS, REST)):
            results = self._play(limits, in_turn=turn == 1)
            for number, stage in enumerate(self.stages):
                stage.calm()
                rows, now = stage.member.ledger(), stage.member.resources()
                run_ = harm.Run(before[number], results[number], rows[seen[number] :], now)
                settings = stage.contest.settings
                lag = settings.get("list_lag", 0.0) if turn == 0 else 0.0
                verdicts[number].update(judging.crashes({str(task): each for task, each in results[number].items()}))
                alone = turn == 1 or not (stage.contest.faults or stage.contest.strangers)
                faultless = alone and "dh_groups" not in settings  # which values it takes, no read shows
                verdicts[number].update(harm.judge(stage.asked(), run_, lag, hidden(settings), faultless=faultless))
                if turn == 0:
                    first.append(run_)
                    self.tally.strangers += sum(row["who"] == STRANGER and bool(row["effects"]) for row in rows)
                    self.tally.mishaps += judging.count_mishaps(stage.member.requests())
                else:
                    verdicts[number].update(harm.again(stage.asked(), first[number], run_, stage.contest.strangers))
                before[number], seen[number] = now, len(rows)
                self._count(results[number])
                if self.whole:
                    print(json.dumps(_account(stage, run_), indent=1, ensure_ascii=False, default=str))
        self.tally.trials += len(self.stages)
        for stage, run_, found in zip(self.stages, first, verdicts):
            self.tally.failed_trials += any(result["failed"] for result in run_.results.values())
            _report(self.tally, stage.contest, found)

    def _play(self, limits: dict[str, Any], *, in_turn: bool) -> list[dict[int, dict[str, Any]]]:
        """What each task returned, by contest and by the task's number."""
        most = 100
        groups = [
            [
                Job(
                    place * most + number,
                    ask.kind,
                    {
                        **limits,
                        **keys(number),
                        **self.player.ways.options(stage.member, stage.contest.proxy),
                        **stage.options(ask),
                    },
                    0.0 if in_turn else ask.delay,
                )
                for number, ask in enumerate(stage.contest.asks)
            ]
            for place, stage in enumerate(self.stages)
        ]
        done = run_groups(groups, self.player.collections, self.player.directory, in_turn=in_turn)
        return [
            {number: done[place * most + number] for number in range(len(stage.contest.asks))}
            for place, stage in enumerate(self.stages)
        ]

    def _count(self, results: dict[int, dict[str, Any]]) -> None:
        self.tally.tasks += len(results)
        for result in results.values():
            if result["failed"]:
                self.tally.failed_tasks += 1
                self.tally.claims[_claim(result)] += 1


def _claim(result: dict[str, Any]) -> str:
    """What a failure says about the change; else its kind."""
    kind = (result.get("error") or {}).get("kind")
    return judging.claim(str(result.get("msg"))) or f"nothing of a change, of the kind {kind}"


def hidden(settings: dict[str, Any]) -> set[str]:
    """The wire fields that answers do not show under these settings, of those that tasks ask for."""
    fields = set(settings.get("left_out", ()))
    if not settings.get("show_pre_shared_key", True):
        fields.add("PreSharedKey")
    if settings.get("gateway_answers") == "document":
        fields |= {"ChargeType", "VpnGatewayVersion", "ProjectId"}
    if settings.get("tunnel_answers") == "document":
        fields |= {"IkeVersion", "LocalPeerIp", "CustomerPeerIp", "VpnGatewayVersion"}
    if settings.get("route_next_hop") == "gateway":
        fields.add("VpnTunnelId")
    if settings.get("route_tables") == "ignored":
        fields.add("Description")
    return fields


def _account(stage: Stage, run_: harm.Run) -> dict[str, Any]:
    """A run, whole."""
    contest = stage.contest
    return {
        "shape": contest.shape,
        "ids": stage.ids,
        "asks": [vars(ask) for ask in contest.asks],
        "settings": contest.settings,
        "faults": contest.faults,
        "strangers": contest.strangers,
        "results": {
            number: {name: result.get(name) for name in ("failed", "changed", "msg", "warnings", "error")}
            for number, result in run_.results.items()
        },
        "ledger": [
            f"{row['who']} {row['action']}{' (dry run)' if row['dry_run'] else ''} told: {row['told']} "
            + ", ".join(
                f"{'made' if e['before'] is None else 'removed' if e['after'] is None else 'changed'} {e['id']}"
                for e in row["effects"]
            )
            for row in run_.rows
        ],
        "left": {identity: wire for identity, (_kind, wire) in run_.now.items() if identity not in stage.ids.values()},
    }


def _report(tally: Tally, trial: Drawn, found: set[judging.Verdict]) -> None:
    for law in judging.LAWS:
        texts = sorted(text for broken, text in found if broken == law)
        if texts:
            tally.report(trial, law, " | ".join(texts))


def _run_batch(player: Player, accounts: list[Account], tally: Tally, whole: bool) -> None:
    down = {account.member.url: account.member.calm()["outages"] for account in accounts}
    for account in accounts:
        account.member.configure(**account.trial.settings)
        for mishap in account.trial.mishaps:
            mishap.prepare(account.member)
    first = player.play(accounts, LIMITS)
    _note(player, tally, first)
    verdicts: list[set[judging.Verdict]] = [set(judging.crashes(results)) for results in first]
    seen: list[tuple[int, harm.Resources]] = []
    for number, (account, results) in enumerate(zip(accounts, first)):
        tally.outages += account.member.calm()["outages"] - down[account.member.url]
        requests = account.member.requests()
        rows, now = account.member.ledger(), account.member.resources()
        verdicts[number].update(_harm(account, harm.Run(account.resources, _numbered(results), rows, now)))
        seen.append((len(rows), now))
        for kind, result in results.items():
            if (result.get("error") or {}).get("kind") == "replacement_undone":
                account.put_back[kind] = result[kind]["id"]
        tally.mishaps += judging.count_mishaps(requests)
        verdicts[number].update(judging.first_run(account, results, account.look(), requests))

    second = player.play(accounts, {})
    _note(player, tally, second)
    for number, (account, results) in enumerate(zip(accounts, second)):
        verdicts[number].update(judging.crashes(results))
        verdicts[number].update(judging.second_run(account, first[number], results, account.look()))
        rows, before = seen[number]
        again = harm.Run(before, _numbered(results), account.member.ledger()[rows:], account.member.resources())
        verdicts[number].update(_harm(account, again))

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
        _report(tally, account.trial, found)
        if whole:
            print(json.dumps([vars(account.trial), account.member.ledger()], indent=1, default=str))
    if whole:
        print(json.dumps([first, second], indent=1, default=str))
    for results in first:
        for result in results.values():
            if result["failed"]:
                tally.claims[_claim(result)] += 1


def _numbered(results: Results) -> dict[int, dict[str, Any]]:
    return {KINDS.index(kind): result for kind, result in results.items()}


def _harm(account: Account, run_: harm.Run) -> set[judging.Verdict]:
    """What the ledger says of a sequence's run."""
    asked = [
        harm.Asked(
            number=KINDS.index(each.kind),
            kind=SETS[each.kind],
            module=each.kind,
            id=account.id_of(each, run_.before),
            name=each.wanted_name,
            scope={"VpcId": each.options["vpc_id"]} if each.options and "vpc_id" in each.options else {},
            absent=each.options is None,
            replaces=each.replaced,
        )
        for each in account.trial.tasks
    ]
    return set(harm.judge(asked, run_, account.trial.settings.get("list_lag", 0.0), set()))


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
        ("strangers' changes", tally.strangers),
        ("tasks run", tally.tasks),
        ("  that failed, in any run", tally.failed_tasks),
        *((f"    saying: {said}", number) for said, number in sorted(tally.claims.items())),
        *((law, tally.laws[law]) for law in judging.LAWS),
    ):
        lines.append(f"{name:56}{number:10}")
    return "\n".join(lines)


def main() -> int:
    """Run the program; its exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--only", type=int, default=None, help="run this trial of the seed alone, and show it whole")
    parser.add_argument("--shapes", default="", help="only trials of these, of the seed's: race,stranger,sequence,...")
    parser.add_argument("--collections", default=os.environ.get("ANSIBLE_COLLECTIONS_PATH", ""))
    parser.add_argument("--broken", choices=[*RULES, "all"], help="with a rule switched back, to see it noticed")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**9) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    trials = draw(seed, arguments.trials) if arguments.only is None else [_draw(seed, arguments.only)]
    if arguments.shapes:
        trials = [trial for trial in trials if shape(trial) in arguments.shapes.split(",")]
    if arguments.broken:
        rules = list(RULES) if arguments.broken == "all" else [arguments.broken]
        return _broken(rules, trials, arguments.collections, arguments.batch)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ksyun-vpn-faults-") as name:
        directory = Path(name)
        tally = run(trials, arguments.collections, directory, arguments.batch, whole=arguments.only is not None)
    for verdict in tally.verdicts[:_SHOWN]:
        print(verdict)
    if len(tally.verdicts) > _SHOWN:
        print(f"... and {len(tally.verdicts) - _SHOWN} more")
    print(table(tally))
    print(f"{'seed':56}{seed:10}")
    print(f"{'seconds':56}{time.monotonic() - began:10.0f}")
    return 1 if tally.broken else 0


def show_up(trials: list[Drawn], rule: str) -> list[Drawn]:
    """The trials in which it can show that a rule is switched back."""
    return [trial for trial in trials if shape(trial) in RULES[rule].shapes and trial.proxy in RULES[rule].proxies]


def noticed(tally: Tally, rule: str) -> bool:
    """Whether a campaign with a rule switched back has broken a law that the rule is for."""
    return any(tally.laws[law] for law in RULES[rule].laws)


def _broken(rules: list[str], trials: list[Drawn], collections: str, batch: int) -> int:
    """A campaign for each of these rules, switched back, until it is noticed; 1 if one of them was not."""
    missed = []
    for rule in rules:
        tally, some = Tally(), show_up(trials, rule)
        for start in range(0, len(some), batch):
            with tempfile.TemporaryDirectory(prefix="ksyun-vpn-faults-") as name:
                broken = break_collection(Path(collections), Path(name) / "broken", rule)
                tally = run(some[start : start + batch], str(broken), Path(name), batch)
            if noticed(tally, rule):
                break
        laws = ", ".join(f"{law}: {number}" for law, number in tally.laws.items() if number) or "none"
        print(f"{rule:40}{laws}{'' if noticed(tally, rule) else ': NOT NOTICED'}", flush=True)
        telling = [verdict for verdict in tally.verdicts if any(f": {law}: " in verdict for law in RULES[rule].laws)]
        for verdict in telling[:1]:
            print(f"    {verdict}", flush=True)
        if not noticed(tally, rule):
            missed.append(rule)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
