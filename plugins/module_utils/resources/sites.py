# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vocabulary of sites: what a list of them says of customer gateways, tunnels and networks, and back again. Pure.

A site is a dictionary with the options of its customer gateway, and those that its tunnels have in common. What counts
for a tunnel is what it says itself, then its site, then the defaults.
"""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches

from . import customer_gateway, vpn_tunnel
from .schema import Field, Item, Resource
from .types import TYPES

KEY = "pre_shared_key"
# The options of tunnels: not what the site and the gateway say.
TUNNEL_FIELDS = tuple(
    field for field in vpn_tunnel.RESOURCE.settable if field.option not in ("name", "vpn_gateway", "customer_gateway")
)
GATEWAY_FIELDS = tuple(field for field in customer_gateway.RESOURCE.settable if field.option != "name")
# How it is gone about: the options of the policy of a task.
SETTINGS = (
    *("on_immutable_change", "move_routes", "allow_unknown_values", "probe", "wait", "wait_timeout", "wait_for_state"),
    f"update_{KEY}",
)
_CIDR = TYPES["cidr"]


@dataclass
class Tunnel:
    """A tunnel of a site, as it is declared. C(networks) are None where they are not managed."""

    name: str
    options: Item
    settings: Item
    present: bool = True
    id: str | None = None
    previous_name: str | None = None
    networks: list[str] | None = None


@dataclass
class Site:
    """A site, as it is declared: its customer gateway, and its tunnels. C(label) tells it from all others."""

    name: str
    label: str
    options: Item = field(default_factory=dict)
    settings: Item = field(default_factory=dict)
    present: bool = True
    ignored: bool = False
    id: str | None = None
    previous_name: str | None = None
    tunnels: list[Tunnel] = field(default_factory=list)


def declared(sites: t.Sequence[Item], defaults: Item, keys: t.Mapping[str, t.Any], faults: list[str]) -> list[Site]:
    """The sites that a task declares. C(keys) are pre-shared keys by the names of sites and tunnels.

    What is wrong with the declaration is added to the C(faults).
    """
    names = Counter(str(site.get("name")) for site in sites)
    for name, number in names.items():
        if not name.strip():
            faults.append("the name of a site must not be empty")
        if number > 1 and not all(site.get("customer_gateway_id") for site in sites if site["name"] == name):
            faults.append(f"{number} sites are named {name!r}; only their customer_gateway_id could tell them apart")
    found = [_site(site, defaults, names, faults) for site in sites]
    _give_keys(found, sites, keys, faults)
    _unique_tunnels(found, faults)
    _unique_networks(found, faults)
    _unique_meanings(found, faults)
    return found


def _site(site: Item, defaults: Item, names: t.Mapping[str, int], faults: list[str]) -> Site:
    name, identity = str(site["name"]), site.get("customer_gateway_id")
    own = {**_given(defaults), **_given(site)}
    result = Site(
        name,
        f"{name} ({identity})" if names[name] > 1 else name,
        {each.option: site[each.option] for each in GATEWAY_FIELDS if site.get(each.option) is not None},
        {option: own[option] for option in SETTINGS if option in own},
        site.get("state") != "absent",
        bool(site.get("ignore")),
        identity,
        site.get("previous_name"),
    )
    listed = site.get("tunnels")
    entries = [{}] if listed is None else [_given(entry) for entry in listed]
    if site.get("remote_cidrs") is not None and len(entries) != 1:
        faults.append(
            f"site {result.label!r}: remote_cidrs must stand at one of its tunnels, as it has {len(entries)} of them"
        )
    for entry in entries:
        options = {**own, **entry}
        tunnel = Tunnel(
            str(entry.get("name", name)),
            {each.option: options[each.option] for each in TUNNEL_FIELDS if each.option in options},
            {option: options[option] for option in SETTINGS if option in options},
            entry.get("state", "present" if result.present else "absent") == "present",
            entry.get("id"),
            entry.get("previous_name", site.get("previous_name") if "name" not in entry else None),
            entry.get("remote_cidrs", site.get("remote_cidrs")),
        )
        if tunnel.present and not result.present:
            faults.append(f"site {result.label!r}: its tunnel {tunnel.name!r} is to be present, and the site absent")
        if not tunnel.name.strip():
            faults.append(f"site {result.label!r}: the name of a tunnel must not be empty")
        result.tunnels.append(tunnel)
    return result


def _given(options: Item) -> Item:
    return {option: value for option, value in options.items() if value is not None}


def _give_keys(found: list[Site], sites: t.Sequence[Item], keys: t.Mapping[str, t.Any], faults: list[str]) -> None:
    """Give the tunnels the keys that stand in a map by names, or ids of tunnels: that of a tunnel before its site's."""
    owners = Counter(tunnel.name for site in found for tunnel in site.tunnels)
    ids = {tunnel.id for site in found for tunnel in site.tunnels}
    known = {*owners, *(site.name for site in found), *ids}
    doubtful = {str(name) for name in keys if owners[str(name)] > 1}
    for site, raw in zip(found, sites):
        by_site, at_site = keys.get(site.name), raw.get(KEY)
        if at_site is not None and by_site is not None and (len(site.tunnels) != 1 or owners[site.name] == 0):
            faults.append(f"site {site.label!r} has a {KEY}, and pre_shared_keys has another one")
        for tunnel, entry in zip(site.tunnels, raw.get("tunnels") or [{}] * len(site.tunnels)):
            by_tunnel, own = keys.get(str(tunnel.id), keys.get(tunnel.name)), entry.get(KEY)
            if by_tunnel is not None and (own is not None or (at_site is not None and "name" not in entry)):
                faults.append(f"tunnel {tunnel.name!r} has a {KEY}, and pre_shared_keys has another one")
            chosen = next((key for key in (own, by_tunnel, at_site, by_site) if key is not None), None)
            if chosen is not None:
                tunnel.options[KEY] = str(chosen)
            elsewhere = owners[site.name] > 0 or site.label != site.name
            if elsewhere and by_site is not None and own is at_site is by_tunnel is None:
                doubtful.add(site.name)
    faults += [
        f"pre_shared_keys: {name!r} is the name of more than one site or tunnel; set {KEY} there"
        for name in sorted(doubtful)
    ]
    for number, unused in enumerate(map(str, keys), 1):
        if unused not in known:  # it is not shown, as it may be a key: of an entry that is the wrong way round
            near = get_close_matches(unused, sorted(map(str, known)), 1)
            faults.append(
                f"pre_shared_keys: there is no site or tunnel named as its entry {number} is, which has {len(unused)} "
                f"characters{f' and is much like {near[0]!r}' if near else ''}"
            )


