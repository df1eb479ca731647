# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which gateway has tunnels to which customer gateways, as a picture: Mermaid's text, or an SVG that stands alone.

Names are whatever somebody typed in the console. In a picture they are text alone: Mermaid gets each character that is
no letter or digit by its number, SVG as a character of XML.
"""

from __future__ import annotations

import html
import typing as t
import unicodedata

from .audit import weaknesses

Item = t.Mapping[str, t.Any]
_LONGEST = 40  # characters of a name
_ROW, _BOX, _WIDTH, _MARGIN = 64, 44, 260, 24  # points, of the SVG
_GAP = 460
_LINE = 18  # between two lines that end at one box
_SANE, _WEAK = "#2f6f4f", "#b45309"


class Edge(t.NamedTuple):
    """A tunnel, by the positions of its two ends."""

    gateway: int
    customer: int
    label: str
    weak: bool


class Graph(t.NamedTuple):
    """What is drawn. A label is a name and what stands below it."""

    gateways: list[tuple[str, str]]
    customers: list[tuple[str, str]]
    edges: list[Edge]


def _short(text: t.Any) -> str:
    """A name on one line, without characters that can't be seen."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text))
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"


def graph(tunnels: t.Sequence[Item], gateways: t.Sequence[Item], customers: t.Sequence[Item]) -> Graph:
    """The graph of items as the info modules return them. An end that is not among them is drawn by its id."""
    left, right = _Ends(gateways, "gateway_address"), _Ends(customers, "address")
    edges = []
    for tunnel in tunnels:
        version = _short(tunnel.get("ike_version") or "")
        kind = _short(tunnel.get("type") or "")
        label = f"{_short(tunnel.get('name') or tunnel.get('id') or '')} ({kind}{f', IKE{version}' if version else ''})"
        edges.append(
            Edge(
                left.position(tunnel.get("vpn_gateway")),
                right.position(tunnel.get("customer_gateway")),
                label,
                bool(weaknesses(tunnel)),
            )
        )
    return Graph(left.labels, right.labels, edges)


class _Ends:
    """The gateways of one side, in their order; ones that only a tunnel names come last."""

    def __init__(self, items: t.Sequence[Item], address: str) -> None:
        self.labels = [
            (_short(item.get("name") or item.get("id") or ""), _short(item.get(address) or "")) for item in items
        ]
        self._positions = {str(item.get("id")).lower(): position for position, item in enumerate(items)}

    def position(self, identity: t.Any) -> int:
        key = str(identity).lower()
        if key not in self._positions:
            self._positions[key] = len(self.labels)
            self.labels.append((_short(identity), ""))
        return self._positions[key]


def _numbered(text: str) -> str:
    """A text for Mermaid, in which nothing is left that it could take for syntax, markup or Markdown."""
    return "".join(
        character if character.isascii() and (character.isalnum() or character in " .") else f"#{ord(character)};"
        for character in text
    )


def mermaid(drawn: Graph) -> str:
    """A flowchart of Mermaid, which GitHub, GitLab and others show in Markdown."""
    lines = ["flowchart LR"]
    for prefix, title, ends in (("g", "Ksyun", drawn.gateways), ("c", "Customer gateways", drawn.customers)):
        lines.append(f'  subgraph {prefix}s["{title}"]')
        for position, (name, below) in enumerate(ends):
            label = _numbered(name) + (f"<br/>{_numbered(below)}" if below else "")
            lines.append(f'    {prefix}{position}["{label or "-"}"]')
        lines.append("  end")
    for edge in drawn.edges:
        line = "-.-" if edge.weak else "---"
        lines.append(f'  g{edge.gateway} {line}|"{_numbered(edge.label)}"| c{edge.customer}')
    return "\n".join(lines) + "\n"


def _xml(text: str) -> str:
    """A text for XML, which can hold a shortened name. Braces are written as numbers, as a template may follow."""
    return html.escape(text, quote=True).replace("{", "&#123;").replace("}", "&#125;")


def _fitting(text: str, most: int) -> str:
    """What of a text fits into so many half-width characters; Chinese characters take two."""
    width, kept = 0, ""
    for character in text:
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > most:
            return kept + "\N{HORIZONTAL ELLIPSIS}"
        kept += character
    return text


