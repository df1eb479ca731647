# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count what passes an interface, by kind: C(ike) and C(esp) are sealed, all else is in clear.

    wire.py INTERFACE

At each line of its standard input it prints what it has counted since the last one, as JSON.
"""

from __future__ import annotations

import json
import select
import socket
import sys
from collections import Counter

ALL = 3  # ETH_P_ALL
IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
NAMES = {1: "icmp", 6: "tcp", 47: "gre", 50: "esp"}


def kind(frame: bytes) -> str:
    """What a frame carries. ESP is within UDP of port 4500 here; IKE has four zeroes first there."""
    ether = int.from_bytes(frame[12:14], "big")
    if ether in (ARP, IPV6):
        return "neighbours"  # who has which address; nothing of the networks
    if ether != IPV4:
        return "other"
    packet = frame[14:]
    protocol, header = packet[9], 4 * (packet[0] & 15)
    if protocol != 17:
        return NAMES.get(protocol, "other")
    ports = {int.from_bytes(packet[header : header + 2], "big"), int.from_bytes(packet[header + 2 : header + 4], "big")}
    if 500 in ports:
        return "ike"
    if 4500 in ports:
        body = packet[header + 8 :]
        return "ike" if body[:4] == bytes(4) or body == b"\xff" else "esp"
    return "udp"


def main(interface: str) -> None:
    counted: Counter[str] = Counter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL)) as watcher:
        watcher.bind((interface, ALL))
        watcher.setblocking(False)
        while True:
            ready, _writable, _broken = select.select([watcher, sys.stdin], [], [])
            if watcher in ready:
                while True:
                    try:
                        counted[kind(watcher.recv(65535))] += 1
                    except BlockingIOError:
                        break
            if sys.stdin in ready:
                if not sys.stdin.readline():
                    return
                print(json.dumps(counted), flush=True)
                counted.clear()


if __name__ == "__main__":
    main(sys.argv[1])
