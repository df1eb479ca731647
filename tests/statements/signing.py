# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The V4 signature as parameters, as the document prints it: in the order of its sample, without an expiry.

Written out here, as botocore always adds an expiry and always puts the parameters into the query.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

from service.client import Caller

Pairs = list[tuple[str, str]]
_ALGORITHM = "AWS4-HMAC-SHA256"


def encoded(pairs: Pairs) -> str:
    """Parameters on the wire."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)


def public_parameters(call: Caller) -> Pairs:
    """Those of the table of V4 that the signature covers, for the signer's keys, region, service and time."""
    signer = call.signer
    timestamp = signer.now().strftime("%Y%m%dT%H%M%SZ")
    scope = f"{timestamp[:8]}/{signer.region}/{signer.service}/aws4_request"
    return [
        ("X-Amz-Algorithm", _ALGORITHM),
        ("X-Amz-Credential", f"{signer.access_key}/{scope}"),
        ("X-Amz-Date", timestamp),
        ("X-Amz-SignedHeaders", "host"),
    ]


def signature(call: Caller, method: str, query: Pairs, payload: str, public: Pairs) -> tuple[str, str]:
    """X-Amz-Signature over a query and a body, in whichever of the two the public parameters are."""
    told = dict(public)
    scope, timestamp = told["X-Amz-Credential"].partition("/")[2], told["X-Amz-Date"]
    canonical = encoded(sorted(query))
    host = f"host:{call.emulator.host}:{call.emulator.port}"
    request = "\n".join([method, "/", canonical, host, "", "host", hashlib.sha256(payload.encode()).hexdigest()])
    to_sign = "\n".join([_ALGORITHM, timestamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + call.signer.secret_key.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return "X-Amz-Signature", hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
