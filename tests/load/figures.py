# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The load figures: many modules at once on a throttled account, and one module on a large account.

    python -m load.figures

Prints them; ends with 1 if a bound of theirs is broken.
"""

from __future__ import annotations

import sys
from typing import Any

from .processes import Done, Gate, gate, run_modules

PROCESSES, LIMIT = 64, {"requests": 10, "seconds": 1.0}
# Times the minimum. Pauses that begin short cost refused requests while the processes find out how many they are. To
# spread over 20 seconds at once costs 1.4 times the minimum, but 20 seconds instead of 10 for 32 processes, and up to
# 20 for one that is refused once.
MOST_REQUESTS = 3
MANY = 10_000
MOST_MEMORY = 64  # MiB, what a look by name may take more than one by id


def creates(number: int) -> list[tuple[str, dict[str, Any]]]:
    """Tasks that each create something of a name of its own."""
    return [
        ("customer_gateway", {"name": f"branch-{each}", "address": f"203.0.113.{each + 1}"}) for each in range(number)
    ]


def together(emulator: Gate, number: int, limit: dict[str, Any] | None) -> tuple[list[Done], int]:
    """Run that many creates at once on an empty account; what they returned, and the number of requests."""
    emulator.reset()
    emulator.configure(rate_limit=limit)
    done = run_modules(emulator, creates(number))
    return done, sum(emulator.counts().values())


def fill(emulator: Gate, number: int) -> dict[str, str]:
    """So many of each resource, half of the tunnels at one gateway; the id of the last of each kind."""
    emulator.reset()
    gateways = [
        {"VpnGatewayName": f"gateway-{each}", "VpcId": f"vpc-{each % 100}", "BandWidth": 5} for each in range(number)
    ]
    customers = [
        {"CustomerGatewayName": f"customer-{each}", "CustomerGatewayAddress": "192.0.2.1"} for each in range(number)
    ]
    placed = emulator.seed(VpnGatewaySet=gateways, CustomerGatewaySet=customers)
    ends = {
        "VpnGatewayId": placed["VpnGatewaySet"][-1]["VpnGatewayId"],
        "CustomerGatewayId": placed["CustomerGatewaySet"][-1]["CustomerGatewayId"],
    }
    other = {**ends, "VpnGatewayId": placed["VpnGatewaySet"][0]["VpnGatewayId"]}
    tunnels = emulator.seed(
        VpnTunnelSet=[{"VpnTunnelName": f"tunnel-{each}", **(ends if each % 2 else other)} for each in range(number)]
    )["VpnTunnelSet"]
    return {
        "vpn_gateway": ends["VpnGatewayId"],
        "customer_gateway": ends["CustomerGatewayId"],
        "vpn_tunnel": tunnels[-1]["VpnTunnelId"],
    }


def looks(ids: dict[str, str], number: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """Tasks that change nothing, in words."""
    last = number - 1
    gateway, customer, tunnel = f"gateway-{last}", f"customer-{last}", f"tunnel-{last}"
    return {
        "VPN gateway by id": ("vpn_gateway", {"id": ids["vpn_gateway"], "name": gateway}),
        "VPN gateway by name": ("vpn_gateway", {"name": gateway}),
        "VPN gateway by name and vpc_id": ("vpn_gateway", {"name": gateway, "vpc_id": f"vpc-{last % 100}"}),
        "customer gateway by id": ("customer_gateway", {"id": ids["customer_gateway"], "name": customer}),
        "customer gateway by name": ("customer_gateway", {"name": customer}),
        "VPN tunnel by id": ("vpn_tunnel", {"id": ids["vpn_tunnel"], "name": tunnel}),
        "VPN tunnel by name": ("vpn_tunnel", {"name": tunnel}),
        "VPN tunnel by name and gateway's id": ("vpn_tunnel", {"name": tunnel, "vpn_gateway": ids["vpn_gateway"]}),
    }


def _print_together(emulator: Gate) -> bool:
    unlimited, minimum = together(emulator, PROCESSES, None)
    limited, total = together(emulator, PROCESSES, LIMIT)
    refused = emulator.throttled()
    failed = [each.result["msg"] for each in [*unlimited, *limited] if each.result.get("failed")]
    there = len(emulator.state()["CustomerGatewaySet"])
    times = sorted(each.seconds for each in limited)
    print(
        f"{PROCESSES} module processes at once, each creates a customer gateway; limit {LIMIT['requests']}/s an action"
    )
    print(f"  requests without a limit (the minimum) {minimum:10}")
    print(f"  requests with the limit                {total:10}  of which throttled {refused}")
    print(f"  times the minimum                      {total / minimum:10.2f}  at most {MOST_REQUESTS}")
    print(f"  failed tasks                           {len(failed):10}")
    print(f"  created                                {there:10}")
    print(f"  seconds: first, median, last           {times[0]:10.1f}{times[len(times) // 2]:8.1f}{times[-1]:8.1f}")
    for text in failed[:3]:
        print(f"  {text}")
    return not failed and there == PROCESSES and total <= MOST_REQUESTS * minimum


def _print_large(emulator: Gate) -> bool:
    print(f"an account with {MANY} of each resource; tasks that change nothing")
    print(f"  {'':40}{'requests':>10}{'seconds':>10}{'peak MiB':>10}  filters")
    good, base = True, 0.0
    for words, task in looks(fill(emulator, MANY), MANY).items():
        emulator.clear_requests()
        (done,) = run_modules(emulator, [task], together=False)
        requests = emulator.requests()
        filters = {
            value for entry in requests for name, value in entry["parameters"].items() if name == "Filter.1.Name"
        }
        print(f"  {words:40}{len(requests):10}{done.seconds:10.1f}{done.peak:10.0f}  {', '.join(filters) or '-'}")
        base = base or done.peak
        good &= not done.result.get("failed") and not done.result["changed"] and done.peak - base < MOST_MEMORY
        if words.endswith("by id"):
            good &= len(requests) == 1
    return good


def main() -> int:
    """Run the program; its exit status."""
    with gate() as emulator:
        results = [_print_together(emulator), _print_large(emulator)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
