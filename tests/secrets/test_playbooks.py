# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module through ansible-core, with success and every kind of failure, as loudly as Ansible can be."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ksyun.vpn.tests.secrets.playbook import Ansible, Run, Task
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import KEY, OLD_KEY, SECRET_KEY, TOKEN, echo, leaks
from ansible_collections.ksyun.vpn.tests.secrets.stage import TUNNEL, Stage

OPTIONS = {**TUNNEL, "pre_shared_key": "{{ key }}"}
SITES = {
    "vpn_gateway": "gw",
    "sites": [{"name": "later still", "address": "203.0.113.77", "type": "Ipsec"}],
    "progress": True,
}
GATEWAY = {"name": "new gateway", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"}
# Looping over names keeps the keys out of the items, which older versions of ansible-core show.
ITEM = {**OPTIONS, "name": "{{ item }}", "pre_shared_key": "{{ keys_of_tunnels[item] }}"}


def _task(name: str, module: str, options: dict[str, Any], **more: Any) -> Task:
    return {"name": name, f"ksyun.vpn.{module}": options, **more}


# Each task with the kind of its error, None for success, in check mode and for real.
STORY: list[tuple[Task, str | None, str | None]] = [
    (_task("refused gateway", "vpn_gateway", {"name": "gw"}), "service", "service"),
    (_task("refused peer", "customer_gateway", {"name": "peer"}), "service", "service"),
    (_task("refused list of tunnels", "vpn_tunnel_info", {}), "service", "service"),
    (_task("refused list of peers", "customer_gateway_info", {}), "service", "service"),
    (_task("gateway", "vpn_gateway", GATEWAY), None, None),
    (_task("peer", "customer_gateway", {"name": "new peer", "address": "203.0.113.9"}), None, None),
    (_task("lost answer", "vpn_gateway", {"name": "gw", "bandwidth": 50}), None, "unknown_outcome"),
    (_task("other key", "vpn_tunnel", OPTIONS), "immutable_change", "immutable_change"),
    (
        _task("interrupted", "vpn_tunnel", {**OPTIONS, "on_immutable_change": "replace"}),
        None,
        "replacement_undone",
    ),
    (_task("created again", "vpn_tunnel", {**OPTIONS, "on_immutable_change": "replace"}), None, None),
    (_task("simplified", "vpn_tunnel_info", {"signature_version": "simplified"}), None, None),
    (_task("status", "vpn_tunnel_status_info", {"wait_for": "all"}), None, None),
    (_task("in the query", "vpn_gateway_info", {"signature_version": "v4-query"}), None, None),
    (
        _task("invalid", "vpn_tunnel", {**OPTIONS, "type": "none", "ike_dh_group": 3}),
        "invalid_options",
        "invalid_options",
    ),
    (
        _task("key with a line's end", "vpn_tunnel", {**OPTIONS, "pre_shared_key": "{{ key }}\n"}),
        "invalid_options",
        "invalid_options",
    ),
    (_task("ambiguous", "customer_gateway", {"name": "twin"}), "ambiguous_name", "ambiguous_name"),
    (_task("proxy", "vpn_gateway_info", {"proxy_url": "{{ proxy }}"}), "transport", "transport"),
    (_task("no service", "vpn_tunnel", {**OPTIONS, "endpoint_url": "http://127.0.0.1:9"}), "transport", "transport"),
    (_task("wrong key", "vpn_gateway_info", {"secret_key": "{{ key }}"}), "signature", "signature"),
    (
        _task("loop", "vpn_tunnel", ITEM, loop="{{ keys_of_tunnels.keys() }}"),
        None,
        None,
    ),
    (_task("key shown", "vpn_tunnel_info", {"include_pre_shared_key": True}, no_log=True), None, None),
    (_task("async", "vpn_tunnel", {**OPTIONS, "name": "later"}, **{"async": 60, "poll": 1}), None, None),
    (_task("sites", "sites", {**SITES, "pre_shared_keys": {"later still": "{{ key }}"}}), None, None),
    (
        _task("sites refused", "sites", {**SITES, "pre_shared_keys": {"of nobody": "{{ key }}"}}),
        *["invalid_options"] * 2,
    ),
    (_task("listed sites", "sites_info", {"vpn_gateway": "gw"}), None, None),
    (
        _task("keys of sites", "sites_info", {"vpn_gateway": "gw", "include_pre_shared_keys": True}, no_log=True),
        None,
        None,
    ),
    (_task("removed", "vpn_tunnel", {"name": "tunnel", "state": "absent"}), None, None),
]


# Lines in which ansible-core shows arguments, and results as they come from the module, with ANSIBLE_DEBUG.
DEBUGGING = ("done with _execute_module (", '"_ansible_new_secrets": [')


def _prepare(ansible: Ansible) -> None:
    stage = Stage(ansible.emulator, tunnel=True)
    ansible.emulator.seed(CustomerGatewaySet=[{"CustomerGatewayName": "twin"}] * 2)
    theirs = echo(SECRET_KEY, TOKEN)
    for listing in ("DescribeVpnGateways", *["DescribeCustomerGateways"] * 2, "DescribeVpnTunnels"):
        stage.refuse(listing, theirs)
    stage.refuse("ModifyVpnGateway", theirs, status=500, count=2, dry_run=False)
    stage.refuse("CreateVpnTunnel", echo(KEY, OLD_KEY, SECRET_KEY, TOKEN), dry_run=False)


def _assert_ends_as_told(run: Run, column: int) -> None:
    assert run.code == 0, run.output[-2000:]
    for entry in STORY:
        result = run.results.get(entry[0]["name"])
        if result is not None and "loop" not in entry[0]:
            kind = (result.get("error") or {}).get("kind")
            assert kind == entry[column], f"{entry[0]['name']}: {kind}: {result.get('msg')}"


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_for_real_and_everything_registered_written_to_a_file(ansible: Ansible, in_process: str) -> None:
    _prepare(ansible)
    tasks = [task for task, *_kinds in STORY]
    registered = ", ".join(f"result_{number}" for number, task in enumerate(tasks) if not task.get("no_log"))
    copy = {"content": "{{ [" + registered + "] | to_json }}", "dest": str(ansible.directory / "registered.json")}
    written = {"name": "written", "ansible.builtin.copy": copy}
    run = ansible.play([*tasks, written], "--diff", "-vvvvv", KSYUN_VPN_IN_PROCESS=in_process)
    _assert_ends_as_told(run, 2)
    assert "registered.json" in ansible.left_behind()
    ansible.assert_clean(run)


@pytest.mark.parametrize("in_process", ["yes", "no"])
def test_in_check_mode_and_debugging(ansible: Ansible, in_process: str) -> None:
    _prepare(ansible)
    tasks = [task for task, *_kinds in STORY if not task.get("no_log")]
    run = ansible.play(tasks, "--check", "--diff", "-vvvvv", ANSIBLE_DEBUG="true", KSYUN_VPN_IN_PROCESS=in_process)
    _assert_ends_as_told(run, 1)
    lines = run.output.splitlines()
    if in_process == "no" or ansible.version >= (2, 17):
        assert any(leaks(line) for line in lines), "ansible-core no longer shows arguments: say so in the documentation"
    quiet = [line for line in lines if not any(words in line for words in DEBUGGING)]
    ansible.assert_clean(Run(run.code, "\n".join(quiet), run.results))
