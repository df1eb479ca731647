# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of any shape to every kind of call: a correct result or a clear failure, always of one shape."""

from __future__ import annotations

from typing import Any

import pytest
from hostile.bench import KEYS, QUICK, Options, check_result, run, validated
from hostile.counting import CASES
from hostile.shapes import HARMFUL_NAMES, answers, as_json, as_xml, deep
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from laws.world import NAMED
from support.wire_server import Answer, Server, by_action, http

IDENTITY = "9b3d5f1e-0000-4000-8000-0000000000aa"
PSK = "fake-pre-shared-key-0"
COMPLETE: dict[str, Options] = {
    "customer_gateway": {"name": "hostile", "address": "198.51.100.1"},
    "vpn_gateway": {"name": "hostile", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"},
    "vpn_tunnel": {
        "name": "hostile",
        "vpn_gateway": "9b3d5f1e-0000-4000-8000-0000000000bb",
        "customer_gateway": "9b3d5f1e-0000-4000-8000-0000000000cc",
        "type": "Ipsec",
        "pre_shared_key": PSK,
    },
}
EXISTING = {
    "customer_gateway": {"CustomerGatewayAddress": "198.51.100.1"},
    "vpn_gateway": {"VpcId": "vpc-1", "BandWidth": 5, "ChargeType": "Daily"},
    "vpn_tunnel": {
        "VpnGatewayId": "9b3d5f1e-0000-4000-8000-0000000000bb",
        "CustomerGatewayId": "9b3d5f1e-0000-4000-8000-0000000000cc",
        "Type": "Ipsec",
        "PreSharedKey": PSK,
    },
}
CALLS = ("Describe", "Create", "Modify", "Delete", "check", "replace")
hostile = settings(
    max_examples=90,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
statuses = st.sampled_from([200] * 12 + [201, 202, 206, 400, 403, 404, 412, 418, 429, 500, 503, 599, 999])


def listing(kind: str, *names: str) -> bytes:
    """A right answer that lists resources of these names."""
    wire = NAMED[kind].actions.create.result
    objects = [{f"{wire}Id": IDENTITY, f"{wire}Name": name, **EXISTING[kind]} for name in names]
    return http(as_json({"RequestId": "r-0", f"{wire}Set": objects}))


def task(server: Server, module: str, **own: Any) -> Options:
    """The options of a task for the server, complete."""
    waiting = {} if module.endswith("_info") else {"wait_timeout": 0}
    options, refused = validated(module, {**KEYS, **QUICK, **waiting, "endpoint_url": server.url, **own})
    assert not refused
    return options


def perform(server: Server, kind: str, call: str, hostile_answer: bytes | Answer) -> dict[str, Any]:
    """The result of a task of which one call is answered so, and the others as they should be."""
    right = listing(kind) if call in ("Create", "check") else listing(kind, "hostile")
    own = COMPLETE[kind]
    if call == "Describe":
        server.begin(by_action(right, Describe=hostile_answer))
    elif call == "replace":
        server.begin(by_action(right, Create=hostile_answer, Delete=hostile_answer))
        own = {**own, "on_immutable_change": "replace"}
        own.update({"vpn_gateway": {"vpc_id": "vpc-2"}, "vpn_tunnel": {"ike_version": "v2"}}.get(kind, {}))
    else:
        server.begin(by_action(right, **{"Create" if call == "check" else call: hostile_answer}))
        own = {**own, **({"id": IDENTITY, "name": "renamed"} if call == "Modify" else {})}
        own = {**own, **({"state": "absent"} if call == "Delete" else {})}
    return run(kind, task(server, kind, **own), check=call == "check")


def lists(value: Any, wire: str) -> bool:
    """Whether an answer says what there is: a list of objects with ids, or, of the service itself, none."""
    if not isinstance(value, dict):
        return False
    listed = value.get(f"{wire}Set")
    if listed in (None, ""):
        metadata = value.get("ResponseMetadata")
        inner = metadata if isinstance(metadata, dict) else {}
        return isinstance(value.get("RequestId"), str) or isinstance(inner.get("RequestId"), str)
    return isinstance(listed, list) and all(
        isinstance(item, dict) and isinstance(item.get(f"{wire}Id"), str) and item[f"{wire}Id"] for item in listed
    )


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", NAMED)
def test_a_task_answered_with_anything(kind: str, call: str, server: Server) -> None:
    @hostile
    @given(answers(NAMED[kind].actions.create.result), statuses, st.booleans())
    def cases(value: Any, status: int, xml: bool) -> None:
        CASES["answers"] += 1
        result = perform(server, kind, call, http(as_xml(value) if xml else as_json(value), status))
        check_result(kind, result)
        creates = [request for request in server.requests if request.action == NAMED[kind].actions.create.name]
        assert len(creates) <= 2
        if call == "Describe" and creates:
            # only a listing that is right, and may well be empty, is followed by a create
            assert status < 300
            assert xml or lists(value, NAMED[kind].actions.create.result)

    cases()


@pytest.mark.parametrize("kind", NAMED)
def test_a_listing_answered_with_anything(kind: str, server: Server) -> None:
    resource = NAMED[kind]

    @hostile
    @given(answers(resource.actions.create.result), statuses, st.booleans(), st.booleans())
    def cases(value: Any, status: int, xml: bool, secrets: bool) -> None:
        CASES["answers"] += 1
        server.begin(by_action(http(as_xml(value) if xml else as_json(value), status)))
        own = {"include_pre_shared_key": secrets} if kind == "vpn_tunnel" else {}
        result = run(f"{kind}_info", task(server, f"{kind}_info", **own))
        check_result(f"{kind}_info", result)
        for item in result[f"{kind}s"]:
            assert isinstance(item["id"], str)
            assert {"id", *(field.option for field in resource.fields if field.returned and not field.secret)} <= set(
                item
            )
            assert secrets or kind != "vpn_tunnel" or "pre_shared_key" not in item
        if not result.get("failed") and not xml:
            listed = value.get(resource.actions.describe.result) or []
            ids = [item[resource.id_wire] for item in listed]
            assert [item["id"] for item in result[f"{kind}s"]] == list(dict.fromkeys(ids))

    cases()


@pytest.mark.parametrize(
    "value", ["hostile", "\ud800", "\x00\x1b[2J\r\n", 10**60, 1e300, None, [], {"\ud800": ["\udfff"]}], ids=repr
)
@pytest.mark.parametrize("module", ["vpn_gateway", "vpn_gateway_info", "vpn_tunnel", "vpn_tunnel_info"])
def test_a_right_item_with_fields_of_harmful_names(module: str, value: Any, server: Server) -> None:
    """They come back beside the known ones, and set none of them."""
    CASES["answers"] += 1
    kind = module.removesuffix("_info")
    wire = NAMED[kind].actions.create.result
    known = {f"{wire}Id": IDENTITY, f"{wire}Name": "hostile", **EXISTING[kind]}
    server.begin(
        by_action(http(as_json({"RequestId": "r", f"{wire}Set": [{**dict.fromkeys(HARMFUL_NAMES, value), **known}]})))
    )
    own = {} if module.endswith("_info") else COMPLETE[kind]
    result = run(module, task(server, module, **own))
    check_result(module, result)
    assert "failed" not in result
    assert result["changed"] is False
    item = result[f"{kind}s"][0] if module.endswith("_info") else result[kind]
    assert (item["id"], item["name"]) == (IDENTITY, "hostile")
    assert kind != "vpn_tunnel" or "pre_shared_key" not in item
    assert {"changed", "failed", "msg", "ansible_facts", "ansible_no_log", "ansible_type", "class__"} <= {
        name.removeprefix("__") for name in item
    }


@pytest.mark.parametrize("levels", [5, 25, 40, 200, 400])
def test_an_item_that_is_nested(levels: int, server: Server) -> None:
    """A few levels come back; a depth that later steps could not walk over is refused."""
    CASES["answers"] += 1
    item = {"VpnGatewayId": IDENTITY, "Extra": deep(levels)}
    server.begin(by_action(http(as_json({"RequestId": "r", "VpnGatewaySet": [item]}))))
    result = run("vpn_gateway_info", task(server, "vpn_gateway_info"))
    check_result("vpn_gateway_info", result)
    if levels < 30:
        assert result["vpn_gateways"][0]["extra"] == deep(levels)
    else:
        assert "nested too deeply" in result["msg"]
