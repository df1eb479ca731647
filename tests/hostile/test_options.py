# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every module, given anything: a refusal that names it, or a request that says exactly it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hostile import sent
from hostile.bench import Bench, Options, Result, check_result, spec_of, validated
from hostile.counting import CASES
from hostile.values import AWKWARD, values_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from laws.world import NAMED

Requests = list[dict[str, Any]]

MODULES = sorted([*NAMED, *(f"{name}_info" for name in NAMED)])
PAIRS = [(module, option) for module in MODULES for option in spec_of(module)]
COMPLETE: dict[str, Options] = {
    "customer_gateway": {"name": "hostile", "address": "198.51.100.1"},
    "vpn_gateway": {"name": "hostile", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"},
    "vpn_tunnel": {
        "name": "hostile",
        "vpn_gateway": "law-gateway",
        "customer_gateway": "law-peer",
        "type": "Ipsec",
        "pre_shared_key": "fake-pre-shared-key-0",
    },
}
# refusals of the service, and what only it can know
_SERVICE = {"service", "access_denied", "signature", "not_found", "invalid_parameter", "missing", "wait_timeout"}
hostile = settings(
    max_examples=14,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
ways = st.fixed_dictionaries(
    {
        "request_method": st.sampled_from(["GET", "POST"]),
        "signature_version": st.sampled_from(["v4", "v4-query", "simplified"]),
        "response_format": st.sampled_from(["json", "xml"]),
    }
)


def names_it(message: str, option: str, module: str) -> bool:
    """Whether a message says which option is meant, by any of its names, or in words."""
    names = [option, *spec_of(module)[option].get("aliases", []), option.replace("_", " ")]
    return any(name in message for name in names)


@pytest.mark.parametrize(("module", "option"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_an_option_given_anything(module: str, option: str, bench: Bench) -> None:
    @hostile
    @given(values_of(option, spec_of(module)[option]["type"]), ways, st.booleans())
    def cases(value: Any, way: Options, check: bool) -> None:
        CASES["options"] += 1
        one_case(bench, module, {**way, option: value}, option, check)

    cases()


TEXTS = [
    ("customer_gateway", "name"),
    ("vpn_gateway", "vpc_id"),
    ("vpn_gateway", "id"),
    ("vpn_tunnel", "name"),
    ("vpn_tunnel", "vpn_gateway"),
    ("vpn_gateway_info", "ids"),
    ("vpn_gateway_info", "project_ids"),
    ("vpn_tunnel_info", "filters"),
]


@pytest.mark.parametrize(("module", "option"), TEXTS, ids=["-".join(pair) for pair in TEXTS])
def test_every_awkward_text(module: str, option: str, bench: Bench) -> None:
    """None is left to chance; and what no XML answer could carry back is never sent as a name."""
    for number, text in enumerate(AWKWARD):
        CASES["options"] += 1
        value: Any = [text] if option.endswith("ids") else {text: text} if option == "filters" else text
        way = {"request_method": ("GET", "POST")[number % 2], "response_format": ("json", "xml")[number // 2 % 2]}
        result, requests = one_case(bench, module, {**way, option: value}, option, check=False)
        unsendable = any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
        if option in ("name", "vpc_id", "vpn_gateway") and unsendable:
            assert result["error"]["kind"] == "invalid_options", result
            assert requests == []


@pytest.mark.parametrize("module", MODULES)
def test_several_options_given_anything(module: str, bench: Bench) -> None:
    spec = spec_of(module)
    several = st.lists(st.sampled_from(sorted(spec)), min_size=2, max_size=6, unique=True).flatmap(
        lambda options: st.fixed_dictionaries({option: values_of(option, spec[option]["type"]) for option in options})
    )

    @hostile
    @given(several, st.booleans())
    def cases(options: Options, check: bool) -> None:
        CASES["options"] += 1
        one_case(bench, module, options, None, check)

    cases()


def one_case(bench: Bench, module: str, given_: Options, option: str | None, check: bool) -> tuple[Result, Requests]:
    """Run a task whose C(option) (None: several) is hostile, and hold its result and requests against the law."""
    waiting = {} if module.endswith("_info") else {"wait_timeout": 0}
    complete = COMPLETE.get(module, {})
    options, refused = validated(module, {**bench.connection, **waiting, **complete, **given_})
    if refused:
        assert option is None or all(names_it(message, option, module) for message in refused), refused
        return {}, []
    result, requests = bench.task(module, options, check)
    check_result(module, result)
    if result.get("failed") and option is not None:
        kind, message = result["error"]["kind"], result["msg"]
        refused_later = kind in _SERVICE and (requests or option == "endpoint_url")
        unreachable = option in ("endpoint_url", "proxy_url") and kind in ("transport", "tls")
        assert names_it(message, option, module) or refused_later or unreachable, (kind, message)
    for request in requests:
        check_request(module, options, request)
    return result, requests


def check_request(module: str, options: Options, request: dict[str, Any]) -> None:
    """A request has only parameters that the task asked for, with their exact values."""
    name = module.removesuffix("_info")
    resource, parameters, action = NAMED[name], request["parameters"], request["action"]
    assert not sent.strange(resource, parameters)
    assert action in {one.name for one in resource.actions if one and one.writes} or action.startswith("Desc")
    assert action.startswith("Describe") or not module.endswith("_info")
    if action == resource.actions.create.name:
        references = {field.option for field in resource.fields if field.refers_to}
        for field in resource.fields:
            value = options.get(field.option)
            if field.on_create and field.option not in references:
                assert (field.wire in parameters) == (value is not None), field.option
                assert value is None or sent.same(field, value, parameters[field.wire]), field.option
    if action == resource.actions.describe.name:
        asked = options.get("ids") if module.endswith("_info") else ([options["id"]] if options.get("id") else None)
        sent_ids = sent.listed(parameters, resource.id_wire)
        assert not sent_ids or sent_ids == asked or request["action"] != resource.actions.describe.name or not asked
    if module.endswith("_info") and action == resource.actions.describe.name:
        wanted = {
            str(key): [sent.text(item) for item in (value if isinstance(value, list) else [value])]
            for key, value in (options.get("filters") or {}).items()
        }
        given_by_scope = resource.scope and options.get(resource.scope.option)
        found = sent.filters(parameters)
        if resource.scope and given_by_scope:
            wanted.pop(resource.scope.filter, None)
            found.pop(resource.scope.filter, None)
        assert found == wanted
        if resource.by_project:
            assert sent.listed(parameters, "ProjectId") == (options.get("project_ids") or [])
