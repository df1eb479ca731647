# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything about the emulator that can be set, at start-up from a file and later by the control API.

A setting is replaced as a whole; none is merged. What the document leaves open is a setting, so that a client can
be tried against each way in which the real service may behave.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

# "支持地域" refers to another page; these are the regions that the vendor's clients and the newest third-party
# clients know, the legacy ones and the test ones included.
REGIONS = (
    "cn-beijing-6", "cn-shanghai-2", "cn-guangzhou-1", "cn-hongkong-2", "cn-taipei-1", "ap-singapore-1", "eu-east-1",
    "cn-beijing-fin", "cn-shanghai-fin", "cn-northwest-1", "cn-northwest-3", "cn-northwest-4", "cn-central-1",
    "cn-southwest-1", "cn-hohhot-1", "cn-north-vip1", "cn-beijing-1", "cn-beijing-3", "cn-beijing-5", "cn-shanghai-1",
    "cn-hongkong-1", "cn-shanghai-3", "cn-qingyangtest-1",
)  # fmt: skip
DEFAULT_REGION = "cn-beijing-6"
NOUNS = ("VpnGateway", "VpnTunnel", "CustomerGateway", "Route", "VpnGatewayRoute")
# What a line of a tunnel can be: without IKE, with IKE and no IPsec, with both.
LINE_STATES = ("down", "ike", "up")
LINES = ("master", "backup")
Phases = tuple[tuple[str, float | None], ...]


class SettingError(ValueError):
    """A setting that does not exist or a value that it can't have; the text names the setting."""


@dataclass(frozen=True)
class Account:
    """A pair of keys. ``denied_actions`` are names or shell patterns; a ``security_token`` must be sent with them."""

    access_key: str
    secret_key: str
    security_token: str | None = None
    user_name: str = "emulator"
    denied_actions: tuple[str, ...] = ()

    def may(self, action: str) -> bool:
        """Whether the account may call the action."""
        return not any(fnmatchcase(action, pattern) for pattern in self.denied_actions)


@dataclass(frozen=True)
class RateLimit:
    """At most ``requests`` calls of one action within any ``seconds`` (the table speaks of "this openAPI")."""

    requests: int
    seconds: float


@dataclass(frozen=True)
class Refusal:
    """An error that no source states: code, HTTP status, and a message with ``{noun}`` and ``{id}``."""

    code: str
    status: int
    message: str


