#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_gateway
version_added: 1.0.0
short_description: Manage VPN gateways of Ksyun (Kingsoft Cloud)
description:
  - Creates, changes and deletes VPN gateways.
  - A VPN gateway is the end of tunnels on Ksyun's side. It belongs to one VPC, has two public addresses, and is paid
    for by its bandwidth.
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
      - The ID of the VPN gateway. With it, a different O(name) renames the VPN gateway, or, with O(state=absent),
        does not count.
      - One of O(id) and O(name) is required.
      - If O(state=present) and there is no VPN gateway with this ID, the task fails. None is created in its place, and
        no other one is taken that has the O(name). What was replaced has a new ID.
    type: str
    aliases:
      - vpn_gateway_id
  name:
    description:
      - The name of the VPN gateway. Without O(id), it says which one is meant, upper and lower case distinguished,
        among those of O(vpc_id) if that is set.
      - Names need not be unique. If several VPN gateways have this name, the task fails and lists their IDs.
      - A name is not created beside one that differs from it only in white space or in the form of Unicode, as the
        service may have stored it so.
      - Required to create or replace a VPN gateway. It can be changed in place.
    type: str
    aliases:
      - vpn_gateway_name
  vpc_id:
    description:
      - The ID of the VPC.
      - Required to create or replace a VPN gateway. It can't be changed in place, see O(on_immutable_change). A O(name)
        is only looked for in this VPC, so that a different O(vpc_id) only counts as a change together with O(id).
    type: str
  vpc:
    description:
      - The VPC by its name, or by its ID, in place of O(vpc_id). It has to exist, in check mode too.
      - Names need not be unique. If several VPCs have this name, the task fails and lists their IDs.
    type: str
    version_added: 1.2.0
  bandwidth:
    description:
      - The bandwidth in Mbit/s, at least V(1). The service decides which bandwidths it sells, usually V(5), V(10),
        V(20), V(50), V(100) and V(200).
      - Required to create or replace a VPN gateway. It can be changed in place. With O(charge_type=Monthly) it can only
        grow, and less bandwidth is refused before anything is sent.
    type: int
    aliases:
      - band_width
  charge_type:
    description:
      - How the VPN gateway is paid for.
      - V(Monthly) is paid in advance for O(purchase_time) months. V(Daily) is paid afterwards by the day.
      - The spellings V(PrePaidByMonth) and V(PostPaidByDay), which the service also uses, mean the same. Upper and
        lower case do not matter.
      - Required to create or replace a VPN gateway. It can't be changed in place, see O(on_immutable_change).
    type: str
  purchase_time:
    description:
      - For how many months to pay in advance, from V(0) to V(36). Only for O(charge_type=Monthly), for which it is
        required unless O(id) is set.
      - The service does not return it, so it is only used on creation, and never compared.
    type: int
  project_id:
    description:
      - The ID of the project that the VPN gateway belongs to, and in which it is looked for. If it is left out, that
        is the default project, and VPN gateways of other projects are not seen, not even by O(id). Where that may be
        why one was not found, the task says so.
      - If there is no VPN gateway of this O(name) in the project, but one in the default project, the task fails. It
        does not create a second one.
      - It is only used on creation, and can't be changed.
    type: str
  vpn_gateway_version:
    description:
      - The generation of the VPN gateway, V(1.0) or V(2.0). The types of tunnels that it can have depend on it, see
        O(ksyun.vpn.vpn_tunnel#module:type).
      - The service's default is V(1.0). It can't be changed in place, see O(on_immutable_change).
      - Quote it in YAML.
    type: str
  gateway_address:
    description:
      - Read-only, see RV(vpn_gateway.gateway_address).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  ha_gateway_address:
    description:
      - Read-only, see RV(vpn_gateway.ha_gateway_address).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  remote_cidr_set:
    description:
      - Read-only, see RV(vpn_gateway.remote_cidr_set).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  create_time:
    description:
      - Read-only, see RV(vpn_gateway.create_time).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  removed_before:
    description:
      - The IDs of tunnels, and of routes, that earlier tasks of the play remove. In check mode, where they are still
        there, there is no warning that they use the VPN gateway. The real run passes over this option.
    type: list
    elements: str
    version_added: 1.2.0
notes:
  - Creating a VPN gateway, giving it more bandwidth, and replacing one costs money. With O(charge_type=Monthly) it is
    paid in advance.
  - A VPN gateway that has tunnels can't be deleted, nor replaced. The message names them, and the routes that lead to
    it.
seealso:
  - module: ksyun.vpn.vpn_gateway_info
  - module: ksyun.vpn.customer_gateway
  - module: ksyun.vpn.vpn_tunnel
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: Create a VPN gateway
  ksyun.vpn.vpn_gateway:
    name: office
    vpc_id: a8979fe2-cf1a-47b9-80f6-57445227c541
    bandwidth: 10
    charge_type: Daily
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"
  register: office

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Show the addresses that the remote device has to know
  ansible.builtin.debug:
    msg: "{{ office.vpn_gateway.gateway_address }}, {{ office.vpn_gateway.ha_gateway_address }}"

- name: Give it more bandwidth
  ksyun.vpn.vpn_gateway:
    name: office
    bandwidth: 20

- name: Rename it, by its ID
  ksyun.vpn.vpn_gateway:
    id: "{{ office.vpn_gateway.id }}"
    name: headquarters

- name: Create a VPN gateway of the second generation in another project, paid for a year in advance
  ksyun.vpn.vpn_gateway:
    name: datacentre
    vpc_id: a8979fe2-cf1a-47b9-80f6-57445227c541
    bandwidth: 100
    charge_type: Monthly
    purchase_time: 12
    vpn_gateway_version: "2.0"
    project_id: "103800"

- name: Look at a replacement by a gateway of the second generation, without doing it
  ksyun.vpn.vpn_gateway:
    name: headquarters
    vpc_id: a8979fe2-cf1a-47b9-80f6-57445227c541
    bandwidth: 20
    charge_type: Daily
    vpn_gateway_version: "2.0"
    on_immutable_change: replace
  check_mode: true
  diff: true

- name: Delete a VPN gateway
  ksyun.vpn.vpn_gateway:
    name: headquarters
    vpc_id: a8979fe2-cf1a-47b9-80f6-57445227c541
    state: absent
"""

RETURN = r"""
---
vpn_gateway:
  description:
    - The VPN gateway, with all that the service tells of it. Its keys are the names of the options.
    - Fields that this collection does not know come back too, with their names in snake_case.
    - In check mode it is the VPN gateway as it would be, as far as that is known. Its RV(vpn_gateway.id) is
      V((known after creation\)) if it would be created. Other tasks of the play can be given that in check mode.
    - V(null) if it does not exist, or not any more.
  returned: always
  type: dict
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
not_compared:
  description:
    - The options that the task sets and the service does not return. Whether the VPN gateway has these values is not
      known.
    - Empty if all could be compared, and if nothing was found to compare with.
  returned: always
  type: list
  elements: str
  sample:
    - purchase_time
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
      sample: VPN gateway 'office' (38414867-ae6a-4a32-acbe-7502defa42bd)
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
          sample: bandwidth
        before:
          description: Its value before.
          returned: always
          type: raw
          sample: 10
        after:
          description: Its value afterwards.
          returned: always
          type: raw
          sample: 20
    reason:
      description: Why it has to be done.
      returned: always
      type: str
      sample: it differs in bandwidth
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
    update VPN gateway 'office' (38414867-ae6a-4a32-acbe-7502defa42bd) (bandwidth)
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
        bandwidth: 10
        name: office
    after:
      description: The options afterwards. Empty if the resource does not exist any more.
      returned: always
      type: str
      sample: |
        bandwidth: 20
        name: office
    before_header:
      description: The resource in words.
      returned: always
      type: str
      sample: VPN gateway 'office' (38414867-ae6a-4a32-acbe-7502defa42bd)
    after_header:
      description: The resource in words.
      returned: always
      type: str
      sample: VPN gateway 'office' (38414867-ae6a-4a32-acbe-7502defa42bd)
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
        - Found by the module, V(configuration), V(invalid_options), V(immutable_change), V(missing) and
          V(ambiguous_name).
        - Refused by the service, V(access_denied), V(signature), V(throttled), V(unavailable), V(not_found),
          V(invalid_parameter), V(in_use) and, for the rest, V(service).
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
        - purchase_time (months) is required with charge_type Monthly
    options:
      description: The options that differ and can't be changed in place, or that did not come out as asked.
      returned: when RV(error.kind) is V(immutable_change) or V(not_as_asked)
      type: list
      elements: str
      sample:
        - vpc_id
    ids:
      description: The IDs of all resources of the name, but for the one that this task has removed again.
      returned: when RV(error.kind) is V(ambiguous_name) or V(race)
      type: list
      elements: str
      sample:
        - 9b3d361e-f65b-464b-947a-fafb5cfb10d2
        - 38414867-ae6a-4a32-acbe-7502defa42bd
    users:
      description: What uses the resource that was to be deleted.
      returned: when RV(error.kind) is V(in_use)
      type: list
      elements: str
      sample:
        - VPN tunnel 'berlin' (0fdf4c06-71a6-4b10-8645-ee02dd4eae6d)
    action:
      description: The action of the API that failed.
      returned: when the service was called
      type: str
      sample: CreateVpnGateway
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: CreateVpnGateway"
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
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import manage


def main() -> None:
    manage(RESOURCE)


if __name__ == "__main__":
    main()
