# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPN gateways: "VpnGateway (VPN网关)" and the parameters of CreateVpnGateway and ModifyVpnGateway."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime

from .errors import PublicError
from .parameters import Field, integer, one_of, text_value
from .paths import paths, release_routes, routes_of, with_networks
from .resources import TIME_LAYOUT, Context, Kind, cidr_objects, spell_cidrs
from .settings import Settings
from .store import Resource, Wire
from .vpcs import require_vpc

DEFAULT_PROJECT = "0"
_PAID = {"Daily": "PostPaidByDay", "Monthly": "PrePaidByMonth"}
_REQUEST = {paid: request for request, paid in _PAID.items()}
_MOST_MONTHS = 36


class VpnGateways(Kind):
    """Stored under the request's spelling of ChargeType; ``PurchaseTime`` is kept and never shown."""

    noun = "VpnGateway"
    project_scoped = True
    document_fields = frozenset(
        {"CreateTime", "VpnGatewayId", "VpnGatewayName", "BandWidth", "VpcId", "GatewayAddress", "HaGatewayAddress"}
        | {"RemoteCidrSet"}
    )
    create_fields = (
        Field("VpnGatewayName", text_value),
        # The document has no list of bandwidths, only a type.
        Field("BandWidth", integer(1), required=True),
        Field("VpcId", text_value, required=True),
        Field("ChargeType", one_of("Monthly", "Daily"), required=True),
        Field("ProjectId", text_value),
        Field("VpnGatewayVersion", one_of("1.0", "2.0")),
        # Months. Read as text here: only for Monthly does it mean anything, see check_create.
        Field("PurchaseTime", str),
    )
    modify_fields = (Field("VpnGatewayName", text_value), Field("BandWidth", integer(1)))

    def filters(self, settings: Settings) -> Mapping[str, str]:
        """The document's only one."""
        return {"vpc-id": "VpcId"}

    def only_document(self, settings: Settings) -> bool:
        """The document's object tells neither how it is paid, nor version, nor project."""
        return settings.gateway_answers == "document"

    def check_create(self, values: Wire, settings: Settings) -> None:
        """PurchaseTime is needed with Monthly only, whatever its "是否可缺省: 否" says."""
        if values["ChargeType"] != "Monthly":
            values.pop("PurchaseTime", None)
        elif "PurchaseTime" not in values:
            raise PublicError.MISSING_PARAMETER.error("PurchaseTime")
        else:
            try:
                values["PurchaseTime"] = integer(0, _MOST_MONTHS)(values["PurchaseTime"])
            except ValueError:
                raise PublicError.INVALID_VALUE.error("PurchaseTime") from None

    def examine_create(self, context: Context, values: Wire) -> None:
        """The VPC, where the service knows which there are."""
        require_vpc(context, values["VpcId"])

    def examine_modify(self, context: Context, stored: Wire, values: Wire) -> None:
        """ "包年包月Monthly, 有到期时间, 只能升配": a monthly gateway's bandwidth can only grow."""
        if stored["ChargeType"] == "Monthly" and values.get("BandWidth", stored["BandWidth"]) < stored["BandWidth"]:
            raise PublicError.INVALID_VALUE.error("BandWidth")

    def in_use(self, context: Context, resource_id: str) -> bool:
        """A gateway is in use while it has tunnels or, where the service looks at them, routes."""
        tunnels = context.store.live("VpnTunnel", context.region)
        if any(tunnel.wire.get("VpnGatewayId") == resource_id for tunnel in tunnels):
            return True
        return context.settings.routes_of_deleted == "refused" and bool(routes_of(context, resource_id))

    def before_delete(self, context: Context, resource: Resource) -> None:
        """Its routes go with it, or stay without it."""
        release_routes(context, resource.id, resource.wire["VpnGatewayName"])

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """The name's default is the response's (Ksc_Vpn_Gw); the request's table shortens it to Ksc_Vpn."""
        number = context.store.next_number()
        # Addresses of the network reserved for benchmarks: no one's, and enough of them.
        low = f"{number >> 8 & 255}.{number & 255}"
        wire: Wire = {
            "VpnGatewayName": "Ksc_Vpn_Gw",
            "BandWidth": 5,
            "VpcId": "",
            "GatewayAddress": f"198.18.{low}",
            "HaGatewayAddress": f"198.19.{low}",
            "RemoteCidrSet": [],
            "ChargeType": "Daily",
            "ProjectId": DEFAULT_PROJECT,
            "VpnGatewayVersion": "1.0",
        }
        if partial.get("ChargeType") == "Monthly":
            wire["ServiceEndTime"] = _later(context.local_time, partial.get("PurchaseTime", 1)).strftime(TIME_LAYOUT)
        return wire

    def normal(self, wire: Wire) -> Wire:
        """Either spelling of ChargeType, networks as texts or objects."""
        normal = dict(wire)
        if "ChargeType" in normal:
            normal["ChargeType"] = _REQUEST.get(normal["ChargeType"], normal["ChargeType"])
        if "RemoteCidrSet" in normal:
            normal["RemoteCidrSet"] = cidr_objects(normal["RemoteCidrSet"])
        return normal

    def view(self, context: Context, resource: Resource) -> Wire:
        """ServiceEndTime is left out, never null, where there is none."""
        shown = {name: value for name, value in resource.wire.items() if name != "PurchaseTime"}
        if context.settings.charge_type_spelling == "paid":
            shown["ChargeType"] = _PAID.get(shown["ChargeType"], shown["ChargeType"])
        networks = shown["RemoteCidrSet"]
        if context.settings.remote_cidr_set == "routes":
            networks = with_networks(networks, (path for path in paths(context) if path.gateway_id == resource.id))
        shown["RemoteCidrSet"] = spell_cidrs(context.settings, networks)
        return shown


def _later(start: datetime, months: int) -> datetime:
    """``start`` plus months; 0 months last until the present month ends. Days that a month lacks become its last."""
    if months == 0:
        last = calendar.monthrange(start.year, start.month)[1]
        return start.replace(day=last, hour=23, minute=59, second=59)
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))
