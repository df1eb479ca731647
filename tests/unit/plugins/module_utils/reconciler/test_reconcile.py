# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reconciler: identity, references, check mode and idempotence, without HTTP."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ApiError, InvalidOptionsError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.diff import diff_of
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import AmbiguousNameError, MissingError
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
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tasks import empty, run, there

by_kind = pytest.mark.parametrize("kind", TABLES)


def kinds(it: FakeService) -> set[str]:
    return {kind for kind, _action, _parameters in it.log}


def with_parents(*tunnels: dict[str, t.Any]) -> FakeService:
    return FakeService((GATEWAY, wire(GATEWAY)), (CUSTOMER, wire(CUSTOMER)), *((TUNNEL, raw) for raw in tunnels))


BY_NAME = {**OPTIONS["vpn_tunnel"], "vpn_gateway": "office", "customer_gateway": "branch"}
BY_ID = {"vpn_gateway": identity(GATEWAY), "customer_gateway": identity(CUSTOMER)}


# --- idempotence and check mode ---------------------------------------------------------------


@by_kind
def test_twice_is_once(kind: str) -> None:
    it = empty(kind)
    assert run(it, kind).changed
    it.log.clear()
    second = run(it, kind)
    assert not second.changed
    assert kinds(it) == {"read"}
    assert second.plan is not None
    assert second.plan.steps == []


def test_a_gateway_that_is_listed_as_the_document_prints_it() -> None:
    """The document's VpnGateway has neither ChargeType nor ProjectId: what is not told does not differ."""

    class AsPrinted(FakeService):
        def _listed(self, resource: t.Any, parameters: t.Any) -> t.Any:
            hidden = ("ChargeType", "ProjectId", "PurchaseTime")
            found = super()._listed(resource, parameters)
            return [{name: value for name, value in raw.items() if name not in hidden} for raw in found]

    it = AsPrinted()
    wanted = {**OPTIONS["vpn_gateway"], "project_id": "7"}
    assert run(it, "vpn_gateway", wanted).changed
    assert not run(it, "vpn_gateway", wanted).changed
    assert it.writes() == ["CreateVpnGateway"]


SITUATIONS: dict[str, tuple[bool, dict[str, t.Any], dict[str, t.Any]]] = {
    "create": (False, {}, {}),
    "nothing": (True, {}, {}),
    "rename": (True, {"name": "renamed"}, {"id": True}),
    "absent": (True, {}, {"state": "absent"}),
    "absent already": (False, {}, {"state": "absent"}),
}


@by_kind
@pytest.mark.parametrize("situation", SITUATIONS)
def test_check_mode_says_what_the_real_run_does(kind: str, situation: str) -> None:
    resource = TABLES[kind]
    exists, changes, settings = SITUATIONS[situation]
    if settings.get("id"):
        settings = {**settings, "id": identity(resource)}
    wanted = {**OPTIONS[kind], **changes, **(BY_ID if kind == "vpn_tunnel" else {})}
    checked, real = with_parents(), with_parents()
    for it in (checked, real):
        it.objects[resource.name] = [wire(resource, **(BY_ID if kind == "vpn_tunnel" else {}))] if exists else []
    before = [dict(raw) for raw in checked.objects[resource.name]]
    said, done = run(checked, kind, wanted, check_mode=True, **settings), run(real, kind, wanted, **settings)
    assert "write" not in kinds(checked)
    assert "probe" not in kinds(real)
    assert checked.objects[resource.name] == before
    assert said.changed == done.changed
    assert said.plan is not None
    assert done.plan is not None
    assert diff_of(said.plan, resource) == diff_of(done.plan, resource)
    assert said.secrets_match == done.secrets_match
    probed = [action for kind_, action, _parameters in checked.log if kind_ == "probe"]
    assert probed == real.writes()
    assert [step.permitted for step in said.plan.steps] == [True] * len(probed)
    assert [step.permitted for step in done.plan.steps] == [None] * len(probed)


@by_kind
def test_the_probe_can_be_switched_off(kind: str) -> None:
    it = with_parents()
    it.objects[TABLES[kind].name] = []
    outcome = run(it, kind, BY_NAME if kind == "vpn_tunnel" else None, check_mode=True, probe=False)
    assert kinds(it) == {"read"}
    assert outcome.changed
    assert outcome.plan is not None
    assert outcome.plan.steps[0].permitted is None


