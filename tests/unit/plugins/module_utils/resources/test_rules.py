# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tables refuse before anything is sent, and what they advise against."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field, Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import PSK
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import (
    CUSTOMER,
    GATEWAY,
    OPTIONS,
    RESOURCES,
    TUNNEL,
)

GRE = {"type": "GreOverIpsec", "vpn_gre_ip": "10.0.0.1", "customer_gre_ip": "10.0.0.2"}
HA_GRE = {"ha_vpn_gre_ip": "10.0.0.3", "ha_customer_gre_ip": "10.0.0.4"}
ROUTE = {
    "type": "route_ipsec",
    "local_peer_ip": "169.254.10.1/30",
    "customer_peer_ip": "169.254.10.2/30",
    "ike_version": "v2",
}


def faults(resource: Resource, wanted: dict[str, t.Any], complete: bool = True, strict: bool = True) -> list[str]:
    return resource.faults({**(OPTIONS[resource.name] if complete else {}), **wanted}, complete=complete, strict=strict)


# --- values -----------------------------------------------------------------------------------

BAD: tuple[tuple[Resource, str, t.Any, str], ...] = (
    (GATEWAY, "bandwidth", 0, "bandwidth must be at least 1 (got 0); set allow_unknown_values to send it anyway"),
    (GATEWAY, "bandwidth", True, "bandwidth must be a whole number (got True)"),
    (GATEWAY, "bandwidth", 1.5, "bandwidth must be a whole number (got 1.5)"),
    (GATEWAY, "bandwidth", "10", "bandwidth must be a whole number (got '10')"),
    (GATEWAY, "name", "", "name must not be empty"),
    (CUSTOMER, "address", "203.0.113.256", "address must be an IPv4 address (got '203.0.113.256')"),
    (CUSTOMER, "address", "203.0.113.9/32", "address must be an IPv4 address (got '203.0.113.9/32')"),
    (CUSTOMER, "address", "203.0.113.09", "address must be an IPv4 address (got '203.0.113.09')"),
    (CUSTOMER, "address", "vpn.example", "address must be an IPv4 address (got 'vpn.example')"),
    (CUSTOMER, "address", " 203.0.113.9", "address must be an IPv4 address (got ' 203.0.113.9')"),
    (CUSTOMER, "ha_address", "2001:db8::1", "ha_address must be an IPv4 address (got '2001:db8::1')"),
    (
        CUSTOMER,
        "ha_address",
        "",
        "ha_address must not be empty: what is set can't be taken away; leave it out to keep it as it is",
    ),
    (TUNNEL, "vpn_gateway", "", "vpn_gateway must not be empty"),
    (TUNNEL, "pre_shared_key", "", "pre_shared_key must not be empty"),
    (
        TUNNEL,
        "ipsec_lifetime_seconds",
        119,
        "ipsec_lifetime_seconds must be from 120 to 2592000 (got 119); set allow_unknown_values to send it anyway",
    ),
    (
        TUNNEL,
        "ipsec_lifetime_kilobytes",
        4608001,
        (
            "ipsec_lifetime_kilobytes must be from 2560 to 4608000 (got 4608001); "
            "set allow_unknown_values to send it anyway"
        ),
    ),
)


@pytest.mark.parametrize(("resource", "option", "value", "fault"), BAD)
@pytest.mark.parametrize("strict", [True, False])
def test_bad_values(resource: Resource, option: str, value: t.Any, fault: str, strict: bool) -> None:
    limit = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18
    expected = [] if limit and not strict else [fault]  # what the service takes, its limits too, may have changed
    assert faults(resource, {option: value}, strict=strict) == expected
    assert faults(resource, {option: value}, complete=False, strict=strict) == expected


@pytest.mark.parametrize("value", ["169.254.10.1", "169.254.10.1/33", "/30", "x/30", "2001:db8::1/64", "1.2.3.4/"])
def test_bad_peer_addresses(value: str) -> None:
    (fault,) = faults(TUNNEL, {**ROUTE, "local_peer_ip": value})
    assert fault.startswith("local_peer_ip must be an IPv4 address with a prefix length, like 169.254.10.1/30")


