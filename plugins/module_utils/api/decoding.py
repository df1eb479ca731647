# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A text as it reads once it is decoded, and where in the text each part of that stands.

Whoever echoes a text may have encoded it in any of a dozen ways, and in several of them, one around the other. A list
of the forms that a text can take has no end; undoing one encoding after the other has.
"""

from __future__ import annotations

import binascii
import re
import typing as t
import unicodedata
from bisect import bisect_right
from functools import lru_cache

STEPS = 2  # encodings, one around the other, that are undone in any text
_MORE_STEPS, _MUCH = 3, 200_000  # undone in a text as long as all that it has become is not much: characters
FEWEST = 8  # bytes that a text has to have to be looked for in digits


class View:
    """A text, or what became of it by decoding its C(parent)."""

    # Whether each character is one that somebody meant: what happens to be between base64 digits may be none.
    meant = True

    def __init__(self, text: str, parent: View | None = None) -> None:
        self.text = text
        self.parent = parent

    def stretch(self, begin: int, end: int) -> tuple[int, int]:
        """Where a part of this text stands in the original one."""
        view = self
        while view.parent is not None:
            begin, end = view.in_parent(begin, end)
            view = view.parent
        return begin, end

    def in_parent(self, begin: int, end: int) -> tuple[int, int]:
        """Where a part of this text stands in its parent's."""
        return begin, end


class _Unescaped(View):
    """Each match of a pattern was replaced, and what is between stayed.

    The text's pieces are by turns one that stayed and one that was replaced. C(here) has where each begins in this
    text, C(there) where it does in the parent's.
    """

    def __init__(self, text: str, parent: View, here: list[int], there: list[int]) -> None:
        super().__init__(text, parent)
        self.meant = parent.meant
        self._here, self._there = here, there

    def in_parent(self, begin: int, end: int) -> tuple[int, int]:
        here, there = self._here, self._there
        first, last = bisect_right(here, begin) - 1, bisect_right(here, end) - 1
        start = there[first] + (0 if first % 2 else begin - here[first])
        if last % 2 and end > here[last]:  # within what was replaced
            return start, there[last + 1]
        return start, there[last] + end - here[last]


class _Codec(t.NamedTuple):
    """A way to write bytes in digits: each C(octets) bytes in C(digits) digits, and C(filler) between them."""

    run: re.Pattern[str]
    filler: re.Pattern[str]
    digits: int
    octets: int
    decode: t.Callable[[str], bytes]


class _Run(t.NamedTuple):
    """A text that was found in a run of digits: C(here) it begins in the view, with the byte number C(byte)."""

    here: int
    byte: int
    offset: int  # the digits that were passed over, as they belong to bytes that began before
    begin: int
    end: int  # of the run, in the parent's text


