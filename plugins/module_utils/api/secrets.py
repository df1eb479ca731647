# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place where secrets are taken out of what leaves the core."""

from __future__ import annotations

import base64
import json
import re
import typing as t
from urllib.parse import quote, quote_plus, unquote

MASK = "(secret)"

# Shorter forms are masked only where they stand alone: a key "up" must not eat into "supported".
_STANDS_ALONE_BELOW = 8


def _encodings(secret: str) -> set[str]:
    """The secret raw, percent-, form-, JSON- and Python-escaped, and in base64 at any alignment."""
    raw = secret.encode("utf-8", "surrogatepass")
    # what stays as it is differs: Python (twice), requests, JavaScript, browsers' forms
    percent = {quote(raw, safe=safe) for safe in ("", "/", "!#$&'()*+,/:;=?@[]~", "!'()*~")}
    percent |= {quote_plus(raw), quote_plus(raw, safe="*").replace("~", "%7E")}
    python = repr(secret)[1:-1].replace("\\'", "'")  # whether quotes are escaped depends on the text around
    forms = {secret, python, python.replace("'", "\\'")}
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= percent | {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), form) for form in percent}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        forms |= {encode(raw).decode(), encode(raw).decode().rstrip("=")}
        if len(raw) >= _STANDS_ALONE_BELOW:
            for offset in range(3):  # inside a longer text that was encoded as a whole
                inner = encode(b"\0" * offset + raw).decode().rstrip("=")
                forms.add(inner[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6])
    return {form for form in forms if form}


class Redactor:
    """Knows the secrets of a task and masks them in any plain value.

    C(public) are values that are known to be in the open (a name, say): where one of them happens to equal a
    secret, or to hold a short one, a value that is exactly it stays readable. C(names) are the words of results, which
    stay whatever they hold.
    """

    def __init__(
        self, secrets: t.Iterable[str | None] = (), public: t.Iterable[t.Any] = (), names: t.Iterable[str] = ()
    ) -> None:
        self.names = set(names)
        self.public = {value for value in public if isinstance(value, str)}
        self.known: set[str] = set()
        # All forms by how they begin, and the lengths of these beginnings: an account may have thousands of keys.
        self._forms: dict[str, set[str]] = {}
        self._lengths: set[int] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: t.Any) -> None:
        """Learn another secret (a key that the service returned, for one)."""
        if secret is None or not str(secret).strip() or str(secret) in self.known:
            return
        self.known.add(str(secret))
        for form in _encodings(str(secret)) | _encodings(str(secret).strip()):  # space around it may get lost
            beginning = form[:_STANDS_ALONE_BELOW]
            self._forms.setdefault(beginning, set()).add(form)
            self._lengths.add(len(beginning))

    def text(self, text: str, least: int = 0) -> str:
        """The text with every form of every known secret masked, if it has C(least) characters."""
        begins = {i for n in self._lengths for i in range(len(text)) if text[i : i + n] in self._forms}
        pieces, masked = [], 0  # what is before the index "masked" is done
        for begin in sorted(begins):
            end = self._end(text, begin, least)
            if end > masked:
                if begin >= masked:
                    pieces += [text[masked:begin], MASK]
                masked = end
        return "".join([*pieces, text[masked:]])

    def _end(self, text: str, begin: int, least: int) -> int:
        """Where the longest secret that begins there ends; 0 if none does."""
        longest = 0
        for length in self._lengths:
            for form in self._forms.get(text[begin : begin + length], ()):
                end = begin + len(form)
                apart = not _in_word(text, begin - 1) and not _in_word(text, end)
                if len(form) >= least and text.startswith(form, begin) and (apart or len(form) >= _STANDS_ALONE_BELOW):
                    longest = max(longest, end)
        return longest

    def __call__(self, value: t.Any) -> t.Any:
        """A copy of a plain value (dictionaries, lists, strings, ...) with all its strings masked."""
        if isinstance(value, str):
            if value in self.names or (value in self.public and value in self.known):
                return value
            return self.text(value, _STANDS_ALONE_BELOW if value in self.public else 0)
        if isinstance(value, t.Mapping):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self(item) for item in value]
        if isinstance(value, int) and len(str(value)) >= _STANDS_ALONE_BELOW:
            return MASK if str(value) in self.known else value  # shorter ones are numbers of something else
        return value


def _in_word(text: str, index: int) -> bool:
    return 0 <= index < len(text) and (text[index].isalnum() or text[index] == "_")


def password_of(url: str | None) -> set[str]:
    """The password in a URL, usable or not, as it is written and decoded. Empty if there is none."""
    user = (url or "").rpartition("@")[0]
    password = (user.partition("//")[2] or user).partition(":")[2]
    return {password, unquote(password)} - {""}
