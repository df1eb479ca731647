# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests of the documentation, and how many examples they ran."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from docs.blocks import GUIDES, ROLE, blocks
from modules.runner import Ansible

from emulator.testing import EmulatorHandle, running_emulator


@pytest.fixture(scope="session")
def process() -> Iterator[EmulatorHandle]:
    """The running emulator."""
    with running_emulator() as handle:
        yield handle


@pytest.fixture
def ansible(tmp_path: Path, process: EmulatorHandle) -> Ansible:
    """Ansible, set up as the guides tell a reader to, for the empty emulator."""
    process.reset()
    profile = f"access_key = {process.access_key}\nsecret_key = {process.secret_key}\n"
    credentials = tmp_path / ".ksyun" / "credentials"
    credentials.parent.mkdir()
    credentials.touch(mode=0o600)
    credentials.write_text(f"[production]\n{profile}")
    keys = ("vault_berlin_pre_shared_key", "vault_berlin_new_pre_shared_key", "vault_hamburg_pre_shared_key")
    keys += (
        "vault_munich_pre_shared_key",
        "vault_shanghai_pre_shared_key",
        "vault_shanghai_new_pre_shared_key",
        "vault_beijing_pre_shared_key",
    )
    (tmp_path / "vault.yml").write_text("".join(f"{name}: invented-for-{name}\n" for name in keys))
    [[play]] = [block.plays for block in blocks(ROLE)]
    (tmp_path / "sites.yml").write_text(yaml.safe_dump(play["vars"]))  # what the collection's playbooks want to know
    hosts: dict[str, Any] = {}
    for inventory in (block.plays for page in GUIDES for block in blocks(page) if block.kind == "inventory"):
        hosts.update(inventory)
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump(hosts))
    return Ansible(tmp_path, process)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many examples were run; reports come from all workers."""
    passed = terminalreporter.stats.get("passed", [])
    runs = [value for report in passed for name, value in report.user_properties if name == "examples"]
    if runs:
        terminalreporter.write_line(f"Examples run from the guides and READMEs: {sum(runs)}, on {len(runs)} pages")
