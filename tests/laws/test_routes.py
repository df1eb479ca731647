# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes of both generations: which one is meant, what can be seen of it, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from laws.test_exactly_once import LOST_ANSWERS
from laws.world import World, writes

_NETWORK = "10.8.0.0/16"
_VPC = "law-vpc"
_KINDS = ("vpn_gateway_route", "vpc_route")
_SETS = {"vpn_gateway_route": "VpnGatewayRouteSet", "vpc_route": "RouteSet"}
_CREATES = {"vpn_gateway_route": "CreateVpnGatewayRoute", "vpc_route": "CreateRoute"}
# Each guess about the service that routes depend on.
_GUESSES: tuple[dict[str, Any], ...] = (
    {},
    {"route_next_hop": "gateway"},
    {"nexthop_filter": "id"},
    {"nexthop_filter": "name"},
    {"routes_of_deleted": "dangling"},
    {"routes_of_deleted": "removed"},
    {"duplicate_routes": "allowed"},
    {"dry_run_depth": "full"},
    {"dry_run_depth": "rights"},
    {"route_tables": "ignored"},
    {"instance_id_filter": "all"},
    {"next_hop_names": "as created"},
    {"route_modify_answer": "true"},
    {"filters_ignored": True},
    {"id_case": "upper-in-create-answers"},
    {"first_page": "empty", "page_size": 1},
)


@pytest.fixture(autouse=True)
def _begin(world: World) -> None:
    """A gateway of each generation, with two tunnels each, in one VPC."""
    world.begin()
    gateways = {item["VpnGatewayName"]: item["VpnGatewayId"] for item in world.emulator.state()["VpnGatewaySet"]}
    world.emulator.seed(
        VpnTunnelSet=[
            {"VpnTunnelName": name, "VpnGatewayId": gateways[gateway], "CustomerGatewayId": world.peer_id}
            for gateway in ("law-gateway", "law-gateway-2")
            for name in ("berlin", "hamburg")
        ]
    )
    world.take_requests()


def _options(kind: str, tunnel: str = "berlin", **more: Any) -> dict[str, Any]:
    """A task for the route of a kind to a tunnel."""
    if kind == "vpc_route":
        place = {"vpc_id": _VPC, "vpn_gateway": "law-gateway"}
    else:
        place = {"vpn_gateway": "law-gateway-2", "next_hop_type": "vpn_tunnel"}
    return {**place, "destination_cidr_block": _NETWORK, "vpn_tunnel": tunnel, **more}


def _tunnel(world: World, kind: str, name: str = "berlin") -> str:
    """The id of a tunnel of the generation that a kind of route is for."""
    state = world.emulator.state()
    wanted = "law-gateway" if kind == "vpc_route" else "law-gateway-2"
    (gateway,) = (item["VpnGatewayId"] for item in state["VpnGatewaySet"] if item["VpnGatewayName"] == wanted)
    found = [item for item in state["VpnTunnelSet"] if item["VpnGatewayId"] == gateway]
    (tunnel,) = (item["VpnTunnelId"] for item in found if item["VpnTunnelName"] == name)
    return tunnel


def _hop(world: World, kind: str) -> str:
    """The id of the tunnel that the only route of a kind leads to, as no answer of the service tells it."""
    (route,) = world.emulator.state()[_SETS[kind]]
    return route["VpnTunnelId" if kind == "vpc_route" else "NextHopInstanceId"]


def _done(result: dict[str, Any], *actions: str) -> dict[str, Any]:
    """The result of a task that came to its end with these actions in its plan."""
    assert not result.get("failed"), result["msg"]
    assert [step["action"] for step in result["plan"]] == list(actions)
    assert result["changed"] is bool(actions)
    return result


@pytest.mark.parametrize("guess", _GUESSES, ids=str)
@pytest.mark.parametrize("kind", _KINDS)
def test_a_life(world: World, kind: str, guess: dict[str, Any]) -> None:
    """Checked, created, left, given back as it is listed, and removed, whatever the service does where nobody knows."""
    world.emulator.configure(**guess)
    checked = _done(world.task(kind, _options(kind), check=True), "create")
    assert world.emulator.state()[_SETS[kind]] == []
    made = _done(world.task(kind, _options(kind)), "create")
    assert checked["diff"] == made["diff"]
    assert _hop(world, kind) == _tunnel(world, kind)
    assert made[kind]["destination_cidr_block"] == _NETWORK
    world.take_requests()
    again = _done(world.task(kind, _options(kind)))
    assert again[kind] == made[kind]
    (listed,) = (item for item in world.info(kind) if item["destination_cidr_block"] == _NETWORK)
    assert listed == made[kind]
    assert writes(world.take_requests()) == []
    known = {option: value for option, value in listed.items() if value is not None}
    _done(world.task(kind, known))
    assert writes(world.take_requests()) == []
    _done(world.task(kind, {**_options(kind), "state": "absent"}, check=True), "delete")
    _done(world.task(kind, {**_options(kind), "state": "absent"}), "delete")
    assert world.emulator.state()[_SETS[kind]] == []
    _done(world.task(kind, {**_options(kind), "state": "absent"}))