def svg(drawn: Graph) -> str:
    """A drawing: gateways left, customer gateways right, a line for each tunnel, dashed where an algorithm is weak."""
    arriving: dict[int, int] = {}
    for edge in drawn.edges:
        arriving[edge.customer] = arriving.get(edge.customer, 0) + 1
    row = max(_ROW, _LINE * max(arriving.values(), default=0) + _MARGIN)
    rows = max(len(drawn.gateways), len(drawn.customers), 1)
    width, height = 2 * _WIDTH + _GAP + 2 * _MARGIN, rows * row + 2 * _MARGIN
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="13">',
        "<title>Ksyun VPN topology</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    middles_left, middles_right = (_middles(len(ends), rows * row) for ends in (drawn.gateways, drawn.customers))
    lines, labels = [], []
    drawn_so_far: dict[int, int] = {}
    for edge in drawn.edges:
        place = drawn_so_far[edge.customer] = drawn_so_far.get(edge.customer, -1) + 1
        spread = _LINE * (place - (arriving[edge.customer] - 1) / 2)
        line, label = _line(edge, middles_left[edge.gateway], middles_right[edge.customer] + spread)
        lines.append(line)
        labels.append(label)
    parts += lines + labels
    for (name, below), middle in zip(drawn.gateways, middles_left):
        parts += _box(name, below, _MARGIN, middle, _BOX)
    for position, ((name, below), middle) in enumerate(zip(drawn.customers, middles_right)):
        parts += _box(name, below, _MARGIN + _WIDTH + _GAP, middle, max(_BOX, _LINE * arriving.get(position, 0)))
    parts += _legend(rows * row + 2 * _MARGIN) if any(edge.weak for edge in drawn.edges) else []
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(bottom: float) -> list[str]:
    """What a dashed line means."""
    y = bottom - _MARGIN / 2
    style = f'stroke="{_WEAK}" stroke-width="2" stroke-dasharray="6 4"'
    return [
        f'<line x1="{_MARGIN}" y1="{y:.0f}" x2="{_MARGIN + 36}" y2="{y:.0f}" {style}/>',
        f'<text x="{_MARGIN + 44}" y="{y + 4:.0f}" fill="{_WEAK}" font-size="11">a weak algorithm</text>',
    ]


def _middles(count: int, height: float) -> list[float]:
    """Where the boxes of one side have their middles, spread over the whole height."""
    return [_MARGIN + height * (position + 0.5) / max(count, 1) for position in range(count)]


def _box(name: str, below: str, left: float, middle: float, height: float) -> list[str]:
    x = left + _WIDTH / 2
    frame = f'x="{left:.0f}" y="{middle - height / 2:.0f}" width="{_WIDTH}" height="{height:.0f}" rx="6"'
    centre = f'x="{x:.0f}" text-anchor="middle"'
    return [
        f'<rect {frame} fill="#eef4fb" stroke="#3b6ea5"/>',
        f'<text {centre} y="{middle - 3 if below else middle + 5:.0f}">{_xml(_fitting(name, 32))}</text>',
        *(
            [f'<text {centre} y="{middle + 14:.0f}" fill="#555555" font-size="11">{_xml(below)}</text>']
            if below
            else []
        ),
    ]


def _line(edge: Edge, left_y: float, right_y: float) -> tuple[str, str]:
    """The line of a tunnel, and its label, at the right end, where no two lines meet."""
    start, bend, end = _MARGIN + _WIDTH, _MARGIN + _WIDTH + 2 * _GAP // 5, _MARGIN + _WIDTH + _GAP
    colour, dash = (_WEAK, ' stroke-dasharray="6 4"') if edge.weak else (_SANE, "")
    points = f"{start},{left_y:.0f} {bend},{right_y:.0f} {end},{right_y:.0f}"
    halo = 'paint-order="stroke" stroke="#ffffff" stroke-width="3"'
    place = f'x="{end - 8}" y="{right_y - 4:.0f}" text-anchor="end"'
    label = f'<text {place} fill="{colour}" font-size="11" {halo}>{_xml(_fitting(edge.label, 40))}</text>'
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>', label
