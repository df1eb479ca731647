# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection costs, side by side with others: C(python -m bench --help).

Prints the figures. A run of all parts also writes them, and a plot, in C(docs/).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import answers, costs, counting, endurance, sites
from .contestants import CUSTOMER_GATEWAY, IN_PROCESS, MODULE, account, contestants
from .plot import plot
from .report import report

PARTS = ("costs", "accounts", "requests", "loops", "sites")
SMALL, LARGE = 10, 10_000
DOCS = Path(__file__).resolve().parents[2] / "docs"


def environment() -> dict[str, str]:
    """The machine and the versions, with nothing that tells whose machine it is."""
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", text)
    packages = ("ansible", "ansible-core", "requests", "urllib3", "boto3", "moto")
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "processor": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "software": ", ".join(
            [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
        ),
        "settings": "forks, pipelining and strategy as ansible-core has them; localhost, no facts; "
        "one environment for all; all servers on loopback of the same machine",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
    }


def say(text: str) -> None:
    """Progress goes to standard error, figures to standard output."""
    print(text, file=sys.stderr, flush=True)


def measure(
    parts: list[str], rounds: int, limit: float, collections: Path, cases: list[sites.Case], **of_sites: Any
) -> dict[str, Any]:
    """The figures of these parts."""
    figures: dict[str, Any] = {"environment": environment()}
    if "sites" in parts:
        figures["sites"] = sites.measure(cases, collections, say, **of_sites)
    if parts == ["sites"]:
        return figures
    everyone = contestants(collections)
    if IN_PROCESS not in everyone:
        say("The collection has no action plugins: the in-process path is left out.")
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ksyun-vpn-bench-")))
        small = stack.enter_context(account(SMALL, directory / "small", collections))
        if "requests" in parts:
            figures["requests"] = [{**asdict(each), "waits": each.waits} for each in counting.count(small)]
        if "loops" in parts:
            figures["loops"] = [asdict(each) for each in endurance.run(small, everyone)]
        if "costs" in parts:
            figures["costs"] = [each.figures() for each in costs.measure(small, everyone, rounds, limit, say)]
        if "accounts" in parts:
            large = stack.enter_context(account(LARGE, directory / "large", collections))
            some = [each for each in everyone if each in (CUSTOMER_GATEWAY, MODULE, IN_PROCESS)]
            figures["accounts"] = [each.figures() for each in costs.by_account([small, large], some, rounds, say)]
            figures["answers"] = [each for one in (small, large) for each in answers.measure(one)]
    return figures


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all if none is given")
    parser.add_argument("--rounds", type=int, default=3, help="how often each cost is measured (3)")
    parser.add_argument("--limit", type=float, default=60, help="seconds that a play may take to be measured (60)")
    parser.add_argument("--collections", type=Path, required=True, help="where the collection is installed")
    parser.add_argument("--sites", type=int, nargs="*", default=[50, 200, 500], help="how many (50 200 500)")
    parser.add_argument("--latency", type=int, nargs="*", default=[0, 20, 100], help="milliseconds (0 20 100)")
    parser.add_argument("--routes", type=int, nargs="*", default=[0, 1], help="routes a site (0 1)")
    parser.add_argument("--parallel", type=int, nargs="*", default=[10, 32], help="requests at a time (10 32)")
    parser.add_argument("--loops", type=int, default=50, help="measure loops up to so many sites (50)")
    parser.add_argument("--terraform", type=Path, help="the binary of Terraform, to measure it beside")
    parser.add_argument("--provider", type=Path, help="the binary of its provider for Ksyun")
    arguments = parser.parse_args()
    if bool(arguments.terraform) != bool(arguments.provider):
        parser.error("--terraform and --provider belong together")
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    parts = arguments.parts or list(PARTS)
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that the servers are stopped
    cases = [
        sites.Case(number, bool(routes), latency / 1000)
        for latency in arguments.latency
        for routes in arguments.routes
        for number in arguments.sites
    ]
    figures = measure(
        parts,
        arguments.rounds,
        arguments.limit,
        arguments.collections.resolve(),
        cases,
        terraform=sites.Terraform(arguments.terraform, arguments.provider) if arguments.terraform else None,
        parallel=tuple(arguments.parallel),
        loops_up_to=arguments.loops,
    )
    text = report(figures)
    print(text)
    if set(parts) == set(PARTS):
        (DOCS / "bench.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        (DOCS / "bench.md").write_text(text, encoding="utf-8")
        plot(figures, [DOCS / "bench.png", DOCS / "bench.svg"])
        say("Written: docs/bench.json, docs/bench.md, docs/bench.png, docs/bench.svg.")


if __name__ == "__main__":
    main()
