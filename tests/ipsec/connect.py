# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an empty account to pinging: the playbook ksyun.vpn.connect, an emulator, and two real IKE daemons.

    python -m ipsec.connect

The playbook knows the service and the device. Ksyun's end, which the service would set up, is set up here, by what the
emulator holds alone; and the emulator tells of a tunnel that it is up when its daemon says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from emulator.testing import EmulatorHandle, running_emulator

from . import hosts, ksyun_end

DEVICE, DEVICE_NETWORK, DEVICE_HOST = "203.0.113.9", "192.168.1.0/24", "192.168.1.1"
VPC_NETWORK, VPC_HOST = "10.0.0.0/16", "10.0.0.1"
KEY = "not a real key, but \"one\" with {{ braces }} and '密钥'"
DOWN = {"master": [["down", None]], "backup": [["down", None]]}


class FarEnd(threading.Thread):
    """What the service does with what it is told: addresses, a daemon that has its tunnels, and their status."""

    def __init__(self, emulator: EmulatorHandle, stage: hosts.Stage) -> None:
        super().__init__(daemon=True)
        self.failure: Exception | None = None
        self._emulator = emulator
        self._stage = stage
        self._ended = threading.Event()
        self._addresses: set[str] = set()
        self._loaded = ""
        self._told: dict[str, Any] = {}

    def run(self) -> None:
        try:
            while not self._ended.wait(0.2):
                self._follow(self._emulator.state())
        except Exception as error:
            self.failure = error

    def end(self) -> None:
        self._ended.set()
        self.join(30)
        if self.failure:
            raise self.failure

    def _follow(self, state: dict[str, list[dict[str, Any]]]) -> None:
        for gateway in state["VpnGatewaySet"]:
            for address in (gateway["GatewayAddress"], gateway["HaGatewayAddress"]):
                if address not in self._addresses:
                    self._stage.reach(address)
                    self._addresses.add(address)
        # Without a route to the networks of the device, no tunnel takes packets for them.
        routed = {gateway["VpnGatewayId"] for gateway in state["VpnGatewaySet"] if gateway["RemoteCidrSet"]}
        tunnels = [tunnel for tunnel in state["VpnTunnelSet"] if tunnel["VpnGatewayId"] in routed]
        texts = [
            ksyun_end.connections(state, tunnel["VpnTunnelName"], VPC_NETWORK, called=f"t{number}-")
            for number, tunnel in enumerate(tunnels)
        ]
        if texts and (text := "\n".join(texts)) != self._loaded:
            self._stage.ksyun.load(text, 2 * len(texts))
            self._loaded = text
        installed = {
            association["local-host"]: "up" if association.get("child-sas") else "ike"
            for association in self._stage.ksyun.associations()
        }
        for tunnel in tunnels:
            _tunnel, gateway, _customer = ksyun_end.objects(state, tunnel["VpnTunnelName"])
            lines = {
                line: [[installed.get(gateway[field], "down"), None]]
                for line, field in (("master", "GatewayAddress"), ("backup", "HaGatewayAddress"))
            }
            if self._told.get(tunnel["VpnTunnelId"], DOWN) != lines:
                self._emulator.status(tunnel["VpnTunnelId"], **lines)
                self._told[tunnel["VpnTunnelId"]] = lines


@dataclass
class Connected:
    """What a run of the playbook came to."""

    seconds: float
    code: int
    output: str
    again: str  # the output of the second run
    state: dict[str, list[dict[str, Any]]]
    reached_before: bool
    file: str
    packets: dict[str, dict[str, int]]  # by end: what its associations have opened and sealed
    associations: list[dict[str, Any]]  # the device's
    wire: dict[str, int]


def variables(version: str) -> dict[str, Any]:
    """What a user has in a file, for one office."""
    newer = {"ike_version": "v2", "type": "ipsec"} if version == "2.0" else {"type": "Ipsec"}
    site = {"name": "berlin", "address": DEVICE, "pre_shared_key": KEY, "extra": {"networks": [DEVICE_NETWORK]}}
    return {
        "site_to_site_gateway": {
            **{"name": "main", "vpc_id": "11111111-2222-4333-8444-555555555555", "vpn_gateway_version": version},
            **{"bandwidth": 10, "charge_type": "Daily"},
        },
        "site_to_site_tunnel_defaults": {
            **newer,
            "ike_authentication_algorithm": "sha",
            "ike_dh_group": 14,
            "ike_encryption_algorithm": "aes-cbc-256",
            "ipsec_encryption_algorithm": "aes-cbc-256",
            "ipsec_authentication_algorithm": "sha256",
        },
        "site_to_site_sites": [site],
        "connect_vpc_networks": [VPC_NETWORK],
        "connect_wait_timeout": 60,
        "connect_ping": VPC_HOST,
    }


