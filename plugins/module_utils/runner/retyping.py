# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What YAML has made of texts without quotes.

An option of type C(str) takes a number, too, and Ansible turns it into text again; but C(01234567) was written, and
C(342391) comes out of it. For a secret nobody would see that: the two ends of a tunnel would have different keys. So it
has to be looked at before Ansible's argument spec, which is why what a task was given goes beside its parameters.
"""

from __future__ import annotations

import datetime
import math
import typing as t
from collections.abc import Mapping

from .argspec import Spec, names_of

# What it is, how it is called, what YAML takes for it.
_KINDS: tuple[tuple[tuple[type, ...], str, str], ...] = (
    ((bool,), "a boolean", "yes, no, on, off, true and false"),
    ((int, float), "a number", "01234567, 0x1F, 12:34:56 and 3.10"),
    ((datetime.date, datetime.time), "a date", "2026-11-28"),
    ((Mapping,), "a dictionary", "what begins with {"),
    ((list, tuple, set, frozenset), "a list", "what begins with ["),
)


def faults(spec: Spec, given: t.Mapping[str, t.Any]) -> list[str]:
    """A sentence for each option that YAML has made a value of which neither Ansible nor JSON can carry to its use.

    A secret that is no text is one, told without its value. None is not a value: the option is not set.
    """
    secret = [option for option, details in spec.items() if details.get("no_log")]
    types = {name: spec[option]["type"] for option in secret for name in names_of(option, spec[option])}
    told: list[tuple[str, str, str]] = []
    for option, value, kind, examples in _retyped(spec, given, secret):
        if types[option] != "dict" or not isinstance(value, Mapping):
            told.append((option, kind, examples))
            continue
        by_name = {str(name): {"type": "str"} for name in value}  # secrets by names
        texts = {str(name): each for name, each in value.items()}
        told += [
            (f"{option}, at {name!r},", each_kind, each_examples)
            for name, _each, each_kind, each_examples in _retyped(by_name, texts, by_name)
        ]
    found = [
        f"{option} must be in quotes: YAML has made {kind} of it, as it does of {examples}, and another value than the "
        "one that was written would be used"
        for option, kind, examples in told
    ]
    for option, details in spec.items():
        for name in names_of(option, details):
            value = given.get(name)
            if details["type"] == "int" and _is_infinite(value):
                found.append(f"{name} must be a whole number, and {value} is infinite")
            if details["type"] == "dict" and isinstance(value, Mapping):
                found += [
                    f"{name} has {key} as a name, of which YAML has made {_kind(key)}: put it in quotes"
                    for key in value
                    if not isinstance(key, (str, int, float))  # which JSON would refuse, and Ansible with it
                ]
            inner = details.get("options")
            for item in value if isinstance(value, (list, tuple)) else [value]:
                if inner and isinstance(item, Mapping):
                    found += [f"{name}: {fault}" for fault in faults(inner, item)]
    return found


def _is_infinite(value: t.Any) -> bool:
    """Whether it is what ansible-core takes for a number, and fails to make an integer of."""
    try:
        return isinstance(value, (str, float)) and math.isinf(float(value))
    except ValueError:
        return False


def _kind(value: t.Any) -> str:
    return next((kind for types, kind, _examples in _KINDS if isinstance(value, types)), "nothing")


def warnings(spec: Spec, given: t.Mapping[str, t.Any], names: t.Iterable[str]) -> list[str]:
    """A sentence for each of these options, which take names, whose value is no text."""
    return [
        f"{option} is {str(value)!r}: YAML has made {kind} of it, as it does of {examples}. If something else was "
        "written, put it in quotes."
        for option, value, kind, examples in _retyped(spec, given, names)
        if not isinstance(value, (datetime.date, datetime.time))  # these stay as they were written
    ]


def _retyped(
    spec: Spec, given: t.Mapping[str, t.Any], options: t.Iterable[str]
) -> t.Iterator[tuple[str, t.Any, str, str]]:
    """Of these options and their aliases those that are given and no text: name, value, what it is, and examples."""
    for option in options:
        for name in names_of(option, spec[option]):
            value = given.get(name)
            for types, kind, examples in _KINDS:
                if isinstance(value, types):
                    yield name, value, kind, examples
                    break
