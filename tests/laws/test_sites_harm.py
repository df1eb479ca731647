# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list of sites must not do to what it does not mean: wrong lists, listings that lie, names that mean two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from laws.world import World, writes

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.result import take_warnings

DEFAULTS = {"type": "Ipsec", "pre_shared_key": "fake-pre-shared-key-of-all", "ike_dh_group": 5}
NFC, NFD = "Z\u00fcrich", "Zu\u0308rich"
TABLES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


class Stage:
    """The gateway of the world, with what a test puts there."""

    def __init__(self, world: World) -> None:
        self.world, self.gateway = world, world.gateway_id

    def customer(self, name: str, number: int) -> str:
        """A customer gateway."""
        wire = {"CustomerGatewayName": name, "CustomerGatewayAddress": f"198.51.100.{number}"}
        return self.world.emulator.seed(CustomerGatewaySet=[wire])["CustomerGatewaySet"][0]["CustomerGatewayId"]

    def tunnel(self, name: str, customer: str, gateway: str | None = None, **also: Any) -> str:
        """A tunnel to a customer gateway."""
        wire = {
            "VpnTunnelName": name,
            "VpnGatewayId": gateway or self.gateway,
            "CustomerGatewayId": customer,
            "PreSharedKey": DEFAULTS["pre_shared_key"],
            "Type": "Ipsec",
            "IkeDHGroup": "5",
            **also,
        }
        return self.world.emulator.seed(VpnTunnelSet=[wire])["VpnTunnelSet"][0]["VpnTunnelId"]

    def route(self, network: str, tunnel: str, **also: Any) -> None:
        """A route into a tunnel, of the first generation."""
        wire = {"VpcId": "law-vpc", "RouteType": "Vpn", "VpnTunnelId": tunnel, "DestinationCidrBlock": network, **also}
        self.world.emulator.seed(RouteSet=[wire])

    def site(self, name: str, number: int, *networks: str) -> tuple[str, str]:
        """A site: the ids of its customer gateway and of its tunnel."""
        customer = self.customer(name, number)
        tunnel = self.tunnel(name, customer)
        for network in networks:
            self.route(network, tunnel)
        return customer, tunnel

    def run(self, *sites: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task."""
        place = {"vpn_gateway": self.gateway, "defaults": DEFAULTS}
        return self.world.sites(check=check, **{**place, "sites": list(sites), **options})

    def refused(self, *sites: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The result of a task that fails in a run as in check mode, before it changes anything."""
        before = self.world.emulator.state()
        self.world.take_requests()
        results = [self.run(*sites, check=check, **options) for check in (True, False)]
        assert [(result.get("failed"), result["changed"]) for result in results] == [(True, False)] * 2, results
        assert results[0]["error"] == results[1]["error"]
        assert (writes(self.world.take_requests()), self.world.emulator.state()) == ([], before)
        return results[1]

    def names(self, kind: str = "VpnTunnel") -> list[str]:
        """The names of what there is."""
        return sorted(item[f"{kind}Name"] for item in self.world.emulator.state()[f"{kind}Set"])


@pytest.fixture(name="stage")
def _stage(world: World) -> Iterator[Stage]:
    world.begin()
    world.quick = True
    world.emulator.remove(world.peer_id)
    yield Stage(world)
    world.quick = False


# --- a declaration that means one thing twice ------------------------------------------------------


def test_no_two_of_a_declaration_mean_one(stage: Stage) -> None:
    customer, tunnel = stage.site("old", 9, "10.1.0.0/16")
    renamed = {"name": "new", "previous_name": "old", "address": "192.0.2.9"}
    by_id = {"name": "new", "customer_gateway_id": customer, "address": "192.0.2.9"}
    fresh = {"name": "old", "address": "192.0.2.77"}
    twice = [{"name": "x", "id": tunnel}, {"name": "y", "id": tunnel.upper()}]
    for sites in (
        [renamed, fresh],
        [renamed, {**renamed, "name": "newer"}],
        [{**by_id, "tunnels": []}, {**fresh, "tunnels": []}],
        [by_id, {**by_id, "customer_gateway_id": customer.upper()}],
        [{"name": "old", "tunnels": twice}],
        [{"name": "old", "tunnels": [{"name": "old"}, {"name": "z", "previous_name": "old"}]}],
        [{"name": "old", "tunnels": [{"name": "old"}, {"name": "z", "id": tunnel}]}],
    ):
        for declared in (sites, sites[::-1]):
            for options in ({}, {"on_error": "continue"}, {"prune": True}):
                result = stage.refused(*declared, **options)
                assert result["error"]["kind"] == "invalid_options", result["msg"]
    stage.run(renamed)
    assert stage.names() == ["new"]
    assert stage.run({**renamed, "previous_name": None}, fresh)["counts"]["created"] == 1


# --- prune -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "declared"),
    [
        ([NFC], {"name": NFD}),
        (["a b"], {"name": "a  b"}),
        (["berlin"], {"name": "berlin "}),
        (["old", "new"], {"name": "new", "previous_name": "old"}),
        (["berlin"], {"name": "munich", "type": "no such type"}),
    ],
)
def test_nothing_is_pruned_while_a_declared_site_can_not_be_planned(
    stage: Stage, there: list[str], declared: dict[str, Any]
) -> None:
    for number, name in enumerate(there):
        stage.site(name, number, f"10.{number + 1}.0.0/16")
    before = stage.world.emulator.state()
    for check in (True, False):
        result = stage.run({**declared, "address": "192.0.2.9"}, prune=True, on_error="continue", check=check)
        assert (result["failed"], result["changed"]) == (True, False)
        assert any(warning.startswith("Nothing was pruned") for warning in result["warnings"])
        assert not [step for step in result["plan"] if step["action"] == "delete"]
        assert result["undeclared"] != []
    assert stage.world.emulator.state() == before


