# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines for Cisco IOS, read back into Cisco's own YANG model: names, values, ranges and structure.

It is no proof of the command line's spelling: the words are matched to the model's by the reader of these tests.
"""

from __future__ import annotations

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

from .ios_model import documents

Judge = Callable[[list[str]], list[str]]
NAMES = ("native", "crypto", "tunnel", "acl")
IKE = ("ike_encryption_algorithm", "ike_authentication_algorithm", "ike_dh_group")
ESP = ("ipsec_encryption_algorithm", "ipsec_authentication_algorithm")
LIMITS = ({"ipsec_lifetime_seconds": 120, "ipsec_lifetime_kilobytes": 2560}, {"ipsec_lifetime_seconds": 2592000})
ASSUMED = (
    {"pfs_group": 24, "ike_lifetime": 300, "dpd_interval": 10},
    {"pfs_group": 1, "dpd_interval": 3600, "gre_mode": "transport"},
    {"dpd_interval": 0},
)


@pytest.fixture(scope="session")
def judge(yanglint: str, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """What the model says of each of a list of configurations: an empty text if it takes it."""

    def run(folder: Path, files: list[Path]) -> str:
        modules = [str(models / f"Cisco-IOS-XE-{name}.yang") for name in NAMES]
        features = ["-F", "Cisco-IOS-XE-features:*"]
        ran = subprocess.run(
            [yanglint, "-t", "config", "-p", str(models), *features, str(models / "Cisco-IOS-XE-features.yang")]
            + modules
            + [str(path) for path in files],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        said = [line for line in ran.stderr.splitlines() if line and not line.startswith("libyang warn")]
        assert bool(said) == bool(ran.returncode), ran.stderr
        return "\n".join(said)

    def judge(texts: list[str]) -> list[str]:
        folder = tmp_path_factory.mktemp("ios")
        written: list[list[Path]] = []
        for number, text in enumerate(texts):
            written.append([])
            for part, document in enumerate(documents(text)):
                path = folder / f"{number}-{part}.json"
                path.write_text(json.dumps(document))
                written[-1].append(path)
        # All at once is fast. Only where that says something, each alone is asked.
        if not run(folder, [path for paths in written for path in paths]):
            return [""] * len(texts)
        return [run(folder, paths) for paths in written]

    return judge


def render(tunnel: dict[str, Any], **options: Any) -> dict[str, Any]:
    customer = {**CUSTOMER, "ha_address": "203.0.113.10"}
    return device_config(
        {**TUNNEL, **tunnel}, "ios", GATEWAY, customer, **{"pre_shared_key": KEY, **OPTIONS, **options}
    )


def every(*options: str) -> list[dict[str, Any]]:
    """Each combination of the values of these options."""
    return [dict(zip(options, combination)) for combination in itertools.product(*(values(each) for each in options))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_combination(judge: Judge, kind: str, version: str) -> None:
    """What is refused is refused for its algorithm; the model takes all else."""
    tunnels = [{**KINDS[kind], "ike_version": version, **chosen} for chosen in (*every(*IKE), *every(*ESP), *LIMITS)]
    made = [render({**tunnel, "ike_dh_group": int(tunnel.get("ike_dh_group", 14))}) for tunnel in tunnels]
    made += [render({**KINDS[kind], "ike_version": version}, assume=assume) for assume in ASSUMED]
    rendered = [config["text"] for config in made if not config["refused"]]
    refused = {each["option"] for config in made for each in config["refused"]}
    assert refused == {"ike_encryption_algorithm", "ipsec_encryption_algorithm", "ipsec_authentication_algorithm"}
    # Of 70 pairs of IKE, without two Chinese ciphers; of 54 of ESP, without these, SM3, and SEAL with SHA-2.
    assert len(rendered) == 50 + 32 + len(LIMITS) + len(ASSUMED)
    assert judge(rendered) == [""] * len(rendered)


PLANTED = [
    (" encryption aes 256", " encryption aes 257"),
    (" hash sha", " hash sha-1"),
    (" group 14", " group 13"),
    (" lifetime 86400", " lifetime 86401"),
    ("keepalive 30 5 periodic", "keepalive 9 5 periodic"),
    ("keepalive 30 5 periodic", "keepalive 30 61 periodic"),
    ("keepalive 30 5 periodic", "keepalive 30 5 always"),
    ("esp-aes 256 esp-sha256-hmac", "esp-aes 255 esp-sha256-hmac"),
    ("esp-aes 256 esp-sha256-hmac", "esp-aes 256 esp-sha2-hmac"),
    ("esp-aes 256 esp-sha256-hmac", "aes-cbc-256 esp-sha256-hmac"),
    (" mode tunnel", " mode tunneling"),
    ("kilobytes 4608000", "kilobytes 2559"),
    ("lifetime seconds 3600", "lifetime seconds 119"),
    ("lifetime seconds 3600", "lifetime minutes 3600"),
    (" set peer 198.18.0.1", " set peers 198.18.0.1"),
    ("address 198.18.0.1", "address 198.18.0.256"),
    ("address 198.19.0.1", "address 198.19.0.256"),  # of the second tunnel
    (" permit ip 192", " permit ipsec 192"),
    ("0.0.0.255 10.0", "/24 10.0"),
    (" match address ks-", " match address 9"),
    ("ipsec-isakmp", "ipsec-ikev2"),
    ("authentication pre-share", "authentication psk"),
]
PLANTED_NEWER = [
    (" encryption aes-cbc-256", " encryption aes-256"),
    (" integrity sha1", " integrity sha"),
    (" group 14", " group 13"),
    (" lifetime 86400", " lifetime 119"),
    (" dpd 30 5 periodic", " dpd 9 5 periodic"),
    ("  address 198.19.0.1", "  address 198.19.0"),
    ("identity local address 203.0.113.9", "identity local address berlin"),
    ("authentication remote pre-share", "authentication remote psk"),
    (" tunnel mode ipsec ipv4", " tunnel mode ipsec ip"),
    (" tunnel destination 198.18.0.1", " tunnel destination 198.18.0.1/32"),
    (" ip address 169.254.10.2 255.255.255.252", " ip address 169.254.10.2 /30"),
    ("interface Tunnel2488", "interface Tunnel4294967296"),
    ("protection ipsec profile", "protection ike profile"),
    ("Tunnel2489", "Tunnel2489 256"),
]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"), [("policy", *each) for each in PLANTED] + [("route", *each) for each in PLANTED_NEWER]
)
def test_planted_errors_are_caught(judge: Judge, kind: str, right: str, wrong: str) -> None:
    text = render(KINDS[kind])["text"]
    broken = "\n".join(line.replace(right, wrong) if not line.startswith("!") else line for line in text.splitlines())
    assert broken != text.rstrip("\n")
    try:
        (said,) = judge([broken])
    except ValueError as error:
        said = str(error)  # the reader knows no such line
    assert said
