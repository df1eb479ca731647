# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifact holds what a user needs and nothing else, and what is needed to run is in four folders."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from quality.repository import MODULES, PLUGIN_FILES, ROOT, ansible, documentation

Options = dict[str, Any]
# Where a user looks, and what may lie there. tests/tools/check_artifact.py has the names of the top folder.
SUFFIXES = {
    "changelogs": {".yaml"},
    "docs": {".json", ".md", ".png", ".rst", ".svg", ".yml"},
    "extensions": {".yml", ".py"},
    "LICENSES": {".txt"},
    "meta": {".yml"},
    "playbooks": {".yml", ".md"},
    "plugins": {".py"},
    "roles": {".yml", ".md", ".j2"},
}
RUNS = {"meta", "playbooks", "plugins", "roles"}
# https://docs.ansible.com/ansible/latest/dev_guide/developing_collections_structure.html, as far as we need it.
PLUGIN_FOLDERS = {
    "action",
    "doc_fragments",
    "filter",
    "lookup",
    "module_utils",
    "inventory",
    "modules",
    "plugin_utils",
    "test",
}


def test_only_files_of_known_kinds(names: list[str]) -> None:
    deep = [Path(name) for name in names if "/" in name]
    assert [str(path) for path in deep if path.suffix not in SUFFIXES[path.parts[0]]] == []


def test_nothing_hidden_linked_or_large(artifact: Path) -> None:
    with tarfile.open(artifact) as archive:
        members = archive.getmembers()
    assert [member.name for member in members if any(part.startswith(".") for part in Path(member.name).parts)] == []
    assert [member.name for member in members if not (member.isfile() or member.isdir())] == []
    assert [member.name for member in members if member.size > 500_000] == []
    assert artifact.stat().st_size < 1_000_000


def test_all_plugins_are_in_it(names: list[str]) -> None:
    assert sorted(str(path.relative_to(ROOT)) for path in PLUGIN_FILES) == sorted(
        name for name in names if name.startswith("plugins/")
    )


def test_it_names_no_dependency(artifact: Path) -> None:
    with tarfile.open(artifact) as archive:
        member = archive.extractfile("MANIFEST.json")
        assert member is not None
        about = json.load(member)["collection_info"]
    assert about["dependencies"] == {}


def test_only_known_folders_of_plugins() -> None:
    folders = {path.relative_to(ROOT / "plugins").parts[0] for path in PLUGIN_FILES}
    assert folders <= PLUGIN_FOLDERS


@pytest.fixture
def stripped(installed: Path, tmp_path: Path) -> Path:
    """The installed collection without all that is not needed to run it."""
    collections = tmp_path / "collections"
    shutil.copytree(installed, collections)
    place = collections / "ansible_collections" / "ksyun" / "vpn"
    for entry in place.iterdir():
        if entry.name not in RUNS:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return collections


# What a module that has no name needs so as to be run at all.
ARGUMENTS: dict[str, Options] = {
    "sites": {"vpn_gateway": "office", "sites": [{"name": "berlin", "address": "203.0.113.9"}]},
    "sites_info": {"vpn_gateway": "office"},
    "verify_service": {},
    "vpc_route": {"destination_cidr_block": "10.9.0.0/16"},
    "vpn_gateway_route": {"destination_cidr_block": "10.9.0.0/16"},
}


def play(collections: Path, **environment: str) -> dict[str, dict[str, Any]]:
    """The results of a task for each module, in one playbook; all of them have to fail."""
    tasks = []
    for name in MODULES:
        options = ARGUMENTS.get(name, {} if name.endswith("_info") else {"name": "office"})
        tasks.append({f"ksyun.vpn.{name}": options, "ignore_errors": True, "register": f"result_of_{name}"})
    results = "{{ {" + ", ".join(f"'{name}': result_of_{name}" for name in MODULES) + "} | to_json }}"
    written = {"ansible.builtin.copy": {"content": results, "dest": str(collections.parent / "results.json")}}
    playbook = collections.parent / "playbook.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [*tasks, written]}]))
    ran = ansible(collections, "ansible-playbook", str(playbook), **environment)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    found = json.loads((collections.parent / "results.json").read_text())
    assert [name for name in MODULES if not found[name]["failed"]] == []
    return found


def test_modules_work_without_anything_but_these_folders(stripped: Path) -> None:
    """They get as far as asking for what is not configured here."""
    assert sorted(documentation(stripped)) == MODULES
    results = play(stripped)
    assert {name: result["error"]["kind"] for name, result in results.items()} == dict.fromkeys(
        MODULES, "configuration"
    )


def test_without_requests_modules_fail_politely(installed: Path, tmp_path: Path) -> None:
    """Whichever side a module runs on: a package that can't be imported stands before the real one."""
    broken = tmp_path / "broken" / "urllib3"  # which comes with it, and carries the requests
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text('raise ImportError("no requests here")\n')
    results = play(installed, PYTHONPATH=str(broken.parent))
    for name, result in results.items():
        assert "Failed to import the required Python library (requests)" in result["msg"], (name, result)
