# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every guess is under the laws: each setting that stands for one is drawn, or told where it is met."""

from __future__ import annotations

import json

from laws.accounts import GUESSES, INDIFFERENT, OTHERWISE
from laws.world import World
from records.meanings import MEANS, UNSETTLED

# Settings that the laws can't have, as accounts are staged and time does not pass in them, and where they are met.
ELSEWHERE = {
    "list_lag": "faults",
    "delete_lag": "faults",
    "tunnel_states": "unit",
    "deleted_state": "unit",
    "dry_run_ignored": "unit",
    "require_ike_version": "records",
}


def test_every_guess_is_under_the_laws() -> None:
    guessed = {setting for means in MEANS.values() for setting in means} | UNSETTLED
    drawn = {*GUESSES, *OTHERWISE, *INDIFFERENT}
    assert guessed == drawn | set(ELSEWHERE)
    assert not drawn & set(ELSEWHERE)


def test_every_value_differs_from_the_usual(world: World) -> None:
    """So that each of them is a guess turned round."""
    world.emulator.reset()
    usual = json.loads(json.dumps(world.emulator.settings()))
    for setting, values in {**GUESSES, **OTHERWISE, **INDIFFERENT}.items():
        for value in values:
            world.emulator.reset()
            assert world.emulator.configure(**{setting: value})[setting] != usual[setting], setting
    world.emulator.reset()
