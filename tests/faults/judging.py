# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The laws, applied to a trial: what the runs of its tasks returned, what they said, and what is there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .account import SETS, Account
from .playing import Results
from .trials import Declared

LAWS = ("doubled", "deleted", "lost", "false", "tracebacks", "hangs", "unclear messages", "not converged")
# Error kinds after which the old resource may be gone without the new one.
_INTERRUPTIONS = ("interrupted_replace", "unknown_outcome")
Verdict = tuple[str, str]  # a law, and how it was broken

# What a message says about the change that the task was to make.
NOT_HAPPENED = ("Nothing was changed.",)
HAPPENED = (
    " was created, but ",
    "The service accepted the change ",
    " was deleted, but ",
    " has been carried out.",
    " have been carried out.",
)
UNKNOWN = ("It could not be determined whether the ", "may or may not exist")
HALF = (" was deleted, and its replacement ",)
UNDONE = (" So the old one was put back ",)


def claim(message: str) -> str | None:
    """What a failed task says of its change; None if nothing.

    C(unknown), C(half) (the old one is gone), C(undone) (it is back), C(happened), or C(not happened).
    """
    for meaning, phrases in (
        ("unknown", UNKNOWN),
        ("undone", UNDONE),
        ("half", HALF),
        ("happened", HAPPENED),
        ("not happened", NOT_HAPPENED),
    ):
        if any(phrase in message for phrase in phrases):
            return meaning
    return None


def crashes(results: Results) -> Iterator[Verdict]:
    """Tracebacks and hangs, in any run."""
    for kind, result in results.items():
        text = json.dumps(result)
        if "Traceback" in text or "MODULE FAILURE" in text or _kind(result) == "internal":
            yield "tracebacks", f"{kind}: {result.get('msg')}"
        elif result["failed"] and "error" not in result:
            law = "hangs" if "Timed out" in text or "time frame" in text else "tracebacks"
            yield law, f"{kind}: {result.get('msg')}"


def first_run(account: Account, results: Results, now: Any, requests: list[dict[str, Any]]) -> Iterator[Verdict]:
    """The run with the mishaps: it may fail, but it must not lie, and not harm what is not its own."""
    findings = account.check_others(now)
    yield from (("doubled", text) for text in findings.duplicates)
    yield from (("lost", text) for text in findings.lost + findings.differing)
    for each in account.trial.tasks:
        result = results.get(each.kind)
        if result is None or ("error" not in result and result["failed"]):
            continue  # an earlier task of the host failed, or this one crashed
        committed = [entry for entry in requests if entry["committed"] and entry["action"].endswith(SETS[each.kind])]
        put_back = _kind(result) == "replacement_undone"
        if (
            not put_back and _names(committed).count(f"Create{SETS[each.kind]}") > 1
        ):  # also if one of them has been removed again
            yield "doubled", f"{each.kind} was created more than once: {_names(committed)}"
        if result["failed"]:
            yield from _check_claim(each, result, committed)
            yield from _check_remains(account, each, result, now)
            continue
        done = account.check_done(each, now)
        if done:
            yield ("lost" if done.lost else "not converged"), f"reported as done: {done}"
        if result["changed"] != bool(committed):
            yield "unclear messages", f"{each.kind}: changed is {result['changed']}, writes: {_names(committed)}"


def _check_claim(each: Declared, result: dict[str, Any], committed: list[dict[str, Any]]) -> Iterator[Verdict]:
    said = claim(result["msg"])
    wrong = (
        said is None
        or (said == "not happened" and (committed or result["changed"]))
        or (said == "happened" and not (committed and result["changed"]))
        or (said == "half" and _names(committed) != [f"Delete{SETS[each.kind]}"])
        or (said == "undone" and _names(committed) != [f"Delete{SETS[each.kind]}", f"Create{SETS[each.kind]}"])
    )
    if wrong:
        law = "false" if said == "not happened" else "unclear messages"
        yield law, f"{each.kind}: {result['msg']!r} ({said}), but writes: {_names(committed)}"


def _check_remains(account: Account, each: Declared, result: dict[str, Any], now: Any) -> Iterator[Verdict]:
    """After a failure, what there was is still there, unless the task was to remove it, or says that it has."""
    if each.prior is None or each.options is None or account.mine(each.kind, now):
        return
    if not each.replaced or claim(result["msg"]) not in ("half", "unknown"):
        yield "lost", f"{each.kind} {each.name!r} is gone, and the task says: {result['msg']}"


def second_run(account: Account, before: Results, results: Results, now: Any) -> Iterator[Verdict]:
    """The run without mishaps: it succeeds, all is as declared, and nothing is done again that was reported as done."""
    findings = account.check_end(now, interrupted(before))
    yield from (("doubled", text) for text in findings.duplicates)
    yield from (("lost", text) for text in findings.lost)
    yield from (("not converged", text) for text in findings.differing)
    yield from _failures(account, results)
    for kind, result in results.items():
        if result["changed"] and kind in before and not before[kind]["failed"]:
            yield "not converged", f"{kind}: was done, and is changed again: {_plan(result)}"


def interrupted(results: Results) -> set[str]:
    """The kinds of what may have been deleted without its replacement: what the task did not name is then lost."""
    return {kind for kind, result in results.items() if result["failed"] and _kind(result) in _INTERRUPTIONS}


def third_run(account: Account, results: Results) -> Iterator[Verdict]:
    """One more run, where the first had failed, changes nothing."""
    yield from _failures(account, results)
    for kind, result in results.items():
        if result["changed"]:
            yield "not converged", f"{kind}: is changed a third time: {_plan(result)}"


def _failures(account: Account, results: Results) -> Iterator[Verdict]:
    for each in account.trial.tasks:
        result = results.get(each.kind)
        if result is None or result["failed"]:
            yield "not converged", f"{each.kind}: {'did not run' if result is None else result.get('msg')}"


def count_mishaps(requests: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """The faults that an emulator has injected, by its name of them, and what became of the request."""
    counted: Counter[tuple[str, str]] = Counter()
    for entry in requests:
        name = _mishap(entry)
        if name:
            counted[name, _became(entry)] += 1
    return counted


def _mishap(entry: dict[str, Any]) -> str | None:
    if entry["fault"] == "error":
        return f"{entry['status']} {entry['code']}"
    if entry["fault"] == "html":
        return f"proxy HTML {entry['status']}"
    if entry["fault"] is None and entry["code"] == "SignedCookiesNotMatch":
        return "clock wrong by an hour"
    names = {
        "throttle": "409 LimitExceeded",
        "timeout": "time-out",
        "late": "late commit",
        "truncated": "truncated JSON",
    }
    return names.get(entry["fault"], entry["fault"])


def _became(entry: dict[str, Any]) -> str:
    if entry["action"].startswith("Describe"):
        return "read"
    if entry["dry_run"]:
        return "dry run"
    return "write, carried out" if entry["committed"] else "write, not carried out"


def _kind(result: dict[str, Any]) -> str | None:
    return (result.get("error") or {}).get("kind")


def _names(committed: list[dict[str, Any]]) -> list[str]:
    return [entry["action"] for entry in committed]


def _plan(result: dict[str, Any]) -> list[str]:
    return [f"{step['action']}: {step['reason']}" for step in result.get("plan", [])]