@by_kind
def test_check_mode_fails_as_the_real_run_would(kind: str) -> None:
    it = with_parents()
    it.objects[TABLES[kind].name] = []
    it.faults = {"probe": [refused("Create", "QuotaExceeded")]}
    with pytest.raises(ApiError, match="QuotaExceeded"):
        run(it, kind, {**OPTIONS[kind], **(BY_ID if kind == "vpn_tunnel" else {})}, check_mode=True)


# --- references -------------------------------------------------------------------------------


def test_parents_by_name() -> None:
    it = with_parents()
    assert run(it, "vpn_tunnel", BY_NAME).changed
    (raw,) = it.objects["vpn_tunnel"]
    assert {name: raw[name] for name in ("VpnGatewayId", "CustomerGatewayId")} == {
        "VpnGatewayId": identity(GATEWAY),
        "CustomerGatewayId": identity(CUSTOMER),
    }
    assert not run(it, "vpn_tunnel", BY_NAME).changed
    assert not run(it, "vpn_tunnel", {**BY_NAME, **BY_ID}).changed


def test_a_parent_that_only_an_earlier_task_would_create() -> None:
    it = FakeService((GATEWAY, wire(GATEWAY)))
    outcome = run(it, "vpn_tunnel", BY_NAME, check_mode=True)
    assert outcome.changed
    assert kinds(it) == {"read"}
    (warning,) = [text for text in outcome.warnings if "customer gateway" in text]
    where = "(customer_gateway) in region cn-beijing-6 at http://127.0.0.1:1"
    assert (
        f"no customer gateway named 'branch' {where}. Check mode assumes that an earlier task of the play creates it"
        in warning
    )
    with pytest.raises(MissingError, match="no customer gateway named 'branch'"):
        run(it, "vpn_tunnel", BY_NAME)
    assert it.writes() == []


def test_a_parent_by_id_must_exist_in_check_mode_too() -> None:
    wanted = {**BY_NAME, "vpn_gateway": identity(GATEWAY, 9)}
    with pytest.raises(MissingError, match=r"with the id .*0009 \(vpn_gateway\)"):
        run(with_parents(), "vpn_tunnel", wanted, check_mode=True)


def test_absent_does_not_need_its_parents() -> None:
    it = FakeService()
    assert not run(it, "vpn_tunnel", BY_NAME, state="absent").changed
    it = with_parents(wire(TUNNEL, 1, **BY_ID))
    it.objects["customer_gateway"] = []
    assert run(it, "vpn_tunnel", BY_NAME, state="absent").changed


# --- identity ---------------------------------------------------------------------------------


@by_kind
def test_ambiguous_names_change_nothing(kind: str) -> None:
    resource = TABLES[kind]
    for state in ("present", "absent"):
        it = FakeService(*((resource, wire(resource, number)) for number in (1, 2)))
        with pytest.raises(AmbiguousNameError):
            run(it, kind, state=state)
        assert it.writes() == []


@by_kind
def test_neither_name_nor_id(kind: str) -> None:
    for state in ("present", "absent"):
        it = FakeService()
        with pytest.raises(InvalidOptionsError, match="name or id is required"):
            run(it, kind, {}, state=state)
        assert it.log == []


@by_kind
def test_faults_are_told_before_anything_is_sent(kind: str) -> None:
    it = FakeService()
    wrong = {"vpn_gateway": {"bandwidth": 0}, "customer_gateway": {"address": "x"}, "vpn_tunnel": {"ike_dh_group": 3}}
    with pytest.raises(InvalidOptionsError) as caught:
        run(it, kind, wrong[kind])
    assert len(caught.value.faults) == 2
    assert caught.value.details() == {"kind": "invalid_options", "faults": caught.value.faults}
    assert it.log == []


def test_unknown_values_when_the_user_insists() -> None:
    wanted = {**OPTIONS["vpn_tunnel"], "ike_encryption_algorithm": "chacha20"}
    with pytest.raises(InvalidOptionsError, match="allow_unknown_values"):
        run(FakeService(), "vpn_tunnel", wanted)
    it = empty("vpn_tunnel")
    assert run(it, "vpn_tunnel", wanted, strict=False).changed
    assert not run(it, "vpn_tunnel", wanted, strict=False).changed


