# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as tables (Markdown, which a terminal shows well enough), and the ratios, which are what to quote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from . import sites
from .contestants import CUSTOMER_GATEWAY, EMPTY, IN_PROCESS, MODULE, URI, VGW
from .costs import BY_ID, LISTING, ONE_PAGE, SIZES

Figures = dict[str, Any]
_ENOUGH = 50  # items; what is paid once for each play counts too much in fewer
TITLES = {each.key: each.title for each in (EMPTY, URI, CUSTOMER_GATEWAY, VGW, MODULE, IN_PROCESS)}
# what is aimed at: which is compared with which, and the least or the most that it may be
TARGETS = (
    ("module path : in-process, an item of a loop", MODULE.key, IN_PROCESS.key, ">=", 20.0),
    ("ec2_customer_gateway : in-process, an item of a loop", CUSTOMER_GATEWAY.key, IN_PROCESS.key, ">=", 50.0),
    ("module path : empty module, an item of a loop", MODULE.key, EMPTY.key, "<=", 1.4),
)


def report(figures: Figures) -> str:
    """All that was measured."""
    parts = [_environment(figures["environment"])]
    if "costs" in figures:
        parts += [_costs(figures["costs"]), _ratios(figures["costs"])]
    if "accounts" in figures:
        parts.append(_accounts(figures["accounts"], figures["answers"]))
    if "requests" in figures:
        parts.append(_requests(figures["requests"]))
    if "loops" in figures:
        parts.append(_loops(figures["loops"]))
    if "sites" in figures:
        heads = ["latency", "routes", "sites", "seconds / of the processor (requests) of", *sites.PHASES]
        parts.append("## All sites of a gateway\n\n" + table(heads, sites.rows(figures["sites"])))
    return "\n\n".join(parts) + "\n"