def _unique_tunnels(found: list[Site], faults: list[str]) -> None:
    names = Counter(tunnel.name for site in found if not site.ignored for tunnel in site.tunnels if tunnel.id is None)
    for name, number in names.items():
        if number > 1:
            faults.append(f"{number} tunnels are named {name!r}; only their id could tell them apart")


def _unique_meanings(found: list[Site], faults: list[str]) -> None:
    """An id, and a name that something had before, mean one site or tunnel of the list."""
    sites = [site for site in found if not site.ignored]
    tunnels = [tunnel for site in sites for tunnel in site.tunnels]
    for noun, given in (
        ("customer_gateway_id", [site.id for site in sites]),
        ("id", [tunnel.id for tunnel in tunnels]),
        ("previous_name", [site.previous_name for site in sites]),
    ):
        for value, number in Counter(
            each if noun == "previous_name" else each.lower() for each in given if each
        ).items():
            if number > 1:
                faults.append(f"{number} have the {noun} {value!r}, which means one")
    new = {site.name for site in sites if site.previous_name != site.name}
    for value in sorted({str(site.previous_name) for site in sites if site.previous_name != site.name} & new):
        faults.append(
            f"site {value!r} is declared, and is the previous_name of another one: rename in a task of its own, before"
        )


def _unique_networks(found: list[Site], faults: list[str]) -> None:
    """A network leads into one tunnel."""
    owners: dict[str, list[str]] = {}
    for site in found:
        for tunnel in site.tunnels:
            if site.ignored or not tunnel.present:
                continue
            for network in tunnel.networks or ():
                problem = _CIDR.malformed(network)
                if problem:
                    faults.append(f"site {site.label!r}: remote_cidrs {problem} (got {network!r})")
                else:
                    owners.setdefault(_CIDR.canonical(network), []).append(f"tunnel {tunnel.name!r}")
    for network, tunnels in owners.items():
        if len(tunnels) > 1:
            faults.append(f"the network {network} can't lead into more than one of {', '.join(tunnels)}")


