# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPCs: as much of "描述Vpc" as clients ask who look for one by its name. The VPN API neither makes nor changes any."""

from __future__ import annotations

from typing import ClassVar

from .resources import TIME_LAYOUT, Context, Kind, refuse
from .store import Resource, Wire

_NOUN = "Vpc"


class Vpcs(Kind):
    """Filters have no names in any model, so each one is refused."""

    noun = _NOUN
    verbs: ClassVar[frozenset[str]] = frozenset({"Describe"})
    create_fields = ()
    modify_fields = ()
    document_fields = frozenset()

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """What every model of a VPC has."""
        return {"VpcName": "", "CidrBlock": "10.0.0.0/16", "IsDefault": False, "ProvidedIpv6CidrBlock": False}

    def implied(self, context: Context) -> list[Resource]:
        """Those that a gateway is in, where any id is a VPC's; they have no name."""
        if context.settings.vpcs != "any":
            return []
        ids = dict.fromkeys(item.wire["VpcId"] for item in context.store.live("VpnGateway", context.region))
        known = {item.id for item in context.store.live(_NOUN, context.region)}
        return [self._implied(context, vpc_id) for vpc_id in ids if vpc_id and vpc_id not in known]

    def _implied(self, context: Context, vpc_id: str) -> Resource:
        wire = {"CreateTime": context.local_time.strftime(TIME_LAYOUT), "VpcId": vpc_id, **self.defaults(context, {})}
        return Resource(_NOUN, context.region, vpc_id, wire, context.now, 0)


def require_vpc(context: Context, vpc_id: str) -> None:
    """Refuse a VPC that does not exist, where the service knows which do. Raises ServiceError."""
    if context.settings.vpcs == "listed" and context.store.get(_NOUN, context.region, vpc_id) is None:
        raise refuse(context.settings.not_found_error, _NOUN, vpc_id)
