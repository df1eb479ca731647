# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the committed records: C(python -m records.make), with the environment of "make units"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from records.compare import Record, asked
from records.different import different

from ansible_collections.ksyun.vpn.plugins.module_utils.verification.run import as_text
from emulator.testing import EmulatorHandle, running_emulator

MADE = Path(__file__).parent / "made"
FIVE: dict[str, Any] = {
    "charge_type_spelling": "request",
    "in_use_error": {"code": "OperationDenied", "status": 409, "message": "The {noun} {id}: refused."},
    "legacy_spelling": True,
    "page_size": 2,
    "tunnel_states": [["creating", 0.3], ["active", None]],
}
OTHER_FIVE: dict[str, Any] = {
    "dry_run_depth": "full",
    "id_case": "upper-in-create-answers",
    "nexthop_filter": "name",
    "route_modify_answer": "true",
    "status_spelling": "upper",
}


def account(emulator: EmulatorHandle) -> None:
    """Something that the account of a record has before."""
    gateway = emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "office"}])["VpnGatewaySet"][0]
    customers = emulator.seed(CustomerGatewaySet=[{"CustomerGatewayName": name} for name in ("a", "b", "c")])
    ends = {"VpnGatewayId": gateway["VpnGatewayId"]}
    ends |= {"CustomerGatewayId": customers["CustomerGatewaySet"][0]["CustomerGatewayId"]}
    emulator.seed(VpnTunnelSet=[{**ends, "VpnTunnelName": "tunnel"}])


def made(emulator: EmulatorHandle) -> dict[str, Record]:
    """The records, by the names of their files."""
    found = {}
    emulator.reset()
    account(emulator)
    found["as-it-is"] = asked(emulator.url, emulator, "write", "2.0")
    for name, version, settings in (("five-settings", "1.0", FIVE), ("other-five-settings", "2.0", OTHER_FIVE)):
        emulator.reset()
        emulator.configure(**settings)
        found[name] = asked(emulator.url, emulator, "write", version)
    emulator.reset()
    with different(emulator) as url:
        found["other-spellings"] = asked(url, emulator, "write", "")
    return found


if __name__ == "__main__":
    with running_emulator() as handle:
        for file_name, record in made(handle).items():
            (MADE / f"{file_name}.json").write_text(as_text(record), encoding="utf-8")
