# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether tunnels are up: told of each of the two tunnels, and waited for while the service's clock goes on."""

from __future__ import annotations

import functools
import json
from typing import Any
from unittest import mock

import pytest
from laws.world import World, writes

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import status
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import status_entry

_ENTRY = status_entry(vpn_tunnel.RESOURCE)
_ACTION = "DescribeVpnTunnelIpsecStatus"
_DOWN, _IKE, _UP = ({"ike": ike, "ipsec": ipsec} for ike, ipsec in ((False, False), (True, False), (True, True)))
_STATES = {"down": _DOWN, "ike": _IKE, "up": _UP}


class _Clock:
    """Who waits moves the service's clock on, and nobody else's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.waited = 0.0

    def sleep(self, seconds: float) -> None:
        """Have waited, together with the service."""
        self.waited += seconds
        self._world.emulator.configure(clock_offset=self.waited)

    def monotonic(self) -> float:
        """The time that was waited, and nothing else."""
        return self.waited


@pytest.fixture(autouse=True)
def _begin(world: World) -> None:
    """Both gateways and the peer are there."""
    world.begin()


def _tell(world: World, clock: _Clock | None = None, *, check: bool = False, **options: Any) -> dict[str, Any]:
    """The result of a task of C(vpn_tunnel_status_info)."""
    parameters = world.parameters(_ENTRY.spec.options, options)
    clock = clock or _Clock(world)
    quick = functools.partial(Client, sleep=clock.sleep, monotonic=clock.monotonic)
    with mock.patch.object(status, "Client", quick):
        return _ENTRY.run(parameters, check_mode=check, diff=False, environment={})


def _tunnels(world: World, *names: str, **more: Any) -> list[str]:
    """The ids of new tunnels at the first gateway, which are up until something else is said of them."""
    ends = {"VpnGatewayId": world.gateway_id, "CustomerGatewayId": world.peer_id}
    seeded = world.emulator.seed(VpnTunnelSet=[{"VpnTunnelName": name, **ends, **more} for name in names])
    return [item["VpnTunnelId"] for item in seeded["VpnTunnelSet"]]


def _lines(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Of each tunnel its name, and what its two lines are."""
    found = []
    for item in result["vpn_tunnel_statuses"]:
        states = [
            next(name for name, flags in _STATES.items() if flags.items() <= line.items())
            for line in item["sub_tunnels"]
        ]
        assert [line["number"] for line in item["sub_tunnels"]] == [1, 2]
        found.append((item["name"], *states))
    return found


@pytest.mark.parametrize("spelling", ["lower", "upper"])
@pytest.mark.parametrize("without", ["master", "both", "refused"])
@pytest.mark.parametrize("options", [{}, {"response_format": "xml"}, {"request_method": "POST"}])
def test_what_is_told(world: World, spelling: str, without: str, options: dict[str, str]) -> None:
    """Each line as it is, however the service answers."""
    world.emulator.configure(status_spelling=spelling, status_without_master=without)
    one, two, three = _tunnels(world, "one", "two", "three")
    world.emulator.status(one, backup=[["ike", None]])
    world.emulator.status(two, master=[["down", None]], backup=[["ike", None]])
    world.take_requests()
    result = _tell(world, **options)
    assert not result.get("failed"), result
    assert _lines(result) == [("one", "up", "ike"), ("two", "down", "ike"), ("three", "up", "up")]
    assert [item["up"] for item in result["vpn_tunnel_statuses"]] == ["any", "none", "all"]
    assert [item["id"] for item in result["vpn_tunnel_statuses"]] == [one, two, three]
    assert {item["vpn_gateway"] for item in result["vpn_tunnel_statuses"]} == {world.gateway_id}
    assert result["changed"] is False
    requests = world.take_requests()
    assert writes(requests) == []
    assert [entry["parameters"].get("IsMaster") for entry in requests if entry["action"] == _ACTION] == ["1", "0"]


def test_which_tunnels(world: World) -> None:
    """By ids, by name, by gateway; nothing is asked about others, and nothing where none matches."""
    one, two = _tunnels(world, "one", "two")
    elsewhere = world.emulator.seed(VpnTunnelSet=[{"VpnTunnelName": "one"}])["VpnTunnelSet"][0]["VpnTunnelId"]

    def told(**options: Any) -> list[str]:
        result = _tell(world, **options)
        assert not result.get("failed"), result
        return [item["id"] for item in result["vpn_tunnel_statuses"]]

    assert told() == [one, two, elsewhere]
    assert told(ids=[two, one.upper(), "gone"]) == [one, two]
    assert told(name="one") == [one, elsewhere]
    assert told(name_glob="t*") == [two]
    assert told(name="one", vpn_gateway="law-gateway") == [one]
    assert told(vpn_gateway=world.gateway_id, ids=[elsewhere, one]) == [one]
    world.take_requests()
    assert told(name="three") == told(ids=[]) == []
    assert _ACTION not in {entry["action"] for entry in world.take_requests()}
    result = _tell(world, vpn_gateway="nowhere")
    assert result["error"]["kind"] == "missing"
    assert "nowhere" in result["msg"]


