# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of the Ksyun VPC OpenAPI 2016-03-04: one session, one way to call an action.

Knows signing, transport, retries, errors and the wire format; nothing of resources or Ansible.
"""

from __future__ import annotations

import re
import time
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ..version import VERSION
from . import wire
from .channel import Channel
from .connection import Connection
from .errors import (
    ApiError,
    ConfigurationError,
    DryRunExecutedError,
    DryRunSucceeded,
    SignatureError,
    ThrottledError,
    TlsError,
    TransportError,
    service_error,
)
from .secrets import Redactor
from .signing import FORM, SigV4HeaderAuth, SigV4QueryAuth, SimplifiedAuth, encode_pairs, utcnow

try:
    import requests
    from requests import exceptions as failures
    from urllib3 import exceptions as lower

    REQUESTS_IMPORT_ERROR: ImportError | None = None
except ImportError as import_error:
    REQUESTS_IMPORT_ERROR = import_error

API_VERSION = "2016-03-04"
PAGE_SIZE = 200
# Bounds that no account comes near to, for what a broken or hostile server would never end:
MAX_PAGES = 1_000  # of a listing; of the size above, 200,000 resources
MAX_BODY = 16 * 1024 * 1024  # bytes of an answer; 10,000 tunnels in one take about 12 MB
MAX_LISTING = 4 * MAX_BODY  # bytes of all pages of a listing
MAX_TOKEN = 2_048  # characters of a NextToken
LONGEST_QUERY = 6_000  # characters; servers refuse longer lines (many from 8 KB), so more goes by POST
_FIRST_DELAY_MS = 500
_LONGEST_DELAY_MS = 20_000
_ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")  # one, that can be unpacked piece by piece
_ACCEPT = {"json": "application/json", "xml": "application/xml"}
_SIGNERS: dict[str, t.Callable[..., t.Any]] = {
    "v4": SigV4HeaderAuth,
    "v4-query": SigV4QueryAuth,
    "simplified": SimplifiedAuth,
}


@dataclass
class Call:
    """What became of one call, for the C(api_calls) return value. C(milliseconds) include retries and their waits."""

    action: str
    dry_run: bool
    http_status: int | None = None
    request_id: str | None = None
    attempts: int = 0
    milliseconds: int = 0


@dataclass
class Client:
    """Calls actions over one channel, its own or one that C(open_channel) has kept from before.

    C(sleep), C(monotonic) and C(clock) can be replaced in tests. C(calls) and C(warnings) collect
    what happened; C(redact) is the redactor of the task, which learns the connection's secrets.
    """

    connection: Connection
    redact: Redactor = field(default_factory=Redactor)
    open_channel: t.Callable[[Connection], Channel] = Channel
    sleep: t.Callable[[float], None] = time.sleep
    monotonic: t.Callable[[], float] = time.monotonic
    clock: t.Callable[[], datetime] = utcnow
    calls: list[Call] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if REQUESTS_IMPORT_ERROR:
            raise ConfigurationError("The Python library 'requests' is missing on the host that runs the module.")
        credentials = self.connection.credentials
        for secret in (credentials.secret_key, credentials.security_token):
            self.redact.add(secret)
        self._skew = timedelta(0)
        self._clock_corrected = False
        self._auth = _SIGNERS[self.connection.signature_version](
            credentials, self.connection.region, clock=lambda: self.clock() + self._skew
        )
        self._received = 0
        channel = self.open_channel(self.connection)
        self._session, self._line = channel.session, channel.line
        self._headers = {
            "User-Agent": f"ksyun.vpn/{VERSION} {requests.utils.default_user_agent()}",
            "Accept": _ACCEPT[self.connection.response_format],
            "Accept-Encoding": "identity",  # answers are small
            "Host": self._host,  # said explicitly, so that what is signed is what is sent
        }
        self.warnings.extend(self.connection.warnings())
        if self.connection.verify is False:
            requests.packages.urllib3.disable_warnings(lower.InsecureRequestWarning)  # type: ignore[attr-defined]

    # --- calls --------------------------------------------------------------------------------

    def read(self, action: str, parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Call a C(Describe*) action; its answer. Repeated on time-outs, resets, 5xx and throttling."""
        return self._call(action, parameters, repeatable=True)

    def write(self, action: str, parameters: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Call a writing action; its answer. Repeated only where it is certain that nothing happened.

        Raises L(ApiError); its C(may_have_happened) tells whether the caller has to look.
        """
        return self._call(action, parameters, repeatable=False)

    def probe(self, action: str, parameters: t.Mapping[str, t.Any]) -> None:
        """Ask with C(DryRun=true) whether a writing action would be accepted; returns if so.

        Raises L(ApiError) as the real call would, and L(DryRunExecutedError) when the service
        carried it out.
        """
        try:
            answer = self._call(action, {**parameters, "DryRun": True}, repeatable=True, dry_run=True)
        except DryRunSucceeded:
            return
        ids = [
            value
            for item in answer.values()
            if isinstance(item, dict)
            for name, value in item.items()
            if action == f"Create{name[:-2]}" and name.endswith("Id") and isinstance(value, str)
        ]
        raise DryRunExecutedError(
            action,
            "the service ignored DryRun and has really carried out the request"
            + (f"; it created {ids[0]}" if ids else ""),
            http_status=self.calls[-1].http_status,
            request_id=self.calls[-1].request_id,
            may_have_happened=True,
            hint="Check mode can't be trusted with this endpoint: look at what was changed, and set probe: false.",
        )

    def items(self, action: str, parameters: t.Mapping[str, t.Any], set_name: str) -> t.Iterator[dict[str, t.Any]]:
        """The items of a C(Describe*) action, page after page (C(MaxResults), C(NextToken)) to the end.

        Raises L(TransportError) for a listing without an end: tokens that repeat, too many pages or bytes.
        """
        token: str | None = None
        seen: set[str] = set()
        begun = self._received
        while True:
            answer = self.read(action, {**parameters, "MaxResults": PAGE_SIZE, "NextToken": token})
            items = answer.get(set_name)
            yield from items if isinstance(items, list) else []
            token = wire.next_token(answer)
            if token is None:
                return
            if token in seen:
                raise TransportError(action, "the service's NextToken repeats: the listing has no end")
            seen.add(token)
            size = self._received - begun
            if len(token) > MAX_TOKEN or len(seen) >= MAX_PAGES or size > MAX_LISTING:
                raise TransportError(
                    action,
                    f"the listing has no end: {len(seen)} pages of {size} bytes, "
                    f"and another NextToken of {len(token)} characters",
                )

    # --- one call, its attempts ---------------------------------------------------------------

    def _call(
        self, action: str, parameters: t.Mapping[str, t.Any], *, repeatable: bool, dry_run: bool = False
    ) -> dict[str, t.Any]:
        pairs = [("Action", action), ("Version", API_VERSION), *wire.flatten(parameters)]
        if self.connection.signature_version == "simplified" and self.connection.response_format == "json":
            pairs.append(("Format", "json"))
        call = Call(action, dry_run)
        self.calls.append(call)
        started = self.monotonic()
        # Exponential back-off with full jitter, one delay for each attempt after the first. Who is throttled can't
        # know how many others are, so they spread over the longest delay from the start (tests/load has the figures).
        repeats = self.connection.max_attempts - 1
        delays: t.Iterator[tuple[int, int]] | None = None
        try:
            while True:
                call.attempts += 1
                try:
                    return self._attempt(call, pairs)
                except ApiError as error:
                    if self._corrected_clock(error):
                        continue
                    if delays is None:
                        delays = _jittered_delays(repeats)
                    jittered = next(delays, None) if _worth_repeating(error, repeatable) else None
                    left = self.connection.max_retry_time - (self.monotonic() - started)
                    if jittered is None or left <= 0:
                        raise
                    soon, spread = jittered
                    if isinstance(error, ThrottledError) and error.retry_after is None:
                        delay = min(spread / 1000, left)
                    else:
                        delay = max(soon / 1000, error.retry_after or 0)
                    if delay > left:
                        raise
                    self.sleep(delay)
        finally:
            call.milliseconds = round((self.monotonic() - started) * 1000)

    def _corrected_clock(self, error: ApiError) -> bool:
        """After C(Signature expired): take the service's time from its C(Date) header, once."""
        served = getattr(error, "server_time", None)
        if not isinstance(error, SignatureError) or "expired" not in error.message or served is None:
            return False
        if self._clock_corrected:
            return False
        self._clock_corrected = True
        self._skew = served - self.clock()
        self.warnings.append(
            f"This host's clock differs from the service's by about {self._skew.total_seconds():+.0f} seconds; "
            "requests are signed with the service's time. Set the clock (NTP)."
        )
        return True

    def _attempt(self, call: Call, pairs: list[tuple[str, str]]) -> dict[str, t.Any]:
        call.http_status = call.request_id = None
        action = call.action
        connection = self.connection
        text = encode_pairs(pairs)
        in_body = (
            connection.request_method == "POST"
            or action == "CreateVpnTunnel"
            or len(text) > LONGEST_QUERY
            or self._carries_secret(pairs)
        )
        url = connection.endpoint_url + "/" if in_body else f"{connection.endpoint_url}/?{text}"
        started = self.monotonic()
        try:
            with (
                self._line.within(connection.connect_timeout + connection.read_timeout),
                self._session.request(
                    "POST" if in_body else "GET",
                    url,
                    data=text if in_body else None,
                    headers={**self._headers, **({"Content-Type": FORM} if in_body else {})},
                    auth=self._auth,
                    timeout=(connection.connect_timeout, connection.read_timeout),
                    verify=connection.verify,
                    proxies=connection.proxies,
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                call.http_status = response.status_code
                body = self._body(response, started, action)
                if self._line.overdue:  # an answer without a length looks complete when it is cut off
                    raise failures.ReadTimeout("the answer did not end in time")
        except (failures.RequestException, lower.HTTPError, OSError, ValueError, TypeError) as failure:
            raise self._transport_error(action, failure) from None
        return self._answer(call, response, body)

    def _carries_secret(self, pairs: list[tuple[str, str]]) -> bool:
        """Whether a value is a secret of the task, or the signature adds one (the simplified form's token)."""
        if self.connection.signature_version == "simplified" and self.connection.credentials.security_token:
            return True
        return any(self.redact.text(value) != value for _name, value in pairs)

    def _body(self, response: requests.Response, started: float, action: str) -> bytes:
        """The whole body, bounded in size, and in time by the read time-out (which alone bounds only each piece)."""
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in _ENCODINGS:
            raise self._unusable(action, response, "the answer is compressed in a way that was not asked for")
        # read1 returns what has come; without it (urllib3 1) a piece is waited for, so that it must be small
        read, size = (response.raw.read1, 65536) if hasattr(response.raw, "read1") else (response.raw.read, 1024)
        body = bytearray()
        while True:
            piece = read(size, decode_content=True)
            if not piece:
                return bytes(body)
            body += piece
            self._received += len(piece)
            if len(body) > MAX_BODY:
                raise TransportError(action, f"the answer is larger than {MAX_BODY} bytes", may_have_happened=True)
            if self.monotonic() - started > self.connection.connect_timeout + self.connection.read_timeout:
                raise failures.ReadTimeout("the answer did not end in time")

    def _answer(self, call: Call, response: requests.Response, body: bytes) -> dict[str, t.Any]:
        status, action = response.status_code, call.action
        if 300 <= status < 400:
            raise self._unusable(action, response, "the answer is a redirection, which is not followed")
        try:
            answer = wire.parse(body)
            identity, (code, message) = wire.request_id(answer), wire.error_of(answer)
            call.request_id = identity and wire.one_line(identity, self.redact.text, 128)
            is_error = code is not None and ("Error" in answer or "error" in answer)
            if 200 <= status < 300 and not is_error:
                if action.startswith("Describe"):
                    wire.check_listing(answer, action[len("Describe") : -1])
                return answer
            if status < 200 or (code is None and call.request_id is None):
                raise wire.MalformedAnswerError("it has neither a code nor a RequestId")
        except wire.MalformedAnswerError as problem:
            raise self._unusable(action, response, f"the answer is not one of the service: {problem}") from None
        code = code and wire.one_line(code, self.redact.text, 128)
        message = wire.one_line(message, self.redact.text)
        error = service_error(action, status, code, message, call.request_id, _retry_after(response))
        error.server_time = _served_at(response)  # type: ignore[attr-defined]
        raise error

    @staticmethod
    def _unusable(action: str, response: requests.Response, message: str) -> TransportError:
        """An answer that does not come from the service, most often a proxy's."""
        status = response.status_code
        error = TransportError(
            action,
            message,
            http_status=status,
            may_have_happened=status < 300 or status >= 500 or status == 408,
            hint="Check endpoint_url and the proxies between.",
            retry_after=_retry_after(response),
        )
        error.transient = status < 300 or status >= 500 or status in (408, 429)
        return error

    def _transport_error(self, action: str, failure: Exception) -> TransportError:
        """What a failure below HTTP means: was the request certainly not sent, may another try help?"""
        sent = self._line.established
        if self._line.overdue:
            return TransportError(action, f"no answer from {self._host} in time", may_have_happened=sent)
        if isinstance(failure, failures.SSLError) and not sent:
            return TlsError(
                action,
                f"the TLS connection to {self._host} was not acceptable: {_innermost(failure)}",
                hint=_tls_hint(str(failure)),
            )
        if isinstance(failure, (failures.ConnectTimeout, failures.ProxyError)) or _refused(failure):
            return TransportError(action, f"no connection to {self._host}: {_innermost(failure)}")
        if isinstance(failure, (failures.Timeout, lower.TimeoutError)):
            return TransportError(action, f"no answer from {self._host} in time", may_have_happened=True)
        if isinstance(failure, failures.InvalidSchema) and "SOCKS" in str(failure):
            raise ConfigurationError("proxy_url is not usable: SOCKS needs the Python library PySocks.")
        no_host = (failures.InvalidURL, failures.InvalidSchema, failures.MissingSchema, lower.LocationValueError)
        if isinstance(failure, (*no_host, UnicodeError, TypeError)):
            # the failure's text may quote a proxy's URL, and with it a password
            raise ConfigurationError("endpoint_url, or the URL of the proxy, is not usable: the host is not valid.")
        if isinstance(failure, (FileNotFoundError, failures.InvalidProxyURL)) or (
            isinstance(failure, OSError) and "CA certificate bundle" in str(failure)
        ):
            raise ConfigurationError(f"ca_bundle or proxy_url is not usable: {failure}.")
        return TransportError(
            action, f"the connection to {self._host} broke: {_innermost(failure)}", may_have_happened=True
        )

    @property
    def _host(self) -> str:
        parts = urlsplit(self.connection.endpoint_url)
        default = {"http": 80, "https": 443}[parts.scheme]
        return parts.netloc.rpartition(":")[0] if parts.port == default else parts.netloc


def _tls_hint(text: str) -> str:
    """What to do about a TLS connection that did not come about."""
    first = ""
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text:
        first = "The server, or a proxy before it, does not speak TLS on that port: check endpoint_url and proxy_url. "
    elif "expired" in text or "not yet valid" in text:
        first = "If this host's clock is right (NTP), the server's certificate has to be renewed. "
    elif "self-signed" in text or "self signed" in text or "unable to get" in text:
        first = "Somebody on the way may be intercepting the connection. "
    return (
        f"{first}If the certificate does not cover the region's host name, set endpoint_url to "
        "https://vpc.api.ksyun.com; for a private authority set ca_bundle."
    )


def _jittered_delays(repeats: int) -> t.Iterator[tuple[int, int]]:
    """For each attempt after the first: a delay that grows, and one from the longest, in milliseconds."""
    from ansible.module_utils.api import generate_jittered_backoff  # here, as few calls are repeated

    return zip(
        generate_jittered_backoff(repeats, _FIRST_DELAY_MS, _LONGEST_DELAY_MS),
        generate_jittered_backoff(repeats, _LONGEST_DELAY_MS, _LONGEST_DELAY_MS),
    )


def _worth_repeating(error: ApiError, repeatable: bool) -> bool:
    """Whether another attempt may help and can't do harm."""
    return error.transient and (repeatable or not error.may_have_happened)


def _chain(failure: BaseException | None) -> t.Iterator[BaseException]:
    """A failure and all that it wraps, outermost first."""
    seen: set[int] = set()
    while isinstance(failure, BaseException) and id(failure) not in seen:
        seen.add(id(failure))
        yield failure
        wrapped = next((item for item in failure.args if isinstance(item, BaseException)), None)
        failure = getattr(failure, "reason", None) or wrapped or failure.__cause__ or failure.__context__


def _refused(failure: BaseException) -> bool:
    """Whether no connection came about, so that nothing can have been sent."""
    return any(isinstance(item, (lower.NewConnectionError, lower.ConnectTimeoutError)) for item in _chain(failure))


def _innermost(failure: BaseException) -> str:
    """The cause in words, without the object addresses and URLs that the layers above put around it."""
    chain = list(_chain(failure))
    refused = next((str(item) for item in chain if str(item).startswith("Tunnel connection failed")), None)
    return refused[:200] if refused else str(getattr(chain[-1], "strerror", None) or "") or type(chain[-1]).__name__


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return min(float(value), _LONGEST_DELAY_MS / 1000) if re.fullmatch("[0-9]{1,9}", value) else None


def _served_at(response: requests.Response) -> datetime | None:
    """The time of the C(Date) header; None without a believable one."""
    try:
        served = parsedate_to_datetime(response.headers.get("Date", ""))
        served = served.replace(tzinfo=served.tzinfo or timezone.utc).astimezone(timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return served if 2020 <= served.year < 2200 else None
