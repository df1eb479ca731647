# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary of sites: what counts for a tunnel, whose key is whose, and what is wrong with a list."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.sites import Site, declared, overlapping

ONE, OTHER = "fake-key-one-not-real", "fake-key-other-not-real"


def faults(*sites: t.Any, keys: t.Any = None, defaults: t.Any = None) -> list[str]:
    found: list[str] = []
    declared(sites, defaults or {}, keys or {}, found)
    return found


def parsed(*sites: t.Any, keys: t.Any = None, defaults: t.Any = None) -> list[Site]:
    found: list[str] = []
    result = declared(sites, defaults or {}, keys or {}, found)
    assert found == []
    return result


def keys_of(*sites: t.Any, keys: t.Any = None, defaults: t.Any = None) -> dict[str, t.Any]:
    read = parsed(*sites, keys=keys, defaults=defaults)
    return {tunnel.name: tunnel.options.get("pre_shared_key") for site in read for tunnel in site.tunnels}


def test_a_tunnel_has_what_it_says_then_its_site_then_the_defaults() -> None:
    defaults = {"type": "Ipsec", "ike_dh_group": 5, "probe": False, "on_immutable_change": "replace"}
    tunnels = [{"name": "a1", "ike_dh_group": 14, "wait": False}, {}]
    (site,) = parsed({"name": "a", "ike_dh_group": 2, "probe": True, "tunnels": tunnels}, defaults=defaults)
    first, second = site.tunnels
    assert (first.name, first.options) == ("a1", {"type": "Ipsec", "ike_dh_group": 14})
    assert first.settings == {"on_immutable_change": "replace", "probe": True, "wait": False}
    assert (second.name, second.options["ike_dh_group"]) == ("a", 2)
    assert site.settings == {"on_immutable_change": "replace", "probe": True}


def test_a_site_without_tunnels_has_one_of_its_name_and_with_none_none() -> None:
    one, none = parsed({"name": "a", "address": "203.0.113.1", "remote_cidrs": []}, {"name": "b", "tunnels": []})
    assert [(tunnel.name, tunnel.networks) for tunnel in one.tunnels] == [("a", [])]
    assert one.options == {"address": "203.0.113.1"}
    assert none.tunnels == []


def test_what_is_absent_takes_its_tunnels_along() -> None:
    (site,) = parsed({"name": "a", "state": "absent", "tunnels": [{"name": "x"}]})
    assert (site.present, site.tunnels[0].present) == (False, False)
    assert faults({"name": "a", "state": "absent", "tunnels": [{"name": "x", "state": "present"}]}) == [
        "site 'a': its tunnel 'x' is to be present, and the site absent"
    ]


@pytest.mark.parametrize(
    ("sites", "fault"),
    [
        ([{"name": "a"}, {"name": "a"}], "2 sites are named 'a'; only their customer_gateway_id could tell them apart"),
        ([{"name": " "}], "the name of a site must not be empty"),
        (
            [{"name": "a", "tunnels": [{"name": "x"}]}, {"name": "b", "tunnels": [{"name": "x"}]}],
            "2 tunnels are named 'x'; only their id could tell them apart",
        ),
        (
            [{"name": "a", "remote_cidrs": ["10.1.0.0/16"], "tunnels": [{"name": "x"}, {"name": "y"}]}],
            "site 'a': remote_cidrs must stand at one of its tunnels, as it has 2 of them",
        ),
        (
            [{"name": "a", "remote_cidrs": ["10.1.0.0/16"]}, {"name": "b", "remote_cidrs": ["10.1.0.0/255.255.0.0"]}],
            "the network 10.1.0.0/16 can't lead into more than one of tunnel 'a', tunnel 'b'",
        ),
        (
            [{"name": "a", "customer_gateway_id": "AB"}, {"name": "b", "customer_gateway_id": "ab"}],
            "2 have the customer_gateway_id 'ab', which means one",
        ),
        (
            [{"name": "a", "tunnels": [{"name": "x", "id": "1"}, {"name": "y", "id": "1"}]}],
            "2 have the id '1', which means one",
        ),
        (
            [{"name": "a", "previous_name": "c"}, {"name": "b", "previous_name": "c"}],
            "2 have the previous_name 'c', which means one",
        ),
        (
            [{"name": "a"}, {"name": "b", "previous_name": "a"}],
            "site 'a' is declared, and is the previous_name of another one",
        ),
        (
            [{"name": "a", "remote_cidrs": ["10.1.0.1/16"]}],
            "site 'a': remote_cidrs must be an IPv4 network without bits of a host, like 10.1.0.0/16",
        ),
    ],
)
def test_what_is_wrong_with_a_list(sites: list[t.Any], fault: str) -> None:
    assert [found for found in faults(*sites) if found.startswith(fault)]


