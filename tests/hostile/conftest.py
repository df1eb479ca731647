# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the hostile tests, and the number of cases at their end. Nothing here leaves loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile.bench import Bench
from hostile.counting import CASES
from laws.world import World
from support.wire_server import Server

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler import create
from emulator.testing import EmulatorHandle, running_emulator

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_READ_BY_REQUESTS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the proxies, CA bundles and credentials of the machine, or looks up a name but loopback's."""
    for name in _READ_BY_REQUESTS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in [name for name in os.environ if name.startswith("KSYUN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    look_up = socket.getaddrinfo

    def only_loopback(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in _LOOPBACK:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_loopback)
    # these tests are not about waiting for what never comes
    monkeypatch.setattr(create, "SETTLE_TIME", 0.0)
    monkeypatch.setattr(create, "RACE_TIME", 0.0)


@pytest.fixture(scope="session")
def process() -> Iterator[EmulatorHandle]:
    """The running emulator."""
    with running_emulator() as handle:
        yield handle


@pytest.fixture(scope="session")
def bench(process: EmulatorHandle) -> Bench:
    """Tasks on the emulator."""
    return Bench(World(process))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The hostile server; each test says how it answers."""
    with Server() as running:
        yield running


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands over its count."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["hostile_cases"] = dict(CASES)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over a worker's count."""
    CASES.update(getattr(node, "workeroutput", {}).get("hostile_cases", {}))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how much was tried."""
    for what, number in sorted(CASES.items()):
        terminalreporter.write_line(f"hostile {what}: {number} cases")
