# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of VPCs and of gateways, VPCs, and where packets go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from service.client import Caller, Reply

from emulator.testing import EmulatorHandle

_PEERS = {"Type": "route_ipsec", "LocalPeerIp": "169.254.0.1/30", "CustomerPeerIp": "169.254.0.2/30"}
_NETWORK = "10.8.0.0/16"
# The models' items, field by field.
_VPC_ROUTE = {
    "CreateTime",
    "VpcId",
    "DestinationCidrBlock",
    "RouteId",
    "RouteType",
    "Status",
    "System",
    "RoutePublishStatus",
    "Description",
    "RouteTableId",
    "RouteEntryType",
    "NextHopSet",
}
_GATEWAY_ROUTE = {
    "CreateTime",
    "VpnGatewayRouteId",
    "DestinationCidrBlock",
    "RouteType",
    "NextHopType",
    "NextHopInstanceName",
    "VpnGatewayId",
    "Description",
}


@dataclass(frozen=True)
class Site:
    """A gateway of one version in the VPC vpc-1, with a tunnel, and the calls that make its routes."""

    call: Caller
    gateway: str
    tunnel: str

    def vpc_route(self, **more: Any) -> Reply:
        """CreateRoute, to the tunnel unless told otherwise."""
        wanted = {"VpcId": "vpc-1", "RouteType": "Vpn", "DestinationCidrBlock": _NETWORK, "VpnTunnelId": self.tunnel}
        return self.call("CreateRoute", parameters={**wanted, **more})

    def gateway_route(self, **more: Any) -> Reply:
        """CreateVpnGatewayRoute, to the tunnel unless told otherwise."""
        wanted = {"VpnGatewayId": self.gateway, "DestinationCidrBlock": _NETWORK, "NextHopType": "vpn_tunnel"}
        return self.call("CreateVpnGatewayRoute", parameters={**wanted, "NextHopInstanceId": self.tunnel, **more})


def _site(call: Caller, version: str = "1.0", name: str = "berlin") -> Site:
    gateway = call.gateway(VpnGatewayVersion=version, VpnGatewayName="gw")["VpnGatewayId"]
    kind = _PEERS if version == "2.0" else {}
    tunnel = call.tunnel(VpnGatewayId=gateway, VpnTunnelName=name, **kind)["VpnTunnelId"]
    return Site(call, gateway, tunnel)


@pytest.fixture(name="old")
def _old(call: Caller) -> Site:
    """A site of the first generation."""
    return _site(call)


@pytest.fixture(name="new")
def _new(call: Caller) -> Site:
    """A site of the second one."""
    return _site(call, "2.0")


def _listed(call: Caller, action: str, **parameters: Any) -> list[dict[str, Any]]:
    reply = call(action, parameters=parameters)
    assert reply.status == 200, reply.body
    items: list[dict[str, Any]] = reply.json[action.removeprefix("Describe").removesuffix("s") + "Set"]
    return items


