# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding resources by id, by name and by reference, and listing them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    InvalidOptionsError,
    NotFoundError,
    TransportError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK
from ansible_collections.ksyun.vpn.plugins.module_utils.api.wire import flatten
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.errors import AmbiguousNameError, MissingError
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.listing import gather
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.lookup import UNKNOWN_ID, Lookup
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.support.wire_server import Loopback, answer
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK, REGION, client
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    TABLES,
    TUNNEL,
    identity,
    wire,
)

by_kind = pytest.mark.parametrize("kind", TABLES)


def service(*existing: tuple[Resource, dict[str, t.Any]]) -> FakeService:
    return FakeService(*existing)


def lookup(it: FakeService, resource: Resource, project_id: str | None = None) -> Lookup:
    return Lookup(it.client, resource, project_id)


@by_kind
def test_by_id(kind: str) -> None:
    resource = TABLES[kind]
    it = service((resource, wire(resource, 1)), (resource, wire(resource, 2)))
    find = lookup(it, resource)
    assert (find.by_id(identity(resource, 2)) or {})["id"] == identity(resource, 2)
    assert find.by_id(identity(resource, 3)) is None
    assert it.log[0] == ("read", resource.actions.describe.name, {resource.id_wire: [identity(resource, 2)]})
    assert len(it.log) == 2


ODD: tuple[t.Any, ...] = (None, "", [], [wire(GATEWAY, 2)])


@pytest.mark.parametrize("listed", ODD, ids=range(len(ODD)))
def test_by_id_whatever_the_service_answers(server: Loopback, listed: t.Any) -> None:
    server.script = [answer({"VpnGatewaySet": listed})]
    assert Lookup(client(server.url), GATEWAY).by_id(identity(GATEWAY)) is None


@pytest.mark.parametrize("listed", [["junk"], [None], [{}], [{"VpnGatewayId": ""}], "junk", {}], ids=str)
def test_a_listing_that_is_none_does_not_say_that_something_is_gone(server: Loopback, listed: t.Any) -> None:
    server.script = [answer({"VpnGatewaySet": listed})]
    with pytest.raises(TransportError):
        Lookup(client(server.url), GATEWAY).by_id(identity(GATEWAY))


def test_by_id_of_a_service_that_passes_over_the_id(server: Loopback) -> None:
    server.script = [answer({"VpnGatewaySet": [wire(GATEWAY, 2), wire(GATEWAY, 1)]})]
    found = Lookup(client(server.url), GATEWAY).by_id(identity(GATEWAY).upper())
    assert (found or {})["id"] == identity(GATEWAY)


MESSAGES: tuple[tuple[str, bool], ...] = (
    # whether it proves that the one that was asked for is gone
    ("The VPN gateway {id} does not exist.", True),
    ("no such thing: {ID}", True),
    ("VPN网关{id}不存在", True),
    ("gone", False),
    ("no Route matched with those values", False),
    ("Not Found", False),
    ("The VPN gateway {other} does not exist.", False),
    ("The VPN gateway {id}0 does not exist.", False),
    ("The VPN gateway 0{id} does not exist.", False),
    ("Request was rejected because it referenced an 'InnerApi' that does not exist.", False),
)


@pytest.mark.parametrize(("message", "proof"), MESSAGES)
def test_only_a_not_found_that_names_the_id_says_that_it_is_gone(message: str, proof: bool) -> None:
    own = identity(GATEWAY)
    text = message.format(id=own, ID=own.upper(), other=identity(GATEWAY, 2))
    it = service((GATEWAY, wire(GATEWAY)))
    it.read_faults = [NotFoundError("DescribeVpnGateways", text, code="NoSuchEntity", http_status=404)]
    if proof:
        assert lookup(it, GATEWAY).by_id(own) is None
    else:
        with pytest.raises(NotFoundError):
            lookup(it, GATEWAY).by_id(own)


def test_by_id_follows_the_pages_to_the_end(server: Loopback) -> None:
    """A page with nothing on it is legal: what is asked for may stand on the next."""
    pages = [[], [wire(GATEWAY, 2)], [wire(GATEWAY, 1)]]
    server.script = [
        answer({"VpnGatewaySet": page, **({"NextToken": str(number)} if number < len(pages) else {})})
        for number, page in enumerate(pages, 1)
    ]
    found = Lookup(client(server.url), GATEWAY).by_id(identity(GATEWAY))
    assert (found or {})["id"] == identity(GATEWAY)
    assert len(server.received) == len(pages)


