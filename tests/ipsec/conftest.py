# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stage, made once: two hosts, and an account whose tunnels have every pair of algorithms that strongSwan has."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import EmulatorHandle, running_emulator

from . import hosts, ksyun_end

HERE = Path(__file__).resolve().parent
DEVICE_NETWORK, VPC_NETWORK = "192.168.1.0/24", "10.0.0.0/16"
DEVICE_HOST, VPC_HOST = "192.168.1.1", "10.0.0.1"
OTHER_NETWORK, OTHER_HOST = "10.1.0.0/16", "10.1.0.1"  # of another VPC
GATEWAYS = {"1.0": ("198.18.0.1", "198.19.0.1"), "2.0": ("198.18.0.2", "198.19.0.2")}
CUSTOMER = ("203.0.113.9", "203.0.113.10")
IKE_PAIRS = list(itertools.product(ksyun_end.IKE, ksyun_end.IKE_HASH, ksyun_end.GROUP))
ESP_PAIRS = list(itertools.product(ksyun_end.ESP, ksyun_end.ESP_HASH))
# Each character of these has once broken a file of some program.
HOSTILE_KEYS = (
    '"}\n#',
    "\\",
    "key with spaces",
    "密钥密钥",
    "0sfake",
    "0xfake",
    "{{ fake }}",
    "fake'key`$(id)",
    "=fake,;",
)


def tunnels(version: str) -> dict[str, dict[str, Any]]:
    """The tunnels of a gateway, by name: the pairs of both phases, and the types."""
    found: dict[str, dict[str, Any]] = {}
    newer = {"IkeVersion": "v2"} if version == "2.0" else {}
    plain = {"Type": "ipsec" if newer else "Ipsec", **newer}
    strong = {"IkeAuthenAlgorithm": "sha", "IkeDHGroup": "14"}
    for encryption, hashed, group in IKE_PAIRS:
        ike = {"IkeEncryAlgorithm": encryption, "IkeAuthenAlgorithm": hashed, "IkeDHGroup": group}
        found[f"{version} ike {encryption} {hashed} {group}"] = {**plain, **ike}
    for encryption, hashed in ESP_PAIRS:
        esp = {"IpsecEncryAlgorithm": encryption, "IpsecAuthenAlgorithm": hashed}
        found[f"{version} esp {encryption} {hashed}"] = {**plain, **strong, **esp}
    for number, key in enumerate(HOSTILE_KEYS):
        found[f"{version} key {number}"] = {**plain, **strong, "PreSharedKey": key.replace("\n", " ")}
    found[f"{version} \"}}{{#='\\ {{{{ 客户 }}}}"] = {**plain, **strong}
    if newer:
        peers = {"LocalPeerIp": "169.254.10.1/30", "CustomerPeerIp": "169.254.10.2/30"}
        for mode in ("active_active", "active_standby"):
            found[f"{version} route {mode}"] = {**plain, **strong, **peers, "Type": "route_ipsec", "HaMode": mode}
        found[f"{version} plain IKEv1"] = {**plain, **strong, "IkeVersion": "v1"}
    else:
        gre = {"VpnGreIp": "10.255.0.1", "CustomerGreIp": "10.255.0.2"}
        second = {"HaVpnGreIp": "10.255.0.5", "HaCustomerGreIp": "10.255.0.6"}
        for encryption, hashed in (
            ("esp-aes", "esp-sha-hmac"),
            ("aes-cbc-256", "sha512"),
            ("esp-3des", "esp-md5-hmac"),
        ):
            esp = {"IpsecEncryAlgorithm": encryption, "IpsecAuthenAlgorithm": hashed}
            found[f"{version} gre {encryption}"] = {**strong, **esp, **gre, **second, "Type": "GreOverIpsec"}
    return found


TUNNELS = {version: tunnels(version) for version in GATEWAYS}


