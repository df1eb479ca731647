# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of AWS V4 signatures, in the Authorization header and in the query, calculated by botocore."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPMessage

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from .errors import PublicError
from .parameters import Incoming, integer
from .settings import Settings
from .signature import ISO_BASIC, Identity, check_age, check_scope, find_account

ALGORITHM = "AWS4-HMAC-SHA256"
_TERMINATOR = "aws4_request"
_REQUIRED_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-SignedHeaders", "X-Amz-Signature")
_LONGEST_EXPIRES = 7 * 24 * 3600
# The signed host comes from the headers; botocore only wants a complete address to take the path from.
_ANY_HOST = "http://emulator.invalid"


@dataclass(frozen=True)
class _Claim:
    """What a request says of its own signature. ``expires`` is in seconds."""

    credential: str
    signed_headers: tuple[str, ...]
    signature: str
    date_text: str
    date: datetime
    expires: int | None = None


class _Calculation(SigV4Auth):
    """botocore's calculation over exactly the headers that the client says it signed, and with no token added."""

    def __init__(self, credentials: Credentials, service: str, region: str, signed: HTTPMessage) -> None:
        super().__init__(credentials, service, region)
        self._signed = signed

    def headers_to_sign(self, request: AWSRequest) -> HTTPMessage:
        """The client's choice, instead of botocore's."""
        return self._signed


def verify_header(incoming: Incoming, settings: Settings, now: float) -> Identity:
    """The identity behind an Authorization header. Raises ServiceError with the row that fits."""
    return _verify(incoming, _claim_of_header(incoming), incoming.query, settings, now)


def verify_query(incoming: Incoming, settings: Settings, now: float) -> Identity:
    """The identity behind X-Amz-* query parameters. Raises ServiceError with the row that fits."""
    signed = tuple(pair for pair in incoming.query if pair[0] != "X-Amz-Signature")
    return _verify(incoming, _claim_of_query(incoming), signed, settings, now)


def _claim_of_header(incoming: Incoming) -> _Claim:
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
    return _Claim(parts["Credential"], _names(parts["SignedHeaders"]), parts["Signature"], date_text, _date(date_text))


def _claim_of_query(incoming: Incoming) -> _Claim:
    query = dict(incoming.query)
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
        query["X-Amz-Signature"],
        date_text,
        _date(date_text),
        expires,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(";") if name.strip())


def _date(text: str) -> datetime:
    """UTC time of an X-Amz-Date, or of a Date header in HTTP's own layout. Raises ServiceError IncompleteSignature."""
    if re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
        try:
            return datetime.strptime(text, ISO_BASIC)
        except ValueError:
            raise PublicError.DATE_FORMAT.error(text) from None
    try:
        return parsedate_to_datetime(text).astimezone(timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, IndexError):
        raise PublicError.DATE_FORMAT.error(text) from None


def _verify(
    incoming: Incoming, claim: _Claim, query: tuple[tuple[str, str], ...], settings: Settings, now: float
) -> Identity:
    elements = claim.credential.split("/")
    if len(elements) != 5:
        raise PublicError.CREDENTIAL_ELEMENTS.error(claim.credential)
    access_key, scope_date, region, service, terminator = elements
    if terminator != _TERMINATOR:
        raise PublicError.SCOPE_TERMINATOR.error(terminator)
    check_scope(region, service, settings)
    timestamp = claim.date.strftime(ISO_BASIC)
    if scope_date != timestamp[:8]:
        raise PublicError.SCOPE_DATE.error()
    if "host" not in claim.signed_headers:
        raise PublicError.HOST_NOT_SIGNED.error()
    signed = HTTPHeaders()
    for name in claim.signed_headers:
        values = incoming.headers.getall(name, None)
        if values is None:
            raise PublicError.HEADER_MISSING.error(name)
        for value in values:
            if any("\ud800" <= character <= "\udfff" for character in value):
                # aiohttp's way to hold bytes that are no UTF-8: nothing that a client can have signed.
                raise PublicError.SIGNATURE_MISMATCH.error()
            signed[name] = value
    account = find_account(access_key, incoming, settings)
    check_age(claim.date, claim.date_text, now, settings, claim.expires)

    request = AWSRequest(incoming.method, _ANY_HOST + incoming.path, {}, incoming.body, list(query))
    request.context["timestamp"] = timestamp
    payload_hash = incoming.headers.get("X-Amz-Content-Sha256")
    if payload_hash is not None:
        # botocore takes the stated hash on trust.
        if payload_hash.lower() != hashlib.sha256(incoming.body).hexdigest():
            raise PublicError.SIGNATURE_MISMATCH.error()
        request.headers["X-Amz-Content-SHA256"] = payload_hash
    calculation = _Calculation(Credentials(account.access_key, account.secret_key), service, region, signed)
    expected = calculation.signature(
        calculation.string_to_sign(request, calculation.canonical_request(request)), request
    )
    if not hmac.compare_digest(expected.encode(), claim.signature.encode("utf-8", "surrogateescape")):
        raise PublicError.SIGNATURE_MISMATCH.error()
    return Identity(account, region)