def test_an_empty_peer_address() -> None:
    (fault,) = faults(TUNNEL, {**ROUTE, "local_peer_ip": ""})
    assert fault.startswith("local_peer_ip must not be empty")


@pytest.mark.parametrize("option", ["ipsec_lifetime_seconds", "ipsec_lifetime_kilobytes"])
@given(value=st.integers(-10, 5_000_000))
def test_ranges(option: str, value: int) -> None:
    field = TUNNEL.field(option)
    inside = t.cast(int, field.minimum) <= value <= t.cast(int, field.maximum)
    assert (faults(TUNNEL, {option: value}) == []) == inside


choices = [(resource, field) for resource in RESOURCES for field in resource.settable if field.values]


@pytest.mark.parametrize(("resource", "field"), choices, ids=lambda part: getattr(part, "option", ""))
def test_unknown_values_are_refused_unless_the_user_insists(resource: Resource, field: Field) -> None:
    unknown = 31 if field.type == "int" else "chacha20-poly1305"
    (fault,) = resource.faults({field.option: unknown}, complete=False, strict=True)
    assert fault.startswith(f"{field.option} is not one of the values known to this collection: ")
    assert "allow_unknown_values" in fault
    assert all(value in fault for value in field.values or ())
    assert resource.faults({field.option: unknown}, complete=False, strict=False) == []
    assert resource.parameters({field.option: unknown}, "Create") == {field.wire: unknown}


def test_all_faults_at_once() -> None:
    wanted = {"type": "Ipsec", "vpn_gre_ip": "x", "ike_dh_group": 3, "ipsec_lifetime_seconds": 1, "ha_mode": "both"}
    found = faults(TUNNEL, wanted)
    for option in ("vpn_gre_ip must", "ike_dh_group", "ipsec_lifetime_seconds", "ha_mode", "vpn_gre_ip is only"):
        assert any(fault.startswith(option) for fault in found)
    assert len(found) == 5


@given(st.text(max_size=20))
def test_a_fault_never_shows_a_secret(key: str) -> None:
    control = "pre_shared_key must not contain control characters or line breaks"
    assert faults(TUNNEL, {"pre_shared_key": key}) in ([], [control]) if key else ["pre_shared_key must not be empty"]


@pytest.mark.parametrize("value", ["a\nb", "a\x00", "\x7f", "\x85", "\ud800", "\uffff"])
@pytest.mark.parametrize("option", ["name", "vpn_gateway", "pre_shared_key"])
def test_control_characters(option: str, value: str) -> None:
    (fault,) = faults(TUNNEL, {option: value})
    assert fault.startswith(f"{option} must not contain control characters")
    assert (value not in fault) if option == "pre_shared_key" else (repr(value) in fault)


# --- gateways ---------------------------------------------------------------------------------

CHARGES = (
    # options, complete, faults
    ({"charge_type": "Monthly", "purchase_time": 1}, True, 0),
    ({"charge_type": "PrePaidByMonth", "purchase_time": 36}, True, 0),
    ({"charge_type": "Monthly"}, True, 1),
    ({"charge_type": "PrePaidByMonth"}, True, 1),
    ({"charge_type": "Monthly"}, False, 0),
    ({"charge_type": "Daily", "purchase_time": 1}, True, 1),
    ({"charge_type": "PostPaidByDay", "purchase_time": 1}, False, 1),
    ({"purchase_time": 1}, False, 0),
    ({"charge_type": "Daily"}, True, 0),
    ({"charge_type": "Monthly", "purchase_time": 0}, True, 0),
    ({"charge_type": "Monthly", "purchase_time": -1}, True, 1),
    ({"charge_type": "Monthly", "purchase_time": 37}, True, 1),
)


@pytest.mark.parametrize(("options", "complete", "number"), CHARGES)
def test_purchase_time_belongs_to_monthly(options: dict[str, t.Any], complete: bool, number: int) -> None:
    found = faults(GATEWAY, options, complete)
    assert len(found) == number
    assert all("purchase_time" in fault for fault in found)


