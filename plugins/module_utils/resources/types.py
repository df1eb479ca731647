# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types of fields, one object each: how a value is read, compared and judged.

A new type is one more class here, and its name in L(TYPES).
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
from datetime import datetime

LONGEST_SECRET = 4096
EMPTY = "must not be empty"
FIXED = f"{EMPTY}: what is set can't be taken away; leave it out to keep it as it is"
_TOO_LARGE = 10**18  # neither the service nor JSON elsewhere can hold larger numbers
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # what no XML answer can carry back
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def snake_case(wire: str) -> str:
    """A wire name as the API's users write it: C(IkeDHGroup) becomes C(ike_dh_group)."""
    return _WORD.sub("_", wire).lower()


def is_id(text: str) -> bool:
    """Whether a reference is an id (ids of the service are UUIDs) rather than a name."""
    return bool(_UUID.fullmatch(text))


def same_id(one: t.Any, other: t.Any) -> bool:
    """Whether two texts are one id. The case in which a user or an answer writes an id does not count."""
    return str(one).lower() == str(other).lower()


def as_service_writes(identity: str) -> str:
    """An id as the service writes it, however a user does: in lower case."""
    return identity.lower() if is_id(identity) else identity


def fold(value: t.Any) -> str:
    """A value as the service compares it: C(RouteIpsec), C(route_ipsec) and C(ROUTE_IPSEC) are one."""
    return str(value).lower().replace("_", "")


def short(value: t.Any) -> str:
    """A value as a message shows it: whole or not at all, as no redactor would know a part of a secret again."""
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        return "a number of more than 18 digits"
    text = repr(value)
    return text if len(text) <= 200 else f"a value of {len(text)} characters"


def _parses(parse: t.Callable[[str], t.Any], value: t.Any) -> bool:
    try:
        return bool(parse(str(value)))
    except ValueError:
        return False


class FieldType:
    """A text that is none of the following; also what the other types have in common."""

    option = "str"  # its type in an argument spec
    is_address = False
    is_exact = True  # whether case and underscores count when two values are compared

    def empty(self) -> t.Any:
        """What a value is of which an answer says nothing."""
        return None

    def read(self, raw: t.Any) -> t.Any:
        """A value of the wire that is not empty; what can't be understood as it is."""
        return str(raw) if isinstance(raw, (int, float)) else raw

    def canonical(self, value: t.Any) -> t.Any:
        """The one spelling of a value that the collection returns and sends."""
        return value

    def overlap(self, _one: t.Any, _other: t.Any) -> bool:
        """Whether two values have a part in common."""
        return False

    def malformed(self, value: t.Any) -> str | None:
        """What a wanted value must be or must not do, if it is no such value; else None."""
        if not str(value):
            return EMPTY
        if _UNSENDABLE.search(str(value)):
            return "must not contain control characters or line breaks"
        return None

    def is_safe_to_show(self, _value: t.Any) -> bool:
        """Whether a value that was read is plainly of this type, so that it can't be a secret's echo."""
        return False


class _Reference(FieldType):
    """An id of the service, or the name of what it belongs to."""

    def canonical(self, value: t.Any) -> t.Any:
        return as_service_writes(value) if isinstance(value, str) else value

    def is_safe_to_show(self, value: t.Any) -> bool:
        return is_id(str(value))


class _Word(FieldType):
    """A word of the service, like a type: it is the same in any case, with underscores and without."""

    is_exact = False


class _Integer(FieldType):
    option = "int"
    is_exact = False

    def read(self, raw: t.Any) -> t.Any:
        return int(raw) if re.fullmatch(r"[+-]?\d{1,18}", str(raw).strip()) else raw

    def malformed(self, value: t.Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _TOO_LARGE:
            return "must be a whole number"
        return None


class _Boolean(FieldType):
    option = "bool"
    is_exact = False

    def read(self, raw: t.Any) -> t.Any:
        return {"true": True, "1": True, "false": False, "0": False}.get(str(raw).lower(), raw)

    def malformed(self, value: t.Any) -> str | None:
        return None


class _Parsed(FieldType):
    """What a function of the standard library understands, in that function's spelling."""

    is_exact = False
    parse: t.Callable[[str], t.Any]
    must = ""

    def canonical(self, value: t.Any) -> t.Any:
        return str(self.parse(str(value))) if self.is_safe_to_show(value) else value

    def malformed(self, value: t.Any) -> str | None:
        if self.is_address and not str(value).strip():
            return FIXED
        return None if self.is_safe_to_show(value) else self.must

    def is_safe_to_show(self, value: t.Any) -> bool:
        return _parses(self.parse, value)


class _Address(_Parsed):
    is_address = True
    parse = ipaddress.IPv4Address
    must = "must be an IPv4 address"


class _Interface(_Parsed):
    """An IPv4 address with the length of its network's prefix."""

    is_address = True
    parse = ipaddress.IPv4Interface
    must = "must be an IPv4 address with a prefix length, like 169.254.10.1/30"

    def malformed(self, value: t.Any) -> str | None:
        return super().malformed(value) if "/" in str(value) or not str(value).strip() else self.must


class _Network(_Parsed):
    """An IPv4 network. An address within it is refused: what the service would make of it is not known."""

    is_address = True
    parse = ipaddress.IPv4Network

    def overlap(self, one: t.Any, other: t.Any) -> bool:
        """Of networks; the one that has all others in it does not count."""
        if not self.is_safe_to_show(one) or not self.is_safe_to_show(other):
            return False
        first, second = ipaddress.IPv4Network(str(one)), ipaddress.IPv4Network(str(other))
        return bool(first.prefixlen and second.prefixlen and first.overlaps(second))

    must = "must be an IPv4 network, like 10.1.0.0/16"

    def malformed(self, value: t.Any) -> str | None:
        if "/" in str(value) and _parses(ipaddress.IPv4Interface, value) and not self.is_safe_to_show(value):
            return f"must be an IPv4 network without bits of a host, like {ipaddress.IPv4Interface(str(value)).network}"
        return super().malformed(value) if "/" in str(value) or not str(value).strip() else self.must


class _Time(_Parsed):
    """A point in time, as the service writes it. It is only read."""

    parse = datetime.fromisoformat

    def canonical(self, value: t.Any) -> t.Any:
        return value


class _Networks(FieldType):
    """A list of networks. It is only read."""

    is_exact = False

    def empty(self) -> t.Any:
        return []

    def read(self, raw: t.Any) -> t.Any:
        blocks = raw if isinstance(raw, list) else [raw]
        return [block.get("CidrBlock", block) if isinstance(block, dict) else block for block in blocks]


class _FirstOf(FieldType):
    """A value in the first object of a list. It is only read."""

    def __init__(self, key: str) -> None:
        self._key = key

    def read(self, raw: t.Any) -> t.Any:
        first = raw[0] if isinstance(raw, list) and raw else None
        return (first.get(self._key) or None) if isinstance(first, dict) else None


TYPES: dict[str, FieldType] = {
    "str": FieldType(),
    "reference": _Reference(),
    "word": _Word(),
    "int": _Integer(),
    "bool": _Boolean(),
    "ipv4": _Address(),
    "interface": _Interface(),
    "cidr": _Network(),
    "time": _Time(),
    "cidrs": _Networks(),
    "hop_id": _FirstOf("GatewayId"),
    "hop_name": _FirstOf("GatewayName"),
}
