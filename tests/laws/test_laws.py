# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws of the design, each stated once for all resources and both generations of gateways, in generated accounts.

Law 3 is in test_check_mode.py, law 5 in test_exactly_once.py, law 11 in test_replacing.py, what is empty in
test_empty.py.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import assume, event, given
from hypothesis import strategies as st
from laws.accounts import OF_TYPE, PROJECTS, Account, accounts
from laws.judging import Result, about, found_by, not_as_wanted
from laws.strategies import law, names, secrets
from laws.tasks import Task, complete, describe, options_of, tasks
from laws.world import NAMED, RESOURCES, Options, Wire, World, without_times, writes


def note(task: Task, account: Account, result: Result) -> None:
    """Say to hypothesis' statistics what kind of example it was."""
    event(describe(task, account))
    steps = "+".join(step["action"] for step in result["plan"]) or "nothing"
    event(f"{task.kind}: {result['error']['kind'] if result.get('failed') else steps}")


@law
@given(kind=st.sampled_from(sorted(RESOURCES)), account=accounts(least=1, limited=False, routed=True), data=st.data())
def test_law_1_what_info_returns_given_back_changes_nothing(
    world: World, kind: str, account: Account, data: st.DataObject
) -> None:
    world.stage(account)
    resource = RESOURCES[kind]
    project = data.draw(st.sampled_from(PROJECTS)) if resource.by_project else None
    listed = world.info(kind, **({"project_ids": [project]} if project else {}))
    assert [item["id"] for item in listed] == [
        wire[resource.id_wire] for wire in account.of(kind) if not project or wire["ProjectId"] == project
    ]
    settable = {"id", *(field.option for field in resource.settable)}
    world.take_requests()
    for item in listed:
        options = {name: item[name] for name in item if name in settable}
        result = world.task(kind, {**options, **({"project_id": project} if project else {})})
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], result["plan"]) == (False, [])
        assert result[kind] == item
    assert writes(world.take_requests()) == []


@law
@given(data=st.data(), account=accounts(routed=None))
def test_law_2_a_second_run_changes_nothing_and_writes_nothing(
    world: World, account: Account, data: st.DataObject
) -> None:
    task = data.draw(tasks(account), label="task")
    world.stage(account)
    first = world.task(task.kind, task.options)
    note(task, account, first)
    there = about(task, account)
    if len(there) == 1 and task.options.get("state") != "absent" and not not_as_wanted(task, there[0], account):
        assert (first["changed"], first["plan"]) == (False, []), "it is as asked, whatever the service shows of it"
    if first.get("failed") and first["changed"]:
        return  # the way is not finished: test_replacing.py says what must have become of it
    if not first.get("failed") and first[task.kind] is not None:
        # what differs all the same is what the service does not return, and that is said
        (wire,) = [
            wire
            for wire in world.objects(RESOURCES[task.kind])
            if wire[RESOURCES[task.kind].id_wire] == first[task.kind]["id"]
        ]
        differing = not_as_wanted(task, wire, account)
        assert set(differing) <= set(first.get("not_compared", [])), "a difference is passed over in silence"
    world.take_requests()
    second = world.task(task.kind, task.options)
    sent = writes(world.take_requests())
    assert second["changed"] is False
    assert [request for request in sent if request["committed"] or not first.get("failed")] == []
    if first.get("failed"):
        assert second.get("failed")
        assert second["error"]["kind"] == first["error"]["kind"]
    elif "id" in task.options and [step["action"] for step in first["plan"]] == ["delete", "create"]:
        # The id is that of the one which was replaced: it must not mean another one from now on.
        assert second["error"]["kind"] == "missing"
    else:
        assert not second.get("failed"), second["msg"]
        assert second[task.kind] == first[task.kind]


