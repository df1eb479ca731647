#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_gateway_route_info
version_added: 1.2.0
short_description: List routes of second-generation VPN gateways of Ksyun (Kingsoft Cloud)
description:
  - Lists routes of VPN gateways. Without options, all of the region.
  - Options that are set together all have to match.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
  - ksyun.vpn.attributes
  - ksyun.vpn.attributes.info
options:
  ids:
    description:
      - Only the routes with these IDs. IDs that do not exist are passed over. An empty list matches nothing.
    type: list
    elements: str
    aliases:
      - vpn_gateway_route_ids
  destination_cidr_block:
    description:
      - Only the routes that lead to exactly this network.
    type: str
  filters:
    description:
      - Filters that the service applies, each with the value that it wants, or a list of values of which one has to
        match.
      - The service has the filters V(cidr-block), and V(nexthop) with the values V(vpn_tunnel) and V(vpc).
    type: dict
  vpn_gateway:
    description:
      - Only the routes of this VPN gateway, by its ID or its name.
      - The task fails if there is no VPN gateway with this name, or if there are several.
    type: str
    aliases:
      - vpn_gateway_id
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for by its name. If it is left out, that is the default
        project.
    type: str
seealso:
  - module: ksyun.vpn.vpn_gateway_route
  - module: ksyun.vpn.vpc_route_info
  - module: ksyun.vpn.vpn_tunnel_info
  - module: ksyun.vpn.vpn_gateway_info
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: List all routes of the region's VPN gateways
  ksyun.vpn.vpn_gateway_route_info:
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: List the routes of one VPN gateway
  ksyun.vpn.vpn_gateway_route_info:
    vpn_gateway: datacentre
  register: routes

- name: Show the networks that lead into tunnels
  ansible.builtin.debug:
    msg: >-
      {{ routes.vpn_gateway_routes | selectattr('next_hop_type', 'equalto', 'vpn_tunnel')
      | map(attribute='destination_cidr_block') }}
"""

RETURN = r"""
---
vpn_gateway_routes:
  description:
    - The routes that match, in the order of the service. Empty if there are none.
    - Each is of the same form as RV(ksyun.vpn.vpn_gateway_route#module:vpn_gateway_route). Given back as the options of
      M(ksyun.vpn.vpn_gateway_route), it changes nothing.
    - Fields that this collection does not know come back too, with their names in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the route.
      returned: always
      type: str
      sample: 6f1c2c0a-3f0e-4b7e-9a65-1f0a6b8f6d11
    vpn_gateway:
      description: The ID of its VPN gateway.
      returned: always
      type: str
      sample: 38414867-ae6a-4a32-acbe-7502defa42bd
    destination_cidr_block:
      description: The network that it leads to.
      returned: always
      type: str
      sample: 10.8.0.0/16
    next_hop_type:
      description: Where the packets go, V(vpn_tunnel) or V(vpc).
      returned: always
      type: str
      sample: vpn_tunnel
    description:
      description: The text about it. V(null) if it has none.
      returned: always
      type: str
      sample: branch
    next_hop_name:
      description:
        - The name of the tunnel, or of the VPC, that the packets go into. The service does not tell its ID.
        - When a tunnel is gone, the name may still be there.
      returned: always
      type: str
      sample: berlin
    route_type:
      description: The type of the route. The service does not document the values.
      returned: always
      type: str
      sample: static
    create_time:
      description: When it was created, in the service's own format.
      returned: always
      type: str
      sample: "2026-11-24 10:15:00"
api_calls:
  description:
    - The calls of the API in their order, those in check mode and of a failed task too.
    - When you ask the Ksyun support about a call, they want its C(request_id).
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: The name of the action.
      returned: always
      type: str
      sample: DescribeVpnGatewayRoutes
    dry_run:
      description: Whether the service was only asked (C(DryRun)). It answers with HTTP status 412 if it would do it.
      returned: always
      type: bool
      sample: false
    http_status:
      description: The HTTP status of the last attempt. V(null) if there was no answer.
      returned: always
      type: int
      sample: 200
    request_id:
      description: The service's ID of the last attempt. V(null) if there was no answer.
      returned: always
      type: str
      sample: 05e3b303-64e4-4d1a-8752-16a221b26d81
    attempts:
      description: How often the request was sent.
      returned: always
      type: int
      sample: 1
    milliseconds:
      description: How long the call took, with all attempts and the pauses between them.
      returned: always
      type: int
      sample: 42
error:
  description: The failure as data. RV(ignore:msg) has the same in words.
  returned: on failure
  type: dict
  contains:
    kind:
      description:
        - What kind of failure it is.
        - Found by the module, V(configuration), V(missing) and V(ambiguous_name).
        - Refused by the service, V(access_denied), V(signature), V(throttled), V(unavailable), V(not_found),
          V(invalid_parameter) and, for the rest, V(service).
        - No usable answer, V(transport) and V(tls).
        - A fault of this collection, V(internal).
      returned: always
      type: str
      sample: access_denied
    ids:
      description: The IDs of all resources that have the name.
      returned: when RV(error.kind) is V(ambiguous_name)
      type: list
      elements: str
      sample:
        - 9b3d361e-f65b-464b-947a-fafb5cfb10d2
        - 38414867-ae6a-4a32-acbe-7502defa42bd
    action:
      description: The action of the API that failed.
      returned: when the service was called
      type: str
      sample: DescribeVpnGatewayRoutes
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: DescribeVpnGatewayRoutes"
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

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_gateway_route import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import list_all


def main() -> None:
    list_all(RESOURCE)


if __name__ == "__main__":
    main()
