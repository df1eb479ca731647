# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ways of running a task, in-process and as a module, have the same result, key for key."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from in_process import corpus
from modules.runner import Ansible

from emulator.testing import EmulatorHandle, running_emulator

WAYS = {"in process": True, "as a module": False}
IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DRIFTS = [  # what differs between two runs of anything
    (re.compile(r"127\.0\.0\.1:\d\d+"), "127.0.0.1:port"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "time"),
    (re.compile(r"port=\d+"), "port"),
    (re.compile(r"Valid booleans include: .*"), "a set, in any order"),
]


@pytest.fixture(scope="module")
def emulators() -> Iterator[dict[str, EmulatorHandle]]:
    """An emulator for each way."""
    with running_emulator() as first, running_emulator() as second:
        yield dict(zip(WAYS, (first, second)))


def compare(emulators: dict[str, EmulatorHandle], directory: Path, tasks: list[corpus.Task]) -> int:
    """Run tasks both ways, the two beside each other; how many there were."""
    hosts = {}
    for way, emulator in emulators.items():
        emulator.reset()
        hosts[way] = {"emulator_url": emulator.url, "ksyun_vpn_in_process": WAYS[way]}
    named = [{"name": f"{number}", **each} for number, each in enumerate(tasks)]
    run = Ansible(directory, emulators["in process"]).play(
        named,
        "-vvv",
        hosts=hosts,
        environment={"KSYUN_ENDPOINT_URL": "{{ emulator_url }}", "NO_PROXY": "nothing.example"},
        module_defaults={"group/ksyun.vpn.vpn": {"max_attempts": 2, "max_retry_time": 2, "connect_timeout": 5}},
    )
    ours = sum(map(is_ours, tasks))
    assert run.output.count("runs in-process") >= 0.8 * ours, run.output[-3000:]
    assert run.output.count(f"{corpus.VARIABLE} or") >= 0.8 * ours, run.output[-3000:]
    compared = 0
    seen: dict[str, dict[str, str]] = {way: {} for way in WAYS}
    for each in named:
        if each["name"] not in run.results or not is_ours(each):
            assert "when" in each or not is_ours(each)
            continue
        results = [settle(run.of(each["name"], way), seen[way]) for way in WAYS]
        assert results[0] == results[1], each
        compared += 1
    return compared


def is_ours(each: corpus.Task) -> bool:
    """Whether a task is one of this collection's modules."""
    return any(key.startswith("ksyun.vpn.") for key in each)


def settle(value: Any, seen: dict[str, str]) -> Any:
    """A result without what no two runs have in common; ids by the order in which they came."""
    if isinstance(value, dict):
        return {
            key: 0 if key in ("milliseconds", "frame") else None if key == "request_id" and item else settle(item, seen)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [settle(item, seen) for item in value]
    if isinstance(value, str):
        value = re.sub(r"RequestId [0-9a-f-]+", "RequestId", value)
        value = IDENTITY.sub(lambda match: seen.setdefault(match[0], f"id {len(seen)}"), value)
        for drift, stands_for in _DRIFTS:
            value = drift.sub(stands_for, value)
    return value


# A module process each: "make test" compares every third value of the options, and "make campaign" all.
EVERY = 1 if os.environ.get("KSYUN_VPN_CAMPAIGN") else 3
CORPUS = {
    "lives": list(corpus.lives()),
    "keywords": list(corpus.keywords()),
    "failures": list(corpus.failures(EVERY)),
    "both names": [each for module in corpus.SPECS for each in corpus.both_names(module)],
    "connection": list(corpus.every_option("customer_gateway_info", corpus.CONNECTION, 3))[::EVERY],
    **{
        f"options of {module}": list(corpus.every_option(module, corpus.own_options(module), 2))[::EVERY]
        for module in corpus.SPECS
    },
}


@pytest.mark.parametrize("part", CORPUS)
def test_both_ways_have_the_same_results(emulators: dict[str, EmulatorHandle], tmp_path: Path, part: str) -> None:
    compared = compare(emulators, tmp_path, CORPUS[part])
    sys.stdout.write(f"{part}: {compared} tasks compared\n")
    assert compared >= 0.9 * sum(map(is_ours, CORPUS[part]))
