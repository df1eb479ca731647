# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What watches tunnels, judged by its readers: Prometheus' own parser, and ansible-rulebook with its rule engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.metrics import exposition
from emulator.testing import running_emulator

EVIL = "evil{{ lookup('pipe','id -un') }}"
KEY = "fake-key-of-the-rulebook"
NAMES = (EVIL, 'a"b', "back\\slash", "two\nlines", "\\n", "客户", "", "} 1", '",id="x')
PARSE = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families
text = sys.stdin.read()
families = list(text_string_to_metric_families(text))
print(json.dumps([[sample.name, sample.labels, sample.value] for family in families for sample in family.samples]))
"""


def test_prometheus_reads_each_name(judges: Path) -> None:
    lines = [{"number": 1, "ike": True, "ipsec": False}, {"number": 2, "ike": None, "ipsec": None}]
    statuses = [
        {"id": f"id-{number}", "name": name, "vpn_gateway": "g", "sub_tunnels": lines}
        for number, name in enumerate(NAMES)
    ]
    ran = subprocess.run(
        [str(judges), "-c", PARSE],
        input=exposition(statuses, "cn-beijing-6", 1764312345),
        capture_output=True,
        text=True,
        check=True,
    )
    samples = json.loads(ran.stdout)
    for part, value in (("ike", 1.0), ("ipsec", 0.0)):
        found = {
            labels["name"]: (labels["id"], labels["number"], read)
            for name, labels, read in samples
            if name == f"ksyun_vpn_tunnel_{part}_up"
        }
        assert found == {name: (f"id-{number}", "1", value) for number, name in enumerate(NAMES)}
    assert samples[-1] == ["ksyun_vpn_read_timestamp_seconds", {}, 1764312345.0]


RULES = [
    {
        "name": "Tunnels",
        "hosts": "all",
        "sources": [{"name": "Watch", "ksyun.vpn.vpn_tunnels": {"delay": 0.2}}],
        "rules": [
            {
                "name": "Down",
                "condition": 'event.kind == "down"',
                "action": {
                    "run_playbook": {
                        "name": "note.yml",
                        "extra_vars": {part: f"{{{{ event.tunnel.{part} }}}}" for part in ("id", "name")},
                    }
                },
            },
            {"name": "Up", "condition": 'event.kind == "up"', "action": {"shutdown": {"delay": 0.1, "kind": "now"}}},
        ],
    }
]


def test_a_rulebook_runs_a_playbook_when_a_tunnel_goes_down(judges: Path, tmp_path: Path) -> None:
    """And ends when it comes up. A name that is a template is none for that playbook."""
    java = shutil.which("java") or pytest.skip(
        "ansible-rulebook needs Java 17, Debian's package openjdk-17-jre-headless"
    )
    local = {"ansible_connection": "local", "ansible_python_interpreter": str(judges)}
    noted = tmp_path / "noted"
    note = {
        "name": "Note",
        "ansible.builtin.copy": {"content": "{{ id }} {{ name }}", "dest": str(noted), "mode": "0600"},
    }
    for name, content in (
        ("rules.yml", RULES),
        ("hosts.yml", {"all": {"hosts": {"localhost": local}}}),
        ("note.yml", [{"name": "Note", "hosts": "all", "gather_facts": False, "tasks": [note]}]),
    ):
        (tmp_path / name).write_text(yaml.safe_dump(content))
    with running_emulator() as emulator:
        ends = emulator.seed(VpnGatewaySet=[{}], CustomerGatewaySet=[{}])
        tunnel = {
            **{"VpnTunnelName": EVIL, "PreSharedKey": KEY},
            "VpnGatewayId": ends["VpnGatewaySet"][0]["VpnGatewayId"],
            "CustomerGatewayId": ends["CustomerGatewaySet"][0]["CustomerGatewayId"],
        }
        identity = emulator.seed(VpnTunnelSet=[tunnel])["VpnTunnelSet"][0]["VpnTunnelId"]
        emulator.status(identity, master=[["down", None]], backup=[["down", None]])
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("PYTHONPATH",)},
            "PATH": f"{judges.parent}{os.pathsep}{os.environ['PATH']}",
            "JAVA_HOME": str(Path(java).resolve().parents[1]),
            "ANSIBLE_PYTHON_INTERPRETER": str(judges),
            "KSYUN_ENDPOINT_URL": emulator.url,
            "KSYUN_ACCESS_KEY": emulator.access_key,
            "KSYUN_SECRET_KEY": emulator.secret_key,
            "KSYUN_REGION": emulator.region,
        }
        with subprocess.Popen(
            [
                str(judges),
                "-m",
                "ansible_rulebook",
                "--rulebook",
                "rules.yml",
                "-i",
                "hosts.yml",
                "--print-events",
            ],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            end = time.monotonic() + 90
            while not noted.exists() and time.monotonic() < end and process.poll() is None:
                time.sleep(0.2)
            emulator.status(identity, master=[["up", None]])
            try:
                output, _none = process.communicate(timeout=90)
            except subprocess.TimeoutExpired:
                process.kill()
                output, _none = process.communicate()
    assert noted.exists(), output
    assert noted.read_text() == f"{identity} evil{{ {{ lookup('pipe','id -un') }}}}", output
    assert "rule: Up has initiated shutdown" in output
    assert not [secret for secret in (KEY, emulator.secret_key) if secret in output]
