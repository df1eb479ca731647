# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A loop in-process: one connection for all items, nothing remembered, nothing broken by an item that breaks."""

from __future__ import annotations

import gc
import os
import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_process.corpus import PEER
from modules.runner import Ansible

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import Connection, resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.pool import Channel, Channels
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import info_entry
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES
from emulator.testing import EmulatorHandle


class _Relay(socketserver.BaseRequestHandler):
    """Hands a connection on to the emulator."""

    def handle(self) -> None:
        server: Any = self.server
        server.connections += 1
        with socket.create_connection(server.target) as onward:
            ways = {self.request: onward, onward: self.request}
            while True:
                for source in select.select(list(ways), [], [])[0]:
                    piece = source.recv(65536)
                    if not piece:
                        return
                    ways[source].sendall(piece)


class Counter(socketserver.ThreadingTCPServer):
    """Counts the connections to an emulator."""

    daemon_threads = True

    def __init__(self, emulator: EmulatorHandle) -> None:
        self.target, self.connections = (emulator.host, emulator.port), 0
        super().__init__(("127.0.0.1", 0), _Relay)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def counter(emulator: EmulatorHandle) -> Iterator[Counter]:
    """A counter before the emulator."""
    with Counter(emulator) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(("in_process", "connections"), [(True, 1), (False, 8)])
def test_a_loop_has_one_connection(ansible: Ansible, counter: Counter, in_process: bool, connections: int) -> None:
    run = ansible.play(
        [{"name": "list", "ksyun.vpn.customer_gateway_info": {"name": "{{ item }}"}, "loop": list(range(8))}],
        environment={"KSYUN_ENDPOINT_URL": counter.url},
        vars={"ksyun_vpn_in_process": in_process},
    )
    assert run.code == 0, run.output
    assert counter.connections == connections
    assert len(ansible.emulator.requests()) == 8


def test_an_item_sees_what_the_items_before_it_have_done(ansible: Ansible) -> None:
    states = ["present", "present", "absent", "absent", "present", "absent", "present"]
    run = ansible.play(
        [
            {
                "name": "turns",
                "ksyun.vpn.customer_gateway": {**PEER, "state": "{{ item }}"},
                "loop": states,
            }
        ]
    )
    assert run.code == 0, run.output
    changed = [each["changed"] for each in run.of("turns")["results"]]
    assert changed == [True, False, True, False, True, True, True]


def test_an_item_that_breaks_breaks_no_other(ansible: Ansible, tmp_path: Path) -> None:
    """An entry that raises what must not come out of a worker: each becomes the failure of its own item."""
    for folder, name, text in (("library", "broken", MODULE), ("action_plugins", "broken", ACTION)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(text)
    errors = ["SystemExit", "", "MemoryError", "RecursionError", "KeyError", "AssertionError", ""]
    run = ansible.play([{"name": "broken", "broken": {"name": "{{ item }}"}, "loop": errors, "ignore_errors": True}])
    results = run.of("broken")["results"]
    assert ["error" in each for each in results] == [bool(error) for error in errors]
    for error, each in zip(errors, results):
        if error:
            assert f"please report it: {error}: " in each["msg"]
            assert "fake words" in each["msg"]
            assert each["error"]["kind"] == "internal"
            assert "Traceback" not in each["msg"]


MODULE = "#!/usr/bin/python\nraise SystemExit('this must not run')\n"
ACTION = """
import builtins
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import info_entry
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.customer_gateway import RESOURCE
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction

class Broken:
    def __init__(self, entry):
        self.spec, self.refuse = entry.spec, entry.refuse
        self.revealed_secrets, self.accepted = entry.revealed_secrets, entry.accepted
    def run(self, parameters, **_how):
        if parameters["name"]:
            raise getattr(builtins, parameters["name"])("fake words")
        return {"changed": False, "customer_gateways": []}

class ActionModule(InProcessAction):
    entry = Broken(info_entry(RESOURCE))
"""


def test_memory_does_not_grow_with_the_items(emulator: EmulatorHandle) -> None:
    """What is alive after many items is what was alive after a few."""
    emulator.seed(VpnTunnelSet=[{"VpnTunnelName": "t", "PreSharedKey": "fake-pre-shared-key-sentinel"}])
    entry, channels = info_entry(RESOURCES["vpn_tunnel"]), Channels()
    options = {
        "endpoint_url": emulator.url,
        "access_key": emulator.access_key,
        "secret_key": emulator.secret_key,
        "region": emulator.region,
        "include_pre_shared_key": True,
    }

    def alive_after(items: int) -> int:
        for _item in range(items):
            result = entry.run(
                {**options, "max_attempts": 1},
                check_mode=False,
                diff=False,
                environment=os.environ,
                open_channel=channels,
            )
            assert len(result["vpn_tunnels"]) == 1
        gc.collect()
        return len(gc.get_objects())

    alive_after(20)
    few, many = alive_after(1), alive_after(200)
    assert many - few < 200, "something is kept of each item"


def connection(**options: Any) -> Connection:
    """A connection to nowhere."""
    return resolve({"access_key": "a", "secret_key": "fake", "region": "r", **options}, {})


def test_channels_are_kept_by_all_of_a_connection_and_not_for_ever() -> None:
    channels = Channels(most=2)
    first = channels(connection())
    assert channels(connection()) is first
    others: list[Channel] = []
    for options in (
        {"secret_key": "fake-2"},
        {"validate_certs": False},
        {"endpoint_url": "https://other.example"},
        {"use_proxy": False},
        {"proxy_url": "http://127.0.0.1:1"},
    ):
        others.append(channels(connection(**options)))
        assert channels(connection(**options)) is others[-1]
    assert len({id(each) for each in (first, *others)}) == 6
    assert channels(connection()) is not first
