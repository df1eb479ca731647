# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the certification asks of the repository's own files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from quality.repository import ROOT, read_yaml, text, tracked, tree

CORES: dict[str, tuple[str, ...]] = next(
    ast.literal_eval(node.value)
    for node in tree(ROOT / "tests" / "tools" / "matrix" / "__main__.py").body
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CORES"
)
PYTHON_FLOOR = read_yaml("tests/config.yml")["modules"]["python_requires"].removeprefix(">=")
LINK = re.compile(r"\]\(([^)\s]+)|<(?:a href|img src)=\"([^\"]+)|^\[[^\]]+\]:\s*(\S+)", flags=re.MULTILINE)


def section(title: str) -> str:
    """The text below a heading of README.md, up to the next one of its level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text("README.md"), flags=re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no section {title!r}"
    return found[1]


# --- README ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Description", "This collection manages"),
        ("Requirements", "ansible-core 2.16 or newer"),
        ("Requirements", f"Python {PYTHON_FLOOR} or newer"),
        ("Requirements", "requests"),
        ("Installation", "ansible-galaxy collection install ksyun.vpn"),
        ("Installation", "Automation Hub"),
        ("Installation", "--upgrade"),
        ("Installation", "requirements.yml"),
        ("Use cases", "ksyun.vpn.vpn_tunnel:"),
        ("Testing", "make test"),
        ("Contributing", "code_of_conduct.html"),
        ("Contributing", "/blob/main/CONTRIBUTING.md"),
        ("Support", "/ksyun.vpn/issues"),
        ("Support", "https://forum.ansible.com/c/help/6"),
        ("Support", "tag `ksyun`"),
        ("Support", "/blob/main/SECURITY.md"),
        ("Release notes and versions", "/blob/main/CHANGELOG.md"),
        ("Release notes and versions", "https://semver.org/"),
        ("Related information", "https://docs.ansible.com/"),
        ("License", "/blob/main/LICENSE"),
    ],
)
def test_readme_follows_the_template(title: str, wanted: str) -> None:
    assert wanted in section(title)


def test_readme_links_work_on_galaxy() -> None:
    """Galaxy and Automation Hub show the page alone: a relative link leads nowhere there."""
    links = [next(filter(None, found)) for found in LINK.findall(text("README.md"))]
    assert len(links) > 10
    assert [link for link in links if not link.startswith("https://")] == []


def test_readme_links_to_files_that_are_there() -> None:
    inside = re.findall(r"https://github\.com/ksyun-vpn/ksyun\.vpn/(?:blob|tree)/main/([^)#\s]+)", text("README.md"))
    assert inside
    assert [path for path in inside if not (ROOT / path).exists()] == []


def test_readme_installs_no_ansible_package() -> None:
    assert not re.search(r"pip3? install ansible\b", text("README.md"))


def test_readme_names_the_tested_versions_of_ansible_core() -> None:
    tested = section("Testing")
    assert all(core in tested for core in (min(CORES), max(CORES)))


# --- floors, each stated in several places --------------------------------------------------------


def test_the_oldest_ansible_core_is_the_same_everywhere() -> None:
    assert read_yaml("meta/runtime.yml")["requires_ansible"] == f">={min(CORES)}.0"


def test_the_oldest_python_of_modules_is_the_same_everywhere() -> None:
    fragment = text("plugins/doc_fragments/connection.py")
    assert f"Python {PYTHON_FLOOR} or newer" in fragment
    assert f'find_python(("{PYTHON_FLOOR}",))' in text("tests/tools/matrix/__main__.py")
    assert f'target-version = "py{PYTHON_FLOOR.replace(".", "")}"' in text("pyproject.toml")


def test_requirements_leave_the_choice_to_the_user() -> None:
    """No upper bound, no pin, and Ansible itself is not for pip to install."""
    lines = [line for line in text("requirements.txt").splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z][a-z0-9-]*>=\d+(\.\d+)*", line)] == []
    assert [line for line in lines if line.startswith("ansible")] == []
    assert read_yaml("meta/execution-environment.yml")["dependencies"] == {"python": "requirements.txt"}


# --- nothing is passed over -----------------------------------------------------------------------


def test_no_ignore_files() -> None:
    names = [Path(path).name for path in tracked()]
    assert [name for name in names if re.fullmatch(r"ignore(-.*)?\.txt|\.ansible-lint-ignore", name)] == []


def test_ansible_lint_skips_nothing() -> None:
    settings = read_yaml(".ansible-lint")
    assert settings["profile"] == "production"
    assert "no-log-password" in settings["enable_list"]
    assert {"skip_list", "warn_list", "exclude_paths"} & set(settings) == set()


def test_no_lint_rule_is_skipped_in_place() -> None:
    skipped = [
        path
        for path in tracked()
        if path.endswith((".yml", ".yaml")) and re.search(r"#\s*noqa|skip_ansible_lint|yamllint disable", text(path))
    ]
    assert skipped == []


# --- community ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "MAINTAINERS.md", "SECURITY.md", "CHANGELOG.md"]
)
def test_files_of_a_community(path: str) -> None:
    assert text(path).strip()


def test_no_contributor_agreement_is_asked_for() -> None:
    assert "There is no contributor agreement." in text("CONTRIBUTING.md")


def test_nothing_of_a_developers_machine_is_in_the_repository() -> None:
    home = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/[a-z.]")
    found = [
        path
        for path in tracked()
        if Path(path).suffix in {".py", ".md", ".yml", ".yaml", ".txt", ".toml", ".rst", ".json", ""}
        and (ROOT / path).is_file()
        and home.search(text(path))
    ]
    assert found == []