@given(st.sampled_from(["Monthly", "Daily", None, "PostPaidByPeak"]), st.integers(1, 200), st.integers(1, 200))
def test_monthly_gateways_do_not_shrink(charge_type: str | None, now: int, then: int) -> None:
    refused = GATEWAY.refuse({"charge_type": charge_type, "bandwidth": now}, {"bandwidth": then})
    assert bool(refused) == (charge_type == "Monthly" and then < now)
    assert all(f"it is {now}, wanted {then}" in text for text in refused)
    assert GATEWAY.refuse({"charge_type": charge_type, "bandwidth": now}, {"name": "x"}) == []


# --- tunnels ----------------------------------------------------------------------------------

TYPES: tuple[tuple[dict[str, t.Any], list[str]], ...] = (
    ({}, []),
    (GRE, []),
    ({**GRE, **HA_GRE}, []),
    (ROUTE, []),
    ({**ROUTE, "open_health_check": True, "ha_mode": "active_standby"}, []),
    ({"type": "Ipsec", "ha_mode": "active_active", "open_health_check": False}, []),
    ({"type": "GreOverIpsec"}, ["vpn_gre_ip is required", "customer_gre_ip is required"]),
    ({**GRE, "ha_vpn_gre_ip": "10.0.0.3"}, ["ha_customer_gre_ip is required with the other HA address"]),
    ({"type": "ipsec", "vpn_gre_ip": "10.0.0.1"}, ["vpn_gre_ip is only for type GreOverIpsec"]),
    ({**ROUTE, **HA_GRE}, ["ha_vpn_gre_ip is only", "ha_customer_gre_ip is only"]),
    ({"type": "RouteIpsec"}, ["local_peer_ip is required", "customer_peer_ip is required", "ike_version is required"]),
    ({"type": "Ipsec", "local_peer_ip": "1.2.3.4/30"}, ["local_peer_ip is only for type route_ipsec"]),
    ({**GRE, "customer_peer_ip": "1.2.3.4/30"}, ["customer_peer_ip is only for type route_ipsec"]),
    ({"type": "Ipsec", "open_health_check": True}, ["open_health_check is only for type route_ipsec"]),
    ({"type": "Ipsec", "ha_mode": "ActiveStandby"}, ["ha_mode active_standby is only for type route_ipsec"]),
)


@pytest.mark.parametrize(("options", "starts"), TYPES)
def test_which_options_belong_to_which_type(options: dict[str, t.Any], starts: list[str]) -> None:
    found = faults(TUNNEL, options)
    assert len(found) == len(starts)
    assert all(fault.startswith(start) for fault, start in zip(found, starts))
    # With an id the tunnel is there: nothing is required, but nothing may contradict the type.
    with_id = faults(TUNNEL, options, complete=False)
    assert with_id == [fault for fault in found if "is only for" in fault]


def test_without_a_type_nothing_can_contradict_it() -> None:
    assert faults(TUNNEL, {**HA_GRE, "local_peer_ip": "1.2.3.4/30"}, complete=False) == []


# --- what follows from the parents ---------------------------------------------------------------

IPSEC = {"type": "Ipsec"}
FITS: tuple[tuple[str | None, dict[str, t.Any], list[str]], ...] = (
    # the gateway's version (None: not told), a tunnel, and what does not fit
    ("1.0", IPSEC, []),
    ("1.0", GRE, []),
    ("1.0", ROUTE, ["type 'route_ipsec' is not for VPN gateways of version 1.0"]),
    ("1.0", {"type": "RouteIpsec"}, ["type 'RouteIpsec' is not for VPN gateways of version 1.0"]),
    ("2.0", IPSEC, []),
    ("2.0", {"type": "ipsec"}, []),
    ("2.0", ROUTE, []),
    ("2.0", GRE, ["type 'GreOverIpsec' is not for VPN gateways of version 2.0"]),
    ("2.0", {"type": "gre_over_ipsec"}, ["type 'gre_over_ipsec' is not for VPN gateways of version 2.0"]),
    ("2.0", {"type": "IpsecOfTomorrow"}, []),  # a user who insists
    ("3.0", GRE, []),  # a version that nobody has heard of
    ("1.0", {**IPSEC, "vpn_gateway_version": "2.0"}, ["vpn_gateway_version is '2.0', but the VPN gateway has"]),
    ("2.0", {**IPSEC, "vpn_gateway_version": "1"}, ["vpn_gateway_version is '1', but the VPN gateway has version 2.0"]),
    ("2.0", {**IPSEC, "vpn_gateway_version": "2"}, []),
    (None, ROUTE, []),
    (None, {**GRE, "vpn_gateway_version": "2.0"}, []),
)


