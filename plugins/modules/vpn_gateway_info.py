#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_gateway_info
version_added: 1.0.0
short_description: List VPN gateways of Ksyun (Kingsoft Cloud)
description:
  - Lists VPN gateways. Without options, all of the region (in the default project).
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
      - Only the VPN gateways with these IDs. IDs that do not exist are passed over. An empty list matches nothing.
    type: list
    elements: str
    aliases:
      - vpn_gateway_ids
  name:
    description:
      - Only the VPN gateways with exactly this name, upper and lower case distinguished.
    type: str
  name_glob:
    description:
      - Only the VPN gateways whose whole name matches this pattern, upper and lower case distinguished. V(*) stands
        for any text, V(?) for one character, V([abc]) for one of these.
    type: str
  filters:
    description:
      - Filters that the service applies, each with the value that it wants, or a list of values of which one has to
        match.
      - The service has the filter V(vpc-id), for which there is also O(vpc_id).
    type: dict
  vpc_id:
    description:
      - Only the VPN gateways of this VPC. It goes before the filter V(vpc-id) in O(filters).
    type: str
  vpc:
    description:
      - The same by the name of the VPC, or by its ID, in place of O(vpc_id). The task fails if there is no VPC of this
        name, or if there are several.
    type: str
    version_added: 1.2.0
  project_ids:
    description:
      - The IDs of the projects whose VPN gateways are listed. If it is left out, that is the default project.
    type: list
    elements: str
  routes:
    description:
      - Whether to look up for which networks routes lead to each VPN gateway, routes of VPCs and of VPN gateways of
        version 2.0. That takes a listing of each kind of routes, of VPN gateways and of tunnels, and permission for
        them.
    type: bool
    default: false
    version_added: 1.2.0
seealso:
  - module: ksyun.vpn.vpn_gateway
  - module: ksyun.vpn.customer_gateway_info
  - module: ksyun.vpn.vpn_tunnel_info
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: List the VPN gateways of the default project
  ksyun.vpn.vpn_gateway_info:
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"
  register: all

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Show their addresses
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.gateway_address }}, {{ item.ha_gateway_address }}"
  loop: "{{ all.vpn_gateways }}"
  loop_control:
    label: "{{ item.id }}"

- name: List those of one VPC in two projects
  ksyun.vpn.vpn_gateway_info:
    vpc_id: a8979fe2-cf1a-47b9-80f6-57445227c541
    project_ids:
      - "0"
      - "103800"

- name: List those whose names begin with office
  ksyun.vpn.vpn_gateway_info:
    name_glob: office*

- name: Get one by its ID
  ksyun.vpn.vpn_gateway_info:
    ids:
      - 38414867-ae6a-4a32-acbe-7502defa42bd
"""

RETURN = r"""
---
vpn_gateways:
  description:
    - The VPN gateways that match, in the order of the service. Empty if there are none.
    - Each is of the same form as RV(ksyun.vpn.vpn_gateway#module:vpn_gateway). Given back as the options of
      M(ksyun.vpn.vpn_gateway), it changes nothing.
    - Fields that this collection does not know come back too, with their names in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the VPN gateway.
      returned: always
      type: str
      sample: 38414867-ae6a-4a32-acbe-7502defa42bd
    name:
      description: The name of the VPN gateway.
      returned: always
      type: str
      sample: office
    vpc_id:
      description: The ID of the VPC that it belongs to.
      returned: always
      type: str
      sample: a8979fe2-cf1a-47b9-80f6-57445227c541
    bandwidth:
      description: The bandwidth in Mbit/s.
      returned: always
      type: int
      sample: 10
    charge_type:
      description: How it is paid for, V(Monthly) or V(Daily), or what else the service says.
      returned: always
      type: str
      sample: Daily
    project_id:
      description: The ID of the project that it belongs to.
      returned: always
      type: str
      sample: "0"
    vpn_gateway_version:
      description: The generation of the gateway, V(1.0) or V(2.0).
      returned: always
      type: str
      sample: "1.0"
    gateway_address:
      description: The public IPv4 address of the VPN gateway, for the remote device.
      returned: always
      type: str
      sample: 198.18.0.1
    ha_gateway_address:
      description: The second public IPv4 address of the VPN gateway.
      returned: always
      type: str
      sample: 198.19.0.1
    remote_cidr_set:
      description: The networks behind the remote devices, as far as the service knows them.
      returned: always
      type: list
      elements: str
      sample:
        - 192.168.10.0/24
    create_time:
      description: When it was created, in the service's own format.
      returned: always
      type: str
      sample: "2026-11-24 10:15:00"
    service_end_time:
      description: Until when it is paid for.
      returned: when the service returns it, for V(Monthly)
      type: str
      sample: "2027-11-24 10:15:00"
    vpn_switch_type:
      description: What the service says about the device.
      returned: when the service returns it
      type: str
      sample: switch
    routes:
      description:
        - The networks that routes lead to the VPN gateway for. Empty if there is none, so that nothing flows.
        - V(null) if the service does not tell routes well enough to see whose they are. A warning says why.
      returned: when O(routes=true)
      type: list
      elements: str
      sample:
        - 10.8.0.0/16
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
      sample: DescribeVpnGateways
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
        - Found by the module, V(configuration).
        - Refused by the service, V(access_denied), V(signature), V(throttled), V(unavailable), V(not_found),
          V(invalid_parameter) and, for the rest, V(service).
        - No usable answer, V(transport) and V(tls).
        - A fault of this collection, V(internal).
      returned: always
      type: str
      sample: access_denied
    action:
      description: The action of the API that failed.
      returned: when the service was called
      type: str
      sample: DescribeVpnGateways
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: DescribeVpnGateways"
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

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_gateway import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import list_all


def main() -> None:
    list_all(RESOURCE)


if __name__ == "__main__":
    main()