def test_limits_count_what_there_is_and_not_its_names(stage: Stage) -> None:
    for number in range(10):
        stage.site(f"s{number}", number)
        stage.tunnel(f"dup {number}", stage.customer("dup", 20 + number))
    kept = [{"name": f"s{number}"} for number in range(10)]
    for limit in ("1", "9", None, "30%"):
        assert stage.refused(*kept, prune=True, prune_limit=limit)["error"]["kind"] == "limit"
    result = stage.run(*kept, prune=True, prune_limit="10")
    assert (result.get("failed"), result["counts"]["deleted"]) == (None, 10)
    # customer gateways that are declared, and no sites of the gateway, are no part of it
    others = [
        {"name": f"o{number}", "customer_gateway_id": stage.customer(f"o{number}", 60 + number), "tunnels": []}
        for number in range(20)
    ]
    assert stage.refused(kept[0], *others, prune=True)["error"]["kind"] == "limit"


def test_limits_count_the_tunnels_of_a_site_too(stage: Stage) -> None:
    customer, _tunnel = stage.site("hub", 9)
    stage.site("x", 8)
    for number in range(12):
        stage.tunnel(f"hub {number}", customer)
    for limit in (None, "50%"):
        result = stage.refused({"name": "hub"}, {"name": "x"}, prune=True, prune_limit=limit)
        assert "12 of 14 tunnels" in result["msg"]
    replaced = {"name": "hub", "tunnels": [{"name": f"hub {number}", "ike_dh_group": 2} for number in range(12)]}
    result = stage.refused(replaced, defaults={**DEFAULTS, "on_immutable_change": "replace"})
    assert result["error"]["kind"] == "limit"
    assert not stage.run({"name": "hub"}, {"name": "x"}, prune=True, prune_limit="1").get("failed")


