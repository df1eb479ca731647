#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sites
version_added: 1.2.0
short_description: Manage all sites of a VPN gateway of Ksyun (Kingsoft Cloud)
description:
  - Brings the customer gateways, the tunnels and the routes of all sites of one VPN gateway to what a list says, in
    one task. It is much faster than a loop over the modules for these, and does what they do.
  - All is planned before the first write. Each kind of resource is listed once, whatever the number of sites, and
    what stands against any site is told in one message.
  - Then several requests are sent at a time, removals before additions. It slows down where the service limits the
    number of requests, and speeds up again.
  - An option that is left out stays as it is. What is not declared is left alone, and named, unless O(prune) is set.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
extends_documentation_fragment:
  - ksyun.vpn.connection
  - ksyun.vpn.attributes
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - The module reads, looks at and plans the same as in a run. Then it asks the service about the planned requests
        with C(DryRun), which changes nothing. Of requests that differ in values only, it asks about one, as the answer
        is about permission. RV(dry_runs) says how many were asked about.
      - A VPN gateway that an earlier task of the play would create can be referred to by its name, or by what check
        mode returns as its ID. There is a warning then, and its routes are not told.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
    details:
      - It shows the sites that differ, and a line for each of them if they are more than 20. No key is in it.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
        change.
    support: full
    details:
      - This assumes that nobody else changes the resources in between. What the service does not return can't be
        compared, see RV(sites).
