# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All sites of a gateway, many of them: with failures, in a large account, on a limited one, and cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from laws.world import World, writes

from emulator.testing import EmulatorHandle, running_emulator

HERE = "9b3d361e-f65b-464b-947a-fafb5cfb10d2"
KEY = "fake-pre-shared-key-of-many"
DEFAULTS = {"type": "Ipsec", "pre_shared_key": KEY, "ike_dh_group": 5, "ike_authentication_algorithm": "sha"}
# What a module's process does, without Ansible: its peak of memory is that of the core.
ALONE = """
import json, re, sys
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SPEC, SitesEntry
own = json.load(sys.stdin)
parameters = {**{option: about.get("default") for option, about in SPEC.options.items()}, **own}
result = SitesEntry().run(parameters, check_mode=False, diff=False, environment={})
json.dump({
    "changed": result["changed"], "msg": result.get("msg"), "calls": result["calls"], "counts": result["counts"],
    "MiB": int(re.search("VmHWM: *([0-9]+)", open("/proc/self/status").read().replace("\\t", " "))[1]) / 1024,
}, sys.stdout)
"""


@pytest.fixture(name="world")
def _world() -> Iterator[World]:
    with running_emulator() as emulator:
        emulator.seed(VpnGatewaySet=[{"VpnGatewayId": HERE, "VpnGatewayName": "here", "VpcId": "vpc-1"}])
        yield World(emulator)


def many(number: int) -> list[dict[str, Any]]:
    """So many sites, each with a route."""
    return [
        {
            "name": f"site-{each:05}",
            "address": f"203.{each // 62500}.{each // 250 % 250}.{each % 250 + 1}",
            "remote_cidrs": [f"10.{each // 250}.{each % 250}.0/24"],
        }
        for each in range(number)
    ]


def seed(emulator: EmulatorHandle, number: int, elsewhere: int) -> None:
    """So many sites at the gateway, and others at other gateways."""
    gateways = [{"VpnGatewayName": f"gateway-{each}", "VpcId": "vpc-2"} for each in range(elsewhere)]
    others = [each["VpnGatewayId"] for each in emulator.seed(VpnGatewaySet=gateways)["VpnGatewaySet"]]
    declared = many(number + elsewhere)
    customers = emulator.seed(
        CustomerGatewaySet=[
            {"CustomerGatewayName": each["name"], "CustomerGatewayAddress": each["address"]} for each in declared
        ]
    )["CustomerGatewaySet"]
    tunnels = emulator.seed(
        VpnTunnelSet=[
            {
                "VpnTunnelName": site["name"],
                "VpnGatewayId": HERE if each < number else others[each - number],
                "CustomerGatewayId": customers[each]["CustomerGatewayId"],
                "PreSharedKey": KEY,
                "Type": "Ipsec",
                "IkeDHGroup": "5",
                "IkeAuthenAlgorithm": "sha",
            }
            for each, site in enumerate(declared)
        ]
    )["VpnTunnelSet"]
    emulator.seed(
        RouteSet=[
            {
                "VpcId": "vpc-1" if each < number else "vpc-2",
                "RouteType": "Vpn",
                "DestinationCidrBlock": site["remote_cidrs"][0],
                "VpnTunnelId": tunnels[each]["VpnTunnelId"],
            }
            for each, site in enumerate(declared)
        ]
    )
    emulator.clear_requests()


