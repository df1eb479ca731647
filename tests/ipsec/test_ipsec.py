# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rendered configuration against real IKE daemons: packets go through, sealed, or do not go at all.

The device's daemon loads the file that the collection rendered. Ksyun's is configured from the service's objects alone
(ksyun_end.py). A ping that is answered proves little: what counts is that both ends' counters moved, and that nothing
but IKE and ESP was on the wire.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import algorithms

from emulator.testing import running_emulator

from . import ksyun_end
from .conftest import (
    CUSTOMER,
    DEVICE_HOST,
    DEVICE_NETWORK,
    ESP_PAIRS,
    GATEWAYS,
    HOSTILE_KEYS,
    IKE_PAIRS,
    OTHER_HOST,
    OTHER_NETWORK,
    TUNNELS,
    VPC_HOST,
    VPC_NETWORK,
    Account,
    play,
)
from .hosts import HERE, Stage, wait_until

SEALED = {"ike", "esp", "neighbours"}
# The daemon's names for what the service's words stand for.
ENCRYPTIONS = {"des": "DES_CBC", "3des": "3DES_CBC", "aes": "AES_CBC", "null": "NULL"}
HASHES = {
    "md5": "HMAC_MD5_96",
    "sha1": "HMAC_SHA1_96",
    "sha256": "HMAC_SHA2_256_128",
    "sha384": "HMAC_SHA2_384_192",
    "sha512": "HMAC_SHA2_512_256",
}


def load(stage: Stage, account: Account, name: str, **wrong: Any) -> None:
    """Load both ends of a tunnel, Ksyun's first. The device's begins at once to set it up."""
    rendered = account.rendered[name]
    assert rendered["refused"] == []
    stage.ksyun.load(ksyun_end.connections(account.state, name, VPC_NETWORK, **wrong), 2)
    stage.device.load(rendered["text"], len(rendered["description"]["pairs"]))


def bring_up(stage: Stage, account: Account, name: str) -> dict[str, Any]:
    """Both ends loaded, and the IPsec association that the device has then."""
    load(stage, account, name)
    wait_until(
        lambda: stage.device.children() and stage.ksyun.children(), f"{name!r} is up\n{stage.device.log()[-3000:]}"
    )
    return stage.device.children()[0]


def answered(stage: Stage, source: str, target: str) -> bool:
    """Whether a ping from the device's side is answered, in whatever way."""
    return stage.device.run("ping", "-c", "1", "-W", "2", "-I", source, target, check=False).returncode == 0


def moved(stage: Stage) -> int:
    """The packets that all IPsec associations of both ends have sealed and opened."""
    return sum(
        int(child[f"packets-{way}"])
        for host in (stage.device, stage.ksyun)
        for child in host.children()
        for way in ("in", "out")
    )


def passes_sealed(stage: Stage, source: str = DEVICE_HOST, target: str = VPC_HOST) -> bool:
    """Whether a ping is answered through IPsec, and nothing of it was in clear on the wire."""
    before = moved(stage)
    stage.wire.seen()
    through = answered(stage, source, target)
    seen = stage.wire.seen()
    return through and moved(stage) >= before + 4 and seen.get("esp", 0) >= 2 and set(seen) <= SEALED


