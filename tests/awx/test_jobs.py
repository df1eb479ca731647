# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX runs them, with the shipped credential type and playbooks: what they do, and what is left of them."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.ksyun.vpn.tests.awx.credential import HIDDEN
from ansible_collections.ksyun.vpn.tests.awx.job import CHECK, DIFF, Job, JobTemplate
from emulator.testing import EmulatorHandle

KEYS = {"berlin": "fake-pre-shared-key-sentinel-1", "gre-1": "fake-pre-shared-key-sentinel-2"}
SITES: dict[str, Any] = {
    "site_to_site_gateway": {"name": "main", "vpc_id": "vpc-1", "bandwidth": 10, "charge_type": "Daily"},
    "site_to_site_tunnel_defaults": {"ike_authentication_algorithm": "sha", "ike_dh_group": 14},
    "site_to_site_sites": [
        {"name": "berlin", "address": "203.0.113.7", "type": "Ipsec", "pre_shared_key": KEYS["berlin"]},
        {
            "name": "gre",
            "address": "203.0.113.8",
            "type": "GreOverIpsec",
            "tunnels": [
                {
                    "name": "gre-1",
                    "vpn_gre_ip": "10.255.0.1",
                    "customer_gre_ip": "10.255.0.2",
                    "pre_shared_key": KEYS["gre-1"],
                }
            ],
        },
    ],
}
ANSWERS = {
    "ksyun_gateway": "main",
    "ksyun_site": "munich",
    "ksyun_address": "203.0.113.9",
    "ksyun_ha_address": "",
    "ksyun_pre_shared_key": KEYS["berlin"],
    "ksyun_ike_authentication_algorithm": "sha",
    "ksyun_ike_dh_group": "14",
}


def assert_no_secrets(template: JobTemplate, job: Job) -> None:
    """No key in what the job left, but for its environment, in one file that AWX does not keep."""
    secrets = [*KEYS.values(), template.credential.environment["KSYUN_SECRET_KEY"]]
    files = job.files()
    command = json.loads(files.pop("command"))
    for name, value in template.credential.environment.items():
        assert command["env"].pop(name) == value
    files["command, without the credential"] = json.dumps(command)
    assert {"stdout", "status", "rc"} <= files.keys()
    assert sum(name.startswith("job_events/") for name in files) > 10
    for name, text in files.items():
        assert not [secret for secret in secrets if secret in text], name


def test_check_then_run_then_run_again(template: JobTemplate, emulator: EmulatorHandle) -> None:
    check = template.launch("ksyun.vpn.site_to_site", SITES, CHECK, DIFF)
    assert check.status == "successful", (check.artifacts / "stdout").read_text()
    assert not any(emulator.state().values())
    run = template.launch("ksyun.vpn.site_to_site", SITES, DIFF, verbosity=4)
    again = template.launch("ksyun.vpn.site_to_site", SITES, DIFF)
    assert (run.status, again.status) == ("successful", "successful")
    assert (check.changed, run.changed, again.changed) == (2, 2, 0)
    assert len(check.diffs()) == len(run.diffs()) == 2
    tunnels = emulator.state()["VpnTunnelSet"]
    assert {tunnel["VpnTunnelName"]: tunnel["PreSharedKey"] for tunnel in tunnels} == KEYS
    for job in (check, run, again):
        assert_no_secrets(template, job)
    # What is passed on to the next job of a workflow.
    planned, done, same = [job.stats["site_to_site_result"] for job in (check, run, again)]
    assert [step["action"] for step in planned["plan"]] == [step["action"] for step in done["plan"]] == ["create"] * 5
    assert [result["changed"] for result in (planned, done, same)] == [True, True, False]
    assert done["tunnels"] == same["tunnels"]
    assert done["tunnels"]["berlin"][0]["customer_gateway"] == done["customer_gateways"]["berlin"]["id"]


def test_a_site_by_survey_and_the_report(template: JobTemplate, emulator: EmulatorHandle) -> None:
    emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "main"}])
    jobs = [template.launch("ksyun.vpn.site", ANSWERS, CHECK, DIFF), template.launch("ksyun.vpn.site", ANSWERS)]
    report = template.launch("ksyun.vpn.report", {})
    removed = template.launch("ksyun.vpn.site", {**ANSWERS, "ksyun_state": "absent", "ksyun_pre_shared_key": ""})
    assert [job.status for job in (*jobs, report, removed)] == ["successful"] * 4
    assert [job.changed for job in (*jobs, report, removed)] == [1, 1, 0, 1]
    assert [tunnel["name"] for tunnel in report.stats["ksyun_vpn_report"]["vpn_tunnels"]] == ["munich"]
    assert not emulator.state()["VpnTunnelSet"]
    for job in (*jobs, report, removed):
        assert_no_secrets(template, job)


def test_a_refusal_fails_the_job_and_shows_no_key(template: JobTemplate, emulator: EmulatorHandle) -> None:
    secrets = f"{KEYS['berlin']} {template.credential.environment['KSYUN_SECRET_KEY']}"
    emulator.fault("CreateVpnTunnel", "error", status=400, code="Refused", message=f"It echoes {secrets}")
    job = template.launch("ksyun.vpn.site_to_site", SITES, DIFF, verbosity=4)
    assert job.status == "failed"
    assert "Refused" in (job.artifacts / "stdout").read_text()
    assert_no_secrets(template, job)


def test_awx_keeps_the_environment_with_asterisks(template: JobTemplate) -> None:
    assert template.credential.kept["KSYUN_SECRET_KEY"] == HIDDEN
    assert template.credential.environment["KSYUN_SECRET_KEY"] not in template.credential.kept.values()


def test_a_job_that_finds_what_it_may_not_change_looks_at_the_rest(template: JobTemplate) -> None:
    """A scheduled check: it fails at its end, names what differs, and passes all of the result on."""
    assert template.launch("ksyun.vpn.site_to_site", SITES).status == "successful"
    first, *others = SITES["site_to_site_sites"]
    drifted = {**SITES, "site_to_site_sites": [{**first, "pre_shared_key": "fake-pre-shared-key-sentinel-3"}, *others]}
    drifted["site_to_site_gateway"] = {**SITES["site_to_site_gateway"], "bandwidth": 20}
    for flags in ((CHECK,), ()):
        job = template.launch("ksyun.vpn.site_to_site", drifted, *flags)
        assert job.status == "failed"
        result = job.stats["site_to_site_result"]
        assert list(result["failed"]) == ["tunnel berlin"]
        assert "pre_shared_key" in result["failed"]["tunnel berlin"]
        assert result["changed"] is True
        assert set(result["tunnels"]) == {"gre", "berlin"}
        assert "sentinel" not in json.dumps(result)
    replaced = template.launch("ksyun.vpn.site_to_site", {**drifted, "ksyun_on_immutable_change": "replace"})
    assert replaced.status == "successful"
    assert [step["action"] for step in replaced.stats["site_to_site_result"]["plan"]] == ["delete", "create"]
