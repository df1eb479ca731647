# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API: state, seeds, removal, recorded requests, settings."""

from __future__ import annotations

import time
from typing import Any

import pytest
from service.client import Caller

from emulator.testing import ControlError, EmulatorHandle


def test_health(emulator: EmulatorHandle) -> None:
    """It is there."""
    assert emulator.health() == {"status": "ok", "version": "2016-03-04"}


def test_state(emulator: EmulatorHandle, call: Caller) -> None:
    """What an answer shows, secrets included, with the region."""
    tunnel = call.tunnel(PreSharedKey="in the clear")
    call.by(region="cn-shanghai-2").customer(CustomerGatewayName="there")
    state = emulator.state()
    assert state["VpnTunnelSet"] == [{**tunnel, "Region": "cn-beijing-6"}]
    assert {item["Region"] for item in state["CustomerGatewaySet"]} == {"cn-beijing-6", "cn-shanghai-2"}
    there = emulator.state("cn-shanghai-2")
    assert there["VpnTunnelSet"] == there["VpnGatewaySet"] == []
    assert [item["CustomerGatewayName"] for item in there["CustomerGatewaySet"]] == ["there"]


def test_seed(emulator: EmulatorHandle, call: Caller) -> None:
    """Partial objects get defaults and ids, in the order given; null counts as left out."""
    gateway = "9b3d361e-f65b-464b-947a-fafb5cfb10d2"
    seeded = emulator.seed(
        VpnTunnelSet=[{"VpnGatewayId": gateway, "IkeDHGroup": 2, "State": "down", "NatId": None}, {"Region": "x"}],
        VpnGatewaySet=[{"VpnGatewayId": gateway, "VpnGatewayVersion": "2.0", "ChargeType": "PrePaidByMonth"}],
    )
    first, second = seeded["VpnTunnelSet"]
    assert first.items() >= {"State": "down", "IkeDHGroup": "2", "VpnGatewayVersion": "2.0", "Type": "ipsec"}.items()
    assert "NatId" not in first
    assert (second["State"], second["Region"], second["Type"]) == ("available", "x", "Ipsec")
    assert seeded["VpnGatewaySet"][0]["ServiceEndTime"]
    listed = call("DescribeVpnTunnels").json["VpnTunnelSet"]
    assert [{**item, "Region": "cn-beijing-6"} for item in listed] == [first]
    assert call("DeleteVpnGateway", VpnGatewayId=gateway).code == "DependencyViolation"


def test_state_can_be_seeded(emulator: EmulatorHandle, call: Caller) -> None:
    """What state shows, seed takes."""
    call.tunnel()
    call.gateway(ChargeType="Monthly", PurchaseTime=3)
    state = emulator.state()
    emulator.reset()
    emulator.seed(**state)
    assert emulator.state() == state


def test_seeded_resources_are_settled(emulator: EmulatorHandle, call: Caller) -> None:
    """They have been there for long."""
    emulator.configure(list_lag=600, tunnel_states=[["pending", 600], ["available", None]])
    emulator.seed(VpnTunnelSet=[{}])
    assert call("DescribeVpnTunnels").json["VpnTunnelSet"][0]["State"] == "available"


def test_seed_many(emulator: EmulatorHandle) -> None:
    """Ten thousand in a moment."""
    start = time.monotonic()
    sets: dict[str, list[dict[str, Any]]] = {
        noun + "Set": [{} for _number in range(5000)] for noun in ("VpnGateway", "VpnTunnel")
    }
    assert len(emulator.seed(**sets)["VpnTunnelSet"]) == 5000
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("sets", [{"Gateways": []}, {"VpnGatewaySet": [3]}, {"VpnGatewaySet": 3}])
def test_seed_refused(emulator: EmulatorHandle, sets: dict[str, Any]) -> None:
    """What is no set of objects."""
    with pytest.raises(ControlError, match="400"):
        emulator.seed(**sets)


def test_remove(emulator: EmulatorHandle, call: Caller) -> None:
    """In use or not, in any region, leaving no trace."""
    emulator.configure(delete_lag=600)
    tunnel = call.tunnel()
    assert emulator.remove(tunnel["VpnGatewayId"], tunnel["CustomerGatewayId"], "unknown") == 2
    assert call("DescribeVpnGateways").json["VpnGatewaySet"] == []
    assert "VpnGwlName" not in call("DescribeVpnTunnels").json["VpnTunnelSet"][0]
    assert emulator.requests()[-1]["action"] == "DescribeVpnTunnels"


