# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding resources by id, by name and by reference, and listing them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import NotFoundError
from ansible_collections.ksyun.vpn.plugins.module_utils.api.secrets import MASK
from ansible_collections.ksyun.vpn.plugins.module_utils.api.wire import flatten
from ansible_collections.ksyun.vpn.plugins.module_utils.info import gather
from ansible_collections.ksyun.vpn.plugins.module_utils.lookup import AmbiguousNameError, Lookup, MissingError
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK
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
    assert it.log[0] == ("read", resource.action("Describe"), {resource.id_wire: [identity(resource, 2)]})
    assert len(it.log) == 2


def test_by_id_whatever_the_service_answers() -> None:
    class Odd(FakeService):
        answer: t.Any = None

        def read(self, action: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
            return {"VpnGatewaySet": self.answer}

    it = Odd()
    for it.answer in (None, "", {}, ["junk", None, {}], [wire(GATEWAY, 2)]):
        assert lookup(it, GATEWAY).by_id(identity(GATEWAY)) is None
    it.answer = [wire(GATEWAY, 2), wire(GATEWAY, 1)]  # a service that ignores the id
    assert (lookup(it, GATEWAY).by_id(identity(GATEWAY).upper()) or {})["id"] == identity(GATEWAY)


def test_not_found_is_none_but_an_unknown_action_is_an_error() -> None:
    it = service()
    it.read_faults = [
        NotFoundError("DescribeVpnGateways", "gone", code="VpnGatewayNotFound", http_status=404),
        NotFoundError(
            "DescribeVpnGateways",
            "Request was rejected because it referenced an 'InnerApi' that does not exist.",
            code="NoSuchEntity",
            http_status=404,
        ),
    ]
    assert lookup(it, GATEWAY).by_id(identity(GATEWAY)) is None
    with pytest.raises(NotFoundError):
        lookup(it, GATEWAY).by_id(identity(GATEWAY))


@by_kind
def test_by_name_is_exact(kind: str) -> None:
    resource = TABLES[kind]
    names = ["Gw", "gw", "gw ", "gw1", ""]
    it = service(*((resource, wire(resource, number, name=name)) for number, name in enumerate(names)))
    find = lookup(it, resource)
    assert (find.by_name("gw", {}) or {})["id"] == identity(resource, 1)
    assert find.by_name("g", {}) is None
    assert find.by_name("gw", {}, others={identity(resource, 1)}) is None


@by_kind
def test_an_ambiguous_name_lists_the_ids(kind: str) -> None:
    resource = TABLES[kind]
    it = service(*((resource, wire(resource, number, name="twin")) for number in (1, 2)))
    with pytest.raises(AmbiguousNameError) as caught:
        lookup(it, resource).by_name("twin", {})
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
    assert lookup(it, resource).by_name("twin", {}, others=[ids[0]])["id"] == ids[1]  # type: ignore[index]


def test_the_scope_narrows() -> None:
    twins = [(GATEWAY, wire(GATEWAY, number, name="twin", vpc_id=f"vpc-{number}")) for number in (1, 2)]
    it = service(*twins)
    found = lookup(it, GATEWAY).by_name("twin", {"vpc_id": "vpc-2"})
    assert (found or {})["id"] == identity(GATEWAY, 2)
    assert it.log[-1][2] == {"Filter": [{"Name": "vpc-id", "Value": ["vpc-2"]}]}
    assert lookup(it, GATEWAY).by_name("twin", {"vpc_id": "vpc-3"}) is None
    # a parent that is not there yet can't hold anything: no request
    assert lookup(service(*twins), TUNNEL).by_name("twin", {"vpn_gateway": None}) is None


def test_references() -> None:
    it = service((GATEWAY, wire(GATEWAY, 1)), (CUSTOMER, wire(CUSTOMER, 1, name="twin")))
    it.objects["CustomerGateway"].append(wire(CUSTOMER, 2, name="twin"))
    find = lookup(it, TUNNEL, "project-7")
    to_gateway, to_customer = TUNNEL.field("vpn_gateway"), TUNNEL.field("customer_gateway")
    assert find.reference(to_gateway, identity(GATEWAY, 9)) == identity(GATEWAY, 9)
    assert it.log == []
    assert find.reference(to_gateway, "office") == identity(GATEWAY, 1)
    assert it.log[-1][2]["ProjectId"] == ["project-7"]
    with pytest.raises(MissingError, match=r"no VPN gateway named 'none' \(vpn_gateway\)"):
        find.reference(to_gateway, "none")
    with pytest.raises(AmbiguousNameError, match="Set customer_gateway to the"):
        find.reference(to_customer, "twin")
    assert "ProjectId" not in it.log[-1][2]
    find.require(to_gateway, identity(GATEWAY, 1))
    with pytest.raises(MissingError, match=r"with the id .*0009 \(vpn_gateway\)"):
        find.require(to_gateway, identity(GATEWAY, 9))


def test_users() -> None:
    ids = {"vpn_gateway": identity(GATEWAY, 1), "customer_gateway": identity(CUSTOMER, 1)}
    it = service((TUNNEL, wire(TUNNEL, 1, **ids)), (TUNNEL, wire(TUNNEL, 2, name="other")))
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
    client = it.client
    assert names(gather(client, GATEWAY)) == ["a1", "a2", "A1", "b[1]"]
    assert names(gather(client, GATEWAY, name="a1")) == ["a1"]
    assert names(gather(client, GATEWAY, name_glob="a*")) == ["a1", "a2"]
    assert names(gather(client, GATEWAY, name_glob="?1")) == ["a1", "A1"]
    assert names(gather(client, GATEWAY, name="b[1]")) == ["b[1]"]
    assert names(gather(client, GATEWAY, ids=[identity(GATEWAY, 1)])) == ["a2"]
    count = len(it.log)
    assert gather(client, GATEWAY, ids=[]) == []
    assert len(it.log) == count
    assert names(gather(client, GATEWAY, filters={"vpc-id": "vpc-1"}, project_ids=["1", "2"])) == [
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
    gather(client, GATEWAY, filters={"vpc-id": ["vpc-1", 2]})
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
