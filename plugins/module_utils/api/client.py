# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of the Ksyun OpenAPI: one session, one way to call an action.

Knows signing, transport, retries, errors and the wire format; of resources and of Ansible it knows nothing.
"""

from __future__ import annotations

import math
import threading
import time
import typing as t
from contextlib import closing, suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ..version import VERSION
from . import wire
from .action import Action, Service
from .connection import Connection
from .errors import (
    ApiError,
    ConfigurationError,
    DryRunExecutedError,
    DryRunSucceeded,
    MalformedAnswerError,
    ServiceError,
    SignatureError,
    ThrottledError,
    TransportError,
)
from .redaction import Redactor
from .signing import FORM, Request, SigV4HeaderAuth, SigV4QueryAuth, SimplifiedAuth, encode_pairs, utcnow
from .transport.pool import REQUESTS_IMPORT_ERROR, Channel

with suppress(ImportError):
    import urllib3
    from urllib3 import exceptions as failures

if t.TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

    from .transport.pace import Pace

PAGE_SIZE = 200
# Bounds that no account comes near to, for what a broken or hostile server would never end:
MAX_PAGES = 1_000  # of a listing; of the size above, 200,000 resources
MAX_BODY = 16 * 1024 * 1024  # bytes of an answer; 10,000 tunnels in one take about 12 MB
MAX_LISTING = 4 * MAX_BODY  # bytes of all pages of a listing
MAX_TOKEN = 2_048  # characters of a NextToken
LONGEST_QUERY = 6_000  # characters; servers refuse longer lines (many from 8 KB), so more goes by POST
_ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")  # one, that can be unpacked piece by piece
_ACCEPT = {"json": "application/json", "xml": "application/xml"}
_SIGNERS: dict[str, t.Callable[..., t.Any]] = {
    "v4": SigV4HeaderAuth,
    "v4-query": SigV4QueryAuth,
    "simplified": SimplifiedAuth,
}


class Call:
    """What became of one call, for the C(api_calls) return value. C(milliseconds) include retries and their waits."""

    def __init__(self, action: str, dry_run: bool) -> None:
        self.action = action
        self.dry_run = dry_run
        self.http_status: int | None = None
        self.request_id: str | None = None
        self.attempts = 0
        self.milliseconds = 0


class _Shared:
    """What clients of one endpoint have in common, each in a thread of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.skew = timedelta(0)  # of this host's clock
        self.clock_corrected = False
        self.pace: Pace | None = None  # once there are several threads


