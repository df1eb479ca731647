#!/usr/bin/python
# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: vpn_tunnel
version_added: 1.0.0
short_description: Manage VPN tunnels of Ksyun (Kingsoft Cloud)
description:
  - Creates, renames, replaces and deletes VPN tunnels, IPsec or GRE over IPsec, between a VPN gateway and a customer
    gateway.
  - Only the name of a tunnel can be changed in place. For all else it has to be deleted and created again, which the
    module does if O(on_immutable_change=replace). Options that can only be set on creation say so (create-only).
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
      - The ID of the tunnel. With it, a different O(name) renames the tunnel, or, with O(state=absent), does not
        count.
      - One of O(id) and O(name) is required.
      - If O(state=present) and there is no tunnel with this ID, the task fails. None is created in its place, and no
        other one is taken that has the O(name). What was replaced has a new ID.
    type: str
    aliases:
      - vpn_tunnel_id
  name:
    description:
      - The name of the tunnel. Without O(id), it says which one is meant, upper and lower case distinguished, among
        those of O(vpn_gateway) if that is set.
      - Names need not be unique. If several tunnels have this name, the task fails and lists their IDs.
      - A name is not created beside one that differs from it only in white space or in the form of Unicode, as the
        service may have stored it so.
      - Required to create or replace a tunnel. It can be changed in place.
    type: str
    aliases:
      - vpn_tunnel_name
  vpn_gateway:
    description:
      - The VPN gateway, by its ID or its name. What looks like an ID (a UUID) is taken for one.
      - In check mode it may be the name of a VPN gateway that does not exist yet, or what an earlier task of the play
        returned as its ID. There is a warning then.
      - Required to create or replace a tunnel. It can't be changed in place, see O(on_immutable_change). A O(name) is
        only looked for at this VPN gateway, so that a different O(vpn_gateway) only counts as a change together with
        O(id).
    type: str
    aliases:
      - vpn_gateway_id
  customer_gateway:
    description:
      - The customer gateway, by its ID or its name. What looks like an ID (a UUID) is taken for one.
      - In check mode it may be the name of a customer gateway that does not exist yet, or what an earlier task of the
        play returned as its ID. There is a warning then.
      - Required to create or replace a tunnel. Create-only.
    type: str
    aliases:
      - customer_gateway_id
  type:
    description:
      - The type of the tunnel.
      - V(Ipsec) is plain IPsec. V(GreOverIpsec) is GRE inside IPsec, for VPN gateways of version 1.0. V(route_ipsec)
        is IPsec by destination route, for VPN gateways of version 2.0.
      - Upper and lower case and underscores do not matter.
      - Required to create or replace a tunnel. Create-only.
    type: str
  pre_shared_key:
    description:
      - The secret that both ends of the tunnel share. Use Ansible Vault or another store of secrets.
      - Put it in quotes. Without them YAML makes a number of V(01234567), V(0x1F), V(12:34:56) and V(3.10), and a
        boolean of V(yes), so that the two ends would have different keys. What is no text is refused, as it is for
        every option that is secret.
      - It is always sent in the body of a POST request, and never returned. RV(pre_shared_key_matches) tells whether
        the tunnel has it. A difference is found, as the service returns the key to the module. Where it does not, the
        key is in RV(not_compared).
      - Required to create or replace a tunnel. Create-only.
    type: str
  update_pre_shared_key:
    description:
      - When a key counts that differs from O(pre_shared_key).
      - V(always) treats it like any other option that can't be changed in place, see O(on_immutable_change).
      - V(on_create) only uses O(pre_shared_key) for a new tunnel, and leaves the key of an existing one alone.
    type: str
    choices:
      - always
      - on_create
    default: always
  vpn_gre_ip:
    description:
      - The IPv4 address of Ksyun's end of the GRE tunnel.
      - Required for O(type=GreOverIpsec), and only for it. Create-only.
    type: str
  customer_gre_ip:
    description:
      - The IPv4 address of the remote end of the GRE tunnel.
      - Required for O(type=GreOverIpsec), and only for it. Create-only.
    type: str
  ha_vpn_gre_ip:
    description:
      - The IPv4 address of Ksyun's end of the second GRE tunnel.
      - Only for O(type=GreOverIpsec), together with O(ha_customer_gre_ip). Both are required when the customer gateway
        has a second address. Create-only.
    type: str
  ha_customer_gre_ip:
    description:
      - The IPv4 address of the remote end of the second GRE tunnel, see O(ha_vpn_gre_ip).
      - Create-only.
    type: str
  ike_version:
    description:
      - The version of IKE, V(v1) or V(v2). For VPN gateways of version 2.0.
      - Required for O(type=route_ipsec). Create-only.
    type: str
  ike_authentication_algorithm:
    description:
      - The hash algorithm of the IKE security association, V(md5) or V(sha).
      - The service's default is V(md5), which is weak. Set V(sha). Create-only.
    type: str
    aliases:
      - ike_authen_algorithm
  ike_dh_group:
    description:
      - The Diffie-Hellman group of the IKE security association, V(1), V(2), V(5), V(14) or V(24).
      - The API's document has V(1), V(2) and V(5). Only newer descriptions of the service have V(14) and V(24), so not
        every VPN gateway may take them.
      - The service's default is V(1), which is weak, as are V(2), V(5) and V(24). Set V(14), and V(5) if your VPN
        gateway refuses that, or if the task fails as it has stored another one. Create-only.
    type: int
  ike_encryption_algorithm:
    description:
      - The encryption algorithm of the IKE security association, V(aes), V(aes-cbc-192), V(aes-cbc-256),
        V(sm1-cbc-128), V(sm4-cbc), V(3des) or V(des).
      - The service's default is V(aes). Not every VPN gateway has all of them. V(3des) and V(des) are weak.
        Create-only.
    type: str
    aliases:
      - ike_encry_algorithm
  ipsec_encryption_algorithm:
    description:
      - The encryption algorithm of the IPsec security association, V(esp-aes), V(aes-cbc-192), V(aes-cbc-256),
        V(sm1-cbc-128), V(sm4-cbc), V(esp-seal), V(esp-3des), V(esp-des) or V(esp-null).
      - The service's default is V(esp-aes). Not every VPN gateway has all of them. V(esp-3des) and V(esp-des) are
        weak, and V(esp-null) does not encrypt. Create-only.
    type: str
    aliases:
      - ipsec_encry_algorithm
  ipsec_authentication_algorithm:
    description:
      - The authentication algorithm of the IPsec security association, V(esp-sha-hmac), V(sha256), V(sha384),
        V(sha512), V(sm3) or V(esp-md5-hmac).
      - The service's default is V(esp-sha-hmac). Not every VPN gateway has all of them. V(esp-md5-hmac) is weak.
        Create-only.
    type: str
    aliases:
      - ipsec_authen_algorithm
  ipsec_lifetime_kilobytes:
    description:
      - After how much traffic the IPsec security association is renewed, from V(2560) to V(4608000) KB.
      - The service's default is V(4608000). Create-only.
    type: int
    aliases:
      - ipsec_lifetime_traffic
  ipsec_lifetime_seconds:
    description:
      - After how much time the IPsec security association is renewed, from V(120) to V(2592000) seconds.
      - The service's default is V(3600). Create-only.
    type: int
    aliases:
      - ipsec_lifetime_second
  enable_nat_traversal:
    description:
      - The API's C(EnableNatTraversal). In spite of that name, the vendor's own clients describe it as IKE's
        aggressive mode.
      - The service's default is V(false). Create-only.
    type: bool
  ha_mode:
    description:
      - How the two ends of the tunnel work together, V(active_active) or V(active_standby), for VPN gateways of
        version 2.0. V(active_standby) is only for O(type=route_ipsec).
      - Create-only.
    type: str
  open_health_check:
    description:
      - Whether the service checks the health of the tunnel. V(true) is only for O(type=route_ipsec).
      - The service's default is V(false). Create-only.
    type: bool
  local_peer_ip:
    description:
      - The IPv4 address of Ksyun's end inside the tunnel, with its prefix length, for example V(169.254.10.1/30).
      - Required for O(type=route_ipsec), and only for it. Create-only.
    type: str
  customer_peer_ip:
    description:
      - The IPv4 address of the remote end inside the tunnel, with its prefix length, for example V(169.254.10.2/30).
      - Required for O(type=route_ipsec), and only for it. Create-only.
    type: str
  vpn_gateway_version:
    description:
      - The generation of the VPN gateway, V(1.0) or V(2.0). It has to be that of O(vpn_gateway).
      - The module reads it from the VPN gateway, spells O(type) as that one does, and refuses what does not fit before
        anything is sent. It only has to be set where the service does not tell it, for O(type=Ipsec) at a VPN gateway
        of version 2.0.
      - Quote it in YAML. Create-only.
    type: str
  project_id:
    description:
      - The ID of the project in which O(vpn_gateway) is looked for. If it is left out, that is the default project.
      - A new tunnel needs it where its VPN gateway is in another project, even if that is given by its ID. A tunnel
        that is there already, and stays at its VPN gateway, does not.
      - Tunnels and customer gateways belong to no project.
    type: str
  wait_for_state:
    description:
      - Wait until RV(vpn_tunnel.status) is this, for as long as O(wait_timeout), whether or not the task changed
        anything. Upper and lower case and underscores do not matter.
      - It is not looked at in check mode, and with O(state=absent). It does not depend on O(wait).
      - The API's document does not list the states. Look at RV(vpn_tunnel.status) of a tunnel that works, and name
        that. With a state that the service does not have, the tunnel is created, and the task fails when
        O(wait_timeout) is over.
    type: str
  status:
    description:
      - Read-only, see RV(vpn_tunnel.status).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  extra_cidr_set:
    description:
      - Read-only, see RV(vpn_tunnel.extra_cidr_set).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  create_time:
    description:
      - Read-only, see RV(vpn_tunnel.create_time).
      - It is ignored, so that what the module returns can be given back to it.
    type: raw
  move_routes:
    description:
      - What becomes of the routes that lead to a tunnel which is replaced, those of the VPC and, of a VPN gateway of
        version 2.0, its own.
      - V(true) deletes them before the tunnel, and creates them again afterwards, leading to the new one. The plan has
        them, and a warning says that nothing flows to their networks from the first delete to the last create. If one
        can't be created again, the task fails and names it, with all that it takes; the next run finishes.
      - V(false) refuses to replace a tunnel that routes lead to.
      - The routes have to be listed for that. With a key that may not list them, the task fails before it deletes
        anything, and names the permission. If no route leads to the tunnel, V(false) goes on without.
      - Of the routes of a VPN gateway, the service tells the next hop's name alone. If two tunnels of the VPN gateway
        have one name, it can't be seen whose routes they are, and the task fails before it deletes anything.
    type: bool
    default: true
    version_added: 1.2.0
  removed_before:
    description:
      - The IDs of routes that earlier tasks of the play remove. In check mode, where they are still there, there is no
        warning that they lead to the tunnel. The real run passes over this option.
    type: list
    elements: str
    version_added: 1.2.0
