# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions of the level C(read): nothing is written, and what there is is only looked at."""

from __future__ import annotations

import typing as t

from .exchange import Sending
from .interview import NOBODY, Interview, NotAskedError
from .questions import FORMS

_LIST = "DescribeCustomerGateways"
_PROBES = (240, 840, 960, 3_600, 86_000)  # seconds that the clock is off
_OF_GATEWAY = (
    *("BandWidth", "ChargeType", "CreateTime", "GatewayAddress", "HaGatewayAddress", "ProjectId", "RemoteCidrSet"),
    *("VpcId", "VpnGatewayId", "VpnGatewayName", "VpnGatewayVersion"),
)
_NOT_IN_DOCUMENT = {"ChargeType", "ProjectId", "VpnGatewayVersion"}
_OF_TUNNEL = (
    *("CreateTime", "CustomerGatewayId", "IkeAuthenAlgorithm", "IkeEncryAlgorithm", "State", "Type", "VpnGatewayId"),
    *("VpnTunnelId", "VpnTunnelName"),
)
_OF_TUNNEL_BESIDE = ("EnableNatTraversal", "VpnGatewayVersion", "IkeVersion")  # which the document does not have
_OF_CUSTOMER = (
    *("CreateTime", "CustomerGatewayAddress", "CustomerGatewayId", "CustomerGatewayName", "HaCustomerGatewayAddress"),
)


def _signed(form: str, method: str) -> t.Callable[[Interview], str]:
    def asking(on: Interview) -> str:
        question = f"signed_{form.replace('-', '_')}_{method.lower()}"
        return on.said(on.call(question, _LIST, {"MaxResults": 1}, Sending(method, form)))

    return asking


def _with_fault(question: str, fault: str) -> t.Callable[[Interview], str]:
    return lambda on: on.said(on.call(question, _LIST, {"MaxResults": 1}, Sending("GET", fault=fault)))


def _clock_window(on: Interview) -> str:
    within = 0
    for skew in _PROBES:
        answers = [on.call("clock_window", _LIST, {"MaxResults": 1}, Sending("GET", skew=off)) for off in (-skew, skew)]
        if not all(answer.accepted for answer in answers):
            return f"{within} to {skew} s"
        within = skew
    return f"more than {within} s"


def _clock_error(on: Interview) -> str:
    answer = on.call("clock_error", _LIST, {"MaxResults": 1}, Sending("GET", skew=-172_800))
    if answer.accepted:
        return "accepted"
    said = "expired" if "expired" in answer.message.lower() else on.said(answer)
    return f"{said}, {'with' if answer.has_date else 'without'} Date"


def _format(question: str, expects: str | None) -> t.Callable[[Interview], str]:
    return lambda on: on.call(question, _LIST, {"MaxResults": 1}, Sending("GET", expects=expects)).kind


def _xml_request_id(on: Interview) -> str:
    body = on.call("xml_request_id", _LIST, {"MaxResults": 1}, Sending("GET", expects="xml")).body
    nested = body.get("ResponseMetadata")
    places = ("RequestId" in body, isinstance(nested, dict) and "RequestId" in nested)
    return {(True, True): "both", (True, False): "root", (False, True): "ResponseMetadata"}.get(places, "nowhere")


def _error_shape(on: Interview) -> str:
    error = on.call("error_shape", "DescribeNothings").body.get("Error")
    return " ".join(sorted(map(on.disguise.name, error))) if isinstance(error, dict) else "no object"


def _refusal(question: str, action: str, parameters: dict[str, t.Any] | None = None) -> t.Callable[[Interview], str]:
    return lambda on: on.said(on.call(question, action, parameters))


def _selected(question: str, noun: str, parameters: dict[str, t.Any]) -> t.Callable[[Interview], str]:
    """What a selection that fits nothing lists, where there is something that it could list."""

    def asking(on: Interview) -> str:
        if not on.listed(question, noun):
            raise NotAskedError(f"there is nothing that Describe{noun}s lists")
        answer = on.call(question, f"Describe{noun}s", parameters)
        if not answer.accepted:
            return on.said(answer)
        return "everything" if answer.items(f"{noun}Set") else "none"

    return asking


def _unknown(question: str, identity: str) -> t.Callable[[Interview], str]:
    def asking(on: Interview) -> str:
        answer = on.call(question, _LIST, {"CustomerGatewayId": [identity]})
        if not answer.accepted:
            return on.said(answer)
        return "something" if answer.items("CustomerGatewaySet") else "empty list"

    return asking