class Account:
    """The emulator's state, and what the collection renders of it, by the tunnel's name."""

    def __init__(self, state: dict[str, Any], rendered: dict[str, dict[str, Any]]) -> None:
        self.state = state
        self.rendered = rendered


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorHandle]:
    with running_emulator() as handle:
        yield handle


@pytest.fixture(scope="session")
def account(emulator: EmulatorHandle, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """All tunnels of the table, rendered by one play."""
    ends = emulator.seed(
        VpnGatewaySet=[
            {
                "VpnGatewayName": f"gateway {version}",
                "VpnGatewayVersion": version,
                "GatewayAddress": first,
                "HaGatewayAddress": second,
                "RemoteCidrSet": [DEVICE_NETWORK],
            }
            for version, (first, second) in GATEWAYS.items()
        ],
        CustomerGatewaySet=[
            {"CustomerGatewayName": "one", "CustomerGatewayAddress": CUSTOMER[0]},
            {
                "CustomerGatewayName": "two",
                "CustomerGatewayAddress": CUSTOMER[0],
                "HaCustomerGatewayAddress": CUSTOMER[1],
            },
        ],
    )
    gateways = dict(zip(GATEWAYS, (gateway["VpnGatewayId"] for gateway in ends["VpnGatewaySet"]), strict=True))
    one, two = (customer["CustomerGatewayId"] for customer in ends["CustomerGatewaySet"])
    emulator.seed(
        VpnTunnelSet=[
            {
                "PreSharedKey": f"fake key of {name}",
                "VpnTunnelName": name,
                "VpnGatewayId": gateways[version],
                "CustomerGatewayId": two if "HaVpnGreIp" in values or "HaMode" in values else one,
                **values,
            }
            for version, named in TUNNELS.items()
            for name, values in named.items()
        ]
    )
    path = tmp_path_factory.mktemp("rendered") / "rendered.json"
    play(emulator, "render.yml", rendered=str(path))
    return Account(emulator.state(), json.loads(path.read_text()))


def play(emulator: EmulatorHandle, playbook: str, *arguments: str, **variables: str) -> None:
    """Run a playbook of this folder against an emulator."""
    variables |= {"local_network": DEVICE_NETWORK, "remote_network": VPC_NETWORK}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), str(HERE / playbook), *arguments]
    ran = subprocess.run(
        [*command, "--extra-vars", json.dumps(variables)],
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "KSYUN_ENDPOINT_URL": emulator.url,
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def stage() -> Iterator[hosts.Stage]:
    lacking = hosts.lacking()
    if lacking:
        pytest.skip(lacking)
    with (
        tempfile.TemporaryDirectory() as folder,
        hosts.staged(
            Path(folder),
            ksyun={
                "wire": [address for pair in GATEWAYS.values() for address in pair],
                "inside": [VPC_HOST, OTHER_HOST],
            },
            device={"wire": list(CUSTOMER), "inside": [DEVICE_HOST]},
        ) as made,
    ):
        yield made


@pytest.fixture(autouse=True)
def _cleared(stage: hosts.Stage) -> Iterator[None]:
    """Each test begins with two daemons that know nothing."""
    yield
    stage.device.clear()
    stage.ksyun.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the combinations came up, by generation; strongSwan's row of the algorithm table."""
    lines = []
    for version in TUNNELS:
        counts = []
        for kind, tried in (("ike", len(IKE_PAIRS)), ("esp", len(ESP_PAIRS))):
            test = f"test_each_pair_of_{kind}[{version} {kind} "
            ran = [report.nodeid for report in terminalreporter.stats.get("passed", ()) if test in report.nodeid]
            counts.append(f"{kind.upper()} {len(set(ran))} of {tried}")
        lines.append(f"generation {version}: {', '.join(counts)}")
    if any(" 0 of" not in line for line in lines):
        terminalreporter.section("combinations that came up and passed packets, sealed")
        for line in lines:
            terminalreporter.line(line)
