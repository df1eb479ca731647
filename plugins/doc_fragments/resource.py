# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that all modules have that manage a resource."""

    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(present) creates the resource, or changes it where it differs from the options that are set.
      - V(absent) deletes it. Only the options that say which one are needed.
    type: str
    choices:
      - present
      - absent
    default: present
  on_immutable_change:
    description:
      - What to do when an option differs that the service can only set on creation.
      - V(fail) changes nothing and names each such option, with its value now and the wanted one.
      - V(replace) deletes the resource and creates it again, in this order. The new resource has a new ID. Every
        planned action says in RV(plan[].interrupts_traffic) whether it interrupts traffic.
      - What can be seen beforehand is looked at before anything is deleted, in check mode as in a run. If the creation
        is refused all the same, the old resource is put back, as far as it is known and not paid for in advance. The
        task then fails with RV(error.kind) V(replacement_undone).
      - The task must name all options that are required to create the resource, so that another run can create it if
        this one ends after the deletion. Other options that are not set keep their values, as far as the new resource
        can have them.
    type: str
    choices:
      - fail
      - replace
    default: fail
  allow_unknown_values:
    description:
      - Whether to send values that this collection does not know, for options with a list of known values. The
        service then decides. It helps when the service has learnt something new, for example an algorithm.
    type: bool
    default: false
  probe:
    description:
      - Whether to ask the service about planned requests with C(DryRun) in check mode, and before a replacement
        deletes anything.
      - Set it to V(false) when the access key may only read. RV(plan[].permitted) is then V(null).
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until the service lists what was created or changed with its new values, or no longer lists
        what was deleted.
      - Without waiting, the result of a change has the values that were asked for, and what is not listed yet is
        neither compared with them, nor with what others may have created at the same time.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds. The task fails after that time. What was changed stays changed.
    type: float
    default: 300
notes:
  - An option that is left out means that its present value is kept. On creation it means the service's default.
  - The service has no idempotency token. When the answer to a creation is lost, the module looks whether the resource
    is there, and only sends the request again if it is not.
  - What was created is compared with what was asked. If it differs, the task fails with RV(error.kind)
    V(not_as_asked), and what was created stays, unless it has another name. What the service does not return is named
    in RV(not_compared).
  - If several tasks create the same name at the same time, the one that was created first stays. A task removes only
    what the answer to its own creation has named, and takes over the first, with a warning. If more than one is left,
    it fails and lists all of them.
  - An option that says which resource is meant must not be empty.
"""
