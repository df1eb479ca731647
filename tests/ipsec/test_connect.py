# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook ksyun.vpn.connect, from an empty account to packets that go through, as C(make demo-connect) shows it.

C(make test) has the second generation, where root and strongSwan are; C(make ipsec) both.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

from . import connect

SEALED = {"ike", "esp", "neighbours"}


def test_second_generation(tmp_path: Path) -> None:
    from_an_empty_account_to_pinging(tmp_path, "2.0")


def test_first_generation(tmp_path: Path) -> None:
    from_an_empty_account_to_pinging(tmp_path, "1.0")


def from_an_empty_account_to_pinging(tmp_path: Path, version: str) -> None:
    """The device gets its file from the playbook, Ksyun's end from the service's objects; no route, no packet."""
    done = connect.connect(tmp_path, version, again=True)
    assert done.code == 0, done.output + done.again
    assert not done.reached_before
    assert done.output.count("64 bytes from 10.0.0.1") == 3
    assert done.packets == {end: {"in": 6, "out": 6} for end in ("the device", "Ksyun's end")}, (
        "three pings of each run, and nothing else, at both ends"
    )
    assert {association["version"] for association in done.associations} == {version[0]}
    assert done.wire["esp"] == 12
    assert set(done.wire) <= SEALED
    routes = done.state["VpnGatewayRouteSet" if version == "2.0" else "RouteSet"]
    assert [route["DestinationCidrBlock"] for route in routes] == [connect.DEVICE_NETWORK]
    key = base64.b64encode(connect.KEY.encode()).decode()
    assert key in done.file
    for form in (connect.KEY, key, connect.KEY.encode().hex(), "not a real key"):
        assert form not in done.output + done.again
    assert set(re.findall(r"changed=(\d+)", done.again)) == {"0"}, done.again
