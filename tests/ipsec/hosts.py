# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two hosts on this machine, each a network namespace with an IKE daemon of its own; the wire between is watched.

IPsec is strongSwan's own, in user space (kernel-libipsec), as few kernels of containers have it. Namespaces are made
here and removed by name, also after a failure; nothing outside them is changed.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DAEMON = "/usr/sbin/charon-systemd"
PLUGINS = Path("/usr/lib/ipsec/plugins")
PACKAGES = (
    "charon-systemd strongswan-swanctl strongswan-libcharon libcharon-extra-plugins "
    "libstrongswan-standard-plugins libstrongswan-extra-plugins iproute2 iputils-ping"
)
LOADED = (
    "random nonce openssl gcrypt md5 sha1 sha2 hmac kdf aes gmp "
    "kernel-libipsec kernel-netlink socket-default vici updown"
)
# The mark of the daemons' own packets, which have to pass beside their tunnels.
SETTINGS = """
charon-systemd {{
    load = {plugins}
    retransmit_tries = 2
    retransmit_timeout = 0.5
    plugins {{
        vici {{
            socket = unix://{folder}/vici
        }}
        kernel-libipsec {{
            allow_peer_ts = yes
        }}
        socket-default {{
            fwmark = 0x42
        }}
        kernel-netlink {{
            fwmark = !0x42
        }}
    }}
    filelog {{
        log {{
            path = {folder}/log
            default = 1
            flush_line = yes
        }}
    }}
}}
"""
_NUMBERS = itertools.count()
PATIENCE = 15.0  # seconds for what a daemon does at once, on a busy machine


def lacking() -> str | None:
    """What this machine lacks for these tests, with what to do about it; None if it has all."""
    if os.geteuid() != 0:
        return "IPsec between namespaces needs root"
    programs = [name for name in ("ip", "ping", "swanctl", DAEMON) if not shutil.which(name)]
    if programs or not (PLUGINS / "libstrongswan-kernel-libipsec.so").exists():
        return f"IPsec needs Debian's packages {PACKAGES}; missing is {', '.join(programs) or 'kernel-libipsec'}"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "IPsec in user space needs /dev/net/tun"
    name = f"ksyun-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return "network namespaces are not permitted here"
    subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
    return None


