# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPN gateways with their sites, as variables declare them: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: declared_gateways
version_added: 1.2.0
short_description: Prepare declared VPN gateways and sites for the modules
description:
  - Makes what M(ksyun.vpn.vpn_gateway) and M(ksyun.vpn.sites) take from the variables of the role
    P(ksyun.vpn.site_to_site#role), and looks for all faults that can be seen without asking the service.
  - Without O(number), the result holds no pre-shared key, and can be kept and looped over.
options:
  _input:
    description:
      - The VPN gateways, as O(ksyun.vpn.site_to_site#role:main:site_to_site_gateways) has them.
    type: list
    elements: dict
    required: true
  tunnel_defaults:
    description:
      - What all tunnels have in common.
    type: dict
    default: {}
  pre_shared_keys:
    description:
      - Keys by the names of sites and tunnels; with O(several), by the VPN gateways first.
    type: dict
    default: {}
  several:
    description:
      - Whether several VPN gateways are meant, even if it is one.
    type: bool
    default: false
  own_keys:
    description:
      - The keys of sites that are the user's own, and are passed over.
    type: list
    elements: str
    default: []
  only:
    description:
      - The names of the sites to deal with. All others are ignored. If it is empty, all are dealt with.
    type: list
    elements: str
    default: []
  settings:
    description:
      - Options of all sites, for example C(on_immutable_change), where nothing else says them.
    type: dict
    default: {}
  limits:
    description:
      - C(prune), C(prune_limit) and C(replace_limit), for the VPN gateways that do not say them.
    type: dict
    default: {}
  compare:
    description:
      - Whether nothing is to be done. Limits and C(prune) do not count then, and no dry run is asked for.
    type: bool
    default: false
  number:
    description:
      - Of which VPN gateway, counted from V(0), to return what M(ksyun.vpn.sites) takes. That holds keys. Do not loop
        over it, and do not show it.
    type: int
"""

EXAMPLES = r"""
- name: What is wrong with the variables
  ansible.builtin.debug:
    msg: "{{ (gateways | ksyun.vpn.declared_gateways(several=true)).faults }}"
"""

RETURN = r"""
_value:
  description:
    - What is declared.
  type: dict
  contains:
    faults:
      description: All that is wrong with it.
      returned: without O(number)
      type: list
      elements: str
    gateways:
      description:
        - The VPN gateways, each with C(label), C(gateway), C(absent), C(named), and C(prune), C(prune_limit) and
          C(replace_limit).
      returned: without O(number)
      type: list
      elements: dict
    sites:
      description: The sites, as M(ksyun.vpn.sites) takes them.
      returned: with O(number)
      type: list
      elements: dict
    defaults:
      description: What the tunnels have in common, as M(ksyun.vpn.sites) takes it.
      returned: with O(number)
      type: dict
    pre_shared_keys:
      description: The keys, as M(ksyun.vpn.sites) takes them.
      returned: with O(number)
      type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.estate import SECRET_PARTS, Common, prepare
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SPEC
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data

_CHECKED = ("sites", "defaults")
_UNCHECKED = ("pre_shared_key",)  # any value is a text


def declared_gateways(
    gateways: t.Any,
    tunnel_defaults: t.Any = None,
    pre_shared_keys: t.Any = None,
    several: bool = False,
    own_keys: t.Any = (),
    only: t.Any = (),
    settings: t.Any = None,
    limits: t.Any = None,
    compare: bool = False,
    number: int | None = None,
) -> t.Any:
    """What is declared, and its faults. Raises AnsibleFilterError."""
    for value, kind in ((gateways, (list, tuple)), (own_keys, (list, tuple)), (only, (list, tuple))):
        if not isinstance(value, kind):
            raise AnsibleFilterError("ksyun.vpn.declared_gateways: the VPN gateways, own_keys and only must be lists")
    if not all(isinstance(gateway, t.Mapping) for gateway in gateways):
        raise AnsibleFilterError("ksyun.vpn.declared_gateways: each VPN gateway must be a dictionary")
    gateways = _plain(gateways)
    common = Common(
        _plain(tunnel_defaults or {}),
        {str(name): value for name, value in _plain(pre_shared_keys or {}).items()},
        bool(several),
        list(own_keys),
        list(only),
        {option: value for option, value in (settings or {}).items() if value not in (None, "")},
        {option: None if value == "" else value for option, value in (limits or {}).items()},
        bool(compare),
    )
    prepared, faults = prepare(gateways, common, _validate if number is None else lambda _sites, _defaults: [])
    if number is not None:
        return as_data({part: prepared[number][part] for part in SECRET_PARTS})
    public = [{part: value for part, value in each.items() if part not in SECRET_PARTS} for each in prepared]
    return as_data({"gateways": public, "faults": faults})


def _plain(value: t.Any) -> t.Any:
    """The same in plain dictionaries and lists: those of ansible-core 2.19 template a value each time it is read."""
    if isinstance(value, t.Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value


def _validate(sites: list[dict[str, t.Any]], defaults: dict[str, t.Any]) -> list[str]:
    """What Ansible says of the types and the names of options, as it would of the module's."""
    spec = {option: SPEC.options[option] for option in _CHECKED}
    given = {"sites": [_shown(site) for site in sites], "defaults": _shown(defaults)}
    return list(ArgumentSpecValidator(spec).validate(given).error_messages)


def _shown(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    shown = {str(option): value for option, value in options.items() if option not in _UNCHECKED}
    if isinstance(shown.get("tunnels"), (list, tuple)):
        shown["tunnels"] = [_shown(each) if isinstance(each, t.Mapping) else each for each in shown["tunnels"]]
    return shown


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"declared_gateways": declared_gateways}
