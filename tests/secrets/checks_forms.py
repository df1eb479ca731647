# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each form of a secret by itself, and what must not be taken for a secret."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.ksyun.vpn.plugins.module_utils.api.secrets import MASK, Redactor, password_of
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import FORMS, KEY, OLD_KEY, SECRET_KEY, TOKEN, leaks
from emulator.testing import EmulatorHandle


def _form(form: str) -> Callable[[EmulatorHandle], None]:
    def check(_emulator: EmulatorHandle) -> None:
        for secret in (KEY, OLD_KEY, SECRET_KEY, TOKEN):
            text = f"before <{FORMS[form](secret)}> after"
            found = leaks(Redactor([secret]).text(text))
            assert not found, found

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


def short_ones(_emulator: EmulatorHandle) -> None:
    """Where they stand alone, in all encodings; not inside words."""
    redact = Redactor(["up", "1", "a b"])
    assert redact.text("key up, up. 'up' 1 a%20b a+b") == f"key {MASK}, {MASK}. '{MASK}' {MASK} {MASK} {MASK}"
    assert redact.text("supported up_1 1a 10 dXA= MQ") == f"supported up_1 1a 10 {MASK} {MASK}"
    assert redact({"n": 1, "name": "update"}) == {"n": 1, "name": "update"}


def passwords_in_urls(_emulator: EmulatorHandle) -> None:
    """As they are written and decoded, also in URLs that do not parse."""
    for url in ("http://user:fake%40pw@host:1", "user:fake%40pw@host"):
        assert password_of(url) == {"fake%40pw", "fake@pw"}
    assert password_of("http://user:fake%40pw#x@host") == {"fake%40pw#x", "fake@pw#x"}
    assert password_of("http://host:3128") == password_of(None) == password_of("http://user@host") == set()


CHECKS: dict[str, Callable[[EmulatorHandle], None]] = {
    **{f"form: {form}": _form(form) for form in FORMS},
    **{
        check.__name__: check
        for check in (values_of_all_kinds, with_space_around, overlapping, short_ones, passwords_in_urls)
    },
}
