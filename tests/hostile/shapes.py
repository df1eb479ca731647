# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of any shape: JSON values and XML documents, made of the service's names and of names that may do harm."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

SERVICE_NAMES = (
    "RequestId", "ResponseMetadata", "NextToken", "Error", "Code", "Message", "Return", "VpnGatewaySet", "VpnGateway",
    "VpnGatewayId", "VpnGatewayName", "BandWidth", "ChargeType", "VpcId", "ProjectId", "RemoteCidrSet", "CidrBlock",
    "VpnTunnelSet", "VpnTunnel", "VpnTunnelId", "VpnTunnelName", "PreSharedKey", "State", "Type", "IkeDHGroup",
    "CustomerGatewaySet", "CustomerGateway", "CustomerGatewayId", "CustomerGatewayName", "CustomerGatewayAddress",
    "CreateTime", "PurchaseTime", "VpnGatewayVersion", "item",
)  # fmt: skip
# what results, Ansible and Python have under these names must not be hidden or set by an answer
HARMFUL_NAMES = (
    "changed", "failed", "msg", "ansible_facts", "warnings", "deprecations", "invocation", "exception", "skipped",
    "diff", "plan", "error", "api_calls", "rc", "stdout", "stdout_lines", "results", "_ansible_no_log", "no_log",
    "_ansible_verbose_always", "__ansible_type", "__ansible_unsafe", "__ansible_vault", "__ansible_module__",
    "Id", "id", "ID", "Name", "name", "Status", "status", "state", "Address", "pre_shared_key", "PRE_SHARED_KEY",
    "pre_shared_key_matches", "purchase_time", "Purchase_Time", "project_id", "__class__", "__proto__", "items",
    "keys", "", " ", "a.b", "名字", "line\nbreak", "esc\x1b[0m", "\ud800", "x" * 300,
)  # fmt: skip
_TEXTS = st.sampled_from(
    ["", " ", "0", "1", "true", "NaN", "-1", "9" * 30, "hostile", "Daily", "PostPaidByDay", "2026-01-02 03:04:05",
     "203.0.113.1", "\x1b[2Jgone", "a\nb", "\x00", "\ud800", "\u202e", "客户", "x" * 5000,
     "9b3d5f1e-0000-4000-8000-000000000001", "{{ lookup('pipe', 'id') }}", "!vault |", "fake-pre-shared-key-0"]
) | st.text(max_size=12)  # fmt: skip
_NUMBERS = st.sampled_from([0, 1, -1, 5, 5.0, 2**63, 10**60, 10**200, 1e300, float("nan"), float("inf"), True])
_leaves = st.none() | st.booleans() | _NUMBERS | st.integers() | _TEXTS
_names = st.sampled_from(SERVICE_NAMES) | st.sampled_from(HARMFUL_NAMES) | st.text(max_size=5)
anything: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=8,
)
_ids = st.sampled_from([f"9b3d5f1e-0000-4000-8000-00000000000{n}" for n in range(3)])


def deep(levels: int) -> Any:
    """A value nested so deeply."""
    value: Any = "deep"
    for level in range(levels):
        value = [value] if level % 2 else {"x": value}
    return value


@st.composite
def objects(draw: st.DrawFn, wire: str) -> Any:
    """Something that stands in a set: mostly an object that is nearly right."""
    if draw(st.integers(0, 7)) == 0:
        return draw(anything)
    own: dict[str, Any] = {f"{wire}Id": draw(_ids), f"{wire}Name": "hostile"}
    own.update(draw(st.dictionaries(_names, anything, max_size=5)))
    if draw(st.integers(0, 3)) == 0:
        own[draw(st.sampled_from([f"{wire}Id", f"{wire}Name"]))] = draw(anything)
    if draw(st.integers(0, 7)) == 0:
        own["Extra"] = deep(draw(st.sampled_from([5, 31, 40, 400])))
    return own


def answers(wire: str) -> st.SearchStrategy[Any]:
    """An answer to an action for C(wire) objects, as a value: nearly right, or anything."""
    good = st.fixed_dictionaries({"RequestId": st.just("r-1"), f"{wire}Set": st.lists(objects(wire), max_size=4)})
    near = st.fixed_dictionaries(
        {},
        optional={
            "RequestId": st.just("r-1") | anything,
            f"{wire}Set": st.lists(objects(wire), max_size=3) | anything,
            wire: objects(wire),
            "NextToken": _leaves,
            "Error": anything | st.fixed_dictionaries({"Code": anything, "Message": anything}),
            "Code": _leaves,
            "ResponseMetadata": anything,
        },
    )
    return good | near | st.dictionaries(_names, anything, max_size=4) | anything


def as_json(value: Any) -> bytes:
    """A value as the body of an answer, whether or not JSON has a word for it."""
    return json.dumps(value).encode()


def as_xml(value: Any, root: str = "DescribeVpnGatewaysResponse") -> bytes:
    """A value as an XML document; names that can't be an element's become C(_)."""
    return b'<?xml version="1.0" encoding="UTF-8"?>' + _element(root, value).encode("utf-8", "replace")


def _element(name: str, value: Any) -> str:
    name = name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", name) else "_"
    if isinstance(value, dict):
        inner = "".join(_element(key, item) for key, item in value.items())
    elif isinstance(value, list):
        inner = "".join(_element("item", item) for item in value)
    else:
        inner = escape("" if value is None else str(value))
    return f"<{name}>{inner}</{name}>"
