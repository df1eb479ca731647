# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of statements, and whether what they name is there: tests by file and function, pages by their words."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
TABLES = {"document": "line", "facts": "fact"}
_COLUMNS = {"where", "says", "client", "emulator"}
_PAGES = ("docs/docsite/rst/", "plugins/modules/", "plugins/doc_fragments/")

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """The rows of ``document.yml`` or ``facts.yml``."""
    table: list[Row] = yaml.safe_load(Path(__file__).with_name(f"{name}.yml").read_text(encoding="utf-8"))
    return table


@functools.cache
def suites() -> list[str]:
    """The folders of tests that ``make test`` runs."""
    found = re.search(r"^SUITES = (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [*found[1].split(), "unit"] if found else []  # tests/unit is run by ansible-test


def named(row: Row) -> list[str]:
    """The tests that a row names."""
    return [test for side in ("client", "emulator") if isinstance(row[side], list) for test in row[side]]


@functools.cache
def _files() -> list[Path]:
    return sorted(path for path in TESTS.rglob("test_*.py") if path.is_file())


@functools.cache
def functions(path: Path) -> frozenset[str]:
    """The tests of a file."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def file_of(test: str) -> list[Path]:
    """The files that ``FILE::FUNCTION`` may mean: those whose path ends so."""
    tail = tuple(test.partition("::")[0].split("/"))
    return [path for path in _files() if path.parts[-len(tail) :] == tail]


def faults(row: Row, key: str) -> list[str]:
    """What is wrong with a row whose statement is called by ``key``; nothing for a good one."""
    if {*_COLUMNS, key} != row.keys() - {"deviates"}:
        return [f"its columns are {sorted(row)}"]
    found = [f"{column} is no sentence" for column in ("where", "says") if not str(row[column]).strip()]
    for side in ("client", "emulator"):
        what = row[side]
        if isinstance(what, str):
            found += [] if re.search(r"\w+ .+\.$", what) else [f"{side} has neither tests nor a reason to have none"]
        elif not what or not all(isinstance(test, str) for test in what) or len(set(what)) < len(what):
            found.append(f"{side} has neither tests nor a reason to have none, or names one twice")
        else:
            found += [fault for test in what for fault in _test_faults(test)]
    if not named(row):
        found.append("no test at all")
    if "deviates" in row:
        found += _deviation_faults(row["deviates"])
    return found


def _test_faults(test: str) -> list[str]:
    files = file_of(test)
    if len(files) != 1:
        return [f"{test} is in {len(files)} files"]
    (path,) = files
    if path.relative_to(TESTS).parts[0] not in suites():
        return [f"{test} is not run by make test"]
    return [] if test.partition("::")[2] in functions(path) else [f"{test} does not exist"]


def _deviation_faults(deviation: Any) -> list[str]:
    if not isinstance(deviation, dict) or deviation.keys() != {"because", "page", "words"}:
        return ["a deviation has because, page and words"]
    because, page, words = (str(deviation[name]) for name in ("because", "page", "words"))
    found = [] if re.search(r"\w+ .+\.$", because) else ["the deviation has no reason"]
    if not page.startswith(_PAGES) or not (ROOT / page).is_file():
        return [*found, f"{page} is no page for users"]
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    if not words.strip() or " ".join(words.split()) not in text:
        found.append(f"{page} does not say: {words}")
    return found
