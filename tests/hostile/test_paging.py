# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings without an end."""

from __future__ import annotations

import socket
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hostile.bench import check_result, run
from hostile.counting import CASES
from hostile.shapes import as_json
from hostile.test_answers import task
from support.wire_server import Request, Server, http

from ansible_collections.ksyun.vpn.plugins.module_utils.api import client as client_module

Page = Callable[[int], dict[str, Any]]


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"VpnGatewayId": f"9b3d5f1e-0000-4000-8000-{number:012}", "VpnGatewayName": "other", **more}


ENDLESS: dict[str, Page] = {
    "the same token": lambda _n: {"VpnGatewaySet": [item(1)], "NextToken": "7"},
    "three tokens in turn": lambda n: {"VpnGatewaySet": [item(n)], "NextToken": n % 3 + 1},
    "always another token": lambda n: {"VpnGatewaySet": [item(n)], "NextToken": str(n + 2)},
    "always another token, nothing else": lambda n: {"RequestId": "r", "NextToken": f"t{n}"},
    "always another token, the same item": lambda n: {"VpnGatewaySet": [item(1)], "NextToken": f"t{n}"},
    "a token that grows": lambda n: {"VpnGatewaySet": [], "RequestId": "r", "NextToken": "x" * (n + 1) * 500},
    "a token of a megabyte": lambda _n: {"VpnGatewaySet": [], "NextToken": "x" * 1_000_000},
    "a token that is an object": lambda n: {"VpnGatewaySet": [], "NextToken": {"n": n % 2}},
    "pages of a megabyte": lambda n: {"VpnGatewaySet": [item(n, Note="x" * 1_000_000)], "NextToken": n},
}


def paging(page: Page) -> Callable[[Request, socket.socket], None]:
    numbers = count()
    return lambda _request, connection: connection.sendall(http(as_json({"RequestId": "r-1", **page(next(numbers))})))


@pytest.mark.parametrize("what", ENDLESS)
@pytest.mark.parametrize("module", ["vpn_gateway_info", "vpn_gateway"])
def test_a_listing_without_an_end_is_given_up(
    what: str, module: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    CASES["answers"] += 1
    monkeypatch.setattr(client_module, "MAX_PAGES", 100)  # the real one is tested below
    monkeypatch.setattr(client_module, "MAX_LISTING", 20_000_000)
    server.begin(paging(ENDLESS[what]))
    own = {} if module.endswith("_info") else {"name": "hostile", "vpc_id": "v", "bandwidth": 5, "charge_type": "Daily"}
    result = run(module, task(server, module, **own))
    check_result(module, result)
    assert result["failed"] is True
    assert "the listing does not end" in result["msg"]
    assert len(server.requests) <= 100
    assert {request.action for request in server.requests} == {"DescribeVpnGateways"}


def test_the_bound_on_pages(server: Server) -> None:
    """A listing of as many pages as are allowed is read to its end, one of more is given up."""
    CASES["answers"] += 2
    limit = client_module.MAX_PAGES
    assert limit <= 1_000
    for pages in (limit, limit + 1):

        def page(number: int, last: int = pages - 1) -> dict[str, Any]:
            return {"VpnGatewaySet": [item(number)], "NextToken": str(number) if number < last else ""}

        server.begin(paging(page))
        result = run("vpn_gateway_info", task(server, "vpn_gateway_info"))
        check_result("vpn_gateway_info", result)
        assert len(server.requests) == limit
        assert result.get("failed", False) is (pages > limit)
        assert len(result["vpn_gateways"]) == (0 if pages > limit else limit)
