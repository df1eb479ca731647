# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A deliberately broken client, to show that the campaign would notice: creates are sent again blindly."""

from __future__ import annotations

import shutil
from pathlib import Path

_COLLECTION = Path("ansible_collections", "ksyun", "vpn")
_FILE = Path("plugins", "module_utils", "api", "client.py")
_DECISION = "if not error.transient or (error.may_have_happened and not repeatable):\n"
_BLIND = "if not error.transient:\n"


def break_collection(collections: Path, target: Path) -> Path:
    """Copy the installed collection to C(target), and have it send again whatever may help; C(target)."""
    shutil.copytree(collections / _COLLECTION / "plugins", target / _COLLECTION / "plugins")
    for name in ("galaxy.yml", "MANIFEST.json"):
        if (collections / _COLLECTION / name).exists():
            shutil.copy(collections / _COLLECTION / name, target / _COLLECTION / name)
    shutil.copytree(collections / _COLLECTION / "meta", target / _COLLECTION / "meta")
    file = target / _COLLECTION / _FILE
    text = file.read_text(encoding="utf-8")
    if text.count(_DECISION) != 1:
        raise RuntimeError(f"the decision is not in {_FILE} any more")
    file.write_text(text.replace(_DECISION, _BLIND), encoding="utf-8")
    return target
