# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 12: a set equals its singles. And what prune never removes, and what faults leave."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from laws.declarations import HERE, Declared, Place, end_of, lists, places, singles
from laws.strategies import law
from laws.world import World, writes


def _all(world: World, declared: Declared, **options: Any) -> dict[str, Any]:
    return world.sites(
        vpn_gateway=HERE,
        sites=declared.sites,
        defaults=declared.defaults,
        pre_shared_keys=declared.keys,
        replace_limit="100%",
        **options,
    )


def _steps(plan: list[dict[str, Any]]) -> Counter[Any]:
    """A plan without its order, and without what is called by an id in one way and by a name in the other."""
    return Counter(
        (step["action"], step["target"], tuple(sorted(field["option"] for field in step["fields"]))) for step in plan
    )


@law
@given(place=places(), data=st.data(), workers=st.sampled_from([1, 4]))
def test_law_12_a_set_ends_where_its_singles_do_with_the_same_plan(
    world: World, place: Place, workers: int, data: st.DataObject
) -> None:
    declared = data.draw(lists(place), label="declared")
    world.stage(place)
    before = end_of(world)
    one_by_one = [world.task(kind, options) for kind, options in singles(place, declared)]
    failed = [result["msg"] for result in one_by_one if result.get("failed")]
    expected = end_of(world)
    world.stage(place)
    checked = _all(world, declared, check=True, parallel=workers)
    assert writes(world.take_requests()) == []
    assert end_of(world) == before
    result = _all(world, declared, parallel=workers)
    sent = writes(world.take_requests())
    event("failed" if failed else f"{min(len(sent), 10)} writes")
    assert bool(checked.get("failed")) == bool(result.get("failed")) == bool(failed), (failed, result.get("msg"))
    if failed:
        assert result["error"]["kind"] == "sites_refused"
        assert (result["changed"], sent, end_of(world)) == (False, [], before)
        return
    assert end_of(world) == expected
    planned = [step for single in one_by_one for step in single["plan"]]
    assert _steps(result["plan"]) == _steps(checked["plan"]) == _steps(planned)
    assert result["changed"] == checked["changed"] == bool(planned)
    assert {name: site["outcome"] for name, site in result["sites"].items()} == {
        name: site["outcome"] for name, site in checked["sites"].items()
    }
    again = _all(world, declared)
    assert (again["changed"], again["plan"], again.get("failed")) == (False, [], None)
    requests = world.take_requests()
    assert writes(requests) == []
    if not place.settings:
        listings = Counter(request["action"] for request in requests)
        assert max(listings.values(), default=0) <= 2, (
            "each kind is listed once, and customer gateways of no tunnel once more"
        )