def test_sites_of_one_name_are_told_apart_by_their_customer_gateways() -> None:
    read = parsed({"name": "a", "customer_gateway_id": "1", "tunnels": []}, {"name": "a", "customer_gateway_id": "2"})
    assert [site.label for site in read] == ["a (1)", "a (2)"]


# --- keys ---------------------------------------------------------------------------------------


def test_the_key_of_a_tunnel_comes_before_that_of_its_site() -> None:
    two = {"name": "a", "tunnels": [{"name": "x"}, {"name": "y"}]}
    assert keys_of(two, keys={"a": ONE, "y": OTHER}) == {"x": ONE, "y": OTHER}
    assert keys_of({**two, "pre_shared_key": ONE}, keys={"y": OTHER}) == {"x": ONE, "y": OTHER}
    assert keys_of(two, keys={"y": OTHER}, defaults={"pre_shared_key": ONE}) == {"x": ONE, "y": OTHER}
    assert keys_of({"name": "a"}, keys={"a": ONE}) == {"a": ONE}


def test_a_tunnel_may_be_named_as_its_site_if_all_of_them_have_their_own_keys() -> None:
    two = {"name": "a", "tunnels": [{"name": "a"}, {"name": "y"}]}
    assert keys_of(two, keys={"a": ONE, "y": OTHER}) == {"a": ONE, "y": OTHER}
    assert faults(two, keys={"a": ONE}) == [
        "pre_shared_keys: 'a' is the name of more than one site or tunnel; set pre_shared_key there"
    ]


def test_a_key_of_a_tunnel_by_its_id() -> None:
    twins = {"name": "a", "tunnels": [{"name": "x", "id": "1"}, {"name": "x", "id": "2"}]}
    read = parsed(twins, keys={"1": ONE, "2": OTHER})
    assert [tunnel.options["pre_shared_key"] for tunnel in read[0].tunnels] == [ONE, OTHER]
    assert faults(twins, keys={"x": ONE}) != []


@pytest.mark.parametrize(
    ("site", "keys"),
    [
        ({"name": "a"}, {"b": ONE}),
        ({"name": "a", "pre_shared_key": ONE}, {"a": OTHER}),
        ({"name": "a", "pre_shared_key": ONE, "tunnels": [{"name": "x"}]}, {"a": OTHER}),
        ({"name": "a", "tunnels": [{"name": "x", "pre_shared_key": ONE}]}, {"x": OTHER}),
    ],
)
def test_keys_without_an_owner_or_with_two_values_are_refused(site: t.Any, keys: t.Any) -> None:
    found = faults(site, keys=keys)
    assert found
    assert ONE not in str(found)
    assert OTHER not in str(found)


def test_what_has_no_owner_is_not_shown_as_it_may_be_a_key() -> None:
    (found,) = faults({"name": "shanghai"}, {"name": "chengdu"}, keys={"chengdu": OTHER, ONE: "shanghai"})
    assert found == (
        f"pre_shared_keys: there is no site or tunnel named as its entry 2 is, which has {len(ONE)} characters"
    )
    (found,) = faults({"name": "shanghai"}, keys={"shangai": ONE})
    assert found.endswith("entry 1 is, which has 7 characters and is much like 'shanghai'")


# --- what two sites should not have in common ------------------------------------------------------


def test_what_two_have_in_common_is_told() -> None:
    gre = {"type": "GreOverIpsec", "customer_gre_ip": "10.0.0.2"}
    sites = parsed(
        {"name": "a", "address": "203.0.113.1", "vpn_gre_ip": "10.0.0.1", **gre},
        {"name": "b", "address": "203.0.113.1", "vpn_gre_ip": "10.0.0.1", **gre},
        {"name": "c", "address": "203.0.113.3", "tunnels": [{"name": "x"}, {"name": "y"}]},
        {"name": "d", "address": "203.0.113.1", "state": "absent"},
        {"name": "e", "address": "203.0.113.1", "ignore": True},
    )
    assert overlapping(sites) == [
        "site 'a', site 'b' have the same address.",
        "tunnel 'x', tunnel 'y' have the same customer_gateway.",
        "tunnel 'a', tunnel 'b' have the same vpn_gre_ip and customer_gre_ip.",
    ]


def test_tunnels_to_one_site_that_their_addresses_tell_apart_are_not_told() -> None:
    tunnels = [{"name": f"x{number}", "vpn_gre_ip": f"10.0.0.{number}"} for number in (1, 5, 9)]
    assert overlapping(parsed({"name": "a", "tunnels": tunnels})) == []
