# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the emulator itself takes to answer, so that its time can be told from the collection's."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import Connection
from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import Credentials
from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_gateway

from .contestants import Account
from .costs import BY_ID, LISTING, ONE_PAGE

_TIMES = 15


def measure(account: Account) -> list[dict[str, Any]]:
    """The milliseconds of what is asked in each case, by a client that does nothing else."""
    emulator, last = account.emulator, account.own_items[-1]
    client = Client(Connection(Credentials(emulator.access_key, emulator.secret_key), emulator.region, emulator.url))
    asked: dict[str, dict[str, Any]] = {
        BY_ID: {"VpnGatewayId": [last["vpn_gateway_id"]]},
        ONE_PAGE: {"Filter": [{"Name": "vpc-id", "Value": [last["vpc_id"]]}]},
        LISTING: {},
    }
    return [
        {"case": case, "account": account.size, "milliseconds": _milliseconds(client, parameters)}
        for case, parameters in asked.items()
    ]


def _milliseconds(client: Client, parameters: dict[str, Any]) -> float:
    times = []
    for _time in range(_TIMES):
        began = time.perf_counter()
        list(client.items(vpn_gateway.RESOURCE.actions.describe, parameters))
        times.append((time.perf_counter() - began) * 1000)
    return median(times)
