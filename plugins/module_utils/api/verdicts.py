# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer that is no success proves: two tables, one for the service's errors, one for what it did not write.

The question behind both is whether a write may have been carried out. A wrong "no" has a resource created twice, or
tells a user that nothing was changed where something was; a wrong "yes" costs a look. So where neither the document
nor the HTTP standard (RFC 9110) settles it, the answer is "yes".
"""

from __future__ import annotations

import re
import typing as t

from .error_table import NOT_FOUND_HINT, UNKNOWN_ACTION_HINT, explain
from .errors import (
    AccessDeniedError,
    DryRunSucceeded,
    InvalidParameterError,
    NotFoundError,
    ServiceError,
    SignatureError,
    ThrottledError,
    UnavailableError,
    UndecidedError,
    UnknownActionError,
)

Class = type[ServiceError]

# --- errors of the service: the first that fits of message, code, words in the code, and status decides ----------

# In the document's table of errors, two rows say this in their message, with the codes of other rows.
_ROUTED_NOWHERE = re.compile("referenced an '?InnerApi'? that does not|引用的InnerAPI", re.IGNORECASE)

# Each of these codes is about the request, which was turned away whole, whatever the status; but for the last group.
BY_CODE: dict[str, Class] = {
    # refused at the door, before anything was looked at
    "SignedCookiesNotMatch": SignatureError,
    "IncompleteSignature": SignatureError,
    "MissingAuthenticationToken": SignatureError,
    "AccessDenied": AccessDeniedError,
    "InvalidClientTokenId": AccessDeniedError,
    "LimitExceeded": ThrottledError,  # with 409 in the document; other services of the vendor spell it as follows
    "RequestLimitExceeded": ThrottledError,
    "Throttling": ThrottledError,
    "ThrottlingException": ThrottledError,
    # no such action, here or at all
    "INVALID_ACTION": UnknownActionError,
    "InvalidAction": UnknownActionError,
    "InvalidActionOrVersion": UnknownActionError,
    "InvalidActionOrVesion": UnknownActionError,  # as the service writes it
    "ApiNotSupportRegion": UnknownActionError,
    # refused for what it asks
    "NoSuchEntity": NotFoundError,
    "InvalidMethod": ServiceError,
    "InvalidParameterValue": InvalidParameterError,
    "InvalidQueryParameter": InvalidParameterError,
    "MissingParameter": InvalidParameterError,
    "DryRunOperation": DryRunSucceeded,
    # begun, and failed or given up somewhere inside, perhaps after the change was made
    "ServiceUnavailable": UnavailableError,
    "ServiceTimeout": UnavailableError,
}
# Words in codes that the document does not have. What is about time, or the inside of the service, may have happened.
BY_WORD: tuple[tuple[str, Class], ...] = (
    ("token_?expired", AccessDeniedError),
    ("time_?out|internal|unavailable|unknown_?error", UnavailableError),  # INTERNAL_FAILURE, RequestTimeout, ...
    ("not_?found|not_?exist|no_?such", NotFoundError),
)
# Statuses, for codes that say nothing.
BY_STATUS: dict[int, Class] = {
    401: AccessDeniedError,
    403: AccessDeniedError,
    404: NotFoundError,
    408: UnavailableError,  # somebody's patience ended: whose, it does not say
    412: DryRunSucceeded,
    429: ThrottledError,
}


def verdict(status: int, code: str | None, message: str) -> Class:
    """The class of an error answer of the service, which says whether the request may have been carried out."""
    if status < 500 and _ROUTED_NOWHERE.search(message):
        return UnknownActionError
    if code in BY_CODE:
        return BY_CODE[code]
    for words, cls in BY_WORD:
        # "not found" within a failure of the service may be its own loss, after it had begun
        if re.search(words, code or "", re.IGNORECASE) and (cls is not NotFoundError or status < 500):
            return cls
    if status >= 500:
        return UnavailableError
    if status < 300:
        return UndecidedError
    # a 404 without a code is not even the service's word that something is missing
    return ServiceError if status == 404 and code is None else BY_STATUS.get(status, ServiceError)


def service_error(
    action: str,
    http_status: int,
    code: str | None,
    message: str,
    request_id: str | None,
    retry_after: float | None = None,
) -> ServiceError:
    """The exception for an error answer."""
    cls = verdict(http_status, code, message)
    row = explain(code, message)
    by_class = {UnknownActionError: UNKNOWN_ACTION_HINT, NotFoundError: NOT_FOUND_HINT}
    hint = row.hint_for(action) if row else by_class.get(cls)
    return cls(
        action,
        message or "no message",
        code=code,
        http_status=http_status,
        request_id=request_id,
        hint=hint,
        retry_after=retry_after,
    )


# --- answers that the service did not write: a proxy's page, a body cut short, another server's JSON ------------


class Page(t.NamedTuple):
    """What the status of such an answer leaves open: may a write have been carried out, may another try help?"""

    may_have_happened: bool
    transient: bool


BY_PAGE: dict[int, Page] = {
    303: Page(True, False),  # RFC 9110, 15.4.4: where to see the result of what was done
    408: Page(True, True),  # whose patience ended, it does not say
    429: Page(False, True),  # turned away for the number of requests
    499: Page(True, True),  # some gateways' word for giving up on a server that was at work
}
_SUCCESS = Page(True, True)  # something between has replaced, or spoiled, an answer that may have been good
_REDIRECTION = Page(False, False)  # the request is to be made elsewhere: it was not carried out here
_REFUSAL = Page(False, False)  # 400, 403, 405, 407, 413, ...: not passed on
_FAILURE = Page(True, True)  # 502, 504 and their like come, too, when the answer was lost behind the proxy


def page(status: int) -> Page:
    """What an answer with this status proves that is not the service's."""
    if status in BY_PAGE:
        return BY_PAGE[status]
    if status < 300:
        return _SUCCESS
    return _REDIRECTION if status < 400 else _REFUSAL if status < 500 else _FAILURE
