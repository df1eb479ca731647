# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small part of the campaign, and what a broken client does to it; C(make faults) runs the large one."""

from __future__ import annotations

from pathlib import Path

from faults.broken import break_collection
from faults.campaign import Tally, draw, run, table
from faults.mishaps import Mishap
from faults.trials import Declared, Trial

import ansible_collections.ksyun.vpn.plugins.module_utils.task as installed

COLLECTIONS = Path(installed.__file__).absolute().parents[5]
SEED, TRIALS = 3, 12
GATEWAY = {"name": "office", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"}
CUSTOMER = {"name": "branch", "address": "192.0.2.7"}


def lost_creates() -> list[Trial]:
    """Creates that are carried out, and whose answer does not come."""
    return [
        Trial(number, [Declared(kind, options["name"], None, dict(options))], {}, [Mishap(lost, action)])
        for number, (kind, options, action, lost) in enumerate(
            (kind, options, action, lost)
            for kind, options, action in (
                ("vpn_gateway", GATEWAY, "CreateVpnGateway"),
                ("customer_gateway", CUSTOMER, "CreateCustomerGateway"),
            )
            for lost in ("reset after", "500 after")
        )
    ]


def show(tally: Tally) -> str:
    """What went wrong, and the table."""
    return "\n".join([*tally.verdicts, table(tally)])


def test_a_part_of_the_campaign(tmp_path: Path) -> None:
    trials = [*lost_creates(), *draw(SEED, TRIALS)]
    tally = run(trials, str(COLLECTIONS), tmp_path)
    assert tally.trials == len(trials)
    assert len({kind for kind, _became in tally.mishaps}) > 5
    assert not tally.broken, show(tally)


def test_a_client_that_sends_creates_again_blindly_is_noticed(tmp_path: Path) -> None:
    collections = break_collection(COLLECTIONS, tmp_path / "broken")
    tally = run(lost_creates(), str(collections), tmp_path)
    assert sum(tally.mishaps.values()) == len(lost_creates())
    assert tally.laws["doubled"] == len(lost_creates()), show(tally)
