# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 5 behind an intermediary that repeats what it may repeat; C(make campaign) does the same with nginx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hostile.relay import Repeater
from laws.test_exactly_once import CREATE, UPDATE, named
from laws.world import RESOURCES, World

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing of the emulator does not lag, so that a short look is enough."""
    monkeypatch.setattr(create, "SETTLE_TIME", 0.3)


@pytest.fixture
def repeater(world: World) -> Iterator[Repeater]:
    """The intermediary, before the emulator."""
    with Repeater(world.emulator.url) as running:
        yield running


def writes_that_arrive(world: World, kind: str, url: str) -> list[tuple[str, str, bool]]:
    """Create, change, remove by URL, the answer to each lost: action, method, and whether it was carried out."""
    world.begin()
    world.emulator.fault("[CMD][rel]*", "reset", count=9, when="after", dry_run=False)
    task = {**CREATE[kind], "request_method": "GET", "endpoint_url": url}
    created = world.task(kind, task)
    assert not created.get("failed"), created["msg"]
    assert len(named(world, kind, "one")) == 1
    identity = {"id": created[kind]["id"], "endpoint_url": url}
    for wanted in ({**identity, **UPDATE[kind]}, {**identity, "state": "absent"}):
        result = world.task(kind, wanted)
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is True
    assert named(world, kind, "one", "two") == []
    return [
        (entry["action"], entry["method"], entry["committed"])
        for entry in world.take_requests()
        if not entry["action"].startswith("Describe") and not entry["dry_run"]
    ]


@pytest.mark.parametrize("kind", sorted(CREATE))
def test_a_write_is_not_repeated(world: World, repeater: Repeater, kind: str) -> None:
    writes = [action.name for action in RESOURCES[kind].actions if action and action.writes]
    arrived = writes_that_arrive(world, kind, repeater.url)
    assert arrived == [(action, "POST", True) for action in writes]


@pytest.mark.parametrize("kind", sorted(CREATE))
def test_the_intermediary_does_repeat_what_goes_by_get(
    world: World, repeater: Repeater, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the rule switched off, as in 1.0.0, two are made: the test above can fail."""
    attempt = Client._attempt

    def by_get(self: Client, action: Any, call: Any, pairs: Any, by_post: bool) -> Any:
        return attempt(self, action, call, pairs, by_post=False)

    monkeypatch.setattr(Client, "_attempt", by_get)
    monkeypatch.setattr(Client, "_carries_secret", lambda *_arguments: False)
    world.begin()
    world.emulator.configure(create_tunnel_by_get=True)
    action = RESOURCES[kind].actions.create.name
    world.emulator.fault(action, "reset", when="after", dry_run=False)
    world.task(kind, {**CREATE[kind], "endpoint_url": repeater.url})
    arrived = [request["committed"] for request in world.take_requests() if request["action"] == action]
    assert arrived == [True, True]
