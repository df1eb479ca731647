# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire format: parameters to C(name=value) pairs, JSON and XML answers to plain values."""

from __future__ import annotations

import json
import typing as t
from xml.etree import ElementTree


class MalformedAnswerError(ValueError):
    """A body that is neither JSON nor XML of the service. The text says why, without the body."""


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
            value = json.loads(body)
        elif start == b"<":
            value = _parse_xml(body)
        else:
            raise MalformedAnswerError("the body is empty" if not start else "the body is neither JSON nor XML")
    except MalformedAnswerError:
        raise
    except (ValueError, LookupError, ElementTree.ParseError) as error:
        raise MalformedAnswerError("the body is cut short or malformed") from error
    except RecursionError as error:
        raise MalformedAnswerError("the body is nested too deeply") from error
    if not isinstance(value, dict):
        raise MalformedAnswerError("the body is not an object")
    return value


class _NoDeclarations(ElementTree.TreeBuilder):
    """Builds the tree of a document without a DTD, and so without entities of its own."""

    def doctype(self, *_args: t.Any) -> None:
        """Called by the parser where a DTD begins."""
        raise MalformedAnswerError("the body is a page or declares entities, not an answer of the service")


def _parse_xml(body: bytes) -> t.Any:
    parser = ElementTree.XMLParser(target=_NoDeclarations())  # noqa: S314 - declarations are refused
    root = ElementTree.fromstring(body, parser)  # noqa: S314
    if _local(root).lower() == "html":
        raise MalformedAnswerError("the body is a page")
    value = _element(root)
    return value if isinstance(value, dict) else {}


def _element(element: ElementTree.Element) -> t.Any:
    children = list(element)
    names = [_local(child) for child in children]
    if not children:
        text = element.text or ""
        return [] if not text.strip() and _local(element).endswith("Set") else text
    if all(name == "item" for name in names):
        return [_element(child) for child in children]
    return {name: _element(child) for name, child in zip(names, children)}


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def request_id(answer: t.Mapping[str, t.Any]) -> str | None:
    """The RequestId of an answer, wherever it stands and however it is spelled."""
    metadata = answer.get("ResponseMetadata")
    for source in (answer, metadata if isinstance(metadata, dict) else {}):
        for name in ("RequestId", "RequestID", "requestId", "request_id"):
            if isinstance(source.get(name), str):
                return source[name]
    return None


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
