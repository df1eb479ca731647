# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of the design, each stated once for all resources, over generated current and desired states."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import assume, event, given
from hypothesis import strategies as st
from laws.strategies import Scenario, law, names, options, scenarios, secrets
from laws.world import RESOURCES, World, without_times, writes


def begin(world: World, scenario: Scenario) -> dict[str, Any]:
    """Bring the scenario's resource about; the options of its task."""
    world.begin()
    wanted = dict(scenario.wanted)
    if scenario.current is not None:
        made = world.task(scenario.kind, {"name": scenario.name, **scenario.current})
        assert made["changed"], made
        if scenario.by_id:
            wanted["id"] = made[scenario.kind]["id"]
    world.take_requests()
    return wanted


def note(scenario: Scenario, result: dict[str, Any]) -> None:
    """Say to hypothesis' statistics what kind of example it was."""
    steps = "+".join(step["action"] for step in result["plan"]) or "nothing"
    event(f"{scenario.kind}: {result['error']['kind'] if result.get('failed') else steps}")


@law
@given(scenario=scenarios(absent=False))
def test_law_1_what_info_returns_given_back_changes_nothing(world: World, scenario: Scenario) -> None:
    assume(scenario.current is not None)
    begin(world, scenario)
    resource = RESOURCES[scenario.kind]
    (item,) = [item for item in world.info(scenario.kind) if item["name"] == scenario.name]
    settable = {"id", *(field.option for field in resource.settable)}
    world.take_requests()
    result = world.task(scenario.kind, {option: item[option] for option in item if option in settable})
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], result["plan"]) == (False, [])
    assert result[scenario.kind] == item
    assert writes(world.take_requests()) == []


@law
@given(scenario=scenarios())
def test_law_2_a_second_run_changes_nothing_and_writes_nothing(world: World, scenario: Scenario) -> None:
    wanted = begin(world, scenario)
    first = world.task(scenario.kind, wanted)
    note(scenario, first)
    world.take_requests()
    second = world.task(scenario.kind, wanted)
    assert second["changed"] is False
    assert writes(world.take_requests()) == []
    assert bool(second.get("failed")) == bool(first.get("failed"))
    if first.get("failed"):
        assert second["msg"] == first["msg"]
    else:
        assert second[scenario.kind] == first[scenario.kind]


@law
@given(scenario=scenarios())
def test_law_3_check_mode_tells_the_truth(world: World, scenario: Scenario) -> None:
    wanted = begin(world, scenario)
    before = without_times(world.emulator.state())
    check = world.task(scenario.kind, wanted, check=True)
    note(scenario, check)
    requests = world.take_requests()
    assert without_times(world.emulator.state()) == before
    assert [request for request in requests if request["action"].startswith("Describe") and request["dry_run"]] == []
    assert writes(requests) == []
    real = world.task(scenario.kind, wanted)
    assert (check["changed"], check.get("msg")) == (real["changed"], real.get("msg"))
    assert check.get("diff") == real.get("diff")
    assert [_probed(step) for step in check["plan"]] == [_probed(step) for step in real["plan"]]
    assert all(step["permitted"] for step in check["plan"])
    # and the real run did what the check had said
    sent = [(request["action"], request["committed"]) for request in writes(world.take_requests())]
    verbs = {"create": "Create", "update": "Modify", "delete": "Delete"}
    assert sent == [(verbs[step["action"]] + RESOURCES[scenario.kind].wire, True) for step in check["plan"]]


def _probed(step: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key != "permitted"}


