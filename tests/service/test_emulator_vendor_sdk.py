# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own client, as it comes from the package index, works against the emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ksyun.client.vpc.v20160304 import client, models
from ksyun.common import credential
from ksyun.common.exception.ksyun_sdk_exception import KsyunSDKException
from ksyun.common.profile.client_profile import ClientProfile
from ksyun.common.profile.http_profile import HttpProfile

from emulator.testing import EmulatorHandle


class _Vendor:
    """Calls by action name, with the parameters as the client's own request objects take them."""

    def __init__(self, emulator: EmulatorHandle, method: str) -> None:
        profile = HttpProfile(protocol="http", endpoint=f"{emulator.host}:{emulator.port}", reqMethod=method)
        keys = credential.Credential(emulator.access_key, emulator.secret_key)
        self._client = client.VpcClient(keys, emulator.region, ClientProfile(httpProfile=profile))

    def __call__(self, action: str, **parameters: Any) -> dict[str, Any]:
        request = getattr(models, action + "Request")()
        for name, value in parameters.items():
            # The models know the names; a misspelt one would silently not be sent.
            assert hasattr(request, name)
            setattr(request, name, value)
        answer: dict[str, Any] = json.loads(getattr(self._client, action)(request))
        assert answer.pop("RequestId")
        return answer


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client takes a proxy from the environment, which the emulator is not behind."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_all_resources(emulator: EmulatorHandle, method: str) -> None:
    """Create, list by id and by filter, modify and delete all three kinds."""
    vendor = _Vendor(emulator, method)
    by_post = _Vendor(emulator, "POST")
    gateway = vendor("CreateVpnGateway", VpcId="vpc", BandWidth=5, ChargeType="Daily", VpnGatewayName="网关 1+1")
    gateway_id = gateway["VpnGateway"]["VpnGatewayId"]
    customer = vendor(
        "CreateCustomerGateway",
        CustomerGatewayAddress="203.0.113.9",
        HaCustomerGatewayAddress="203.0.113.10",
        CustomerGatewayName="office",
    )
    customer_id = customer["CustomerGateway"]["CustomerGatewayId"]
    tunnel = by_post(
        "CreateVpnTunnel",
        VpnGatewayId=gateway_id,
        CustomerGatewayId=customer_id,
        Type="Ipsec",
        PreSharedKey="p@ss w0rd+/=é",
        IkeDHGroup="14",
    )
    tunnel_id = tunnel["VpnTunnel"]["VpnTunnelId"]
    assert vendor("DescribeVpnGateways", VpnGatewayId=[gateway_id]) == {"VpnGatewaySet": [gateway["VpnGateway"]]}
    by_filter = [{"Name": "vpn-gateway-id", "Value": [gateway_id]}]
    assert vendor("DescribeVpnTunnels", Filter=by_filter) == {"VpnTunnelSet": [tunnel["VpnTunnel"]]}
    assert vendor("DescribeVpnTunnels", VpnTunnelId=[customer_id]) == {"VpnTunnelSet": []}
    assert vendor("DescribeCustomerGateways") == {"CustomerGatewaySet": [customer["CustomerGateway"]]}
    vendor("ModifyVpnGateway", VpnGatewayId=gateway_id, BandWidth=10)
    vendor("ModifyVpnTunnel", VpnTunnelId=tunnel_id, VpnTunnelName="renamed")
    vendor("ModifyCustomerGateway", CustomerGatewayId=customer_id, CustomerGatewayName="branch")
    state = emulator.state()
    assert state["VpnGatewaySet"][0]["BandWidth"] == 10
    assert state["VpnTunnelSet"][0]["VpnTunnelName"] == "renamed"
    assert state["CustomerGatewaySet"][0]["CustomerGatewayName"] == "branch"
    with pytest.raises(KsyunSDKException, match="DependencyViolation"):
        vendor("DeleteVpnGateway", VpnGatewayId=gateway_id)
    assert vendor("DeleteVpnTunnel", VpnTunnelId=tunnel_id) == {"Return": True}
    assert vendor("DeleteCustomerGateway", CustomerGatewayId=customer_id) == {"Return": True}
    assert vendor("DeleteVpnGateway", VpnGatewayId=gateway_id) == {"Return": True}
    assert not any(emulator.state().values())


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_routes(emulator: EmulatorHandle, method: str) -> None:
    """Routes of a VPC and of a gateway are made, listed, changed and deleted."""
    vendor = _Vendor(emulator, method)
    old, new = _tunnel(emulator, "1.0"), _tunnel(emulator, "2.0")
    seeded = {"VpcId": "vpc", "VpcName": "production", "CidrBlock": "10.0.0.0/16"}
    emulator.seed(VpcSet=[seeded, {"VpcId": "other"}])
    (vpc,) = vendor("DescribeVpcs", VpcId=["vpc"])["VpcSet"]
    assert seeded.items() <= vpc.items()

    made = vendor(
        "CreateRoute",
        VpcId="vpc",
        RouteType="Vpn",
        DestinationCidrBlock="10.8.0.0/16",
        VpnTunnelId=old["VpnTunnelId"],
        Description="分部",
    )
    by_filter = [{"Name": "vpc-id", "Value": ["vpc"]}, {"Name": "destination-cidr-block", "Value": ["10.8.0.0/16"]}]
    (route,) = vendor("DescribeRoutes", RouteId=[made["RouteId"]], Filter=by_filter, MaxResults=10)["RouteSet"]
    assert (route["RouteId"], route["Description"]) == (made["RouteId"], "分部")
    assert route["NextHopSet"] == [{"GatewayId": old["VpnTunnelId"], "GatewayName": old["VpnTunnelName"]}]

    gateway_id = new["VpnGatewayId"]
    made_too = vendor(
        "CreateVpnGatewayRoute",
        VpnGatewayId=gateway_id,
        DestinationCidrBlock="10.9.0.0/16",
        NextHopType="vpn_tunnel",
        NextHopInstanceId=new["VpnTunnelId"],
    )
    assert vendor(
        "CreateVpnGatewayRoute", VpnGatewayId=gateway_id, DestinationCidrBlock="10.0.0.0/16", NextHopType="vpc"
    )
    identity = {"VpnGatewayRouteId": made_too["RouteId"]}
    assert vendor("ModifyVpnGatewayRoute", **identity, Description="branch") == {"RouteId": made_too["RouteId"]}
    by_hop = [{"Name": "nexthop", "Value": ["vpn_tunnel"]}, {"Name": "cidr-block", "Value": ["10.9.0.0/16"]}]
    listed = vendor("DescribeVpnGatewayRoutes", VpnGatewayId=gateway_id, Filter=by_hop)["VpnGatewayRouteSet"]
    assert [(item["VpnGatewayRouteId"], item["Description"]) for item in listed] == [(made_too["RouteId"], "branch")]
    assert listed[0]["NextHopInstanceName"] == new["VpnTunnelName"]

    with pytest.raises(KsyunSDKException, match="DependencyViolation"):
        vendor("DeleteVpnTunnel", VpnTunnelId=new["VpnTunnelId"])
    assert vendor("DeleteVpnGatewayRoute", **identity) == {"Return": True}
    assert vendor("DeleteRoute", RouteId=made["RouteId"]) == {"Return": True}
    assert vendor("DescribeRoutes") == {"RouteSet": []}
    assert len(vendor("DescribeVpnGatewayRoutes")["VpnGatewayRouteSet"]) == 1


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_status(emulator: EmulatorHandle, method: str) -> None:
    """Of each line, by its number."""
    vendor = _Vendor(emulator, method)
    tunnel_id = _tunnel(emulator, "2.0")["VpnTunnelId"]
    emulator.status(tunnel_id, master=[["up", None]], backup=[["ike", None]])
    for master, ipsec in ((1, True), (0, False)):
        answer = vendor("DescribeVpnTunnelIpsecStatus", VpnTunnelId=[tunnel_id], IsMaster=master)
        expected = {"isMaster": master, "ipsecStatus": ipsec, "ikeStatus": True, "id": tunnel_id}
        assert answer == {"VpnTunnelIpsecStatusList": [expected], "Return": True}


