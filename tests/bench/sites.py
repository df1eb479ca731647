# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All sites of a gateway: one task, loops over the modules, and Terraform where its binary and provider are given.

Wall time of the whole command, its start included, and the requests, by latency of the service and number of sites.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from emulator.testing import EmulatorHandle, running_emulator

from .playing import Played, Player, Task

PHASES = ("check of what is to be created", "apply", "no change", "no change, check", "delete")
KEY = "fake-pre-shared-key-of-the-bench"
VPC, HERE = "bench-vpc", "9b3d361e-f65b-464b-947a-fafb5cfb10d2"
_SECONDS = 900.0


@dataclass(frozen=True)
class Case:
    """What is measured: so many sites, with a route each or none, at a latency in seconds."""

    sites: int
    routes: bool
    latency: float


@dataclass(frozen=True)
class Figure:
    """One phase of one contestant. C(processor): seconds of processor time, which a busy machine distorts less."""

    contestant: str
    sites: int
    routes: bool
    latency: float
    phase: str
    seconds: float
    processor: float
    requests: int


@dataclass(frozen=True)
class Terraform:
    """Where they are; nothing of them is in this repository."""

    binary: Path
    provider: Path


def _declared(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "name": f"site-{number}",
            "address": f"203.0.{number // 250}.{number % 250 + 1}",
            "network": f"10.{number // 250}.{number % 250}.0/24",
        }
        for number in range(case.sites)
    ]


_TUNNEL = {"type": "Ipsec", "ike_dh_group": 5, "ike_authentication_algorithm": "sha", "pre_shared_key": KEY}


def _task(case: Case, parallel: int, *, there: bool) -> list[Task]:
    """All in one task."""
    sites = [
        {
            "name": each["name"],
            "address": each["address"],
            **({"remote_cidrs": [each["network"]]} if case.routes else {}),
        }
        for each in _declared(case)
    ]
    options = {"vpn_gateway": HERE, "sites": sites, "defaults": _TUNNEL, "parallel": parallel}
    if not there:
        options |= {"sites": [], "prune": True, "prune_limit": "100%"}
    return [{"ksyun.vpn.sites": options}]


def _loops(case: Case, *, there: bool) -> list[Task]:
    """A loop over each module, in the order that the service wants."""
    names = _declared(case)
    state = {"state": "present" if there else "absent"}
    where = {"vpn_gateway": HERE}
    route = {"vpc_id": VPC, "destination_cidr_block": "{{ item.network }}", **state}
    customer = {"name": "{{ item.name }}", **state, **({"address": "{{ item.address }}"} if there else {})}
    tunnel = {"name": "{{ item.name }}", **where, **state}
    if there:
        tunnel |= {"customer_gateway": "{{ item.name }}", **_TUNNEL}
        route |= {"vpn_tunnel": "{{ item.name }}", **where}
    tasks = [
        {"ksyun.vpn.customer_gateway": customer, "loop": names},
        {"ksyun.vpn.vpn_tunnel": tunnel, "loop": names},
        *([{"ksyun.vpn.vpc_route": route, "loop": names}] if case.routes else []),
    ]
    return tasks if there else tasks[::-1]


def _configuration(case: Case) -> str:
    """The same for Terraform, in its JSON syntax."""
    names = {each["name"]: each for each in _declared(case)}
    wanted: dict[str, Any] = {
        "ksyun_vpn_customer_gateway": {
            name: {
                "customer_gateway_name": name,
                "customer_gateway_address": each["address"],
                "ha_customer_gateway_address": "",
            }
            for name, each in names.items()
        },
        "ksyun_vpn_tunnel": {
            name: {
                "vpn_tunnel_name": name,
                "type": "Ipsec",
                "vpn_gateway_id": HERE,
                "customer_gateway_id": f"${{ksyun_vpn_customer_gateway.{name}.id}}",
                "pre_shared_key": KEY,
                "ike_dh_group": 5,
                "ike_authen_algorithm": "sha",
                "ike_encry_algorithm": "aes",
                "ipsec_encry_algorithm": "esp-aes",
                "ipsec_authen_algorithm": "esp-sha-hmac",
            }
            for name in names
        },
    }
    if case.routes:
        wanted["ksyun_route"] = {
            name: {
                "vpc_id": VPC,
                "destination_cidr_block": each["network"],
                "route_type": "Vpn",
                "vpn_tunnel_id": f"${{ksyun_vpn_tunnel.{name}.id}}",
            }
            for name, each in names.items()
        }
    required = {"required_providers": {"ksyun": {"source": "kingsoftcloud/ksyun"}}}
    return json.dumps({"terraform": required, "provider": {"ksyun": {}}, "resource": wanted})


