# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 12: a set equals its singles. And what prune never removes, and what faults leave."""

from __future__ import annotations

import os
import signal
from collections import Counter
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from laws.accounts import Account, accounts
from laws.declarations import HERE, Declared, Place, end_of, lists, places, singles
from laws.strategies import law
from laws.world import World, without_times, writes
from support.examples import examples

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import NotFoundError
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import sites


def _all(world: World, declared: Declared, **options: Any) -> dict[str, Any]:
    return world.sites(
        vpn_gateway=HERE,
        sites=declared.sites,
        defaults=declared.defaults,
        pre_shared_keys=declared.keys,
        replace_limit="100%",
        **options,
    )


def _steps(plan: list[dict[str, Any]]) -> Counter[Any]:
    """A plan without its order, and without what is called by an id in one way and by a name in the other."""
    return Counter(
        (step["action"], step["target"], tuple(sorted(field["option"] for field in step["fields"]))) for step in plan
    )


often = settings(law, max_examples=300 if os.environ.get("KSYUN_VPN_CAMPAIGN") else examples(80))


@often
@given(place=places(), data=st.data(), workers=st.sampled_from([1, 4]))
def test_law_12_a_set_ends_where_its_singles_do_with_the_same_plan(
    world: World, place: Place, workers: int, data: st.DataObject
) -> None:
    declared = data.draw(lists(place), label="declared")
    world.stage(place)
    before = end_of(world)
    one_by_one = [world.task(kind, options) for kind, options in singles(place, declared)]
    failed = [result["msg"] for result in one_by_one if result.get("failed")]
    expected = end_of(world)
    world.stage(place)
    checked = _all(world, declared, check=True, parallel=workers)
    assert writes(world.take_requests()) == []
    assert end_of(world) == before
    result = _all(world, declared, parallel=workers)
    sent = writes(world.take_requests())
    event("failed" if failed else f"{min(len(sent), 10)} writes")
    assert bool(checked.get("failed")) == bool(result.get("failed")) == bool(failed), (failed, result.get("msg"))
    if failed:
        assert result["error"]["kind"] == "sites_refused"
        assert (result["changed"], sent, end_of(world)) == (False, [], before)
        return
    assert end_of(world) == expected
    planned = [step for single in one_by_one for step in single["plan"]]
    assert _steps(result["plan"]) == _steps(checked["plan"]) == _steps(planned)
    assert result["changed"] == checked["changed"] == bool(planned)
    assert {name: site["outcome"] for name, site in result["sites"].items()} == {
        name: site["outcome"] for name, site in checked["sites"].items()
    }
    again = _all(world, declared)
    assert (again["changed"], again["plan"], again.get("failed")) == (False, [], None)
    requests = world.take_requests()
    assert writes(requests) == []
    if not place.settings:
        listings = Counter(request["action"] for request in requests)
        assert max(listings.values(), default=0) <= 2, (
            "each kind is listed once, and customer gateways of no tunnel once more"
        )


def _ids(world: World) -> dict[str, dict[str, Any]]:
    """All that there is, by its id."""
    own = {
        "VpnGatewaySet": "VpnGatewayId",
        "CustomerGatewaySet": "CustomerGatewayId",
        "VpnTunnelSet": "VpnTunnelId",
        "RouteSet": "RouteId",
        "VpnGatewayRouteSet": "VpnGatewayRouteId",
    }
    state = world.emulator.state()
    return {item[identity]: item for set_name, identity in own.items() for item in state[set_name]}