def test_requests(emulator: EmulatorHandle, call: Caller) -> None:
    """Recorded with everything that a test may want to know."""
    call("CreateCustomerGateway", CustomerGatewayName="客户", CustomerGatewayAddress="203.0.113.9", accept="*/*")
    call("DeleteVpnGateway", form="v4-query", method="GET", VpnGatewayId="x")
    first, second = emulator.requests()
    request_id = first.pop("request_id")
    assert len(request_id) == 36
    assert first == {
        "sequence": 1,
        "method": "POST",
        "action": "CreateCustomerGateway",
        "parameters": {
            "Action": "CreateCustomerGateway",
            "Version": "2016-03-04",
            "CustomerGatewayName": "客户",
            "CustomerGatewayAddress": "203.0.113.9",
        },
        "parameters_in": {
            "query": [],
            "body": ["Action", "Version", "CustomerGatewayName", "CustomerGatewayAddress"],
        },
        "dry_run": False,
        "signature": "v4-header",
        "format": "xml",
        "user_agent": "",
        "status": 200,
        "code": None,
        "committed": True,
        "fault": None,
    }
    expected = {"sequence": 2, "status": 404, "code": "NoSuchEntity", "committed": False, "format": "json"}
    assert second.items() >= expected.items()
    assert second["parameters_in"]["body"] == []
    assert second["parameters"]["X-Amz-Signature"] == "***"
    assert emulator.requests(since=1) == [second]
    emulator.clear_requests()
    call("DescribeVpnGateways")
    assert [item["sequence"] for item in emulator.requests()] == [3]


def test_settings(emulator: EmulatorHandle) -> None:
    """Named ones are replaced, the others stay; a bad one changes nothing."""
    before = emulator.settings()
    assert emulator.configure(page_size=7, quotas={"VpnTunnel": 3}) == {
        **before,
        "page_size": 7,
        "quotas": {"VpnTunnel": 3},
    }
    refused: tuple[dict[str, Any], ...] = (
        {"colour": "red"},
        {"page_size": 8, "latency": -1},
        {"page_size": 1001},
        {"clock_offset": "1"},
        {"regions": "cn-beijing-6"},
        {"dry_run_depth": "deep"},
        {"accounts": [{"access_key": "x"}]},
        {"quotas": {"Vpc": 1}},
        {"backend": {"*": "asleep"}},
        {"tunnel_states": []},
        {"rate_limit": {"requests": "many", "seconds": 1}},
        {"legacy_spelling": 1},
        {"quota_error": {"code": "x", "status": 200, "message": "x"}},
    )
    for bad in refused:
        with pytest.raises(ControlError, match="400"):
            emulator.configure(**bad)
    assert emulator.settings()["page_size"] == 7
    assert emulator.configure(**before) == before


def test_latency(emulator: EmulatorHandle, call: Caller) -> None:
    """The service takes its time, the control API does not."""
    emulator.configure(latency=0.2)
    start = time.monotonic()
    assert call("DescribeVpnGateways").status == 200
    assert time.monotonic() - start >= 0.2


def test_rate_limit_passes(emulator: EmulatorHandle, call: Caller) -> None:
    """The window slides on."""
    emulator.configure(rate_limit={"requests": 1, "seconds": 1.0})
    assert [call("DescribeVpnGateways").status for _turn in range(2)] == [200, 409]
    time.sleep(1.1)
    assert call("DescribeVpnGateways").status == 200


def test_several_accounts(emulator: EmulatorHandle, call: Caller) -> None:
    """Each with its keys and rights, over the same resources."""
    reader = {"access_key": "reader", "secret_key": "r", "denied_actions": ["Create*", "Modify*", "Delete*"]}
    emulator.configure(accounts=[*emulator.settings()["accounts"], reader])
    call.gateway()
    other = call.by(access_key="reader", secret_key="r")
    assert len(other("DescribeVpnGateways").json["VpnGatewaySet"]) == 1
    assert other("DeleteVpnGateway", VpnGatewayId="x").code == "AccessDenied"
    assert other("CreateVpnGateway", DryRun="true").code == "AccessDenied"


def test_reset(emulator: EmulatorHandle, call: Caller) -> None:
    """Everything is as it was at the start."""
    before = emulator.settings()
    call.tunnel()
    emulator.fault("*", "reset")
    emulator.configure(page_size=1, rate_limit={"requests": 0, "seconds": 99})
    emulator.reset()
    assert not any(emulator.state().values())
    assert emulator.requests() == []
    assert emulator.faults()["faults"] == []
    assert emulator.settings() == before
    assert call("DescribeVpnGateways").status == 200
