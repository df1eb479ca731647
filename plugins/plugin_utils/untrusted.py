# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's text is data: what a plugin returns of it must never be templated.

ansible-core up to 2.18 templates the text of variables again unless it is marked; from 2.19 on it templates only what
is marked as trusted, which text made by a plugin is not.
"""

from __future__ import annotations

import typing as t

from ansible.utils.unsafe_proxy import AnsibleUnsafeText

try:
    from ansible.template import trust_as_template
except ImportError:  # up to ansible-core 2.18
    trust_as_template = None

_MARKS = ("{{", "{%", "{#")


def as_data(value: t.Any) -> t.Any:
    """The same value, with each text that a template engine would take for a template marked as none.

    The other texts stay plain, as some programs behind Ansible stumble over marked ones.
    """
    if isinstance(value, str):
        return AnsibleUnsafeText(value) if any(mark in value for mark in _MARKS) else value
    if isinstance(value, dict):
        return {as_data(name): as_data(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(part) for part in value]
    return value


def as_variable(value: t.Any) -> t.Any:
    """The same as a host's variable. What can't be a template stays plain text for all that reads an inventory.

    From ansible-core 2.19 on, an inventory that is dumped as JSON has text that is not trusted in a dictionary of its
    own, which AWX and others do not read. So text is trusted in which no template can begin or end.
    """
    if isinstance(value, str):
        if "{" in value or "}" in value:
            return AnsibleUnsafeText(value)
        return value if trust_as_template is None else trust_as_template(value)
    if isinstance(value, dict):
        return {as_variable(name): as_variable(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_variable(part) for part in value]
    return value