@by_kind
def test_an_id_is_found_however_it_is_written(kind: str) -> None:
    resource = TABLES[kind]
    it = service((resource, wire(resource)))
    for spelling in (identity(resource), identity(resource).upper(), identity(resource).title()):
        assert (lookup(it, resource).by_id(spelling) or {})["id"] == identity(resource)
        assert identity(resource) in it.log[-1][2][resource.id_wire]


@by_kind
def test_by_name_is_exact(kind: str) -> None:
    resource = TABLES[kind]
    names = ["Gw", "gw", "gw1", "", "gw_", "g w"]
    it = service(*((resource, wire(resource, number, name=name)) for number, name in enumerate(names)))
    find = lookup(it, resource)
    assert (find.by_key({"name": "gw"}).item or {})["id"] == identity(resource, 1)
    assert find.by_key({"name": "g"}) == (None, [], [], [], [], [])


ALIKE = ["office ", " office", "of\uff46ice", "\u00a0office", "o\ufb00ice"]


@by_kind
@pytest.mark.parametrize("stored", ALIKE)
def test_a_name_that_may_have_been_stored_otherwise_is_told_apart(kind: str, stored: str) -> None:
    resource = TABLES[kind]
    it = service((resource, wire(resource, 1, name=stored)), (resource, wire(resource, 2, name="elsewhere")))
    for asked in ("office", "office\t"):
        found = lookup(it, resource).by_key({"name": asked})
        assert found.item is None
        assert [item["id"] for item in found.alike] == [identity(resource, 1)]
    it.objects[resource.name].append(wire(resource, 3, name="office"))
    found = lookup(it, resource).by_key({"name": "office"})
    assert (found.item or {})["id"] == identity(resource, 3)


@by_kind
def test_all_that_may_have_come_of_a_create(kind: str) -> None:
    """Those of the name, those alike, and the task's own, whatever its name has become; but for those known before."""
    resource = TABLES[kind]
    names = ["twin", "twin", "twin ", "other", "twi"]
    it = service(*((resource, wire(resource, number, name=name)) for number, name in enumerate(names, 1)))
    find = lookup(it, resource)

    def numbers(*others: int, own: int | None = None) -> list[int]:
        known = {identity(resource, number).upper() for number in others}
        found = find.all_by_key({"name": "twin"}, known, identity(resource, own).upper() if own else None)
        return [int(item["id"][-2:], 16) for item in found]

    assert numbers() == [1, 2, 3]
    assert numbers(1) == [2, 3]
    assert numbers(1, own=5) == [2, 3, 5]
    assert numbers(1, 2, 3) == []


@by_kind
def test_an_ambiguous_name_lists_the_ids(kind: str) -> None:
    resource = TABLES[kind]
    it = service(*((resource, wire(resource, number, name="twin")) for number in (1, 2)))
    with pytest.raises(AmbiguousNameError) as caught:
        lookup(it, resource).by_key({"name": "twin"})
    ids = [identity(resource, 1), identity(resource, 2)]
    assert caught.value.ids == ids
    assert caught.value.details() == {"kind": "ambiguous_name", "ids": ids}
    message = str(caught.value)
    assert message.startswith(f"2 resources match the {resource.noun} 'twin': ")
    for number in (1, 2):
        assert f"{identity(resource, number)} (created 2026-01-02 03:04:0{number})" in message
    assert "Set id" in message
    assert ("tells them apart" in message) == (resource.scope is not None)
    assert PSK not in message


def test_the_scope_narrows() -> None:
    twins = [(GATEWAY, wire(GATEWAY, number, name="twin", vpc_id=f"vpc-{number}")) for number in (1, 2)]
    it = service(*twins)
    found = lookup(it, GATEWAY).by_key({"name": "twin", "vpc_id": "vpc-2"}).item
    assert (found or {})["id"] == identity(GATEWAY, 2)
    assert it.log[-1][2] == {"Filter": [{"Name": "vpc-id", "Value": ["vpc-2"]}]}
    assert lookup(it, GATEWAY).by_key({"name": "twin", "vpc_id": "vpc-3"}).item is None
    # a parent that is not there yet can't hold anything: no request
    assert lookup(service(*twins), TUNNEL).by_key({"name": "twin", "vpn_gateway": None}).item is None


