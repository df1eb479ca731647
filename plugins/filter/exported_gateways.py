# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is as variables of the role: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: exported_gateways
version_added: 1.2.0
short_description: Make variables of what VPN gateways and their sites there are
description:
  - Makes the variables of the role P(ksyun.vpn.site_to_site#role) from the results of M(ksyun.vpn.sites_info), one for
    each VPN gateway. A run with them changes nothing.
  - A VPN gateway has its ID where its name does not tell it from others.
positional: vpn_gateways
options:
  _input:
    description:
      - The results of M(ksyun.vpn.sites_info).
    type: list
    elements: dict
    required: true
  vpn_gateways:
    description:
      - All VPN gateways that there are, as M(ksyun.vpn.vpn_gateway_info) returns them, where the results are of some of
        them. Others may share their names.
    type: list
    elements: dict
    default: []
seealso:
  - plugin: ksyun.vpn.variables_file
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What there is at two VPN gateways
  ksyun.vpn.sites_info:
    vpn_gateway: "{{ item }}"
  loop: [main, standby]
  register: there

- name: As variables
  ansible.builtin.debug:
    msg: "{{ (there.results | ksyun.vpn.exported_gateways).site_to_site_gateways }}"
"""

RETURN = r"""
_value:
  description:
    - The variables.
  type: dict
  contains:
    site_to_site_gateways:
      description: The VPN gateways with their sites.
      returned: always
      type: list
      elements: dict
      sample: [{"name": "main", "vpc_id": "vpc-1", "sites": [{"name": "berlin", "address": "203.0.113.7"}]}]
    site_to_site_pre_shared_keys:
      description: The keys by the names or IDs of the VPN gateways, and the names of the tunnels.
      returned: if the results have keys
      type: dict
      sample: {"main": {"berlin": "example-key-not-real"}}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.estate import exported
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def exported_gateways(results: t.Any, vpn_gateways: t.Any = ()) -> t.Any:
    """The variables. Raises AnsibleFilterError."""
    if not isinstance(results, (list, tuple)) or not all(
        isinstance(result, t.Mapping) and result.get("vpn_gateway") for result in results
    ):
        raise AnsibleFilterError("ksyun.vpn.exported_gateways: the results must be those of ksyun.vpn.sites_info")
    return as_data(exported(results, vpn_gateways))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"exported_gateways": exported_gateways}
