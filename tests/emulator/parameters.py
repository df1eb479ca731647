# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request says: decoding of query and body, lists, filters, and the values of single parameters.

Clients write lists in several ways, and a list that is overlooked selects everything. So all that are known are read,
whichever the client's library makes: ``Id.1``, ``Id.0``, ``Id[0]``, ``Id`` alone, once or several times, and JSON.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from multidict import CIMultiDictProxy

from .errors import PublicError

Parse = Callable[[str], Any]
# The parameters as the actions read them: by name, with dots for brackets, the different values that were sent.
Given = Mapping[str, tuple[str, ...]]

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
# Characters that an XML 1.0 answer cannot carry, or not without being changed on the way.
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Incoming:
    """A request as it came: ``query`` and ``form`` are decoded pairs in the order sent, ``body`` the exact bytes.

    ``form`` is what the body says, also when that is JSON; it is None for a body that can't be read. ``parameters`` are
    the pairs of both by their names, ``given`` is what the actions read.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...] | None
    headers: CIMultiDictProxy[str]
    body: bytes
    parameters: dict[str, str] = field(init=False)
    given: Given = field(init=False)

    def __post_init__(self) -> None:
        # "请求方法" forbids mixing the two, but clients in use send Action and Version in both: the body wins.
        object.__setattr__(self, "parameters", {**dict(self.query), **dict(self.form or ())})
        object.__setattr__(self, "given", {**_gather(self.query), **_gather(self.form or ())})

    @property
    def action(self) -> str:
        """The action asked for, or an empty text."""
        return self.parameters.get("Action", "")

    @property
    def dry_run(self) -> bool:
        """Whether DryRun is set; a value that is no boolean counts as not set here and is refused later."""
        return _BOOLEANS.get(self.parameters.get("DryRun", "").lower(), False)

    @property
    def wants_json(self) -> bool:
        """Whether the answer is to be JSON ("返回结果" and the simplified signature's ``Format``)."""
        accept = ",".join(self.headers.getall("Accept", ()))
        return "application/json" in accept.lower() or self.parameters.get("Format", "").lower() == "json"

    @classmethod
    def decode(cls, method: str, target: str, headers: CIMultiDictProxy[str], body: bytes) -> Incoming:
        """From the raw request target (path and query as sent) and the body's bytes."""
        if not target.startswith("/"):
            # The form that a request to a proxy has, which every server is to understand.
            target = "/" + target.partition("://")[2].partition("/")[2]
        path, _sep, query = target.partition("?")
        content_type = headers.get("Content-Type", _FORM).partition(";")[0].strip().lower()
        return cls(method, path, _pairs(query), _said(body, content_type), headers, body)


def _said(body: bytes, content_type: str) -> tuple[tuple[str, str], ...] | None:
    """The pairs that a body says, or None for one that says nothing that can be read."""
    if content_type == _FORM:
        return _pairs(body.decode("utf-8", "replace"))
    if not body.strip():
        return ()
    if content_type != _JSON:
        return None
    # The document has forms only; the vendor's newer clients send JSON when told to, with Action in the query.
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return tuple(_flat(document, "")) if isinstance(document, dict) else None


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """A JSON value as pairs of a form; null is not sent."""
    if isinstance(value, (dict, list)):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, bool):
        yield name, str(value).lower()
    elif value is not None:
        yield name, str(value)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True))


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The different values of each name, in the order sent, with ``a[0][b]`` under the name ``a.0.b``."""
    gathered: dict[str, dict[str, None]] = {}
    for name, value in pairs:
        gathered.setdefault(_BRACKETS.sub(r".\1", name), {})[value] = None
    return {name: tuple(values) for name, values in gathered.items()}


def single(given: Given, name: str) -> str:
    """The value of a parameter, "" where it was not given.

    Raises ServiceError InvalidQueryParameter for one with several values, of which nobody could say which is meant.
    """
    values = given.get(name, ("",))
    if len(values) > 1:
        raise PublicError.INVALID_QUERY.error(name)
    return values[0]


@dataclass(frozen=True)
class Field:
    """A parameter of an action: its wire name, how its text is read, and whether it may be left out."""

    name: str
    parse: Parse
    required: bool = False


def read_fields(fields: Iterable[Field], given: Given) -> dict[str, Any]:
    """The values of those ``fields`` that were given.

    An empty text counts as not given: the table words MissingParameter as "the value can't be empty". Raises
    ServiceError MissingParameter, InvalidParameterValue or InvalidQueryParameter, naming the first parameter at fault.
    """
    values: dict[str, Any] = {}
    for item in fields:
        text = single(given, item.name)
        if text:
            try:
                values[item.name] = item.parse(text)
            except ValueError:
                raise PublicError.INVALID_VALUE.error(item.name) from None
        elif item.required:
            raise PublicError.MISSING_PARAMETER.error(item.name)
    return values


def text_value(text: str) -> str:
    """Free text. No source states a length or a character set; only what no XML answer could carry is refused."""
    if _UNPRINTABLE.search(text):
        raise ValueError(text)
    return text


def integer(low: int, high: int | None = None) -> Parse:
    """A decimal number from ``low`` to ``high``, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise ValueError(text)
        number = int(text)
        if number < low or (high is not None and number > high):
            raise ValueError(text)
        return number

    return parse


