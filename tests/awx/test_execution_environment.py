# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment: what ansible-builder makes of its definition."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from ansible_collections.ksyun.vpn.tests.awx.credential import ROOT

BUILDER = Path(sys.executable).parent / "ansible-builder"
DEFINITION = ROOT / "execution-environment.yml"


def build(*arguments: str) -> str:
    """What a command of ansible-builder prints."""
    done = subprocess.run([BUILDER, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_build_context(tmp_path: Path) -> None:
    said = build("create", "--file", str(DEFINITION), "--context", str(tmp_path), "--output-filename", "Containerfile")
    assert "outdated" not in said
    containerfile = (tmp_path / "Containerfile").read_text()
    collections = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text())["collections"]
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert collections == [{"name": "ksyun.vpn", "version": f">={version}"}]
    assert "ansible-galaxy collection install" in containerfile
    assert "ansible-core>=2.16" in containerfile
    assert yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"] == ">=2.16.0"


def test_what_the_collection_adds_to_an_environment(tmp_path: Path) -> None:
    """As ansible-builder looks at the collections that it has installed in the image."""
    (tmp_path / "ansible_collections" / "ksyun").mkdir(parents=True)
    (tmp_path / "ansible_collections" / "ksyun" / "vpn").symlink_to(ROOT)
    found = yaml.safe_load(build("introspect", "--sanitize", str(tmp_path)))
    assert found["python"] == ["requests>=2.25.0  # from collection ksyun.vpn"]
    assert not found.get("system")