def test_status_of_the_second_line_is_lost(emulator: EmulatorHandle) -> None:
    """The client's own way to fill a request from a dictionary drops the 0, so that it asks for something else."""
    tunnel_id = _tunnel(emulator, "2.0")["VpnTunnelId"]
    emulator.status(tunnel_id, backup=[["down", None]])
    request = models.DescribeVpnTunnelIpsecStatusRequest()
    request.from_json_string(json.dumps({"VpnTunnelId": [tunnel_id], "IsMaster": 0}))
    assert request.IsMaster is None
    (item,) = _Vendor(emulator, "POST")("DescribeVpnTunnelIpsecStatus", **vars(request))["VpnTunnelIpsecStatusList"]
    assert (item["isMaster"], item["ikeStatus"]) == (1, True)


def _tunnel(emulator: EmulatorHandle, version: str) -> dict[str, Any]:
    """A tunnel of a new gateway of this version, in the VPC C(vpc)."""
    seeded = emulator.seed(VpnGatewaySet=[{"VpcId": "vpc", "VpnGatewayVersion": version}])
    ends = {"VpnGatewayId": seeded["VpnGatewaySet"][0]["VpnGatewayId"]}
    made: dict[str, Any] = emulator.seed(VpnTunnelSet=[ends])["VpnTunnelSet"][0]
    return made


def test_paging(emulator: EmulatorHandle) -> None:
    """Pages as the client's models know them."""
    vendor = _Vendor(emulator, "POST")
    emulator.seed(CustomerGatewaySet=[{} for _number in range(3)])
    first = vendor("DescribeCustomerGateways", MaxResults=2)
    assert first["NextToken"] == "3"
    last = vendor("DescribeCustomerGateways", MaxResults=2, NextToken=first["NextToken"])
    assert (len(first["CustomerGatewaySet"]), len(last["CustomerGatewaySet"])) == (2, 1)
    assert "NextToken" not in last
