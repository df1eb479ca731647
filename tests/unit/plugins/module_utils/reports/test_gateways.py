# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One result for several gateways, with what became of each."""

from __future__ import annotations

import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils.reports.gateways import overview


def step(action: str, target: str) -> dict[str, t.Any]:
    return {"action": action, "target": target, "site": "a"}


def done(label: str, *plan: dict[str, t.Any], **sites: t.Any) -> dict[str, t.Any]:
    gateway = {"id": f"id-of-{label}", "name": label}
    return {
        "label": label,
        "present": {"changed": False, "plan": [], "vpn_gateway": gateway},
        "sites": {"changed": bool(plan), "plan": list(plan), "sites": {}, "counts": {}, "undeclared": [], **sites},
    }


def site(*tunnels: str, **more: t.Any) -> dict[str, t.Any]:
    found = [{"name": name, "id": f"id-of-{name}"} for name in tunnels]
    return {"outcome": "unchanged", "customer_gateway": {"id": "c"}, "vpn_tunnels": found, "routes": [], **more}


def test_of_one_gateway_it_has_what_it_always_had() -> None:
    result = overview([done("main", step("create", "VPN tunnel 'a'"), sites={"a": site("a")})])
    assert result["changed"] is True
    assert result["gateway"] == {"id": "id-of-main", "name": "main"}
    assert result["customer_gateways"] == {"a": {"id": "c"}}
    assert result["tunnels"] == {"a": [{"name": "a", "id": "id-of-a"}]}
    assert (result["created"], result["failed"]) == (["a"], {})
    assert (result["routes"], result["status"]) == ({}, [])
    assert result["gateways"]["main"]["sites"] == {"a": {"outcome": "unchanged", "routes": []}}


def test_of_several_each_step_and_failure_says_of_which() -> None:
    failures = [
        {"kind": "customer_gateway", "name": "a", "msg": "no"},
        {"kind": "vpn_tunnel", "name": "b", "msg": "no"},
    ]
    bad = done("one", failed=True, error={"kind": "sites_failed"}, sites={"a": site(failures=failures)})
    missing = {"label": "none", "present": {"failed": True, "msg": "gone"}, "sites": {"skipped": True}}
    result = overview([bad, done("two", step("delete", "VPN tunnel 'c' (1)")), missing])
    assert result["failed"] == {
        "one: customer gateway a": "no",
        "one: tunnel b": "no",
        "none: VPN gateway none": "gone",
    }
    assert [each["vpn_gateway"] for each in result["plan"]] == ["two"]
    assert not {"gateway", "customer_gateways", "tunnels"} & result.keys()


def test_a_failure_of_all_sites_is_told_where_none_says_it() -> None:
    result = overview([done("main", failed=True, msg="Too many.", error={"kind": "limit"})])
    assert result["failed"] == {"sites of main": "Too many."}


def test_elsewhere_is_what_nobody_declares_there() -> None:
    tunnels = [{"name": name, "vpn_gateway": f"id-of-{at}"} for name in ("a", "b") for at in ("one", "two", "other")]
    plan = [step("create", "VPN tunnel 'a'"), step("delete", "VPN tunnel 'b' (1)"), step("create", "VPN tunnel 'b'")]
    result = overview([done("one", *plan), done("two", sites={"a": site("a")})], tunnels)
    assert result["created"] == ["a"], "b was replaced"
    assert result["elsewhere"] == [{"name": "a", "vpn_gateway": "id-of-other"}]


def test_routes_and_status_are_told() -> None:
    routed = done("main", sites={"a": site("a", routes=[{"destination_cidr_block": "10.0.0.0/8"}])})
    result = overview([{**routed, "status": {"vpn_tunnel_statuses": [{"name": "a", "up": 2}]}}])
    assert (result["routes"], result["status"]) == ({"a": ["10.0.0.0/8"]}, [{"name": "a", "up": 2}])
    refused = overview([{**routed, "status": {"failed": True, "msg": "denied"}}])
    assert (refused["status"], refused["failed"]) == ([], {"status": "denied"})


def test_a_gateway_that_is_gone_is_empty() -> None:
    gone = {**done("main"), "present": {"skipped": True}, "absent": {"changed": True, "plan": [], "vpn_gateway": None}}
    result = overview([gone])
    assert (result["gateway"], result["changed"]) == ({}, True)
