# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What saves a visit to the console: a VPC by its name, which networks lead to what, and networks that overlap."""

from __future__ import annotations

from typing import Any

import pytest
from laws.world import World, writes

_NETWORK = "10.8.0.0/16"
_GATEWAY = {"name": "new", "bandwidth": 5, "charge_type": "Daily"}


@pytest.fixture(autouse=True)
def _begin(world: World) -> None:
    """A VPC with a name, one gateway of each generation in it, with two tunnels each."""
    world.begin()
    emulator = world.emulator
    (vpc,) = emulator.seed(
        VpcSet=[
            {"VpcName": "production", "CidrBlock": "10.1.0.0/16", "SecondaryCidrSet": [{"CidrBlock": "10.2.0.0/16"}]}
        ]
    )["VpcSet"]
    world.vpc = vpc["VpcId"]
    gateways = emulator.seed(
        VpnGatewaySet=[
            {"VpnGatewayName": f"gateway-{version}", "VpcId": world.vpc, "VpnGatewayVersion": version}
            for version in ("1.0", "2.0")
        ]
    )["VpnGatewaySet"]
    parents = [{"VpnGatewayId": item["VpnGatewayId"], "CustomerGatewayId": world.peer_id} for item in gateways]
    emulator.seed(VpnTunnelSet=[{"VpnTunnelName": name, **each} for each in parents for name in ("berlin", "hamburg")])
    world.take_requests()


def _options(kind: str, **more: Any) -> dict[str, Any]:
    if kind == "vpn_gateway":
        return {**_GATEWAY, **more}
    return {"destination_cidr_block": _NETWORK, "vpn_gateway": "gateway-1.0", "vpn_tunnel": "berlin", **more}


@pytest.mark.parametrize("kind", ["vpn_gateway", "vpc_route"])
def test_a_vpc_by_its_name(world: World, kind: str) -> None:
    """In all that takes its id: created, found, listed, removed; what is returned is the id."""
    for check in (True, False):
        made = world.task(kind, _options(kind, vpc="production"), check=check)
        assert (made.get("msg"), made["changed"]) == (None, True)
        assert made[kind]["vpc_id"] == world.vpc
    assert world.task(kind, _options(kind, vpc_id=world.vpc))["changed"] is False
    assert world.task(kind, _options(kind, vpc=world.vpc.upper()))["changed"] is False
    listed = world.info(kind, vpc="production")
    assert listed == world.info(kind, vpc_id=world.vpc) == world.info(kind, vpc=world.vpc)
    assert made[kind]["id"] in [item["id"] for item in listed]
    gone = world.task(kind, {**_options(kind, vpc="production"), "state": "absent"})
    assert (gone.get("msg"), gone["changed"]) == (None, True)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("kind", ["vpn_gateway", "vpc_route"])
def test_what_is_no_vpc(world: World, kind: str, check: bool) -> None:
    """Neither created nor guessed, in check mode neither: none of that name, several, no name, and both options."""
    twins = world.emulator.seed(VpcSet=[{"VpcName": "twin"}, {"VpcName": "twin"}])["VpcSet"]
    for options, kind_of, said in (
        ({"vpc": "nobody's"}, "missing", ["nobody's", "vpc"]),
        ({"vpc": "twin"}, "ambiguous_name", [item["VpcId"] for item in twins]),
        ({"vpc": " "}, "invalid_options", ["vpc"]),
        ({"vpc": "production", "vpc_id": world.vpc}, "invalid_options", ["vpc_id", "vpc"]),
    ):
        result = world.task(kind, _options(kind, **options), check=check)
        assert result["error"]["kind"] == kind_of, result
        assert all(each in result["msg"] for each in said)
        listed = world.listing(kind, **options)
        assert listed["error"]["kind"] == kind_of, listed
    assert writes(world.take_requests()) == []


def test_a_key_that_may_not_read_vpcs(world: World) -> None:
    """Its id does without; a name names the permission."""
    emulator = world.emulator
    keys = {"access_key": emulator.access_key, "secret_key": emulator.secret_key}
    emulator.configure(accounts=[{**keys, "user_name": "law", "denied_actions": ["DescribeVpcs"]}])
    for option in ({"vpc_id": world.vpc}, {"vpc": world.vpc}):
        result = world.task("vpc_route", _options("vpc_route", **option), check=True)
        assert not result.get("failed"), result["msg"]
    result = world.task("vpc_route", _options("vpc_route", vpc="production"))
    assert (result["error"]["kind"], result["error"]["action"]) == ("access_denied", "DescribeVpcs")


