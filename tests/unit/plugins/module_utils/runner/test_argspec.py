# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An argument spec as a value: what is secret in it at any depth, what may be shown, and its rules."""

from __future__ import annotations

import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK, Redactor
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import ArgSpec

# an option, a secret, a secret that a task gives under its other name
LEAF = st.sampled_from(
    [{"type": "str"}, {"type": "str", "no_log": True}, {"type": "str", "no_log": True, "aliases": ["{}_too"]}]
)
NAMES = st.sampled_from(["one", "two", "three"])


def specs(depth: int) -> st.SearchStrategy[dict[str, t.Any]]:
    """Options, some of which have options."""
    if not depth:
        return st.dictionaries(NAMES, LEAF, min_size=1)
    inner = specs(depth - 1).map(lambda options: {"type": "list", "elements": "dict", "options": options})
    return st.dictionaries(NAMES, LEAF | inner, min_size=1)


def fill(spec: dict[str, t.Any], number: t.Iterator[int], secrets: list[str], others: list[str]) -> dict[str, t.Any]:
    """Parameters for each option, and what is secret in them."""
    filled: dict[str, t.Any] = {}
    for option, details in spec.items():
        if "options" in details:
            filled[option] = [fill(details["options"], number, secrets, others) for _each in range(2)]
            continue
        filled[details.get("aliases", ["{}"])[0].format(option)] = value = f"value-{next(number)}"
        (secrets if details.get("no_log") else others).append(value)
    return filled


def _named(options: dict[str, t.Any]) -> dict[str, t.Any]:
    """The options, each with an alias of its own."""
    return {
        option: {**details, "options": _named(details["options"])}
        if "options" in details
        else {**details, "aliases": [alias.format(option) for alias in details.get("aliases", ())]}
        for option, details in options.items()
    }


def leaves(value: t.Any) -> list[t.Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


@given(specs(3))
def test_secrets_are_found_and_masked_at_any_depth(options: dict[str, t.Any]) -> None:
    secrets: list[str] = []
    others: list[str] = []
    parameters = fill(options, iter(range(10_000)), secrets, others)
    spec = ArgSpec(_named(options))
    assert sorted(value for value in spec.secrets(parameters) if value is not None) == sorted(secrets)
    shown = leaves(spec.shown(parameters, Redactor()))  # which knows none of them
    assert sorted(shown) == sorted([*others, *[MASK] * len(secrets)])


def test_one_that_is_of_another_shape_is_shown_as_it_is() -> None:
    spec = ArgSpec({"sites": {"type": "list", "elements": "dict", "options": {"key": {"no_log": True}}}})
    for value in ("text", 7, None, ["text"], [["deeper"]]):
        assert spec.shown({"sites": value}, Redactor()) == {"sites": value}
        assert [found for found in spec.secrets({"sites": value}) if found is not None] == []


def test_rules_are_merged() -> None:
    one = ArgSpec({"a": {}}, required_one_of=(("a", "b"),))
    other = ArgSpec({"b": {}}, required_if=(("a", "x", ("b",)),), required_one_of=(("b", "c"),))
    both = one.merge(other)
    assert set(both.options) == {"a", "b"}
    assert both.rules() == {"required_one_of": [("a", "b"), ("b", "c")], "required_if": [("a", "x", ("b",))]}
    assert ArgSpec({}).rules() == {}
