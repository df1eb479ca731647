# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner: pure laws over generated resources and wishes."""

from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import InvalidOptionsError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.diff import diff_of
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import ImmutableChangeError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Plan, Wanted
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.plan import make_plan, secret_matches
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Item, Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    ALL,
    GATEWAY,
    IMMUTABLE,
    OPTIONS,
    TUNNEL,
    currents,
    options_of,
    wire,
)

by_name = pytest.mark.parametrize("kind", ALL)
immutable = pytest.mark.parametrize("kind", IMMUTABLE)


def wanted(options: Item, **settings: t.Any) -> Wanted:
    return Wanted(options, dict(options), **settings)


def plan(resource: Resource, options: Item, current: Item | None, **settings: t.Any) -> Plan:
    return make_plan(resource, wanted(options, **settings), current)


def changed(made: Plan) -> set[str]:
    return {change.field.option for step in made.steps for change in step.changes}


def options_from(resource: Resource, item: Item) -> Item:
    """What an item of the info module says, as the options of a task."""
    return {field.option: item[field.option] for field in resource.settable if item.get(field.option) is not None}


# --- nothing to do ----------------------------------------------------------------------------


@by_name
@given(data=st.data())
def test_what_is_there_is_what_is_wanted(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    current = data.draw(currents(resource))
    kept = data.draw(st.sets(st.sampled_from(sorted(current))))
    options = {name: value for name, value in options_from(resource, current).items() if name in kept}
    made = plan(resource, options, current, replace=data.draw(st.booleans()))
    assert made.steps == []
    assert made.before == made.after == made.shown_after == current
    assert set(made.secrets_match.values()) <= {True}
    diff = diff_of(made, resource)
    assert diff["before"] == diff["after"]


@by_name
@given(data=st.data())
def test_what_the_info_module_says_is_accepted_as_options(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    empty = st.sampled_from([None, ""])
    wires = [field.wire for field in resource.settable if field.type not in ("str", "int") or field.values]
    raw = {**wire(resource), **data.draw(st.dictionaries(st.sampled_from(wires or [resource.id_wire]), empty))}
    item = resource.read(raw)
    options = options_from(resource, item)
    assert resource.faults(options, complete=False, strict=True) == []
    assert plan(resource, options, item).steps == []


# --- changes ----------------------------------------------------------------------------------


@by_name
@given(data=st.data())
def test_an_option_left_out_means_leave_it_as_it_is(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    current, options = data.draw(currents(resource)), data.draw(options_of(resource))
    current.update({name: value for name, value in options.items() if not resource.field(name).on_modify})
    assume(current.get("charge_type") != "Monthly")  # may not shrink
    made = plan(resource, options, current)
    assert changed(made) <= set(options)
    assert len(made.steps) == bool(changed(made))
    assert {name: value for name, value in (made.after or {}).items() if name not in options} == {
        name: value for name, value in current.items() if name not in options
    }
    for step in made.steps:
        assert step.action == "update"
        assert set(step.parameters) == {resource.id_wire, *(change.field.wire for change in step.changes)}
        assert step.interrupts == any(change.field.interrupts for change in step.changes)
        assert step.reason == "it differs in " + ", ".join(change.field.option for change in step.changes)
    # and then there is nothing left to do
    assert plan(resource, options, made.after).steps == []


@immutable
@given(data=st.data())
def test_create_only_options_are_refused_by_name(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    current, options = data.draw(currents(resource)), data.draw(options_of(resource))
    fixed = {
        field.option
        for field in resource.settable
        if field.option in options and field.returned and not field.on_modify and not field.secret
        if current[field.option] is not None or field.absent_means_none
        if not field.same(current[field.option], options[field.option])
    }
    secret = options.get("pre_shared_key")
    if secret is not None and current["pre_shared_key"] not in (None, secret):
        fixed.add("pre_shared_key")
    assume(fixed)
    with pytest.raises(ImmutableChangeError) as caught:
        plan(resource, options, current)
    error = caught.value
    assert set(error.options) == fixed
    assert error.details() == {"kind": "immutable_change", "options": error.options}
    for option in fixed - {"pre_shared_key"}:
        now = "not set" if current[option] is None else repr(current[option])
        assert f"{option} (now {now}, wanted {options[option]!r})" in str(error)
    if "pre_shared_key" in fixed:
        assert "pre_shared_key (differs; not shown)" in str(error)
    assert "on_immutable_change to replace" in str(error)
    assert ("interrupts its traffic" in str(error)) == resource.delete_interrupts


# --- replacing --------------------------------------------------------------------------------


@immutable
@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_replace_keeps_what_was_not_mentioned_and_may_be_left_out(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    current = {**data.draw(currents(resource)), "charge_type": "Daily"}
    option, value = IMMUTABLE[resource.name]
    assume(current[option] is not None and current[option] != value)
    required = {field.option: current[field.option] for field in resource.fields if field.required}
    options = {**required, option: value, "name": data.draw(st.sampled_from([current["name"], "renamed"]))}
    inherited = resource.inherits({}, current)
    asked = {**inherited, **options}
    kept = {name: value for name, value in options_from(resource, current).items() if name not in options}
    expected = {**{name: value for name, value in kept.items() if resource.can_have(name, value, asked)}, **options}
    missing, faults = resource.missing(options), resource.faults(expected, complete=True, strict=False)
    faults += resource.check(options, True)  # what belongs to what is named must be named, too
    if missing or faults:  # what is there would not be accepted again
        with pytest.raises(InvalidOptionsError) as caught:
            plan(resource, options, current, replace=True)
        if missing:
            assert [fault.split(" is required to replace")[0] for fault in caught.value.faults] == missing
        else:
            assert set(faults) <= set(caught.value.faults)
        return
    made = plan(resource, options, current, replace=True)
    assert made.replaces
    delete, create = made.steps
    assert (delete.action, create.action) == ("delete", "create")
    assert delete.parameters == {resource.id_wire: current["id"]}
    assert delete.interrupts
    assert create.interrupts
    assert create.parameters == resource.parameters(expected, "Create", inherited)
    assert option in delete.reason
    assert changed(made) <= set(options)
    assert made.after is not None
    assert made.after["id"] is None
    assert {name: made.after[name] for name in expected} == expected


@immutable
@given(data=st.data())
def test_replace_wants_all_that_a_create_requires_named_in_the_task(kind: str, data: st.DataObject) -> None:
    """Else another run of the task could not create again what a killed one has deleted."""
    resource = ALL[kind]
    current = resource.read(wire(resource))
    option, value = IMMUTABLE[resource.name]
    required = {field.option for field in resource.fields if field.required}
    left_out = data.draw(st.sets(st.sampled_from(sorted(required - {option})), min_size=1))
    options = {**{name: current[name] for name in required - left_out}, option: value}
    with pytest.raises(InvalidOptionsError) as caught:
        plan(resource, options, current, replace=True)
    assert {fault.split(" is required to replace")[0] for fault in caught.value.faults} == left_out
    assert PSK not in str(caught.value)


def test_replace_of_a_gre_tunnel_wants_its_addresses_named() -> None:
    inner = {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"}
    current = TUNNEL.read(wire(TUNNEL, **inner))
    named = {**OPTIONS["vpn_tunnel"], **inner, "ike_encryption_algorithm": "aes-cbc-256"}
    assert plan(TUNNEL, named, current, replace=True).replaces
    for left_out in ("vpn_gre_ip", "customer_gre_ip"):
        with pytest.raises(InvalidOptionsError, match=left_out):
            plan(TUNNEL, {key: value for key, value in named.items() if key != left_out}, current, replace=True)


def test_replace_of_a_monthly_gateway_wants_the_months() -> None:
    monthly = GATEWAY.read(wire(GATEWAY, charge_type="Monthly"))
    with pytest.raises(InvalidOptionsError, match="purchase_time"):
        plan(GATEWAY, {**options_from(GATEWAY, monthly), "vpc_id": "vpc-2"}, monthly, replace=True)


@given(st.integers(1, 100), st.integers(1, 100), st.sampled_from(["Monthly", "PrePaidByMonth", "Daily"]))
def test_monthly_gateways_only_grow(now: int, then: int, charge_type: str) -> None:
    current = GATEWAY.read({**wire(GATEWAY, bandwidth=now), "ChargeType": charge_type})
    if then < now and charge_type != "Daily":
        with pytest.raises(InvalidOptionsError, match=f"it is {now}, wanted {then}"):
            plan(GATEWAY, {"bandwidth": then}, current)
    else:
        assert changed(plan(GATEWAY, {"bandwidth": then}, current)) == ({"bandwidth"} if then != now else set())


# --- creating and deleting --------------------------------------------------------------------


@by_name
@given(data=st.data())
def test_create(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    options = {**OPTIONS[resource.name], **data.draw(options_of(resource))}
    made = plan(resource, options, None)
    (step,) = made.steps
    assert (step.action, step.interrupts, made.before) == ("create", False, None)
    assert step.parameters == resource.parameters(options, "Create")
    assert changed(made) == set(options)
    diff = diff_of(made, resource)
    assert diff["before"] == {}
    assert diff["after"] == {
        **{name: value for name, value in options.items() if name != "pre_shared_key"},
        **made.secrets_match,
    }
    assert set(made.secrets_match.values()) <= {True}


@by_name
def test_create_without_what_it_needs(kind: str) -> None:
    resource = ALL[kind]
    for option in [field.option for field in resource.fields if field.required]:
        options = {name: value for name, value in OPTIONS[resource.name].items() if name != option}
        with pytest.raises(InvalidOptionsError, match=f"there is no {resource.noun}.* needs {option}$|{option}"):
            plan(resource, options, None)


@by_name
@given(data=st.data())
def test_absent(kind: str, data: st.DataObject) -> None:
    resource = ALL[kind]
    current = data.draw(currents(resource))
    made = plan(resource, data.draw(options_of(resource)), current, present=False)
    (step,) = made.steps
    assert (step.action, step.parameters) == ("delete", {resource.id_wire: current["id"]})
    assert step.interrupts == resource.delete_interrupts
    assert made.after is None
    assert diff_of(made, resource)["after"] == {}
    assert plan(resource, {}, None, present=False).steps == []


# --- secrets ----------------------------------------------------------------------------------

keys = st.text("abcdefghijklmnop", min_size=12, max_size=20)


@given(keys, keys, st.booleans(), st.sampled_from(["create", "replace", "fail", "absent", "same", "on_create"]))
def test_secrets_do_not_show(now: str, then: str, returned: bool, how: str) -> None:
    assume(now != then)
    current: Item | None = TUNNEL.read({**wire(TUNNEL), "PreSharedKey": now if returned else None})
    options = {**OPTIONS["vpn_tunnel"], "pre_shared_key": now if how == "same" else then}
    settings: dict[str, t.Any] = {"replace": how == "replace", "present": how != "absent"}
    settings["update_secrets"] = how != "on_create"
    current = None if how == "create" else current
    try:
        made = plan(TUNNEL, options, current, **settings)
    except ImmutableChangeError as error:
        assert (how, returned) == ("fail", True)
        shown = str(error) + str(error.details())
    else:
        shown = json.dumps([[step.render() for step in made.steps], diff_of(made, TUNNEL), made.secrets_match])
        shown += "".join(str(change) for step in made.steps for change in step.changes)
        assert bool(made.steps) == (how in ("create", "absent") or (how == "replace" and returned))
        if how in ("same", "on_create"):
            assert made.secrets_match == {"pre_shared_key_matches": (how == "same") if returned else None}
        for side, matches in (("before", False), ("after", True)):
            assert diff_of(made, TUNNEL)[side].get("pre_shared_key_matches", matches) is matches
    assert now not in shown
    assert then not in shown
    assert '"pre_shared_key"' not in shown


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_secret_matches(one: str, other: str) -> None:
    assert secret_matches(one, one) is True
    assert secret_matches(one, other) is (one == other)
    assert secret_matches(None, other) is None
    assert secret_matches(12345678, "12345678") is True
