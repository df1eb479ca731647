# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook report: what there is, what of it is weak and by which standard, and a picture; whatever names say."""

from __future__ import annotations

import html
import json

from modules.runner import Ansible

EVIL = "{{ lookup('pipe','id') }}</svg>"
REASONS = (
    "RFC 8247 section 2.4: DH group 2 (1024 bits) should not be used",
    "RFC 8221 section 5: 3DES should not be used",
)
KEY = "fake-key-of-the-report"


def test_report(ansible: Ansible) -> None:
    ends = ansible.emulator.seed(
        VpnGatewaySet=[{"VpnGatewayName": EVIL}], CustomerGatewaySet=[{"CustomerGatewayName": "berlin"}]
    )
    common = {
        "VpnGatewayId": ends["VpnGatewaySet"][0]["VpnGatewayId"],
        "CustomerGatewayId": ends["CustomerGatewaySet"][0]["CustomerGatewayId"],
        "PreSharedKey": KEY,
    }
    sane = {"IkeAuthenAlgorithm": "sha", "IkeEncryAlgorithm": "aes", "IkeDHGroup": "14"}
    esp = {"IpsecEncryAlgorithm": "esp-aes", "IpsecAuthenAlgorithm": "esp-sha-hmac"}
    ansible.emulator.seed(
        VpnTunnelSet=[
            {**common, **sane, **esp, "VpnTunnelName": "sane"},
            {**common, **sane, **esp, "VpnTunnelName": EVIL, "IkeDHGroup": "2", "IpsecEncryAlgorithm": "esp-3des"},
        ]
    )
    files = ansible.directory / "report.json", ansible.directory / "vpn.svg"
    given = {"ksyun_report_file": str(files[0]), "ksyun_report_picture": str(files[1])}
    run = ansible.run("ansible-playbook", "ksyun.vpn.report", "-e", json.dumps(given))
    assert run.code == 0, run.output
    assert KEY not in run.output + "".join(path.read_text() for path in files)
    assert run.of("Show what is weak, and who says so")["msg"] == [
        f"{EVIL}: {'; '.join(REASONS)}",
    ]
    report = json.loads(files[0].read_text())
    by_name = {tunnel["name"]: tunnel["weak_algorithms"] for tunnel in report["vpn_tunnels"]}
    assert by_name["sane"] == []
    assert [(each["option"], each["value"], each["standard"]) for each in by_name[EVIL]] == [
        ("ike_dh_group", 2, "RFC 8247 section 2.4"),
        ("ipsec_encryption_algorithm", "esp-3des", "RFC 8221 section 5"),
    ]
    assert report["topology"].startswith("flowchart LR\n")
    picture = files[1].read_text()
    assert picture.count("</svg>") == 1
    assert EVIL in html.unescape(picture)
    assert len(ansible.emulator.requests()) == 3
