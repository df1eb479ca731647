# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two resources for one thing are told where the list was read anyway; what only looks like that is not."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    OPTIONS,
    TUNNEL,
    identity,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import run

GRE = {"type": "GreOverIpsec", "vpn_gre_ip": "10.255.0.1", "customer_gre_ip": "10.255.0.2"}
NEXT = {"type": "GreOverIpsec", "vpn_gre_ip": "10.255.0.5", "customer_gre_ip": "10.255.0.6"}
ROUTED = {"type": "route_ipsec", "ike_version": "v2", "customer_peer_ip": "169.254.0.2/30"}
SECOND = {"customer_gateway": identity(CUSTOMER, 2)}


def account(version: str, **there: t.Any) -> FakeService:
    """A gateway, two customer gateways, and a tunnel to the first one of them."""
    return FakeService(
        (GATEWAY, wire(GATEWAY, vpn_gateway_version=version)),
        (CUSTOMER, wire(CUSTOMER)),
        (CUSTOMER, wire(CUSTOMER, 2, address="203.0.113.10")),
        (TUNNEL, wire(TUNNEL, name="first", **there)),
    )


@pytest.mark.parametrize(
    ("version", "there", "wanted", "told"),
    [
        pytest.param("1.0", {}, {}, "the same vpn_gateway and customer_gateway", id="a pair twice"),
        pytest.param("1.0", {}, SECOND, "", id="another device"),
        pytest.param("1.0", GRE, NEXT, "", id="GRE tunnels of one device"),
        pytest.param(
            "1.0",
            GRE,
            {**GRE, **SECOND},
            "the same vpn_gateway and vpn_gre_ip and customer_gre_ip",
            id="a GRE pair twice",
        ),
        pytest.param("1.0", GRE, {}, "the same vpn_gateway and customer_gateway", id="GRE and plain"),
        pytest.param(
            "2.0",
            {**ROUTED, "local_peer_ip": "169.254.0.1/30"},
            {**ROUTED, "local_peer_ip": "169.254.0.5/30", "customer_peer_ip": "169.254.0.6/30"},
            "",
            id="tunnels by routes of one device",
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
def test_a_create(version: str, there: dict[str, t.Any], wanted: dict[str, t.Any], told: str, check_mode: bool) -> None:
    it = account(version, **there)
    outcome = run(it, "vpn_tunnel", {**OPTIONS["vpn_tunnel"], "name": "second", **wanted}, check_mode=check_mode)
    twins = [warning for warning in outcome.warnings if "has the same" in warning]
    assert outcome.changed
    assert len(twins) == bool(told)
    assert not told or f"VPN tunnel 'first' ({identity(TUNNEL)}) has {told}" in twins[0]


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("how", ["create", "change", "by id", "no change"])
def test_an_address(how: str, check_mode: bool) -> None:
    """By id the list is not read. What is so already is not told on each run."""
    there = [(CUSTOMER, wire(CUSTOMER, name="berlin", address="203.0.113.7"))]
    if how != "create":
        there.append(
            (
                CUSTOMER,
                wire(CUSTOMER, 2, name="hamburg", address="203.0.113.7" if how == "no change" else "203.0.113.8"),
            )
        )
    wanted = {"name": "hamburg", "address": "203.0.113.7"}
    by_id = {"id": identity(CUSTOMER, 2)} if how == "by id" else {}
    outcome = run(FakeService(*there), "customer_gateway", wanted, check_mode=check_mode, **by_id)
    told = [warning for warning in outcome.warnings if "has the same address" in warning]
    assert len(told) == (how in ("create", "change"))
    assert all(f"customer gateway 'berlin' ({identity(CUSTOMER)})" in warning for warning in told)
