# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guide for developers says of the layers: who imports whom, and who nothing of Ansible."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils import run

HERE = Path(run.__file__).parent
FILES = {path.relative_to(HERE).with_suffix("").as_posix(): path for path in HERE.glob("**/*.py")}


def imported(name: str) -> set[str]:
    """What a file imports anywhere in it: files of this folder by their paths, other modules by their names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(FILES[name].read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module))
        elif isinstance(node, ast.ImportFrom):
            folder = [*name.split("/")[: -node.level], *(node.module or "").split(".")]
            whole = "/".join(part for part in folder if part)
            found.update([whole] if whole in FILES else [f"{whole}/{alias.name}".strip("/") for alias in node.names])
    return found


IMPORTS = {name: imported(name) for name in FILES}


def test_only_where_ansible_begins_something_of_it_is_imported() -> None:
    assert [name for name in FILES if any(module.split(".")[0] == "ansible" for module in IMPORTS[name])] == ["module"]


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.startswith("api/")))
def test_the_client_imports_nothing_of_what_uses_it(name: str) -> None:
    ours = {module for module in IMPORTS[name] if module in FILES}
    assert all(module.startswith("api/") or module == "version" for module in ours)


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.startswith(("api/", "resources/"))))
def test_imports_run_in_no_circle(name: str) -> None:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        ours = {module for module in IMPORTS[waiting.pop()] if module in FILES} - reached
        reached |= ours
        waiting += ours
    assert name not in reached
