#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sites_info
version_added: 1.2.0
short_description: List all sites of a VPN gateway of Ksyun (Kingsoft Cloud)
description:
  - Lists what a VPN gateway has as M(ksyun.vpn.sites) is given it. Given back, it changes nothing.
  - Each customer gateway that tunnels of the VPN gateway use is a site. Its tunnels, and the networks that are routed
    into them, belong to it.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
  - ksyun.vpn.attributes
  - ksyun.vpn.attributes.info
options:
  vpn_gateway:
    description:
      - The VPN gateway, by its ID or its name.
    type: str
    required: true
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for. If it is left out, that is the default project.
    type: str
  include_pre_shared_keys:
    description:
      - Whether to return the tunnels' keys, in RV(pre_shared_keys). Set C(no_log) then, or see that nobody reads the
        output.
    type: bool
    default: false
notes:
  - It needs permission for C(DescribeVpnGateways), C(DescribeVpnTunnels), C(DescribeCustomerGateways), and
    C(DescribeVpnGatewayRoutes) or C(DescribeRoutes).
seealso:
  - module: ksyun.vpn.sites
"""

EXAMPLES = r"""
- name: What a VPN gateway has
  ksyun.vpn.sites_info:
    vpn_gateway: office
  register: there

- name: Given back, it changes nothing
  ksyun.vpn.sites:
    vpn_gateway: office
    sites: "{{ there.sites }}"
"""

RETURN = r"""
vpn_gateway:
  description: The VPN gateway, as M(ksyun.vpn.vpn_gateway_info) returns it. V(null) if it could not be found.
  returned: always
  type: dict
  sample: {"id": "9b3d361e-f65b-464b-947a-fafb5cfb10d2", "name": "main", "vpn_gateway_version": "1.0"}
sites:
  description:
    - The sites, each with the options of O(ksyun.vpn.sites#module:sites). A site with one tunnel of its name has the
      options of that.
    - A site or tunnel has its ID where its name does not tell it from another one of the VPN gateway, and in the place
      of a name that no task may have.
    - A tunnel whose customer gateway the service does not list stands alone, with C(ignore), and there is a warning.
  returned: always
  type: list
  elements: dict
  sample:
    - name: shanghai
      address: 203.0.113.7
      type: Ipsec
      ike_dh_group: 5
      remote_cidrs: [10.20.0.0/16]
pre_shared_keys:
  description: The keys by the names of the tunnels, for O(ksyun.vpn.sites#module:pre_shared_keys).
  returned: when O(include_pre_shared_keys) is set
  type: dict
  sample: {"shanghai": "example-key-not-real"}
calls:
  description: How often the service was asked. A listing may take several.
  returned: always
  type: dict
  contains:
    requests:
      description: How many requests were sent, those that were sent again among them.
      returned: always
      type: int
      sample: 10
    by_action:
      description: The same by action.
      returned: always
      type: dict
      sample: {"DescribeVpnTunnels": 3}
error:
  description: The failure as data. RV(ignore:msg) has the same in words.
  returned: on failure
  type: dict
  contains:
    kind:
      description:
        - What kind of failure it is.
        - Found by the module, V(invalid_options), V(configuration), V(missing) and V(ambiguous_name), and
          V(contradiction) where a listing lacks what another one refers to.
        - Refused by the service, V(access_denied), V(signature), V(throttled), V(unavailable), V(not_found),
          V(invalid_parameter) and, for the rest, V(service).
        - No usable answer, V(transport) and V(tls).
        - A fault of this collection, V(internal).
      returned: always
      type: str
      sample: missing
    faults:
      description: All that is wrong with the options.
      returned: when RV(error.kind) is V(invalid_options)
      type: list
      elements: str
      sample:
        - vpn_gateway must not be empty
    ids:
      description: The IDs of all VPN gateways that have the name.
      returned: when RV(error.kind) is V(ambiguous_name)
      type: list
      elements: str
      sample:
        - 9b3d361e-f65b-464b-947a-fafb5cfb10d2
    action:
      description: The action of the API that failed.
      returned: when the service was called
      type: str
      sample: DescribeVpnTunnels
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: DescribeVpnTunnels"
    http_status:
      description: The HTTP status of the answer. V(null) if there was none.
      returned: when the service was called
      type: int
      sample: 403
    request_id:
      description: The service's ID of the request. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: 05e3b303-64e4-4d1a-8752-16a221b26d81
    hint:
      description: What to do about it. V(null) if that is not known.
      returned: when the service was called
      type: str
      sample: The user of this access key lacks the permission.
    where:
      description: The place in the code, for a bug report.
      returned: when RV(error.kind) is V(internal)
      type: str
      sample: reconcile.py:100
"""

from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import run
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SitesInfoEntry


def main() -> None:
    run(SitesInfoEntry())


if __name__ == "__main__":
    main()
