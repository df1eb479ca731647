# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the collection, each switched back to what it must not be, to show that the campaign would notice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

_COLLECTION = Path("ansible_collections", "ksyun", "vpn")
_CORE = Path("plugins", "module_utils")


@dataclass(frozen=True)
class Rule:
    """A replacement of text: in a file of module_utils, what stands there once, and what is to stand there."""

    file: str
    text: str
    instead: str


RULES: dict[str, list[Rule]] = {
    "creates are sent again blindly": [
        Rule(
            "api/client.py",
            "if not error.transient or (error.may_have_happened and not repeatable):\n",
            "if not error.transient:\n",
        )
    ],
}


def break_collection(collections: Path, target: Path, rule: str) -> Path:
    """Copy the installed collection to C(target), with a rule switched back; C(target).

    Raises RuntimeError where the rule is not in its place any more.
    """
    shutil.copytree(collections / _COLLECTION / "plugins", target / _COLLECTION / "plugins")
    for name in ("galaxy.yml", "MANIFEST.json"):
        if (collections / _COLLECTION / name).exists():
            shutil.copy(collections / _COLLECTION / name, target / _COLLECTION / name)
    shutil.copytree(collections / _COLLECTION / "meta", target / _COLLECTION / "meta")
    for each in RULES[rule]:
        file = target / _COLLECTION / _CORE / each.file
        text = file.read_text(encoding="utf-8")
        if text.count(each.text) != 1:
            raise RuntimeError(f"{rule}: this is not, or not once, in {each.file} any more:\n{each.text}")
        file.write_text(text.replace(each.text, each.instead), encoding="utf-8")
    return target
