# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public error table against the document, literally, and what becomes of each row."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api import errors
from ansible_collections.ksyun.vpn.plugins.module_utils.api.error_table import NOT_FOUND_HINT, PUBLIC_ERRORS, explain
from ansible_collections.ksyun.vpn.plugins.module_utils.api.verdicts import page, service_error
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import VECTORS

DOCUMENT: tuple[tuple[str, str, int], ...] = tuple(
    (row["code"], row["message"], row["status"])
    for row in json.loads((VECTORS / "public_errors.json").read_text(encoding="utf-8"))["rows"]
)
CLASSES = {
    "MissingAuthenticationToken": errors.SignatureError,
    "SignedCookiesNotMatch": errors.SignatureError,
    "InvalidClientTokenId": errors.AccessDeniedError,
    "AccessDenied": errors.AccessDeniedError,
    "IncompleteSignature": errors.SignatureError,
    "ServiceUnavailable": errors.UnavailableError,
    "DryRunOperation": errors.DryRunSucceeded,
    "NoSuchEntity": errors.NotFoundError,
    "LimitExceeded": errors.ThrottledError,
    "InvalidParameterValue": errors.InvalidParameterError,
    "InvalidMethod": errors.ServiceError,
    "MissingParameter": errors.InvalidParameterError,
    "InvalidQueryParameter": errors.InvalidParameterError,
    "ServiceTimeout": errors.UnavailableError,
}
fillings = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def filled(message: str, fillings_: list[str]) -> str:
    for text in fillings_:
        message = message.replace("%s", text.replace("%s", ""), 1)
    return message


def test_the_table_is_the_document_s() -> None:
    assert tuple((row.code, row.message, row.status) for row in PUBLIC_ERRORS) == DOCUMENT
    assert len(DOCUMENT) == 33
    assert len({code for code, _message, _status in DOCUMENT}) == len(CLASSES) == 14
    assert all(row.meaning and row.hint for row in PUBLIC_ERRORS)


@pytest.mark.parametrize("number", range(33))
@given(texts=st.lists(fillings, min_size=2, max_size=2))
def test_each_row(number: int, texts: list[str]) -> None:
    code, pattern, status = DOCUMENT[number]
    message = filled(pattern, texts)
    for said in (message, message.rstrip(".")):
        row = explain(code, said)
        assert row is PUBLIC_ERRORS[number]
        error = service_error("CreateVpnGateway", status, code, said, "r-1")
        assert error.__class__ is (errors.UnknownActionError if "InnerApi" in said else CLASSES[code])
        assert error.hint == row.hint_for("CreateVpnGateway")
        shown = str(error)
        assert shown.startswith(f"CreateVpnGateway {error.verb}: {code}: {said.rstrip('.')}")
        for part in (f"HTTP {status}", "RequestId r-1", row.hint, row.hint_on_writes):
            assert part in shown
        assert error.details() == {
            "kind": error.kind,
            "action": "CreateVpnGateway",
            "code": code,
            "message": said,
            "http_status": status,
            "request_id": "r-1",
            "hint": error.hint,
        }


@pytest.mark.parametrize(
    "message", ["The vpc 1f2e does not exist.", "The vpn gateway 1f2e does not exist", "vpc不存在", ""]
)
def test_a_parent_that_is_missing_is_not_taken_for_a_wrong_endpoint(message: str) -> None:
    assert explain("NoSuchEntity", message) is None
    error = service_error("CreateVpnGateway", 404, "NoSuchEntity", message, None)
    assert error.hint == NOT_FOUND_HINT
    assert "OpenAPI" not in str(error)


@pytest.mark.parametrize(("action", "about_plans"), [("CreateX", True), ("DeleteX", True), ("DescribeX", False)])
def test_who_may_not_read_is_not_told_how_to_plan(action: str, about_plans: bool) -> None:
    error = service_error(action, 403, "AccessDenied", "User: u is not authorized to perform: it.", None)
    assert str(error.hint).startswith("Grant the action to the user of access_key")
    assert ("probe: false" in str(error.hint)) is about_plans


@pytest.mark.parametrize(("code", "pattern", "status"), DOCUMENT)
def test_what_may_be_repeated(code: str, pattern: str, status: int) -> None:
    error = service_error("X", status, code, pattern, None)
    assert error.may_have_happened == (status == 500) == (not error.outcome_known)
    assert error.transient == (status in (409, 500))


UNKNOWN = (
    ("SecurityTokenExpired", 403, errors.AccessDeniedError),
    ("Auth.SecurityTokenExpired", 400, errors.AccessDeniedError),
    ("INTERNAL_FAILURE", 500, errors.UnavailableError),
    ("Payment.CreateOrderFailed", 400, errors.ServiceError),
    ("VpnGatewayNotFound", 404, errors.NotFoundError),
    ("Throttling", 429, errors.ThrottledError),
    (None, 401, errors.AccessDeniedError),
    (None, 403, errors.AccessDeniedError),
    (None, 412, errors.DryRunSucceeded),
    (None, 503, errors.UnavailableError),
    (None, 418, errors.ServiceError),
)


@pytest.mark.parametrize(("code", "status", "cls"), UNKNOWN)
def test_codes_that_the_table_does_not_know(code: str | None, status: int, cls: type) -> None:
    error = service_error("X", status, code, "Something.", None)
    assert error.__class__ is cls
    assert error.hint == (NOT_FOUND_HINT if cls is errors.NotFoundError else None)
    told = f"X {error.verb}: {code + ': ' if code else ''}Something (HTTP {status})."
    assert str(error) == f"{told} {error.hint or ''}".rstrip()
    assert "no message" in str(service_error("X", status, code, "", None))


