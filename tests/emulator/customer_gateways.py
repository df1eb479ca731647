# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customer gateways: "CustomerGateway (VPN客户网关信息)", CreateCustomerGateway and ModifyCustomerGateway."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import PublicError
from .parameters import Field, ipv4_address, text_value
from .resources import Context, Kind
from .settings import Settings
from .store import Wire


class CustomerGateways(Kind):
    """No project. The document gives them a Filter.N without saying which: see customer_gateway_filters."""

    noun = "CustomerGateway"
    document_fields = frozenset(
        {"CreateTime", "CustomerGatewayId", "CustomerGatewayAddress", "HaCustomerGatewayAddress", "CustomerGatewayName"}
    )
    create_fields = (
        Field("CustomerGatewayAddress", ipv4_address, required=True),
        Field("HaCustomerGatewayAddress", ipv4_address),
        Field("CustomerGatewayName", text_value, required=True),
    )
    modify_fields = (
        Field("CustomerGatewayName", text_value),
        Field("CustomerGatewayAddress", ipv4_address),
        Field("HaCustomerGatewayAddress", ipv4_address),
    )

    def filters(self, settings: Settings) -> Mapping[str, str]:
        """Its fields, written as the other kinds' filters are."""
        if not settings.customer_gateway_filters:
            return {}
        return {
            "customer-gateway-id": "CustomerGatewayId",
            "customer-gateway-name": "CustomerGatewayName",
            "customer-gateway-address": "CustomerGatewayAddress",
            "ha-customer-gateway-address": "HaCustomerGatewayAddress",
        }

    def check_create(self, values: Wire, settings: Settings) -> None:
        """The document requires the second address, clients leave it out and succeed: which one is a setting."""
        if settings.require_ha_customer_gateway_address and "HaCustomerGatewayAddress" not in values:
            raise PublicError.MISSING_PARAMETER.error("HaCustomerGatewayAddress")

    def in_use(self, context: Context, resource_id: str) -> bool:
        """A customer gateway is in use while a tunnel leads to it."""
        tunnels = context.store.live("VpnTunnel", context.region)
        return any(tunnel.wire.get("CustomerGatewayId") == resource_id for tunnel in tunnels)

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """An answer always has both addresses; one that does not exist is an empty text."""
        return {"CustomerGatewayName": "", "CustomerGatewayAddress": "192.0.2.1", "HaCustomerGatewayAddress": ""}
