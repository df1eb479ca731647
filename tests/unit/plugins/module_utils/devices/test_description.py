# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tunnel's device is told: what is fixed, what is assumed, what can be said instead, and what is no tunnel."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.description import (
    ASSUMPTIONS,
    Description,
    DescriptionError,
    describe,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import (
    CUSTOMER,
    GATEWAY,
    KINDS,
    OPTIONS,
    TUNNEL,
    values,
)


def described(
    tunnel: dict[str, t.Any] | None = None,
    gateway: dict[str, t.Any] | None = None,
    customer: dict[str, t.Any] | None = None,
    **options: t.Any,
) -> Description:
    return describe(
        {**TUNNEL, **(tunnel or {})},
        {**GATEWAY, **(gateway or {})},
        {**CUSTOMER, **(customer or {})},
        **{**OPTIONS, **options},
    )


def assumed(description: Description) -> dict[str, t.Any]:
    return {each.option: each.value for each in description.assumed}


@pytest.mark.parametrize(
    "option",
    [
        "ike_authentication_algorithm",
        "ike_encryption_algorithm",
        "ipsec_encryption_algorithm",
        "ipsec_authentication_algorithm",
    ],
)
def test_each_word_of_the_table_has_a_neutral_one(option: str) -> None:
    """And no two the same: aes and aes-cbc-256 differ in the length of the key."""
    field = {
        "ike_authentication_algorithm": "ike_hash",
        "ike_encryption_algorithm": "ike_encryption",
        "ipsec_encryption_algorithm": "esp_encryption",
        "ipsec_authentication_algorithm": "esp_hash",
    }[option]
    neutral = [getattr(described({option: value}), field) for value in values(option)]
    assert len(set(neutral)) == len(neutral)
    assert not [word for word in neutral if word.startswith("esp-") or "cbc" in word or word in ("sha", "aes")]


def test_what_the_api_does_not_fix_is_assumed() -> None:
    assert assumed(described()) == {
        "pfs_group": 0,
        "ike_lifetime": 86400,
        "dpd_interval": 30,
        "ike_version": 1,
        "exchange_mode": "main",
        "identity": "address",
        "nat_traversal": "automatic",
        "traffic_selectors": "networks",
        "sha256_truncation": 128,
        "second_tunnel": "standby",
    }
    newer = assumed(described({**KINDS["route"], "ipsec_authentication_algorithm": "sha512"}))
    assert "ike_version" not in newer
    assert "exchange_mode" not in newer
    assert newer["second_tunnel"] == "active"
    assert "sha256_truncation" not in newer
    gre = assumed(described(KINDS["gre"]))
    assert (gre["gre_mode"], gre["gre_addresses"]) == ("tunnel", "inside")
    assert "second_tunnel" not in gre


def test_what_the_user_says_is_not_assumed() -> None:
    said = {"pfs_group": 14, "ike_lifetime": 28800, "dpd_interval": 0, "exchange_mode": "aggressive", "ike_version": 2}
    description = described(assume=said)
    assert {option: getattr(description, option) for option in said} == said
    assert not set(assumed(description)) & set(said)
    assert set(said) | {"gre_mode"} == set(ASSUMPTIONS)


def test_what_the_tunnel_tells_goes_before_what_the_user_says() -> None:
    assert described({"ike_version": "v2"}, assume={"ike_version": 1}).ike_version == 2


@pytest.mark.parametrize(
    ("assume", "words"),
    [
        ({"pfs": 14}, "unknown options"),
        ({"pfs_group": 3}, "pfs_group must be one of 0, 1, 2, 5, 14, 24"),
        ({"pfs_group": "many"}, "not a whole number"),
        ({"ike_lifetime": 299}, "from 300 to 86400"),
        ({"ike_lifetime": 86401}, "from 300 to 86400"),
        ({"dpd_interval": 9}, "from 10 to 3600"),
        ({"exchange_mode": "quick"}, "one of main, aggressive"),
        ({"gre_mode": "none"}, "one of tunnel, transport"),
        ({"ike_version": 3}, "one of 1, 2"),
    ],
)
def test_what_can_not_be_said(assume: dict[str, t.Any], words: str) -> None:
    with pytest.raises(DescriptionError, match=words):
        described(assume=assume)


def test_two_tunnels_where_there_are_two_addresses() -> None:
    both = described(customer={"ha_address": "203.0.113.10"})
    assert [(pair.ksyun, pair.device, pair.standby) for pair in both.pairs] == [
        ("198.18.0.1", "203.0.113.9", False),
        ("198.19.0.1", "203.0.113.10", True),
    ]
    assert [pair.device for pair in described().pairs] == ["203.0.113.9"] * 2
    assert len(described(gateway={"ha_gateway_address": None}).pairs) == 1
    assert len(described(tunnels=1).pairs) == 1
    assert len(described(KINDS["gre"]).pairs) == 1
    assert [pair.inner for pair in described(KINDS["gre with two tunnels"]).pairs] == ["10.255.0.2/30", "10.255.0.6/30"]


