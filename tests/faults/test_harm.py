# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge of routes: what it takes for a task's own doing, for lost, for doubled and for false; each both ways."""

from __future__ import annotations

from typing import Any

import pytest
from faults import harm, routes, staging
from faults.campaign import draw, shape
from faults.contests import Contest
from faults.mishaps import WIRE
from support.tables import RESOURCES

Wire = dict[str, Any]
NETWORK = "10.1.0.0/16"
OLD, NEW, OTHER = "tunnel-old", "tunnel-new", "tunnel-other"
TUNNEL: Wire = {"VpnTunnelName": "one", "VpnGatewayId": "gateway"}
REPLACES = harm.Asked(0, "VpnTunnel", "vpn_tunnel", None, "one", {"VpnGatewayId": "gateway"}, replaces=True)
SUCCESS = {"failed": False, "changed": True, "msg": None, "vpn_tunnel": {"id": NEW}}
KINDS = pytest.mark.parametrize("kind", harm.ROUTES)


def route(kind: str, hop: str) -> Wire:
    """A route of a kind to a tunnel."""
    if kind == "Route":
        return {"VpcId": "vpc", "DestinationCidrBlock": NETWORK, "VpnTunnelId": hop}
    place = {"VpnGatewayId": "gateway", "DestinationCidrBlock": NETWORK}
    return {**place, "NextHopType": "vpn_tunnel", "NextHopInstanceId": hop}


class History:
    """An account with a tunnel that a route leads to, another tunnel, and what becomes of it."""

    def __init__(self, kind: str, hop: str = OLD) -> None:
        self.before: harm.Resources = {
            OLD: ("VpnTunnel", TUNNEL),
            OTHER: ("VpnTunnel", {**TUNNEL, "VpnTunnelName": "other"}),
            "route": (kind, route(kind, hop)),
        }
        self.now, self.rows, self.kind = dict(self.before), harm.Rows(), kind

    def write(self, verb: str, *changes: tuple[str, str, Wire | None], who: Any = 0) -> History:
        """A request that made these of what there was: the kind, the id, and the wire object (None: removed)."""
        effects = []
        for kind, identity, after in changes:
            before = self.now.pop(identity, (kind, None))[1]
            effects.append({"kind": kind, "id": identity, "before": before, "after": after})
            if after is not None:
                self.now[identity] = (kind, after)
        number = float(len(self.rows))
        described = {"who": who, "action": verb + changes[0][0], "began": number, "at": number, "effects": effects}
        self.rows.append({**described, "committed": True, "told": True, "fault": None, "method": "POST"})
        self.rows[-1]["sequence"] = len(self.rows)
        return self

    def replaced(self) -> History:
        """The tunnel is deleted, and the new one created."""
        return self.write("Delete", ("VpnTunnel", OLD, None)).write("Create", ("VpnTunnel", NEW, TUNNEL))

    def run(self, result: Wire) -> harm.Run:
        """As a run of one task."""
        return harm.Run(self.before, {0: result}, self.rows, self.now)

    def laws(self, result: Wire, asked: harm.Asked = REPLACES, *, faultless: bool = False) -> set[str]:
        """The laws that are broken."""
        return {law for law, _text in harm.judge([asked], self.run(result), 0.0, set(), faultless=faultless)}


@KINDS
def test_a_route_that_moves_is_no_harm(kind: str) -> None:
    moved = History(kind).write("Delete", (kind, "route", None)).replaced()
    assert moved.write("Create", (kind, "route-new", route(kind, NEW))).laws(SUCCESS) == set()


@KINDS
def test_only_routes_into_the_replaced_tunnel_may_go_and_only_if_they_are_to_move(kind: str) -> None:
    foreign = History(kind, OTHER).write("Delete", (kind, "route", None)).replaced()
    assert "deleted" in foreign.laws(SUCCESS)
    unwanted = History(kind).write("Delete", (kind, "route", None)).replaced()
    unwanted.write("Create", (kind, "route-new", route(kind, NEW)))
    stays = harm.Asked(**{**vars(REPLACES), "moves": False})
    assert "deleted" in unwanted.laws(SUCCESS, stays)


@KINDS
def test_a_route_that_is_gone_or_leads_nowhere_is_lost_unless_it_is_named(kind: str) -> None:
    gone = History(kind).write("Delete", (kind, "route", None)).replaced()
    assert gone.laws(SUCCESS) == {"lost"}
    assert gone.laws({**SUCCESS, "warnings": [f"There is no route to {NETWORK} now."]}) == set()
    dangling = History(kind).replaced()
    assert dangling.laws(SUCCESS) == {"lost"}
    assert History(kind, OTHER).replaced().laws(SUCCESS) == set()


@KINDS
def test_what_the_service_removes_with_a_tunnel_is_not_the_tasks_deletion_but_is_lost(kind: str) -> None:
    taken = History(kind).write("Delete", ("VpnTunnel", OLD, None), (kind, "route", None))
    assert taken.write("Create", ("VpnTunnel", NEW, TUNNEL)).laws(SUCCESS) == {"lost"}


@KINDS
def test_after_a_removal_a_route_that_is_left_is_named_and_one_that_the_service_removes_is_not(kind: str) -> None:
    removes = harm.Asked(**{**vars(REPLACES), "replaces": False, "absent": True})
    done = {"failed": False, "changed": True, "msg": None}
    left = History(kind).write("Delete", ("VpnTunnel", OLD, None))
    assert left.laws(done, removes) == {"lost"}
    assert left.laws({**done, "warnings": [f"There is a route to {NETWORK}."]}, removes) == set()
    taken = History(kind).write("Delete", ("VpnTunnel", OLD, None), (kind, "route", None))
    assert taken.laws(done, removes) == set()


