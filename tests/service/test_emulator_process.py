# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a program, and what its sources may import."""

from __future__ import annotations

import ast
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from service.client import Caller

from emulator.testing import REGION, EmulatorHandle, running_emulator

_TESTS = Path(__file__).resolve().parent.parent
_SOURCES = sorted((_TESTS / "emulator").glob("*.py"))


def _start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "emulator", *arguments],
        env={**os.environ, "PYTHONPATH": str(_TESTS), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_told(number: signal.Signals) -> None:
    """The first line is the address; the end is 0, also while a request is being held."""
    process = _start("--port", "0", "--access-key", "AK", "--secret-key", "a-secret")
    assert process.stdout
    url = process.stdout.readline().strip()
    emulator = EmulatorHandle(url, "AK", "a-secret")
    assert emulator.host == "127.0.0.1"
    call = Caller(emulator)
    assert call("DescribeVpnGateways").status == 200
    emulator.fault("*", "timeout")
    outgoing = call.request("DescribeVpnGateways")
    with pytest.raises(TimeoutError):
        call.send(outgoing, timeout=0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert out == ""
    assert "a-secret" not in err
    assert "Traceback" not in err


def test_exports_for_a_shell() -> None:
    """What is printed makes a shell's programs use the emulator, with whatever its keys are."""
    process = _start("--port", "0", "--exports", EMULATOR_ACCESS_KEY="AK-2", EMULATOR_SECRET_KEY="not a 'secret' $HOME")
    assert process.stdout
    lines = [process.stdout.readline() for _line in range(6)]
    process.terminate()
    assert process.communicate(timeout=10)[0] == ""
    ran = subprocess.run(
        ["sh", "-c", "".join(lines[1:]) + "env"], env={}, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {
        f"KSYUN_ENDPOINT_URL={lines[0].strip()}",
        f"KSYUN_REGION={REGION}",
        "KSYUN_ACCESS_KEY=AK-2",
        "KSYUN_SECRET_KEY=not a 'secret' $HOME",
    } <= set(ran)


def test_shell_with_the_emulator() -> None:
    """The shell has what the collection reads; that its last command failed is no failure."""
    ran = subprocess.run(
        [sys.executable, _TESTS / "tools" / "with_emulator.py", "--shell"],
        env={**os.environ, "SHELL": "/bin/sh"},
        input="echo at=$KSYUN_ENDPOINT_URL in=$KSYUN_REGION keys=${#KSYUN_ACCESS_KEY},${#KSYUN_SECRET_KEY}\nfalse\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"^The emulator runs at (http://127.0.0.1:\d+)\.", ran.stdout, re.MULTILINE)
    assert re.search(rf"^at=http://127.0.0.1:\d+ in={REGION} keys=\d\d,\d\d$", ran.stdout, re.MULTILINE)


def test_keys_from_the_environment() -> None:
    """A command line can be read by others."""
    process = _start("--port", "0", EMULATOR_ACCESS_KEY="AK-2", EMULATOR_SECRET_KEY="SK-2")
    assert process.stdout
    url = process.stdout.readline().strip()
    assert Caller(EmulatorHandle(url, "AK-2", "SK-2"))("DescribeVpnGateways").status == 200
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 0


def test_settings_file() -> None:
    """Start-up values are what a reset comes back to."""
    with running_emulator(settings={"page_size": 5}) as emulator:
        emulator.configure(page_size=6)
        emulator.reset()
        assert emulator.settings()["page_size"] == 5


def test_https(tmp_path: Path) -> None:
    """With a certificate, for clients that check one."""
    certificate = tmp_path / "emulator.pem"
    certificate.write_bytes(_self_signed())
    with running_emulator(certificate=certificate) as emulator:
        assert emulator.url.startswith("https://127.0.0.1:")
        assert emulator.health()["status"] == "ok"
        outgoing = Caller(emulator).request("DescribeVpnGateways")
        context = ssl.create_default_context(cafile=certificate)
        connection = http.client.HTTPSConnection(emulator.host, emulator.port, timeout=10, context=context)
        connection.request(outgoing.method, outgoing.target, outgoing.body, outgoing.headers)
        assert connection.getresponse().status == 200
        connection.close()


def _self_signed() -> bytes:
    """A key and a certificate of a day for 127.0.0.1, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "emulator")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return pem + certificate.public_bytes(serialization.Encoding.PEM)


def test_no_start() -> None:
    """The helper says why."""
    with pytest.raises(RuntimeError, match="no setting 'colour'"), running_emulator(settings={"colour": "red"}):
        pass


def test_bad_settings(tmp_path: Path) -> None:
    """A message, not a traceback."""
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"colour": "red"}), encoding="utf-8")
    process = _start("--port", "0", "--settings", str(path))
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert "no setting 'colour'" in err
    assert "Traceback" not in err


def test_port_in_use() -> None:
    """The same."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = _start("--port", str(taken.getsockname()[1]))
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: path.name)
def test_imports(path: Path) -> None:
    """Nothing of the collection, nothing of Ansible: only the standard library, aiohttp and botocore."""
    allowed = {*sys.stdlib_module_names, "aiohttp", "multidict", "botocore"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1 or (node.module or "").partition(".")[0] in allowed


def test_testing_module_needs_no_packages() -> None:
    """It may be imported where only the collection's own needs are installed."""
    script = "import sys; sys.path.insert(0, sys.argv[1]); import emulator.testing; print('aiohttp' in sys.modules)"
    command = [sys.executable, "-I", "-c", script, str(_TESTS)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
