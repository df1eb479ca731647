# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent again, how often and when, and the correction of a wrong clock."""

from __future__ import annotations

import typing as t
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import (
    ApiError,
    SignatureError,
    ThrottledError,
    TransportError,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.backoff import Pauses
from ansible_collections.ksyun.vpn.tests.support import wire_server as serve
from ansible_collections.ksyun.vpn.tests.support.wire_server import Loopback, answer, refusal
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import (
    CALLS,
    NOW,
    FakeTime,
    probe,
    read,
    write,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import client as patient

LIMIT = "Request was rejected because the request speed of this openAPI is beyond the current flow control limit."


def client(url: str, time: FakeTime | None = None, **options: t.Any) -> tuple[Client, FakeTime]:
    """A client that tries four times, and its time."""
    time = time or FakeTime()
    return patient(url, time, **{"read_timeout": 0.1, "max_attempts": 4, "max_retry_time": 1000, **options}), time


RESOLVED = ("a host that is not known", "a proxy that is not known")
# failure: whether a read is sent again, and a write
FAILURES: dict[str, tuple[serve.Behaviour, bool, bool]] = {
    "throttled": (refusal("LimitExceeded", LIMIT, 409), True, True),
    "too many requests": (answer(b"slow down", 429), True, True),
    "reset": (serve.reset, True, False),
    "closed": (serve.hang_up, True, False),
    "truncated": (serve.truncated, True, False),
    "silence": (serve.silence, True, False),
    "500": (refusal("ServiceUnavailable", "Exception x", 500), True, False),
    "timeout": (refusal("ServiceTimeout", "Internal Service is unavailable because of time out.", 500), True, False),
    "502 html": (answer(b"<html>", 502), True, False),
    "503 empty": (answer(b"", 503), True, False),
    "408": (answer(b"", 408), True, False),
    "200 html": (answer(b"<!DOCTYPE html>", 200), True, False),
    "timeout with 400": (refusal("ServiceTimeout", "m", 400), True, False),
    "timeout with 200": (refusal("ServiceTimeout", "m", 200), True, False),
    "404 of no service": (
        refusal("ServiceUnavailable", "It referenced an 'InnerApi' that does not", 404),
        False,
        False,
    ),
    "404": (refusal("NoSuchEntity", "Request was rejected", 404), False, False),
    "400": (refusal("InvalidParameterValue", "m", 400), False, False),
    "403": (refusal("AccessDenied", "m", 403), False, False),
    "403 html": (answer(b"<html>", 403), False, False),
    "signature": (refusal("SignedCookiesNotMatch", "m", 403), False, False),
    "302": (answer(b"", 302), False, False),
}


@pytest.mark.parametrize("what", FAILURES)
@pytest.mark.parametrize("call", ["read", "write", "probe"])
def test_what_is_sent_again(server: Loopback, what: str, call: str) -> None:
    behaviour, for_reads, for_writes = FAILURES[what]
    # what was only to be tried may have been carried out, by an endpoint that ignores DryRun
    again = for_reads if call == "read" else for_writes
    good = refusal("DryRunOperation", "m", 412) if call == "probe" else answer()
    server.script = [behaviour, behaviour, good]
    it, time = client(server.url)
    if again:
        CALLS[call](it, "ModifyVpnGateway", {})
        assert len(server.received) == it.calls[0].attempts == 3
        assert len(time.naps) == 2
        assert it.calls[0].http_status == (412 if call == "probe" else 200)
    else:
        with pytest.raises(ApiError):
            CALLS[call](it, "ModifyVpnGateway", {})
        assert len(server.received) == it.calls[0].attempts == 1
        assert time.naps == []


# Where nobody is: the options that lead there, and how often it is tried where nobody has ever answered.
NOWHERE: dict[str, tuple[dict[str, t.Any], int]] = {
    "a closed port": ({"endpoint_url": "http://127.0.0.1:1"}, 2),
    "a host that is not known": ({"endpoint_url": "http://no-such-host.invalid"}, 2),
    "a closed port of a proxy": ({"proxy_url": "http://127.0.0.1:1"}, 2),
    "a proxy that is not known": ({"proxy_url": "http://no-such-host.invalid:3128"}, 2),
    "what a proxy can't reach": ({"endpoint_url": "https://no-such-host.invalid", "proxy_url": "502"}, 3),
    "what a proxy does not permit": ({"endpoint_url": "https://no-such-host.invalid", "proxy_url": "403"}, 1),
    "a proxy that wants a password": ({"endpoint_url": "https://no-such-host.invalid", "proxy_url": "407"}, 1),
}


def to_nowhere(server: Loopback, where: str) -> tuple[Client, FakeTime]:
    options = {"endpoint_url": server.url, **NOWHERE[where][0]}
    if options.get("proxy_url", "").isdigit():  # the server is that proxy
        server.script = [answer(b"", int(options["proxy_url"]))]
        options["proxy_url"] = server.url
    return client(options.pop("endpoint_url"), **{"read_timeout": 5, "max_attempts": 6, **options})


@pytest.mark.parametrize("where", NOWHERE)
@pytest.mark.parametrize("call", ["read", "write"])
def test_what_is_spelt_wrongly_fails_fast(server: Loopback, where: str, call: str) -> None:
    it, time = to_nowhere(server, where)
    with pytest.raises(TransportError) as failed:
        CALLS[call](it, "ModifyVpnGateway", {})
    assert failed.value.may_have_happened is False
    assert it.calls[0].attempts == len(time.naps) + 1
    assert it.calls[0].attempts <= NOWHERE[where][1] + (where in RESOLVED)  # the resolver may be out of order
    assert sum(time.naps) < 5


@pytest.mark.parametrize("where", [where for where, (_options, attempts) in NOWHERE.items() if attempts > 1])
def test_what_has_answered_is_given_time_to_come_back(server: Loopback, where: str) -> None:
    """A restart of the service, or of a proxy, between two writes of a task: here its port is closed for a while."""
    it, _time = to_nowhere(server, where)
    it._channel.answered = True  # as it is after an answer: the next test
    with pytest.raises(TransportError):
        read(it, "DescribeX", {})
    assert it.calls[0].attempts == 6


def test_what_counts_as_an_answer(server: Loopback) -> None:
    it, _time = client(server.url, max_attempts=1)
    server.script = [answer(b"<html>", 502), answer(b"<html>"), answer(b"", 407), serve.reset, answer()]
    for _number in range(4):
        with pytest.raises(TransportError):
            read(it, "DescribeX", {})
        assert it._channel.answered is False
    read(it, "DescribeX", {})
    assert it._channel.answered is True


def test_an_error_of_the_service_is_an_answer(server: Loopback) -> None:
    it, _time = client(server.url)
    server.script = [refusal("AccessDenied", "m", 403)]
    with pytest.raises(ApiError):
        read(it, "DescribeX", {})
    assert it._channel.answered is True


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_number_of_attempts_is_bounded(server: Loopback, attempts: int) -> None:
    server.script = [refusal("LimitExceeded", LIMIT, 409)]
    it, _time = client(server.url, max_attempts=attempts)
    with pytest.raises(ThrottledError, match="raise max_attempts"):
        write(it, "ModifyVpnGateway", {})
    assert len(server.received) == it.calls[0].attempts == attempts


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bound=st.floats(0, 60), after=st.integers(0, 30), step=st.sampled_from([0, 0.5]))
def test_the_time_is_bounded(server: Loopback, bound: float, after: int, step: float) -> None:
    server.script = [refusal("LimitExceeded", LIMIT, 409, Retry_After=str(after))]
    it, time = client(server.url, FakeTime(step), max_retry_time=bound, max_attempts=8)
    with pytest.raises(ThrottledError):
        read(it, "DescribeX", {})
    assert sum(time.naps) <= bound
    assert all(nap >= min(after, 20) for nap in time.naps)
    assert it.calls[0].milliseconds >= round(sum(time.naps) * 1000)


@settings(max_examples=200)
@given(
    attempts=st.integers(1, 20),
    seconds=st.floats(0, 300),
    waits=st.lists(st.tuples(st.booleans(), st.none() | st.floats(0, 20), st.floats(0, 30)), max_size=25),
)
def test_the_law_of_pauses(attempts: int, seconds: float, waits: list[tuple[bool, float | None, float]]) -> None:
    """Short at first, growing, as long as was asked for, never beyond the budget or the number of attempts."""
    bounds: list[tuple[float, float]] = []
    pauses = Pauses(attempts, seconds, lambda low, high: bounds.append((low, high)) or high)
    passed, given_ = 0.0, 0
    for throttled, asked, took in waits:
        error = (ThrottledError if throttled else TransportError)("X", "m", retry_after=asked)
        pause = pauses.next(error, passed)
        if pause is None:
            assert given_ == attempts - 1 or passed >= seconds or (asked or 0) > seconds - passed
            continue
        given_ += 1
        low, high = bounds[-1]
        assert 0.25 <= low < high <= (20 if throttled else 10)
        assert pause >= (asked or 0)
        assert pause <= (asked or 0) + high
        passed += pause
        assert passed <= seconds * 1.000001
        passed += took
    assert given_ < attempts
    assert bounds[:1] in ([], [(0.25, 0.75)])
    for earlier, later in zip(bounds, bounds[1:]):
        assert later[1] >= min(earlier[1], 10)


def test_pauses_for_the_throttled_double() -> None:
    bounds: list[tuple[float, float]] = []
    pauses = Pauses(8, 1000, lambda low, high: bounds.append((low, high)) or high)
    for _attempt in range(7):
        pauses.next(ThrottledError("X", "m"), 0)
    assert [high for _low, high in bounds] == [0.75, 1.5, 3, 6, 12, 20, 20]
    assert all(low == pytest.approx(high / 3) for low, high in bounds)


@pytest.mark.parametrize(("said", "nap"), [("7", 7), ("0", 0), ("999999", 20), ("soon", 0), ("", 0), ("-3", 0)])
@pytest.mark.parametrize("behaviour", ["service", "proxy"])
def test_retry_after(server: Loopback, said: str, nap: float, behaviour: str) -> None:
    first = refusal("LimitExceeded", LIMIT, 409, Retry_After=said)
    if behaviour == "proxy":
        first = answer(b"busy", 503, Retry_After=said)
    server.script = [first, answer()]
    it, time = client(server.url)
    read(it, "DescribeX", {})
    assert nap + 0.25 <= time.naps[0] <= nap + 0.75


# --- clock ------------------------------------------------------------------------------------

EXPIRED = "Signature expired:20260102T030405Z."


def expired(ahead: float) -> serve.Behaviour:
    """Refuses a signature, with a C(Date) that is so many seconds ahead of the client's clock."""
    date = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    return refusal("SignedCookiesNotMatch", EXPIRED, 403, Date=date)


@pytest.mark.parametrize("call", ["read", "write", "probe"])
@pytest.mark.parametrize("ahead", [3600, -7200, 86400 * 400, -1])
@pytest.mark.parametrize("attempts", [1, 4])
def test_a_wrong_clock_is_corrected(server: Loopback, call: str, ahead: int, attempts: int) -> None:
    good = refusal("DryRunOperation", "m", 412) if call == "probe" else answer()
    server.script = [expired(ahead), good]
    it, time = client(server.url, max_attempts=attempts, signature_version="simplified")
    CALLS[call](it, "ModifyVpnGateway", {})
    read(it, "DescribeX", {}) if call != "probe" else probe(it, "ModifyVpnGateway", {})
    moments = [request.parameters["Timestamp"] for request in server.received]
    served = (NOW + timedelta(seconds=ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert moments == ["2026-01-02T03:04:05Z", served, served]
    assert time.naps == []
    assert len(it.warnings) == 1
    assert f"by about {ahead:+d} seconds" in it.warnings[0]


@pytest.mark.parametrize("ahead", [3600, 0])
def test_a_wrong_clock_is_corrected_once(server: Loopback, ahead: int) -> None:
    server.script = [*[expired(ahead)] * 5, answer()]
    it, _time = client(server.url)
    with pytest.raises(SignatureError, match=r"Set the clock.*NTP"):
        read(it, "DescribeX", {})
    assert len(server.received) <= 2
    with pytest.raises(SignatureError):
        read(it, "DescribeX", {})
    assert len(server.received) <= 3
    assert len(it.warnings) == (1 if ahead else len(it.warnings))


@pytest.mark.parametrize("message", ["The request signature we calculated does not match the signature you provided."])
def test_other_signature_errors_do_not_touch_the_clock(server: Loopback, message: str) -> None:
    date = format_datetime(NOW + timedelta(hours=1), usegmt=True)
    server.script = [refusal("SignedCookiesNotMatch", message, 403, Date=date)]
    it, _time = client(server.url)
    with pytest.raises(SignatureError):
        read(it, "DescribeX", {})
    assert (len(server.received), it.warnings) == (1, [])


def test_an_expired_signature_without_a_date(server: Loopback) -> None:
    server.script = [refusal("SignedCookiesNotMatch", EXPIRED, 403)]
    it, _time = client(server.url)
    with pytest.raises(SignatureError, match="Set the clock"):
        read(it, "DescribeX", {})
    assert (len(server.received), it.warnings) == (1, [])


def test_one_request_is_signed_anew_for_each_attempt(server: Loopback) -> None:
    server.script = [refusal("LimitExceeded", LIMIT, 409, Retry_After="5"), answer()]
    it, _time = client(server.url, signature_version="simplified")
    read(it, "DescribeX", {})
    first, second = (request.parameters for request in server.received)
    assert (first["Timestamp"], second["Timestamp"]) == ("2026-01-02T03:04:05Z", "2026-01-02T03:04:10Z")
    assert first["Signature"] != second["Signature"]