class Client:
    """Calls actions over one channel, its own or one that C(open_channel) has kept from before.

    C(sleep), C(monotonic) and C(clock) can be replaced in tests. C(calls) and C(warnings) collect
    what happened; C(redact) is the redactor of the task, which learns the connection's secrets.
    """

    def __init__(
        self,
        connection: Connection,
        redact: Redactor | None = None,
        open_channel: t.Callable[[Connection], Channel] = Channel,
        *,
        sleep: t.Callable[[float], None] = time.sleep,
        monotonic: t.Callable[[], float] = time.monotonic,
        clock: t.Callable[[], datetime] = utcnow,
        shared: _Shared | None = None,
    ) -> None:
        if REQUESTS_IMPORT_ERROR:
            raise ConfigurationError("The Python library 'requests' is missing on the host that runs the module.")
        self.connection = connection
        self.redact = redact or Redactor()
        self.sleep, self.monotonic, self.clock = sleep, monotonic, clock
        self.calls: list[Call] = []
        self.warnings = connection.warnings()
        credentials = connection.credentials
        for secret in (credentials.secret_key, credentials.security_token):
            self.redact.add(secret)
        self._shared = shared or _Shared()
        self._signers: dict[Service, t.Callable[[Request], Request]] = {}
        self._received = 0
        self.last_write = -math.inf  # when the last request that writes had its answer, or none
        self._channel = open_channel(connection)
        self._headers = {
            "User-Agent": f"ksyun.vpn/{VERSION} python-urllib3/{urllib3.__version__}",
            "Accept": _ACCEPT[connection.response_format],
            "Accept-Encoding": "identity",  # answers are small
            "Host": self._host,  # said explicitly, so that what is signed is what is sent
        }
        if connection.verify is False:
            urllib3.disable_warnings(failures.InsecureRequestWarning)

    def fork(self, open_channel: t.Callable[[Connection], Channel] = Channel) -> Client:
        """A client for another thread, with connections, C(calls) and C(warnings) of its own.

        What one of them learns of the clock, of the service's rate limit and of secrets counts for all. The caller
        closes it.
        """
        if self._shared.pace is None:
            from .transport.pace import Pace  # here, as one thread needs none

            self._shared.pace = Pace()
        other = Client(
            self.connection,
            self.redact,
            open_channel,
            sleep=self.sleep,
            monotonic=self.monotonic,
            clock=self.clock,
            shared=self._shared,
        )
        other.warnings = []
        return other

    def close(self) -> None:
        """Close the connections."""
        self._channel.close()

    # --- calls --------------------------------------------------------------------------------

    def call(self, action: Action, parameters: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], Call]:
        """Call an action; its answer, and what became of the call.

        One that only reads is repeated on time-outs, resets, 5xx and throttling; one that writes only where it is
        certain that nothing happened. Raises L(ApiError); its C(may_have_happened) tells whether the caller has to
        look. Raises L(ConfigurationError), and sends nothing, for a write where the connection is for dry runs only.
        """
        if action.writes and self.connection.dry_run:
            raise ConfigurationError(
                f"{action.name} was not sent, as the environment variable KSYUN_DRY_RUN is true: nothing is to be "
                "changed. Check mode (--check) tells what a run would do; without the variable it is done."
            )
        return self._call(action, parameters)

    def probe(self, action: Action, parameters: t.Mapping[str, t.Any]) -> None:
        """Ask with C(DryRun=true) whether a writing action would be accepted; returns if so.

        Raises L(ApiError) as the real call would, and L(DryRunExecutedError) when the service
        carried it out.
        """
        try:
            answer, call = self._call(action, {**parameters, "DryRun": True}, dry_run=True)
        except DryRunSucceeded:
            return
        created = action.created(answer)
        raise DryRunExecutedError(
            action.name,
            "the service ignored DryRun and has really carried out the request"
            + (f"; it created {created}" if created else ""),
            http_status=call.http_status,
            request_id=call.request_id,
            may_have_happened=True,
            hint="Check mode can't be trusted with this endpoint: look at what was changed, and set probe: false.",
        )

    def items(self, action: Action, parameters: t.Mapping[str, t.Any]) -> t.Iterator[dict[str, t.Any]]:
        """The items of an action that lists, page after page (C(MaxResults), C(NextToken)) to the end.

        Raises L(TransportError) for a listing without an end: tokens that repeat, too many pages or bytes.
        """
        token: str | None = None
        seen: set[str] = set()
        begun = self._received
        while True:
            answer, _call = self.call(action, {**parameters, "MaxResults": PAGE_SIZE, "NextToken": token})
            items = answer.get(action.result)
            yield from items if isinstance(items, list) else []
            token = wire.next_token(answer)
            if token is None:
                return
            if token in seen:
                raise TransportError(action.name, "the service's NextToken repeats: the listing does not end")
            seen.add(token)
            size = self._received - begun
            if len(token) > MAX_TOKEN or len(seen) >= MAX_PAGES or size > MAX_LISTING:
                raise TransportError(
                    action.name,
                    f"the listing does not end: {len(seen)} pages of {size} bytes, "
                    f"and another NextToken of {len(token)} characters",
                )

    # --- one call, its attempts ---------------------------------------------------------------

    def _call(
        self, action: Action, parameters: t.Mapping[str, t.Any], *, dry_run: bool = False
    ) -> tuple[dict[str, t.Any], Call]:
        pairs = [("Action", action.name), ("Version", action.service.version), *wire.flatten(parameters)]
        if self.connection.signature_version == "simplified" and self.connection.response_format == "json":
            pairs.append(("Format", "json"))
        call = Call(action.name, dry_run)
        self.calls.append(call)
        started = self.monotonic()
        pauses: Pauses | None = None
        try:
            while True:
                call.attempts += 1
                sent = self._sent_in_turn()
                skew = self._shared.skew
                try:
                    answer = self._attempt(action, call, pairs, by_post=action.writes or action.post_only)
                    if self._shared.pace is not None:
                        self._shared.pace.taken(action.name, self.monotonic())
                    return answer, call
                except ApiError as error:
                    if self._corrected_clock(error, skew):
                        continue
                    # of a dry run, too: an endpoint that ignores DryRun may have carried out what has lost its answer
                    if not error.transient or (error.may_have_happened and action.writes):
                        raise self._explained(error) from None
                    if pauses is None:
                        from .transport.backoff import Pauses  # here, as few calls are repeated

                        pauses = Pauses(self.connection.max_attempts, self.connection.max_retry_time)
                    pause = pauses.next(error, self.monotonic() - started, self._channel.answered)
                    if pause is None:
                        raise self._explained(error) from None
                    if self._shared.pace is not None and isinstance(error, ThrottledError):
                        asked = error.retry_after or 0.0
                        self._shared.pace.turned_away(action.name, sent, self.monotonic(), asked)
                    else:
                        self.sleep(pause)
        finally:
            ended = self.monotonic()
            call.milliseconds = round((ended - started) * 1000)
            if action.writes and not dry_run:
                self.last_write = ended

    def _explained(self, error: ApiError) -> ApiError:
        """The error, with where those options come from that its hint tells to look at."""
        from .transport.failures import places

        told = error.hint and places(error.hint, self.connection, self._channel.via)
        if told:
            error.hint = f"{error.hint} {told}"
        return error

    def _sent_in_turn(self) -> float:
        """Wait until it is this thread's turn, if there are several, and the service limits their requests; when."""
        while self._shared.pace is not None:
            left = self._shared.pace.wait(self.monotonic())
            if not left:
                break
            self.sleep(left)
        return self.monotonic()

    def _corrected_clock(self, error: ApiError, skew: timedelta) -> bool:
        """After C(Signature expired): take the service's time from its C(Date) header, once for all threads.

        C(skew) is what the request was signed with.
        """
        if not isinstance(error, SignatureError) or "expired" not in error.message or error.server_time is None:
            return False
        shared = self._shared
        with shared.lock:
            if shared.clock_corrected:
                return skew != shared.skew  # another thread has corrected it since
            shared.clock_corrected = True
            shared.skew = error.server_time - self.clock()
        self.warnings.append(
            f"This host's clock differs from the service's by about {shared.skew.total_seconds():+.0f} seconds; "
            "requests are signed with the service's time. Set the clock (NTP)."
        )
        return True

    def _attempt(self, action: Action, call: Call, pairs: list[tuple[str, str]], by_post: bool) -> dict[str, t.Any]:
        """Send once. C(by_post): what writes goes by POST, as whoever is between may repeat a GET (RFC 9110, 9.2.2)."""
        call.http_status = call.request_id = None
        connection = self.connection
        text = encode_pairs(pairs)
        in_body = (
            by_post or connection.request_method == "POST" or len(text) > LONGEST_QUERY or self._carries_secret(pairs)
        )
        method = "POST" if in_body else "GET"
        url = connection.endpoint_url + "/" if in_body else f"{connection.endpoint_url}/?{text}"
        headers = {**self._headers, **({"Content-Type": FORM} if in_body else {})}
        deadline = self._channel.deadline
        started = self.monotonic()
        try:
            request = self._sign(action.service, Request(method, url, headers, text if in_body else None))
            with (
                deadline.limit(connection.connect_timeout + connection.read_timeout),
                closing(self._channel.send(request)) as response,
            ):
                call.http_status = response.status
                body = self._body(response, started, action.name)
                if deadline.overdue:  # an answer without a length looks complete when it is cut off
                    raise TimeoutError("the answer did not end in time")
        except (failures.HTTPError, OSError, ValueError, TypeError) as failure:
            from .transport.failures import transport_error  # here, as most calls succeed

            self._channel.broke()
            raise transport_error(
                action.name, self._host, deadline, failure, self._channel.via, self.redact.text
            ) from None
        return self._answer(action, call, response, body)

    def _sign(self, service: Service, request: Request) -> Request:
        if service not in self._signers:
            self._signers[service] = _SIGNERS[self.connection.signature_version](
                self.connection.credentials,
                self.connection.region,
                service.name,
                clock=lambda: self.clock() + self._shared.skew,
            )
        return self._signers[service](request)

    def _carries_secret(self, pairs: list[tuple[str, str]]) -> bool:
        """Whether a value is a secret of the task, or the signature adds one (the simplified form's token)."""
        if self.connection.signature_version == "simplified" and self.connection.credentials.security_token:
            return True
        return any(self.redact.text(value) != value for _name, value in pairs)

    def _body(self, response: BaseHTTPResponse, started: float, action: str) -> bytes:
        """The whole body, bounded in size, and in time by the read time-out (which alone bounds only each piece)."""
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in _ENCODINGS:
            raise self._unusable(action, response, "the answer is compressed in a way that was not asked for")
        # read1 returns what has come; without it (urllib3 1) a piece is waited for, so that it must be small
        read, size = (response.read1, 65536) if hasattr(response, "read1") else (response.read, 1024)
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
                raise TimeoutError("the answer did not end in time")

    def _answer(self, action: Action, call: Call, response: BaseHTTPResponse, body: bytes) -> dict[str, t.Any]:
        status = response.status
        if 300 <= status < 400:
            raise self._unusable(action.name, response, "the answer is a redirection, which is not followed")
        try:
            answer = wire.parse(body)
            identity, (code, message) = wire.request_id(answer), wire.error_of(answer)
            call.request_id = identity and wire.one_line(identity, self.redact.text, 128)
            has_result = wire.has_result(answer, action)
            is_error = code is not None and ("Error" in answer or "error" in answer or not has_result)
            declined = not has_result and wire.declined(answer)
            if code is None and declined:
                told = "it answered Return: false, so it has not carried out the request"
                raise ServiceError(action.name, told, http_status=status, request_id=call.request_id)
            if 200 <= status < 300 and not is_error:
                wire.check(answer, action)
                return answer
            if status < 200 or (code is None and not isinstance(answer.get("Error", answer.get("error")), dict)):
                raise MalformedAnswerError("it says neither what was done nor, with a code, why not")
        except MalformedAnswerError as problem:
            raise self._unusable(action.name, response, f"the answer is not one of the service: {problem}") from None
        finally:
            self._channel.answered = self._channel.answered or call.request_id is not None
        from .transport.failures import from_error_answer

        code = code and wire.one_line(code, self.redact.text, 128)
        message = wire.one_line(message, self.redact.text)
        raise from_error_answer(action.name, response, code, message, call.request_id, declined=declined)

    @staticmethod
    def _unusable(action: str, response: BaseHTTPResponse, message: str) -> TransportError:
        from .transport.failures import from_foreign_answer

        return from_foreign_answer(action, response, message)

    @property
    def _host(self) -> str:
        parts = urlsplit(self.connection.endpoint_url)
        default = {"http": 80, "https": 443}[parts.scheme]
        return parts.netloc.rpartition(":")[0] if parts.port == default else parts.netloc
