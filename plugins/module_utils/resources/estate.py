# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several VPN gateways with their sites, as variables declare them, and back again. Pure.

A gateway is a dictionary with its own options and, beside these, what belongs to its sites.
"""

from __future__ import annotations

import typing as t
from collections import Counter
from dataclasses import dataclass, field

from . import vpn_gateway, vpn_tunnel
from .schema import Item
from .sites import GATEWAY_FIELDS, SETTINGS, TUNNEL_FIELDS, Site, as_options, declared

FIELDS = tuple(vpn_gateway.RESOURCE.settable)
# What stands beside the options of a gateway, and is about its sites.
OF_SITES = ("sites", "tunnel_defaults", "prune", "prune_limit", "replace_limit")
# What is prepared of a gateway, and may hold keys.
SECRET_PARTS = ("sites", "defaults", "pre_shared_keys")
OPTIONS_OF_SITE = frozenset(
    (
        *("name", "state", "ignore", "previous_name", "customer_gateway_id", "extra", "remote_cidrs", "tunnels"),
        *(each.option for each in (*GATEWAY_FIELDS, *TUNNEL_FIELDS)),
        *SETTINGS,
    )
)
Validate = t.Callable[[list[Item], Item], list[str]]


@dataclass(frozen=True)
class Common:
    """What all gateways have in common, where they do not say it themselves.

    C(compare): nothing is to be done, so that limits and prune do not count, and no dry run is sent.
    C(own_keys) are the keys of sites that are the user's own, C(only) the names of the sites that are dealt with (all,
    if there are none), C(keys) pre-shared keys by the names of sites and tunnels, by the gateway first if C(several).
    """

    tunnel_defaults: Item = field(default_factory=dict)
    keys: t.Mapping[str, t.Any] = field(default_factory=dict)
    several: bool = False
    own_keys: t.Sequence[str] = ()
    only: t.Sequence[str] = ()
    settings: Item = field(default_factory=dict)
    limits: Item = field(default_factory=dict)
    compare: bool = False


def prepare(gateways: t.Sequence[Item], common: Common, validate: Validate) -> tuple[list[Item], list[str]]:
    """The gateways as tasks take them, and what is wrong with them.

    Each has C(label), C(gateway) with its options, C(absent), and C(sites), C(defaults), C(pre_shared_keys) and the
    limits as the module C(sites) takes them. C(validate) tells what is wrong with the types and names of the options
    of sites and defaults.
    """
    faults = [f"own_keys: {key!r} is an option of a site" for key in common.own_keys if key in OPTIONS_OF_SITE]
    labels = _labels(gateways, faults)
    if common.several:
        known = {str(value) for entry in gateways for value in (entry.get("id"), entry.get("name")) if value}
        faults += [f"pre_shared_keys: there is no VPN gateway {name!r}" for name in common.keys if name not in known]
    prepared, names = [], set[str]()
    for entry, label in zip(gateways, labels):
        own: list[str] = []
        sites = [dict(item) for item in entry.get("sites") or () if isinstance(item, t.Mapping)]
        if len(sites) != len(entry.get("sites") or ()):
            own.append("each of the sites must be a dictionary")
        names |= {str(site.get("name")) for site in sites}
        result = _prepared(entry, label, sites, common)
        own += validate(result["sites"], result["defaults"]) or _said(entry, sites, result)
        prepared.append(result)
        faults += [f"{label}: {fault}" for fault in own] if common.several else own
    faults += [f"only: there is no site named {name!r}" for name in common.only if name not in names]
    if common.only:
        faults += [f"{each['label']}: it is to be absent, so only must be empty" for each in prepared if each["absent"]]
    return prepared, faults


def _labels(gateways: t.Sequence[Item], faults: list[str]) -> list[str]:
    names = Counter(str(entry.get("name")) for entry in gateways)
    labels = []
    for entry in gateways:
        name, identity = entry.get("name"), entry.get("id")
        if not name and not identity:
            faults.append("one of id and name is required of a VPN gateway")
        labels.append(f"{name} ({identity})" if name and identity and names[str(name)] > 1 else str(name or identity))
    for label, number in Counter(labels).items():
        if number > 1:
            faults.append(f"{number} VPN gateways are named {label!r}; only their id could tell them apart")
    return labels


def _prepared(entry: Item, label: str, sites: list[Item], common: Common) -> Item:
    absent = entry.get("state") == "absent"
    keys: t.Any = common.keys
    if common.several:
        keys = next((common.keys[str(i)] for i in (entry.get("id"), entry.get("name")) if str(i) in common.keys), {})
    result: Item = {
        "label": label,
        "gateway": {
            **{option: value for option, value in common.settings.items() if option == "probe"},
            **{option: value for option, value in entry.items() if option not in OF_SITES},
        },
        "absent": absent,
        "named": not common.only or any(site.get("name") in common.only for site in sites),
        "sites": [_site(site, absent, common) for site in sites],
        "defaults": {**common.settings, **common.tunnel_defaults, **(entry.get("tunnel_defaults") or {})},
        "pre_shared_keys": dict(keys),
        **{option: limit if entry.get(option) is None else entry[option] for option, limit in common.limits.items()},
    }
    if common.only or absent or common.compare:
        result["prune"] = False
    return _compared(result) if common.compare else result


def _compared(result: Item) -> Item:
    """The same for a check with a key that may only read, which is to show all that differs, however much it is."""
    sites = [_unasked(site) for site in result["sites"]]
    for site in sites:
        if isinstance(site.get("tunnels"), (list, tuple)):
            site["tunnels"] = [_unasked(each) if isinstance(each, t.Mapping) else each for each in site["tunnels"]]
    unasked = {part: {**result[part], "probe": False} for part in ("gateway", "defaults")}
    return {**result, **unasked, "sites": sites, "prune_limit": "100%", "replace_limit": "100%"}


def _unasked(options: t.Mapping[str, t.Any]) -> Item:
    return {option: value for option, value in options.items() if option != "probe"}


def _site(site: Item, absent: bool, common: Common) -> Item:
    """A site without the user's own keys; one that is to go with its gateway, or that is not among those asked for."""
    result = {key: value for key, value in site.items() if key not in common.own_keys}
    if common.only and site.get("name") not in common.only:
        result["ignore"] = True
    if absent:
        result["state"] = "absent"
        if result.get("tunnels"):
            result["tunnels"] = [{**tunnel, "state": "absent"} for tunnel in result["tunnels"]]
    return result


