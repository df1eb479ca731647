# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The YAML that the guides and the READMEs show, as a reader would copy it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]  # of the checkout
GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
ROLE = ROOT / "roles" / "site_to_site" / "README.md"

_IN_RST = re.compile(r"^( *)\.\. code-block:: yaml\n((?:\1 +:.*\n)*)\n((?:(?:\1 +.*)?\n)+)", re.MULTILINE)
_IN_MARKDOWN = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block of YAML.

    C(kind) is C(plays), C(tasks), C(keywords) of a play, or what is not to be run: C(inventory), or other C(data).
    """

    text: str
    kind: str

    @property
    def registered(self) -> set[str]:
        """The variables that its tasks register."""
        return set(re.findall(r"^ *register: (\w+)", self.text, re.MULTILINE))

    @property
    def used(self) -> set[str]:
        """The variables of other examples that its expressions begin with."""
        return set(re.findall(r"\{\{ (\w+)", self.text)) - self.registered

    @property
    def plays(self) -> Any:
        """The block as a playbook."""
        content = yaml.safe_load(self.text)
        if self.kind == "tasks":
            return [{"hosts": "localhost", "gather_facts": False, "tasks": content}]
        if self.kind == "keywords":
            tasks = [{"name": "Use the defaults", "ksyun.vpn.vpn_gateway_info": {}}]
            return [{"hosts": "localhost", "gather_facts": False, "tasks": tasks, **content}]
        return content


def _kind(content: Any) -> str:
    if isinstance(content, list):
        return "plays" if all("hosts" in item or "import_playbook" in item for item in content) else "tasks"
    if any(isinstance(value, dict) and "hosts" in value for value in content.values()):
        return "inventory"
    return "keywords" if "module_defaults" in content else "data"


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, from top to bottom. Raises YAMLError for one that is no YAML."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".rst":
        found = [textwrap.dedent(match[2]) for match in _IN_RST.findall(text)]
    else:
        found = _IN_MARKDOWN.findall(text)
    return [Block(block, _kind(yaml.safe_load(block))) for block in found]
