# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What went wrong with a request: of a failure below HTTP, and of an answer that is not the service's."""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
import typing as t
from contextlib import suppress
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ..errors import ConfigurationError, ServiceError, TlsError, TransportError
from ..verdicts import page, service_error
from ..wire import one_line
from .deadline import Deadline
from .proxies import variable_of

with suppress(ImportError):  # the client reports the missing library
    from urllib3 import exceptions as failures

if t.TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

    from ..connection import Connection

_NOBODY_THERE = (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
_LONGEST_PAUSE = 20  # seconds that an answer can ask for
_UNAUTHENTICATED = "the proxy asks for a user name and a password"
_AUTHENTICATION_HINT = "Give them in proxy_url, or in the URL of the environment variable that names the proxy."


def from_error_answer(
    action: str,
    response: BaseHTTPResponse,
    code: str | None,
    message: str,
    request_id: str | None,
    *,
    declined: bool = False,
) -> ServiceError:
    """An error answer of the service, with the time that it says it is.

    C(declined): it also says C(Return: false), so that a status of success says nothing.
    """
    status = 400 if declined and response.status < 300 else response.status
    error = service_error(action, status, code, message, request_id, _retry_after(response))
    error.http_status = response.status
    error.server_time = _served_at(response)
    return error


def from_foreign_answer(action: str, response: BaseHTTPResponse, message: str) -> TransportError:
    """An answer that does not come from the service, most often a proxy's."""
    status, hint = response.status, "Check endpoint_url and the proxies between."
    if status == 407:
        message, hint = _UNAUTHENTICATED, _AUTHENTICATION_HINT
    verdict = page(status)
    error = TransportError(
        action,
        message,
        http_status=status,
        may_have_happened=verdict.may_have_happened,
        hint=hint,
        retry_after=_retry_after(response),
    )
    error.transient = verdict.transient
    return error


def transport_error(
    action: str,
    host: str,
    deadline: Deadline,
    failure: Exception,
    via: str | None = None,
    redact: t.Callable[[str], str] = str,
) -> TransportError:
    """What a failure below HTTP means: was the request certainly not sent, may another try help?

    C(deadline.established) alone decides whether the request may have been sent. The failure's type does not: what
    breaks behind a proxy, urllib3 calls a ProxyError before and after the request. The type only chooses the words.
    C(via): host and port of the proxy that was used. C(redact) masks secrets in what a proxy says.
    """
    causes = list(_chain(failure))
    late = deadline.overdue or any(
        isinstance(item, (failures.TimeoutError, TimeoutError, socket.timeout))
        and not isinstance(item, failures.NewConnectionError)  # which is one by its class, though not by its meaning
        for item in causes
    )
    why = one_line(_innermost(failure), redact, 200)
    if deadline.established:
        broke = f"no answer from {host} in time" if late else f"the connection to {host} broke: {why}"
        return TransportError(action, broke, may_have_happened=True)
    if isinstance(failure, (failures.LocationValueError, UnicodeError, TypeError)):
        # the failure's text may quote a proxy's URL, and with it a password
        raise ConfigurationError("endpoint_url, or the URL of the proxy, is not usable: the host is not valid.")
    hung_up = any(isinstance(item, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for item in causes)
    if not late and not hung_up and any(isinstance(item, failures.SSLError) for item in causes):
        with_proxy = isinstance(failure, failures.ProxyError) and via
        return TlsError(
            action,
            f"the TLS connection to {f'the proxy {via}' if with_proxy else host} was not acceptable: {why}",
            hint=_tls_hint(str(failure)),
        )
    return _no_connection(action, host, via, "" if late else why, causes, reached_proxy=deadline.connected)


def _no_connection(
    action: str, host: str, via: str | None, why: str, causes: list[BaseException], *, reached_proxy: bool
) -> TransportError:
    """There was nobody to send the request to. C(why) is empty if no time was left."""
    tunnel = re.match(r"Tunnel connection failed: (\d{3})", why)
    status = int(tunnel[1]) if tunnel else 0
    if status == 407:
        error = TransportError(action, _UNAUTHENTICATED, http_status=status, hint=_AUTHENTICATION_HINT)
        error.transient = False
        return error
    unreached = via and not reached_proxy and not _is_beyond_socks(causes)
    to = f"the proxy {via}, by which {host} would be reached" if unreached else host
    to += f" by the proxy {via}" if via and not unreached else ""
    error = TransportError(action, f"no connection to {to}" + (f": {why}" if why else " in time"))
    resolved = next((item for item in causes if isinstance(item, socket.gaierror)), None)
    if unreached:
        error.hint = "Check proxy_url, or the environment variable that names the proxy; use_proxy: false goes without."
    elif via:
        error.hint = "The proxy is there, but it did not reach the service: check region, endpoint_url and proxy_url."
    elif resolved is not None:
        error.hint = "There is no such host, or this one can't ask for names (DNS): check region and endpoint_url."
    else:
        error.hint = "Check region and endpoint_url, and whether this host may connect to that one, or needs a proxy."
    if not why or status >= 500 or (resolved is not None and resolved.errno == socket.EAI_AGAIN):
        error.attempts_at_first = 3  # it may pass
    elif resolved is not None or any(isinstance(item, OSError) and item.errno in _NOBODY_THERE for item in causes):
        error.attempts_at_first = 2
    if 400 <= status < 500 and status not in (408, 429):
        error.transient = False  # the proxy does not permit it
    return error


def _is_beyond_socks(causes: list[BaseException]) -> bool:
    """Whether a SOCKS proxy was reached: PySocks wraps what it says in errors of its own, but for this one."""
    names = {type(item).__name__ for item in causes}
    return any("SOCKS" in name or name == "GeneralProxyError" for name in names) and "ProxyConnectionError" not in names


def places(hint: str, connection: Connection, via: str | None) -> str:
    """A sentence on what those options of a connection are that a hint names, and where each of them was set."""
    found = []
    set_by = dict(connection.places)
    for option in ("access_key", "secret_key", "security_token", "region", "endpoint_url", "ca_bundle"):
        if not re.search(rf"\b{option}\b", hint):
            continue
        place = f"set by {set_by[option]}" if option in set_by else ""
        if option in ("region", "endpoint_url"):
            value = getattr(connection, option)
            place = place or ("made of region" if option == "endpoint_url" else "")
            found.append(f"{option} is {value}" + (f" ({place})" if place else ""))
        elif place:
            found.append(f"{option} is {place}")
    if via and re.search(r"\b(?:proxy|proxies|proxy_url)\b", hint):
        variable = variable_of(connection.endpoint_url, os.environ)
        by = "the task" if connection.proxy else f"the environment variable {variable}" if variable else ""
        found.append(f"the proxy is {via}" + (f" (set by {by})" if by else ""))
    return f"Here {', and '.join(found)}." if found else ""


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


def _chain(failure: BaseException | None) -> t.Iterator[BaseException]:
    """A failure and all that it wraps, outermost first."""
    seen: set[int] = set()
    while isinstance(failure, BaseException) and id(failure) not in seen:
        seen.add(id(failure))
        yield failure
        wrapped = next((item for item in failure.args if isinstance(item, BaseException)), None)
        failure = getattr(failure, "reason", None) or wrapped or failure.__cause__ or failure.__context__


def _innermost(failure: BaseException) -> str:
    """The cause in words, without the object addresses and URLs that the layers above put around it."""
    chain = list(_chain(failure))
    refused = next((str(item) for item in chain if str(item).startswith("Tunnel connection failed")), None)
    return refused or str(getattr(chain[-1], "strerror", None) or "") or type(chain[-1]).__name__


def _retry_after(response: BaseHTTPResponse) -> float | None:
    value = response.headers.get("Retry-After", "")
    return min(float(value), _LONGEST_PAUSE) if re.fullmatch("[0-9]{1,9}", value) else None


def _served_at(response: BaseHTTPResponse) -> datetime | None:
    """The time of the C(Date) header; None without a believable one."""
    try:
        served = parsedate_to_datetime(response.headers.get("Date", ""))
        served = served.replace(tzinfo=served.tzinfo or timezone.utc).astimezone(timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return served if 2020 <= served.year < 2200 else None
