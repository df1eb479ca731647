# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request may say, and what it has to say for what a task was given. Shares no code with the collection."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field, Resource

Parameters = dict[str, str]

# names that any request may have, of this API and of the signatures in the query or body
_COMMON = re.compile(
    r"Action|Version|Format|DryRun|MaxResults|NextToken|ProjectId\.\d+|Filter\.\d+\.Name|Filter\.\d+\.Value\.\d+"
    r"|Accesskey|Service|Region|Timestamp|Signature|SignatureVersion|SignatureMethod|SecurityToken|X-Amz-[A-Za-z]+"
)


def strange(resource: Resource, parameters: Parameters) -> set[str]:
    """The names of parameters that no task can have asked for: the mark of a value that broke out of its place."""
    wires = {"VpnGateway", "CustomerGateway", "VpnTunnel"}
    own = {field.wire for field in resource.fields} | {f"{wire}Id" for wire in wires}
    return {
        name
        for name in parameters
        if not _COMMON.fullmatch(name) and name not in own and re.sub(r"\.\d+$", "", name) not in own
    }


def listed(parameters: Parameters, name: str) -> list[str]:
    """The values of C(name.1), C(name.2), ... in their order."""
    found = {int(key.rpartition(".")[2]): value for key, value in parameters.items() if key.startswith(f"{name}.")}
    assert sorted(found) == list(range(1, len(found) + 1))
    return [found[number] for number in sorted(found)]


def filters(parameters: Parameters) -> dict[str, list[str]]:
    """The filters of a request."""
    numbers = {name.split(".")[1] for name in parameters if re.fullmatch(r"Filter\.\d+\.Name", name)}
    return {parameters[f"Filter.{each}.Name"]: listed(parameters, f"Filter.{each}.Value") for each in numbers}


def text(value: Any) -> str:
    """A plain value as the service reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def same(field: Field, given: Any, sent: str) -> bool:
    """Whether a parameter says what an option said."""
    if field.secret:
        return sent == "***"  # the emulator records no secrets
    if field.type == "ipv4":
        return ipaddress.IPv4Address(sent) == ipaddress.IPv4Address(given)
    if field.type == "interface":
        return ipaddress.IPv4Interface(sent) == ipaddress.IPv4Interface(given)
    if field.values:
        known = {folded(name): {folded(name), *map(folded, others)} for name, others in field.values.items()}
        return folded(sent) == folded(given) or any({folded(sent), folded(given)} <= names for names in known.values())
    return sent == text(given)


def folded(value: Any) -> str:
    """A value without what the service passes over in spellings."""
    return str(value).lower().replace("_", "")