# --- secrets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_pre_shared_key(check_mode: bool) -> None:
    other = {**OPTIONS["vpn_tunnel"], **BY_ID, "pre_shared_key": "another-example-key-not-real"}

    def there() -> FakeService:
        return with_parents(wire(TUNNEL, 1, **BY_ID))

    same = run(there(), "vpn_tunnel", {**other, "pre_shared_key": PSK}, check_mode=check_mode)
    assert (same.changed, same.secrets_match) == (False, {"pre_shared_key_matches": True})
    kept = run(there(), "vpn_tunnel", other, update_secrets=False, check_mode=check_mode)
    assert (kept.changed, kept.secrets_match) == (False, {"pre_shared_key_matches": False})
    replaced = run(there(), "vpn_tunnel", other, on_immutable_change="replace", check_mode=check_mode)
    assert (replaced.changed, replaced.secrets_match) == (True, {"pre_shared_key_matches": True})


# --- advice -----------------------------------------------------------------------------------


def test_advice_when_creating_and_only_then() -> None:
    it = empty("vpn_tunnel")
    weak = {**OPTIONS["vpn_tunnel"], "ike_dh_group": 2}
    assert [text for text in run(it, "vpn_tunnel", weak).warnings if "weak" in text] == [
        "ike_authentication_algorithm md5, the service's default, is weak: RFC 8247 section 2.3: MD5 must not be used.",
        "ike_dh_group 2 is weak: RFC 8247 section 2.4: DH group 2 (1024 bits) should not be used.",
    ]
    assert run(it, "vpn_tunnel", weak).warnings == []
    assert run(it, "vpn_tunnel", weak, state="absent").warnings == []


def test_check_mode_tells_what_stands_in_the_way_of_a_deletion() -> None:
    it = with_parents(wire(TUNNEL, 1, **BY_ID))
    outcome = run(it, "vpn_gateway", state="absent", check_mode=True)
    assert outcome.changed
    assert any(f"is used by VPN tunnel 'tunnel' ({identity(TUNNEL)})" in text for text in outcome.warnings)


@pytest.mark.parametrize("kind", IMMUTABLE)
def test_check_mode_of_a_replace(kind: str) -> None:
    option, value = IMMUTABLE[kind]
    it = with_parents()
    it.objects[TABLES[kind].name] = [wire(TABLES[kind], 1, **(BY_ID if kind == "vpn_tunnel" else {}))]
    wanted = {**OPTIONS[kind], **(BY_ID if kind == "vpn_tunnel" else {}), option: value}
    outcome = run(it, kind, wanted, on_immutable_change="replace", check_mode=True)
    assert outcome.plan is not None
    assert [step.action for step in outcome.plan.steps] == ["delete", "create"]
    probed = [action for kind_, action, _parameters in it.log if kind_ == "probe"]
    assert probed == [TABLES[kind].actions.create.name, TABLES[kind].actions.delete.name]
    assert it.writes() == []


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
@pytest.mark.parametrize(
    ("kind", "wanted", "interrupts"),
    [
        ("customer_gateway", {"name": "branch", "address": "203.0.113.10"}, True),
        ("customer_gateway", {"name": "branch", "ha_address": "203.0.113.11"}, True),
        ("customer_gateway", {"id": identity(CUSTOMER), "name": "another"}, False),
        ("vpn_gateway", {"name": "office", "bandwidth": 20}, False),
        ("vpn_gateway", {**OPTIONS["vpn_gateway"], "vpn_gateway_version": "2.0"}, True),
        ("vpn_tunnel", {"id": identity(TUNNEL), "name": "another"}, False),
        ("vpn_tunnel", {**OPTIONS["vpn_tunnel"], "ike_encryption_algorithm": "aes-cbc-256"}, True),
        ("vpn_tunnel", {**OPTIONS["vpn_tunnel"], "name": "new", "vpn_gateway": identity(GATEWAY)}, False),
    ],
)
def test_warnings_and_plan_agree_on_what_interrupts_traffic(
    kind: str, wanted: dict[str, t.Any], interrupts: bool, check_mode: bool
) -> None:
    """Of what a task changes. A deletion that it asks for in so many words is in the plan alone."""
    it = there(kind)
    options = {option: value for option, value in wanted.items() if option != "id"}
    outcome = run(it, kind, options, id=wanted.get("id"), on_immutable_change="replace", check_mode=check_mode)
    assert outcome.changed
    assert outcome.plan
    assert any(step.interrupts for step in outcome.plan.steps) is interrupts
    assert ("which interrupts traffic" in outcome.plan.summary) is interrupts
    warned = [text for text in outcome.warnings if "interrupt" in text and "traffic" in text]
    assert len(warned) == interrupts
