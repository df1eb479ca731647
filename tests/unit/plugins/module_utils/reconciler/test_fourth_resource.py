# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fourth resource is a table, however awkward it is: the laws hold for L(fourth.ROUTE) without another line."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ApiError, InvalidOptionsError, KsyunError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import (
    ImmutableChangeError,
    MissingError,
    ReplacementUndoneError,
    UnknownOutcomeError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.listing import gather
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.lookup import UNKNOWN_ID
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Outcome
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import info_spec, resource_spec
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import Raw, refused
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fourth import (
    GATEWAYS,
    ROUTE,
    TUNNELS,
    RouteService,
    route_id,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import reconcile

CREATE, MODIFY, DELETE = "CreateVpnGatewayRoute", "ModifyVpnGatewayRoute", "DeleteVpnGatewayRoute"
BLOCKS = ("10.1.0.0/16", "10.2.0.0/16", "10.1.0.0/24")
PLAIN = {"vpn_gateway": "gw1", "destination_cidr_block": "10.1.0.0/16", "next_hop_type": "vpn_tunnel"}
BERLIN = {**PLAIN, "next_hop_instance": "berlin"}


def run(it: RouteService, wanted: dict[str, t.Any], **settings: t.Any) -> Outcome:
    return reconcile(it, ROUTE, wanted, **settings)


def raw(number: int = 1, gateway: int = 1, block: str = BLOCKS[0], hop: str | None = "berlin", **more: t.Any) -> Raw:
    """A route as the service stores it."""
    place = GATEWAYS[gateway - 1]
    next_hop = (
        {"NextHopType": "vpn_tunnel", "NextHopInstanceId": TUNNELS[place, hop]} if hop else {"NextHopType": "vpc"}
    )
    return {
        "VpnGatewayRouteId": route_id(number),
        "VpnGatewayId": place,
        "DestinationCidrBlock": block,
        "CreateTime": f"2026-01-02 03:04:{number:02d}",
        **next_hop,
        **more,
    }


@st.composite
def accounts(draw: st.DrawFn) -> list[Raw]:
    """Routes, of a network at most one in each gateway."""
    places = draw(st.sets(st.tuples(st.sampled_from([1, 2]), st.sampled_from(BLOCKS))))
    hops = st.sampled_from(["berlin", "paris", None])
    texts = st.sampled_from([{}, {"Description": "old"}])
    return [raw(number, *place, draw(hops), **draw(texts)) for number, place in enumerate(sorted(places), 1)]


@st.composite
def tasks(draw: st.DrawFn) -> dict[str, t.Any]:
    """Options of any task, and how it goes about it."""
    wanted = {
        "vpn_gateway": draw(st.sampled_from(["gw1", "gw2", GATEWAYS[0], GATEWAYS[1].upper()])),
        "destination_cidr_block": draw(st.sampled_from([*BLOCKS, "10.1.0.0/255.255.0.0"])),
    }
    hop = draw(st.sampled_from([None, "berlin", "paris"]))
    wanted |= {"next_hop_type": "vpn_tunnel", "next_hop_instance": hop} if hop else {"next_hop_type": "vpc"}
    wanted |= draw(st.sampled_from([{}, {"description": "new"}]))
    state = draw(st.sampled_from(["present", "present", "absent"]))
    return {"wanted": wanted, "state": state, "on_immutable_change": draw(st.sampled_from(["fail", "replace"]))}


def outcome(it: RouteService, task: dict[str, t.Any], **more: t.Any) -> Outcome | KsyunError:
    try:
        return run(it, **{**task, **more})
    except KsyunError as error:
        return error


def state(it: RouteService) -> list[Raw]:
    """All routes, as they are listed."""
    listed = [each for gateway in GATEWAYS for each in it._listed(ROUTE, {"VpnGatewayId": gateway})]
    return sorted(({**each, "VpnGatewayRouteId": None, "CreateTime": None} for each in listed), key=str)


@given(accounts(), tasks())
def test_idempotence_and_nothing_else_is_touched(account: list[Raw], task: dict[str, t.Any]) -> None:
    it = RouteService(*account)
    before = state(it)
    first = outcome(it, task)
    if isinstance(first, KsyunError):
        assert isinstance(first, (ImmutableChangeError, InvalidOptionsError, MissingError)), first
        assert state(it) == before
        return
    after, writes = state(it), len(it.writes())
    again = run(it, **task)
    assert not again.changed
    assert len(it.writes()) == writes
    assert state(it) == after
    assert first.changed == (after != before)
    touched = [each for each in after if each not in before] + [each for each in before if each not in after]
    assert len({(each["VpnGatewayId"], each["CidrBlock"]) for each in touched}) <= 1


@given(accounts(), tasks())
def test_check_mode_tells_the_truth(account: list[Raw], task: dict[str, t.Any]) -> None:
    checked, done = RouteService(*account), RouteService(*account)
    before = state(checked)
    said, real = outcome(checked, task, check_mode=True), outcome(done, task)
    assert state(checked) == before
    assert checked.writes() == []
    assert isinstance(said, KsyunError) == isinstance(real, KsyunError)
    if isinstance(said, KsyunError) or isinstance(real, KsyunError):
        assert str(said) == str(real)
        return
    assert said.changed == real.changed
    probed = sorted(action for kind, action, _parameters in checked.log if kind == "probe")
    assert probed == sorted(done.writes()) or task["on_immutable_change"] == "replace"


@given(accounts())
def test_round_trip(account: list[Raw]) -> None:
    it = RouteService(*account)
    for number, gateway in enumerate(GATEWAYS, 1):
        items = gather(it.client, ROUTE, place={"vpn_gateway": gateway})
        assert len(items) == len([each for each in account if each["VpnGatewayId"] == gateway])
        for item in items:
            options = {
                option: item[option] for option in [field.option for field in ROUTE.settable] if item.get(option)
            }
            for wanted in (options, {**options, "vpn_gateway": f"gw{number}"}):
                assert not run(it, wanted).changed
                assert not run(it, wanted, id=item["id"]).changed
    assert it.writes() == []


def test_a_next_hop_is_that_of_its_gateway() -> None:
    """Two gateways have a tunnel of one name."""
    it = RouteService()
    for number in (1, 2):
        done = run(it, {**BERLIN, "vpn_gateway": f"gw{number}"})
        assert done.changed
        assert (done.item or {})["next_hop_instance_name"] == "berlin"
    hops = [each["NextHopInstanceId"] for each in it.objects["gateway_route"]]
    assert hops == [TUNNELS[gateway, "berlin"] for gateway in GATEWAYS]


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_next_hop_is_compared_by_the_name_that_is_listed(by: str) -> None:
    known = {name: name if by == "name" else TUNNELS[GATEWAYS[0], name] for name in ("berlin", "paris")}
    it = RouteService(raw())
    assert not run(it, {**PLAIN, "next_hop_instance": known["berlin"]}).changed
    with pytest.raises(ImmutableChangeError) as caught:
        run(it, {**PLAIN, "next_hop_instance": known["paris"]})
    assert caught.value.options == ["next_hop_instance"]
    it.hides = {"NextHopInstanceName"}
    told = run(it, {**PLAIN, "next_hop_instance": known["paris"]})
    assert (told.changed, told.not_compared) == (False, ["next_hop_instance"]), "not silently taken as equal"


def test_a_next_hop_that_an_earlier_task_would_create() -> None:
    it = RouteService()
    for hop in (UNKNOWN_ID, "oslo"):
        said = run(it, {**PLAIN, "next_hop_instance": hop}, check_mode=True)
        assert said.changed
        assert [step.action for step in (said.plan.steps if said.plan else [])] == ["create"]
        assert not [action for kind, action, _parameters in it.log if kind == "probe"]
    said = run(it, {**BERLIN, "vpn_gateway": UNKNOWN_ID}, check_mode=True)
    assert (said.changed, (said.item or {})["id"]) == (True, UNKNOWN_ID)
    with pytest.raises(MissingError):
        run(it, {**PLAIN, "next_hop_instance": "oslo"})
    there = RouteService(raw())
    with pytest.raises(ImmutableChangeError):
        run(there, {**PLAIN, "next_hop_instance": UNKNOWN_ID}, check_mode=True)


@pytest.mark.parametrize("fault", ["after", "before", "no id"])
@pytest.mark.parametrize("lag", [0, 3])
def test_exactly_once(fault: t.Any, lag: float) -> None:
    it = RouteService(lag=lag, **{CREATE: [fault]})
    assert run(it, BERLIN).changed
    assert len(it.objects["gateway_route"]) == 1
    assert not run(it, BERLIN).changed
    assert run(it, BERLIN, state="absent").changed
    assert not run(it, BERLIN, state="absent").changed
    assert it._listed(ROUTE, {"VpnGatewayId": GATEWAYS[0]}) == []


def test_what_is_lost_twice_is_unknown() -> None:
    it = RouteService(**{CREATE: ["before", "before"]})
    with pytest.raises(UnknownOutcomeError):
        run(it, BERLIN)


@pytest.mark.parametrize("action", [MODIFY, DELETE])
@pytest.mark.parametrize("fault", ["after", "before"])
def test_changes_and_removals_whose_answer_is_lost(action: str, fault: t.Any) -> None:
    it = RouteService(raw(Description="old"), **{action: [fault]})
    change = {"wanted": {**PLAIN, "description": "new"}} if action == MODIFY else {"wanted": PLAIN, "state": "absent"}
    assert run(it, **change).changed
    assert not run(it, **change).changed


def test_a_replacement_that_is_refused_is_put_back() -> None:
    it = RouteService(raw(), **{CREATE: [refused(CREATE, "QuotaExceeded")]})
    wanted = {**PLAIN, "next_hop_instance": "paris"}
    with pytest.raises(ReplacementUndoneError) as caught:
        run(it, wanted, on_immutable_change="replace")
    assert "10.1.0.0/16" in str(caught.value)
    assert state(it)[0]["NextHopInstanceName"] == "berlin", "found by its name before the delete"
    it = RouteService(raw(), **{CREATE: [refused(CREATE, "QuotaExceeded")]})
    with pytest.raises(ReplacementUndoneError):
        run(it, {**BERLIN, "next_hop_type": "vpc"}, on_immutable_change="replace")
    assert state(it)[0]["NextHopInstanceName"] == "berlin"


def test_a_replacement_must_name_what_the_service_does_not_tell() -> None:
    with pytest.raises(InvalidOptionsError, match="next_hop_instance is required to replace"):
        run(RouteService(raw()), {**PLAIN, "next_hop_type": "vpc"}, on_immutable_change="replace")


@pytest.mark.parametrize(
    ("wanted", "settings", "problem"),
    [
        ({}, {}, "vpn_gateway and destination_cidr_block or id is required"),
        ({"vpn_gateway": "gw1"}, {}, "vpn_gateway and destination_cidr_block or id is required"),
        ({}, {"id": route_id(1)}, "vpn_gateway is required: the service lists only what is there"),
        ({**PLAIN, "destination_cidr_block": "10.1.0.1/16"}, {}, "without bits of a host, like 10.1.0.0/16"),
        ({**PLAIN, "destination_cidr_block": "10.1.0.1/16"}, {"state": "absent"}, "without bits of a host"),
        ({**PLAIN, "vpn_gateway": " "}, {}, "vpn_gateway must not be empty"),
        ({key: PLAIN[key] for key in ("vpn_gateway", "destination_cidr_block")}, {}, "next_hop_type"),
    ],
)
def test_what_is_refused(wanted: dict[str, t.Any], settings: dict[str, t.Any], problem: str) -> None:
    it = RouteService()
    with pytest.raises(InvalidOptionsError, match=problem):
        run(it, wanted, **settings)
    assert it.writes() == []


def test_by_its_id() -> None:
    it = RouteService(raw(1), raw(2, 2))
    place = {"vpn_gateway": "gw2"}
    assert (run(it, place, id=route_id(2).upper()).item or {})["destination_cidr_block"] == BLOCKS[0]
    with pytest.raises(MissingError):
        run(it, place, id=route_id(1))
    assert run(it, {**place, "description": "new"}, id=route_id(2)).changed
    assert run(it, place, id=route_id(2), state="absent").changed
    assert [each["VpnGatewayRouteId"] for each in it._listed(ROUTE, {"VpnGatewayId": GATEWAYS[1]})] == []


def test_its_argument_specs_follow_from_the_table() -> None:
    spec = resource_spec(ROUTE)
    assert spec["destination_cidr_block"] == {"type": "str"}
    assert spec["next_hop_instance"] == {"type": "str", "aliases": ["next_hop_instance_id"]}
    assert spec["next_hop_instance_name"] == {"type": "raw"}
    assert "name" not in spec
    listed = info_spec(ROUTE)
    assert {"ids", "vpn_gateway", "destination_cidr_block", "filters"} <= set(listed)
    assert not {"name", "name_glob"} & set(listed)


def test_every_failure_of_a_call_is_told() -> None:
    it = RouteService(**{CREATE: [refused(CREATE)]})
    with pytest.raises(ApiError) as caught:
        run(it, BERLIN)
    assert "Nothing was changed" in str(caught.value)
