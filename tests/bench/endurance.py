# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A long loop that changes nothing: seconds, memory and requests."""

from __future__ import annotations

from dataclasses import dataclass

from .contestants import IN_PROCESS, MODULE, Account, Contestant, loop

ITEMS = (50, 500)


@dataclass
class Loop:
    """A loop; the peak memory in MiB of Ansible's main process, of its worker, and of the largest module process."""

    contestant: str
    items: int
    seconds: float
    requests: int
    main: float
    worker: float
    module: float


def run(account: Account, contestants: list[Contestant]) -> list[Loop]:
    """A short and a long loop, of each of our paths."""
    found = []
    for contestant in contestants:
        if contestant.key not in (MODULE.key, IN_PROCESS.key):
            continue
        for number in ITEMS:
            account.emulator.clear_requests()
            played = account.player.play(
                [loop(contestant)], account.items(contestant, number), memory=True, **dict(contestant.environment)
            )
            requests = len(account.emulator.requests())
            memory = [played.memory.get(role, 0.0) for role in ("main", "worker", "module")]
            found.append(Loop(contestant.key, number, played.seconds, requests, *memory))
    return found
