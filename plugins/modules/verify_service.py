#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: verify_service
version_added: 1.2.0
short_description: Ask the real service what this collection can only assume
description:
  - Asks the VPN service of Ksyun (Kingsoft Cloud) every question that its description leaves open, and compares what it
    says with what this collection assumes. Nobody who wrote the collection could call the service.
  - O(level) decides how far it goes. By default it only reads.
  - It writes a record of the exchanges, in which all IDs, addresses, names, keys and accounts are replaced. It is made
    to be attached to an issue of this collection.
  - What it makes, it removes again, also after SIGINT or SIGTERM. It never touches anything that it has not made.
  - Before and after each creation it writes into a journal. What is left after a SIGKILL is removed by a run with
    O(cleanup).
  - It runs in Ansible's own process, so it needs a connection to localhost and the Python library C(requests) there.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
attributes:
  action:
    description: An action plugin of the same name does all of it on the controller.
    support: full
  action_group:
    description: Use C(group/ksyun.vpn.vpn) in C(module_defaults) to set the options of the connection for all modules.
    support: full
    membership:
      - ksyun.vpn.vpn
  platform:
    description: The platforms that it runs on.
    support: full
    platforms: posix
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - It reads only, whatever O(level) says, and does no cleanup.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: N/A
    details:
      - Nothing stays changed.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
        change.
    support: N/A
    details:
      - A run that makes things indicates a change, although it removes them again.
options:
  level:
    description:
      - V(read) asks what can be asked without writing. Signatures are sent in all forms, some of them wrong on purpose.
      - V(dry_run) sends writes with C(DryRun) as well. It first proves on a customer gateway, which costs nothing, that
        the service honours that. If it does not, that customer gateway is removed and nothing more is tried. No
        gateway with O(ksyun.vpn.vpn_gateway#module:charge_type=Monthly) is ever asked for.
      - V(write) creates four customer gateways as well, changes some of them, and removes them. They cost nothing.
    type: str
    choices:
      - read
      - dry_run
      - write
    default: read
  daily_gateway:
    description:
      - With O(level=write), also create a VPN gateway of this version that is charged daily, two tunnels, and routes to
        V(203.0.113.0/24), a network that is reserved for documentation. This is billed. See O(daily_price).
    type: str
    choices:
      - '1.0'
      - '2.0'
  daily_price:
    description:
      - What a gateway of 5 Mbit/s that is charged daily costs per day in your region, as the console shows it. A run
        with O(daily_gateway) is billed for one such gateway for one day.
      - It is required with O(daily_gateway), and is only there to be shown.
    type: str
  vpc_id:
    description:
      - The ID of the VPC in which O(daily_gateway) is created.
    type: str
  address:
    description:
      - The IPv4 address of the customer gateways that are created. The next two are used as well. Set it if the service
        refuses the default, which is reserved for documentation.
    type: str
    default: 203.0.113.10
  record:
    description:
      - The file to write the record to. It is replaced if it is there.
    type: path
    default: ksyun-vpn-record.json
  journal:
    description:
      - The file of the journal, which must not be there yet. It is removed when nothing is left of what it names.
      - If it is left out, it is V(ksyun-vpn-verify-ID.journal) beside O(record), with an ID that is new each time.
    type: path
  cleanup:
    description:
      - The journal of a run that was killed. What it names is removed, and nothing else is done.
      - It is only taken with the region and the access key of the run that wrote it, and if nobody else can write it.
    type: path
seealso:
  - module: ksyun.vpn.vpn_gateway
  - module: ksyun.vpn.customer_gateway
  - module: ksyun.vpn.vpn_tunnel
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
- name: Ask what can be asked by reading
  ksyun.vpn.verify_service:
    region: cn-beijing-6

- name: Ask about dry runs, too
  ksyun.vpn.verify_service:
    region: cn-beijing-6
    level: dry_run
    record: record.json

- name: Ask all questions, with a gateway that is billed for a day
  ksyun.vpn.verify_service:
    region: cn-beijing-6
    level: write
    daily_gateway: '2.0'
    daily_price: as shown in the console
    vpc_id: 0ae1b3b6-7e3c-4a4d-9f0e-5b6f0c9b1c11

- name: Remove what a run has left that was killed
  ksyun.vpn.verify_service:
    region: cn-beijing-6
    cleanup: ksyun-vpn-verify-0123456789abcdef.journal
"""

RETURN = r"""
report:
  description: A table of questions, of what was expected and found. Lines that begin with C(!) differ.
  returned: always
  type: list
  elements: str
  sample:
    - "!  unknown_action  404 NoSuchEntity  400 InvalidAction"
differences:
  description: The questions whose answer is not the expected one.
  returned: always
  type: list
  elements: str
  sample:
    - unknown_action
record:
  description: The file that the record was written to. V(null) if none was written.
  returned: always
  type: str
  sample: ksyun-vpn-record.json
journal:
  description: The journal, if something is left of what it names. V(null) otherwise.
  returned: always
  type: str
  sample: ksyun-vpn-verify-0123456789abcdef.journal
left:
  description: What was made and could not be removed.
  returned: always
  type: list
  elements: str
  sample: []
error:
  description: What went wrong, as data.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(left_behind) or V(interrupted).
      returned: always
      type: str
      sample: left_behind
"""
