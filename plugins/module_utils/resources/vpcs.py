# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VPC, as far as it has to be found by its name. It is only read: nothing here makes or changes one."""

from __future__ import annotations

import ipaddress

from ..api.action import Action, Lifecycle
from .schema import Field, Item, Reference, Resource

VPC = Resource(
    name="vpc",
    noun="VPC",
    actions=Lifecycle(
        describe=Action("DescribeVpcs", "VpcSet", "VpcId"),
        create=Action("CreateVpc", "Vpc", created_id=("Vpc", "VpcId"), writes=True),
        modify=None,
        delete=Action("DeleteVpc", "Return", writes=True),
    ),
    fields=(
        Field("name", "VpcName"),
        Field("cidr_block", "CidrBlock", type="cidr"),
        Field("secondary_cidr_set", "SecondaryCidrSet", type="cidrs"),
        Field("create_time", "CreateTime", type="time"),
    ),
)
# How a task names it: by its id as vpc_id, or, in this option, by either.
BY_NAME = ("vpc", Reference(VPC))


def overlaps(network: str, vpc: Item) -> list[str]:
    """The networks of a VPC itself that a network overlaps; the one that has all others in it does not count."""
    found: list[str] = []
    if not ipaddress.IPv4Network(network).prefixlen:
        return found
    for block in (vpc.get("cidr_block"), *(vpc.get("secondary_cidr_set") or ())):
        try:
            if ipaddress.IPv4Network(network).overlaps(ipaddress.IPv4Network(str(block), strict=False)):
                found.append(str(block))
        except ValueError:
            continue
    return found
