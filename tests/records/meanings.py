# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an answer to a question means for the emulator: the setting that stands for a guess, and the value to give it.

The page docs/docsite/rst/assumptions.rst tells each guess in words; test_assumptions.py holds the three together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.ksyun.vpn.plugins.module_utils.verification.questions import BY_NAME

Means = Callable[[str], Any]
# For lags and states, which the emulator has in seconds: long enough to be seen, short enough for a test.
LAG = 0.5
PHASE = 0.3


def _is(**values: Any) -> Means:
    """The setting's value by what was found, with _ for a space."""
    by_found = {name.replace("_", " "): value for name, value in values.items()}
    return by_found.get


def _window(found: str) -> float | None:
    known = {"0 to 240 s": 120.0, "240 to 840 s": 600.0, "960 to 3600 s": 1800.0, "3600 to 86000 s": 40000.0}
    return known.get(found, 1000000.0 if found.startswith("more than") else None)


def _number(found: str) -> int | None:
    return int(found) if found.isdecimal() else None


def _without(found: str) -> list[str] | None:
    return found.split()[1:] if found.startswith("without ") else None


def _refusal(found: str) -> dict[str, Any] | None:
    status, _space, code = found.partition(" ")
    known = status.isdecimal() and code and " " not in code
    return {"code": code, "status": int(status), "message": "The {noun} {id}: refused."} if known else None


def _states(found: str) -> list[list[Any]]:
    *first, last = found.split()
    return [*([state, PHASE] for state in first), [last, None]]


def _stored(found: str) -> dict[str, dict[str, str]] | None:
    asked = {"IkeDHGroup": "14", "IkeAuthenAlgorithm": "sha", "IpsecLifetimeSecond": "7200"}
    pairs = [pair.split("=") for pair in found.removeprefix("otherwise: ").split() if "=" in pair]
    return {name: {asked[name]: value} for name, value in pairs if name in asked} or None


_ADDRESSES = ["CustomerGatewayAddress", "HaCustomerGatewayAddress"]
# question: the settings that its answer may mean, each with the value for what was found (None: not by this one)
MEANS: dict[str, dict[str, Means]] = {
    "date_zones": {"signature_dates": _is(refused="document")},
    "unsigned_host": {"host_must_be_signed": _is(accepted=False)},
    "clock_window": {"clock_window": _window},
    "empty_id": {"empty_filter": _is(everything="everything")},
    "customer_filter": {
        "filters_ignored": _is(everything=True),
        "customer_gateway_filters": _is(**{"400_InvalidQueryParameter": False, "400_InvalidParameterValue": False}),
    },
    "gateway_filter": {"filters_ignored": _is(everything=True)},
    "project": {"projects_ignored": _is(everything=True)},
    "first_page": {"first_page": _is(empty="empty")},
    "page_size": {"page_size": _number},
    "gateway_fields": {"gateway_answers": _is(document="document"), "left_out": _without},
    "tunnel_fields": {"tunnel_answers": _is(document="document"), "left_out": _without},
    "customer_fields": {"left_out": _without},
    "charge_type": {"charge_type_spelling": _is(request="request")},
    "tunnel_details": {"tunnel_details": _is(shown=True)},
    "key_shown": {"show_pre_shared_key": _is(hidden=False)},
    "phase_two": {"legacy_spelling": _is(Ipssec=True)},
    "networks": {"cidr_spelling": _is(strings="strings")},
    "status_spelling": {"status_spelling": _is(upper="upper")},
    "status_without": {"status_without_master": _is(both="both", refused="refused")},
    "status_of_unknown": {"status_of_unknown": _is(refused="refused")},
    "dry_run": {"dry_run_ignored": _is(ignored=True)},
    "dry_run_depth": {"dry_run_depth": _is(rights="rights", full="full")},
    "second_address": {"require_ha_customer_gateway_address": _is(required=True)},
    "tunnel_by_get": {"create_tunnel_by_get": _is(**{"412_DryRunOperation": True})},
    "dh_groups": {"dh_groups": _is(document="document")},
    "ike_version": {"require_ike_version": _is(required=True)},
    "id_case": {"id_case": _is(another_case="upper-in-create-answers")},
    "list_lag": {"list_lag": _is(later=LAG)},
    "delete_lag": {"delete_lag": _is(later=LAG)},
    "names": {"name_rule": _is(trimmed="trimmed", cut="cut", normalised="normalised")},
    "modify_answer": {
        "modify_answer": _is(**{"return": "return", "object": "object"}),
        "return_false": _is(Return_false=["Modify*"]),
    },
    "modify_address": {"modify_ignored": _is(ignored=_ADDRESSES)},
    "modify_unknown": {"not_found_error": _refusal},
    "delete_unknown": {"not_found_error": _refusal},
    "delete_answer": {"return_false": _is(Return_false=["Delete*"])},
    "tunnel_states": {"tunnel_states": _states},
    "tunnel_kept": {"stored_otherwise": _stored},
    "foreign_fields": {"foreign_fields": _is(refused="refused")},
    "extra_networks": {"extra_cidr_set": _is(of_routes="routes")},
    "gateway_networks": {"remote_cidr_set": _is(none="seeded")},
    "route_hop": {"route_next_hop": _is(gateway="gateway")},
    "hop_name": {"next_hop_names": _is(as_created="as created")},
    "route_description": {"route_tables": _is(ignored="ignored")},
    "route_filter": {"instance_id_filter": _is(found="all")},
    "same_route": {"duplicate_routes": _is(allowed="allowed"), "duplicate_route_error": _refusal},
    "gateway_route": {"gateway_route_type": _is(**{"400_InvalidParameterValue": "VpnGateway"})},
    "route_change": {"route_modify_answer": _is(true="true")},
    "hop_filter": {"nexthop_filter": _is(id="id", name="name")},
    "customer_in_use": {"in_use_checked": _is(accepted=False), "in_use_error": _refusal},
    "gateway_in_use": {"in_use_checked": _is(accepted=False), "in_use_error": _refusal},
    "route_of_deleted": {"routes_of_deleted": _is(dangling="dangling", removed="removed")},
    "deleted_state": {"deleted_state": lambda found: found.split()[-1] if found != "not listed" else None},
}
# Settings that are no guesses about the service: what a test makes of it, what an account has, what is broken.
NO_GUESSES = frozenset(
    {"accounts", "regions", "clock_offset", "latency", "rate_limit", "quotas", "auth_service", "backend"}
    | {"ipsec_status", "projects", "vpcs"}
)
# Guesses that no question of ours can settle without harm, or without packets. The page says why.
UNSETTLED = frozenset({"quota_error", "system_route_error", "vpc_route_beside"})


def settings_for(found: Mapping[str, str]) -> dict[str, Any]:
    """The settings with which the emulator would answer so, as far as there are any."""
    settings: dict[str, Any] = {}
    for question, said in found.items():
        if said == BY_NAME[question].expected:
            continue
        for setting, means in MEANS.get(question, {}).items():
            value = means(said)
            if value is None:
                continue
            known = settings.get(setting, [])
            settings[setting] = sorted({*known, *value}) if setting == "left_out" else value
    return settings
