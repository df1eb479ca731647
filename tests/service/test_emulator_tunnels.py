# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions on tunnels: parameters, defaults, validation, answers, states."""

from __future__ import annotations

from typing import Any

import pytest
from service.client import Caller

from emulator.testing import EmulatorHandle

_GRE = {"Type": "GreOverIpsec", "VpnGreIp": "10.0.0.1", "CustomerGreIp": "10.0.0.2"}
_HA_GRE = {"HaVpnGreIp": "10.0.1.1", "HaCustomerGreIp": "10.0.1.2"}
_ROUTE = {"Type": "route_ipsec", "LocalPeerIp": "169.254.0.1/30", "CustomerPeerIp": "169.254.0.2/30"}


def _ends(call: Caller, version: str = "1.0", **customer: str) -> dict[str, str]:
    gateway = call.gateway(VpnGatewayVersion=version)
    return {
        "VpnGatewayId": gateway["VpnGatewayId"],
        "CustomerGatewayId": call.customer(**customer)["CustomerGatewayId"],
    }


def _refused(call: Caller, code: str, parameter: str, **parameters: Any) -> None:
    wanted = {"Type": "Ipsec", "PreSharedKey": "key", "VpnGatewayId": "x", "CustomerGatewayId": "x", **parameters}
    reply = call("CreateVpnTunnel", parameters=wanted)
    assert (reply.status, reply.code) == (400, code), reply.body
    assert f"parameter {parameter}" in reply.message


def test_defaults(call: Caller) -> None:
    """The document's defaults, types and always present fields."""
    ends = _ends(call)
    tunnel = call.tunnel(**ends)
    assert tunnel.pop("VpnTunnelId")
    assert tunnel.pop("CreateTime")
    assert tunnel == {
        "State": "available",
        "VpnTunnelName": "Ksc_vpn_tunnel",
        "Type": "Ipsec",
        "VpnGreIp": "",
        "CustomerGreIp": "",
        "HaVpnGreIp": "",
        "HaCustomerGreIp": "",
        **ends,
        "PreSharedKey": "example-key",
        "IkeAuthenAlgorithm": "md5",
        "IkeDHGroup": "1",
        "IkeEncryAlgorithm": "aes",
        "IpsecEncryAlgorithm": "esp-aes",
        "IpsecAuthenAlgorithm": "esp-sha-hmac",
        "IpsecLifetimeTraffic": 4608000,
        "IpsecLifetimeSecond": 3600,
        "ExtraCidrSet": [],
        "VpnGatewayVersion": "1.0",
        "EnableNatTraversal": False,
        "VpnGwlName": "Ksc_Vpn_Gw",
    }


def test_everything(call: Caller) -> None:
    """Every request parameter comes back as it was given."""
    wanted = {
        "VpnTunnelName": "隧道",
        **_GRE,
        **_HA_GRE,
        "PreSharedKey": "p@ss w0rd+/=é",
        "IkeAuthenAlgorithm": "sha",
        "IkeDHGroup": "14",
        "IkeEncryAlgorithm": "aes-cbc-256",
        "IpsecEncryAlgorithm": "sm4-cbc",
        "IpsecAuthenAlgorithm": "sha512",
        "IpsecLifetimeTraffic": 2560,
        "IpsecLifetimeSecond": 2592000,
    }
    tunnel = call.tunnel(**wanted, EnableNatTraversal="True")
    assert wanted.items() <= tunnel.items()
    assert tunnel["EnableNatTraversal"] is True
    assert call("DescribeVpnTunnels").json["VpnTunnelSet"] == [tunnel]


def test_version_2(call: Caller) -> None:
    """The newer types and fields."""
    ends = _ends(call, "2.0")
    tunnel = call.tunnel(**ends, **_ROUTE, IkeVersion="v2", HaMode="active_standby", OpenHealthCheck="true")
    expected = {**_ROUTE, "IkeVersion": "v2", "HaMode": "active_standby", "OpenHealthCheck": True}
    assert expected.items() <= tunnel.items()
    assert tunnel["VpnGatewayVersion"] == "2.0"
    plain = call.tunnel(**ends, Type="ipsec", VpnGatewayVersion="2.0")
    assert {"IkeVersion": "v1", "HaMode": "active_active", "OpenHealthCheck": False}.items() <= plain.items()


@pytest.mark.parametrize("name", ["Type", "PreSharedKey", "VpnGatewayId", "CustomerGatewayId"])
def test_required(call: Caller, name: str) -> None:
    """What may not be left out."""
    _refused(call, "MissingParameter", name, **{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Type", "IpsecOverGre"),
        ("IkeAuthenAlgorithm", "sha1"),
        ("IkeDHGroup", "3"),
        ("IkeDHGroup", "02"),
        ("IkeEncryAlgorithm", "AES"),
        ("IpsecEncryAlgorithm", "aes"),
        ("IpsecAuthenAlgorithm", "md5"),
        ("IpsecLifetimeTraffic", "2559"),
        ("IpsecLifetimeTraffic", "4608001"),
        ("IpsecLifetimeSecond", "119"),
        ("IpsecLifetimeSecond", "2592001"),
        ("VpnGreIp", "10.0.0"),
        ("HaCustomerGreIp", "fe80::1"),
        ("IkeVersion", "v3"),
        ("HaMode", "standby"),
        ("HaMode", "active_standby"),
        ("OpenHealthCheck", "yes"),
        ("OpenHealthCheck", "true"),
        ("EnableNatTraversal", "2"),
        ("LocalPeerIp", "169.254.0.1"),
        ("VpnTunnelName", "tab\there"),
    ],
)
def test_invalid(call: Caller, name: str, value: str) -> None:
    """Lists of values, ranges, addresses, and what goes with tunnels by route only."""
    _refused(call, "InvalidParameterValue", name, **{name: value})


