# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of the core: who may import whom. Development.rst has the tree."""

from __future__ import annotations

import ast
from pathlib import Path

CORE = Path(__file__).resolve().parents[2] / "plugins" / "module_utils"
# From the lowest room to the highest. A file may import of the same room, and of those before it.
ROOMS = ("version", "api/action", "api", "resources", "reports", "devices", "reconciler", "verification", "runner")
# The tables know what a call is, but not how one is made; the device at the other end knows the tables alone, and a
# report what modules have returned.
FORBIDDEN = {
    "resources": ("api",),
    "reports": ("api", "api/action", "resources"),
    "devices": ("api", "api/action"),
    "verification": ("resources", "devices"),
}
FILES = {path.relative_to(CORE).with_suffix("").as_posix(): path for path in CORE.rglob("*.py")}


def room(name: str) -> str:
    """The room of a file, the innermost that has it."""
    return max((room for room in ROOMS if name == room or name.startswith(f"{room}/")), key=len)


def imported(name: str) -> list[tuple[int, str]]:
    """What a file imports anywhere in it, each with its line: our files by path, other modules by name."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.append((node.lineno, str(node.module)))
        elif isinstance(node, ast.ImportFrom):
            folder = "/".join([*name.split("/")[: -node.level], *(node.module or "").split(".")]).strip("/")
            names = [folder] if folder in FILES else [f"{folder}/{alias.name}".strip("/") for alias in node.names]
            found += [(node.lineno, name) for name in names]
    return found


def test_imports_point_down() -> None:
    wrong = [
        f"{FILES[name]}:{line}: {room(name)} must not import {other}"
        for name in sorted(FILES)
        for line, other in imported(name)
        if other in FILES
        and (ROOMS.index(room(other)) > ROOMS.index(room(name)) or room(other) in FORBIDDEN.get(room(name), ()))
    ]
    assert wrong == []


def test_every_import_of_ours_is_a_file() -> None:
    relative = [
        f"{FILES[name]}:{line}: {other}"
        for name in sorted(FILES)
        for line, other in imported(name)
        if "/" in other and other not in FILES
    ]
    assert relative == []


def test_only_where_ansible_begins_something_of_it_is_imported() -> None:
    wrong = [
        f"{FILES[name]}:{line}: only runner/ may import {other}"
        for name in sorted(FILES)
        for line, other in imported(name)
        if other.split(".")[0] == "ansible" and room(name) != "runner"
    ]
    assert wrong == []
    assert [name for name in FILES if any(other.split(".")[0] == "ansible" for _line, other in imported(name))] == [
        "runner/module"
    ]


def test_imports_run_in_no_circle() -> None:
    ours = {name: [(line, other) for line, other in imported(name) if other in FILES] for name in FILES}
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        found = []
        for line, other in ours[name]:
            if other in way:
                found.append(f"{FILES[name]}:{line}: a circle: {' -> '.join([*way[way.index(other) :], other])}")
            elif other not in done:
                found += walk(other, [*way, other])
        done.add(name)
        return found

    assert [fault for name in sorted(FILES) if name not in done for fault in walk(name, [name])] == []
