# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other versions of the run-time libraries than those installed, each set in a folder that PYTHONPATH can name.

They are pure Python, so that they need no environment of their own. They are kept in C(.cache).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_CACHE = Path(__file__).resolve().parents[2] / ".cache" / "libraries"
# Exact versions, so that a run today and one in a year are the same. PySocks is what SOCKS needs.
_COMMON = ("certifi==2026.10.19.post1", "PySocks==1.7.1")
LIBRARIES: dict[str, tuple[str, ...]] = {
    "urllib3 1.26": ("urllib3==1.26.20", *_COMMON),
    "urllib3 2.0": ("urllib3==2.0.7", *_COMMON),
    "urllib3 2": ("urllib3==2.8.0", *_COMMON),
}


def folder_of(name: str) -> Path:
    """The folder with a set, made if it is not there. Raises C(subprocess.CalledProcessError) if pip can't."""
    requirements = LIBRARIES[name]
    target = _CACHE / "_".join(requirements).replace("==", "-")
    if not target.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
            made = Path(folder) / "made"
            options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile", "--target", str(made))
            subprocess.run([sys.executable, "-m", "pip", "install", *options, *requirements], check=True)
            try:
                made.rename(target)  # at once, as others may be making the same
            except OSError:
                shutil.rmtree(made)
    return target


def environment_with(name: str) -> dict[str, str]:
    """This process's environment, for a Python that is to import the set first."""
    paths = (str(folder_of(name)), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
