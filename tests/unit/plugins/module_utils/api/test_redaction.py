# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret survives the redactor, in whatever form; what is not secret does."""

from __future__ import annotations

import base64
import html
import json
import re
import typing as t
import unicodedata
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.decoding import folded, views
from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK, Redactor

characters = st.characters(exclude_categories=["Cs"])
odd = st.text("aB3+/=&%~*\"'\\ \té客\U0001f511!()-_.", min_size=8, max_size=40)
# one whose own mask is its name would survive by that name
secrets = (st.text(characters, min_size=8, max_size=40) | odd).filter(lambda text: text.strip() and text not in MASK)
surroundings = st.text(characters, max_size=9)


def lower_percent(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def as_code_point_escapes(text: str) -> str:
    return json.dumps(text)[1:-1]


FORMS: dict[str, t.Callable[[str], str]] = {
    "raw": str,
    "quote": quote,
    "quote-all": lambda text: quote(text, safe=""),
    "quote-plus": quote_plus,
    "lower-quote": lambda text: lower_percent(quote(text, safe="")),
    "lower-quote-plus": lambda text: lower_percent(quote_plus(text)),
    "json": as_code_point_escapes,
    "json-unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "repr": lambda text: repr(text)[1:-1],
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64-unpadded": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64-urlsafe": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    # how others percent-encode: browsers, Java, RFC 3986, requests
    "encodeURIComponent": lambda text: quote(text, safe="!~*'()"),
    "urlencoded-by-browsers": lambda text: quote_plus(text, safe="*").replace("~", "%7E"),
    "rfc3986": lambda text: quote(text, safe="-_.~"),
    "requests-uri": lambda text: quote(text, safe="!#$&'()*+,/:;=?@[]~"),
    "json-of-go": lambda text: re.sub("[&<>]", lambda match: f"\\u{ord(match[0]):04x}", as_code_point_escapes(text)),
    "json-of-php": lambda text: as_code_point_escapes(text).replace("/", "\\/"),
    "html": html.escape,
    "html-decimal": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "bytes-of-c": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "doubled-quotes": lambda text: text.replace("'", "''"),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal-upper": lambda text: text.encode().hex().upper(),
    "upper": lambda text: "".join(char.upper() if char.isascii() else char for char in text),
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "nfc": lambda text: unicodedata.normalize("NFC", text),
}
STEPS = ("quote-all", "quote-plus", "json-of-go", "html", "bytes-of-c", "base64", "hexadecimal", "doubled-quotes")


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets, before=surroundings, after=surroundings)
@example(secret="key/with+odd=&%~*\"'\\chars", before="", after="")
@example(secret="客户-pre-shared", before='"', after="'")
def test_no_form_survives(form: str, secret: str, before: str, after: str) -> None:
    hidden = FORMS[form](secret)
    redact = Redactor([secret])
    text = f"{before} {hidden} {after}"
    assert hidden not in redact.text(text)
    nested = {"msg": text, hidden: [text, {"deep": (text, 1, None, True)}]}
    masked = redact(nested)
    assert hidden not in json.dumps(masked, ensure_ascii=False)
    assert masked["msg"] == redact.text(text)
    assert redact(masked) == masked


@given(form=st.sampled_from(STEPS), other=st.sampled_from(STEPS), secret=secrets, around=surroundings)
@example(form="html", other="json-of-go", secret="a&b<c>d'e", around="")
def test_no_form_of_a_form_survives(form: str, other: str, secret: str, around: str) -> None:
    hidden = FORMS[other](FORMS[form](secret))
    masked = Redactor([secret]).text(f"{around} {hidden} {around}")
    assert MASK in masked
    assert hidden not in masked


@given(secret=secrets, around=surroundings, form=st.sampled_from(STEPS))
def test_the_same_whether_a_secret_is_alone_or_one_of_many(secret: str, around: str, form: str) -> None:
    """How candidates are found makes no difference to what is masked."""
    others = [f"{number:04}-{secret[:6]}-fake-other" for number in range(20)]
    text = f"{around}<{FORMS[form](secret)}>{around}"
    masked = Redactor([secret]).text(text)
    if not any(other.lower() in text.lower() for other in others):
        assert Redactor([*others, secret]).text(text) == masked


@given(text=st.text(st.sampled_from("aBé0123456789abcdef%\\xu&#;'\"+/=- \n\U0001f511\u0301"), max_size=60))
def test_any_text_has_all_its_parts_where_it_says(text: str) -> None:
    """Each part of what a text becomes by decoding stands within it, in its order, and the whole covers the whole."""
    for view in views(text):
        for made in (view, folded(view)):
            stretches = [made.stretch(at, at + 1) for at in range(len(made.text)) if made.text[at] != "\0"]
            assert all(0 <= begin < end <= len(text) for begin, end in stretches), (made.text, stretches)
            assert stretches == sorted(stretches)


