# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is right, told from the account alone: nothing here knows how the collection comes to its decisions."""

from __future__ import annotations

from typing import Any

from laws.accounts import Account
from laws.tasks import Task
from laws.world import RESOURCES, Wire

Result = dict[str, Any]


def refused_unseen(account: Account, task: Task) -> bool:
    """Whether the service may refuse a value for a reason that neither a read shows nor a dry run that was allowed."""
    depth = account.settings.get("dry_run_depth", "permission")
    probed = task.options.get("probe", True)
    if probed and depth == "full":
        return False
    gateways = account.of("vpn_gateway")
    if task.kind == "vpn_tunnel":
        if not account.shows("vpn_gateway", "VpnGatewayVersion") or unreadable(account):
            return True  # nobody knows which types the gateway takes, nor how many addresses the peer has
        if account.settings.get("foreign_fields") == "refused" and task.options.keys() & _NEWER:
            return True  # nobody knows whether an older gateway takes what the task says explicitly
        if account.settings.get("tunnel_answers") == "document" and any(_unseen(gateway, task) for gateway in gateways):
            return True  # the tunnel does not say of which version it is, and its gateway is not looked for
    if task.kind == "vpn_gateway" and not account.shows("vpn_gateway", "ChargeType"):
        return True  # nobody knows whether its bandwidth may shrink
    by_value = task.unknown or account.settings.keys() & {"require_ha_customer_gateway_address", "dh_groups"}
    return bool(by_value) and (not probed or depth == "rights")


def _unseen(gateway: Wire, task: Task) -> bool:
    return gateway["ProjectId"] != task.options.get("project_id", "0")


_NEWER = {"ike_version", "ha_mode", "open_health_check"}


def unreadable(account: Account) -> bool:
    """Whether the key may not read what a tunnel refers to."""
    return bool({"DescribeVpnGateways", "DescribeCustomerGateways"} & {*account.denied})


def users(account: Account, task: Task) -> list[str]:
    """The ids of the tunnels that use what a task is about."""
    if task.kind == "vpn_tunnel":
        return []
    key = RESOURCES[task.kind].id_wire
    means = [wire[key] for wire in about(task, account)]
    return [tunnel["VpnTunnelId"] for tunnel in account.of("vpn_tunnel") if tunnel[key] in means]


def said(result: Result, identity: str) -> bool:
    """Whether a result names an id."""
    return identity in result["msg"]


def as_asked(task: Task, wire: Wire, account: Account) -> bool:
    """Whether an object of the wire has all that the task asks for."""
    return not not_as_wanted(task, wire, account)


def not_as_wanted(task: Task, wire: Wire, account: Account) -> list[str]:
    """The options of a task that an object of the wire is not like. What was paid in advance is not compared."""
    differing = []
    for field in RESOURCES[task.kind].settable:
        wanted = task.options.get(field.option)
        if wanted is None or (not field.returned and field.refers_to is None):
            continue
        if field.unless is not None and task.options.get(field.unless) is not None:
            continue  # it only helps to find the other one
        if field.secret and task.options.get(f"update_{field.option}") == "on_create":
            continue
        if field.refers_to is not None:
            if wire.get(field.wire) not in meant(
                account,
                field.refers_to.resource.name,
                wanted,
                task.options.get("project_id"),
                {theirs: task.options[ours] for theirs, ours in field.refers_to.within.items() if ours in task.options},
            ):
                differing.append(field.option)
        elif _plain(wire.get(field.wire, wire.get(_LEGACY.get(field.wire, "")))) != _plain(wanted):
            differing.append(field.option)
    return differing


def found_by(options: dict[str, Any], kind: str, now: Account, before: Account) -> list[Wire]:
    """What the options of a task mean of what there is C(now), in whatever project. C(before): for names of parents."""
    resource = RESOURCES[kind]
    if "id" in options:
        return [wire for wire in now.of(kind) if wire[resource.id_wire].lower() == options["id"].lower()]
    called = {field.wire: options.get(field.option) for field in resource.key}
    found = [wire for wire in now.of(kind) if all(wire[name] == value for name, value in called.items())]
    if "project_id" in options and resource.by_project:
        found = [wire for wire in found if wire["ProjectId"] == options["project_id"]]
    if resource.scope and resource.scope.option in options:
        scope = resource.field(resource.scope.option)
        given = options[scope.option]
        wanted = (
            meant(before, scope.refers_to.resource.name, given, options.get("project_id"))
            if scope.refers_to
            else [given]
        )
        found = [wire for wire in found if wire[scope.wire] in wanted]
    return found


def about(task: Task, account: Account) -> list[Wire]:
    """What a task is about, of what it can see: a name means what is in the project that it looks into."""
    found = found_by(task.options, task.kind, account, account)
    project = task.options.get("project_id", "0")
    return [wire for wire in found if "id" in task.options or wire.get("ProjectId") in (None, project)]


_LEGACY = {
    "IkeDHGroup": "IkeDhGroup",
    **{
        f"Ipsec{rest}": f"Ipssec{rest}"
        for rest in ("EncryAlgorithm", "AuthenAlgorithm", "LifetimeTraffic", "LifetimeSecond")
    },
}
_SPELLED = {"postpaidbyday": "daily", "prepaidbymonth": "monthly"}


def _plain(value: Any) -> str:
    """A value without the liberties that a task or the service may take in spelling it."""
    text = str(value).lower()
    return _SPELLED.get(text, text)


def meant(
    account: Account, kind: str, reference: str, project: str | None = None, place: dict[str, str] | None = None
) -> list[str]:
    """The ids that a reference may mean: an id in any case, or a name, in the project that the task looks into.

    C(place) has the parents, by option, within which a name is looked for.
    """
    resource = RESOURCES[kind]
    name = resource.field("name").wire
    within = {}
    for option, given in (place or {}).items():
        parent = resource.field(option)
        assert parent.refers_to is not None
        within[parent.wire] = meant(account, parent.refers_to.resource.name, given, project)
    return [
        wire[resource.id_wire]
        for wire in account.of(kind)
        if reference.lower() == wire[resource.id_wire].lower()
        or (
            reference == wire[name]
            and wire.get("ProjectId") in (None, project or "0")
            and all(wire[parent] in ids for parent, ids in within.items())
        )
    ]


def same(old: Wire, new: Wire, account: Account) -> bool:
    """Whether two objects are equal but for what only the service sets: id, time, addresses of its own."""
    kind = "vpn_tunnel" if "VpnTunnelId" in old else "vpn_gateway"
    own = {"CreateTime", "State", "GatewayAddress", "HaGatewayAddress", "ServiceEndTime", RESOURCES[kind].id_wire}
    return all(new.get(name) == value for name, value in old.items() if name not in own and account.shows(kind, name))


def only_a_create_shows(account: Account, task: Task) -> bool:
    """Whether a create may be refused for what neither a read nor a dry run that was allowed could show."""
    blind = not task.options.get("probe", True) or account.settings.get("dry_run_depth") == "rights"
    return refused_unseen(account, task) or (blind and bool(account.denied))
