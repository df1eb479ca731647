# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is calling: which of the signatures a request carries, and whether it, the keys and the token are right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from .errors import PublicError
from .parameters import Incoming
from .settings import Account, Settings

HEADER = "v4-header"
QUERY = "v4-query"
SIMPLIFIED = "simplified"

ISO_BASIC = "%Y%m%dT%H%M%SZ"
_TOKEN_HEADERS = ("X-Ksc-Security-Token", "X-Amz-Security-Token")
_QUERY_MARKS = frozenset(
    {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-SignedHeaders"}
)


@dataclass(frozen=True)
class Scope:
    """What a credential is for: a service, in one of the regions of the settings or in one of ``further_regions``."""

    service: str
    further_regions: tuple[str, ...] = ()


VPC = Scope("vpc")


@dataclass(frozen=True)
class Identity:
    """The account that a request was signed by, and the region that it is for."""

    account: Account
    region: str


def form_of(incoming: Incoming) -> str | None:
    """The form of signature that a request carries, or None.

    ``Accesskey`` alone says nothing: clients send it along with V4 signatures. Only what V4 itself uses decides.
    """
    if "Authorization" in incoming.headers:
        return HEADER
    if any(name in _QUERY_MARKS for name in incoming.parameters):
        return QUERY
    if "Signature" in incoming.parameters or "Accesskey" in incoming.parameters:
        return SIMPLIFIED
    return None


def check_scope(region: str, service: str, expected: Scope, settings: Settings) -> None:
    """Region and service of a credential. Raises ServiceError SignedCookiesNotMatch."""
    if region not in (*settings.regions, *expected.further_regions):
        raise PublicError.SCOPE_REGION.error(region)
    if service != expected.service:
        raise PublicError.SCOPE_SERVICE.error(service)


def find_account(access_key: str, incoming: Incoming, settings: Settings) -> Account:
    """The account of an access key. Raises ServiceError InvalidClientTokenId for an unknown one or a wrong token.

    A token may come in any of the ways in which clients send it, signed or not; all that come must be the account's.
    """
    account = next((item for item in settings.accounts if item.access_key == access_key), None)
    tokens = {value for name in _TOKEN_HEADERS for value in incoming.headers.getall(name, ())}
    tokens |= {incoming.parameters.get(name, "") for name in ("X-Amz-Security-Token", "SecurityToken")}
    tokens.discard("")
    expected = {account.security_token} if account and account.security_token else set()
    if account is None or tokens != expected:
        raise PublicError.TOKEN_INVALID.error()
    return account


def check_age(signed: datetime, text: str, now: float, settings: Settings, expires: int | None = None) -> None:
    """Whether a signature's time fits the service's ``now`` (seconds).

    Without ``expires`` (seconds) it may be off by the clock window, either way; with it, it is good that long, and
    may come early by the window. Raises ServiceError with ``text``, the time as the client wrote it.
    """
    age = now - signed.replace(tzinfo=timezone.utc).timestamp()
    oldest = settings.clock_window if expires is None else expires
    if not -settings.clock_window <= age <= oldest:
        raise PublicError.SIGNATURE_EXPIRED.error(text)