@pytest.mark.parametrize("kind", _KINDS)
def test_it_is_asked_for_by_ids_and_by_any_spelling(world: World, kind: str) -> None:
    """Ids in capitals, of parents too."""
    made = _done(world.task(kind, _options(kind)), "create")[kind]
    tunnel = _tunnel(world, kind).upper()
    _done(world.task(kind, {**_options(kind), "vpn_tunnel": tunnel}))
    _done(world.task(kind, {"id": made["id"].upper(), "destination_cidr_block": _NETWORK}))
    _done(world.task(kind, {"id": made["id"], "state": "absent"}), "delete")
    result = world.task(kind, {"id": made["id"]})
    assert result["error"]["kind"] == "missing"


@pytest.mark.parametrize("depth", ["permission", "full", "rights"])
@pytest.mark.parametrize("kind", _KINDS)
def test_another_tunnel_is_a_difference(world: World, kind: str, depth: str) -> None:
    """It can't be changed in place: it fails and names it, or the route is replaced.

    A dry run that looks at everything refuses the new one, as the old one is there: that is no reason not to.
    """
    world.emulator.configure(dry_run_depth=depth)
    made = _done(world.task(kind, _options(kind)), "create")[kind]
    result = world.task(kind, _options(kind, "hamburg"))
    assert (result["error"]["kind"], result["error"]["options"]) == ("immutable_change", ["vpn_tunnel"])
    assert _hop(world, kind) == _tunnel(world, kind)
    wanted = _options(kind, "hamburg", on_immutable_change="replace")
    _done(world.task(kind, wanted, check=True), "delete", "create")
    replaced = _done(world.task(kind, wanted), "delete", "create")
    assert replaced[kind]["id"] != made["id"]
    assert _hop(world, kind) == _tunnel(world, kind, "hamburg")


def test_what_can_not_be_seen_is_said(world: World) -> None:
    """Of a gateway's route there is the next hop's name alone; of a VPC's route its id."""
    route = _done(world.task("vpn_gateway_route", _options("vpn_gateway_route")), "create")
    assert route["not_compared"] == ["vpn_tunnel"]
    assert _done(world.task("vpc_route", _options("vpc_route")), "create")["not_compared"] == []
    world.emulator.configure(route_next_hop="gateway")
    assert _done(world.task("vpc_route", _options("vpc_route")))["not_compared"] == ["vpn_tunnel"]


def test_the_description_alone_is_changed_in_place(world: World) -> None:
    """Where the service has an action for it."""
    options = _options("vpn_gateway_route", description="first")
    made = _done(world.task("vpn_gateway_route", options), "create")["vpn_gateway_route"]
    changed = _done(world.task("vpn_gateway_route", {**options, "description": "second"}), "update")
    assert changed["vpn_gateway_route"] == {**made, "description": "second"}
    options = _options("vpc_route", description="first")
    _done(world.task("vpc_route", options), "create")
    result = world.task("vpc_route", {**options, "description": "second"})
    assert result["error"]["options"] == ["description"]
    world.emulator.configure(route_tables="ignored")


def test_regions_that_ignore_descriptions_and_tables(world: World) -> None:
    """They are sent, and what does not come back is not compared."""
    world.emulator.configure(route_tables="ignored")
    options = _options("vpc_route", description="first", route_table_id="table-1")
    _done(world.task("vpc_route", options), "create")
    again = _done(world.task("vpc_route", options))
    assert sorted(again["not_compared"]) == ["description", "route_table_id"]


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("by_id", [False, True])
@pytest.mark.parametrize("said", [False, True], ids=["", "its type is said"])
@pytest.mark.parametrize(
    "foreign",
    [
        {"RouteType": "Cen", "NextHopSet": [{"GatewayId": "cen-1"}]},
        {"RouteType": "HaVip"},
        {"RouteType": "System", "System": True},
        {"RouteType": "Peering", "NextHopSet": [{"GatewayId": "peer-1", "GatewayName": "peer"}]},
        {"RouteType": "Host", "InstanceId": "host-1"},
        {"RouteType": "InternetGateway"},
    ],
    ids=lambda value: value["RouteType"] if isinstance(value, dict) else value,
)
def test_other_routes_of_a_vpc_are_never_touched(
    world: World, foreign: dict[str, Any], said: bool, by_id: bool, state: str
) -> None:
    """They are listed; a task that means one, or its network, fails before it sends anything, in check mode too."""
    seeded = {"VpcId": _VPC, "DestinationCidrBlock": _NETWORK, **foreign}
    (route,) = world.emulator.seed(RouteSet=[seeded])["RouteSet"]
    assert [item["route_type"] for item in world.info("vpc_route")] == [foreign["RouteType"]]
    options = {"state": state, **({"id": route["RouteId"]} if by_id else _options("vpc_route"))}
    if said:
        options |= {"route_type": foreign["RouteType"], "allow_unknown_values": True}
    world.take_requests()
    for check in (True, False):
        result = world.task("vpc_route", {**options, "on_immutable_change": "replace"}, check=check)
        assert result.get("failed"), result
        assert said or route["RouteId"] in result["msg"]
        assert writes(world.take_requests()) == []
    assert world.emulator.state()["RouteSet"] == [route]