class _Bytes(View):
    """What runs of digits say: all the text in them, with NUL between."""

    meant = False

    def __init__(self, text: str, parent: View, codec: _Codec, runs: list[_Run]) -> None:
        super().__init__(text, parent)
        self._parent, self._codec, self._runs = parent.text, codec, runs

    def in_parent(self, begin: int, end: int) -> tuple[int, int]:
        run = self._runs[bisect_right(self._runs, (begin, 1 << 62)) - 1]
        codec = self._codec
        first = run.byte + len(self.text[run.here : begin].encode())
        last = first + len(self.text[begin:end].encode())
        places = self._places(run)
        after = run.offset - (-last * codec.digits // codec.octets)  # rounded up: a digit belongs to two bytes
        start = places[run.offset + first * codec.digits // codec.octets]
        return start, run.end if after >= len(places) else places[after - 1] + 1

    def _places(self, run: _Run) -> t.Sequence[int]:
        """Where each digit of a run stands in the parent's text."""
        places: list[int] = []
        begin = run.begin
        for filler in self._codec.filler.finditer(self._parent, run.begin, run.end):
            if filler.end() == run.end and not places:
                return range(run.begin, filler.start())
            places += range(begin, filler.start())
            begin = filler.end()
        return [*places, *range(begin, run.end)] if places else range(run.begin, run.end)


# --- characters that were replaced by others --------------------------------------------------

# JSON, Java, JavaScript, Python, Go, PHP, C, shells. Before anything else, a backslash only quotes.
_BACKSLASH = (
    r"\\u[dD][89ABab][0-9A-Fa-f]{2}\\u[dD][C-Fc-f][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}"
    r"|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2}|\\[0-3][0-7]{2}|\\[abefnrtv0]|\\[^A-Za-z0-9]"
)
# Those for which \xNN and \NNN are bytes write a character of UTF-8 as several.
_UTF8_BACKSLASH = r"\\x[C-Fc-f][0-9A-Fa-f](?:\\x[89ABab][0-9A-Fa-f]){1,3}|\\3[0-7]{2}(?:\\2[0-7]{2}){1,3}|" + _BACKSLASH
_PERCENT = (
    r"%[0-7][0-9A-Fa-f]|%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3}|%[89A-Fa-f][0-9A-Fa-f]|%u[0-9A-Fa-f]{4}"
)
_MARKUP = r"&#[0-9]{1,7};|&#[xX][0-9A-Fa-f]{1,6};|&[A-Za-z][A-Za-z0-9]{1,31};"
# A quote that is doubled (YAML, SQL, CSV), or that a shell is told outside of its quotes.
_QUOTES = r"""'\\''|'"'"'|''|\"\""""
_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}


def _backslash(escape: str) -> str:
    kind = escape[1]
    if kind in "uUx":
        codes = [int(code.strip("{}"), 16) for code in re.split(r"\\u", escape)[1:] or [escape[2:]]]
        return _joined("".join(map(_char, codes)))
    return _char(int(escape[1:], 8)) if len(escape) == 4 else _LETTERS.get(kind, kind)


def _utf8_backslash(escape: str) -> str:
    if len(escape) < 8 or escape[1] in "uU":
        return _backslash(escape)
    bits = 16 if escape[1] == "x" else 8
    return _utf8(bytes(int(number.lstrip("x"), bits) for number in escape.split("\\")[1:]))


def _percent(escape: str) -> str:
    if escape == "+":
        return " "
    if escape[1] == "u":
        return _char(int(escape[2:], 16))
    return _utf8(bytes.fromhex(escape.replace("%", "")))


def _markup(escape: str) -> str:
    if escape[1] == "#":
        digits = escape[2:-1]
        return _char(int(digits[1:], 16) if digits[0] in "xX" else int(digits))
    from html import unescape  # here, as few texts have any, and it brings a long table

    return unescape(escape)


def _char(code: int) -> str:
    return chr(code) if code < 0x110000 else "\ufffd"


def _joined(text: str) -> str:
    """A text in which two halves of a character are one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except ValueError:
        return raw.decode("latin-1")


@lru_cache(maxsize=10_000)
def _fold(char: str) -> str:
    """A character without what makes no difference to a reader: case, accents, width, one code point or several."""
    normal = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", _joined(char)).casefold())
    return "".join(part for part in normal if not unicodedata.combining(part))


class _Escapes(t.NamedTuple):
    """An encoding of characters, one by one. C(signs): a text with none of them has nothing of it."""

    pattern: re.Pattern[str]
    decode: t.Callable[[str], str]
    signs: tuple[str, ...]


_ESCAPES = (
    _Escapes(re.compile(_BACKSLASH, re.DOTALL), _backslash, ("\\",)),
    _Escapes(re.compile(_UTF8_BACKSLASH, re.DOTALL), _utf8_backslash, ("\\x", "\\3")),
    _Escapes(re.compile(_PERCENT), _percent, ("%",)),
    _Escapes(re.compile(_PERCENT + r"|\+"), _percent, ("+",)),
    _Escapes(re.compile(_MARKUP), _markup, ("&",)),
    _Escapes(re.compile(_QUOTES), lambda escape: escape[0], ("'", '""')),
)
_NOT_ASCII = re.compile("[\ud800-\udbff][\udc00-\udfff]|[^\x00-\x7f]")


def _unescaped(view: View, pattern: re.Pattern[str], decode: t.Callable[[str], str], lower: bool = False) -> View:
    """The view with all matches of a pattern replaced; the same if there are none."""
    text, at, length = view.text, 0, 0
    pieces, here, there = [], [0], [0]
    for match in pattern.finditer(text):
        stayed, replacement = text[at : match.start()], decode(match[0])
        pieces += [stayed.lower() if lower else stayed, replacement]
        length += len(stayed)
        here += [length, length + len(replacement)]
        length += len(replacement)
        at = match.end()
        there += [match.start(), at]
    if not pieces:
        return View(text.lower(), view) if lower else view
    pieces.append(text[at:].lower() if lower else text[at:])
    return _Unescaped("".join(pieces), view, here, there)


def folded(view: View) -> View:
    """The view without what makes no difference to a reader: case, accents, and how Unicode spells them."""
    return _unescaped(view, _NOT_ASCII, _fold, lower=True)


# --- bytes that were written in digits --------------------------------------------------------


def _from_base64(digits: str) -> bytes:
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(digits.translate(_FROM_URLS) + "=" * (-len(digits) % 4))


def _from_hex(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


_FROM_URLS = str.maketrans("-_", "+/")
_CODECS = (
    _Codec(
        re.compile(r"[A-Za-z0-9+/_-]{11,}(?:[\r\n]+[ \t]*[A-Za-z0-9+/_-]+)*={0,2}"),
        re.compile(r"[=\s]+"),
        4,
        3,
        _from_base64,
    ),
    _Codec(
        re.compile(r"[0-9A-Fa-f]{2}(?:(?:, ?|[ :-])?(?:0x)?[0-9A-Fa-f]{2}){7,}[0-9A-Fa-f]?"),
        re.compile("[^0-9A-Fa-fx]*0x|[^0-9A-Fa-f]+"),
        2,
        1,
        _from_hex,
    ),
)
# UTF-8. What was not written in digits to begin with has next to no stretch of eight bytes that is.
_TEXT = re.compile(
    rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}"
    rb"|\xf4[\x80-\x8f][\x80-\xbf]{2}){2,}"
)


def _decoded(view: View, codec: _Codec) -> t.Iterator[View]:
    """What the runs of digits in a view say, for each digit with which the first byte may begin."""
    found = [(match.start(), match.end(), codec.filler.sub("", match[0])) for match in codec.run.finditer(view.text)]
    for offset in range(codec.digits) if found else ():
        texts: list[str] = []
        runs: list[_Run] = []
        here = 0
        for begin, end, digits in found:
            for piece in _TEXT.finditer(codec.decode(digits[offset:])):
                if len(piece[0]) >= FEWEST:
                    runs.append(_Run(here, piece.start(), offset, begin, end))
                    texts.append(piece[0].decode())
                    here += len(texts[-1]) + 1
        if texts:
            yield _Bytes("\0".join(texts), view, codec, runs)


# --- all of it --------------------------------------------------------------------------------


def views(text: str) -> t.Iterator[View]:
    """A text as it is, then all that becomes of it by two steps of decoding, or three if it is not long."""
    layer = [View(text)]
    seen = {text}
    yield layer[0]
    for step in range(_MORE_STEPS):
        if step >= STEPS and sum(map(len, seen)) > _MUCH:
            return
        made = [decoded for view in layer for decoded in _next(view)]
        layer = []
        for view in made:
            if view.text not in seen:
                seen.add(view.text)
                layer.append(view)
                yield view


def _next(view: View) -> t.Iterator[View]:
    for escapes in _ESCAPES:
        if any(sign in view.text for sign in escapes.signs):
            yield _unescaped(view, escapes.pattern, escapes.decode)
    for codec in _CODECS:
        yield from _decoded(view, codec)