@pytest.mark.parametrize(("wanted", "up", "waited"), [("any", "any", 3), ("all", "all", 20)])
def test_waiting(world: World, wanted: str, up: str, waited: int) -> None:
    """Until one line, or both, are up; who is up is not asked about again."""
    late, ready = _tunnels(world, "late", "ready")
    world.emulator.status(late, master=[["down", 2], ["ike", 1], ["up", None]], backup=[["down", 20], ["up", None]])
    world.take_requests()
    clock = _Clock(world)
    result = _tell(world, clock, wait_for=wanted)
    assert not result.get("failed"), result
    assert [(item["name"], item["up"]) for item in result["vpn_tunnel_statuses"]] == [("late", up), ("ready", "all")]
    assert waited <= clock.waited < waited + 6
    asked = [entry["parameters"] for entry in world.take_requests() if entry["action"] == _ACTION]
    assert [sum(ready in values.values() for values in asked), len(asked) > 4] == [2, True]


def test_what_stays_down(world: World) -> None:
    """The failure names it, says what is down, and what that points to; the result has the status of all."""
    ready, keyless, mismatched = _tunnels(world, "ready", "keyless", "mismatched")
    world.emulator.status(keyless, master=[["down", None]], backup=[["down", None]])
    world.emulator.status(mismatched, master=[["ike", None]])
    clock = _Clock(world)
    result = _tell(world, clock, wait_for="all", wait_timeout=60)
    assert clock.waited == 60
    assert result["failed"]
    assert result["error"] == {"kind": "wait_timeout", "ids": [keyless, mismatched]}
    assert result["msg"] == (
        f"2 of 3 VPN tunnels are not up after 60 seconds. VPN tunnel 'keyless' ({keyless}): tunnel 1: IKE is down, "
        f"tunnel 2: IKE is down. VPN tunnel 'mismatched' ({mismatched}): tunnel 1: IKE is up, IPsec is down, "
        "tunnel 2: up. IKE down points to the addresses of both ends, UDP ports 500 and 4500 between them, the "
        "pre-shared key, and the options ike_*. IKE up and IPsec down points to the options ipsec_*, and the networks "
        "that the device negotiates. Look at the remote device, too."
    )
    assert [item["up"] for item in result["vpn_tunnel_statuses"]] == ["all", "none", "any"]
    assert ready not in result["msg"]
    only = _tell(world, ids=[mismatched], wait_for="all", wait_timeout=0)
    assert only["msg"].startswith("The VPN tunnel is not up after 0 seconds.")
    assert "the pre-shared key" not in only["msg"]
    assert not _tell(world, ids=[mismatched], wait_for="any", wait_timeout=0).get("failed")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "gone"}, "No VPN tunnel matches"),
        ({"ids": []}, "No VPN tunnel matches"),
        ({"ids": ["gone"]}, "with the id gone"),
        ({"vpn_gateway": "law-gateway-2"}, "No VPN tunnel matches"),
        ({"vpn_gateway": "gone"}, "gone"),
    ],
)
def test_nothing_to_wait_for(world: World, options: dict[str, Any], said: str) -> None:
    """That is a failure at once; in check mode it is a warning, as an earlier task may create it."""
    _tunnels(world, "there")
    clock = _Clock(world)
    result = _tell(world, clock, wait_for="any", **options)
    assert (result["error"]["kind"], clock.waited) == ("missing", 0)
    assert said in result["msg"]
    checked = _tell(world, check=True, wait_for="any", **options)
    assert not checked.get("failed"), checked
    assert checked["vpn_tunnel_statuses"] == []
    assert "check mode" in " ".join(checked["warnings"]).lower()


def test_check_mode_does_not_wait(world: World) -> None:
    """It looks once; what an earlier task would create is no id that could be asked about."""
    (tunnel,) = _tunnels(world, "one")
    world.emulator.status(tunnel, master=[["down", None]], backup=[["down", None]])
    clock = _Clock(world)
    result = _tell(world, clock, check=True, wait_for="any")
    assert not result.get("failed"), result
    assert (_lines(result), clock.waited) == ([("one", "down", "down")], 0)
    created = _tell(world, check=True, ids=["(known after creation)"])
    assert (created["vpn_tunnel_statuses"], created.get("failed")) == ([], None)


