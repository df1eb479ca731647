# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The questions of the level C(write): a customer gateway, and if asked for a Daily gateway with tunnels and routes.

All that is made here is in the journal before and after; cleaning.py removes it.
"""

from __future__ import annotations

import typing as t
import unicodedata
from datetime import datetime, timedelta

from .exchange import Answer
from .interview import NOBODY, PATIENCE, Interview, NotAskedError, created_id
from .trying import customer

NETWORK = "203.0.113.0/24"  # for documentation: nobody has it
_KEY = "verify-service-key-1"
_STATES_SECONDS = 180.0
_SETTLED_SECONDS = 20.0  # without another state
_LAGS_SECONDS = 60.0

Item = dict[str, t.Any]


def ask_customer_gateways(on: Interview) -> None:
    """What becomes of customer gateways, of which three are made, and one more that is deleted at once."""
    name = on.new_name()
    answer, identity = on.create("create_answer", "CustomerGateway", customer(on, name), {"name": name})
    on.finds("create_answer", _shape_of_create(on, answer, "CustomerGateway"))
    if identity is None:
        return
    item = _appears(on, "list_lag", "CustomerGateway", name)
    if item is None:
        on.skips("names", "what was created is not listed")
        return
    listed_id = str(item["CustomerGatewayId"])
    on.finds("id_case", "the same" if listed_id == identity else "another case")
    on.ask("time_zone", lambda on: _zone(on, str(item.get("CreateTime", ""))))
    on.ask("same_name", lambda on: _same_name(on, name))
    third = on.new_name()
    on.create("page_size", "CustomerGateway", customer(on, third), {"name": third})
    on.ask("names", lambda on: _names(on, listed_id))
    on.ask("longest_name", lambda on: _longest_name(on, listed_id))
    on.ask("modify_answer", lambda on: _modify_answer(on, listed_id))
    on.ask("modify_address", lambda on: _modify_address(on, listed_id))
    on.ask("modify_unknown", lambda on: _of_nobody(on, "modify_unknown", "Modify"))
    on.ask("delete_unknown", lambda on: _of_nobody(on, "delete_unknown", "Delete"))
    on.ask("delete_answer", _deletion)


def _shape_of_create(on: Interview, answer: Answer, kind: str) -> str:
    if not answer.accepted:
        return on.said(answer)
    if isinstance(answer.body.get(kind), dict):
        return "the object" if created_id(answer, kind) else "an object without an id"
    return "an id" if created_id(answer, kind) else "no id"


def _find(on: Interview, question: str, noun: str, name: str) -> Item | None:
    tag = name.casefold()[: len(on.tag) + 3]
    for item in on.listed(question, noun):
        if str(item.get(f"{noun}Name", "")).casefold().startswith(tag):
            return item
    return None


def _appears(on: Interview, question: str, noun: str, name: str) -> Item | None:
    """The new resource once it is listed, and whether that was at once."""
    waited = 0.0
    while True:
        item = _find(on, question, noun, name)
        if item is not None:
            if question == "list_lag":
                on.finds(question, "at once" if not waited else "later")
            return item
        if waited >= _LAGS_SECONDS:
            return None
        on.pause(1.0)
        waited += 1.0


def _one(on: Interview, question: str, identity: str) -> Item:
    """The customer gateway as it is listed."""
    items = on.call(question, "DescribeCustomerGateways", {"CustomerGatewayId": [identity]}).items("CustomerGatewaySet")
    if not items:
        raise NotAskedError("the customer gateway is not listed any more")
    return items[0]


def _modified(on: Interview, question: str, identity: str, **changes: t.Any) -> Answer:
    return on.call(question, "ModifyCustomerGateway", {"CustomerGatewayId": identity, **changes}, writes=True)


def _zone(on: Interview, shown: str) -> str:
    try:
        moment = datetime.fromisoformat(shown.replace("T", " ").rstrip("Z"))
    except ValueError:
        return "another layout"
    now = on.sender.clock().replace(tzinfo=None)
    quarters = round((moment.replace(tzinfo=None) - now) / timedelta(minutes=15))
    sign, minutes = "+-"[quarters < 0], abs(quarters) * 15
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _same_name(on: Interview, name: str) -> str:
    """A second one of the same name, without a second address if that is accepted."""
    wanted = {**customer(on, name), "HaCustomerGatewayAddress": None}
    answer, identity = on.create("same_name", "CustomerGateway", wanted, {"name": name})
    said = on.said(answer)
    if identity is None and "MissingParameter" in said:
        on.skips("no_second_address", "a second address is required")
        answer, identity = on.create("same_name", "CustomerGateway", customer(on, name), {"name": name})
        return on.said(answer)
    if identity is not None:
        on.ask("no_second_address", lambda on: _no_second_address(on, identity.lower(), wanted))
    return said


def _no_second_address(on: Interview, identity: str, wanted: Item) -> str:
    for _second in range(int(_LAGS_SECONDS)):
        for item in on.listed("no_second_address", "CustomerGateway"):
            if str(item.get("CustomerGatewayId")).lower() == identity:
                shown = item.get("HaCustomerGatewayAddress", NOBODY)
                same = shown == wanted["CustomerGatewayAddress"]
                return (
                    "empty" if shown in ("", None) else "absent" if shown == NOBODY else "the first" if same else "one"
                )
        on.pause(1.0)
    raise NotAskedError("what was created is not listed")


def _names(on: Interview, identity: str) -> str:
    """Each thing that becomes of a name which is not as simple as it could be."""
    made: list[str] = []
    for kind, name in (
        ("trimmed", on.new_name(" a ")),
        ("cut", on.new_name("-of-many-characters-for-a-name")),
        ("normalised", on.new_name("e\u0301")),
    ):
        answer = _modified(on, "names", identity, CustomerGatewayName=name)
        if not answer.accepted:
            made.append(f"{kind}: {on.said(answer)}")
            continue
        shown = str(_one(on, "names", identity).get("CustomerGatewayName"))
        if shown != name:
            usual = {
                "trimmed": name.strip(),
                "cut": name[: len(shown)],
                "normalised": unicodedata.normalize("NFC", name),
            }
            made.append(kind if shown == usual[kind] else f"{kind}: otherwise")
    return ", ".join(made) or "as sent"


def _longest_name(on: Interview, identity: str) -> str:
    longest = 0
    for length in (32, 64, 128, 255):
        name = on.new_name("-" * length)[:length]
        on.disguise.own(name)
        answer = _modified(on, "longest_name", identity, CustomerGatewayName=name)
        if not answer.accepted or _one(on, "longest_name", identity).get("CustomerGatewayName") != name:
            return f"{longest} or more, not {length}"
        longest = length
    return f"{longest} or more"


def _modify_answer(on: Interview, identity: str) -> str:
    answer = _modified(on, "modify_answer", identity, CustomerGatewayName=on.new_name())
    if not answer.accepted:
        return on.said(answer) if answer.code else "Return false"
    parts = ("Return" in answer.body, isinstance(answer.body.get("CustomerGateway"), dict))
    return {(True, True): "both", (True, False): "return", (False, True): "object"}.get(parts, "neither")


def _modify_address(on: Interview, identity: str) -> str:
    first = on.options.address.rpartition(".")[0]
    address = f"{first}.{(int(on.options.address.rpartition('.')[2]) + 2) % 256}"
    answer = _modified(on, "modify_address", identity, CustomerGatewayAddress=address)
    if not answer.accepted:
        return on.said(answer) if answer.code else "Return false"
    item = _one(on, "modify_address", identity)
    if "CustomerGatewayAddress" not in item:
        raise NotAskedError("the address is not shown")
    shown = item["CustomerGatewayAddress"]
    return "changed" if shown == address else "ignored"


def _of_nobody(on: Interview, question: str, verb: str) -> str:
    parameters = {"CustomerGatewayId": NOBODY, **({"CustomerGatewayName": "none"} if verb == "Modify" else {})}
    return on.said(on.call(question, f"{verb}CustomerGateway", parameters, writes=True))


def _deletion(on: Interview) -> str:
    """One more, deleted at once: what is answered, and when it is no longer listed."""
    name = on.new_name()
    _answer, identity = on.create("delete_answer", "CustomerGateway", customer(on, name), {"name": name})
    item = None if identity is None else _appears(on, "delete_answer", "CustomerGateway", name)
    if identity is None or item is None:
        raise NotAskedError("there is nothing to delete")
    answer = on.call(
        "delete_answer", "DeleteCustomerGateway", {"CustomerGatewayId": item["CustomerGatewayId"]}, writes=True
    )
    if not answer.accepted:
        return on.said(answer) if answer.code else "Return false"
    on.ask("delete_lag", lambda on: _lag(on, name))
    if on.found.get("delete_lag") in ("at once", "later"):
        on.journal.is_gone("CustomerGateway", identity)
    return "Return true" if "Return" in answer.body else "no Return"


def _lag(on: Interview, name: str) -> str:
    waited = 0.0
    while _find(on, "delete_lag", "CustomerGateway", name) is not None:
        if waited >= _LAGS_SECONDS:
            return f"not after {waited:.0f} s"
        on.pause(1.0)
        waited += 1.0
    return "later" if waited else "at once"


# --- a Daily gateway ----------------------------------------------------------------------------


def ask_gateway(on: Interview) -> None:
    """What becomes of a Daily gateway, of its tunnels and of its routes."""
    version, name = on.options.daily_gateway, on.new_name()
    wanted = {
        "VpnGatewayName": name,
        "BandWidth": 5,
        "VpcId": on.options.vpc_id,
        "ChargeType": "Daily",
        "VpnGatewayVersion": version,
    }
    answer, identity = on.create("new_gateway", "VpnGateway", wanted, {"name": name})
    on.finds("new_gateway", _shape_of_create(on, answer, "VpnGateway"))
    gateway = None if identity is None else _appears(on, "new_gateway", "VpnGateway", name)
    peer = on.listed("new_gateway", "CustomerGateway")
    ours = [item for item in peer if str(item.get("CustomerGatewayName", "")).startswith(on.tag)]
    if gateway is None or not ours:
        return
    gateway_id, peer_id = str(gateway["VpnGatewayId"]), str(ours[0]["CustomerGatewayId"])
    tunnel = _ask_tunnel(on, gateway_id, peer_id)
    if tunnel is not None:
        _ask_routes(on, gateway_id, tunnel)
        on.ask("customer_in_use", lambda on: _delete(on, "customer_in_use", "CustomerGateway", peer_id))
        on.ask("gateway_in_use", lambda on: _delete(on, "gateway_in_use", "VpnGateway", gateway_id))


def end_tunnel(on: Interview) -> None:
    """The last questions, after which nothing more can be asked of the tunnel."""
    tunnels = [item for item in on.listed("route_of_deleted", "VpnTunnel") if _is_ours(on, item)]
    if tunnels:
        on.ask("route_of_deleted", lambda on: _route_of_deleted(on, str(tunnels[0]["VpnTunnelId"])))


def _is_ours(on: Interview, item: Item) -> bool:
    return str(item.get("VpnTunnelName", "")).casefold().startswith(on.tag)


def _tunnel(on: Interview, gateway_id: str, peer_id: str, name: str) -> Item:
    newer = on.options.daily_gateway == "2.0"
    links = {"LocalPeerIp": "169.254.100.1/30", "CustomerPeerIp": "169.254.100.2/30", "IkeVersion": "v2"}
    return {
        "VpnTunnelName": name,
        "Type": "route_ipsec" if newer else "Ipsec",
        "VpnGatewayId": gateway_id,
        "CustomerGatewayId": peer_id,
        "PreSharedKey": _KEY,
        "IkeDHGroup": "14",
        "IkeAuthenAlgorithm": "sha",
        "IpsecLifetimeSecond": 7200,
        **(links if newer else {}),
    }


def _ask_tunnel(on: Interview, gateway_id: str, peer_id: str) -> Item | None:
    name = on.new_name()
    wanted = _tunnel(on, gateway_id, peer_id, name)
    answer, identity = on.create("tunnel_states", "VpnTunnel", wanted, {"name": name})
    if identity is None and "Invalid" in on.said(answer):  # a group that this service may not have
        wanted["IkeDHGroup"] = "2"
        answer, identity = on.create("tunnel_states", "VpnTunnel", wanted, {"name": name})
    if identity is None:
        on.skips("tunnel_states", f"no tunnel can be created: {on.said(answer)}")
        return None
    item = _appears(on, "tunnel_states", "VpnTunnel", name)
    if item is None:
        on.skips("tunnel_states", "what was created is not listed")
        return None
    on.ask("tunnel_states", lambda on: _states(on, str(item["VpnTunnelId"])))
    on.ask("tunnel_kept", lambda on: _kept(on, wanted, item))
    on.ask("foreign_fields", lambda on: _foreign(on, gateway_id, peer_id))
    return item


def _states(on: Interview, identity: str) -> str:
    """The states that a new tunnel shows, until none new has come for a while."""
    seen: list[str] = []
    waited = settled = 0.0
    while waited < _STATES_SECONDS and settled < _SETTLED_SECONDS:
        items = on.call("tunnel_states", "DescribeVpnTunnels", {"VpnTunnelId": [identity]}).items("VpnTunnelSet")
        state = on.disguise.word(items[0].get("State", "none")) if items else "not listed"
        settled = 0.0 if not seen or state != seen[-1] else settled
        if not seen or state != seen[-1]:
            seen.append(state)
        on.pause(0.5)
        waited, settled = waited + 0.5, settled + 0.5
    return " ".join(seen)


def _kept(on: Interview, wanted: Item, item: Item) -> str:
    spelled = {"IkeDHGroup": "IkeDhGroup", "IpsecLifetimeSecond": "IpssecLifetimeSecond"}
    compared = [name for name in wanted if name not in ("VpnGatewayId", "CustomerGatewayId", "VpnTunnelName")]
    shown = {name: item.get(name, item.get(spelled.get(name, ""), wanted[name])) for name in compared}
    differing = [
        f"{name}={on.disguise.word(value) if not str(value).isdecimal() else value}"
        for name, value in shown.items()
        if name != "PreSharedKey" and str(value) != str(wanted[name])
    ]
    if shown["PreSharedKey"] != wanted["PreSharedKey"]:
        differing.append("PreSharedKey")
    return "as asked" if not differing else "otherwise: " + " ".join(differing)


def _foreign(on: Interview, gateway_id: str, peer_id: str) -> str:
    """A tunnel without GRE that has addresses for it."""
    name = on.new_name()
    wanted = _tunnel(on, gateway_id, peer_id, name)
    if on.options.daily_gateway == "2.0":
        wanted = {**wanted, "Type": "ipsec"}
    else:
        wanted |= {"VpnGreIp": "192.0.2.1", "CustomerGreIp": "192.0.2.2"}
    probe = "LocalPeerIp" if on.options.daily_gateway == "2.0" else "VpnGreIp"
    wanted["IkeDHGroup"] = "2"
    answer, identity = on.create("foreign_fields", "VpnTunnel", wanted, {"name": name})
    if identity is None:
        return "refused" if answer.status < 500 else on.said(answer)
    item = _appears(on, "foreign_fields", "VpnTunnel", name)
    if item is None:
        raise NotAskedError("what was created is not listed")
    return "stored" if item.get(probe) == wanted[probe] else "dropped"


# --- its routes -----------------------------------------------------------------------------------


def _ask_routes(on: Interview, gateway_id: str, tunnel: Item) -> None:
    tunnel_id = str(tunnel["VpnTunnelId"])
    if on.options.daily_gateway == "2.0":
        route = _ask_gateway_route(on, gateway_id, tunnel_id, str(tunnel.get("VpnTunnelName")))
    else:
        route = _ask_vpc_route(on, gateway_id, tunnel_id)
    if route:
        on.ask("gateway_networks", lambda on: _gateway_networks(on, gateway_id))
        on.ask("extra_networks", lambda on: _extra_networks(on, tunnel_id))
        on.ask("hop_name", lambda on: _hop_name(on, gateway_id, tunnel))
    if on.options.daily_gateway == "2.0":
        on.ask("gateway_route", lambda on: _gateway_route(on, gateway_id))


def _hop_name(on: Interview, gateway_id: str, tunnel: Item) -> str:
    """The name that a route shows of a tunnel which has another name now."""
    tunnel_id, before, now = str(tunnel["VpnTunnelId"]), str(tunnel.get("VpnTunnelName")), on.new_name()
    answer = on.call("hop_name", "ModifyVpnTunnel", {"VpnTunnelId": tunnel_id, "VpnTunnelName": now}, writes=True)
    if not answer.accepted:
        raise NotAskedError(f"the name of a tunnel can't be changed: {on.said(answer)}")
    if on.options.daily_gateway == "2.0":
        shown = {str(item.get("NextHopInstanceName")) for item in _gateway_routes(on, "hop_name", gateway_id)}
    else:
        hops = [hop for item in _vpc_routes(on, "hop_name") for hop in item.get("NextHopSet") or []]
        shown = {str(hop.get("GatewayName")) for hop in hops if hop.get("GatewayId") == tunnel_id}
        if not shown:
            raise NotAskedError("the route does not show the tunnel")
    one = next(iter(shown)) if len(shown) == 1 else ""
    return {now: "live", before: "as created"}.get(one, "another")


def _vpc_routes(on: Interview, question: str) -> list[Item]:
    parameters = {"Filter": [{"Name": "vpc-id", "Value": [on.options.vpc_id]}]}
    return [item for item in on.listed(question, "Route", **parameters) if item.get("DestinationCidrBlock") == NETWORK]


def _ask_vpc_route(on: Interview, gateway_id: str, tunnel_id: str) -> bool:
    try:
        if _vpc_routes(on, "route_hop"):
            raise NotAskedError(f"the VPC has a route to {NETWORK} already")
    except NotAskedError as error:
        on.skips("route_hop", str(error))
        return False
    wanted = {
        "VpcId": on.options.vpc_id,
        "RouteType": "Vpn",
        "DestinationCidrBlock": NETWORK,
        "VpnTunnelId": tunnel_id,
        "Description": on.new_name(),
    }
    marks = {"vpc": on.options.vpc_id, "network": NETWORK, "hop": tunnel_id}
    answer, identity = on.create("route_hop", "Route", wanted, marks)
    if identity is None:
        on.skips("route_hop", f"no route can be created: {on.said(answer)}")
        return False
    items = _vpc_routes(on, "route_hop")
    hops = [hop for item in items for hop in item.get("NextHopSet") or [] if isinstance(hop, dict)]
    ids = {str(hop.get("GatewayId")) for hop in hops}
    kinds = {tunnel_id: "tunnel", gateway_id: "gateway"}
    on.finds("route_hop", " ".join(sorted(kinds.get(item, "another") for item in ids)) or "none")
    kept = any(item.get("Description") == wanted["Description"] for item in items)
    on.finds("route_description", "kept" if kept else "ignored")
    on.ask("route_filter", lambda on: _route_filter(on, sorted(ids)))
    again, second = on.create("same_route", "Route", wanted, marks)
    on.finds("same_route", "allowed" if second else on.said(again))
    return True


def _route_filter(on: Interview, ids: list[str]) -> str:
    if not ids:
        raise NotAskedError("the route shows no next hop")
    nobodys = on.call("route_filter", "DescribeRoutes", {"Filter": [{"Name": "instance-id", "Value": [NOBODY]}]})
    if nobodys.accepted and nobodys.items("RouteSet"):
        raise NotAskedError("filters are passed over")
    answer = on.call("route_filter", "DescribeRoutes", {"Filter": [{"Name": "instance-id", "Value": ids}]})
    return on.said(answer) if not answer.accepted else "found" if answer.items("RouteSet") else "none"


def _gateway_routes(on: Interview, question: str, gateway_id: str, **more: t.Any) -> list[Item]:
    answer = on.call(question, "DescribeVpnGatewayRoutes", {"VpnGatewayId": gateway_id, **more})
    if not answer.accepted:
        raise NotAskedError(f"DescribeVpnGatewayRoutes is refused: {on.said(answer)}")
    return [item for item in answer.items("VpnGatewayRouteSet") if item.get("DestinationCidrBlock") == NETWORK]


def _ask_gateway_route(on: Interview, gateway_id: str, tunnel_id: str, tunnel_name: str) -> bool:
    wanted = {
        "VpnGatewayId": gateway_id,
        "DestinationCidrBlock": NETWORK,
        "NextHopType": "vpn_tunnel",
        "NextHopInstanceId": tunnel_id,
        "Description": on.new_name(),
    }
    marks = {"gateway": gateway_id, "network": NETWORK}
    answer, identity = on.create("route_change", "VpnGatewayRoute", wanted, marks)
    if identity is None:
        on.skips("route_change", f"no route can be created: {on.said(answer)}")
        return False
    listed = [str(item.get("VpnGatewayRouteId")) for item in _gateway_routes(on, "route_change", gateway_id)]
    identity = next((item for item in listed if item.lower() == identity.lower()), identity)
    changes = {"VpnGatewayRouteId": identity, "Description": on.new_name()}
    changed = on.call("route_change", "ModifyVpnGatewayRoute", changes, writes=True)
    said = changed.body.get("RouteId")
    known = {identity: "the id", "True": "true", "true": "true"}
    on.finds("route_change", known.get(str(said), "something else") if changed.accepted else on.said(changed))

    def filtered(on: Interview) -> str:
        if _gateway_routes(on, "hop_filter", gateway_id, Filter=[{"Name": "nexthop", "Value": [NOBODY]}]):
            raise NotAskedError("filters are passed over")
        fits = []
        for kind, value in (("type", "vpn_tunnel"), ("id", tunnel_id), ("name", tunnel_name)):
            nexthop = [{"Name": "nexthop", "Value": [value]}]
            if _gateway_routes(on, "hop_filter", gateway_id, Filter=nexthop):
                fits.append(kind)
        return " ".join(fits) or "nothing"

    on.ask("hop_filter", filtered)
    again, second = on.create("same_route", "VpnGatewayRoute", wanted, marks)
    on.finds("same_route", "allowed" if second else on.said(again))
    return True


def _gateway_route(on: Interview, gateway_id: str) -> str:
    if _vpc_routes(on, "gateway_route"):
        raise NotAskedError(f"the VPC has a route to {NETWORK} already")
    wanted = {
        "VpcId": on.options.vpc_id,
        "RouteType": "Vpn",
        "DestinationCidrBlock": NETWORK,
        "VpnGatewayId": gateway_id,
    }
    marks = {"vpc": on.options.vpc_id, "network": NETWORK, "hop": gateway_id}
    return on.said(on.create("gateway_route", "Route", wanted, marks)[0])


def _blocks(networks: t.Any) -> list[str]:
    return [str(item.get("CidrBlock")) if isinstance(item, dict) else str(item) for item in networks or []]


def _gateway_networks(on: Interview, gateway_id: str) -> str:
    items = on.call("gateway_networks", "DescribeVpnGateways", {"VpnGatewayId": [gateway_id]}).items("VpnGatewaySet")
    return "of routes" if NETWORK in _blocks(items[0].get("RemoteCidrSet") if items else []) else "none"


def _extra_networks(on: Interview, tunnel_id: str) -> str:
    items = on.call("extra_networks", "DescribeVpnTunnels", {"VpnTunnelId": [tunnel_id]}).items("VpnTunnelSet")
    return "of routes" if NETWORK in _blocks(items[0].get("ExtraCidrSet") if items else []) else "none"


# --- what is in use -------------------------------------------------------------------------------


def _delete(on: Interview, question: str, kind: str, identity: str) -> str:
    return on.said(on.call(question, f"Delete{kind}", {f"{kind}Id": identity}, writes=True))


def _route_of_deleted(on: Interview, tunnel_id: str) -> str:
    """A tunnel with a route is deleted."""
    if on.found.get("gateway_in_use") == "accepted":
        raise NotAskedError("the gateway is gone")
    routes = [made for made in on.journal.made if made.kind in ("Route", "VpnGatewayRoute") and made.id]
    hops = [made for made in routes if made.kind == "VpnGatewayRoute" or made.marks.get("hop") == tunnel_id]
    if not hops:
        raise NotAskedError("there is no route to a tunnel")
    answer = on.call("route_of_deleted", "DeleteVpnTunnel", {"VpnTunnelId": tunnel_id}, writes=True)
    if not answer.accepted:
        on.skips("deleted_state", "a tunnel with a route is not deleted")
        return "refused"
    on.finds("deleted_state", _state_of_deleted(on, tunnel_id))
    if hops[0].kind == "Route":
        left = [item for item in _vpc_routes(on, "route_of_deleted") if item.get("RouteId") == hops[0].id]
    else:
        left = _gateway_routes(on, "route_of_deleted", hops[0].marks["gateway"])
    return "dangling" if left else "removed"


def _state_of_deleted(on: Interview, tunnel_id: str) -> str:
    seen: list[str] = []
    waited = 0.0
    while waited < PATIENCE:
        items = on.call("deleted_state", "DescribeVpnTunnels", {"VpnTunnelId": [tunnel_id]}).items("VpnTunnelSet")
        if not items:
            break
        state = on.disguise.word(items[0].get("State", "none"))
        if state not in seen:
            seen.append(state)
        on.pause(1.0)
        waited += 1.0
    return " ".join(seen) or "not listed"
