# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The failures of the reconciler; those of a call are in L(api.errors)."""

from __future__ import annotations

import typing as t

from ..api.errors import ApiError, KsyunError, ServiceError
from .model import Plan, Step


class MissingError(KsyunError):
    """What the task names does not exist."""

    kind = "missing"


class ProtectedError(KsyunError):
    """What the task means is there, and no task of this collection may touch it."""

    kind = "protected"


class AmbiguousNameError(KsyunError):
    """Several resources have the name. C(ids) are theirs."""

    kind = "ambiguous_name"

    def __init__(self, message: str, ids: t.Sequence[str]) -> None:
        self.ids = list(ids)
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "ids": self.ids}


class ImmutableChangeError(KsyunError):
    """Options differ that the service can't change in place. C(options) names them, C(plan) has all differences."""

    kind = "immutable_change"

    def __init__(self, message: str, options: t.Sequence[str], plan: Plan) -> None:
        self.options = list(options)
        self.plan = plan
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "options": self.options}


class WaitTimeoutError(KsyunError):
    """What was waited for did not come in time; the changes before it are done."""

    kind = "wait_timeout"


class UnknownOutcomeError(KsyunError):
    """A write may or may not have been carried out."""

    kind = "unknown_outcome"

    def __init__(self, message: str, cause: KsyunError) -> None:
        self.cause = cause
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {**self.cause.details(), "kind": self.kind}


class InterruptedReplaceError(UnknownOutcomeError):
    """The old resource is deleted, the new one is not there."""

    kind = "interrupted_replace"


class ReplacementUndoneError(UnknownOutcomeError):
    """The old resource was deleted, the new one refused, and the old one put back, under another id."""

    kind = "replacement_undone"


class NotAsAskedError(KsyunError):
    """A write was accepted, and what came out differs from what was asked. C(options) names the differences."""

    kind = "not_as_asked"

    def __init__(self, message: str, options: t.Sequence[str]) -> None:
        self.options = list(options)
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "options": self.options}


class RaceError(AmbiguousNameError):
    """Others have created the same name meanwhile. C(ids) are of all that are left."""

    kind = "race"


class TimeUpError(KsyunError):
    """Ansible's time-out for the task came while its changes were carried out; they were carried out to their end."""

    kind = "time_up"


class InUseError(ServiceError):
    """The service refused to delete what other resources use. C(users) names them."""

    kind = "in_use"
    users: t.Sequence[str] = ()

    def details(self) -> dict[str, t.Any]:
        return {**super().details(), "users": list(self.users)}


def in_use(target: str, users: t.Sequence[str]) -> InUseError:
    """The failure for a replacement whose delete is not even sent, as the resource is used."""
    error = InUseError("Delete", f"the {target} is used by {', '.join(users)}", hint="Remove them first.")
    error.verb = "was not sent"
    error.users = users
    return error


def unknown(step: Step, lost: ApiError, found: str) -> UnknownOutcomeError:
    """The failure for a write whose answer was lost; C(found) is a sentence on what looking for it has shown."""
    return UnknownOutcomeError(
        f"It could not be determined whether the {step.action} of the {step.target} has happened: {lost} {found} "
        "Running the task again is safe: it looks first.",
        lost,
    )