def _filter(name: str, value: str) -> dict[str, str]:
    return {"Filter.1.Name": name, "Filter.1.Value.1": value}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_vpc_route(call: Caller, old: Site, method: str) -> None:
    """Made, listed with all that the models have, and deleted; there is no action that changes one."""
    more = {"Description": "分部", "RouteTableId": "table-1"}
    wanted = {"VpcId": "vpc-1", "RouteType": "Vpn", "DestinationCidrBlock": _NETWORK, "VpnTunnelId": old.tunnel, **more}
    answer = call("CreateRoute", method=method, parameters=wanted).json
    assert list(answer) == ["RequestId", "RouteId"]
    (route,) = _listed(call, "DescribeRoutes", **{"RouteId.1": answer["RouteId"]})
    assert set(route) == _VPC_ROUTE
    assert route["RouteId"] == answer["RouteId"]
    assert route["NextHopSet"] == [{"GatewayId": old.tunnel, "GatewayName": "berlin"}]
    assert (route["System"], route["VpcId"], route["RouteType"]) == (False, "vpc-1", "Vpn")
    assert more.items() <= route.items()
    assert call("ModifyRoute", parameters={"RouteId": route["RouteId"], "Description": "x"}).code == "NoSuchEntity"
    assert call("DeleteRoute", method=method, parameters={"RouteId": route["RouteId"]}).json["Return"] is True
    assert _listed(call, "DescribeRoutes") == []
    assert call("DeleteRoute", parameters={"RouteId": route["RouteId"]}).code == "NoSuchEntity"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_gateway_route(call: Caller, new: Site, method: str) -> None:
    """Its id has one name where it is made and changed, and another where it is listed, changed and deleted."""
    wanted = {"VpnGatewayId": new.gateway, "DestinationCidrBlock": _NETWORK, "NextHopType": "vpn_tunnel"}
    wanted |= {"NextHopInstanceId": new.tunnel, "Description": "first"}
    answer = call("CreateVpnGatewayRoute", method=method, parameters=wanted).json
    assert list(answer) == ["RequestId", "RouteId"]
    identity = {"VpnGatewayRouteId": answer["RouteId"]}
    changed = call("ModifyVpnGatewayRoute", method=method, parameters={**identity, "Description": "second"}).json
    assert changed == {"RequestId": changed["RequestId"], "RouteId": answer["RouteId"]}
    (route,) = _listed(call, "DescribeVpnGatewayRoutes", VpnGatewayId=new.gateway)
    assert set(route) == _GATEWAY_ROUTE
    expected = {"NextHopType": "vpn_tunnel", "NextHopInstanceName": "berlin", "Description": "second", **identity}
    assert expected.items() <= route.items()
    assert call("DeleteVpnGatewayRoute", parameters={"RouteId": answer["RouteId"]}).code == "MissingParameter"
    assert call("DeleteVpnGatewayRoute", method=method, parameters=identity).json["Return"] is True
    assert _listed(call, "DescribeVpnGatewayRoutes") == []
    assert call("ModifyVpnGatewayRoute", parameters=identity).code == "NoSuchEntity"


def test_the_answer_to_a_change_may_be_true(emulator: EmulatorHandle, call: Caller, new: Site) -> None:
    """As two models type it."""
    emulator.configure(route_modify_answer="true")
    identity = {"VpnGatewayRouteId": new.gateway_route().json["RouteId"]}
    assert call("ModifyVpnGatewayRoute", parameters=identity).json["RouteId"] is True


def test_a_route_into_the_vpc(emulator: EmulatorHandle, call: Caller, new: Site) -> None:
    """Its id may be left out, and can only be that of the gateway's; its name is that of the VPC."""
    emulator.seed(VpcSet=[{"VpcId": "vpc-1", "VpcName": "production"}])
    for more in ({"NextHopInstanceId": None}, {"NextHopInstanceId": "vpc-1", "DestinationCidrBlock": "10.9.0.0/16"}):
        assert new.gateway_route(NextHopType="vpc", **more).status == 200
    listed = _listed(call, "DescribeVpnGatewayRoutes")
    assert [(item["NextHopType"], item["NextHopInstanceName"]) for item in listed] == [("vpc", "production")] * 2
    assert new.gateway_route(NextHopType="vpc", NextHopInstanceId="vpc-2").code == "InvalidParameterValue"
    assert emulator.paths() == []


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"VpcId": None}, "MissingParameter", "VpcId"),
        ({"RouteType": None}, "MissingParameter", "RouteType"),
        ({"DestinationCidrBlock": None}, "MissingParameter", "DestinationCidrBlock"),
        ({"VpnTunnelId": None}, "MissingParameter", "VpnTunnelId"),
        ({"RouteType": "Host"}, "MissingParameter", "InstanceId"),
        ({"RouteType": "Peering"}, "MissingParameter", "VpcPeeringConnectionId"),
        ({"RouteType": "VPN"}, "InvalidParameterValue", "RouteType"),
        ({"DestinationCidrBlock": "10.8.0.1/16"}, "InvalidParameterValue", "DestinationCidrBlock"),
        ({"DestinationCidrBlock": "10.8.0.0"}, "InvalidParameterValue", "DestinationCidrBlock"),
        ({"DestinationCidrBlock": "fd00::/8"}, "InvalidParameterValue", "DestinationCidrBlock"),
        ({"VpcId": "vpc-2"}, "InvalidParameterValue", "VpcId"),
        ({"VpnTunnelId": "gone"}, "NoSuchEntity", "gone"),
        ({"VpnGatewayId": "other"}, "InvalidParameterValue", "VpnGatewayId"),
        ({"VpnTunnelId": None, "VpnGatewayId": "gone"}, "NoSuchEntity", "gone"),
    ],
)
def test_vpc_route_refused(emulator: EmulatorHandle, old: Site, changes: dict[str, Any], code: str, named: str) -> None:
    """What is missing, what is no network, and next hops that are not there or of another VPC."""
    reply = old.vpc_route(**changes)
    assert reply.code == code
    assert named in reply.message
    assert emulator.state()["RouteSet"] == []


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"VpnGatewayId": None}, "MissingParameter", "VpnGatewayId"),
        ({"DestinationCidrBlock": None}, "MissingParameter", "DestinationCidrBlock"),
        ({"NextHopType": None}, "MissingParameter", "NextHopType"),
        ({"NextHopInstanceId": None}, "MissingParameter", "NextHopInstanceId"),
        ({"NextHopType": "VpnTunnel"}, "InvalidParameterValue", "NextHopType"),
        ({"DestinationCidrBlock": "10.8.0.1/16"}, "InvalidParameterValue", "DestinationCidrBlock"),
        ({"VpnGatewayId": "gone"}, "NoSuchEntity", "gone"),
        ({"NextHopInstanceId": "gone"}, "NoSuchEntity", "gone"),
    ],
)
def test_gateway_route_refused(
    emulator: EmulatorHandle, new: Site, changes: dict[str, Any], code: str, named: str
) -> None:
    """The same for routes of gateways."""
    reply = new.gateway_route(**changes)
    assert reply.code == code
    assert named in reply.message
    assert emulator.state()["VpnGatewayRouteSet"] == []


