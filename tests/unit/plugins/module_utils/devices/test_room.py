# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The room of the devices is pure: it imports the tables of the resources, and no other part of the collection."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.devices import render

FILES = sorted(Path(render.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_imports(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            assert str(node.module).split(".", maxsplit=1)[0] in sys.stdlib_module_names
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1 or str(node.module).split(".", maxsplit=1)[0] == "resources"


def test_nothing_is_written_or_called() -> None:
    forbidden = {"open", "socket", "subprocess", "os", "requests", "urllib3"}
    named = {node.id for path in FILES for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    assert not named & forbidden
