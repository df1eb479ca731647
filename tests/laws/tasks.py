# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated tasks for generated accounts: most are what somebody would write, the others what somebody will."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st
from laws.accounts import DEAD, MISSING, NETWORKS, OF_TYPE, PROJECTS, ROUTES, Account, algorithms, type_of_tunnel
from laws.strategies import addresses, secrets
from laws.world import NAMED, RESOURCES, Options, Wire


@dataclasses.dataclass(frozen=True)
class Task:
    """Options for the module of a kind. C(target): the resource that they are about, if it is there.

    C(unknown): a value is among them that only the service can refuse.
    """

    kind: str
    options: Options
    target: Wire | None
    unknown: bool = False


def options_of(kind: str, wire: Wire) -> Options:
    """The options that describe an object of the wire. What it was paid in advance for is not told."""
    found = {}
    for field in RESOURCES[kind].settable:
        value = wire.get(field.wire)
        if value not in (None, ""):
            found[field.option] = int(value) if field.type == "int" else value
    return found


@st.composite
def complete(draw: st.DrawFn, kind: str, version: str = "1.0", ha: bool = False) -> Options:
    """Options that suffice to create a resource, but for its name and parents.

    C(version) is that of the VPN gateway; C(ha): the customer gateway has two addresses.
    """
    if kind == "customer_gateway":
        return {"address": draw(addresses), **({"ha_address": draw(addresses)} if ha else {})}
    if kind == "vpn_gateway":
        daily = {"charge_type": draw(st.sampled_from(["Daily", "daily", "PostPaidByDay"]))}
        monthly = {"charge_type": "Monthly", "purchase_time": draw(st.integers(1, 36))}
        return {
            "vpc_id": "vpc-1",
            "bandwidth": draw(st.sampled_from([5, 10, 20, 50])),
            "vpn_gateway_version": version,
            **draw(st.sampled_from([daily, monthly])),
            **draw(st.sampled_from([{}, {"project_id": "0"}])),
        }
    wire = {"PreSharedKey": draw(secrets), **draw(type_of_tunnel(version, ha)), **draw(algorithms())}
    return options_of(kind, wire)


def _rarely(draw: st.DrawFn, one_in: int) -> bool:
    return draw(st.integers(0, one_in - 1)) == one_in - 1


def refer(draw: st.DrawFn, kind: str, wire: Wire) -> str:
    """A reference as somebody may write it: by name, by id in either case; rarely to what does not exist."""
    identity = wire[RESOURCES[kind].id_wire]
    if _rarely(draw, 20):
        return draw(st.sampled_from([MISSING, DEAD, DEAD.upper()]))
    return draw(st.sampled_from([identity, wire[RESOURCES[kind].field("name").wire], identity, identity.upper()]))


def _some(draw: st.DrawFn, *sources: Options) -> Options:
    """One of several ways to write a group of options, or none of it."""
    return dict(draw(st.sampled_from([*sources, {}])))


def _customer_gateway(draw: st.DrawFn, _account: Account, current: Options, _complete: bool) -> Options:
    wanted: Options = {}
    for option in ("address", "ha_address"):
        wanted |= _some(draw, {key: current[key] for key in [option] if key in current}, {option: draw(addresses)})
    if not current:
        wanted.setdefault("address", "198.51.100.99")
    return wanted


def _charge(current: Options) -> Options:
    charge = current.get("charge_type", "Daily")
    return {"charge_type": charge, **({"purchase_time": 1} if charge == "Monthly" else {})}


def _vpn_gateway(draw: st.DrawFn, _account: Account, current: Options, complete: bool) -> Options:
    monthly = {"charge_type": "Monthly", "purchase_time": draw(st.integers(1, 36))}
    daily = {"charge_type": draw(st.sampled_from(["Daily", "PostPaidByDay", "daily"]))}
    wanted: Options = {
        **_some(draw, {"vpc_id": current.get("vpc_id", "vpc-1")}, {"vpc_id": "vpc-2"}),
        **_some(draw, {"bandwidth": current.get("bandwidth", 5)}, {"bandwidth": draw(st.sampled_from([5, 20, 200]))}),
        **_some(draw, _charge(current), _charge(current), draw(st.sampled_from([monthly, daily]))),
    }
    if draw(st.booleans()):
        wanted["vpn_gateway_version"] = draw(st.sampled_from(["1.0", "2.0"]))
    if complete or not current:
        wanted = {"vpc_id": "vpc-1", "bandwidth": 5, **{key: current[key] for key in ("vpc_id", "bandwidth")
                  if key in current}, **_charge(current), **wanted}  # fmt: skip
        if wanted["charge_type"] != "Monthly":
            wanted.pop("purchase_time", None)
    return wanted


