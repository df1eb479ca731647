# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Describe actions: ids, filters, projects, regions, paging, lags."""

from __future__ import annotations

from typing import Any

import pytest
from service.client import Caller

from emulator.testing import EmulatorHandle


def _names(call: Caller, action: str = "DescribeVpnGateways", **parameters: Any) -> list[str]:
    reply = call(action, parameters=parameters.pop("parameters", {}), **parameters)
    assert reply.status == 200, reply.body
    noun = action.removeprefix("Describe").removesuffix("s")
    return [item[noun + "Name"] for item in reply.json[noun + "Set"]]


def _seed_gateways(emulator: EmulatorHandle, count: int, **more: Any) -> list[str]:
    seeded = emulator.seed(VpnGatewaySet=[{"VpnGatewayName": f"gw-{number}", **more} for number in range(count)])
    return [item["VpnGatewayId"] for item in seeded["VpnGatewaySet"]]


@pytest.mark.parametrize("noun", ["VpnGateway", "VpnTunnel", "CustomerGateway"])
def test_empty(call: Caller, noun: str) -> None:
    """An empty list, not null; and so for ids that do not exist."""
    for parameters in ({}, {f"{noun}Id.1": "00000000-0000-4000-8000-000000000000"}):
        answer = call(f"Describe{noun}s", parameters=parameters).json
        assert list(answer) == ["RequestId", noun + "Set"]
        assert answer[noun + "Set"] == []


@pytest.mark.parametrize("base", [0, 1])
def test_ids(emulator: EmulatorHandle, call: Caller, base: int) -> None:
    """Lists count from 0 or from 1; the order is that of creation."""
    ids = _seed_gateways(emulator, 3)
    parameters = {f"VpnGatewayId.{base}": ids[2], f"VpnGatewayId.{base + 1}": ids[0]}
    assert _names(call, parameters=parameters) == ["gw-0", "gw-2"]


@pytest.mark.parametrize("base", [0, 1])
def test_filters(emulator: EmulatorHandle, call: Caller, base: int) -> None:
    """Values are alternatives, filters all hold."""
    for vpc in ("a", "b", "c"):
        emulator.seed(VpnGatewaySet=[{"VpnGatewayName": f"gw-{vpc}", "VpcId": f"vpc {vpc}"}])
    first = f"Filter.{base}."
    either = {first + "Name": "vpc-id", first + f"Value.{base}": "vpc a", first + f"Value.{base + 1}": "vpc c"}
    assert _names(call, parameters=either) == ["gw-a", "gw-c"]
    assert _names(call, method="GET", parameters=either) == ["gw-a", "gw-c"]
    second = f"Filter.{base + 1}."
    both = {**either, second + "Name": "vpc-id", second + f"Value.{base}": "vpc c"}
    assert _names(call, parameters=both) == ["gw-c"]


def test_filter_order_is_numerical(call: Caller) -> None:
    """The first faulty filter by number is the one that is named."""
    parameters = {"Filter.10.Name": "x", "Filter.10.Value.1": "x", "Filter.9.Name": "y", "Filter.9.Value.1": "y"}
    assert "Filter.9.Name" in call("DescribeVpnGateways", parameters=parameters).message


def test_tunnel_filters(emulator: EmulatorHandle, call: Caller) -> None:
    """By gateway and by NAT."""
    gateway = _seed_gateways(emulator, 1)[0]
    emulator.seed(
        VpnTunnelSet=[
            {"VpnTunnelName": "one", "VpnGatewayId": gateway},
            {"VpnTunnelName": "two", "NatId": "nat-1"},
        ]
    )
    for name, value, expected in (("vpn-gateway-id", gateway, "one"), ("nat-id", "nat-1", "two")):
        parameters = {"Filter.1.Name": name, "Filter.1.Value.1": value}
        assert _names(call, "DescribeVpnTunnels", parameters=parameters) == [expected]


@pytest.mark.parametrize(
    ("action", "parameters", "named"),
    [
        ("DescribeVpnGateways", {"Filter.1.Name": "vpn-gateway-id", "Filter.1.Value.1": "x"}, "Filter.1.Name"),
        (
            "DescribeCustomerGateways",
            {"Filter.1.Name": "customer-gateway-colour", "Filter.1.Value.1": "x"},
            "Filter.1.Name",
        ),
        ("DescribeVpnTunnels", {"Filter.1.Name": "nat-id"}, "Filter.1.Value"),
        ("DescribeVpnTunnels", {"Filter.1.Value.1": "x"}, "Filter.1.Name"),
        ("DescribeVpnTunnels", {"Filter.1": "x"}, "Filter.1"),
        ("DescribeVpnTunnels", {"Filter.1.Name": "nat-id", "Filter.1.Value": "x"}, "Filter.1.Value"),
        ("DescribeVpnTunnels", {"VpnTunnelId.": "x"}, "VpnTunnelId."),
    ],
)
def test_malformed(call: Caller, action: str, parameters: dict[str, str], named: str) -> None:
    """Unknown filters and suffixes that are no numbers."""
    reply = call(action, parameters=parameters)
    assert (reply.status, reply.code) == (400, "InvalidQueryParameter")
    assert f"parameter {named} is" in reply.message


