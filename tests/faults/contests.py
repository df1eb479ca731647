# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drawing contests: trials in which a task is not alone, or the account or the service is not as a task would like.

L(faults.routes) draws those of routes, and L(faults.shapes) one of all. Each has a few tasks that begin at about the
same time, in an account in which something is already, with strangers who act at certain moments, faults, and a service
of odd habits. All from one random generator.

- C(race): two to five tasks create one name, equal or different, each answer lost or not, perhaps with a stranger;
- C(stranger): one task creates, changes, replaces or removes; somebody else creates the same name, renames, or deletes;
- C(replace): a replacement of any type and generation, by name or id, in place or to another gateway, with names that
  are taken, parents that are not there, quotas, and what must not be carried along;
- C(names): by ids in capitals, of another project, of what is gone, with empty options, two of one name;
- C(odd): one task, and a service that stores, lists or answers otherwise than asked.
"""

from __future__ import annotations

import dataclasses
from random import Random
from typing import Any

from .keys import MOST_TASKS
from .mishaps import READ_TIMEOUT, WIRE

Options = dict[str, Any]
Fault = dict[str, Any]
DEAD_ID = "0d0e0a0d-dead-4dad-8dad-00dead00dead"
VPC_ID = "0d0e0a0d-0a0b-4dad-8dad-0000000000fc"
NAME = "one"
KEY = "fake-pre-shared-key"
QUOTA = {"kind": "error", "when": "before", "status": 400, "code": "QuotaExceeded", "dry_run": False}

# What every contest's account has: label: kind, wire fields. "@label" stands for an id.
PARENTS: dict[str, tuple[str, Options]] = {
    "gw1": ("vpn_gateway", {"VpnGatewayName": "gw-one", "VpcId": "vpc-1", "VpnGatewayVersion": "1.0"}),
    "gw1b": ("vpn_gateway", {"VpnGatewayName": "gw-one-b", "VpcId": "vpc-1b", "VpnGatewayVersion": "1.0"}),
    "gw2": ("vpn_gateway", {"VpnGatewayName": "gw-two", "VpcId": "vpc-2", "VpnGatewayVersion": "2.0"}),
    "gw2b": ("vpn_gateway", {"VpnGatewayName": "gw-two-b", "VpcId": "vpc-2b", "VpnGatewayVersion": "2.0"}),
    "peer": ("customer_gateway", {"CustomerGatewayName": "peer", "CustomerGatewayAddress": "192.0.2.1"}),
    "peer-ha": (
        "customer_gateway",
        {
            "CustomerGatewayName": "peer-ha",
            "CustomerGatewayAddress": "192.0.2.2",
            "HaCustomerGatewayAddress": "192.0.2.3",
        },
    ),
}
GENERATION = {"gw1": 1, "gw1b": 1, "gw2": 2, "gw2b": 2}

# An answer to a create that is lost, carried out or not; an answer of an error's class that says "perhaps".
LOST: list[Fault] = [
    {"kind": "reset", "when": "after"},
    {"kind": "reset", "when": "after"},
    {"kind": "reset", "when": "before"},
    {"kind": "error", "when": "after", "status": 500},
    {"kind": "error", "when": "after", "status": 400, "code": "ServiceTimeout"},
    {"kind": "error", "when": "after", "status": 200, "code": "InternalError"},
    # The document's message for this code is an exception's text, whatever stands in it.
    {
        "kind": "error",
        "when": "after",
        "status": 500,
        "code": "ServiceUnavailable",
        "message": "InnerApi: read timed out",
    },
    {"kind": "error", "when": "after", "status": 504, "code": "ServiceTimeout", "message": "InnerApi vpn timed out"},
    {"kind": "timeout", "when": "after", "seconds": 0.3},
    {"kind": "truncated"},
    {"kind": "html", "when": "after", "status": 502},
    {"kind": "late", "seconds": READ_TIMEOUT + 1.0},
    {"kind": "late", "seconds": READ_TIMEOUT + 4.0},
]
# A 404 that is not about what was asked, and an error that comes with the status 200 and without an Error object.
FOREIGN: list[Fault] = [
    {
        "kind": "raw",
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "body": '{"RequestId": "r1", "Code": "InternalError", "Message": "failed"}',
    },
    {"kind": "raw", "status": 404, "headers": {"Content-Type": "application/json"}, "body": '{"message": "no Route"}'},
    {"kind": "error", "when": "before", "status": 404, "code": "INVALID_ACTION", "message": "Not Found"},
    {"kind": "error", "when": "before", "status": 404, "code": "ApiNotSupportRegion", "message": "not in this region"},
    {
        "kind": "error",
        "when": "before",
        "status": 404,
        "code": "NoSuchEntity",
        "message": "The Vpc 'vpc-1' is no more.",
    },
    {"kind": "error", "when": "before", "status": 404, "code": "NoSuchEntity", "message": "It does not exist."},
]


@dataclasses.dataclass
class Seed:
    """What is there from the start."""

    label: str
    kind: str
    wire: Options


@dataclasses.dataclass
class Ask:
    """One task: its module and options ("@label" stands for an id, "^label" for it in capitals), and its start.

    C(doomed): why the task can't succeed, though reads can show it; then it must write nothing. C(restored): its create
    is refused once, and no more, so that what it has deleted must be there again.
    """

    kind: str
    options: Options
    delay: float = 0.0
    doomed: str = ""
    restored: bool = False

    @property
    def absent(self) -> bool:
        return self.options.get("state") == "absent"

    @property
    def replaces(self) -> bool:
        return self.options.get("on_immutable_change") == "replace" and not self.absent


@dataclasses.dataclass
class Contest:
    """One trial of this kind. C(strangers): fields of L(faults.ledger.Act)."""

    number: int
    shape: str
    seeds: list[Seed]
    asks: list[Ask]
    settings: Options = dataclasses.field(default_factory=dict)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    strangers: list[Options] = dataclasses.field(default_factory=list)
    parents_by_name: bool = False
    proxy: str = "none"


# --- what a task may ask for ------------------------------------------------------------------


def create_options(random: Random, kind: str, gateway: str = "") -> Options:
    """All that a create of a kind needs, and perhaps more; a tunnel's C(gateway) is one of PARENTS."""
    if kind == "customer_gateway":
        return {"name": NAME, "address": "203.0.113.1"}
    if kind == "vpn_gateway":
        paid: Options = {"charge_type": "Daily"}
        if random.random() < 0.3:
            paid = {"charge_type": "Monthly", "purchase_time": 1}
        version = random.choice([{}, {}, {"vpn_gateway_version": "1.0"}, {"vpn_gateway_version": "2.0"}])
        return {"name": NAME, "vpc_id": VPC_ID, "bandwidth": 5, **paid, **version}
    gateway = gateway or random.choice(list(GENERATION))
    return {
        "name": NAME,
        "vpn_gateway": "@" + gateway,
        **_typed(random, GENERATION[gateway]),
        "ike_dh_group": 14,
        "pre_shared_key": KEY,
    }


