# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of fields: what each reads, and that what it accepts it reads back as the same."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.types import TYPES
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import valid

CIDR = Field("destination", "DestinationCidrBlock", type="cidr", on_create=True)
SETTABLE = sorted(set(TYPES) - {"time", "cidrs", "hop_id", "hop_name"})


@pytest.mark.parametrize("name", SETTABLE)
@given(data=st.data())
def test_what_is_accepted_is_read_back_as_the_same(name: str, data: st.DataObject) -> None:
    field = Field("option", "Wire", type=name, on_create=True, minimum=-(10**17) if name == "int" else None)
    value = data.draw(valid(field))
    assert field.malformed(value) is None
    read = field.read(value)
    assert field.same(read, value)
    assert field.canonical(read) == read
    assert field.read(str(value)) == read, "whatever type the service answers with"


@pytest.mark.parametrize("name", sorted(TYPES))
def test_nothing_is_nothing(name: str) -> None:
    field = Field("option", "Wire", type=name)
    assert field.read(None) == field.read("") == ([] if name == "cidrs" else None)


@pytest.mark.parametrize(
    "value", [[], [{}], [3], [{"GatewayId": ""}], [{"GatewayId": None}], "hop", {"GatewayId": "a"}]
)
def test_no_next_hop_is_none(value: t.Any) -> None:
    assert Field("option", "Wire", type="hop_id").read(value) is None


def test_the_first_next_hop_counts() -> None:
    hops = [{"GatewayId": "a", "GatewayName": "one"}, {"GatewayId": "b", "GatewayName": "two"}]
    assert [Field("option", "Wire", type=name).read(hops) for name in ("hop_id", "hop_name")] == ["a", "one"]


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_a_network_has_no_bits_of_a_host(address: ipaddress.IPv4Address, length: int) -> None:
    text = f"{address}/{length}"
    network = ipaddress.IPv4Interface(text).network
    problem = CIDR.malformed(text)
    assert (problem is None) == (network.network_address == address)
    assert problem is None or str(network) in problem, "it says which network that would be"


@pytest.mark.parametrize("value", ["10.0.0.0", "10.0.0.0/33", "fd00::/8", "office", "10.0.0.0/8/8", 10, None])
def test_what_is_no_network(value: t.Any) -> None:
    assert "must be an IPv4 network" in str(CIDR.malformed(value))


@pytest.mark.parametrize(
    ("current", "wanted", "same"),
    [
        ("10.1.0.0/16", "10.1.0.0/255.255.0.0", True),
        ("10.1.0.0/16", "10.1.0.0/17", False),
        ("10.1.0.0/16", "10.2.0.0/16", False),
        (None, "10.1.0.0/16", False),
    ],
)
def test_networks_are_compared_as_such(current: str | None, wanted: str, same: bool) -> None:
    assert CIDR.same(current, wanted) is same
