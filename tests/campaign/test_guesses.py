# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws with every setting of the emulator that stands for a guess: one at a time, thirty examples of each law.

"make test" draws a mix of them. A law that was not stated for services which do otherwise than asked is left out there.
"""

from __future__ import annotations

import inspect
import json
import os
from typing import Any

import pytest

os.environ["LAW_EXAMPLES"] = "30"  # before the laws are imported, which read it

from laws import accounts, test_check_mode, test_laws, test_replacing
from laws.conftest import world
from laws.world import World

__all__ = ["world"]
# The laws of generated accounts, by name, and whether they are stated for services that do otherwise than asked, too.
LAWS = {
    name: (law, module is not test_laws)
    for module in (test_laws, test_check_mode, test_replacing)
    for name, law in vars(module).items()
    if hasattr(law, "hypothesis") and list(inspect.signature(law).parameters) == ["world"]
}


def each() -> list[Any]:
    """A setting, one of its values, and whether that is one of those services."""
    found = []
    for settings, otherwise in (({**accounts.GUESSES, **accounts.INDIFFERENT}, False), (accounts.OTHERWISE, True)):
        for setting, values in settings.items():
            for number, value in enumerate(json.loads(text) for text in dict.fromkeys(map(json.dumps, values))):
                found.append(pytest.param(setting, value, otherwise, id=f"{setting}-{number}"))
    return found


def test_there_are_laws() -> None:
    assert len(LAWS) > 5
    assert {tolerant for _law, tolerant in LAWS.values()} == {True, False}


@pytest.mark.parametrize(("setting", "value", "otherwise"), each())
@pytest.mark.parametrize("name", LAWS)
def test_the_laws_hold(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    setting: str,
    value: Any,
    otherwise: bool,
) -> None:
    law, tolerant = LAWS[name]
    monkeypatch.setattr(accounts, "FORCED", {setting: value})
    if not otherwise or tolerant:
        law(world=world)