@pytest.mark.parametrize("form", ["raw", "json-of-go", "html", "quote-plus", "base64", "hexadecimal"])
def test_thousands_of_keys_are_found_among_each_other(form: str) -> None:
    keys = [f"fake-site-{number:05}-{number * 7919 % 100_003:06x}&<{number}>" for number in range(5_000)]
    redact = Redactor(keys)
    some = keys[::97]
    assert redact.text(" | ".join(map(FORMS[form], some))) == " | ".join([MASK] * len(some)) or form == "base64"
    assert not [key for key in some if FORMS[form](key)[2:-4] in redact.text(" | ".join(map(FORMS[form], some)))]


@given(secret=secrets, before=surroundings, after=surroundings)
@example(secret="it's-a-secret", before='"', after="'")
def test_repr_of_a_longer_text(secret: str, before: str, after: str) -> None:
    masked = Redactor([secret]).text(repr(before + secret + after))
    assert MASK in masked
    assert secret not in masked


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@given(secret=secrets, before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_base64_of_a_longer_text(encode: t.Any, secret: str, before: bytes, after: bytes) -> None:
    raw = secret.encode()
    text = encode(before + raw + after).decode()
    left = Redactor([secret]).text(text).replace(MASK, "")
    # At most the two characters that the secret shares with its neighbours are left of it.
    assert len(left) <= len(text) - (len(raw) * 8 // 6 - 1)


@given(secret=secrets, name=st.text(characters, min_size=1, max_size=30))
def test_text_without_the_secret_stays(secret: str, name: str) -> None:
    redact = Redactor([secret])
    if name.isascii() and name.isalnum() and len(name) < 8:  # too short to say a secret of 8 characters
        assert redact({"name": name}) == {"name": name}
    for text in ("VPN gateway 'main' (10.0.0.1/30) was created.", "a8979fe2-cf1a-47b9-80f6-57445227c541", "北京 上海"):
        if secret.casefold() not in text.casefold():
            assert redact([text]) == [text]


SHORT = (("up", "supported by upstream"), ("1", "10.0.0.1/31 in 2016"), ("a b", "a bc"), ("gw", "gw1 gws _gw"))


@pytest.mark.parametrize(("secret", "text"), SHORT)
def test_short_secrets_do_not_blank_unrelated_words(secret: str, text: str) -> None:
    untouched = text if secret != "1" else "10 31 2016"
    assert Redactor([secret]).text(untouched) == untouched
    assert Redactor([secret]).text(f"key={secret}, done") == f"key={MASK}, done"


@given(st.text(characters, min_size=1, max_size=7).filter(str.strip))
def test_short_secrets_do_not_stand_alone(secret: str) -> None:
    assert Redactor([secret])(secret) == MASK
    assert Redactor([secret])([f" {secret} "]) == [f" {MASK} "]


@given(secrets)
def test_public_values_stay_where_they_are_the_whole_value(secret: str) -> None:
    redact = Redactor([secret], public=[secret, 7, None])
    assert redact({"name": secret}) == {"name": secret}
    assert redact({"msg": f"say {secret}"}) == {"msg": f"say {MASK}"}


@pytest.mark.parametrize("secret", ["\u193900000000", "\u0301\u0302long enough", "\u0301short"])
@pytest.mark.parametrize("form", ["raw", "quote", "json", "html-decimal", "bytes-of-c"])
def test_a_secret_that_begins_with_an_accent(secret: str, form: str) -> None:
    """It is no part of what a text says when it is read without accents, and a part of the secret all the same."""
    text = FORMS[form](secret)
    assert Redactor([secret]).text(f"say {text} again") == f"say {MASK} again"
    assert Redactor([secret]).text("caf\u00e9, cafe\u0301") == "caf\u00e9, cafe\u0301"


@given(st.lists(secrets, min_size=2, max_size=4, unique=True))
def test_several_secrets_in_one_text(several: list[str]) -> None:
    masked = Redactor(several).text(" | ".join(several))
    for secret in several:
        if secret not in MASK * 2 and secret not in f"{MASK} | {MASK}":
            assert secret not in masked


@pytest.mark.parametrize("nothing", [None, "", "  ", "\n"])
def test_nothing_is_not_a_secret(nothing: str | None) -> None:
    redact = Redactor([nothing])
    assert redact({"a": "b  c", "": [None, 1.5]}) == {"a": "b  c", "": [None, 1.5]}
    assert redact.known == set()


def test_learnt_later() -> None:
    redact = Redactor()
    assert redact("the-key-1234") == "the-key-1234"
    redact.add("the-key-1234")
    redact.add(123456789)
    assert redact(["the-key-1234", "n=123456789"]) == [MASK, f"n={MASK}"]
    assert redact.known == {"the-key-1234", "123456789"}
