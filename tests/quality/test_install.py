# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new user: the artifact in an empty path, then the first steps of the README, word for word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from quality.repository import MODULES, ansible, text

from emulator.testing import EmulatorHandle, running_emulator

KEY = "invented-key-of-the-office-in-berlin"


@pytest.fixture
def emulator() -> Iterator[EmulatorHandle]:
    with running_emulator() as handle:
        yield handle


def block(start: str) -> str:
    """The code block of README.md that begins like this."""
    blocks = re.findall(r"^```\w+\n(.*?)^```$", text("README.md"), flags=re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if block.startswith(start)]
    return found


def test_all_modules_are_listed_with_a_description(installed: Path) -> None:
    listed = ansible(installed, "ansible-doc", "--list", "ksyun.vpn")
    assert listed.returncode == 0, listed.stderr
    lines = dict(line.split(maxsplit=1) for line in listed.stdout.splitlines() if line.startswith("ksyun.vpn."))
    assert sorted(lines) == [f"ksyun.vpn.{name}" for name in MODULES]
    assert not [name for name, description in lines.items() if "UNDOCUMENTED" in description]


def test_the_first_playbook_of_the_readme(installed: Path, tmp_path: Path, emulator: EmulatorHandle) -> None:
    """Checked in an empty account, run, run again, with the commands that the README gives."""
    (tmp_path / "office.yml").write_text(block("---\n- name: Connect the office in Berlin"))
    (tmp_path / "password").write_text("invented password of the vault\n")
    vault = tmp_path / "vault.yml"
    vault.write_text(f"vault_berlin_pre_shared_key: {KEY}\n")
    settings = {
        "ANSIBLE_VAULT_PASSWORD_FILE": str(tmp_path / "password"),
        "KSYUN_ENDPOINT_URL": emulator.url,
        "KSYUN_ACCESS_KEY": emulator.access_key,
        "KSYUN_SECRET_KEY": emulator.secret_key,
        "KSYUN_REGION": emulator.region,
    }
    assert ansible(installed, "ansible-vault", "encrypt", str(vault), **settings).returncode == 0
    assert KEY not in vault.read_text()

    check, run = (line.split() for line in block("ansible-playbook office.yml").splitlines())
    assert "--check" in check
    said = []
    for command, changed in ((check, 4), (run, 4), (run, 0), (check, 0)):
        words = [str(tmp_path / word) if word == "office.yml" else word for word in command]
        ran = ansible(installed, *words, **settings)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert re.search(rf"changed={changed} .*failed=0", ran.stdout), ran.stdout
        assert KEY not in ran.stdout + ran.stderr
        assert any(emulator.state().values()) is (command is run or bool(said))
        said += [ran.stdout] if command is run else []
    (gateway,) = emulator.state()["VpnGatewaySet"]
    for address in (gateway["GatewayAddress"], gateway["HaGatewayAddress"]):
        assert f'"{address}"' in said[0]


def test_the_list_commands_of_the_readme(installed: Path, emulator: EmulatorHandle) -> None:
    emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "main"}])
    for line in block("ansible localhost -m").splitlines():
        ran = ansible(
            installed,
            *shlex.split(line),
            KSYUN_ENDPOINT_URL=emulator.url,
            KSYUN_ACCESS_KEY=emulator.access_key,
            KSYUN_SECRET_KEY=emulator.secret_key,
            KSYUN_REGION=emulator.region,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "localhost | SUCCESS" in ran.stdout
