# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures as a plot."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib

from .report import TITLES

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "ksyun.vpn"  # the same figures make the same file

from matplotlib import pyplot  # noqa: E402 - once the backend is chosen

_COLOURS = {"in_process": "#0b7a75", "module": "#e07a1f"}
_OTHERS = "#9aa5b1"


def plot(figures: dict[str, Any], paths: Iterable[Path]) -> None:
    """Draw the cost of an item, of a loop and as a task of its own, for the most items that all have done."""
    costs = figures["costs"]
    sizes = {
        key: {(each["case"], each["number"]) for each in costs if each["contestant"] == key}
        for key in {each["contestant"] for each in costs}
    }
    shared = set.intersection(*sizes.values())
    panels = [("loop", "Item of a loop"), ("tasks", "Task of its own")]
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 3.8), sharey=True, layout="constrained")
    for axis, (case, title) in zip(axes, panels):
        number = max(number for found, number in shared if found == case)
        cells = [each for each in costs if (each["case"], each["number"]) == (case, number)]
        cells.sort(key=lambda each: list(TITLES).index(each["contestant"]), reverse=True)
        names = [TITLES[each["contestant"]].replace(", ", "\n") for each in cells]
        values = [each["milliseconds"] for each in cells]
        colours = [_COLOURS.get(each["contestant"], _OTHERS) for each in cells]
        bars = axis.barh(names, values, color=colours)
        axis.bar_label(bars, [f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms" for value in values], padding=3)
        axis.set_title(f"{title} ({number} of them)")
        axis.set_xlabel("milliseconds for each, less is better")
        axis.margins(x=0.18)
        axis.spines[["top", "right"]].set_visible(False)
    environment = figures["environment"]
    figure.suptitle("A task that has nothing to change", fontweight="bold")
    figure.supxlabel(f"{environment['processor']}, {environment['software']}", fontsize=8, color="#555555")
    for path in paths:
        # without a date, so that the same figures make the same file
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
