# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions, as data: what is asked, at which level, which guess the answer settles, and what is assumed.

C(expected) is what this collection takes for granted, and what the emulator answers unless it is told otherwise. The
page "What we assume" says of each guess what breaks if it is wrong.
"""

from __future__ import annotations

import typing as t

LEVELS = ("read", "dry_run", "write")
ACCEPTED = "accepted"
TRIED = "412 DryRunOperation"


class Question(t.NamedTuple):
    """One question. C(needs_gateway): it is only asked with a Daily gateway of this version, "" for any version."""

    name: str
    level: str
    guess: str
    expected: str
    asks: str
    needs_gateway: str | None = None


def _read(name: str, guess: str, expected: str, asks: str) -> Question:
    return Question(name, "read", guess, expected, asks)


def _dry(name: str, guess: str, expected: str, asks: str) -> Question:
    return Question(name, "dry_run", guess, expected, asks)


def _write(name: str, guess: str, expected: str, asks: str, needs_gateway: str | None = None) -> Question:
    return Question(name, "write", guess, expected, asks, needs_gateway)


FORMS = tuple((form, method) for form in ("v4", "v4-query", "simplified") for method in ("GET", "POST"))
# What a dry run is asked of: an action, and parameters that nothing can come of, as their ids are nobody's.
TRIALS = (
    *("ModifyCustomerGateway", "DeleteCustomerGateway", "CreateVpnGateway", "ModifyVpnGateway", "DeleteVpnGateway"),
    *("CreateVpnTunnel", "ModifyVpnTunnel", "DeleteVpnTunnel", "CreateRoute", "DeleteRoute", "CreateVpnGatewayRoute"),
    *("ModifyVpnGatewayRoute", "DeleteVpnGatewayRoute"),
)

QUESTIONS: tuple[Question, ...] = (
    # --- signatures, clocks, regions ---
    *(
        _read(
            f"signed_{form.replace('-', '_')}_{method.lower()}",
            "signatures",
            ACCEPTED,
            f"Is a request accepted that is signed in the form {form} and sent by {method}?",
        )
        for form, method in FORMS
    ),
    _read("wrong_signature", "signature_errors", "403 SignedCookiesNotMatch", "What is said to a wrong signature?"),
    _read("unknown_key", "signature_errors", "403 InvalidClientTokenId", "What is said to an unknown key?"),
    _read("unsigned", "signature_errors", "403 MissingAuthenticationToken", "What is said without a signature?"),
    _read("unknown_region", "regions", "403 SignedCookiesNotMatch", "What is said to a region that there is not?"),
    _read("clock_window", "clock_window", "840 to 960 s", "How far may the clock of a client be off?"),
    _read("clock_error", "clock_error", "expired, with Date", "Is a wrong clock said to be expired, with the time?"),
    _read("date_zones", "signature_dates", ACCEPTED, "May the date of a signature have a zone in place of Z?"),
    _read("unsigned_host", "host_must_be_signed", "refused", "Is a signature accepted that leaves out the host?"),
    # --- formats and errors ---
    _read("format_json", "formats", "json", "Does Accept: application/json bring JSON?"),
    _read("format_xml", "formats", "xml", "Does Accept: application/xml bring XML?"),
    _read("format_default", "formats", "xml", "Which format comes without an Accept?"),
    _read("xml_request_id", "xml_request_id", "both", "Where does an answer in XML have its RequestId?"),
    _read("unknown_action", "unknown_action", "404 NoSuchEntity", "What is said to an action that there is not?"),
    _read("unknown_version", "unknown_version", "400 InvalidParameterValue", "What is said to an unknown version?"),
    _read("error_shape", "error_shape", "Code Message Type", "Which fields has an error in JSON?"),
    # --- lists ---
    _read("unknown_id", "unknown_ids", "empty list", "What is listed for an id that nothing has?"),
    _read("malformed_id", "unknown_ids", "empty list", "What is listed for what is no id?"),
    _read("empty_id", "empty_filter", "none", "What does an empty id select?"),
    _read("customer_filter", "customer_gateway_filters", "none", "Can customer gateways be filtered by their names?"),
    _read("unknown_filter", "unknown_filter", "400 InvalidQueryParameter", "What is said to an unknown filter?"),
    _read("gateway_filter", "filters_ignored", "none", "What is listed by the filter vpc-id with nobody's VPC?"),
    _read("project", "projects_ignored", "none", "What is listed of a project that there is not?"),
    _read("paging", "paging", "one and a token", "What does MaxResults=1 list?"),
    _read("page_token", "page_token", "counts items", "What is a NextToken?"),
    _read("next_page", "paging", "the second item", "What does the NextToken of the first page list?"),
    _read("first_page", "first_page", "as asked", "Can a first page be empty with more behind it?"),
    _read("page_size", "page_size", "all", "How many does a list without MaxResults hold?"),
    _read("most_results", "most_results", "400 InvalidParameterValue", "What is said to MaxResults=1001?"),
    _read("wrong_token", "wrong_token", "400 InvalidParameterValue", "What is said to a NextToken that is none?"),
    # --- what answers hold ---
    _read("customer_fields", "customer_fields", "all", "Which fields has a customer gateway?"),
    _read("gateway_fields", "gateway_answers", "all", "Which fields has a gateway?"),
    _read("charge_type", "charge_type_spelling", "paid", "How is ChargeType spelled in answers?"),
    _read("tunnel_fields", "tunnel_answers", "all", "Which fields has a tunnel?"),
    _read("tunnel_details", "tunnel_details", "left out", "Has a tunnel of version 2.0 the states of its lines?"),
    _read("key_shown", "show_pre_shared_key", "shown", "Is the pre-shared key in answers?"),
    _read("phase_two", "legacy_spelling", "Ipsec", "How are the fields of the second phase spelled?"),
    _read("networks", "cidr_spelling", "objects", "How are networks listed?"),
    _read("status_spelling", "status_spelling", "lower", "How are the keys of a tunnel's status spelled?"),
    _read("status_without", "status_without_master", "master", "What is answered to a status without IsMaster?"),
    _read("status_of_unknown", "status_of_unknown", "left out", "What is the status of a tunnel that is not there?"),
    _read("vpcs", "vpc_lists", "VpcId VpcName", "Can VPCs be listed, with their names?"),
    _read("routes", "route_lists", "listed", "Can the routes of a VPC be listed?"),
    # --- dry runs ---
    _dry("dry_run", "dry_run_ignored", "honoured", "Is DryRun=true honoured?"),
    _dry("dry_run_number", "dry_run_number", "honoured", "Is DryRun=1 honoured?"),
    _dry("dry_run_by_get", "dry_run_by_get", "honoured", "Is DryRun honoured in a GET?"),
    _dry("dry_run_depth", "dry_run_depth", "permission", "How far does a dry run look?"),
    _dry("second_address", "require_ha_customer_gateway_address", "optional", "Is a second address required?"),
    *(_dry(f"try_{action}", "dry_run_depth", TRIED, f"What does a dry run of {action} say?") for action in TRIALS),
    _dry("tunnel_by_get", "create_tunnel_by_get", "400 InvalidMethod", "Is CreateVpnTunnel refused by GET?"),
    _dry("dh_groups", "dh_groups", "all", "Are the groups 14 and 24 known?"),
    _dry("ike_version", "require_ike_version", "optional", "Is IkeVersion required of a tunnel of version 2.0?"),
    # --- writes: customer gateways ---
    _write("create_answer", "create_answer", "the object", "What does a create answer?"),
    _write("id_case", "id_case", "the same", "Has the answer to a create the id as lists have it?"),
    _write("list_lag", "list_lag", "at once", "When is a new resource listed?"),
    _write("time_zone", "time_zone", "+08:00", "In which zone is CreateTime?"),
    _write("same_name", "same_name", ACCEPTED, "Can two customer gateways have one name?"),
    _write("no_second_address", "no_second_address", "empty", "How is a second address shown that is not set?"),
    _write("names", "name_rule", "as sent", "What becomes of names with spaces, accents and many characters?"),
    _write("longest_name", "longest_name", "255 or more", "How long may a name be?"),
    _write("modify_answer", "modify_answer", "both", "What does a change answer?"),
    _write("modify_address", "modify_ignored", "changed", "Does a change of the address take effect?"),
    _write("modify_unknown", "not_found_error", "404 NoSuchEntity", "What is said to a change of what is not there?"),
    _write("delete_unknown", "not_found_error", "404 NoSuchEntity", "What is said to deleting what is not there?"),
    _write("delete_answer", "return_false", "Return true", "What does a delete answer?"),
    _write("delete_lag", "delete_lag", "at once", "When is a deleted resource no longer listed?"),
    # --- writes: a Daily gateway, its tunnels and routes ---
    _write("new_gateway", "create_answer", "the object", "What does the create of a gateway answer?", ""),
    _write("tunnel_states", "tunnel_states", "available", "Which states has a new tunnel, one after another?", ""),
    _write("tunnel_kept", "stored_otherwise", "as asked", "Has a tunnel all that was asked for?", ""),
    _write("foreign_fields", "foreign_fields", "stored", "What becomes of fields that a type has no use for?", ""),
    _write("extra_networks", "extra_cidr_set", "none", "Which ExtraCidrSet has a tunnel with a route?", ""),
    _write("gateway_networks", "remote_cidr_set", "of routes", "Has RemoteCidrSet the networks of routes?", ""),
    _write("route_hop", "route_next_hop", "tunnel", "What is in the NextHopSet of a route to a tunnel?", "1.0"),
    _write("hop_name", "next_hop_names", "live", "Which name of a renamed tunnel do its routes show?", ""),
    _write("route_description", "route_tables", "kept", "Are descriptions of a VPC's routes kept?", "1.0"),
    _write("route_filter", "instance_id_filter", "none", "Does the filter instance-id find routes to tunnels?", "1.0"),
    _write("same_route", "duplicate_routes", "400 RouteAlreadyExists", "What is said to a second such route?", ""),
    _write("gateway_route", "gateway_route_type", ACCEPTED, "Is a VPC's route to a gateway of RouteType Vpn?", "2.0"),
    _write("route_change", "route_modify_answer", "the id", "What does a change of a gateway's route answer?", "2.0"),
    _write("hop_filter", "nexthop_filter", "type", "What does the filter nexthop look at?", "2.0"),
    _write("customer_in_use", "in_use_error", "400 DependencyViolation", "Can a customer gateway in use go?", ""),
    _write("gateway_in_use", "in_use_error", "400 DependencyViolation", "Can a gateway with tunnels be deleted?", ""),
    _write("route_of_deleted", "routes_of_deleted", "refused", "What becomes of routes to a deleted tunnel?", ""),
    _write("deleted_state", "deleted_state", "not listed", "Which state has a tunnel that is being deleted?", ""),
)  # fmt: skip
BY_NAME: dict[str, Question] = {question.name: question for question in QUESTIONS}
