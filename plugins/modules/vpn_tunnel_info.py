#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_tunnel_info
version_added: 1.0.0
short_description: List VPN tunnels of Ksyun (Kingsoft Cloud)
description:
  - Lists VPN tunnels. Without options, all of the region.
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
      - Only the tunnels with these IDs. IDs that do not exist are passed over. An empty list matches nothing.
    type: list
    elements: str
    aliases:
      - vpn_tunnel_ids
  name:
    description:
      - Only the tunnels with exactly this name, upper and lower case distinguished.
    type: str
  name_glob:
    description:
      - Only the tunnels whose whole name matches this pattern, upper and lower case distinguished. V(*) stands for
        any text, V(?) for one character, V([abc]) for one of these.
    type: str
  filters:
    description:
      - Filters that the service applies, each with the value that it wants, or a list of values of which one has to
        match.
      - The service has the filters V(vpn-gateway-id), for which there is also O(vpn_gateway), and V(nat-id).
    type: dict
  vpn_gateway:
    description:
      - Only the tunnels of this VPN gateway, by its ID or its name. It goes before the filter V(vpn-gateway-id) in
        O(filters).
      - The task fails if there is no VPN gateway with this name, or if there are several.
    type: str
    aliases:
      - vpn_gateway_id
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for by its name. If it is left out, that is the default
        project.
    type: str
  include_pre_shared_key:
    description:
      - Whether to return the pre-shared keys, in clear. Use C(no_log) on a task that sets it, and on those that use
        its result.
    type: bool
    default: false
  include_weak_algorithms:
    description:
      - Whether to return which algorithms of each tunnel are weak, and the standard that says so. It takes no more
        calls.
    type: bool
    default: false
    version_added: 1.2.0
  routes:
    description:
      - Whether to look up for which networks routes lead to each tunnel, routes of VPCs and of VPN gateways of
        version 2.0. That takes a listing of each kind of routes, of VPN gateways and of tunnels, and permission for
        them.
    type: bool
    default: false
    version_added: 1.2.0
seealso:
  - module: ksyun.vpn.vpn_tunnel
  - module: ksyun.vpn.vpn_tunnel_status_info
  - module: ksyun.vpn.vpn_gateway_info
  - module: ksyun.vpn.customer_gateway_info
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: List all tunnels
  ksyun.vpn.vpn_tunnel_info:
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"
  register: all

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Show the states of all tunnels
  ansible.builtin.debug:
    msg: "{{ all.vpn_tunnels | items2dict(key_name='name', value_name='status') }}"

- name: Show the tunnels that still use Diffie-Hellman group 1, 2 or 5
  ansible.builtin.debug:
    msg: "{{ all.vpn_tunnels | selectattr('ike_dh_group', 'in', [1, 2, 5]) | map(attribute='name') }}"

- name: Look for weak algorithms
  ksyun.vpn.vpn_tunnel_info:
    include_weak_algorithms: true
  register: judged

- name: Show the tunnels that have some
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.weak_algorithms | map(attribute='reason') | join('; ') }}"
  loop: "{{ judged.vpn_tunnels | selectattr('weak_algorithms') }}"
  loop_control:
    label: "{{ item.name }}"

- name: List the tunnels of one VPN gateway, by its name
  ksyun.vpn.vpn_tunnel_info:
    vpn_gateway: office

- name: The same, as a filter of the service
  ksyun.vpn.vpn_tunnel_info:
    filters:
      vpn-gateway-id: 38414867-ae6a-4a32-acbe-7502defa42bd

- name: Look for tunnels that carry nothing, as no route leads to them
  ksyun.vpn.vpn_tunnel_info:
    routes: true
  register: routed

- name: Show them
  ansible.builtin.debug:
    msg: "{{ routed.vpn_tunnels | selectattr('routes', 'eq', []) | map(attribute='name') }}"

- name: Get the key of one tunnel, to set up the remote device
  ksyun.vpn.vpn_tunnel_info:
    name: berlin
    vpn_gateway: office
    include_pre_shared_key: true
  register: berlin
  no_log: true
