# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one item costs: of a loop, and as a task of its own.

The cost of an item is (seconds of a play of n items - seconds of a play without tasks) / n. A round measures every
contestant once, in turn, so that whatever else the machine does hits all alike; the figure is the median of the rounds.
The same is told in processor time of Ansible and all its processes, which a busy machine changes less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from .contestants import MODULE, Account, Contestant, loop
from .playing import Task

Pair = tuple[float, float]  # of a time that has passed, and the time that processors worked

SIZES = (1, 50, 500)
_ROUNDS_BELOW = 60.0  # seconds; a play that takes longer is measured in one round only
_BASES = 3  # plays without tasks in each round


@dataclass
class Cost:
    """The cost of an item in milliseconds, and in milliseconds of processor time, of each round."""

    contestant: str
    case: str
    number: int  # of items
    account: int  # resources of each kind in it
    rounds: list[float] = field(default_factory=list)
    processor_rounds: list[float] = field(default_factory=list)

    def add(self, cost: Pair) -> None:
        """Add a round."""
        self.rounds.append(cost[0])
        self.processor_rounds.append(cost[1])

    @property
    def milliseconds(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)

    def figures(self) -> dict[str, Any]:
        """All of it, the medians too."""
        return {**asdict(self), "milliseconds": self.milliseconds, "processor": median(self.processor_rounds)}


def loops(contestant: Contestant, _account: Account, _number: int) -> list[Task]:
    """One task that loops over all items."""
    return [loop(contestant)]


def separate(contestant: Contestant, account: Account, number: int) -> list[Task]:
    """A task for each item."""
    return [contestant.task(item) for item in account.items(contestant, number)]


SHAPES: dict[str, Callable[[Contestant, Account, int], list[Task]]] = {"loop": loops, "tasks": separate}


def base(account: Account) -> Pair:
    """The seconds of a play without tasks."""
    plays = [account.player.play([]) for _time in range(_BASES)]
    return median(play.seconds for play in plays), median(play.processor for play in plays)


def cost_of(
    contestant: Contestant, account: Account, tasks: list[Task], number: int, empty: Pair, requests: int | None = None
) -> Pair:
    """The milliseconds of one of so many items. C(requests) are expected of each, if that is known."""
    account.emulator.clear_requests()
    items = account.items(contestant, number)
    play = account.player.play(tasks, items, **dict(contestant.environment))
    sent = len(account.emulator.requests())
    if requests is not None and sent != requests * number:
        raise RuntimeError(f"{contestant.title}: {sent} requests for {number} items")
    return (play.seconds - empty[0]) * 1000 / number, (play.processor - empty[1]) * 1000 / number


def measure(
    account: Account, contestants: list[Contestant], rounds: int, limit: float, say: Callable[[str], None]
) -> list[Cost]:
    """All costs. What would take longer than C(limit) seconds for one play is left out."""
    cells = {
        (contestant.key, shape, number): Cost(contestant.key, shape, number, account.size)
        for number in SIZES
        for shape in SHAPES
        for contestant in contestants
    }
    for this in range(rounds):
        empty = base(account)
        turn = this % len(contestants)
        for number in SIZES:
            for shape, tasks_of in SHAPES.items():
                for contestant in (*contestants[turn:], *contestants[:turn]):
                    seconds = _estimate(cells, contestant.key, shape, number)
                    if seconds > limit or (this and seconds > _ROUNDS_BELOW):
                        continue
                    cell = cells[contestant.key, shape, number]
                    tasks = tasks_of(contestant, account, number)
                    own = 1 if contestant.key in ("module", "in_process") else None
                    cell.add(cost_of(contestant, account, tasks, number, empty, own))
                    say(f"round {this + 1}: {contestant.title}, {shape} {number}: {cell.rounds[-1]:.1f} ms")
    return [cell for cell in cells.values() if cell.rounds]


def _estimate(cells: dict[tuple[str, str, int], Cost], key: str, shape: str, number: int) -> float:
    """The seconds that a play will take, by what the next smaller one of its kind took."""
    smaller = [size for size in SIZES if size < number]
    if not smaller or not cells[key, shape, smaller[-1]].rounds:
        return 0.0 if not smaller else float("inf")
    return cells[key, shape, smaller[-1]].milliseconds * number / 1000


def by_account(
    accounts: list[Account], contestants: list[Contestant], rounds: int, say: Callable[[str], None]
) -> list[Cost]:
    """The costs of an item of a loop in accounts of different sizes, by how the resource is found."""
    cells: dict[tuple[str, str, int], Cost] = {}
    for this in range(rounds):
        for account in accounts if this % 2 == 0 else accounts[::-1]:
            empty = base(account)
            for contestant in contestants:
                for case, number, looks in _looks(contestant):
                    cost = cost_of(contestant, account, [loop(looks)], number, empty)
                    key = (contestant.key, case, account.size)
                    cell = cells.setdefault(key, Cost(contestant.key, case, number, account.size))
                    cell.add(cost)
                    say(f"round {this + 1}: {contestant.title}, {case}, {account.size}: {cost[0]:.1f} ms")
    return list(cells.values())


BY_ID, ONE_PAGE, LISTING = "VPN gateway by id", "VPN gateway by name and vpc_id", "VPN gateway by name"


def _looks(contestant: Contestant) -> Iterator[tuple[str, int, Contestant]]:
    """Ways to say which resource is meant: in words, with a number of items, and as a contestant of their own."""
    if contestant.peer:
        yield "its own way", 5, contestant
        return
    many = 10 if contestant is MODULE else 100
    for case, number, options in (
        (BY_ID, many, {"id": "vpn_gateway_id", "name": "name"}),
        (ONE_PAGE, many, {"name": "name", "vpc_id": "vpc_id"}),
        (LISTING, 5, {"name": "name"}),
    ):
        yield (
            case,
            number,
            Contestant(
                contestant.key,
                contestant.title,
                lambda item, options=options: {
                    "ksyun.vpn.vpn_gateway": {option: item[name] for option, name in options.items()}
                },
                contestant.environment,
            ),
        )
