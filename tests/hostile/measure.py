# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task in a process of its own, for its peak of memory: C(python -m hostile.measure MODULE OPTIONS)."""

from __future__ import annotations

import json
import resource
import sys

from hostile.bench import check_result, run


def main(module: str, options: str) -> None:
    """Print the result's message and length, and the most memory that the process had, in MiB."""
    result = run(module, json.loads(options))
    check_result(module, result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"failed": result.get("failed", False), "msg": result.get("msg"), "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
