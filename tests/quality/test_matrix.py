# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix tells the truth: what can't be tested is skipped with a word, and what fails is not passed over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from quality.repository import ROOT
from tools.matrix import __main__ as matrix
from tools.matrix import environment, stages


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "CACHE", tmp_path)


def script(path: Path, status: int) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


def made(tmp_path: Path, floor: Path | None = None) -> environment.Environment:
    return environment.Environment("2.99", "ansible-core 2.99.0", tmp_path, Path(sys.executable), "3.99", floor)


def test_a_shim_of_a_missing_python_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    script(tmp_path / "python3.98", 127)
    good = script(tmp_path / "python3.99", 0)
    assert environment.find_python(("3.97", "3.98", "3.99")) == good
    assert environment.find_python(("3.97", "3.98")) is None


def test_a_missing_python_is_told_and_nothing_tested_is_no_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(matrix, "CORES", {"2.99": ("3.97", "3.98")})
    monkeypatch.setattr(sys, "argv", ["matrix", "none.tar.gz", "--stage", "sanity"])
    assert matrix.main() == 1
    assert capsys.readouterr().out == "ansible-core 2.99: skipped, none of Python 3.97, 3.98 here\n"


@pytest.mark.parametrize(("commands", "verdict"), [([["true"]], "ok"), ([["true"], ["false"], ["true"]], "FAILED")])
def test_a_stage_fails_with_any_of_its_commands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, commands: list[stages.Command], verdict: str
) -> None:
    monkeypatch.setitem(stages.STAGES, "sanity", lambda _environment: commands)
    assert matrix.stages_of(made(tmp_path), ["sanity", "floor"]) == {
        "sanity": verdict,
        "floor": "skipped, no Python 3.9 here",
    }


def test_the_floor_leaves_a_trace_of_the_modules_that_ran_on_it(tmp_path: Path) -> None:
    _play, look = stages.floor(made(tmp_path, script(tmp_path / "python", 0)))
    ran = Path(look[-1])
    assert not ran.exists()
    assert environment.run(tmp_path / "floor-python", "AnsiballZ_vpn_tunnel.py") == ""
    assert "AnsiballZ_vpn_tunnel" in ran.read_text()


def test_pins_are_those_of_the_project_but_for_what_ansible_core_decides(tmp_path: Path) -> None:
    pins = environment.constraints(tmp_path, Path("python3.13")).read_text().split()
    assert set(pins) < set((ROOT / "tests" / "requirements.txt").read_text().split())
    assert {"ansible-core", "resolvelib"}.isdisjoint(pin.split("==")[0] for pin in pins)
    assert {pin.split("==")[0] for pin in pins} >= set(environment.TOOLS)
    assert environment.constraints(tmp_path, Path("python3.10")).read_text().split() == []
