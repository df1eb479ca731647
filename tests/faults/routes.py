# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drawing contests of routes, and of tunnels that routes lead to.

- C(route race): two to five tasks create one route, equal or to different tunnels, each answer lost or not;
- C(route stranger): one task creates, changes, replaces or removes a route; somebody else creates or deletes it;
- C(move): a tunnel that up to three routes lead to is replaced, or removed; any of the answers is lost, any of the
  writes is refused, and somebody else may create or delete a route meanwhile.
"""

from __future__ import annotations

from random import Random

from .contests import (
    GENERATION,
    LOST,
    NAME,
    PARENTS,
    Ask,
    Contest,
    Fault,
    Options,
    Seed,
    create_options,
    lags,
    lost_creates,
    seed_of,
    wire,
)
from .mishaps import WIRE

KINDS = ("vpc_route", "vpn_gateway_route")
NETWORK = "10.1.0.0/16"
_FURTHER = ("10.2.0.0/16", "10.3.0.0/16")
_TUNNELS = ("into", "beside")  # labels of tunnels of one gateway, which are their names, too
_REFUSED: Fault = {"kind": "error", "when": "before", "status": 400, "code": "OperationDenied", "dry_run": False}


def _kind_at(gateway: str) -> str:
    return KINDS[GENERATION[gateway] - 1]


def _route(random: Random, gateway: str, tunnel: str, network: str = NETWORK) -> Options:
    """All that a create of a route takes: in the gateway's VPC, or of the gateway itself, as its version has it."""
    options: Options = {"destination_cidr_block": network, "vpn_gateway": "@" + gateway, "vpn_tunnel": "@" + tunnel}
    if random.random() < 0.3:
        options["description"] = "fake"
    if _kind_at(gateway) == "vpc_route":
        return {"vpc_id": PARENTS[gateway][1]["VpcId"], **options}
    return {"next_hop_type": "vpn_tunnel", **options}


def _tunnels(random: Random, gateway: str) -> list[Seed]:
    """Two tunnels of a gateway, to which routes can lead."""
    return [seed_of("vpn_tunnel", {**create_options(random, "vpn_tunnel", gateway), "name": n}, n) for n in _TUNNELS]


def _bystander(random: Random, gateway: str) -> list[Seed]:
    """Perhaps another network's route, which nothing may happen to."""
    if random.random() < 0.5:
        return []
    kind = _kind_at(gateway)
    return [seed_of(kind, _route(random, gateway, random.choice(_TUNNELS), "10.77.0.0/16"), "bystander")]


def _habits(random: Random) -> Options:
    """What no source tells of routes."""
    settings = lags(random)
    for name, values in (
        ("duplicate_routes", ("refused", "allowed")),
        ("routes_of_deleted", ("refused", "dangling", "removed")),
        ("route_next_hop", ("tunnel", "gateway")),
        ("next_hop_names", ("live", "as created")),
        ("nexthop_filter", ("type", "id", "name")),
        ("route_tables", ("kept", "kept", "ignored")),
        ("dry_run_depth", ("permission", "full", "rights")),
    ):
        if random.random() < 0.4:
            settings[name] = random.choice(values)
    return settings


def _made_by_another(random: Random, kind: str, options: Options, moment: tuple[str, int, str]) -> Options:
    """A stranger creates the route: the same, or to the other tunnel."""
    made = {**options, "vpn_tunnel": "@" + random.choice(_TUNNELS)}
    action, skip, when = moment
    parameters = {name: str(value) for name, value in wire(kind, made).items()}
    return {
        "action": action,
        "skip": skip,
        "when": when,
        "verb": "create",
        "noun": WIRE[kind],
        "parameters": parameters,
    }


def _deleted_by_another(kind: str, network: str, moment: tuple[str, int, str]) -> Options:
    action, skip, when = moment
    noun = WIRE[kind]
    parameters = {f"{noun}Id": f"network:{network}"}
    return {"action": action, "skip": skip, "when": when, "verb": "delete", "noun": noun, "parameters": parameters}


def _moments(noun: str) -> list[tuple[str, int, str]]:
    looks = [(f"Describe{noun}s", skip, when) for skip in (0, 1, 2) for when in ("before", "after")]
    return looks + [(f"{verb}{noun}", 0, when) for verb in ("Create", "Delete") for when in ("before", "after")]


