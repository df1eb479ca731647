# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of AWS V4 signatures, in the Authorization header and in parameters, calculated by botocore.

The list of signed headers is used as it stands: in its order, with what it names twice. The vendor's Go client signs
``host;host``, and its older Java client names as it spells them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPMessage

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .errors import PublicError
from .parameters import Incoming, integer
from .settings import Account, Settings
from .signature import ISO_BASIC, Identity, Scope, check_age, check_scope, find_account

ALGORITHM = "AWS4-HMAC-SHA256"
_TERMINATOR = "aws4_request"
_SIGNATURE = "X-Amz-Signature"
_REQUIRED_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", _SIGNATURE)
_Covered = tuple[tuple[tuple[str, str], ...], bytes]  # the parameters of a query, and a body
_LONGEST_EXPIRES = 7 * 24 * 3600
# The signed host comes from the headers; botocore only wants a complete address to take the path from.
_ANY_HOST = "http://emulator.invalid"


@dataclass(frozen=True)
class _Claim:
    """What a request says of its own signature.

    ``date`` is in UTC, ``timestamp`` is what was signed of it; ``expires`` is in seconds.
    """

    credential: str
    signed_headers: tuple[str, ...]
    signature: str
    date_text: str
    date: datetime
    timestamp: str
    expires: int | None = None


class _Calculation(SigV4Auth):
    """botocore's calculation over exactly the headers that the client says it signed, and with no token added."""

    def __init__(self, account: Account, service: str, region: str, signed: Sequence[tuple[str, str]]) -> None:
        super().__init__(Credentials(account.access_key, account.secret_key), service, region)
        self._signed = signed

    def canonical_headers(self, headers_to_sign: HTTPMessage) -> str:
        """The client's choice, instead of botocore's."""
        return "\n".join(f"{name}:{value}" for name, value in self._signed)

    def signed_headers(self, headers_to_sign: HTTPMessage) -> str:
        """The list as the client wrote it."""
        return ";".join(name for name, _value in self._signed)


def verify_header(incoming: Incoming, scope: Scope, settings: Settings, now: float) -> Identity:
    """The identity behind an Authorization header. Raises ServiceError with the row that fits."""
    covered = [(incoming.query, incoming.body)]
    return _verify(incoming, _claim_of_header(incoming, settings), covered, scope, settings, now)


def verify_query(incoming: Incoming, scope: Scope, settings: Settings, now: float) -> Identity:
    """The identity behind X-Amz-* parameters of the query or the body. Raises ServiceError with the row that fits."""
    return _verify(incoming, _claim_of_parameters(incoming, settings), _covered(incoming), scope, settings, now)


def _covered(incoming: Incoming) -> list[_Covered]:
    """What X-Amz-Signature may be over: the query and the body without itself.

    "公共参数" puts all parameters of a POST into the body. What the signature covers that is there, no source says, so
    two readings are taken: the text of the body without it, and the body's parameters as if they were a query's.
    """
    query, form = (
        tuple(pair for pair in pairs if pair[0] != _SIGNATURE) for pairs in (incoming.query, incoming.form or ())
    )
    if form == (incoming.form or ()):
        return [(query, incoming.body)]
    rest = b"&".join(pair for pair in incoming.body.split(b"&") if pair.partition(b"=")[0] != _SIGNATURE.encode())
    return [(query, rest), ((*query, *form), b"")]


def _claim_of_header(incoming: Incoming, settings: Settings) -> _Claim:
    authorization = incoming.headers["Authorization"]
    algorithm, _sep, rest = authorization.strip().partition(" ")
    if not rest.strip():
        raise PublicError.AUTHORIZATION_FORMAT.error()
    if algorithm != ALGORITHM:
        raise PublicError.ALGORITHM_UNSUPPORTED.error(algorithm)
    parts: dict[str, str] = {}
    for item in rest.split(","):
        name, equals, value = item.strip().partition("=")
        if not equals or not name or name in parts:
            raise PublicError.AUTHORIZATION_FORMAT.error()
        parts[name] = value
    for name, row in (
        ("Credential", PublicError.CREDENTIAL_MISSING),
        ("Signature", PublicError.SIGNATURE_MISSING),
        ("SignedHeaders", PublicError.SIGNED_HEADERS_MISSING),
    ):
        if not parts.get(name):
            raise row.error(authorization)
    date_text = incoming.headers.get("X-Amz-Date") or incoming.headers.get("Date")
    if not date_text:
        raise PublicError.DATE_MISSING.error(authorization)
    return _Claim(
        parts["Credential"],
        _names(parts["SignedHeaders"]),
        parts["Signature"],
        date_text,
        *_date(date_text, settings),
    )