def test_gateway_routes_are_of_version_2(call: Caller, old: Site, new: Site) -> None:
    """And lead to the gateway's own tunnels."""
    reply = old.gateway_route()
    assert (reply.code, "VpnGatewayId" in reply.message) == ("InvalidParameterValue", True)
    reply = new.gateway_route(NextHopInstanceId=_site(call, "2.0").tunnel)
    assert (reply.code, "NextHopInstanceId" in reply.message) == ("InvalidParameterValue", True)


def test_one_route_to_a_network(emulator: EmulatorHandle, call: Caller, old: Site, new: Site) -> None:
    """In one table of a VPC, and of one gateway: a second one is refused, or there are two."""
    for make in (old.vpc_route, new.gateway_route):
        assert make().status == 200
        reply = make()
        assert (reply.status, reply.code) == (400, "RouteAlreadyExists")
        assert _NETWORK in reply.message
        assert make(DestinationCidrBlock="10.9.0.0/16").status == 200
    assert old.vpc_route(RouteTableId="table-1").status == 200
    emulator.configure(duplicate_routes="allowed")
    assert (old.vpc_route().status, new.gateway_route().status) == (200, 200)
    assert len(_listed(call, "DescribeRoutes", **_filter("destination-cidr-block", _NETWORK))) == 3


def test_other_routes_of_a_vpc(emulator: EmulatorHandle, call: Caller, old: Site) -> None:
    """They are listed beside; the system's own can't be deleted."""
    wanted = {"RouteType": "Host", "VpnTunnelId": None, "InstanceId": "host-1", "NetworkInterfaceId": "card-1"}
    assert old.vpc_route(**wanted).status == 200
    assert old.vpc_route(RouteType="InternetGateway", VpnTunnelId=None, DestinationCidrBlock="0.0.0.0/0").status == 200
    foreign = {"RouteType": "Peering", "NextHopSet": [{"GatewayId": "peer-1", "GatewayName": "other"}]}
    seeded = emulator.seed(RouteSet=[{"RouteType": "System", "System": True, "VpcId": "vpc-1"}, foreign])["RouteSet"]
    host, internet, system, peering = _listed(call, "DescribeRoutes")
    assert host["NextHopSet"] == [
        {"GatewayId": "host-1", "GatewayName": "", "NetworkInterfaceId": "card-1", "Mac": ""},
    ]
    assert (internet["NextHopSet"], system["System"]) == ([], True)
    assert peering["NextHopSet"] == foreign["NextHopSet"]
    reply = call("DeleteRoute", parameters={"RouteId": seeded[0]["RouteId"]})
    assert (reply.status, reply.code) == (400, "OperationDenied")
    assert call("DeleteRoute", parameters={"RouteId": seeded[1]["RouteId"]}).status == 200
    assert emulator.paths() == []


