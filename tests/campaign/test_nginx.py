# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 5 behind a real nginx with its default settings, and two entries for one service.

It repeats a GET whose connection broke before an answer. What is asserted is in laws/test_repeater.py, which runs with
an intermediary of the tests' own, as C(make test) needs nothing but Python.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from laws.conftest import world  # noqa: F401 # pylint: disable=unused-import # a fixture
from laws.test_exactly_once import CREATE
from laws.test_repeater import (  # noqa: F401 # pylint: disable=unused-import # a fixture, and the tests
    _quick,
    test_a_write_is_not_repeated,
    test_the_intermediary_does_repeat_what_goes_by_get,
)
from laws.world import World

_CONFIGURATION = """
daemon off; pid {0}/pid; error_log stderr; worker_processes 1;
events {{}}
http {{
  access_log off;
  client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0}; uwsgi_temp_path {0}; scgi_temp_path {0};
  upstream service {{ server {1} max_fails=0; server {1} max_fails=0; }}
  server {{
    listen 127.0.0.1:{2};
    location / {{ proxy_pass http://service; proxy_set_header Host $http_host; }}
  }}
}}
"""
_START_SECONDS = 15


class Nginx:
    """A running nginx."""

    def __init__(self, url: str) -> None:
        self.url = url


def _binary() -> str:
    """The path of nginx, installed if it is not there. Fails the tests where that can't be done."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    if not shutil.which("nginx", path=path) and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        subprocess.run(
            ["apt-get", "install", "-qq", "--no-install-recommends", "nginx-light"], env=environment, check=False
        )
    found = shutil.which("nginx", path=path)
    if found is None:
        pytest.fail("nginx is missing, and can't be installed here: install it (Debian: nginx-light)", pytrace=False)
    return found


@pytest.fixture
def repeater(world: World, tmp_path: Path) -> Iterator[Nginx]:  # noqa: F811
    """nginx before the emulator."""
    binary = _binary()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tmp_path.chmod(0o755)
    service = f"{world.emulator.host}:{world.emulator.port}"
    (tmp_path / "nginx.conf").write_text(_CONFIGURATION.format(tmp_path, service, port), encoding="utf-8")
    command = [binary, "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf"), "-g", "user root;"]
    if os.geteuid() != 0:
        command = command[:-2]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + _START_SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > end:
                        raise
                    time.sleep(0.05)
            yield Nginx(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def test_nginx_passes_reads_on(world: World, repeater: Nginx) -> None:  # noqa: F811
    world.begin()
    task = {**CREATE["customer_gateway"], "endpoint_url": repeater.url}
    assert world.task("customer_gateway", task)["changed"] is True
    assert world.task("customer_gateway", task)["changed"] is False