def of_the_stage(stage: hosts.Stage) -> dict[str, Any]:
    """How to reach the device, which is a namespace of this machine here."""
    file = stage.device.folder / "ksyun.conf"
    return {
        "device_platform": "swanctl",
        "device_apply": True,
        "device_swanctl_path": str(file),
        "device_swanctl_load": [
            *("env", f"STRONGSWAN_CONF={stage.device.folder}/swanctl-settings", "swanctl", "--load-all"),
            *("--file", str(file), "--uri", f"unix://{stage.device.folder}/vici"),
        ],
        "connect_ping_command": [
            *("ip", "netns", "exec", stage.device.name, "ping", "-c", "3", "-W", "2", "-I", DEVICE_HOST, VPC_HOST)
        ],
    }


def _unsafe(value: Any) -> Any:
    """A value as Ansible reads it from JSON, its texts no templates."""
    if isinstance(value, dict):
        return {name: _unsafe(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_unsafe(part) for part in value]
    return {"__ansible_unsafe": value} if isinstance(value, str) and "{{" in value else value


def _ping(stage: hosts.Stage) -> bool:
    command = ["ping", "-c", "1", "-W", "1", "-I", DEVICE_HOST, VPC_HOST]
    return stage.device.run(*command, check=False).returncode == 0


def _packets(host: hosts.Host) -> dict[str, int]:
    return {
        way: sum(int(child[f"packets-{way}"]) for child in host.children() if f"packets-{way}" in child)
        for way in ("in", "out")
    }


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[tuple[EmulatorHandle, hosts.Stage]]:
    """An empty account, a device that knows nothing, and a host in the VPC."""
    with (
        running_emulator(settings={"ipsec_status": {"*": DOWN}}) as emulator,
        hosts.staged(
            folder,
            ksyun={"wire": [], "inside": [VPC_HOST]},
            device={"wire": [DEVICE], "inside": [DEVICE_HOST]},
        ) as stage,
    ):
        yield emulator, stage


def connect(folder: Path, version: str, shown: IO[str] | None = None, again: bool = False) -> Connected:
    """Run the playbook, and C(again) if that is wanted. C(shown) gets its output while it runs."""
    (folder / "stage").mkdir()
    with staged(folder / "stage") as (emulator, stage):
        before = _ping(stage)
        far = FarEnd(emulator, stage)
        far.start()
        inventory, given = folder / "devices.ksyun_vpn.yml", folder / "variables.json"
        inventory.write_text("plugin: ksyun.vpn.ksyun_vpn\ncompose:\n  ansible_connection: \"'local'\"\n")
        (stage.device.folder / "swanctl-settings").touch()
        given.touch(mode=0o600)
        given.write_text(json.dumps(_unsafe({**variables(version), **of_the_stage(stage)})))
        stage.wire.seen()
        began = time.monotonic()
        code, output = _played(emulator, inventory, given, shown)
        output_again = ""
        seconds = time.monotonic() - began
        if again and not code:
            code, output_again = _played(emulator, inventory, given, shown)
        try:
            far.end()
        except Exception as error:
            output += f"\nKsyun's end: {error}"
            code = code or 1
        file = stage.device.folder / "ksyun.conf"
        return Connected(
            seconds,
            code,
            output,
            output_again,
            emulator.state(),
            before,
            file.read_text() if file.exists() else "",
            {"the device": _packets(stage.device), "Ksyun's end": _packets(stage.ksyun)},
            stage.device.associations(),
            stage.wire.seen(),
        )


def _played(emulator: EmulatorHandle, inventory: Path, given: Path, shown: IO[str] | None) -> tuple[int, str]:
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(inventory), "ksyun.vpn.connect"]
    lines = []
    with subprocess.Popen(
        [*command, "-e", f"@{given}", "--diff"],
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
            "KSYUN_ENDPOINT_URL": emulator.url,
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if shown:
                shown.write(line)
                shown.flush()
    return process.returncode, "".join(lines)


def main() -> int:
    lacking = hosts.lacking()
    if lacking:
        print(f"The demonstration can't run here: {lacking}.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        done = connect(Path(folder), "2.0", sys.stdout)
    if done.code:
        return done.code
    print(f"Before, a ping from {DEVICE_HOST} to {VPC_HOST} was {'' if done.reached_before else 'not '}answered.")
    print(f"From an empty account to three answered pings: {done.seconds:.1f} seconds.")
    for association in done.associations:
        (child,) = association["child-sas"].values()
        print(
            f"The device's association: IKEv{association['version']} {association['local-host']} - "
            f"{association['remote-host']} {association['state']}, ESP {child['encr-alg']}-{child.get('encr-keysize')} "
            f"{child['integ-alg']} {child['state']}"
        )
    for end, packets in done.packets.items():
        print(f"Packets through it, as {end} counts them: {packets['out']} sealed, {packets['in']} opened.")
    clear = {kind: count for kind, count in done.wire.items() if kind not in ("ike", "esp", "neighbours")}
    sealed = f"{done.wire.get('ike', 0)} packets of IKE, {done.wire.get('esp', 0)} of ESP"
    print(f"On the wire: {sealed}, in clear: {clear or 'none'}.")
    return 0 if not clear and not done.reached_before else 1


if __name__ == "__main__":
    sys.exit(main())