def test_vpc_route_filters(emulator: EmulatorHandle, call: Caller, old: Site) -> None:
    """By VPC, network and table; by instance those of hosts alone, or all."""
    old.vpc_route()
    old.vpc_route(DestinationCidrBlock="10.9.0.0/16", RouteTableId="table-1")
    wanted = {"VpcId": "vpc-2", "RouteType": "Host", "VpnTunnelId": None, "InstanceId": "host-1"}
    assert old.vpc_route(**wanted).status == 200

    def found(name: str, value: str) -> list[str]:
        return [item["VpcId"] for item in _listed(call, "DescribeRoutes", **_filter(name, value))]

    assert found("vpc-id", "vpc-1") == ["vpc-1"] * 2
    assert found("vpc-id", "vpc-2") == ["vpc-2"]
    assert found("destination-cidr-block", _NETWORK) == ["vpc-1", "vpc-2"]
    assert found("route-table-id", "table-1") == ["vpc-1"]
    assert found("instance-id", "host-1") == ["vpc-2"]
    assert found("instance-id", old.tunnel) == []
    emulator.configure(instance_id_filter="all")
    assert found("instance-id", old.tunnel) == ["vpc-1"] * 2
    assert call("DescribeRoutes", parameters=_filter("route-type", "Vpn")).code == "InvalidQueryParameter"


def test_regions_without_route_tables(emulator: EmulatorHandle, call: Caller, old: Site) -> None:
    """Table and description are accepted and ignored there."""
    emulator.configure(route_tables="ignored")
    old.vpc_route(RouteTableId="table-1", Description="x")
    (route,) = _listed(call, "DescribeRoutes")
    assert (route["RouteTableId"], route["Description"]) == ("", "")
    assert old.vpc_route(RouteTableId="table-2").code == "RouteAlreadyExists"


@pytest.mark.parametrize("looks_at", ["type", "id", "name"])
def test_gateway_route_filters(emulator: EmulatorHandle, call: Caller, new: Site, looks_at: str) -> None:
    """By network, and by what the service calls nexthop, both together."""
    emulator.configure(nexthop_filter=looks_at)
    new.gateway_route()
    new.gateway_route(DestinationCidrBlock="10.9.0.0/16", NextHopType="vpc", NextHopInstanceId=None)
    values = {"type": "vpn_tunnel", "id": new.tunnel, "name": "berlin"}
    for kind, value in values.items():
        expected = [_NETWORK] if kind == looks_at else []
        listed = _listed(call, "DescribeVpnGatewayRoutes", **_filter("nexthop", value))
        assert [item["DestinationCidrBlock"] for item in listed] == expected
    by_network = {"Filter.2.Name": "cidr-block", "Filter.2.Value.1": "10.9.0.0/16"}
    assert len(_listed(call, "DescribeVpnGatewayRoutes", **by_network)) == 1
    both = {**_filter("nexthop", values[looks_at]), **by_network}
    assert _listed(call, "DescribeVpnGatewayRoutes", **both) == []


def test_gateway_routes_by_gateway(emulator: EmulatorHandle, call: Caller, new: Site) -> None:
    """One gateway's, or all; what is no such selection is refused, as it would list all."""
    other = _site(call, "2.0")
    new.gateway_route()
    other.gateway_route()
    assert len(_listed(call, "DescribeVpnGatewayRoutes")) == 2
    (route,) = _listed(call, "DescribeVpnGatewayRoutes", VpnGatewayId=other.gateway)
    assert route["VpnGatewayId"] == other.gateway
    assert _listed(call, "DescribeVpnGatewayRoutes", VpnGatewayId="gone") == []
    assert _listed(call, "DescribeVpnGatewayRoutes", VpnGatewayId="") == []
    for name in ("VpnGatewayId.1", "VpnGatewayRouteId.1", "RouteId", "Filters.1.Name"):
        assert call("DescribeVpnGatewayRoutes", parameters={name: new.gateway}).code == "InvalidQueryParameter"
    emulator.configure(empty_filter="everything")
    assert len(_listed(call, "DescribeVpnGatewayRoutes", VpnGatewayId="")) == 2


