# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What check mode hands on from task to task where nothing has been created yet."""

from __future__ import annotations

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import InvalidOptionsError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.lookup import UNKNOWN_ID
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import OPTIONS, TABLES
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import run, there

by_kind = pytest.mark.parametrize("kind", TABLES)


def test_the_id_of_what_would_be_created_is_a_reference() -> None:
    it = FakeService()
    gateway, customer = (run(it, kind, check_mode=True).item or {} for kind in ("vpn_gateway", "customer_gateway"))
    assert gateway["id"] == customer["id"] == UNKNOWN_ID
    wanted = {**OPTIONS["vpn_tunnel"], "vpn_gateway": gateway["id"], "customer_gateway": customer["id"]}
    outcome = run(it, "vpn_tunnel", wanted, check_mode=True)
    assert outcome.changed
    assert sum("does not exist yet" in warning for warning in outcome.warnings) == 2
    assert it.writes() == []


@by_kind
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_task_for_what_would_have_been_created(kind: str, state: str) -> None:
    it = FakeService()
    outcome = run(it, kind, id=UNKNOWN_ID, state=state, check_mode=True)
    assert outcome.changed
    assert (outcome.item or {}).get("id") == (UNKNOWN_ID if state == "present" else None)
    assert "would be created by an earlier task of the play" in outcome.warnings[0]
    assert it.log == []
    with pytest.raises(InvalidOptionsError, match="is what check mode returns"):
        run(it, kind, id=UNKNOWN_ID, state=state)


@by_kind
@pytest.mark.parametrize("timeout", [-1, float("inf"), float("nan")])
def test_a_wait_that_makes_no_sense(kind: str, timeout: float) -> None:
    it = there(kind)
    with pytest.raises(InvalidOptionsError, match="wait_timeout must be at least 0 seconds"):
        run(it, kind, wait_timeout=timeout)
    assert it.log == []
