# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A picture of the tunnels: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: topology
version_added: 1.2.0
short_description: Draw which VPN gateways have tunnels to which customer gateways
description:
  - Draws a list of tunnels, as the text of a Mermaid flowchart or as an SVG that needs no other file. It calls nothing.
  - A tunnel with a weak algorithm has a dashed line.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
positional: vpn_gateways, customer_gateways
options:
  _input:
    description:
      - The tunnels, as M(ksyun.vpn.vpn_tunnel_info) returns them.
    type: list
    elements: dict
    required: true
  vpn_gateways:
    description:
      - VPN gateways, as M(ksyun.vpn.vpn_gateway_info) returns them. One that is not among them is drawn by its ID.
    type: list
    elements: dict
    default: []
  customer_gateways:
    description:
      - Customer gateways, as M(ksyun.vpn.customer_gateway_info) returns them. One that is not among them is drawn by
        its ID.
    type: list
    elements: dict
    default: []
  format:
    description:
      - V(mermaid) for the text of a flowchart, V(svg) for a drawing.
    type: str
    choices:
      - mermaid
      - svg
    default: mermaid
seealso:
  - ref: ansible_collections.ksyun.vpn.docsite.devices
    description: The device at the other end.
"""

EXAMPLES = r"""
---
- name: List all tunnels
  ksyun.vpn.vpn_tunnel_info:
  register: tunnels

- name: List all VPN gateways
  ksyun.vpn.vpn_gateway_info:
  register: gateways

- name: List all customer gateways
  ksyun.vpn.customer_gateway_info:
  register: customers

- name: Draw them
  ansible.builtin.copy:
    dest: vpn.svg
    mode: "0644"
    content: >-
      {{ tunnels.vpn_tunnels | ksyun.vpn.topology(gateways.vpn_gateways, customers.customer_gateways, format='svg') }}
"""

RETURN = r"""
---
_value:
  description:
    - The text of the flowchart, or of the SVG.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.topology import graph, mermaid, svg
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data

_FORMATS = {"mermaid": mermaid, "svg": svg}


def topology(
    tunnels: t.Any,
    vpn_gateways: t.Any = (),
    customer_gateways: t.Any = (),
    format: str = "mermaid",
) -> t.Any:
    """The picture's text. Raises AnsibleFilterError."""
    draw = _FORMATS.get(str(format))
    if draw is None:
        raise AnsibleFilterError(f"ksyun.vpn.topology: format must be one of {', '.join(_FORMATS)}")
    for items in (tunnels, vpn_gateways, customer_gateways):
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, t.Mapping) for item in items):
            raise AnsibleFilterError(
                "ksyun.vpn.topology: tunnels and gateways must be lists as the info modules return them"
            )
    return as_data(draw(graph(tunnels, vpn_gateways, customer_gateways)))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"topology": topology}