@often
@given(place=places(), data=st.data())
def test_what_prune_never_removes(world: World, place: Place, data: st.DataObject) -> None:
    declared = data.draw(lists(place, replaces=False), label="declared")
    named = {site["name"] for site in declared.sites}
    ignored = data.draw(
        st.sets(st.sampled_from(sorted({*place.used} - named)) if {*place.used} - named else st.nothing()),
        label="ignored",
    )
    listed = [*declared.sites, *({"name": name, "ignore": True} for name in ignored)]
    world.stage(place)
    before = _ids(world)
    options = {"vpn_gateway": HERE, "sites": listed, "defaults": {**declared.defaults, "on_immutable_change": "fail"}}
    options |= {"pre_shared_keys": declared.keys, "prune": True, "prune_limit": "100%", "on_error": "continue"}
    checked = world.sites(check=True, **options)
    unpruned = world.sites(check=True, **{**options, "prune": False})
    result = world.sites(**options)
    after = _ids(world)
    removed = {identity: item for identity, item in before.items() if identity not in after}

    # what may go, told by the account and the declaration alone
    present = {entry["name"]: entry for site in declared.sites if site.get("state") != "absent"
               for entry in ({**site, **each} for each in site.get("tunnels", [{}]))}  # fmt: skip
    spared = {tunnel["VpnTunnelId"] for name in ignored for tunnel in place.used.get(name, [])}
    tunnels = {
        item["VpnTunnelId"]: item
        for item in place.sets["VpnTunnelSet"]
        if item["VpnGatewayId"] == HERE and item["VpnTunnelName"] not in present and item["VpnTunnelId"] not in spared
    }
    staying = [item for item in place.sets["VpnTunnelSet"] if item["VpnTunnelId"] not in tunnels]
    customers = {item["CustomerGatewayId"] for item in tunnels.values()}
    customers -= {item["CustomerGatewayId"] for item in staying}
    customers -= {
        item["CustomerGatewayId"]
        for item in place.sets["CustomerGatewaySet"]
        if item["CustomerGatewayName"] in {site["name"] for site in declared.sites if site.get("state") != "absent"}
    }
    routes = set()
    for item in [*place.sets.get("RouteSet", []), *place.sets.get("VpnGatewayRouteSet", [])]:
        tunnel = item.get("VpnTunnelId") or item.get("NextHopInstanceId")
        name = next(
            (each["VpnTunnelName"] for each in place.sets["VpnTunnelSet"] if each["VpnTunnelId"] == tunnel), None
        )
        managed = present.get(name or "", {}).get("remote_cidrs")
        unlisted = managed is not None and item["DestinationCidrBlock"] not in managed
        here = any(each["VpnTunnelId"] == tunnel and each["VpnGatewayId"] == HERE for each in staying)
        if tunnel in tunnels or (here and unlisted):
            routes.add(item.get("RouteId") or item["VpnGatewayRouteId"])
    assert set(removed) <= {*tunnels, *customers, *routes}
    event(f"{min(len(removed), 6)} removed")
    if not result.get("failed"):
        assert set(removed) == {*tunnels, *customers, *routes}
    assert {each["id"] for each in unpruned["undeclared"]} <= {each["id"] for each in checked["undeclared"]}
    gone = {step["target"] for step in checked["plan"] if step["action"] == "delete"}
    assert gone == {step["target"] for step in result["plan"] if step["action"] == "delete"}
    for identity in set(before) & set(after):
        if before[identity].get("CustomerGatewayName") not in named and "BandWidth" not in before[identity]:
            assert without_times(before[identity]) == without_times(after[identity]), "what stays, stays as it is"
    told = world.sites_info(vpn_gateway=HERE, include_pre_shared_keys=True)
    assert sorted(network for site in told["sites"] for network in _networks(site)) == sorted(
        item["DestinationCidrBlock"]
        for item in after.values()
        if (item.get("VpnTunnelId") or item.get("NextHopInstanceId"))
        in {each for each, tunnel in after.items() if tunnel.get("VpnGatewayId") == HERE and "VpnTunnelName" in tunnel}
        and "DestinationCidrBlock" in item
    )
    back = {"sites": told["sites"], "pre_shared_keys": told["pre_shared_keys"], "prune": True, "prune_limit": "100%"}
    again = world.sites(vpn_gateway=HERE, **back)
    assert (again.get("failed"), again["changed"], again["undeclared"]) == (None, False, [])


