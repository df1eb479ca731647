# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, a clock and a connection for tests. Nothing here is real."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ansible_collections.ksyun.vpn.plugins.module_utils.api.action import Action
from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import Connection
from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import Credentials

VECTORS = Path(__file__).resolve().parents[4] / "vectors"

ACCESS_KEY = "AKLTEXAMPLE-not-real"
SECRET_KEY = "example-secret+key/not=real"
TOKEN = "example/token+not=real=="
PSK = "example-pre-shared-key-not-real"
REGION = "cn-beijing-6"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


class FakeTime:
    """Time that passes only by sleeping, or by C(step) seconds each time that it is asked for."""

    def __init__(self, step: float = 0) -> None:
        self.seconds = 0.0
        self.step = step
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds

    def monotonic(self) -> float:
        self.seconds += self.step
        return self.seconds

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


def connection(endpoint_url: str = "http://127.0.0.1:1", token: str | None = None, **options: t.Any) -> Connection:
    """A connection with example keys; C(options) are its other fields."""
    options = {"connect_timeout": 5, "read_timeout": 5, **options}
    return Connection(Credentials(ACCESS_KEY, SECRET_KEY, token), REGION, endpoint_url, **options)


def client(url: str, time: FakeTime | None = None, **options: t.Any) -> Client:
    """A client with example keys on false time that tries once; C(options) are the connection's other fields."""
    time = time or FakeTime()
    options = {"max_attempts": 1, **options}
    return Client(connection(url, **options), sleep=time.sleep, monotonic=time.monotonic, clock=time.clock)


def called(name: str, *, writes: bool = False) -> Action:
    """An action that is called and answered as those of the three resources are."""
    if name.startswith("Describe"):
        kind = name[len("Describe") : -1]
        return Action(name, f"{kind}Set", f"{kind}Id")
    kind = name.removeprefix("Create").removeprefix("Modify").removeprefix("Delete")
    created = (kind, f"{kind}Id") if name.startswith("Create") else ()
    return Action(name, kind, created_id=created, writes=writes)


def read(client: Client, name: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
    """The answer to a call that may be repeated."""
    return client.call(called(name), parameters)[0]


def write(client: Client, name: str, parameters: dict[str, t.Any]) -> dict[str, t.Any]:
    """The answer to a call that writes."""
    return client.call(called(name, writes=True), parameters)[0]


def probe(client: Client, name: str, parameters: dict[str, t.Any]) -> None:
    """The dry run of a call that writes."""
    client.probe(called(name, writes=True), parameters)


CALLS: dict[str, t.Callable[..., t.Any]] = {"read": read, "write": write, "probe": probe}
