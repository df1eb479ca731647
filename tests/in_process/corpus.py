# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks to be run both ways: every option of every module, well used and badly, and the keywords of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import sites
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import (
    CONNECTION,
    Spec,
    info_spec,
    resource_spec,
    status_spec,
)
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES

Task = dict[str, Any]
KEY = "fake-pre-shared-key-sentinel"
VARIABLE = "ksyun_vpn_in_process"
OTHER_KEY = "another-fake-key-sentinel"
SPECS = {
    name + suffix: spec(resource)
    for name, resource in RESOURCES.items()
    for suffix, spec in (("", resource_spec), ("_info", info_spec))
}
SPECS["vpn_tunnel_status_info"] = status_spec(vpn_tunnel.RESOURCE)
SPECS["sites"], SPECS["sites_info"] = sites.SPEC.options, sites.INFO_SPEC.options
GATEWAY = {"name": "gw", "vpc_id": "vpc-1", "bandwidth": 5, "charge_type": "Daily"}
PEER = {"name": "peer", "address": "203.0.113.1"}
TUNNEL = {
    "name": "tunnel",
    "vpn_gateway": "gw",
    "customer_gateway": "peer",
    "type": "Ipsec",
    "pre_shared_key": KEY,
    "ike_dh_group": 14,
}
VPC_ROUTE = {"vpc_id": "vpc-1", "destination_cidr_block": "10.8.0.0/16", "vpn_gateway": "gw", "vpn_tunnel": "tunnel"}
GATEWAY_ROUTE = {"vpn_gateway": "gw", "destination_cidr_block": "10.8.0.0/16", "next_hop_type": "vpc"}
BASE: dict[str, Task] = {
    "customer_gateway": PEER,
    "vpn_gateway": GATEWAY,
    "vpn_tunnel": TUNNEL,
    "vpc_route": VPC_ROUTE,
    "vpn_gateway_route": GATEWAY_ROUTE,  # of a gateway that has none of its own: refused, both ways alike
}
# Values of every kind that YAML has, for options of every type.
VALUES: dict[str, list[Any]] = {
    "str": ["x", "", 5, 1.5, True, ["a", 1], {"a": "b"}, "客户 'n' \"q\" & %41+", "half\\", "2026-01-02", " x "],
    "path": ["~/missing", "$HOME/missing", "", "missing", 7, ["a"]],
    "int": [5, "5", "x", 1.5, -1, True, "", [1], 10**20],
    "float": [5, "5.5", "x", -1, "nan", True, "", {"a": 1}],
    "bool": ["yes", "no", True, 0, "maybe", "", ["true"]],
    "list": [["a"], "a,b", "a", 5, [], [["a"]], {"a": 1}],
    "raw": ["x", 5, 1.5, True, ["a"], {"a": "b"}, "2026-01-02"],
    "dict": [{"vpc-id": "vpc-1"}, "vpc-id=vpc-1", "x", {}, ["a"], {"unknown": ["a", "b"]}],
}


# Long ones, as ansible-core 2.22 takes short ones out of everything that it displays.
SECRETS = ["fake secret value", 123456789012, {"alpha": "fake value"}, ["fake value"], "fake 'n' \"q\" & %41+"]


def task(module: str, options: Task, **keywords: Any) -> Task:
    """A task; what fails is to be compared, too."""
    return {f"ksyun.vpn.{module}": options, "ignore_errors": True, **keywords}


def own_options(module: str) -> Spec:
    """The options that are not those of the connection."""
    return {option: details for option, details in SPECS[module].items() if option not in CONNECTION}


def every_option(module: str, spec: Spec, each: int, seed: int = 0) -> Iterator[Task]:
    """For every option some values of right and wrong types, under one of its names, in check mode."""
    random = Random(f"{module}/{seed}")  # noqa: S311 - to be drawn again
    base = BASE.get(module, {})
    for option, details in spec.items():
        values = list(details.get("choices", [])[-1:]) + random.sample(
            SECRETS if details.get("no_log") else VALUES[details["type"]], each
        )
        for value in values:
            name = random.choice([option, *details.get("aliases", [])])
            plain = {key: given for key, given in base.items() if key != option}
            yield task(module, {**plain, name: value}, check_mode=True, diff=random.random() < 0.5)


def both_names(module: str) -> Iterator[Task]:
    """An option under two of its names."""
    for option, details in own_options(module).items():
        if details.get("aliases"):
            yield task(module, {option: "a", details["aliases"][0]: "b"}, check_mode=True)


