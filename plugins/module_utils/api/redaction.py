# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one place where secrets are taken out of what leaves the core.

One rule: a text is decoded step by step, and where a secret stands in what that says, the stretch of the text that says
it is masked. So it comes before whatever cuts or escapes a text, as nobody would know a part of a secret again.
"""

from __future__ import annotations

import base64
import re
import threading
import typing as t
from urllib.parse import unquote

MASK = "(secret)"

# Shorter secrets are masked only where they stand alone: a key "up" must not eat into "supported".
_STANDS_ALONE_BELOW = 8
_SAMPLE = 4  # characters: of a longer secret, one such piece at least stands at a multiple of the next number
_STRIDE = _STANDS_ALONE_BELOW - _SAMPLE + 1
_MOST = 1_000_000  # characters that are looked through; what is longer is shown without its end, ...
_LONGEST = 100_000  # ... and without so much before it as a secret may take, twice encoded
# What a text has that may say more than it shows. Few have any. Not an id, though all of its characters are digits.
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![A-Za-z0-9+/_-])"
_MAY_BE_ENCODED = re.compile(
    rf"""[^\x00-\x7f]|[\\%&+]|''|""|'"'|(?<![A-Za-z0-9+/_-])(?!{_UUID})[A-Za-z0-9+/_-]{{11}}"""
    r"|(?:[0-9A-Fa-f]{2}(?:0x|[ :,-])+){7}"
)

if t.TYPE_CHECKING:
    from .decoding import View

Span = tuple[int, int]


class _Anywhere:
    """Texts of at least C(_STANDS_ALONE_BELOW) characters, found in one pass whatever their number."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._lengths: dict[str, set[int]] = {}  # by how a text begins
        self._samples: dict[str, set[int]] = {}  # where in texts the sample stands

    def add(self, text: str) -> None:
        self._texts.add(text)
        self._lengths.setdefault(text[:_STANDS_ALONE_BELOW], set()).add(len(text))
        for offset in range(_STRIDE):
            self._samples.setdefault(text[offset : offset + _SAMPLE], set()).add(offset)

    def find(self, text: str) -> t.Iterator[Span]:
        samples, lengths = self._samples, self._lengths
        for at in [i for i in range(0, len(text), _STRIDE) if text[i : i + _SAMPLE] in samples]:
            for begin in [at - offset for offset in samples[text[at : at + _SAMPLE]] if offset <= at]:
                for length in lengths.get(text[begin : begin + _STANDS_ALONE_BELOW], ()):
                    if text[begin : begin + length] in self._texts:
                        yield begin, begin + length