def _ask_pages(on: Interview) -> None:
    """What a list of at least two is cut into."""
    names = ("paging", "page_token", "next_page", "first_page", "page_size")
    if all(name in on.found or name == "page_size" for name in names):
        return
    items = on.listed("paging", "CustomerGateway")
    if len(items) < 2:
        for name in names:
            on.skips(name, "there are fewer than two customer gateways")
        return
    whole = on.call("page_size", _LIST)
    number = len(whole.items("CustomerGatewaySet"))
    if whole.next_token and not number:
        on.skips("page_size", "the first page is empty")
    else:
        on.finds("page_size", str(number) if whole.next_token else "all")
    first = on.call("paging", _LIST, {"MaxResults": 1})
    one, token = first.items("CustomerGatewaySet"), first.next_token
    on.finds("first_page", "empty" if not one and token else "as asked")
    on.finds("paging", ("none" if not one else "one" if len(one) == 1 else "more") + (" and a token" if token else ""))
    if not token:
        on.skips("page_token", "there is no token")
        on.skips("next_page", "there is no token")
        return
    on.finds("page_token", "counts items" if token in ("1", "2") else "a number" if token.isdecimal() else "a text")
    later = on.call("next_page", _LIST, {"MaxResults": 1, "NextToken": token}).items("CustomerGatewaySet")
    ids = [item.get("CustomerGatewayId") for item in items]
    place = ids.index(later[0].get("CustomerGatewayId")) if later and later[0].get("CustomerGatewayId") in ids else -1
    wanted = 1 if one else 0
    on.finds("next_page", "the second item" if place == wanted else "another item" if later else "none")


def _fields(on: Interview, question: str, noun: str, usual: tuple[str, ...], document: set[str]) -> str:
    items = on.listed(question, noun)
    if not items:
        raise NotAskedError(f"there is nothing that Describe{noun}s lists")
    missing = [name for name in usual if not any(name in item for item in items)]
    if not missing:
        return "all"
    if document and set(missing) == document:
        return "document"
    return "without " + " ".join(missing)


def _tunnels(on: Interview, question: str) -> list[dict[str, t.Any]]:
    items = on.listed(question, "VpnTunnel")
    if not items:
        raise NotAskedError("there is no tunnel")
    return items


def _tunnel_fields(on: Interview) -> str:
    newer = any(item.get("Type") in ("route_ipsec", "ipsec") for item in _tunnels(on, "tunnel_fields"))
    beside = _OF_TUNNEL_BESIDE if newer else _OF_TUNNEL_BESIDE[:2]
    return _fields(on, "tunnel_fields", "VpnTunnel", _OF_TUNNEL + beside, set(beside))


def _details(on: Interview) -> str:
    newer = [item for item in _tunnels(on, "tunnel_details") if str(item.get("VpnGatewayVersion")) == "2.0"]
    if not newer:
        raise NotAskedError("there is no tunnel of version 2.0")
    return "shown" if any("VpnMTunnelState" in item for item in newer) else "left out"


def _charge_type(on: Interview) -> str:
    values = {str(item["ChargeType"]) for item in on.listed("charge_type", "VpnGateway") if item.get("ChargeType")}
    if not values:
        raise NotAskedError("no gateway shows a ChargeType")
    if values <= {"PostPaidByDay", "PrePaidByMonth"}:
        return "paid"
    return "request" if values <= {"Daily", "Monthly"} else " ".join(sorted(map(on.disguise.word, values)))


def _key_shown(on: Interview) -> str:
    return "shown" if any(item.get("PreSharedKey") for item in _tunnels(on, "key_shown")) else "hidden"


def _phase_two(on: Interview) -> str:
    names = {name for item in _tunnels(on, "phase_two") for name in item}
    spelled = [prefix for prefix in ("Ipsec", "Ipssec") if any(name.startswith(prefix) for name in names)]
    return " and ".join(spelled) or "neither"


def _networks(on: Interview) -> str:
    found = [
        network
        for noun, name in (("VpnGateway", "RemoteCidrSet"), ("VpnTunnel", "ExtraCidrSet"))
        for item in on.listed("networks", noun)
        for network in item.get(name) or []
    ]
    if not found:
        raise NotAskedError("no gateway or tunnel shows a network")
    return "strings" if isinstance(found[0], str) else "objects"


def _status(on: Interview, question: str, parameters: dict[str, t.Any]) -> t.Any:
    answer = on.call(question, "DescribeVpnTunnelIpsecStatus", parameters)
    items = answer.items("VpnTunnelIpsecStatusList")
    return items if answer.accepted else on.said(answer)


def _status_spelling(on: Interview) -> str:
    tunnel = _tunnels(on, "status_spelling")[0]["VpnTunnelId"]
    items = _status(on, "status_spelling", {"VpnTunnelId": [tunnel], "IsMaster": 1})
    if isinstance(items, str):
        return items
    names = {name for item in items for name in item}
    return "lower" if "ikeStatus" in names else "upper" if "IkeStatus" in names else "neither"