def _typed(random: Random, generation: int) -> Options:
    """A tunnel's type with what it needs, and a customer gateway that fits."""
    peer = random.choice(["peer", "peer", "peer-ha"])
    if generation == 2:
        if random.random() < 0.4:
            return {"type": "Ipsec", "vpn_gateway_version": "2.0", "customer_gateway": "@" + peer}
        return {
            "type": "route_ipsec",
            "ike_version": "v1",
            "local_peer_ip": "169.254.1.1/30",
            "customer_peer_ip": "169.254.1.2/30",
            "customer_gateway": "@" + peer,
        }
    if random.random() < 0.6:
        return {"type": "Ipsec", "customer_gateway": "@" + peer}
    second = {"ha_vpn_gre_ip": "10.9.0.1", "ha_customer_gre_ip": "10.9.0.2"} if peer == "peer-ha" else {}
    return {
        "type": "GreOverIpsec",
        "vpn_gre_ip": "10.8.0.1",
        "customer_gre_ip": "10.8.0.2",
        **second,
        "customer_gateway": "@" + peer,
    }


_OTHER: dict[str, Options] = {
    "customer_gateway": {"address": "203.0.113.2"},
    "vpn_gateway": {"bandwidth": 20},
    "vpn_tunnel": {"ike_dh_group": 5},
}
_FIELDS: dict[str, str | dict[str, str]] = {
    "name": {kind: noun + "Name" for kind, noun in WIRE.items()},
    "vpc_id": "VpcId",
    "bandwidth": "BandWidth",
    "charge_type": "ChargeType",
    "purchase_time": "PurchaseTime",
    "project_id": "ProjectId",
    "vpn_gateway_version": "VpnGatewayVersion",
    "address": "CustomerGatewayAddress",
    "ha_address": "HaCustomerGatewayAddress",
    "type": "Type",
    "vpn_gateway": "VpnGatewayId",
    "customer_gateway": "CustomerGatewayId",
    "ike_version": "IkeVersion",
    "ike_dh_group": "IkeDHGroup",
    "pre_shared_key": "PreSharedKey",
    "vpn_gre_ip": "VpnGreIp",
    "customer_gre_ip": "CustomerGreIp",
    "ha_vpn_gre_ip": "HaVpnGreIp",
    "ha_customer_gre_ip": "HaCustomerGreIp",
    "local_peer_ip": "LocalPeerIp",
    "customer_peer_ip": "CustomerPeerIp",
    "destination_cidr_block": "DestinationCidrBlock",
    "next_hop_type": "NextHopType",
    "vpn_tunnel": {"vpc_route": "VpnTunnelId", "vpn_gateway_route": "NextHopInstanceId"},
    "description": "Description",
}


