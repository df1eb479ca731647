# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All shapes of contests, and how often each is drawn."""

from __future__ import annotations

from random import Random

from . import contests, routes
from .contests import Contest

_DRAW = {**contests.DRAW, **routes.DRAW}
_WEIGHTS = {"race": 3, "stranger": 2, "replace": 2, "odd": 2, "move": 3, "route race": 2}
SHAPES = tuple(_DRAW)


def draw_contest(random: Random, number: int) -> Contest:
    """One of all contests."""
    shape = random.choices(SHAPES, [_WEIGHTS.get(shape, 1) for shape in SHAPES])[0]
    contest = _DRAW[shape](random)
    contest.number, contest.shape, contest.parents_by_name = number, shape, random.random() < 0.4
    return contest
