# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How text of others stands in a configuration: never as more than text.

Names and descriptions are whatever somebody typed in the console. Here they end up in comments alone, with every
character that could end a line, hide one or change its direction written as an escape.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[^A-Za-z0-9 ._,:+=@-]")
_MOST_SHOWN = 120
_MARKS = '"\\{}'  # braces, as the text of a configuration may pass through a template


def comment(text: str) -> str:
    """A text for a comment: one line, in quotes, in which each character is one that can be seen."""
    shown = "".join(
        character if character.isprintable() and character not in _MARKS else _escape(character)
        for character in text[:_MOST_SHOWN]
    )
    return f'"{shown}{"..." if len(text) > _MOST_SHOWN else ""}"'


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\{character}" if character in '"\\' else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain(text: str, most: int = 60) -> str:
    """A text for devices whose command line takes ASCII, and takes "?" and "!" for something else."""
    return re.sub(" +", " ", _PLAIN.sub("_", text[:most])).strip()


# What a key may have where it is typed at a command line: "?" is help there, "|" a filter, quotes and spaces end words.
_TYPEABLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789#$%&()*+,-./:;<=>@[]^_{}~")


def can_be_typed(key: str, most: int) -> bool:
    """Whether a key can be typed at a device's command line, and is not taken for anything else there."""
    return len(key) <= most and set(key) <= _TYPEABLE and key[:1].isalnum()