def field_of(kind: str, option: str) -> str | None:
    """The service's field for an option."""
    field = _FIELDS.get(option)
    return field.get(kind) if isinstance(field, dict) else field


def wire(kind: str, options: Options) -> Options:
    """The service's fields for options."""
    found: Options = {}
    for option, value in options.items():
        field = field_of(kind, option)
        if field is not None and value is not None:
            found[field] = value
    if found.get("Type") == "Ipsec" and options.get("vpn_gateway_version") == "2.0":
        found["Type"] = "ipsec"
    if kind == "vpc_route":
        found["RouteType"] = "Vpn"
        if "VpnTunnelId" in found:
            found.pop("VpnGatewayId", None)  # it says which gateway's tunnel has the name
    return found


def seed_of(kind: str, options: Options, label: str = "old") -> Seed:
    return Seed(label, kind, wire(kind, options))


def lags(random: Random) -> Options:
    settings: Options = {}
    if random.random() < 0.4:
        settings["list_lag"] = random.choice([0.3, 1.0, 2.0])
    if random.random() < 0.3:
        settings["delete_lag"] = random.choice([0.5, 2.0])
    if random.random() < 0.3:
        settings["latency"] = random.choice([0.02, 0.1])
    if random.random() < 0.2:
        settings["page_size"] = random.choice([1, 2])
    if random.random() < 0.1:
        settings["first_page"] = "empty"
    if random.random() < 0.1:
        settings["filters_ignored"] = True
    return settings


def lost_creates(random: Random, kind: str, tasks: int, chance: float) -> list[Fault]:
    """Each of the first creates' answers is lost, or not."""
    faults, kept = [], 0
    for _unused in range(tasks):
        if random.random() < chance:
            fault = {**random.choice(LOST), "action": f"Create{WIRE[kind]}", "dry_run": False}
            faults.append({**fault, "skip": kept})  # those before it in the queue take what is theirs first
        else:
            kept += 1
    return faults


def _create_act(random: Random, kind: str, options: Options, *, action: str, skip: int, when: str) -> Options:
    """A stranger creates the same name: the same, or another, in this scope or perhaps in another one."""
    made = dict(options)
    if random.random() < 0.5:
        made.update(_OTHER[kind])
    if random.random() < 0.15:
        if kind == "vpn_gateway":
            made["vpc_id"] = "vpc-elsewhere"
        elif kind == "vpn_tunnel":
            elsewhere = {"@gw1": "@gw1b", "@gw1b": "@gw1", "@gw2": "@gw2b", "@gw2b": "@gw2"}
            made["vpn_gateway"] = elsewhere[options["vpn_gateway"]]
    return {
        "action": action,
        "skip": skip,
        "when": when,
        "verb": "create",
        "noun": WIRE[kind],
        "parameters": {name: str(value) for name, value in wire(kind, made).items()},
    }


# --- the shapes -------------------------------------------------------------------------------


