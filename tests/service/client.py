# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for the tests of the emulator: signs by botocore, or by hand for the simplified form, and sends exactly
the bytes it is told to.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest import mock
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.testing import EmulatorHandle

VERSION = "2016-03-04"
FORM_TYPE = "application/x-www-form-urlencoded"
FORMS = ("v4-header", "v4-query", "simplified")


@dataclass(frozen=True)
class Outgoing:
    """A request as it goes over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    def with_headers(self, **changes: str | None) -> Outgoing:
        """A copy with headers changed (``X_Amz_Date`` names ``X-Amz-Date``), or left out where None."""
        headers = dict(self.headers)
        for name, value in changes.items():
            headers.pop(name.replace("_", "-"), None)
            if value is not None:
                headers[name.replace("_", "-")] = value
        return replace(self, headers=headers)


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The document of a JSON answer."""
        return json.loads(self.body)

    @property
    def xml(self) -> ElementTree.Element:
        """The root of an XML answer."""
        return ElementTree.fromstring(self.body)  # noqa: S314 - the emulator's own answer

    @property
    def code(self) -> str:
        """The error's code in a JSON answer."""
        return str(self.json["Error"]["Code"])

    @property
    def message(self) -> str:
        """The error's message in a JSON answer."""
        return str(self.json["Error"]["Message"])


@dataclass(frozen=True)
class Signer:
    """Keys, scope and time of signatures. ``region`` None leaves the parameter Region out of the simplified form.

    The time is ``at``, or ``skew`` seconds from now; ``expires`` is in seconds.
    """

    access_key: str
    secret_key: str
    token: str | None = None
    region: str | None = "cn-beijing-6"
    service: str = "vpc"
    at: datetime | None = None
    skew: float = 0.0
    expires: int = 300

    def now(self) -> datetime:
        """The time that is signed."""
        return self.at or at_offset(self.skew)

    def v4(self, outgoing: Outgoing, by_query: bool = False) -> Outgoing:
        """Signed by botocore, in the Authorization header or in the query."""
        request = AWSRequest(
            outgoing.method,
            "http://" + outgoing.headers["Host"] + outgoing.target,
            dict(outgoing.headers),
            b"" if by_query else outgoing.body,
        )
        credentials = Credentials(self.access_key, self.secret_key, self.token)
        with mock.patch("botocore.auth.get_current_datetime", self.now):
            if by_query:
                _QueryAuth(credentials, self.service, self.region, self.expires, outgoing.body).add_auth(request)
            else:
                SigV4Auth(credentials, self.service, self.region).add_auth(request)
        parts = urlsplit(request.url)
        return replace(outgoing, target=f"{parts.path}?{parts.query}", headers=dict(request.headers.items()))

    def simplified(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """The parameters with the public ones of the simplified form and its signature added."""
        signed = {
            **parameters,
            "Accesskey": self.access_key,
            "Service": self.service,
            "Timestamp": self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "SignatureVersion": "1.0",
            "SignatureMethod": "HMAC-SHA256",
            **({"Region": self.region} if self.region else {}),
            **({"SecurityToken": self.token} if self.token else {}),
        }
        text = "&".join(quote(name, safe="~") + "=" + quote(value, safe="~") for name, value in sorted(signed.items()))
        signed["Signature"] = hmac.new(self.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
        return signed


class _QueryAuth(SigV4QueryAuth):
    """botocore moves a body's parameters into the query; this leaves them where they are and signs their hash."""

    def __init__(self, credentials: Credentials, service: str, region: str | None, expires: int, body: bytes) -> None:
        super().__init__(credentials, service, region, expires)
        self._body = body

    def payload(self, request: AWSRequest) -> str:
        """The hash that is signed."""
        return hashlib.sha256(self._body).hexdigest()


class Caller:
    """A client of an emulator. Signs with the emulator's keys unless given a ``signer``."""

    def __init__(self, emulator: EmulatorHandle, signer: Signer | None = None) -> None:
        self.emulator = emulator
        self.signer = signer or Signer(emulator.access_key, emulator.secret_key)

    def by(self, **changes: Any) -> Caller:
        """The same client with the signer's fields changed."""
        return Caller(self.emulator, replace(self.signer, **changes))

    def request(
        self, action: str, form: str = "v4-header", method: str = "POST", accept: str = "application/json", **more: Any
    ) -> Outgoing:
        """A signed request; parameters are given by name, those with a dot in a dictionary ``parameters``."""
        given = {"Action": action, "Version": VERSION, **more.pop("parameters", {}), **more}
        texts = {name: str(value) for name, value in given.items() if value is not None}
        if form == "simplified":
            texts = self.signer.simplified(texts)
        encoded = urlencode(texts)
        headers = {"Host": f"{self.emulator.host}:{self.emulator.port}", "Accept": accept}
        if method == "GET":
            outgoing = Outgoing(method, "/?" + encoded.replace("+", "%20"), headers)
        else:
            outgoing = Outgoing(method, "/", {**headers, "Content-Type": FORM_TYPE}, encoded.encode())
        return outgoing if form == "simplified" else self.signer.v4(outgoing, by_query=form == "v4-query")

    def send(self, outgoing: Outgoing, timeout: float = 10.0) -> Reply:
        """Send the request as it is. Raises what http.client and the socket raise."""
        connection = http.client.HTTPConnection(self.emulator.host, self.emulator.port, timeout=timeout)
        try:
            connection.request(outgoing.method, outgoing.target, outgoing.body or None, outgoing.headers)
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers.items()), response.read())
        finally:
            connection.close()

    def __call__(self, action: str, **more: Any) -> Reply:
        """Sign and send."""
        return self.send(self.request(action, **more))

    def gateway(self, **more: Any) -> dict[str, Any]:
        """A new VPN gateway."""
        wanted = {"VpcId": "vpc-1", "BandWidth": 5, "ChargeType": "Daily", **more}
        return _made(self("CreateVpnGateway", **wanted), "VpnGateway")

    def customer(self, **more: Any) -> dict[str, Any]:
        """A new customer gateway."""
        wanted = {"CustomerGatewayName": "office", "CustomerGatewayAddress": "203.0.113.9", **more}
        return _made(self("CreateCustomerGateway", **wanted), "CustomerGateway")

    def tunnel(self, **more: Any) -> dict[str, Any]:
        """A new tunnel, between new gateways unless told which."""
        wanted = {"Type": "Ipsec", "PreSharedKey": "example-key", **more}
        if "VpnGatewayId" not in wanted:
            wanted["VpnGatewayId"] = self.gateway()["VpnGatewayId"]
        if "CustomerGatewayId" not in wanted:
            wanted["CustomerGatewayId"] = self.customer()["CustomerGatewayId"]
        return _made(self("CreateVpnTunnel", **wanted), "VpnTunnel")


def _made(reply: Reply, noun: str) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    made: dict[str, Any] = reply.json[noun]
    return made


def at_offset(seconds: float) -> datetime:
    """The time that lies so many seconds from now."""
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)
