# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes happen exactly once, whatever becomes of their answers; waiting ends."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    AccessDeniedError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    TransportError,
    UnavailableError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.create import SETTLE_TIME
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import InUseError, UnknownOutcomeError
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService, refused
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
FIRST = identity(CUSTOMER)


# --- creating ---------------------------------------------------------------------------------


@by_kind
@pytest.mark.parametrize("fault", ["after", "no id"])
@pytest.mark.parametrize("lag", [0, 0.6, SETTLE_TIME - 0.1])
def test_a_lost_create_that_happened_is_adopted(kind: str, fault: str, lag: float) -> None:
    action = TABLES[kind].actions.create.name
    it = empty(kind, lag=lag, **{action: [fault]})
    done = run(it, kind)
    assert it.writes() == [action]
    assert done.changed
    assert (done.item or {})["name"] == OPTIONS[kind]["name"]
    assert len(it.objects[TABLES[kind].name]) == 1
    assert any("exists, so it was not created again" in warning for warning in done.warnings)


@by_kind
def test_a_lost_create_that_did_not_happen_is_sent_once_more(kind: str) -> None:
    action = TABLES[kind].actions.create.name
    it = empty(kind, **{action: ["before"]})
    done = run(it, kind)
    assert it.writes() == [action] * 2
    assert it.time.seconds >= SETTLE_TIME
    assert done.changed
    assert len(it.objects[TABLES[kind].name]) == 1


@by_kind
@pytest.mark.parametrize("second", ["after", "before"])
def test_a_create_is_never_sent_a_third_time(kind: str, second: str) -> None:
    action = TABLES[kind].actions.create.name
    it = empty(kind, **{action: ["before", second]})
    if second == "after":
        assert run(it, kind).changed
    else:
        with pytest.raises(
            UnknownOutcomeError, match=r"not be determined whether the create of the .* has happened"
        ) as caught:
            run(it, kind)
        assert "Running the task again is safe" in str(caught.value)
        assert caught.value.details()["kind"] == "unknown_outcome"
        assert caught.value.details()["action"] == action
        assert PSK not in str(caught.value)
    assert it.writes() == [action] * 2


@by_kind
def test_a_lost_create_that_is_refused_the_second_time(kind: str) -> None:
    action = TABLES[kind].actions.create.name
    it = empty(kind, **{action: ["before", refused(action, "QuotaExceeded")]})
    with pytest.raises(UnknownOutcomeError, match=r"sent once more, and this time: .*QuotaExceeded"):
        run(it, kind)
    assert it.writes() == [action] * 2


@by_kind
def test_a_refused_create_is_not_sent_again(kind: str) -> None:
    action = TABLES[kind].actions.create.name
    it = empty(kind, **{action: [refused(action)]})
    with pytest.raises(ServiceError):
        run(it, kind)
    assert it.writes() == [action]
    assert not it.outcome.changed
    assert it.time.naps == []


def test_a_lost_create_with_a_stranger_of_that_name() -> None:
    class Stranger(FakeService):
        def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            self.objects["customer_gateway"].append(wire(CUSTOMER, 5, address="198.51.100.7"))
            return super().write(action, parameters)

    it = Stranger(CreateCustomerGateway=["before"])
    with pytest.raises(
        UnknownOutcomeError, match=f"{identity(CUSTOMER, 5)}.*differs in address: another process may be"
    ):
        run(it, "customer_gateway")
    assert it.writes() == ["CreateCustomerGateway"]


def test_a_lost_create_that_can_t_be_looked_for() -> None:
    it = FakeService(CreateCustomerGateway=["before"])
    it.read_faults = [None, TransportError("DescribeCustomerGateways", "no connection")]
    with pytest.raises(UnknownOutcomeError, match="Looking for it failed too: DescribeCustomerGateways failed"):
        run(it, "customer_gateway")
    assert it.writes() == ["CreateCustomerGateway"]


# --- changing and deleting --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["vpn_gateway", "customer_gateway", "vpn_tunnel"])
@pytest.mark.parametrize(("faults", "times"), [(["after"], 1), (["before"], 2), (["before", "after"], 2)])
def test_a_lost_change(kind: str, faults: list[t.Any], times: int) -> None:
    resource = TABLES[kind]
    it = there(kind, **{resource.actions.modify.name: faults})
    done = run(it, kind, {"name": "renamed"}, id=identity(resource))
    assert it.writes() == [resource.actions.modify.name] * times
    assert (done.item or {})["name"] == "renamed"
    assert done.changed


