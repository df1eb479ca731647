# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers in XML as plain values."""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

from .errors import MalformedAnswerError


class _NoDeclarations(ElementTree.TreeBuilder):
    """Builds the tree of a document without a DTD, and so without entities of its own."""

    def doctype(self, *_args: t.Any) -> None:
        """Called by the parser where a DTD begins."""
        raise MalformedAnswerError("the body is a page or declares entities, not an answer of the service")


def parse_xml(body: bytes) -> t.Any:
    """What an answer says, its root element left off: see L(wire.parse). Raises ValueError and LookupError."""
    parser = ElementTree.XMLParser(target=_NoDeclarations())  # noqa: S314 - declarations are refused
    try:
        root = ElementTree.fromstring(body, parser)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
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
    if all(name == "item" for name in names) or (len(names) > 1 and len(set(names)) == 1):
        return [_element(child) for child in children]
    return {name: _element(child) for name, child in zip(names, children)}


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