@pytest.mark.parametrize("action", ["DescribeRoutes", "DescribeVpnGatewayRoutes"])
def test_route_pages(emulator: EmulatorHandle, call: Caller, action: str) -> None:
    """As of all lists: the provider begins at token 1."""
    noun = action.removeprefix("Describe").removesuffix("s")
    emulator.seed(**{noun + "Set": [{} for _number in range(3)]})
    first = call(action, MaxResults=2, NextToken=1).json
    last = call(action, MaxResults=2, NextToken=first["NextToken"]).json
    assert (len(first[noun + "Set"]), len(last[noun + "Set"]), "NextToken" in last) == (2, 1, False)


def test_next_hop_by_gateway(emulator: EmulatorHandle, call: Caller, old: Site) -> None:
    """Where the service shows the gateway of a route to a tunnel."""
    emulator.configure(route_next_hop="gateway")
    old.vpc_route()
    (route,) = _listed(call, "DescribeRoutes")
    assert route["NextHopSet"] == [{"GatewayId": old.gateway, "GatewayName": "gw"}]


@pytest.mark.parametrize(("mode", "name"), [("live", "moved"), ("as created", "berlin")])
def test_next_hop_names(emulator: EmulatorHandle, call: Caller, old: Site, new: Site, mode: str, name: str) -> None:
    """They follow the tunnel's, or stay as they were."""
    emulator.configure(next_hop_names=mode, routes_of_deleted="dangling")
    old.vpc_route()
    new.gateway_route()
    for site in (old, new):
        assert call("ModifyVpnTunnel", VpnTunnelId=site.tunnel, VpnTunnelName="moved").status == 200

    def names() -> tuple[str, str]:
        (route,), (hop,) = _listed(call, "DescribeVpnGatewayRoutes"), _listed(call, "DescribeRoutes")[0]["NextHopSet"]
        return route["NextHopInstanceName"], hop["GatewayName"]

    assert names() == (name, name)
    for site in (old, new):
        assert call("DeleteVpnTunnel", VpnTunnelId=site.tunnel).status == 200
    assert names() == (name, name)


def test_routes_to_a_gateway(emulator: EmulatorHandle, call: Caller, new: Site) -> None:
    """With the type that the service has for it."""
    assert new.vpc_route(VpnTunnelId=None, VpnGatewayId=new.gateway).status == 200
    (route,) = _listed(call, "DescribeRoutes")
    assert route["NextHopSet"] == [{"GatewayId": new.gateway, "GatewayName": "gw"}]
    emulator.configure(gateway_route_type="VpnGateway", duplicate_routes="allowed")
    reply = new.vpc_route(VpnTunnelId=None, VpnGatewayId=new.gateway)
    assert (reply.code, "RouteType" in reply.message) == ("InvalidParameterValue", True)
    assert new.vpc_route(VpnTunnelId=None, VpnGatewayId=new.gateway, RouteType="VpnGateway").status == 200
    assert new.vpc_route().status == 200


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("mode", ["refused", "dangling", "removed"])
def test_routes_of_a_deleted_tunnel(emulator: EmulatorHandle, call: Caller, version: str, mode: str) -> None:
    """It can't be deleted, or its routes stay under a name that its successor may have, or they go with it."""
    emulator.configure(routes_of_deleted=mode)
    site = _site(call, version)
    made, action = (site.vpc_route, "DescribeRoutes") if version == "1.0" else (site.gateway_route, "")
    action = action or "DescribeVpnGatewayRoutes"
    assert made().status == 200
    call("ModifyVpnTunnel", VpnTunnelId=site.tunnel, VpnTunnelName="moved")
    before = _listed(call, action)
    reply = call("DeleteVpnTunnel", VpnTunnelId=site.tunnel)
    if mode == "refused":
        assert reply.code == "DependencyViolation"
        assert [path["tunnel_id"] for path in emulator.paths()] == [site.tunnel]
        return
    assert reply.status == 200
    assert _listed(call, action) == (before if mode == "dangling" else [])
    assert [path["tunnel_id"] for path in emulator.paths()] == ([""] if mode == "dangling" else [])
    assert emulator.state()["VpnGatewaySet"][0]["RemoteCidrSet"] == []