@pytest.mark.parametrize(("version", "options", "starts"), FITS)
def test_what_fits_a_gateway(version: str | None, options: dict[str, t.Any], starts: list[str]) -> None:
    found = TUNNEL.fits(options, {}, {"vpn_gateway_version": version})
    assert len(found) == len(starts)
    assert all(fault.startswith(start) for fault, start in zip(found, starts))
    assert TUNNEL.fits(options, {}, {}) == []  # nothing is known


@pytest.mark.parametrize("version", ["1.0", None])
@pytest.mark.parametrize("second", ["203.0.113.10", None, ""])
def test_a_second_address_asks_for_second_gre_addresses(version: str | None, second: str | None) -> None:
    parents = {"vpn_gateway": {"vpn_gateway_version": version}, "customer_gateway": {"ha_address": second}}
    found = TUNNEL.fits(GRE, parents, {})
    assert [fault.split(" is required, as the customer gateway")[0] for fault in found] == (
        list(HA_GRE) if second else []
    )
    assert TUNNEL.fits({**GRE, **HA_GRE}, parents, {}) == TUNNEL.fits(IPSEC, parents, {}) == []


@pytest.mark.parametrize(
    ("gateway", "old", "version"),
    [("2.0", "1.0", "2.0"), ("1.0", None, "1.0"), (None, "2.0", "2.0"), (None, None, None)],
)
def test_a_tunnel_has_the_version_of_its_gateway(gateway: str | None, old: str | None, version: str | None) -> None:
    inherited = TUNNEL.inherits({"vpn_gateway": {"vpn_gateway_version": gateway}}, {"vpn_gateway_version": old})
    assert inherited == ({} if version is None else {"vpn_gateway_version": version})
    sent = TUNNEL.parameters(IPSEC, "Create", inherited)
    assert sent == {"Type": "ipsec" if version == "2.0" else "Ipsec"}
    # what the task says counts
    assert TUNNEL.parameters({**IPSEC, "vpn_gateway_version": "1.0"}, "Create", inherited)["Type"] == "Ipsec"


CAN_HAVE: tuple[tuple[str, t.Any, dict[str, t.Any], bool], ...] = (
    *((option, "10.0.0.1", GRE, True) for option in (*GRE, *HA_GRE) if option != "type"),
    *((option, "10.0.0.1", IPSEC, False) for option in (*GRE, *HA_GRE) if option != "type"),
    *((option, "10.0.0.1", ROUTE, False) for option in (*GRE, *HA_GRE) if option != "type"),
    *((option, "169.254.10.1/30", ROUTE, True) for option in ("local_peer_ip", "customer_peer_ip")),
    *((option, "169.254.10.1/30", IPSEC, False) for option in ("local_peer_ip", "customer_peer_ip")),
    *((option, "169.254.10.1/30", GRE, False) for option in ("local_peer_ip", "customer_peer_ip")),
    ("open_health_check", False, IPSEC, False),
    ("open_health_check", True, ROUTE, True),
    ("ha_mode", "active_standby", ROUTE, True),
    ("ha_mode", "active_standby", IPSEC, False),
    ("ha_mode", "active_active", IPSEC, True),
    ("ha_mode", "active_active", {**IPSEC, "vpn_gateway_version": "2.0"}, True),
    ("ha_mode", "active_active", {**IPSEC, "vpn_gateway_version": "1.0"}, False),
    ("ike_version", "v2", {**IPSEC, "vpn_gateway_version": "2.0"}, True),
    ("ike_version", "v2", {**IPSEC, "vpn_gateway_version": "1.0"}, False),
    ("vpn_gateway_version", "1.0", IPSEC, False),
    ("ipsec_lifetime_seconds", 7200, GRE, True),
    ("enable_nat_traversal", True, {**IPSEC, "vpn_gateway_version": "1.0"}, True),
)