@KINDS
def test_what_is_not_compared_is_no_lie_unless_the_task_has_made_it(kind: str) -> None:
    module = next(name for name, noun in WIRE.items() if noun == kind)
    place = {name: route(kind, OLD)[name] for name in ("VpcId", "VpnGatewayId") if name in route(kind, OLD)}
    asked = harm.Asked(0, kind, module, None, None, {**place, "DestinationCidrBlock": NETWORK})
    asked.wanted, asked.fields = {**route(kind, OLD), "Description": "x"}, {"description": "Description"}
    found = {"failed": False, "changed": False, "msg": None, module: {"id": "route"}, "not_compared": []}
    assert History(kind).laws(found, asked) == {"false"}
    assert History(kind).laws({**found, "not_compared": ["description"]}, asked) == set()
    made = History(kind)
    del made.before["route"], made.now["route"]
    made.write("Create", (kind, "made", route(kind, OLD)))
    done = {**found, "changed": True, module: {"id": "made"}, "not_compared": ["description"]}
    assert made.laws(done, asked) == {"false"}


def test_an_answer_that_is_told_as_lost_may_have_changed_something() -> None:
    idle = {**SUCCESS, "vpn_tunnel": {"id": OLD}}
    assert History("Route").laws(idle) == {"false"}
    lost = {**idle, "warnings": ["The answer to CreateRoute was lost, but it exists, so it was not created again."]}
    assert History("Route").laws(lost) == set()


def test_a_replacement_without_faults_is_not_interrupted_but_for_an_answer_that_does_not_come() -> None:
    deleted = History("Route", OTHER).write("Delete", ("VpnTunnel", OLD, None))
    refused = "The tunnel was deleted, and its replacement does not exist."
    ended = {"failed": True, "changed": True, "msg": refused, "error": {"kind": "interrupted_replace"}}
    assert deleted.laws(ended) == set()
    assert deleted.laws(ended, faultless=True) == {"lost"}
    unknown = {**ended, "msg": "The tunnel was deleted, and its replacement may or may not exist."}
    assert deleted.laws(unknown, faultless=True) == set()


@KINDS
def test_what_others_do_to_a_route_is_not_the_tasks_loss(kind: str) -> None:
    meddled = History(kind).write("Delete", (kind, "route", None), who="stranger").replaced()
    assert meddled.laws(SUCCESS) == set()


@KINDS
def test_a_route_that_is_created_twice_is_doubled(kind: str) -> None:
    moved = History(kind).write("Delete", (kind, "route", None)).replaced()
    moved.write("Create", (kind, "route-new", route(kind, NEW)))
    assert "doubled" in moved.write("Create", (kind, "route-too", route(kind, NEW))).laws(SUCCESS)


@KINDS
def test_a_route_that_the_next_run_does_not_bring_back_is_lost(kind: str) -> None:
    ended = {"failed": True, "changed": True, "msg": f"not known of {NETWORK}", "error": {"kind": "unknown_outcome"}}
    first = History(kind).write("Delete", (kind, "route", None))
    second = History(kind)
    second.before, second.now = dict(first.now), dict(first.now)
    second.replaced()

    def laws() -> list[str]:
        return [law for law, _text in harm.again([REPLACES], first.run(ended), second.run(SUCCESS), [])]

    assert laws() == ["lost"]
    second.write("Create", (kind, "route-new", route(kind, NEW)))
    assert laws() == []


@KINDS
def test_a_route_is_what_it_is_by_its_place(kind: str) -> None:
    """Of routes there is no name: the task means that of its place, and has made what leads elsewhere than asked."""
    place = {name: value for name, value in route(kind, OLD).items() if name in ("VpcId", "VpnGatewayId")}
    module = next(name for name, noun in WIRE.items() if noun == kind)
    asked = harm.Asked(
        0, kind, module, None, None, {**place, "DestinationCidrBlock": NETWORK}, wanted=route(kind, OTHER)
    )
    assert asked.means("route", route(kind, OLD))
    assert not asked.means("route", {**route(kind, OLD), "DestinationCidrBlock": "10.2.0.0/16"})
    done = {"failed": False, "changed": True, "msg": None, module: {"id": "made"}}
    for hop, laws in ((OTHER, set()), (NEW, {"false"})):
        history = History(kind)
        del history.before["route"], history.now["route"]
        assert history.write("Create", (kind, "made", route(kind, hop))).laws(done, asked) == laws


def test_all_resources_are_in_the_campaign_by_what_they_are_called() -> None:
    """Found by the folder of the tables: one that is added there has to be drawn, and judged by its own identity."""
    drawn = {ask.kind for trial in draw(7, 300) if isinstance(trial, Contest) for ask in trial.asks}
    assert drawn == set(RESOURCES) == set(WIRE)
    for name, resource in RESOURCES.items():
        assert resource.id_wire == WIRE[name] + "Id"
        if resource.identity.by != ("name",):
            place = {option: resource.field(option).wire for option in resource.identity.by}
            assert staging.SCOPES[name] == place
            assert WIRE[name] in harm.ROUTES
    assert {shape(trial) for trial in draw(7, 300)} >= set(routes.DRAW)
