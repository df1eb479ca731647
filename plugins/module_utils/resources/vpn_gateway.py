# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VPN gateway: the end of the tunnels on Ksyun's side, in a VPC (document: "VPN网关信息")."""

from __future__ import annotations

from ..api.action import lifecycle
from .schema import Field, Identity, Item, Resource, Scope, Use
from .vpcs import BY_NAME


def _is_monthly(options: Item) -> bool:
    return bool(RESOURCE.field("charge_type").canonical(options.get("charge_type")) == "Monthly")


def _is_prepaid(options: Item) -> bool:
    """Whether money is gone when it is removed. Of a way to pay that this table does not know, that is assumed."""
    charge_type = RESOURCE.field("charge_type").canonical(options.get("charge_type"))
    return charge_type is not None and charge_type != "Daily" and not str(charge_type).lower().startswith("postpaid")


def _check(wanted: Item, complete: bool) -> list[str]:
    """C(PurchaseTime) belongs to C(Monthly), and only to it (CreateVpnGateway, ChargeType and PurchaseTime)."""
    charge_type, purchase_time = wanted.get("charge_type"), wanted.get("purchase_time")
    monthly = _is_monthly(wanted)
    if purchase_time is not None and charge_type is not None and not monthly:
        return ["purchase_time is only for charge_type Monthly"]
    if complete and monthly and purchase_time is None:
        return ["purchase_time (months) is required with charge_type Monthly"]
    return []


def _refuse(current: Item, changed: Item) -> list[str]:
    """A monthly gateway is paid for: its bandwidth may only grow (CreateVpnGateway, ChargeType)."""
    now, then = current.get("bandwidth"), changed.get("bandwidth")
    if current.get("charge_type") == "Monthly" and isinstance(now, int) and isinstance(then, int) and then < now:
        return [f"bandwidth of a gateway with charge_type Monthly can only grow (it is {now}, wanted {then})"]
    return []


RESOURCE = Resource(
    name="vpn_gateway",
    noun="VPN gateway",
    actions=lifecycle("VpnGateway"),
    identity=Identity(scope=Scope("vpc_id", filter="vpc-id")),
    by_project=True,
    led_to_by="routes",
    used_by=(Use("VPN tunnel", lifecycle("VpnTunnel").describe, "VpnTunnelName", "VpnGatewayId", "vpn-gateway-id"),),
    check=_check,
    refuse=_refuse,
    is_prepaid=_is_prepaid,
    fields=(
        Field("name", "VpnGatewayName", on_create=True, on_modify=True, required=True),
        Field("vpc_id", "VpcId", type="reference", on_create=True, required=True, named=BY_NAME),
        # The document gives no list of bandwidths; the service knows which it sells.
        Field("bandwidth", "BandWidth", type="int", on_create=True, on_modify=True, required=True, minimum=1),
        Field(
            "charge_type",
            "ChargeType",
            on_create=True,
            required=True,
            values={
                "Monthly": ("PrePaidByMonth",),
                "Daily": ("PostPaidByDay",),
            },
        ),
        Field("purchase_time", "PurchaseTime", type="int", on_create=True, returned=False, minimum=0, maximum=36),
        Field("project_id", "ProjectId", on_create=True),
        Field(
            "vpn_gateway_version",
            "VpnGatewayVersion",
            on_create=True,
            values={"1.0": ("1",), "2.0": ("2",)},
        ),
        Field("gateway_address", "GatewayAddress", type="ipv4"),
        Field("ha_gateway_address", "HaGatewayAddress", type="ipv4"),
        Field("remote_cidr_set", "RemoteCidrSet", type="cidrs"),
        Field("create_time", "CreateTime", type="time"),
    ),
)