def test_what_no_site_can_be_told_of_is_spared(stage: Stage) -> None:
    """The customer gateway was removed under its tunnel, as by the console."""
    customer, tunnel = stage.site("berlin", 9, "10.1.0.0/16")
    stage.site("x", 8)
    stage.world.emulator.remove(customer)
    before = stage.world.emulator.state()
    told = stage.world.sites_info(vpn_gateway=stage.gateway, include_pre_shared_keys=True)
    assert len(told["sites"]) == 2
    assert any(customer in warning for warning in told["warnings"])
    options = {"prune": True, "prune_limit": "100%", "pre_shared_keys": told["pre_shared_keys"]}
    result = stage.run(*told["sites"], **options, defaults={"on_immutable_change": "replace"})
    assert (result.get("failed"), result["changed"], result["undeclared"]) == (None, False, [])
    result = stage.run({"name": "x"}, prune=True, prune_limit="100%")
    assert (result.get("failed"), result["changed"]) == (None, False)
    assert [each["id"] for each in result["undeclared"]] == [tunnel]
    assert any(customer in warning for warning in result["warnings"])
    options = {"prune": True, "defaults": {**DEFAULTS, "on_immutable_change": "replace"}}
    assert customer in stage.refused({"name": "berlin", "address": "192.0.2.9"}, **options)["msg"]
    assert stage.world.emulator.state() == before


def test_a_route_that_is_older_than_a_tunnel_does_not_lead_into_it(stage: Stage) -> None:
    """The second generation tells a name alone, which may be an earlier tunnel's."""
    stage.gateway = stage.world.second_id
    stage.world.emulator.configure(next_hop_names="as created", routes_of_deleted="dangling")
    also = {"Type": "ipsec", "IkeVersion": "v2"}
    first = stage.tunnel("A", stage.customer("p", 1), CreateTime="2026-01-02 03:04:05", **also)
    route = {"VpnGatewayId": stage.gateway, "NextHopType": "vpn_tunnel", "NextHopInstanceId": first}
    route |= {"DestinationCidrBlock": "10.1.0.0/16", "CreateTime": "2026-01-02 03:04:06"}
    stage.world.emulator.seed(VpnGatewayRouteSet=[route])
    stage.world.task("vpn_tunnel", {"id": first, "name": "B", "vpn_gateway": stage.gateway})
    stage.tunnel("A", stage.customer("q", 2), CreateTime="2026-01-03 00:00:00", **also)
    told = stage.world.sites_info(vpn_gateway=stage.gateway)
    assert [site["tunnels"][0]["remote_cidrs"] for site in told["sites"]] == [[], []]
    kept = {"name": "p", "tunnels": [{"name": "B"}]}
    result = stage.run(kept, prune=True, defaults={**DEFAULTS, "type": "ipsec", "ike_version": "v2"})
    assert (result.get("failed"), result["counts"]["deleted"]) == (None, 1), result.get("msg")
    assert len(stage.world.emulator.state()["VpnGatewayRouteSet"]) == 1


@pytest.mark.parametrize("way", ["ignored", "told"])
def test_a_customer_gateway_that_no_later_prune_finds_is_told(stage: Stage, way: str) -> None:
    """What confirms that the tunnel has gone fails, or the customer gateway itself can't be removed."""
    stage.site("s", 9)
    fault = {"kind": "error", "status": 400, "code": "InvalidParameterValue", "message": "No."}
    if way == "told":
        stage.world.emulator.fault("DeleteCustomerGateway", **fault)
        result = stage.run(prune=True, prune_limit="1")
        assert "Nothing was changed" not in result["sites"]["s"]["msg"]
        assert "delete VPN tunnel 's'" in result["sites"]["s"]["msg"]
    else:
        reads = _emptied("DescribeVpnTunnels", 0, fails_after="DeleteVpnTunnel")
        with reads:
            result = stage.run(prune=True, prune_limit="1")
    assert (stage.names(), stage.names("CustomerGateway")) == ([], ["s"])
    assert any("customer gateway 's'" in warning and "is still there" in warning for warning in result["warnings"])
    assert stage.run({"name": "s", "state": "absent"})["counts"]["deleted"] == 1


def test_nothing_is_said_of_what_is_deleted_and_could_not_be_confirmed(stage: Stage) -> None:
    stage.site("s", 9)
    with _emptied("DescribeCustomerGateways", 0, fails_after="DeleteCustomerGateway"):
        result = stage.run(prune=True, prune_limit="1")
    assert (result["failed"], stage.names("CustomerGateway")) == (True, [])
    assert not any("is still there" in warning for warning in result["warnings"])


