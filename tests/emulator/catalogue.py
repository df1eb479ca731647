# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which action, of which service, a request asks for."""

from __future__ import annotations

from .actions import ACTIONS, Action
from .errors import PublicError
from .parameters import Given, single
from .projects import GetAccountAllProjectList
from .signature import VPC, Scope
from .tunnel_status import DescribeVpnTunnelIpsecStatus

_FURTHER: tuple[Action, ...] = (GetAccountAllProjectList(), DescribeVpnTunnelIpsecStatus())
_ALL: dict[str, Action] = {**ACTIONS, **{action.name: action for action in _FURTHER}}


def scope_of(name: str) -> Scope:
    """What a credential has to be scoped to for the action; one that there is not would be of the VPC service."""
    action = _ALL.get(name)
    return action.scope if action else VPC


def resolve(given: Given) -> Action:
    """The action that a request asks for.

    Raises ServiceError: MissingParameter where Action or Version is left out ("是否必须参数: 是"), the row of an
    unknown 'InnerApi' for a name that is no action, and InvalidParameterValue for any version but its own.
    """
    for name in ("Action", "Version"):
        if not single(given, name):
            raise PublicError.MISSING_PARAMETER.error(name)
    action = _ALL.get(single(given, "Action"))
    if action is None:
        raise PublicError.NO_SUCH_API.error()
    if single(given, "Version") != action.version:
        raise PublicError.INVALID_VALUE.error("Version")
    return action