@pytest.mark.parametrize("kind", _KINDS)
def test_two_routes_to_one_network(world: World, kind: str) -> None:
    """Nobody guesses which one is meant."""
    place = {"VpcId": _VPC, "VpnTunnelId": _tunnel(world, "vpc_route")}
    if kind == "vpn_gateway_route":
        tunnel = _tunnel(world, kind)
        place = {"VpnGatewayId": world.second_id, "NextHopInstanceId": tunnel}
    seeded = world.emulator.seed(**{_SETS[kind]: [{"DestinationCidrBlock": _NETWORK, **place}] * 2})
    for state in ("present", "absent"):
        result = world.task(kind, {**_options(kind), "state": state})
        assert result["error"]["kind"] == "ambiguous_name"
        assert len(result["error"]["ids"]) == 2
    assert world.emulator.state()[_SETS[kind]] == seeded[_SETS[kind]]


def test_the_first_generation_has_no_routes_of_gateways(world: World) -> None:
    """It is said before anything is sent."""
    result = world.task("vpn_gateway_route", _options("vpn_gateway_route", vpn_gateway="law-gateway"))
    assert "2.0" in result["msg"]
    assert writes(world.take_requests()) == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"destination_cidr_block": "10.8.0.1/16"}, "10.8.0.0/16"),
        ({"destination_cidr_block": "fd00::/8"}, "destination_cidr_block"),
        ({"destination_cidr_block": "10.8.0.0"}, "destination_cidr_block"),
        ({"destination_cidr_block": ""}, "destination_cidr_block"),
        ({"vpn_tunnel": ""}, "vpn_tunnel"),
        ({"vpn_gateway": ""}, "vpn_gateway"),
        ({"vpn_tunnel": "nowhere"}, "nowhere"),
        ({"vpn_gateway": "nowhere"}, "nowhere"),
    ],
)
@pytest.mark.parametrize("kind", _KINDS)
def test_what_is_no_route(world: World, kind: str, options: dict[str, Any], named: str) -> None:
    """Refused with the option's name, before anything is sent."""
    result = world.task(kind, _options(kind, **options))
    assert result.get("failed"), result
    assert named in result["msg"]
    assert writes(world.take_requests()) == []


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("lost", LOST_ANSWERS)
@pytest.mark.parametrize("change", ["create", "delete"])
def test_a_lost_answer(world: World, kind: str, lost: str, change: str) -> None:
    """The route is there once, or gone; what had arrived is not sent again."""
    world.quick = True
    wanted = _options(kind)
    if change == "delete":
        _done(world.task(kind, wanted), "create")
        wanted["state"] = "absent"
    action = _CREATES[kind].replace("Create", change.title())
    world.emulator.fault(action, dry_run=False, **LOST_ANSWERS[lost])
    world.take_requests()
    _done(world.task(kind, {**wanted, "read_timeout": 0.5}), change)
    assert len(world.emulator.state()[_SETS[kind]]) == (1 if change == "create" else 0)
    sent = [entry["committed"] for entry in writes(world.take_requests()) if entry["action"] == action]
    assert sum(sent) == 1
    _done(world.task(kind, wanted))


# --- a replacement that is refused --------------------------------------------------------------


def _refused(world: World, kind: str, options: dict[str, Any]) -> dict[str, Any]:
    """The result of a replacement whose create the service refuses once, after its dry run has passed."""
    world.emulator.fault(_CREATES[kind], "error", when="before", status=409, code="OperationConflict", dry_run=False)
    return world.task(kind, {**options, "on_immutable_change": "replace"})


@pytest.mark.parametrize("kind", _KINDS)
def test_the_old_route_is_put_back_into_its_own_tunnel(world: World, kind: str) -> None:
    """Its tunnel is looked up before the delete, by what the route tells of it; the message says no more than that."""
    made = _done(world.task(kind, _options(kind)), "create")[kind]
    result = _refused(world, kind, _options(kind, "hamburg"))
    assert result["error"]["kind"] == "replacement_undone", result
    assert "not as it was asked" not in result["msg"]
    assert _hop(world, kind) == _tunnel(world, kind)
    assert made["id"] not in str(world.info(kind))