# --- absent ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_checked", [True, False])
@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_a_customer_gateway_that_others_use_stays_and_its_site_as_a_whole(
    stage: Stage, is_checked: bool, is_elsewhere: bool
) -> None:
    stage.world.emulator.configure(in_use_checked=is_checked)
    customer, _tunnel = stage.site("munich", 9)
    stage.tunnel("munich-1", customer, stage.world.second_id if is_elsewhere else None)
    result = stage.refused({"name": "munich", "state": "absent"})
    assert result["sites"]["munich"]["error"]["kind"] == "in_use"
    assert "munich-1" in result["msg"]
    if not is_elsewhere:
        both = [{"name": "munich"}, {"name": "munich-1"}]
        assert not stage.run({"name": "munich", "state": "absent", "tunnels": both}).get("failed")
        assert (stage.names(), stage.names("CustomerGateway")) == ([], [])


@pytest.mark.parametrize("is_used", [True, False])
def test_absent_never_goes_on_to_the_next_of_the_name(stage: Stage, is_used: bool) -> None:
    stage.world.emulator.configure(in_use_checked=False)
    customer, _tunnel = stage.site("a", 9)
    other = stage.customer("a", 8)
    if is_used:
        stage.tunnel("a", other, stage.world.second_id)
    assert customer in stage.refused({"name": "a", "state": "absent"})["msg"]
    for changed in (True, False):
        result = stage.run({"name": "a", "state": "absent", "customer_gateway_id": customer})
        assert (result.get("failed"), result["changed"]) == (None, changed)
    result = stage.run({"name": "a", "state": "absent"}) if is_used else {"changed": False}
    assert (result.get("failed"), result["changed"]) == (None, False), "no tunnel of this gateway uses it"
    assert [item["CustomerGatewayId"] for item in stage.world.emulator.state()["CustomerGatewaySet"]] == [other]


# --- ignore ----------------------------------------------------------------------------------------


def test_ignore_protects_something_or_is_refused(stage: Stage) -> None:
    customer, _tunnel = stage.site("legacy", 9, "10.1.0.0/16")
    stage.tunnel("legacy-2", customer)
    stage.site("a", 8)
    before = stage.world.emulator.state()
    for ignored in ({"name": "LEGACY"}, {"name": " legacy "}, {"name": "x", "customer_gateway_id": customer.upper()}):
        result = stage.run({"name": "a"}, {**ignored, "ignore": True}, prune=True, prune_limit="100%")
        assert (result.get("failed"), result["changed"], result["undeclared"]) == (None, False, [])
    wrong = customer[:-1] + ("0" if customer[-1] != "0" else "1")
    for ignored in (
        {"name": "legcay"},
        {"name": "legacy", "customer_gateway_id": wrong},
        {"name": "legacy", "tunnels": [{"name": "legacy", "id": wrong}]},
    ):
        result = stage.refused({"name": "a"}, {**ignored, "ignore": True}, prune=True, prune_limit="100%")
        assert "ignore protects nothing" in result["msg"]
        result = stage.run({"name": "a"}, {**ignored, "ignore": True})
        assert any("ignore protects nothing" in warning for warning in result["warnings"])
    assert stage.world.emulator.state() == before


def test_no_other_site_takes_from_one_that_is_ignored(stage: Stage) -> None:
    customer, _tunnel = stage.site("legacy", 9, "10.1.0.0/16")
    stage.tunnel("legacy-2", customer)
    stage.site("a", 8, "10.2.0.0/16")
    ignored, policy = {"name": "legacy", "ignore": True}, {**DEFAULTS, "on_immutable_change": "replace"}
    for site in (
        {"name": "a", "remote_cidrs": ["10.1.0.0/16"]},
        {"name": "b", "address": "192.0.2.1", "tunnels": [{"name": "legacy-2", "state": "absent"}]},
        {"name": "b", "customer_gateway_id": customer, "tunnels": []},
    ):
        assert "is to be left alone" in stage.refused(ignored, site, defaults=policy)["msg"]
    taken = stage.run({"name": "a", "remote_cidrs": ["10.1.0.0/16"]}, check=True, defaults=policy)
    assert any("'legacy'" in warning and "loses the network" in warning for warning in taken["warnings"])


# --- what is read ----------------------------------------------------------------------------------


