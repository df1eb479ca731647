# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drawing trials: what is there, what is declared, and what goes wrong on the way. All from one random generator."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import Any

from .mishaps import Mishap, draw_mishaps

Options = dict[str, Any]
KINDS = ("vpn_gateway", "customer_gateway", "vpn_tunnel")
NAMES = {
    "vpn_gateway": ("office", "客户 网关", "a\"b'&c=+%20;/?#"),
    "customer_gateway": ("branch", "分部", "it's 50%"),
    "vpn_tunnel": ("office-branch", "通道 1", "x+y&z"),
}


@dataclasses.dataclass
class Declared:
    """One resource of a trial.

    C(prior): the options that it was made with before, None if it is not there. C(options): what the task says of it
    (with its name), None if the task wants it absent. C(replaced): the options can't be changed in place.
    C(untouched): no task speaks of it.
    """

    kind: str
    name: str
    prior: Options | None
    options: Options | None
    replaced: bool = False
    by_id: bool = False
    untouched: bool = False

    @property
    def wanted_name(self) -> str:
        """Its name in the end."""
        return self.options["name"] if self.options else self.name

    @property
    def final(self) -> Options | None:
        """All options that it has in the end, None if it is to be gone."""
        if self.untouched:
            return self.prior
        return None if self.options is None else {**(self.prior or {}), **self.options}

    @property
    def writes(self) -> list[str]:
        """The verbs of the writes that its task may make."""
        if self.untouched:
            return []
        if self.options is None:
            return ["Delete"] if self.prior is not None else []
        if self.prior is None:
            return ["Create"]
        return ["Delete", "Create", "Create"] if self.replaced else ["Modify"]


@dataclasses.dataclass
class Trial:
    """One trial: its resources, the emulator's settings, and the mishaps of the first run."""

    number: int
    declared: list[Declared]
    settings: dict[str, Any]
    mishaps: list[Mishap]
    proxy: str = "none"

    @property
    def tasks(self) -> list[Declared]:
        """What tasks speak of."""
        return [each for each in self.declared if not each.untouched]


def draw_trial(random: Random, number: int) -> Trial:
    """One of all trials."""
    settings: dict[str, Any] = {}
    if random.random() < 0.2:
        settings["list_lag"] = random.choice([0.5, 1.0, 2.0])
    if random.random() < 0.15:
        settings["delete_lag"] = random.choice([0.5, 2.0])
    declared = _draw_declared(random)
    mishaps = draw_mishaps(random, [(each.kind, each.writes) for each in declared])
    if any(mishap.kind == "wrong clock" for mishap in mishaps):
        settings["clock_offset"] = random.choice([-3600.0, 3600.0])
    return Trial(number, declared, settings, mishaps)


def _draw_declared(random: Random) -> list[Declared]:
    """The parents first. What becomes of the tunnel bounds what can become of its parents."""
    names = {kind: random.choice(NAMES[kind]) for kind in KINDS}
    tunnel, goal = None, random.choice(["create", "change", "replace", "remove", "untouched", "none", "none", "none"])
    if goal != "none":
        tunnel = _tunnel(random, goal, names["vpn_tunnel"])
    parents = [
        _parent(
            random,
            kind,
            names[kind],
            there=goal in ("change", "replace", "remove", "untouched") or random.random() < 0.5,
            stays=goal not in ("remove", "none"),
            held=goal in ("change", "replace", "untouched"),
        )
        for kind in ("vpn_gateway", "customer_gateway")
    ]
    if tunnel is None:
        return random.sample(parents, random.choice([1, 2]))
    if goal == "untouched":
        tunnel.prior = {**(tunnel.prior or {}), **_ends(parents)}
    elif tunnel.options is not None:
        tunnel.options.update(_ends(parents))
    return [*parents, tunnel]


def _ends(parents: list[Declared]) -> Options:
    return {parent.kind: parent.wanted_name for parent in parents}


def _parent(random: Random, kind: str, name: str, *, there: bool, stays: bool, held: bool) -> Declared:
    """A gateway or a customer gateway.

    C(stays): a tunnel needs it in the end, so it can't go. C(held): a tunnel is there, so it can't be replaced.
    """
    prior = {**_new(random, kind), "name": name} if there else None
    if there and random.random() < 0.5:
        return Declared(kind, name, prior, None, untouched=True)
    if not stays and random.random() < 0.4:
        return Declared(kind, name, prior, None, by_id=there and random.random() < 0.3)
    if prior is None:
        return Declared(kind, name, None, {**_new(random, kind), "name": name})
    by_id, replaced = random.random() < 0.3, False
    options = _named(random, name, by_id)
    if kind == "vpn_gateway":
        if random.random() < 0.6:
            options["bandwidth"] = random.choice([5, 10, 20, 50])
        if not held and random.random() < 0.4:
            options = {
                **prior,
                **options,
                "charge_type": "Monthly",
                "purchase_time": 1,
                "on_immutable_change": "replace",
            }
            replaced = True
    else:
        if random.random() < 0.6:
            options["address"] = f"203.0.113.{random.randint(1, 254)}"
        if random.random() < 0.3:
            options["ha_address"] = f"198.51.100.{random.randint(1, 254)}"
    return Declared(kind, name, prior, options, replaced, by_id)


def _tunnel(random: Random, goal: str, name: str) -> Declared:
    """A tunnel without its ends: the goal is to create, change, replace or remove it, or to leave it untouched."""
    new, by_id = {**_new_tunnel(random), "name": name}, random.random() < 0.3
    if goal == "create":
        return Declared("vpn_tunnel", name, None, new)
    if goal in ("remove", "untouched"):
        return Declared("vpn_tunnel", name, new, None, by_id=by_id, untouched=goal == "untouched")
    options = _named(random, name, by_id)
    if goal == "replace":
        options.update(ike_dh_group=5 if new["ike_dh_group"] == 14 else 14, on_immutable_change="replace")
        # What a create needs is named, so that another run can finish; of the others perhaps nothing.
        needed = ("type", "pre_shared_key") if random.random() < 0.5 else new
        options = {**{option: new[option] for option in needed}, **options}
        if random.random() < 0.5:
            options["pre_shared_key"] = f"fake-pre-shared-key-{random.randint(1000, 9999)}"
    elif random.random() < 0.5:
        options = {**new, **options}
    return Declared("vpn_tunnel", name, new, options, goal == "replace", by_id)


def _named(random: Random, name: str, by_id: bool) -> Options:
    """The name as it is, or where the task has the id, perhaps another."""
    return {"name": name + " 2" if by_id and random.random() < 0.5 else name}


def _new(random: Random, kind: str) -> Options:
    if kind == "customer_gateway":
        return {"address": f"192.0.2.{random.randint(1, 254)}"}
    return {"vpc_id": "vpc-1", "bandwidth": random.choice([5, 10, 20, 50]), "charge_type": "Daily"}


def _new_tunnel(random: Random) -> Options:
    return {
        "type": "Ipsec",
        "pre_shared_key": f"fake-pre-shared-key-{random.randint(1000, 9999)}",
        "ike_dh_group": random.choice([1, 2, 5, 14]),
        "ike_encryption_algorithm": random.choice(["aes", "3des"]),
        "ipsec_lifetime_seconds": random.choice([120, 3600]),
    }
