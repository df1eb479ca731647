# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A replacement that is interrupted, at each point: the old tunnel or the new one is there, or the task says what is
missing; and another run finishes it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faults.judging import claim
from laws.world import World
from load.processes import Gate, gate, start_module

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create

OLD = {
    "name": "one",
    "vpn_gateway": "law-gateway",
    "customer_gateway": "law-peer",
    "type": "Ipsec",
    "ike_dh_group": 5,
    "ipsec_lifetime_seconds": 120,
    "pre_shared_key": "fake-pre-shared-key",
}
NEW = {**OLD, "ike_dh_group": 14, "on_immutable_change": "replace"}
SHORT = {name: value for name, value in NEW.items() if name != "ipsec_lifetime_seconds"}  # what a create requires
IMPATIENT = {"read_timeout": 0.5, "max_attempts": 2, "max_retry_time": 3, "wait_timeout": 5}
Fault = dict[str, Any]


def _looks_fail(after: int) -> Fault:
    return {"action": "DescribeVpnTunnels", "kind": "html", "status": 403, "skip": after, "count": 99}


def _write(verb: str, kind: str, **options: Any) -> Fault:
    return {"action": f"{verb}VpnTunnel", "kind": kind, "dry_run": False, **options}


# where it ends: the faults, what the task says, and what is left
POINTS: dict[str, tuple[list[Fault], str, str]] = {
    "no probe": (
        [{"action": "CreateVpnTunnel", "kind": "reset", "dry_run": True, "count": 9}],
        "not happened",
        "old",
    ),
    "no look": ([_looks_fail(0)], "not happened", "old"),
    "no look for others of the name": ([_looks_fail(1)], "not happened", "old"),
    "delete refused": ([_write("Delete", "error", status=400, code="Busy")], "not happened", "old"),
    "delete lost": ([_write("Delete", "timeout", count=2)], "unknown", "old"),
    "delete lost, carried out, no look": (
        [_write("Delete", "reset", when="after"), _looks_fail(2)],
        "unknown",
        "none",
    ),
    "deleted, no look": ([_looks_fail(2)], "happened", "new"),  # the service said so: the create goes on
    "create refused": ([_write("Create", "error", status=400, code="QuotaExceeded")], "undone", "old"),
    "create refused twice": ([_write("Create", "error", status=400, code="QuotaExceeded", count=2)], "half", "none"),
    "create throttled": ([_write("Create", "throttle", count=99)], "half", "none"),
    "create lost": ([_write("Create", "reset", count=2)], "unknown", "none"),
    "create lost, then refused": (
        [_write("Create", "reset"), _write("Create", "error", status=400, code="QuotaExceeded")],
        "unknown",
        "none",
    ),
    "create lost, carried out, no look": (
        [_write("Create", "timeout", when="after"), _looks_fail(3)],
        "unknown",
        "new",
    ),
    "created, no look": ([_looks_fail(3)], "happened", "new"),
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Gate]:
    """One emulator for all."""
    with gate() as handle:
        yield handle


@pytest.fixture
def world(emulator: Gate, monkeypatch: pytest.MonkeyPatch) -> World:
    """With the old tunnel in it."""
    monkeypatch.setattr(create, "SETTLE_TIME", 0.5)
    world = World(emulator)
    world.begin()
    assert not world.task("vpn_tunnel", OLD).get("failed")
    return world


def left(world: World) -> str:
    """What is there: C(old), C(new), C(none), or the groups of several."""
    groups = [item["IkeDHGroup"] for item in world.emulator.state()["VpnTunnelSet"]]
    return {(): "none", ("5",): "old", ("14",): "new"}.get(tuple(groups), str(groups))


@pytest.mark.parametrize("point", POINTS)
def test_it_says_where_it_ended_and_a_rerun_finishes_it(world: World, point: str) -> None:
    faults, said, there = POINTS[point]
    for fault in faults:
        world.emulator.fault(**fault)
    result = world.task("vpn_tunnel", {**NEW, **IMPATIENT})
    assert result["failed"]
    assert (claim(result["msg"]), left(world)) == (said, there), result["msg"]
    assert result["changed"] == (said in ("half", "undone", "happened") or "was deleted" in result["msg"])
    world.emulator.clear_faults()
    again = world.task("vpn_tunnel", NEW)
    assert (again.get("msg"), again["changed"], left(world)) == (None, there != "new", "new")
    assert world.task("vpn_tunnel", NEW)["changed"] is False


def test_what_is_put_back_is_as_it_was(world: World) -> None:
    """What the task does not name, and the key that it would have changed."""
    (before,) = world.emulator.state()["VpnTunnelSet"]
    world.emulator.fault(**_write("Create", "error", status=400, code="QuotaExceeded"))
    result = world.task("vpn_tunnel", {**SHORT, "pre_shared_key": "fake-pre-shared-key-of-another-day"})
    (after,) = world.emulator.state()["VpnTunnelSet"]
    assert (result["error"]["kind"], result["changed"]) == ("replacement_undone", True)
    assert result["vpn_tunnel"]["id"] == after["VpnTunnelId"] != before["VpnTunnelId"]
    passing = ("VpnTunnelId", "CreateTime", "State")
    assert {**after, **dict.fromkeys(passing)} == {**before, **dict.fromkeys(passing)}


def test_it_names_what_the_old_one_had_beside(world: World) -> None:
    world.emulator.fault(**_write("Create", "error", status=400, code="QuotaExceeded", count=2))
    result = world.task("vpn_tunnel", SHORT)
    assert result["error"]["kind"] == "interrupted_replace"
    assert "ipsec_lifetime_seconds: 120" in result["msg"]
    assert "fake-pre-shared-key" not in str(result)
    again = world.task("vpn_tunnel", NEW)
    assert (again.get("msg"), left(world)) == (None, "new")


@pytest.mark.parametrize("wanted", [NEW, SHORT], ids=["whole", "short"])
def test_a_process_killed_between_delete_and_create(
    world: World, emulator: Gate, tmp_path: Path, wanted: dict[str, Any]
) -> None:
    emulator.fault(**_write("Create", "timeout"))
    process = start_module(emulator, tmp_path, "vpn_tunnel", wanted)
    end = time.monotonic() + 60
    while not any(entry["fault"] for entry in emulator.requests()) and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert left(world) == "none"
    again = world.task("vpn_tunnel", wanted)
    assert (again.get("msg"), again["changed"], left(world)) == (None, True, "new")
    assert world.task("vpn_tunnel", wanted)["changed"] is False