def _emptied(action: str, times: int, fails_after: str | None = None) -> Any:
    """Listings of an action are empty, as often as that; or one fails after a write."""
    whole, left, wrote = Client.items, [times], [False]

    def items(self: Client, asked: Any, parameters: Any) -> Any:
        if fails_after is not None:
            wrote[0] = wrote[0] or any(call.action == fails_after for call in self.calls)
            if asked.name == action and wrote[0]:
                raise RuntimeError("not answered")
        if asked.name == action and left[0] > 0:
            left[0] -= 1
            return iter(())
        return whole(self, asked, parameters)

    return mock.patch.object(Client, "items", items)


@pytest.mark.parametrize("options", [{}, {"on_error": "continue"}, {"prune": True, "prune_limit": "100%"}])
@pytest.mark.parametrize("policy", ["fail", "replace"])
@pytest.mark.parametrize(("action", "times"), [("DescribeVpnTunnels", 1), ("DescribeCustomerGateways", 1),
                                               ("DescribeCustomerGateways", 2)])  # fmt: skip
def test_listings_that_contradict_each_other_change_nothing(
    stage: Stage, action: str, times: int, policy: str, options: dict[str, Any]
) -> None:
    sites = [{"name": f"s{number}", "remote_cidrs": [f"10.{number}.0.0/16"]} for number in range(3)]
    for number, site in enumerate(sites):
        stage.site(site["name"], number, *site["remote_cidrs"])
    before = stage.world.emulator.state()
    defaults = {**DEFAULTS, "on_immutable_change": policy}
    for check in (True, False):
        with _emptied(action, times):
            result = stage.run(*sites, defaults=defaults, check=check, **options)
        assert (result["failed"], result["changed"]) == (True, False)
        assert {site["outcome"] for site in result["sites"].values()} <= {"failed", "not_reached"}
        assert stage.world.emulator.state() == before
    assert stage.run(*sites, defaults=defaults)["counts"]["unchanged"] == 3


def test_what_was_not_seen_is_not_called_unchanged(stage: Stage) -> None:
    sites = [{"name": "a"}, {"name": "b", "tunnels": []}]
    assert stage.run(*sites, vpn_gateway="no such")["counts"]["not_reached"] == 2
    stage.world.emulator.fault("DescribeVpnTunnels", "error", status=403, code="AccessDenied", message="No.", count=9)
    assert stage.run(*sites)["counts"]["not_reached"] == 2


# --- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "tunnel"), [("b", ""), ("", "t"), ("  ", " "), ("c\x00d", "t\n"), ("e\x1b[2J", "e\x1b[2J")]
)
def test_names_that_no_task_may_have_are_told_by_ids_and_stay(stage: Stage, customer: str, tunnel: str) -> None:
    stage.tunnel(tunnel, stage.customer(customer, 9))
    before = stage.world.emulator.state()
    told = stage.world.sites_info(vpn_gateway=stage.gateway)
    options = {"prune": True, "prune_limit": "100%", "defaults": {"on_immutable_change": "replace"}}
    result = stage.run(*told["sites"], **options)
    assert (result.get("failed"), result["changed"], result["undeclared"]) == (None, False, []), result.get("msg")
    assert stage.world.emulator.state() == before


def test_a_network_that_leads_to_a_tunnel_twice_is_not_managed(stage: Stage) -> None:
    _customer, tunnel = stage.site("b", 9)
    for table in TABLES:
        stage.route("10.1.0.0/16", tunnel, RouteTableId=table)
    (told,) = stage.world.sites_info(vpn_gateway=stage.gateway)["sites"]
    assert "remote_cidrs" not in told
    assert stage.run(told, prune=True)["changed"] is False


def test_no_warning_has_what_a_terminal_obeys(stage: Stage) -> None:
    stage.site("x\x1b[2J\x1b[31mOK\n", 9, "10.1.0.0/16")
    stage.world.emulator.configure(route_next_hop="gateway", routes_of_deleted="refused")
    result = stage.run(prune=True, prune_limit="1")
    told = take_warnings(result)
    assert told
    assert not [warning for warning in told if re.search(r"[\x00-\x1f\x7f-\x9f]", warning)]
