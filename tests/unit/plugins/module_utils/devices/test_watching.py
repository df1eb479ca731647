# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has happened between two looks, and the same states as metrics: whatever names say, and whatever is not told."""

from __future__ import annotations

import re
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.metrics import exposition
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.watching import DRIFTING, happened, inert, look
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import TUNNEL, names

STATES = ("all", "any", "none", None)
states = st.sampled_from(STATES)


def status(up: t.Any, **changed: t.Any) -> dict[str, t.Any]:
    lines = {"all": (True, True), "any": (True, False), "none": (False, False), None: (None, None)}[up]
    sub_tunnels = [{"number": number, "ike": line, "ipsec": line} for number, line in enumerate(lines, start=1)]
    return {
        **{name: TUNNEL[name] for name in ("id", "name", "vpn_gateway")},
        **{"up": up, "sub_tunnels": sub_tunnels},
        **changed,
    }


def kinds(before: t.Any, after: t.Any) -> list[str]:
    return [event["kind"] for event in happened(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("all", "none", "down"),
        ("any", "none", "down"),
        ("none", "all", "up"),
        ("none", "any", "up"),
        ("all", "any", "degraded"),
        ("any", "all", "restored"),
    ],
)
def test_each_turn(old: str, new: str, kind: str) -> None:
    before = look([TUNNEL], [status(old)])
    (event,) = happened(before, look([TUNNEL], [status(new)], before))
    assert (event["kind"], event["up"], event["tunnel"]["id"]) == (kind, new, TUNNEL["id"])
    assert event["sub_tunnels"] == status(new)["sub_tunnels"]


@given(st.lists(states, min_size=1, max_size=12))
def test_what_is_told_adds_up(history: list[t.Any]) -> None:
    """Who keeps what the events say knows the state at any time; what is not known changes nothing."""
    told: t.Any = "all"
    before = None
    last: t.Any = "all"
    for state in history:
        after = look([TUNNEL], [status(state)], before)
        last = last if state is None else state
        for event in happened(before, after):
            assert event["up"] != told
            told = event["up"]
        assert told == last
        before = after


@given(states)
def test_the_first_look_tells_who_is_down(state: t.Any) -> None:
    expected = {"none": ["down"], "any": ["degraded"]}
    assert kinds(None, look([TUNNEL], [status(state)])) == expected.get(state, [])


def test_who_comes_and_goes() -> None:
    one, none = look([TUNNEL], [status("none")]), look([], [])
    assert kinds(none, one) == ["created"]
    assert kinds(one, none) == ["deleted"]
    assert kinds(one, look([{**TUNNEL, "id": TUNNEL["id"].upper()}], [status("none")])) == []


@given(st.sampled_from(DRIFTING))
def test_each_option_can_drift(option: str) -> None:
    changed = {**TUNNEL, option: "something else"}
    (event,) = happened(look([TUNNEL], []), look([changed], []))
    assert event["kind"] == "drifted"
    assert event["changes"] == [{"option": option, "before": TUNNEL.get(option), "after": "something else"}]


def test_no_key_is_an_option_that_drifts() -> None:
    keyed = [{**TUNNEL, "pre_shared_key": f"fake-key-{number}"} for number in (1, 2)]
    assert kinds(look(keyed[:1], []), look(keyed[1:], [])) == []
    told = list(happened(look(keyed[:1], []), look([{**keyed[1], "name": "renamed"}], [])))
    assert "fake-key" not in str(told)
    assert "pre_shared_key" not in DRIFTING


@given(st.text(st.sampled_from("{}%#a \n"), max_size=12))
def test_nothing_that_begins_a_template_is_left(name: str) -> None:
    assert not re.search(r"\{[{%#]|\{$", inert(name))
    assert inert(name).replace(" ", "") == name.replace(" ", "")
    events = list(happened(None, look([{**TUNNEL, "name": name}], [status("none", name=name)])))
    assert events[0]["tunnel"]["name"] == inert(name)


# --- metrics --------------------------------------------------------------------------------------

SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\d+)', re.ASCII)
UNESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
LABEL = re.compile(r'(\w+)="((?:[^"\\\n]|\\[\\"n])*)"', re.ASCII)


def samples(text: str) -> list[tuple[str, dict[str, str], int]]:
    """The samples of an exposition, read as its format is described."""
    found = []
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# "):
            continue
        read = SAMPLE.fullmatch(line)
        assert read, line
        labels = {
            name: re.sub(r"\\.", lambda each: UNESCAPED[each[0]], value) for name, value in LABEL.findall(read[2] or "")
        }
        found.append((read[1], labels, int(read[3])))
    return found


@given(st.lists(st.tuples(states, names), max_size=4))
def test_metrics_are_what_the_service_tells(given_states: list[tuple[t.Any, str]]) -> None:
    statuses = [
        status(state, name=name, id=f"{number}-id") for number, (state, name) in enumerate(given_states, start=1)
    ]
    found = samples(exposition(statuses, "cn-beijing-6"))
    expected = [
        (f"ksyun_vpn_tunnel_{part}_up", each["id"], str(line["number"]), int(line[part]))
        for part in ("ike", "ipsec")
        for each in statuses
        for line in each["sub_tunnels"]
        if line[part] is not None
    ]
    assert [(name, labels["id"], labels["number"], value) for name, labels, value in found] == expected
    for _name, labels, _value in found:
        assert set(labels) == {"region", "vpn_gateway", "id", "name", "number"}
        assert labels["region"] == "cn-beijing-6"


def test_the_metrics_of_a_name_that_would_break_the_line() -> None:
    text = exposition([status("all", name='a"b\\c\nd\x00')], at=1764312345.6)
    assert {labels.get("name") for _name, labels, _value in samples(text)} == {'a"b\\c\nd\ufffd', None}
    assert text.endswith("ksyun_vpn_read_timestamp_seconds 1764312346\n")
