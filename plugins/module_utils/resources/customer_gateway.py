# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The customer gateway: the remote side's public address (document: "VPN客户网关信息")."""

from __future__ import annotations

from ..api.action import lifecycle
from .schema import Field, Resource, Same, Use

RESOURCE = Resource(
    name="customer_gateway",
    noun="customer gateway",
    actions=lifecycle("CustomerGateway"),
    one_of_a_kind=(Same(("address",)),),
    used_by=(Use("VPN tunnel", lifecycle("VpnTunnel").describe, "VpnTunnelName", "CustomerGatewayId"),),
    fields=(
        Field("name", "CustomerGatewayName", on_create=True, on_modify=True, required=True),
        # Newer models of ModifyCustomerGateway have the name alone.
        Field(
            "address",
            "CustomerGatewayAddress",
            type="ipv4",
            on_create=True,
            on_modify=True,
            required=True,
            interrupts=True,
            may_be_fixed=True,
        ),
        # The document says that it can't be left out; every client of the service leaves it out.
        Field(
            "ha_address",
            "HaCustomerGatewayAddress",
            type="ipv4",
            on_create=True,
            on_modify=True,
            interrupts=True,
            may_be_fixed=True,
        ),
        Field("create_time", "CreateTime", type="time"),
    ),
)
