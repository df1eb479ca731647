# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The law that the service's text is data: what Ansible reads of a result is that result, whatever names are in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hostile.shapes import HARMFUL_NAMES
from hypothesis import given
from hypothesis import strategies as st
from laws.strategies import law
from laws.world import NAMED

from ansible_collections.ksyun.vpn.plugins.module_utils.api import wire
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction

# What Ansible keeps for itself, in the spellings of which something may make it: case, words, underscores.
_WORDS = (
    "ansible",
    "Ansible",
    "ANSIBLE",
    "an\u017fible",
    "\u017fible",
    "An",
    "sible",
    "type",
    "Type",
    "unsafe",
    "Vault",
)
_names = (
    st.lists(st.sampled_from(("_", "__", "___", " ", "-", *_WORDS)), min_size=1, max_size=5).map("".join)
    | st.sampled_from(HARMFUL_NAMES)
    | st.text(max_size=4)
)
_texts = st.sampled_from(("", "AnsibleTaggedStr", "TrustedAsTemplate", "{{ 7 * 191 }}", "!unsafe x")) | st.text(
    max_size=4
)
_values = st.recursive(
    _texts | st.booleans() | st.integers(-9, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=10,
)


def keys(value: Any) -> Iterator[str]:
    """Every key in a value."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(inner)
    yield from value if isinstance(value, dict) else ()


def read_by_ansible(result: dict[str, Any]) -> Any:
    """What Ansible makes of a module's result."""
    return InProcessAction._as_from_a_module(object.__new__(InProcessAction), result)


def check(name: str, raw: dict[str, Any]) -> None:
    """Whether an object of an answer stays what it is on its way to the user."""
    resource = NAMED[name]
    item = resource.read(wire.parse(json.dumps(raw).encode()))
    assert [key for key in keys(item) if key.startswith(("_ansible", "__ansible"))] == []
    read = read_by_ansible({"changed": False, name: item})
    assert read[name] == item
    assert read["changed"] is False


@law
@given(name=st.sampled_from(list(NAMED)), raw=st.dictionaries(_names, _values, max_size=6))
def test_what_ansible_reads_is_what_was_returned(name: str, raw: dict[str, Any]) -> None:
    check(name, raw)


@pytest.mark.parametrize("begin", ["_", "__", "___"])
@pytest.mark.parametrize("key", ["ansible_type", "ansibleType", "AnsibleType", "Ansible_Type", "ANSIBLE_TYPE"])
def test_a_type_s_marker_is_a_name_like_others(begin: str, key: str) -> None:
    """At the top of an object, where names are spelled anew, and further inside, where they are not."""
    key = begin + key
    typed = {key: "AnsibleTaggedStr", "value": "{{ 7 * 191 }}", "tags": [{key: "TrustedAsTemplate"}]}
    check("vpn_gateway", {**typed, "Inside": typed, "RemoteCidrSet": [typed, [typed]]})
