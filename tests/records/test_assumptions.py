# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page, the questions and the emulator's settings say the same: each guess has a name, a question, a setting."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from records.meanings import MEANS, NO_GUESSES, UNSETTLED

from ansible_collections.ksyun.vpn.plugins.module_utils.verification.questions import BY_NAME, QUESTIONS
from emulator.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "assumptions.rst"
SETTINGS = {field.name for field in dataclasses.fields(Settings)}


def rows() -> dict[str, tuple[str, str, list[str], list[str]]]:
    """Each guess of the page: assumed, otherwise, the questions, the settings."""
    found = {}
    for row in re.findall(r"^   \* - ``(.*?)(?=^   \* -|^\S|\Z)", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        name, assumed, otherwise, questions, settings = (
            " ".join(cell.split()) for cell in re.split(r"^     - ", row, flags=re.M)
        )
        assert name.endswith("``")
        found[name[:-2]] = (assumed, otherwise, *(re.findall("``(.*?)``", cell) for cell in (questions, settings)))
    return found


PAGES = rows()


def test_every_guess_is_on_the_page_once() -> None:
    assert set(PAGES) == {question.guess for question in QUESTIONS} | UNSETTLED
    assert PAGE.read_text(encoding="utf-8").count("   * - ``") == len(PAGES)


def test_every_guess_says_what_is_assumed_and_what_breaks() -> None:
    assert [name for name, row in PAGES.items() if not (row[0].endswith(".") and row[1].endswith("."))] == []


def test_the_questions_of_a_guess_are_those_that_settle_it() -> None:
    for name, row in PAGES.items():
        assert row[2] == [question.name for question in QUESTIONS if question.guess == name], name


def test_the_settings_of_a_guess_are_those_that_its_questions_mean() -> None:
    for name, row in PAGES.items():
        meant = {setting for question in row[2] for setting in MEANS.get(question, {})}
        assert set(row[3]) == meant | ({name} & UNSETTLED), name


def test_every_setting_of_the_emulator_is_a_guess_or_none() -> None:
    """So a new setting asks its author for a question, or for a word why there is none."""
    meant = {setting for means in MEANS.values() for setting in means}
    assert meant | NO_GUESSES | UNSETTLED == SETTINGS
    assert len(meant) + len(NO_GUESSES) + len(UNSETTLED) == len(SETTINGS), "one is in two of them"
    assert set(MEANS) <= set(BY_NAME)


def test_a_setting_that_is_a_guess_has_its_name() -> None:
    """But for those that one guess has several of."""
    several = {"left_out", "in_use_checked", "duplicate_route_error"}
    assert {setting for means in MEANS.values() for setting in means} - several <= set(PAGES)


def test_questions_are_asked_in_words() -> None:
    assert len(BY_NAME) == len(QUESTIONS)
    assert [question.name for question in QUESTIONS if not question.asks.endswith("?")] == []
