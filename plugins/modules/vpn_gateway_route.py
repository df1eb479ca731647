#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_gateway_route
version_added: 1.2.0
short_description: Manage routes of second-generation VPN gateways of Ksyun (Kingsoft Cloud)
description:
  - Creates, changes, replaces and deletes routes of VPN gateways of the second generation (version 2.0). They say which
    network is behind which tunnel.
  - A VPN gateway of the first generation has no routes of its own. There, a route of the VPC names the tunnel, see
    M(ksyun.vpn.vpc_route).
  - Only the description of a route can be changed in place. For all else it has to be deleted and created again, which
    the module does if O(on_immutable_change=replace). Options that can only be set on creation say so (create-only).
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
  - ksyun.vpn.attributes
  - ksyun.vpn.attributes.manage
  - ksyun.vpn.resource
options:
  id:
    description:
      - The ID of the route. With it, O(vpn_gateway) and O(destination_cidr_block) are not needed to find it.
      - If O(state=present) and there is no route with this ID, the task fails. What was replaced has a new ID.
    type: str
    aliases:
      - vpn_gateway_route_id
  vpn_gateway:
    description:
      - The VPN gateway, by its ID or its name. What looks like an ID (a UUID) is taken for one. It has to be of version
        2.0.
      - In check mode it may be the name of one that does not exist yet, or what an earlier task of the play returned as
        its ID. There is a warning then.
      - Without O(id), it says which route is meant, together with O(destination_cidr_block).
      - Required to create or replace a route. Create-only.
    type: str
    aliases:
      - vpn_gateway_id
  destination_cidr_block:
    description:
      - The network that the route leads to, for example V(10.8.0.0/16). An address within a network is refused.
      - Without O(id), it says which route of O(vpn_gateway) is meant. If there are several to this network, the task
        fails and lists their IDs.
      - Required to create or replace a route. Create-only.
    type: str
  next_hop_type:
    description:
      - Where the packets go, V(vpn_tunnel) into a tunnel, or V(vpc) into the VPC of the VPN gateway.
      - Required to create or replace a route. Create-only.
    type: str
  vpn_tunnel:
    description:
      - The tunnel that the packets go into, by its ID or its name. What looks like an ID (a UUID) is taken for one. A
        name is looked for at O(vpn_gateway).
      - In check mode it may be the name of one that does not exist yet, or what an earlier task of the play returned as
        its ID. There is a warning then.
      - The service tells of the next hop nothing but its name. A tunnel of another name is found as a difference.
        Whether it is this tunnel or another one of its name can't be seen, so that it is in RV(not_compared).
      - With O(state=absent), a route that plainly leads to another one is not deleted, and the task fails.
      - Needed for a new route with O(next_hop_type=vpn_tunnel), and only for that. Create-only.
    type: str
    aliases:
      - next_hop_instance_id
  description:
    description:
      - A text about the route. It can be changed in place, and not be taken away.
    type: str
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for. If it is left out, that is the default project.
    type: str
  next_hop_name:
    description:
      - Read-only, see RV(vpn_gateway_route.next_hop_name).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  route_type:
    description:
      - Read-only, see RV(vpn_gateway_route.route_type).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  create_time:
    description:
      - Read-only, see RV(vpn_gateway_route.create_time).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
