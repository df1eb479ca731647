# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive on a fresh machine: a bare Debian trixie with its own ansible-core, and what the README says to do.

    bare_machine.py ARTIFACT

Makes the tree with debootstrap, installs the artifact in it, and runs the README's first playbook with the README's two
commands, against an emulator outside. Says which command took how long. It needs root and a Debian mirror: that of this
machine's apt, or DEBIAN_MIRROR, or debootstrap's own. Ends with 2, and says why, where it can't run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from emulator.testing import running_emulator

ROOT = Path(__file__).resolve().parents[2]
RELEASE = "trixie"
PACKAGES = ("ansible-core", "python3-requests")
PROXIES = ("http_proxy", "https_proxy", "no_proxy")  # by which a mirror may have to be reached
KEY = "fake-key-of-the-bare-machine"


class CannotRunError(Exception):
    """Why it can't be tried here."""


def timed(what: str, *command: str, env: dict[str, str] | None = None) -> str:
    """Run a command, say how long it took, and return what it printed. Raises SystemExit if it fails."""
    began = time.monotonic()
    ran = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)
    if ran.returncode != 0:
        raise SystemExit(f"{what} ended with {ran.returncode}:\n{ran.stdout[-4000:]}")
    return ran.stdout


def debootstrap(scratch: Path) -> list[str]:
    """The command: the one that is installed, or the one in the package, unpacked. Raises CannotRunError."""
    if os.geteuid() != 0:
        raise CannotRunError("it needs root, to make a tree with debootstrap")
    if shutil.which("unshare") is None or shutil.which("chroot") is None:
        raise CannotRunError("it needs unshare and chroot")
    installed = shutil.which("debootstrap")
    if installed:
        return [installed]
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise CannotRunError("it needs debootstrap")
    subprocess.run(["apt-get", "download", "-qq", "debootstrap"], cwd=scratch, stderr=subprocess.DEVNULL, check=False)
    found = list(scratch.glob("debootstrap_*.deb"))
    if not found:
        raise CannotRunError("debootstrap is not installed, and its package can't be got")
    subprocess.run(["dpkg-deb", "-x", str(found[0]), str(scratch / "unpacked")], check=True)
    share = scratch / "unpacked" / "usr" / "share" / "debootstrap"
    return ["env", f"DEBOOTSTRAP_DIR={share}", str(scratch / "unpacked" / "usr" / "sbin" / "debootstrap")]


def mirror() -> list[str]:
    """The Debian mirror to use; none leaves it to debootstrap."""
    if os.environ.get("DEBIAN_MIRROR"):
        return [os.environ["DEBIAN_MIRROR"]]
    if shutil.which("apt-get") is None or "ID=debian" not in Path("/etc/os-release").read_text().splitlines():
        return []
    command = ["apt-get", "indextargets", "--format", "$(SITE)"]
    sites = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    return [site for site in sites if site.rstrip("/").endswith("/debian")][:1]


def first_playbook() -> tuple[str, list[str]]:
    """The first playbook of the README, and the commands that follow it there."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Use cases")[2]
    playbook = re.search(r"```yaml\n(---\n.*?)```", section, flags=re.DOTALL)
    commands = re.search(r"```shell\n((?:ansible-playbook .*\n)+)```", section)
    if playbook is None or commands is None:
        raise SystemExit("README.md has no playbook, or no commands")
    return playbook[1], commands[1].splitlines()


def main() -> int:
    """Do all of it in a temporary folder."""
    artifact = Path(sys.argv[1]).resolve()
    playbook, commands = first_playbook()
    with tempfile.TemporaryDirectory(prefix="bare-machine-") as folder:
        scratch, tree = Path(folder), Path(folder, "tree")
        try:
            command = debootstrap(scratch)
        except CannotRunError as error:
            print(f"not run: {error}")
            return 2
        timed(f"debootstrap {RELEASE}", *command, "--variant=minbase", RELEASE, str(tree), *mirror())
        home = tree / "root"
        shutil.copy(artifact, home)
        (home / "office.yml").write_text(playbook, encoding="utf-8")
        (home / "vault.yml").write_text(f"vault_berlin_pre_shared_key: {KEY}\n", encoding="utf-8")
        with running_emulator() as emulator:
            environment = {
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/root",
                "LANG": "C.UTF-8",
                **{name: value for name, value in os.environ.items() if name.lower() in PROXIES},
                "KSYUN_ENDPOINT_URL": emulator.url,
                "KSYUN_REGION": emulator.region,
                "KSYUN_ACCESS_KEY": emulator.access_key,
                "KSYUN_SECRET_KEY": emulator.secret_key,
            }

            def there(line: str) -> str:
                # what is mounted goes with the namespace of the command
                shell = f"mount -t proc proc {tree}/proc && exec chroot {tree} sh -c 'cd /root && {line}'"
                return timed(line, "unshare", "--mount", "sh", "-c", shell, env=environment)

            shutil.copy("/etc/resolv.conf", tree / "etc" / "resolv.conf")
            there("apt-get update -qq")
            there(f"DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends {' '.join(PACKAGES)}")
            print(there("ansible --version").splitlines()[0])
            there(f"ansible-galaxy collection install {artifact.name}")
            checked = there(commands[0])
            assert not any(emulator.state().values()), "check mode has changed something"
            done = [there(line) for line in commands[1:]]
            again = there(commands[-1])
            state = emulator.state()
        made = {name: len(items) for name, items in state.items() if items}
        assert made == {"VpnGatewaySet": 1, "CustomerGatewaySet": 1, "VpnTunnelSet": 1}, made
        assert re.search(r"changed=3 .*failed=0", checked), checked
        assert all(re.search(r"changed=3 .*failed=0", said) for said in done), done
        assert re.search(r"changed=0 .*failed=0", again), again
        assert KEY not in checked + "".join(done) + again, "the key is shown"
    print("A gateway, a customer gateway and a tunnel are there; the second run changed nothing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
