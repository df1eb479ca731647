# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m emulator``: serve until SIGTERM or SIGINT; the first line of output is the address.

With ``--exports`` the lines after it tell a shell where the emulator is, and with which keys.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import signal
import ssl
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from .server import Connection, application
from .service import Service
from .settings import Settings
from .testing import ACCESS_KEY, REGION, SECRET_KEY

# Requests that are held on purpose would otherwise hold up the end, too.
_SHUTDOWN_SECONDS = 0.2


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="ksyun-vpn-emulator", description="An emulator of the VPN API, version 2016-03-04."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=18080, help="port, 0 for a free one (default: %(default)s)")
    parser.add_argument("--access-key", help="default: $EMULATOR_ACCESS_KEY, else an example key")
    parser.add_argument("--secret-key", help="default: $EMULATOR_SECRET_KEY, else an example secret")
    parser.add_argument("--exports", action="store_true", help="print what a shell needs to use it, after its address")
    parser.add_argument("--settings", type=Path, help="JSON file of settings, see settings.py")
    parser.add_argument("--certificate", type=Path, help="serve HTTPS: PEM file of the certificate")
    parser.add_argument("--private-key", type=Path, help="PEM file of its key (default: in the certificate's file)")
    return parser.parse_args(arguments)


def _settings(options: argparse.Namespace) -> Settings:
    """The start-up settings: one account from the keys, then what the file says. Raises SettingError, OSError."""
    account = {
        "access_key": options.access_key or os.environ.get("EMULATOR_ACCESS_KEY") or ACCESS_KEY,
        "secret_key": options.secret_key or os.environ.get("EMULATOR_SECRET_KEY") or SECRET_KEY,
    }
    changes: dict[str, Any] = {"accounts": [account]}
    if options.settings:
        changes |= json.loads(options.settings.read_text(encoding="utf-8"))
    return Settings().changed(changes)


def _encryption(options: argparse.Namespace) -> ssl.SSLContext | None:
    """What HTTPS needs, or None for HTTP. Raises OSError for files that hold no such thing."""
    if options.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.certificate, options.private_key)
    return context


def _exports(url: str, settings: Settings) -> str:
    """The lines that make a shell's programs use the emulator, with the keys of its first account."""
    account = settings.accounts[0]
    variables = {
        "KSYUN_ENDPOINT_URL": url,
        "KSYUN_REGION": REGION,
        "KSYUN_ACCESS_KEY": account.access_key,
        "KSYUN_SECRET_KEY": account.secret_key,
    }
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    return "# In the shell of your playbooks:\n" + "".join(lines)


async def _serve(settings: Settings, host: str, port: int, encryption: ssl.SSLContext | None, *, exports: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(application(Service(settings)), shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    server = runner.server
    assert server is not None, "setup() makes it"

    try:
        listener = await loop.create_server(lambda: Connection(server, loop=loop), host, port, ssl=encryption)
        actual = listener.sockets[0].getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        url = f"{'https' if encryption else 'http'}://{shown}:{actual}"
        sys.stdout.write(f"{url}\n{_exports(url, settings) if exports else ''}")
        sys.stdout.flush()
        await stop.wait()
        listener.close()
    finally:
        await runner.cleanup()


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns its exit status."""
    options = _arguments(arguments)
    try:
        settings, encryption = _settings(options), _encryption(options)
        asyncio.run(_serve(settings, options.host, options.port, encryption, exports=options.exports))
    except (OSError, OverflowError, TypeError, ValueError) as error:
        sys.stderr.write(f"emulator: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
