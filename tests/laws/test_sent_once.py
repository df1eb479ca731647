# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 5 below the reconciler: a write is sent once, whatever lies between, with each version of urllib3."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from laws.sent_once import ATTEMPTS, BEFORE, NEVER, OPEN
from laws.ways import TUNNELS, WAYS
from laws.world import World
from tools.libraries import LIBRARIES, environment_with

Row = dict[str, Any]


@pytest.fixture(scope="module", params=LIBRARIES)
def rows(request: pytest.FixtureRequest, world: World) -> list[Row]:
    """What came of one write for each way and each failure."""
    emulator = world.emulator
    done = subprocess.run(
        [sys.executable, "-m", "laws.sent_once", emulator.url, emulator.access_key, emulator.secret_key, *WAYS],
        env=environment_with(request.param),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    versions, *found = map(json.loads, done.stdout.splitlines())
    assert f"urllib3 {versions['urllib3']}".startswith(request.param), "it ran with other libraries"
    table = len(WAYS) * 2 * (len(OPEN) + len(NEVER)) + len(TUNNELS) * len(BEFORE)
    assert len(found) == table
    return found


def of(rows: list[Row], *failures: str) -> list[Row]:
    return [row for row in rows if row["failure"] in failures]


def test_a_write_whose_answer_was_lost_is_not_sent_again(rows: list[Row]) -> None:
    """Whether it was carried out is not known, by whatever way, over a new connection or one that was kept."""
    for row in of(rows, *OPEN):
        assert (row["attempts"], row["may_have_happened"]) == (1, True), row
        if row["failure"].startswith("silence"):
            assert row["committed"] <= row["arrived"] <= 1, (
                row
            )  # a busy machine may be slower than the client's patience
        else:
            assert row["arrived"] == 1, row
            assert row["committed"] == (0 if row["failure"].endswith("before") else 1), row


def test_a_write_that_was_refused_is_known_not_to_have_happened(rows: list[Row]) -> None:
    for row in of(rows, *NEVER):
        again = NEVER[row["failure"]][1]
        assert row["attempts"] == row["arrived"] == (ATTEMPTS if again else 1), row
        assert (row["committed"], row["may_have_happened"]) == (0, False), row


def test_a_connection_that_never_came_about_is_tried_again_if_that_may_help(rows: list[Row]) -> None:
    for row in of(rows, *BEFORE):
        assert (row["arrived"], row["committed"]) == (0, 0), row
        attempts = ATTEMPTS if "SOCKS" in row["way"] else BEFORE[row["failure"]]  # SOCKS just ends, and says no why
        assert (row["attempts"], row["may_have_happened"]) == (attempts, False), row
        assert "no connection to" in row["message"], row
        assert "by the proxy 127.0.0.1:" in row["message"], row


def test_all_go_by_post(rows: list[Row]) -> None:
    for row in rows:
        assert row["methods"] in (["POST"], []), row
