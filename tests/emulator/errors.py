# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document's table of public errors, as data, and the exception that carries one answer of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ServiceError(Exception):
    """A refusal as the client will see it: code, complete message and HTTP status."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    @property
    def type(self) -> str:
        """``Sender`` when the caller is to blame, else ``Receiver``.

        The document shows only ``Sender``; the two codes that speak of the service itself are the receiver's, also
        the one that the table gives status 404.
        """
        return "Receiver" if self.status >= 500 or self.code.startswith("Service") else "Sender"


@dataclass(frozen=True)
class Row:
    """One row of the table: code, message with its ``%s`` places, HTTP status."""

    code: str
    message: str
    status: int


class PublicError(Enum):
    """All rows, in the table's order and wording, odd quotes and grammar included."""

    HOST_MISSING = Row("MissingAuthenticationToken", "Request is missing 'Host' header.", 403)
    TOKEN_MISSING = Row("MissingAuthenticationToken", "Request is missing Authentication Token.", 403)
    HEADER_MISSING = Row("MissingAuthenticationToken", "%s not in Http Header.", 403)
    HOST_NOT_SIGNED = Row("SignedCookiesNotMatch", "Host' must be a 'SignedHeader' in the Authorization.", 403)
    SCOPE_TERMINATOR = Row(
        "SignedCookiesNotMatch",
        "Credential should be scoped with a valid terminator: 'aws4_request', not: %s.",
        403,
    )
    SCOPE_REGION = Row("SignedCookiesNotMatch", "Credential should be scoped to a valid region, not:%s.", 403)
    SCOPE_SERVICE = Row("SignedCookiesNotMatch", "Credential should be scoped to correct service: %s.", 403)
    SIGNATURE_MISMATCH = Row(
        "SignedCookiesNotMatch",
        "The request signature we calculated does not match the signature you provided.",
        403,
    )
    SIGNATURE_EXPIRED = Row("SignedCookiesNotMatch", "Signature expired:%s.", 403)
    SCOPE_DATE = Row(
        "SignedCookiesNotMatch",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        403,
    )
    TOKEN_INVALID = Row("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
    ACCESS_DENIED = Row("AccessDenied", "User: %s is not authorized to perform: %s.", 403)
    # The document's page turned the address into a link; this is the text that a reader sees.
    DATE_FORMAT = Row(
        "IncompleteSignature",
        "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601 .",
        400,
    )
    QUERY_INCOMPLETE = Row(
        "IncompleteSignature",
        "KSC query-string parameters must include %s. Re-examine the query-string parameters.",
        400,
    )
    ALGORITHM_UNSUPPORTED = Row("IncompleteSignature", "Unsupported ksc 'algorithm': %s.", 400)
    CREDENTIAL_MISSING = Row(
        "IncompleteSignature", "Authorization header requires 'Credential' parameter. Authorization=%s.", 400
    )
    CREDENTIAL_ELEMENTS = Row(
        "IncompleteSignature",
        "Credential must have exactly 5 slash-delimited elements, e.g. accesskeyid/date/region/service/aws4_request,"
        " got: %s.",
        400,
    )
    AUTHORIZATION_FORMAT = Row("IncompleteSignature", "Authorization header format error.", 400)
    DATE_MISSING = Row(
        "IncompleteSignature",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header, Authorization=%s",
        400,
    )
    SIGNATURE_MISSING = Row(
        "IncompleteSignature", "Authorization header requires 'Signature' parameter. Authorization=%s", 400
    )
    SIGNED_HEADERS_MISSING = Row(
        "IncompleteSignature", "Authorization header requires 'SignedHeaders' parameter. Authorization=%s", 400
    )
    EXCEPTION = Row("ServiceUnavailable", "Exception %s", 500)
    AUTH_SERVICE_DOWN = Row(
        "ServiceUnavailable", "Auth Service is unavailable because of an unknown error, exception or failure", 500
    )
    INNER_API_WITHOUT_SERVICE = Row(
        "ServiceUnavailable",
        "Request was rejected because it referenced an 'InnerApi' that does not have an internal service",
        404,
    )
    SERVICE_DOWN = Row(
        "ServiceUnavailable",
        "OpenAPI or Service is unavailable because of an unknown error, exception or failure.",
        500,
    )
    DRY_RUN = Row("DryRunOperation", "Request would have succeeded, but DryRun flag is set", 412)
    NO_SUCH_API = Row(
        "NoSuchEntity", "Request was rejected because it referenced an 'InnerApi' that does not exist.", 404
    )
    LIMIT_EXCEEDED = Row(
        "LimitExceeded",
        "Request was rejected because the request speed of this openAPI is beyond the current flow control limit.",
        409,
    )
    INVALID_VALUE = Row(
        "InvalidParameterValue",
        "An invalid or out-of-range value was supplied for the input parameter %s.",
        400,
    )
    INVALID_METHOD = Row("InvalidMethod", "The method %s for is not valid for this web service.", 400)
    MISSING_PARAMETER = Row("MissingParameter", "An value must be supplied for the input parameter %s.", 400)
    INVALID_QUERY = Row(
        "InvalidQueryParameter",
        "The query parameter %s is malformed or does not adhere to KSC standards.",
        400,
    )
    SERVICE_TIMEOUT = Row("ServiceTimeout", "Internal Service is unavailable because of time out.", 500)

    def error(self, *arguments: str) -> ServiceError:
        """The exception for this row, its places filled with ``arguments`` (as many as there are places)."""
        row = self.value
        return ServiceError(row.code, row.message % arguments, row.status)


PUBLIC_ERRORS: tuple[PublicError, ...] = tuple(PublicError)
