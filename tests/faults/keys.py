# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a trial's tasks: each task has its own, so that an emulator knows whose request it is."""

from __future__ import annotations

from emulator.testing import ACCESS_KEY, SECRET_KEY

MOST_TASKS = 6
STRANGER = "stranger"  # somebody else, who is no task
ACCESS_KEYS = [f"{ACCESS_KEY}-{number}" for number in range(MOST_TASKS)]
ACCOUNTS = [{"access_key": key, "secret_key": SECRET_KEY} for key in (ACCESS_KEY, *ACCESS_KEYS)]


def keys(task: int) -> dict[str, str]:
    """The options of a task of a trial, by its number."""
    return {"access_key": ACCESS_KEYS[task], "secret_key": SECRET_KEY}


def owner(access_key: str) -> int | None:
    """Which task's key it is."""
    return ACCESS_KEYS.index(access_key) if access_key in ACCESS_KEYS else None