@pytest.mark.parametrize("code", ["INVALID_ACTION", "InvalidActionOrVesion", "ApiNotSupportRegion"])
@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_an_action_that_is_not_served_says_nothing_of_resources(code: str, status: int) -> None:
    error = service_error("DescribeVpnGateways", status, code, "Not Found", None)
    assert error.__class__ is errors.UnknownActionError
    assert not isinstance(error, errors.NotFoundError)
    assert (error.may_have_happened, error.transient) == (False, False)
    assert "Check region and endpoint_url" in str(error)


# code, message: whether a write may have been carried out, by status
NEVER, ALWAYS = (
    dict.fromkeys((200, 400, 404, 409, 500, 503), False),
    dict.fromkeys((200, 400, 404, 409, 500, 503), True),
)
BY_ITS_STATUS = {**ALWAYS, 400: False, 404: False, 409: False}
OUTCOMES: dict[tuple[str | None, str], dict[int, bool]] = {
    ("LimitExceeded", "slow down"): NEVER,
    ("Throttling", "slow down"): NEVER,
    ("AccessDenied", "no"): NEVER,
    ("SignedCookiesNotMatch", "no"): NEVER,
    ("InvalidParameterValue", "no"): NEVER,
    ("MissingParameter", "no"): NEVER,
    ("NoSuchEntity", "no"): NEVER,
    ("DryRunOperation", "would"): NEVER,
    ("NoSuchEntity", "Request was rejected because it referenced an 'InnerApi' that does not exist."): NEVER,
    ("ServiceUnavailable", "... referenced an 'InnerApi' that does not have an internal service"): NEVER,
    (None, "请求被拒绝: 因其引用的InnerAPI不存在"): NEVER,
    ("ServiceTimeout", "Internal Service is unavailable because of time out."): ALWAYS,
    ("ServiceUnavailable", "Exception x"): ALWAYS,
    ("InternalError", "x"): ALWAYS,
    ("INTERNAL_FAILURE", "x"): ALWAYS,
    ("RequestTimeout", "x"): ALWAYS,
    ("Backend.TimeOut", "x"): ALWAYS,
    ("UnknownError", "x"): ALWAYS,
    ("QuotaExceeded", "x"): BY_ITS_STATUS,
    ("Payment.CreateOrderFailed", "x"): BY_ITS_STATUS,
    ("VpnTunnelNotFound", "x"): {**BY_ITS_STATUS, 200: False},
    (None, "x"): BY_ITS_STATUS,
}


@pytest.mark.parametrize(("code", "message"), OUTCOMES)
def test_what_may_have_happened_is_decided_by_the_class(code: str | None, message: str) -> None:
    for status, expected in OUTCOMES[code, message].items():
        if status >= 500 and "InnerA" in message and code != "NoSuchEntity":
            expected = True  # of a failure, the words may be about something behind the service
        error = service_error("CreateVpnGateway", status, code, message, "r-1")
        assert error.may_have_happened is expected, status
        assert error.outcome_known is not expected


PAGES = {200: True, 101: True, 302: False, 303: True, 307: False, 400: False, 403: False, 404: False, 407: False,
         408: True, 413: False, 429: False, 499: True, 500: True, 502: True, 503: True, 504: True}  # fmt: skip


@pytest.mark.parametrize("status", PAGES)
def test_a_page_that_no_service_wrote(status: int) -> None:
    assert page(status).may_have_happened is PAGES[status]


# --- not found --------------------------------------------------------------------------------

IDENTITY = "6d1f0a3e-3c3b-4a4e-9d55-0f8a2b6f8c11"
NAMED = (
    f"The vpn tunnel {IDENTITY} does not exist.",
    f"隧道{IDENTITY}不存在",
    f"VpnTunnelId={IDENTITY.upper()} not found",
    f"['{IDENTITY}']",
    IDENTITY,
)
NOT_NAMED = (
    "",
    "no Route matched with those values",
    "The specified bucket does not exist",
    "the server could not find the requested resource",
    "The vpn gateway 11111111-3c3b-4a4e-9d55-0f8a2b6f8c11 does not exist.",
    f"The route {IDENTITY}-2 does not exist.",
    f"x{IDENTITY} does not exist.",
    f"vpn_{IDENTITY} does not exist.",
    IDENTITY[:-1],
)


@pytest.mark.parametrize("message", NAMED)
def test_not_found_that_names_an_id(message: str) -> None:
    error = service_error("DeleteVpnTunnel", 404, "NoSuchEntity", message, None)
    assert isinstance(error, errors.NotFoundError)
    assert error.names(IDENTITY)
    assert error.names(IDENTITY.upper())
    assert not error.names("")


@pytest.mark.parametrize("message", NOT_NAMED)
def test_not_found_that_names_no_id_or_another(message: str) -> None:
    error = service_error("DeleteVpnTunnel", 404, "NoSuchEntity", message, None)
    assert isinstance(error, errors.NotFoundError)
    assert not error.names(IDENTITY)


@given(st.text(st.sampled_from(".*+?[](){}|^$\\ab-_"), min_size=1, max_size=8))
def test_an_id_is_no_pattern(identity: str) -> None:
    assert errors.NotFoundError("X", f"It is about: {identity}; only.").names(identity)
    assert not errors.NotFoundError("X", "Another one.").names(identity + "!")


def test_a_message_that_no_row_has() -> None:
    assert explain("SignedCookiesNotMatch", "Something new") is None
    assert explain(None, "Exception x") is None
    row = explain("AccessDenied", "Something new")
    assert row is not None
    assert row.code == "AccessDenied"