def _claim_of_parameters(incoming: Incoming, settings: Settings) -> _Claim:
    query = incoming.parameters
    missing = [name for name in _REQUIRED_QUERY if not query.get(name)]
    # X-Amz-Date is "否" among the required ones: it overrides the date header's.
    date_text = query.get("X-Amz-Date") or incoming.headers.get("X-Amz-Date") or incoming.headers.get("Date")
    if not date_text:
        missing.append("X-Amz-Date")
    if missing or not date_text:
        raise PublicError.QUERY_INCOMPLETE.error(", ".join(missing))
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise PublicError.ALGORITHM_UNSUPPORTED.error(query["X-Amz-Algorithm"])
    expires = None
    if "X-Amz-Expires" in query:
        try:
            expires = integer(1, _LONGEST_EXPIRES)(query["X-Amz-Expires"])
        except ValueError:
            raise PublicError.INVALID_VALUE.error("X-Amz-Expires") from None
    return _Claim(
        query["X-Amz-Credential"],
        _names(query["X-Amz-SignedHeaders"]),
        query[_SIGNATURE],
        date_text,
        *_date(date_text, settings),
        expires,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _date(text: str, settings: Settings) -> tuple[datetime, str]:
    """UTC time of an X-Amz-Date, or of a Date header in HTTP's own layout, and the text of it that is signed.

    That is the text as it was sent, but for HTTP's layout, which a signature never has. Raises ServiceError
    IncompleteSignature.
    """
    zones = "Z|[+-][0-9]{2}:?[0-9]{2}" if settings.signature_dates == "any zone" else "Z"
    try:
        if re.fullmatch(f"[0-9]{{8}}T[0-9]{{6}}(?:{zones})", text):
            date = datetime.strptime(text, "%Y%m%dT%H%M%S%z").astimezone(timezone.utc).replace(tzinfo=None)
            return date, text
        date = parsedate_to_datetime(text).astimezone(timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, IndexError, OverflowError):
        raise PublicError.DATE_FORMAT.error(text) from None
    return date, date.strftime(ISO_BASIC)


def _signed_headers(incoming: Incoming, names: Sequence[str]) -> list[tuple[str, str]]:
    """Each of the names, as it stands, with what its header says. Raises ServiceError."""
    signed: list[tuple[str, str]] = []
    for name in names:
        values = incoming.headers.getall(name, None)
        if values is None:
            raise PublicError.HEADER_MISSING.error(name)
        if any("\ud800" <= character <= "\udfff" for value in values for character in value):
            # aiohttp's way to hold bytes that are no UTF-8: nothing that a client can have signed.
            raise PublicError.SIGNATURE_MISMATCH.error()
        signed.append((name, ",".join(" ".join(value.split()) for value in values)))
    return signed


def _verify(
    incoming: Incoming,
    claim: _Claim,
    covered: Sequence[_Covered],
    scope: Scope,
    settings: Settings,
    now: float,
) -> Identity:
    elements = claim.credential.split("/")
    if len(elements) != 5:
        raise PublicError.CREDENTIAL_ELEMENTS.error(claim.credential)
    access_key, scope_date, region, service, terminator = elements
    if terminator != _TERMINATOR:
        raise PublicError.SCOPE_TERMINATOR.error(terminator)
    check_scope(region, service, scope, settings)
    if scope_date != claim.timestamp[:8]:
        raise PublicError.SCOPE_DATE.error()
    lower = tuple(name.lower() for name in claim.signed_headers)
    if settings.host_must_be_signed and "host" not in lower:
        raise PublicError.HOST_NOT_SIGNED.error()
    signed = _signed_headers(incoming, claim.signed_headers)
    account = find_account(access_key, incoming, settings)
    check_age(claim.date, claim.date_text, now, settings, claim.expires)

    payload_hash = incoming.headers.get("X-Amz-Content-Sha256")
    if payload_hash is not None and payload_hash.lower() != hashlib.sha256(incoming.body).hexdigest():
        # botocore takes the stated hash on trust.
        raise PublicError.SIGNATURE_MISMATCH.error()
    # Names in capitals may have been signed so, or in lower case, as the algorithm has it.
    lists = {claim.signed_headers: signed, lower: [(name.lower(), value) for name, value in signed]}
    for query, body in covered:
        request = AWSRequest(incoming.method, _ANY_HOST + incoming.path, {}, body, list(query))
        request.context["timestamp"] = claim.timestamp
        if payload_hash is not None:
            request.headers["X-Amz-Content-SHA256"] = payload_hash
        for headers in lists.values():
            calculation = _Calculation(account, service, region, headers)
            text = calculation.string_to_sign(request, calculation.canonical_request(request))
            expected = calculation.signature(text, request)
            if hmac.compare_digest(expected.encode(), claim.signature.encode("utf-8", "surrogateescape")):
                return Identity(account, region)
    raise PublicError.SIGNATURE_MISMATCH.error()