@dataclass(frozen=True)
class Settings:
    """All settings. Times are in seconds."""

    accounts: tuple[Account, ...] = ()
    regions: tuple[str, ...] = REGIONS
    # The clock: the service's time is the host's plus clock_offset; clock_window is the signature's tolerance.
    clock_offset: float = 0.0
    clock_window: float = 900.0
    # Dates of signatures: the table has an error for all but YYYYMMDDTHHMMSSZ ("document"), and yet a client that the
    # vendor publishes writes +00:00 in place of Z ("any zone").
    signature_dates: str = "any zone"
    # The table has an error for a host that is not signed; the vendor's Java client of 2023 to 2025 signed none.
    host_must_be_signed: bool = True
    latency: float = 0.0
    rate_limit: RateLimit | None = None
    # Most resources of a kind in a region, by noun; None is without bound.
    quotas: Mapping[str, int | None] = field(default_factory=dict)
    # What is wrong inside: up or down; and by action (name or pattern) up, down, timeout, exception or missing.
    auth_service: str = "up"
    backend: Mapping[str, str] = field(default_factory=dict)
    # How far a dry run looks: "rights" (the document's words, to the letter) at nothing else, "permission" at the
    # parameters too, "full" at the state too.
    dry_run_depth: str = "permission"
    # The service does what it was only asked to try, and answers 200.
    dry_run_ignored: bool = False
    # Time that a tunnel spends in each state, from its creation; None is for ever.
    tunnel_states: tuple[tuple[str, float | None], ...] = (("pending", 0.0), ("available", None))
    # The same of a tunnel's two lines, master (tunnel 1) and backup (tunnel 2), by a pattern of the tunnel's name, of
    # which the first that fits counts; a tunnel that none fits stays down.
    ipsec_status: Mapping[str, Mapping[str, Phases]] = field(
        default_factory=lambda: {"*": dict.fromkeys(LINES, (("up", None),))}
    )
    # Of the status: keys in "lower" camel case (the Java model) or "upper" (the Go model); which lines a call without
    # IsMaster is answered with, "master" or "both", or whether it is "refused"; what no tunnel has as id is "left out"
    # or "refused".
    status_spelling: str = "lower"
    status_without_master: str = "master"
    status_of_unknown: str = "left out"
    # Whether tunnels of version 2.0 have the fields that only the Terraform provider reads: each line's state and time
    # of creation, and the addresses of the health check.
    tunnel_details: bool = False
    # "any" id is a VPC's, and those that something is in are listed; or only those that were seeded, "listed", exist.
    vpcs: str = "any"
    # The id and name in a VPC route's NextHopSet, where it leads to a tunnel: the "tunnel"'s or its "gateway"'s.
    route_next_hop: str = "tunnel"
    # A route's next hop is shown by the name that it has, "live", or by the one that it had "as created".
    next_hop_names: str = "live"
    # The RouteType that a route of a VPC to a VPN gateway has to have: no source states it.
    gateway_route_type: str = "Vpn"
    # What the filter instance-id of VPC routes looks at: the next hop of "hosts" (the models' comment) or of "all".
    instance_id_filter: str = "hosts"
    # Description and RouteTableId of VPC routes, which only some regions have: "kept" or "ignored".
    route_tables: str = "kept"
    # What the filter nexthop of a gateway's routes looks at: the "type" (the models' comment), "id" or "name".
    nexthop_filter: str = "type"
    # What a change of a gateway's route answers as RouteId: the "id", or "true", as two models type it.
    route_modify_answer: str = "id"
    # A second route of a VPC's table, or of a gateway, to the same network: "refused" or "allowed".
    duplicate_routes: str = "refused"
    # Routes whose tunnel or gateway is to be deleted: it is "refused", or they are left "dangling", or "removed".
    routes_of_deleted: str = "refused"
    # Whether a VPC's packets reach a gateway of version 2.0 by its routes alone, or only where a route of the VPC leads
    # to that gateway, too: "not needed" or "needed". It decides what RemoteCidrSet and the control API's paths show.
    vpc_route_beside: str = "not needed"
    # What is shown beside the networks that were seeded: those that "routes" lead to, or nothing ("seeded").
    remote_cidr_set: str = "routes"
    extra_cidr_set: str = "seeded"
    # Until a new resource is listed, and until a deleted one no longer is.
    list_lag: float = 0.0
    delete_lag: float = 0.0
    # The state that a tunnel shows which is deleted and still listed; None is the one that it had.
    deleted_state: str | None = None
    # The account's projects beside the default one: id and name.
    projects: Mapping[str, str] = field(default_factory=dict)
    page_size: int = 1000
    # "empty": a list's first page holds nothing but a NextToken; what is listed follows on the next one.
    first_page: str = "as asked"
    # What an empty id, filter value or project selects: "none", or "everything", as it is passed over.
    empty_filter: str = "none"
    # Filters are accepted, and what they leave out is listed all the same.
    filters_ignored: bool = False
    # The same of ProjectId: all projects are listed.
    projects_ignored: bool = False
    # Whether customer gateways can be filtered by the names of their fields: the document gives Filter.N no names.
    customer_gateway_filters: bool = True
    # What becomes of values: of a wire field, the value that is stored for one that was asked for; of a name,
    # "as sent", "trimmed", "cut" (to 32 characters) or "normalised" (to NFC).
    stored_otherwise: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    name_rule: str = "as sent"
    # Wire fields that Modify* accepts and does not change, as addresses in the models of 2023.
    modify_ignored: tuple[str, ...] = ()
    # Actions (names or patterns) that answer 200 with Return false, and are not carried out.
    return_false: tuple[str, ...] = ()
    # "all", or "document": exactly the fields that the document's VpnGateway and VpnTunnel have.
    gateway_answers: str = "all"
    tunnel_answers: str = "all"
    show_pre_shared_key: bool = True
    # Further wire fields that answers lack.
    left_out: tuple[str, ...] = ()
    # "upper-in-create-answers": there, and only there, the new resource's id is in upper case.
    id_case: str = "lower"
    # The groups that a tunnel can have: "all" that are known, or those of the "document" (1, 2, 5).
    dh_groups: str = "all"
    # A create's fields that its type or the gateway's version has no use for: "stored" or "refused".
    foreign_fields: str = "stored"
    # Whether a gateway with tunnels, and a customer gateway that tunnels lead to, are kept from being deleted.
    in_use_checked: bool = True
    # Spellings of answers: paid (PostPaidByDay) or request (Daily); objects ({"CidrBlock": ...}) or strings; and the
    # document's IkeDhGroup and Ipssec* instead of what every client reads.
    charge_type_spelling: str = "paid"
    cidr_spelling: str = "objects"
    legacy_spelling: bool = False
    # What Modify* answers beside RequestId: "return" is the document's, "object" the newer clients'.
    modify_answer: str = "both"
    require_ha_customer_gateway_address: bool = False
    # The Terraform provider does not create a tunnel of version 2.0 without IkeVersion; the models leave it optional.
    require_ike_version: bool = False
    create_tunnel_by_get: bool = False
    not_found_error: Refusal = Refusal("NoSuchEntity", 404, "The {noun} '{id}' does not exist.")
    in_use_error: Refusal = Refusal("DependencyViolation", 400, "The {noun} '{id}' is in use.")
    quota_error: Refusal = Refusal("QuotaExceeded", 400, "The quota of {noun} is used up.")
    duplicate_route_error: Refusal = Refusal("RouteAlreadyExists", 400, "There is a {noun} to '{id}' already.")
    system_route_error: Refusal = Refusal("OperationDenied", 400, "The {noun} '{id}' is the system's.")

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """These settings with ``changes`` (JSON values by name). Raises SettingError and changes nothing then."""
        values: dict[str, Any] = {}
        for name, value in changes.items():
            reader = _READERS.get(name)
            if reader is None:
                raise SettingError(f"there is no setting {name!r}; there are: {', '.join(_READERS)}")
            try:
                values[name] = reader(value)
            except (TypeError, ValueError, KeyError) as error:
                raise SettingError(f"setting {name!r}: {error}") from error
        return dataclasses.replace(self, **values)

    def as_json(self) -> dict[str, Any]:
        """All settings as JSON values, keys and tokens included: the control API is for the tests' eyes."""
        return dataclasses.asdict(self)

    def backend_of(self, action: str) -> str:
        """The condition of the internal service behind an action."""
        for pattern, condition in self.backend.items():
            if fnmatchcase(action, pattern):
                return condition
        return "up"

    def returns_false(self, action: str) -> bool:
        """Whether a writing action answers that it was not done."""
        return any(fnmatchcase(action, pattern) for pattern in self.return_false)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError("is a number of seconds, not negative")
    return float(value)