class _Alone:
    """Texts that count only where no letter or digit stands beside them."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._lengths: set[int] = set()
        self._begins: re.Pattern[str] | None = None

    def add(self, text: str) -> None:
        self._texts.add(text)
        self._lengths.add(len(text))
        self._begins = None

    def find(self, text: str) -> t.Iterator[Span]:
        if self._begins is None and self._texts:
            self._begins = re.compile(r"(?<!\w)(?=[" + "".join({re.escape(known[0]) for known in self._texts}) + "])")
        for match in self._begins.finditer(text) if self._begins else ():
            begin = match.start()
            for end in [begin + length for length in self._lengths]:
                if text[begin:end] in self._texts and not (text[end : end + 1].isalnum() or text[end : end + 1] == "_"):
                    yield begin, end


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
        self._folded: set[str] = set()
        self._anywhere = _Anywhere()
        self._alone = _Alone()
        self._in_digits: set[str] = set()  # of few characters, but of more bytes
        self._lock = threading.RLock()  # one thread may learn a secret while another looks for those known so far
        self._begins_with_mark = False  # one at least: with an accent or the like, which no folded text has
        for secret in secrets:
            self.add(secret)

    def add(self, secret: t.Any) -> None:
        """Learn another secret (a key that the service returned, for one). When it returns, the secret is masked."""
        if secret is None or not str(secret).strip():
            return
        with self._lock:
            if str(secret) not in self.known:
                self.known.add(str(secret))
                self._learn_all(secret)

    def _learn_all(self, secret: t.Any) -> None:
        for text in dict.fromkeys([str(secret), str(secret).strip()]):  # space around it may get lost
            self._learn(text)
            if _MAY_BE_ENCODED.search(text):  # who takes it for encoded shows what that says
                from .decoding import views

                for view in views(text):
                    if view.meant and len(view.text.strip()) >= _STANDS_ALONE_BELOW:
                        self._learn(view.text.strip())

    def _learn(self, text: str) -> None:
        folded, raw = _fold(text), text.encode("utf-8", "surrogatepass")
        self._begins_with_mark = self._begins_with_mark or not _fold(text[:1])
        self._folded.add(folded)
        if min(len(text), len(folded)) >= _STANDS_ALONE_BELOW:
            self._anywhere.add(folded)
            return
        for form in _spellings(text):
            self._alone.add(form)
        if len(raw) >= _STANDS_ALONE_BELOW and folded:
            self._in_digits.add(folded)
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            self._alone.add(encode(raw).decode())
            self._alone.add(encode(raw).decode().rstrip("="))
        if len(raw) * 2 >= _STANDS_ALONE_BELOW:
            self._alone.add(raw.hex())
            self._alone.add(raw.hex().upper())

    def text(self, text: str, alone: bool = True) -> str:
        """The text with every stretch masked that says a known secret. C(alone): also short ones that stand alone."""
        if not self.known:
            return text
        looked_at = text[:_MOST]
        with self._lock:
            spans = self._spans(looked_at, alone)
        cut = [(_MOST - _LONGEST, len(text))] if len(text) > _MOST else []
        return _masked(text, [*spans, *cut])

    def _spans(self, text: str, alone: bool) -> list[Span]:
        """Where a text says a known secret."""
        spans = list(self._alone.find(text)) if alone else []
        if not _MAY_BE_ENCODED.search(text):
            spans += self._anywhere.find(text.lower())
        else:
            from .decoding import folded, views  # here, as few texts need it

            for view in views(text):
                plain = folded(view)
                found = list(self._anywhere.find(plain.text))
                if not view.meant:
                    found += [span for secret in self._in_digits for span in _all(secret, plain.text)]
                elif alone and view.parent is not None:
                    spans += [view.stretch(*span) for span in self._alone.find(view.text)]
                spans += [self._stretch(view, plain, *span) for span in found]
        return spans

    def _stretch(self, view: View, plain: View, begin: int, end: int) -> Span:
        """Where in the original text a part of a view stands that was found in what is left of it when it is folded."""
        if plain is not view and self._begins_with_mark:
            begin, end = plain.in_parent(begin, end)
            while begin and not _fold(view.text[begin - 1]):
                begin -= 1
            return view.stretch(begin, end)
        return plain.stretch(begin, end)

    def __call__(self, value: t.Any) -> t.Any:
        """A copy of a plain value (dictionaries, lists, strings, ...) with all its strings masked."""
        if isinstance(value, str):
            if value in self.names or (value in self.public and _fold(value) in self._folded):
                return value
            return self.text(value, alone=value not in self.public)
        if isinstance(value, t.Mapping):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self(item) for item in value]
        if isinstance(value, int) and len(str(value)) >= _STANDS_ALONE_BELOW:
            return MASK if str(value) in self.known else value  # shorter ones are numbers of something else
        return value


def _fold(text: str) -> str:
    """A text without what makes no difference to a reader."""
    if text.isascii():
        return text.lower()
    from .decoding import View, folded

    return folded(View(text)).text


def _spellings(text: str) -> set[str]:
    """A text in both forms that Unicode has for accents."""
    if text.isascii():
        return {text}
    from unicodedata import normalize

    return {text, normalize("NFC", text), normalize("NFD", text)}


def _all(part: str, text: str) -> t.Iterator[Span]:
    begin = text.find(part)
    while begin >= 0:
        yield begin, begin + len(part)
        begin = text.find(part, begin + 1)


def _masked(text: str, spans: list[Span]) -> str:
    """The text with a mask for each stretch, one for all that overlap."""
    pieces, masked = [], 0  # what is before the index "masked" is done
    for begin, end in sorted(spans):
        if end > masked:
            if begin >= masked:
                pieces += [text[masked:begin], MASK]
            masked = end
    return "".join([*pieces, text[masked:]])


def password_of(url: t.Any) -> set[str]:
    """The password in a URL, usable or not, as it is written and decoded. Empty if there is none, or it is no URL."""
    user = str(url or "").rpartition("@")[0]
    password = (user.partition("//")[2] or user).partition(":")[2]
    return {password, unquote(password)} - {""}