class _Terraform:
    """Terraform in a folder of its own."""

    def __init__(self, where: Terraform, directory: Path, emulator: EmulatorHandle, case: Case, parallel: int) -> None:
        self._where, self._directory, self._parallel = where, directory, parallel
        directory.mkdir()
        (directory / "main.tf.json").write_text(_configuration(case), encoding="utf-8")
        overrides = f'dev_overrides {{ "kingsoftcloud/ksyun" = "{where.provider.resolve().parent}" }}'
        (directory / "rc").write_text(f"provider_installation {{\n {overrides}\n direct {{}}\n}}\n", encoding="utf-8")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "TF_CLI_CONFIG_FILE": str(directory / "rc"),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
            "KSYUN_DOMAIN": emulator.url.partition("//")[2],
            "KSYUN_DOMAIN_IGNORE_SERVICE": "true",
        }

    def run(self, *arguments: str) -> Played:
        """How long a command takes."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        ran = subprocess.run(
            [
                str(self._where.binary.resolve()),
                *arguments,
                f"-parallelism={self._parallel}",
                "-input=false",
                "-no-color",
            ],
            cwd=self._directory,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        if ran.returncode:
            raise RuntimeError(
                f"terraform {arguments} ended with {ran.returncode}:\n{(ran.stdout + ran.stderr)[-3000:]}"
            )
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Played(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


@contextmanager
def _account(case: Case) -> Iterator[EmulatorHandle]:
    with running_emulator() as emulator:
        emulator.seed(VpnGatewaySet=[{"VpnGatewayId": HERE, "VpnGatewayName": "bench", "VpcId": VPC}])
        emulator.configure(latency=case.latency)
        yield emulator


def _phases(player: Player, tasks: Callable[[bool], list[Task]]) -> dict[str, Callable[[], Played]]:
    def play(there: bool, *arguments: str) -> Played:
        return player.play(tasks(there), (), *arguments, changes=True)

    return {
        PHASES[0]: lambda: play(True, "--check"),
        PHASES[1]: lambda: play(True),
        PHASES[2]: lambda: play(True),
        PHASES[3]: lambda: play(True, "--check"),
        PHASES[4]: lambda: play(False),
    }


def measure(
    cases: list[Case],
    collections: Path,
    say: Callable[[str], None],
    terraform: Terraform | None = None,
    parallel: tuple[int, ...] = (10, 32),
    loops_up_to: int = 50,
) -> list[dict[str, Any]]:
    """The figures. Loops are measured up to so many sites, as they take minutes with more."""
    figures = []
    for case in cases:
        for name, make in _contestants(case, collections, terraform, parallel, loops_up_to):
            with tempfile.TemporaryDirectory(prefix="ksyun-vpn-bench-") as directory, _account(case) as emulator:
                for phase, run in make(Path(directory), emulator).items():
                    emulator.clear_requests()
                    played = run()
                    requests = len(emulator.requests())
                    where = (name, case.sites, case.routes, case.latency, phase)
                    figures.append(Figure(*where, played.seconds, played.processor, requests))
                    say(f"{case}: {name}, {phase}: {played.seconds:.2f} s, {requests} requests")
                left = emulator.state()
                assert not left["VpnTunnelSet"] + left["CustomerGatewaySet"], f"{name} has left something"
    return [asdict(figure) for figure in figures]


def _contestants(
    case: Case, collections: Path, terraform: Terraform | None, parallel: tuple[int, ...], loops_up_to: int
) -> Iterator[tuple[str, Callable[[Path, EmulatorHandle], dict[str, Callable[[], Played]]]]]:
    def player(directory: Path, emulator: EmulatorHandle) -> Player:
        environment = {
            "KSYUN_ENDPOINT_URL": emulator.url,
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
        }
        return Player(directory, collections, environment)

    for number in parallel:

        def ours(directory: Path, emulator: EmulatorHandle, number: int = number) -> dict[str, Callable[[], Played]]:
            return _phases(player(directory, emulator), lambda there: _task(case, number, there=there))

        yield f"sites, parallel {number}", ours
        if terraform is not None:

            def theirs(
                directory: Path, emulator: EmulatorHandle, number: int = number
            ) -> dict[str, Callable[[], Played]]:
                runner = _Terraform(terraform, directory / "terraform", emulator, case, number)
                return {
                    PHASES[0]: lambda: runner.run("plan"),
                    PHASES[1]: lambda: runner.run("apply", "-auto-approve"),
                    PHASES[2]: lambda: runner.run("apply", "-auto-approve"),
                    PHASES[3]: lambda: runner.run("plan"),
                    PHASES[4]: lambda: runner.run("destroy", "-auto-approve"),
                }

            yield f"terraform, parallelism {number}", theirs
    if case.sites <= loops_up_to:
        yield (
            "loops over the modules",
            lambda directory, emulator: _phases(player(directory, emulator), lambda there: _loops(case, there=there)),
        )


def rows(figures: list[dict[str, Any]]) -> Iterator[list[str]]:
    """A line for each case and contestant: the seconds of each phase, those of the processor, and the requests."""
    seen: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for each in figures:
        key = (each["latency"], each["routes"], each["sites"], each["contestant"])
        seen.setdefault(key, {})[each["phase"]] = each
    for (latency, routes, sites, contestant), phases in seen.items():
        told = [
            f"{phases[phase]['seconds']:.2f} / {phases[phase]['processor']:.2f} ({phases[phase]['requests']})"
            for phase in PHASES
        ]
        yield [f"{latency * 1000:.0f} ms", "1" if routes else "0", str(sites), contestant, *told]
