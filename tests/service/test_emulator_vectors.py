# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature vectors, made by other implementations, are verified by the emulator in every form."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from service.client import FORM_TYPE, Caller, Outgoing

from emulator.testing import EmulatorHandle

_DIRECTORY = Path(__file__).resolve().parent.parent / "vectors"
_V4 = json.loads((_DIRECTORY / "sigv4.json").read_text(encoding="utf-8"))["vectors"]
_SIMPLIFIED = json.loads((_DIRECTORY / "simplified_signature.json").read_text(encoding="utf-8"))["vectors"]
_BEYOND_AUTHENTICATION = {"InvalidMethod", "InvalidParameterValue", "NoSuchEntity"}


def _name(vector: dict[str, Any]) -> str:
    return f"{vector.get('form', 'simplified')}-{vector['name']}".replace("/", "-")


def _prepare(emulator: EmulatorHandle, vector: dict[str, Any], timestamp: datetime) -> None:
    account = {
        "access_key": vector["access_key"],
        "secret_key": vector["secret_key"],
        "security_token": vector.get("security_token"),
    }
    emulator.configure(accounts=[account], clock_offset=timestamp.timestamp() - time.time())


def _expect_authentic(emulator: EmulatorHandle, outgoing: Outgoing) -> None:
    reply = Caller(emulator).send(outgoing)
    # Some vectors create tunnels that can't be: the refusal proves that they were taken for authentic.
    assert reply.status == 200 or reply.code in _BEYOND_AUTHENTICATION, reply.body
    tampered = emulator.settings()["accounts"][0]
    emulator.configure(accounts=[{**tampered, "secret_key": tampered["secret_key"] + "x"}])
    assert Caller(emulator).send(outgoing).code == "SignedCookiesNotMatch"


def _v4_request(vector: dict[str, Any]) -> Outgoing:
    parts = urlsplit(vector.get("signed_url") or vector["url"])
    target = "/" + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "application/json", **vector.get("headers_after", {}), "Host": vector["host"]}
    return Outgoing(vector.get("method", "GET"), target, headers, vector["body"].encode())


@pytest.mark.parametrize("vector", _V4, ids=_name)
def test_v4(emulator: EmulatorHandle, vector: dict[str, Any]) -> None:
    """Header and query forms, with and without expiry, hash header and token."""
    signed = datetime.strptime(vector["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    _prepare(emulator, vector, signed)
    _expect_authentic(emulator, _v4_request(vector))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("vector", _SIMPLIFIED, ids=_name)
def test_simplified(emulator: EmulatorHandle, vector: dict[str, Any], method: str) -> None:
    """In the query and in a form body; the vendor's own client made the signatures."""
    emulator.configure(create_tunnel_by_get=True)
    parameters = {name: str(value) for name, value in vector["sent_params"].items()}
    signed = datetime.strptime(parameters["Timestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    _prepare(emulator, vector, signed)
    encoded = urlencode({**parameters, "Signature": vector["signature"]})
    headers = {"Accept": "application/json", "Host": "vpc.api.ksyun.com"}
    if method == "GET":
        outgoing = Outgoing("GET", "/?" + encoded, headers)
    else:
        outgoing = Outgoing("POST", "/", {**headers, "Content-Type": FORM_TYPE}, encoded.encode())
    _expect_authentic(emulator, outgoing)


def test_all_forms_are_covered() -> None:
    """Each form occurs with and without a token."""
    assert len(_V4) == 60
    assert len(_SIMPLIFIED) == 3
    forms = {vector["form"] for vector in _V4}
    assert {(vector["form"], bool(vector["security_token"])) for vector in _V4} == {
        (form, token) for form in forms for token in (True, False)
    }