def test_a_route_that_could_not_be_put_back_is_not_replaced(world: World) -> None:
    """It leads to a gateway, or to what the service shows as one: the delete is not sent, in check mode neither."""
    options = {"vpc_id": _VPC, "destination_cidr_block": _NETWORK, "vpn_gateway": "law-gateway-2"}
    _done(world.task("vpc_route", options), "create")
    world.take_requests()
    for check in (True, False):
        result = world.task(
            "vpc_route", {**_options("vpc_route"), "description": "x", "on_immutable_change": "replace"}, check=check
        )
        assert result["error"] == {"kind": "immutable_change", "options": ["vpn_tunnel"]}, result
        assert "could not be put back" in result["msg"]
        assert writes(world.take_requests()) == []
    assert len(world.info("vpc_route")) == 1


def test_the_id_of_a_gateway_may_stand_for_one_of_its_tunnels(world: World) -> None:
    world.emulator.configure(route_next_hop="gateway")
    _done(world.task("vpc_route", _options("vpc_route")), "create")
    gateway = world.info("vpc_route")[0]["next_hop_id"]
    options = {"vpc_id": _VPC, "destination_cidr_block": _NETWORK, "vpn_gateway": gateway}
    assert _done(world.task("vpc_route", options))["not_compared"] == ["vpn_gateway"]


def test_the_system_s_routes_of_a_gateway_are_not_touched(world: World) -> None:
    gateway = next(each for each in world.emulator.state()["VpnGatewaySet"] if each["VpnGatewayVersion"] == "2.0")
    seeded = {"VpnGatewayId": gateway["VpnGatewayId"], "DestinationCidrBlock": _NETWORK, "RouteType": "System"}
    (route,) = world.emulator.seed(VpnGatewayRouteSet=[{**seeded, "NextHopType": "vpc"}])["VpnGatewayRouteSet"]
    for state in ("present", "absent"):
        result = world.task("vpn_gateway_route", {**_options("vpn_gateway_route"), "state": state})
        assert result["error"]["kind"] == "protected", result
    assert world.emulator.state()["VpnGatewayRouteSet"] == [route]


# --- what is to go is what the task means -----------------------------------------------------------


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("check", [True, False])
def test_absent_looks_at_the_next_hop(world: World, kind: str, check: bool) -> None:
    """A route has no name of its own: one to another tunnel than the task says is not the one that is to go."""
    made = _done(world.task(kind, _options(kind)), "create")[kind]
    world.take_requests()
    for named in ("hamburg", _tunnel(world, kind, "hamburg")):
        for how in ({}, {"id": made["id"]}):
            result = world.task(kind, {**_options(kind, named), **how, "state": "absent"}, check=check)
            assert result["error"]["kind"] == "missing", result
            assert "vpn_tunnel" in result["msg"]
    assert writes(world.take_requests()) == []
    gone = _tunnel(world, kind)
    _done(world.task(kind, {**_options(kind, gone), "state": "absent"}, check=check), "delete")


@pytest.mark.parametrize("kind", _KINDS)
def test_absent_by_id_looks_at_the_network_and_its_place(world: World, kind: str) -> None:
    made = _done(world.task(kind, _options(kind)), "create")[kind]
    other = {"vpc_id": "other-vpc"} if kind == "vpc_route" else {"vpn_gateway": "law-gateway"}
    for wrong in ({"destination_cidr_block": "10.99.0.0/16"}, other):
        result = world.task(kind, {"id": made["id"], "state": "absent", **wrong})
        assert result.get("failed") or result["changed"] is False, result
        assert len(world.emulator.state()[_SETS[kind]]) == 1
    _done(world.task(kind, {"id": made["id"], "state": "absent", "destination_cidr_block": _NETWORK}), "delete")


@pytest.mark.parametrize("kind", _KINDS)
def test_absent_of_a_route_whose_tunnel_is_gone(world: World, kind: str) -> None:
    """It goes, though the tunnel that the task names is not there any more."""
    world.emulator.configure(routes_of_deleted="dangling")
    _done(world.task(kind, _options(kind)), "create")
    tunnel = _tunnel(world, kind)
    world.emulator.remove(tunnel)
    _done(world.task(kind, {**_options(kind), "state": "absent"}), "delete")


def test_the_type_is_the_same_in_any_spelling(world: World) -> None:
    """A replacement for a spelling would interrupt traffic for nothing."""
    _done(world.task("vpc_route", _options("vpc_route")), "create")
    _done(world.task("vpc_route", _options("vpc_route", route_type="VPN", on_immutable_change="replace")))