class Host:
    """A namespace with a daemon in it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._daemon: subprocess.Popen[bytes] | None = None

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in the namespace."""
        return subprocess.run(
            ["ip", "netns", "exec", self.name, *command], capture_output=True, text=True, check=check, timeout=60
        )

    def start(self, *command: str, **options: Any) -> subprocess.Popen[Any]:
        """Start a program in the namespace."""
        return subprocess.Popen(["ip", "netns", "exec", self.name, *command], **options)

    def start_daemon(self) -> None:
        """Start the daemon, and wait until it answers."""
        (self.folder / "strongswan.conf").write_text(SETTINGS.format(folder=self.folder, plugins=LOADED))
        self._daemon = self.start(
            DAEMON,
            env={**os.environ, "STRONGSWAN_CONF": str(self.folder / "strongswan.conf")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self.swanctl("--stats", check=False).returncode == 0, "the daemon answers")

    def stop_daemon(self) -> None:
        if self._daemon:
            self._daemon.send_signal(signal.SIGTERM)
            try:
                self._daemon.wait(10)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait(10)

    def swanctl(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run swanctl at this host's daemon."""
        # Without the machine's own settings, and without the daemon's.
        settings = self.folder / "swanctl-settings"
        settings.touch()
        return subprocess.run(
            ["swanctl", *arguments, "--uri", f"unix://{self.folder}/vici"],
            env={**os.environ, "STRONGSWAN_CONF": str(settings)},
            capture_output=True,
            text=True,
            check=check,
            timeout=60,
        )

    def load(self, text: str, connections: int) -> None:
        """Have the daemon load a file, instead of all that it had. swanctl ends with 0 even on a syntax error."""
        path = self.folder / "connections.conf"
        path.write_text(text)
        path.chmod(0o600)
        loaded = self.swanctl("--load-all", "--clear", "--file", str(path))
        wanted = f"successfully loaded {connections} connections"
        if wanted not in loaded.stdout:
            raise AssertionError(f"{self.name}: wanted {wanted!r}, got {loaded.stdout} {loaded.stderr}")

    def clear(self) -> None:
        """End all associations, and forget all connections and keys."""
        self.swanctl("--terminate", "--ike-id", "*", "--force", "--timeout", "1", check=False)
        for association in self.associations():
            self.swanctl("--terminate", "--ike-id", association["uniqueid"], "--force", "--timeout", "1", check=False)
        (self.folder / "connections.conf").write_text("")
        self.swanctl("--load-all", "--clear", "--file", str(self.folder / "connections.conf"), check=False)

    def associations(self) -> list[dict[str, Any]]:
        """The IKE associations, each with its children."""
        return parse_raw(self.swanctl("--list-sas", "--raw").stdout)

    def children(self) -> list[dict[str, Any]]:
        """The IPsec associations that are installed."""
        return [
            child
            for association in self.associations()
            for child in association.get("child-sas", {}).values()
            if child.get("state") == "INSTALLED"
        ]

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""


def wait_until(happened: Any, what: str) -> None:
    """Wait until something is so. Raises AssertionError if it does not become so."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE:.0f} seconds in vain until {what}")
        time.sleep(0.05)


def parse_raw(text: str) -> list[dict[str, Any]]:
    """What swanctl --raw prints: C(list-sa event {name {key=value key=[a b] ...}})."""
    found = []
    for line in text.splitlines():
        if line.startswith("list-sa event {"):
            values, _rest = _section(line[len("list-sa event {") :])
            found += list(values.values())
    return found


def _section(text: str) -> tuple[dict[str, Any], str]:
    values: dict[str, Any] = {}
    while text:
        text = text.lstrip()
        if text.startswith("}"):
            return values, text[1:]
        cut = min(position for position in (text.find("="), text.find(" {"), text.find("{")) if position >= 0)
        name = text[:cut]
        text = text[cut:].lstrip()
        if text.startswith("{"):
            values[name], text = _section(text[1:])
        elif text.startswith("=["):
            # An entry may have brackets of its own, as in 192.0.2.1/32[gre].
            listed = re.match(r"=\[(.*?)\](?=[ }]|$)", text)
            assert listed is not None
            values[name], text = listed[1].split(), text[listed.end() :]
        else:
            end = min((position for position in (text.find(" "), text.find("}")) if position >= 0), default=len(text))
            values[name], text = text[1:end], text[end:]
    return values, text


class Wire:
    """What passes between the hosts, by kind."""

    def __init__(self, host: Host, interface: str) -> None:
        self._process = host.start(
            sys.executable, str(HERE / "wire.py"), interface, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.seen()

    def seen(self) -> dict[str, int]:
        """The packets since the last time, by kind."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        counted: dict[str, int] = json.loads(self._process.stdout.readline())
        return counted

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class Stage:
    """Ksyun's end and the device's, joined by a wire."""

    def __init__(self, ksyun: Host, device: Host, wire: Wire) -> None:
        self.ksyun = ksyun
        self.device = device
        self.wire = wire

    def reach(self, address: str) -> None:
        """Give Ksyun's end another address on the wire, and let the device know the way to it."""
        (device,) = json.loads(self.device.run("ip", "-json", "-4", "address", "show", "dev", "wire").stdout)
        own = [each["local"] for each in device["addr_info"]]
        self.ksyun.run("ip", "address", "add", f"{address}/32", "dev", "wire")
        for each in own:
            self.ksyun.run("ip", "route", "replace", f"{each}/32", "dev", "wire", "src", address)
        self.device.run("ip", "route", "add", f"{address}/32", "dev", "wire", "src", own[0])


@contextlib.contextmanager
def staged(folder: Path, ksyun: dict[str, list[str]], device: dict[str, list[str]]) -> Iterator[Stage]:
    """The two hosts, with addresses on the C(wire) and C(inside), and their daemons. All is removed at the end."""
    number = next(_NUMBERS)
    names = {side: f"ksyun-ipsec-{os.getpid()}-{number}-{side}" for side in ("k", "d")}
    hosts: dict[str, Host] = {}
    wire = None
    try:
        for side, name in names.items():
            (folder / side).mkdir()
            _ip("netns", "add", name)
            hosts[side] = Host(name, folder / side)
        _ip("link", "add", "wire", "netns", names["k"], "type", "veth", "peer", "name", "wire", "netns", names["d"])
        for side, mine, theirs in (("k", ksyun, device), ("d", device, ksyun)):
            host = hosts[side]
            for link in ("lo", "wire"):
                host.run("ip", "link", "set", link, "up")
            for address in mine["wire"]:
                host.run("ip", "address", "add", f"{address}/32", "dev", "wire")
            for address in theirs["wire"] if mine["wire"] else ():
                host.run("ip", "route", "add", f"{address}/32", "dev", "wire", "src", mine["wire"][0])
            for address in mine["inside"]:
                host.run("ip", "address", "add", f"{address}/32", "dev", "lo")
            for setting in ("all", "default", "wire"):
                host.run("sysctl", "-q", "-w", f"net.ipv4.conf.{setting}.rp_filter=0")
        wire = Wire(hosts["k"], "wire")
        for host in hosts.values():
            host.start_daemon()
        yield Stage(hosts["k"], hosts["d"], wire)
    finally:
        if wire:
            wire.close()
        for host in hosts.values():
            host.stop_daemon()
        for name in names.values():
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