def _race(random: Random) -> Contest:
    kind = random.choice(["customer_gateway", "vpn_gateway", "vpn_tunnel"])
    tasks, options = random.choice([2, 2, 3, 3, 4, 5]), create_options(random, kind)
    equal = random.random() < 0.6
    asks = []
    for number in range(min(tasks, MOST_TASKS)):
        asked = dict(options)
        if not equal and number % 2:
            asked.update(_OTHER[kind])
        asks.append(Ask(kind, asked, random.choice([0.0, 0.0, 0.0, 0.01, 0.05, 0.2, 0.5, 2.0])))
    strangers = []
    if random.random() < 0.25:
        strangers.append(_a_creator(random, kind, options))
    faults = lost_creates(random, kind, tasks, random.choice([0.0, 0.3, 0.5, 1.0]))
    if random.random() < 0.1:
        faults.append({**QUOTA, "action": f"Create{WIRE[kind]}", "skip": random.randint(0, tasks - 1)})
    if random.random() < 0.15:
        faults.append({"action": "Describe*", "kind": "reset", "skip": random.randint(2, 6)})
    if random.random() < 0.15:
        faults.append({**random.choice(LOST), "action": f"Delete{WIRE[kind]}"})
    return Contest(0, "", _elsewhere(random, kind, options), asks, lags(random), faults, strangers)


def _a_creator(random: Random, kind: str, options: Options) -> Options:
    noun = WIRE[kind]
    action, skip, when = random.choice(
        [
            (f"Create{noun}", 0, "before"),
            (f"Create{noun}", 0, "after"),
            (f"Create{noun}", 1, "after"),
            (f"Describe{noun}s", 0, "before"),
            (f"Describe{noun}s", 0, "after"),
            (f"Describe{noun}s", 1, "after"),
            (f"Describe{noun}s", 2, "after"),
            (f"Describe{noun}s", 4, "after"),
        ]
    )
    return _create_act(random, kind, options, action=action, skip=skip, when=when)


def _elsewhere(random: Random, kind: str, options: Options) -> list[Seed]:
    """Perhaps the name exists in another scope."""
    return [] if random.random() < 0.7 or kind == "customer_gateway" else [_elsewhere_seed(kind, options)]


def _elsewhere_seed(kind: str, options: Options) -> Seed:
    if kind == "vpn_gateway":
        return seed_of(kind, {**options, "vpc_id": "vpc-other"}, "elsewhere")
    other = {"@gw1": "@gw1b", "@gw1b": "@gw1", "@gw2": "@gw2b", "@gw2b": "@gw2"}[options["vpn_gateway"]]
    return seed_of(kind, {**options, "vpn_gateway": other}, "elsewhere")


def _stranger(random: Random) -> Contest:
    kind = random.choice(["customer_gateway", "vpn_gateway", "vpn_tunnel"])
    options, noun = create_options(random, kind), WIRE[kind]
    goal = random.choice(["create", "create", "create", "change", "replace", "remove"])
    seeds = _elsewhere(random, kind, options)
    if goal != "create":
        seeds.append(seed_of(kind, options))
    asked = dict(options)
    if goal == "change":
        asked.update({"customer_gateway": {"address": "203.0.113.9"}, "vpn_gateway": {"bandwidth": 50}}.get(kind, {}))
    elif goal == "replace":
        asked.update(_immutable(kind), on_immutable_change="replace")
    elif goal == "remove":
        asked = {"name": NAME, "state": "absent", **_scope(random, kind, options)}
    if goal != "create" and random.random() < 0.4:
        asked["id"] = random.choice(["@old", "^old"])
    act = random.choice(["create", "create", "create", "delete", "rename", "rename onto"])
    moment = random.choice(
        [(f"Describe{noun}s", 0, "before"), (f"Describe{noun}s", 0, "after"), (f"Describe{noun}s", 1, "after")]
        + [(f"{verb}{noun}", 0, when) for verb in ("Create", "Delete", "Modify") for when in ("before", "after")]
    )
    action, skip, when = moment
    if act == "create":
        strangers = [_create_act(random, kind, options, action=action, skip=skip, when=when)]
    elif act == "rename onto":
        seeds.append(seed_of(kind, {**options, **_OTHER[kind], "name": "another"}, "another"))
        strangers = [_rename(noun, "another", NAME, moment)]
    elif act == "rename":
        strangers = [_rename(noun, NAME, "renamed", moment)]
    else:
        strangers = [_deletion(noun, moment)]
    if random.random() < 0.3:
        strangers.append(_a_creator(random, kind, options))
    verbs = {"create": ["Create"], "change": ["Modify"], "replace": ["Delete", "Create"], "remove": ["Delete"]}[goal]
    faults = []
    if random.random() < 0.5:
        fault = {**random.choice(LOST), "action": f"{random.choice(verbs)}{noun}", "dry_run": False}
        faults.append({**fault, "count": random.choice([1, 1, 1, 9])})
    if random.random() < 0.15:  # from some look on, none succeeds
        skip = random.randint(1, 3)
        faults.append({"action": f"Describe{noun}s", "kind": "html", "status": 403, "skip": skip, "count": 99})
    return Contest(0, "", seeds, [Ask(kind, asked)], lags(random), faults, strangers)


