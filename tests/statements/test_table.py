# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each statement of the document, and of the fact sheet, has its tests, and a deviation its reason and its page."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from statements.table import TABLES, TESTS, Row, faults, file_of, functions, named, rows

EVERY = [
    pytest.param(row, key, id=f"{key} {row.get(key)}".replace("/", "-"))
    for name, key in TABLES.items()
    for row in rows(name)
]


@pytest.mark.parametrize(("row", "key"), EVERY)
def test_a_statement(row: Row, key: str) -> None:
    assert faults(row, key) == []


@pytest.mark.parametrize(("name", "number"), [("document", 176), ("facts", 35)])
def test_all_statements_are_there(name: str, number: int) -> None:
    """As many as were read off the document and the sheet; each once."""
    called = [row[TABLES[name]] for row in rows(name)]
    assert len(called) == number
    assert len(set(called)) == number


def test_each_test_of_this_folder_is_one_of_a_statement() -> None:
    here = {path: functions(path) for path in (TESTS / "statements").glob("test_*.py") if path.stem != "test_table"}
    wanted = {(path, test) for path, tests in here.items() for test in tests}
    assert len(here) >= 2
    cited = {
        (file_of(test)[0], test.partition("::")[2])
        for name in TABLES
        for row in rows(name)
        for test in named(row)
        if test.startswith("statements/")
    }
    assert wanted == cited


def _without(*path: str) -> Any:
    def change(row: Row) -> None:
        for part in path[:-1]:
            row = row[part]
        del row[path[-1]]

    return change


def _with(value: Any, *path: str) -> Any:
    def change(row: Row) -> None:
        for part in path[:-1]:
            row = row[part]
        row[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_without("client"), "its columns"),
        (_without("says"), "its columns"),
        (_with([], "client"), "client has neither tests nor"),
        (_with(None, "emulator"), "emulator has neither tests nor"),
        (_with("later", "emulator"), "emulator has neither tests nor"),
        (_with(["test_tables.py::test_requests"] * 2, "client"), "names one twice"),
        (_with(["test_tables.py::test_nothing"], "client"), "test_nothing does not exist"),
        (_with(["test_tables.py::requests"], "client"), "does not exist"),
        (_with(["test_nowhere.py::test_requests"], "client"), "is in 0 files"),
        (_with(["test_check_mode.py::test_requests"], "client"), "is in 2 files"),
        (_with("  ", "says"), "says is no sentence"),
        (_without("deviates", "words"), "because, page and words"),
        (_with("It does.", "deviates", "because"), None),
        (_with("no", "deviates", "because"), "has no reason"),
        (_with("docs/docsite/rst/nowhere.rst", "deviates", "page"), "is no page for users"),
        (_with("CONTRIBUTING.md", "deviates", "page"), "is no page for users"),
        (_with("what nobody says", "deviates", "words"), "does not say"),
        (_with("", "deviates", "words"), "does not say"),
    ],
)
def test_what_is_wrong_with_a_row_is_found(change: Any, fault: str | None) -> None:
    row = copy.deepcopy(next(row for row in rows("document") if "deviates" in row))
    change(row)
    found = faults(row, "line")
    assert len(found) == (0 if fault is None else 1)
    assert fault is None or fault in found[0]


def test_a_row_without_any_test_is_found() -> None:
    row = {**rows("document")[0], "client": "It has nothing to do.", "emulator": "It has nothing to do."}
    assert faults(row, "line") == ["no test at all"]
