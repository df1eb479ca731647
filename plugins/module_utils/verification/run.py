# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole run: its levels one after another, the removal of what was made, the table and the record."""

from __future__ import annotations

import json
import typing as t
import uuid

from ..api.errors import ConfigurationError
from ..reconciler.signals import Hold
from ..version import VERSION
from .cleaning import clean
from .exchange import Redactor, Sender, TransportError
from .interview import InterruptedRunError, Interview, NotAskedError, Options
from .journal import Journal, where_of
from .questions import BY_NAME, LEVELS, QUESTIONS, Question
from .reading import ask_reading
from .redacted import Disguise
from .trying import ask_dry_runs
from .writing import ask_customer_gateways, ask_gateway, end_tunnel

FORMAT = "ksyun.vpn verify_service record 1"
_NAMED = {"cn", "eu", "ap", "us"}


class Outcome(t.NamedTuple):
    """What a run found.

    C(made): how much it made; C(left): what could not be removed; C(journal): where that stands; C(interrupted): a
    signal came.
    """

    record: dict[str, t.Any]
    made: int
    left: list[str]
    interrupted: bool
    journal: str | None


def verify(
    sender: Sender,
    redact: Redactor,
    options: Options,
    journal_path: t.Callable[[str], str] | None = None,
    finish: t.Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:
    """Ask all questions up to a level. C(journal_path) says where the journal of a run with some tag goes.

    C(finish) is called with what was found while signals are still held back: one that came ends this function.
    """
    tag = f"verify-{uuid.uuid4().hex[:16]}"
    left: list[str] = []
    interrupted = False
    with Hold() as hold:
        journal = None
        if options.level != "read":
            if journal_path is None:
                raise ConfigurationError("A run that may write needs a journal.")
            journal = Journal.new(journal_path(tag), where_of(sender.connection), tag)
        try:
            on = _interview(sender, redact, options, tag, lambda: hold.waiting, journal)
            try:
                _ask(on)
            except InterruptedRunError:
                interrupted = True
            finally:
                if journal is not None:
                    left = clean(on)
        finally:
            if journal is not None:
                journal.close()
        path = journal.path if journal is not None and journal.made else None
        outcome = Outcome(record_of(on), on.made, left, interrupted or hold.waiting, path)
        finish(outcome)
    return outcome


def clean_up(sender: Sender, redact: Redactor, path: str) -> tuple[int, list[str]]:
    """Remove what a journal names; how much that was, and what is left then.

    Raises L(ConfigurationError) for a journal of another region or key.
    """
    journal = Journal.read(path)
    try:
        where = where_of(sender.connection)
        if journal.where != where:
            raise ConfigurationError(f"The journal is of {journal.where}, and the task is for {where}.")
        with Hold() as hold:
            options = Options("write")
            number = len(journal.made)
            return number, clean(_interview(sender, redact, options, journal.tag, lambda: hold.waiting, journal))
    finally:
        journal.close()


def _interview(
    sender: Sender,
    redact: Redactor,
    options: Options,
    tag: str,
    waiting: t.Callable[[], bool],
    journal: Journal | None,
) -> Interview:
    credentials = sender.connection.credentials
    secrets = [credentials.secret_key, credentials.security_token, credentials.access_key]
    disguise = Disguise(redact, tag, [secret for secret in secrets if secret])
    return Interview(sender, disguise, options, tag, waiting, journal)


def _ask(on: Interview) -> None:
    options = on.options
    ask_reading(on)
    if options.level == "read":
        return
    ask_dry_runs(on)
    if on.found.get("dry_run") == "ignored" or options.level == "dry_run":
        return
    for part in (ask_customer_gateways, ask_gateway, end_tunnel):
        if part is not ask_customer_gateways and not options.daily_gateway:
            break
        try:
            part(on)
        except (NotAskedError, TransportError):
            continue  # the questions that are left unanswered say so
        if part is not end_tunnel:
            ask_reading(on)  # those that had nothing to look at before


def record_of(on: Interview) -> dict[str, t.Any]:
    """The record: answers and exchanges, in which nothing tells of the account."""
    region = on.sender.connection.region
    shown = region if region.partition("-")[0] in _NAMED and on.disguise.word(region.rstrip("-0123456789")) else ""
    not_asked: dict[str, list[str]] = {}
    for question in QUESTIONS:
        if question.name not in on.found:
            not_asked.setdefault(_why(on, question), []).append(question.name)
    return {
        "format": FORMAT,
        "collection": VERSION,
        "region": shown,
        "level": on.options.level,
        "daily_gateway": on.options.daily_gateway,
        "dropped_exchanges": on.dropped,
        "found": {question.name: on.found[question.name] for question in QUESTIONS if question.name in on.found},
        "not_asked": not_asked,
        "exchanges": on.exchanges,
        "bodies": on.bodies,
    }


def _why(on: Interview, question: Question) -> str:
    options = on.options
    if LEVELS.index(question.level) > LEVELS.index(options.level):
        return f"the level {question.level} was not asked for"
    if question.needs_gateway is not None and not options.daily_gateway:
        return "no gateway was asked for"
    if question.needs_gateway and question.needs_gateway != options.daily_gateway:
        return f"it is a question to gateways of version {question.needs_gateway}"
    return on.skipped.get(question.name, "a question before it had no answer")


def table_of(record: t.Mapping[str, t.Any]) -> list[str]:
    """The report: a line for each question with what was expected and found; those that differ are marked."""
    rows = [("", "question", "expected", "found")]
    for name, found in record["found"].items():
        expected = BY_NAME[name].expected
        rows.append(("" if found == expected else "!", name, expected, found))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[3]]).rstrip() for row in rows]
    return [*lines, *(f"not asked, as {why}: {', '.join(names)}" for why, names in record["not_asked"].items())]


def as_text(record: t.Mapping[str, t.Any]) -> str:
    """The record as JSON, a line for each exchange and each body."""
    lines = []
    for name, value in record.items():
        if name in ("exchanges", "bodies", "found") and value:
            items = (
                [json.dumps({key: item})[1:-1] for key, item in value.items()] if name == "found" else map(_line, value)
            )
            inner = ",\n  ".join(items)
            begin, end = "{}" if name == "found" else "[]"
            lines.append(f"{json.dumps(name)}: {begin}\n  {inner}\n{end}")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: t.Any) -> str:
    return json.dumps(value, separators=(",", ":"))
