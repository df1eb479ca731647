# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replacing: what is looked at before the delete, what is carried along, and what stands when the create is refused."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    AccessDeniedError,
    ApiError,
    InvalidOptionsError,
    KsyunError,
    TransportError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import signals
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.diff import diff_of
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import (
    AmbiguousNameError,
    ImmutableChangeError,
    InterruptedReplaceError,
    InUseError,
    MissingError,
    NotAsAskedError,
    ReplacementUndoneError,
    WaitTimeoutError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Outcome
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService, refused
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    IMMUTABLE,
    OPTIONS,
    TABLES,
    TUNNEL,
    identity,
    wire,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import run, there

by_kind = pytest.mark.parametrize("kind", IMMUTABLE)
both_ways = pytest.mark.parametrize("check_mode", [True, False])
OTHER_KEY = "another-example-key-not-real"
QUOTA = refused("Create", "QuotaExceeded")


def replace(it: FakeService, kind: str, **settings: t.Any) -> Outcome:
    """A task that wants another value of an option that can't be changed in place; C(wanted) are others."""
    option, value = IMMUTABLE[kind]
    wanted = {**OPTIONS[kind], option: value, **settings.pop("wanted", {})}
    return run(it, kind, wanted, on_immutable_change="replace", **settings)


def left(it: FakeService, resource: Resource) -> list[dict[str, t.Any]]:
    """What there is in the end, without what the service chose."""
    it.time.seconds += 1000
    chosen = (resource.id_wire, "CreateTime")
    return [{name: raw[name] for name in raw if name not in chosen} for raw in it._listed(resource, {})]


def ids(it: FakeService, resource: Resource) -> list[str]:
    return [raw[resource.id_wire] for raw in it._listed(resource, {})]


# --- on the good path -------------------------------------------------------------------------


@by_kind
@pytest.mark.parametrize("faults", [[], ["after"], ["before"], ["no id"]])
def test_replace(kind: str, faults: list[t.Any]) -> None:
    resource = TABLES[kind]
    option, value = IMMUTABLE[kind]
    it = there(kind, **{resource.actions.create.name: list(faults)})
    done = replace(it, kind, id=identity(resource))
    create, delete = resource.actions.create.name, resource.actions.delete.name
    assert it.writes() == [delete, create, *([create] if faults == ["before"] else [])]
    assert next((kind_, action) for kind_, action, _parameters in it.log if kind_ != "read") == ("probe", create)
    assert (done.item or {})[option] == value
    assert (done.item or {})["id"] != identity(resource)
    assert [step.action for step in done.done] == ["delete", "create"]


@by_kind
def test_a_replacement_that_would_be_refused_deletes_nothing(kind: str) -> None:
    it = there(kind, probe=[QUOTA])
    with pytest.raises(ApiError, match="QuotaExceeded"):
        replace(it, kind)
    assert it.writes() == []
    assert not it.outcome.changed


@by_kind
def test_without_the_probe_nothing_is_asked_beforehand(kind: str) -> None:
    it = there(kind)
    assert replace(it, kind, probe=False).changed
    assert {kind_ for kind_, _action, _parameters in it.log} == {"read", "write"}


@by_kind
@pytest.mark.parametrize("fault", ["after", "before"])
def test_a_delete_whose_answer_is_lost_does_not_keep_it_down(kind: str, fault: str) -> None:
    resource = TABLES[kind]
    it = there(kind, **{resource.actions.delete.name: [fault]})
    assert replace(it, kind).changed
    assert len(left(it, resource)) == 1


@by_kind
def test_a_look_at_the_deleted_one_that_fails_does_not_keep_it_down(kind: str) -> None:
    class Blind(FakeService):
        def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            if action.startswith("Delete"):
                self.read_faults = [AccessDeniedError("Describe", "no", http_status=403)]
            return super().write(action, parameters)

    it = there(kind, Blind)
    assert replace(it, kind).changed
    assert len(left(it, TABLES[kind])) == 1


@by_kind
def test_a_replacement_that_was_created_is_not_said_to_be_missing(kind: str) -> None:
    """The create succeeded; only the look at it afterwards failed."""

    class Blind(FakeService):
        def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            if action.startswith("Create"):
                self.read_faults = [TransportError("Describe", "no connection")]
            return super().write(action, parameters)

    it = there(kind, Blind)
    with pytest.raises(KsyunError) as caught:
        replace(it, kind)
    assert "does not exist" not in str(caught.value)
    assert (it.outcome.item or {}).get("id") == identity(TABLES[kind], 101)
    assert it.writes() == [TABLES[kind].actions.delete.name, TABLES[kind].actions.create.name]


# --- when the create is refused all the same ----------------------------------------------------


@by_kind
@pytest.mark.parametrize("again", [[], ["after"], ["no id"], ["before"]])
def test_a_refused_create_puts_the_old_one_back(kind: str, again: list[t.Any]) -> None:
    """With its key and all that is known of it; an answer that is lost thereby is looked after as any other."""
    resource = TABLES[kind]
    it = there(kind, **{resource.actions.create.name: [QUOTA, *again]})
    before = left(it, resource)
    with pytest.raises(ReplacementUndoneError) as caught:
        replace(it, kind)
    assert left(it, resource) == before
    (now,) = ids(it, resource)
    assert it.writes()[:3] == [resource.actions.delete.name, resource.actions.create.name, resource.actions.create.name]
    message = str(caught.value)
    assert f"{resource.noun} {OPTIONS[kind]['name']!r} ({identity(resource)}) was deleted" in message
    assert f"put back as it was, with the new id {now}" in message
    assert "The cause: Create was refused: QuotaExceeded" in message
    assert PSK not in message
    assert caught.value.details()["kind"] == "replacement_undone"
    assert caught.value.details()["code"] == "QuotaExceeded"
    assert it.outcome.changed
    assert (it.outcome.item or {})["id"] == now


def test_the_key_is_put_back_too() -> None:
    it = there("vpn_tunnel", CreateVpnTunnel=[QUOTA])
    with pytest.raises(ReplacementUndoneError) as caught:
        replace(it, "vpn_tunnel", wanted={"pre_shared_key": OTHER_KEY})
    assert [raw["PreSharedKey"] for raw in left(it, TUNNEL)] == [PSK]
    assert it.outcome.secrets_match == {"pre_shared_key_matches": False}
    assert "is the task's" not in str(caught.value)


def test_of_a_key_that_the_service_does_not_tell_the_task_s_is_put_back_and_told() -> None:
    it = there("vpn_tunnel", CreateVpnTunnel=[QUOTA])
    it.hides = {"PreSharedKey"}
    with pytest.raises(ReplacementUndoneError, match="its pre_shared_key is the task's, as the service does not tell"):
        replace(it, "vpn_tunnel", wanted={"pre_shared_key": OTHER_KEY})
    (raw,) = (raw for raw in it.objects["vpn_tunnel"] if raw["VpnTunnelId"] != identity(TUNNEL))
    assert raw["PreSharedKey"] == OTHER_KEY
    assert OTHER_KEY not in str(it.outcome.warnings)


def test_addresses_that_the_service_chose_anew_are_told() -> None:
    class Moving(FakeService):
        def _carry_out(self, resource: Resource, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            answer = super()._carry_out(resource, action, parameters)
            if action.startswith("Create"):
                self.objects[resource.name][-1]["GatewayAddress"] = "203.0.113.99"
            return answer

    it = there("vpn_gateway", Moving, CreateVpnGateway=[QUOTA])
    it.objects["vpn_gateway"][0]["GatewayAddress"] = "203.0.113.1"
    with pytest.raises(ReplacementUndoneError, match=r"gateway_address is now 203.0.113.99, and was 203.0.113.1\)"):
        replace(it, "vpn_gateway")


def test_what_is_paid_for_in_advance_is_not_bought_again_unasked() -> None:
    it = there("vpn_gateway", CreateVpnGateway=[QUOTA])
    it.objects["vpn_gateway"][0]["ChargeType"] = "Monthly"
    with pytest.raises(InterruptedReplaceError, match=r"It could not be put back, as .* it is paid for in advance"):
        replace(it, "vpn_gateway", wanted={"charge_type": "Monthly", "purchase_time": 1})
    assert it.writes() == ["DeleteVpnGateway", "CreateVpnGateway"]


def test_what_is_required_and_not_told_is_put_back_as_the_task_has_it() -> None:
    it = there("vpn_gateway", CreateVpnGateway=[QUOTA])
    it.hides = {"ChargeType"}
    with pytest.raises(ReplacementUndoneError, match="its charge_type is the task's, as the service does not tell"):
        replace(it, "vpn_gateway")
    assert it.writes() == ["DeleteVpnGateway", "CreateVpnGateway", "CreateVpnGateway"]


def test_what_is_put_back_is_told_apart_from_others_of_its_old_name() -> None:
    it = there("vpn_tunnel", CreateVpnTunnel=[QUOTA])
    it.objects["vpn_tunnel"].append(wire(TUNNEL, 7))  # of the old name, and created earlier than what is put back
    with pytest.raises(ReplacementUndoneError):
        replace(it, "vpn_tunnel", id=identity(TUNNEL), wanted={"name": "another"})
    assert [raw["VpnTunnelName"] for raw in left(it, TUNNEL)] == [OPTIONS["vpn_tunnel"]["name"]] * 2
    assert (it.outcome.item or {})["id"] not in (identity(TUNNEL), identity(TUNNEL, 7))


def test_a_tunnel_goes_out_as_the_service_spells_it_where_no_version_is_told() -> None:
    it = there("vpn_tunnel", CreateVpnTunnel=[QUOTA])
    it.objects["vpn_tunnel"][0]["Type"] = "ipsec"
    it.hides = {"VpnGatewayVersion"}
    with pytest.raises(ReplacementUndoneError):
        replace(it, "vpn_tunnel")
    creates = [parameters for kind, action, parameters in it.log if (kind, action) == ("write", "CreateVpnTunnel")]
    assert [parameters["Type"] for parameters in creates] == ["ipsec", "ipsec"]


@by_kind
def test_putting_back_may_fail_too(kind: str) -> None:
    resource = TABLES[kind]
    it = there(kind, **{resource.actions.create.name: [QUOTA, refused("Create", "StillNot")]})
    with pytest.raises(InterruptedReplaceError) as caught:
        replace(it, kind)
    message = str(caught.value)
    assert "Putting the old one back failed, too: Create was refused: StillNot" in message
    assert "The cause: Create was refused: QuotaExceeded" in message
    assert "its replacement" in message
    assert "does not exist" in message
    assert caught.value.details()["kind"] == "interrupted_replace"
    assert it.outcome.changed
    assert it.outcome.item is None
    assert left(it, resource) == []


@by_kind
@pytest.mark.parametrize("faults", [["before", "before"], ["before", QUOTA]])
def test_what_may_have_been_created_is_not_joined_by_the_old_one(kind: str, faults: list[t.Any]) -> None:
    """The first create may still appear, slow as it is."""
    resource = TABLES[kind]
    it = there(kind, **{resource.actions.create.name: list(faults)})
    with pytest.raises(InterruptedReplaceError) as caught:
        replace(it, kind)
    message = str(caught.value)
    assert f"{resource.noun} {OPTIONS[kind]['name']!r} ({identity(resource)}) was deleted" in message
    assert f"its replacement {resource.noun} {OPTIONS[kind]['name']!r} may or may not exist" in message
    assert "Run the task again to create it" in message
    assert PSK not in message
    assert it.outcome.changed
    assert it.outcome.item is None
    assert caught.value.details()["kind"] == "interrupted_replace"
    assert it.writes() == [resource.actions.delete.name, *[resource.actions.create.name] * 2]


def test_what_the_task_does_not_name_is_told_when_it_is_gone() -> None:
    """Nobody else knows it any more; and the next run must go by the name, as the id is gone."""
    it = there("vpn_tunnel", CreateVpnTunnel=["before", "before"])
    it.objects["vpn_tunnel"][0].update({"IpsecLifetimeSecond": 7200, "IkeDHGroup": "14"})
    with pytest.raises(InterruptedReplaceError) as caught:
        replace(it, "vpn_tunnel", id=identity(TUNNEL))
    assert "Run the task again without id to create it" in str(caught.value)
    assert "with the options that only the old one had (ike_dh_group: 14, ipsec_lifetime_seconds: 7200)" in str(
        caught.value
    )


# --- what is looked at before the delete ----------------------------------------------------------


def stands(it: FakeService, kind: str) -> None:
    """Nothing was written, and nothing is said to have changed."""
    assert it.writes() == []
    assert not it.outcome.changed
    assert identity(TABLES[kind]) in ids(it, TABLES[kind])


@both_ways
@pytest.mark.parametrize("parent", ["vpn_gateway", "customer_gateway"])
def test_its_parents_must_exist(parent: str, check_mode: bool) -> None:
    it = there("vpn_tunnel")
    nobody = identity(TABLES[parent], 9)
    with pytest.raises(MissingError, match=f"with the id {nobody}"):
        replace(it, "vpn_tunnel", wanted={parent: nobody}, id=identity(TUNNEL), check_mode=check_mode)
    stands(it, "vpn_tunnel")


@pytest.mark.parametrize("parent", ["vpn_gateway", "customer_gateway"])
def test_a_parent_by_name_may_be_one_that_an_earlier_task_of_the_play_creates(parent: str) -> None:
    it = there("vpn_tunnel")
    settings: dict[str, t.Any] = {"wanted": {parent: "nowhere"}, "id": identity(TUNNEL)}
    with pytest.raises(MissingError, match="named 'nowhere'"):
        replace(it, "vpn_tunnel", **settings)
    stands(it, "vpn_tunnel")
    outcome = replace(it, "vpn_tunnel", **settings, check_mode=True)
    assert outcome.changed
    assert any("named 'nowhere'" in warning and "earlier task" in warning for warning in outcome.warnings)


@both_ways
def test_a_parent_that_can_t_be_read_stops_it(check_mode: bool) -> None:
    class Narrow(FakeService):
        def read(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            if action == "DescribeCustomerGateways":
                raise AccessDeniedError(action, "no", http_status=403)
            return super().read(action, parameters)

    it = there("vpn_tunnel", Narrow)
    it.objects["customer_gateway"].append(wire(CUSTOMER, 2))
    with pytest.raises(AccessDeniedError):
        replace(it, "vpn_tunnel", wanted={"customer_gateway": identity(CUSTOMER, 2)}, check_mode=check_mode)
    stands(it, "vpn_tunnel")
    # where it is now, it can be again
    assert replace(it, "vpn_tunnel", check_mode=check_mode).changed


@both_ways
@by_kind
def test_its_name_must_be_free(kind: str, check_mode: bool) -> None:
    """By id, beside another of the name: what came of it could not be told from that one."""
    resource = TABLES[kind]
    it = there(kind)
    it.objects[resource.name].append(wire(resource, 2))
    with pytest.raises(AmbiguousNameError, match=f"can't be replaced.*{identity(resource, 2)}") as caught:
        replace(it, kind, id=identity(resource), check_mode=check_mode)
    assert caught.value.ids == [identity(resource, 2)]
    stands(it, kind)


PLACES: tuple[tuple[str, dict[str, t.Any], dict[str, t.Any]], ...] = (
    # a kind, what is wanted, and what there is already
    ("vpn_gateway", {"vpc_id": "vpc-2"}, {"vpc_id": "vpc-2"}),
    ("vpn_gateway", {"name": "taken"}, {"name": "taken"}),
    ("vpn_tunnel", {"vpn_gateway": identity(GATEWAY, 2)}, {"vpn_gateway": identity(GATEWAY, 2)}),
    ("vpn_tunnel", {"vpn_gateway": identity(GATEWAY, 2)}, {"vpn_gateway": identity(GATEWAY, 2), "name": "tunnel "}),
    ("vpn_tunnel", {"name": "taken"}, {"name": "taken"}),
)


@both_ways
@pytest.mark.parametrize(("kind", "wanted", "other"), PLACES)
def test_its_name_must_be_free_where_it_goes_and_as_it_becomes(
    kind: str, wanted: dict[str, t.Any], other: dict[str, t.Any], check_mode: bool
) -> None:
    resource = TABLES[kind]
    it = there(kind)
    it.objects["vpn_gateway"] += [wire(GATEWAY, 2, name="elsewhere")] if kind == "vpn_tunnel" else []
    it.objects[resource.name].append(wire(resource, 3, **other))
    with pytest.raises(AmbiguousNameError, match=identity(resource, 3)):
        replace(it, kind, wanted=wanted, id=identity(resource), check_mode=check_mode)
    stands(it, kind)


@both_ways
@pytest.mark.parametrize(
    ("version", "wanted", "words"),
    [
        ("1.0", {"vpn_gateway_version": "2.0"}, "vpn_gateway_version is '2.0', but the VPN gateway has version 1.0"),
        (
            "1.0",
            {
                "type": "route_ipsec",
                "ike_version": "v2",
                "local_peer_ip": "169.254.1.1/30",
                "customer_peer_ip": "169.254.1.2/30",
            },
            "type 'route_ipsec' is not for VPN gateways of version 1.0",
        ),
        (
            "2.0",
            {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"},
            "type 'GreOverIpsec' is not for VPN gateways of version 2.0",
        ),
    ],
)
def test_it_must_fit_its_gateway(version: str, wanted: dict[str, t.Any], words: str, check_mode: bool) -> None:
    it = there("vpn_tunnel")
    it.objects["vpn_gateway"][0]["VpnGatewayVersion"] = version
    with pytest.raises(InvalidOptionsError, match=words):
        replace(it, "vpn_tunnel", wanted=wanted, check_mode=check_mode)
    stands(it, "vpn_tunnel")


@both_ways
def test_it_must_have_the_second_addresses_that_its_customer_gateway_asks_for(check_mode: bool) -> None:
    it = there("vpn_tunnel")
    it.objects["customer_gateway"][0]["HaCustomerGatewayAddress"] = "203.0.113.10"
    wanted = {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"}
    with pytest.raises(InvalidOptionsError, match=r"ha_vpn_gre_ip is required, as the customer gateway has a second"):
        replace(it, "vpn_tunnel", wanted=wanted, check_mode=check_mode)
    stands(it, "vpn_tunnel")
    second = {"ha_vpn_gre_ip": "10.0.0.3", "ha_customer_gre_ip": "10.0.0.4"}
    assert replace(it, "vpn_tunnel", wanted={**wanted, **second}, check_mode=check_mode).changed


def test_what_is_used_is_not_deleted_but_in_check_mode_an_earlier_task_may_remove_the_users() -> None:
    it = there("vpn_gateway")
    it.objects["vpn_tunnel"].append(wire(TUNNEL))
    user = f"VPN tunnel 'tunnel' ({identity(TUNNEL)})"
    with pytest.raises(InUseError, match=r"Delete was not sent: the VPN gateway .* is used by VPN tunnel") as caught:
        replace(it, "vpn_gateway")
    assert caught.value.details()["users"] == [user]
    stands(it, "vpn_gateway")
    outcome = replace(it, "vpn_gateway", check_mode=True)
    assert outcome.changed
    assert any(f"is used by {user}" in warning for warning in outcome.warnings)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_of_users_that_earlier_tasks_remove_check_mode_does_not_warn(state: str) -> None:
    """Only of those: another one is told by its name. The run takes no word for it, but looks, or asks the service."""
    it = there("vpn_gateway")
    it.objects["vpn_tunnel"] += [wire(TUNNEL), wire(TUNNEL, 2, name="undeclared")]
    settings: dict[str, t.Any] = {"state": state, "check_mode": True}
    one, both = [identity(TUNNEL).upper()], [identity(TUNNEL), identity(TUNNEL, 2)]
    told = replace(it, "vpn_gateway", removed_before=one, **settings).warnings
    assert any(f"is used by VPN tunnel 'undeclared' ({identity(TUNNEL, 2)})" in warning for warning in told)
    assert not any("'tunnel'" in warning for warning in told)
    told = replace(it, "vpn_gateway", removed_before=both, **settings).warnings
    assert not any("is used by" in warning for warning in told)
    if state == "present":
        with pytest.raises(InUseError):
            replace(it, "vpn_gateway", removed_before=both)


# --- what is carried along ----------------------------------------------------------------------

GRE = {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"}
HA_GRE = {"ha_vpn_gre_ip": "10.0.0.3", "ha_customer_gre_ip": "10.0.0.4"}
ROUTE = {
    "type": "route_ipsec",
    "local_peer_ip": "169.254.10.1/30",
    "customer_peer_ip": "169.254.10.2/30",
    "ike_version": "v2",
    "open_health_check": True,
    "ha_mode": "active_standby",
}


def sent(it: FakeService) -> dict[str, t.Any]:
    return next(parameters for kind, action, parameters in it.log if (kind, action[:6]) == ("write", "Create"))


@pytest.mark.parametrize(("old", "version"), [({**GRE, **HA_GRE}, "1.0"), (ROUTE, "2.0")])
def test_only_what_the_wanted_type_can_have(old: dict[str, t.Any], version: str) -> None:
    it = there("vpn_tunnel")
    it.objects["vpn_gateway"][0]["VpnGatewayVersion"] = version
    it.objects["vpn_tunnel"] = [wire(TUNNEL, 1, **old, ipsec_lifetime_seconds=7200)]
    it.objects["vpn_tunnel"][0]["VpnGatewayVersion"] = version
    done = run(it, "vpn_tunnel", OPTIONS["vpn_tunnel"], on_immutable_change="replace")
    gone = {TUNNEL.field(option).wire for option in old if option not in ("type", "ike_version")}
    assert not gone & set(sent(it))
    assert sent(it)["IpsecLifetimeSecond"] == 7200
    assert sent(it)["Type"] == ("ipsec" if version == "2.0" else "Ipsec")
    assert (done.item or {})["type"] == "Ipsec"


@pytest.mark.parametrize(("now", "then"), [("1.0", "2.0"), ("2.0", "1.0")])
@pytest.mark.parametrize("told", [True, False])
def test_the_version_is_that_of_the_gateway_to_which_it_goes(now: str, then: str, told: bool) -> None:
    """What belongs to the other generation stays behind."""
    it = there("vpn_tunnel")
    it.objects["vpn_gateway"][0]["VpnGatewayVersion"] = now
    it.objects["vpn_gateway"].append(wire(GATEWAY, 2, name="elsewhere", vpn_gateway_version=then))
    newer = {"IkeVersion": "v2", "HaMode": "active_active"} if now == "2.0" else {}
    it.objects["vpn_tunnel"][0].update({"VpnGatewayVersion": now, **newer})
    wanted = {**OPTIONS["vpn_tunnel"], "vpn_gateway": identity(GATEWAY, 2)}
    if told:
        wanted["vpn_gateway_version"] = then
    run(it, "vpn_tunnel", wanted, id=identity(TUNNEL), on_immutable_change="replace")
    assert sent(it).get("VpnGatewayVersion") == (then if told else None)
    assert sent(it)["Type"] == ("ipsec" if then == "2.0" else "Ipsec")
    assert not {"IkeVersion", "HaMode"} & set(sent(it))


def test_ids_go_out_as_the_service_writes_them() -> None:
    it = there("vpn_tunnel")
    upper = {option: OPTIONS["vpn_tunnel"][option].upper() for option in ("vpn_gateway", "customer_gateway")}
    done = replace(it, "vpn_tunnel", wanted=upper, id=identity(TUNNEL).upper())
    assert (sent(it)["VpnGatewayId"], sent(it)["CustomerGatewayId"]) == (identity(GATEWAY), identity(CUSTOMER))
    deleted = [parameters for kind, action, parameters in it.log if (kind, action) == ("write", "DeleteVpnTunnel")]
    assert deleted == [{"VpnTunnelId": identity(TUNNEL)}]
    assert len(left(it, TUNNEL)) == 1
    assert done.changed


# --- what comes out otherwise than asked ----------------------------------------------------------


@by_kind
def test_a_replacement_that_does_not_cure_it_is_told_and_not_tried_again(kind: str, tmp_path: Path) -> None:
    resource = TABLES[kind]
    option, value = IMMUTABLE[kind]
    it = there(kind)
    stored = it.objects[resource.name][0][resource.field(option).wire]
    it.stores = {resource.field(option).wire: lambda _value: stored}
    with pytest.raises(NotAsAskedError, match=f"was created, but not as it was asked for: {option}") as caught:
        replace(it, kind, notes=str(tmp_path))
    assert caught.value.details() == {"kind": "not_as_asked", "options": [option]}
    assert it.outcome.changed
    assert (it.outcome.item or {})["id"] == identity(resource, 101)
    before = list(it.writes())
    for check_mode in (True, False):
        with pytest.raises(NotAsAskedError, match=r"did not come out as asked.*Replacing it again would interrupt"):
            replace(it, kind, notes=str(tmp_path), check_mode=check_mode)
        assert not it.outcome.changed
    assert it.writes() == before
    with pytest.raises(ImmutableChangeError):
        run(it, kind, {**OPTIONS[kind], option: value}, notes=str(tmp_path))
    assert not run(it, kind, notes=str(tmp_path)).changed
    assert value not in "".join(path.read_text() for path in tmp_path.iterdir())
    run(it, kind, state="absent", notes=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@by_kind
def test_another_name_of_a_replacement_is_told_and_it_stays(kind: str) -> None:
    """It stands in for one that is gone: better one of another name than none."""
    resource = TABLES[kind]
    it = there(kind)
    it.stores = {resource.field("name").wire: str.upper}
    with pytest.raises(NotAsAskedError, match=f"as {OPTIONS[kind]['name'].upper()!r}. It was created. Use that name"):
        replace(it, kind)
    assert len(left(it, resource)) == 1
    assert it.outcome.changed
    assert (it.outcome.item or {})["name"] == OPTIONS[kind]["name"].upper()


# --- changes in place that the service passes over --------------------------------------------------

MOVED = {**OPTIONS["customer_gateway"], "address": "203.0.113.77"}


def deaf() -> FakeService:
    it = there("customer_gateway")
    it.ignores = {"CustomerGatewayAddress"}
    return it


def test_what_the_service_does_not_change_is_replaced_if_the_task_allows_it() -> None:
    it = deaf()
    done = run(it, "customer_gateway", MOVED, on_immutable_change="replace", wait_timeout=10)
    assert it.writes() == ["ModifyCustomerGateway", "DeleteCustomerGateway", "CreateCustomerGateway"]
    assert (done.item or {})["address"] == "203.0.113.77"
    assert (done.item or {})["id"] == identity(CUSTOMER, 101)
    assert any("does not change address" in warning for warning in done.warnings)
    assert done.plan is not None
    assert [step.action for step in done.plan.steps] == ["update", "delete", "create"]
    assert [step.action for step in done.done] == ["update", "delete", "create"]
    assert not run(it, "customer_gateway", MOVED).changed


def test_but_not_while_it_is_used() -> None:
    it = deaf()
    it.objects["vpn_tunnel"].append(wire(TUNNEL))
    with pytest.raises(NotAsAskedError, match=r"can't be replaced: .* is used by VPN tunnel 'tunnel'") as caught:
        run(it, "customer_gateway", MOVED, on_immutable_change="replace", wait_timeout=10)
    assert caught.value.options == ["address"]
    assert it.writes() == ["ModifyCustomerGateway"]
    assert it.outcome.changed


def test_and_a_refused_create_puts_it_back_too() -> None:
    it = deaf()
    it.faults = {"CreateCustomerGateway": [QUOTA]}
    with pytest.raises(ReplacementUndoneError):
        run(it, "customer_gateway", MOVED, on_immutable_change="replace", wait_timeout=10)
    assert [raw["CustomerGatewayAddress"] for raw in left(it, CUSTOMER)] == [OPTIONS["customer_gateway"]["address"]]


@pytest.mark.parametrize("how", ["fail", "replace"])
@pytest.mark.parametrize("kind", TABLES)
def test_what_a_change_makes_otherwise_is_told_and_not_replaced(kind: str, how: str) -> None:
    """Another one would come out no better."""
    resource = TABLES[kind]
    it = there(kind)
    it.stores = {resource.field("name").wire: str.upper}
    settings: dict[str, t.Any] = {"id": identity(resource), "on_immutable_change": how}
    with pytest.raises(NotAsAskedError, match=r"made something else of it: name \(now 'RENAMED'\)") as caught:
        run(it, kind, {**OPTIONS[kind], "name": "renamed"}, **settings)
    assert caught.value.options == ["name"]
    assert it.writes() == [resource.actions.modify.name]
    assert it.time.naps == []
    assert it.outcome.changed
    assert (it.outcome.item or {})["name"] == "RENAMED"


def test_a_signal_that_cuts_the_waiting_does_not_have_it_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting(signals.Hold):
        waiting = True  # type: ignore[assignment]

    monkeypatch.setattr(signals, "Hold", Waiting)
    it = deaf()
    with pytest.raises(WaitTimeoutError):
        run(it, "customer_gateway", MOVED, on_immutable_change="replace")
    assert it.writes() == ["ModifyCustomerGateway"]


def test_nothing_is_put_back_beside_what_others_have_made_since() -> None:
    class Raced(FakeService):
        def _carry_out(self, resource: Resource, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            answer = super()._carry_out(resource, action, parameters)
            if action == "DeleteVpnTunnel":
                self.objects["vpn_tunnel"].append(wire(TUNNEL, 9))
            return answer

    it = there("vpn_tunnel", Raced, CreateVpnTunnel=[QUOTA])
    with pytest.raises(InterruptedReplaceError, match=f"not put back, as others .* since: {identity(TUNNEL, 9)}"):
        replace(it, "vpn_tunnel")
    assert ids(it, TUNNEL) == [identity(TUNNEL, 9)]


def test_what_is_deleted_and_still_listed_does_not_keep_its_successor_away() -> None:
    it = there("vpn_tunnel")
    it.lag = 60
    with pytest.raises(WaitTimeoutError, match="was created, but 5 seconds later is not listed yet"):
        replace(it, "vpn_tunnel", wait_timeout=5)
    assert it.writes() == ["DeleteVpnTunnel", "CreateVpnTunnel"]
    assert any("5 seconds later is still listed" in warning for warning in it.outcome.warnings)


@both_ways
@pytest.mark.parametrize(("now", "then"), [("1.0", "1.0"), ("2.0", "2.0"), ("1.0", "2.0"), ("1.0", None)])
def test_the_difference_has_the_version_that_the_new_tunnel_will_have(
    now: str, then: str | None, check_mode: bool
) -> None:
    """It is not sent and not carried along, but follows from the gateway: it does not seem to go away."""
    it = FakeService(
        (GATEWAY, wire(GATEWAY, vpn_gateway_version=now)),
        (GATEWAY, wire(GATEWAY, 2, name="second", vpn_gateway_version=then)),
        (CUSTOMER, wire(CUSTOMER)),
        (TUNNEL, {**wire(TUNNEL), "VpnGatewayVersion": now}),
    )
    wanted = {**OPTIONS["vpn_tunnel"], "vpn_gateway": identity(GATEWAY, 2), "ike_dh_group": 14}
    outcome = run(it, "vpn_tunnel", wanted, id=identity(TUNNEL), on_immutable_change="replace", check_mode=check_mode)
    assert outcome.plan
    diff = diff_of(outcome.plan, TUNNEL)
    assert (diff["before"]["vpn_gateway_version"], diff["after"].get("vpn_gateway_version")) == (now, then)
    if check_mode:
        assert outcome.item
        assert outcome.item["vpn_gateway_version"] == then
