# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire format: parameters to C(name=value) pairs, JSON and XML answers to plain values."""

from __future__ import annotations

import json
import math
import re
import typing as t

from .action import Action
from .errors import MalformedAnswerError

# More than any answer has. What is in memory takes up to thirty times the bytes of the body, if all of it is
# empty lists; and what is nested deeper than a few levels breaks whatever walks over it later.
MAX_VALUES = 1_000_000
MAX_DEPTH = 32
_UNREADABLE = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


def flatten(parameters: t.Mapping[str, t.Any]) -> list[tuple[str, str]]:
    """Parameters as the service wants them: lists and filters numbered from 1, booleans C(true)/C(false).

    C({"VpnGatewayId": ["a", "b"]}) becomes C(VpnGatewayId.1=a), C(VpnGatewayId.2=b);
    C({"Filter": [{"Name": "vpc-id", "Value": ["v"]}]}) becomes C(Filter.1.Name=vpc-id), C(Filter.1.Value.1=v).
    None is left out.
    """
    pairs: list[tuple[str, str]] = []

    def add(name: str, value: t.Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif isinstance(value, t.Mapping):
            for key, item in value.items():
                add(f"{name}.{key}" if name else key, item)
        elif isinstance(value, (list, tuple)):
            for number, item in enumerate(value, 1):
                add(f"{name}.{number}", item)
        else:
            pairs.append((name, str(value)))

    add("", parameters)
    return pairs


def parse(body: bytes) -> dict[str, t.Any]:
    """An answer's body as a dictionary; which of the two formats it is shows in its first character.

    In XML the root element is left off, C(<item>) children become a list, other children a
    dictionary, text a string (types are the resources' business). Raises L(MalformedAnswerError).
    """
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        if start == b"{":
            _count(body, b",", b"[", b"{")
            value = json.loads(body, parse_float=_float, parse_int=_int, parse_constant=_float)
        elif start == b"<":
            from .wire_xml import parse_xml  # few ask for XML, and each module compiles what it imports

            _count(body, b"<")
            value = parse_xml(body)
        else:
            raise MalformedAnswerError("the body is empty" if not start else "the body is neither JSON nor XML")
    except MalformedAnswerError:
        raise
    except (ValueError, LookupError) as error:
        raise MalformedAnswerError("the body is cut short or malformed") from error
    except RecursionError as error:
        raise MalformedAnswerError("the body is nested too deeply") from error
    if not isinstance(value, dict):
        raise MalformedAnswerError("the body is not an object")
    return t.cast("dict[str, t.Any]", _settled(value))


def _count(body: bytes, *marks: bytes) -> None:
    if sum(map(body.count, marks)) > MAX_VALUES:
        raise MalformedAnswerError(f"the body has more than {MAX_VALUES} values")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise MalformedAnswerError("the body has a number that is none (NaN), or has no bounds")
    return value


def _int(text: str) -> int:
    if len(text) > 100:
        raise MalformedAnswerError("the body has a number of more than 100 digits")
    return int(text)


def _settled(value: t.Any, depth: int = 0) -> t.Any:
    """A value that all that comes later can walk over, print and encode: halves of characters become U+FFFD."""
    if isinstance(value, str):
        return value if value.isascii() else _HALF_A_CHARACTER.sub("\ufffd", value)
    if not isinstance(value, (dict, list)):
        return value
    if depth >= MAX_DEPTH:
        raise MalformedAnswerError("the body is nested too deeply")
    if isinstance(value, list):
        return [_settled(item, depth + 1) for item in value]
    return {_settled_name(name): _settled(item, depth + 1) for name, item in value.items()}


def _settled_name(name: str) -> str:
    """A name that means nothing to Ansible, which keeps C(_ansible...) and C(__ansible...) for itself.

    With C(__ansible_type), its JSON reader makes another thing of the value that bears the name.
    """
    name = _settled(name)
    bare = name.lstrip("_")
    return bare if bare.startswith("ansible") else name


def request_id(answer: t.Mapping[str, t.Any]) -> str | None:
    """The RequestId of an answer, wherever it stands and however it is spelled."""
    metadata = answer.get("ResponseMetadata")
    for source in (answer, metadata if isinstance(metadata, dict) else {}):
        for name in ("RequestId", "RequestID", "requestId", "request_id"):
            if isinstance(source.get(name), str) and source[name].strip():
                return source[name]
    return None


def next_token(answer: t.Mapping[str, t.Any]) -> str | None:
    """What to ask for the next page with; None if there is none."""
    token = answer.get("NextToken")
    return None if token is None or token == "" else str(token)


def check(answer: t.Mapping[str, t.Any], action: Action) -> None:
    """Raise L(MalformedAnswerError) unless an answer is one that the service would give to an action.

    One that lists has objects with ids in it: to take another answer for an empty list would mean to create again what
    is there. A list that is missing or null in an answer of the service is an empty one. Any other has a RequestId,
    C(Return), or what the action is about.
    """
    name = action.result
    if action.item_id is None:
        if request_id(answer) is None and "Return" not in answer and not has_result(answer, action):
            raise MalformedAnswerError(f"it has neither a RequestId nor Return nor {name}")
        return
    listed = answer.get(name)
    if listed is None or listed == "":
        if request_id(answer) is None:
            raise MalformedAnswerError(f"it has neither {name} nor a RequestId")
        return
    if not isinstance(listed, list):
        raise MalformedAnswerError(f"its {name} is not a list")
    for item in listed:
        if not isinstance(item, dict) or not usable_id(item.get(action.item_id)):
            raise MalformedAnswerError(f"its {name} has something in it without a {action.item_id}")


def has_result(answer: t.Mapping[str, t.Any], action: Action) -> bool:
    """Whether an answer has what its action answers with: a list, an object, an id, or C(Return) not false."""
    found = answer.get(action.result)
    if action.item_id is not None:
        return found not in (None, "")
    told = usable_id(found) if action.created_id == (action.result,) else isinstance(found, dict)
    return told or ("Return" in answer and not declined(answer))


def declined(answer: t.Mapping[str, t.Any]) -> bool:
    """Whether an answer says C(Return: false), in JSON or XML: the service has not done what it was asked."""
    return str(answer.get("Return")).strip().lower() in ("false", "0")


def usable_id(value: t.Any) -> bool:
    """Whether a value can be sent as an id: a text of a sensible length, without white space."""
    return isinstance(value, str) and 0 < len(value) <= 255 and not _UNREADABLE.search(value)


def one_line(text: str, redact: t.Callable[[str], str], longest: int = 2_000) -> str:
    """A text from the network as it fits into a message: without controls, and not endless.

    C(redact) comes first, and sees all of it: it would not know a secret again that was cut or lost a space.
    """
    text = _UNREADABLE.sub(" ", redact(text)).strip()
    return text if len(text) <= longest else text[:longest] + "..."


def error_of(answer: t.Mapping[str, t.Any]) -> tuple[str | None, str]:
    """Code and message of an error answer, in any of the spellings seen. Without one: (None, "")."""
    nested = answer.get("Error", answer.get("error"))
    source = nested if isinstance(nested, dict) else answer

    def first(*names: str) -> t.Any:
        return next((source[name] for name in names if source.get(name) not in (None, "")), None)

    code = first("Code", "code")
    message = first("Message", "message", "codeDesc")
    if code is None and isinstance(nested, str):
        message = message or nested
    return (None if code is None else str(code), "" if message is None else str(message))
