# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The algorithm table of the pages is that of the renderings."""

from __future__ import annotations

import re

import pytest
from docs.blocks import ROOT
from support.algorithms import Row, rows

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import PLATFORMS

ROW = re.compile(
    r"^   \* - ``(\w+)``([^\n]*)\n     - (\d+)\n     - (\d+)\n     - ((?:.+\n?)(?:       .+\n?)*)", re.MULTILINE
)
TABLE = rows()


def of_the_page(name: str) -> dict[tuple[str, int | None], tuple[int, int, str]]:
    """By the platform, and the version of IKE if it is said: the numbers, and what is refused."""
    text = (ROOT / "docs" / "docsite" / "rst" / name).read_text(encoding="utf-8")
    found = {}
    for platform, beside, ike, esp, refused in ROW.findall(text):
        version = re.search(r"IKEv([12])", beside)
        found[platform, int(version[1]) if version else None] = int(ike), int(esp), refused
    return found


@pytest.mark.parametrize("page", ["devices.rst", "devices_zh.rst"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.platform} v{row.version}")
def test_the_page_has_the_numbers(page: str, row: Row) -> None:
    told = of_the_page(page)
    assert {platform for platform, _version in told} == set(PLATFORMS)
    ike, esp, refused = told.get((row.platform, row.version)) or told[row.platform, None]
    if (row.platform, row.version) == ("comware", 2):  # "besides"
        refused += told["comware", 1][2]
    assert (ike, esp) == (row.ike, row.esp)
    for value in row.refused:
        written = {"group 24": "24"}.get(value, f"``{value}``")
        assert written in refused, f"{value} is refused, and the page does not say so"


def test_the_combinations_are_those_of_the_page() -> None:
    text = (ROOT / "docs" / "docsite" / "rst" / "devices.rst").read_text(encoding="utf-8")
    numbers = {(row.ike_tried, row.esp_tried) for row in TABLE}
    (tried,) = numbers
    assert "{} of IKE".format(*tried) in text
    assert f"{tried[1]} of ESP" in " ".join(text.split())