class Everything(FakeService):
    """A service that passes over filters and ids."""

    def _listed(self, resource: Resource, parameters: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        return super()._listed(resource, {})


def test_what_a_filter_has_let_through_is_compared_here() -> None:
    twins = [(GATEWAY, wire(GATEWAY, number, name="twin", vpc_id=f"vpc-{number}")) for number in (1, 2)]
    it = Everything(*twins)
    assert (lookup(it, GATEWAY).by_key({"name": "twin", "vpc_id": "vpc-2"}).item or {})["id"] == identity(GATEWAY, 2)
    assert lookup(it, GATEWAY).by_key({"name": "twin", "vpc_id": "vpc-3"}).item is None
    assert lookup(it, GATEWAY).all_by_key({"name": "twin", "vpc_id": "vpc-3"}) == []
    assert (lookup(it, GATEWAY).by_id(identity(GATEWAY, 2)) or {})["id"] == identity(GATEWAY, 2)
    # a scope that the service does not return can't be compared
    it.hides = {"VpcId"}
    with pytest.raises(AmbiguousNameError):
        lookup(it, GATEWAY).by_key({"name": "twin", "vpc_id": "vpc-3"})


def test_what_refers_to_something_else_is_no_user() -> None:
    it = Everything((TUNNEL, wire(TUNNEL)))
    assert lookup(it, GATEWAY).users(identity(GATEWAY, 9)) == []
    assert len(lookup(it, GATEWAY).users(identity(GATEWAY).upper())) == 1


def test_parents() -> None:
    it = service((GATEWAY, wire(GATEWAY, 1)), (CUSTOMER, wire(CUSTOMER, 1, name="twin")))
    it.objects["customer_gateway"].append(wire(CUSTOMER, 2, name="twin"))
    find = lookup(it, TUNNEL, "project-7")
    where = rf"in region {REGION} at http://127\.0\.0\.1:1\."
    to_gateway, to_customer = TUNNEL.field("vpn_gateway"), TUNNEL.field("customer_gateway")
    for given in ("office", identity(GATEWAY), identity(GATEWAY).upper()):
        assert find.parent(to_gateway, given)["id"] == identity(GATEWAY)
        assert it.log[-1][2]["ProjectId"] == ["project-7"]
    for given, words in (("none", "named 'none'"), (identity(GATEWAY, 9), f"with the id {identity(GATEWAY, 9)}")):
        with pytest.raises(MissingError, match=rf"no VPN gateway {words} \(vpn_gateway\) {where}$"):
            find.parent(to_gateway, given)
        with pytest.raises(MissingError, match="Only the default project was looked into"):
            lookup(it, TUNNEL).parent(to_gateway, given)
    with pytest.raises(AmbiguousNameError, match="Set customer_gateway to choose one"):
        find.parent(to_customer, "twin")
    assert "ProjectId" not in it.log[-1][2]
    with pytest.raises(MissingError, match=f"{where}$"):  # these have no project
        lookup(it, TUNNEL).parent(to_customer, "none")
    count = len(it.log)
    with pytest.raises(MissingError, match="does not exist yet"):
        find.parent(to_gateway, UNKNOWN_ID)
    assert len(it.log) == count


def test_users() -> None:
    ids = {"vpn_gateway": identity(GATEWAY, 2), "customer_gateway": identity(CUSTOMER, 2)}
    it = service((TUNNEL, wire(TUNNEL, 1)), (TUNNEL, wire(TUNNEL, 2, name="other", **ids)))
    expected = [f"VPN tunnel 'tunnel' ({identity(TUNNEL, 1)})"]
    assert lookup(it, GATEWAY).users(identity(GATEWAY, 1)) == expected
    assert it.log[-1][2] == {"Filter": [{"Name": "vpn-gateway-id", "Value": [identity(GATEWAY, 1)]}]}
    assert lookup(it, CUSTOMER).users(identity(CUSTOMER, 1)) == expected
    assert it.log[-1][2] == {}
    assert lookup(it, CUSTOMER).users(identity(CUSTOMER, 9)) == []
    assert lookup(it, TUNNEL).users(identity(TUNNEL, 1)) == []


def test_a_key_that_was_read_is_a_secret_from_then_on() -> None:
    it = service((TUNNEL, wire(TUNNEL)))
    item = lookup(it, TUNNEL).by_id(identity(TUNNEL))
    assert (item or {})["pre_shared_key"] == PSK
    assert it.redact(f"echo {PSK}") == f"echo {MASK}"


# --- listing ----------------------------------------------------------------------------------


def names(items: list[dict[str, t.Any]]) -> list[str]:
    return [item["name"] for item in items]


def test_gather() -> None:
    it = service(*((GATEWAY, wire(GATEWAY, n, name=name)) for n, name in enumerate(["a1", "a2", "A1", "b[1]"])))
    fake = it.client
    assert names(gather(fake, GATEWAY)) == ["a1", "a2", "A1", "b[1]"]
    assert names(gather(fake, GATEWAY, key={"name": "a1"})) == ["a1"]
    assert names(gather(fake, GATEWAY, name_glob="a*")) == ["a1", "a2"]
    assert names(gather(fake, GATEWAY, name_glob="?1")) == ["a1", "A1"]
    assert names(gather(fake, GATEWAY, key={"name": "b[1]"})) == ["b[1]"]
    assert names(gather(fake, GATEWAY, ids=[identity(GATEWAY, 1)])) == ["a2"]
    count = len(it.log)
    assert gather(fake, GATEWAY, ids=[]) == []
    assert len(it.log) == count
    assert names(gather(fake, GATEWAY, filters={"vpc-id": "vpc-1"}, project_ids=["1", "2"])) == [
        "a1",
        "a2",
        "A1",
        "b[1]",
    ]
    assert it.log[-1][2] == {
        "VpnGatewayId": None,
        "ProjectId": ["1", "2"],
        "Filter": [{"Name": "vpc-id", "Value": ["vpc-1"]}],
    }
    gather(fake, GATEWAY, filters={"vpc-id": ["vpc-1", 2]})
    assert flatten(it.log[-1][2]) == [
        ("Filter.1.Name", "vpc-id"),
        ("Filter.1.Value.1", "vpc-1"),
        ("Filter.1.Value.2", "2"),
    ]


def test_gather_shows_keys_only_on_request() -> None:
    it = service((TUNNEL, wire(TUNNEL)), (TUNNEL, wire(TUNNEL)))
    (item,) = gather(it.client, TUNNEL)
    assert "pre_shared_key" not in item
    assert it.redact.known == {PSK}
    (item,) = gather(it.client, TUNNEL, secrets=True)
    assert item["pre_shared_key"] == PSK


def test_gather_compares_the_ids_and_the_scope_that_were_asked_for() -> None:
    it = Everything(*((GATEWAY, wire(GATEWAY, n, name=f"gw{n}", vpc_id=f"vpc-{n}")) for n in (1, 2, 3)))
    assert names(gather(it.client, GATEWAY, ids=[identity(GATEWAY, 2).upper()])) == ["gw2"]
    assert names(gather(it.client, GATEWAY, filters={"vpc-id": "vpc-3"})) == ["gw3"]
    assert names(gather(it.client, GATEWAY, filters={"vpc-id": ["vpc-3", "VPC-1"]})) == ["gw1", "gw3"]
    assert names(gather(it.client, GATEWAY, filters={"vpc-id": "vpc-9"})) == []


EMPTY: tuple[dict[str, t.Any], ...] = (
    {"ids": [""]},
    {"ids": [identity(GATEWAY), " "]},
    {"project_ids": [""]},
    {"filters": {"vpc-id": ""}},
    {"filters": {"vpc-id": " \t"}},
    {"filters": {"vpc-id": ["vpc-1", ""]}},
    {"filters": {"vpc-id": []}},
    {"filters": {"": "vpc-1"}},
    {"filters": {"vpc-id": None}},
)


@pytest.mark.parametrize("asked", EMPTY, ids=str)
def test_gather_refuses_what_is_empty(asked: dict[str, t.Any]) -> None:
    it = service((GATEWAY, wire(GATEWAY)))
    with pytest.raises(InvalidOptionsError, match=f"{next(iter(asked))} must"):
        gather(it.client, GATEWAY, **asked)
    assert it.log == []
