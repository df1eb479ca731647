# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret survives the redactor, in whatever form; what is not secret does."""

from __future__ import annotations

import base64
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.secrets import MASK, Redactor

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
}


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
    encoded = [FORMS[form](secret) for form in FORMS]
    if not any(part in name for part in [*encoded, *(text[1:-1] for text in encoded)]):
        assert redact({"name": name}) == {"name": name}


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
