# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forge runs the Makefile's targets, with as few rights as it takes, on code that can't change underneath."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from quality.repository import ROOT, read_yaml, targets_of_test, text
from quality.test_repository import CORES

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):(?! export)", text("Makefile"), flags=re.MULTILINE))
every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=[path.stem for path in WORKFLOWS])


def load(path: Path) -> dict[str, Any]:
    # YAML 1.1 reads the key "on" as true.
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in workflow.items()}


def test_there_are_workflows() -> None:
    assert {path.stem for path in WORKFLOWS} == {"ci", "release"}


@every_workflow
def test_actions_are_pinned_by_commit(path: Path) -> None:
    uses = re.findall(r"uses:\s*(.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", use)] == []


@every_workflow
def test_rights_are_few(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    # what may write runs no code of the repository: it does not even check it out
    more = {name: job for name, job in workflow["jobs"].items() if "permissions" in job}
    assert set(more) == ({"attest"} if path.stem == "release" else set())
    for job in more.values():
        assert job["permissions"] == {"contents": "write", "id-token": "write", "attestations": "write"}
        assert not any("make" in step.get("run", "") or "checkout" in step.get("uses", "") for step in job["steps"])
    assert "pull_request_target" not in workflow["on"]
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@every_workflow
def test_no_expression_is_pasted_into_a_shell_but_the_matrix(path: Path) -> None:
    """What comes from a pull request, such as the name of a branch, would be run."""
    runs = [step["run"] for job in load(path)["jobs"].values() for step in job["steps"] if "run" in step]
    pasted = [expression for run in runs for expression in re.findall(r"\$\{\{\s*(.*?)\s*\}\}", run)]
    assert [expression for expression in pasted if not expression.startswith("matrix.")] == []


@every_workflow
def test_jobs_end_and_replace_each_other(path: Path) -> None:
    workflow = load(path)
    assert workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] <= 120 for job in workflow["jobs"].values())


@every_workflow
def test_targets_exist(path: Path) -> None:
    named = re.findall(r"\bmake ([a-z][a-z-]*)", path.read_text(encoding="utf-8"))
    assert set(named) <= TARGETS


def test_ci_runs_all_that_make_test_does() -> None:
    workflow = load(ROOT / ".github" / "workflows" / "ci.yml")
    assert set(workflow["jobs"]["check"]["strategy"]["matrix"]["target"]) == set(targets_of_test())
    assert workflow["jobs"]["matrix"]["strategy"]["matrix"]["core"] == list(CORES)
    assert workflow["on"]["schedule"]
    assert {"push", "pull_request"} <= set(workflow["on"])


def test_dependencies_are_looked_after() -> None:
    updates = read_yaml(".github/dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "pip"}
    folders = {update["package-ecosystem"]: update["directory"] for update in updates}
    assert (ROOT / folders["pip"].lstrip("/") / "requirements.txt").exists()


def test_templates_ask_for_what_a_bug_needs() -> None:
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    assert {path.stem for path in folder.glob("*.yml")} == {"bug", "feature", "config", "record"}
    body = read_yaml(".github/ISSUE_TEMPLATE/bug.yml")["body"]
    required = {field["id"] for field in body if field.get("validations", {}).get("required")}
    assert required == {"what", "task", "output", "versions"}
    fields = {field["id"]: field for field in read_yaml(".github/ISSUE_TEMPLATE/record.yml")["body"] if "id" in field}
    assert fields["record"]["validations"]["required"] is True
    assert all(option["required"] for option in fields["looked"]["attributes"]["options"])
    assert read_yaml(".github/ISSUE_TEMPLATE/config.yml")["blank_issues_enabled"] is False
