# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request, sent as it is wanted, and its answer as it came: for questions about the service itself.

The client of the tasks takes the sharp edges off (it repeats, corrects clocks, judges answers). Here they are what is
asked about. It is the only file of this room that uses C(api/).
"""

from __future__ import annotations

import time
import typing as t
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ..api import wire
from ..api.connection import Connection
from ..api.errors import MalformedAnswerError, TransportError
from ..api.redaction import Redactor
from ..api.signing import (
    ALGORITHM,
    FORM,
    TERMINATOR,
    TOKEN_HEADER,
    Credentials,
    Request,
    SigV4HeaderAuth,
    SigV4QueryAuth,
    SimplifiedAuth,
    canonical_request,
    decode_pairs,
    encode_pairs,
    sigv4_signature,
    utcnow,
)
from ..api.transport.pool import Channel

__all__ = ["Answer", "Connection", "Redactor", "Sender", "Sending", "TransportError"]

VERSION = "2016-03-04"
MOST_BYTES = 16 * 1024 * 1024
_ACCEPT = {"json": "application/json", "xml": "application/xml"}
_SIGNERS: dict[str, t.Any] = {"v4": SigV4HeaderAuth, "v4-query": SigV4QueryAuth, "simplified": SimplifiedAuth}
_PAUSES = (1.0, 3.0, 10.0)  # seconds, before each further attempt
_THROTTLED = ("LimitExceeded", "RequestLimitExceeded", "Throttling", "ThrottlingException")


class Sending(t.NamedTuple):
    """How a request is sent. C(skew) is what the clock is off in seconds; C(expects): the format that is asked for.

    C(fault) is what is wrong with the signature on purpose: C(secret), C(key), C(none), C(host) (not signed), C(zone)
    (a date with +00:00 in place of Z), C(region).
    """

    method: str = "POST"
    signature: str = "v4"
    expects: str | None = "json"
    skew: int = 0
    fault: str = ""
    version: str = VERSION

    def differences(self) -> dict[str, t.Any]:
        """What of it is not as usual, for the record."""
        usual = Sending()
        return {name: value for name, value in self._asdict().items() if value != getattr(usual, name)}


class Answer(t.NamedTuple):
    """What came back. C(body) is empty where the text is neither JSON nor XML of the service (C(kind) is C(other))."""

    status: int
    kind: str
    body: dict[str, t.Any]
    has_date: bool

    @property
    def code(self) -> str | None:
        """The code of an error; None for a success."""
        return wire.error_of(self.body)[0]

    @property
    def message(self) -> str:
        """What the service says of an error."""
        return wire.error_of(self.body)[1]

    @property
    def accepted(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300 and self.code is None and not wire.declined(self.body)

    @property
    def next_token(self) -> str | None:
        """What the next page is asked for with."""
        return wire.next_token(self.body)

    def items(self, name: str) -> list[dict[str, t.Any]]:
        """The objects of a list in it."""
        value = self.body.get(name)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


class Sender:
    """Sends requests over one channel. C(sleep) and C(clock) can be replaced in tests."""

    def __init__(
        self,
        connection: Connection,
        open_channel: t.Callable[[Connection], Channel] = Channel,
        *,
        sleep: t.Callable[[float], None] = time.sleep,
        clock: t.Callable[[], datetime] = utcnow,
    ) -> None:
        self.connection, self.sleep, self.clock = connection, sleep, clock
        self._channel = open_channel(connection)
        parts = urlsplit(connection.endpoint_url)
        default = {"http": 80, "https": 443}[parts.scheme]
        self._host = parts.netloc.rpartition(":")[0] if parts.port == default else parts.netloc

    def send(self, action: str, parameters: t.Mapping[str, t.Any], how: Sending, *, writes: bool) -> Answer:
        """The answer to one request. What is throttled is sent again, and so is a read whose answer was lost.

        Raises L(TransportError) where no answer came.
        """
        for pause in (*_PAUSES, None):
            try:
                answer = self._once(action, parameters, how)
            except _lost() as error:
                self._channel.broke()
                if writes or pause is None:
                    raise TransportError(action, f"no answer came: {type(error).__name__}") from None
            else:
                again = answer.code in _THROTTLED or (answer.status >= 500 and not writes and not how.fault)
                if not again or pause is None:
                    return answer
            self.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, action: str, parameters: t.Mapping[str, t.Any], how: Sending) -> Answer:
        pairs = [("Action", action), ("Version", how.version), *wire.flatten(parameters)]
        if how.signature == "simplified" and how.expects == "json":
            pairs.append(("Format", "json"))
        text = encode_pairs(pairs)
        headers = {"User-Agent": "ksyun.vpn verify_service", "Accept-Encoding": "identity", "Host": self._host}
        if how.expects:
            headers["Accept"] = _ACCEPT[how.expects]
        in_body = how.method == "POST"
        if in_body:
            headers["Content-Type"] = FORM
        url = self.connection.endpoint_url + ("/" if in_body else f"/?{text}")
        request = self._signed(Request(how.method, url, headers, text if in_body else None), how)
        patience = self.connection.connect_timeout + self.connection.read_timeout
        with self._channel.deadline.limit(patience):
            response = self._channel.send(request)
            try:
                body = response.read(MOST_BYTES, decode_content=True)
            finally:
                response.close()
        if self._channel.deadline.overdue:
            raise TimeoutError("the answer did not end in time")
        kind = {b"{": "json", b"<": "xml"}.get(body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1], "other")
        try:
            parsed = wire.parse(body)
        except MalformedAnswerError:
            kind, parsed = "other", {}
        return Answer(response.status, kind, parsed, "Date" in response.headers)

    def _signed(self, request: Request, how: Sending) -> Request:
        credentials, region = self.connection.credentials, self.connection.region
        if how.fault == "none":
            return request
        if how.fault == "secret":
            credentials = credentials._replace(secret_key="not-the-secret-key")  # noqa: S106
        if how.fault == "key":
            credentials = credentials._replace(access_key="AKLTNOBODYSKEY")
        if how.fault == "region":
            region = "cn-nowhere-1"
        if how.fault in ("host", "zone"):
            return _sign_oddly(request, credentials, region, self.clock(), how.fault)
        signer = _SIGNERS[how.signature](credentials, region, clock=lambda: self.clock() + timedelta(seconds=how.skew))
        return t.cast(Request, signer(request))


def _sign_oddly(request: Request, credentials: Credentials, region: str, now: datetime, fault: str) -> Request:
    """AWS V4 in the header, with a date in another layout, or without the host."""
    moment = now.strftime("%Y%m%dT%H%M%S") + ("+00:00" if fault == "zone" else "Z")
    scope = "/".join([moment[:8], region, "vpc", TERMINATOR])
    request.headers["X-Amz-Date"] = moment
    if credentials.security_token:
        request.headers[TOKEN_HEADER] = credentials.security_token
    names = ("accept", "content-type", "x-amz-date", TOKEN_HEADER.lower(), *(() if fault == "host" else ("host",)))
    headers = {name.lower(): value for name, value in request.headers.items() if name.lower() in names}
    pairs = decode_pairs(urlsplit(request.url).query)
    text, signed = canonical_request(request.method, "/", pairs, headers, request.body)
    signature = sigv4_signature(credentials.secret_key, moment, scope, text)
    request.headers["Authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
    )
    return request


def _lost() -> tuple[type[Exception], ...]:
    """What it looks like when no answer came."""
    from urllib3.exceptions import HTTPError  # here, as the library may be missing

    return (HTTPError, OSError, ValueError)
