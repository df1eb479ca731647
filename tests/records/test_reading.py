# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client reads what records hold: lists as lists, errors as errors, dry runs as dry runs."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from records.compare import read
from records.make import MADE

from ansible_collections.ksyun.vpn.plugins.module_utils.api import errors, wire
from ansible_collections.ksyun.vpn.plugins.module_utils.api.action import Action
from ansible_collections.ksyun.vpn.plugins.module_utils.api.verdicts import service_error
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES

# The actions of the tables, whose answers the client judges.
ACTIONS = {
    action.name: action for resource in RESOURCES.values() for action in resource.actions if isinstance(action, Action)
}
RECORDS = sorted(MADE.glob("*.json"))


def exchanges(path: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The exchanges in JSON, each with its answer, as the client parses it."""
    record = read(path)
    return [
        (exchange, wire.parse(io.BytesIO(json.dumps(record["bodies"][exchange["body"]]).encode()).read()))
        for exchange in record["exchanges"]
        if exchange["kind"] == "json"
    ]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_what_was_answered_is_read(path: Path) -> None:
    seen = {"lists": 0, "errors": 0, "dry runs": 0, "writes": 0}
    for exchange, body in exchanges(path):
        action, status = exchange["action"], exchange["status"]
        code, message = wire.error_of(body)
        if code is not None:
            failure = service_error(action, status, code, message, wire.request_id(body))
            dry = exchange["parameters"].get("DryRun") and code == "DryRunOperation"
            assert isinstance(failure, errors.DryRunSucceeded) == bool(dry), exchange
            assert failure.__class__.__name__ != "ServiceError" or code in ("InvalidMethod", *UNKNOWN), (code, exchange)
            seen["dry runs" if dry else "errors"] += 1
        elif action in ACTIONS:
            wire.check(body, ACTIONS[action])
            seen["writes" if ACTIONS[action].writes else "lists"] += 1
        assert wire.request_id(body) is not None
    assert all(seen.values()), seen


# Codes that no source has, and that the records' services answer with: the client tells them as they are.
UNKNOWN = ("DependencyViolation", "OperationDenied", "RouteAlreadyExists")
