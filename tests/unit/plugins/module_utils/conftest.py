# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripted server, for each test that wants one."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.ksyun.vpn.tests.support.wire_server import Loopback


@pytest.fixture(name="server")
def _server() -> t.Iterator[Loopback]:
    with Loopback() as server:
        yield server