def _networks(site: dict[str, Any]) -> list[str]:
    return [
        *site.get("remote_cidrs", []),
        *(each for tunnel in site.get("tunnels", []) for each in tunnel["remote_cidrs"]),
    ]


_LOST = {"kind": "reset"}
_REFUSED = {"kind": "error", "status": 400, "code": "InvalidParameterValue", "message": "No."}


@settings(law, max_examples=40 if os.environ.get("KSYUN_VPN_CAMPAIGN") else examples(6))
@given(place=places(), data=st.data(), when=st.sampled_from(["before", "after"]))
def test_a_fault_at_every_write_then_a_rerun_ends_the_same(
    world: World, place: Place, when: str, data: st.DataObject
) -> None:
    """With notes, as each run in earnest has them."""
    declared = data.draw(lists(place), label="declared")
    world.stage(place)
    whole = _all(world, declared, parallel=4)
    expected, sent = end_of(world), writes(world.take_requests())
    if whole.get("failed"):
        return
    for number in range(len(sent)):
        for kind in (_LOST, _REFUSED):
            world.stage(place)
            world.emulator.fault(
                "*[!s]", skip=number, dry_run=False, **kind, **({"when": when} if kind is _LOST else {})
            )
            with TemporaryDirectory() as state:
                environment = {"XDG_STATE_HOME": state}
                first = _all(world, declared, parallel=4, on_error="continue", environment=environment)
                outcomes = {name: site["outcome"] for name, site in first["sites"].items()}
                assert bool(first.get("failed")) == ("failed" in outcomes.values())
                again = _all(world, declared, parallel=4, environment=environment)
                assert not again.get("failed"), again["msg"]
                assert end_of(world) == expected, f"after {kind} at write {number}, which left {outcomes}"
                last = _all(world, declared, parallel=4, environment=environment)
                assert (last.get("failed"), last["changed"]) == (None, False), last
            event(f"{kind['kind']} {when}: {'failed' if first.get('failed') else 'healed'}")


@settings(law, max_examples=300 if os.environ.get("KSYUN_VPN_CAMPAIGN") else examples(100))
@given(account=accounts(least=1, limited=False), data=st.data())
def test_what_sites_info_returns_given_back_changes_nothing(
    world: World, account: Account, data: st.DataObject
) -> None:
    world.stage(account)
    gateway = data.draw(st.sampled_from(account.of("vpn_gateway")))
    place = {"vpn_gateway": gateway["VpnGatewayId"], "project_id": gateway["ProjectId"]}
    told = world.sites_info(**place, include_pre_shared_keys=True)
    world.take_requests()
    result = world.sites(
        **place,
        sites=told["sites"],
        pre_shared_keys=told["pre_shared_keys"],
        prune=True,
        prune_limit="100%",
        defaults={"on_immutable_change": "replace"},
    )
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], result["plan"], result["undeclared"]) == (False, [], [])
    assert writes(world.take_requests()) == []
    tunnels = [tunnel for site in result["sites"].values() for tunnel in site["vpn_tunnels"]]
    here = [wire for wire in account.of("vpn_tunnel") if wire["VpnGatewayId"] == gateway["VpnGatewayId"]]
    assert sorted(tunnel["id"] for tunnel in tunnels) == sorted(wire["VpnTunnelId"] for wire in here)
    event(f"{len(here)} tunnels")


def test_a_time_out_in_the_middle_tells_what_was_not_reached(world: World) -> None:
    """What has begun ends, nothing new begins, another run goes on. The campaign has all signals, and more moments."""
    world.begin()
    world.emulator.configure(latency=0.05)
    declared = [{"name": f"site {number}", "address": f"192.0.2.{number + 1}"} for number in range(20)]
    defaults = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-of-all"}
    options = {"vpn_gateway": world.gateway_id, "sites": declared, "defaults": defaults, "parallel": 2}
    before = signal.signal(signal.SIGALRM, lambda *_args: None)  # as Ansible has a handler, of which nothing comes
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.6)
        result = world.sites(**options)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert (result["failed"], result["error"]["kind"]) == (True, "interrupted")
    assert result["msg"].startswith("The task's time-out came.")
    assert result["counts"]["not_reached"] > 0
    told = [name for name, site in result["sites"].items() if site["customer_gateway"]]
    there = [item["CustomerGatewayName"] for item in world.emulator.state()["CustomerGatewaySet"]]
    assert sorted(told) == sorted(set(there) - {"law-peer"})
    assert len(told) < len(declared) or result["counts"]["created"] < len(declared)
    again = world.sites(**options)
    assert (again.get("failed"), len(again["sites"])) == (None, len(declared))


