# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a record may show: every value that could tell something of an account is replaced, the same by the same.

A value is kept only where it is known to be harmless: a word of the API, a number of a known field, a text that the
run itself has made. Everything else is replaced by a value of the same form, so that a record can still be read by a
client and be compared. Of a message, the words of a vocabulary are kept.
"""

from __future__ import annotations

import re
import typing as t
import unicodedata

from .exchange import Redactor
from .vocabulary import WORDS

# Fields with words of the API, or numbers of it. What they hold is kept if it looks like one.
WORDS_OF = frozenset(
    {"State", "Status", "Type", "ChargeType", "Action", "Version", "IkeVersion", "HaMode", "NextHopType", "RouteType"}
    | {"RouteEntryType", "RoutePublishStatus", "VpnGatewayVersion", "IkeAuthenAlgorithm", "IkeEncryAlgorithm", "Format"}
    | {"IpsecAuthenAlgorithm", "IpsecEncryAlgorithm", "IpssecAuthenAlgorithm", "IpssecEncryAlgorithm", "Return", "Code"}
    | {"VpnMTunnelState", "VpnSTunnelState", "VpnSwitchType", "DryRun", "OpenHealthCheck", "EnableNatTraversal"}
    | {"System", "IsDefault"}
)
NUMBERS_OF = frozenset(
    {"BandWidth", "IkeDHGroup", "IkeDhGroup", "IpsecLifetimeTraffic", "IpsecLifetimeSecond", "IpssecLifetimeTraffic"}
    | {"IpssecLifetimeSecond", "MaxResults", "NextToken", "PurchaseTime", "IsMaster", "isMaster"}
)
KEPT_VALUES = frozenset(
    {"1.0", "2.0", "v1", "v2", "3des", "aes-cbc-192", "aes-cbc-256", "sm1-cbc-128", "sm4-cbc", "md5", "esp-3des"}
    | {"esp-aes", "esp-des", "esp-null", "esp-seal", "esp-md5-hmac", "esp-sha-hmac", "sha256", "sha384", "sha512"}
    | {"sm3", "2016-03-04", "vpc-id", "vpn-gateway-id", "customer-gateway-name", "no-such-filter", "nexthop"}
    | {"vpn_tunnel", "vpc", "cidr-block", "instance-id", "destination-cidr-block", "customer-gateway-id"}
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_IPV4 = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|\.[0-9]+Z?|[+-][0-9]{2}:?[0-9]{2})?")
_WORD = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)*")
_CODE = re.compile(r"[A-Z][A-Za-z]{1,30}(?:[._][A-Z]?[A-Za-z]{1,30}){0,3}")
_FIELD = re.compile(r"(?=.{1,40}$)[A-Za-z]+(?:[0-9][A-Za-z]+)*")
_TIME_SHOWN = "2000-01-01 00:00:00"
_LONGEST_WORD = 24


class Disguise:
    """Replaces values, the same by the same, for one record. C(tag): what stands in every text that the run makes."""

    def __init__(self, redact: Redactor, tag: str, secrets: t.Iterable[str] = ()) -> None:
        self._redact = redact
        self._tag = tag
        self._own: set[str] = set()
        self._given: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._known: dict[str, str] = {}  # what is to be found in messages, too
        for secret in secrets:
            if secret:
                self._known[secret] = self._next("key", secret)

    def own(self, text: str) -> str:
        """A text that the run has made itself, with the tag in it: it is kept, but for the tag."""
        for form in (text, text.strip(), unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
            self._own |= {form, form[:32], form[:64], form[:128]}
        return text

    # --- values -------------------------------------------------------------------------------

    def value(self, value: t.Any, field: str = "") -> t.Any:
        """A copy of an answer, or of the parameters of a request. C(field) is the name that the value bears."""
        if isinstance(value, dict):
            return {self.name(name): self.value(item, name) for name, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item, field) for item in value]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, (int, float)):
            return value if field in NUMBERS_OF and abs(value) < 10_000_000 else self._number(value)
        return self._text(str(value), field)

    def name(self, name: str) -> str:
        """The name of a field: words of letters, as all of the API have."""
        plain = self._redact.text(name)
        return name if plain == name and _FIELD.fullmatch(name) else self._next("field", name)

    def code(self, code: str | None) -> str:
        """The code of an error, if it is a word like all that are known."""
        if not code:
            return "no code"
        return code if self._redact.text(code) == code and _CODE.fullmatch(code) else self._next("code", code)

    def word(self, text: t.Any) -> str:
        """A word of the API, as a state: letters, and not many."""
        text = str(text)
        plain = _WORD.fullmatch(text) is not None and len(text) <= _LONGEST_WORD and self._redact.text(text) == text
        return text if text in KEPT_VALUES or plain else self._next("word", text)

    def _text(self, text: str, field: str) -> str:
        if not text:
            return text
        if text in self._own:
            return text.replace(self._tag, "0" * len(self._tag))
        if text in KEPT_VALUES:
            return text
        if text in self._known:
            return self._known[text]
        if field in ("Message", "message"):
            return self.message(text)
        if field in ("RequestId", "RequestID", "requestId"):
            return "<request-id>"
        if field in ("Code", "code"):
            return self.code(text)
        small_number = text.isascii() and text.isdecimal() and len(text) <= 7
        if field in NUMBERS_OF and small_number:
            return text
        if field in WORDS_OF and _WORD.fullmatch(text) and self.word(text) == text:
            return text
        return self._known.setdefault(text, self._instead(text, field))

    def _instead(self, text: str, field: str) -> str:
        """A value of the same form."""
        if _UUID.fullmatch(text):
            number = int(self._next("id", text.lower()).rpartition("-")[2].rstrip(">"))
            identity = f"abcdef00-0000-4000-8000-{number:012d}"
            return identity.upper() if text != text.lower() else identity
        if _IPV4.fullmatch(text):
            address, slash, length = text.partition("/")
            number = int(self._next("address", address).rpartition("-")[2].rstrip(">"))
            place = f"198.18.{number & 255}.0" if slash and text.split("/")[0].endswith(".0") else ""
            return f"{place or f'198.19.{number >> 8 & 255}.{number & 255}'}{slash}{length}"
        if _TIME.fullmatch(text):
            return _TIME_SHOWN + text[19:].translate(str.maketrans("123456789", "000000000"))
        kind = "name" if field.endswith("Name") else "key" if field.endswith("Key") else "text"
        if field.endswith("Id"):
            kind = "id"
        return self._next("token" if field == "NextToken" else kind, text)

    def _next(self, kind: str, text: str) -> str:
        if (kind, text) not in self._given:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._given[kind, text] = f"<{kind}-{self._counts[kind]}>"
        return self._given[kind, text]

    def _number(self, value: float) -> int:
        return 1000 + int(self._next("number", str(value)).rpartition("-")[2].rstrip(">"))

    # --- messages -----------------------------------------------------------------------------

    def message(self, text: str) -> str:
        """A message of the service: known words, names of the API and marks are kept, all else is replaced."""
        for known in sorted(self._known, key=len, reverse=True):
            if len(known) > 3:
                text = text.replace(known, f"\x00{self._known[known]}\x01")
        text = self._redact.text(text)
        pieces = re.split(r"(\x00[^\x01]*\x01|[^\W_]+)", text[:1000])
        shown = [piece if index % 2 == 0 else self._piece(piece) for index, piece in enumerate(pieces)]
        marks = re.sub(r"[^ -~]", "?", re.sub("[\x00\x01]", "", "".join(shown)))
        return re.sub(r"<word>(?:[^\w<>]{1,2}<word>)+", "<words>", marks)

    @staticmethod
    def _piece(piece: str) -> str:
        if piece.startswith("\x00"):
            return piece
        parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", piece) or [piece]
        known = all(part.lower() in WORDS for part in parts) and "".join(parts) == piece
        return piece if known else "<word>"