@law
@given(
    data=st.data(),
    account=accounts(least=1, limited=False, routed=True),
    kind=st.sampled_from(["vpn_tunnel", *sorted(RESOURCES)]),
)
def test_law_2_what_is_as_asked_stays_and_what_cannot_be_compared_is_said(
    world: World, account: Account, kind: str, data: st.DataObject
) -> None:
    resource = RESOURCES[kind]
    assume(account.of(kind))
    wire = data.draw(st.sampled_from(account.of(kind)))
    options = options_of(kind, wire)
    together = {"vpn_gateway", "vpc_id", "customer_gateway", "type", "charge_type", "purchase_time"}
    together |= {field.option for field in resource.settable if field.wire in OF_TYPE}
    options = {name: value for name, value in options.items() if name in together or data.draw(st.integers(0, 7))}
    if resource.by_project:
        options["project_id"] = wire["ProjectId"]
    if "name" not in options or data.draw(st.booleans()):
        options["id"] = wire[resource.id_wire]
    world.stage(account)
    result = world.task(kind, {**options, "on_immutable_change": data.draw(st.sampled_from(["fail", "replace"]))})
    if result.get("failed"):
        assert result["error"]["kind"] == "ambiguous_name", result["msg"]
        return
    assert (result["changed"], result["plan"]) == (False, [])
    assert writes(world.take_requests()) == []
    hidden = {field.option for field in resource.settable if not account.shows(kind, field.wire)}
    assert set(result["not_compared"]) == hidden & options.keys()


@st.composite
def playbooks(draw: st.DrawFn) -> tuple[Options, Options, Options]:
    """A gateway of either generation, a customer gateway with one or two addresses, and a tunnel that fits them."""
    version, ha = draw(st.sampled_from(["1.0", "2.0"])), draw(st.booleans())
    gateway, peer, tunnel = (
        {"name": draw(_CALLED), **draw(complete(kind, version, ha))}
        for kind in ("vpn_gateway", "customer_gateway", "vpn_tunnel")
    )
    return gateway, peer, tunnel


_CALLED = names.filter(str.strip)


@law
@given(options=playbooks(), registered=st.booleans())
def test_law_4_a_whole_playbook_can_be_checked_on_an_empty_account(
    world: World, options: tuple[Options, Options, Options], registered: bool
) -> None:
    world.emulator.reset()
    gateway, peer, tunnel = options
    tasks_ = [
        ("vpn_gateway", gateway),
        ("customer_gateway", peer),
        ("vpn_tunnel", {**tunnel, "vpn_gateway": gateway["name"], "customer_gateway": peer["name"]}),
    ]
    checks = play(world, tasks_, registered, check=True)
    assert [check.get("msg") for check in checks] == [None, None, None]
    assert all(check["changed"] for check in checks)
    assert sum("an earlier task of the play creates it" in warning for warning in checks[2]["warnings"]) == 2
    assert writes(world.take_requests()) == []
    assert not any(world.emulator.state().values())
    # what the play would do next with what it would have created
    later = world.task("vpn_tunnel", {"id": checks[2]["vpn_tunnel"]["id"], "name": "renamed"}, check=True)
    assert (later.get("msg"), later["changed"]) == (None, True)
    reals = play(world, tasks_, registered)
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
@given(data=st.data(), account=accounts(routed=None))
def test_law_6_what_is_not_mentioned_stays_and_nothing_is_replaced_unasked(
    world: World, account: Account, data: st.DataObject
) -> None:
    task = data.draw(tasks(account), label="task")
    resource = RESOURCES[task.kind]
    world.stage(account)
    whole = world.emulator.state()
    before = {wire[resource.id_wire]: wire for wire in whole[resource.actions.describe.result]}
    result = world.task(task.kind, task.options)
    note(task, account, result)
    state = world.emulator.state()
    after = {wire[resource.id_wire]: wire for wire in state[resource.actions.describe.result]}
    replaced = [step["action"] for step in result["plan"]] == ["delete", "create"]
    assert not replaced or task.options["on_immutable_change"] == "replace"
    if result.get("failed") and not result["changed"]:
        assert without_times(state) == without_times(whole)
        return
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    named = {field.wire for field in resource.settable if task.options.get(field.option) is not None}
    for identity in before.keys() & after.keys():
        kept = {name for name in before[identity] if name not in named}
        assert {name: after[identity].get(name) for name in kept} == {name: before[identity][name] for name in kept}
    if not gone:
        return
    (old,) = gone
    means = [wire[resource.id_wire] for wire in about(task, account)]
    assert old in means, "another one than the task is about"
    if task.options.get("state") != "absent" and not result.get("failed"):
        assert replaced
        kept = {field.wire for field in resource.settable if account.shows(task.kind, field.wire)} - named
        if named & {"Type", "VpnGatewayId"}:
            kept -= {*OF_TYPE}
        (now,) = new
        assert {name: after[now].get(name) for name in kept} == {name: before[old].get(name) for name in kept}


