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
ITEM = {"id": "38414867-ae6a-4a32-acbe-7502defa42bd", "name": "office", "pre_shared_key": "fake-key"}


def test_every_module_of_a_resource_has_a_query() -> None:
    assert set(QUERIES) == {f"ksyun.vpn.{name}" for name in OF_RESOURCES}


@pytest.mark.parametrize("name", OF_RESOURCES)
def test_a_query_has_what_is_counted_by(name: str) -> None:
    query = QUERIES[f"ksyun.vpn.{name}"]["query"]
    assert set(QUERIES[f"ksyun.vpn.{name}"]) == {"query"}
    assert re.search(r"canonical_facts: \{ id: \.id \}", " ".join(query.split()))
    assert re.search(
        r'infra_type: "PublicCloud", infra_bucket: "Networking", device_type: "[A-Z][A-Za-z ]+"',
        " ".join(query.split()),
    )


@pytest.mark.parametrize("name", OF_RESOURCES)
def test_a_query_finds_what_a_result_has(name: str) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is missing: queries are not run here")
    key = name.removesuffix("_info") + ("s" if name.endswith("_info") else "")
    several = name.endswith("_info")

    def found(result: dict[str, Any]) -> list[dict[str, Any]]:
        command = ["jq", "--compact-output", QUERIES[f"ksyun.vpn.{name}"]["query"]]
        ran = subprocess.run(command, input=json.dumps(result), capture_output=True, text=True, check=True)
        return [json.loads(line) for line in ran.stdout.splitlines()]

    (one,) = found({key: [ITEM] if several else ITEM, "changed": False})
    assert (one["name"], one["canonical_facts"]) == ("office", {"id": ITEM["id"]})
    assert "fake-key" not in json.dumps(one)
    assert found({key: [] if several else None}) == []
    assert found({"msg": "skipped", "skipped": True}) == []
