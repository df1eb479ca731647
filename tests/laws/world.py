# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The world of the laws: the real reconciler on one side, the emulator on the other, nothing between them."""

from __future__ import annotations

import dataclasses
import functools
import time
from contextlib import nullcontext
from typing import Any, Protocol
from unittest import mock

from support.tables import NAMED, RESOURCES

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import manage, sites
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import info_spec, resource_spec
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.info import run_info
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.manage import run_resource
from emulator.testing import EmulatorHandle

Options = dict[str, Any]
Wire = dict[str, Any]


class _Clock:
    """Time that passes at once when a task waits: a staged account needs none of the waiting."""

    def __init__(self) -> None:
        self._waited = 0.0

    def sleep(self, seconds: float) -> None:
        """Have waited."""
        self._waited += seconds

    def monotonic(self) -> float:
        """The time, with all that was waited."""
        return time.monotonic() + self._waited


__all__ = ["NAMED", "RESOURCES"]


class Staged(Protocol):
    """What World.stage() takes: resources by set name, with their ids; the service's settings; what is denied."""

    sets: dict[str, list[Wire]]
    settings: dict[str, Any]
    denied: tuple[str, ...]


@dataclasses.dataclass
class World:
    """Runs tasks as a module would, with the defaults of its argument spec."""

    emulator: EmulatorHandle
    quick: bool = False
    vpc: str = ""

    @property
    def waited(self) -> float:
        """How long all tasks would have waited that took no time for it, in seconds."""
        return _CLOCK.monotonic() - time.monotonic()

    def begin(self) -> None:
        """An empty account with the parents that tunnels of the laws are between, of both generations."""
        self.quick = False
        self.emulator.reset()
        seeded = self.emulator.seed(
            VpnGatewaySet=[
                {"VpnGatewayName": "law-gateway", "VpcId": "law-vpc"},
                {"VpnGatewayName": "law-gateway-2", "VpcId": "law-vpc", "VpnGatewayVersion": "2.0"},
            ],
            CustomerGatewaySet=[{"CustomerGatewayName": "law-peer", "CustomerGatewayAddress": "192.0.2.1"}],
        )
        self.gateway_id, self.second_id = (item["VpnGatewayId"] for item in seeded["VpnGatewaySet"])
        self.peer_id = seeded["CustomerGatewaySet"][0]["CustomerGatewayId"]

    def stage(self, account: Staged) -> None:
        """The service as an account has it: the same ids each time. Waiting takes no time from here on."""
        self.quick = True
        self.emulator.reset()
        settings = dict(account.settings)
        if account.denied:
            keys = {"access_key": self.emulator.access_key, "secret_key": self.emulator.secret_key}
            settings["accounts"] = [{**keys, "user_name": "law", "denied_actions": account.denied}]
        if settings:
            self.emulator.configure(**settings)
        self.emulator.seed(**account.sets)

    def task(
        self, name: str, options: Options, *, check: bool = False, environment: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """The result of a task of the module C(name), diff included."""
        resource = RESOURCES[name]
        parameters = self.parameters(_resource_spec(name), options)
        with mock.patch.object(manage, "Client", _QUICK) if self.quick else nullcontext():
            return run_resource(resource, parameters, check_mode=check, diff=True, environment=environment or {})

    def sites(
        self, *, check: bool = False, environment: dict[str, str] | None = None, **options: Any
    ) -> dict[str, Any]:
        """The result of a task of the module C(sites)."""
        parameters = self.parameters(sites.SPEC.options, options)
        with mock.patch.object(sites, "Client", _QUICK) if self.quick else nullcontext():
            return sites.SitesEntry().run(parameters, check_mode=check, diff=True, environment=environment or {})

    def sites_info(self, **options: Any) -> dict[str, Any]:
        """The result of a task of the module C(sites_info)."""
        parameters = self.parameters(sites.INFO_SPEC.options, options)
        result = sites.SitesInfoEntry().run(parameters, check_mode=False, diff=False, environment={})
        assert not result.get("failed"), result
        return result

    def info(self, name: str, /, **options: Any) -> list[dict[str, Any]]:
        """What the C(_info) module lists."""
        result = self.listing(name, **options)
        assert not result.get("failed"), result
        return result[f"{name}s"]

    def listing(self, name: str, /, **options: Any) -> dict[str, Any]:
        """The result of a task of the C(_info) module."""
        return run_info(RESOURCES[name], self.parameters(_info_spec(name), options), environment={})

    def parameters(self, spec: dict[str, dict[str, Any]], options: Options) -> Options:
        """The parameters of a task, as a module has them."""
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
        return self.emulator.state()[resource.actions.describe.result]

    def take_requests(self) -> list[dict[str, Any]]:
        """What was sent since the last time."""
        requests = self.emulator.requests()
        self.emulator.clear_requests()
        return requests


_CLOCK = _Clock()
_QUICK = functools.partial(Client, sleep=_CLOCK.sleep, monotonic=_CLOCK.monotonic)


@functools.cache
def _resource_spec(name: str) -> dict[str, dict[str, Any]]:
    return resource_spec(RESOURCES[name])


@functools.cache
def _info_spec(name: str) -> dict[str, dict[str, Any]]:
    return info_spec(RESOURCES[name])


def writes(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The requests that are not reads and not dry runs."""
    return [request for request in requests if not request["action"].startswith("Describe") and not request["dry_run"]]


def without_times(state: Any) -> Any:
    """A state without what passes by itself."""
    if isinstance(state, dict):
        return {key: without_times(value) for key, value in state.items() if key != "State"}
    return [without_times(item) for item in state] if isinstance(state, list) else state
