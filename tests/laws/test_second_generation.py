# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The second generation of gateways, rule by rule, as the vendor's Terraform provider has them.

What it refuses before it sends anything, the modules refuse, too, and name the option. Where it is stricter than the
vendor's models, that is left to the service. Where it does otherwise than any model says, the modules don't follow it.
"""

from __future__ import annotations

from typing import Any

import pytest
from laws.world import World, writes

_PEERS = {"local_peer_ip": "169.254.10.1/30", "customer_peer_ip": "169.254.10.2/30"}
_GRE = {"vpn_gre_ip": "10.255.0.1", "customer_gre_ip": "10.255.0.2"}
_ROUTE = {"type": "route_ipsec", "ike_version": "v2", **_PEERS}


def _tunnel(world: World, version: str, **options: Any) -> dict[str, Any]:
    gateway = world.gateway_id if version == "1.0" else world.second_id
    parents = {"vpn_gateway": gateway, "customer_gateway": world.peer_id}
    return {"name": "one", **parents, "pre_shared_key": "fake-pre-shared-key-0", **options}


@pytest.mark.parametrize(
    ("version", "options", "named"),
    [
        ("1.0", _ROUTE, "type"),
        ("2.0", {"type": "GreOverIpsec", **_GRE}, "type"),
        ("2.0", {**_ROUTE, "local_peer_ip": None}, "local_peer_ip"),
        ("2.0", {**_ROUTE, "customer_peer_ip": None}, "customer_peer_ip"),
        ("2.0", {**_ROUTE, "ike_version": None}, "ike_version"),
        ("2.0", {"type": "ipsec", **_PEERS}, "local_peer_ip"),
        ("2.0", {"type": "ipsec", "open_health_check": True}, "open_health_check"),
        ("2.0", {"type": "ipsec", "ha_mode": "active_standby"}, "ha_mode"),
        ("2.0", {**_ROUTE, "local_peer_ip": "169.254.10.1"}, "local_peer_ip"),
        ("2.0", {**_ROUTE, "vpn_gateway_version": "1.0"}, "vpn_gateway_version"),
        ("2.0", {**_ROUTE, **_GRE}, "vpn_gre_ip"),
        ("1.0", {"type": "Ipsec", "vpn_gateway_version": "2.0"}, "vpn_gateway_version"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_the_provider_refuses(
    world: World, version: str, options: dict[str, Any], named: str, check: bool
) -> None:
    """It is refused before anything is sent, in check mode as in a run."""
    world.begin()
    given = {option: value for option, value in options.items() if value is not None}
    result = world.task("vpn_tunnel", _tunnel(world, version, **given), check=check)
    assert result["error"]["kind"] == "invalid_options", result
    assert named in result["msg"]
    assert writes(world.take_requests()) == []


@pytest.mark.parametrize(
    ("version", "written", "sent"),
    [
        *(("2.0", written, "ipsec") for written in ("Ipsec", "ipsec", "IPSEC")),
        *(("1.0", written, "Ipsec") for written in ("Ipsec", "ipsec", "IPSEC")),
        *(("2.0", written, "route_ipsec") for written in ("route_ipsec", "RouteIpsec", "ROUTE_IPSEC")),
        *(("1.0", written, "GreOverIpsec") for written in ("GreOverIpsec", "gre_over_ipsec")),
    ],
)
def test_the_type_is_spelled_as_the_gateway_s_version_wants_it(
    world: World, version: str, written: str, sent: str
) -> None:
    """By itself, however the task spells it, as the provider turns one spelling into the other; and left as it is."""
    world.begin()
    further = {"route_ipsec": {**_ROUTE}, "GreOverIpsec": _GRE}.get(sent, {})
    options = _tunnel(world, version, **{**further, "type": written})
    made = world.task("vpn_tunnel", options)
    assert not made.get("failed"), made["msg"]
    (tunnel,) = world.emulator.state()["VpnTunnelSet"]
    assert tunnel["Type"] == sent
    assert world.task("vpn_tunnel", options)["changed"] is False


@pytest.mark.parametrize("ha_mode", ["active_active", "active_standby"])
@pytest.mark.parametrize("health", [True, False])
@pytest.mark.parametrize("ike", ["v1", "v2"])
def test_each_field_is_sent_read_and_compared(world: World, ike: str, health: bool, ha_mode: str) -> None:
    """All fields that the provider sends for a tunnel by route."""
    world.begin()
    world.emulator.configure(tunnel_details=True, require_ike_version=True)
    fields = {**_ROUTE, "ike_version": ike, "open_health_check": health, "ha_mode": ha_mode}
    options = _tunnel(world, "2.0", **fields, vpn_gateway_version="2.0")
    made = world.task("vpn_tunnel", options)
    assert not made.get("failed"), made["msg"]
    assert {option: made["vpn_tunnel"][option] for option in fields} == fields
    assert made["vpn_tunnel"]["vpn_gateway_version"] == "2.0"
    # what only the provider reads comes back under the API's own names
    told = {"vpn_m_tunnel_state", "vpn_s_tunnel_state", *(["health_check_local_peer_cider"] if health else [])}
    assert told <= made["vpn_tunnel"].keys()
    again = world.task("vpn_tunnel", options)
    assert (again["changed"], again["not_compared"]) == (False, [])
    other = {"active_active": "active_standby", "active_standby": "active_active"}[ha_mode]
    for option, value in (("ha_mode", other), ("open_health_check", not health), ("local_peer_ip", "169.254.10.5/30")):
        result = world.task("vpn_tunnel", {**options, option: value})
        # The provider changes peers in place, which no model of ModifyVpnTunnel has: a service that passes over them
        # would not say so. They are replaced, if the task says so.
        assert result["error"]["options"] == [option], result


@pytest.mark.parametrize("refused", [True, False])
def test_where_the_provider_is_stricter_than_the_models(world: World, refused: bool) -> None:
    """IkeVersion for plain IPsec: the models leave it optional, so the service decides, and what it says is told."""
    world.begin()
    world.emulator.configure(require_ike_version=refused)
    result = world.task("vpn_tunnel", _tunnel(world, "2.0", type="ipsec"))
    assert bool(result.get("failed")) is refused
    assert not refused or (result["error"]["code"] == "MissingParameter" and "IkeVersion" in result["msg"])