@pytest.mark.parametrize("mode", ["refused", "dangling", "removed"])
def test_routes_of_a_deleted_gateway(emulator: EmulatorHandle, call: Caller, new: Site, mode: str) -> None:
    """The same with a gateway's own routes."""
    emulator.configure(routes_of_deleted=mode)
    assert new.gateway_route(NextHopType="vpc", NextHopInstanceId=None).status == 200
    assert call("DeleteVpnTunnel", VpnTunnelId=new.tunnel).status == 200
    reply = call("DeleteVpnGateway", VpnGatewayId=new.gateway)
    assert reply.status == (400 if mode == "refused" else 200)
    assert len(_listed(call, "DescribeVpnGatewayRoutes")) == (0 if mode == "removed" else 1)


def test_networks_of_a_first_generation_gateway(emulator: EmulatorHandle, call: Caller, old: Site) -> None:
    """RemoteCidrSet follows from the routes of the VPC, after what was seeded, or has nothing else."""
    emulator.seed(
        VpnGatewaySet=[{**emulator.state()["VpnGatewaySet"][0], "RemoteCidrSet": ["10.7.0.0/16", _NETWORK]}],
    )
    old.vpc_route()
    old.vpc_route(DestinationCidrBlock="10.9.0.0/16")
    networks = ["10.7.0.0/16", _NETWORK, "10.9.0.0/16"]
    assert _listed(call, "DescribeVpnGateways")[0]["RemoteCidrSet"] == [{"CidrBlock": item} for item in networks]
    assert _listed(call, "DescribeVpnTunnels")[0]["ExtraCidrSet"] == []
    emulator.configure(remote_cidr_set="seeded", extra_cidr_set="routes", cidr_spelling="strings")
    assert _listed(call, "DescribeVpnGateways")[0]["RemoteCidrSet"] == networks[:2]
    assert _listed(call, "DescribeVpnTunnels")[0]["ExtraCidrSet"] == networks[1:]


@pytest.mark.parametrize("beside", ["not needed", "needed"])
def test_networks_of_a_second_generation_gateway(
    emulator: EmulatorHandle, call: Caller, new: Site, beside: str
) -> None:
    """Its own routes are enough, or the VPC needs one to the gateway that covers the network."""
    emulator.configure(vpc_route_beside=beside)
    route_id = new.gateway_route().json["RouteId"]
    path = {"vpc_id": "vpc-1", "network": _NETWORK, "gateway_id": new.gateway, "tunnel_id": new.tunnel}
    path["route_id"] = route_id
    assert emulator.paths() == ([path] if beside == "not needed" else [])
    to_gateway = {"VpnTunnelId": None, "VpnGatewayId": new.gateway}
    new.vpc_route(**to_gateway, DestinationCidrBlock="10.8.0.0/17")
    assert emulator.paths() == ([path] if beside == "not needed" else [])
    new.vpc_route(**to_gateway, DestinationCidrBlock="10.0.0.0/8")
    assert emulator.paths() == [path]
    assert _listed(call, "DescribeVpnGateways")[0]["RemoteCidrSet"] == [{"CidrBlock": _NETWORK}]


def test_dead_ends(emulator: EmulatorHandle, old: Site) -> None:
    """A first-generation gateway takes nothing without a tunnel named, and a removed tunnel nothing at all."""
    old.vpc_route()
    old.vpc_route(VpnTunnelId=None, VpnGatewayId=old.gateway, DestinationCidrBlock="10.9.0.0/16")
    assert [path["tunnel_id"] for path in emulator.paths()] == [old.tunnel, ""]
    emulator.remove(old.tunnel)
    assert [path["tunnel_id"] for path in emulator.paths()] == ["", ""]
    assert emulator.paths("cn-shanghai-2") == []


