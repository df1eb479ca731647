# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data as a file of variables: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: variables_file
version_added: 1.2.0
short_description: Write data as a file of variables, in which nothing is a template
description:
  - Makes YAML of a dictionary, for C(-e @file), C(vars_files) or an inventory. Letters of any script can be read in it.
  - A text that looks like a template, as a name that somebody has typed in a console may, has the tag C(!unsafe). It is
    what it is where the file is read.
positional: comment
options:
  _input:
    description:
      - The variables by their names.
    type: dict
    required: true
  comment:
    description:
      - What stands at the top of the file, a line or several.
    type: str
    default: ""
seealso:
  - plugin: ksyun.vpn.exported_gateways
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Keep what there is
  ansible.builtin.copy:
    dest: sites.yml
    mode: "0600"
    content: "{{ {'sites': there.sites} | ksyun.vpn.variables_file('The sites of the VPN gateway main') }}"
"""

RETURN = r"""
_value:
  description:
    - The text of the file.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.reports.variables import as_variables
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def variables_file(values: t.Any, comment: str = "") -> t.Any:
    """The file's text. Raises AnsibleFilterError."""
    if not isinstance(values, t.Mapping):
        raise AnsibleFilterError("ksyun.vpn.variables_file: the variables must be a dictionary")
    try:
        return as_data(as_variables(values, str(comment)))
    except TypeError as error:
        raise AnsibleFilterError(f"ksyun.vpn.variables_file: {error}") from error


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"variables_file": variables_file}