@law
@given(data=st.data(), account=accounts(limited=False, routed=None))
def test_law_6_absent_is_gone_or_says_why_not(world: World, account: Account, data: st.DataObject) -> None:
    task = data.draw(tasks(account), label="task")
    about = {"id", *RESOURCES[task.kind].identity.by, "project_id", *((RESOURCES[task.kind].scope or ())[:1])}
    options = {"state": "absent", **{name: value for name, value in task.options.items() if name in about}}
    world.stage(account)
    result = world.task(task.kind, options)
    note(task, account, result)
    now = Account(world.emulator.state(), {})
    meant, left = found_by(options, task.kind, account, account), found_by(options, task.kind, now, account)
    assert [wire for wire in account.of(task.kind) if wire not in meant and not _has(now, task.kind, wire)] == []
    removed = [
        wire for wire in meant if not _has(now, task.kind, wire)
    ]  # another project may have one of the name, too
    if left and not removed and not result.get("failed"):
        # It is in a project that the task does not look into. A name means something in its project only.
        assert result["changed"] is False
        told = any("project" in warning for warning in result["warnings"])
        assert told or "id" not in options or "project_id" in options, "it is there, and nobody says so"


def _has(account: Account, kind: str, wire: Wire) -> bool:
    key = RESOURCES[kind].id_wire
    return wire[key] in [other[key] for other in account.of(kind)]


@law
@given(kind=st.sampled_from(sorted(NAMED)), name=_CALLED, count=st.integers(2, 4), data=st.data())
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
    seeded = world.emulator.seed(**{resource.actions.describe.result: [wire] * count})[resource.actions.describe.result]
    ids = [item[resource.id_wire] for item in seeded]
    parents = {"vpn_gateway": world.gateway_id, "customer_gateway": world.peer_id} if kind == "vpn_tunnel" else {}
    wanted = {
        "name": name,
        **parents,
        **data.draw(complete(kind)),
        "state": data.draw(st.sampled_from(["present", "absent"])),
    }
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
@given(
    name=_CALLED,
    version=st.sampled_from(["1.0", "2.0"]),
    data=st.data(),
    old=secrets,
    new=secrets,
    check=st.booleans(),
    echo=st.integers(-1, 4),
)
def test_law_7_no_form_of_a_secret_leaves_the_core(
    world: World, name: str, version: str, data: st.DataObject, old: str, new: str, check: bool, echo: int
) -> None:
    world.begin()
    parents = {"vpn_gateway": {"1.0": "law-gateway", "2.0": "law-gateway-2"}[version], "customer_gateway": "law-peer"}
    task = {**data.draw(complete("vpn_tunnel", version)), **parents}
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
@given(data=st.data(), account=accounts(routed=None), check=st.booleans())
def test_law_9_a_result_explains_itself(world: World, account: Account, check: bool, data: st.DataObject) -> None:
    task = data.draw(tasks(account), label="task")
    resource = RESOURCES[task.kind]
    world.stage(account)
    result = world.task(task.kind, task.options, check=check)
    note(task, account, result)
    requests = world.take_requests()
    calls = [(call["action"], call["dry_run"], call["http_status"], call["request_id"]) for call in result["api_calls"]]
    assert calls == [(sent["action"], sent["dry_run"], sent["status"], sent["request_id"]) for sent in requests]
    if result.get("failed"):
        assert result["msg"]
        assert result["error"]["kind"]
        assert result["error"]["kind"] != "internal", result["msg"]
        return
    assert result["changed"] == bool(result["plan"])
    diff = result["diff"]
    assert (diff["before"] != diff["after"]) == result["changed"]
    item = result[task.kind]
    if task.options.get("state") == "absent":
        assert (item is None) or (not result["changed"] and result["warnings"])
        return
    # created, changed, unchanged and predicted have the shape of what info lists
    assert item.keys() >= resource.public(resource.blank()).keys()
    if not check:
        everywhere = {"project_ids": [*PROJECTS]} if resource.by_project else {}
        (listed,) = [other for other in world.info(task.kind, **everywhere) if other["id"] == item["id"]]
        assert item == listed
    # and the diff's after side is what is there, or would be
    for line in diff["after"].splitlines():
        option, _colon, text = line.partition(": ")
        if option in item and item[option] is not None and resource.field(option).refers_to is None:
            as_written = "".join(char if char.isprintable() else repr(char)[1:-1] for char in str(item[option]))
            assert text == as_written or resource.field(option).same(item[option], _read(text)), option


def _read(text: str) -> Any:
    """A value of a diff: JSON where it is not a text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
