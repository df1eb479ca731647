# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tunnel that routes lead to is replaced: they lead to the new one afterwards, or the result says that they do not.

The judge is the emulator's own account of the routes, with ids that no answer tells: a route to nothing, or one that is
no more, has to be named. What goes wrong happens to each of the calls in turn, under each guess about the service.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from laws.moving import CALLS, GENERATIONS, NETWORKS, Stage, replaced
from laws.strategies import law
from laws.world import World, writes

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.tests.support.examples import examples

# How a write goes wrong: faults of the emulator.
WRONG: dict[str, dict[str, Any]] = {
    "refused": {"kind": "error", "status": 400, "code": "OperationDenied", "message": "not now"},
    "refused for good": {"kind": "error", "status": 400, "code": "OperationDenied", "message": "no", "count": 50},
    "not arrived": {"kind": "reset", "when": "before"},
    "answer lost": {"kind": "reset", "when": "after"},
    "answer lost for good": {"kind": "reset", "when": "after", "count": 50},
    "never arrived": {"kind": "reset", "when": "before", "count": 50},
    "failed": {"kind": "error", "status": 500, "code": "InternalError", "message": "an error"},
}
GUESSES = [
    {"routes_of_deleted": routes, "route_next_hop": hop, "dry_run_depth": depth}
    for routes, hop, depth in itertools.product(
        ("refused", "dangling", "removed"), ("tunnel", "gateway"), ("permission", "full", "rights")
    )
]
_CASES = list(itertools.product(GENERATIONS, range(len(CALLS)), WRONG))
_ALL = bool(os.environ.get("KSYUN_VPN_CAMPAIGN"))


@pytest.fixture
def stage(world: World, tmp_path: Path) -> Stage:
    return Stage(world, tmp_path / "notes")


@pytest.mark.parametrize("guess", GUESSES, ids=lambda guess: "-".join(guess.values()))
@pytest.mark.parametrize("generation", GENERATIONS)
def test_plan_order_and_end(stage: Stage, generation: str, guess: dict[str, Any]) -> None:
    """The plan says which routes move; the calls are made in its order; each route leads to the new tunnel."""
    stage.begin(generation, guess)
    checked = stage.replace(check=True)
    assert not checked.get("failed"), checked["msg"]
    assert writes(stage.world.take_requests()) == []
    result = stage.replace()
    assert not result.get("failed"), result["msg"]
    for each in (checked, result):
        assert [step["action"] for step in each["plan"]] == ["delete"] * 3 + ["create"] * 3
        assert all(step["interrupts_traffic"] for step in each["plan"])
        targets = [step["target"] for step in each["plan"]]
        for network, index in itertools.product(NETWORKS, (0, 4)):
            assert any(network in target for target in targets[index : index + 2])
        assert any("Nothing flows that way" in warning and NETWORKS[0] in warning for warning in each["warnings"])
    assert checked["diff"] == result["diff"]
    assert [entry["action"] for entry in writes(stage.world.take_requests())] == [
        call.replace("Route", GENERATIONS[generation]) for call in CALLS
    ]
    assert stage.hops() == dict.fromkeys(NETWORKS, result["vpn_tunnel"]["id"])
    assert stage.notes_left() == []
    stage.all_is_said(result)
    again = stage.replace()
    assert (again["changed"], again["plan"]) == (False, [])


