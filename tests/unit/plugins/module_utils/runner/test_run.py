# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From parameters to a result: nothing escapes, nothing secret leaves, every result has one shape."""

from __future__ import annotations

import base64
import json
import typing as t
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import info as info_module
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import manage as run_module
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import CONNECTION, info_spec, resource_spec
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.info import run_info
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.manage import run_resource
from ansible_collections.ksyun.vpn.plugins.module_utils.version import VERSION
from ansible_collections.ksyun.vpn.tests.support.wire_server import (
    Loopback,
    answer,
    refusal,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import (
    ACCESS_KEY,
    PSK,
    REGION,
    SECRET_KEY,
    TOKEN,
)
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    OPTIONS,
    TABLES,
    TUNNEL,
    identity,
    wire,
)

by_kind = pytest.mark.parametrize("kind", TABLES)


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")


def parameters(spec: dict[str, dict[str, t.Any]], url: str, **options: t.Any) -> dict[str, t.Any]:
    """Parameters as AnsibleModule makes them: every option there, None where nothing was said."""
    given = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN, "region": REGION}
    defaults = {name: option.get("default") for name, option in spec.items()}
    return {**defaults, **given, "endpoint_url": url, "max_attempts": 1, "read_timeout": 5, **options}


def manage(kind: str, url: str, check_mode: bool = True, **options: t.Any) -> dict[str, t.Any]:
    resource = TABLES[kind]
    options = {**OPTIONS[kind], **options}
    given = parameters(resource_spec(resource), url, **options)
    return run_resource(resource, given, check_mode=check_mode, diff=True, environment={})


def secrets_of(kind: str) -> list[str]:
    """What a task for a resource knows to be secret."""
    return [SECRET_KEY, TOKEN, *([PSK] if kind == "vpn_tunnel" else [])]


def echo(kind: str) -> str:
    """A text with all secrets of a task, in several forms."""
    return " ".join(form for secret in secrets_of(kind) for form in forms_of(secret))


def forms_of(secret: str) -> list[str]:
    return [secret, quote(secret, safe=""), quote_plus(secret), base64.b64encode(secret.encode()).decode()]


def check_plain(kind: str, result: dict[str, t.Any]) -> None:
    """Nothing of the secrets is in a result, and nothing for developers."""
    text = json.dumps(result, ensure_ascii=False)
    assert not [form for secret in secrets_of(kind) for form in forms_of(secret) if form in text]
    assert "Traceback" not in text


SHAPE = {"changed", "plan", "summary", "not_compared", "api_calls", "warnings", "diff"}


@by_kind
def test_a_result(server: Loopback, kind: str) -> None:
    resource = TABLES[kind]
    server.script = [answer({resource.actions.describe.result: [{**wire(resource), "Unknown": echo(kind)}]})]
    result = manage(kind, server.url)
    matches = {"pre_shared_key_matches"} if kind == "vpn_tunnel" else set()
    assert set(result) == {*SHAPE, kind, *matches}
    assert (result["changed"], result["plan"], result["summary"]) == (False, [], "no change")
    assert result["not_compared"] == []
    item = result[kind]
    assert set(item) == {*resource.blank(), "unknown"} - {"pre_shared_key"}
    assert MASK in item["unknown"]
    assert item["id"] == identity(resource)
    (call,) = result["api_calls"]
    assert (call["action"], call["http_status"], call["request_id"]) == (resource.actions.describe.name, 200, "r-1")
    assert set(call) == {"action", "dry_run", "http_status", "request_id", "attempts", "milliseconds"}
    check_plain(kind, result)


@by_kind
def test_a_failure(server: Loopback, kind: str) -> None:
    message = f"User: {echo(kind)} is not authorized to perform: x."
    server.script = [refusal("AccessDenied", message, 403)]
    result = manage(kind, server.url)
    assert result["failed"] is True
    assert f"AccessDenied: User: {MASK} {MASK}" in result["msg"]
    assert "(HTTP 403, RequestId r-1)" in result["msg"]
    assert result["error"]["kind"] == "access_denied"
    assert MASK in result["error"]["message"]
    assert result[kind] is None
    check_plain(kind, result)


def test_what_is_missing_is_a_failure_too() -> None:
    for options in ({"secret_key": None}, {"endpoint_url": "ftp://x"}, {"bandwidth": 10**18}):
        result = manage("vpn_gateway", "http://127.0.0.1:1", **options)
        assert result["failed"] is True
        assert result["error"]["kind"] in ("configuration", "invalid_options")
        assert (result["api_calls"], result["plan"], result["changed"]) == ([], [], False)


def test_a_fault_of_ours_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: t.Any) -> t.NoReturn:
        raise RuntimeError(f"no idea about {SECRET_KEY}")

    for module in (info_module, run_module):
        monkeypatch.setattr(module, "resolve", broken)
    for result in (
        manage("customer_gateway", ""),
        run_info(CUSTOMER, parameters(info_spec(CUSTOMER), ""), environment={}),
    ):
        assert result["failed"] is True
        assert result["msg"].startswith("Unexpected error in ksyun.vpn, please report it: RuntimeError: no idea about")
        assert result["error"]["kind"] == "internal"
        check_plain("customer_gateway", result)


