# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Committed records are held against the emulator: each difference is named, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from records.compare import RecordError, asked, differences, read, seeds
from records.make import FIVE, MADE, OTHER_FIVE

from ansible_collections.ksyun.vpn.plugins.module_utils.verification.run import as_text
from emulator.testing import EmulatorHandle

ADDRESS, SECOND = "CustomerGatewayIp (a text)", "HaCustomerGatewayAddress (null)"
FAULTS = [
    f"fault: {action}: the record has {fields}, which the emulator has not"
    for action, fields in (
        ("CreateCustomerGateway", f"CustomerGateway.{ADDRESS}, CustomerGateway.{SECOND}"),
        ("DescribeCustomerGateways", f"CustomerGatewaySet[].{ADDRESS}, CustomerGatewaySet[].{SECOND}"),
        ("ModifyCustomerGateway", f"CustomerGateway.{ADDRESS}"),
    )
] + [
    "fault: unknown_action: the record says '404 ResourceNotFound', the emulator '404 NoSuchEntity'",
    'setting: left_out = ["CustomerGatewayAddress"]',
    'setting: not_found_error = {"code": "ResourceNotFound", "status": 404, "message": "The {noun} {id}: refused."}',
]


def as_lines(settings: dict[str, Any]) -> list[str]:
    return [f"setting: {name} = {json.dumps(value)}" for name, value in sorted(settings.items())]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("as-it-is", []),
        ("five-settings", as_lines(FIVE)),
        ("other-five-settings", as_lines(OTHER_FIVE)),
        ("other-spellings", FAULTS),
    ],
)
def test_each_difference_is_named_and_nothing_else(emulator: EmulatorHandle, name: str, wanted: list[str]) -> None:
    assert sorted(differences(read(MADE / f"{name}.json"), emulator)) == wanted


def test_every_committed_record_is_here() -> None:
    assert {path.stem for path in MADE.iterdir()} == {
        "as-it-is",
        "five-settings",
        "other-five-settings",
        "other-spellings",
    }


# One setting at a time, at a cheap level. The campaign has the others.
CHEAP: dict[str, tuple[str, Any]] = {
    "signature_dates": ("read", "document"),
    "host_must_be_signed": ("read", False),
    "clock_window": ("read", 120.0),
    "status_of_unknown": ("read", "refused"),
    "dry_run_ignored": ("dry_run", True),
    "dry_run_depth": ("dry_run", "rights"),
    "require_ha_customer_gateway_address": ("dry_run", True),
    "create_tunnel_by_get": ("dry_run", True),
    "dh_groups": ("dry_run", "document"),
    "require_ike_version": ("dry_run", True),
    "first_page": ("write", "empty"),
}
DEARER: dict[str, Any] = {
    "name_rule": "normalised",
    "modify_answer": "return",
    "empty_filter": "everything",
    "customer_gateway_filters": False,
    "modify_ignored": ["CustomerGatewayAddress", "HaCustomerGatewayAddress"],
    "list_lag": 0.5,
    "delete_lag": 0.5,
}


def check_one(
    asking: EmulatorHandle, other: EmulatorHandle, level: str, version: str, setting: str, value: Any
) -> None:
    """A record made with one setting otherwise names that one."""
    asking.configure(**{setting: value})
    record = asked(asking.url, asking, level, version)
    assert differences(record, other) == as_lines({setting: value})


@pytest.mark.parametrize("setting", CHEAP)
def test_one_setting(emulator: EmulatorHandle, other: EmulatorHandle, setting: str) -> None:
    level, value = CHEAP[setting]
    check_one(emulator, other, level, "", setting, value)


def test_the_command(emulator: EmulatorHandle, tmp_path: Path) -> None:
    """What "make compare" runs: 0 for a record without differences, 2 for what is none."""
    record = tmp_path / "record.json"
    record.write_text(as_text(asked(emulator.url, emulator, "read", "")))
    same = subprocess.run([sys.executable, "-m", "records", str(record)], capture_output=True, text=True, check=False)
    assert (same.returncode, same.stdout.startswith("The emulator answers ")) == (0, True), same.stdout + same.stderr
    record.write_text("{}")
    none = subprocess.run([sys.executable, "-m", "records", str(record)], capture_output=True, text=True, check=False)
    assert (none.returncode, "is no record" in none.stderr) == (2, True)
    with pytest.raises(RecordError):
        read(tmp_path / "missing")


def test_the_account_of_a_record_is_brought_about(emulator: EmulatorHandle) -> None:
    known = {"VpnGatewaySet": {"VpnGatewayId", "VpnGatewayName"}, "CustomerGatewaySet": {"CustomerGatewayId"}}
    known |= {"VpnTunnelSet": {"VpnTunnelId", "IpsecLifetimeSecond"}, "VpcSet": {"VpcId"}}
    found = seeds(read(MADE / "as-it-is.json"), known)
    assert [len(found[name]) for name in ("VpnGatewaySet", "CustomerGatewaySet", "VpnTunnelSet")] == [1, 3, 1]
    assert found["VpnTunnelSet"][0]["IpsecLifetimeSecond"] == 3600