def _rename(noun: str, old: str, new: str, moment: tuple[str, int, str]) -> Options:
    action, skip, when = moment
    parameters = {f"{noun}Id": f"name:{old}", f"{noun}Name": new}
    return {"action": action, "skip": skip, "when": when, "verb": "rename", "noun": noun, "parameters": parameters}


def _deletion(noun: str, moment: tuple[str, int, str]) -> Options:
    action, skip, when = moment
    parameters = {f"{noun}Id": f"name:{NAME}"}
    return {"action": action, "skip": skip, "when": when, "verb": "delete", "noun": noun, "parameters": parameters}


def _immutable(kind: str) -> Options:
    """A change that needs a replacement (customer gateways have none)."""
    if kind == "vpn_tunnel":
        return {"ike_dh_group": 5}
    return {"charge_type": "Monthly", "purchase_time": 1} if kind == "vpn_gateway" else {}


def _scope(random: Random, kind: str, options: Options) -> Options:
    """Perhaps the scope of the name."""
    option = {"vpn_gateway": "vpc_id", "vpn_tunnel": "vpn_gateway"}.get(kind)
    return {option: options[option]} if option and random.random() < 0.7 else {}


def _replace(random: Random) -> Contest:
    if random.random() < 0.2:
        return _replace_gateway(random)
    kind, gateway = "vpn_tunnel", random.choice(list(GENERATION))
    old = create_options(random, kind, gateway)
    seeds = [seed_of(kind, old)]
    target = random.choice([gateway, gateway, *GENERATION])
    wanted = {**create_options(random, kind, target), "on_immutable_change": "replace"}
    if random.random() < 0.4:
        wanted = {**old, "on_immutable_change": "replace", "vpn_gateway": "@" + gateway}
        target = gateway
    wanted["ike_dh_group"] = 5
    settings, faults, doomed = lags(random), [], ""
    by_id = target != gateway or random.random() < 0.5
    if by_id:
        wanted["id"] = random.choice(["@old", "@old", "^old"])
    if random.random() < 0.25 and by_id:
        # Somebody's of the same name, in the scope where this one will be.
        seeds.append(seed_of(kind, {**create_options(random, kind, target)}, "sibling"))
        doomed = "name taken" if target != gateway else ""
    fate = random.choice(["", "", "", "quota", "lost", "parent", "gre", "version", "key"])
    if fate == "quota":
        faults.append({**QUOTA, "action": "CreateVpnTunnel", "count": random.choice([1, 1, 2])})
    elif fate == "lost":
        action = random.choice(["CreateVpnTunnel", "DeleteVpnTunnel"])
        faults.append({**random.choice(LOST), "action": action, "dry_run": False})
    elif fate == "parent":
        wanted["customer_gateway"] = random.choice([DEAD_ID, "nobody"])
        doomed = "a parent is not there"
    elif fate == "gre" and wanted["type"] == "GreOverIpsec":
        wanted = {name: value for name, value in wanted.items() if not name.startswith("ha_")}
        wanted["customer_gateway"] = "@peer-ha"
        doomed = doomed or ("" if "ha_vpn_gre_ip" in old else "second addresses are missing")  # else it keeps its own
    elif fate == "version":
        wanted["vpn_gateway_version"] = "2.0" if GENERATION[target] == 1 else "1.0"
        doomed = "the gateway has another version"
    elif fate == "key":
        wanted["pre_shared_key"] = "fake-pre-shared-key-2"
    if fate != "version" and wanted.get("vpn_gateway_version") == "2.0" and GENERATION[target] == 1:
        del wanted["vpn_gateway_version"]
    restored = fate == "quota" and faults[0]["count"] == 1 and not doomed
    return Contest(0, "", seeds, [Ask(kind, wanted, doomed=doomed, restored=restored)], settings, faults)


