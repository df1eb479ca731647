# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are easy to find again, and finding them in whatever form they were echoed."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

SECRET_KEY = "fake-SECRET-key+/&f='1'*(~)!"
TOKEN = "fake-STS-token+7/%41~*=='x'"
KEY = "fake KEY +&/ 'one' \"密钥\" \\%41*(~)!"
OLD_KEY = "fake OLD-key ключ+&/ 'two' *(~)!"
PROXY_PASSWORD = "fake-PROXY-p%2Bw"
PROXY_URL = f"http://operator:{PROXY_PASSWORD}@127.0.0.1:9"
ALL = {"secret key": SECRET_KEY, "token": TOKEN, "key": KEY, "old key": OLD_KEY, "proxy password": PROXY_PASSWORD}


def _lower(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _inside(prefix: int) -> Callable[[str], str]:
    """In a longer text that was base64-encoded as a whole."""
    return lambda text: base64.b64encode(b"." * prefix + text.encode() + b"...").decode()


FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: _lower(quote(text, safe="")),
    "percent but slashes": quote,
    "JavaScript": lambda text: quote(text, safe="!'()*~"),
    "requests": lambda text: quote(text, safe="!#$&'()*+,/:;=?@[]~"),
    "form": quote_plus,
    "form, lower case": lambda text: _lower(quote_plus(text)),
    "form of browsers": lambda text: quote_plus(text, safe="*").replace("~", "%7E"),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, Unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "Python": lambda text: repr(text + "'\"")[1:-4],
    "Python, other quotes": lambda text: repr(text)[1:-1].replace("\\'", "'"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, URL": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64, inside 0": _inside(0),
    "base64, inside 1": _inside(1),
    "base64, inside 2": _inside(2),
}


def echo(*secrets: str) -> str:
    """A message that echoes secrets in all forms, each form where a word would stand."""
    return " ".join(f"<{form(secret)}>" for secret in secrets for form in FORMS.values())


def _needles() -> dict[str, str]:
    """What to look for: each form, of what is encoded as a whole the characters that the secret alone decides."""
    found = {}
    for name, secret in ALL.items():
        for form, encode in FORMS.items():
            text = encode(secret)
            found[text[4:-6] if "inside" in form else text] = f"{name} ({form})"
    return found


NEEDLES = _needles()


def leaks(text: str) -> list[str]:
    """The sentinels that a text shows, and in which form."""
    return [name for needle, name in NEEDLES.items() if needle in text]


def strings(value: Any) -> Iterable[str]:
    """All strings in a plain value, names of its dictionaries included; numbers as text."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from strings(item)
    elif value is not None:
        yield str(value)


def assert_clean(value: Any, what: str = "the result") -> None:
    """Fail, without showing the secret, if a value or text has a sentinel in it."""
    found = sorted({leak for text in strings(value) for leak in leaks(text)})
    assert not found, f"{what} shows: {', '.join(found)}"
