# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which resource is meant: ids, names, scopes and projects; and whether what came out is what was asked."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    AccessDeniedError,
    DryRunExecutedError,
    InvalidOptionsError,
    KsyunError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import signals
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import (
    AmbiguousNameError,
    MissingError,
    NotAsAskedError,
    TimeUpError,
    WaitTimeoutError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    OPTIONS,
    TABLES,
    TUNNEL,
    identity,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import empty, run, there

by_kind = pytest.mark.parametrize("kind", TABLES)
both_ways = pytest.mark.parametrize("check_mode", [True, False])
both_states = pytest.mark.parametrize("state", ["present", "absent"])


# --- ids ----------------------------------------------------------------------------------------


@by_kind
@both_ways
@pytest.mark.parametrize("how", ["fail", "replace"])
def test_an_id_that_is_not_there_selects_nothing_by_name(kind: str, how: str, check_mode: bool) -> None:
    it = there(kind)
    missing = identity(TABLES[kind], 9)
    with pytest.raises(MissingError, match=f"no {TABLES[kind].noun} with the id {missing}") as caught:
        run(it, kind, id=missing, on_immutable_change=how, check_mode=check_mode)
    assert "A resource that was replaced has a new id. Leave id out" in str(caught.value)
    assert not run(it, kind, id=missing, state="absent", check_mode=check_mode).changed
    assert {kind_ for kind_, _action, _parameters in it.log} == {"read"}
    assert len(it.objects[TABLES[kind].name]) == 1


@by_kind
@both_ways
def test_an_id_is_the_same_in_upper_case(kind: str, check_mode: bool) -> None:
    resource = TABLES[kind]
    upper = identity(resource).upper()
    it = there(kind)
    assert not run(it, kind, id=upper, check_mode=check_mode).changed
    assert run(it, kind, {"name": "renamed"}, id=upper, check_mode=check_mode).changed
    assert run(it, kind, id=upper, state="absent", check_mode=check_mode).changed
    wrote = [parameters for kind_, _action, parameters in it.log if kind_ in ("write", "probe")]
    assert [parameters[resource.id_wire] for parameters in wrote] == [identity(resource)] * 2


@both_ways
def test_references_are_the_same_in_upper_case(check_mode: bool) -> None:
    upper = {option: OPTIONS["vpn_tunnel"][option].upper() for option in ("vpn_gateway", "customer_gateway")}
    wanted = {**OPTIONS["vpn_tunnel"], **upper}
    it = there("vpn_tunnel")
    assert not run(it, "vpn_tunnel", wanted, check_mode=check_mode).changed
    assert run(it, "vpn_tunnel", wanted, state="absent", check_mode=check_mode).changed
    it = empty("vpn_tunnel")
    assert run(it, "vpn_tunnel", wanted, check_mode=check_mode).changed
    (created,) = (parameters for kind, action, parameters in it.log if action == "CreateVpnTunnel")
    assert created["VpnGatewayId"] == identity(GATEWAY)
    assert created["CustomerGatewayId"] == identity(CUSTOMER)


# --- what is empty --------------------------------------------------------------------------------

NAMED = {
    "vpn_gateway": ["id", "name", "vpc_id", "project_id"],
    "customer_gateway": ["id", "name", "project_id"],
    "vpn_tunnel": ["id", "name", "vpn_gateway", "customer_gateway", "project_id"],
}


@both_ways
@both_states
@pytest.mark.parametrize("value", ["", " ", "\u3000\t"])
@pytest.mark.parametrize(("kind", "option"), [(kind, option) for kind, options in NAMED.items() for option in options])
def test_what_is_empty_is_refused(kind: str, option: str, value: str, state: str, check_mode: bool) -> None:
    """Never taken for "any": a service that passes over an empty filter answers with all it has."""
    it = there(kind)
    settings = {"id": identity(TABLES[kind]), "state": state, "check_mode": check_mode}
    wanted = dict(OPTIONS[kind])
    if option in ("id", "project_id"):
        settings[option] = value
    else:
        wanted[option] = value
    for with_id in (True, False):
        if not with_id and option != "id":
            settings["id"] = None
        with pytest.raises(InvalidOptionsError, match=rf"{option} (must not|is required)|or {option} is required"):
            run(it, kind, wanted, **settings)
    assert it.log == []


# --- projects -------------------------------------------------------------------------------------


class Projects(FakeService):
    """Gateways are seen in the projects that are asked for, and in project 0 if none is."""

    def _listed(self, resource: Resource, parameters: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        asked = parameters.get("ProjectId", ["0"])
        found = super()._listed(resource, parameters)
        return [raw for raw in found if resource is not GATEWAY or raw.get("ProjectId", "0") in asked]


@both_ways
def test_a_tunnel_may_stay_where_its_gateway_is_not_seen(check_mode: bool) -> None:
    """By ids, at a gateway of another project: what is there now is there, whether this task may see it or not."""
    it = there("vpn_tunnel", Projects)
    it.objects["vpn_gateway"][0]["ProjectId"] = "7"
    wanted = {**OPTIONS["vpn_tunnel"], "ike_encryption_algorithm": "aes-cbc-256"}
    assert run(it, "vpn_tunnel", wanted, on_immutable_change="replace", check_mode=check_mode).changed


@both_ways
def test_a_new_tunnel_s_gateway_must_be_seen(check_mode: bool) -> None:
    it = empty("vpn_tunnel", Projects)
    it.objects["vpn_gateway"][0]["ProjectId"] = "7"
    with pytest.raises(MissingError, match=r"Only the default project was looked into: .* set project_id"):
        run(it, "vpn_tunnel", check_mode=check_mode)
    assert run(it, "vpn_tunnel", project_id="7", check_mode=check_mode).changed


@both_ways
def test_a_gateway_that_may_be_in_another_project_is_not_silently_taken_as_gone(check_mode: bool) -> None:
    it = there("vpn_gateway", Projects)
    it.objects["vpn_gateway"][0]["ProjectId"] = "7"
    settings = {"id": identity(GATEWAY), "check_mode": check_mode}
    outcome = run(it, "vpn_gateway", state="absent", **settings)
    assert not outcome.changed
    assert any("Only the default project was looked into" in warning for warning in outcome.warnings)
    with pytest.raises(MissingError, match="Only the default project was looked into"):
        run(it, "vpn_gateway", **settings)
    outcome = run(it, "vpn_gateway", state="absent", project_id="7", **settings)
    assert outcome.changed
    assert outcome.warnings == []


@both_ways
def test_naming_a_project_does_not_create_a_second_one(check_mode: bool) -> None:
    it = there("vpn_gateway", Projects)
    wanted = {**OPTIONS["vpn_gateway"], "project_id": "7"}
    settings = {"project_id": "7", "check_mode": check_mode}
    with pytest.raises(AmbiguousNameError, match=r"not? .* in project 7, but in the default project") as caught:
        run(it, "vpn_gateway", wanted, **settings)
    assert caught.value.ids == [identity(GATEWAY)]
    assert it.writes() == []
    assert run(it, "vpn_gateway", {**wanted, "name": "second"}, **settings).changed
    # nor does removing one there touch that of the default project
    assert not run(it, "vpn_gateway", OPTIONS["vpn_gateway"], state="absent", **settings).changed


# --- names ----------------------------------------------------------------------------------------


@by_kind
@both_ways
def test_renaming_onto_a_taken_name_warns(kind: str, check_mode: bool) -> None:
    resource = TABLES[kind]
    it = there(kind)
    it.objects[resource.name].append(wire(resource, 2, name="taken"))
    outcome = run(it, kind, {"name": "taken"}, id=identity(resource), check_mode=check_mode)
    assert outcome.changed
    assert any(f"Others have the name 'taken' already: {identity(resource, 2)}" in text for text in outcome.warnings)
    outcome = run(it, kind, {"name": "free"}, id=identity(resource), check_mode=check_mode)
    assert not any("Others have" in text for text in outcome.warnings)


@by_kind
@both_ways
@pytest.mark.parametrize("stored", ["{} ", " {}", "\u00a0{}"])
def test_a_name_like_one_that_is_there_is_refused(kind: str, stored: str, check_mode: bool) -> None:
    """It may be what an earlier run has created, and the service stored otherwise."""
    resource = TABLES[kind]
    it = empty(kind)
    it.objects[resource.name].append(wire(resource, 1 if kind != "vpn_tunnel" else 2, name=stored.format("office")))
    with pytest.raises(AmbiguousNameError, match="differs from that only in white space or in the form of Unicode"):
        run(it, kind, {**OPTIONS[kind], "name": "office"}, check_mode=check_mode)
    assert it.writes() == []
    # absent is content: that one is not meant
    assert not run(it, kind, {**OPTIONS[kind], "name": "office"}, state="absent", check_mode=check_mode).changed


@by_kind
@pytest.mark.parametrize("stores", [str.upper, lambda name: name[:3], lambda name: f"{name} "])
def test_what_is_stored_under_another_name_is_removed_again(kind: str, stores: t.Callable[[str], str]) -> None:
    resource = TABLES[kind]
    for wait in (True, False):
        it = empty(kind)
        it.stores = {resource.field("name").wire: stores}
        before = len(it.objects[resource.name])
        with pytest.raises(NotAsAskedError, match=r"What was created was removed again. Use a name that") as caught:
            run(it, kind, wait=wait)
        assert caught.value.details() == {"kind": "not_as_asked", "options": ["name"]}
        assert it.writes() == [resource.actions.create.name, resource.actions.delete.name]
        assert len(it._listed(resource, {})) == before
        assert it.outcome.item is None
        assert it.outcome.changed


@pytest.mark.parametrize("told", [True, False])
def test_but_not_what_is_paid_for_in_advance(told: bool) -> None:
    it = empty("vpn_gateway")
    it.stores = {"VpnGatewayName": str.upper}
    it.hides = set() if told else {"ChargeType"}
    wanted = {**OPTIONS["vpn_gateway"], "charge_type": "PrePaidByMonth", "purchase_time": 1}
    with pytest.raises(NotAsAskedError, match=r"as 'OFFICE'. It was created. Use that name in the task"):
        run(it, "vpn_gateway", wanted)
    assert it.writes() == ["CreateVpnGateway"]
    assert (it.outcome.item or {})["name"] == "OFFICE"


# --- what came out --------------------------------------------------------------------------------

OTHERWISE: dict[str, tuple[str, t.Any, t.Any]] = {
    # an option, what is asked, and what the service makes of it
    "vpn_gateway": ("bandwidth", 10, 5),
    "customer_gateway": ("address", "203.0.113.9", "203.0.113.1"),
    "vpn_tunnel": ("ike_dh_group", 14, "2"),
}


@by_kind
@pytest.mark.parametrize("wait", [True, False])
def test_what_is_created_otherwise_is_told_and_stays(kind: str, wait: bool) -> None:
    resource = TABLES[kind]
    option, asked, made = OTHERWISE[kind]
    it = empty(kind)
    it.stores = {resource.field(option).wire: lambda _value: made}
    wanted = {**OPTIONS[kind], option: asked}
    with pytest.raises(NotAsAskedError, match=f"created, but not as it was asked for: {option} .now") as caught:
        run(it, kind, wanted, wait=wait)
    assert caught.value.details() == {"kind": "not_as_asked", "options": [option]}
    assert it.writes() == [resource.actions.create.name]
    assert it.outcome.changed
    assert (it.outcome.item or {})["id"] == identity(resource, 100)


def test_a_key_that_came_out_otherwise_is_not_shown() -> None:
    it = empty("vpn_tunnel")
    it.stores = {"PreSharedKey": lambda key: key[:8]}
    with pytest.raises(NotAsAskedError, match=r"pre_shared_key \(differs; not shown\)"):
        run(it, "vpn_tunnel")
    assert it.outcome.secrets_match == {"pre_shared_key_matches": False}
    # a task that sets the key on creation only has asked for it just then
    with pytest.raises(NotAsAskedError):
        run(it, "vpn_tunnel", {**OPTIONS["vpn_tunnel"], "name": "second"}, update_secrets=False)


HIDDEN: tuple[tuple[str, str, t.Any], ...] = (
    ("vpn_gateway", "charge_type", "Daily"),
    ("vpn_gateway", "vpn_gateway_version", "1.0"),
    ("vpn_gateway", "project_id", "0"),
    ("vpn_tunnel", "pre_shared_key", "example-key-of-nobody"),
    ("vpn_tunnel", "enable_nat_traversal", True),
    ("vpn_tunnel", "ike_version", "v2"),
    ("vpn_tunnel", "vpn_gateway_version", "1.0"),
)


@pytest.mark.parametrize(("kind", "option", "value"), HIDDEN)
def test_what_the_service_does_not_return_is_said_not_to_be_compared(kind: str, option: str, value: t.Any) -> None:
    resource = TABLES[kind]
    it = empty(kind)
    wanted = {**OPTIONS[kind], option: value}
    assert run(it, kind, wanted).not_compared == []
    it.hides = {resource.field(option).wire}
    for check_mode in (True, False):
        outcome = run(it, kind, wanted, check_mode=check_mode)
        assert (outcome.changed, outcome.not_compared) == (False, [option])
    it.objects[resource.name].pop()
    created = run(it, kind, wanted)
    assert (created.changed, created.not_compared) == (True, [option])
    # what the task does not set is not compared anyway
    assert run(it, kind, {"name": wanted["name"]}).not_compared == []


@pytest.mark.parametrize("option", ["local_peer_ip", "customer_peer_ip", "ha_mode", "open_health_check"])
def test_nor_what_only_newer_tunnels_have(option: str) -> None:
    wanted = {
        **OPTIONS["vpn_tunnel"],
        "type": "route_ipsec",
        "ike_version": "v2",
        "local_peer_ip": "169.254.1.1/30",
        "customer_peer_ip": "169.254.1.2/30",
        "ha_mode": "active_standby",
        "open_health_check": True,
    }
    it = empty("vpn_tunnel")
    it.objects["vpn_gateway"][0]["VpnGatewayVersion"] = "2.0"
    it.hides = {TUNNEL.field(option).wire}
    created, again = run(it, "vpn_tunnel", wanted), run(it, "vpn_tunnel", wanted)
    assert (created.changed, again.changed) == (True, False)
    assert created.not_compared == again.not_compared == [option]


def test_what_is_never_returned_is_never_compared() -> None:
    it = empty("vpn_gateway")
    wanted = {**OPTIONS["vpn_gateway"], "charge_type": "Monthly", "purchase_time": 1}
    assert run(it, "vpn_gateway", wanted).not_compared == ["purchase_time"]
    assert run(it, "vpn_gateway", {**wanted, "purchase_time": 2}).not_compared == ["purchase_time"]


@pytest.mark.parametrize("option", ["bandwidth", "name"])
def test_what_can_be_changed_and_is_not_returned_differs(option: str) -> None:
    """An answer that lacks it says that there is none, as it does of addresses."""
    it = there("vpn_gateway")
    it.hides = {GATEWAY.field(option).wire}
    outcome = run(it, "vpn_gateway", id=identity(GATEWAY), check_mode=True)
    assert outcome.changed
    assert outcome.not_compared == []


# --- the generations of gateways ----------------------------------------------------------------------


@both_ways
@pytest.mark.parametrize("spelling", ["ipsec", "Ipsec", "IPSEC"])
@pytest.mark.parametrize(("version", "sent"), [("1.0", "Ipsec"), ("2.0", "ipsec"), (None, "Ipsec")])
def test_plain_ipsec_goes_out_as_its_gateway_spells_it(
    version: str | None, sent: str, spelling: str, check_mode: bool
) -> None:
    it = empty("vpn_tunnel")
    it.objects["vpn_gateway"][0]["VpnGatewayVersion"] = version
    assert run(it, "vpn_tunnel", {**OPTIONS["vpn_tunnel"], "type": spelling}, check_mode=check_mode).changed
    (created,) = (parameters for _kind, action, parameters in it.log if action == "CreateVpnTunnel")
    assert created["Type"] == sent
    assert "VpnGatewayVersion" not in created


@both_ways
@pytest.mark.parametrize(("version", "wanted"), [("1.0", "2.0"), ("2.0", "1.0")])
def test_a_tunnel_of_another_version_than_its_gateway_is_refused(version: str, wanted: str, check_mode: bool) -> None:
    it = empty("vpn_tunnel")
    it.objects["vpn_gateway"][0]["VpnGatewayVersion"] = version
    with pytest.raises(InvalidOptionsError, match=f"but the VPN gateway has version {version}"):
        run(it, "vpn_tunnel", {**OPTIONS["vpn_tunnel"], "vpn_gateway_version": wanted}, check_mode=check_mode)
    assert it.writes() == []


# --- what a key may not see ---------------------------------------------------------------------------


class Narrow(FakeService):
    """A key that may not list these."""

    closed = ""

    def read(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        if action == self.closed:
            raise AccessDeniedError(action, "no", http_status=403)
        return super().read(action, parameters)


@both_ways
@pytest.mark.parametrize("kind", ["vpn_gateway", "customer_gateway"])
def test_a_key_that_may_not_list_tunnels_can_delete_what_they_use(kind: str, check_mode: bool) -> None:
    it = there(kind, Narrow)
    it.closed = "DescribeVpnTunnels"
    outcome = run(it, kind, state="absent", check_mode=check_mode)
    assert outcome.changed
    warned = any("could not be checked what uses" in warning for warning in outcome.warnings)
    assert warned == check_mode  # in the run the service itself knows


@both_ways
@pytest.mark.parametrize("closed", ["DescribeVpnGateways", "DescribeCustomerGateways"])
def test_a_key_that_may_not_list_parents_can_create_what_refers_to_them(closed: str, check_mode: bool) -> None:
    it = empty("vpn_tunnel", Narrow)
    it.closed = closed
    outcome = run(it, "vpn_tunnel", check_mode=check_mode)
    assert outcome.changed
    assert any("could not be checked whether" in warning for warning in outcome.warnings)


def test_a_dry_run_that_was_carried_out_is_a_change() -> None:
    it = empty("customer_gateway", probe=[DryRunExecutedError("CreateCustomerGateway", "really")])
    with pytest.raises(DryRunExecutedError) as caught:
        run(it, "customer_gateway", check_mode=True)
    assert it.outcome.changed
    assert "Nothing was changed" not in str(caught.value)


# --- signals ------------------------------------------------------------------------------------------


class Held:
    """A L(signals.Hold) that a signal has met."""

    waiting = timed_out = True
    seen = None

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_args: object) -> None:
        return None


@by_kind
def test_the_task_s_time_out_tells_what_was_carried_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "Hold", Held)
    it = empty(kind)
    with pytest.raises(TimeUpError, match=f"to their end: create of the {TABLES[kind].noun}") as caught:
        run(it, kind)
    assert caught.value.details() == {"kind": "time_up"}
    assert it.outcome.changed
    assert (it.outcome.item or {})["id"] == identity(TABLES[kind], 100)
    # a task that writes nothing has nothing to hold
    assert not run(it, kind).changed


@by_kind
def test_a_signal_cuts_what_is_waited_for(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "Hold", Held)
    it = empty(kind, lag=1000)
    with pytest.raises(WaitTimeoutError):
        run(it, kind)
    assert it.time.seconds <= 6
    assert it.outcome.changed


def test_what_fails_by_itself_is_not_said_to_have_run_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "Hold", Held)
    it = empty("customer_gateway", CreateCustomerGateway=[AccessDeniedError("CreateCustomerGateway", "no")])
    with pytest.raises(KsyunError) as caught:
        run(it, "customer_gateway")
    assert caught.value.kind == "access_denied"
    assert not it.outcome.changed


