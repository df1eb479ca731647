# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws with every setting of the emulator that stands for a guess: one at a time, thirty examples of each law.

"make test" draws a mix of them. A law that was not stated for services which do otherwise than asked is left out there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from laws.accounts import GUESSES, INDIFFERENT, OTHERWISE

LAWS = Path(__file__).resolve().parents[1] / "laws"
# The laws that are stated for those, too.
TOLERANT = ["test_check_mode.py", "test_replacing.py"]
ALL = ["test_laws.py", *TOLERANT, "test_empty.py"]
EXAMPLES = "30"


def each() -> list[Any]:
    """A setting, one of its values, and the files of laws that hold under it."""
    found = []
    for files, settings in ((ALL, {**GUESSES, **INDIFFERENT}), (TOLERANT, OTHERWISE)):
        for setting, values in settings.items():
            for number, value in enumerate(json.loads(text) for text in dict.fromkeys(map(json.dumps, values))):
                found.append(pytest.param(setting, value, files, id=f"{setting}-{number}"))
    return found


@pytest.mark.parametrize(("setting", "value", "files"), each())
def test_the_laws_hold(setting: str, value: Any, files: list[str]) -> None:
    environment = {**os.environ, "LAW_EXAMPLES": EXAMPLES, "LAW_SETTINGS": json.dumps({setting: value})}
    command = [sys.executable, "-m", "pytest", "-q"]
    command += [str(LAWS / file) for file in files]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
