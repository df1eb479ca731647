# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 5, exactly once: whatever happens to the answer of a write, nothing is doubled and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from laws.world import RESOURCES, World

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create

LOST_ANSWERS: dict[str, dict[str, Any]] = {
    "reset before": {"kind": "reset", "when": "before"},
    "reset after": {"kind": "reset", "when": "after"},
    "closed before": {"kind": "close", "when": "before"},
    "closed after": {"kind": "close", "when": "after"},
    "500 before": {
        "kind": "error",
        "when": "before",
        "status": 500,
        "code": "ServiceUnavailable",
        "message": "down",
    },
    "500 after": {"kind": "error", "when": "after", "status": 500, "code": "ServiceTimeout", "message": "time out"},
    "400 after": {"kind": "error", "when": "after", "status": 400, "code": "InternalError", "message": "time out"},
    "html before": {"kind": "html", "when": "before", "status": 502},
    "html after": {"kind": "html", "when": "after", "status": 502},
    "no answer before": {"kind": "timeout", "when": "before"},
    "no answer after": {"kind": "timeout", "when": "after"},
    "truncated": {"kind": "truncated", "when": "after"},
    "empty": {"kind": "empty", "when": "after"},
}
CREATE = {
    "customer_gateway": {"name": "one", "address": "203.0.113.1"},
    "vpn_gateway": {"name": "one", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"},
    "vpn_tunnel": {
        "name": "one",
        "vpn_gateway": "law-gateway",
        "customer_gateway": "law-peer",
        "type": "Ipsec",
        "pre_shared_key": "fake-pre-shared-key",
    },
}
UPDATE: dict[str, dict[str, Any]] = {
    "customer_gateway": {"address": "203.0.113.2"},
    "vpn_gateway": {"bandwidth": 20},
    "vpn_tunnel": {"name": "two"},
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing of the emulator does not lag, so that a short look is enough."""
    monkeypatch.setattr(create, "SETTLE_TIME", 0.3)


def named(world: World, kind: str, *names: str) -> list[dict[str, Any]]:
    """The service's objects of these names."""
    resource = RESOURCES[kind]
    return [item for item in world.objects(resource) if item[resource.field("name").wire] in names]


@pytest.mark.parametrize("kind", sorted(CREATE))
@pytest.mark.parametrize("lost", LOST_ANSWERS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_create(world: World, kind: str, lost: str, times: int) -> None:
    check_a_create(world, kind, lost, times, {})


def check_a_create(world: World, kind: str, lost: str, times: int, between: dict[str, Any]) -> None:
    """The answer to a create is lost, once or twice, on a way with these options."""
    world.begin()
    world.emulator.fault(RESOURCES[kind].actions.create.name, count=times, **LOST_ANSWERS[lost])
    result = world.task(kind, {**CREATE[kind], "read_timeout": 0.5, **between})
    assert len(named(world, kind, "one")) <= 1
    assert bool(result.get("failed")) == (times == 2 and lost.endswith("before"))
    if result.get("failed"):
        assert result["error"]["kind"] == "unknown_outcome"
        assert "Running the task again is safe" in result["msg"]
    world.emulator.clear_faults()
    again = world.task(kind, CREATE[kind])
    assert not again.get("failed"), again["msg"]
    assert len(named(world, kind, "one")) == 1
    creates = [request for request in world.take_requests() if request["action"].startswith("Create")]
    assert sum(request["committed"] for request in creates) == 1


@pytest.mark.parametrize("kind", sorted(CREATE))
@pytest.mark.parametrize("lost", LOST_ANSWERS)
@pytest.mark.parametrize("verb", ["Modify", "Delete"])
def test_a_change_and_a_removal(world: World, kind: str, lost: str, verb: str) -> None:
    world.begin()
    identity = world.task(kind, CREATE[kind])[kind]["id"]
    world.emulator.fault(verb + RESOURCES[kind].actions.create.result, **LOST_ANSWERS[lost])
    wanted = {"id": identity, **(UPDATE[kind] if verb == "Modify" else {"state": "absent"}), "read_timeout": 1}
    result = world.task(kind, wanted)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is True
    left = named(world, kind, "one", "two")
    assert len(left) == (1 if verb == "Modify" else 0)
    assert world.task(kind, wanted)["changed"] is False


@pytest.mark.parametrize("lost", LOST_ANSWERS)
@pytest.mark.parametrize("action", ["DeleteVpnTunnel", "CreateVpnTunnel"])
def test_a_replacement(world: World, lost: str, action: str) -> None:
    world.begin()
    identity = world.task("vpn_tunnel", CREATE["vpn_tunnel"])["vpn_tunnel"]["id"]
    skip = 1 if action == "CreateVpnTunnel" else 0  # the dry run
    world.emulator.fault(action, skip=skip, **LOST_ANSWERS[lost])
    wanted = {**CREATE["vpn_tunnel"], "id": identity, "ike_dh_group": 14, "on_immutable_change": "replace"}
    result = world.task("vpn_tunnel", {**wanted, "read_timeout": 1})
    assert not result.get("failed"), result["msg"]
    (tunnel,) = named(world, "vpn_tunnel", "one")
    assert tunnel["IkeDHGroup"] == "14"
    assert world.task("vpn_tunnel", wanted)["changed"] is False


@pytest.mark.parametrize("creates", [1, 2])
def test_a_replacement_that_is_refused_after_the_deletion_is_undone_or_says_what_is_missing(
    world: World, creates: int
) -> None:
    world.begin()
    identity = world.task("vpn_tunnel", CREATE["vpn_tunnel"])["vpn_tunnel"]["id"]
    refusal = {"status": 400, "code": "QuotaExceeded", "message": "No more tunnels."}
    world.emulator.fault("CreateVpnTunnel", "error", dry_run=False, count=creates, **refusal)
    wanted = {**CREATE["vpn_tunnel"], "ike_dh_group": 14, "on_immutable_change": "replace"}
    result = world.task("vpn_tunnel", wanted)
    assert result["changed"] is True
    left = named(world, "vpn_tunnel", "one")
    if creates == 1:
        assert result["error"]["kind"] == "replacement_undone"
        assert [tunnel["VpnTunnelId"] for tunnel in left] == [result["vpn_tunnel"]["id"]]
        told: tuple[str, ...] = (identity, "was put back", result["vpn_tunnel"]["id"], "No more tunnels")
    else:
        assert result["error"]["kind"] == "interrupted_replace"
        assert (result["vpn_tunnel"], left) == (None, [])
        told = (identity, "was deleted", "does not exist", "Run the task again to create it", "No more tunnels")
    for part in told:
        assert part in result["msg"]
    assert world.task("vpn_tunnel", wanted)["changed"] is True
    assert world.task("vpn_tunnel", wanted)["changed"] is False


def test_a_replacement_that_would_be_refused_leaves_the_old_one(world: World) -> None:
    world.begin()
    world.task("vpn_tunnel", CREATE["vpn_tunnel"])
    keys = {"access_key": world.emulator.access_key, "secret_key": world.emulator.secret_key}
    world.emulator.configure(accounts=[{**keys, "user_name": "law", "denied_actions": ["CreateVpnTunnel"]}])
    wanted = {**CREATE["vpn_tunnel"], "ike_dh_group": 14, "on_immutable_change": "replace"}
    result = world.task("vpn_tunnel", wanted)
    assert result["error"]["kind"] == "access_denied"
    assert result["changed"] is False
    assert len(named(world, "vpn_tunnel", "one")) == 1
