# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tunnel in the state C(deleting) is still listed, and does not count as present."""

from __future__ import annotations

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import MissingError, WaitTimeoutError
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import OPTIONS, TUNNEL, identity, wire
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import empty, run

OLD = identity(TUNNEL)


def account(*, until: float = float("inf"), state: str = "Deleting") -> FakeService:
    """What a tunnel needs, and one of its name that is listed up to a second, being deleted."""
    it = empty("vpn_tunnel")
    raw = {**wire(TUNNEL), "State": state}
    it.objects["vpn_tunnel"].append(raw)
    it.leaves(raw, until)
    return it


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
def test_its_name_is_free(check_mode: bool) -> None:
    it = account()
    outcome = run(it, "vpn_tunnel", check_mode=check_mode)
    assert outcome.changed
    assert outcome.plan
    assert [step.action for step in outcome.plan.steps] == ["create"]
    assert outcome.item
    assert outcome.item["id"] != OLD
    assert it.writes() == ([] if check_mode else ["CreateVpnTunnel"])
    assert f"Another one of its name is being deleted: {OLD}" in " ".join(outcome.warnings)
    assert "has the same" not in " ".join(outcome.warnings)


def test_what_was_created_beside_it_is_found_the_next_time() -> None:
    it = account()
    made = run(it, "vpn_tunnel").item
    again = run(it, "vpn_tunnel")
    assert made
    assert again.item
    assert again.item["id"] == made["id"]
    assert not again.changed
    assert it.writes() == ["CreateVpnTunnel"]


def test_its_id_is_not_what_a_task_can_have() -> None:
    it = account()
    with pytest.raises(MissingError, match=r"is being deleted: its status is 'Deleting'\. Leave id out"):
        run(it, "vpn_tunnel", {**OPTIONS["vpn_tunnel"]}, id=OLD)
    assert it.writes() == []


@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by name"])
def test_absent_waits_until_it_is_gone_and_deletes_nothing(by_id: bool) -> None:
    it = account(until=7)
    outcome = run(it, "vpn_tunnel", {} if by_id else {"name": "tunnel"}, id=OLD if by_id else None, state="absent")
    assert not outcome.changed
    assert it.writes() == []
    assert it.time.seconds >= 7


def test_absent_says_if_it_stays() -> None:
    it = account()
    with pytest.raises(WaitTimeoutError, match="was being deleted already, but 20 seconds later is still listed"):
        run(it, "vpn_tunnel", {"name": "tunnel"}, state="absent", wait_timeout=20)
    assert it.writes() == []


@pytest.mark.parametrize("settings", [{"wait": False}, {"check_mode": True}], ids=["no wait", "check"])
def test_absent_need_not_wait(settings: dict[str, bool]) -> None:
    it = account()
    outcome = run(it, "vpn_tunnel", {"name": "tunnel"}, state="absent", **settings)
    assert not outcome.changed
    assert it.time.seconds == 0


def test_any_other_state_is_there() -> None:
    it = account(state="error")
    assert not run(it, "vpn_tunnel").changed
    assert it.writes() == []
