# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One write for each way and each failure, in a process of its own, as the libraries are those of its environment.

    python -m laws.sent_once URL KEY SECRET WAY...

The emulator runs at URL. Prints what came of each as a line of JSON, the versions first.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import urllib3
from laws.ways import TUNNELS, Ways, ways_to

from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ApiError, KsyunError
from ansible_collections.ksyun.vpn.plugins.module_utils.resources import customer_gateway
from emulator.testing import EmulatorHandle

ATTEMPTS = 3
ACTION = "CreateCustomerGateway"
_PARAMETERS = {"CustomerGatewayName": "once", "CustomerGatewayAddress": "192.0.2.1"}
# failure: a fault of the service, for all attempts. What is known of the write afterwards is in OPEN and NEVER.
OPEN: dict[str, dict[str, Any]] = {
    f"{name} {when}": {**fault, "when": when}
    for when in ("before", "after")
    for name, fault in {
        "RST": {"kind": "reset"},
        "FIN": {"kind": "close"},
        "500": {"kind": "error", "status": 500, "code": "ServiceUnavailable"},
        "ServiceTimeout with 400": {"kind": "error", "status": 400, "code": "ServiceTimeout"},
        "InternalError with 200": {"kind": "error", "status": 200, "code": "InternalError"},
        "page 502": {"kind": "html", "status": 502},
        "page 200": {"kind": "html", "status": 200},
        "empty": {"kind": "empty"},
        "silence": {"kind": "timeout"},
    }.items()
}
OPEN["cut short"] = {"kind": "truncated"}
# It is certain that nothing happened: whether it is sent again.
NEVER: dict[str, tuple[dict[str, Any], bool]] = {
    "throttled": ({"kind": "throttle"}, True),
    "page 429": ({"kind": "html", "when": "before", "status": 429}, True),
    "quota": ({"kind": "error", "when": "before", "status": 400, "code": "QuotaExceeded"}, False),
    "page 403": ({"kind": "html", "when": "before", "status": 403}, False),
}
# The proxy fails before a tunnel stands: how often it is tried. What the proxy does not permit, it won't the next time.
BEFORE = {"tunnel refused": 1, "tunnel reset": ATTEMPTS, "server down": ATTEMPTS}


def main(url: str, access_key: str, secret_key: str, *ways: str) -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    emulator = EmulatorHandle(url, access_key, secret_key)
    print(json.dumps({"urllib3": urllib3.__version__}))
    with tempfile.TemporaryDirectory() as directory, ways_to(url, Path(directory)) as between:
        for way in ways:
            for kept in (False, True):
                for failure in (*OPEN, *NEVER):
                    fault = OPEN.get(failure) or NEVER[failure][0]
                    print(json.dumps(_row(emulator, between, way, failure, fault, kept)), flush=True)
            for failure in BEFORE:
                if way in TUNNELS:
                    print(json.dumps(_row(emulator, between, way, failure, None, False)), flush=True)


def _row(
    emulator: EmulatorHandle, between: Ways, way: str, failure: str, fault: dict[str, Any] | None, kept: bool
) -> dict[str, Any]:
    """One write. C(kept): over a connection that a read before it has left open."""
    emulator.reset()
    patience = 0.25 if failure.startswith("silence") else 20
    options = {**between.options(way), "read_timeout": patience, "connect_timeout": 20, "max_attempts": ATTEMPTS}
    keys = {"access_key": emulator.access_key, "secret_key": emulator.secret_key, "region": emulator.region}
    proxies = (between.proxy, between.tls_proxy)
    refusal = b"HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n" if failure == "tunnel refused" else b""
    for proxy in proxies:
        proxy.refusal, proxy.reset_tunnels = refusal, failure == "tunnel reset"
    if failure == "server down":
        options["endpoint_url"] = options["endpoint_url"].rpartition(":")[0] + ":1"
    client = Client(resolve({**options, **keys}, {}), sleep=lambda _seconds: None)
    if kept:
        client.call(customer_gateway.RESOURCE.actions.describe, {})
    if fault:
        emulator.fault(ACTION, count=ATTEMPTS, **fault)
    error: KsyunError | None = None
    try:
        client.call(customer_gateway.RESOURCE.actions.create, _PARAMETERS)
    except ApiError as raised:
        error = raised
    requests = [entry for entry in emulator.requests() if entry["action"] == ACTION]
    return {
        "way": way,
        "failure": failure,
        "kept": kept,
        "error": error and error.kind,
        "message": str(error),
        "may_have_happened": getattr(error, "may_have_happened", None),
        "attempts": client.calls[-1].attempts,
        "arrived": len(requests),
        "committed": sum(entry["committed"] for entry in requests),
        "methods": sorted({entry["method"] for entry in requests}),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
