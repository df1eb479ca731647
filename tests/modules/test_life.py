# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module through its whole life, over every way of talking to the service."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from modules.runner import Ansible, Run

from emulator.testing import EmulatorHandle

METHODS = ("GET", "POST")
SIGNATURES = {"v4": "v4-header", "v4-query": "v4-query", "simplified": "simplified"}
FORMATS = ("json", "xml")
# Each way is a host with an account of its own: the emulator keeps the regions apart.
REGIONS = (
    *("cn-beijing-6", "cn-shanghai-2", "cn-guangzhou-1", "cn-hongkong-2", "cn-taipei-1", "ap-singapore-1"),
    *("eu-east-1", "cn-beijing-fin", "cn-shanghai-fin", "cn-northwest-1", "cn-central-1", "cn-southwest-1"),
)
WAYS = {
    f"{method}-{signature}-{form}": {
        "region": region,
        "request_method": method,
        "signature_version": signature,
        "response_format": form,
    }
    for region, (method, signature, form) in zip(REGIONS, itertools.product(METHODS, SIGNATURES, FORMATS))
}

GATEWAY = {"name": "gw", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"}
PEER = {"name": "peer", "address": "203.0.113.1"}
TUNNEL = {
    "name": "tunnel",
    "vpn_gateway": "gw",
    "customer_gateway": "peer",
    "type": "GreOverIpsec",
    "vpn_gre_ip": "10.0.0.1",
    "customer_gre_ip": "10.0.0.2",
    "pre_shared_key": "fake & key=+%/密钥",
    "ike_dh_group": 14,
    "ike_authentication_algorithm": "sha",
}
# (what is done, module, options, changed, the actions it takes: D a Describe, or the writing action's verb)
# Whoever renames looks first whether others have the new name.
LIFE: list[tuple[str, str, dict[str, Any], bool, str]] = [
    ("create gateway", "vpn_gateway", GATEWAY, True, "D Create D"),
    ("same gateway", "vpn_gateway", GATEWAY, False, "D"),
    ("resize gateway", "vpn_gateway", {**GATEWAY, "bandwidth": 50}, True, "D Modify D"),
    ("create peer", "customer_gateway", PEER, True, "D Create D"),
    ("same peer", "customer_gateway", PEER, False, "D"),
    (
        "move peer",
        "customer_gateway",
        {**PEER, "address": "203.0.113.2", "ha_address": "203.0.113.3"},
        True,
        "D Modify D",
    ),
    ("move peer back", "customer_gateway", {**PEER, "ha_address": "203.0.113.4"}, True, "D Modify D"),
    (
        "create tunnel",
        "vpn_tunnel",
        {**TUNNEL, "ha_vpn_gre_ip": "10.0.0.5", "ha_customer_gre_ip": "10.0.0.6"},
        True,
        "D D D Create D",
    ),
    ("same tunnel", "vpn_tunnel", TUNNEL, False, "D D D"),
    (
        "same tunnel by ids",
        "vpn_tunnel",
        {**TUNNEL, "vpn_gateway": "{{ gateway_id }}", "customer_gateway": "{{ peer_id }}"},
        False,
        "D",
    ),
    ("rename gateway", "vpn_gateway", {"id": "{{ gateway_id }}", "name": "gw2"}, True, "D D Modify D"),
    ("rename peer", "customer_gateway", {"id": "{{ peer_id }}", "name": "peer2"}, True, "D D Modify D"),
    ("rename tunnel", "vpn_tunnel", {"id": "{{ tunnel_id }}", "name": "tunnel2"}, True, "D D Modify D"),
    ("renamed tunnel", "vpn_tunnel", {"id": "{{ tunnel_id }}", "name": "tunnel2"}, False, "D"),
    ("list gateways", "vpn_gateway_info", {}, False, "D"),
    ("list peers", "customer_gateway_info", {"name": "peer2"}, False, "D"),
    ("list tunnels", "vpn_tunnel_info", {"ids": ["{{ tunnel_id }}"]}, False, "D"),
    ("wait for tunnels", "vpn_tunnel_status_info", {"wait_for": "all"}, False, "D D D"),
    ("remove tunnel", "vpn_tunnel", {"name": "tunnel2", "state": "absent"}, True, "D Delete D D D"),
    ("tunnel is gone", "vpn_tunnel", {"name": "tunnel2", "state": "absent"}, False, "D"),
    ("remove peer", "customer_gateway", {"id": "{{ peer_id }}", "state": "absent"}, True, "D Delete D"),
    ("peer is gone", "customer_gateway", {"id": "{{ peer_id }}", "state": "absent"}, False, "D"),
    ("remove gateway", "vpn_gateway", {"name": "gw2", "state": "absent"}, True, "D Delete D D"),
    ("gateway is gone", "vpn_gateway", {"name": "gw2", "state": "absent"}, False, "D"),
]
_KEEP_IDS = {"create gateway": "gateway_id", "create peer": "peer_id", "create tunnel": "tunnel_id"}


@pytest.fixture(scope="module")
def life(process: EmulatorHandle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[dict[str, Any]]]:
    """One run of the whole life over all ways at once, and the requests that the service saw."""
    process.reset()
    ansible = Ansible(tmp_path_factory.mktemp("life"), process)
    tasks: list[dict[str, Any]] = []
    for done, module, options, _changed, _actions in LIFE:
        tasks.append({"name": done, f"ksyun.vpn.{module}": options, "register": "done"})
        if done in _KEEP_IDS:
            tasks.append({"ansible.builtin.set_fact": {_KEEP_IDS[done]: f"{{{{ done[{module!r}].id }}}}"}})
    way = {
        option: f"{{{{ {option} }}}}" for option in ("region", "request_method", "signature_version", "response_format")
    }
    run = ansible.play(tasks, "--diff", hosts=WAYS, module_defaults={"group/ksyun.vpn.vpn": way})
    assert run.code == 0, run.output
    return run, process.requests()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("done", "module", "options", "changed", "actions"), LIFE, ids=[step[0] for step in LIFE])
