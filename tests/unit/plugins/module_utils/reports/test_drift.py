# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report tells each difference once, as what it is, and its forms show names as nothing but names."""

from __future__ import annotations

import csv
import io
import typing as t
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.reports.drift import (
    COLUMNS,
    STATES,
    Report,
    Row,
    as_csv,
    as_data,
    as_table,
    readable,
    report,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.reports.page import as_page

FORMULAS = tuple("=+-@\t\uff1d\uff0b\uff0d\uff20")
ID = "10951a6f-3c2c-4fb3-a443-2926942bad44"
NAMES = (
    "office",
    "\u5ba2\u6237 \u7f51\u5173",
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "{{ lookup('pipe', 'id') }}",
    "=cmd|' /C calc'!A0",
    " =1+1",
    "a;=1+1",
    'a;"=1+1',
    "@SUM(1)",
    "-2+3",
    "\t=1",
    "\r=1",
    "\uff1dcmd()",
    "one\ntwo",
    "\u202egnp.exe",
)
names = st.sampled_from(NAMES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
rows = st.builds(Row, names, names, st.sampled_from(sorted(STATES)), names, names)
reports = st.builds(Report, st.lists(rows, max_size=6), st.just(2), st.just(9), st.just(3), st.lists(names, max_size=2))


def step(action: str, target: str, **more: t.Any) -> dict[str, t.Any]:
    return {"action": action, "target": target, "site": "a", "fields": [], "reason": "why", "permitted": None, **more}


def change(option: str, before: t.Any, after: t.Any) -> dict[str, t.Any]:
    return {"option": option, "before": before, "after": after}


def of(*plan: dict[str, t.Any], **more: t.Any) -> list[tuple[str, ...]]:
    found = report({"main": {"plan": list(plan), **more}})
    return [row[1:] for row in found.rows]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (of(step("create", "VPN tunnel 'a'", fields=[change("type", None, "Ipsec")])), [("missing", "type Ipsec")]),
        (of(step("delete", f"VPN tunnel 'a' ({ID})")), [("surplus", "why")]),
        (
            of(step("update", f"VPN tunnel 'a' ({ID})", fields=[change("ike_dh_group", None, 5)], permitted=False)),
            [("different", "ike_dh_group is not set, declared 5; can only be replaced")],
        ),
        (
            of(step("update", f"VPN tunnel 'a' ({ID})", fields=[change("pre_shared_key_matches", False, True)])),
            [("different", "pre_shared_key differs (not shown)")],
        ),
        # a replacement is one difference
        (
            of(
                step("delete", f"VPN tunnel 'a' ({ID})"),
                step("create", "VPN tunnel 'a'", fields=[change("address", "1.1.1.1", "1.1.1.2")]),
            ),
            [("different", "address 1.1.1.2")],
        ),
        # what prune would take is undeclared
        (
            of(
                step("delete", f"VPN tunnel 'a' ({ID})"),
                undeclared=[{"site": "a", "kind": "vpn_tunnel", "id": ID, "name": "a"}],
            ),
            [("undeclared", ID)],
        ),
    ],
    ids=["missing", "surplus", "refused", "key", "replaced", "pruned"],
)
def test_each_difference_is_told_once_as_what_it_is(found: list[tuple[str, ...]], told: list[tuple[str, str]]) -> None:
    assert [(state, details) for _site, state, _what, details in found] == told


def test_what_could_not_be_compared_is_told_with_the_reason() -> None:
    failure = {"kind": "vpn_tunnel", "name": "a", "msg": "No key."}
    site = {"outcome": "failed", "error": {"kind": "invalid_options"}, "failures": [failure]}
    failed = {"tunnel a": "No key.", "VPN gateway main": "Access denied."}
    found = report({"main": {"plan": [], "sites": {"a": site}, "failed": failed}})
    assert [(row.site, row.state, row.what, row.details) for row in found.rows] == [
        ("", "unknown", "VPN gateway main", "Access denied."),
        ("a", "unknown", "VPN tunnel 'a'", "No key."),
    ]


def test_what_is_refused_is_a_difference_and_not_unknown() -> None:
    failure = {"kind": "vpn_tunnel", "name": "a", "msg": "can't be changed"}
    site = {"outcome": "failed", "error": {"kind": "immutable_change"}, "failures": [failure]}
    plan = [step("update", f"VPN tunnel 'a' ({ID})", fields=[change("type", "x", "y")], permitted=False)]
    found = report({"main": {"plan": plan, "sites": {"a": site}, "failed": {"tunnel a": "can't be changed"}}})
    assert [row.state for row in found.rows] == ["different"]
    assert as_data(found)["counts"]["different"] == 1


def test_without_a_difference_it_says_so() -> None:
    sites = {"a": {"outcome": "unchanged", "not_compared": {"a": ["pre_shared_key"]}}}
    found = report({"main": {"plan": [], "sites": sites, "failed": {}}})
    assert as_table(found) == ["1 VPN gateway, 1 site: no difference"]
    data = as_data(found)
    assert (data["differs"], data["unchanged"], data["not_compared"]) == (False, 1, ["pre_shared_key"])
    assert as_csv(found) == '"gateway","site","state","what","details"\r\n'


@given(reports)
def test_no_cell_of_csv_is_a_formula_and_each_row_is_one_line(found: Report) -> None:
    text = as_csv(found)
    assert len(text.split("\r\n")) == len(found.rows) + 2
    for separator in (",", ";", "\t", "|"):  # as spreadsheets of other countries split it, with quotes and without
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for line in csv.reader(io.StringIO(text), delimiter=separator, quoting=quoting):
                for cell in line:
                    assert not cell.strip(' "\r\n').startswith(FORMULAS), cell
    [head, *lines] = csv.reader(io.StringIO(text))
    assert head == list(COLUMNS)
    for line, row in zip(lines, found.rows):
        assert [cell.replace("'", "") for cell in line] == [readable(value).replace("'", "") for value in row]


class Page(HTMLParser):
    """The elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_cell = tag == "td"
        if self._in_cell:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[-1] += data


TAGS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "ul", "li", "b", "div", "table"}
TAGS |= {"thead", "tbody", "tr", "th", "td", "bdi", "footer", "dl", "dt", "dd"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "scope"}


@given(found=reports, title=names)
def test_the_page_shows_names_as_text_and_loads_nothing(found: Report, title: str) -> None:
    page = Page(as_page(found, title, "Checked just now"))
    assert {tag for tag, _attributes in page.elements} <= TAGS
    assert {name for _tag, attributes in page.elements for name in attributes} <= ATTRIBUTES
    assert {str(attributes.get("class")) for _tag, attributes in page.elements} <= {
        *("None", "counts", "none", "fine", "box", *STATES),
        *(f"state {state}" for state in STATES),
    }
    by_gateway = sorted(found.rows, key=lambda row: [each.gateway for each in found.rows].index(row.gateway))
    assert page.cells == [readable(value) for row in by_gateway for value in row[1:]]
    text = as_page(Report([], 1, 1, 1, []), "x", "x")
    assert not [word for word in ("url(", "//", "<script", "@import") if word in text]


@given(reports)
def test_the_table_is_lines_of_columns(found: Report) -> None:
    lines = as_table(found)
    assert len(lines) == (len(found.rows) + 2 if found.rows else 1)
    assert all("\n" not in line and line.isprintable() for line in lines)
    assert lines[-1] == found.summary