@pytest.mark.parametrize(
    ("generation", "number", "wrong", "guess"),
    [(*case, guess) for case in _CASES for guess in GUESSES]
    if _ALL
    else [(*case, GUESSES[number * 5 % len(GUESSES)]) for number, case in enumerate(_CASES)],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else str(value),
)
@pytest.mark.parametrize("noted", [True, False] if _ALL else [True], ids=["notes", "no notes"][: 2 if _ALL else 1])
def test_a_call_goes_wrong(
    stage: Stage, generation: str, number: int, wrong: str, guess: dict[str, Any], noted: bool
) -> None:
    """Whatever becomes of it is said, and the next run finishes, or what the result names does."""
    stage.begin(generation, guess, noted=noted)
    stage.go_wrong(number, WRONG[wrong])
    result = stage.replace()
    stage.all_is_said(result)
    if not result.get("failed"):
        assert stage.hops() == dict.fromkeys(NETWORKS, result["vpn_tunnel"]["id"])
    stage.world.emulator.clear_faults()
    missing = result.get("error", {}).get("missing_routes", [])
    again = stage.replace()
    assert not again.get("failed"), (result, again["msg"])
    for route in [] if noted else missing:
        made = stage.world.task(route["module"], route["options"])
        assert not made.get("failed"), made["msg"]
    assert stage.hops() == dict.fromkeys(NETWORKS, again["vpn_tunnel"]["id"]), result.get("msg")
    last = stage.replace()
    assert (last["changed"], last["plan"], stage.notes_left()) == (False, [], [])


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("number", [0, 1])
def test_a_deleted_route_that_is_listed_for_a_while(stage: Stage, generation: str, number: int) -> None:
    """Where the answers to its delete were lost, that it is listed does not tell that it is there."""
    stage.begin(generation, {"delete_lag": 60})
    stage.go_wrong(number, WRONG["answer lost for good"])
    result = stage.replace()
    assert result["error"]["kind"] == "unknown_outcome", result
    stage.all_is_said(result)
    stage.world.emulator.clear_faults()
    stage.world.emulator.configure(delete_lag=0)
    again = stage.replace()
    assert not again.get("failed"), again["msg"]
    assert stage.hops() == dict.fromkeys(NETWORKS, again["vpn_tunnel"]["id"]), result["msg"]
    assert stage.notes_left() == []


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("number", [3, 4, 5])
def test_what_a_result_names_is_all_that_it_takes(stage: Stage, generation: str, number: int) -> None:
    """Where no note can be kept, as on a machine made for one run: the routes are created as the result says."""
    stage.begin(generation, GUESSES[7], noted=False)
    stage.seed_tunnel("hamburg", elsewhere="berlin")
    stage.go_wrong(number, WRONG["refused for good"])
    result = stage.replace()
    stage.all_is_said(result)
    stage.world.emulator.clear_faults()
    again = stage.replace()
    assert not again.get("failed"), again["msg"]
    for route in result["error"]["missing_routes"]:
        made = stage.world.task(route["module"], route["options"])
        assert not made.get("failed"), made["msg"]
    assert stage.hops() == dict.fromkeys(NETWORKS, again["vpn_tunnel"]["id"])


_FAULTS = st.lists(
    st.tuples(st.integers(0, len(CALLS) - 1), st.sampled_from(sorted(WRONG))),
    max_size=3,
    unique_by=lambda each: each[0],
)


@settings(law, max_examples=examples(500 if _ALL else 70))
@given(
    generation=st.sampled_from(sorted(GENERATIONS)),
    guess=st.sampled_from(GUESSES),
    wrong=_FAULTS,
    unreadable=st.none() | st.tuples(st.sampled_from(["DescribeVpnTunnels", "Describe*Route*"]), st.integers(0, 12)),
    noted=st.booleans(),
    terse=st.booleans(),
)
def test_several_calls_go_wrong(
    world: World,
    generation: str,
    guess: dict[str, Any],
    wrong: list[tuple[int, str]],
    unreadable: tuple[str, int] | None,
    noted: bool,
    terse: bool,
) -> None:
    """Any writes, and reads for good from some time on: what leads nowhere, or is not there, is said all the same."""
    with TemporaryDirectory() as notes:
        stage = Stage(world, Path(notes))
        stage.begin(generation, {**guess, **({"list_lag": 0.0, "page_size": 1} if terse else {})}, noted=noted)
        for number, how in wrong:
            stage.go_wrong(number, WRONG[how])
        if unreadable is not None:
            refusal = {"status": 403, "code": "AccessDenied", "message": "no longer", "count": 1000}
            world.emulator.fault(unreadable[0], "error", skip=unreadable[1], **refusal)
        result = stage.replace()
        stage.all_is_said(result)
        event(f"{'failed' if result.get('failed') else 'done'}: {result.get('error', {}).get('kind')}")
        world.emulator.clear_faults()
        again = stage.replace()
        assert not again.get("failed"), (result.get("msg"), again["msg"])
        for route in [] if noted else result.get("error", {}).get("missing_routes", []):
            made = world.task(route["module"], route["options"])
            assert not made.get("failed"), made["msg"]
        assert stage.hops() == dict.fromkeys(NETWORKS, again["vpn_tunnel"]["id"]), result.get("msg")


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("ended", range(len(CALLS)))
def test_a_run_that_is_killed_is_finished_by_the_next(stage: Stage, generation: str, ended: int) -> None:
    """Nothing is said there, as nobody is left to say it; the notes know."""
    stage.begin(generation, {"routes_of_deleted": "dangling"})
    stage.kill_at(ended)
    again = stage.replace()
    assert not again.get("failed"), again["msg"]
    assert stage.hops() == dict.fromkeys(NETWORKS, again["vpn_tunnel"]["id"])
    assert stage.notes_left() == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_note_goes_with_the_tunnel_that_is_given_up(stage: Stage, generation: str) -> None:
    for ended in (1, 2):
        stage.begin(generation, {})
        stage.kill_at(ended)
        assert stage.notes_left()
        assert stage.task(state="absent")["changed"] == (ended == 1)
        assert stage.notes_left() == []
        later = stage.replace()
        assert (later.get("failed"), later["changed"], stage.hops()) == (None, True, {})


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_note_does_nothing_to_a_tunnel_that_it_is_not_about(stage: Stage, generation: str) -> None:
    """Somebody else has brought the tunnel since, and no routes."""
    stage.begin(generation, {})
    stage.kill_at(2)
    stage.seed_tunnel("berlin")
    for check in (True, False):
        result = stage.replace(ike_dh_group=2, check=check)
        assert (result.get("failed"), result["changed"], stage.hops()) == (None, False, {})
        assert [warning for warning in result["warnings"] if all(network in warning for network in NETWORKS)]
    assert stage.notes_left() == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_note_does_nothing_after_days(stage: Stage, generation: str) -> None:
    stage.begin(generation, {})
    stage.kill_at(2)
    (note,) = stage.notes.rglob("*.json")
    note.write_text(json.dumps({**json.loads(note.read_text()), "at": time.time() - 4 * 24 * 3600}))
    result = stage.replace()
    assert (result.get("failed"), result["changed"], stage.hops()) == (None, True, {})
    assert [warning for warning in result["warnings"] if all(network in warning for network in NETWORKS)]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_run_that_finishes_another_may_be_killed_too(stage: Stage, generation: str) -> None:
    for ended in (0, 1, 2):
        stage.begin(generation, {})
        stage.kill_at(2)
        stage.kill_at(ended)
        stage.replace()
        tunnel = stage.world.emulator.state()["VpnTunnelSet"][-1]["VpnTunnelId"]
        assert stage.hops() == dict.fromkeys(NETWORKS, tunnel)
        assert stage.notes_left() == [] or not stage.replace()["changed"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_route_that_others_have_removed_is_not_created_again(stage: Stage, generation: str) -> None:
    """Between the plan and its turn."""
    stage.begin(generation, {})
    kind = GENERATIONS[generation]
    call = Client.call

    def meanwhile(client: Client, action: Any, parameters: Any) -> Any:
        if action.name == f"Delete{kind}":
            for route in stage.world.emulator.state()[f"{kind}Set"]:
                if route["DestinationCidrBlock"] == NETWORKS[1]:
                    stage.world.emulator.remove(route.get("RouteId") or route["VpnGatewayRouteId"])
        return call(client, action, parameters)

    with mock.patch.object(Client, "call", meanwhile):
        result = stage.replace()
    assert replaced(stage.old, result)
    assert stage.hops() == {NETWORKS[0]: result["vpn_tunnel"]["id"]}
    assert [warning for warning in result["warnings"] if NETWORKS[1] in warning and "not there any more" in warning]
    assert stage.notes_left() == []


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("right", [True, False], ids=["as wanted", "elsewhere"])
def test_a_route_that_others_have_created(stage: Stage, generation: str, right: bool) -> None:
    """While it is away: it is there, so that nobody may say that it is not."""
    stage.begin(generation, {})
    other = stage.seed_tunnel("bonn")
    kind = GENERATIONS[generation]
    call = Client.call

    def meanwhile(client: Client, action: Any, parameters: Any) -> Any:
        if action.name == f"Create{kind}" and parameters.get("DryRun") is None and not stage.hops():
            tunnels = stage.world.emulator.state()["VpnTunnelSet"]
            stage.old = tunnels[-1]["VpnTunnelId"] if right else other
            stage.world.emulator.seed(**{f"{kind}Set": [stage.route(NETWORKS[0])]})
        return call(client, action, parameters)

    old = stage.old
    with mock.patch.object(Client, "call", meanwhile):
        result = stage.replace()
    new = next(each for each in stage.world.emulator.state()["VpnTunnelSet"] if each["VpnTunnelName"] == "berlin")
    assert new["VpnTunnelId"] != old
    assert stage.hops() == {NETWORKS[0]: new["VpnTunnelId"] if right else other, NETWORKS[1]: new["VpnTunnelId"]}
    said = f"{result.get('msg', '')} {' '.join(result['warnings'])}"
    assert "do not exist now" not in said
    assert ("though its create failed" in said, "they lead elsewhere" in said) == (right, not right)
    assert bool(result.get("failed")) == (not right)
    assert stage.notes_left() == []


def test_a_route_that_is_older_than_its_tunnel_leads_to_another(stage: Stage) -> None:
    """Its name is told as it was when it was created; the tunnel that has it now is a younger one."""
    stage.begin("2.0", {"next_hop_names": "as created"})
    stage.rename("bonn")
    wire = {"VpnTunnelName": "berlin", "VpnGatewayId": stage.gateway, "CustomerGatewayId": stage.world.peer_id}
    wire |= {"PreSharedKey": "fake-pre-shared-key-0", "CreateTime": "2099-01-01 00:00:00"}
    stage.world.emulator.seed(VpnTunnelSet=[wire])
    before = stage.hops()
    for check in (True, False):
        result = stage.replace(check=check)
        assert (result["failed"], result["error"]["kind"]) == (True, "ambiguous_name"), result
        assert all(network in result["msg"] for network in NETWORKS)
        assert stage.hops() == before


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("check", [True, False])
def test_routes_that_are_not_to_move(stage: Stage, generation: str, check: bool) -> None:
    """They are named, and nothing is sent; check mode only tells, as an earlier task may remove them."""
    stage.begin(generation, {})
    result = stage.replace(check=check, move_routes=False)
    said = result["msg"] if not check else " ".join(result["warnings"])
    assert all(network in said for network in NETWORKS)
    assert "move_routes" in said
    assert bool(result.get("failed")) is not check
    assert writes(stage.world.take_requests()) == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_routes_that_may_not_be_listed(stage: Stage, generation: str) -> None:
    """The refusal names the permission and the option; with that, it is said that routes may lead nowhere."""
    action = f"Describe{GENERATIONS[generation]}s"
    stage.begin(generation, {"routes_of_deleted": "dangling"}, denied=(action,))
    for check in (True, False):
        result = stage.replace(check=check)
        assert result["error"]["kind"] == "access_denied", result
        assert action in result["msg"]
        assert "move_routes" in result["msg"]
    assert writes(stage.world.take_requests()) == []
    result = stage.replace(move_routes=False)
    assert not result.get("failed"), result["msg"]
    assert any(action in warning and "lead nowhere" in warning for warning in result["warnings"])


def test_names_that_do_not_tell_routes_apart(stage: Stage) -> None:
    """Two tunnels of one name: of a gateway's routes nobody knows to which of them they lead."""
    stage.begin("2.0", {})
    twin = stage.seed_tunnel("berlin")
    for check in (True, False):
        for name in ("berlin", "another"):
            result = stage.replace(check=check, id=stage.old, name=name)
            assert result["error"]["kind"] == "ambiguous_name", result
            assert twin in result["msg"]
        assert all(network in result["msg"] for network in NETWORKS)
        assert "move_routes" in result["msg"]
    assert writes(stage.world.take_requests()) == []


def test_a_gateway_that_is_told_in_place_of_its_tunnels(stage: Stage) -> None:
    """With a second tunnel nobody knows to which one the routes lead."""
    stage.begin("1.0", {"route_next_hop": "gateway"})
    other = stage.seed_tunnel("hamburg")
    result = stage.replace()
    assert result["error"]["kind"] == "ambiguous_name", result
    assert other in result["msg"]
    assert all(network in result["msg"] for network in NETWORKS)
    assert writes(stage.world.take_requests()) == []


def test_a_route_under_a_name_of_before(stage: Stage) -> None:
    """A service that shows the name of a route's creation: it stays, and the result says why it may lead nowhere."""
    stage.begin("2.0", {"next_hop_names": "as created", "routes_of_deleted": "dangling"})
    stage.rename("paris")
    result = stage.replace(name="paris")
    assert not result.get("failed"), result["msg"]
    stage.all_is_said(result)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_tunnel_that_moves_to_another_gateway(stage: Stage, generation: str) -> None:
    """A gateway's routes can't lead to a tunnel of another one; those of the VPC can, if it is in the same one."""
    stage.begin(generation, {"routes_of_deleted": "dangling"})
    (other,) = stage.world.emulator.seed(
        VpnGatewaySet=[{"VpnGatewayName": "another", "VpcId": "law-vpc", "VpnGatewayVersion": generation}]
    )["VpnGatewaySet"]
    result = stage.replace(id=stage.old, vpn_gateway=other["VpnGatewayId"])
    if generation == "2.0":
        assert result["error"]["kind"] == "immutable_change", result
        assert all(network in result["msg"] for network in NETWORKS)
        assert writes(stage.world.take_requests()) == []
    else:
        assert not result.get("failed"), result["msg"]
        assert stage.hops() == dict.fromkeys(NETWORKS, result["vpn_tunnel"]["id"])


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("left", ["refused", "dangling", "removed"])
def test_absent_names_the_routes(stage: Stage, generation: str, left: str) -> None:
    """A tunnel that is to go takes no routes with it; if the service lets them lead nowhere, that is said."""
    stage.begin(generation, {"routes_of_deleted": left})
    checked = stage.task(state="absent", check=True)
    assert all(network in " ".join(checked["warnings"]) for network in NETWORKS)
    result = stage.task(state="absent")
    assert bool(result.get("failed")) is (left == "refused")
    if left == "refused":
        assert result["error"]["kind"] == "in_use"
        assert all(network in result["msg"] for network in NETWORKS)
    else:
        assert all((network in " ".join(result["warnings"])) is (left == "dangling") for network in NETWORKS)


@pytest.mark.parametrize("left", ["refused", "dangling"])
def test_a_gateway_names_its_routes(stage: Stage, left: str) -> None:
    """Of its own, and those of VPCs that lead to it."""
    stage.begin("2.0", {"routes_of_deleted": left, "vpc_route_beside": "needed"})
    stage.world.emulator.seed(
        RouteSet=[{"VpcId": "law-vpc", "DestinationCidrBlock": "10.77.0.0/16", "VpnGatewayId": stage.world.second_id}]
    )
    stage.world.emulator.remove(stage.old)
    result = stage.world.task("vpn_gateway", {"name": "law-gateway-2", "state": "absent"})
    said = f"{result.get('msg')} {result['warnings']}"
    assert bool(result.get("failed")) is (left == "refused")
    assert all(network in said for network in ("10.77.0.0/16", *NETWORKS[: 2 * (left == "refused")])), said


def test_a_tunnel_without_routes_is_replaced_as_ever(stage: Stage) -> None:
    """And a route into another tunnel, or of another kind, is none of its routes."""
    stage.begin("1.0", {}, routes=False)
    hamburg = stage.seed_tunnel("hamburg")
    stage.world.emulator.seed(
        RouteSet=[
            {"VpcId": "law-vpc", "DestinationCidrBlock": "10.70.0.0/16", "VpnTunnelId": hamburg},
            {"VpcId": "law-vpc", "DestinationCidrBlock": "10.71.0.0/16", "RouteType": "Host", "InstanceId": stage.old},
        ]
    )
    before = stage.world.emulator.state()["RouteSet"]
    result = stage.replace()
    assert [step["action"] for step in result["plan"]] == ["delete", "create"]
    assert stage.world.emulator.state()["RouteSet"] == before
    assert replaced(stage.old, result)
