# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are easy to find again, and finding them in whatever form they were echoed."""

from __future__ import annotations

import base64
import html
import html.entities
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

import yaml

SECRET_KEY = "fake-SECRET-key+/&f='1'*(~)!"
TOKEN = "fake-STS-token+7/%41~*=='x'"
KEY = "fake KEY +&/ 'one' \"密钥\" \\%41*(~)!"
OLD_KEY = "fake OLD-kéy ключ🔑+&/ 'two' *(~)!"
PROXY_PASSWORD = "fake-PROXY-p%2Bw"
PROXY_URL = f"http://operator:{PROXY_PASSWORD}@127.0.0.1:9"
ALL = {"secret key": SECRET_KEY, "token": TOKEN, "key": KEY, "old key": OLD_KEY, "proxy password": PROXY_PASSWORD}


# Keys whose own characters mean something to whoever encodes or decodes them.
AWKWARD = {
    "quotes": "fake 'one' \"two\" `three`",
    "backslashes": "fake\\nkey\\\\u0041\\",
    "Unicode": "密钥密钥密钥密钥🔑",
    "accents": "fäké-clé-ñ-ÅØ",
    "percent": "%41%42%43%44fake",
    "form": "a=b&c=d+e%20;f",
    "JSON": '"fake": ["key"]',
    "markup": "<fake>&amp;</fake>",
    "base64": "ZmFrZS1rZXktMTIz+/==",
    "hexadecimal": "66616b652d6b65792d313233",
    "digits": "01234567890",
    "long": "fake" * 60,
}


def _lower(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _inside(prefix: int) -> Callable[[str], str]:
    """In a longer text that was base64-encoded as a whole."""
    return lambda text: base64.b64encode(b"." * prefix + text.encode() + b"...").decode()


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _go(text: str) -> str:
    """JSON as Go and Gson write it: nothing in it means anything to a browser."""
    return re.sub("[&<>'=]", lambda match: f"\\u{ord(match[0]):04x}", _json(text))


def _each(form: str) -> Callable[[str], str]:
    """Each character by itself, C({}) standing for the number of its code point."""
    return lambda text: "".join(form.format(ord(char)) for char in text)


def _utf8(form: str) -> Callable[[str], str]:
    """Each byte by itself."""
    return lambda text: "".join(form.format(byte) for byte in text.encode())


def _utf16(form: str) -> Callable[[str], str]:
    """Each unit of UTF-16 by itself."""
    return lambda text: "".join(form.format(unit) for (unit,) in struct.iter_unpack(">H", text.encode("utf-16-be")))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _twice(form: Callable[[str], str], other: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: other(form(text))


FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: _lower(quote(text, safe="")),
    "percent but slashes": quote,
    "percent, every byte": _utf8("%{:02X}"),
    "JavaScript": lambda text: quote(text, safe="!'()*~"),
    "JavaScript, escape()": lambda text: "".join(
        quote(char, safe="@*_+-./") if char.isascii() else _utf16("%u{:04X}")(char) for char in text
    ),
    "requests": lambda text: quote(text, safe="!#$&'()*+,/:;=?@[]~"),
    "form": quote_plus,
    "form, lower case": lambda text: _lower(quote_plus(text)),
    "form of browsers": lambda text: quote_plus(text, safe="*").replace("~", "%7E"),
    "JSON": _json,
    "JSON, Unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of Go": _go,
    "JSON of Java": lambda text: re.sub(r"\\u.{4}", lambda match: "\\u" + match[0][2:].upper(), _go(text)),
    "JSON of PHP": lambda text: _json(text).replace("/", "\\/"),
    "JSON, every character": _utf16("\\u{:04X}"),
    "Python": lambda text: repr(text + "'\"")[1:-4],
    "Python, other quotes": lambda text: repr(text)[1:-1].replace("\\'", "'"),
    "Python, ASCII": lambda text: ascii(text)[1:-1],
    "Python, bytes": lambda text: repr(text.encode())[2:-1],
    "PHP, code points": _each("\\u{{{:x}}}"),
    "Rust and Ruby": lambda text: "".join(char if char.isascii() else f"\\u{{{ord(char):X}}}" for char in text),
    "C, every byte": _utf8("\\x{:02x}"),
    "C, octal": _utf8("\\{:03o}"),
    "shell, backslashes": lambda text: re.sub(r"([^\w@%+=:,./-])", r"\\\1", text),
    "shell, quotes": lambda text: text.replace("'", "'\\''"),
    "shell of Python": lambda text: text.replace("'", "'\"'\"'"),
    "YAML": lambda text: text.replace("'", "''"),
    "CSV": lambda text: text.replace('"', '""'),
    "HTML": html.escape,
    "XML": lambda text: html.escape(text).replace("&#x27;", "&apos;"),
    "HTML, decimal": _each("&#{};"),
    "HTML, hexadecimal": _each("&#x{:X};"),
    "HTML, names": lambda text: "".join(
        f"&{html.entities.codepoint2name[ord(char)]};" if ord(char) in html.entities.codepoint2name else char
        for char in text
    ),
    "upper case": str.upper,
    "lower case": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, upper case": lambda text: text.encode().hex().upper(),
    "hexadecimal with colons": lambda text: text.encode().hex(":"),
    "hexadecimal as in C": lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode()),
    "base64": _base64,
    "base64, URL": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64, lines": lambda text: base64.encodebytes((text * 3).encode()).decode(),
    "base64, inside 0": _inside(0),
    "base64, inside 1": _inside(1),
    "base64, inside 2": _inside(2),
}
ONCE = dict(FORMS)
# One around the other, of those that differ most.
_STEPS = {
    name: FORMS[name]
    for name in (
        *("percent", "form", "JSON of Go", "JSON of PHP", "C, every byte", "HTML", "base64", "hexadecimal"),
        *("shell, quotes", "decomposed"),
    )
}
FORMS |= {f"{name}, then {other}": _twice(FORMS[name], FORMS[other]) for name in _STEPS for other in _STEPS}


def echo(*secrets: str) -> str:
    """A message that echoes secrets in all forms that are no two, each form where a word would stand."""
    return " ".join(f"<{form(secret)}>" for secret in secrets for form in ONCE.values())


def needles(secrets: dict[str, str]) -> dict[str, str]:
    """What to look for: each form, of what is encoded as a whole the characters that the secret alone decides."""
    found = {}
    for name, secret in secrets.items():
        for form, encode in FORMS.items():
            text = encode(secret)
            found[text[4:-6] if "inside" in form else text] = f"{name} ({form})"
    return found


NEEDLES = needles(ALL)


def leaks(text: str, known: dict[str, str] | None = None) -> list[str]:
    """The sentinels that a text shows, and in which form."""
    return [name for needle, name in (NEEDLES if known is None else known).items() if needle in text]


def with_data(result: dict[str, Any]) -> dict[str, Any]:
    """A result with its diff as data, which in the result is a text with a line for each option."""
    return {**result, "diff": {side: _data(text) for side, text in result["diff"].items()}}


def _data(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:  # masked by others than the collection
        return text


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