notes:
  - Weak algorithms, weak defaults of the service for a new tunnel, and a O(pre_shared_key) of fewer than 16
    characters get a warning with the reason when the tunnel is created.
  - Deleting a tunnel interrupts its traffic, and so does replacing it. Routes that lead to it move to the new one, see
    O(move_routes). With O(state=absent) they don't. The service may refuse to delete the tunnel then, and the message
    names them; or it leaves them leading nowhere, and a warning does.
  - A new tunnel carries nothing before a route leads to it, see these modules.
  - The remote device has to be set up to match. The module does not wait for it.
seealso:
  - module: ksyun.vpn.vpn_tunnel_info
  - module: ksyun.vpn.vpn_tunnel_status_info
  - module: ksyun.vpn.vpc_route
  - module: ksyun.vpn.vpn_gateway_route
  - module: ksyun.vpn.vpn_gateway
  - module: ksyun.vpn.customer_gateway
  - name: Ksyun VPN documentation
    description: The vendor's own description of the service, in Chinese.
    link: https://docs.ksyun.com/documents/45028
"""

EXAMPLES = r"""
---
- name: Create a tunnel between a VPN gateway and a customer gateway, both by name
  ksyun.vpn.vpn_tunnel:
    name: berlin
    vpn_gateway: office
    customer_gateway: berlin
    type: Ipsec
    pre_shared_key: "{{ vault_berlin_pre_shared_key }}"
    ike_authentication_algorithm: sha
    ike_dh_group: 14  # or 5, where the VPN gateway does not take 14
    ike_encryption_algorithm: aes
    ipsec_encryption_algorithm: esp-aes
    ipsec_authentication_algorithm: esp-sha-hmac
    region: cn-beijing-6
    access_key: "{{ vault_ksyun_access_key }}"
    secret_key: "{{ vault_ksyun_secret_key }}"
  register: berlin

