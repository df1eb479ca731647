# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public error table of the document ("公共错误"): 33 rows, 14 codes, each with what to do about it.

Messages are literal, odd grammar included; C(%s) stands for what the service fills in.
"""

from __future__ import annotations

import re
import typing as t


class PublicError(t.NamedTuple):
    """A row: C(code), C(message) pattern, HTTP C(status), what it means, and a C(hint) on what to do.

    C(hint_on_writes) is what else can be done about it where the action is one that writes.
    """

    code: str
    message: str
    status: int
    meaning: str
    hint: str
    hint_on_writes: str = ""

    def hint_for(self, action: str) -> str:
        """What to do about it, for this action."""
        return self.hint if action.startswith("Describe") else f"{self.hint} {self.hint_on_writes}".rstrip()


_CLIENT = (
    "This points at a fault in ksyun.vpn or at a proxy that changes requests: please report it with the RequestId."
)
_PROXY = "Check for a proxy that changes requests between here and endpoint_url."
_REGION = "Check region and endpoint_url."
UNKNOWN_ACTION_HINT = _REGION + " The endpoint must serve the VPC OpenAPI 2016-03-04, and the region offer VPN."
NOT_FOUND_HINT = (
    "What it names may have been removed meanwhile, or be in another project or region: check region and endpoint_url."
)
_RETRY = "Run the task again later; if it persists, give the RequestId to the Ksyun support."

PUBLIC_ERRORS: tuple[PublicError, ...] = (
    PublicError(
        "MissingAuthenticationToken", "Request is missing 'Host' header.", 403, "the Host header is missing", _PROXY
    ),
    PublicError(
        "MissingAuthenticationToken",
        "Request is missing Authentication Token.",
        403,
        "the request carries no signature",
        _PROXY,
    ),
    PublicError(
        "MissingAuthenticationToken",
        "%s not in Http Header.",
        403,
        "a signed header did not arrive",
        _PROXY,
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "Host' must be a 'SignedHeader' in the Authorization.",
        403,
        "the signature does not cover Host",
        _CLIENT,
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "Credential should be scoped with a valid terminator: 'aws4_request', not: %s.",
        403,
        "the credential scope ends wrongly",
        _CLIENT,
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "Credential should be scoped to a valid region, not:%s.",
        403,
        "the region is not one that the service knows",
        "Check the option region (or KSYUN_REGION), for example cn-beijing-6.",
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "Credential should be scoped to correct service: %s.",
        403,
        "the endpoint belongs to another service",
        "endpoint_url must be that of the service vpc.",
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "The request signature we calculated does not match the signature you provided.",
        403,
        "the signature is wrong",
        "Most often the secret key does not belong to access_key: check secret_key (or KSYUN_SECRET_KEY) "
        "for a wrong value or stray white space. Otherwise a proxy changes the request.",
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "Signature expired:%s.",
        403,
        "the request's time is too far from the service's",
        "Set the clock of the host that runs the module (NTP).",
    ),
    PublicError(
        "SignedCookiesNotMatch",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        403,
        "the credential scope's date is not the request's",
        _CLIENT,
    ),
    PublicError(
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
        "the access key or the token is not known, or no longer valid",
        "Check access_key (or KSYUN_ACCESS_KEY). Temporary keys need their security_token, and a new one when it has "
        "expired; long-term keys must not carry one.",
    ),
    PublicError(
        "AccessDenied",
        "User: %s is not authorized to perform: %s.",
        403,
        "the user may not perform this action",
        "Grant the action to the user of access_key in the access management (IAM) of the Ksyun console.",
        "A key that may only read can plan with probe: false.",
    ),
    PublicError(
        "IncompleteSignature",
        "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601 .",
        400,
        "the request's date is malformed",
        _CLIENT,
    ),
    PublicError(
        "IncompleteSignature",
        "KSC query-string parameters must include %s. Re-examine the query-string parameters.",
        400,
        "a part of the signature is missing from the query string",
        _PROXY,
    ),
    PublicError(
        "IncompleteSignature",
        "Unsupported ksc 'algorithm': %s.",
        400,
        "the signature's algorithm is not known",
        _CLIENT,
    ),
    PublicError(
        "IncompleteSignature",
        "Authorization header requires 'Credential' parameter. Authorization=%s.",
        400,
        "the Authorization header lacks its credential",
        _CLIENT,
    ),
    PublicError(
        "IncompleteSignature",
        "Credential must have exactly 5 slash-delimited elements, e.g. accesskeyid/date/region/service/aws4_request, "
        "got: %s.",
        400,
        "the credential scope is malformed",
        "Check that neither access_key nor region contains a slash or is empty.",
    ),
    PublicError(
        "IncompleteSignature",
        "Authorization header format error.",
        400,
        "the Authorization header is malformed",
        _PROXY,
    ),
    PublicError(
        "IncompleteSignature",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header, Authorization=%s",
        400,
        "the request carries no date",
        _PROXY,
    ),
    PublicError(
        "IncompleteSignature",
        "Authorization header requires 'Signature' parameter. Authorization=%s",
        400,
        "the Authorization header lacks its signature",
        _CLIENT,
    ),
    PublicError(
        "IncompleteSignature",
        "Authorization header requires 'SignedHeaders' parameter. Authorization=%s",
        400,
        "the Authorization header does not say which headers are signed",
        _CLIENT,
    ),
    PublicError("ServiceUnavailable", "Exception %s", 500, "the service failed", _RETRY),
    PublicError(
        "ServiceUnavailable",
        "Auth Service is unavailable because of an unknown error, exception or failure",
        500,
        "authentication or authorization is not available",
        _RETRY,
    ),
    PublicError(
        "ServiceUnavailable",
        "Request was rejected because it referenced an 'InnerApi' that does not have an internal service",
        404,
        "the action is known but nothing serves it here",
        _REGION + " The region may not offer VPN.",
    ),
    PublicError(
        "ServiceUnavailable",
        "OpenAPI or Service is unavailable because of an unknown error, exception or failure.",
        500,
        "the service is not available",
        _RETRY,
    ),
    PublicError(
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set",
        412,
        "a dry run: the request would have succeeded",
        "Nothing to do.",
    ),
    PublicError(
        "NoSuchEntity",
        "Request was rejected because it referenced an 'InnerApi' that does not exist.",
        404,
        "the endpoint does not know the action",
        _REGION + " The endpoint must serve the VPC OpenAPI 2016-03-04.",
    ),
    PublicError(
        "LimitExceeded",
        "Request was rejected because the request speed of this openAPI is beyond the current flow control limit.",
        409,
        "too many requests in a short time",
        "Lower forks or throttle, or raise max_attempts and max_retry_time.",
    ),
    PublicError(
        "InvalidParameterValue",
        "An invalid or out-of-range value was supplied for the input parameter %s.",
        400,
        "a value is not acceptable to the service",
        "Check the option that sets this parameter.",
    ),
    PublicError(
        "InvalidMethod",
        "The method %s for is not valid for this web service.",
        400,
        "the action may not be called by this HTTP method",
        "For a read, set request_method to POST. Writes always go by POST: an endpoint that refuses that does not "
        "serve the VPC OpenAPI 2016-03-04.",
    ),
    PublicError(
        "MissingParameter",
        "An value must be supplied for the input parameter %s.",
        400,
        "the service needs a value that was not given",
        "Set the option for this parameter. Where HaCustomerGatewayAddress is asked for and there is no second "
        "address, repeat the first.",
    ),
    PublicError(
        "InvalidQueryParameter",
        "The query parameter %s is malformed or does not adhere to KSC standards.",
        400,
        "a parameter is malformed",
        "Check the option that sets this parameter, and the names in filters.",
    ),
    PublicError(
        "ServiceTimeout",
        "Internal Service is unavailable because of time out.",
        500,
        "something behind the service took too long",
        _RETRY,
    ),
)


def _pattern(row: PublicError) -> str:
    return ".*".join(re.escape(part) for part in row.message.rstrip(". ").split("%s"))


def explain(code: str | None, message: str) -> PublicError | None:
    """The row that an answer's code and message belong to, or the only row of the code; else None.

    The only row of C(NoSuchEntity) is about an action that is not served. With other words it is about a resource.
    """
    rows = [row for row in PUBLIC_ERRORS if row.code == code]
    for row in rows:
        if re.match(_pattern(row), message, re.DOTALL):
            return row
    return rows[0] if len(rows) == 1 and code != "NoSuchEntity" else None