def _status_without(on: Interview) -> str:
    tunnel = _tunnels(on, "status_without")[0]["VpnTunnelId"]
    items = _status(on, "status_without", {"VpnTunnelId": [tunnel]})
    if isinstance(items, str):
        return "refused"
    lines = {str(value) for item in items for name, value in item.items() if name.lower() == "ismaster"}
    return {("0", "1"): "both", ("1",): "master", ("0",): "backup"}.get(tuple(sorted(lines)), "none")


def _status_of_unknown(on: Interview) -> str:
    items = _status(on, "status_of_unknown", {"VpnTunnelId": [NOBODY], "IsMaster": 1})
    return "refused" if isinstance(items, str) else "shown" if items else "left out"


def _vpcs(on: Interview) -> str:
    items = on.listed("vpcs", "Vpc")
    if not items:
        raise NotAskedError("no VPC is listed")
    return " ".join(name for name in ("VpcId", "VpcName") if all(name in item for item in items)) or "neither"


def _routes(on: Interview) -> str:
    gateways = [item for item in on.listed("routes", "VpnGateway") if item.get("VpcId")]
    if not gateways:
        raise NotAskedError("there is no gateway whose VPC could be asked about")
    answer = on.call("routes", "DescribeRoutes", {"Filter": [{"Name": "vpc-id", "Value": [gateways[0]["VpcId"]]}]})
    return "listed" if answer.accepted else on.said(answer)


def _filter(name: str, value: str) -> dict[str, t.Any]:
    return {"Filter": [{"Name": name, "Value": [value]}]}


_ASKING: dict[str, t.Callable[[Interview], str]] = {
    **{f"signed_{form.replace('-', '_')}_{method.lower()}": _signed(form, method) for form, method in FORMS},
    "wrong_signature": _with_fault("wrong_signature", "secret"),
    "unknown_key": _with_fault("unknown_key", "key"),
    "unsigned": _with_fault("unsigned", "none"),
    "unknown_region": _with_fault("unknown_region", "region"),
    "clock_window": _clock_window,
    "clock_error": _clock_error,
    "date_zones": lambda on: "accepted" if _with_fault("date_zones", "zone")(on) == "accepted" else "refused",
    "unsigned_host": lambda on: "accepted" if _with_fault("unsigned_host", "host")(on) == "accepted" else "refused",
    "format_json": _format("format_json", "json"),
    "format_xml": _format("format_xml", "xml"),
    "format_default": _format("format_default", None),
    "xml_request_id": _xml_request_id,
    "unknown_action": _refusal("unknown_action", "DescribeNothings"),
    "unknown_version": lambda on: on.said(on.call("unknown_version", _LIST, {}, Sending("GET", version="2000-01-01"))),
    "error_shape": _error_shape,
    "unknown_id": _unknown("unknown_id", NOBODY),
    "malformed_id": _unknown("malformed_id", "none"),
    "empty_id": _selected("empty_id", "CustomerGateway", {"CustomerGatewayId": [""]}),
    "customer_filter": _selected("customer_filter", "CustomerGateway", _filter("customer-gateway-name", NOBODY)),
    "unknown_filter": _refusal("unknown_filter", "DescribeVpnGateways", _filter("no-such-filter", NOBODY)),
    "gateway_filter": _selected("gateway_filter", "VpnGateway", _filter("vpc-id", NOBODY)),
    "project": _selected("project", "VpnGateway", {"ProjectId": ["999999999999"]}),
    "most_results": _refusal("most_results", _LIST, {"MaxResults": 1001}),
    "wrong_token": _refusal("wrong_token", _LIST, {"NextToken": "none", "MaxResults": 1}),
    "customer_fields": lambda on: _fields(on, "customer_fields", "CustomerGateway", _OF_CUSTOMER, set()),
    "gateway_fields": lambda on: _fields(on, "gateway_fields", "VpnGateway", _OF_GATEWAY, _NOT_IN_DOCUMENT),
    "charge_type": _charge_type,
    "tunnel_fields": _tunnel_fields,
    "tunnel_details": _details,
    "key_shown": _key_shown,
    "phase_two": _phase_two,
    "networks": _networks,
    "status_spelling": _status_spelling,
    "status_without": _status_without,
    "status_of_unknown": _status_of_unknown,
    "vpcs": _vpcs,
    "routes": _routes,
}


def ask_reading(on: Interview) -> None:
    """Ask all questions that have no answer yet."""
    for question, asking in _ASKING.items():
        on.ask(question, asking)
    try:
        _ask_pages(on)
    except NotAskedError as error:
        for name in ("paging", "page_token", "next_page", "first_page", "page_size"):
            on.skips(name, str(error))