# From here on, region and keys come from the environment
# (KSYUN_REGION, KSYUN_ACCESS_KEY, KSYUN_SECRET_KEY) or a profile.

- name: Rename it, by its ID
  ksyun.vpn.vpn_tunnel:
    id: "{{ berlin.vpn_tunnel.id }}"
    name: berlin-1

- name: See what another key would do
  ksyun.vpn.vpn_tunnel:
    name: berlin-1
    vpn_gateway: office
    customer_gateway: berlin
    type: Ipsec
    pre_shared_key: "{{ vault_berlin_new_pre_shared_key }}"
    on_immutable_change: replace
  check_mode: true
  diff: true
  register: preview

- name: Show what would be done, and whether it interrupts traffic
  ansible.builtin.debug:
    var: preview.plan

- name: Do it, by replacing the tunnel
  ksyun.vpn.vpn_tunnel:
    name: berlin-1
    vpn_gateway: office
    customer_gateway: berlin
    type: Ipsec
    pre_shared_key: "{{ vault_berlin_new_pre_shared_key }}"
    on_immutable_change: replace

- name: Only find out whether the tunnel has a certain key
  ksyun.vpn.vpn_tunnel:
    name: berlin-1
    vpn_gateway: office
    pre_shared_key: "{{ vault_berlin_pre_shared_key }}"
    update_pre_shared_key: on_create
  check_mode: true
  register: old_key

