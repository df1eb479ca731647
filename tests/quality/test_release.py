# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The release checklist: a release passes it, and each item fails when it is broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from quality.repository import ROOT, git, tracked
from tools import fragment_check, release_check
from tools.release_check import Checkout

VERSION = str(yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"])


def commit(root: Path) -> None:
    git("add", "--all", cwd=root)
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    git(*who, "commit", "--quiet", "--message", "test", cwd=root)


def change(root: Path, path: str, old: str, new: str) -> None:
    before = (root / path).read_text()
    assert old in before
    (root / path).write_text(before.replace(old, new))


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of this one, released as the releasing section of CONTRIBUTING.md says."""
    root = tmp_path_factory.mktemp("release") / "repository"
    for path in tracked():
        if (ROOT / path).is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, root / path)
    git("init", "--quiet", cwd=root)
    if VERSION not in Checkout(root).releases:
        (root / "changelogs" / "fragments" / "summary.yml").write_text("release_summary: A release.\n")
    refresh = ("--update-existing", "--reload-plugins", "--refresh-plugins", "allow-removal")
    release_check.run("antsibull-changelog", "release", *refresh, cwd=root)
    commit(root)
    return root


@pytest.fixture
def root(release: Path, tmp_path: Path) -> Path:
    """One to break."""
    copy = tmp_path / "repository"
    shutil.copytree(release, copy)
    return copy


def test_a_release_passes(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release_check.main(release) == 0, capsys.readouterr().out
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"ksyun.vpn {VERSION}"
    assert [line.split()[0] for line in lines[1:]] == ["ok"] * len(release_check.ITEMS)


def put(path: str, content: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content)

    return write


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda root: change(root, path, old, new)


def tag_elsewhere(root: Path) -> None:
    git("tag", f"v{VERSION}", cwd=root)
    put("new", "new\n")(root)
    commit(root)


def future(root: Path) -> None:
    date = Checkout(root).releases[VERSION]["release_date"]
    change(root, "changelogs/changelog.yaml", f"'{date}'", "'2999-01-01'")


BREAKS = {
    "tree_is_clean": put("new", "new\n"),
    "version_is_a_release": replace("galaxy.yml", f"version: {VERSION}", "version: 0.9.0"),
    "version_is_the_same_everywhere": replace("plugins/module_utils/version.py", VERSION, "9.9.9"),
    "changelog_has_the_version_as_its_newest": replace("galaxy.yml", f"version: {VERSION}", "version: 99.0.0"),
    "changelog_has_a_summary_and_a_date": future,
    "no_fragment_is_left": put("changelogs/fragments/x.yml", "minor_changes:\n  - vpn_tunnel - new.\n"),
    "changelog_is_as_generated": replace("CHANGELOG.md", "Release Notes", "Notes of Releases"),
    "tag_is_free_or_here": tag_elsewhere,
    "artifact_is_that_of_a_clean_clone": put("docs/notes.swp", "ignored by git, not by the build\n"),
}


@pytest.mark.parametrize("item", release_check.ITEMS, ids=lambda item: item.__name__)
def test_an_item_fails_when_it_is_broken(item: Callable[[Checkout], str], root: Path) -> None:
    BREAKS[item.__name__](root)
    assert release_check.verdict(item, Checkout(root))


def test_a_broken_release_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("new", "new\n")(root)
    assert release_check.main(root) == 1
    assert "FAIL  tree is clean: ?? new" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "fragment", "status"),
    [
        ("plugins/module_utils/version.py", False, 1),
        ("plugins/module_utils/version.py", True, 0),
        ("requirements.txt", False, 1),
        ("plugins/modules/a_new_module.py", False, 0),
        ("tests/config.yml", False, 0),
    ],
)
def test_a_change_for_users_needs_a_fragment(root: Path, path: str, fragment: bool, status: int) -> None:
    base = git("rev-parse", "HEAD", cwd=root).strip()
    with (root / path).open("a") as file:
        file.write("# changed\n")
    if fragment:
        put("changelogs/fragments/1.yml", "bugfixes:\n  - vpn_tunnel - mended.\n")(root)
    commit(root)
    assert fragment_check.main(base, root) == status
