# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures in a browser: Mermaid's own reader draws the flowchart, and names are shown as nothing but names."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.topology import graph, mermaid, svg
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import CUSTOMER, GATEWAY, TUNNEL

NAMES = (
    "office",
    "客户 网关",
    'a"] --> b["',
    "<img src=x onerror=document.title=1>",
    "</text><script>document.title=1//",
    '"]; click g0 "javascript:alert(1)"',
    "%%{init: {}}%%",
    "`**bold**`",
    "end",
    "#quot;#35;",
    "&amp;&lt;",
    "subgraph x",
    "{{ 7 * 7 }}",
    "\\",
)
PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>whole</title>
<div id="picture"></div><pre id="said">waiting</pre>
<script src="mermaid.min.js"></script>
<script>
const text = %s;
mermaid.initialize({startOnLoad: false});
mermaid.render("drawn", text).then(
  ({svg}) => {
    document.getElementById("picture").innerHTML = svg;
    const labels = [...document.querySelectorAll("#picture .nodeLabel, #picture .edgeLabel")];
    const shown = labels.map(each => each.innerText ?? each.textContent);
    document.getElementById("said").textContent = JSON.stringify(shown);
  },
  error => { document.getElementById("said").textContent = JSON.stringify("refused: " + error); },
);
</script>
"""


def items() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """A tunnel for each name, each between gateways of that name."""
    tunnels = [
        {
            **TUNNEL,
            "name": name,
            "vpn_gateway": f"g{each}",
            "customer_gateway": f"c{each}",
            "ike_dh_group": 2 + 12 * (each % 2),
        }
        for each, name in enumerate(NAMES)
    ]
    gateways = [{**GATEWAY, "id": f"g{each}", "name": name} for each, name in enumerate(NAMES)]
    customers = [{**CUSTOMER, "id": f"c{each}", "name": name} for each, name in enumerate(NAMES)]
    return tunnels, gateways, customers


def opened(chromium: str, page: Path, profile: Path) -> str:
    """The page as it is after its scripts have run."""
    ran = subprocess.run(
        [
            *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *(f"--user-data-dir={profile}", "--virtual-time-budget=20000", "--dump-dom", page.as_uri()),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return ran.stdout


def said(page: str) -> Any:
    found = re.search(r'<pre id="said">(.*?)</pre>', page, re.DOTALL)
    assert found
    return json.loads(html.unescape(found[1]))


def drawn(chromium: str, script: Path, folder: Path, text: str) -> tuple[Any, str]:
    """What Mermaid shows of a text: the labels, or why it refuses it; and the page."""
    (folder / "mermaid.min.js").write_bytes(script.read_bytes())
    page = folder / "page.html"
    # As JSON in a script; "<" ends one.
    page.write_text(PAGE % json.dumps(text).replace("<", "\\u003c"), encoding="utf-8")
    whole = opened(chromium, page, folder / "profile")
    return said(whole), whole


def test_mermaid_draws_it(chromium: str, mermaid_script: Path, tmp_path: Path) -> None:
    shown, page = drawn(chromium, mermaid_script, tmp_path, mermaid(graph(*items())))
    assert isinstance(shown, list), shown
    labels = [" ".join(label.split()) for label in shown]
    for name in NAMES:
        assert labels.count(f"{name} 198.18.0.1") == 1
        assert labels.count(f"{name} 203.0.113.9") == 1
        assert f"{name} (Ipsec)" in labels
    assert "<title>whole</title>" in page


@pytest.mark.parametrize(
    ("right", "wrong"), [('g0["', 'g0[["'), ("flowchart LR", "flowchart LRX"), ("---|", "---||"), ("  end\n", "  \n")]
)
def test_mermaid_refuses_planted_faults(
    chromium: str, mermaid_script: Path, tmp_path: Path, right: str, wrong: str
) -> None:
    text = mermaid(graph(*items()))
    assert right in text
    shown, _page = drawn(chromium, mermaid_script, tmp_path, text.replace(right, wrong))
    assert str(shown).startswith("refused: ")


def test_unescaped_names_would_break_it(chromium: str, mermaid_script: Path, tmp_path: Path) -> None:
    """The reason for the numbers: with the names as they are there is no such picture."""
    text = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), mermaid(graph(*items())))
    shown, _page = drawn(chromium, mermaid_script, tmp_path, text)
    assert str(shown).startswith("refused: ")


def test_the_svg_shows_names_as_text(chromium: str, tmp_path: Path) -> None:
    """Opened as a page of its own, and within one."""
    picture = svg(graph(*items()))
    page = tmp_path / "page.html"
    page.write_text(
        f"""<!DOCTYPE html><meta charset="utf-8"><title>whole</title>{picture}<pre id="said"></pre><script>
        const shown = [...document.querySelectorAll("svg text")].map(each => each.textContent);
        const boxes = [...document.querySelectorAll("svg rect")].slice(1).map(each => each.getBoundingClientRect());
        const wide = [...document.querySelectorAll("svg text")].slice(-4 * {len(NAMES)})
          .filter(each => each.getBoundingClientRect().width > 260);
        const view = document.querySelector("svg").getBoundingClientRect();
        const outside = boxes
          .filter(each => each.bottom > view.bottom || each.right > view.right || each.top < view.top);
        document.getElementById("said").textContent =
          JSON.stringify({{shown, wide: wide.length, outside: outside.length, boxes: boxes.length}});
        </script>""",
        encoding="utf-8",
    )
    whole = opened(chromium, page, tmp_path / "profile")
    found = said(whole)
    assert "<title>whole</title>" in whole
    assert found["boxes"] == 2 * len(NAMES)
    assert (found["wide"], found["outside"]) == (0, 0)
    short = [name for name in NAMES if len(name) <= 30]
    assert all(found["shown"].count(name) == 2 for name in short)
