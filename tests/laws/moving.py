# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stage for replacing a tunnel that routes lead to: what is there, what goes wrong, and what has to be said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

from laws.world import World

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client

NETWORKS = ("10.8.0.0/16", "10.9.0.0/16")
# The kind of routes of each generation of gateways.
GENERATIONS = {"1.0": "Route", "2.0": "VpnGatewayRoute"}
# What a replacement writes, in its order. "Route" stands for the kind of its generation.
CALLS = ("DeleteRoute", "DeleteRoute", "DeleteVpnTunnel", "CreateVpnTunnel", "CreateRoute", "CreateRoute")
_KEY = "fake-pre-shared-key-0"


class _KilledError(BaseException):
    """What ends a run at once, as SIGKILL does: nothing of the core runs after it."""


class Stage:
    """One account, with one tunnel and two routes that lead to it."""

    def __init__(self, world: World, notes: Path) -> None:
        self.world, self.notes = world, notes

    def begin(
        self,
        generation: str,
        guess: dict[str, Any],
        *,
        noted: bool = True,
        denied: tuple[str, ...] = (),
        routes: bool = True,
    ) -> None:
        """The account, and a service that behaves as the guess says."""
        self.generation, self.noted = generation, noted
        self.world.begin()
        self.world.quick = True
        self.gateway = self.world.gateway_id if generation == "1.0" else self.world.second_id
        self.old = self.seed_tunnel("berlin")
        if routes:
            self.world.emulator.seed(**{f"{GENERATIONS[generation]}Set": [self.route(each) for each in NETWORKS]})
        emulator = self.world.emulator
        keys = {"access_key": emulator.access_key, "secret_key": emulator.secret_key}
        accounts = {"accounts": [{**keys, "user_name": "law", "denied_actions": denied}]} if denied else {}
        emulator.configure(**guess, **accounts)
        self.world.take_requests()

    def route(self, network: str) -> dict[str, Any]:
        """A route to the tunnel, to seed."""
        if self.generation == "1.0":
            return {"VpcId": "law-vpc", "DestinationCidrBlock": network, "VpnTunnelId": self.old, "Description": "x"}
        hop = {"NextHopType": "vpn_tunnel", "NextHopInstanceId": self.old}
        return {"VpnGatewayId": self.gateway, "DestinationCidrBlock": network, **hop, "Description": "x"}

    def seed_tunnel(self, name: str, *, elsewhere: str | None = None) -> str:
        """Another tunnel of the gateway; its id. C(elsewhere): the name of one of the other gateway, too."""
        if elsewhere is not None:
            (other,) = {self.world.gateway_id, self.world.second_id} - {self.gateway}
            further = {"VpnGatewayId": other, "CustomerGatewayId": self.world.peer_id, "PreSharedKey": _KEY}
            self.world.emulator.seed(VpnTunnelSet=[{"VpnTunnelName": elsewhere, **further}])
        parents = {"VpnGatewayId": self.gateway, "CustomerGatewayId": self.world.peer_id}
        wire = {"VpnTunnelName": name, **parents, "PreSharedKey": _KEY, "IkeDHGroup": "2"}
        return str(self.world.emulator.seed(VpnTunnelSet=[wire])["VpnTunnelSet"][0]["VpnTunnelId"])

    def rename(self, name: str) -> None:
        """Give the tunnel another name."""
        result = self.task(id=self.old, name=name)
        assert result["changed"], result

    def replace(self, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """The task that replaces the tunnel: another DH group."""
        wanted: dict[str, Any] = {
            "vpn_gateway": self.gateway,
            "customer_gateway": self.world.peer_id,
            "type": "Ipsec",
            "pre_shared_key": _KEY,
            "ike_dh_group": 14,
            "on_immutable_change": "replace",
            **options,
        }
        return self.task(check=check, **wanted)

    def task(self, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """A task about the tunnel."""
        named = {"name": "berlin", "vpn_gateway": self.gateway, "wait_timeout": 20, **options}
        return self.world.task("vpn_tunnel", named, check=check, environment=self._environment)

    @property
    def _environment(self) -> dict[str, str]:
        return {"XDG_STATE_HOME": str(self.notes)} if self.noted else {}

    def notes_left(self) -> list[str]:
        """The notes that are still kept."""
        return sorted(path.name for path in self.notes.rglob("*") if path.is_file())

    def go_wrong(self, number: int, fault: dict[str, Any]) -> None:
        """Let one of the calls go wrong."""
        action = CALLS[number].replace("Route", GENERATIONS[self.generation])
        details = dict(fault)
        skip = CALLS[:number].count(CALLS[number])
        self.world.emulator.fault(action, details.pop("kind"), dry_run=False, skip=skip, **details)

    def kill_at(self, number: int) -> None:
        """Run the task, and end it behind one of its calls."""
        left = [number + 1]
        call = Client.call

        def ended(client: Client, action: Any, parameters: Any) -> Any:
            answer = call(client, action, parameters)
            if action.writes:
                left[0] -= 1
                if not left[0]:
                    raise _KilledError
            return answer

        try:
            with mock.patch.object(Client, "call", ended):
                self.replace()
        except _KilledError:
            return
        raise AssertionError("it came to its end")

    def hops(self) -> dict[str, str]:
        """The tunnel that the route to each network leads to, by ids that no answer tells; empty if it is gone."""
        state = self.world.emulator.state()
        there = {tunnel["VpnTunnelId"] for tunnel in state["VpnTunnelSet"]}
        hops = {}
        for route in state[f"{GENERATIONS[self.generation]}Set"]:
            hop = route.get("VpnTunnelId") or route.get("NextHopInstanceId")
            hops[route["DestinationCidrBlock"]] = hop if hop in there else ""
        return hops

    def all_is_said(self, result: dict[str, Any]) -> None:
        """Each network that no route leads to, or a route leads nowhere, is named by the result."""
        hops = self.hops()
        said = f"{result.get('msg', '')} {' '.join(result['warnings'])}"
        for network in NETWORKS:
            if not hops.get(network):
                assert network in said, f"nothing flows to {network}, and nobody says so: {said}"
                assert result.get("failed") or "may be an earlier one" in said, result
        missing = result.get("error", {}).get("missing_routes", [])
        named = {route["options"]["destination_cidr_block"] for route in missing}
        gone = {network for network in NETWORKS if network not in hops}
        assert gone <= named or not result.get("failed"), (gone, named, said)


def replaced(old: str, result: dict[str, Any]) -> bool:
    """Whether a task has put another tunnel in the place of the old one."""
    return not result.get("failed") and result["vpn_tunnel"]["id"] != old
