# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is measured, and the task that each of them does: something that is there already is to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator.testing import EmulatorHandle, running_emulator

from . import aws
from .playing import Player, Task

Item = Mapping[str, str]
TEMPLATES = {name: f"{{{{ item.{name} }}}}" for name in ("id", "name", "address", "vpn_gateway_id", "vpc_id", "url")}


@dataclass(frozen=True)
class Contestant:
    """One of the columns of the comparison. C(task) makes its task for an item, or for templates of one."""

    key: str
    title: str
    task: Callable[[Item], Task]
    environment: tuple[tuple[str, str], ...] = ()
    peer: bool = False  # whose items are those of the moto server


def _ours(item: Item) -> Task:
    return {"ksyun.vpn.customer_gateway": {name: item[name] for name in ("id", "name", "address")}}


EMPTY = Contestant("empty", "empty module", lambda _item: {"bench_empty": {}})
URI = Contestant("uri", "ansible.builtin.uri, one GET", lambda item: {"ansible.builtin.uri": {"url": item["url"]}})
CUSTOMER_GATEWAY = Contestant(
    "ec2_customer_gateway",
    "community.aws.ec2_customer_gateway",
    lambda item: {
        "community.aws.ec2_customer_gateway": {
            "name": item["name"],
            "ip_address": item["address"],
            "bgp_asn": 65000,
        }
    },
    peer=True,
)
VGW = Contestant(
    "ec2_vpc_vgw",
    "amazon.aws.ec2_vpc_vgw",
    lambda item: {"amazon.aws.ec2_vpc_vgw": {"name": item["name"]}},
    peer=True,
)
MODULE = Contestant(
    "module", "ksyun.vpn.customer_gateway, module path", _ours, environment=(("KSYUN_VPN_IN_PROCESS", "0"),)
)
IN_PROCESS = Contestant("in_process", "ksyun.vpn.customer_gateway, in-process", _ours)


def contestants(collections: Path) -> list[Contestant]:
    """All whose code is there: the in-process path is an action plugin of the collection."""
    action = collections / "ansible_collections/ksyun/vpn/plugins/action/customer_gateway.py"
    return [EMPTY, URI, CUSTOMER_GATEWAY, VGW, MODULE, *([IN_PROCESS] if action.exists() else [])]


@dataclass
class Account:
    """A cloud of each kind with as many resources, what is in them, and the player of tasks for them."""

    size: int
    emulator: EmulatorHandle
    player: Player
    own_items: list[dict[str, str]]
    peer_items: list[dict[str, str]]

    def items(self, contestant: Contestant, number: int) -> list[dict[str, str]]:
        """That many items for a contestant, the account's own over and over."""
        known = self.peer_items if contestant.peer else self.own_items
        return [known[each % len(known)] for each in range(number)]


def loop(contestant: Contestant) -> Task:
    """A task of a contestant that loops over the variable C(items)."""
    return {"name": "items", **contestant.task(TEMPLATES), "loop": "{{ items }}"}


@contextmanager
def account(size: int, directory: Path, collections: Path, in_a_vpc: int = 10) -> Iterator[Account]:
    """Servers with so many resources of each kind, C(in_a_vpc) VPN gateways in each VPC."""
    directory.mkdir()
    with ExitStack() as stack:
        emulator = stack.enter_context(running_emulator())
        moto = stack.enter_context(aws.running_moto(size))
        names = aws.gateways(size)
        placed = emulator.seed(
            CustomerGatewaySet=[
                {"CustomerGatewayName": each["name"], "CustomerGatewayAddress": each["address"]} for each in names
            ],
            VpnGatewaySet=[
                {"VpnGatewayName": each["name"], "VpcId": f"vpc-{number // in_a_vpc}"}
                for number, each in enumerate(names)
            ],
        )
        own = [
            {
                **each,
                "id": customer["CustomerGatewayId"],
                "vpn_gateway_id": gateway["VpnGatewayId"],
                "vpc_id": gateway["VpcId"],
                "url": f"{emulator.url}/_emulator/health",
            }
            for each, customer, gateway in zip(names, placed["CustomerGatewaySet"], placed["VpnGatewaySet"])
        ]
        environment = {
            "KSYUN_ENDPOINT_URL": emulator.url,
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
            "AWS_URL": moto,
            **aws.ENVIRONMENT,
        }
        yield Account(size, emulator, Player(directory, collections, environment), own, names)
