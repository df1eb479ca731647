# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a task makes, counted by the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .contestants import Account

DRY_RUN = " (dry run)"
_KEY = "example-pre-shared-key"
_MODULE = {
    "vpn_gateway": {"name": "new", "vpc_id": "vpc-new", "bandwidth": 5, "charge_type": "Daily"},
    "customer_gateway": {"name": "new", "address": "203.0.113.9"},
    "vpn_tunnel": {"name": "new", "type": "Ipsec", "pre_shared_key": _KEY, "ike_dh_group": 14},
}
_CHANGE = {
    "vpn_gateway": {"bandwidth": 10},
    "customer_gateway": {"address": "203.0.113.10"},
    "vpn_tunnel": {"name": "renamed"},
}


@dataclass
class Count:
    """A task in words, and the actions that it called, in their order."""

    resource: str
    case: str
    actions: list[str]

    @property
    def waits(self) -> int:
        """How many of them came after the last write: it is read until it is seen."""
        writes = [place for place, action in enumerate(self.actions) if not action.startswith("Describe")]
        done = [place for place in writes if not self.actions[place].endswith(DRY_RUN)]
        return len(self.actions) - done[-1] - 1 if done else 0


def count(account: Account) -> list[Count]:
    """The requests of each kind of task for each resource."""
    return [found for resource in _MODULE for found in _life(account, resource)]


def _life(account: Account, resource: str) -> Iterator[Count]:
    """A resource from its creation to its end, and what a task calls on each occasion."""
    options: dict[str, Any] = dict(_MODULE[resource])
    first = account.own_items[0]
    if resource == "vpn_tunnel":
        options.update(vpn_gateway=first["vpn_gateway_id"], customer_gateway=first["id"])

    def task(case: str, *arguments: str, **given: Any) -> Count:
        account.emulator.clear_requests()
        account.player.play([{f"ksyun.vpn.{resource}": given}], (), *arguments, changes=True)
        calls = [entry["action"] + (DRY_RUN if entry["dry_run"] else "") for entry in account.emulator.requests()]
        return Count(resource, case, calls)

    yield task("create, check mode", "--check", **options)
    yield task("create", **options)
    wire = "".join(word.capitalize() for word in resource.split("_"))
    found = [item for item in account.emulator.state()[f"{wire}Set"] if item[f"{wire}Name"] == "new"]
    identity = found[0][f"{wire}Id"]
    yield task("no change, by id", id=identity, **options)
    yield task("no change, by name on one page", **options)
    if resource == "vpn_tunnel":
        names = {"vpn_gateway": first["name"], "customer_gateway": first["name"]}
        yield task("no change, gateways by name too", **{**options, **names})
    changed = {**options, **_CHANGE[resource]}
    if resource == "vpn_tunnel":  # its name is all that the service can change
        yield task("modify, check mode", "--check", id=identity, **changed)
        yield task("modify", id=identity, **changed)
        replaced = {**changed, "pre_shared_key": f"{_KEY}-2", "on_immutable_change": "replace"}
        yield task("replace", **replaced)
    else:
        yield task("modify, check mode", "--check", **changed)
        yield task("modify", **changed)
    yield task("delete, check mode", "--check", name=changed["name"], state="absent")
    yield task("delete", name=changed["name"], state="absent")
    yield task("delete what is not there", name=changed["name"], state="absent")
    account.emulator.clear_requests()
    account.player.play([{f"ksyun.vpn.{resource}_info": {}}])
    yield Count(resource, "info, one page", [entry["action"] for entry in account.emulator.requests()])
