# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place where secrets are taken out of what leaves the core."""

from __future__ import annotations

import base64
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

MASK = "(secret)"

# Shorter forms are masked only where they stand alone: a key "up" must not eat into "supported".
_STANDS_ALONE_BELOW = 8


def _encodings(secret: str) -> set[str]:
    """The secret raw, percent-, form-, JSON- and Python-escaped, and in base64 at any alignment."""
    raw = secret.encode("utf-8", "surrogatepass")
    percent = {quote(raw, safe=""), quote(raw, safe="/"), quote(raw, safe="-_.~"), quote_plus(raw)}
    forms = {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= percent | {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), form) for form in percent}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        forms.add(encode(raw).decode())
        if len(raw) >= _STANDS_ALONE_BELOW:
            for offset in range(3):  # inside a longer text that was encoded as a whole
                inner = encode(b"\0" * offset + raw).decode().rstrip("=")
                forms.add(inner[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6])
    return {form for form in forms if form}


class Redactor:
    """Knows the secrets of a task and masks them in any plain value.

    C(public) are values that are known to be in the open (a name, say): where one of them happens
    to equal a secret, a value that is exactly it stays readable.
    """

    def __init__(self, secrets: t.Iterable[str | None] = (), public: t.Iterable[t.Any] = ()) -> None:
        self._forms: set[str] = set()
        self.public = {value for value in public if isinstance(value, str)}
        self._pattern: re.Pattern[str] | None = None
        self.known: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: t.Any) -> None:
        """Learn another secret (a key that the service returned, for one)."""
        if secret is None or not str(secret).strip() or str(secret) in self.known:
            return
        self.known.add(str(secret))
        self._forms |= _encodings(str(secret))
        ordered = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_alternative, ordered)))

    def text(self, text: str) -> str:
        """The text with every form of every known secret masked."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def __call__(self, value: t.Any) -> t.Any:
        """A copy of a plain value (dictionaries, lists, strings, ...) with all its strings masked."""
        if isinstance(value, str):
            return value if value in self.public else self.text(value)
        if isinstance(value, t.Mapping):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self(item) for item in value]
        return value


def _alternative(form: str) -> str:
    escaped = re.escape(form)
    return rf"(?<!\w){escaped}(?!\w)" if len(form) < _STANDS_ALONE_BELOW else escaped