def _said(entry: Item, sites: list[Item], result: Item) -> list[str]:
    """What is wrong with what is said of sites, whose types are right."""
    faults: list[str] = []
    found = declared(result["sites"], result["defaults"], result["pre_shared_keys"], faults)
    if result["absent"]:
        faults += [
            f"site {site['name']!r} is to be present, but its VPN gateway is to be absent"
            for site in sites
            if site.get("state") == "present"
        ]
    return faults + [fault for site in found if not site.ignored for fault in _unfit(site, entry)]


def _unfit(site: Site, gateway: Item) -> list[str]:
    """What the service would refuse of new tunnels: their gateway may be created before, and paid for."""
    table = vpn_tunnel.RESOURCE
    version = gateway.get("vpn_gateway_version")
    inherited = {} if version is None else {"vpn_gateway_version": str(version)}
    return [
        f"tunnel {tunnel.name!r}: {fault}"
        for tunnel in site.tunnels
        if tunnel.present and tunnel.options.get("type") is not None
        for fault in table.fits(tunnel.options, {"customer_gateway": site.options}, inherited)
    ]


def as_gateway(gateway: Item, sites: t.Sequence[Item], *, by_id: bool) -> Item:
    """A gateway that there is as a declaration has it. C(by_id): its name does not tell it from others."""
    entry: Item = {"id": gateway["id"]} if by_id or not gateway.get("name") else {}
    entry.update(as_options(vpn_gateway.RESOURCE, FIELDS, gateway))
    return {**entry, "sites": list(sites)}


def exported(results: t.Sequence[Item], others: t.Sequence[Item] = ()) -> Item:
    """The variables that declare what there is. C(results) are those of C(sites_info), one for each gateway.

    C(others) are gateways that may share their names.
    """
    known = {str(gateway["id"]): gateway for gateway in [*others, *(result["vpn_gateway"] for result in results)]}
    names = Counter(str(gateway.get("name")) for gateway in known.values())
    entries, keys = [], {}
    for result in results:
        gateway = result["vpn_gateway"]
        by_id = names[str(gateway.get("name"))] > 1
        entries.append(as_gateway(gateway, result["sites"], by_id=by_id))
        if result.get("pre_shared_keys") is not None:
            keys[str(entries[-1].get("id") or gateway["name"])] = dict(result["pre_shared_keys"])
    variables: Item = {"site_to_site_gateways": entries}
    if any(result.get("pre_shared_keys") is not None for result in results):
        variables["site_to_site_pre_shared_keys"] = keys
    return variables
