# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of fault, before and after the request is carried out."""

from __future__ import annotations

import http.client
import time
from typing import Any

import pytest
from service.client import Caller, Reply

from emulator.errors import PUBLIC_ERRORS
from emulator.testing import ControlError, EmulatorHandle

_CREATE = "CreateCustomerGateway"
_WANTED = {"CustomerGatewayName": "office", "CustomerGatewayAddress": "203.0.113.9"}


def _create(call: Caller, timeout: float = 10.0) -> Reply:
    return call.send(call.request(_CREATE, parameters=_WANTED), timeout=timeout)


def _created(emulator: EmulatorHandle) -> int:
    return len(emulator.state()["CustomerGatewaySet"])


def _wait_for(emulator: EmulatorHandle, count: int) -> float:
    """Seconds until so many customer gateways exist."""
    start = time.monotonic()
    while _created(emulator) != count:
        assert time.monotonic() - start < 20
        time.sleep(0.02)
    return time.monotonic() - start


@pytest.fixture(params=["before", "after"], name="when")
def _when(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _recorded(emulator: EmulatorHandle, when: str, **expected: Any) -> None:
    """The request is recorded with its fault, and it was carried out, or not."""
    (entry,) = emulator.requests()
    assert entry.items() >= {"committed": when == "after", **expected}.items()
    assert _created(emulator) == (1 if when == "after" else 0)


def test_reset(emulator: EmulatorHandle, call: Caller, when: str) -> None:
    """RST instead of an answer."""
    before = len(emulator.log())
    emulator.fault(_CREATE, "reset", when=when)
    with pytest.raises(ConnectionResetError):
        _create(call)
    _recorded(emulator, when, fault="reset", status=None)
    assert "Traceback" not in emulator.log()[before:]


@pytest.mark.parametrize("seconds", [None, 1.0])
def test_timeout(emulator: EmulatorHandle, call: Caller, when: str, seconds: float | None) -> None:
    """No answer; what is to be carried out is carried out at once, or later."""
    emulator.fault(_CREATE, "timeout", when=when, seconds=seconds)
    with pytest.raises(TimeoutError):
        _create(call, timeout=0.1)
    if when == "after":
        waited = _wait_for(emulator, 1)
        assert not seconds or waited > 0.1
    _recorded(emulator, when, fault="timeout", status=None)


def test_late(emulator: EmulatorHandle, call: Caller) -> None:
    """The client has given up, looked, and found nothing, when it happens after all."""
    emulator.fault(_CREATE, "late", seconds=1.0)
    with pytest.raises(TimeoutError):
        _create(call, timeout=0.1)
    assert _created(emulator) == 0
    assert emulator.requests()[0]["committed"] is False
    assert _wait_for(emulator, 1) > 0.1
    _recorded(emulator, "after", fault="late", status=None)


@pytest.mark.parametrize("row", range(33))
def test_rows(emulator: EmulatorHandle, call: Caller, row: int) -> None:
    """Any row of the public table, in the format asked for."""
    emulator.fault("*", "error", row=row)
    reply = call("DescribeVpnGateways")
    expected = PUBLIC_ERRORS[row].value
    assert (reply.status, reply.code) == (expected.status, expected.code)
    assert reply.message.startswith(expected.message.partition("%s")[0])
    emulator.fault("*", "error", row=row)
    assert call("DescribeVpnGateways", accept="*/*").xml.findtext("Error/Code") == expected.code


def test_error(emulator: EmulatorHandle, call: Caller, when: str) -> None:
    """Any error at all."""
    emulator.fault(_CREATE, "error", when=when, status=503, code="Busy", message="later")
    reply = _create(call)
    assert (reply.status, reply.code, reply.message) == (503, "Busy", "later")
    _recorded(emulator, when, fault="error", status=503, code="Busy")


def test_throttle(emulator: EmulatorHandle, call: Caller) -> None:
    """A few times, then no more."""
    emulator.fault("Describe*", "throttle", count=2)
    replies = [call("DescribeVpnGateways") for _turn in range(3)]
    assert [reply.status for reply in replies] == [409, 409, 200]
    assert replies[0].code == "LimitExceeded"


def test_truncated(emulator: EmulatorHandle, call: Caller) -> None:
    """Half of the body that the headers promise."""
    emulator.fault(_CREATE, "truncated")
    with pytest.raises(http.client.IncompleteRead) as caught:
        _create(call)
    assert len(caught.value.partial) > 0
    assert abs(len(caught.value.partial) - (caught.value.expected or 0)) <= 1
    _recorded(emulator, "after", fault="truncated", status=200)


def test_content_type(emulator: EmulatorHandle, call: Caller) -> None:
    """The right body under a wrong name."""
    emulator.fault(_CREATE, "content_type", content_type="text/plain")
    reply = _create(call)
    assert reply.headers["Content-Type"] == "text/plain"
    assert reply.json["CustomerGateway"]["CustomerGatewayName"] == "office"
    emulator.fault("*", "content_type")
    assert call("DescribeVpnGateways").headers["Content-Type"].startswith("text/html")


def test_html(emulator: EmulatorHandle, call: Caller, when: str) -> None:
    """A proxy's page."""
    emulator.fault(_CREATE, "html", status=504, when=when)
    reply = _create(call)
    assert (reply.status, reply.body[:9]) == (504, b"<!DOCTYPE")
    _recorded(emulator, when, fault="html", status=504, code=None)


@pytest.mark.parametrize("status", [200, 500])
def test_empty(emulator: EmulatorHandle, call: Caller, when: str, status: int) -> None:
    """No body."""
    emulator.fault(_CREATE, "empty", status=status, when=when)
    reply = _create(call)
    assert (reply.status, reply.body) == (status, b"")
    _recorded(emulator, when, fault="empty", status=status)


def test_slow(emulator: EmulatorHandle, call: Caller) -> None:
    """The right body, in drops."""
    emulator.fault(_CREATE, "slow", seconds=0.4)
    start = time.monotonic()
    assert _create(call).json["CustomerGateway"]
    assert time.monotonic() - start > 0.3


def test_raw(emulator: EmulatorHandle, call: Caller, when: str) -> None:
    """Whatever a test wants to say."""
    emulator.fault(_CREATE, "raw", when=when, status=418, headers={"X-Tea": "pot", "Content-Type": "a/b"}, body="tea")
    reply = _create(call)
    assert (reply.status, reply.headers["X-Tea"], reply.headers["Content-Type"]) == (418, "pot", "a/b")
    assert reply.body == b"tea"
    _recorded(emulator, when, fault="raw", status=418)


def test_queue(emulator: EmulatorHandle, call: Caller) -> None:
    """Faults wait for their action, skip and count calls, and the first that fits is used."""
    emulator.fault("DescribeVpnGateways", "html", skip=1, count=2)
    emulator.fault("Describe*", "empty", status=500)
    statuses = [call(action).status for action in ("DescribeVpnTunnels", *["DescribeVpnGateways"] * 4)]
    assert statuses == [500, 200, 502, 502, 200]
    assert emulator.faults() == {"faults": [], "injected": 3}


def test_dry_run_only(emulator: EmulatorHandle, call: Caller) -> None:
    """A fault can be kept for calls with, or without, DryRun."""
    emulator.fault("*", "html", dry_run=True)
    emulator.fault("*", "empty", dry_run=False, status=500)
    assert call("DescribeVpnGateways").status == 500
    assert call("DescribeVpnGateways").status == 200
    assert call("DescribeVpnGateways", DryRun="true").status == 502


def test_list_and_clear(emulator: EmulatorHandle, call: Caller) -> None:
    """What waits can be seen and dropped."""
    assert emulator.fault(_CREATE, "reset", count=3)["when"] == "before"
    (waiting,) = emulator.faults()["faults"]
    assert waiting.items() >= {"action": _CREATE, "kind": "reset", "count": 3, "skip": 0}.items()
    emulator.clear_faults()
    assert emulator.faults() == {"faults": [], "injected": 0}
    assert _create(call).status == 200


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "explosion"},
        {"kind": "slow", "when": "before"},
        {"kind": "reset", "when": "during"},
        {"kind": "error", "row": 33},
        {"kind": "reset", "count": 0},
        {"kind": "reset", "colour": "red"},
        {"kind": "html", "status": 99},
    ],
)
def test_refused(emulator: EmulatorHandle, options: dict[str, Any]) -> None:
    """What makes no sense is refused at once."""
    with pytest.raises(ControlError, match="400"):
        emulator.fault(_CREATE, **options)


def test_others_go_on_meanwhile(emulator: EmulatorHandle, call: Caller) -> None:
    """A request that is held does not hold up the next."""
    emulator.fault(_CREATE, "late", seconds=0.3)
    with pytest.raises(TimeoutError):
        _create(call, timeout=0.05)
    assert _create(call).status == 200
    _wait_for(emulator, 2)
