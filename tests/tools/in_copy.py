# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command in a copy of the checkout that lies where Ansible's tools want a collection.

    in_copy.py COMMAND [ARGUMENT ...]

ansible-test and ansible-lint want .../ansible_collections/ksyun/vpn, and leave files behind. The copy is a temporary
folder, so neither the checkout's place nor its state matters. HOME is a folder in the virtual environment: there
ansible-test keeps the environments of its own, finds our get_pip.py, and finds the user's pip configuration, of which
it would else drop whatever comes from environment variables.
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
HOME = Path(sys.prefix) / "home"


def ignored_names() -> list[str]:
    lines = (ROOT / ".gitignore").read_text().splitlines()
    return [".git", *(line for line in lines if line and not line.startswith("#"))]


def pip_settings() -> configparser.RawConfigParser:
    """All that pip would go by for this user, from its files and from the environment, and fewer words."""
    parser = configparser.RawConfigParser()
    parser.add_section("global")
    parser.set("global", "quiet", "1")
    if proxy := os.environ.get("HTTPS_PROXY", os.environ.get("https_proxy")):
        parser.set("global", "proxy", proxy)
    listing = subprocess.run([TOOLS / "pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        name, value = line.split("=", maxsplit=1)
        section, option = name.rsplit(".", maxsplit=1)
        section = "global" if section == ":env:" else section
        if not parser.has_section(section):
            parser.add_section(section)
        parser.set(section, option, ast.literal_eval(value))
    return parser


def get_pip_names() -> list[str]:
    """The names under which the installed ansible-test looks for the script: they have a version of pip in them."""
    source = Path(sysconfig.get_path("purelib"), "ansible_test", "_internal", "python_requirements.py").read_text()
    return [f"get_pip_{version.replace('.', '_')}.py" for version in re.findall(r"\bpip='([\d.]+)'", source)]


def prepare_home() -> None:
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in get_pip_names():
        shutil.copy(ROOT / "tests" / "tools" / "get_pip.py", cache / name)
    for name in ("id_rsa", "id_rsa.pub"):  # with --local no key is used, but ansible-test would call ssh-keygen
        (cache.parent / name).touch(mode=0o600)
    configuration = HOME / ".config" / "pip" / "pip.conf"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.touch(mode=0o600)
    with configuration.open("w") as file:
        pip_settings().write(file)


def main(command: list[str]) -> int:
    prepare_home()
    with tempfile.TemporaryDirectory(prefix="ksyun-vpn-") as folder:
        copy = Path(folder) / "ansible_collections" / "ksyun" / "vpn"
        shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(*ignored_names()))
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": folder,
            "HOME": str(HOME),
            "MYPYPATH": folder,
            "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        }
        return subprocess.call(command, cwd=copy, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
