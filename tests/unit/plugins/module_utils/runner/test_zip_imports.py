# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing from an archive, as on a module's host: each module is compiled once, and goes by the same file name."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
import zipfile
from pathlib import Path
from zipimport import zipimporter

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.runner import zip_imports

PACKAGE = "ansible_collections/ksyun/vpn/plugins/module_utils"
MODULE_UTILS = Path(zip_imports.__file__).parents[1]
SOURCES = [path.relative_to(MODULE_UTILS) for path in MODULE_UTILS.rglob("*.py") if path.name != "__init__.py"]
IMPORT = """
import builtins, json, sys
import ansible.module_utils.basic, urllib3, certifi
compiled, compile_ = [], compile
def counting(source, name, *args, **kwargs):
    compiled.append(name)
    return compile_(source, name, *args, **kwargs)
builtins.compile = counting
import ansible_collections.ksyun.vpn.plugins.module_utils.runner.module
import ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel
json.dump([name for name in compiled if "ksyun" in name], sys.stdout)
"""


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as Ansible makes it: all packages are regular ones, their files empty."""
    path = tmp_path_factory.mktemp("archive") / "modules.zip"
    with zipfile.ZipFile(path, "w") as file:
        packages = {parent for source in SOURCES for parent in (Path(PACKAGE) / source).parents if parent.name}
        for package in packages:
            file.writestr(f"{package}/__init__.py", "")
        for source in SOURCES:
            file.write(MODULE_UTILS / source, f"{PACKAGE}/{source}")
    return path


@pytest.fixture(scope="module")
def compiled(archived: Path) -> list[str]:
    """The sources that are compiled for a module, in their order."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(archived)!r})\n{IMPORT}"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    names = [name.partition(f"{PACKAGE}/")[2] for name in json.loads(ran.stdout)]
    return [name for name in names if name and not name.endswith("__init__.py")]


def test_each_module_is_compiled_once(compiled: list[str]) -> None:
    assert {name for name in compiled if compiled.count(name) > 1} == {"runner/module.py", "runner/zip_imports.py"}, (
        "what comes first"
    )


def test_what_few_tasks_need_is_not_compiled_before(compiled: list[str]) -> None:
    sources = set(map(str, SOURCES))
    late = {"runner/info.py", "runner/status.py"}
    late |= {
        f"reconciler/{name}.py"
        for name in ("apply", "create", "following", "listing", "moving", "signals", "status", "write")
    }
    late |= {f"resources/{name}.py" for name in ("followers", "vpc_route", "vpn_gateway_route", "vpn_tunnel_status")}
    late |= {
        f"api/{name}.py"
        for name in (
            *("credentials_file", "decoding", "error_table", "verdicts", "wire_xml"),
            *("transport/backoff", "transport/failures", "transport/pace", "transport/proxies"),
        )
    }
    assert late < sources
    rooms = ("devices/", "reports/", "verification/")
    others = {source for source in sources if source.startswith(rooms)} | {"resources/estate.py", "runner/verify.py"}
    others |= {"runner/sites.py", "resources/sites.py"}
    others |= {f"reconciler/{name}.py" for name in ("batch", "sites", "snapshot")}
    assert set(compiled) == sources - late - others


def test_file_names_are_those_of_python_s_own_importer(archived: Path) -> None:
    packages = {folder for source in SOURCES for folder in source.parents if folder.name}
    for source in [*SOURCES, *packages]:
        path = str(archived / PACKAGE / source.parent)
        name = f"some.package.{source.stem}"
        ours: t.Any = zip_imports._NamingImporter(path)
        assert ours.get_filename(name) == zipimporter(path).get_filename(name)


def test_nothing_is_done_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(sys.path_importer_cache)
    zip_imports.avoid_double_compile()
    assert dict(sys.path_importer_cache) == before
