# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of docs/certification.md is honest: every item is checked, by what exists and what make test runs."""

from __future__ import annotations

import ast
import re

import pytest
from quality.repository import ROOT, targets_of_test, text, tree

ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in text("docs/certification.md").splitlines()
    if re.match(r"\| \d", line)
]
MAKEFILE = text("Makefile")
SUITES = re.search(r"^SUITES = (.*)$", MAKEFILE, flags=re.MULTILINE)[1].split()  # type: ignore[index]
# Not part of make test: they take long, or compare with what only the forge and a release know.
APART = {"matrix", "release-check", "fragment-check", "release-files", "bare", "campaign", "compare"}
every_row = pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])


def recipe(target: str) -> str:
    found = re.search(rf"^{target}:(.*\n(?:\t.*\n)*)", MAKEFILE, flags=re.MULTILINE)
    assert found, f"the Makefile has no target {target}"
    return found[1]


def test_the_rows_are_numbered() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 42


@every_row
def test_what_checks_an_item_exists(row: list[str]) -> None:
    assert len(row) == 4
    _number, _demand, _source, checks = row
    commands = re.findall(r"`([^`]+)`", checks)
    assert ", ".join(f"`{command}`" for command in commands) == checks
    assert commands
    for command in commands:
        if command.startswith("make "):
            target = command.removeprefix("make ")
            assert target in {*targets_of_test(), *APART}
            assert recipe(target)
        else:
            path, name = command.split("::")
            assert path.rsplit("/", maxsplit=1)[-1].startswith("test_")
            assert name in {node.name for node in tree(ROOT / path).body if isinstance(node, ast.FunctionDef)}
            assert path.split("/")[1] in SUITES


def test_every_test_of_this_folder_is_named_or_belongs_to_a_named_file() -> None:
    named = set(re.findall(r"tests/quality/(test_\w+)\.py", text("docs/certification.md")))
    assert {path.stem for path in (ROOT / "tests" / "quality").glob("test_*.py")} <= named
