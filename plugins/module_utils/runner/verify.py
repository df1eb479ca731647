# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands behind C(verify_service): the options, the files that it writes, and its result."""

from __future__ import annotations

import errno
import ipaddress
import os
import typing as t
from contextlib import suppress

from ..api.connection import resolve
from ..api.errors import ConfigurationError, InvalidOptionsError, KsyunError
from ..api.redaction import Redactor
from ..verification.exchange import Sender
from ..verification.interview import Options
from ..verification.questions import BY_NAME, LEVELS
from ..verification.run import Outcome, as_text, clean_up, table_of, verify
from .argspec import CONNECTION, ArgSpec, Parameters
from .entry import OwnEntry, Run
from .result import Result, check_text, failed

SPEC = ArgSpec(
    {
        "level": {"type": "str", "choices": list(LEVELS), "default": "read"},
        "daily_gateway": {"type": "str", "choices": ["1.0", "2.0"]},
        "daily_price": {"type": "str"},
        "vpc_id": {"type": "str"},
        "address": {"type": "str", "default": "203.0.113.10"},
        "record": {"type": "path", "default": "ksyun-vpn-record.json"},
        "journal": {"type": "path"},
        "cleanup": {"type": "path"},
        **CONNECTION,
    }
)
_WORDS = ("report", "differences", "made", "left", "record", "journal", "interrupted", *BY_NAME)
_INTERRUPTED = "The run was ended by a signal, or by the time-out of the task, before all questions were asked."


class LeftBehindError(KsyunError):
    """Something that the run has made is still there."""

    kind = "left_behind"


class InterruptedVerificationError(KsyunError):
    """The run did not come to its end. What it made is removed."""

    kind = "interrupted"


class VerifyEntry(OwnEntry):
    """The entry of C(verify_service)."""

    spec = SPEC

    def result(self, parameters: Parameters, run: Run) -> Result:
        """What was found. In check mode nothing is written or tried."""
        redact, check_mode = run.redact, run.check_mode
        redact.names.update(_WORDS)
        result: Result = {
            "changed": False,
            "report": [],
            "differences": [],
            "left": [],
            "record": None,
            "journal": None,
        }
        warnings: list[str] = []
        try:
            check_text(parameters)
            connection = resolve(parameters, run.environment)
            warnings += connection.warnings()
            options = _options(parameters, check_mode or connection.dry_run)
            for secret in connection.credentials[1:]:
                redact.add(secret)
            sender = Sender(connection, run.open_channel)
            if parameters.get("cleanup"):
                result.update(_cleaned(sender, redact, parameters["cleanup"], check_mode or connection.dry_run))
            else:
                outcome = _verified(sender, redact, options, parameters, result)
                if outcome.interrupted:
                    raise InterruptedVerificationError(_INTERRUPTED)
        except Exception as error:  # pylint: disable=broad-except
            result.update(failed(error, redact))
        if result["left"]:  # whatever else went wrong
            result.update(failed(_left_behind(result), redact))
        return t.cast(Result, redact({**result, "warnings": warnings}))


def _options(parameters: Parameters, only_reads: bool) -> Options:
    faults = []
    level = "read" if only_reads else parameters["level"]
    version = parameters.get("daily_gateway") or ""
    if version and parameters["level"] != "write":
        faults.append("daily_gateway is only for level=write")
    if version and not parameters.get("vpc_id"):
        faults.append("daily_gateway needs vpc_id, a VPC in which nothing depends on routes to 203.0.113.0/24")
    if version and not parameters.get("daily_price"):
        faults.append(
            "daily_gateway needs daily_price: this run creates one VPN gateway of 5 Mbit/s that is charged Daily, "
            "which is billed for each day that has begun, so for one; look up the price in the console and state it"
        )
    try:
        ipaddress.IPv4Address(parameters["address"])
    except ValueError:
        faults.append("address must be an IPv4 address")
    if faults:
        raise InvalidOptionsError(faults)
    return Options(level, "" if only_reads else version, parameters.get("vpc_id") or "", parameters["address"])


def _verified(sender: Sender, redact: Redactor, options: Options, parameters: Parameters, result: Result) -> Outcome:
    record = parameters["record"]
    _write(record)  # what can't be written is told before anything is made

    def journal_path(tag: str) -> str:
        return str(parameters.get("journal") or os.path.join(os.path.dirname(record), f"ksyun-vpn-{tag}.journal"))

    def finish(outcome: Outcome) -> None:
        found = outcome.record["found"]
        result.update(
            changed=outcome.made > 0,
            report=table_of(outcome.record),
            differences=[name for name, value in found.items() if value != BY_NAME[name].expected],
            left=outcome.left,
            record=record,
            journal=outcome.journal,
        )
        _write(record, as_text(redact(outcome.record)))

    return verify(sender, redact, options, journal_path, finish)


def _cleaned(sender: Sender, redact: Redactor, path: str, only_reads: bool) -> Result:
    if only_reads:
        raise ConfigurationError("A cleanup deletes, so it is not done in check mode, nor where KSYUN_DRY_RUN is true.")
    number, left = clean_up(sender, redact, path)
    return {"changed": number > len(left), "left": left, "journal": path if left else None}


def _left_behind(result: Result) -> LeftBehindError:
    return LeftBehindError(
        f"These could not be removed: {'; '.join(result['left'])}. "
        f"Run it again with cleanup={result['journal']}, or remove them by hand."
    )


def _write(path: str, text: str | None = None) -> None:
    """Write a file that only its owner can read, in the place of one that may be there. Without a text: try to."""
    fresh = f"{path}.{os.getpid()}"
    try:
        if os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text or "")
        if text is None:
            os.unlink(fresh)
        else:
            os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(fresh)
        raise ConfigurationError(f"The record {path} can't be written: {error.strerror}.") from None