@pytest.mark.parametrize("shown", [False, True])
def test_info(server: Loopback, shown: bool) -> None:
    server.script = [answer({"VpnTunnelSet": [wire(TUNNEL, 1), {**wire(TUNNEL, 2), "Unknown": PSK}]})]
    given = parameters(info_spec(TUNNEL), server.url, include_pre_shared_key=shown)
    result = run_info(TUNNEL, given, environment={})
    assert set(result) == {"changed", "vpn_tunnels", "api_calls", "warnings"}
    assert result["changed"] is False
    assert [item["id"] for item in result["vpn_tunnels"]] == [identity(TUNNEL, 1), identity(TUNNEL, 2)]
    if shown:
        assert result["vpn_tunnels"][0]["pre_shared_key"] == PSK
    else:
        check_plain("vpn_tunnel", result)


def test_info_tells_what_is_weak_if_it_is_asked(server: Loopback) -> None:
    weak = {**wire(TUNNEL, 1), "IkeAuthenAlgorithm": "MD5", "IkeDHGroup": "14"}
    server.script = [answer({"VpnTunnelSet": [weak]})]
    result = run_info(TUNNEL, parameters(info_spec(TUNNEL), server.url, include_weak_algorithms=True), environment={})
    (found,) = (each for each in result["vpn_tunnels"][0]["weak_algorithms"] if each["option"].startswith("ike_auth"))
    assert (found["value"], found["standard"]) == ("md5", "RFC 8247 section 2.3")
    assert "ike_dh_group" not in str(result["vpn_tunnels"][0]["weak_algorithms"])
    check_plain("vpn_tunnel", result)


def test_what_is_not_compared_is_in_the_result(server: Loopback) -> None:
    listed = {name: value for name, value in wire(TABLES["vpn_gateway"]).items() if name != "ChargeType"}
    server.script = [answer({"VpnGatewaySet": [listed]})]
    result = manage("vpn_gateway", server.url)
    assert (result["changed"], result["not_compared"]) == (False, ["charge_type"])


BLANK = [
    ("vpn_gateway", {"name": ""}),
    ("vpn_gateway", {"name_glob": " "}),
    ("vpn_gateway", {"vpc_id": ""}),
    ("vpn_gateway", {"ids": [""]}),
    ("vpn_gateway", {"project_ids": [" "]}),
    ("customer_gateway", {"name": "\t"}),
    ("customer_gateway", {"filters": {"customer-gateway-id": ""}}),
    ("vpn_tunnel", {"vpn_gateway": ""}),
    ("vpn_tunnel", {"vpn_gateway": "\u3000"}),
    ("vpn_tunnel", {"ids": [identity(TUNNEL), ""]}),
]


@pytest.mark.parametrize(("kind", "options"), BLANK)
def test_info_refuses_what_is_empty(kind: str, options: dict[str, t.Any]) -> None:
    """It would list everything, as if nothing had been asked."""
    resource = TABLES[kind]
    (option,) = options
    result = run_info(resource, parameters(info_spec(resource), "http://127.0.0.1:1", **options), environment={})
    assert (result["failed"], result["error"]["kind"]) == (True, "invalid_options")
    assert option in result["msg"]
    assert result["api_calls"] == []
    assert result[f"{kind}s"] == []


def test_info_takes_the_scope_by_an_id_in_upper_case(server: Loopback) -> None:
    gateway = TABLES["vpn_gateway"]
    server.script = [answer({"VpnGatewaySet": [wire(gateway)]}), answer({"VpnTunnelSet": [wire(TUNNEL)]})]
    given = parameters(info_spec(TUNNEL), server.url, vpn_gateway=identity(gateway).upper())
    result = run_info(TUNNEL, given, environment={})
    assert [item["id"] for item in result["vpn_tunnels"]] == [identity(TUNNEL)]
    assert server.received[-1].parameters["Filter.1.Value.1"] == identity(gateway)


def test_info_of_a_service_that_is_away() -> None:
    result = run_info(CUSTOMER, parameters(info_spec(CUSTOMER), "http://127.0.0.1:1"), environment={})
    assert (result["failed"], result["customer_gateways"], result["error"]["kind"]) == (True, [], "transport")


# --- argument specs ---------------------------------------------------------------------------


@by_kind
def test_specs(kind: str) -> None:
    resource = TABLES[kind]
    for spec in (resource_spec(resource), info_spec(resource)):
        names = [name for option, each in spec.items() for name in (option, *each.get("aliases", []))]
        assert len(names) == len(set(names))
        assert set(CONNECTION) <= set(spec)
        for option, each in spec.items():
            if each.get("no_log"):
                assert option in ("secret_key", "security_token", "proxy_url", "pre_shared_key")
            assert "default" not in each or not each.get("choices") or each["default"] in each["choices"]
    spec = resource_spec(resource)
    for field in resource.settable:
        assert bool(spec[field.option].get("no_log")) == field.secret
        assert "required" not in spec[field.option]
        assert "default" not in spec[field.option]  # left out means left as it is


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = Path(__file__).resolve().parents[5] / "galaxy.yml"  # the installed collection has none
    assert f"\nversion: {VERSION}\n" in galaxy.read_text(encoding="utf-8").replace('"', "")
