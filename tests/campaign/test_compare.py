# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records with one setting otherwise, those that take a whole run at the level C(write)."""

from __future__ import annotations

from typing import Any

import pytest
from modules.conftest import emulator, process
from records.conftest import other
from records.test_compare import DEARER, check_one

from emulator.testing import EmulatorHandle

__all__ = ["emulator", "other", "process"]
# Each with the version of the gateway that it takes to be seen.
OF_GATEWAYS: list[tuple[str, str, Any]] = [
    ("2.0", "charge_type_spelling", "request"),
    ("1.0", "cidr_spelling", "strings"),
    ("2.0", "status_without_master", "both"),
    ("2.0", "tunnel_details", True),
    ("1.0", "show_pre_shared_key", False),
    ("1.0", "left_out", ["ChargeType"]),
    ("2.0", "gateway_answers", "document"),
    ("2.0", "tunnel_answers", "document"),
    ("1.0", "filters_ignored", True),
    ("2.0", "projects_ignored", True),
    ("1.0", "stored_otherwise", {"IkeDHGroup": {"14": "2"}}),
    ("1.0", "foreign_fields", "refused"),
    ("1.0", "extra_cidr_set", "routes"),
    ("2.0", "remote_cidr_set", "seeded"),
    ("1.0", "route_next_hop", "gateway"),
    ("1.0", "next_hop_names", "as created"),
    ("1.0", "route_tables", "ignored"),
    ("1.0", "instance_id_filter", "all"),
    ("2.0", "duplicate_routes", "allowed"),
    ("2.0", "gateway_route_type", "VpnGateway"),
    ("1.0", "routes_of_deleted", "dangling"),
    ("2.0", "routes_of_deleted", "removed"),
    ("1.0", "in_use_checked", False),
]


@pytest.mark.parametrize("setting", DEARER)
def test_one_setting(emulator: EmulatorHandle, other: EmulatorHandle, setting: str) -> None:
    check_one(emulator, other, "write", "", setting, DEARER[setting])


@pytest.mark.parametrize(("version", "setting", "value"), OF_GATEWAYS)
def test_one_setting_of_gateways(
    emulator: EmulatorHandle, other: EmulatorHandle, version: str, setting: str, value: Any
) -> None:
    check_one(emulator, other, "write", version, setting, value)
