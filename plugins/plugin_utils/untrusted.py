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
