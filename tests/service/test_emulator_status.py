# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether tunnels are up: the action, the clock, and what a test can say about a tunnel's lines."""

from __future__ import annotations

from typing import Any

import pytest
from service.client import Caller

from emulator.testing import ControlError, EmulatorHandle

_STATES = {"down": (False, False), "ike": (True, False), "up": (True, True)}


def _items(call: Caller, **parameters: Any) -> list[dict[str, Any]]:
    reply = call("DescribeVpnTunnelIpsecStatus", parameters=parameters)
    assert reply.status == 200, reply.body
    assert list(reply.json) == ["RequestId", "VpnTunnelIpsecStatusList", "Return"]
    assert reply.json["Return"] is True
    items: list[dict[str, Any]] = reply.json["VpnTunnelIpsecStatusList"]
    return items


def _lines(call: Caller, tunnel_id: str) -> tuple[str, str]:
    """The states of tunnel 1 and of tunnel 2."""
    found = []
    for master in (1, 0):
        (item,) = _items(call, **{"VpnTunnelId.1": tunnel_id, "IsMaster": master})
        assert (item["isMaster"], item["id"]) == (master, tunnel_id)
        state = (item["ikeStatus"], item["ipsecStatus"])
        found.append(next(name for name, flags in _STATES.items() if flags == state))
    return found[0], found[1]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_answer(call: Caller, method: str) -> None:
    """An item for each line, with numbers, booleans, and keys that begin in lower case."""
    tunnel_id = call.tunnel()["VpnTunnelId"]
    for master in (1, 0):
        parameters = {"VpnTunnelId.1": tunnel_id, "IsMaster": master}
        answer = call("DescribeVpnTunnelIpsecStatus", method=method, parameters=parameters).json
        expected = {"isMaster": master, "ipsecStatus": True, "ikeStatus": True, "id": tunnel_id}
        assert answer["VpnTunnelIpsecStatusList"] == [expected]
    root = call("DescribeVpnTunnelIpsecStatus", accept="*/*").xml
    assert root.findtext("VpnTunnelIpsecStatusList/item/ikeStatus") == "true"


def test_spelling(emulator: EmulatorHandle, call: Caller) -> None:
    """As the Go model has the keys."""
    tunnel_id = call.tunnel()["VpnTunnelId"]
    emulator.configure(status_spelling="upper")
    assert _items(call) == [{"IsMaster": 1, "IpsecStatus": True, "IkeStatus": True, "Id": tunnel_id}]


def test_selection(emulator: EmulatorHandle, call: Caller) -> None:
    """By ids, in order of creation; without any, all; what is no tunnel is left out or refused."""
    first, second, _third = (call.tunnel()["VpnTunnelId"] for _number in range(3))
    assert [item["id"] for item in _items(call, **{"VpnTunnelId.1": second, "VpnTunnelId.2": first})] == [first, second]
    assert len(_items(call)) == 3
    assert _items(call, **{"VpnTunnelId.1": "gone"}) == []
    assert _items(call, **{"VpnTunnelId.1": ""}) == []
    for name in ("TunnelId", "VpnTunnelIds.1", "Filter.1.Name"):
        code = "InvalidQueryParameter" if name != "TunnelId" else None
        reply = call("DescribeVpnTunnelIpsecStatus", parameters={name: first})
        assert (reply.json.get("Error") or {}).get("Code") == code
    for value in ("2", "true", "-1"):
        assert call("DescribeVpnTunnelIpsecStatus", parameters={"IsMaster": value}).code == "InvalidParameterValue"
    emulator.configure(status_of_unknown="refused")
    reply = call("DescribeVpnTunnelIpsecStatus", parameters={"VpnTunnelId.1": first, "VpnTunnelId.2": "gone"})
    assert (reply.status, reply.code) == (404, "NoSuchEntity")
    assert "gone" in reply.message
    assert call.by(region="cn-shanghai-2")("DescribeVpnTunnelIpsecStatus").json["VpnTunnelIpsecStatusList"] == []


@pytest.mark.parametrize(("mode", "expected"), [("master", [1]), ("both", [1, 0]), ("refused", None)])
def test_without_master(emulator: EmulatorHandle, call: Caller, mode: str, expected: list[int] | None) -> None:
    """No source says what a call without IsMaster is answered with."""
    call.tunnel()
    emulator.configure(status_without_master=mode)
    if expected is None:
        reply = call("DescribeVpnTunnelIpsecStatus")
        assert (reply.code, "IsMaster" in reply.message) == ("MissingParameter", True)
    else:
        assert [item["isMaster"] for item in _items(call)] == expected