def lives() -> Iterator[Task]:
    """The life of all three: created, left, changed, refused, replaced, listed, removed."""
    order = ["vpn_gateway", "customer_gateway", "vpn_tunnel"]
    for module in order:
        yield task(module, BASE[module], check_mode=True, diff=True)
        yield task(module, BASE[module], diff=True)
        yield task(module, BASE[module])
    for options in (VPC_ROUTE, GATEWAY_ROUTE):
        module = "vpc_route" if options is VPC_ROUTE else "vpn_gateway_route"
        yield task(module, options, check_mode=True, diff=True)
        yield task(module, options, diff=True)
        yield task(module, options)
        yield task(f"{module}_info", {})
    yield task("vpc_route", {**VPC_ROUTE, "vpn_tunnel": "gone"})
    yield task(
        "vpn_tunnel", {**TUNNEL, "pre_shared_key": OTHER_KEY, "on_immutable_change": "replace", "move_routes": False}
    )
    yield task("vpn_gateway", {"name": "gw", "bandwidth": 20}, diff=True)
    yield task("customer_gateway", {"name": "peer", "address": "203.0.113.2"}, diff=True)
    yield task("vpn_tunnel", {"name": "tunnel", "vpn_gateway": "gw", "pre_shared_key": OTHER_KEY})
    replaced = {**TUNNEL, "pre_shared_key": OTHER_KEY, "on_immutable_change": "replace"}
    yield task("vpn_tunnel", replaced, check_mode=True, diff=True)
    yield task("vpn_tunnel", replaced, diff=True)
    for module in order:
        yield task(f"{module}_info", {})
        yield task(f"{module}_info", {"name": BASE[module]["name"], "response_format": "xml", "request_method": "POST"})
    yield task("vpn_tunnel_info", {"include_pre_shared_key": True})
    yield task("vpn_tunnel_info", {"routes": True})
    yield task("vpn_gateway_info", {"routes": True, "vpc": "nowhere"})
    yield task("vpn_tunnel_status_info", {"wait_for": "all"})
    yield task("vpn_tunnel_status_info", {"vpn_gateway": "gw", "wait_for": "any"}, check_mode=True)
    yield task("vpn_tunnel_status_info", {"name": "gone", "wait_for": "any"})
    yield from _sites()
    yield task("vpn_gateway", {"name": "gw", "state": "absent"})  # it is in use
    yield task("vpn_gateway", {"name": "gw", "state": "absent"}, check_mode=True)
    yield task("vpn_tunnel", {**TUNNEL, "state": "absent"})  # a route leads to it
    yield task("vpc_route", {**VPC_ROUTE, "state": "absent"}, diff=True)
    yield task("vpc_route", {**VPC_ROUTE, "state": "absent"})
    for module in reversed(order):
        yield task(module, {"name": BASE[module]["name"], "state": "absent"}, diff=True)
        yield task(module, {"name": BASE[module]["name"], "state": "absent"})


def _sites() -> Iterator[Task]:
    """All sites of the gateway in one task. One request at a time, as ids follow the order of the requests."""
    declared = [
        {
            "name": "peer",
            "address": "203.0.113.2",
            "tunnels": [{"name": "tunnel", "update_pre_shared_key": "on_create"}],
        },
        {"name": "客户", "address": "203.0.113.3", "remote_cidrs": ["10.3.0.0/16"]},
        {"name": "third", "address": "203.0.113.4", "state": "absent"},
    ]
    options = {"vpn_gateway": "gw", "sites": declared, "defaults": {"type": "Ipsec"}, "parallel": 1}
    options["pre_shared_keys"] = {"客户": OTHER_KEY, "tunnel": KEY}
    yield task("sites", {**options, "pre_shared_keys": {"nobody": KEY}})
    yield task("sites", {**options, "sites": [{**declared[1], "ike_dh_group": 3}]}, diff=True)
    yield task("sites", options, check_mode=True, diff=True)
    yield task("sites", options, diff=True)
    yield task("sites", options, register="registered")
    yield task("sites_info", {"vpn_gateway": "gw"})
    yield task("sites_info", {"vpn_gateway": "gw", "include_pre_shared_keys": True})
    yield task("sites", {**options, "sites": declared[:1], "pre_shared_keys": {}, "prune": True}, diff=True)