def _race(random: Random) -> Contest:
    gateway = random.choice(list(GENERATION))
    kind, tasks = _kind_at(gateway), random.choice([2, 2, 3, 3, 4, 5])
    options, equal = _route(random, gateway, "into"), random.random() < 0.6
    asks = []
    for number in range(tasks):
        asked = dict(options)
        if not equal and number % 2:
            asked["vpn_tunnel"] = "@beside"
        asks.append(Ask(kind, asked, random.choice([0.0, 0.0, 0.0, 0.01, 0.05, 0.2, 0.5, 2.0])))
    if random.random() < 0.15:
        gone = {name: options[name] for name in ("vpc_id", "vpn_gateway", "destination_cidr_block") if name in options}
        asks[-1] = Ask(kind, {**gone, "state": "absent"}, 0.2)
    strangers = []
    if random.random() < 0.25:
        strangers.append(_made_by_another(random, kind, options, random.choice(_moments(WIRE[kind]))))
    faults = lost_creates(random, kind, tasks, random.choice([0.0, 0.3, 0.5, 1.0]))
    if random.random() < 0.15:
        faults.append({"action": "Describe*", "kind": "reset", "skip": random.randint(2, 6)})
    if random.random() < 0.15:
        faults.append({**random.choice(LOST), "action": f"Delete{WIRE[kind]}"})
    seeds = [*_tunnels(random, gateway), *_bystander(random, gateway)]
    return Contest(0, "", seeds, asks, _habits(random), faults, strangers)


def _stranger(random: Random) -> Contest:
    gateway = random.choice(list(GENERATION))
    kind = _kind_at(gateway)
    options, noun = _route(random, gateway, "into"), WIRE[kind]
    goal = random.choice(["create", "create", "change", "replace", "replace", "remove"])
    seeds = [*_tunnels(random, gateway), *_bystander(random, gateway)]
    if goal != "create":
        seeds.append(seed_of(kind, options))
    asked = dict(options)
    if goal == "change":
        asked["description"] = "another"
    elif goal == "replace":
        asked.update(vpn_tunnel="@beside", on_immutable_change="replace")
    elif goal == "remove":
        place = {name: options[name] for name in ("vpc_id", "vpn_gateway", "destination_cidr_block") if name in options}
        asked = {**place, "state": "absent"}
    if goal != "create" and random.random() < 0.3:
        asked["id"] = random.choice(["@old", "^old"])
    strangers = []
    if random.random() < 0.8:
        moment = random.choice(_moments(noun))
        created = random.random() < 0.6
        strangers.append(
            _made_by_another(random, kind, options, moment) if created else _deleted_by_another(kind, NETWORK, moment)
        )
    verbs = {"create": ["Create"], "change": ["Modify"], "replace": ["Delete", "Create"], "remove": ["Delete"]}[goal]
    faults: list[Fault] = []
    if random.random() < 0.5:
        fault = {**random.choice(LOST), "action": f"{random.choice(verbs)}{noun}", "dry_run": False}
        faults.append({**fault, "count": random.choice([1, 1, 1, 9])})
    if random.random() < 0.15:  # from some look on, none succeeds
        skip = random.randint(1, 3)
        faults.append({"action": f"Describe{noun}s", "kind": "html", "status": 403, "skip": skip, "count": 99})
    return Contest(0, "", seeds, [Ask(kind, asked)], _habits(random), faults, strangers)


def _move(random: Random) -> Contest:
    gateway = random.choice(list(GENERATION))
    kind = _kind_at(gateway)
    noun = WIRE[kind]
    old = create_options(random, "vpn_tunnel", gateway)
    networks = (NETWORK, *_FURTHER)[: random.choice([0, 1, 1, 2, 2, 3])]
    seeds = [*_tunnels(random, gateway), seed_of("vpn_tunnel", old), *_bystander(random, gateway)]
    seeds += [seed_of(kind, _route(random, gateway, "old", network), f"route {network}") for network in networks]
    asked = {**old, "ike_dh_group": 5, "on_immutable_change": "replace"}
    if random.random() < 0.15:
        asked = {"name": NAME, "vpn_gateway": old["vpn_gateway"], "state": "absent"}
    if random.random() < 0.15:
        asked["move_routes"] = False
    if random.random() < 0.3:
        asked["id"] = random.choice(["@old", "^old"])
    faults: list[Fault] = []
    writes = ("DeleteVpnTunnel", "CreateVpnTunnel", f"Delete{noun}", f"Create{noun}")
    for _unused in range(random.choice([0, 1, 1, 1, 2, 3])):
        fault = random.choice([random.choice(LOST), random.choice(LOST), _REFUSED])
        count, skip = random.choice([1, 1, 2, 9]), random.choice([0, 0, 1])
        faults.append({**fault, "action": random.choice(writes), "dry_run": False, "count": count, "skip": skip})
    if random.random() < 0.15:
        looks, skip = random.choice(["DescribeVpnTunnels", f"Describe{noun}s", "Describe*"]), random.randint(0, 9)
        faults.append({"action": looks, "kind": "html", "status": 403, "skip": skip, "count": random.choice([1, 99])})
    strangers = []
    if random.random() < 0.3:
        moment = random.choice([*_moments(noun), *_moments("VpnTunnel")])
        network = random.choice((NETWORK, *_FURTHER))
        strangers.append(
            _made_by_another(random, kind, _route(random, gateway, "into", network), moment)
            if random.random() < 0.5
            else _deleted_by_another(kind, network, moment)
        )
    return Contest(0, "", seeds, [Ask("vpn_tunnel", asked)], _habits(random), faults, strangers)


DRAW = {"route race": _race, "route stranger": _stranger, "move": _move}
