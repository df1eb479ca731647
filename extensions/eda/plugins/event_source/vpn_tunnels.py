# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tunnels going down, coming up and drifting, as events for Event-Driven Ansible."""

from __future__ import annotations

DOCUMENTATION = r"""
---
short_description: Receive an event when a VPN tunnel of Ksyun (Kingsoft Cloud) goes down, comes up or drifts
description:
  - Asks the service again and again whether tunnels are up and how they are set up, and puts an event into the queue
    for each change. It writes nothing to the service.
  - An event has C(kind), C(region), C(up) (V(all), V(any) or V(none) of its two tunnels), C(sub_tunnels) as the module
    vpn_tunnel_status_info returns them, and C(tunnel) with its C(id), C(name), C(vpn_gateway) and C(customer_gateway).
  - C(kind) is V(down) when none of its two tunnels is up any more, V(up) when one is again, V(degraded) when one of
    both goes down, V(restored) when both are up again.
  - It is V(drifted) when options have changed, which are in C(changes) then, V(created) and V(deleted).
  - It is V(unreachable) once when the service can't be asked, with C(message), and V(reachable) when it can again. The
    source goes on asking.
  - When it starts, there is an event V(down) or V(degraded) for each tunnel that is so already.
  - No key is ever in an event. A name of the service that looks like a template has its braces set apart, so that it is
    none in a playbook that gets it as a variable. Refer to tunnels by C(id).
options:
  delay:
    description:
      - How many seconds to wait between two looks.
    type: float
    default: 60
  drift:
    description:
      - Whether to look for changes of options, too.
    type: bool
    default: true
  ids:
    description:
      - Only the tunnels with these IDs.
    type: list
    elements: str
  name_glob:
    description:
      - Only the tunnels whose whole name matches this pattern.
    type: str
  vpn_gateway:
    description:
      - Only the tunnels of this VPN gateway, by its ID or its name.
    type: str
  region:
    description:
      - The region. All other options of the modules' connection are taken as well, like C(profile), C(access_key),
        C(secret_key) and C(endpoint_url); what is left out comes from the environment or a profile, as for the modules.
    type: str
notes:
  - It needs the Python library requests where ansible-rulebook runs.
  - Each look takes three requests or more.
"""

EXAMPLES = r"""
---
- name: Tunnels
  hosts: all
  sources:
    - name: Look each minute
      ksyun.vpn.vpn_tunnels:
        region: cn-beijing-6
        profile: production
        delay: 60
  rules:
    - name: A tunnel is down
      condition: event.kind == "down"
      action:
        run_playbook:
          name: alert.yml
          extra_vars:
            tunnel_id: "{{ event.tunnel.id }}"
"""

import asyncio
import os
import sys
import typing as t
from pathlib import Path

try:
    from ansible_collections.ksyun.vpn.plugins.module_utils.devices.watching import Look, happened, inert, look
except ImportError:  # ansible-rulebook runs this file by its path, without the folder that collections are in
    sys.path.append(str(Path(__file__).resolve().parents[7]))
    from ansible_collections.ksyun.vpn.plugins.module_utils.devices.watching import Look, happened, inert, look

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import CONNECTION
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import Entry, info_entry, status_entry

_SELECTION = ("ids", "name_glob", "vpn_gateway")
_OWN = ("delay", "drift")
# Those who are wrong stay wrong: the source ends with them.
_FOR_EVER = ("configuration", "invalid_options", "access_denied", "signature")


class WatchError(Exception):
    """The service can't be asked. C(kind) is the modules' kind of the error; the text has no key."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


async def main(queue: asyncio.Queue[t.Any], args: dict[str, t.Any]) -> None:
    """Put an event into the queue for each change, until cancelled. Raises WatchError or ValueError for wrong args."""
    unknown = sorted(set(args) - {*_SELECTION, *_OWN, *CONNECTION})
    if unknown:
        raise ValueError(f"ksyun.vpn.vpn_tunnels has no option {', '.join(unknown)}")
    delay = float(args.get("delay", 60))
    common = {"region": args.get("region") or os.environ.get("KSYUN_REGION", "")}
    before: Look | None = None
    reachable = True
    while True:
        try:
            after = await asyncio.to_thread(_look, args, before)
        except WatchError as error:
            if before is None and error.kind in _FOR_EVER:
                raise
            if reachable:
                await queue.put({"kind": "unreachable", **common, "message": inert(str(error))})
            reachable = False
        else:
            if not reachable:
                await queue.put({"kind": "reachable", **common})
            reachable = True
            for event in happened(before, after):
                if event["kind"] == "drifted" and not args.get("drift", True):
                    continue
                await queue.put({**event, **common})
            before = after
        await asyncio.sleep(delay)


def _look(args: dict[str, t.Any], before: Look | None) -> Look:
    """What there is now. Raises WatchError."""
    resource = vpn_tunnel.RESOURCE
    statuses = _asked(status_entry(resource), args)["vpn_tunnel_statuses"]
    drift = args.get("drift", True)
    tunnels = _asked(info_entry(resource), args)["vpn_tunnels"] if drift else statuses
    return look(tunnels, statuses, before)


def _asked(entry: Entry, args: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result of one of the modules, in this process."""
    given = {option: value for option, value in args.items() if option not in _OWN and value is not None}
    parameters = {option: details.get("default") for option, details in entry.spec.options.items()}
    result = entry.run({**parameters, **given}, check_mode=False, diff=False, environment=os.environ)
    if result.get("failed"):
        raise WatchError(result["error"]["kind"], result["msg"])
    return result


if __name__ == "__main__":  # to see what it would tell: python vpn_tunnels.py

    class _Printed:
        """A queue that shows what is put into it."""

        async def put(self, event: dict[str, t.Any]) -> None:
            print(event)

    asyncio.run(main(_Printed(), {"delay": 5}))  # type: ignore[arg-type]