def test_state_can_be_seeded(emulator: EmulatorHandle, call: Caller, old: Site, new: Site) -> None:
    """Routes with it, those that lead nowhere too; next hops are told as they were asked for."""
    emulator.configure(routes_of_deleted="dangling")
    emulator.seed(VpcSet=[{"VpcId": "vpc-1", "VpcName": "production", "CidrBlock": "10.0.0.0/16"}])
    old.vpc_route()
    new.gateway_route()
    new.gateway_route(NextHopType="vpc", NextHopInstanceId=None, DestinationCidrBlock="10.0.0.0/16")
    assert emulator.state()["VpnGatewayRouteSet"][0]["NextHopInstanceId"] == new.tunnel
    assert emulator.state()["RouteSet"][0]["VpnTunnelId"] == old.tunnel
    for tunnel in (None, old.tunnel, new.tunnel):
        if tunnel:
            assert call("DeleteVpnTunnel", VpnTunnelId=tunnel).status == 200
        state = emulator.state()
        emulator.reset()
        emulator.configure(routes_of_deleted="dangling")
        emulator.seed(**dict(reversed(state.items())))
        assert emulator.state() == state


def test_vpcs(emulator: EmulatorHandle, call: Caller) -> None:
    """Those that were seeded, and those that gateways are in; names are not unique."""
    emulator.seed(VpcSet=[{"VpcId": vpc, "VpcName": "production"} for vpc in ("a", "b")])
    call.gateway(VpcId="b")
    call.gateway(VpcId="c")
    call.gateway(VpcId="c")
    listed = _listed(call, "DescribeVpcs")
    assert [(item["VpcId"], item["VpcName"]) for item in listed] == [
        ("a", "production"),
        ("b", "production"),
        ("c", ""),
    ]
    assert {"CidrBlock", "CreateTime", "IsDefault", "ProvidedIpv6CidrBlock"} < set(listed[0])
    assert [item["VpcId"] for item in _listed(call, "DescribeVpcs", **{"VpcId.1": "c", "VpcId.2": "a"})] == ["a", "c"]
    assert len(_listed(call, "DescribeVpcs", MaxResults="2")) == 2
    assert call("DescribeVpcs", parameters=_filter("vpc-name", "production")).code == "InvalidQueryParameter"
    assert call("CreateVpc").code == "NoSuchEntity"
    assert [item["VpcId"] for item in emulator.state()["VpcSet"]] == ["a", "b"]


def test_only_listed_vpcs(emulator: EmulatorHandle, call: Caller) -> None:
    """A service that knows its VPCs lets nothing be made in another."""
    emulator.configure(vpcs="listed")
    emulator.seed(VpcSet=[{"VpcId": "vpc-1"}])
    site = _site(call)
    assert site.vpc_route().status == 200
    gateway = {"VpcId": "vpc-2", "BandWidth": "5", "ChargeType": "Daily"}
    assert call("CreateVpnGateway", parameters=gateway).code == "NoSuchEntity"
    assert site.vpc_route(VpcId="vpc-2").code == "NoSuchEntity"
    assert [item["VpcId"] for item in _listed(call, "DescribeVpcs")] == ["vpc-1"]


def test_route_quotas_and_ids(emulator: EmulatorHandle, call: Caller, old: Site, new: Site) -> None:
    """What other creates can be made to do, those of routes can."""
    emulator.configure(quotas={"Route": 1, "VpnGatewayRoute": 0}, id_case="upper-in-create-answers")
    created = old.vpc_route().json["RouteId"]
    assert created == _listed(call, "DescribeRoutes")[0]["RouteId"].upper()
    assert old.vpc_route(DestinationCidrBlock="10.9.0.0/16").code == "QuotaExceeded"
    assert new.gateway_route().code == "QuotaExceeded"
    assert old.vpc_route(DryRun="true").code == "DryRunOperation"
    emulator.configure(dry_run_depth="full")
    assert old.vpc_route(DryRun="true").code == "RouteAlreadyExists"
