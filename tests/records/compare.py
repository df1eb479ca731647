# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds a record of the real service against the emulator: same question, same shape, same code.

What differs is said as the emulator's setting to change, or as a fault where there is none. The emulator is asked
twice: as it is, and with all those settings; what still differs then is a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from records.meanings import settings_for

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.exchange import Redactor, Sender
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.interview import Options
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.run import FORMAT, verify
from emulator.testing import EmulatorHandle, running_emulator

Record = dict[str, Any]
VPC = "vpc-of-the-record"
_TICK = 0.02  # seconds that a pause takes here, whatever it takes with the real service
_MOST_SEEDS = 3
_SETS = ("VpnGatewaySet", "CustomerGatewaySet", "VpnTunnelSet", "VpcSet")
_SPELLED = {"IkeDhGroup": "IkeDHGroup"}


class RecordError(ValueError):
    """A file that is no record."""


def read(path: Path) -> Record:
    """A record from a file. Raises RecordError."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"{path} can't be read: {error}") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise RecordError(f"{path} is no record of verify_service, or of another version of it")
    return record


def asked(url: str, emulator: EmulatorHandle, level: str, version: str, tick: float = _TICK) -> Record:
    """The record of a run against a service at ``url`` that takes the emulator's keys."""
    options = {"access_key": emulator.access_key, "secret_key": emulator.secret_key, "region": emulator.region}
    connection = resolve({**options, "endpoint_url": url}, {})
    sender = Sender(connection, sleep=lambda seconds: time.sleep(min(seconds, tick)))
    wanted = Options(level, version, VPC if version else "")
    with tempfile.TemporaryDirectory() as directory:
        outcome = verify(sender, Redactor([emulator.secret_key]), wanted, lambda tag: str(Path(directory, tag)))
    assert outcome.left == [], outcome.left
    return outcome.record


def seeds(record: Record, known: Mapping[str, set[str]]) -> dict[str, list[dict[str, Any]]]:
    """What the account of a record had before, for the emulator: of each kind what was listed first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for exchange in record["exchanges"]:
        body = record["bodies"][exchange["body"]]
        for name in _SETS:
            if name in found or name not in body or exchange["parameters"] != {"MaxResults": 200}:
                continue
            items = [dict(item) for item in body[name] if isinstance(item, dict)]
            identity = name.removesuffix("Set") + "Id"
            for number in range(len(items), min(exchange.get("cut", {}).get(name, 0), _MOST_SEEDS)):
                items.append({**items[0], identity: f"abcdef00-0000-4000-8000-{number:012d}"})
            found[name] = [
                {
                    spelled: value
                    for field, value in item.items()
                    for spelled in [_SPELLED.get(field, field.replace("Ipssec", "Ipsec"))]
                    if spelled in known[name]
                }
                for item in items
            ]
    return {name: items for name, items in found.items() if items}


def known_fields(emulator: EmulatorHandle) -> dict[str, set[str]]:
    """The fields that the emulator's resources have."""
    emulator.reset()
    versions = [{"VpnGatewayVersion": version, "VpcId": VPC} for version in ("1.0", "2.0")]
    gateways = emulator.seed(VpnGatewaySet=versions)["VpnGatewaySet"]
    tunnels = [{"VpnGatewayId": gateway["VpnGatewayId"]} for gateway in gateways]
    made = emulator.seed(CustomerGatewaySet=[{}], VpnTunnelSet=tunnels, VpcSet=[{}])
    sets = {**made, "VpnGatewaySet": gateways}
    peers = {"LocalPeerIp", "CustomerPeerIp"}
    return {name: {field for item in items for field in item} - {"Region"} | peers for name, items in sets.items()}


def of_emulator(emulator: EmulatorHandle, record: Record, settings: dict[str, Any]) -> Record:
    """The record of the same questions to the emulator, with such an account and such settings."""
    known = known_fields(emulator)
    emulator.reset()
    emulator.seed(**seeds(record, known))
    emulator.configure(**settings)
    return asked(emulator.url, emulator, record["level"], record["daily_gateway"])


# --- shapes -------------------------------------------------------------------------------------------


def shapes(record: Record) -> dict[str, set[str]]:
    """The fields that answers have, with their types, by action; those of errors together."""
    found: dict[str, set[str]] = {}
    for exchange in record["exchanges"]:
        body = record["bodies"][exchange["body"]]
        if exchange["kind"] == "other":
            continue
        name = "errors" if "Error" in body else exchange["action"]
        name += " in XML" if exchange["kind"] == "xml" else ""
        found.setdefault(name, set()).update(_paths(body, "", exchange["kind"] == "xml"))
    return found


def _paths(value: Any, path: str, untyped: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _paths(item, f"{path}.{name}" if path else name, untyped)
    elif isinstance(value, list):
        yield f"{path} (a list)"
        for item in value:
            yield from _paths(item, f"{path}[]", untyped)
    else:
        kind = {bool: "a boolean", int: "a number", float: "a number", str: "a text"}.get(type(value), "null")
        yield path if untyped else f"{path} ({kind})"


def differences(record: Record, emulator: EmulatorHandle) -> list[str]:
    """A line for each thing in which a record differs from the emulator."""
    plain = of_emulator(emulator, record, {})
    wanted = settings_for({name: said for name, said in record["found"].items() if plain["found"].get(name) != said})
    lines = [f"setting: {name} = {json.dumps(value)}" for name, value in sorted(wanted.items())]
    bent = of_emulator(emulator, record, wanted) if wanted else plain
    for question, said in record["found"].items():
        answer = bent["found"].get(question)
        if answer is not None and answer != said:
            lines.append(f"fault: {question}: the record says {said!r}, the emulator {answer!r}")
    here, there = shapes(bent), shapes(record)
    for name in sorted(set(here) & set(there)):
        beside, missing = sorted(there[name] - here[name]), sorted(here[name] - there[name])
        if beside:
            lines.append(f"fault: {name}: the record has {', '.join(beside)}, which the emulator has not")
        if missing:
            lines.append(f"fault: {name}: the record has no {', '.join(missing)}, which the emulator has")
    return lines


def main() -> int:
    """Compare a file, and print what differs. 0: nothing; 1: something; 2: it is no record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    path = parser.parse_args().record
    try:
        record = read(path)
    except RecordError as error:
        print(error, file=sys.stderr)
        return 2
    with running_emulator() as emulator:
        lines = differences(record, emulator)
    print("\n".join(lines) or f"The emulator answers {len(record['found'])} questions as the record does.")
    return 1 if lines else 0
