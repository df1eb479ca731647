# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The devices at the other ends, or the VPN gateways, as an inventory: thin, on what the info modules do."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: ksyun_vpn
version_added: 1.2.0
short_description: The devices at the other end of Ksyun (Kingsoft Cloud) VPN tunnels as an inventory
description:
  - Makes a host of each customer gateway, which stands for a device of yours, or of each VPN gateway.
  - It reads with three requests for each region and profile, and more where the service answers in pages.
  - No key is ever in it, neither the tunnels' nor the account's.
  - What the service has as a name stays a name, on every supported ansible-core, whatever it looks like.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - The name of this plugin. The file has to be called C(*.ksyun_vpn.yml) or C(*.ksyun_vpn.yaml).
    type: str
    required: true
    choices:
      - ksyun.vpn.ksyun_vpn
  hosts:
    description:
      - What the hosts are.
      - V(vpn_gateways) cuts an estate of many gateways into hosts, which the automation controller can share out over
        its nodes (job slicing).
    type: str
    choices:
      - customer_gateways
      - vpn_gateways
    default: customer_gateways
  regions:
    description:
      - The regions to read. If it is empty, the one of O(region).
    type: list
    elements: str
    default: []
  profiles:
    description:
      - The profiles of the credentials file to read with, each an account. If it is empty, the one of O(profile).
    type: list
    elements: str
    default: []
  project_ids:
    description:
      - The projects whose VPN gateways are read. If it is left out, the service answers with the default project.
    type: list
    elements: str
seealso:
  - plugin: ksyun.vpn.device_config
    plugin_type: filter
  - ref: ansible_collections.ksyun.vpn.docsite.devices
    description: The device at the other end.
"""

EXAMPLES = r"""
---
# devices.ksyun_vpn.yml
plugin: ksyun.vpn.ksyun_vpn
regions:
  - cn-beijing-6
  - cn-shanghai-2
profiles:
  - production

# The public address is where the device can be reached.
compose:
  ansible_host: ksyun_address

# Groups of those with weak algorithms, and by region, gateway and generation.
groups:
  weak: ksyun_weak | length > 0
keyed_groups:
  - key: ksyun_region
    prefix: region
  - key: ksyun_vpn_gateways | dict2items | map(attribute='value.name') | list
    prefix: gateway
  - key: ksyun_generations
    prefix: generation

# One file for all that reads this inventory within ten minutes.
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .cache/ksyun_vpn
cache_timeout: 600
"""

import json
import os
import typing as t

from ansible.errors import AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import KsyunError
from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.pool import REQUESTS_IMPORT_ERROR
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.audit import weaknesses
from ansible_collections.ksyun.vpn.plugins.module_utils.resources import customer_gateway, vpn_gateway, vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import CONNECTION
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import info_entry
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_variable

Item = dict[str, t.Any]
_KINDS = {table.RESOURCE.name: table.RESOURCE for table in (vpn_gateway, customer_gateway, vpn_tunnel)}
# Names that mean something to Ansible already.
_TAKEN = ("all", "ungrouped", "localhost", "127.0.0.1", "::1")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory of this file."""

    NAME = "ksyun.vpn.ksyun_vpn"

    def verify_file(self, path: str) -> bool:
        """Only files that are called after the plugin, so that others are left to others."""
        return bool(super().verify_file(path)) and path.endswith((".ksyun_vpn.yml", ".ksyun_vpn.yaml"))

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add the hosts of a file. Raises AnsibleParserError, in which there is no key."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        places = self._places(path, cache)
        hosts = (
            self._by_customer(places) if self.get_option("hosts") == "customer_gateways" else self._by_gateway(places)
        )
        strict = self.get_option("strict")
        for name, variables in named(hosts):
            host, values = as_variable(name), as_variable(variables)
            self.inventory.add_host(host)
            for variable, value in values.items():
                self.inventory.set_variable(host, variable, value)
            self._set_composite_vars(self.get_option("compose"), values, host, strict=strict)
            composed = self.inventory.get_host(host).vars
            for variable in self.get_option("compose") or ():
                if variable in composed:  # two texts that are none may be a template together
                    self.inventory.set_variable(host, variable, as_variable(composed[variable]))
            self._add_host_to_composed_groups(self.get_option("groups"), values, host, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), values, host, strict=strict)

    # --- reading ---

    def _places(self, path: str, cache: bool) -> list[Item]:
        """What there is in each region of each profile: from the cache, if it has that."""
        key = self.get_cache_key(path)
        wanted = self.get_option("cache")
        if wanted and cache:
            try:
                cached: list[Item] = self._cache[key]
                return cached
            except KeyError:
                pass
        places = self._read()
        if wanted:
            self._cache[key] = places
        return places

    def _read(self) -> list[Item]:
        if REQUESTS_IMPORT_ERROR is not None:
            raise AnsibleParserError("ksyun.vpn.ksyun_vpn needs the Python library requests, which is not there")
        options = {option: self._plain(option) for option in CONNECTION}
        return [
            _place({**options, "region": region, "profile": profile}, self._plain("project_ids"))
            for profile in self._plain("profiles") or [options["profile"]]
            for region in self._plain("regions") or [options["region"]]
        ]

    def _plain(self, option: str) -> t.Any:
        """An option without what Ansible knows of where it comes from."""
        return json.loads(json.dumps(self.get_option(option), default=str))

    # --- hosts ---

    def _by_customer(self, places: list[Item]) -> list[Item]:
        return [
            {
                **_common(place, customer),
                "ksyun_address": customer["address"],
                "ksyun_ha_address": customer["ha_address"],
                "ksyun_customer_gateway": customer,
                "ksyun_vpn_gateways": _of(place["vpn_gateway"], tunnels, "vpn_gateway"),
                **_told(tunnels),
            }
            for place in places
            for customer in place["customer_gateway"]
            for tunnels in [[each for each in place["vpn_tunnel"] if _is(each["customer_gateway"], customer)]]
        ]

    def _by_gateway(self, places: list[Item]) -> list[Item]:
        return [
            {
                **_common(place, gateway),
                "ksyun_address": gateway["gateway_address"],
                "ksyun_ha_address": gateway["ha_gateway_address"],
                "ksyun_vpn_gateway": gateway,
                "ksyun_customer_gateways": _of(place["customer_gateway"], tunnels, "customer_gateway"),
                **_told(tunnels),
            }
            for place in places
            for gateway in place["vpn_gateway"]
            for tunnels in [[each for each in place["vpn_tunnel"] if _is(each["vpn_gateway"], gateway)]]
        ]