def _replace_gateway(random: Random) -> Contest:
    kind = "vpn_gateway"
    old = {**create_options(random, kind), "charge_type": "Daily"}
    old.pop("purchase_time", None)
    wanted = {**old, "charge_type": "Monthly", "purchase_time": 1, "on_immutable_change": "replace"}
    seeds, doomed = [seed_of(kind, old)], ""
    if random.random() < 0.5:
        wanted["id"] = "@old"
        if random.random() < 0.5:
            wanted["vpc_id"] = "vpc-new"
            if random.random() < 0.5:
                seeds.append(seed_of(kind, {**old, "vpc_id": "vpc-new"}, "sibling"))
                doomed = "name taken"
    faults: list[Fault] = []
    fate = random.choice(["", "quota", "lost"])
    if fate == "quota":
        faults.append({**QUOTA, "action": "CreateVpnGateway", "count": random.choice([1, 1, 2])})
    elif fate == "lost":
        action = random.choice(["CreateVpnGateway", "DeleteVpnGateway"])
        faults.append({**random.choice(LOST), "action": action, "dry_run": False})
    restored = fate == "quota" and faults[0]["count"] == 1 and not doomed
    return Contest(0, "", seeds, [Ask(kind, wanted, doomed=doomed, restored=restored)], lags(random), faults)


def _names(random: Random) -> Contest:
    kind = random.choice(["customer_gateway", "vpn_gateway", "vpn_tunnel"])
    options = create_options(random, kind)
    seeds = [seed_of(kind, options)]
    settings = lags(random)
    state = random.choice(["absent", "absent", "present", "replace"])
    asked: Options = dict(options)
    if state == "absent":
        asked = {"name": NAME, "state": "absent"}
    elif state == "replace":
        asked.update(_immutable(kind), on_immutable_change="replace")
    doomed = ""
    case = random.choice(
        ["capitals", "capitals", "dead", "project", "two", "empty id", "empty scope", "foreign", "foreign", "elsewhere"]
    )
    if case == "capitals":
        if "vpc_id" not in asked or random.random() < 0.5:
            asked["id"] = "^old"
        else:
            asked["vpc_id"] = VPC_ID.upper()
    elif case == "dead":
        asked["id"] = DEAD_ID
        if state != "absent":
            doomed = "the id is not there" if state == "present" else ""
    elif case == "project" and kind == "vpn_gateway":
        seeds[0].wire["ProjectId"] = "103"
        asked["id"] = "@old"
    elif case == "two":
        seeds.append(seed_of(kind, {**options, **_OTHER[kind]}, "second"))
        doomed = "two have the name"
        if random.random() < 0.4:
            asked["id"], doomed = "@old", ""
    elif case == "empty id":
        asked["id"] = random.choice(["", " "])
        doomed = "the id is empty"
    elif case == "empty scope" and kind != "customer_gateway":
        asked = {"name": NAME, "state": "absent", {"vpn_gateway": "vpc_id", "vpn_tunnel": "vpn_gateway"}[kind]: ""}
        settings["empty_filter"] = "everything"
        doomed = "the scope is empty"
    elif case == "foreign":
        asked["id"] = "@old"
    elif case == "elsewhere" and kind != "customer_gateway":
        # What has the name is in another scope or project than the task's, and the service passes over filters.
        seeds = [_elsewhere_seed(kind, options)]
        if kind == "vpn_gateway" and random.random() < 0.5:
            seeds = [seed_of(kind, {**options, "project_id": "103"}, "elsewhere")]
        asked = {**options, **asked, "name": NAME}
        settings["filters_ignored"] = settings["projects_ignored"] = random.random() < 0.7
    if random.random() < 0.3:
        settings["empty_filter"] = "everything"
    faults: list[Fault] = []
    if case == "foreign" or random.random() < 0.2:
        action = random.choice([f"Describe{WIRE[kind]}s", f"Describe{WIRE[kind]}s", f"Delete{WIRE[kind]}", "*"])
        faults.append({**random.choice(FOREIGN), "action": action, "count": random.choice([1, 2, 9])})
    if random.random() < 0.2:
        asked["wait"] = False
    return Contest(0, "", seeds, [Ask(kind, asked, doomed=doomed)], settings, faults)