@contextlib.contextmanager
def gre(stage: Stage, account: Account, name: str) -> Iterator[tuple[str, str]]:
    """A GRE interface at each end of a tunnel; the device's address in it, and Ksyun's."""
    tunnel, gateway, customer = ksyun_end.objects(account.state, name)
    ksyun, device = gateway["GatewayAddress"], customer["CustomerGatewayAddress"]
    inner = (tunnel["CustomerGreIp"], tunnel["VpnGreIp"])
    ends = ((stage.device, device, ksyun, *inner), (stage.ksyun, ksyun, device, *reversed(inner)))
    with contextlib.ExitStack() as stack:
        for host, local, remote, own, other in ends:
            process = host.start(
                *(sys.executable, str(HERE / "gre.py"), "gre", local, remote),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(process.wait, 10)
            stack.callback(process.stdin.close)
            assert process.stdout.readline() == b"ready\n"
            host.run("ip", "address", "add", own, "peer", other, "dev", "gre")
            host.run("ip", "link", "set", "gre", "up", "mtu", "1300")
        yield inner


def named(version: str, kind: str) -> list[str]:
    return [name for name in TUNNELS[version] if name.startswith(f"{version} {kind} ")]


# --- what comes up --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", named("1.0", "ike") + named("2.0", "ike"))
def test_each_pair_of_ike(stage: Stage, account: Account, name: str) -> None:
    bring_up(stage, account, name)
    assert passes_sealed(stage)


@pytest.mark.parametrize("name", named("1.0", "esp") + named("2.0", "esp"))
def test_each_pair_of_esp(stage: Stage, account: Account, name: str) -> None:
    child = bring_up(stage, account, name)
    assert passes_sealed(stage)
    tunnel = ksyun_end.objects(account.state, name)[0]
    word = ksyun_end.ESP[tunnel["IpsecEncryAlgorithm"]]
    letters = "3des" if word == "3des" else word.rstrip("0123456789")
    assert child["encr-alg"] == ENCRYPTIONS[letters]
    assert child.get("encr-keysize", "") == word[len(letters) :]
    assert child["integ-alg"] == HASHES[ksyun_end.ESP_HASH[tunnel["IpsecAuthenAlgorithm"]]]
    assert child["protocol"] == "ESP"


def test_the_table_is_whole() -> None:
    """Each combination that is rendered for strongSwan is tried here."""
    assert len(IKE_PAIRS) + len(ESP_PAIRS) == 80
    for options, pairs in ((algorithms.IKE, IKE_PAIRS), (algorithms.ESP, ESP_PAIRS)):
        for version in (1, 2):
            rendered = {tuple(map(str, each.values())) for each in algorithms.taken("swanctl", version, options)}
            assert rendered == set(pairs)


@pytest.mark.parametrize("number", range(len(HOSTILE_KEYS)))
@pytest.mark.parametrize("version", TUNNELS)
def test_each_key(stage: Stage, account: Account, version: str, number: int) -> None:
    bring_up(stage, account, f"{version} key {number}")
    assert passes_sealed(stage)


@pytest.mark.parametrize("version", TUNNELS)
def test_a_name_that_would_end_a_section(stage: Stage, account: Account, version: str) -> None:
    (name,) = (name for name in TUNNELS[version] if "客户" in name)
    bring_up(stage, account, name)
    assert passes_sealed(stage)


def test_the_second_generation_with_ikev1(stage: Stage, account: Account) -> None:
    bring_up(stage, account, "2.0 plain IKEv1")
    assert {association["version"] for association in stage.device.associations()} == {"1"}
    assert passes_sealed(stage)


@pytest.mark.parametrize("name", named("1.0", "gre"))
def test_gre(stage: Stage, account: Account, name: str) -> None:
    bring_up(stage, account, name)
    with gre(stage, account, name) as (own, other):
        assert passes_sealed(stage, own, other)


def test_by_route(stage: Stage, account: Account) -> None:
    """The associations, and packets through them; the interface that the setup makes needs a kernel that has it."""
    bring_up(stage, account, "2.0 route active_standby")
    assert {child["remote-ts"][0] for child in stage.device.children()} == {"0.0.0.0/0"}
    assert passes_sealed(stage)


def test_out_of_the_inventory(stage: Stage, tmp_path: Path) -> None:
    """An account, its devices as hosts, one file with all tunnels of each, and packets go through each of them."""
    networks = {"to berlin": (VPC_NETWORK, VPC_HOST), "another to berlin": (OTHER_NETWORK, OTHER_HOST)}
    with running_emulator() as emulator:
        ends = emulator.seed(
            VpnGatewaySet=[
                {
                    **{"VpnGatewayName": version, "VpnGatewayVersion": version, "RemoteCidrSet": [DEVICE_NETWORK]},
                    **{"GatewayAddress": first, "HaGatewayAddress": second},
                }
                for version, (first, second) in GATEWAYS.items()
            ],
            CustomerGatewaySet=[{"CustomerGatewayName": "berlin", "CustomerGatewayAddress": CUSTOMER[0]}],
        )
        emulator.seed(
            VpnTunnelSet=[
                {
                    "VpnGatewayId": gateway["VpnGatewayId"],
                    "CustomerGatewayId": ends["CustomerGatewaySet"][0]["CustomerGatewayId"],
                    **{"VpnTunnelName": name, "PreSharedKey": f"fake key {name}", "IkeVersion": "v2"},
                    "Type": "ipsec" if gateway["VpnGatewayVersion"] == "2.0" else "Ipsec",
                }
                for name, gateway in zip(networks, ends["VpnGatewaySet"], strict=True)
            ]
        )
        inventory = tmp_path / "devices.ksyun_vpn.yml"
        inventory.write_text("plugin: ksyun.vpn.ksyun_vpn\n")
        play(
            emulator,
            "device.yml",
            *("--inventory", str(inventory)),
            **{"folder": str(tmp_path / "made"), "other_network": OTHER_NETWORK},
        )
        state = emulator.state()
    ksyun = [
        ksyun_end.connections(state, name, network, called=f"t{number}-")
        for number, (name, (network, _host)) in enumerate(networks.items())
    ]
    stage.ksyun.load("\n".join(ksyun), 4)
    stage.device.load((tmp_path / "made" / "berlin.conf").read_text(), 4)
    wait_until(lambda: len(stage.device.children()) == 2, "both tunnels are up")
    for _network, host in networks.values():
        assert passes_sealed(stage, target=host)


# --- two tunnels ----------------------------------------------------------------------------------


def test_both_tunnels_come_up_where_both_are_active(stage: Stage, account: Account) -> None:
    bring_up(stage, account, "2.0 route active_active")
    wait_until(lambda: len(stage.device.children()) == 2, "both are up")
    found = {(each["local-host"], each["remote-host"]) for each in stage.device.associations()}
    _tunnel, gateway, customer = ksyun_end.objects(account.state, "2.0 route active_active")
    assert found == {(device, ksyun) for ksyun, device in ksyun_end.ends(gateway, customer)}


@pytest.mark.parametrize("name", ["1.0 ike aes sha 14", "2.0 ike aes sha 14"])
def test_the_second_tunnel_stands_by_and_takes_over(stage: Stage, account: Account, name: str) -> None:
    """The device does not begin it. When Ksyun's end does, as the first address is gone, packets go through it."""
    bring_up(stage, account, name)
    assert len(stage.device.associations()) == 1
    stage.ksyun.swanctl("--unload-conn", "--name", "tunnel0", check=False)
    for host in (stage.ksyun, stage.device):
        for association in host.associations():
            host.swanctl("--terminate", "--ike-id", association["uniqueid"], "--force", "--timeout", "1", check=False)
    stage.ksyun.swanctl("--initiate", "--child", "child1")
    gateway = ksyun_end.objects(account.state, name)[1]
    wait_until(
        lambda: gateway["HaGatewayAddress"] in {each["remote-host"] for each in stage.device.associations()},
        "the second tunnel is up",
    )
    assert passes_sealed(stage)


# --- what must not come up ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "sign"),
    [
        ({"PreSharedKey": "another fake key"}, "could not decrypt payloads|MAC mismatched"),
        ({"IkeEncryAlgorithm": "3des"}, "no proposal found|received proposals unacceptable"),
        ({"IkeAuthenAlgorithm": "md5"}, "no proposal found|received proposals unacceptable"),
        ({"IkeDHGroup": "5"}, "no proposal found|received proposals unacceptable"),
        ({"IpsecEncryAlgorithm": "esp-3des"}, "no matching proposal found|no acceptable proposal found"),
        ({"IpsecAuthenAlgorithm": "sha512"}, "no matching proposal found|no acceptable proposal found"),
        ({"Network": "10.99.0.0/16"}, "no matching CHILD_SA config|traffic selectors"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("name", ["1.0 esp esp-aes esp-sha-hmac", "2.0 esp esp-aes esp-sha-hmac"])
def test_what_differs_does_not_come_up(
    stage: Stage, account: Account, name: str, wrong: dict[str, Any], sign: str
) -> None:
    begin = len(stage.ksyun.log())
    load(stage, account, name, **wrong)
    signs = [part.removeprefix("") for part in sign.split("|")]
    wait_until(
        lambda: any(part in stage.ksyun.log()[begin:] for part in signs),
        f"Ksyun's end refuses\n{stage.ksyun.log()[begin:]}",
    )
    assert stage.device.children() == []
    stage.wire.seen()
    assert not answered(stage, DEVICE_HOST, VPC_HOST)
    assert set(stage.wire.seen()) <= SEALED


def test_a_ping_in_clear_is_no_success(stage: Stage, account: Account) -> None:
    """GRE goes out in clear where no association takes it, and is answered. The tests here have to notice."""
    name = named("1.0", "gre")[0]
    with gre(stage, account, name) as (own, other):
        stage.wire.seen()
        assert answered(stage, own, other)
        assert stage.wire.seen()["gre"] >= 2
        assert not passes_sealed(stage, own, other)


def test_a_broken_file_is_noticed(stage: Stage, account: Account) -> None:
    """swanctl itself ends with 0 then, and has unloaded what there was."""
    broken = account.rendered["1.0 ike aes sha 14"]["text"].replace("children {", "children", 1)
    with pytest.raises(AssertionError, match="successfully loaded"):
        stage.device.load(broken, 2)
