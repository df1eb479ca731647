# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which algorithms of a tunnel are weak: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: weak_algorithms
version_added: 1.2.0
short_description: Tell which algorithms of a VPN tunnel are weak
description:
  - Compares a tunnel's algorithms with the standards that advise against some of them. It is the table from which
    M(ksyun.vpn.vpn_tunnel) warns.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
options:
  _input:
    description:
      - The tunnel, as M(ksyun.vpn.vpn_tunnel_info) returns it.
    type: dict
    required: true
seealso:
  - plugin: ksyun.vpn.device_config
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: List all tunnels
  ksyun.vpn.vpn_tunnel_info:
  register: all

- name: Show what is weak of each
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item | ksyun.vpn.weak_algorithms }}"
  loop: "{{ all.vpn_tunnels }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
---
_value:
  description:
    - The weak values. Empty if none is known to be weak.
  type: list
  elements: dict
  contains:
    option:
      description: The option of M(ksyun.vpn.vpn_tunnel).
      returned: always
      type: str
      sample: ike_dh_group
    value:
      description: Its value.
      returned: always
      type: raw
      sample: 2
    standard:
      description: The standard that advises against it.
      returned: always
      type: str
      sample: RFC 8247 section 2.4
    reason:
      description: What it says.
      returned: always
      type: str
      sample: "RFC 8247 section 2.4: DH group 2 (1024 bits) should not be used"
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.audit import weaknesses


def weak_algorithms(tunnel: t.Any) -> list[dict[str, t.Any]]:
    """The weak values of a tunnel. Raises AnsibleFilterError."""
    if not isinstance(tunnel, t.Mapping):
        raise AnsibleFilterError("ksyun.vpn.weak_algorithms: the tunnel is not an item as vpn_tunnel_info returns it")
    return weaknesses(tunnel)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"weak_algorithms": weak_algorithms}