@pytest.mark.parametrize("missing", ["VpnGreIp", "CustomerGreIp"])
def test_gre_addresses(call: Caller, missing: str) -> None:
    """Both ends' addresses belong to a GRE tunnel."""
    _refused(call, "MissingParameter", missing, **{**_GRE, missing: None})


@pytest.mark.parametrize("missing", ["HaVpnGreIp", "HaCustomerGreIp"])
def test_ha_gre_addresses(call: Caller, missing: str) -> None:
    """The second pair is whole or absent, and can't be absent when the customer's gateway is a pair."""
    _refused(call, "MissingParameter", missing, **{**_GRE, **_HA_GRE, missing: None})
    ends = _ends(call, HaCustomerGatewayAddress="203.0.113.10")
    _refused(call, "MissingParameter", "HaVpnGreIp", **ends, **_GRE)
    call.tunnel(**ends, **_GRE, **_HA_GRE)
    call.tunnel(**_ends(call), **_GRE)


@pytest.mark.parametrize("missing", ["LocalPeerIp", "CustomerPeerIp"])
def test_route_peers(call: Caller, missing: str) -> None:
    """A tunnel by route needs the addresses inside it."""
    _refused(call, "MissingParameter", missing, **{**_ROUTE, missing: None})


def test_version_mismatch(call: Caller) -> None:
    """Types of one version do not fit gateways of the other."""
    old, new = _ends(call), _ends(call, "2.0")
    _refused(call, "InvalidParameterValue", "Type", **old, Type="ipsec")
    _refused(call, "InvalidParameterValue", "Type", **new, Type="Ipsec")
    _refused(call, "InvalidParameterValue", "VpnGatewayVersion", **old, VpnGatewayVersion="2.0")


def test_parents_must_exist(call: Caller) -> None:
    """Also in the same region."""
    ends = _ends(call)
    elsewhere = _ends(call.by(region="cn-shanghai-2"))
    for name in ("VpnGatewayId", "CustomerGatewayId"):
        wanted = {"Type": "Ipsec", "PreSharedKey": "key", **ends, name: elsewhere[name]}
        reply = call("CreateVpnTunnel", parameters=wanted)
        assert (reply.status, reply.code) == (404, "NoSuchEntity")
        assert elsewhere[name] in reply.message


def test_modify(call: Caller) -> None:
    """The name, and what a client of the vendor's changes beside it; nothing else."""
    tunnel = call.tunnel(**_ends(call, "2.0"), **_ROUTE)
    answer = call(
        "ModifyVpnTunnel",
        VpnTunnelId=tunnel["VpnTunnelId"],
        VpnTunnelName="new",
        LocalPeerIp="169.254.1.1/30",
        PreSharedKey="ignored",
    ).json
    assert answer["VpnTunnel"] == {**tunnel, "VpnTunnelName": "new", "LocalPeerIp": "169.254.1.1/30"}


def test_get_is_refused_unless_set(emulator: EmulatorHandle, call: Caller) -> None:
    """ "仅支持post请求"."""
    wanted = {"Type": "Ipsec", "PreSharedKey": "key", **_ends(call)}
    assert call("CreateVpnTunnel", method="GET", parameters=wanted).code == "InvalidMethod"
    assert emulator.state()["VpnTunnelSet"] == []
    emulator.configure(create_tunnel_by_get=True)
    assert call("CreateVpnTunnel", method="GET", parameters=wanted).status == 200


def test_states_follow_the_clock(emulator: EmulatorHandle, call: Caller) -> None:
    """Each state lasts as long as it is set to, the last one for ever."""
    emulator.configure(tunnel_states=[["pending", 60], ["building", 30], ["available", None]], clock_window=10000)
    tunnel = call.tunnel()
    assert tunnel["State"] == "pending"
    for offset, state in ((50, "pending"), (70, "building"), (100, "available"), (9000, "available")):
        emulator.configure(clock_offset=offset)
        assert call("DescribeVpnTunnels").json["VpnTunnelSet"][0]["State"] == state


def test_legacy_spelling(emulator: EmulatorHandle, call: Caller) -> None:
    """The names that "VpnTunnel (VPN通道信息)" prints."""
    emulator.configure(legacy_spelling=True)
    tunnel = call.tunnel(IkeDHGroup=5)
    assert tunnel["IkeDhGroup"] == 5
    assert tunnel["IpssecLifetimeSecond"] == 3600
    assert not {"IkeDHGroup", "IpsecLifetimeSecond"} & set(tunnel)


@pytest.mark.parametrize(("spelling", "expected"), [("objects", [{"CidrBlock": "10.1.0.0/16"}]), ("strings", None)])
def test_cidr_spelling(emulator: EmulatorHandle, call: Caller, spelling: str, expected: Any) -> None:
    """Networks as objects or as texts."""
    emulator.configure(cidr_spelling=spelling)
    emulator.seed(VpnTunnelSet=[{"ExtraCidrSet": ["10.1.0.0/16"]}], VpnGatewaySet=[{"RemoteCidrSet": ["10.1.0.0/16"]}])
    expected = expected or ["10.1.0.0/16"]
    assert call("DescribeVpnTunnels").json["VpnTunnelSet"][0]["ExtraCidrSet"] == expected
    assert call("DescribeVpnGateways").json["VpnGatewaySet"][0]["RemoteCidrSet"] == expected
