# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Test the built artifact with every ansible-core that it is for, each on the oldest Python of this machine it runs on.

    python -m tools.matrix ARTIFACT [--core VERSION ...] [--stage STAGE ...]

For each version an environment in .cache/matrix, then the stages of stages.py. The last lines are the summary,
one for each version; a version whose Python is missing is skipped and says so. Ends with 1 if a stage failed, or if
nothing was tested.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from .environment import CannotError, Environment, find_python, make_environment, make_floor
from .stages import STAGES, run_stage

# The Pythons that each version's controller side supports, as its package says.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
    "2.22": ("3.13", "3.14"),
}
# Where there is no release yet, the newest release candidate is taken.
WANTED = {core: f"ansible-core~={core}.0rc1" if core == "2.22" else f"ansible-core~={core}.0" for core in CORES}


def say(text: str) -> None:
    print(text, flush=True)


def stages_of(environment: Environment, names: list[str]) -> dict[str, str]:
    """Run the stages and tell what became of each: ok, FAILED, or why it was skipped."""
    verdicts = {}
    for name in names:
        if name == "floor" and environment.floor is None:
            verdicts[name] = "skipped, no Python 3.9 here"
            continue
        passed = run_stage(name, environment)
        verdicts[name] = "ok" if passed else "FAILED"
        say(f"matrix: {environment.title}: {name} {verdicts[name]}")
        if not passed:
            log = environment.log(name)
            say("".join(log.read_text(errors="replace").splitlines(keepends=True)[-60:]))
    return verdicts


def test_core(core: str, artifact: Path, floor: Path | None, names: list[str]) -> tuple[str, bool | None]:
    """The summary line of a version, and whether all stages passed: None if its Python is missing."""
    found = find_python(CORES[core])
    if found is None:
        return f"ansible-core {core}: skipped, none of Python {', '.join(CORES[core])} here", None
    started = time.monotonic()
    try:
        environment = make_environment(core, WANTED[core], found, artifact, floor)
    except CannotError as error:
        return f"ansible-core {core}: FAILED, no environment: {error}", False
    verdicts = stages_of(environment, names)
    told = ", ".join(f"{name} {verdict}" for name, verdict in verdicts.items())
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    return f"{environment.title}: {told} ({minutes}:{seconds:02} min)", "FAILED" not in verdicts.values()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("artifact", type=Path)
    parser.add_argument("--core", nargs="+", choices=list(CORES), default=list(CORES))
    parser.add_argument("--stage", nargs="+", choices=list(STAGES), default=list(STAGES))
    arguments = parser.parse_args()

    floor_python = find_python(("3.9",))
    floor = make_floor(floor_python) if floor_python and "floor" in arguments.stage else None
    results = [test_core(core, arguments.artifact.resolve(), floor, arguments.stage) for core in arguments.core]
    for line, _passed in results:
        say(line)
    verdicts = {passed for _line, passed in results}
    return 0 if verdicts <= {True, None} and True in verdicts else 1


if __name__ == "__main__":
    sys.exit(main())
