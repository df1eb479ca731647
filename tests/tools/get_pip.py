# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put pip into the virtual environment whose Python runs this, without ensurepip and from the user's index.

ansible-test runs such a script for each virtual environment that it makes, and else downloads one from a host of its
own. The pip found first on PATH does the work: in_copy.py puts the project's own there.
"""

from __future__ import annotations

import subprocess
import sys

# Two options of the script that ansible-test expects; here nothing is installed unasked.
PACKAGES = [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]

sys.exit(subprocess.call(["pip", "--python", sys.executable, "install", *PACKAGES]))
