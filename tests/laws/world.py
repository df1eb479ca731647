# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The world of the laws: the real reconciler on one side, the emulator on the other, nothing between them."""

from __future__ import annotations

import dataclasses
from typing import Any

from ansible_collections.ksyun.vpn.plugins.module_utils.argspec import info_spec, resource_spec
from ansible_collections.ksyun.vpn.plugins.module_utils.info import run_info
from ansible_collections.ksyun.vpn.plugins.module_utils.resources import customer_gateway, vpn_gateway, vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.plugins.module_utils.run import run_resource
from emulator.testing import EmulatorHandle

RESOURCES = {module.RESOURCE.name: module.RESOURCE for module in (customer_gateway, vpn_gateway, vpn_tunnel)}
Options = dict[str, Any]


@dataclasses.dataclass
class World:
    """Runs tasks as a module would, with the defaults of its argument spec."""

    emulator: EmulatorHandle

    def begin(self) -> None:
        """An empty account with the two parents that tunnels of the laws are between."""
        self.emulator.reset()
        seeded = self.emulator.seed(
            VpnGatewaySet=[{"VpnGatewayName": "law-gateway", "VpcId": "law-vpc"}],
            CustomerGatewaySet=[{"CustomerGatewayName": "law-peer", "CustomerGatewayAddress": "192.0.2.1"}],
        )
        self.gateway_id = seeded["VpnGatewaySet"][0]["VpnGatewayId"]
        self.peer_id = seeded["CustomerGatewaySet"][0]["CustomerGatewayId"]
        self.emulator.clear_requests()

    def task(self, name: str, options: Options, *, check: bool = False) -> dict[str, Any]:
        """The result of a task of the module C(name), diff included."""
        resource = RESOURCES[name]
        return run_resource(
            resource, self._parameters(resource_spec(resource), options), check_mode=check, diff=True, environment={}
        )

    def info(self, name: str, **options: Any) -> list[dict[str, Any]]:
        """What the C(_info) module lists."""
        resource = RESOURCES[name]
        result = run_info(resource, self._parameters(info_spec(resource), options), environment={})
        assert not result.get("failed"), result
        return result[f"{name}s"]

    def _parameters(self, spec: dict[str, dict[str, Any]], options: Options) -> Options:
        connection = {
            "access_key": self.emulator.access_key,
            "secret_key": self.emulator.secret_key,
            "region": self.emulator.region,
            "endpoint_url": self.emulator.url,
        }
        unknown = set(options) - set(spec)
        assert not unknown, f"no such options: {unknown}"
        return {**{option: detail.get("default") for option, detail in spec.items()}, **connection, **options}

    def objects(self, resource: Resource) -> list[dict[str, Any]]:
        """The service's own objects of one kind, secrets included."""
        return self.emulator.state()[resource.set_wire]

    def take_requests(self) -> list[dict[str, Any]]:
        """What was sent since the last time."""
        requests = self.emulator.requests()
        self.emulator.clear_requests()
        return requests


def writes(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The requests that are not reads and not dry runs."""
    return [request for request in requests if not request["action"].startswith("Describe") and not request["dry_run"]]


def without_times(state: Any) -> Any:
    """A state without what passes by itself."""
    if isinstance(state, dict):
        return {key: without_times(value) for key, value in state.items() if key != "State"}
    return [without_times(item) for item in state] if isinstance(state, list) else state
