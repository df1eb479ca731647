# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user reads of a plan."""

from __future__ import annotations

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.diff import diff_of
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Wanted, describe
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.plan import make_plan
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import CUSTOMER, identity, wire


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
    assert describe(CUSTOMER, None, None) == "customer gateway"
