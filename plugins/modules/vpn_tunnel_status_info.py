#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_tunnel_status_info
version_added: 1.2.0
short_description: Tell whether VPN tunnels of Ksyun (Kingsoft Cloud) are up
description:
  - Tells of VPN tunnels whether IKE and IPsec are up, and waits until they are, if it is asked to.
  - Each VPN tunnel is two tunnels to the remote device, which the service numbers 1 and 2. They are told of separately.
  - Options that choose tunnels and are set together all have to match. Without them, all of the region are told of.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
  - ksyun.vpn.attributes
  - ksyun.vpn.attributes.info
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - The module only reads. In check mode it looks once and does not wait, and tunnels that do not exist yet get a
        warning.
options:
  ids:
    description:
      - Only the tunnels with these IDs. An empty list matches nothing.
      - IDs that do not exist are passed over. With O(wait_for) they fail the task.
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
  vpn_gateway:
    description:
      - Only the tunnels of this VPN gateway, by its ID or its name.
      - The task fails if there is no VPN gateway with this name, or if there are several.
    type: str
    aliases:
      - vpn_gateway_id
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for by its name. If it is left out, that is the default
        project.
    type: str
  wait_for:
    description:
      - Wait until each of the tunnels is up, V(any) of its two or V(all) of them. Up is what IPsec is up for.
      - The task fails if that does not come in O(wait_timeout), and says which tunnels are down and what that points
        to. It fails at once if no tunnel matches.
      - A tunnel comes up when the remote device is set up, and often not before there is traffic. So no other module
        waits for it.
    type: str
    choices:
      - any
      - all
  wait_timeout:
    description:
      - How long to wait, in seconds, if O(wait_for) is set. With V(0), the tunnels are looked at once.
    type: float
    default: 300
notes:
  - It needs permission for C(DescribeVpnTunnels) and C(DescribeVpnTunnelIpsecStatus), and for C(DescribeVpnGateways)
    to find O(vpn_gateway) by its name. The second is in the vendor's newer clients only, not in the API's document.
  - RV(ksyun.vpn.vpn_tunnel_info#module:vpn_tunnels[].status) is the state of the tunnel as a resource. It does not tell
    whether it is up.
seealso:
  - module: ksyun.vpn.vpn_tunnel
  - module: ksyun.vpn.vpn_tunnel_info
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: See which tunnels are up
  ksyun.vpn.vpn_tunnel_status_info:
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"
  register: all

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Show the names of those that are not
  ansible.builtin.debug:
    msg: "{{ all.vpn_tunnel_statuses | selectattr('up', 'equalto', 'none') | map(attribute='name') }}"

- name: Wait until a tunnel is up, after the remote device has been set up
  ksyun.vpn.vpn_tunnel_status_info:
    vpn_gateway: office
    name: berlin
    wait_for: any
    wait_timeout: 600
"""

RETURN = r"""
---
vpn_tunnel_statuses:
  description:
    - The tunnels that match, in the order of the service, each with its status. Empty if there are none.
    - When the task fails because tunnels are down, they are here, too.
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
    up:
      description:
        - Of how many of its two tunnels IPsec is up, V(all), V(any) or V(none). One that the service does not tell of
          may be down, so that V(all) is only told where it tells of both. V(null) if it tells of none.
      returned: always
      type: str
      sample: any
    sub_tunnels:
      description: Its two tunnels.
      returned: always
      type: list
      elements: dict
      contains:
        number:
          description: The service's number of it, V(1) or V(2).
          returned: always
          type: int
          sample: 1
        ike:
          description: Whether IKE is up. V(null) if the service does not tell.
          returned: always
          type: bool
          sample: true
        ipsec:
          description: Whether IPsec is up. V(null) if the service does not tell.
          returned: always
          type: bool
          sample: true
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
      sample: DescribeVpnTunnelIpsecStatus
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
        - Found by the module, V(configuration), V(missing), V(ambiguous_name), and V(wait_timeout) where tunnels did
          not come up in time.
        - Refused by the service, V(access_denied), V(signature), V(throttled), V(unavailable), V(not_found),
          V(invalid_parameter) and, for the rest, V(service).
        - No usable answer, V(transport) and V(tls).
        - A fault of this collection, V(internal).
      returned: always
      type: str
      sample: access_denied
    ids:
      description: The IDs of all resources that have the name, or of the tunnels that are not up.
      returned: when RV(error.kind) is V(ambiguous_name) or V(wait_timeout)
      type: list
      elements: str
      sample:
        - 9b3d361e-f65b-464b-947a-fafb5cfb10d2
        - 38414867-ae6a-4a32-acbe-7502defa42bd
    action:
      description: The action of the API that failed.
      returned: when the service was called
      type: str
      sample: DescribeVpnTunnelIpsecStatus
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: DescribeVpnTunnelIpsecStatus"
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
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import tell_status


def main() -> None:
    tell_status(RESOURCE)


if __name__ == "__main__":
    main()