def _offset(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("is a number of seconds")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("is a text")
    return value


def _state(value: Any) -> str | None:
    return None if value is None else _text(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("is a number, not negative")
    return value


def _choice(*values: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in values:
            raise ValueError(f"is one of {', '.join(values)}")
        return str(value)

    return read


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("is a list of texts")
    return tuple(_text(item) for item in value)


def _page_size(value: Any) -> int:
    size = _count(value)
    if not 1 <= size <= 1000:
        raise ValueError("is a number from 1 to 1000")
    return size


def _account(value: Any) -> Account:
    account = Account(**value)
    return Account(
        access_key=_text(account.access_key),
        secret_key=_text(account.secret_key),
        security_token=None if account.security_token is None else _text(account.security_token),
        user_name=_text(account.user_name),
        denied_actions=_texts(account.denied_actions),
    )


def _accounts(value: Any) -> tuple[Account, ...]:
    return tuple(_account(item) for item in value)


def _rate_limit(value: Any) -> RateLimit | None:
    if value is None:
        return None
    limit = RateLimit(**value)
    return RateLimit(_count(limit.requests), _seconds(limit.seconds))


def _quotas(value: Any) -> dict[str, int | None]:
    return {_choice(*NOUNS)(noun): None if number is None else _count(number) for noun, number in dict(value).items()}


def _backend(value: Any) -> dict[str, str]:
    condition = _choice("up", "down", "timeout", "exception", "missing")
    return {_text(action): condition(name) for action, name in dict(value).items()}


def _tunnel_states(value: Any) -> Phases:
    states = tuple((_text(name), None if spent is None else _seconds(spent)) for name, spent in value)
    if not states:
        raise ValueError("needs at least one state")
    return states


def phases_of_line(value: Any) -> Phases:
    """The states of a tunnel's line with the seconds spent in each, from JSON. Raises ValueError or TypeError."""
    phases = _tunnel_states(value)
    for name, _spent in phases:
        _choice(*LINE_STATES)(name)
    return phases


def _ipsec_status(value: Any) -> dict[str, dict[str, Phases]]:
    return {_text(pattern): _lines(lines) for pattern, lines in dict(value).items()}


def _lines(value: Any) -> dict[str, Phases]:
    """The phases of both lines; a list is that of each of them, and a line that is left out stays down."""
    lines = dict(value) if isinstance(value, Mapping) else dict.fromkeys(LINES, value)
    for name in lines:
        _choice(*LINES)(name)
    return {name: phases_of_line(lines.get(name, (("down", None),))) for name in LINES}


def _projects(value: Any) -> dict[str, str]:
    return {_text(project): _text(name) for project, name in dict(value).items()}


def _stored_otherwise(value: Any) -> dict[str, dict[str, str]]:
    return {
        _text(name): {str(asked): str(stored) for asked, stored in dict(instead).items()}
        for name, instead in dict(value).items()
    }


def _refusal(value: Any) -> Refusal:
    refusal = Refusal(**value)
    if not 400 <= refusal.status <= 599:
        raise ValueError("needs a status from 400 to 599")
    refusal.message.format(noun="", id="")
    return refusal


_READERS: dict[str, Callable[[Any], Any]] = {
    "accounts": _accounts,
    "regions": _texts,
    "clock_offset": _offset,
    "clock_window": _seconds,
    "signature_dates": _choice("document", "any zone"),
    "host_must_be_signed": _flag,
    "latency": _seconds,
    "rate_limit": _rate_limit,
    "quotas": _quotas,
    "auth_service": _choice("up", "down"),
    "backend": _backend,
    "dry_run_depth": _choice("rights", "permission", "full"),
    "dry_run_ignored": _flag,
    "tunnel_states": _tunnel_states,
    "ipsec_status": _ipsec_status,
    "status_spelling": _choice("lower", "upper"),
    "status_without_master": _choice("master", "both", "refused"),
    "status_of_unknown": _choice("left out", "refused"),
    "tunnel_details": _flag,
    "vpcs": _choice("any", "listed"),
    "route_next_hop": _choice("tunnel", "gateway"),
    "next_hop_names": _choice("live", "as created"),
    "gateway_route_type": _text,
    "instance_id_filter": _choice("hosts", "all"),
    "route_tables": _choice("kept", "ignored"),
    "nexthop_filter": _choice("type", "id", "name"),
    "route_modify_answer": _choice("id", "true"),
    "duplicate_routes": _choice("refused", "allowed"),
    "routes_of_deleted": _choice("refused", "dangling", "removed"),
    "vpc_route_beside": _choice("not needed", "needed"),
    "remote_cidr_set": _choice("routes", "seeded"),
    "extra_cidr_set": _choice("routes", "seeded"),
    "list_lag": _seconds,
    "delete_lag": _seconds,
    "deleted_state": _state,
    "projects": _projects,
    "page_size": _page_size,
    "first_page": _choice("as asked", "empty"),
    "empty_filter": _choice("none", "everything"),
    "filters_ignored": _flag,
    "projects_ignored": _flag,
    "customer_gateway_filters": _flag,
    "stored_otherwise": _stored_otherwise,
    "name_rule": _choice("as sent", "trimmed", "cut", "normalised"),
    "modify_ignored": _texts,
    "return_false": _texts,
    "gateway_answers": _choice("all", "document"),
    "tunnel_answers": _choice("all", "document"),
    "show_pre_shared_key": _flag,
    "left_out": _texts,
    "id_case": _choice("lower", "upper-in-create-answers"),
    "dh_groups": _choice("all", "document"),
    "foreign_fields": _choice("stored", "refused"),
    "in_use_checked": _flag,
    "charge_type_spelling": _choice("paid", "request"),
    "cidr_spelling": _choice("objects", "strings"),
    "legacy_spelling": _flag,
    "modify_answer": _choice("both", "return", "object"),
    "require_ha_customer_gateway_address": _flag,
    "require_ike_version": _flag,
    "create_tunnel_by_get": _flag,
    "not_found_error": _refusal,
    "in_use_error": _refusal,
    "quota_error": _refusal,
    "duplicate_route_error": _refusal,
    "system_route_error": _refusal,
}
