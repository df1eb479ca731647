# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All levels, against the emulator: what is found, what is written, and that nothing is left or touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from modules.runner import Ansible
from records.compare import VPC, asked

from ansible_collections.ksyun.vpn.plugins.module_utils.verification.questions import BY_NAME
from emulator.testing import EmulatorHandle

NOTHING: list[Any] = []
TASK = "ksyun.vpn.verify_service"
CASES = [("read", ""), ("dry_run", ""), ("write", ""), ("write", "1.0"), ("write", "2.0")]


def others(emulator: EmulatorHandle) -> dict[str, Any]:
    """An account in which somebody works, with names and networks that are like ours; what is there."""
    gateways = [{"VpnGatewayName": "verify-", "VpcId": VPC, "VpnGatewayVersion": version} for version in ("1.0", "2.0")]
    ids = [made["VpnGatewayId"] for made in emulator.seed(VpnGatewaySet=gateways)["VpnGatewaySet"]]
    customers = [
        {"CustomerGatewayName": name, "CustomerGatewayAddress": "203.0.113.10"} for name in ("verify-", "", "b")
    ]
    customer = emulator.seed(CustomerGatewaySet=customers)["CustomerGatewaySet"][0]["CustomerGatewayId"]
    ends = [{"VpnGatewayId": gateway, "CustomerGatewayId": customer} for gateway in ids]
    tunnels = emulator.seed(VpnTunnelSet=ends)["VpnTunnelSet"]
    hops = [{"VpcId": VPC, "VpnTunnelId": tunnels[0]["VpnTunnelId"], "DestinationCidrBlock": "203.0.112.0/24"}]
    emulator.seed(RouteSet=hops)
    return emulator.state()


@pytest.mark.parametrize(("level", "version"), CASES)
def test_what_is_found_is_what_is_expected_and_nothing_is_left(
    emulator: EmulatorHandle, level: str, version: str
) -> None:
    before = others(emulator)
    record = asked(emulator.url, emulator, level, version)
    assert {name: (BY_NAME[name].expected, found) for name, found in record["found"].items()} == {
        name: (BY_NAME[name].expected, BY_NAME[name].expected) for name in record["found"]
    }
    assert emulator.state() == before
    not_asked = {name for names in record["not_asked"].values() for name in names}
    assert not_asked | set(record["found"]) == set(BY_NAME)
    assert not not_asked & set(record["found"])
    if version:
        of_others = {name for name, question in BY_NAME.items() if question.needs_gateway not in (None, "", version)}
        # a tunnel with a route is not deleted by default, so that it has no state of its end
        assert not_asked == of_others | {"deleted_state"}


@pytest.mark.parametrize(("level", "version"), CASES)
def test_a_level_writes_no_more_than_it_may(emulator: EmulatorHandle, level: str, version: str) -> None:
    asked(emulator.url, emulator, level, version)
    requests = emulator.requests()
    wrote = [entry for entry in requests if not entry["action"].startswith("Describe")]
    assert [entry for entry in requests if "Monthly" in entry["parameters"].values()] == []
    if level == "read":
        assert wrote == []
    if level == "dry_run":
        assert wrote
        assert [entry for entry in wrote if not entry["dry_run"] or entry["committed"]] == []
    kinds = {entry["action"] for entry in requests if entry["committed"] and entry["action"].startswith("Create")}
    routes = {"1.0": {"CreateRoute"}, "2.0": {"CreateRoute", "CreateVpnGatewayRoute"}}
    gateway = {"CreateVpnGateway", "CreateVpnTunnel", *routes[version]} if version else set()
    assert kinds == ({"CreateCustomerGateway"} | gateway if level == "write" else set())
    # what costs money is made once
    assert sum(entry["action"] == "CreateVpnGateway" and entry["committed"] for entry in requests) == bool(version)


def test_dry_runs_that_are_not_honoured_end_the_level(emulator: EmulatorHandle) -> None:
    """One customer gateway, which costs nothing, is made of it, and removed; nothing else is tried."""
    emulator.configure(dry_run_ignored=True)
    record = asked(emulator.url, emulator, "write", "2.0")
    assert record["found"]["dry_run"] == "ignored"
    wrote = [entry["action"] for entry in emulator.requests() if not entry["action"].startswith("Describe")]
    assert wrote == ["CreateCustomerGateway", "DeleteCustomerGateway"]
    assert not any(emulator.state().values())