def test_500_sites_of_which_50_fail_and_a_rerun(world: World) -> None:
    options = {"vpn_gateway": HERE, "sites": many(500), "defaults": DEFAULTS, "on_error": "continue"}
    world.emulator.fault("CreateVpnTunnel", "error", skip=100, count=50, status=400, code="InvalidParameterValue")
    began = time.monotonic()
    result = world.sites(**options)
    first = time.monotonic() - began
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, True, "sites_failed")
    assert {outcome: number for outcome, number in result["counts"].items() if number} == {"created": 450, "failed": 50}
    assert Counter(result["error"]["sites"].values()) == {"invalid_parameter": 50}
    assert all(site["customer_gateway"] for site in result["sites"].values())
    world.emulator.clear_requests()
    again = world.sites(**options)
    assert {outcome: number for outcome, number in again["counts"].items() if number} == {
        "updated": 50,
        "unchanged": 450,
    }
    assert Counter(request["action"] for request in writes(world.take_requests())) == {
        "CreateVpnTunnel": 50,
        "CreateRoute": 50,
    }
    state = world.emulator.state()
    assert [len(state[each]) for each in ("CustomerGatewaySet", "VpnTunnelSet", "RouteSet")] == [500] * 3
    print(f"\n500 sites, 50 failing: {first:.1f} s; again: {time.monotonic() - began - first:.1f} s")


def test_no_change_of_500_sites_in_an_account_of_10_000(world: World) -> None:
    seed(world.emulator, 500, 9500)
    own = world.parameters({}, {}) | {"vpn_gateway": HERE, "sites": many(500), "defaults": DEFAULTS}
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", ALONE], input=json.dumps(own), capture_output=True, text=True, check=True, env=os.environ
    )
    told = json.loads(ran.stdout)
    print(f"\n500 of 10,000 sites: {time.monotonic() - began:.1f} s, {told}")
    assert (told["msg"], told["changed"], told["counts"]["unchanged"]) == (None, False, 500)
    assert told["calls"]["requests"] == len(world.emulator.requests()) <= 10
    assert told["MiB"] < 100


def test_200_sites_at_a_limit_of_10_requests_a_second(world: World) -> None:
    world.emulator.configure(rate_limit={"requests": 10, "seconds": 1.0}, latency=0.1)
    sites = [{option: value for option, value in site.items() if option != "remote_cidrs"} for site in many(200)]
    began = time.monotonic()
    result = world.sites(vpn_gateway=HERE, sites=sites, defaults=DEFAULTS)
    seconds = time.monotonic() - began
    assert result["counts"]["created"] == 200, result.get("msg")
    requests = world.take_requests()
    wasted = sum(request["status"] == 409 for request in requests)
    print(f"\n200 sites at 10 requests a second: {seconds:.1f} s (40 is the limit's own), {wasted} of {len(requests)}")
    assert wasted <= len(requests) / 20


@pytest.mark.parametrize("number", [signal.SIGALRM, signal.SIGTERM])
@pytest.mark.parametrize("after", [5, 40, 75])
def test_a_signal_in_the_middle(world: World, number: signal.Signals, after: int) -> None:
    """What has begun ends, nothing new begins, the rest is not reached, and another run goes on from there."""
    world.emulator.configure(latency=0.05)
    came: list[int] = []

    def note(received: int, _frame: FrameType | None) -> None:
        came.append(received)

    before = signal.signal(number, note)
    options = {"vpn_gateway": HERE, "sites": many(40), "defaults": DEFAULTS, "parallel": 4}

    def strike() -> None:
        while len(writes(world.emulator.requests())) < after:
            time.sleep(0.01)
        os.kill(os.getpid(), number)

    striking = threading.Thread(target=strike)
    striking.start()
    try:
        result = world.sites(**options)
    finally:
        signal.signal(number, before)
        striking.join()
    sent = writes(world.take_requests())
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, True, "interrupted")
    assert after <= len(sent) <= after + 12, "those in flight, and no more"
    assert result["counts"]["not_reached"] > 0
    assert result["counts"]["failed"] == 0
    state = world.emulator.state()
    there = [item["CustomerGatewayName"] for item in state["CustomerGatewaySet"]]
    told = [name for name, site in result["sites"].items() if (site["customer_gateway"] or {}).get("id")]
    assert sorted(there) == sorted(told)
    if number == signal.SIGTERM:
        assert came == [number], "it takes its effect when all is told that has to be"
    again = world.sites(**options)
    assert not again.get("failed"), again["msg"]
    state = world.emulator.state()
    assert [len(state[each]) for each in ("CustomerGatewaySet", "VpnTunnelSet", "RouteSet")] == [40] * 3