@pytest.mark.parametrize(("option", "value", "wanted", "can"), CAN_HAVE)
def test_what_a_replacement_can_have(option: str, value: t.Any, wanted: dict[str, t.Any], can: bool) -> None:
    assert TUNNEL.can_have(option, value, wanted) is can
    if can:  # and so it is not refused
        assert [fault for fault in TUNNEL.check({**wanted, option: value}, False) if fault.startswith(option)] == []


def test_others_have_no_such_rules() -> None:
    for resource in (GATEWAY, CUSTOMER):
        assert resource.fits(OPTIONS[resource.name], {}, {}) == []
        assert resource.inherits({}, OPTIONS[resource.name]) == {}
        assert all(resource.can_have(field.option, "x", {}) for field in resource.fields)


@pytest.mark.parametrize(
    ("charge_type", "prepaid"),
    [("Monthly", True), ("PrePaidByMonth", True), ("monthly", True), ("Daily", False), ("PostPaidByDay", False)],
)
def test_what_is_paid_for_in_advance(charge_type: str, prepaid: bool) -> None:
    assert GATEWAY.is_prepaid({"charge_type": charge_type}) is prepaid
    assert not GATEWAY.is_prepaid({})
    assert not CUSTOMER.is_prepaid({})
    assert not TUNNEL.is_prepaid({})


# --- advice -----------------------------------------------------------------------------------

STRONG = {"ike_authentication_algorithm": "sha", "ike_dh_group": 14, "pre_shared_key": PSK}
WEAK: dict[tuple[str, t.Any], str] = {
    ("ike_authentication_algorithm", "md5"): "RFC 8247",
    ("ike_authentication_algorithm", "MD5"): "RFC 8247",
    ("ike_encryption_algorithm", "des"): "RFC 8247",
    ("ike_encryption_algorithm", "3des"): "NIST SP 800-131A",
    ("ike_dh_group", 1): "RFC 8247",
    ("ike_dh_group", 2): "RFC 8247",
    ("ike_dh_group", 5): "RFC 8247",
    ("ike_dh_group", 24): "RFC 8247",
    ("ipsec_encryption_algorithm", "esp-des"): "RFC 8221",
    ("ipsec_encryption_algorithm", "esp-3des"): "RFC 8221",
    ("ipsec_encryption_algorithm", "esp-null"): "does not encrypt at all",
    ("ipsec_authentication_algorithm", "esp-md5-hmac"): "RFC 8221",
    ("pre_shared_key", "short"): "NIST SP 800-77",
    ("pre_shared_key", "fifteen-letters"): "NIST SP 800-77",
}


@pytest.mark.parametrize(("option", "value"), WEAK, ids=str)
@pytest.mark.parametrize("creating", [True, False])
def test_weak_choices_are_named_with_the_standard(option: str, value: t.Any, creating: bool) -> None:
    (advice,) = TUNNEL.advise({**STRONG, option: value}, creating)
    assert advice.startswith(option)
    assert WEAK[option, value] in advice
    assert "default" not in advice
    assert option != "pre_shared_key" or str(value) not in advice


def test_strong_choices_are_not() -> None:
    strong = {**STRONG, "ike_encryption_algorithm": "aes-cbc-256", "ipsec_encryption_algorithm": "aes-cbc-256"}
    assert TUNNEL.advise({**strong, "ipsec_authentication_algorithm": "sha256"}, True) == []
    assert TUNNEL.advise({"pre_shared_key": "sixteen-letters!"}, False) == []
    assert GATEWAY.advise(OPTIONS["vpn_gateway"], True) == CUSTOMER.advise(OPTIONS["customer_gateway"], True) == []


def test_weak_defaults_of_a_new_tunnel() -> None:
    advice = TUNNEL.advise({"pre_shared_key": PSK}, True)
    assert [text.partition(", the service's default, is weak")[0] for text in advice] == [
        "ike_authentication_algorithm md5",
        "ike_dh_group 1",
    ]
    assert TUNNEL.advise({"pre_shared_key": PSK}, False) == []
