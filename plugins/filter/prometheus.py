# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether tunnels are up, for Prometheus: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: prometheus
version_added: 1.2.0
short_description: Write whether VPN tunnels are up in the text format of Prometheus
description:
  - Makes samples of the statuses of tunnels, C(ksyun_vpn_tunnel_ike_up) and C(ksyun_vpn_tunnel_ipsec_up), V(1) or V(0)
    for each of the two tunnels of a VPN tunnel. What the service does not tell has no sample.
  - The labels are C(vpn_gateway), C(id) and C(name) of the tunnel, C(number) of the two, and C(region) if it is given.
  - The playbook C(ksyun.vpn.metrics) writes the file that the textfile collector of Prometheus' node exporter reads.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
options:
  _input:
    description:
      - The statuses, as M(ksyun.vpn.vpn_tunnel_status_info) returns them.
    type: list
    elements: dict
    required: true
  region:
    description:
      - The region, as a label.
    type: str
    default: ""
  at:
    description:
      - When the service was asked, in seconds since 1970, for an alert on samples that have become old. Without it,
        there is no sample C(ksyun_vpn_read_timestamp_seconds).
    type: float
seealso:
  - module: ksyun.vpn.vpn_tunnel_status_info
"""

EXAMPLES = r"""
---
- name: See which tunnels are up
  ksyun.vpn.vpn_tunnel_status_info:
  register: all

- name: Write the file for the node exporter
  ansible.builtin.copy:
    content: "{{ all.vpn_tunnel_statuses | ksyun.vpn.prometheus(region='cn-beijing-6') }}"
    dest: /var/lib/prometheus/node-exporter/ksyun_vpn.prom
    mode: "0644"
"""

RETURN = r"""
---
_value:
  description:
    - The text of the file.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.metrics import exposition
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def prometheus(statuses: t.Any, region: t.Any = "", at: t.Any = None) -> t.Any:
    """The text of the file. Raises AnsibleFilterError."""
    if not isinstance(statuses, (list, tuple)) or not all(isinstance(status, t.Mapping) for status in statuses):
        raise AnsibleFilterError(
            "ksyun.vpn.prometheus: the statuses are not a list as vpn_tunnel_status_info returns it"
        )
    return as_data(exposition(statuses, str(region or ""), None if at is None else float(at)))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"prometheus": prometheus}
