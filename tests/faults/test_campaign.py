# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small part of the campaign, and what a broken collection does to it; C(make faults) runs the large one.

C(make faults BROKEN=all) has each rule of L(faults.broken) switched back, and fails if one is not noticed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.broken import RULES, break_collection
from faults.campaign import Tally, draw, run, shape, table
from faults.contests import Ask, Contest
from faults.mishaps import Mishap
from faults.shapes import SHAPES
from faults.trials import Declared, Trial
from faults.ways import PROXIES

import ansible_collections.ksyun.vpn.plugins.module_utils.version as installed

COLLECTIONS = Path(installed.__file__).absolute().parents[5]
SEED, TRIALS = 11, 30
GATEWAY = {"name": "office", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"}
CUSTOMER = {"name": "branch", "address": "192.0.2.7"}


def lost_creates() -> list[Trial]:
    """Creates that are carried out, and whose answer does not come, by each way."""
    return [
        Trial(number, [Declared(kind, options["name"], None, dict(options))], {}, [Mishap(lost, action)], proxy)
        for number, (kind, options, action, lost, proxy) in enumerate(
            (kind, options, action, lost, proxy)
            for kind, options, action in (
                ("vpn_gateway", GATEWAY, "CreateVpnGateway"),
                ("customer_gateway", CUSTOMER, "CreateCustomerGateway"),
            )
            for lost, proxy in (("reset after", "none"), ("500 after", "connect"), ("reset after", "forward"))
        )
    ]


def show(tally: Tally) -> str:
    """What went wrong, and the table."""
    return "\n".join([*tally.verdicts, table(tally)])


def test_a_part_of_the_campaign(tmp_path: Path) -> None:
    trials = draw(SEED, TRIALS)
    assert {shape(trial) for trial in trials} >= set(SHAPES)
    assert {trial.proxy for trial in trials} == set(PROXIES)
    tally = run(trials, str(COLLECTIONS), tmp_path)
    assert tally.trials == len(trials)
    assert len({kind for kind, _became in tally.mishaps}) > 5
    assert not tally.broken, show(tally)


def test_a_client_that_sends_creates_again_blindly_is_noticed(tmp_path: Path) -> None:
    collections = break_collection(COLLECTIONS, tmp_path / "broken", "a-create-is-sent-again-blindly")
    tally = run(list(lost_creates()), str(collections), tmp_path)
    assert sum(tally.mishaps.values()) == len(lost_creates())
    assert tally.laws["doubled"] == len(lost_creates()), show(tally)


def test_a_task_that_takes_anothers_for_its_own_is_noticed(tmp_path: Path) -> None:
    """Three tasks, two of them with their answers lost: the last that is listed is not what each has made."""
    collections = break_collection(COLLECTIONS, tmp_path / "broken", "a-lost-create-is-guessed")
    lost = {"action": "CreateCustomerGateway", "kind": "reset", "when": "after", "dry_run": False, "count": 2}
    tasks = [Ask("customer_gateway", dict(CUSTOMER)) for _unused in range(3)]
    races = [Contest(number, "race", [], tasks, faults=[lost]) for number in range(4)]
    deleted = 0
    for attempt in "abcd":  # of a race whose last is the first by its id as well, all is well by chance
        directory = tmp_path / attempt
        directory.mkdir()
        tally = run(races, str(collections), directory)
        deleted += tally.laws["deleted"]
        if deleted:
            break
    assert deleted, show(tally)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_that_can_be_switched_back_is_in_its_place(rule: str, tmp_path: Path) -> None:
    break_collection(COLLECTIONS, tmp_path, rule)
