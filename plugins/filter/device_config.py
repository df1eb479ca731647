# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of the device at the other end of a tunnel: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: device_config
version_added: 1.2.0
short_description: Render the configuration of the device at the other end of a VPN tunnel
description:
  - Makes the configuration of the customer's device from a tunnel and the two gateways that it connects, as the info
    modules return them. It calls nothing and no device.
  - What the API does not tell is listed as assumed, and what the platform lacks as refused. Where something is refused,
    nothing is rendered.
  - The key is in the result only if O(pre_shared_key) is set. One in the tunnel is passed over.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
positional: platform, vpn_gateway, customer_gateway
options:
  _input:
    description:
      - The tunnel, as M(ksyun.vpn.vpn_tunnel_info) returns it.
    type: dict
    required: true
  platform:
    description:
      - What to render for.
      - V(swanctl) is strongSwan, V(ios) Cisco IOS and IOS-XE, V(fortios) data for the modules of the collection
        fortinet.fortios.
      - V(comware) (H3C) and V(vrp) (Huawei) follow the vendors' command references and are unverified, as no program
        that reads them was to be had.
    type: str
    required: true
    choices:
      - swanctl
      - ios
      - fortios
      - comware
      - vrp
  vpn_gateway:
    description:
      - The tunnel's VPN gateway, as M(ksyun.vpn.vpn_gateway_info) returns it.
    type: dict
    required: true
  customer_gateway:
    description:
      - The tunnel's customer gateway, as M(ksyun.vpn.customer_gateway_info) returns it.
    type: dict
    required: true
  local_networks:
    description:
      - The networks behind the device. Required for tunnels of type V(Ipsec).
    type: list
    elements: str
    default: []
  remote_networks:
    description:
      - The networks of the VPC. Required for tunnels of type V(Ipsec). For the other types, the routes into the tunnel.
    type: list
    elements: str
    default: []
  interface:
    description:
      - The device's interface towards the internet. Required for V(fortios), and for V(ios), V(comware) and V(vrp) with
        tunnels of type V(Ipsec).
    type: str
  local_addresses:
    description:
      - The device's own addresses, one for each tunnel, where it stands behind NAT. Without it, those of the customer
        gateway.
    type: list
    elements: str
    default: []
  pre_shared_key:
    description:
      - The key, to have it in the configuration. Use C(no_log) on the task.
      - strongSwan and FortiOS take any key, and IOS in IKEv2. The others take what can be typed at their command line,
        and another key is refused.
    type: str
  name:
    description:
      - How the parts of the configuration are called. A letter, then up to ten letters, digits, underscores or hyphens.
      - Without it, C(ks-) and the first eight digits of the tunnel's ID. The tunnel's name, which may hold anything, is
        never used.
    type: str
  number:
    description:
      - The number that tells this tunnel from others where a device takes numbers, as for a policy or an interface. A
        second tunnel has the next one.
      - Without it, it follows from O(name). Where a device has many tunnels, give each its own, two apart.
    type: int
  tunnels:
    description:
      - Whether to render one of the two tunnels, or both.
      - Without it, both if the gateway has two addresses, and, for GRE, the tunnel has a second pair of them.
    type: int
    choices:
      - 1
      - 2
  assume:
    description:
      - Values to have instead of the assumed ones, where they are known.
    type: dict
    suboptions:
      pfs_group:
        description:
          - The Diffie-Hellman group of perfect forward secrecy, V(0) for none.
        type: int
        default: 0
      ike_lifetime:
        description:
          - The lifetime of the IKE security association, in seconds, from V(300) to V(86400).
        type: int
        default: 86400
      dpd_interval:
        description:
          - After how many seconds of silence the other end is asked whether it lives, from V(10) to V(3600). V(0) for
            never.
        type: int
        default: 30
      exchange_mode:
        description:
          - The mode of phase 1 of IKEv1.
        type: str
        choices:
          - main
          - aggressive
        default: main
      ike_version:
        description:
          - The version of IKE of tunnels that do not tell it, which those of the first generation do not.
        type: int
        choices:
          - 1
          - 2
        default: 1
      gre_mode:
        description:
          - How IPsec encapsulates GRE.
        type: str
        choices:
          - tunnel
          - transport
        default: tunnel
seealso:
  - ref: ansible_collections.ksyun.vpn.docsite.devices
    description: Each platform, what proves its configuration, and its limits.
  - module: ksyun.vpn.vpn_tunnel_info
"""

EXAMPLES = r"""
---
- name: Get the tunnel
  ksyun.vpn.vpn_tunnel_info:
    name: berlin
    vpn_gateway: office
  register: tunnel

- name: Get its VPN gateway
  ksyun.vpn.vpn_gateway_info:
    ids:
      - "{{ tunnel.vpn_tunnels[0].vpn_gateway }}"
  register: gateway

- name: Get its customer gateway
  ksyun.vpn.customer_gateway_info:
    ids:
      - "{{ tunnel.vpn_tunnels[0].customer_gateway }}"
  register: customer

- name: Write the file for strongSwan
  ansible.builtin.copy:
    dest: berlin.swanctl.conf
    mode: "0600"
    content: >-
      {{ (tunnel.vpn_tunnels[0] | ksyun.vpn.device_config('swanctl', gateway.vpn_gateways[0],
      customer.customer_gateways[0], local_networks=['192.168.1.0/24'], remote_networks=['10.0.0.0/16'],
      pre_shared_key=vault_berlin_pre_shared_key)).text }}
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
    name:
      description: How the parts of the configuration are called.
      returned: always
      type: str
      sample: ks-0fdf4c06
    text:
      description: The configuration as text. V(null) for V(fortios), and if something is refused.
      returned: always
      type: str
      sample: "connections { ... }"
    data:
      description:
        - The configuration as data for the platform's own collection. V(null) for the other platforms, and if something
          is refused.
        - For V(fortios), by the name of a module of fortinet.fortios without C(fortios_), a list of the values of its
          option of that name.
        - For V(ios), C(config) has a list of the arguments C(parents) and C(lines) of the module C(ios_config) of
          cisco.ios.
      returned: always
      type: dict
      sample: null
    setup:
      description: For V(swanctl), the commands that make the interfaces and routes of tunnels by route, and of GRE.
      returned: always
      type: list
      elements: str
      sample: []
    has_key:
      description: Whether the key is in the configuration.
      returned: always
      type: bool
      sample: true
    assumed:
      description: What the API does not tell, each with C(option), C(value) and C(reason).
      returned: always
      type: list
      elements: dict
      sample:
        - option: pfs_group
          value: 0
          reason: the API has no option for perfect forward secrecy; off is the default of Cisco IOS
    refused:
      description: What the platform lacks, each with C(option), C(value) and C(reason).
      returned: always
      type: list
      elements: dict
      sample: []
    weak:
      description: The tunnel's weak algorithms, as P(ksyun.vpn.weak_algorithms#filter) returns them.
      returned: always
      type: list
      elements: dict
      sample: []
    description:
      description: The tunnel in no vendor's words, without the key.
      returned: always
      type: dict
      sample:
        kind: policy
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.description import DescriptionError
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import device_config as render
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def device_config(
    tunnel: t.Any, platform: t.Any, vpn_gateway: t.Any, customer_gateway: t.Any, **options: t.Any
) -> t.Any:
    """The configuration as data. Raises AnsibleFilterError, in which no value stands."""
    try:
        return as_data(render(tunnel, platform, vpn_gateway, customer_gateway, **options))
    except (DescriptionError, TypeError) as error:
        raise AnsibleFilterError(f"ksyun.vpn.device_config: {error}") from None


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"device_config": device_config}
