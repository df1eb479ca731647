# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments for FortiOS, through fortinet.fortios' argument specs, and within the limits that these do not tell."""

from __future__ import annotations

import copy
import itertools
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import device_config
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import (
    CUSTOMER,
    GATEWAY,
    KEY,
    KINDS,
    OPTIONS,
    TUNNEL,
    values,
)

Judge = Callable[[list[tuple[str, Any]]], list[list[str]]]
IKE = ("ike_encryption_algorithm", "ike_authentication_algorithm", "ike_dh_group")
ESP = ("ipsec_encryption_algorithm", "ipsec_authentication_algorithm")
# Of FortiOS's command line reference. The numbers are lengths of texts, and ranges of numbers.
LONGEST = {
    "name": 15,
    "interface": 35,
    "phase1name": 15,
    "comments": 255,
    "localid": 63,
    "device": 35,
    "psksecret": 258,
}
LONGEST_PHASE_2 = 35
RANGES = {
    "keylife": (120, 172800),
    "keylifeseconds": (120, 172800),
    "keylifekbs": (5120, 4294967295),
    "dpd_retryinterval": (0, 3600),
    "distance": (1, 255),
    "seq_num": (0, 4294967295),
    "protocol": (0, 255),
}


@pytest.fixture(scope="session")
def judge(judges: Path) -> Judge:
    """What the specs say of each of a list of arguments: an empty list if nothing."""

    def judge(arguments: list[tuple[str, Any]]) -> list[list[str]]:
        ran = subprocess.run(
            [str(judges), str(Path(__file__).with_name("fortios_judge.py"))],
            input=json.dumps(arguments),
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        verdicts: list[list[str]] = json.loads(ran.stdout)
        return verdicts

    return judge


def render(tunnel: dict[str, Any], **options: Any) -> dict[str, Any]:
    given = {"pre_shared_key": KEY, **OPTIONS, "interface": "port1", **options}
    return device_config({**TUNNEL, **tunnel}, "fortios", GATEWAY, CUSTOMER, **given)


def every(*options: str) -> list[dict[str, Any]]:
    return [dict(zip(options, combination)) for combination in itertools.product(*(values(each) for each in options))]


def arguments(config: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(module, value) for module, listed in config["data"].items() for value in listed]


def beyond_limits(module: str, value: dict[str, Any]) -> list[str]:
    longest = {**LONGEST, **({"name": LONGEST_PHASE_2} if module == "vpn_ipsec_phase2_interface" else {})}
    texts = [name for name, most in longest.items() if len(str(value.get(name, ""))) > most]
    return texts + [
        name for name, (low, high) in RANGES.items() if name in value and not low <= int(value[name]) <= high
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_combination(judge: Judge, kind: str) -> None:
    tunnels = [
        {**KINDS[kind], **chosen, "ike_dh_group": int(chosen.get("ike_dh_group", 14))}
        for chosen in (*every(*IKE), *every(*ESP), {"ipsec_lifetime_seconds": 120}, {"ipsec_lifetime_seconds": 172800})
    ]
    made = [render(tunnel) for tunnel in tunnels]
    for assume in ({"pfs_group": 14, "exchange_mode": "aggressive"}, {"dpd_interval": 0, "gre_mode": "transport"}):
        made.append(render(KINDS[kind], assume=assume))
    made.append(render(KINDS[kind], pre_shared_key="密钥 \" ' \\ 0x"))
    rendered = [config for config in made if not config["refused"]]
    # Of IKE 5 ciphers, 2 hashes and 4 groups; of ESP 6 ciphers and 5 hashes.
    assert len(rendered) == 40 + 30 + 5
    found = [argument for config in rendered for argument in arguments(config)]
    assert [said for said in judge(found) if said] == []
    assert [beyond for module, value in found if (beyond := beyond_limits(module, value))] == []


PLANTED = [
    ("vpn_ipsec_phase1_interface", "proposal", ["aes-128-sha1"]),
    ("vpn_ipsec_phase1_interface", "dhgrp", ["24"]),
    ("vpn_ipsec_phase1_interface", "ike_version", "v2"),
    ("vpn_ipsec_phase1_interface", "mode", "quick"),
    ("vpn_ipsec_phase1_interface", "dpd", "enable"),
    ("vpn_ipsec_phase1_interface", "localid_type", "ip"),
    ("vpn_ipsec_phase1_interface", "keylife", "a day"),
    ("vpn_ipsec_phase1_interface", "remote_gateway", "198.18.0.1"),
    ("vpn_ipsec_phase2_interface", "proposal", ["esp-aes"]),
    ("vpn_ipsec_phase2_interface", "keylife_type", "all"),
    ("vpn_ipsec_phase2_interface", "encapsulation", "tunnel"),
    ("vpn_ipsec_phase2_interface", "pfs", "group14"),
    ("router_static", "distance", "far"),
    ("router_static", "metric", 1),
    ("system_interface", "remote", "10.0.0.1"),
    ("system_gre_tunnel", "destination", "198.18.0.1"),
]


@pytest.mark.parametrize(("module", "option", "value"), PLANTED)
def test_planted_errors_are_caught(judge: Judge, module: str, option: str, value: Any) -> None:
    data = copy.deepcopy(render(KINDS["gre"])["data"])
    data[module][0][option] = value
    (said,) = judge([(module, data[module][0])])
    assert said


@pytest.mark.parametrize(
    ("option", "value"), [("name", "a" * 16), ("keylife", 172801), ("psksecret", "x" * 259), ("comments", "x" * 256)]
)
def test_planted_excesses_are_caught(option: str, value: Any) -> None:
    phase = render(KINDS["policy"])["data"]["vpn_ipsec_phase1_interface"][0]
    assert beyond_limits("vpn_ipsec_phase1_interface", phase) == []
    assert beyond_limits("vpn_ipsec_phase1_interface", {**phase, option: value}) == [option]


def test_the_longest_name() -> None:
    """Each part of it stays within 15 characters, the limit of an interface's name."""
    config = render(KINDS["gre with two tunnels"], name="a2345678901")
    assert [beyond for module, value in arguments(config) if (beyond := beyond_limits(module, value))] == []