_HABITS: list[tuple[str, Options]] = [
    ("vpn_tunnel", {"stored_otherwise": {"IkeDHGroup": {"14": "2", "5": "2"}}}),
    ("vpn_tunnel", {"stored_otherwise": {"IkeDHGroup": {"5": "2"}}}),
    ("vpn_gateway", {"stored_otherwise": {"BandWidth": {"5": "10", "20": "10"}}}),
    ("customer_gateway", {"stored_otherwise": {"CustomerGatewayAddress": {"203.0.113.1": "203.0.113.200"}}}),
    ("customer_gateway", {"modify_ignored": ["CustomerGatewayAddress"]}),
    ("vpn_gateway", {"modify_ignored": ["BandWidth"]}),
    ("", {"name_rule": "trimmed"}),
    ("", {"name_rule": "cut"}),
    ("", {"name_rule": "normalised"}),
    ("", {"return_false": ["Delete*"]}),
    ("", {"return_false": ["Modify*"]}),
    ("vpn_gateway", {"gateway_answers": "document"}),
    ("vpn_tunnel", {"gateway_answers": "document", "tunnel_answers": "document"}),
    ("vpn_tunnel", {"show_pre_shared_key": False}),
    ("", {"id_case": "upper-in-create-answers"}),
    ("", {"filters_ignored": True}),
    ("", {"first_page": "empty"}),
    ("", {"dry_run_depth": "rights"}),
    ("vpn_tunnel", {"dh_groups": "document"}),
    ("vpn_tunnel", {"foreign_fields": "refused"}),
    ("", {"legacy_spelling": True}),
    ("", {"modify_answer": "return"}),
]
_AWKWARD = {"trimmed": " one ", "cut": "one of more than thirty-two characters", "normalised": "cafe\u0301"}


def _odd(random: Random) -> Contest:
    only, habit = random.choice(_HABITS)
    kind = only or random.choice(["customer_gateway", "vpn_gateway", "vpn_tunnel"])
    options, noun = create_options(random, kind), WIRE[kind]
    goal = random.choice(["create", "create", "change", "replace", "remove"])
    name = _AWKWARD.get(str(habit.get("name_rule")), NAME)
    options["name"] = name
    seeds = _elsewhere(random, kind, options)
    asked = dict(options)
    if goal != "create":
        seeds.append(seed_of(kind, {**options, "name": NAME}))
        asked["name"] = NAME
    if goal == "change":
        asked.update({"customer_gateway": {"address": "203.0.113.1"}, "vpn_gateway": {"bandwidth": 20}}.get(kind, {}))
        if kind == "vpn_tunnel" or random.random() < 0.3:
            asked.update(id="@old", name=name if name != NAME else "another name")
        if kind == "customer_gateway":
            seeds[-1].wire["CustomerGatewayAddress"] = "203.0.113.77"
    elif goal == "replace":
        asked.update(_immutable(kind), on_immutable_change="replace")
    elif goal == "remove":
        asked = {"name": NAME, "state": "absent", **_scope(random, kind, options)}
    if goal in ("replace", "remove") and random.random() < 0.3:
        asked["id"] = "@old"
    faults = lost_creates(random, kind, 1, 0.3)
    if random.random() < 0.3:
        faults.append({**random.choice(LOST), "action": f"Delete{noun}", "dry_run": False})
    tasks = [Ask(kind, asked)]
    if goal == "create" and random.random() < 0.4:
        tasks.append(Ask(kind, dict(asked), random.choice([0.0, 0.05])))
    settings = {**lags(random), **habit}
    return Contest(0, "", seeds, tasks, settings, faults)


DRAW = {"race": _race, "stranger": _stranger, "replace": _replace, "names": _names, "odd": _odd}
