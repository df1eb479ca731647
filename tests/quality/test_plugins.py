# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the certification asks of the source of plugins and of their documentation, and no other tool here checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from quality.repository import MODULES, PLUGIN_FILES, ROOT, read_yaml, text, tree

ALONE = "verify_service"  # it has no resource, and so no twin that lists
HEADER = text("galaxy.yml").splitlines()[:3]
every_file = pytest.mark.parametrize(
    "path", PLUGIN_FILES, ids=[str(path.relative_to(ROOT / "plugins")) for path in PLUGIN_FILES]
)
every_module = pytest.mark.parametrize("name", MODULES)


def called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def forbidden(node: ast.AST) -> bool:
    """What a plugin never does: it returns results and raises errors that say what is wrong."""
    bare = isinstance(node, ast.ExceptHandler) and node.type is None
    return bare or isinstance(node, ast.Assert) or called(node) in {"print", "sys.exit", "exit", "quit", "os._exit"}


@every_file
def test_no_print_exit_assert_or_bare_except(path: Path) -> None:
    assert [node.lineno for node in ast.walk(tree(path)) if forbidden(node)] == []


@every_file
def test_header_and_annotations(path: Path) -> None:
    """The licence of each file, and the one form of annotations that all supported Pythons read."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#!")]
    assert lines[:3] == HEADER
    assert "from __future__ import annotations" in lines


def test_every_ansible_module_supports_check_mode() -> None:
    """As the attributes of all modules say."""
    made = [
        {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        for path in PLUGIN_FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
    ]
    supports = [keywords.get("supports_check_mode") for keywords in made if "argument_spec" in keywords]
    assert supports
    assert supports == ["True"] * len(supports)


@every_module
def test_check_mode_is_documented_in_the_attributes_alone(name: str, pages: dict[str, Any]) -> None:
    doc = pages[name]["doc"]
    assert doc["attributes"]["check_mode"]["support"] == "full"
    prose = " ".join([*doc["description"], *doc.get("notes", [])])
    assert not re.search(r"(supports?|in) check.?mode", prose, flags=re.IGNORECASE), prose


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for part in value.values() for found in strings(part)]
    if isinstance(value, list):
        return [found for part in value for found in strings(part)]
    return [value] if isinstance(value, str) else []


@every_module
def test_markup_says_what_is_an_option(name: str, pages: dict[str, Any]) -> None:
    """O() links to an option and is checked by antsibull-docs; C() and I() around its name would be neither."""
    options = set(pages[name]["doc"]["options"])
    prose = " ".join(strings(pages[name]["doc"]) + strings(pages[name]["return"]))
    plain = set(re.findall(r"\b[CI]\(([a-z_]+)(?:=[^)]*)?\)", prose))
    assert plain & options == set()


def later(version: str) -> bool:
    """Whether a version is not out with the one that galaxy.yml names, or, where there are fragments, the next one."""

    def parts(of: str) -> list[int]:
        return [int(part) for part in of.split(".")]

    newest = parts(read_yaml("galaxy.yml")["version"])
    if any((ROOT / "changelogs" / "fragments").glob("*.yml")):
        newest = [newest[0], newest[1] + 1, 0]
    return parts(version) > newest


@every_module
def test_version_added(name: str, pages: dict[str, Any]) -> None:
    doc = pages[name]["doc"]

    def versions(value: Any) -> list[str]:
        if isinstance(value, list):
            return [found for part in value for found in versions(part)]
        if not isinstance(value, dict):
            return []
        own = [value["version_added"]] if isinstance(value.get("version_added"), str) else []
        return own + [found for part in value.values() for found in versions(part)]

    assert doc["version_added"]
    assert [version for version in versions([doc, pages[name]["return"]]) if later(version)] == []


@every_module
def test_other_modules_are_linked(name: str, pages: dict[str, Any]) -> None:
    modules = [entry["module"] for entry in pages[name]["doc"]["seealso"] if "module" in entry]
    if name == ALONE:
        assert {"ksyun.vpn.vpn_gateway", "ksyun.vpn.vpn_tunnel", "ksyun.vpn.customer_gateway"} <= set(modules)
        return
    twin = name.removesuffix("_info") if name.endswith("_info") else f"{name}_info"
    assert twin not in MODULES or f"ksyun.vpn.{twin}" in modules
    assert {module.rpartition(".")[2] for module in modules if module.startswith("ksyun.vpn.")} <= set(MODULES)


@every_module
def test_reading_is_what_info_modules_are_for(name: str, pages: dict[str, Any]) -> None:
    state = pages[name]["doc"]["options"].get("state")
    if name.endswith("_info") or name in (ALONE, "sites"):  # whose list has a state for each site
        assert state is None
        assert "ansible_facts" not in pages[name]["return"]
    else:
        assert state["choices"] == ["absent", "present"] or state["choices"] == ["present", "absent"]


@every_module
def test_examples_use_full_names_alone(name: str, pages: dict[str, Any]) -> None:
    import yaml

    keywords = {"name", "register", "when", "loop", "vars", "check_mode", "diff", "no_log", "delegate_to", "until"}
    keywords |= {"retries", "delay", "loop_control", "environment", "failed_when", "changed_when", "timeout"}
    for task in yaml.safe_load(pages[name]["examples"]):
        actions = set(task) - keywords
        assert [action for action in actions if not re.fullmatch(r"(ksyun\.vpn|ansible\.builtin)\.\w+", action)] == []
        assert len(actions) == 1, task