@pytest.mark.parametrize(
    ("network", "own"),
    [("10.1.5.0/24", "10.1.0.0/16"), ("10.0.0.0/8", "10.1.0.0/16, 10.2.0.0/16"), ("10.2.0.0/16", "10.2.0.0/16")],
)
@pytest.mark.parametrize("kind", ["vpc_route", "vpn_gateway_route"])
def test_a_network_that_is_the_vpc_s_own(world: World, kind: str, network: str, own: str) -> None:
    """It is created as asked, and warned about when it is planned."""
    options = _options(kind, vpc="production") if kind == "vpc_route" else _gateway_route()
    for check in (True, False):
        result = world.task(kind, {**options, "destination_cidr_block": network}, check=check)
        assert not result.get("failed"), result["msg"]
        assert any(f"own network {own}" in warning and network in warning for warning in result["warnings"])


@pytest.mark.parametrize("kind", ["vpc_route", "vpn_gateway_route"])
def test_networks_that_overlap(world: World, kind: str) -> None:
    """Those of two routes are told with the other one; the route to everywhere is no overlap."""
    options = _options(kind, vpc="production") if kind == "vpc_route" else _gateway_route()
    for network, overlaps in (("0.0.0.0/0", None), (_NETWORK, None), ("10.8.3.0/24", _NETWORK), ("10.9.0.0/16", None)):
        result = world.task(kind, {**options, "destination_cidr_block": network})
        assert not result.get("failed"), result["msg"]
        told = [warning for warning in result["warnings"] if "overlaps" in warning]
        assert bool(told) is bool(overlaps)
        assert overlaps is None or overlaps in told[0]


def _gateway_route() -> dict[str, Any]:
    return {"vpn_gateway": "gateway-2.0", "next_hop_type": "vpn_tunnel", "vpn_tunnel": "berlin"}


@pytest.mark.parametrize(
    "guess", [{}, {"route_next_hop": "gateway"}, {"filters_ignored": True}, {"page_size": 1}], ids=str
)
def test_which_networks_lead_to_what(world: World, guess: dict[str, Any]) -> None:
    """On request, by tunnel and by gateway. What can't be told is None, and why is said."""
    world.task("vpc_route", _options("vpc_route", vpc="production"))
    world.task("vpn_gateway_route", {**_gateway_route(), "destination_cidr_block": "10.9.0.0/16"})
    world.emulator.configure(**guess)
    assert "routes" not in world.info("vpn_tunnel")[0]
    world.take_requests()
    result = world.listing("vpn_tunnel", routes=True)
    requests = [entry["action"] for entry in world.take_requests()]
    if not guess:
        assert len(requests) == len(set(requests)) + 1, "each kind is listed once, and the tunnels that are asked for"
    gateways = {item["VpnGatewayId"]: item["VpnGatewayName"] for item in world.emulator.state()["VpnGatewaySet"]}
    found = {(gateways[item["vpn_gateway"]], item["name"]): item["routes"] for item in result["vpn_tunnels"]}
    unclear = None if guess == {"route_next_hop": "gateway"} else [_NETWORK]
    assert found == {
        ("gateway-1.0", "berlin"): unclear,
        ("gateway-1.0", "hamburg"): None if unclear is None else [],
        ("gateway-2.0", "berlin"): ["10.9.0.0/16"],
        ("gateway-2.0", "hamburg"): [],
    }
    assert bool(result["warnings"]) is (unclear is None)
    of_gateways = {item["name"]: item["routes"] for item in world.info("vpn_gateway", routes=True, vpc="production")}
    assert of_gateways == {"gateway-1.0": [] if unclear else [_NETWORK], "gateway-2.0": ["10.9.0.0/16"]}


def test_which_networks_lead_to_it_takes_a_permission(world: World) -> None:
    """The failure names it."""
    emulator = world.emulator
    keys = {"access_key": emulator.access_key, "secret_key": emulator.secret_key}
    emulator.configure(accounts=[{**keys, "user_name": "law", "denied_actions": ["DescribeRoutes"]}])
    assert not world.listing("vpn_tunnel").get("failed")
    result = world.listing("vpn_tunnel", routes=True)
    assert (result["error"]["kind"], result["error"]["action"]) == ("access_denied", "DescribeRoutes")