- name: Show it
  ansible.builtin.debug:
    var: old_key.pre_shared_key_matches

- name: Create a tunnel of GRE over IPsec
  ksyun.vpn.vpn_tunnel:
    name: hamburg
    vpn_gateway: office
    customer_gateway: hamburg
    type: GreOverIpsec
    vpn_gre_ip: 10.255.0.1
    customer_gre_ip: 10.255.0.2
    pre_shared_key: "{{ vault_hamburg_pre_shared_key }}"
    ike_authentication_algorithm: sha
    ike_dh_group: 5  # the strongest that the API's document has; warned of as weak

- name: Create a tunnel by route, at a VPN gateway of the second generation
  ksyun.vpn.vpn_tunnel:
    name: berlin-route
    vpn_gateway: datacentre
    customer_gateway: berlin
    type: route_ipsec
    vpn_gateway_version: "2.0"
    local_peer_ip: 169.254.10.1/30
    customer_peer_ip: 169.254.10.2/30
    ha_mode: active_standby
    open_health_check: true
    pre_shared_key: "{{ vault_berlin_pre_shared_key }}"
    ike_version: v2
    ike_authentication_algorithm: sha
    ike_dh_group: 14  # or 5, where the VPN gateway does not take 14

- name: Delete a tunnel
  ksyun.vpn.vpn_tunnel:
    name: berlin-1
    vpn_gateway: office
    state: absent
"""

RETURN = r"""
---
vpn_tunnel:
  description:
    - The VPN tunnel, with all that the service tells of it but its pre-shared key. Its keys are the names of the
      options.
    - Fields that this collection does not know come back too, with their names in snake_case.
    - In check mode it is the VPN tunnel as it would be, as far as that is known. Its RV(vpn_tunnel.id) is
      V((known after creation\)) if it would be created. Other tasks of the play can be given that in check mode.
    - V(null) if it does not exist, or not any more.
  returned: always
  type: dict
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
      description: The ID of its VPN gateway. In check mode V(null) if that does not exist yet.
      returned: always
      type: str
      sample: 38414867-ae6a-4a32-acbe-7502defa42bd
    customer_gateway:
      description: The ID of its customer gateway. In check mode V(null) if that does not exist yet.
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
pre_shared_key_matches:
  description:
    - Whether the tunnel has the pre-shared key that O(pre_shared_key) gives. In check mode, whether it would have it.
    - V(false) is possible with O(update_pre_shared_key=on_create).
    - V(null) if no key was given, if there is no tunnel, if the service does not return its key, or if the task
      failed.
  returned: always
  type: bool
  sample: true