def test_only_tunnels_by_route_can_both_be_active() -> None:
    active = [(kind, described(values).pairs[-1].standby) for kind, values in KINDS.items() if kind != "gre"]
    assert [kind for kind, standby in active if not standby] == ["route"]
    assert described({**KINDS["route"], "ha_mode": "active_standby"}).pairs[1].standby


def test_behind_nat_the_identity_stays_the_public_address() -> None:
    (pair,) = described(tunnels=1, local_addresses=["192.168.1.254"]).pairs
    assert (pair.own, pair.device) == ("192.168.1.254", "203.0.113.9")


@pytest.mark.parametrize(
    ("customer_gre_ip", "vpn_gre_ip", "inner"),
    [
        ("10.255.0.2", "10.255.0.1", "10.255.0.2/30"),
        ("10.255.0.2", "10.255.0.5", "10.255.0.2/32"),
        ("10.255.0.3", "10.255.0.1", "10.255.0.3/32"),
        ("10.255.0.0", "10.255.0.1", "10.255.0.0/32"),
    ],
)
def test_the_prefix_of_gre_addresses(customer_gre_ip: str, vpn_gre_ip: str, inner: str) -> None:
    gre = {**KINDS["gre"], "customer_gre_ip": customer_gre_ip, "vpn_gre_ip": vpn_gre_ip}
    assert described(gre).pairs[0].inner == inner


def test_names() -> None:
    assert described().name == "ks-0fdf4c06"
    assert described(name="berlin").name == "berlin"
    others = [described({"id": None, "name": name}).name for name in ("one", "two")]
    assert len(set(others)) == 2
    assert all(len(name) == 11 for name in others)
    assert others == [described({"id": None, "name": name}).name for name in ("one", "two")]
    for name in ("", "a" * 12, "1st", "a b", "a\n", "a}"):
        with pytest.raises(DescriptionError, match="name must be a letter"):
            described(name=name)


def test_numbers_are_even_and_within_their_range() -> None:
    """So that the second tunnel's is free, too."""
    for number in range(200):
        found = described({"id": f"{number:08x}-0000"}).number_within(1, 98)
        assert found % 2 == 0
        assert 1 <= found < 98
    assert described(number=7).number_within(1, 98) == 7


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"gateway": {"gateway_address": None}}, "VPN gateway has no gateway_address"),
        ({"gateway": {"gateway_address": "host"}}, "gateway_address of the VPN gateway is not an IPv4 address"),
        ({"gateway": {"id": "another"}}, "the vpn_gateway given is not the tunnel's"),
        ({"customer": {"id": "another"}}, "the customer_gateway given is not the tunnel's"),
        ({"customer": {"address": ""}}, "customer gateway has no address"),
        ({"tunnel": {"type": None}}, "VPN tunnel has no type"),
        ({"tunnel": {"type": "IpsecOverGre"}}, "type of the VPN tunnel is not one that this collection knows"),
        ({"tunnel": {"ike_dh_group": None}}, "VPN tunnel has no ike_dh_group"),
        ({"tunnel": {"ike_dh_group": "many"}}, "not a whole number"),
        ({"tunnel": {"ike_version": "v3"}}, "neither v1 nor v2"),
        ({"tunnel": {"type": "GreOverIpsec"}}, "VPN tunnel has no customer_gre_ip"),
        ({"tunnel": {**KINDS["route"], "customer_peer_ip": "x"}}, "customer_peer_ip of the tunnel is not an IPv4"),
        ({"tunnel": KINDS["gre"], "tunnels": 2}, "no ha_vpn_gre_ip"),
        ({"gateway": {"ha_gateway_address": None}, "tunnels": 2}, "no ha_gateway_address"),
        ({"tunnels": 3}, "tunnels must be 1 or 2"),
        ({"local_networks": []}, "set local_networks and remote_networks"),
        ({"remote_networks": ["10.0.0.1/16"]}, "no host bits set"),
        ({"remote_networks": 7}, "remote_networks must be a list"),
        ({"local_addresses": ["1.1.1.1", "1.1.1.2", "1.1.1.3"]}, "more entries than there are tunnels"),
        ({"interface": "eth0\n"}, "interface must be the name of an interface"),
        ({"interface": "eth 0"}, "interface must be the name of an interface"),
        ({"pre_shared_key": ""}, "pre_shared_key is empty"),
        ({"number": "one"}, "not a whole number"),
    ],
)
def test_what_is_no_tunnel(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(DescriptionError, match=words):
        described(**given)


def test_what_is_no_item() -> None:
    with pytest.raises(DescriptionError, match="the VPN gateway is not an item as vpn_gateway_info returns it"):
        describe(TUNNEL, "office", CUSTOMER)  # type: ignore[arg-type]


def test_no_error_shows_what_was_given() -> None:
    """It may be a key that was put in the wrong place."""
    for option in ("name", "interface", "local_networks", "remote_networks", "local_addresses", "number"):
        with pytest.raises(DescriptionError) as caught:
            described(**{option: "fake key in the wrong place"})
        assert "fake" not in str(caught.value)
