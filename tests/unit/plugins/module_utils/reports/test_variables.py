# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file of variables is read as what was written, and nothing in it is a template."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.reports.variables import as_variables

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "{{ lookup('pipe', 'id') }}",
        "{% raw %}",
        "{# x",
        "yes",
        "0x1F",
        "12:34:56",
        "a: b",
        "- a",
        "#",
        "\u2028",
        "\ufeff",
    ]
)
data = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


class Unsafe(str):
    """What Ansible does not evaluate."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """Ansible's tag, beside YAML."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def read(text: str) -> t.Any:
    return yaml.load(text, Loader)  # noqa: S506 - a SafeLoader


def leaves(value: t.Any) -> t.Iterator[t.Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


@given(values=st.dictionaries(texts, data), comment=texts)
def test_it_is_read_as_it_was_written(values: dict[str, t.Any], comment: str) -> None:
    found = read(as_variables(values, comment))
    assert found == values
    for leaf in leaves(found):
        if isinstance(leaf, str) and any(mark in leaf for mark in ("{{", "{%", "{#")):
            assert isinstance(leaf, Unsafe), leaf


def test_letters_of_any_script_can_be_read() -> None:
    text = as_variables({"sites": [{"name": "\u4e0a\u6d77", "remote_cidrs": ["10.0.0.0/8"], "tunnels": []}]})
    assert text == '---\nsites:\n  - name: "\u4e0a\u6d77"\n    remote_cidrs: ["10.0.0.0/8"]\n    tunnels: []\n'


def test_what_no_file_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="can't hold set"):
        as_variables({"x": {1, 2}})