not_compared:
  description:
    - The options that the task sets and the service does not return. Whether the VPN tunnel has these values is not
      known.
    - O(pre_shared_key) is one of them where the service does not return the key. RV(pre_shared_key_matches) is V(null)
      then.
    - Empty if all could be compared, and if nothing was found to compare with.
  returned: always
  type: list
  elements: str
  sample:
    - enable_nat_traversal
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
      sample: VPN tunnel 'berlin' (0fdf4c06-71a6-4b10-8645-ee02dd4eae6d)
    fields:
      description: The options that the action sets. Empty for V(delete).
      returned: always
      type: list
      elements: dict
      contains:
        option:
          description:
            - The name of the option, or RV(ignore:pre_shared_key_matches) for a changed key, which is not shown.
          returned: always
          type: str
          sample: name
        before:
          description: Its value before.
          returned: always
          type: raw
          sample: berlin
        after:
          description: Its value afterwards.
          returned: always
          type: raw
          sample: berlin-1
    reason:
      description: Why it has to be done.
      returned: always
      type: str
      sample: it differs in name
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
    update VPN tunnel 'berlin' (0fdf4c06-71a6-4b10-8645-ee02dd4eae6d) (name)
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
        name: berlin
    after:
      description: The options afterwards. Empty if the resource does not exist any more.
      returned: always
      type: str
      sample: |
        name: berlin-1
    before_header:
      description: The resource in words.
      returned: always
      type: str
      sample: VPN tunnel 'berlin' (0fdf4c06-71a6-4b10-8645-ee02dd4eae6d)
    after_header:
      description: The resource in words.
      returned: always
      type: str
      sample: VPN tunnel 'berlin' (0fdf4c06-71a6-4b10-8645-ee02dd4eae6d)
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
        - vpn_gre_ip is required with type GreOverIpsec
    options:
      description: The options that differ and can't be changed in place, or that did not come out as asked.
      returned: when RV(error.kind) is V(immutable_change) or V(not_as_asked)
      type: list
      elements: str
      sample:
        - pre_shared_key
    ids:
      description: The IDs of all resources of the name, but for the one that this task has removed again.
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
      sample: CreateVpnTunnel
    code:
      description: The service's error code. V(null) if it gave none.
      returned: when the service was called
      type: str
      sample: AccessDenied
    message:
      description: The service's message, or what is wrong with its answer.
      returned: when the service was called
      type: str
      sample: "User: example is not authorized to perform: CreateVpnTunnel"
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
    users:
      description: The routes that lead to the tunnel that was to be deleted.
      returned: when RV(error.kind) is V(in_use)
      type: list
      elements: str
      sample:
        - VPC route '10.8.0.0/16' (5d6f3c52-6b0e-4f0f-9c55-0f6f0c0d5a11)
    missing_routes:
      description: The routes that led to a replaced tunnel and do not exist now, each as a task that creates it.
      returned: when routes could not be created again
      type: list
      elements: dict
      contains:
        module:
          description: The name of the module, in this collection.
          returned: always
          type: str
          sample: vpn_gateway_route
        options:
          description: Its options.
          returned: always
          type: dict
          sample:
            vpn_gateway: 9b3d361e-f65b-464b-947a-fafb5cfb10d2
            destination_cidr_block: 10.8.0.0/16
            next_hop_type: vpn_tunnel
            vpn_tunnel: berlin
    where:
      description: The place in the code, for a bug report.
      returned: when RV(error.kind) is V(internal)
      type: str
      sample: reconcile.py:100
"""

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.module import manage


def main() -> None:
    manage(RESOURCE)


if __name__ == "__main__":
    main()