def _vpn_tunnel(draw: st.DrawFn, account: Account, current: Options, complete: bool) -> Options:
    gateways, customers = account.of("vpn_gateway"), account.of("customer_gateway")
    gateway = draw(st.sampled_from(gateways)) if gateways else {}
    customer = draw(st.sampled_from(customers)) if customers else {}
    if current and draw(st.integers(0, 3)):
        gateway = account.get("vpn_gateway", current["vpn_gateway"])
    if current and draw(st.integers(0, 3)):
        customer = account.get("customer_gateway", current["customer_gateway"])
    wanted: Options = {
        "vpn_gateway": refer(draw, "vpn_gateway", gateway) if gateway else draw(st.sampled_from([DEAD, MISSING])),
        "customer_gateway": refer(draw, "customer_gateway", customer) if customer else MISSING,
    }
    if current and not complete:
        for option in list(wanted):
            if _rarely(draw, 3):
                del wanted[option]
    version = gateway.get("VpnGatewayVersion", "1.0")
    if _rarely(draw, 8):
        version = "1.0" if version == "2.0" else "2.0"
    two = bool(customer.get("HaCustomerGatewayAddress")) and not _rarely(draw, 6)
    other = options_of("vpn_tunnel", draw(type_of_tunnel(version, two)))
    if other["type"].lower() == "ipsec":
        other["type"] = draw(st.sampled_from(["Ipsec", "ipsec", "IPSEC"]))
    of_type = {*_OF_TYPE, "type"}
    now = {option: current[option] for option in current if option in of_type and option != "vpn_gateway_version"}
    wanted |= _some(draw, now, now, other, other) if current else other
    if (complete or not current) and "type" not in wanted:
        wanted |= now
    if _rarely(draw, 8):
        wanted["vpn_gateway_version"] = draw(st.sampled_from(["1.0", "2.0"]))
    elsewhere = options_of("vpn_tunnel", draw(algorithms()))
    for option in sorted({*elsewhere, *current} - of_type - {*wanted, "name", "pre_shared_key"}):
        wanted |= _some(draw, *({option: known[option]} for known in (current, elsewhere) if option in known))
    if complete or not current or draw(st.booleans()):
        key = current.get("pre_shared_key", "fake-pre-shared-key-0")
        wanted["pre_shared_key"] = draw(st.sampled_from([key, key, "fake-pre-shared-key-new"]))
    if _rarely(draw, 4):
        wanted["update_pre_shared_key"] = "on_create"
    return wanted


_OPTIONS = {"customer_gateway": _customer_gateway, "vpn_gateway": _vpn_gateway, "vpn_tunnel": _vpn_tunnel}
_OF_TYPE = [field.option for field in RESOURCES["vpn_tunnel"].settable if field.wire in OF_TYPE]
_OFTEN = ["vpn_tunnel", "vpn_tunnel", "vpn_gateway"]


def _another(draw: st.DrawFn, kind: str, target: Wire) -> Options:
    """An option that differs, and can't be changed in place."""
    if kind == "vpn_tunnel":
        groups = [group for group in (2, 5, 14) if str(group) != str(target.get("IkeDHGroup"))]
        return draw(
            st.sampled_from([{"pre_shared_key": "fake-pre-shared-key-2"}, *({"ike_dh_group": g} for g in groups)])
        )
    return {"vpn_gateway_version": "1.0" if target["VpnGatewayVersion"] == "2.0" else "2.0"}