@pytest.mark.parametrize(
    "listed",
    [
        None,
        [],
        "up",
        [3, None, "up"],
        [{"isMaster": 1, "ikeStatus": True, "ipsecStatus": True}],
        [{"id": "other", "isMaster": 1, "ikeStatus": True, "ipsecStatus": True}],
        [{"id": "{id}", "isMaster": 1, "ikeStatus": "perhaps", "ipsecStatus": None}],
    ],
)
def test_what_is_not_told(world: World, listed: Any) -> None:
    """It is null, and nobody is taken as up for it."""
    (tunnel,) = _tunnels(world, "one")
    text = json.dumps({"RequestId": "r", "VpnTunnelIpsecStatusList": listed, "Return": True}).replace("{id}", tunnel)
    answer = {"body": text, "headers": {"Content-Type": "application/json"}}
    world.emulator.fault(_ACTION, "raw", count=6, **answer)
    result = _tell(world)
    assert not result.get("failed"), result
    (item,) = result["vpn_tunnel_statuses"]
    assert item["up"] is None
    assert [(line["ike"], line["ipsec"]) for line in item["sub_tunnels"]] == [(None, None)] * 2
    waited = _tell(world, wait_for="any", wait_timeout=0)
    assert waited["error"]["kind"] == "wait_timeout"
    assert "tunnel 1: the service does not tell" in waited["msg"]


def test_only_one_line_is_told_of(world: World) -> None:
    """The other one may be down: not all are up."""
    (tunnel,) = _tunnels(world, "one")
    item = {"id": tunnel.upper(), "isMaster": "1", "ikeStatus": "true", "ipsecStatus": "True"}
    body = json.dumps({"RequestId": "r", "VpnTunnelIpsecStatusList": [item]})
    world.emulator.fault(_ACTION, "raw", count=2, body=body, headers={"Content-Type": "application/json"})
    waited = _tell(world, wait_for="all", wait_timeout=0)
    assert "tunnel 2: the service does not tell" in waited["msg"]
    world.emulator.fault(_ACTION, "raw", count=2, body=body, headers={"Content-Type": "application/json"})
    (told,) = _tell(world, wait_for="any")["vpn_tunnel_statuses"]
    assert told["up"] == "any"
    assert told["sub_tunnels"] == [{"number": 1, **_UP}, {"number": 2, "ike": None, "ipsec": None}]


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True), (False, False)])
def test_lines_that_do_not_say_which_they_are(world: World, first: bool, second: bool) -> None:
    """A service that passes over IsMaster and flags nothing: both are told, in their order, whoever asks."""
    (tunnel,) = _tunnels(world, "one")
    items = [{"id": tunnel, "ikeStatus": up, "ipsecStatus": up} for up in (first, second)]
    body = json.dumps({"RequestId": "r", "VpnTunnelIpsecStatusList": items})
    world.emulator.fault(_ACTION, "raw", count=2, body=body, headers={"Content-Type": "application/json"})
    (told,) = _tell(world)["vpn_tunnel_statuses"]
    assert [line["ipsec"] for line in told["sub_tunnels"]] == [first, second]
    assert told["up"] == ("all" if first and second else "any" if first or second else "none")


def test_a_key_without_the_permission(world: World) -> None:
    """The failure names the action, which is another one than that of the list."""
    _tunnels(world, "one")
    keys = {"access_key": world.emulator.access_key, "secret_key": world.emulator.secret_key}
    world.emulator.configure(accounts=[{**keys, "denied_actions": [_ACTION]}])
    result = _tell(world)
    assert (result["error"]["kind"], result["error"]["action"]) == ("access_denied", _ACTION)


def test_many_tunnels(world: World) -> None:
    """They are asked about in parts, each in the order of the list."""
    ids = _tunnels(world, *(f"t{number}" for number in range(230)))
    world.emulator.status(ids[-1], backup=[["down", None]])
    world.take_requests()
    result = _tell(world)
    assert [item["id"] for item in result["vpn_tunnel_statuses"]] == ids
    assert [item["up"] for item in result["vpn_tunnel_statuses"]] == ["all"] * 229 + ["any"]
    assert len([entry for entry in world.take_requests() if entry["action"] == _ACTION]) == 6


@pytest.mark.parametrize("timeout", [-1, float("inf"), float("nan")])
def test_how_long(world: World, timeout: float) -> None:
    """Seconds, and not for ever."""
    result = _tell(world, wait_for="any", wait_timeout=timeout)
    assert "wait_timeout" in result["msg"]


def test_waiting_by_the_clock(world: World) -> None:
    """With the clocks that there are, it comes up, too."""
    (tunnel,) = _tunnels(world, "one")
    world.emulator.status(tunnel, master=[["down", 0.3], ["up", None]])
    parameters = world.parameters(_ENTRY.spec.options, {"wait_for": "all"})
    result = _ENTRY.run(parameters, check_mode=False, diff=False, environment={})
    assert not result.get("failed"), result
    assert [item["up"] for item in result["vpn_tunnel_statuses"]] == ["all"]