def test_projects(emulator: EmulatorHandle, call: Caller) -> None:
    """Without a project only the default one is seen, ids or not; one or several may be named."""
    ids = []
    for project in ("0", "1", "2"):
        seeded = emulator.seed(VpnGatewaySet=[{"VpnGatewayName": f"p{project}", "ProjectId": project}])
        ids.append(seeded["VpnGatewaySet"][0]["VpnGatewayId"])
    assert _names(call) == ["p0"]
    assert _names(call, parameters={"VpnGatewayId.1": ids[1]}) == []
    assert _names(call, parameters={"ProjectId": "1"}) == ["p1"]
    assert _names(call, parameters={"ProjectId.1": "2", "ProjectId.2": "0"}) == ["p0", "p2"]
    assert _names(call, parameters={"ProjectId.0": "1", "VpnGatewayId.1": ids[1]}) == ["p1"]


@pytest.mark.parametrize("form", ["v4-header", "v4-query", "simplified"])
def test_regions(call: Caller, form: str) -> None:
    """Resources live in the region of the scope, or of the parameter with the simplified signature."""
    call.by(region="cn-shanghai-2").gateway(VpnGatewayName="there", form=form)
    call.gateway(VpnGatewayName="here", form=form)
    assert _names(call, form=form) == ["here"]
    assert _names(call.by(region="cn-shanghai-2"), form=form) == ["there"]


def test_default_region(call: Caller) -> None:
    """ "不传默认cn-beijing-6"."""
    call.gateway(VpnGatewayName="here")
    assert _names(call.by(region=None), form="simplified") == ["here"]


def test_paging_by_token(emulator: EmulatorHandle, call: Caller) -> None:
    """Handing back the token until there is none shows everything once."""
    _seed_gateways(emulator, 7)
    for size in (1, 3, 7, 8):
        seen: list[str] = []
        token = None
        while True:
            answer = call("DescribeVpnGateways", MaxResults=size, NextToken=token).json
            seen += [item["VpnGatewayName"] for item in answer["VpnGatewaySet"]]
            assert len(answer["VpnGatewaySet"]) <= size
            if "NextToken" not in answer:
                break
            token = answer["NextToken"]
            assert isinstance(token, str)
        assert seen == [f"gw-{number}" for number in range(7)]


@pytest.mark.parametrize("start", [0, 1])
def test_paging_by_offset(emulator: EmulatorHandle, call: Caller, start: int) -> None:
    """Counting the token up by the page's size until a page is short shows everything, too."""
    _seed_gateways(emulator, 5)
    seen = _names(call, MaxResults=2, NextToken=start)
    for offset in (3, 5):
        seen += _names(call, MaxResults=2, NextToken=offset)
    assert seen == [f"gw-{number}" for number in range(5)]
    assert _names(call, MaxResults=2, NextToken=7) == []


def test_paging_within_filters(emulator: EmulatorHandle, call: Caller) -> None:
    """Pages are cut from what the filters leave."""
    _seed_gateways(emulator, 2, VpcId="x")
    _seed_gateways(emulator, 3, VpcId="y")
    parameters = {"Filter.1.Name": "vpc-id", "Filter.1.Value.1": "y", "MaxResults": "2"}
    answer = call("DescribeVpnGateways", parameters=parameters).json
    assert (len(answer["VpnGatewaySet"]), answer["NextToken"]) == (2, "3")


def test_page_size(emulator: EmulatorHandle, call: Caller) -> None:
    """What a page holds when the client does not say is a setting; 1000 is also the most that it may ask for."""
    _seed_gateways(emulator, 1001)
    assert len(_names(call)) == 1000
    emulator.configure(page_size=10)
    assert len(_names(call)) == 10
    for name, value in (("MaxResults", "1001"), ("MaxResults", "x"), ("NextToken", "x"), ("NextToken", "-1")):
        assert call("DescribeVpnGateways", parameters={name: value}).code == "InvalidParameterValue"


def test_list_lag(emulator: EmulatorHandle, call: Caller) -> None:
    """New resources are listed late, deleted ones a while longer; both can be worked with, or not, at once."""
    emulator.configure(list_lag=60, delete_lag=60, clock_window=1000)
    gateway = call.gateway(VpnGatewayName="new")
    assert _names(call) == []
    assert call("ModifyVpnGateway", VpnGatewayId=gateway["VpnGatewayId"], VpnGatewayName="newer").status == 200
    emulator.configure(clock_offset=61)
    assert _names(call) == ["newer"]
    assert call("DeleteVpnGateway", VpnGatewayId=gateway["VpnGatewayId"]).status == 200
    assert call("DeleteVpnGateway", VpnGatewayId=gateway["VpnGatewayId"]).status == 404
    assert _names(call) == ["newer"]
    assert emulator.state()["VpnGatewaySet"] == []
    emulator.configure(clock_offset=122)
    assert _names(call) == []
