# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several gateways, as variables declare them: what tasks get of them, and what is wrong with them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.estate import Common, exported, prepare

KEY = "fake-pre-shared-key-sentinel"


def prepared(*gateways: dict[str, t.Any], **common: t.Any) -> list[dict[str, t.Any]]:
    found, faults = prepare(gateways, Common(**common), lambda _sites, _defaults: [])
    assert faults == []
    return found


def faults(*gateways: dict[str, t.Any], **common: t.Any) -> list[str]:
    return prepare(gateways, Common(**common), lambda _sites, _defaults: [])[1]


def test_keys_of_your_own_are_passed_over() -> None:
    [found] = prepared({"name": "main", "sites": [{"name": "a", "contact": "Anna"}]}, own_keys=["contact"])
    assert found["sites"] == [{"name": "a"}]


def test_only_the_named_sites_are_dealt_with_and_nothing_is_pruned() -> None:
    first = {"name": "main", "sites": [{"name": "a"}, {"name": "b"}]}
    second = {"name": "other", "prune": True, "sites": [{"name": "c"}]}
    found = prepared(first, second, only=["b"], limits={"prune": True}, several=True)
    assert [site.get("ignore") for site in found[0]["sites"]] == [True, None]
    assert [(each["named"], each["prune"]) for each in found] == [(True, False), (False, False)]


def test_the_gateway_says_what_counts_for_its_sites() -> None:
    limits = {"prune": False, "prune_limit": "5", "replace_limit": None}
    entry = {"name": "main", "prune": True, "replace_limit": "10%", "tunnel_defaults": {"type": "Ipsec"}}
    [found] = prepared(
        entry,
        limits=limits,
        tunnel_defaults={"type": "GreOverIpsec", "ike_version": "v2"},
        settings={"probe": False, "on_immutable_change": "replace"},
    )
    assert {option: found[option] for option in limits} == {"prune": True, "prune_limit": "5", "replace_limit": "10%"}
    assert found["defaults"] == {
        "type": "Ipsec",
        "ike_version": "v2",
        "probe": False,
        "on_immutable_change": "replace",
    }
    assert found["gateway"] == {"name": "main", "probe": False}, "a gateway is not replaced for its tunnels"


def test_all_goes_with_its_gateway() -> None:
    sites = [{"name": "a"}, {"name": "b", "tunnels": [{"name": "b-1", "state": "present"}]}]
    [found] = prepared({"name": "main", "state": "absent", "prune": True, "sites": sites})
    assert (found["absent"], found["prune"]) == (True, False)
    assert found["sites"] == [
        {"name": "a", "state": "absent"},
        {"name": "b", "state": "absent", "tunnels": [{"name": "b-1", "state": "absent"}]},
    ]


def test_to_compare_nothing_is_asked_pruned_or_limited() -> None:
    sites = [{"name": "a", "probe": True, "tunnels": [{"probe": True}]}]
    entry = {"name": "main", "probe": True, "prune": True, "prune_limit": "1", "sites": sites}
    [found] = prepared(entry, compare=True, limits={"prune": True, "prune_limit": None, "replace_limit": None})
    assert (found["gateway"]["probe"], found["defaults"]["probe"]) == (False, False)
    assert found["sites"] == [{"name": "a", "tunnels": [{}]}]
    assert (found["prune"], found["prune_limit"], found["replace_limit"]) == (False, "100%", "100%")


@pytest.mark.parametrize("by", ["main", "id-1"])
def test_keys_stand_by_the_gateway_first(by: str) -> None:
    entry = {"name": "main", "id": "id-1", "sites": [{"name": "a"}]}
    [found] = prepared(entry, several=True, keys={by: {"a": KEY}})
    assert found["pre_shared_keys"] == {"a": KEY}
    [found] = prepared(entry, keys={"a": KEY})
    assert found["pre_shared_keys"] == {"a": KEY}


GRE = {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"}


@pytest.mark.parametrize(
    ("gateways", "common", "told"),
    [
        ([{"sites": []}], {}, "one of id and name is required of a VPN gateway"),
        ([{"name": "a"}, {"name": "a"}], {}, "2 VPN gateways are named 'a'; only their id could tell them apart"),
        ([{"name": "a"}], {"several": True, "keys": {"b": {}}}, "pre_shared_keys: there is no VPN gateway 'b'"),
        ([{"name": "a"}], {"own_keys": ["address"]}, "own_keys: 'address' is an option of a site"),
        ([{"name": "a"}], {"only": ["x"]}, "only: there is no site named 'x'"),
        ([{"name": "a", "sites": ["x"]}], {"several": True}, "a: each of the sites must be a dictionary"),
        (
            [{"name": "a", "state": "absent", "sites": [{"name": "x"}]}],
            {"only": ["x"]},
            "a: it is to be absent, so only must be empty",
        ),
        (
            [{"name": "a", "state": "absent", "sites": [{"name": "x", "state": "present"}]}],
            {},
            "site 'x' is to be present, but its VPN gateway is to be absent",
        ),
        (
            [{"name": "a", "vpn_gateway_version": "2.0", "sites": [{"name": "x", **GRE}]}],
            {"several": True},
            "a: tunnel 'x': type 'GreOverIpsec' is not for VPN gateways of version 2.0",
        ),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_asked(
    gateways: list[dict[str, t.Any]], common: dict[str, t.Any], told: str
) -> None:
    assert faults(*gateways, **common) == [told]


def test_a_second_pair_of_addresses_is_required_where_the_site_has_two() -> None:
    sites = [
        {"name": "a", **GRE, "address": "203.0.113.1", "ha_address": "203.0.113.2"},
        {"name": "b", **GRE, "address": "203.0.113.3"},
        {"name": "c", **GRE, "ha_address": "203.0.113.4", "ignore": True},
    ]
    found = faults({"name": "main", "sites": sites})
    assert [fault.partition(" is required")[0] for fault in found] == [
        "tunnel 'a': ha_vpn_gre_ip",
        "tunnel 'a': ha_customer_gre_ip",
    ]


def test_gateways_that_share_a_name_are_exported_by_their_ids() -> None:
    results = [
        {
            "vpn_gateway": {"id": f"id-{number}", "name": name, "bandwidth": 5},
            "sites": [],
            "pre_shared_keys": {"a": KEY},
        }
        for number, name in enumerate(["same", "same", "other", ""])
    ]
    found = exported(results)
    assert [(entry.get("id"), entry.get("name")) for entry in found["site_to_site_gateways"]] == [
        ("id-0", "same"),
        ("id-1", "same"),
        (None, "other"),
        ("id-3", None),
    ]
    assert list(found["site_to_site_pre_shared_keys"]) == ["id-0", "id-1", "other", "id-3"]
    assert KEY not in str(found["site_to_site_gateways"])
    [alone] = exported(results[:1], [results[1]["vpn_gateway"]])["site_to_site_gateways"]
    assert alone["id"] == "id-0", "another one has its name, although it is not exported"


def test_all_that_the_service_tells_of_a_gateway_is_exported() -> None:
    gateway = {"id": "id-0", "name": "main", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"}
    gateway |= {"project_id": "7", "vpn_gateway_version": "2.0"}
    told = {**gateway, "gateway_address": "198.18.0.1", "create_time": "now", "remote_cidr_set": []}
    [found] = exported([{"vpn_gateway": told, "sites": [{"name": "a"}]}])["site_to_site_gateways"]
    assert found == {**{key: value for key, value in gateway.items() if key != "id"}, "sites": [{"name": "a"}]}