def test_tunnels_of_other_gateways_do_not_count() -> None:
    """One name at two gateways: the scope tells them apart, also where the service passes over its filter."""

    class Everything(FakeService):
        def _listed(self, resource: Resource, parameters: dict[str, t.Any]) -> list[dict[str, t.Any]]:
            return super()._listed(resource, {})

    it = there("vpn_tunnel", Everything)
    it.objects["vpn_gateway"].append(wire(GATEWAY, 2, name="elsewhere"))
    wanted = {**OPTIONS["vpn_tunnel"], "vpn_gateway": identity(GATEWAY, 2)}
    assert not run(it, "vpn_tunnel", wanted, state="absent").changed
    assert run(it, "vpn_tunnel", wanted).changed
    assert len(it._listed(TUNNEL, {})) == 2


# --- what is listed is not believed ------------------------------------------------------------


def test_what_is_of_another_project_is_passed_over() -> None:
    """A service may pass over the project that it was asked for."""
    it = there("vpn_gateway")
    it.objects["vpn_gateway"][0]["ProjectId"] = "0"
    done = run(it, "vpn_gateway", {"name": OPTIONS["vpn_gateway"]["name"]}, state="absent", project_id="7")
    assert (done.changed, it.writes()) == (False, [])
    done = run(it, "vpn_gateway", {}, id=identity(GATEWAY), state="absent", project_id="7")
    assert (done.changed, it.writes()) == (False, [])


def test_an_id_of_another_service_is_one_in_any_spelling() -> None:
    vpc = "a8979fe2-cf1a-47b9-80f6-57445227c541"
    it = there("vpn_gateway")
    it.objects["vpn_gateway"][0]["VpcId"] = vpc
    for replace in ("fail", "replace"):
        wanted = {**OPTIONS["vpn_gateway"], "vpc_id": vpc.upper()}
        done = run(it, "vpn_gateway", wanted, on_immutable_change=replace)
        assert (done.changed, it.writes()) == (False, [])
