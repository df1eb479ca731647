# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source with a queue, against the emulator: run by its path, as ansible-rulebook does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import runpy
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import yaml
from modules.runner import Ansible

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import manage_entry
from emulator.testing import EmulatorHandle

KEY = "fake-key-of-the-event-source"
EVIL = "evil{{ lookup('pipe', 'id -un') }}"
DOWN, UP = [["down", None]], [["up", None]]
PATH = (
    Path(os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])
    / "ansible_collections/ksyun/vpn/extensions/eda/plugins/event_source/vpn_tunnels.py"
)
Next = Callable[[], Coroutine[Any, Any, dict[str, Any]]]


def seeded(emulator: EmulatorHandle, name: str = EVIL) -> str:
    """The id of a tunnel that is down."""
    ends = emulator.seed(VpnGatewaySet=[{}], CustomerGatewaySet=[{}])
    tunnel = {
        "VpnTunnelName": name,
        "VpnGatewayId": ends["VpnGatewaySet"][0]["VpnGatewayId"],
        "CustomerGatewayId": ends["CustomerGatewaySet"][0]["CustomerGatewayId"],
        "PreSharedKey": KEY,
    }
    identity: str = emulator.seed(VpnTunnelSet=[tunnel])["VpnTunnelSet"][0]["VpnTunnelId"]
    emulator.status(identity, master=DOWN, backup=DOWN)
    return identity


def connection(emulator: EmulatorHandle) -> dict[str, Any]:
    return {
        "endpoint_url": emulator.url,
        **{name: getattr(emulator, name) for name in ("region", "access_key", "secret_key")},
    }


@contextlib.asynccontextmanager
async def watching(**args: Any) -> AsyncIterator[Next]:
    """The next event of a source that runs."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    source = asyncio.create_task(runpy.run_path(str(PATH))["main"](queue, {"delay": 0.02, **args}))

    async def get() -> dict[str, Any]:
        waiting = asyncio.create_task(queue.get())
        await asyncio.wait([waiting, source], return_when=asyncio.FIRST_COMPLETED, timeout=30)
        if source.done():
            source.result()
        return waiting.result()

    try:
        yield get
    finally:
        source.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await source


def told(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["kind"], event["up"], event["tunnel"]["id"]


def test_a_tunnel_goes_down_comes_up_and_drifts(emulator: EmulatorHandle) -> None:
    identity = seeded(emulator)

    async def scenario() -> list[dict[str, Any]]:
        events = []

        async def expect(kind: str, up: str | None, get: Next) -> None:
            events.append(await get())
            assert told(events[-1]) == (kind, up, identity)

        async with watching(**connection(emulator)) as get:
            await expect("down", "none", get)
            emulator.status(identity, master=UP, backup=UP)
            event = await get()
            if event["up"] == "any":  # looked at between the two
                assert event["kind"] == "up"
                event = await get()
            assert (event["kind"], event["up"]) in (("up", "all"), ("restored", "all"))
            emulator.status(identity, backup=DOWN)
            await expect("degraded", "any", get)
            assert events[-1]["sub_tunnels"][1] == {"number": 2, "ike": False, "ipsec": False}
            emulator.status(identity, backup=UP)
            await expect("restored", "all", get)
            emulator.status(identity, master=DOWN, backup=DOWN)
            while (await get())["kind"] != "down":
                pass
            renamed = {**connection(emulator), "id": identity, "name": "renamed", "state": "present"}
            assert await asyncio.to_thread(changed, renamed)
            await expect("drifted", "none", get)
            before = "evil{ { lookup('pipe', 'id -un') }}"
            assert events[-1]["changes"] == [{"option": "name", "before": before, "after": "renamed"}]
            emulator.remove(identity)
            await expect("deleted", None, get)
            seeded(emulator)
            events.append(await get())
            assert events[-1]["kind"] == "created"
        return events

    events = asyncio.run(scenario())
    text = str([*events, yaml.safe_dump(events)])
    assert not [secret for secret in (KEY, emulator.access_key, emulator.secret_key, "{{") if secret in text]
    assert {event["region"] for event in events} == {emulator.region}
    assert {request["action"] for request in emulator.requests()} == {
        *("DescribeVpnTunnels", "DescribeVpnTunnelIpsecStatus", "ModifyVpnTunnel"),
    }


def changed(parameters: dict[str, Any]) -> bool:
    """Whether the module has changed a tunnel."""
    entry = manage_entry(vpn_tunnel.RESOURCE)
    defaults = {option: details.get("default") for option, details in entry.spec.options.items()}
    result = entry.run({**defaults, **parameters}, check_mode=False, diff=False, environment={})
    return bool(result["changed"])


def test_the_service_can_t_be_asked(emulator: EmulatorHandle) -> None:
    """It is told once, and the source goes on."""
    identity = seeded(emulator)

    async def scenario() -> list[dict[str, Any]]:
        async with watching(**connection(emulator), drift=False) as get:
            events = [await get()]
            for _time in range(3):
                emulator.fault("DescribeVpnTunnels", "error", status=403, code="AccessDenied", message=f"not {KEY}")
            events += [await get(), await get()]
            emulator.status(identity, master=UP)
            return [*events, await get()]

    events = asyncio.run(scenario())
    assert [event["kind"] for event in events] == ["down", "unreachable", "reachable", "up"]
    assert "DescribeVpnTunnels" in events[1]["message"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"secret_key": None, "access_key": "a-fake-key-only"}, "secret_key"),
        ({"region": "nowhere/at/all"}, "region must be made of letters"),
        ({"intervall": 5}, "has no option intervall"),
        ({"secret_key": "fake-secret-that-is-wrong"}, "check secret_key"),
    ],
)
def test_what_is_wrong_for_ever_ends_it(
    emulator: EmulatorHandle, monkeypatch: pytest.MonkeyPatch, args: dict[str, Any], words: str
) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")

    async def scenario() -> None:
        async with watching(**{**connection(emulator), **args}) as get:
            await get()

    with pytest.raises(Exception, match=words) as caught:
        asyncio.run(scenario())
    assert "fake-secret-that-is-wrong" not in str(caught.value)


def test_it_is_run_without_the_collections_in_the_path(emulator: EmulatorHandle) -> None:
    """As ansible-rulebook does; here it prints what it would put into the queue."""
    identity = seeded(emulator)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "KSYUN_ENDPOINT_URL": emulator.url,
        "KSYUN_ACCESS_KEY": emulator.access_key,
        "KSYUN_SECRET_KEY": emulator.secret_key,
        "KSYUN_REGION": emulator.region,
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen([sys.executable, str(PATH)], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
    assert "'kind': 'down'" in line
    assert identity in line


def test_the_playbook_writes_metrics(ansible: Ansible) -> None:
    identity = seeded(ansible.emulator)
    ansible.emulator.status(identity, master=UP)
    path = ansible.directory / "ksyun_vpn.prom"
    run = ansible.run("ansible-playbook", "ksyun.vpn.metrics", "-e", f"ksyun_metrics_file={path}")
    assert run.code == 0, run.output
    text = path.read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line.rpartition(" ")[2] for line in lines[:4]] == ["1", "0", "1", "0"]
    assert f'name="{EVIL}",number="1"' in lines[0]
    assert f'region="{ansible.emulator.region}"' in lines[0]
    assert abs(int(lines[4].split()[1]) - time.time()) < 3600
    assert KEY not in text
