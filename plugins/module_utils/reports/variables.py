# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data as a file of variables for Ansible: YAML in which each text is quoted, and none is a template.

What somebody has typed as a name in the console may look like a template. In a file of variables Ansible would evaluate
it, so such a text has the tag C(!unsafe) there, which says that it is none.
"""

from __future__ import annotations

import json
import typing as t

_TEMPLATES = ("{{", "{%", "{#")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))  # no texts to YAML


def as_variables(values: t.Mapping[str, t.Any], comment: str = "") -> str:
    """The text of the file. The C(comment) stands at its top.

    Dictionaries have text keys. Raises TypeError for what is no text, number, boolean, list, dictionary or null.
    """
    lines = ["# " + "".join(each for each in line if each.isprintable()) for line in comment.splitlines()]
    return "\n".join([*lines, "---", *(_mapping(values) or ["{}"])]) + "\n"


def _mapping(values: t.Mapping[str, t.Any]) -> list[str]:
    lines: list[str] = []
    for key, value in values.items():
        lines += _entry(f"{_key(str(key))}:", value, "  ")
    return lines


def _entry(head: str, value: t.Any, indent: str) -> list[str]:
    """A value behind a key: on the same line, or below it."""
    if isinstance(value, t.Mapping) and value:
        return [head, *(indent + line for line in _mapping(value))]
    if isinstance(value, (list, tuple)) and value:
        if not any(isinstance(item, (t.Mapping, list, tuple)) for item in value):
            return [f"{head} [{', '.join(map(_scalar, value))}]"]
        return [head, *(indent + line for item in value for line in _item(item))]
    return [f"{head} {_scalar(value)}"]


def _item(value: t.Any) -> list[str]:
    if isinstance(value, t.Mapping) and value:
        first, *others = _mapping(value)
        return [f"- {first}", *(f"  {line}" for line in others)]
    if isinstance(value, (list, tuple)) and value:
        first, *others = [line for item in value for line in _item(item)]
        return [f"- {first}", *(f"  {line}" for line in others)]
    return [f"- {_scalar(value)}"]


def _key(key: str) -> str:
    is_word = key and set(key) <= _PLAIN and not key[0].isdigit() and key.lower() not in _WORDS
    return key if is_word else _quoted(key)


def _scalar(value: t.Any) -> str:
    if isinstance(value, str):
        is_template = any(mark in value for mark in _TEMPLATES)
        return f"!unsafe {_quoted(value)}" if is_template else _quoted(value)
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, t.Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    raise TypeError(f"a file of variables can't hold {type(value).__name__}")


def _quoted(text: str) -> str:
    """A double-quoted text of YAML: letters of any script as they are, what can't be seen by its number."""
    shown = "".join(_character(character) for character in text)
    return f'"{shown}"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == " " or character.isprintable():
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
