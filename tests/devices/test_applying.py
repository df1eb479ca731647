# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role device does with the platforms' own collections.

That of FortiOS runs as a whole, against a server that notes what it is sent; that of IOS as far as it reads lines.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import device_config
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import (
    CUSTOMER,
    GATEWAY,
    KEY,
    KINDS,
    OPTIONS,
    TUNNEL,
)

TOKEN = "fake-token-of-a-firewall"
PATHS = {
    "vpn_ipsec_phase1_interface": "/api/v2/cmdb/vpn.ipsec/phase1-interface",
    "vpn_ipsec_phase2_interface": "/api/v2/cmdb/vpn.ipsec/phase2-interface",
    "system_gre_tunnel": "/api/v2/cmdb/system/gre-tunnel",
    "system_interface": "/api/v2/cmdb/system/interface",
    "router_static": "/api/v2/cmdb/router/static",
}


class Firewall(ThreadingHTTPServer):
    """It has nothing, takes all, and notes it in its order: path and body."""

    noted: list[tuple[str, dict[str, Any]]]
    strangers: int


class _Handler(BaseHTTPRequestHandler):
    server: Firewall

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.server.strangers += 1
        known = self.command == "POST" and path in PATHS.values()
        if known:
            self.server.noted.append((path, json.loads(body)))
        found = known or path.startswith("/api/v2/monitor") or path.startswith("/log")
        status = 200 if found else 404
        answer = {
            "http_method": self.command,
            "http_status": status,
            "status": "success" if found else "error",
            "results": [],
            "version": "v7.4.0",
            "path": "p",
            "name": "n",
            "vdom": "root",
            "build": 1,
            "serial": "FAKE",
        }
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names are those of http.server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def firewall() -> Iterator[Firewall]:
    server = Firewall(("127.0.0.1", 0), _Handler)
    server.noted, server.strangers = [], 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["policy", "gre with two tunnels"])
def test_fortios_gets_what_is_rendered(judges: Path, firewall: Firewall, tmp_path: Path, kind: str) -> None:
    """Each thing once, before what refers to it; and the key in no output."""
    tunnel = {**TUNNEL, **KINDS[kind]}
    host = {
        "ansible_connection": "ansible.netcommon.httpapi",
        "ansible_network_os": "fortinet.fortios.fortios",
        "ansible_host": "127.0.0.1",
        "ansible_httpapi_port": firewall.server_port,
        "ansible_httpapi_use_ssl": False,
        "ansible_httpapi_session_key": {"access_token": TOKEN},
        "ansible_user": "fake",
        "ansible_password": "fake",
        "ksyun_tunnels": [tunnel],
        "ksyun_vpn_gateways": {GATEWAY["id"]: GATEWAY},
        "ksyun_customer_gateway": CUSTOMER,
        "device_platform": "fortios",
        "device_apply": True,
        "device_pre_shared_keys": {TUNNEL["id"]: KEY},
        **{f"device_{name}": value for name, value in OPTIONS.items()},
    }
    role = {"name": "Role", "ansible.builtin.include_role": {"name": "ksyun.vpn.device"}}
    told = {"name": "Result", "ansible.builtin.debug": {"msg": "changed: {{ device_result.changed }}"}}
    for name, content in (
        ("hosts.yml", {"all": {"hosts": {"firewall": host}}}),
        ("play.yml", [{"hosts": "all", "gather_facts": False, "tasks": [role, told]}]),
    ):
        (tmp_path / name).write_text(yaml.safe_dump(content))
    ran = subprocess.run(
        [str(judges), "-m", "ansible", "playbook", "-i", "hosts.yml", "play.yml", "--diff", "-vvv"],
        cwd=tmp_path,
        env={
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "HOME": str(tmp_path),
            "ANSIBLE_PYTHON_INTERPRETER": str(judges),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    output = ran.stdout + ran.stderr
    assert ran.returncode == 0, output[-5000:]
    assert "changed: True" in output
    rendered = device_config(tunnel, "fortios", GATEWAY, CUSTOMER, pre_shared_key=KEY, **OPTIONS)["data"]
    expected = [(PATHS[module], value) for module in PATHS for value in rendered.get(module, ())]
    assert [path for path, _body in firewall.noted] == [path for path, _value in expected]
    for (_path, body), (_same, value) in zip(firewall.noted, expected, strict=True):
        sent = {name.replace("_", "-"): part for name, part in value.items()}
        assert {name: plain(body.get(name)) for name in sent} == {name: plain(part) for name, part in sent.items()}
    assert KEY not in output


def plain(value: Any) -> str:
    """A value in the form in which a list is one text, as the collection sends some."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


READ = """
import json, sys
from ansible_collections.ansible.netcommon.plugins.module_utils.network.common.config import NetworkConfig
given = json.load(sys.stdin)
whole = NetworkConfig(indent=1, contents=given["text"], ignore_lines=[r"^!.*", r"^end$"])
sent = []
for block in given["blocks"]:
    candidate = NetworkConfig(indent=1)
    candidate.add(block["lines"], parents=block["parents"])
    sent.append([item.text for item in candidate.items])
print(json.dumps({"whole": [[*[parent for parent in item.parents], item.text] for item in whole.items], "sent": sent}))
"""


@pytest.mark.parametrize("kind", KINDS)
def test_ios_reads_the_blocks_as_its_lines(judges: Path, kind: str) -> None:
    """What ios_config is given comes to the same lines, below the same ones, as its own parser reads the text."""
    config = device_config({**TUNNEL, **KINDS[kind]}, "ios", GATEWAY, CUSTOMER, pre_shared_key=KEY, **OPTIONS)
    blocks = config["data"]["config"]
    ran = subprocess.run(
        [str(judges), "-c", READ],
        input=json.dumps({"text": config["text"], "blocks": blocks}),
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
    )
    read = json.loads(ran.stdout)
    assert read["whole"] == [[*block["parents"], line] for block in blocks for line in block["lines"]]
    assert read["sent"] == [[*block["parents"], *block["lines"]] for block in blocks]
