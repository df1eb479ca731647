# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Importing from the archive in which Ansible sends a module to its host.

Python's importer of archives compiles a module twice: once to tell the name of its file, and once to run it. For this
collection that was a fifth of the time of an empty module.
"""

from __future__ import annotations

import sys
from zipimport import zipimporter


class _NamingImporter(zipimporter):
    """Knows the name of a module's file without compiling it."""

    def get_filename(self, fullname: str) -> str:
        inner = self.prefix + fullname.rpartition(".")[2] + ("/__init__" if self.is_package(fullname) else "")
        return f"{self.archive}/{inner}.py"


def avoid_double_compile() -> None:
    """Let what is imported from this archive from now on be compiled once. Elsewhere it does nothing."""
    room = __name__.rpartition(".")[0]
    packages = (sys.modules[room.rpartition(".")[0]], sys.modules[room])
    paths = {path for package in packages for path in package.__path__}
    archived = [path for path in paths if isinstance(sys.path_importer_cache.get(path), zipimporter)]
    if not archived:
        return
    for path in archived:
        sys.path_importer_cache[path] = _NamingImporter(path)
    root = min(archived, key=len)

    def importer(path: str) -> _NamingImporter:
        """The importer of one of our folders, whichever there are: Python asks for each when it first imports of it."""
        if not path.startswith(root):
            raise ImportError
        return _NamingImporter(path)

    sys.path_hooks.insert(0, importer)