@pytest.mark.parametrize(
    "settings",
    [
        {"list_lag": 0.5, "delete_lag": 0.5, "id_case": "upper-in-create-answers", "name_rule": "cut"},
        {"routes_of_deleted": "dangling", "duplicate_routes": "allowed", "in_use_checked": False, "page_size": 1},
        {"routes_of_deleted": "removed", "first_page": "empty", "route_next_hop": "gateway", "filters_ignored": True},
    ],
)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_whatever_the_service_does_nothing_is_left_or_touched(
    emulator: EmulatorHandle, settings: dict[str, Any], version: str
) -> None:
    before = others(emulator)
    emulator.configure(**settings)
    asked(emulator.url, emulator, "write", version, tick=0.15)  # the lags here are real seconds
    emulator.configure(**dict.fromkeys(("list_lag", "delete_lag"), 0.0))
    after = emulator.state()
    assert {name: [item[f"{name[:-3]}Id"] for item in items] for name, items in after.items()} == {
        name: [item[f"{name[:-3]}Id"] for item in items] for name, items in before.items()
    }


# --- by Ansible ------------------------------------------------------------------------------------------


def test_the_playbook(ansible: Ansible) -> None:
    run = ansible.run("ansible-playbook", TASK, "-e", "level=write")
    assert run.code == 0, run.output
    result = run.of("Ask the service")
    assert (result["changed"], result["differences"], result["left"], result["journal"]) == (True, [], [], None)
    assert "  dry_run " in run.output
    record = Path(ansible.directory, result["record"])
    assert record.stat().st_mode & 0o777 == 0o600
    assert len(record.read_text()) < 60_000, "it is too large for an issue"
    assert [path.name for path in ansible.directory.glob("*.journal")] == []
    assert not any(ansible.emulator.state().values())


def test_what_is_refused(ansible: Ansible) -> None:
    """The price comes first; it runs in Ansible's own process; a file that is no journal is none."""
    Path(ansible.directory, "some").write_text('{"made": "CustomerGateway"}\n')
    tasks = [
        {"name": "price", TASK: {"level": "write", "daily_gateway": "2.0", "vpc_id": "vpc"}},
        {"name": "level", TASK: {"daily_gateway": "2.0", "vpc_id": "vpc", "daily_price": "1"}},
        {"name": "process", TASK: {}, "vars": {"ksyun_vpn_in_process": False}},
        {"name": "journal", TASK: {"cleanup": "some"}},
        {"name": "address", TASK: {"level": "write", "address": "berlin"}},
    ]
    run = ansible.play([{**task, "ignore_errors": True} for task in tasks])
    assert "billed for each day that has begun" in run.of("price")["msg"]
    assert "only for level=write" in run.of("level")["msg"]
    assert "Ansible's own process" in run.of("process")["msg"]
    assert "is no journal of verify_service" in run.of("journal")["msg"]
    assert "must be an IPv4 address" in run.of("address")["msg"]
    assert ansible.emulator.requests() == []


def test_a_record_that_can_not_be_written_is_told_before_anything_is_made(ansible: Ansible) -> None:
    (ansible.directory / "folder").mkdir()
    tasks = [{"name": path, TASK: {"level": "write", "record": path}} for path in ("folder", "nowhere/record.json")]
    run = ansible.play([{**task, "ignore_errors": True} for task in tasks])
    for path in ("folder", "nowhere/record.json"):
        assert "can't be written" in run.of(path)["msg"]
    assert ansible.emulator.requests() == []


def test_a_record_takes_the_place_of_a_link(ansible: Ansible) -> None:
    victim = ansible.directory / "victim"
    victim.write_text("mine")
    (ansible.directory / "record.json").symlink_to(victim)
    ansible.play([{"name": "read", TASK: {"record": "record.json"}}])
    assert victim.read_text() == "mine"
    assert (ansible.directory / "record.json").stat().st_mode & 0o777 == 0o600


def test_check_mode_reads(ansible: Ansible) -> None:
    run = ansible.run("ansible-playbook", TASK, "-e", "level=write", "--check")
    assert run.code == 0, run.output
    assert run.of("Ask the service")["changed"] is False
    assert [entry for entry in ansible.emulator.requests() if not entry["action"].startswith("Describe")] == []