@st.composite
def _route_tasks(draw: st.DrawFn, account: Account) -> Task:
    """Any task for a route: one that is there, another way to its network, or a new one; to go, or to be."""
    kind = draw(st.sampled_from([kind for kind in ROUTES if account.of(kind)]))
    resource, those = RESOURCES[kind], account.of(kind)
    target = draw(st.sampled_from(those))
    current = options_of(kind, target)
    tunnel = draw(st.sampled_from(account.of("vpn_tunnel")))
    if draw(st.integers(0, 2)):
        tunnel = account.get("vpn_tunnel", current["vpn_tunnel"])
    gateway = account.get("vpn_gateway", tunnel["VpnGatewayId"])
    network = current["destination_cidr_block"] if draw(st.integers(0, 3)) else draw(st.sampled_from(NETWORKS))
    hop = {"vpn_gateway": refer(draw, "vpn_gateway", gateway), "vpn_tunnel": refer(draw, "vpn_tunnel", tunnel)}
    options: Options = {"destination_cidr_block": network, **hop}
    if kind == "vpc_route":
        options["vpc_id"] = gateway["VpcId"] if not _rarely(draw, 12) else "vpc-2"
        if _rarely(draw, 4):
            del options["vpn_gateway"]
    else:
        options["next_hop_type"] = "vpn_tunnel"
    options |= _some(draw, {"description": "to the office"}, {"description": "another"}, {})
    own = gateway["ProjectId"]
    project = draw(st.sampled_from([own, own, own, None, *PROJECTS]))
    if project is not None:
        options["project_id"] = project
    if draw(st.booleans()):
        options["id"] = draw(st.sampled_from([target[resource.id_wire], target[resource.id_wire].upper()]))
    if _rarely(draw, 5):
        options["state"] = "absent"
        options.pop("description", None)
    options |= {"on_immutable_change": draw(st.sampled_from(["fail", "replace"])), "wait_timeout": 20}
    if _rarely(draw, 3):
        options["probe"] = False
    return Task(kind, options, target)


@st.composite
def tasks(draw: st.DrawFn, account: Account, *, replacing: bool = False) -> Task:
    """Any task for an account; C(replacing): for something that is there, and with all that a replacement needs.

    For an account with routes it is about a route.
    """
    if account.routed:
        return draw(_route_tasks(account))
    kind = draw(st.sampled_from([*_OFTEN, *_OFTEN, *(sorted(NAMED) if not replacing else _OFTEN[:1])]))
    resource = RESOURCES[kind]
    those = account.of(kind)
    target = draw(st.sampled_from(those)) if those and (replacing or draw(st.integers(0, 4))) else None
    current = {} if target is None else options_of(kind, target)
    replace = replacing or draw(st.booleans())
    taken = [str(wire[resource.field("name").wire]) for wire in those]
    name = current.get("name") or draw(st.sampled_from(["new", "新", *taken]))
    options: Options = {}
    if target is not None and draw(st.integers(0, 3 if replacing else 1)):
        identity = target[resource.id_wire]
        options["id"] = draw(st.sampled_from([identity, identity, identity.upper()]))
        if _rarely(draw, 12):
            options["id"], target = draw(st.sampled_from([DEAD, DEAD.upper()])), None
        if replace or draw(st.booleans()):
            options["name"] = draw(st.sampled_from([name, name, name, "new", *taken]))
    else:
        options["name"] = name
    own = (target or {}).get("ProjectId", "0")
    project = draw(st.sampled_from([None, None, None, own, *PROJECTS]))
    if replacing and own != "0" and not _rarely(draw, 4):
        project = own
    if project is not None and kind != "customer_gateway":
        options["project_id"] = project
    if not replacing and _rarely(draw, 6):
        options["state"] = "absent"
        if kind == "vpn_tunnel" and draw(st.booleans()):
            options["vpn_gateway"] = _vpn_tunnel(draw, account, current, True)["vpn_gateway"]
        elif kind == "vpn_gateway" and draw(st.booleans()):
            options["vpc_id"] = draw(st.sampled_from(["vpc-1", "vpc-2"]))
    else:
        complete = replace and (replacing or draw(st.integers(0, 3)) > 0)
        options |= _OPTIONS[kind](draw, account, current, complete)
        if current and not replacing and _rarely(draw, 4):
            options |= {name: value for name, value in current.items() if name not in ("name", "project_id")}
            for name in options.keys() & {*_OF_TYPE} - current.keys():
                del options[name]
    if replacing and target is not None and not _rarely(draw, 4):
        options |= _another(draw, kind, target)
    unknown = kind == "vpn_tunnel" and options.get("state") is None and _rarely(draw, 20)
    if unknown:
        options |= {"ike_encryption_algorithm": "aes-gcm-512", "allow_unknown_values": True}
    options["on_immutable_change"] = "replace" if replace else "fail"
    options["wait_timeout"] = 20
    if _rarely(draw, 3):
        options["probe"] = False
    return Task(kind, options, target, unknown)


def describe(task: Task, account: Account) -> str:
    """What kind of task it is, for hypothesis' statistics."""
    options: Any = task.options
    return ", ".join(
        [
            task.kind,
            options.get("state", "present"),
            "by id" if "id" in options else "by name",
            options["on_immutable_change"],
            "limited key" if account.denied else "full key",
        ]
    )
