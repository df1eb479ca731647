# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The signatures of the Ksyun OpenAPI, as C(requests) authentication.

Follows the document's public parameters: "AWS V4" (in the C(Authorization) header or in the query
string) and the "simplified signature". A signature is a pure function of the request, the
credentials, the region and the clock; nothing here reads the environment or the network.
"""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

if t.TYPE_CHECKING:
    Pairs = list[tuple[str, str]]

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
TOKEN_HEADER = "X-Ksc-Security-Token"  # noqa: S105 - a name
FORM = "application/x-www-form-urlencoded"


class Credentials(t.NamedTuple):
    """An access key, its secret, and the token of a temporary identity (STS), if it is one."""

    access_key: str
    secret_key: str
    security_token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.access_key!r}, ...)"


class Request:
    """A request in the making. What is used of it here, a C(requests.PreparedRequest) has as well."""

    def __init__(self, method: str, url: str, headers: dict[str, str], body: str | None) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body

    def prepare_body(self, data: str, _files: None) -> None:
        """Take another body."""
        self.body = data


def utcnow() -> datetime:
    """The clock that signers use unless they are given another: aware, UTC."""
    return datetime.now(timezone.utc)


def percent_encode(text: str) -> str:
    """RFC 3986: unreserved characters stay, everything else becomes upper-case C(%XX) of its UTF-8 bytes."""
    return quote(text, safe="-_.~")


def encode_pairs(pairs: t.Iterable[tuple[str, str]]) -> str:
    """C(name=value&...), percent-encoded, in the order given. What goes on the wire."""
    return "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in pairs)


def canonical_pairs(pairs: t.Iterable[tuple[str, str]]) -> str:
    """The same, sorted by encoded name, then by encoded value. What is signed."""
    encoded = sorted((percent_encode(name), percent_encode(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def decode_pairs(text: str) -> Pairs:
    """The names and values of a query string or form body, in order, empty values kept."""
    return parse_qsl(text, keep_blank_values=True)


def _text(body: bytes | str | None) -> str:
    return body.decode() if isinstance(body, bytes) else body or ""


def _with_query(url: str, query: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query=query))


# --- AWS V4 -----------------------------------------------------------------------------------


def canonical_request(
    method: str, path: str, pairs: t.Iterable[tuple[str, str]], headers: t.Mapping[str, str], body: bytes | str | None
) -> tuple[str, str]:
    """The canonical request and the list of signed headers (C(a;b;c)).

    C(headers) are exactly those to sign, names in lower case. C(x-amz-content-sha256) among them
    stands for the hash of the body.
    """
    signed_headers = ";".join(sorted(headers))
    payload_hash = headers.get("x-amz-content-sha256") or hashlib.sha256(_text(body).encode()).hexdigest()
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)]
    request = "\n".join([method, path or "/", canonical_pairs(pairs), *lines, "", signed_headers, payload_hash])
    return request, signed_headers


def sigv4_signature(secret_key: str, timestamp: str, scope: str, request: str) -> str:
    """Hex signature of a canonical request.

    C(timestamp) is C(YYYYMMDDTHHMMSSZ), C(scope) is C(YYYYMMDD/region/service/aws4_request).
    """
    to_sign = "\n".join([ALGORITHM, timestamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + secret_key.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


class _SigV4Auth:
    """What the two places of an AWS V4 signature have in common."""

    def __init__(
        self,
        credentials: Credentials,
        region: str,
        service: str = "vpc",
        clock: t.Callable[[], datetime] = utcnow,
        token_header: str | None = TOKEN_HEADER,
    ) -> None:
        self.credentials = credentials
        self.region = region
        self.service = service
        self.clock = clock
        self.token_header = token_header

    def _moment(self) -> tuple[str, str]:
        timestamp = self.clock().astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        return timestamp, "/".join([timestamp[:8], self.region, self.service, TERMINATOR])

    def _add_token_header(self, request: Request) -> None:
        if self.credentials.security_token and self.token_header:
            request.headers[self.token_header] = self.credentials.security_token

    @staticmethod
    def _host(request: Request) -> str:
        """What the HTTP client will put into C(Host): no user, no default port."""
        parts = urlsplit(request.url)
        host = parts.netloc.rpartition("@")[2]
        default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
        return request.headers.get("Host") or (host[: -len(default)] if default and host.endswith(default) else host)

    def _sign(self, request: Request, pairs: Pairs, headers: t.Mapping[str, str], timestamp: str, scope: str) -> str:
        path = urlsplit(request.url).path
        text, _unused = canonical_request(request.method, path, pairs, headers, request.body)
        return sigv4_signature(self.credentials.secret_key, timestamp, scope, text)


class SigV4HeaderAuth(_SigV4Auth):
    """AWS V4 in the C(Authorization) header.

    Signs C(host), C(x-amz-*), C(x-ksc-*), C(accept) and C(content-type): what no proxy may change.
    """

    def __call__(self, request: Request) -> Request:
        timestamp, scope = self._moment()
        request.headers["X-Amz-Date"] = timestamp
        self._add_token_header(request)
        headers = {"host": self._host(request)}
        for name, value in request.headers.items():
            name = name.lower()
            if name in ("accept", "content-type") or name.startswith(("x-amz-", "x-ksc-")):
                headers[name] = value
        pairs = decode_pairs(urlsplit(request.url).query)
        signature = self._sign(request, pairs, headers, timestamp, scope)
        request.headers["Authorization"] = (
            f"{ALGORITHM} Credential={self.credentials.access_key}/{scope}, "
            f"SignedHeaders={';'.join(sorted(headers))}, Signature={signature}"
        )
        return request


class SigV4QueryAuth(_SigV4Auth):
    """AWS V4 in the query string, the form of the document's example.

    So of a POST as well, whose other parameters are all in the body. The document has these there, too, but not what
    the signature then covers: it can't be the body that it is in, and no client of the service sends it so.

    C(expires) is the validity in seconds (C(X-Amz-Expires)); without it the service's own window
    holds. The token travels as a signed header, out of the URL; with C(token_header=None) as the
    parameter C(X-Amz-Security-Token).
    """

    def __init__(self, *args: t.Any, expires: int | None = None, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.expires = expires

    def __call__(self, request: Request) -> Request:
        timestamp, scope = self._moment()
        self._add_token_header(request)
        headers = {"host": self._host(request)}
        token = self.credentials.security_token
        if token and self.token_header:
            headers[self.token_header.lower()] = token
        pairs = decode_pairs(urlsplit(request.url).query)
        pairs += [
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", f"{self.credentials.access_key}/{scope}"),
            ("X-Amz-Date", timestamp),
        ]
        if self.expires is not None:
            pairs.append(("X-Amz-Expires", str(self.expires)))
        pairs.append(("X-Amz-SignedHeaders", ";".join(sorted(headers))))
        if token and not self.token_header:
            pairs.append(("X-Amz-Security-Token", token))
        signature = self._sign(request, pairs, headers, timestamp, scope)
        request.url = _with_query(request.url, encode_pairs([*pairs, ("X-Amz-Signature", signature)]))
        return request


# --- simplified -------------------------------------------------------------------------------


def simplified_signature(secret_key: str, pairs: t.Iterable[tuple[str, str]]) -> str:
    """Hex signature over all parameters but C(Signature) itself; method, host and path are not part of it.

    Unlike AWS V4 it sorts by the names as they are, before they are encoded.
    """
    text = encode_pairs(sorted(pair for pair in pairs if pair[0] != "Signature"))
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


class SimplifiedAuth:
    """The simplified signature: public parameters beside the action's own, in the query (GET) or the form body (POST).

    A token is a parameter here (C(SecurityToken)): send such requests by POST to keep it out of the URL.
    """

    def __init__(
        self,
        credentials: Credentials,
        region: str,
        service: str = "vpc",
        clock: t.Callable[[], datetime] = utcnow,
    ) -> None:
        self.credentials = credentials
        self.region = region
        self.service = service
        self.clock = clock

    def __call__(self, request: Request) -> Request:
        in_body = request.method == "POST"
        query = urlsplit(request.url).query
        pairs = decode_pairs(_text(request.body) if in_body else query)
        pairs += [
            ("Accesskey", self.credentials.access_key),
            ("Service", self.service),
            ("Region", self.region),
            ("Timestamp", self.clock().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")),
            ("SignatureVersion", "1.0"),
            ("SignatureMethod", "HMAC-SHA256"),
        ]
        if self.credentials.security_token:
            pairs.append(("SecurityToken", self.credentials.security_token))
        pairs.append(("Signature", simplified_signature(self.credentials.secret_key, pairs)))
        if in_body:
            request.prepare_body(encode_pairs(pairs), None)
            request.headers["Content-Type"] = FORM
        else:
            request.url = _with_query(request.url, encode_pairs(pairs))
        return request
