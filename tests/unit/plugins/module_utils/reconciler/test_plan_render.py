# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user reads of a plan."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.diff import as_text, diff_of
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import ImmutableChangeError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Wanted, describe
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.plan import make_plan
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    OPTIONS,
    TUNNEL,
    identity,
    wire,
)


def test_render_and_diff() -> None:
    current = CUSTOMER.read(wire(CUSTOMER))
    options = {"name": "branch", "address": "203.0.113.10", "ha_address": "203.0.113.11"}
    made = make_plan(CUSTOMER, Wanted(options, dict(options)), current)
    target = f"customer gateway 'branch' ({identity(CUSTOMER)})"
    assert [step.render() for step in made.steps] == [
        {
            "action": "update",
            "target": target,
            "fields": [
                {"option": "address", "before": "203.0.113.9", "after": "203.0.113.10"},
                {"option": "ha_address", "before": None, "after": "203.0.113.11"},
            ],
            "reason": "it differs in address, ha_address",
            "interrupts_traffic": True,
            "permitted": None,
        }
    ]
    assert diff_of(made, CUSTOMER) == {
        "before": {"name": "branch", "address": "203.0.113.9"},
        "after": {"name": "branch", "address": "203.0.113.10", "ha_address": "203.0.113.11"},
        "before_header": target,
        "after_header": target,
    }
    assert describe(CUSTOMER, {}) == "customer gateway"


def test_a_diff_is_a_text_that_can_be_read() -> None:
    """A line for each option, with what is not ASCII as it is; what a terminal would obey is escaped."""
    current = CUSTOMER.read(wire(CUSTOMER, name="北京\x1b[2J"))
    options = {"name": "上海", "address": "203.0.113.9"}
    made = make_plan(CUSTOMER, Wanted(options, dict(options)), current)
    assert as_text(diff_of(made, CUSTOMER)) == {
        "before": "address: 203.0.113.9\nname: 北京\\x1b[2J\n",
        "after": "address: 203.0.113.9\nname: 上海\n",
        "before_header": made.steps[0].target,
        "after_header": made.steps[0].target,
    }


def test_a_plan_in_one_line() -> None:
    """Which says of the plan what its steps say, what interrupts traffic among it."""
    target = f"VPN tunnel 'tunnel' ({identity(TUNNEL)})"
    current = TUNNEL.read(wire(TUNNEL, ike_dh_group=14))
    told: list[tuple[dict[str, t.Any], bool, str]] = [
        ({}, False, "no change"),
        ({"name": "other"}, False, f"update {target} (name)"),
        ({"ike_dh_group": 5}, True, f"delete {target}, create VPN tunnel 'tunnel', which interrupts traffic"),
    ]
    for changed, replace, summary in told:
        options = {**OPTIONS["vpn_tunnel"], **changed}
        made = make_plan(TUNNEL, Wanted(options, dict(options), replace=replace), current)
        assert made.summary == summary
        assert any(step.interrupts for step in made.steps) is ("interrupts" in made.summary)
    options = {**OPTIONS["vpn_tunnel"], "ike_dh_group": 5, "name": "other"}
    with pytest.raises(ImmutableChangeError) as caught:
        make_plan(TUNNEL, Wanted(options, dict(options)), current)
    assert caught.value.plan.summary == f"refused: update {target} (name, ike_dh_group)"
    assert "ike_dh_group (now 14, wanted 5)" in str(caught.value)
    assert "It also differs in: name (now 'tunnel', wanted 'other')" in str(caught.value)
