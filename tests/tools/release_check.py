# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that a checkout can be tagged and published as the version that its galaxy.yml names.

    release_check.py [CHECKOUT]

One line for each item of the release checklist, and 1 at the end if one of them failed. Nothing is changed.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Callable

import yaml

TOOLS = Path(sys.executable).parent


class Checkout:
    """What the items look at."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.version = str(self.yaml("galaxy.yml")["version"])
        self.releases: dict[str, Any] = self.yaml("changelogs/changelog.yaml")["releases"]

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def yaml(self, path: str) -> Any:
        return yaml.safe_load(self.text(path))

    def git(self, *arguments: str) -> str:
        return run("git", *arguments, cwd=self.root)

    def clone(self, folder: str) -> Path:
        """HEAD as others get it: without what is ignored or not committed."""
        target = Path(folder) / "clone"
        self.git("clone", "--quiet", "--no-hardlinks", str(self.root), str(target))
        return target


def run(*command: str, cwd: Path) -> str:
    environment = {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def parts_of(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


# --- the items: each says what is wrong, "" if nothing is -------------------------------------------


def tree_is_clean(checkout: Checkout) -> str:
    return checkout.git("status", "--porcelain")


def version_is_a_release(checkout: Checkout) -> str:
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", checkout.version):
        return f"{checkout.version} is not X.Y.Z"
    return "" if parts_of(checkout.version) >= (1, 0, 0) else f"{checkout.version} is older than 1.0.0"


def version_is_the_same_everywhere(checkout: Checkout) -> str:
    constant = re.findall(r'^VERSION = "(.*)"$', checkout.text("plugins/module_utils/version.py"), flags=re.MULTILINE)
    # A README without an example that names a version would be all right, too.
    named = re.findall(r"\bksyun\.vpn:==([\w.+-]+)", checkout.text("README.md")) or [checkout.version]
    found = {"plugins/module_utils/version.py": constant, "README.md": named}
    wrong = [f"{path} has {versions}" for path, versions in found.items() if {*versions} != {checkout.version}]
    return "; ".join(wrong)


def changelog_has_the_version_as_its_newest(checkout: Checkout) -> str:
    newest = max(checkout.releases, key=parts_of, default="none")
    return "" if newest == checkout.version else f"the newest release in it is {newest}"


def changelog_has_a_summary_and_a_date(checkout: Checkout) -> str:
    release = checkout.releases.get(checkout.version, {})
    if not release.get("changes", {}).get("release_summary"):
        return "no release_summary"
    date = datetime.date.fromisoformat(release["release_date"])
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return f"{date} is in the future" if date > today + datetime.timedelta(days=1) else ""  # it is a local date


def no_fragment_is_left(checkout: Checkout) -> str:
    return ", ".join(sorted(path.name for path in checkout.root.glob("changelogs/fragments/*.y*ml")))


def changelog_is_as_generated(checkout: Checkout) -> str:
    with tempfile.TemporaryDirectory() as folder:
        clone = checkout.clone(folder)
        run("antsibull-changelog", "generate", cwd=clone)
        same = (clone / "CHANGELOG.md").read_text(encoding="utf-8") == checkout.text("CHANGELOG.md")
    return "" if same else "CHANGELOG.md differs from what antsibull-changelog generates"


def tag_is_free_or_here(checkout: Checkout) -> str:
    tag = f"v{checkout.version}"
    if not checkout.git("tag", "--list", tag):
        return ""
    here = checkout.git("rev-parse", f"{tag}^{{commit}}") == checkout.git("rev-parse", "HEAD")
    return "" if here else f"{tag} is another commit"


def artifact_is_that_of_a_clean_clone(checkout: Checkout) -> str:
    """A build's FILES.json has the checksum of every file; the archive itself has the time of the build."""

    def built(root: Path, folder: str) -> dict[str, str]:
        run("ansible-galaxy", "collection", "build", "--output-path", folder, cwd=root)
        with tarfile.open(Path(folder) / f"ksyun-vpn-{checkout.version}.tar.gz") as archive:
            member = archive.extractfile("FILES.json")
            assert member is not None
            return {file["name"]: file["chksum_sha256"] for file in json.load(member)["files"]}

    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        here, cloned = built(checkout.root, ours), built(checkout.clone(theirs), theirs)
    return ", ".join(sorted(name for name, _checksum in {*here.items()} ^ {*cloned.items()}))


ITEMS: tuple[Callable[[Checkout], str], ...] = (
    tree_is_clean,
    version_is_a_release,
    version_is_the_same_everywhere,
    changelog_has_the_version_as_its_newest,
    changelog_has_a_summary_and_a_date,
    no_fragment_is_left,
    changelog_is_as_generated,
    tag_is_free_or_here,
    artifact_is_that_of_a_clean_clone,
)


def verdict(item: Callable[[Checkout], str], checkout: Checkout) -> str:
    try:
        return item(checkout)
    except subprocess.CalledProcessError as error:
        return f"{error.cmd[0]} ended with {error.returncode}: {error.stderr}"
    except (KeyError, ValueError, OSError) as error:
        return f"{type(error).__name__}: {error}"


def main(root: Path) -> int:
    checkout = Checkout(root)
    print(f"ksyun.vpn {checkout.version}")
    passed = True
    for item in ITEMS:
        wrong = verdict(item, checkout)
        passed = passed and not wrong
        name = item.__name__.replace("_", " ")
        print(f"FAIL  {name}: {wrong}" if wrong else f"ok    {name}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]))