def _place(parameters: Item, project_ids: t.Any) -> Item:
    """The resources of one region and account, by kind. Raises AnsibleParserError."""
    try:
        region = resolve({**parameters, **_defaults(parameters)}, os.environ).region
    except KsyunError as error:
        raise AnsibleParserError(f"ksyun.vpn.ksyun_vpn: {error}") from None
    place: Item = {"region": region, "profile": parameters["profile"]}
    for name, resource in _KINDS.items():
        entry = info_entry(resource)
        asked = {**parameters, **({"project_ids": project_ids} if resource.by_project else {})}
        given = {option: value for option, value in asked.items() if value is not None}
        validated = ArgumentSpecValidator(entry.spec.options, **entry.spec.rules()).validate(given)
        result = entry.run(validated.validated_parameters, check_mode=False, diff=False, environment=os.environ)
        if result.get("failed"):
            raise AnsibleParserError(f"ksyun.vpn.ksyun_vpn: {result['msg']}")
        place[name] = result[f"{name}s"]
    return place


def _defaults(parameters: Item) -> Item:
    """The defaults of the options of the connection that are left out."""
    return {option: details.get("default") for option, details in CONNECTION.items() if parameters.get(option) is None}


def _is(reference: t.Any, item: Item) -> bool:
    return str(reference).lower() == str(item["id"]).lower()


def _of(items: list[Item], tunnels: list[Item], option: str) -> dict[str, Item]:
    """Those items that the tunnels refer to, by id."""
    wanted = {str(tunnel[option]).lower() for tunnel in tunnels}
    return {item["id"]: item for item in items if str(item["id"]).lower() in wanted}


def _common(place: Item, item: Item) -> Item:
    return {
        "ksyun_id": item["id"],
        "ksyun_name": item["name"],
        "ksyun_region": place["region"],
        "ksyun_profile": place["profile"],
    }


def _told(tunnels: list[Item]) -> Item:
    """The tunnels of a host, and what they have in common."""
    weak = [{"tunnel": tunnel["name"], **weakness} for tunnel in tunnels for weakness in weaknesses(tunnel)]
    generations = {str(tunnel["vpn_gateway_version"]) for tunnel in tunnels if tunnel["vpn_gateway_version"]}
    return {"ksyun_tunnels": tunnels, "ksyun_weak": weak, "ksyun_generations": sorted(generations)}


def named(hosts: list[Item]) -> t.Iterator[tuple[str, Item]]:
    """Each host with its name: that of the service, and its id behind where that would not do.

    That is where a name is there twice, is empty, or means something to Ansible. A slash would lead out of the folder
    that Ansible looks for a host's variables in. What two profiles see is one host, of the first of them.
    """
    once = {(host["ksyun_region"], str(host["ksyun_id"]).lower()): host for host in reversed(hosts)}
    kept = list(reversed(once.values()))
    names = [str(host["ksyun_name"] or "").replace("/", "_").strip() for host in kept]
    with_ids = [
        "_".join(filter(None, (name.lstrip("."), str(host["ksyun_id"]).replace("/", "_"))))
        for name, host in zip(names, kept)
    ]
    taken = {*_TAKEN, *map(str.lower, with_ids)}  # what another host may be called if its name does not do
    for name, with_id, host in zip(names, with_ids, kept):
        alone = name and names.count(name) == 1 and name.lower() not in taken and not name.startswith(".")
        yield (name if alone else with_id), host