def ratio(costs: Iterable[Figures], more: str, less: str, case: str = "loop") -> tuple[int, float, float] | None:
    """How many times dearer one contestant is than another, in time and in processor time.

    At a number of items, which comes first: the most that both did.
    """
    found = {(each["contestant"], each["number"]): each for each in costs if each["case"] == case}
    for number in reversed(SIZES):
        if (more, number) in found and (less, number) in found:
            dear, cheap = found[more, number], found[less, number]
            return number, dear["milliseconds"] / cheap["milliseconds"], dear["processor"] / cheap["processor"]
    return None


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table whose columns are aligned; all but the first to the right."""
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    texts = [
        " | ".join(
            cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(line, widths))
        )
        for line in lines
    ]
    rule = "|".join("-" * (width + 2) if not column else "-" * (width + 1) + ":" for column, width in enumerate(widths))
    return "\n".join([f"| {texts[0]} |", f"|{rule}|", *(f"| {text} |" for text in texts[1:])])


def _environment(environment: Figures) -> str:
    lines = [f"- {name}: {value}" for name, value in environment.items()]
    return "\n".join(["# The benchmark's figures", "", "Written by `make bench`.", "", *lines])


def _costs(costs: list[Figures]) -> str:
    cells = {(each["contestant"], each["case"], each["number"]): each for each in costs}
    shapes = (("loop", "loop of {}"), ("tasks", "{} tasks"))
    columns = [(shape, number) for shape, _words in shapes for number in SIZES]
    heads = [words.format(number) for _shape, words in shapes for number in SIZES]
    rows: dict[str, list[list[str]]] = {"milliseconds": [], "processor": []}
    for key, title in TITLES.items():
        row = [cells.get((key, *column)) for column in columns]
        for unit, its_rows in rows.items() if any(row) else ():
            its_rows.append([title, *(f"{cell[unit]:.1f} ({len(cell['rounds'])})" if cell else "-" for cell in row)])
    return "\n".join(
        [
            "## Cost of an item",
            "",
            "A task whose resource is as it should be: nothing changes. (Seconds of a play of n items - seconds of a",
            "play without tasks) / n; the median of as many rounds as stand in brackets. `-`: not measured, it would",
            "take too long, see `LIMIT` of `make bench`.",
            "",
            table(["ms for each item", *heads], rows["milliseconds"]),
            "",
            "The same in processor time, of Ansible and its processes alone:",
            "",
            table(["processor ms for each item", *heads], rows["processor"]),
        ]
    )


def _ratios(costs: list[Figures]) -> str:
    rows: list[list[str]] = []
    for words, more, less, sign, bound in TARGETS:
        found = ratio(costs, more, less)
        if found is None or found[0] < _ENOUGH:
            rows.append([words, "-", "-", "-", f"{sign} {bound:g}", "not measured"])
            continue
        good = found[1] >= bound if sign == ">=" else found[1] <= bound
        rows.append([words, *_texts(found), f"{sign} {bound:g}", "holds" if good else "MISSED"])
    for words, more, less, case in (
        ("ec2_vpc_vgw : in-process, an item of a loop", VGW.key, IN_PROCESS.key, "loop"),
        ("uri : in-process, an item of a loop", URI.key, IN_PROCESS.key, "loop"),
        ("module path : in-process, a task of its own", MODULE.key, IN_PROCESS.key, "tasks"),
        ("ec2_customer_gateway : in-process, a task of its own", CUSTOMER_GATEWAY.key, IN_PROCESS.key, "tasks"),
        ("ec2_customer_gateway : module path, an item of a loop", CUSTOMER_GATEWAY.key, MODULE.key, "loop"),
    ):
        found = ratio(costs, more, less, case)
        if found:
            rows.append([words, *_texts(found), "", ""])
    cells = {(each["contestant"], each["case"], each["number"]): each for each in costs}
    for key in (IN_PROCESS.key, MODULE.key):
        for case in ("loop", "tasks"):
            if (key, case, 500) in cells:
                words = f"{TITLES[key].split(', ')[1]}, {case}: cost of each of 500 : of each of 50"
                many, few = cells[key, case, 500], cells[key, case, 50]
                growth = [many[unit] / few[unit] for unit in ("milliseconds", "processor")]
                rows.append([words, *_texts((500, *growth)), "", ""])
    return "## Ratios\n\n" + table(["ratio", "at items", "of time", "of processor time", "target", "verdict"], rows)


def _texts(found: tuple[float, ...]) -> list[str]:
    return [f"{found[0]:.0f}", *(f"{each:.2f}" for each in found[1:])]


def _accounts(accounts: list[Figures], answers: list[Figures]) -> str:
    cells = {(each["contestant"], each["case"], each["account"]): each for each in accounts}
    emulator = {(each["case"], each["account"]): each["milliseconds"] for each in answers}
    small, large = sorted({each["account"] for each in accounts})
    rows = []
    for key, case in dict.fromkeys((each["contestant"], each["case"]) for each in accounts):
        pair = [cells[key, case, size]["milliseconds"] for size in (small, large)]
        growth, net = pair[1] / pair[0], "-"
        if (case, large) in emulator:
            less = [cost - emulator[case, size] for cost, size in zip(pair, (small, large))]
            net = f"{less[1] / less[0]:.2f}"
        worked = [cells[key, case, size]["processor"] for size in (small, large)]
        title = f"{TITLES[key].rpartition(', ')[2]}: {case}"
        rows.append([title, f"{pair[0]:.1f}", f"{pair[1]:.1f}", f"{growth:.2f}", net, f"{worked[1] / worked[0]:.2f}"])
    served = [
        [case, *(f"{emulator[case, size]:.1f}" for size in (small, large))]
        for case in (BY_ID, ONE_PAGE, LISTING)
        if (case, large) in emulator
    ]
    heads = [f"{size:,} resources" for size in (small, large)]
    return "\n".join(
        [
            "## Growth with the account",
            "",
            "Milliseconds for each item of a loop, no change. By a name alone the service has no filter: the whole",
            "listing is read, 200 to a page. The emulator looks through all that it has for each answer, which the",
            "service will hardly do; so growth is also told without the emulator's own time, which is below, and in",
            "processor time of Ansible alone.",
            "",
            table(["ms for each item", *heads, "growth", "without the emulator", "of processor time"], rows),
            "",
            table(["ms of the emulator's answers", *heads], served),
        ]
    )


def _requests(requests: list[Figures]) -> str:
    resources = list(dict.fromkeys(each["resource"] for each in requests))
    cells = {(each["resource"], each["case"]): each for each in requests}
    rows = [
        [case, *(_number(cells.get((resource, case))) for resource in resources)]
        for case in dict.fromkeys(each["case"] for each in requests)
    ]
    return "\n".join(
        [
            "## Requests of a task",
            "",
            "Counted by the emulator; `+ n` are reads after the last write, until it is seen.",
            "",
            table(["requests", *resources], rows),
        ]
    )


def _number(cell: Figures | None) -> str:
    if cell is None:
        return "-"
    number, waits = len(cell["actions"]), cell["waits"]
    return f"{number - waits} + {waits}" if waits else str(number)


def _loops(loops: list[Figures]) -> str:
    rows = [
        [
            TITLES[each["contestant"]],
            each["items"],
            f"{each['seconds']:.1f}",
            each["requests"],
            *(f"{each[role]:.0f}" if each[role] else "-" for role in ("main", "worker", "module")),
        ]
        for each in loops
    ]
    return "\n".join(
        [
            "## A long loop that changes nothing",
            "",
            "Seconds of the whole play. Memory is the peak of a process's resident set in MiB, as the kernel tells it",
            "(VmHWM; pages that a worker shares with its parent count for both): Ansible's main process, the worker",
            "that it forks for the task, and the largest process of a module.",
            "",
            table(["loop", "items", "seconds", "requests", "main MiB", "worker MiB", "module MiB"], rows),
        ]
    )
