# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit says what the modules warn of, each with the standard; the picture shows names as nothing but names."""

from __future__ import annotations

import html
import re
import typing as t
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.audit import weaknesses
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.topology import graph, mermaid, svg
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel import RESOURCE, WEAK
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import (
    CUSTOMER,
    GATEWAY,
    TUNNEL,
    names,
    tunnels,
)

LINE = re.compile(
    r'flowchart LR|  subgraph [gc]s\["[A-Za-z ]+"\]|  end|    [gc]\d+\["(?:[A-Za-z0-9 .]|#\d+;|<br/>|-)+"\]'
    r'|  g\d+ (?:---|-\.-)\|"(?:[A-Za-z0-9 .]|#\d+;)+"\| c\d+'
)


@given(tunnels())
def test_the_audit_says_what_the_modules_warn_of(tunnel: dict[str, t.Any]) -> None:
    advice = RESOURCE.advise({**tunnel, "pre_shared_key": "long enough a fake key"}, False)
    assert len(advice) == len(weaknesses(tunnel))
    for sentence, found in zip(advice, weaknesses(tunnel)):
        assert sentence.startswith(f"{found['option']} {found['value']} is weak")
        assert found["reason"] in sentence


def test_each_weakness_has_its_standard() -> None:
    reasons = [(option, value) for option, weak in WEAK.items() for value in weak]
    for option, value in reasons:
        (found,) = (each for each in weaknesses({option: value}))
        assert re.fullmatch(r"RFC \d+ section \d+(\.\d+)?|NIST SP 800-131A Rev\. 2", found["standard"]), found
    assert weaknesses(TUNNEL) == []


def drawn(*labels: str) -> list[str]:
    """The texts that an SVG shows. ElementTree refuses what is not well-formed."""
    root = ElementTree.fromstring(svg(graph(*picture(*labels))))  # noqa: S314 - our own text
    namespace = "{http://www.w3.org/2000/svg}"
    allowed = {f"{namespace}{tag}" for tag in ("svg", "title", "rect", "text", "polyline")}
    assert {element.tag for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    return [str(element.text) for element in root.iter(f"{namespace}text")]


def picture(
    gateway: str, customer: str, tunnel: str
) -> tuple[list[dict[str, t.Any]], list[dict[str, t.Any]], list[dict[str, t.Any]]]:
    return [{**TUNNEL, "name": tunnel}], [{**GATEWAY, "name": gateway}], [{**CUSTOMER, "name": customer}]


@given(names, names, names)
def test_names_are_text_in_an_svg(gateway: str, customer: str, tunnel: str) -> None:
    shown = drawn(gateway, customer, tunnel)
    assert len(shown) == 5  # the tunnel's line, and two for each end
    for name, text in zip((gateway, customer), (shown[1], shown[3])):
        visible = re.sub("[^ -~]", "", name)[:20]
        if name.isprintable() and name.isascii() and name:
            assert text.startswith(visible)


@given(names, names, names)
def test_names_are_text_in_mermaid(gateway: str, customer: str, tunnel: str) -> None:
    lines = mermaid(graph(*picture(gateway, customer, tunnel))).splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    labels = [re.sub(r"#(\d+);", lambda found: chr(int(found[1])), line) for line in lines if "[" in line]
    if gateway.isprintable() and 0 < len(gateway) <= 40:
        assert f'"{gateway}<br/>198.18.0.1"' in labels[1]


def test_who_is_joined_to_whom() -> None:
    others = [{**GATEWAY, "id": "B", "name": "b"}, GATEWAY]
    made = [
        {**TUNNEL, "name": "one"},
        {**TUNNEL, "name": "two", "vpn_gateway": "b", "ike_dh_group": 2},
        {**TUNNEL, "name": "three", "vpn_gateway": "not among them", "ike_version": "v2"},
    ]
    found = graph(made, others, [CUSTOMER])
    assert [(edge.gateway, edge.customer, edge.weak) for edge in found.edges] == [
        (1, 0, False),
        (0, 0, True),
        (2, 0, False),
    ]
    assert [name for name, _below in found.gateways] == ["b", "office", "not among them"]
    assert [edge.label for edge in found.edges] == ["one (Ipsec)", "two (Ipsec)", "three (Ipsec, IKEv2)"]
    text = mermaid(found)
    assert text.count("-.-|") == 1
    picture = svg(found)
    assert picture.count("stroke-dasharray") == 2, "its line, and what that means"
    assert picture.count("a weak algorithm") == 1
    sane = svg(graph([TUNNEL], [], []))
    assert "dasharray" not in sane
    assert "a weak algorithm" not in sane


@pytest.mark.parametrize("draw", [mermaid, svg])
def test_an_empty_account_is_drawn(draw: t.Callable[..., str]) -> None:
    assert draw(graph([], [], []))
    ElementTree.fromstring(svg(graph([], [], [])))  # noqa: S314 - our own text


@given(st.text(max_size=60))
def test_no_template_is_left(name: str) -> None:
    for text in (mermaid(graph(*picture(name, name, name + "{{"))), svg(graph(*picture(name, name, name + "{{")))):
        assert "{{" not in text
        assert "{%" not in text
    assert "{{" in html.unescape(svg(graph(*picture("", "", "{{"))))
