# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of the simplified signature: parameters alone, no method, no host, no derived key.

The document leaves the algorithm to another page; this is what six clients of the service agree on.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from .errors import PublicError
from .parameters import Incoming
from .settings import DEFAULT_REGION, Settings
from .signature import Identity, Scope, check_age, check_scope, find_account

_REQUIRED = ("Accesskey", "Service", "Timestamp", "SignatureVersion", "SignatureMethod", "Signature")
_METHOD = "HMAC-SHA256"


def signature_of(pairs: Iterable[tuple[str, str]], secret_key: str) -> str:
    """The signature over all parameters but ``Signature``, sorted by name, encoded by RFC 3986, joined."""
    text = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(set(pairs))
        if name != "Signature"
    )
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def verify_simplified(incoming: Incoming, expected: Scope, settings: Settings, now: float) -> Identity:
    """The identity behind a simplified signature, which may be in the query or in the body.

    No row of the table was made for this form: parameters left out get that of the query string, the other faults
    the row that says the same of V4. Raises ServiceError.
    """
    parameters = incoming.parameters
    missing = [name for name in _REQUIRED if not parameters.get(name)]
    if missing:
        raise PublicError.QUERY_INCOMPLETE.error(", ".join(missing))
    if parameters["SignatureMethod"] != _METHOD:
        raise PublicError.ALGORITHM_UNSUPPORTED.error(parameters["SignatureMethod"])
    if parameters["SignatureVersion"] != "1.0":
        raise PublicError.INVALID_VALUE.error("SignatureVersion")
    region = parameters.get("Region") or DEFAULT_REGION
    check_scope(region, parameters["Service"], expected, settings)
    text = parameters["Timestamp"]
    try:
        signed = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise PublicError.DATE_FORMAT.error(text) from None
    account = find_account(parameters["Accesskey"], incoming, settings)
    check_age(signed, text, now, settings)
    signature = signature_of((*incoming.query, *(incoming.form or ())), account.secret_key)
    if not hmac.compare_digest(signature.encode(), parameters["Signature"].encode()):
        raise PublicError.SIGNATURE_MISMATCH.error()
    return Identity(account, region)
