# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run checks against an emulator: C(python -m ansible_collections.ksyun.vpn.tests.secrets.check URL CHECK ...).

Ends with 0 if all hold, with 1 if one does not, and with another status if something else is wrong.
"""

from __future__ import annotations

import sys

from ansible_collections.ksyun.vpn.tests.secrets import checks_ansible, checks_core, checks_forms
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import SECRET_KEY
from ansible_collections.ksyun.vpn.tests.secrets.stage import ACCESS_KEY
from emulator.testing import EmulatorHandle

CHECKS = {**checks_core.CHECKS, **checks_ansible.CHECKS, **checks_forms.CHECKS}


def main(url: str, *names: str) -> int:
    """Run the named checks."""
    for name in names:
        try:
            CHECKS[name](EmulatorHandle(url, ACCESS_KEY, SECRET_KEY))
        except AssertionError as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(2)
