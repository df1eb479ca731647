# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between what is declared and what is there: rows, and from these a table as text, CSV or a page.

The names in it are whatever somebody has typed in the console. A row has them as they are; each form of the report
makes text of them that its reader takes for nothing else.
"""

from __future__ import annotations

import csv
import io
import re
import typing as t
import unicodedata

Item = t.Mapping[str, t.Any]
COLUMNS = ("gateway", "site", "state", "what", "details")
MISSING, DIFFERS, SURPLUS, UNDECLARED, UNKNOWN = "missing", "different", "surplus", "undeclared", "unknown"
STATES = {
    MISSING: "It is declared, and not there.",
    DIFFERS: "It is there, and not as it is declared.",
    SURPLUS: "It is declared absent, and there.",
    UNDECLARED: "It is there, and not declared.",
    UNKNOWN: "It could not be compared.",
}
# The kinds of a failure that says that something differs, rather than that it could not be looked at.
_REFUSALS = ("immutable_change",)
_TELLING = ("address", "ha_address", "type", "bandwidth")  # of what is to be created
_KINDS = {
    "customer_gateway": "customer gateway",
    "vpn_tunnel": "VPN tunnel",
    "vpn_gateway_route": "route of a VPN gateway",
    "vpc_route": "VPC route",
    "site": "site",
}
# What a spreadsheet evaluates begins so, the wide forms among it; some separate at a semicolon, or cut spaces off.
_FORMULA = re.compile("((?:^|[;,|])[\"'\\s]*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")


class Row(t.NamedTuple):
    """One difference."""

    gateway: str
    site: str
    state: str
    what: str
    details: str


class Report(t.NamedTuple):
    """All rows, how many sites were looked at and are as they are declared, and what could not be compared."""

    rows: list[Row]
    gateways: int
    sites: int
    unchanged: int
    not_compared: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each state."""
        return {state: sum(row.state == state for row in self.rows) for state in STATES}

    @property
    def summary(self) -> str:
        """The report in one line."""
        found = ", ".join(f"{number} {state}" for state, number in self.counts.items() if number)
        gateways = f"{self.gateways} VPN gateway{'' if self.gateways == 1 else 's'}"
        return f"{gateways}, {self.sites} site{'' if self.sites == 1 else 's'}: {found or 'no difference'}"


def report(gateways: t.Mapping[str, Item]) -> Report:
    """The report of what a check has found, by the labels of the gateways, as L(reports/gateways) has it."""
    rows: list[Row] = []
    total = same = 0
    unseen: set[str] = set()
    for label, found in gateways.items():
        sites: t.Mapping[str, Item] = found.get("sites") or {}
        total += len(sites)
        same += sum(site.get("outcome") == "unchanged" for site in sites.values())
        told = set((found.get("failed") or {}).items())
        listed = tuple(f"({each['id']})" for each in found.get("undeclared") or ())
        rows += [_of_step(label, step) for step in found.get("plan") or () if not _is_listed(step, listed)]
        for name, site in sites.items():
            for options in (site.get("not_compared") or {}).values():
                unseen.update(options)
            refused = {each["kind"] for each in [site.get("error") or {}] if each.get("kind") in _REFUSALS}
            for failure in site.get("failures") or ():
                told -= {each for each in told if each[1] == str(failure["msg"])}
                if not refused or not _is_in_plan(failure, name, found):
                    what = f"{_KINDS.get(failure['kind'], failure['kind'])} {failure['name']!r}"
                    rows.append(Row(label, name, UNKNOWN, what, str(failure["msg"])))
        rows += [Row(label, "", UNKNOWN, what, why) for what, why in sorted(told)]
        rows += [
            Row(
                label,
                str(each["site"]),
                UNDECLARED,
                f"{_KINDS.get(each['kind'], each['kind'])} {each['name']!r}",
                str(each["id"]),
            )
            for each in found.get("undeclared") or ()
        ]
    order = {label: number for number, label in enumerate(gateways)}
    merged = sorted(dict.fromkeys(_merged(rows)), key=lambda row: (order[row.gateway], row.site != "", row.site))
    return Report(merged, len(gateways), total, same, sorted(unseen))


def _of_step(label: str, step: Item) -> Row:
    state = {"create": MISSING, "delete": SURPLUS}.get(str(step["action"]), DIFFERS)
    details = "; ".join(filter(None, [_fields(step), "" if step.get("fields") else str(step.get("reason") or "")]))
    if step.get("permitted") is False:
        details += "; can only be replaced"
    return Row(label, str(step.get("site") or ""), state, str(step["target"]), details)


def _is_listed(step: Item, undeclared: tuple[str, ...]) -> bool:
    """Whether it is the removal of something that is told as undeclared."""
    return step["action"] == "delete" and str(step["target"]).endswith(undeclared)


def _fields(step: Item) -> str:
    told = []
    for change in step.get("fields") or ():
        option = str(change["option"])
        if step["action"] == "create":
            told += [f"{option} {_value(change['after'])}"] if option in _TELLING else []
        elif option.endswith("_matches"):
            told.append(f"{option[: -len('_matches')]} differs (not shown)")
        else:
            told.append(f"{option} is {_value(change['before'])}, declared {_value(change['after'])}")
    return ", ".join(told)


def _value(value: t.Any) -> str:
    return "not set" if value is None else str(value)


def _merged(rows: t.Sequence[Row]) -> list[Row]:
    """A replacement is one difference, and not something that is missing and something too many."""
    gone = {(row.gateway, row.site, _bare(row.what)): row for row in rows if row.state == SURPLUS}
    found = []
    new = {(row.gateway, row.site, _bare(row.what)) for row in rows if row.state == MISSING}
    for row in rows:
        key = (row.gateway, row.site, _bare(row.what))
        if row.state == SURPLUS and key in new:
            continue
        found.append(row._replace(state=DIFFERS, what=gone[key].what) if row.state == MISSING and key in gone else row)
    return found


def _bare(target: str) -> str:
    """A step's target without its id."""
    return target.rpartition("' (")[0] + "'" if target.endswith(")") and "' (" in target else target


def _is_in_plan(failure: Item, site: str, found: Item) -> bool:
    noun = f"{_KINDS.get(failure['kind'], '')} {failure['name']!r}"
    return any(
        step.get("site") == site and step.get("permitted") is False and str(step["target"]).startswith(noun)
        for step in found.get("plan") or ()
    )


def as_data(found: Report) -> dict[str, t.Any]:
    """The report as data."""
    return {
        "summary": found.summary,
        "differs": bool(found.rows),
        "gateways": found.gateways,
        "sites": found.sites,
        "unchanged": found.unchanged,
        "counts": found.counts,
        "not_compared": found.not_compared,
        "rows": [row._asdict() for row in found.rows],
    }


def as_csv(found: Report) -> str:
    """The rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in row] for row in found.rows)
    return out.getvalue()


def _cell(value: str) -> str:
    """A text on one line that no spreadsheet evaluates, nor a part of it, where it separates at something else."""
    return _FORMULA.sub(r"\1'", readable(value))


def readable(text: str) -> str:
    """A text on one line, without characters that can't be seen, or that turn the direction of others."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def as_table(found: Report) -> list[str]:
    """The rows as lines of text, in columns, for a terminal."""
    rows = [tuple(name.upper() for name in COLUMNS), *(tuple(map(readable, row)) for row in found.rows)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = []
    for row in rows:
        cells = [cell + " " * (widths[column] - _width(cell)) for column, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return [*(lines if found.rows else []), found.summary]


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character has two."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )
