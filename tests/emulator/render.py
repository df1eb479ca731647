# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers as XML and as JSON, in the shapes of "返回结果"."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from .errors import ServiceError

JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "text/xml; charset=utf-8"
# What XML 1.0 has no way to write. Only an error's message can hold it: it may repeat what the client sent.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Answer:
    """What the service says to one request, before it is written down.

    ``payload`` lacks the RequestId; ``error`` is set instead of a payload; ``committed`` tells whether state changed.
    """

    action: str
    payload: dict[str, Any]
    error: ServiceError | None = None
    committed: bool = False

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.error.status if self.error else 200

    @property
    def code(self) -> str | None:
        """The error's code, or None."""
        return self.error.code if self.error else None


def render(answer: Answer, request_id: str, as_json: bool) -> tuple[bytes, str]:
    """The body's bytes and its content type."""
    if as_json:
        document = {"RequestId": request_id, **(_error(answer.error) if answer.error else answer.payload)}
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"), JSON_TYPE
    if answer.error:
        root = ElementTree.Element("ErrorResponse")
        _fill(root, {"RequestId": request_id, **_error(answer.error)})
    else:
        root = ElementTree.Element(answer.action + "Response")
        # The document nests the id in ResponseMetadata, the vendor's Java client reads it under the root.
        _fill(root, {"ResponseMetadata": {"RequestId": request_id}, "RequestId": request_id, **answer.payload})
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), XML_TYPE


def _error(error: ServiceError) -> dict[str, Any]:
    return {"Error": {"Type": error.type, "Code": error.code, "Message": error.message}}


def _fill(element: ElementTree.Element, value: Any) -> None:
    """Put a JSON value into an element: lists become ``<item>`` elements, booleans ``true`` and ``false``."""
    if isinstance(value, dict):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _fill(ElementTree.SubElement(element, "item"), part)
    elif isinstance(value, bool):
        element.text = str(value).lower()
    else:
        element.text = _NOT_XML.sub("\ufffd", str(value))