options:
  vpn_gateway:
    description:
      - The VPN gateway, by its ID or its name. It must be there, but in check mode.
    type: str
    required: true
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for. If it is left out, that is the default project.
    type: str
  defaults:
    description:
      - What all tunnels have in common, unless their site or they themselves say otherwise.
        O(ksyun.vpn.vpn_tunnel#module:type) and the other options of that module are described there in full.
    type: dict
    default: {}
    suboptions: &tunnel
      type:
        description:
          - The type, V(Ipsec), V(GreOverIpsec) or V(route_ipsec). Required to create a tunnel.
        type: str
      vpn_gre_ip:
        description:
          - Ksyun's end of the GRE tunnel.
        type: str
      ha_vpn_gre_ip:
        description:
          - Ksyun's end of the second GRE tunnel.
        type: str
      customer_gre_ip:
        description:
          - The remote end of the GRE tunnel.
        type: str
      ha_customer_gre_ip:
        description:
          - The remote end of the second GRE tunnel.
        type: str
      pre_shared_key:
        description:
          - The secret that both ends share. Required to create a tunnel. See O(pre_shared_keys) for lists that can be
            shown.
        type: str
      ike_version:
        description:
          - V(v1) or V(v2).
        type: str
      ike_authentication_algorithm:
        description:
          - The hash of IKE.
        type: str
      ike_dh_group:
        description:
          - The Diffie-Hellman group of IKE.
        type: int
      ike_encryption_algorithm:
        description:
          - The encryption of IKE.
        type: str
      ipsec_encryption_algorithm:
        description:
          - The encryption of IPsec.
        type: str
      ipsec_authentication_algorithm:
        description:
          - The hash of IPsec.
        type: str
      ipsec_lifetime_kilobytes:
        description:
          - How much traffic a key is used for, in kilobytes.
        type: int
      ipsec_lifetime_seconds:
        description:
          - How long a key is used, in seconds.
        type: int
      enable_nat_traversal:
        description:
          - Whether NAT traversal is on.
        type: bool
      ha_mode:
        description:
          - V(active_active) or V(active_standby).
        type: str
      open_health_check:
        description:
          - Whether the health check of a tunnel by route is on.
        type: bool
      local_peer_ip:
        description:
          - Ksyun's end inside a tunnel by route, with its prefix length.
        type: str
      customer_peer_ip:
        description:
          - The remote end inside a tunnel by route, with its prefix length.
        type: str
      vpn_gateway_version:
        description:
          - The version of the VPN gateway. It only checks that the gateway has it.
        type: str
      on_immutable_change:
        description:
          - What to do if an option differs that can't be changed in place, V(fail) or V(replace). It is V(fail) if
            nothing is said. See O(replace_limit).
        type: str
        choices:
          - fail
          - replace
      move_routes:
        description:
          - Whether the routes into a tunnel that is replaced are deleted before, and created again into the new one. It
            is V(true) if nothing is said. With V(false), a tunnel that routes lead into is not replaced.
        type: bool
      allow_unknown_values:
        description:
          - Whether to send values that the collection does not know.
        type: bool
      probe:
        description:
          - Whether check mode asks the service about what is planned, and a run before it replaces. It is V(true) if
            nothing is said.
        type: bool
      wait:
        description:
          - Whether to wait until the service lists what was changed. It is V(true) if nothing is said.
        type: bool
      wait_timeout:
        description:
          - How long to wait at most, in seconds. It is 300 if nothing is said.
        type: float
      wait_for_state:
        description:
          - Wait until the tunnel has this state, for example V(available).
        type: str
      update_pre_shared_key:
        description:
          - Whether a different key of a tunnel that is there counts, V(always) or V(on_create). It is V(always) if
            nothing is said.
        type: str
        choices:
          - always
          - on_create
  sites:
    description:
      - The remote sites, a dictionary each. It holds the options of its customer gateway, and those that its tunnels
        have in common.
      - RV(ksyun.vpn.sites_info#module:sites) can be given back here, and changes nothing.
    type: list
    elements: dict
    required: true
    suboptions:
      <<: *tunnel
      name:
        description:
          - The name of the customer gateway. Also that of the tunnel, if O(sites[].tunnels) is left out.
          - It tells the site from the others. Two sites may have one name if both have
            O(sites[].customer_gateway_id).
        type: str
        required: true
      state: &state
        description:
          - Whether the site is to be there. It is V(present) if nothing is said.
          - If it is V(absent), so are its tunnels and the routes into them. If other tunnels use its customer gateway,
            the site fails before anything of it is removed; O(sites[].tunnels) can be V(absent) one by one.
          - Without O(sites[].customer_gateway_id), several customer gateways of the name are refused, and the one that
            no tunnel of the VPN gateway uses, but tunnels of others do, stays.
        type: str
        choices:
          - present
          - absent
      ignore:
        description:
          - Whether to leave the site alone, that is the customer gateway of its name or ID, the tunnels that use it and
            those that are named so. O(prune) spares them, too, and no other site may take anything from them.
          - Names count here whatever their case, white space and form of Unicode. If the VPN gateway has nothing of it,
            there is a warning, and a failure with O(prune).
        type: bool
      previous_name:
        description:
          - The name that the site had before. A customer gateway of this name is renamed, and so is a tunnel, if
            O(sites[].tunnels) is left out. No other site of the list may have it, as O(sites[].name) or so.
        type: str
      customer_gateway_id:
        description:
          - The ID of the customer gateway. With it, a different O(sites[].name) renames it, unless that is the ID.
        type: str
      address:
        description:
          - The public IPv4 address of the remote device. Required to create the customer gateway.
        type: str
      ha_address:
        description:
          - The second public IPv4 address of the remote side.
        type: str
      extra:
        description:
          - What is your own, for example a contact. The module passes over it.
        type: dict
      remote_cidrs: &remote_cidrs
        description:
          - The networks behind the device. They become routes of the VPN gateway's generation, C(vpn_gateway_route)
            or C(vpc_route), into the tunnel. If the option is left out, the routes into the tunnel are not managed. A
            network that is no longer listed is removed with O(prune) only, and named in RV(undeclared) otherwise.
          - With several tunnels they stand at one of these.
        type: list
        elements: str
      tunnels:
        description:
          - The tunnels to this site. If it is left out, there is one of the site's name. If it is empty, there is
            none.
          - What counts for a tunnel is what it says, then its site, then O(defaults).
        type: list
        elements: dict
        suboptions:
              <<: *tunnel
              name:
                description:
                  - The name of the tunnel. If it is left out, that of the site.
                type: str
              id:
                description:
                  - The ID of the tunnel. With it, a different O(sites[].tunnels[].name) renames the tunnel, unless
                    that is the ID.
                type: str
              state: *state
              previous_name:
                description:
                  - The name that the tunnel had before. A tunnel of this name is renamed, if there is none of the new
                    name.
                type: str
              remote_cidrs: *remote_cidrs
  pre_shared_keys:
    description:
      - Pre-shared keys by the names of sites or tunnels, or by the IDs of tunnels that have one here, so that
        O(sites) can be kept, shown and compared without secrets.
      - A name that is neither a site's nor a tunnel's is refused, and so is one that several have. That of a tunnel
        comes before that of its site.
    type: dict
    default: {}
  prune:
    description:
      - Whether to remove what the VPN gateway has and O(sites) does not declare. These are its tunnels, the customer
        gateways that no other tunnels use, the routes into these tunnels, and routes into declared tunnels to
        networks that O(sites[].remote_cidrs) does not list.
      - Nothing else is ever removed. The VPN gateway itself stays, and so do customer gateways that no tunnel uses,
        or that tunnels of another VPN gateway use. A tunnel whose customer gateway the service does not list stays,
        with a warning.
      - Nothing is removed by it as long as a declared site can't be planned, whatever O(on_error) is.
    type: bool
    default: false
  prune_limit:
    description:
      - From how many sites O(prune) may take something at most, as a number or as a part of the sites that exist,
        like V(30%). If it would be more, nothing is done and the task fails.
      - A part holds for the tunnels of the VPN gateway, too.
      - If it is left out, that is V(30%) of the sites as soon as the VPN gateway has ten, and of the tunnels as soon as
        it has ten of them, and any number before. An empty list of O(sites) is refused then.
    type: str
  replace_limit:
    description:
      - Of how many sites something may be replaced at most, which interrupts their traffic. It has the same form as
        O(prune_limit), and the same default.
    type: str
  on_error:
    description:
      - What a site that fails means for the others.
      - With V(stop), nothing is begun if any site can't be planned, and nothing new is begun after a failure.
      - With V(continue), all other sites are brought to what is wanted.
      - The task fails either way, and RV(sites) tells what became of each site.
    type: str
    default: stop
    choices:
      - stop
      - continue
  parallel:
    description:
      - How many requests are sent at a time, from V(1) to V(64).
    type: int
    default: 10
  progress:
    description:
      - Whether to show a line for each site as soon as it is done, as C(-v) does. It works where the task runs in
        Ansible's own process, and never with C(no_log).
    type: bool
    default: false
notes:
  - It needs the permissions of M(ksyun.vpn.customer_gateway), M(ksyun.vpn.vpn_tunnel), and of
    M(ksyun.vpn.vpn_gateway_route) or M(ksyun.vpn.vpc_route) where O(sites[].remote_cidrs) is used.
  - The customer gateway of a site that exists is the one of its name which its tunnels use. Others of the name are not
    looked for, unless the site is to be absent.
  - No two of the list may mean one customer gateway or one tunnel. Rename in a task of its own what another one is to
    have the name of.
  - Where what the service lists contradicts itself, nothing is begun.
  - When a signal or the task's C(timeout) comes, what has begun is carried out to its end and nothing new is begun.
    RV(sites) tells which sites were not reached. Running the task again goes on from there.
seealso:
  - module: ksyun.vpn.sites_info
  - module: ksyun.vpn.vpn_tunnel
  - module: ksyun.vpn.customer_gateway
"""

EXAMPLES = r"""
- name: All sites of a VPN gateway
  ksyun.vpn.sites:
    vpn_gateway: office
    defaults:
      type: Ipsec
      ike_authentication_algorithm: sha
      ike_dh_group: 14  # or 5, where the VPN gateway does not take 14
    sites:
      - name: shanghai
        address: 203.0.113.7
        remote_cidrs: [10.20.0.0/16]
      - name: chengdu
        address: 203.0.113.8
        tunnels:
          - {name: chengdu-1, type: GreOverIpsec, vpn_gre_ip: 10.255.0.1, customer_gre_ip: 10.255.0.2}
          - {name: chengdu-2, type: GreOverIpsec, vpn_gre_ip: 10.255.0.5, customer_gre_ip: 10.255.0.6}
      - name: munich
        state: absent
    pre_shared_keys:
      shanghai: "{{ vault_shanghai_pre_shared_key }}"
      chengdu: "{{ vault_chengdu_pre_shared_key }}"

- name: These sites and no others, at most five of which are removed; another team cares for berlin
  ksyun.vpn.sites:
    vpn_gateway: office
    sites:
      - {name: shanghai}
      - {name: chengdu, tunnels: [{name: chengdu-1}, {name: chengdu-2}]}
      - {name: berlin, ignore: true}
    prune: true
    prune_limit: 5
    on_error: continue
  register: all_sites
"""

RETURN = r"""
vpn_gateway:
  description: The VPN gateway, as M(ksyun.vpn.vpn_gateway_info) returns it. V(null) if it could not be found.
  returned: always
  type: dict
  sample: {"id": "9b3d361e-f65b-464b-947a-fafb5cfb10d2", "name": "main", "vpn_gateway_version": "1.0"}
counts:
  description: How many sites became what, those that were removed by O(prune) among them.
  returned: always
  type: dict
  contains:
    created:
      description: How many were created, of which nothing was there before.
      returned: always
      type: int
      sample: 2
    updated:
      description: How many were changed, or completed.
      returned: always
      type: int
      sample: 0
    replaced:
      description: Of how many something was deleted and created again, with a new ID.
      returned: always
      type: int
      sample: 0
    deleted:
      description: How many were removed.
      returned: always
      type: int
      sample: 1
    unchanged:
      description: How many were as wanted.
      returned: always
      type: int
      sample: 97
    failed:
      description: How many failed.
      returned: always
      type: int
      sample: 0
    not_reached:
      description: How many were not begun, or not finished, as the task ended before.
      returned: always
      type: int
      sample: 0
sites:
  description:
    - What became of each site, by its name. A site that O(prune) removes has the name of its customer gateway. Where a
      name does not tell it from another one, the ID of the customer gateway follows in parentheses.
  returned: always
  type: dict
  contains:
    outcome:
      description: What became of it, one of the keys of RV(counts).
      returned: always
      type: str
      sample: created
    changed:
      description: Whether anything of it was changed. That may be so although it failed.
      returned: always
      type: bool
      sample: true
    customer_gateway:
      description: The customer gateway, as M(ksyun.vpn.customer_gateway) returns it. V(null) if there is none.
      returned: always
      type: dict
      sample: {"id": "38414867-ae6a-4a32-acbe-7502defa42bd", "name": "shanghai", "address": "203.0.113.7"}
    vpn_tunnels:
      description: Its tunnels, as M(ksyun.vpn.vpn_tunnel) returns them.
      returned: always
      type: list
      elements: dict
      sample: [{"id": "0c1d2e3f-36a6-4f25-8f0e-0d7c0f1f6f5e", "name": "shanghai", "type": "Ipsec"}]
    routes:
      description: Its routes, as M(ksyun.vpn.vpn_gateway_route) or M(ksyun.vpn.vpc_route) returns them.
      returned: always
      type: list
      elements: dict
      sample: [{"id": "5d2e6f6a-52f4-4c0f-9f6b-0d1d8f0b7f11", "destination_cidr_block": "10.20.0.0/16"}]
    not_compared:
      description:
        - The options that the service does not return, so that it is not known whether they are as wanted, by the
          name of the customer gateway or tunnel, or the network of the route.
      returned: when there are any
      type: dict
      sample: {"shanghai": ["pre_shared_key"]}
    msg:
      description: What failed.
      returned: when RV(sites.outcome) is V(failed)
      type: str
      sample: "customer_gateway has no address"
    error:
      description:
        - The first failure as data, as the module of the resource returns it.
        - Its C(kind) is V(changed_since) where more would be taken away than was planned, as somebody else has
          changed it meanwhile. It was left as it is.
      returned: when RV(sites.outcome) is V(failed)
      type: dict
      sample: {"kind": "immutable_change", "options": ["type"]}
    failures:
      description:
        - What failed, resource by resource, and what was left out for it, each with C(kind), C(name) and C(msg).
        - C(kind) is V(customer_gateway), V(vpn_tunnel), V(vpn_gateway_route), V(vpc_route), or V(site) for what is
          about all of it.
      returned: when RV(sites.outcome) is V(failed)
      type: list
      elements: dict
      sample: [{"kind": "customer_gateway", "name": "shanghai", "msg": "address is required"}]
undeclared:
  description:
    - What the VPN gateway has and O(sites) does not declare. With O(prune) it is removed, but for customer gateways
      that others use, which are not listed.
  returned: always
  type: list
  elements: dict
  contains:
    site:
      description: The name of the site that it belongs to.
      returned: always
      type: str
      sample: legacy
    kind:
      description: What it is, V(customer_gateway), V(vpn_tunnel), V(vpn_gateway_route) or V(vpc_route).
      returned: always
      type: str
      sample: vpn_tunnel
    id:
      description: Its ID.
      returned: always
      type: str
      sample: 0c1d2e3f-36a6-4f25-8f0e-0d7c0f1f6f5e
    name:
      description: Its name, or the network of a route.
      returned: always
      type: str
      sample: legacy
plan:
  description: The requests that are needed, as M(ksyun.vpn.vpn_tunnel) returns them, each with its C(site).
  returned: always
  type: list
  elements: dict
  sample:
    - site: shanghai
      action: create
      target: customer gateway 'shanghai'
      fields: []
      reason: it does not exist
      interrupts_traffic: false
      permitted: true
summary:
  description: The counts in one line.
  returned: always
  type: str
  sample: 2 created, 1 deleted, 97 unchanged
diff:
  description: The sites that differ, as text, when in diff mode.
  returned: in diff mode, when there is a plan
  type: dict
  contains:
    before:
      description: The options before.
      returned: always
      type: str
      sample: ""
    after:
      description: The options after. If more than 20 sites differ, there is a line for each.
      returned: always
      type: str
      sample: "shanghai: create customer gateway 'shanghai', create VPN tunnel 'shanghai'"
    before_header:
      description: What it is about.
      returned: always
      type: str
      sample: sites of the VPN gateway 'office'
    after_header:
      description: What it is about.
      returned: always
      type: str
      sample: sites of the VPN gateway 'office'
dry_runs:
  description: How many of the planned requests the service was asked about in check mode.
  returned: always
  type: dict
  contains:
    planned:
      description: How many requests the plan has.
      returned: always
      type: int
      sample: 107
    asked:
      description: How many of them were asked about with C(DryRun). The others differ from one of these in values only.
      returned: always
      type: int
      sample: 3
calls:
  description: How often the service was asked. There is no list of all calls, as there may be thousands.
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
        - V(sites_failed) where sites failed, V(sites_refused) where nothing was begun as some sites can't be planned,
          V(limit) where O(prune_limit) or O(replace_limit) is too small, V(interrupted) after a signal or a time-out,
          V(contradiction) where a listing lacks what another one refers to.
        - V(invalid_options), V(configuration), V(missing), V(ambiguous_name) and the kinds of failed requests as for
          the other modules, where it is the task that failed.
        - A fault of this collection, V(internal).
      returned: always
      type: str
      sample: sites_failed
    sites:
      description: The kinds of the failures by site.
      returned: when RV(error.kind) is V(sites_failed) or V(sites_refused)
      type: dict
      sample: {"shanghai": "immutable_change"}
    faults:
      description: All that is wrong with the options.
      returned: when RV(error.kind) is V(invalid_options)
      type: list
      elements: str
      sample:
        - 2 sites are named 'shanghai'; only their customer_gateway_id could tell them apart
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
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SitesEntry


def main() -> None:
    run(SitesEntry())


if __name__ == "__main__":
    main()
