# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No example takes for granted what only the emulator, or newer models of the service, are known to have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from docs.blocks import GUIDES, READMES, ROLE, ROOT

MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
SHOWN = [*READMES, ROLE, *GUIDES, *MODULES, *sorted((ROOT / "playbooks").glob("*.yml"))]
CHINESE = [page for page in (*READMES, *GUIDES) if re.search(r"[._-]?zh", page.stem + page.name, re.IGNORECASE)]
# What the API's document has: CreateVpnTunnel, IkeDHGroup. It names no state.
GROUPS = {"1", "2", "5"}


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_the_document_does_not_have_is_said_where_it_is_used(page: Path) -> None:
    for line in page.read_text(encoding="utf-8").splitlines():
        group = re.search(r"\bike_dh_group: *(\d+)", line)
        known = group is None or group[1] in GROUPS
        assert known or re.search(r"#.*\b5\b", line), f"{line}: say which group the document has"
        assert not re.search(r"\bwait_for_state: *['\"]?\w", line), f"{line}: no state is known"


def test_there_are_chinese_pages() -> None:
    assert [page.name for page in CHINESE] == [
        *("README.zh-CN.md", "after_the_tunnel_zh.rst", "devices_zh.rst", "estates_zh.rst", "getting_started_zh.rst"),
        *("inventory_zh.rst", "watching_zh.rst"),
    ]


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_a_key_in_a_chinese_page_is_one_that_a_device_takes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    keys = re.findall(r"^ *vault_\w+: *(.*)$", text, re.MULTILINE)
    assert page.name != "getting_started_zh.rst" or keys, "it shows what goes into the vault"
    assert all(isinstance(yaml.safe_load(key), str) and key.isascii() for key in keys)
    assert "柏林" not in text, "nobody's branch there"


def test_the_chinese_guide_goes_as_far_as_the_english_one() -> None:
    """Installation without the internet, the role, AWX, failures, and that no packet flows without routes."""
    (page,) = (page for page in CHINESE if page.name == "getting_started_zh.rst")
    guide = page.read_text(encoding="utf-8")
    for word in ("离线", "site_to_site", "AWX", "unknown_outcome", "路由"):
        assert word in guide, word