def keywords() -> Iterator[Task]:
    """What a task can have beside its options."""
    yield task("customer_gateway", PEER, register="result")
    yield {"ansible.builtin.debug": {"var": "result"}}
    yield task("customer_gateway_info", {}, until=False, retries=2, delay=0)
    yield task("customer_gateway_info", {}, until="result is success", retries=2, delay=0, register="result")
    yield task("customer_gateway", {"name": "{{ item }}", "address": "203.0.113.9"}, loop=["a", "b", "peer", 5])
    yield task(
        "customer_gateway",
        {"name": "{{ item.name }}", "state": "{{ item.state }}"},
        loop=[{"name": "a", "state": "absent"}, {"name": "b", "state": "gone"}, {"name": "b", "state": "absent"}],
    )
    yield task("vpn_tunnel", TUNNEL, no_log=True)
    yield task("customer_gateway", {**PEER, "address": "x"}, no_log=True)
    yield task("customer_gateway", PEER, changed_when=True)
    yield task("customer_gateway", {**PEER, "address": "x"}, failed_when="'IPv4' not in result.msg", register="result")
    yield task("customer_gateway_info", {}, delegate_to="localhost")
    yield task("customer_gateway_info", {}, environment={"KSYUN_ENDPOINT_URL": "ftp://nowhere.example"})
    yield task("customer_gateway_info", {}, environment={"KSYUN_SECRET_KEY": "fake-wrong-secret-key"})
    yield task("customer_gateway_info", {}, environment={"KSYUN_REGION": ""})
    yield task("customer_gateway_info", {}, environment={"KSYUN_PROFILE": "missing"})
    yield task("customer_gateway_info", {}, environment={"http_proxy": "http://user:fake-proxy-word@127.0.0.1:1"})
    yield task("customer_gateway_info", {"name": "{{ missing }}"})
    yield task("customer_gateway_info", {"nme": "peer", "region": "x"})
    yield task("customer_gateway_info", {"name": "peer"}, when=False)
    yield task("customer_gateway_info", {"name": "{{ 5 }}", "filters": "{{ {'a': [1, 2]} }}"})
    yield task("customer_gateway", {**PEER, "name": "{{ '2026-01-02' | string }}", "secret_key": "{{ 'fake' ~ 1 }}"})
    yield {"ksyun.vpn.customer_gateway_info": "name=peer name_glob='p*'", "ignore_errors": True}
    yield task("customer_gateway", {"name": "peer", "state": "absent"})


# what goes wrong on the way: action, kind, settings
FAULTS: list[Task] = [
    {"action": "Describe*", "kind": "error", "status": 403, "code": "AccessDenied", "message": "no"},
    {
        "action": "Describe*",
        "kind": "error",
        "status": 500,
        "code": "ServiceUnavailable",
        "message": "down",
        "count": 9,
    },
    {"action": "Describe*", "kind": "throttle", "count": 9},
    {"action": "Describe*", "kind": "html", "status": 502, "count": 9},
    {"action": "Describe*", "kind": "truncated", "count": 9},
    {"action": "Describe*", "kind": "reset", "when": "before", "count": 9},
    {"action": "Describe*", "kind": "timeout", "when": "before", "count": 9},
    {"action": "Create*", "kind": "error", "status": 400, "code": "InvalidParameterValue", "message": "Name is wrong."},
    {"action": "Create*", "kind": "error", "status": 403, "code": "QuotaExceeded", "message": "no more"},
    {"action": "Create*", "kind": "empty", "when": "after"},
]


def _control(method: str, body: Any = None) -> Task:
    url = "{{ emulator_url }}/_emulator/faults"
    return {"ansible.builtin.uri": {"url": url, "method": method, "body_format": "json", "body": body}}


def failures(every: int) -> Iterator[Task]:
    """Each fault, or C(every) so many of them, met by a create of its own; and a task whose own time is up."""
    for number, fault in enumerate(FAULTS[::every]):
        yield _control("POST", fault)
        impatient = {"max_attempts": 2, "max_retry_time": 5, "read_timeout": 0.5}
        yield task("customer_gateway", {"name": f"fault {number}", "address": "203.0.113.3", **impatient})
        yield _control("DELETE")
    yield _control("POST", {"action": "Describe*", "kind": "timeout", "when": "before", "count": 9})
    yield task("customer_gateway_info", {}, timeout=2)
    yield _control("DELETE")
