# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""extensions/audit/event_query.yml: what the automation platform counts, for every module that has a resource."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from quality.repository import MODULES, read_yaml

QUERIES: dict[str, dict[str, str]] = read_yaml("extensions/audit/event_query.yml")
OF_RESOURCES = [
    name
    for name in MODULES
    if f"{name}_info" in MODULES or (name.removesuffix("_info") in MODULES and name.endswith("_info"))
]
OF_A_SET = ("sites", "sites_info")
ITEM = {"id": "38414867-ae6a-4a32-acbe-7502defa42bd", "name": "office", "pre_shared_key": "fake-key"}


def test_every_module_of_a_resource_has_a_query() -> None:
    assert set(QUERIES) == {f"ksyun.vpn.{name}" for name in OF_RESOURCES}


@pytest.mark.parametrize("name", OF_RESOURCES)
def test_a_query_has_what_is_counted_by(name: str) -> None:
    query = QUERIES[f"ksyun.vpn.{name}"]["query"]
    assert set(QUERIES[f"ksyun.vpn.{name}"]) == {"query"}
    assert re.search(r"canonical_facts: \{ id: \.id \}", " ".join(query.split()))
    assert re.search(
        r'infra_type: "PublicCloud", infra_bucket: "Networking", device_type: ("[A-Z][A-Za-z ]+"|\.device_type)',
        " ".join(query.split()),
    )


def found_by(name: str, result: dict[str, Any]) -> list[dict[str, Any]]:
    if shutil.which("jq") is None:
        pytest.skip("jq is missing: queries are not run here")
    command = ["jq", "--compact-output", QUERIES[f"ksyun.vpn.{name}"]["query"]]
    ran = subprocess.run(command, input=json.dumps(result), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("name", sorted(set(OF_RESOURCES) - set(OF_A_SET)))
def test_a_query_finds_what_a_result_has(name: str) -> None:
    key = name.removesuffix("_info") + ("s" if name.endswith("_info") else "")
    several = name.endswith("_info")

    (one,) = found_by(name, {key: [ITEM] if several else ITEM, "changed": False})
    assert (one["name"], one["canonical_facts"]) == ("office", {"id": ITEM["id"]})
    assert "fake-key" not in json.dumps(one)
    assert found_by(name, {key: [] if several else None}) == []
    assert found_by(name, {"msg": "skipped", "skipped": True}) == []


@pytest.mark.parametrize("name", OF_A_SET)
def test_a_set_counts_all_that_is_there(name: str) -> None:
    gateway, customer, tunnel, route = ({**ITEM, "id": f"{ITEM['id'][:-1]}{number}"} for number in range(4))
    site = {"outcome": "created", "customer_gateway": customer, "vpn_tunnels": [tunnel], "routes": [route]}
    to_come = {"outcome": "created", "customer_gateway": {**ITEM, "id": "(known after creation)"}, "vpn_tunnels": []}
    failed = {"outcome": "failed", "customer_gateway": None, "vpn_tunnels": [], "routes": []}
    sites: Any = {"office": site, "depot": to_come, "harbour": failed}
    counted = found_by(name, {"vpn_gateway": gateway, "sites": sites if name == "sites" else []})
    expected = [gateway, customer, tunnel, route] if name == "sites" else [gateway]
    assert [each["canonical_facts"]["id"] for each in counted] == [each["id"] for each in expected]
    kinds = ["VPN gateway", "Customer gateway", "VPN connection", "Route"]
    assert [each["facts"]["device_type"] for each in counted] == kinds[: len(expected)]
    assert "fake-key" not in json.dumps(counted)
    assert found_by(name, {"msg": "skipped", "skipped": True}) == []
