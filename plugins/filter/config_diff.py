# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changes of a device's configuration, without a key: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: config_diff
version_added: 1.2.0
short_description: Compare two configurations of a device without showing a key
description:
  - Compares a configuration that P(ksyun.vpn.device_config#filter) has rendered with the one before. Each key is
    hidden, the new one as well as the one before.
  - A task with C(no_log) that writes a file shows no difference. This filter tells what may be told of it.
author:
  - ksyun.vpn contributors (@ksyun-vpn)
positional: before
options:
  _input:
    description:
      - The configuration as it will be, the text of a file.
    type: str
    required: true
  before:
    description:
      - The configuration as it is. Empty if there is none.
    type: str
    required: true
seealso:
  - plugin: ksyun.vpn.device_config
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Show what would change
  ansible.builtin.debug:
    msg: "{{ config.text | ksyun.vpn.config_diff(lookup('ansible.builtin.file', 'berlin.swanctl.conf')) }}"
"""

RETURN = r"""
---
_value:
  description:
    - The lines of a unified diff. Empty if nothing changes. One sentence if nothing but a key does.
  type: list
  elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.difference import difference
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def config_diff(after: t.Any, before: t.Any) -> t.Any:
    """The lines of the difference. Raises AnsibleFilterError."""
    if not isinstance(after, str) or not isinstance(before, str):
        raise AnsibleFilterError("ksyun.vpn.config_diff: both configurations must be texts")
    return as_data(difference(before, after))


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"config_diff": config_diff}
