# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of a device with all its tunnels: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: device_file
version_added: 1.2.0
short_description: Render the configuration of a device for all its VPN tunnels
description:
  - Makes one configuration of all tunnels of a device. It is what P(ksyun.vpn.device_config#filter) makes of each, put
    together, and what the role P(ksyun.vpn.device#role) writes.
  - Where something is refused for one tunnel, nothing is rendered. Two tunnels that would overwrite each other, as they
    have the same name or number, are an error.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
positional: platform, vpn_gateways, customer_gateway
options:
  _input:
    description:
      - The tunnels, as M(ksyun.vpn.vpn_tunnel_info) returns them, or C(ksyun_tunnels) of a host of the inventory.
    type: list
    elements: dict
    required: true
  platform:
    description:
      - What to render for, as for P(ksyun.vpn.device_config#filter).
    type: str
    required: true
    choices:
      - swanctl
      - ios
      - fortios
      - comware
      - vrp
  vpn_gateways:
    description:
      - By its ID, each VPN gateway of these tunnels, as C(ksyun_vpn_gateways) of a host of the inventory.
    type: dict
    required: true
  customer_gateway:
    description:
      - The customer gateway, which is the device.
    type: dict
    required: true
  common:
    description:
      - Options of P(ksyun.vpn.device_config#filter) for all tunnels.
    type: dict
    default: {}
  own:
    description:
      - Options of P(ksyun.vpn.device_config#filter) for one tunnel, by its name or its ID. They go before O(common).
    type: dict
    default: {}
  pre_shared_keys:
    description:
      - The key of a tunnel, by its name or its ID. Use C(no_log) on the task.
      - It is the only place from which keys are taken. A tunnel that has none here is rendered without.
    type: dict
    default: {}
seealso:
  - plugin: ksyun.vpn.device_config
    plugin_type: filter
  - plugin: ksyun.vpn.config_diff
    plugin_type: filter
"""

EXAMPLES = r"""
---
# On a host of the inventory ksyun.vpn.ksyun_vpn
- name: Write the file of a device
  ansible.builtin.copy:
    dest: "{{ inventory_hostname }}.conf"
    mode: "0600"
    content: >-
      {{ (ksyun_tunnels | ksyun.vpn.device_file('swanctl', ksyun_vpn_gateways, ksyun_customer_gateway,
      common={'local_networks': ['192.168.1.0/24'], 'remote_networks': ['10.0.0.0/16']},
      pre_shared_keys=vault_pre_shared_keys)).text }}
  delegate_to: localhost
  no_log: true
"""

RETURN = r"""
---
_value:
  description:
    - The configuration, and what has to be said with it.
  type: dict
  contains:
    platform:
      description: The platform that was asked for.
      returned: always
      type: str
      sample: swanctl
    unverified:
      description: Whether nothing has read this configuration but its author.
      returned: always
      type: bool
      sample: false
    text:
      description:
        - The content of the file. For V(fortios), RV(_value.data) as JSON. V(null) if something is refused.
      returned: always
      type: str
      sample: "connections { ... }"
    data:
      description:
        - The configuration as data, as P(ksyun.vpn.device_config#filter) returns it, of all tunnels.
      returned: always
      type: dict
      sample: null
    tunnels:
      description:
        - For each tunnel, its C(id), its name (C(tunnel)), and C(name), C(has_key), C(assumed), C(refused), C(weak) and
          C(setup) as P(ksyun.vpn.device_config#filter) returns them.
      returned: always
      type: list
      elements: dict
      sample: []
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.description import DescriptionError
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import device_file as render
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def device_file(
    tunnels: t.Any, platform: t.Any, vpn_gateways: t.Any, customer_gateway: t.Any, **options: t.Any
) -> t.Any:
    """The configuration as data. Raises AnsibleFilterError, in which no value stands."""
    if not isinstance(tunnels, (list, tuple)) or not all(isinstance(tunnel, t.Mapping) for tunnel in tunnels):
        raise AnsibleFilterError("ksyun.vpn.device_file: the tunnels are not a list as vpn_tunnel_info returns it")
    for name, table in (("vpn_gateways", vpn_gateways), *options.items()):
        if table is not None and not isinstance(table, t.Mapping):
            raise AnsibleFilterError(f"ksyun.vpn.device_file: {name} must be a dictionary")
    try:
        return as_data(render(tunnels, platform, vpn_gateways, customer_gateway, **options))
    except (DescriptionError, TypeError) as error:
        raise AnsibleFilterError(f"ksyun.vpn.device_file: {error}") from None


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"device_file": device_file}