def test_nothing_new_begins_after_a_failure_unless_all_is_to_go_on(world: World) -> None:
    declared = [{"name": f"site {number}", "address": f"192.0.2.{number + 1}"} for number in range(6)]
    defaults = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-of-all"}
    for on_error, expected in (("stop", {"failed": 1, "not_reached": 5}), ("continue", {"failed": 1, "created": 5})):
        world.begin()
        world.quick = True
        options = {"vpn_gateway": world.gateway_id, "sites": declared, "defaults": defaults, "parallel": 1}
        world.emulator.fault("CreateCustomerGateway", "error", status=400, code="InvalidParameterValue")
        result = world.sites(**options, on_error=on_error)
        assert {outcome: number for outcome, number in result["counts"].items() if number} == expected
        assert result["error"] == {"kind": "sites_failed", "sites": {"site 0": "invalid_parameter"}}
        assert world.sites(**options)["counts"]["failed"] == 0


def test_limits_refuse_before_anything_is_done(world: World) -> None:
    world.begin()
    world.quick = True
    declared = [{"name": f"site {number}", "address": f"192.0.2.{number + 1}"} for number in range(12)]
    options = {"vpn_gateway": world.gateway_id, "sites": declared, "defaults": {"type": "Ipsec"}}
    options["defaults"]["pre_shared_key"] = "fake-pre-shared-key-of-all"
    assert not world.sites(**options).get("failed")
    world.take_requests()
    cases: list[dict[str, Any]] = [
        {"sites": [], "prune": True},
        {"sites": [], "prune": True, "prune_limit": "11"},
        {"sites": declared[4:], "prune": True},
        {"sites": declared[1:], "prune": True, "prune_limit": "0"},
        {"defaults": {**options["defaults"], "ike_dh_group": 5, "on_immutable_change": "replace"}},
    ]
    for case in cases:
        for check in (True, False):
            result = world.sites(check=check, **{**options, **case})
            assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, False, "limit"), case
    assert writes(world.take_requests()) == []
    for case in ({"sites": declared[3:], "prune": True}, {"sites": [], "prune": True, "prune_limit": "100%"}):
        assert not world.sites(**{**options, **case}).get("failed")
    assert world.emulator.state()["VpnTunnelSet"] == []