def test_status_follows_the_clock(emulator: EmulatorHandle, call: Caller) -> None:
    """From the creation of the tunnel, each line its own way, by the tunnel's name."""
    emulator.configure(
        clock_window=10000,
        ipsec_status={
            "berlin*": {"master": [["down", 60], ["ike", 30], ["up", None]], "backup": [["down", 200], ["up", None]]},
            "bonn": [["up", 60], ["down", None]],
            "köln": {"master": [["up", None]]},
        },
    )
    berlin, bonn, cologne, other = (
        call.tunnel(VpnTunnelName=name)["VpnTunnelId"] for name in ("berlin-1", "bonn", "köln", "other")
    )
    for offset, states in ((50, ("down", "down")), (70, ("ike", "down")), (100, ("up", "down")), (300, ("up", "up"))):
        emulator.configure(clock_offset=offset)
        assert _lines(call, berlin) == states
    assert _lines(call, bonn) == ("down", "down")
    assert _lines(call, cologne) == ("up", "down")
    assert _lines(call, other) == ("down", "down")


def test_seeded_tunnels_are_settled(emulator: EmulatorHandle, call: Caller) -> None:
    """They have come up, or not, long ago."""
    emulator.configure(ipsec_status={"*": [["down", 600], ["ike", None]]})
    tunnel_id = emulator.seed(VpnTunnelSet=[{}])["VpnTunnelSet"][0]["VpnTunnelId"]
    assert _lines(call, tunnel_id) == ("ike", "ike")


def test_status_of_one_tunnel(emulator: EmulatorHandle, call: Caller) -> None:
    """What a test says holds from then on, for the lines that it names, and ends with the tunnel."""
    emulator.configure(clock_window=10000)
    one, other = (call.tunnel()["VpnTunnelId"] for _number in range(2))
    emulator.status(one, master=[["down", 60], ["up", None]])
    assert _lines(call, one) == ("down", "up")
    emulator.configure(clock_offset=61)
    assert (_lines(call, one), _lines(call, other)) == (("up", "up"), ("up", "up"))
    emulator.status(one, backup=[["ike", None]])
    assert _lines(call, one) == ("up", "ike")
    emulator.status(one, master=[["down", None]], backup=[["down", 60], ["up", None]])
    emulator.configure(clock_offset=100)
    assert _lines(call, one) == ("down", "down")
    emulator.configure(clock_offset=130)
    assert (_lines(call, one), _lines(call, other)) == (("down", "up"), ("up", "up"))
    emulator.reset()
    assert _items(call) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"master": [["asleep", None]]}, "down, ike, up"),
        ({"master": []}, "at least one state"),
        ({"slave": [["up", None]]}, "slave"),
        ({"backup": [["up"]]}, "ValueError"),
    ],
)
def test_status_refused(emulator: EmulatorHandle, call: Caller, lines: dict[str, Any], said: str) -> None:
    """What is no state, no line, no course of time; and a tunnel that there is not."""
    tunnel_id = call.tunnel()["VpnTunnelId"]
    with pytest.raises(ControlError, match=said):
        emulator.status(tunnel_id, **lines)
    with pytest.raises(ControlError, match="no tunnel gone"):
        emulator.status("gone", master=[["up", None]])
    assert _lines(call, tunnel_id) == ("up", "up")


def test_fields_of_the_terraform_provider(emulator: EmulatorHandle, call: Caller) -> None:
    """The lines' states as texts, of tunnels of version 2.0, where the service has them."""
    emulator.configure(tunnel_details=True, ipsec_status={"*": {"master": [["up", None]]}})
    peers = {"Type": "route_ipsec", "LocalPeerIp": "169.254.0.1/30", "CustomerPeerIp": "169.254.0.2/30"}
    gateway = call.gateway(VpnGatewayVersion="2.0")["VpnGatewayId"]
    tunnel = call.tunnel(VpnGatewayId=gateway, OpenHealthCheck="true", **peers)
    assert (tunnel["VpnMTunnelState"], tunnel["VpnSTunnelState"]) == ("UP", "DOWN")
    times = {tunnel[name] for name in ("VpnMTunnelCreateTime", "VpnSTunnelCreateTime", "VpnTunnelCreateTime")}
    assert times == {tunnel["CreateTime"]}
    assert tunnel["HealthCheckLocalPeerCider"] == peers["LocalPeerIp"]
    assert tunnel["HealthCheckRemotePeerCider"] == peers["CustomerPeerIp"]
    assert "VpnMTunnelState" not in call.tunnel()


def test_ike_version_required(emulator: EmulatorHandle, call: Caller) -> None:
    """As the Terraform provider has it, of both types of version 2.0 and of no other."""
    emulator.configure(require_ike_version=True)
    gateway = call.gateway(VpnGatewayVersion="2.0")["VpnGatewayId"]
    wanted = {"VpnGatewayId": gateway, "CustomerGatewayId": call.customer()["CustomerGatewayId"]}
    wanted |= {"Type": "ipsec", "PreSharedKey": "example-key"}
    reply = call("CreateVpnTunnel", parameters=wanted)
    assert (reply.code, "IkeVersion" in reply.message) == ("MissingParameter", True)
    assert call("CreateVpnTunnel", parameters={**wanted, "IkeVersion": "v2"}).status == 200
    assert call.tunnel()