def overlapping(found: t.Sequence[Site]) -> list[str]:
    """Warnings for what two of the declared sites have in common, as it would be two for one thing."""
    told = []
    gateways = [
        (f"site {site.label!r}", {"address": site.options.get("address")})
        for site in found
        if site.present and not site.ignored
    ]
    told += _in_common(customer_gateway.RESOURCE, gateways)
    tunnels = [
        (f"tunnel {tunnel.name!r}", {**tunnel.options, "vpn_gateway": "it", "customer_gateway": site.label})
        for site in found
        for tunnel in site.tunnels
        if tunnel.present and not site.ignored
    ]
    return told + _in_common(vpn_tunnel.RESOURCE, tunnels)


def _in_common(resource: Resource, items: t.Sequence[tuple[str, Item]]) -> list[str]:
    told = []
    for group in resource.one_of_a_kind:
        same: dict[t.Any, list[tuple[str, Item]]] = {}
        for name, item in items:
            if all(item.get(option) is not None for option in group.options):
                values = tuple(str(resource.field(option).canonical(item[option])) for option in group.options)
                same.setdefault(values, []).append((name, item))
        for alike in same.values():
            names = [name for name, item in alike if not _differs_from_all(item, alike, group.but)]
            if len(names) > 1:
                options = [option for option in group.options if option != "vpn_gateway"]
                told.append(f"{', '.join(names)} have the same {' and '.join(options)}.")
    return told


def _differs_from_all(item: Item, others: t.Sequence[tuple[str, Item]], options: t.Sequence[str]) -> bool:
    return all(
        other is item
        or any(
            item.get(option) is not None and other.get(option) is not None and item[option] != other[option]
            for option in options
        )
        for _name, other in others
    )


def as_site(
    gateway: Item, tunnels: t.Sequence[Item], networks: t.Mapping[str, list[str] | None], by_id: t.Collection[str]
) -> tuple[Item, dict[str, str]]:
    """A site as a declaration has it, and the keys of its tunnels by their names, or by the ids of those C(by_id).

    C(networks) are those that lead into a tunnel, by its id; None where that can't be told. C(by_id) are the ids of
    what its name does not tell from others.
    """
    name = _name_of(customer_gateway.RESOURCE, gateway)
    site: Item = {"name": name}
    if gateway["id"] in by_id or name == gateway["id"]:
        site["customer_gateway_id"] = gateway["id"]
    site.update(as_options(customer_gateway.RESOURCE, GATEWAY_FIELDS, gateway))
    entries = []
    for tunnel in tunnels:
        entry: Item = {"name": _name_of(vpn_tunnel.RESOURCE, tunnel)}
        if tunnel["id"] in by_id or entry["name"] == tunnel["id"]:
            entry["id"] = tunnel["id"]
        entry.update(as_options(vpn_tunnel.RESOURCE, TUNNEL_FIELDS, tunnel))
        leading = networks.get(str(tunnel["id"]))
        if leading is not None:
            entry["remote_cidrs"] = leading
        entries.append(entry)
    keys = {str(entry.get("id", entry["name"])): entry.pop(KEY) for entry in entries if KEY in entry}
    if len(entries) == 1 and entries[0]["name"] == name and "id" not in entries[0]:
        return {**site, **entries[0]}, keys
    return {**site, "tunnels": entries}, keys


def _name_of(resource: Resource, item: Item) -> str:
    """The name of an item; its id, if it has none that a task may have."""
    name = str(item.get("name") or "")
    is_fit = name.strip() and resource.field("name").fault(name, False) is None
    return name if is_fit else str(item["id"])


def as_options(resource: Resource, fields: t.Sequence[Field], item: Item) -> Item:
    """The options of an item that can be given back."""
    shown = {
        each.option: item[each.option]
        for each in fields
        if each.returned and item.get(each.option) is not None and each.malformed(item[each.option]) is None
    }
    if resource is vpn_tunnel.RESOURCE:
        shown.pop("vpn_gateway_version", None)  # that of the gateway
    if resource.faults(shown, complete=False, strict=True):
        shown["allow_unknown_values"] = True
    return shown