@law
@given(
    gateway=options("vpn_gateway"),
    peer=options("customer_gateway"),
    tunnel=options("vpn_tunnel"),
    called=st.tuples(names, names, names),
    registered=st.booleans(),
)
def test_law_4_a_whole_playbook_can_be_checked_on_an_empty_account(
    world: World,
    gateway: dict[str, Any],
    peer: dict[str, Any],
    tunnel: dict[str, Any],
    called: tuple[str, str, str],
    registered: bool,
) -> None:
    world.emulator.reset()
    if tunnel["type"] == "GreOverIpsec":
        peer.pop("ha_address", None)  # the service then asks for a second pair of GRE addresses
    tasks = [
        ("vpn_gateway", {"name": called[0], **gateway, "vpn_gateway_version": "1.0"}),
        ("customer_gateway", {"name": called[1], **peer}),
        ("vpn_tunnel", {**tunnel, "name": called[2], "vpn_gateway": called[0], "customer_gateway": called[1]}),
    ]
    checks = play(world, tasks, registered, check=True)
    assert [check.get("msg") for check in checks] == [None, None, None]
    assert all(check["changed"] for check in checks)
    assert sum("created by an earlier task" in warning for warning in checks[2]["warnings"]) == 2
    assert writes(world.take_requests()) == []
    assert not any(world.emulator.state().values())
    # what the play would do next with what it would have created
    later = world.task("vpn_tunnel", {"id": checks[2]["vpn_tunnel"]["id"], "name": "renamed"}, check=True)
    assert (later.get("msg"), later["changed"]) == (None, True)
    reals = play(world, tasks, registered)
    assert [real.get("msg") for real in reals] == [None, None, None]
    if not registered:
        assert [real["diff"] for real in reals] == [check["diff"] for check in checks]


def play(
    world: World, tasks: list[tuple[str, dict[str, Any]]], registered: bool, *, check: bool = False
) -> list[dict[str, Any]]:
    """Run tasks one after the other, the last with the names of the first two, or with the ids that they registered."""
    results = [world.task(kind, wanted, check=check) for kind, wanted in tasks[:2]]
    kind, wanted = tasks[2]
    if registered:
        wanted = {**wanted, **{task[0]: result[task[0]]["id"] for task, result in zip(tasks, results)}}
    return [*results, world.task(kind, wanted, check=check)]


@law
@given(scenario=scenarios())
def test_law_6_what_is_not_mentioned_stays_and_nothing_is_replaced_unasked(world: World, scenario: Scenario) -> None:
    wanted = begin(world, scenario)
    resource = RESOURCES[scenario.kind]
    before = {item[resource.id_wire]: item for item in world.objects(resource)}
    result = world.task(scenario.kind, wanted)
    note(scenario, result)
    after = {item[resource.id_wire]: item for item in world.objects(resource)}
    replaced = [step["action"] for step in result["plan"]] == ["delete", "create"]
    assert not replaced or wanted["on_immutable_change"] == "replace"
    if result.get("failed"):
        assert without_times(after) == without_times(before)
        return
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    assert bool(gone) == (replaced or (wanted.get("state") == "absent" and scenario.current is not None))
    pairs = [(before[key], after[key]) for key in before.keys() & after.keys()]
    if replaced:
        pairs.append((before[gone.pop()], after[new.pop()]))
    named = {field.wire for field in resource.settable if wanted.get(field.option) is not None}
    for old, now in pairs:
        for field in resource.settable:
            if field.wire not in named and field.returned:
                assert now.get(field.wire) == old.get(field.wire), field.option


