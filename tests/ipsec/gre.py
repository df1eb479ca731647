# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One end of a GRE tunnel in user space, as few kernels of containers have GRE: a TUN interface and a raw socket.

    gre.py INTERFACE LOCAL REMOTE

It prints a line when the interface is there, and ends with its standard input.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
HEADER = struct.pack("!HH", 0, 0x0800)  # no options; IPv4


def main(interface: str, local: str, remote: str) -> None:
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", interface.encode(), IFF_TUN | IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_GRE) as wire:
        wire.bind((local, 0))
        print("ready", flush=True)
        while True:
            ready, _writable, _broken = select.select([tun, wire, sys.stdin], [], [])
            if tun in ready:
                packet = os.read(tun, 65535)
                if packet[0] >> 4 == 4:
                    wire.sendto(HEADER + packet, (remote, 0))
            if wire in ready:
                received, sender = wire.recvfrom(65535)
                body = received[4 * (received[0] & 15) :]
                if sender[0] == remote and body[:4] == HEADER:
                    os.write(tun, body[4:])
            if sys.stdin in ready:
                return


if __name__ == "__main__":
    main(*sys.argv[1:])
