# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of what differs as a page of HTML that stands alone: nothing is fetched, and nothing in it is run.

All that is not written here is escaped, at the one place where it is put in. The page forbids scripts and other
resources by itself, too.
"""

from __future__ import annotations

import html
import typing as t

from .drift import COLUMNS, STATES, Report, Row, readable

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { --ink: #1d2733; --soft: #5b6775; --line: #d9dfe6; --page: #f5f7f9; --card: #fff; --fine: #1e7d4f;
  --missing: #b42318; --different: #9a5b00; --surplus: #6b3fa0; --undeclared: #1f5fa8; --unknown: #555f6b }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --soft: #9aa7b5; --line: #33404e; --page: #12181f;
  --card: #1a222b; --fine: #5cc98f; --missing: #ff8a80; --different: #f0b14a; --surplus: #c6a4f5;
  --undeclared: #7fb6f5; --unknown: #aab4bf } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem); background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Noto Sans CJK SC", sans-serif }
main { max-width: 76rem; margin: 0 auto }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25 }
h2 { margin: 2rem 0 .75rem; font-size: 1.05rem; overflow-wrap: anywhere }
p { margin: 0; color: var(--soft) }
.counts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; padding: 0; list-style: none }
.counts li { flex: 1 1 8rem; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem }
.counts b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums }
.counts .none { color: var(--soft) }
.counts .none b { font-weight: 400 }
.box { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
table { width: 100%; min-width: 46rem; border-collapse: collapse }
th, td { padding: .55rem .9rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line) }
thead th { border-top: 0; color: var(--soft); font-size: .85rem; font-weight: 600 }
td { overflow-wrap: anywhere; unicode-bidi: isolate }
td:nth-child(1) { width: 18% } td:nth-child(2) { width: 8rem; white-space: nowrap } td:nth-child(3) { width: 32% }
.state { font-weight: 600 }
.state::before { content: "\\25CF"; margin-right: .4rem; font-size: .8em }
.missing { color: var(--missing) } .different { color: var(--different) } .surplus { color: var(--surplus) }
.undeclared { color: var(--undeclared) } .unknown { color: var(--unknown) } .fine { color: var(--fine) }
footer { margin-top: 2rem; color: var(--soft); font-size: .9rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 0 1rem }
dt { font-weight: 600 } dd { margin: 0 }
@media print { body { background: none; padding: 0 } .box, .counts li { break-inside: avoid } }
"""


def as_page(found: Report, title: str, when: str) -> str:
    """The page. C(title) is its heading, C(when) says of what time it is."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_text(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(when)}. {_text(found.summary)}.</p>",
        _counts(found),
        *(_table(gateway, rows) for gateway, rows in _by_gateway(found).items()),
        "<footer>",
        _legend(found),
        *([f"<p>{_text(_blind(found))}</p>"] if found.not_compared else []),
        "</footer>",
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _text(value: str) -> str:
    return html.escape(readable(value), quote=True)


def _counts(found: Report) -> str:
    numbers = [
        ("fine", "sites as declared", found.unchanged),
        *((state, state, number) for state, number in found.counts.items()),
    ]
    cards = [
        f'<li class="{"none" if not number else state}"><b>{number}</b>{_text(word)}</li>'
        for state, word, number in numbers
    ]
    return f'<ul class="counts">{"".join(cards)}</ul>'


def _by_gateway(found: Report) -> dict[str, list[Row]]:
    gateways: dict[str, list[Row]] = {}
    for row in found.rows:
        gateways.setdefault(row.gateway, []).append(row)
    return gateways


def _table(gateway: str, rows: t.Sequence[Row]) -> str:
    heads = "".join(f'<th scope="col">{_text(name.capitalize())}</th>' for name in COLUMNS[1:])
    return (
        f'<h2>VPN gateway <bdi>{_text(gateway)}</bdi></h2>\n<div class="box"><table>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{''.join(map(_row, rows))}</tbody>\n</table></div>"
    )


def _row(row: Row) -> str:
    return (
        f'<tr><td>{_text(row.site)}</td><td class="state {row.state}">{_text(row.state)}</td>'
        f"<td>{_text(row.what)}</td><td>{_text(row.details)}</td></tr>\n"
    )


def _legend(found: Report) -> str:
    known = [f"<dt>{_text(state)}</dt><dd>{_text(why)}</dd>" for state, why in STATES.items() if found.counts[state]]
    return f"<dl>{''.join(known)}</dl>" if known else ""


def _blind(found: Report) -> str:
    return (
        f"The service does not return these options, so that they were not compared: {', '.join(found.not_compared)}."
    )
