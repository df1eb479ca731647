# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each masking line is needed: without it, a check of what leaves the collection fails. And the list is complete."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ansible_collections.ksyun.vpn.tests.secrets.check import CHECKS
from ansible_collections.ksyun.vpn.tests.secrets.masking_lines import EXCUSED, LINES, TELLTALE, Line
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import FORMS
from ansible_collections.ksyun.vpn.tests.secrets.stage import ACCOUNT, SECRETS_API
from emulator.testing import EmulatorHandle, running_emulator

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins" / "module_utils"
CHECK = "ansible_collections.ksyun.vpn.tests.secrets.check"
HOLDS, FAILS = 0, 1
# Each takes a copy and a process: "make test" tries a part, and "make campaign" all.
TRIED = LINES if os.environ.get("KSYUN_VPN_CAMPAIGN") else LINES[::4]
# Checks that look at what several lines keep back together.
GENERAL = {
    "unexpected_errors",
    "everything",
    "echoed_to_info",
    "from_the_environment",
    "verified",
    *(f"form: {form}" for form in FORMS),
}


def _check(namespace: Path, emulator: EmulatorHandle, *names: str) -> tuple[int, str]:
    """Run checks against the collection in a folder C(ansible_collections); status and what was said."""
    path = os.pathsep.join([str(namespace), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-m", CHECK, emulator.url, *names],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _copy(directory: Path) -> Path:
    """A scratch copy of the collection, with these tests."""
    collection = directory / "ansible_collections" / "ksyun" / "vpn"
    shutil.copytree(ROOT / "plugins", collection / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    (collection / "tests").symlink_to(ROOT / "tests")
    return collection / "plugins" / "module_utils"


def _mutate(plugins: Path, line: Line) -> None:
    text = (plugins / line.file).read_text(encoding="utf-8")
    assert text.count(line.old) == 1, f"{line.old!r} stands {text.count(line.old)} times in {line.file}"
    (plugins / line.file).write_text(text.replace(line.old, line.new), encoding="utf-8")


@pytest.fixture(scope="module", name="outcomes")
def _outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    """What became of each line's check without the line, all at once: two at a time, each with an emulator."""
    emulators: queue.Queue[EmulatorHandle] = queue.Queue()
    tmp_path_factory.getbasetemp()  # made here, as two threads would trip over each other

    def outcome(line: Line) -> tuple[int, str]:
        directory = tmp_path_factory.mktemp("without")
        try:
            _mutate(_copy(directory), line)
        except AssertionError as error:
            return -1, str(error)
        emulator = emulators.get()
        try:
            return _check(directory, emulator, line.check)
        finally:
            emulators.put(emulator)
            shutil.rmtree(directory)

    settings = {"accounts": [ACCOUNT]}
    with running_emulator(settings=settings) as one, running_emulator(settings=settings) as other:
        emulators.put(one)
        emulators.put(other)
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(outcome, TRIED))


def test_the_checks_hold(tmp_path: Path) -> None:
    _copy(tmp_path)
    with running_emulator(settings={"accounts": [ACCOUNT]}) as emulator:
        status, said = _check(tmp_path, emulator, *CHECKS)
    assert status == HOLDS, said


@pytest.mark.parametrize("number", range(len(TRIED)), ids=[f"{line.file} {line.old}"[:80] for line in TRIED])
def test_without_the_line_its_check_fails(outcomes: list[tuple[int, str]], number: int) -> None:
    if SECRETS_API and "no_log_values" in TRIED[number].old:
        pytest.skip("this ansible-core does not change results")
    status, said = outcomes[number]
    assert status == FAILS, said or f"the check {TRIED[number].check} holds without {TRIED[number].old!r}"


def test_every_check_is_there_for_a_line() -> None:
    assert {line.check for line in LINES} >= set(CHECKS) - GENERAL


def test_no_masking_line_is_missing() -> None:
    forgotten, used = [], set()
    for file in sorted(PLUGINS.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        listed = [line.old for line in LINES if line.file == str(file.relative_to(PLUGINS))]
        for line in _code(text):
            if not re.search(TELLTALE, line) or any(old in line or line.strip() in old for old in listed):
                continue
            reasons = [words for words in EXCUSED if words in line]
            used.update(reasons)
            if not reasons:
                forgotten.append(f"{file.name}: {line.strip()}")
    assert not forgotten
    assert used == set(EXCUSED), f"not needed: {set(EXCUSED) - used}"


def _code(text: str) -> list[str]:
    """The lines of a file that are code: no comments, no docstrings."""
    without = re.sub(r'"""[\s\S]*?"""', "", text)
    return [line.partition("  # ")[0] for line in without.splitlines() if not line.lstrip().startswith("#")]