def test_a_rename_keeps_what_there_is_and_no_name_means_two(world: World) -> None:
    world.begin()
    world.quick = True
    options = {
        "vpn_gateway": world.gateway_id,
        "defaults": {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x"},
    }
    world.sites(**options, sites=[{"name": "old", "address": "192.0.2.9"}])
    before = _ids(world)
    renamed = {**options, "sites": [{"name": "new", "previous_name": "old", "address": "192.0.2.9"}]}
    for _time in (1, 2):
        result = world.sites(**renamed)
        assert not result.get("failed"), result["msg"]
        assert set(_ids(world)) == set(before)
    assert result["changed"] is False
    moved = world.sites(**options, check=True, sites=[{"name": "third", "address": "192.0.2.9"}])
    assert any("has the same address" in warning for warning in moved["warnings"])
    world.sites(**options, sites=[{"name": "old", "address": "192.0.2.8"}])
    assert world.sites(**renamed)["error"]["kind"] == "sites_refused"


def test_a_gateway_that_check_mode_would_create(world: World) -> None:
    world.begin()
    world.quick = True
    sites = [{"name": "first", "address": "192.0.2.9", "remote_cidrs": ["10.9.0.0/16"]}]
    options = {"sites": sites, "defaults": {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x"}}
    for gateway in ("(known after creation)", "not yet"):
        result = world.sites(check=True, vpn_gateway=gateway, **options)
        assert (result.get("failed"), result["changed"], result["counts"]["created"]) == (None, True, 1)
        assert any("routes there will be can't be told" in warning for warning in result["warnings"])
        assert world.sites(vpn_gateway=gateway, **options)["error"]["kind"] in ("missing", "invalid_options")


@pytest.mark.parametrize("check", [True, False])
def test_a_service_that_carries_out_dry_runs_does_so_once(world: World, check: bool) -> None:
    world.begin()
    world.quick = True
    key = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x"}
    options: dict[str, Any] = {"vpn_gateway": world.gateway_id, "parallel": 4, "on_error": "continue"}
    there = [{"name": f"site {number}", "address": f"192.0.2.{number + 10}"} for number in range(6)]
    world.sites(**options, sites=there, defaults=key)
    before = _ids(world)
    world.emulator.configure(dry_run_ignored=True)
    if check:
        new = [{"name": f"new {number}", "address": f"192.0.2.{number + 30}"} for number in range(6)]
        result = world.sites(**options, sites=new, defaults=key, prune=True, prune_limit="100%", check=True)
    else:
        replaced = {**key, "ike_dh_group": 14, "on_immutable_change": "replace"}
        result = world.sites(**options, sites=there, defaults=replaced)
    assert (result["counts"]["failed"], result["changed"]) == (1, True)
    assert result["counts"]["failed"] + result["counts"]["not_reached"] == len(result["sites"])
    assert set(before) < set(_ids(world)), "nothing is taken away"
    assert len(_ids(world)) == len(before) + 1, "and one thing is there that nobody asked for yet"


@pytest.mark.parametrize("generation", ["1.0", "2.0"])
def test_a_replacement_does_not_bring_back_what_prune_removes_nor_keep_what_another_takes(
    world: World, generation: str
) -> None:
    world.begin()
    world.quick = True
    gateway = world.gateway_id if generation == "1.0" else world.second_id
    defaults = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x"}
    if generation == "2.0":
        defaults["ike_version"] = "v2"
    options: dict[str, Any] = {"vpn_gateway": gateway, "prune": True, "prune_limit": "100%"}
    first = {"name": "first", "address": "192.0.2.9", "remote_cidrs": ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]}
    second = {"name": "second", "address": "192.0.2.10", "remote_cidrs": []}
    assert not world.sites(**options, sites=[first, second], defaults=defaults).get("failed")
    first["remote_cidrs"], second["remote_cidrs"] = ["10.1.0.0/16"], ["10.2.0.0/16"]
    first["ike_dh_group"] = 14
    defaults["on_immutable_change"] = "replace"
    checked = world.sites(**options, sites=[first, second], defaults=defaults, check=True)
    deleted = [step["target"] for step in checked["plan"] if step["action"] == "delete" and "10.3" in step["target"]]
    assert len(deleted) == 1, deleted
    result = world.sites(**options, sites=[first, second], defaults=defaults)
    assert not result.get("failed"), result["msg"]
    assert {name: [route["destination_cidr_block"] for route in site["routes"]] for name, site in
            result["sites"].items()} == {"first": ["10.1.0.0/16"], "second": ["10.2.0.0/16"]}  # fmt: skip
    again = world.sites(**options, sites=[first, second], defaults=defaults)
    assert (again.get("failed"), again["changed"], again["undeclared"]) == (None, False, [])
    told = world.sites_info(vpn_gateway=gateway)["sites"]
    assert {site["name"]: _networks(site) for site in told} == {"first": ["10.1.0.0/16"], "second": ["10.2.0.0/16"]}


def test_what_would_take_more_away_than_was_planned_is_not_done(world: World) -> None:
    """Between the plan and a tunnel's turn, somebody creates one of its name, otherwise."""
    world.begin()
    world.quick = True
    call = Client.call

    def meanwhile(client: Client, action: Any, parameters: Any) -> Any:
        answer = call(client, action, parameters)
        if action.name == "CreateCustomerGateway":
            peer = answer[0]["CustomerGateway"]["CustomerGatewayId"]
            wire = {"VpnTunnelName": "berlin", "VpnGatewayId": world.gateway_id, "CustomerGatewayId": peer}
            world.emulator.seed(VpnTunnelSet=[{**wire, "PreSharedKey": "fake-pre-shared-key-x", "IkeDHGroup": "2"}])
        return answer

    defaults = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x", "ike_dh_group": 14}
    defaults["on_immutable_change"] = "replace"
    with mock.patch.object(Client, "call", meanwhile):
        result = world.sites(
            vpn_gateway=world.gateway_id, sites=[{"name": "berlin", "address": "192.0.2.9"}], defaults=defaults
        )
    assert (result["failed"], result["sites"]["berlin"]["error"]["kind"]) == (True, "changed_since"), result
    (tunnel,) = world.emulator.state()["VpnTunnelSet"]
    assert tunnel["IkeDHGroup"] == "2"


def test_a_service_that_does_not_list_ids_of_which_one_is_gone(world: World) -> None:
    world.begin()
    world.quick = True
    sites = [{"name": f"site {number}", "address": f"192.0.2.{number + 10}"} for number in range(4)]
    defaults = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x"}
    assert not world.sites(vpn_gateway=world.gateway_id, sites=sites, defaults=defaults).get("failed")
    items = Client.items

    def strict(client: Client, action: Any, parameters: Any) -> Any:
        found = list(items(client, action, parameters))
        asked = parameters.get(str(action.item_id))
        there = {raw[action.item_id].lower() for raw in found}
        for identity in asked if isinstance(asked, list) else ():
            if identity.lower() not in there:
                raise NotFoundError(action.name, f"The '{identity}' does not exist.", code="NoSuchEntity")
        return iter(found)

    with mock.patch.object(Client, "items", strict):
        result = world.sites(vpn_gateway=world.gateway_id, sites=sites[:1], prune=True)
    assert (result.get("failed"), result["counts"]["deleted"]) == (None, 3), result
    assert not [warning for warning in result["warnings"] if "is still there" in warning]


def test_progress_that_can_not_be_shown_does_not_end_the_work(world: World) -> None:
    world.begin()
    world.quick = True

    def closed(_line: str) -> None:
        raise BrokenPipeError("fake: nobody reads any more")

    parameters = world.parameters(
        sites.SPEC.options,
        {
            "vpn_gateway": world.gateway_id,
            "sites": [{"name": f"site {number}", "address": f"192.0.2.{number + 10}"} for number in range(3)],
            "defaults": {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x"},
        },
    )
    result = sites.SitesEntry().run(parameters, check_mode=False, diff=False, environment={}, tell=closed)
    assert (result.get("failed"), result["counts"]["created"]) == (None, 3)
    assert len([warning for warning in result["warnings"] if "Progress could not be shown" in warning]) == 1


def test_what_does_not_come_about_is_waited_for_together(world: World) -> None:
    world.begin()
    world.quick = True
    declared = [{"name": f"site {number}", "address": f"192.0.2.{number + 10}"} for number in range(8)]
    defaults = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-x", "wait_timeout": 60}
    options: dict[str, Any] = {"vpn_gateway": world.gateway_id, "defaults": defaults, "parallel": 2}
    assert not world.sites(**options, sites=declared).get("failed")
    world.emulator.configure(modify_ignored=["CustomerGatewayAddress"])
    before = world.waited
    moved = [{**site, "address": f"198.51.100.{number + 1}"} for number, site in enumerate(declared)]
    result = world.sites(**options, sites=moved, on_error="continue")
    assert result["counts"]["failed"] == len(declared)
    assert 50 < world.waited - before < 2 * 60, "two threads look on one clock, which counts what both wait"
