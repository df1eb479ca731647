# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 6, nothing is guessed: what is empty is refused before anything is sent, and never means everything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.strategies import law
from laws.tasks import complete
from laws.world import NAMED, RESOURCES, Options, World

from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import info_spec, resource_spec

blank = st.sampled_from(["", " ", "\u3000 "])
# Whatever an empty value selects on this service, it would be too much.
CARELESS = {"empty_filter": "everything", "filters_ignored": True}


def _selecting(kind: str) -> list[str]:
    """The options that say which resource is meant, and where."""
    resource = RESOURCES[kind]
    references = [field.option for field in resource.settable if field.refers_to is not None]
    scope = [resource.scope.option] if resource.scope else []
    known = resource_spec(resource)
    return sorted({"id", "name", "project_id", *references, *scope} & known.keys())


def _stage(world: World) -> None:
    world.begin()
    world.emulator.configure(**CARELESS)
    gateway, peer = {"VpnGatewayId": world.gateway_id}, {"CustomerGatewayId": world.peer_id}
    world.emulator.seed(VpnTunnelSet=[{"VpnTunnelName": "one", **gateway, **peer}])


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(("kind", "option"), [(kind, option) for kind in sorted(NAMED) for option in _selecting(kind)])
@pytest.mark.parametrize("value", ["", " ", "\u3000 "], ids=["empty", "space", "wide space"])
def test_a_task_with_an_empty_option_is_refused(world: World, kind: str, option: str, value: str, state: str) -> None:
    _stage(world)
    before = world.emulator.state()
    parents: Options = {"vpn_gateway": "law-gateway", "customer_gateway": "law-peer"} if kind == "vpn_tunnel" else {}
    named = {"name": {"vpn_tunnel": "one", "vpn_gateway": "law-gateway"}.get(kind, "law-peer")}
    for check in (True, False):
        for others in ({}, {"name": "one"}, named, {"id": world.peer_id}, {**named, "on_immutable_change": "replace"}):
            options = {**others, **parents, option: value, "state": state}
            result = world.task(kind, options, check=check)
            assert result.get("failed"), options
            assert result["error"]["kind"] == "invalid_options"
            assert option in result["msg"]
            assert world.take_requests() == []
    assert world.emulator.state() == before


@law
@given(kind=st.sampled_from(sorted(NAMED)), value=blank, data=st.data())
def test_a_task_with_all_its_options_and_an_empty_one_is_refused(
    world: World, kind: str, value: str, data: st.DataObject
) -> None:
    _stage(world)
    spec, settable = resource_spec(RESOURCES[kind]), [field.option for field in RESOURCES[kind].settable]
    texts = [name for name in settable if spec[name]["type"] == "str" and value == ""]
    option = data.draw(st.sampled_from(sorted({*_selecting(kind), *texts})))
    parents = {"vpn_gateway": "law-gateway", "customer_gateway": "law-peer"} if kind == "vpn_tunnel" else {}
    task = {"name": "new", **parents, **data.draw(complete(kind)), option: value}
    result = world.task(kind, task, check=data.draw(st.booleans()))
    assert result.get("failed"), task
    assert result["error"]["kind"] == "invalid_options"
    assert option in result["msg"]
    assert world.take_requests() == []


def _listing(kind: str) -> list[tuple[str, Any]]:
    """Options of the C(_info) module, each with something empty in it."""
    known = info_spec(RESOURCES[kind])
    found: list[tuple[str, Any]] = []
    for nothing in ("", " "):
        texts = ("name", "name_glob", "vpc_id", "vpn_gateway", "project_id")
        found += [(option, nothing) for option in texts if option in known]
        found += [(option, value) for option in ("ids", "project_ids") if option in known
                  for value in ([nothing], ["7", nothing])]  # fmt: skip
        found += [("filters", value) for value in ({"vpc-id": nothing}, {"vpc-id": ["v", nothing]}, {nothing: "v"})]
    return [*found, ("filters", {"vpc-id": []})]


@pytest.mark.parametrize(
    ("kind", "option", "value"), [(kind, *case) for kind in sorted(RESOURCES) for case in _listing(kind)], ids=repr
)
def test_a_listing_with_an_empty_option_is_refused(world: World, kind: str, option: str, value: Any) -> None:
    _stage(world)
    result = world.listing(kind, **{option: value})
    assert result.get("failed"), "an empty option lists everything"
    assert result["error"]["kind"] == "invalid_options"
    assert option in result["msg"]
    assert world.take_requests() == []


@pytest.mark.parametrize("kind", sorted(RESOURCES))
def test_an_empty_list_matches_nothing(world: World, kind: str) -> None:
    _stage(world)
    for option in ("ids", "project_ids"):
        if option in info_spec(RESOURCES[kind]):
            assert world.info(kind, **{option: []}) == []