def test_life(
    life: tuple[Run, list[dict[str, Any]]],
    way: str,
    done: str,
    module: str,
    options: dict[str, Any],
    changed: bool,
    actions: str,
) -> None:
    run, requests = life
    result = run.of(done, way)
    assert result["changed"] is changed
    seen = {request["request_id"]: request for request in requests}
    sent = [seen[call["request_id"]] for call in result["api_calls"]]
    assert len(sent) == len(actions.split())
    for request, action in zip(sent, actions.split()):
        assert request["action"].startswith("Describe" if action == "D" else action)
        assert request["status"] == 200
        assert request["committed"] is (action != "D")
        assert request["dry_run"] is False
        # what writes goes by POST, whatever was asked for
        assert request["method"] == (WAYS[way]["request_method"] if action == "D" else "POST")
        assert request["signature"] == SIGNATURES[WAYS[way]["signature_version"]]
        assert request["format"] == WAYS[way]["response_format"]
        assert request["user_agent"].startswith("ksyun.vpn/")
    # the results are the same whichever way they came
    assert _content(result) == _content(run.of(done, next(iter(WAYS))))


def _content(result: dict[str, Any]) -> Any:
    """A result without ids, times and addresses, which differ between accounts."""
    item = next((result[key] for key in ("vpn_gateway", "customer_gateway", "vpn_tunnel") if key in result), None)
    differing = ("id", "create_time", "gateway_address", "ha_gateway_address", "vpn_gateway", "customer_gateway")
    return {
        "item": item and {key: value for key, value in item.items() if key not in differing},
        "changed": result["changed"],
        "plan": [(step["action"], len(step["fields"])) for step in result.get("plan", [])],
    }


def test_nothing_is_left(life: tuple[Run, list[dict[str, Any]]], process: EmulatorHandle) -> None:
    assert not any(process.state().values())