notes:
  - Deleting or replacing a route interrupts the traffic to its network.
  - A tunnel that is replaced has a new ID. Its routes move to the new one, see
    O(ksyun.vpn.vpn_tunnel#module:move_routes).
  - A route carries nothing by itself. Security groups have to permit the remote network, the remote device needs a
    route back, and the networks of both sides must not overlap.
seealso:
  - module: ksyun.vpn.vpn_gateway_route_info
  - module: ksyun.vpn.vpc_route
  - module: ksyun.vpn.vpn_tunnel
  - module: ksyun.vpn.vpn_gateway
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: Lead packets to the network of Berlin into its tunnel
  ksyun.vpn.vpn_gateway_route:
    vpn_gateway: datacentre
    destination_cidr_block: 10.8.0.0/16
    next_hop_type: vpn_tunnel
    vpn_tunnel: berlin-route
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Lead packets from Berlin into the VPC
  ksyun.vpn.vpn_gateway_route:
    vpn_gateway: datacentre
    destination_cidr_block: 10.0.0.0/16
    next_hop_type: vpc
    description: the VPC

- name: Delete a route
  ksyun.vpn.vpn_gateway_route:
    vpn_gateway: datacentre
    destination_cidr_block: 10.8.0.0/16
    state: absent
"""

RETURN = r"""
---
vpn_gateway_route:
  description:
    - The route, with all that the service tells of it. Its keys are the names of the options.
    - Fields that this collection does not know come back too, with their names in snake_case.
    - In check mode it is the route as it would be, as far as that is known. Its RV(vpn_gateway_route.id) is
      V((known after creation\)) if it would be created.
    - V(null) if it does not exist, or not any more.
  returned: always
  type: dict
  contains:
    id:
      description: The ID of the route.
      returned: always
      type: str
      sample: 6f1c2c0a-3f0e-4b7e-9a65-1f0a6b8f6d11
    vpn_gateway:
      description: The ID of its VPN gateway. In check mode V(null) if that does not exist yet.
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
not_compared:
  description:
    - The options that the task sets and the service does not return. Whether the route has these values is not known.
    - Empty if all could be compared, and if nothing was found to compare with.
  returned: always
  type: list
  elements: str
  sample:
    - vpn_tunnel
plan:
  description:
    - What had to be done, in this order. In check mode what would be done. Empty if there was nothing to do.
    - It is complete even when the task failed on the way. RV(ignore:changed) and RV(api_calls) tell how far it came.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description:
        - One of V(create), V(update) and V(delete). A replacement is V(delete), then V(create). It comes after
          V(update) where a change in place was accepted, but not made.
      returned: always
      type: str
      sample: update
    target:
      description: The resource in words, with its ID if it has one.
      returned: always
      type: str
      sample: route of VPN gateway 10.8.0.0/16 (6f1c2c0a-3f0e-4b7e-9a65-1f0a6b8f6d11)
    fields:
      description: The options that the action sets. Empty for V(delete).
      returned: always
      type: list
      elements: dict
      contains:
        option:
          description: The name of the option.
          returned: always
          type: str
          sample: description
        before:
          description: Its value before.
          returned: always
          type: raw
          sample: branch
        after:
          description: Its value afterwards.
          returned: always
          type: raw
          sample: branch Berlin
    reason:
      description: Why it has to be done.
      returned: always
      type: str
      sample: it differs in description
    interrupts_traffic:
      description: Whether the action interrupts the traffic of a tunnel.
      returned: always
      type: bool
      sample: false
    permitted:
      description:
        - V(true) if the service was asked with C(DryRun) and answered that it would carry out the action.
        - V(false) if the task must not carry out the action, as the service can't make the change in place, see
          O(on_immutable_change). The task fails then.
        - V(null) if the service was not asked, see O(probe). A refusal fails the task.
      returned: always
      type: bool
      sample: null
summary:
  description:
    - The plan in one line. C(no change) if there is nothing to do, empty if the task failed before it had a plan.
  returned: always
  type: str
  sample: >-
    update route of VPN gateway 10.8.0.0/16 (6f1c2c0a-3f0e-4b7e-9a65-1f0a6b8f6d11) (description)
diff:
  description: The options that have a value, before and after, a line for each.
  returned: in diff mode
  type: dict
  contains:
    before:
      description: The options before. Empty if the resource did not exist.
      returned: always
      type: str
      sample: |
        description: branch
    after:
      description: The options afterwards. Empty if the resource does not exist any more.
      returned: always
      type: str
      sample: |
        description: branch Berlin
    before_header:
      description: The resource in words.
      returned: always
      type: str
      sample: route of VPN gateway 10.8.0.0/16 (6f1c2c0a-3f0e-4b7e-9a65-1f0a6b8f6d11)
    after_header:
      description: The resource in words.
      returned: always
      type: str
      sample: route of VPN gateway 10.8.0.0/16 (6f1c2c0a-3f0e-4b7e-9a65-1f0a6b8f6d11)
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
        - Found by the module, V(configuration), V(invalid_options), V(immutable_change), V(missing) and
          V(ambiguous_name).
        - Refused by the service, V(access_denied), V(signature), V(throttled), V(unavailable), V(not_found),
          V(invalid_parameter) and, for the rest, V(service).
        - No usable answer, V(transport) and V(tls).
        - Not known how it ended, V(unknown_outcome). A replacement that did not come to its end,
          V(interrupted_replace), or that was undone, V(replacement_undone).
        - Done, but otherwise than asked, V(not_as_asked). Created by others at the same time, V(race). Not seen in
          time, V(wait_timeout). Done to the end after the time that Ansible gave to the task, V(time_up).
        - An endpoint that carried out a dry run, V(dry_run_executed).
        - Anything else that went wrong with a request, V(api).
        - A fault of this collection, V(internal).
      returned: always
      type: str
      sample: access_denied
    faults:
      description: All that is wrong with the options.
      returned: when RV(error.kind) is V(invalid_options)
      type: list
      elements: str
      sample:
        - vpn_tunnel is required with next_hop_type vpn_tunnel
    options:
      description: The options that differ and can't be changed in place, or that did not come out as asked.
      returned: when RV(error.kind) is V(immutable_change) or V(not_as_asked)
      type: list
      elements: str
      sample:
        - vpn_tunnel
    ids:
      description: The IDs of all routes to the network, but for the one that this task has removed again.
      returned: when RV(error.kind) is V(ambiguous_name) or V(race)
      type: list
      elements: str
      sample:
        - 9b3d361e-f65b-464b-947a-fafb5cfb10d2
        - 38414867-ae6a-4a32-acbe-7502defa42bd
    action:
      description: The action of the API that failed.
      returned: when the service was called
      type: str
      sample: CreateVpnGatewayRoute
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: CreateVpnGatewayRoute"
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
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import manage


def main() -> None:
    manage(RESOURCE)


if __name__ == "__main__":
    main()
