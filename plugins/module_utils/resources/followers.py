# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds that lead to other resources, for whoever asks from the other end: what leads to this one?

A table names what it refers to, and can't name what refers to it, as imports run in no circle.
"""

from __future__ import annotations

from . import vpc_route, vpn_gateway_route
from .schema import Field, Resource

KINDS = (vpc_route.RESOURCE, vpn_gateway_route.RESOURCE)


def followers_of(resource: Resource) -> tuple[tuple[Resource, Field], ...]:
    """The kinds that lead to a resource, each with the field that does."""
    return tuple(
        (kind, field)
        for kind in KINDS
        for field in kind.references
        if field.refers_to is not None and field.refers_to.resource.name == resource.name
    )