"""

RETURN = r"""
---
vpn_tunnels:
  description:
    - The VPN tunnels that match, in the order of the service. Empty if there are none.
    - Each is of the same form as RV(ksyun.vpn.vpn_tunnel#module:vpn_tunnel). Given back as the options of
      M(ksyun.vpn.vpn_tunnel), it changes nothing.
    - Fields that this collection does not know come back too, with their names in snake_case.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the tunnel.
      returned: always
      type: str
      sample: 0fdf4c06-71a6-4b10-8645-ee02dd4eae6d
    name:
      description: The name of the tunnel.
      returned: always
      type: str
      sample: berlin
    vpn_gateway:
      description: The ID of its VPN gateway.
      returned: always
      type: str
      sample: 38414867-ae6a-4a32-acbe-7502defa42bd
    customer_gateway:
      description: The ID of its customer gateway.
      returned: always
      type: str
      sample: 020e00e0-a544-4e25-8f81-6bb15b449040
    type:
      description: The type of the tunnel, V(Ipsec), V(GreOverIpsec) or V(route_ipsec).
      returned: always
      type: str
      sample: Ipsec
    vpn_gre_ip:
      description: The address of Ksyun's end of the GRE tunnel. V(null) if it has none.
      returned: always
      type: str
      sample: null
    ha_vpn_gre_ip:
      description: The address of Ksyun's end of the second GRE tunnel. V(null) if it has none.
      returned: always
      type: str
      sample: null
    customer_gre_ip:
      description: The address of the remote end of the GRE tunnel. V(null) if it has none.
      returned: always
      type: str
      sample: null
    ha_customer_gre_ip:
      description: The address of the remote end of the second GRE tunnel. V(null) if it has none.
      returned: always
      type: str
      sample: null
    pre_shared_key:
      description: The pre-shared key, in clear.
      returned: when O(include_pre_shared_key=true)
      type: str
      sample: "{{ vault_berlin_pre_shared_key }}"
    ike_version:
      description: The version of IKE, V(v1) or V(v2). V(null) for tunnels of the first generation.
      returned: always
      type: str
      sample: v2
    ike_authentication_algorithm:
      description: The hash algorithm of the IKE security association.
      returned: always
      type: str
      sample: sha
    ike_dh_group:
      description: The Diffie-Hellman group of the IKE security association.
      returned: always
      type: int
      sample: 14
    ike_encryption_algorithm:
      description: The encryption algorithm of the IKE security association.
      returned: always
      type: str
      sample: aes
    ipsec_encryption_algorithm:
      description: The encryption algorithm of the IPsec security association.
      returned: always
      type: str
      sample: esp-aes
    ipsec_authentication_algorithm:
      description: The authentication algorithm of the IPsec security association.
      returned: always
      type: str
      sample: esp-sha-hmac
    ipsec_lifetime_kilobytes:
      description: After how much traffic the IPsec security association is renewed, in KB.
      returned: always
      type: int
      sample: 4608000
    ipsec_lifetime_seconds:
      description: After how much time the IPsec security association is renewed, in seconds.
      returned: always
      type: int
      sample: 3600
    enable_nat_traversal:
      description: See O(ksyun.vpn.vpn_tunnel#module:enable_nat_traversal).
      returned: always
      type: bool
      sample: false
    ha_mode:
      description:
        - How its two ends work together, V(active_active) or V(active_standby). V(null) for tunnels of the first
          generation.
      returned: always
      type: str
      sample: active_active
    open_health_check:
      description: Whether the service checks the health of the tunnel. V(null) for tunnels of the first generation.
      returned: always
      type: bool
      sample: false
    local_peer_ip:
      description: The address of Ksyun's end inside the tunnel. V(null) if it has none.
      returned: always
      type: str
      sample: 169.254.10.1/30
    customer_peer_ip:
      description: The address of the remote end inside the tunnel. V(null) if it has none.
      returned: always
      type: str
      sample: 169.254.10.2/30
    vpn_gateway_version:
      description: The generation of its VPN gateway, V(1.0) or V(2.0).
      returned: always
      type: str
      sample: "2.0"
    status:
      description:
        - The state of the tunnel in the service's own words. The API's document does not list them.
        - The sample is one of the emulator's.
      returned: always
      type: str
      sample: available
    extra_cidr_set:
      description: Further networks that are reached through the tunnel.
      returned: always
      type: list
      elements: str
      sample: []
    weak_algorithms:
      description: Its weak algorithms. Empty if none is known to be weak.
      returned: when O(include_weak_algorithms=true)
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
    create_time:
      description: When it was created, in the service's own format.
      returned: always
      type: str
      sample: "2026-11-24 10:15:00"
    vpn_gwl_name:
      description: The name of its VPN gateway (the misspelling is the service's).
      returned: when the service returns it
      type: str
      sample: office
    nat_id:
      description: The ID of the NAT that the tunnel is bound to.
      returned: when the service returns it
      type: str
      sample: d1fdb3e4-6f8a-4f0b-9c3e-7f5d1c4c9a11
    routes:
      description:
        - The networks that routes lead to the tunnel for. Empty if there is none, so that nothing flows.
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
      sample: DescribeVpnTunnels
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

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import list_all


def main() -> None:
    list_all(RESOURCE)


if __name__ == "__main__":
    main()
