# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of the modules: what all have, then those of the two kinds of modules."""

    DOCUMENTATION = r"""
attributes:
  action:
    description: An action plugin of the same name can do on the controller what the module does.
    support: full
    details:
      - A task for the controller itself runs in Ansible's own process, with the same result in a fraction of the time.
        The variable C(ksyun_vpn_in_process) turns that off.
  action_group:
    description: Use C(group/ksyun.vpn.vpn) in C(module_defaults) to set the options of the connection for all modules.
    support: full
    membership:
      - ksyun.vpn.vpn
  platform:
    description: The platforms that the module runs on. What it manages is not on them.
    support: full
    platforms: posix
"""

    MANAGE = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - The module reads and looks at the same as in a run, and makes the same plan. Then it asks the service about
        every planned request with C(DryRun), which changes nothing. A request that would be refused fails the task, as
        it would for real. See O(probe).
      - A resource that an earlier task of the play would create can be referred to by its name. There is a warning
        then.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
    details:
      - Of a secret, the difference only shows whether it matches.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
        change.
    support: full
    details:
      - This assumes that nobody else changes the resource in between. What the service does not return can't be
        compared, see RV(not_compared).
"""

    INFO = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - The module only reads, and does the same in check mode.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: N/A
    details:
      - The module changes nothing.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
        change.
    support: full
    details:
      - The module never indicates a change.
"""
