# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service that differs from the emulator in ways for which that has no setting: it has other spellings."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from emulator.testing import EmulatorHandle

Rewriting = Callable[[str], str]
# What every answer is rewritten by: a field, a code and a value that the emulator does not know.
SPELLINGS = {
    '"CustomerGatewayAddress"': '"CustomerGatewayIp"',
    '"NoSuchEntity"': '"ResourceNotFound"',
    '"HaCustomerGatewayAddress": ""': '"HaCustomerGatewayAddress": null',
}


def other_spellings(text: str) -> str:
    """An answer of that service."""
    for usual, other in SPELLINGS.items():
        text = text.replace(usual, other).replace(usual.replace(": ", ":"), other.replace(": ", ":"))
    return text


@contextmanager
def different(emulator: EmulatorHandle, rewrite: Rewriting = other_spellings) -> Iterator[str]:
    """The URL of a relay before an emulator that rewrites all answers."""

    class Handler(BaseHTTPRequestHandler):
        """Hands a request on as it is, the host that was signed included."""

        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def _relay(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
            onward = http.client.HTTPConnection(emulator.host, emulator.port, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            onward.request(self.command, self.path, body, headers)
            answer = onward.getresponse()
            text = rewrite(answer.read().decode()).encode()
            onward.close()
            self.send_response_only(answer.status)
            for name in ("Content-Type", "Date"):
                if answer.headers[name]:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _relay  # noqa: N815 - as the base class calls them

        def log_message(self, *_arguments: object) -> None:
            """Nothing is said of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