@by_kind
@pytest.mark.parametrize(("faults", "times"), [(["after"], 1), (["before"], 2), (["before", "after"], 2)])
def test_a_lost_delete(kind: str, faults: list[t.Any], times: int) -> None:
    resource = TABLES[kind]
    it = there(kind, **{resource.actions.delete.name: faults})
    done = run(it, kind, state="absent")
    assert it.writes() == [resource.actions.delete.name] * times
    assert (done.changed, done.item) == (True, None)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_lost_twice(state: str) -> None:
    it = there("customer_gateway", DeleteCustomerGateway=["before"] * 2, ModifyCustomerGateway=["before"] * 2)
    with pytest.raises(UnknownOutcomeError, match="It has not happened so far"):
        run(it, "customer_gateway", {**OPTIONS["customer_gateway"], "address": "203.0.113.10"}, state=state)
    assert len(it.writes()) == 2


def test_lost_and_not_to_be_looked_at() -> None:
    it = there("customer_gateway", DeleteCustomerGateway=["after"])
    it.read_faults = [None, TransportError("DescribeCustomerGateways", "no connection")]
    with pytest.raises(UnknownOutcomeError, match="Looking at it failed too"):
        run(it, "customer_gateway", state="absent")


class Gone(FakeService):
    """What is to be deleted is removed by somebody else first, and the service says so in these words."""

    message: str
    really = True

    def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
        if action.startswith("Delete"):
            if self.really:
                self.objects["customer_gateway"].clear()
            error = NotFoundError(action, self.message, code="NoSuchEntity", http_status=404)
            self.faults[action] = [error]
        return super().write(action, parameters)


FOREIGN = [
    "gone",
    "no Route matched with those values",
    "Not Found",
    f"The customer gateway {identity(CUSTOMER, 2)} does not exist.",
    "Request was rejected because it referenced an 'InnerApi' that does not exist.",
]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("message", [f"There is no customer gateway {FIRST}.", f"{FIRST.upper()} not found", *FOREIGN])
def test_deleted_by_somebody_else_meanwhile(message: str, wait: bool) -> None:
    it = there("customer_gateway", Gone)
    it.message = message
    done = run(it, "customer_gateway", state="absent", wait=wait)
    assert (done.item, done.changed) == (None, True)
    assert it.writes() == ["DeleteCustomerGateway"]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("message", FOREIGN)
def test_a_not_found_about_something_else_has_deleted_nothing(message: str, wait: bool) -> None:
    it = there("customer_gateway", Gone)
    it.message, it.really = message, False
    with pytest.raises(NotFoundError):
        run(it, "customer_gateway", state="absent", wait=wait)
    assert not it.outcome.changed
    assert (it.outcome.item or {})["id"] == FIRST


@by_kind
def test_a_refused_delete_of_what_is_gone_has_found_it_gone(kind: str) -> None:
    """A service may say otherwise than by 404 that there is nothing (any more): a listing proves it."""

    class Odd(FakeService):
        def write(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            self.objects[TABLES[kind].name].clear()
            return super().write(action, parameters)

    it = there(kind, Odd, **{TABLES[kind].actions.delete.name: [refused("Delete", "InvalidParameterValue")]})
    done = run(it, kind, state="absent")
    assert (done.item, done.changed) == (None, True)


def test_deleting_what_is_used_names_its_users() -> None:
    ids = {"vpn_gateway": identity(GATEWAY), "customer_gateway": FIRST}
    it = there("customer_gateway", DeleteCustomerGateway=[refused("DeleteCustomerGateway", "InUse")])
    it.objects["vpn_tunnel"].append(wire(TUNNEL, 1, **ids))
    with pytest.raises(
        InUseError, match=r"InUse: no \(HTTP 400, RequestId r-9\).*is used by VPN tunnel 'tunnel'"
    ) as caught:
        run(it, "customer_gateway", state="absent")
    assert caught.value.details()["users"] == [f"VPN tunnel 'tunnel' ({identity(TUNNEL)})"]
    assert caught.value.details()["kind"] == "in_use"
    assert not it.outcome.changed


@pytest.mark.parametrize("cls", [AccessDeniedError, ThrottledError, UnavailableError, ServiceError])
def test_other_refusals_stay_what_they_are(cls: type[ServiceError]) -> None:
    it = there(
        "customer_gateway",
        DeleteCustomerGateway=[cls("DeleteCustomerGateway", "no", http_status=404, may_have_happened=False)],
    )
    with pytest.raises(cls) as caught:
        run(it, "customer_gateway", state="absent")
    assert caught.value.__class__ is cls
