# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are large, or become so when they are unpacked or parsed: the memory of a task stays bounded."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hostile.counting import CASES
from hostile.test_answers import task
from hostile.test_paging import paging
from support.wire_server import Answer, Request, Server, http, raw

MIB = 1024 * 1024
MOST = 400  # MiB; the interpreter and its libraries take about 45
TAIL = b'], "RequestId": "r"}'


def large(head: bytes, piece: bytes, total: int, tail: bytes = b"", **headers: str) -> Answer:
    """An answer of so many bytes, made as it is sent; the client may hang up."""
    piece *= MIB // len(piece)
    pieces = total // len(piece)
    length = len(head) + pieces * len(piece) + len(tail)
    start = http(b"", length=False, Content_Length=str(length), **headers)

    def answer(_request: Request, connection: socket.socket) -> None:
        connection.sendall(start + head)
        for _number in range(pieces):
            connection.sendall(piece)
        connection.sendall(tail)

    return answer


def bomb(format_: str, wbits: int) -> bytes:
    """An answer of 1 GB, packed into a megabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    zeros = b" " * MIB
    packed = b"".join(packer.compress(zeros) for _number in range(1024)) + packer.flush()
    return http(packed, Content_Encoding=format_)


LARGE: dict[str, Callable[[], Answer]] = {
    "100 MB of text": lambda: large(b'{"RequestId": "', b"x", 100 * MIB, b'"}'),
    "100 MB of empty lists": lambda: large(b'{"x": [', b"[],", 100 * MIB, b"1" + TAIL),
    "100 MB of elements": lambda: large(b"<r>", b"<a/>", 100 * MIB, b"</r>"),
    "100 MB without a length": lambda: _pieces(http(b"", length=False), b" " * MIB, 100),
    "15 MB of empty lists": lambda: large(b'{"x": [', b"[],", 15 * MIB, b"1" + TAIL),
    "15 MB of elements": lambda: large(b"<r>", b"<a/>", 15 * MIB, b"</r>"),
    "15 MB of texts": lambda: large(b'{"VpnTunnelSet": [], "x": [', b'"0123456789abcde",', 15 * MIB, b"1" + TAIL),
    "15 MB of one text that is wide": lambda: large(
        '{"RequestId": "r", "VpnTunnelSet": [{"VpnTunnelId": "a", "x": "😀'.encode(), b"x", 15 * MIB, b'"}]}'
    ),
    "15 MB of one key": lambda: large(
        b'{"RequestId": "r", "VpnTunnelSet": [{"VpnTunnelId": "a", "PreSharedKey": "', b"x", 15 * MIB, b'"}]}'
    ),
    "15 MB of attributes": lambda: large(b"<r ", b"a='b' ", 15 * MIB, b"/>"),
    "a gzip bomb": lambda: raw(bomb("gzip", 31)),
    "a deflate bomb": lambda: raw(bomb("deflate", 15)),
    "100 MB of a header": lambda: _head(b"X: ", b"y", 100),
    "100 MB of headers": lambda: _head(b"", b"X: y\r\n", 100),
    "pages of 10 MB": lambda: paging(_page),
}


def _head(first: bytes, piece: bytes, mebibytes: int) -> Answer:
    """The beginning of an answer whose headers are that large."""
    return _pieces(b"HTTP/1.1 200 X\r\n" + first, piece * (MIB // len(piece)), mebibytes)


def _pieces(first: bytes, piece: bytes, number: int) -> Answer:
    def answer(_request: Request, connection: socket.socket) -> None:
        connection.sendall(first)
        for _number in range(number):
            connection.sendall(piece)

    return answer


def _page(number: int) -> dict[str, Any]:
    keys = {"VpnTunnelId": f"t-{number}", "Note": "x" * 10 * MIB}
    return {"RequestId": "r", "VpnTunnelSet": [keys], "NextToken": str(number)}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_answer_takes_bounded_memory(what: str, server: Server) -> None:
    CASES["answers"] += 1
    server.begin(LARGE[what]())
    options = task(server, "vpn_tunnel_info", read_timeout=60)
    done = subprocess.run(
        [sys.executable, "-m", "hostile.measure", "vpn_tunnel_info", json.dumps(options)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert measured["peak"] < MOST, measured
    assert measured["failed"] or what in ("15 MB of texts", "15 MB of one text that is wide", "15 MB of one key")
