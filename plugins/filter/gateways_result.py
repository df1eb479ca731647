# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of VPN gateways and their sites: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: gateways_result
version_added: 1.2.0
short_description: Make one result of what became of VPN gateways and their sites
description:
  - Makes the fact C(site_to_site_result) of the role P(ksyun.vpn.site_to_site#role), whose README describes it, from
    what its tasks have registered.
positional: tunnels
options:
  _input:
    description:
      - A dictionary for each VPN gateway, with its C(label), and in C(present), C(sites) and C(absent) what
        M(ksyun.vpn.vpn_gateway), M(ksyun.vpn.sites) and M(ksyun.vpn.vpn_gateway) again have returned.
    type: list
    elements: dict
    required: true
  tunnels:
    description:
      - All tunnels that there are anywhere, as M(ksyun.vpn.vpn_tunnel_info) returns them, to tell which have the names
        of those that were created.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: What became of it
  ansible.builtin.debug:
    msg: "{{ [{'label': 'main', 'present': gateway, 'sites': all_sites}] | ksyun.vpn.gateways_result }}"
"""

RETURN = r"""
_value:
  description:
    - The result.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.reports.gateways import overview
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def gateways_result(done: t.Any, tunnels: t.Any = ()) -> t.Any:
    """The result. Raises AnsibleFilterError."""
    if not isinstance(done, (list, tuple)) or not all(isinstance(each, t.Mapping) and "label" in each for each in done):
        raise AnsibleFilterError("ksyun.vpn.gateways_result: each VPN gateway must be a dictionary with a label")
    return as_data(overview(done, tunnels))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"gateways_result": gateways_result}
