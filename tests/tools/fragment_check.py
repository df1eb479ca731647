# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that what changed for users since a commit has a fragment for the changelog.

    fragment_check.py BASE [CHECKOUT]

A file that is new needs none: the changelog lists new modules and roles by itself. A release takes the fragments away,
and writes changelogs/changelog.yaml instead.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOR_USERS = ("meta/", "playbooks/", "plugins/", "roles/", "requirements.txt")
NOTED = ("changelogs/fragments/", "changelogs/changelog.yaml")


def changes(base: str, root: Path) -> list[tuple[str, str]]:
    """Status letter and path of each file that differs from where HEAD's branch left the base."""
    command = ["git", "diff", "--name-status", "--no-renames", f"{base}...HEAD"]
    lines = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


def main(base: str, root: Path) -> int:
    changed = changes(base, root)
    if any(path.startswith(NOTED) for status, path in changed if status != "D"):
        return 0
    unnoted = [path for status, path in changed if status != "A" and path.startswith(FOR_USERS)]
    if unnoted:
        print(f"No fragment in changelogs/fragments tells users about: {', '.join(unnoted)}")
    return 1 if unnoted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()))
