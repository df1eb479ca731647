# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each form of a secret by itself, and what must not be taken for a secret."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK, Redactor, password_of
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import FORMS, KEY, OLD_KEY, SECRET_KEY, TOKEN, leaks
from emulator.testing import EmulatorHandle

# What stands around digits, and says nothing.
_REST = re.compile(rf"(?:0x)?(?:{re.escape(MASK)}(?:\n|=|%3D|\\u003d)*)+")


def _form(form: str) -> Callable[[EmulatorHandle], None]:
    def check(_emulator: EmulatorHandle) -> None:
        for secret in (KEY, OLD_KEY, SECRET_KEY, TOKEN):
            masked = Redactor([secret]).text(f"before <{FORMS[form](secret)}> after")
            assert not leaks(masked), leaks(masked)
            if "inside" not in form:
                assert _REST.sub("", masked) == "before <> after", "a part of it is left"

    return check


def values_of_all_kinds(_emulator: EmulatorHandle) -> None:
    """In names and values of dictionaries, in lists and tuples, and as a number."""
    redact = Redactor([SECRET_KEY, "1234567890"])
    assert redact({SECRET_KEY: SECRET_KEY}) == {MASK: MASK}
    assert redact([SECRET_KEY, (SECRET_KEY,)]) == [MASK, [MASK]]
    assert redact({"number": 1234567890, "other": 123, "flag": True}) == {"number": MASK, "other": 123, "flag": True}


def with_space_around(_emulator: EmulatorHandle) -> None:
    """A key in a file often has a line's end that the service's echo has not."""
    assert Redactor(["  fake-key-1\n"]).text("<fake-key-1>") == f"<{MASK}>"


def overlapping(_emulator: EmulatorHandle) -> None:
    """Two secrets that share characters leave nothing of each other; of two that begin alike the longer counts."""
    assert Redactor(["abcdefgh-1", "gh-1-abcdefgh"]).text("<abcdefgh-1-abcdefgh>") == f"<{MASK}>"
    assert Redactor(["fake-key-1", "fake-key-1-and-more"]).text("fake-key-1-and-more") == MASK
    assert Redactor(["fake-key-1-and-more", "fake-key-1"]).text("fake-key-1-and-more") == MASK
    assert Redactor(["fake-key-s"]).text("<fake-key-ß>") == f"<{MASK}>"


def short_ones(_emulator: EmulatorHandle) -> None:
    """Where they stand alone, in all encodings; not inside words."""
    redact = Redactor(["up", "1", "a b"])
    assert redact.text("key up, up. 'up' 1 a%20b a+b") == f"key {MASK}, {MASK}. '{MASK}' {MASK} {MASK} {MASK}"
    assert redact.text("supported up_1 1a 10 dXA= MQ") == f"supported up_1 1a 10 {MASK} {MASK}"
    assert redact({"n": 1, "name": "update"}) == {"n": 1, "name": "update"}
    assert Redactor(["🔑é"]).text(r"<\ud83d\udd11\u00e9> <🔑e\u0301>") == f"<{MASK}> <{MASK}>"
    assert Redactor(["k7q9"]).text("6b377139 6B377139 k7q9x") == f"{MASK} {MASK} k7q9x"


def short_ones_of_many_bytes(_emulator: EmulatorHandle) -> None:
    """Three characters are nine bytes, which no other text has by chance."""
    whole = base64.b64encode("before 密钥密 after".encode()).decode()
    assert Redactor(["密钥密"]).text(whole) == whole[:9] + MASK + whole[22:]  # 9 bytes after 7


def bytes_or_code_points(_emulator: EmulatorHandle) -> None:
    """What looks like the bytes of a character may be two characters; and a tab has a letter of its own."""
    assert Redactor(["fake-Ã©-key-1"]).text(r"<fake-\xc3\xa9-key-1>") == f"<{MASK}>"
    assert Redactor(["fake-é-key-1"]).text(r"<fake-\xc3\xa9-key-1> <fake-%E9-key-1>") == f"<{MASK}> <{MASK}>"
    assert Redactor(["fake\tkey-1"]).text(r"<fake\tkey-1>") == f"<{MASK}>"


def digits_after_others(_emulator: EmulatorHandle) -> None:
    """Where digits begin can't be seen if there are others before them."""
    for others in ("a", "psk", "dead", "a/b/c"):
        text = others + base64.b64encode(b"fake-key-1").decode()
        assert Redactor(["fake-key-1"]).text(text) == others + MASK
    assert Redactor(["fake-key-1"]).text(f"a{b'fake-key-1'.hex()}") == "a" + MASK


def decoded_by_others(_emulator: EmulatorHandle) -> None:
    """Who takes a key for encoded shows what it would say, and who does not encodes it once more."""
    assert Redactor(["%41%42+%43"]).text("<%2541%2542+%2543>") == f"<{MASK}>"
    assert Redactor(["fake%2Bkey%41"]).text("<fake+keyA> <fake keyA>") == f"<{MASK}> <{MASK}>"


def texts_without_end(_emulator: EmulatorHandle) -> None:
    """What is too long to be looked through is shown without its end, and no part of a key is left there."""
    for length in (999_990, 1_000_000, 950_000, 500_000):
        masked = Redactor(["fake-key-1"]).text("x" * length + " fake-key-1" * 10_000)
        assert set(masked.replace(MASK, "")) <= {"x", " "}, "a part of a key is left"
        assert len(masked) > length * 0.9


def passwords_in_urls(_emulator: EmulatorHandle) -> None:
    """As they are written and decoded, also in URLs that do not parse."""
    for url in ("http://user:fake%40pw@host:1", "user:fake%40pw@host"):
        assert password_of(url) == {"fake%40pw", "fake@pw"}
    assert password_of("http://user:fake%40pw#x@host") == {"fake%40pw#x", "fake@pw#x"}
    assert password_of(342391) == password_of({"a": "b"}) == password_of(True) == set()
    assert password_of("http://host:3128") == password_of(None) == password_of("http://user@host") == set()


CHECKS: dict[str, Callable[[EmulatorHandle], None]] = {
    **{f"form: {form}": _form(form) for form in FORMS},
    **{
        check.__name__: check
        for check in (
            values_of_all_kinds,
            with_space_around,
            overlapping,
            short_ones,
            short_ones_of_many_bytes,
            bytes_or_code_points,
            digits_after_others,
            decoded_by_others,
            texts_without_end,
            passwords_in_urls,
        )
    },
}
