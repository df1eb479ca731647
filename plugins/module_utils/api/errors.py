# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong: the exceptions of the core. How an answer of the service becomes one is told in C(verdicts.py).

Every exception that leaves the core is a L(KsyunError); none carries a secret on purpose, and the text of all of them
still passes through the redactor before it leaves the core.
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime


class MalformedAnswerError(ValueError):
    """A body that is neither JSON nor XML of the service. The text says why, without the body."""


class KsyunError(Exception):
    """A failure that the user can act on. C(str()) is the whole message.

    C(further) are sentences on what else it leaves behind, and C(left_behind) the same as data.
    """

    kind = "error"
    further: str | None = None
    left_behind: t.Mapping[str, t.Any] = {}

    def __str__(self) -> str:
        return " ".join(part for part in (super().__str__(), self.further) if part)

    def details(self) -> dict[str, t.Any]:
        """The failure as data, for the C(error) return value."""
        return {"kind": self.kind}


class ConfigurationError(KsyunError):
    """Credentials, region or connection options are missing or contradict each other."""

    kind = "configuration"


class InvalidOptionsError(KsyunError):
    """The task's options can't be right; nothing was sent. C(faults) are sentences, each naming its option."""

    kind = "invalid_options"

    def __init__(self, faults: t.Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("Invalid options: " + "; ".join(self.faults) + ".")

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "faults": self.faults}


class ApiError(KsyunError):
    """A request did not succeed.

    C(may_have_happened): a write may have been carried out although no usable answer came. It is what the class says
    by C(outcome_known) (an answer of this class proves that nothing was done), unless who raises it knows more.
    C(transient): the same request may succeed later. C(so_far) is a sentence on what the task has changed before.
    """

    kind = "api"
    transient = False
    outcome_known = True
    so_far: str | None = None

    def __init__(
        self,
        action: str,
        message: str,
        *,
        code: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        hint: str | None = None,
        may_have_happened: bool | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.action = action
        self.message = message
        self.code = code
        self.http_status = http_status
        self.request_id = request_id
        self.hint = hint
        self.may_have_happened = not self.outcome_known if may_have_happened is None else may_have_happened
        self.retry_after = retry_after
        super().__init__(action, message)

    verb = "failed"

    def __str__(self) -> str:
        what = f"{self.code}: {self.message}" if self.code else self.message
        where = ", ".join(
            part
            for part in (
                f"HTTP {self.http_status}" if self.http_status else "",
                f"RequestId {self.request_id}" if self.request_id else "",
            )
            if part
        )
        text = f"{self.action} {self.verb}: {what.rstrip('.')}" + (f" ({where})" if where else "") + "."
        return " ".join(part for part in (text, self.hint, self.so_far, self.further) if part)

    def details(self) -> dict[str, t.Any]:
        return {
            "kind": self.kind,
            "action": self.action,
            "code": self.code,
            "message": self.message,
            "http_status": self.http_status,
            "request_id": self.request_id,
            "hint": self.hint,
        }


class TransportError(ApiError):
    """No answer, or none that could be used: connection, TLS, time-out, a proxy's page, a body cut short.

    C(attempts_at_first): how often is enough, where the service has not answered before. What looks like a disturbance
    after it has, may as well be a name that is spelt wrongly before: another attempt costs time and does not help.
    """

    kind = "transport"
    transient = True
    attempts_at_first: int | None = None


class TlsError(TransportError):
    """The server's certificate or the TLS handshake was not acceptable."""

    kind = "tls"
    transient = False


class ServiceError(ApiError):
    """The service refused the request, and said why. C(server_time) is what it says the time is."""

    kind = "service"
    verb = "was refused"
    server_time: datetime | None = None


class AccessDeniedError(ServiceError):
    """The key is not known, its token has expired, or the user may not do this."""

    kind = "access_denied"


class SignatureError(ServiceError):
    """The signature is missing, malformed, expired or wrong."""

    kind = "signature"


class ThrottledError(ServiceError):
    """Too many requests. Nothing was done."""

    kind = "throttled"
    transient = True


class UnavailableError(ServiceError):
    """The service, or something behind it, is not working or too slow. It may have begun before it failed."""

    kind = "unavailable"
    verb = "failed"
    transient = True
    outcome_known = False


class UndecidedError(ServiceError):
    """An error with a status of success, whose code does not tell what was done."""

    verb = "failed"
    outcome_known = False


class UnknownActionError(ServiceError):
    """The endpoint does not know the action, or has nothing that serves it. It says nothing about any resource."""

    kind = "not_found"


class NotFoundError(ServiceError):
    """What the request refers to does not exist. Which of the things that it refers to, only the message can tell."""

    kind = "not_found"

    def names(self, identity: str) -> bool:
        """Whether the message names this id, so that the error proves that just this resource is gone.

        Compared without case, and as a whole: an id that begins or ends with it is another one. Without this proof
        the error may be about a parent, or come from something that is not the service at all.
        """
        whole = rf"(?<![A-Za-z0-9_-]){re.escape(identity)}(?![A-Za-z0-9_-])"
        return bool(identity) and re.search(whole, self.message, re.IGNORECASE) is not None


class InvalidParameterError(ServiceError):
    """The service does not accept a parameter, or misses one."""

    kind = "invalid_parameter"


class DryRunSucceeded(ServiceError):  # noqa: N818 - not a failure
    """412 C(DryRunOperation): the request would have succeeded. Not a failure."""

    kind = "dry_run_would_succeed"


class DryRunExecutedError(ApiError):
    """The service answered 200 to a dry run: it has really carried it out."""

    kind = "dry_run_executed"
