#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: customer_gateway
version_added: 1.0.0
short_description: Manage customer gateways of Ksyun (Kingsoft Cloud) VPN
description:
  - Creates, changes and deletes customer gateways.
  - A customer gateway tells the service the public addresses of the remote device, to which tunnels lead. Creating
    one costs nothing and changes nothing on the device.
  - Customer gateways belong to a region, not to a project or VPC.
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
      - The ID of the customer gateway. With it, a different O(name) renames the customer gateway, or, with
        O(state=absent), does not count.
      - One of O(id) and O(name) is required.
      - If O(state=present) and there is no customer gateway with this ID, the task fails. None is created in its
        place, and no other one is taken that has the O(name). What was replaced has a new ID.
    type: str
    aliases:
      - customer_gateway_id
  name:
    description:
      - The name of the customer gateway. Without O(id), it says which one is meant, upper and lower case
        distinguished.
      - Names need not be unique. If several customer gateways have this name, the task fails and lists their IDs.
      - A name is not created beside one that differs from it only in white space or in the form of Unicode, as the
        service may have stored it so.
      - Required to create or replace a customer gateway. It can be changed in place.
    type: str
    aliases:
      - customer_gateway_name
  address:
    description:
      - The public IPv4 address of the remote device.
      - Required to create or replace a customer gateway. It can be changed in place, which interrupts the traffic of
        its tunnels.
    type: str
    aliases:
      - customer_gateway_address
  ha_address:
    description:
      - The second public IPv4 address of the remote side, for tunnels with two ends.
      - It can be changed in place, which interrupts the traffic of its tunnels. It can't be removed again,
        as the service has no way to empty it, and an empty text is refused.
      - The service's description of V(CreateCustomerGateway) requires it, but other clients leave it out. If it is
        required in your region, the service says so.
    type: str
    aliases:
      - ha_customer_gateway_address
  create_time:
    description:
      - Read-only, see RV(customer_gateway.create_time).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  removed_before:
    description:
      - The IDs of tunnels that earlier tasks of the play remove. In check mode, where they are still there, there is no
        warning that they use the customer gateway. The real run passes over this option.
    type: list
    elements: str
    version_added: 1.2.0
notes:
  - All options of a customer gateway can be changed in place. Should the service accept another address and not
    change it, O(on_immutable_change=replace) replaces the customer gateway, if no tunnel uses it.
  - No option of a customer gateway has a list of known values, so that O(allow_unknown_values) has no effect here.
  - A customer gateway that tunnels use can't be deleted. The message names them.
seealso:
  - module: ksyun.vpn.customer_gateway_info
  - module: ksyun.vpn.vpn_gateway
  - module: ksyun.vpn.vpn_tunnel
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: Create the customer gateway of the office in Berlin
  ksyun.vpn.customer_gateway:
    name: berlin
    address: 203.0.113.7
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"
  register: berlin

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Give it a second address
  ksyun.vpn.customer_gateway:
    name: berlin
    ha_address: 203.0.113.8

- name: Rename it, by its ID
  ksyun.vpn.customer_gateway:
    id: "{{ berlin.customer_gateway.id }}"
    name: berlin-mitte

- name: See what a new address would change, and whether the service would allow it
  ksyun.vpn.customer_gateway:
    name: berlin-mitte
    address: 198.51.100.20
  check_mode: true
  diff: true
  register: preview

- name: Change the address, but only if that interrupts no traffic
  ksyun.vpn.customer_gateway:
    name: berlin-mitte
    address: 198.51.100.20
  when: preview.plan | selectattr('interrupts_traffic') | length == 0

- name: Delete it
  ksyun.vpn.customer_gateway:
    name: berlin-mitte
    state: absent
"""

RETURN = r"""
---
customer_gateway:
  description:
    - The customer gateway, with all that the service tells of it. Its keys are the names of the options.
    - Fields that this collection does not know come back too, with their names in snake_case.
    - In check mode it is the customer gateway as it would be, as far as that is known. Its RV(customer_gateway.id) is
      V((known after creation\)) if it would be created. Other tasks of the play can be given that in check mode.
    - V(null) if it does not exist, or not any more.
  returned: always
  type: dict
  contains:
    id:
      description: The ID of the customer gateway.
      returned: always
      type: str
      sample: 020e00e0-a544-4e25-8f81-6bb15b449040
    name:
      description: The name of the customer gateway.
      returned: always
      type: str
      sample: berlin
    address:
      description: The public IPv4 address of the remote device.
      returned: always
      type: str
      sample: 203.0.113.7
    ha_address:
      description: The second public IPv4 address of the remote side. V(null) if it has none.
      returned: always
      type: str
      sample: 203.0.113.8
    create_time:
      description: When it was created, in the service's own format.
      returned: always
      type: str
      sample: "2026-11-24 10:15:00"
not_compared:
  description:
    - The options that the task sets and the service does not return. Whether the customer gateway has these values is
      not known.
    - Empty if all could be compared, and if nothing was found to compare with.
  returned: always
  type: list
  elements: str
  sample: []
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
      sample: customer gateway 'berlin' (020e00e0-a544-4e25-8f81-6bb15b449040)
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
          sample: address
        before:
          description: Its value before.
          returned: always
          type: raw
          sample: 203.0.113.7
        after:
          description: Its value afterwards.
          returned: always
          type: raw
          sample: 203.0.113.8
    reason:
      description: Why it has to be done.
      returned: always
      type: str
      sample: it differs in address
    interrupts_traffic:
      description: Whether the action interrupts the traffic of a tunnel.
      returned: always
      type: bool
      sample: true
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
    update customer gateway 'berlin' (020e00e0-a544-4e25-8f81-6bb15b449040) (address), which interrupts traffic
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
        address: 203.0.113.7
        name: berlin
    after:
      description: The options afterwards. Empty if the resource does not exist any more.
      returned: always
      type: str
      sample: |
        address: 203.0.113.8
        name: berlin
    before_header:
      description: The resource in words.
      returned: always
      type: str
      sample: customer gateway 'berlin' (020e00e0-a544-4e25-8f81-6bb15b449040)
    after_header:
      description: The resource in words.
      returned: always
      type: str
      sample: customer gateway 'berlin' (020e00e0-a544-4e25-8f81-6bb15b449040)
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
      sample: DescribeCustomerGateways
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
        - address must be an IPv4 address (got '203.0.113.700')
    options:
      description: The options that differ and can't be changed in place, or that did not come out as asked.
      returned: when RV(error.kind) is V(immutable_change) or V(not_as_asked)
      type: list
      elements: str
      sample:
        - address
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
      sample: CreateCustomerGateway
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: CreateCustomerGateway"
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

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.customer_gateway import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import manage


def main() -> None:
    manage(RESOURCE)


if __name__ == "__main__":
    main()