@law
@given(kind=st.sampled_from(sorted(RESOURCES)), name=names, count=st.integers(2, 4), data=st.data())
def test_law_6_several_of_a_name_are_not_guessed_between(
    world: World, kind: str, name: str, count: int, data: st.DataObject
) -> None:
    world.begin()
    resource = RESOURCES[kind]
    wire = {resource.field("name").wire: name}
    if kind == "vpn_tunnel":
        wire.update(VpnGatewayId=world.gateway_id, CustomerGatewayId=world.peer_id, Type="Ipsec", PreSharedKey="fake")
    elif kind == "vpn_gateway":
        wire.update(VpcId="vpc-1")
    else:
        wire.update(CustomerGatewayAddress="192.0.2.9")
    seeded = world.emulator.seed(**{resource.set_wire: [wire] * count})[resource.set_wire]
    ids = [item[resource.id_wire] for item in seeded]
    wanted = {"name": name, **data.draw(options(kind)), "state": data.draw(st.sampled_from(["present", "absent"]))}
    result = world.task(kind, wanted)
    assert result["error"]["kind"] == "ambiguous_name"
    assert sorted(result["error"]["ids"]) == sorted(ids)
    assert all(identity in result["msg"] for identity in ids)
    assert writes(world.take_requests()) == []
    # by its id, one of them can be managed
    one = data.draw(st.sampled_from(ids))
    removed = world.task(kind, {"id": one, "state": "absent"})
    assert removed["changed"], removed
    left = {item[resource.id_wire] for item in world.objects(resource)}
    assert left & set(ids) == set(ids) - {one}


@law
@given(name=names, task=options("vpn_tunnel"), old=secrets, new=secrets, check=st.booleans(), echo=st.integers(-1, 4))
def test_law_7_no_form_of_a_secret_leaves_the_core(
    world: World, name: str, task: dict[str, Any], old: str, new: str, check: bool, echo: int
) -> None:
    world.begin()
    old, new = f"old~{old}~sentinel", f"new~{new}~sentinel"
    made = world.task("vpn_tunnel", {**task, "name": name, "pre_shared_key": old})
    if echo >= 0:
        told = f"An invalid value was supplied: {forms_of(new)[echo]}, {forms_of(world.emulator.secret_key)[echo]}."
        world.emulator.fault("CreateVpnTunnel", "error", status=400, code="InvalidParameterValue", message=told)
    wanted = {**task, "name": name, "pre_shared_key": new}
    refused = world.task("vpn_tunnel", wanted, check=check)
    replaced = world.task("vpn_tunnel", {**wanted, "on_immutable_change": "replace"}, check=check)
    assert refused["error"]["options"] == ["pre_shared_key"]
    assert bool(replaced.get("failed")) == (echo >= 0)
    shown = json.dumps([made, refused, replaced], ensure_ascii=False) + repr([made, refused, replaced])
    for secret in (old, new, world.emulator.secret_key):
        assert [form for form in forms_of(secret) if form in shown] == []
    assert [sent for sent in world.take_requests() if "PreSharedKey" in sent["parameters_in"]["query"]] == []


def forms_of(secret: str) -> list[str]:
    """The ways in which a service, a proxy or a library may echo a secret."""
    return [
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret),
        base64.b64encode(secret.encode()).decode(),
    ]


@law
@given(scenario=scenarios(), check=st.booleans())
def test_law_9_a_result_explains_itself(world: World, scenario: Scenario, check: bool) -> None:
    wanted = begin(world, scenario)
    resource = RESOURCES[scenario.kind]
    result = world.task(scenario.kind, wanted, check=check)
    note(scenario, result)
    requests = world.take_requests()
    calls = [(call["action"], call["dry_run"], call["http_status"], call["request_id"]) for call in result["api_calls"]]
    assert calls == [(sent["action"], sent["dry_run"], sent["status"], sent["request_id"]) for sent in requests]
    if result.get("failed"):
        assert result["msg"]
        assert result["error"]["kind"]
        return
    assert result["changed"] == bool(result["plan"])
    diff = result["diff"]
    assert (diff["before"] != diff["after"]) == result["changed"]
    item = result[scenario.kind]
    if wanted.get("state") == "absent":
        assert item is None
        return
    # created, changed, unchanged and predicted have the shape of what info lists
    assert item.keys() >= resource.public(resource.blank()).keys()
    if not check:
        (listed,) = [other for other in world.info(scenario.kind) if other["id"] == item["id"]]
        assert item == listed
    # and the diff's after side is what is there, or would be
    for option, value in diff["after"].items():
        if option in item and item[option] is not None and resource.field(option).refers_to is None:
            assert resource.field(option).same(item[option], value), option
