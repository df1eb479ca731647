# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes that a signal strikes at a request, and what has to be true then."""

from __future__ import annotations

import signal
from typing import Any

from modules.runner import Ansible, Run
from signals.striking import Target, struck

KEY = "fake-pre-shared-key-sentinel"
TUNNEL = {
    "name": "one",
    "vpn_gateway": "gw",
    "customer_gateway": "peer",
    "type": "Ipsec",
    "ike_dh_group": 14,
    "pre_shared_key": KEY,
    "on_immutable_change": "replace",
}
# Each with what is there before and after it.
CHANGES: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "replace": ({"ksyun.vpn.vpn_tunnel": TUNNEL}, ["5"], ["14"]),
    "create": ({"ksyun.vpn.vpn_tunnel": {**TUNNEL, "name": "two"}}, ["5"], ["14", "5"]),
    "delete": ({"ksyun.vpn.vpn_tunnel": {"name": "one", "state": "absent"}}, ["5"], []),
}
# How Ansible ends a task, and how Ansible is ended: from a terminal, by a batch system, by a supervisor.
ALARM = Target(signal.SIGALRM, "worker")
ENDINGS = [Target(signal.SIGINT, "group"), Target(signal.SIGTERM, "group"), Target(signal.SIGTERM, "ansible")]
MORE_ENDINGS = [Target(signal.SIGHUP, "group"), Target(signal.SIGINT, "ansible")]
KILL = Target(signal.SIGKILL, "worker's group")  # to which a module belongs that runs in a process of its own
_MOST = 20  # requests


def strike_at_each(
    ansible: Ansible, change: str, target: Target, *, in_process: bool, first: int = 0, every: int = 1
) -> None:
    """Make a change again and again; each time the signal comes one request later, until none is left.

    Each is a run of Ansible: with C(every) only some requests are tried, from the C(first) on.
    """
    for at in range(first, _MOST, every):
        _seed(ansible)
        task = {"name": "change", "timeout": 600, **CHANGES[change][0]}
        run, met = struck(ansible, task, target, at, vars={"ksyun_vpn_in_process": in_process})
        if met <= at:
            assert at > 1, "the signal has never come"
            assert run.code == 0, run.output
            return
        _judge(ansible, change, target, run, f"{target} at request {at}:\n{run.output}")
    raise AssertionError("the change does not come to an end")


def _seed(ansible: Ansible) -> None:
    emulator = ansible.emulator
    emulator.reset()
    gateway = emulator.seed(VpnGatewaySet=[{"VpnGatewayName": "gw"}])["VpnGatewaySet"][0]
    peer = emulator.seed(CustomerGatewaySet=[{"CustomerGatewayName": "peer"}])["CustomerGatewaySet"][0]
    parents = {"VpnGatewayId": gateway["VpnGatewayId"], "CustomerGatewayId": peer["CustomerGatewayId"]}
    emulator.seed(VpnTunnelSet=[{"VpnTunnelName": "one", "IkeDHGroup": "5", "PreSharedKey": KEY, **parents}])


def _judge(ansible: Ansible, change: str, target: Target, run: Run, told: str) -> None:
    """What is there is what was there or what was asked; what has begun is finished; what is said is so."""
    _task, before, after = CHANGES[change]
    left = sorted(tunnel["IkeDHGroup"] for tunnel in ansible.emulator.state()["VpnTunnelSet"])
    requests = ansible.emulator.requests()
    wrote = any(entry["action"].startswith(("Create", "Delete")) and not entry["dry_run"] for entry in requests)
    assert left == (after if wrote else before), told
    assert run.code != 0, told
    if target is ALARM:
        result = run.of("change")
        assert result["failed"], told
        assert result["changed"] is wrote, told
        if wrote:
            assert result["error"]["kind"] == "time_up", told