def one_of(*values: str) -> Parse:
    """One of the texts, spelled exactly so."""

    def parse(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return parse


def boolean(text: str) -> bool:
    """``true`` or ``1``, ``false`` or ``0``, in any case: Python clients send ``True``."""
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def ipv4_address(text: str) -> str:
    """A dotted IPv4 address."""
    return str(ipaddress.IPv4Address(text))


def ipv4_interface(text: str) -> str:
    """An IPv4 address with its prefix length, such as ``2.2.2.2/30``."""
    if "/" not in text:
        raise ValueError(text)
    return str(ipaddress.IPv4Interface(text))


def ipv4_network(text: str) -> str:
    """A network by its address and prefix length, such as ``10.1.0.0/16``; an address within it is refused."""
    if "/" not in text:
        raise ValueError(text)
    return str(ipaddress.IPv4Network(text))


def indexed(given: Given, name: str) -> list[str]:
    """The values of ``name.N`` in numerical order of N; any integers will do, so that base 0 and base 1 both work.

    Raises ServiceError InvalidQueryParameter for a suffix that is no number.
    """
    found: list[tuple[int, str]] = []
    for key, values in given.items():
        if key.startswith(name + "."):
            suffix = key.removeprefix(name + ".")
            if not re.fullmatch(r"[0-9]{1,9}", suffix):
                raise PublicError.INVALID_QUERY.error(key)
            found.extend((int(suffix), value) for value in values)
    return [value for _number, value in sorted(found)]


def listed(given: Given, name: str) -> list[str]:
    """The values of ``name.N``, and of ``name`` alone: lists as some clients write them, or a list of one.

    Raises ServiceError InvalidQueryParameter for a suffix that is no number.
    """
    return [*indexed(given, name), *given.get(name, ())]


def refuse_lookalikes(given: Given, lists: Iterable[str], names: Iterable[str]) -> None:
    """Refuse what looks like a selection and is none: passed over, it would select everything.

    ``lists`` are the lists that the action knows; ``names`` are beginnings, in lower case and without separators, of
    what a selection can look like. Raises ServiceError InvalidQueryParameter, in whose Chinese words the parameter
    "does not exist" or does not meet the standard.
    """
    known = set(lists)
    for key in given:
        name = key.partition(".")[0]
        if name not in known and re.sub("[^a-z]", "", name.lower()).startswith(tuple(names)):
            raise PublicError.INVALID_QUERY.error(key)


def filters(given: Given, known: Mapping[str, str]) -> list[tuple[str, frozenset[str]]]:
    """``Filter.N.Name`` and ``Filter.N.Value.M`` as pairs of wire field and accepted values.

    ``known`` maps filter names to wire fields. Raises ServiceError InvalidQueryParameter for an unknown name and
    for a filter without a name or without values: the table's Chinese column gives that code to query parameters
    of the wrong form, that do not exist, or that do not meet the standard.
    """
    groups: dict[int, None] = {}
    for key in given:
        if key.partition(".")[0] == "Filter":
            match = re.fullmatch(r"Filter\.([0-9]{1,9})\.(?:Name|Value\.[0-9]{1,9})", key)
            if not match:
                raise PublicError.INVALID_QUERY.error(key)
            groups[int(match.group(1))] = None
    result: list[tuple[str, frozenset[str]]] = []
    for number in sorted(groups):
        name = single(given, f"Filter.{number}.Name")
        if name not in known:
            raise PublicError.INVALID_QUERY.error(f"Filter.{number}.Name")
        values = indexed(given, f"Filter.{number}.Value")
        if not values:
            raise PublicError.INVALID_QUERY.error(f"Filter.{number}.Value")
        result.append((known[name], frozenset(values)))
    return result
