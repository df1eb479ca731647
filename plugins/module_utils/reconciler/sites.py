# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All sites of a VPN gateway: what is there, what a declaration makes of it, and what prune may take away.

The work itself is a batch's (L(batch)). Here it is only said which resources a site is made of.
"""

from __future__ import annotations

import functools
import re
import typing as t
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ..api.client import Call, Client
from ..api.errors import InvalidOptionsError, KsyunError
from ..resources import customer_gateway, vpc_route, vpn_gateway_route, vpn_tunnel
from ..resources.schema import Item, Resource
from ..resources.sites import KEY, Site, Tunnel, as_site, overlapping
from ..resources.types import TYPES, fold, is_id, same_id
from .batch import Batch, Job
from .errors import AmbiguousNameError, InUseError, MissingError, in_use
from .lookup import UNKNOWN_ID, Lookup
from .model import Desired, Policy, created_at, describe
from .snapshot import Snapshot, View, pieces_of

CUSTOMER, TUNNEL = customer_gateway.RESOURCE, vpn_tunnel.RESOURCE
MANY = 10  # from so many sites on, a limit holds that the task does not name
USUAL_LIMIT = "30%"
_CANONICAL = TYPES["cidr"].canonical


class SitesError(KsyunError):
    """Some sites could not be brought to what is wanted. C(kinds) are those of their failures, by site."""

    kind = "sites_failed"

    def __init__(self, message: str, kinds: t.Mapping[str, str]) -> None:
        self.kinds = dict(kinds)
        super().__init__(message)

    def details(self) -> dict[str, t.Any]:
        return {"kind": self.kind, "sites": self.kinds}


class SitesRefusedError(SitesError):
    """Nothing was begun, as some sites can't be brought to what is wanted."""

    kind = "sites_refused"


class LimitError(KsyunError):
    """More than the task allows would be removed or replaced; nothing was begun."""

    kind = "limit"


class ContradictionError(KsyunError):
    """What the service lists contradicts itself; nothing was begun."""

    kind = "contradiction"


class InterruptedError(KsyunError):  # pylint: disable=redefined-builtin
    """A signal or the task's time-out came, and no new site was begun."""

    kind = "interrupted"


@dataclass(frozen=True)
class Task:
    """What is asked of a gateway's sites, and how it is gone about."""

    gateway: str
    policy: Policy
    prune: bool = False
    prune_limit: str | None = None
    replace_limit: str | None = None
    goes_on: bool = False
    workers: int = 10


class Observed:
    """What a VPN gateway has. Each kind is listed once, and at the same time what does not depend on each other."""

    def __init__(
        self,
        client: Client,
        snapshot: Snapshot,
        given: str,
        policy: Policy,
        *,
        needed: bool = True,
        routes: bool = True,
        workers: int = 4,
    ) -> None:
        """C(needed): whether the gateway has to be there. C(routes): they will be asked for. Raises L(MissingError)."""
        self._client, self._snapshot, self._workers = client, snapshot, workers
        self._view = View(snapshot, client)
        self.calls: list[Call] = []  # of the threads that have read
        self._policy = policy
        self.warnings: list[str] = []
        self._routes: list[Item] | None = None
        self._everywhere: list[Item] | None = None
        self._users: dict[str, list[Item]] = {}
        self.tunnels: list[Item] = []
        self.used: set[str] = set()  # ids of the customer gateways that the tunnels name
        self.customers: dict[str, Item] = {}
        if is_id(given):  # by which its tunnels can be asked for at once
            self._at_once(
                lambda client: self.lookup(TUNNEL, client).parent(TUNNEL.field("vpn_gateway"), given),
                lambda client: self.lookup(TUNNEL, client).all_within({"vpn_gateway": given.lower()}),
            )
        self.gateway: Item = self._gateway(given, needed)
        self.is_there = self.gateway["id"] != UNKNOWN_ID
        if not self.is_there:
            return
        self.tunnels = self.lookup(TUNNEL).all_within({"vpn_gateway": self.gateway["id"]})
        self.used = {str(each["customer_gateway"]).lower() for each in self.tunnels if each.get("customer_gateway")}
        pieces = pieces_of(self._unknown(self.used))
        reads: list[t.Callable[[Client], t.Any]] = [
            functools.partial(snapshot.preload, resource=CUSTOMER, ids=piece) for piece in pieces
        ]
        if routes:
            reads.append(self._list_routes)
        self._at_once(*reads)
        self.load(self.used)
        self._look_again()

    def lookup(self, resource: Resource, client: Client | None = None) -> Lookup:
        """A lookup on what was listed, by a client of another thread where that is given."""
        view = self._view if client is None else View(self._snapshot, client)
        return Lookup(view, resource, self._policy.project_id)

    def _at_once(self, *reads: t.Callable[[Client], t.Any]) -> None:
        """Fill the snapshot by several reads at the same time. What fails is read again where it is used, and fails."""

        def begin(read: t.Callable[[Client], t.Any]) -> None:
            client = self._client.fork()
            with suppress(KsyunError):
                read(client)
            client.close()
            self.calls += client.calls
            self._client.warnings += client.warnings

        if len(reads) > 1 and self._workers > 1:
            with ThreadPoolExecutor(min(len(reads), self._workers)) as pool:
                list(pool.map(begin, reads))

    def _unknown(self, ids: t.Iterable[str]) -> list[str]:
        return [each for each in dict.fromkeys(map(str.lower, ids)) if is_id(each) and each not in self.customers]

    def load(self, ids: t.Iterable[str]) -> None:
        """Know the customer gateways with these ids."""
        wanted = self._unknown(ids)
        self._snapshot.preload(self._client, CUSTOMER, wanted)
        for identity in wanted:
            found = self.lookup(CUSTOMER).by_id(identity)
            if found is not None:
                self.customers[identity] = found

    @property
    def unlisted(self) -> set[str]:
        """Ids of customer gateways that tunnels name and that the service does not list: nothing is known of these."""
        return self.used - set(self.customers)

    def _look_again(self) -> None:
        """Raise L(ContradictionError) if customer gateways are listed now that were missing a moment ago."""
        missing = sorted(filter(is_id, self.unlisted))
        if not missing:
            return
        again = Snapshot()
        again.preload(self._client, CUSTOMER, missing)
        lookup = Lookup(View(again, self._client), CUSTOMER, self._policy.project_id)
        found = [item for item in map(lookup.by_id, missing) if item is not None]
        if found:
            raise _contradicts([describe(CUSTOMER, item, item["id"]) for item in found])

    def check_tunnels(self) -> None:
        """Raise L(ContradictionError) if routes lead to tunnels of the gateway that its listing lacked."""
        own = {str(each["id"]).lower() for each in [self.gateway, *self.tunnels]}
        names = {tunnel.get("name") for tunnel in self.tunnels}
        by_id = self.route is vpc_route.RESOURCE
        if all(
            str(route.get("next_hop_id")).lower() in own
            if by_id
            else fold(route.get("next_hop_type")) != fold(vpn_gateway_route.TUNNEL)
            or route.get("next_hop_name") in names
            for route in self.routes
        ):
            return
        missed = [
            item
            for item in self._all_tunnels()
            if same_id(item.get("vpn_gateway"), self.gateway["id"]) and str(item["id"]).lower() not in own
        ]
        if missed:
            raise _contradicts([describe(TUNNEL, item, item["id"]) for item in missed])

    def _all_tunnels(self) -> list[Item]:
        """The tunnels of all VPN gateways, listed once, but for those that are being deleted."""
        if self._everywhere is None:
            self._everywhere = Lookup(self._view, TUNNEL).all_within({})
        return self._everywhere

    def users(self, customer: str, without: t.Collection[str] = ()) -> list[str]:
        """The tunnels of all VPN gateways that use a customer gateway, in words; but for those with the ids."""
        if not self._users:
            for tunnel in self._all_tunnels():
                self._users.setdefault(str(tunnel.get("customer_gateway")).lower(), []).append(tunnel)
        gone = {each.lower() for each in without}
        return [
            describe(TUNNEL, tunnel, tunnel["id"])
            for tunnel in self._users.get(customer.lower(), ())
            if str(tunnel["id"]).lower() not in gone
        ]

    def _gateway(self, given: str, needed: bool) -> Item:
        if not given.strip():
            raise InvalidOptionsError(["vpn_gateway must not be empty"])
        if given == UNKNOWN_ID and not self._policy.check_mode:
            raise InvalidOptionsError(
                [f"vpn_gateway {UNKNOWN_ID} is what check mode returns for one that does not exist yet"]
            )
        try:
            return self.lookup(TUNNEL).parent(TUNNEL.field("vpn_gateway"), given)
        except MissingError as error:
            if needed and (not self._policy.check_mode or is_id(given)):
                raise
            assumed = (
                "Check mode assumes that an earlier task of the play creates it." if needed else "It has no sites."
            )
            self.warnings.append(f"{error} {assumed}")
            return {"id": UNKNOWN_ID, **({} if given == UNKNOWN_ID else {"name": given})}

    @property
    def route(self) -> Resource | None:
        """The table of the routes that the gateway's generation has; None if it does not tell its generation."""
        version = self.gateway.get("vpn_gateway_version")
        return {"1.0": vpc_route.RESOURCE, "2.0": vpn_gateway_route.RESOURCE}.get(str(version))

    @property
    def place(self) -> Item:
        """Where the routes are listed."""
        if self.route is vpn_gateway_route.RESOURCE:
            return {"vpn_gateway": self.gateway["id"]}
        return {"vpc_id": self.gateway.get("vpc_id")}

    @property
    def routes(self) -> list[Item]:
        """The routes that may lead into tunnels of the gateway, but for those that no task may touch."""
        if self._routes is None:
            self._routes = self._list_routes()
        return self._routes

    def _list_routes(self, client: Client | None = None) -> list[Item]:
        route = self.route
        if route is None or None in self.place.values():
            return []
        return [item for item in self.lookup(route, client).all_within(self.place) if route.spares(item, {}) is None]

    def led_to(self, route: Item) -> str | None:
        """The id of the tunnel that a route leads into; None if that can't be told, or it leads elsewhere."""
        led: list[Item] = []
        if self.route is vpc_route.RESOURCE:
            led = [each for each in self.tunnels if same_id(each["id"], route.get("next_hop_id"))]
        elif fold(route.get("next_hop_type")) == fold(vpn_gateway_route.TUNNEL):
            name = route.get("next_hop_name")
            led = [each for each in self.tunnels if name is not None and each.get("name") == name]
            if len(led) == 1 and created_at(route) < created_at(led[0]):
                led = []  # it leads to an earlier one of the name
        return str(led[0]["id"]) if len(led) == 1 else None

    def routes_into(self) -> dict[str, list[Item]]:
        """The routes by the tunnels that they lead into."""
        found: dict[str, list[Item]] = {}
        for route in self.routes:
            tunnel = self.led_to(route)
            if tunnel is not None:
                found.setdefault(tunnel, []).append(route)
        return found

    def led_to_gateway(self) -> list[Item]:
        """The routes of which the service tells the VPN gateway that they lead to, not the tunnel."""
        if self.route is not vpc_route.RESOURCE:
            return []
        return [each for each in self.routes if same_id(each.get("next_hop_id"), self.gateway["id"])]

    def untold(self) -> list[Item]:
        """The tunnels of which no site can be told, as the service does not list their customer gateway."""
        return [each for each in self.tunnels if str(each.get("customer_gateway")).lower() not in self.customers]

    def sites(self) -> tuple[list[Item], dict[str, str]]:
        """All sites as a declaration has them, which changes nothing, and the keys of the tunnels by their names.

        What can't be told is there with C(ignore), and there is a warning.
        """
        self.check_tunnels()
        into, route = self.routes_into(), self.route
        leading = Counter(str(each["destination_cidr_block"]) for routes in into.values() for each in routes)
        told: Counter[str] = Counter(str(tunnel.get("name")) for tunnel in self.tunnels)
        untold = self.route is vpn_gateway_route.RESOURCE
        networks: dict[str, list[str] | None] = {
            str(tunnel["id"]): None
            if route is None
            or (untold and told[str(tunnel.get("name"))] > 1)
            or any(leading[str(each["destination_cidr_block"])] > 1 for each in into.get(str(tunnel["id"]), ()))
            else [str(each["destination_cidr_block"]) for each in into.get(str(tunnel["id"]), ())]
            for tunnel in self.tunnels
        }
        names = Counter(item.get("name") for item in [*self.customers.values()])
        by_id = {identity for identity, item in self.customers.items() if names[item.get("name")] > 1}
        by_id |= {str(tunnel["id"]) for tunnel in self.tunnels if told[str(tunnel.get("name"))] > 1}
        found, keys = [], {}
        for identity, customer in self.customers.items():
            own = [tunnel for tunnel in self.tunnels if same_id(tunnel.get("customer_gateway"), identity)]
            site, of_site = as_site(customer, own, networks, by_id)
            found.append(site)
            keys.update(of_site)
        found.sort(key=lambda site: (site["name"], site.get("customer_gateway_id", "")))
        for tunnel in self.untold():
            self.warnings.append(untold_warning(tunnel))
            found.append({"name": str(tunnel["id"]), "ignore": True, "tunnels": [{"id": str(tunnel["id"])}]})
        return found, keys


def untold_warning(tunnel: Item) -> str:
    """A warning for a tunnel whose customer gateway is not listed."""
    return (
        f"The {describe(TUNNEL, tunnel, tunnel['id'])} uses the customer gateway {tunnel.get('customer_gateway')}, "
        "which the service does not list: its site can't be told, and prune leaves it alone."
    )


def _contradicts(missed: t.Sequence[str]) -> ContradictionError:
    return ContradictionError(
        f"The service's listings contradict each other, so that nothing was begun: {', '.join(missed[:5])}"
        f"{f' and {len(missed) - 5} more' if len(missed) > 5 else ''} could not be seen a moment ago. Run the "
        "task again."
    )


def _alike(name: t.Any) -> str:
    """What is equal for names that differ in case, white space or the form of Unicode only."""
    return fold(" ".join(unicodedata.normalize("NFKC", str(name)).split()))


@dataclass
class Undeclared:
    """What a gateway has and the declaration does not: C(unit) is the site that it belongs to."""

    unit: str
    resource: Resource
    item: Item


@dataclass
class Plan:
    """The jobs of a declaration, the failures that stand before any job, and what is not declared."""

    jobs: list[Job] = field(default_factory=list)
    failures: list[tuple[str, KsyunError]] = field(default_factory=list)
    undeclared: list[Undeclared] = field(default_factory=list)
    pruned: set[str] = field(default_factory=set)  # the sites that prune takes something from
    gone: set[str] = field(default_factory=set)  # the sites that are to be absent, or pruned whole
    ignored: set[str] = field(default_factory=set)  # ids of tunnels and customer gateways, in lower case
    warnings: list[str] = field(default_factory=list)


class Planner:
    """Makes jobs of a declaration."""

    def __init__(self, task: Task, observed: Observed, sites: t.Sequence[Site]) -> None:
        self.task = task
        self.there = observed
        self.sites = sites
        self.plan = Plan()
        self._by_id = {str(item["id"]): item for item in observed.tunnels}
        self._customers: dict[str, str] = {}  # ids of customer gateways that are declared, and their sites' labels
        self._matched: dict[str, Job] = {}  # jobs of tunnels that are there, by id
        self._kept: set[str] = set()  # ids of customer gateways that ignored tunnels use, in lower case
        self._removed: list[str] = []  # ids
        self._names = Counter(
            str(observed.customers[each].get("name")) for each in observed.used & {*observed.customers}
        )

    def make(self) -> Plan:
        """The plan, not yet looked at by any reconciler. Raises L(InvalidOptionsError), L(ContradictionError)."""
        faults: list[str] = []
        for site in self.sites:
            if site.ignored and self.there.is_there:
                self._ignore(site, faults)
        if faults and self.task.prune:
            raise InvalidOptionsError(faults)
        self.plan.warnings += faults
        self.there.load(str(site.id) for site in self.sites if site.id)
        declared = [site for site in self.sites if not site.ignored]
        customers = [self._customer(site) for site in declared]
        tunnels = [
            (site, tunnel, self._tunnel(site, tunnel, customer))
            for site, customer in zip(declared, customers)
            for tunnel in site.tunnels
        ]
        pruned = self._undeclared_tunnels()
        removed = [job for _site, _tunnel, job in tunnels if job.desired.state == "absent"] + pruned
        routes = self._routes(tunnels, removed)
        gone = self._undeclared_customers(pruned)
        leaving = [job for site, job in zip(declared, customers) if not site.present and self._may_go(site, job)] + gone
        users: dict[str, list[Job]] = {}  # by what they use now, and by their site
        for tunnel, job in self._matched.items():
            users.setdefault(str(self._by_id[tunnel].get("customer_gateway")).lower(), []).append(job)
        for job in removed:
            users.setdefault(job.unit, []).append(job)
        for job in leaving:
            job.after = list(dict.fromkeys([*users.get(str(job.desired.id).lower(), ()), *users.get(job.unit, ())]))
        staying = [job for job in customers if job.desired.state == "present"]
        kept = [job for _site, _tunnel, job in tunnels if job.desired.state == "present"]
        self.plan.jobs = [*staying, *kept, *routes, *removed, *leaving]
        for job in self.plan.jobs:
            job.policy = replace(job.policy, removed_before=self._removed)
        return self.plan

    def _policy(self, settings: Item, *, waits: bool = False) -> Policy:
        """The policy of the task with what a site or a tunnel says."""
        return replace(
            self.task.policy,
            on_immutable_change=settings.get("on_immutable_change", "fail"),
            update_secrets=settings.get(f"update_{KEY}") != "on_create",
            strict=not settings.get("allow_unknown_values"),
            move=settings.get("move_routes", True),
            probe=settings.get("probe", True),
            wait=settings.get("wait", True),
            wait_timeout=settings.get("wait_timeout", 300.0),
            wait_for_state=settings.get("wait_for_state") if waits else None,
        )

    def _ignore(self, site: Site, faults: list[str]) -> None:
        """Note what a site means that is to be left alone. It must be there, as a typing error protects nothing.

        Names count whatever their case, white space and form of Unicode.
        """
        names = {_alike(site.name), *(_alike(tunnel.name) for tunnel in site.tunnels)}
        ids = {str(tunnel.id).lower() for tunnel in site.tunnels if tunnel.id}
        known = {each: self.there.customers.get(each, {}).get("name") for each in self.there.used}
        customers = {
            identity
            for identity, name in known.items()
            if same_id(identity, site.id)
            or (site.id is None and name is not None and _alike(name) == _alike(site.name))
        }
        tunnels = {
            str(tunnel["id"]).lower(): str(tunnel.get("customer_gateway")).lower()
            for tunnel in self.there.tunnels
            if str(tunnel.get("customer_gateway")).lower() in customers
            or str(tunnel["id"]).lower() in ids
            or _alike(tunnel.get("name")) in names
        }
        wrong = sorted(ids - set(tunnels))
        if site.id and not customers:
            wrong.append(site.id)
        if wrong or not tunnels:
            what = ", ".join(wrong) or repr(site.name)
            faults.append(f"site {site.label!r}: ignore protects nothing, as no tunnel of the VPN gateway is of {what}")
        self.plan.ignored |= customers | set(tunnels)
        self._kept |= set(tunnels.values())

    # --- what is declared ---------------------------------------------------------------------

    def _fail(self, site: Site, message: str) -> None:
        self.plan.failures.append((site.label, InvalidOptionsError([message])))

    def _customer(self, site: Site) -> Job:
        identity = self._customer_id(site) if site.present else self._leaving_id(site)
        options = {"name": site.name, **site.options} if site.present else {"name": site.name}
        if same_id(site.name, site.id):  # the id in the place of a name leaves the name as it is
            del options["name"]
        if identity:
            self._customers[identity.lower()] = site.label
        job = Job(
            site.label,
            CUSTOMER,
            Desired(options, identity, "present" if site.present else "absent"),
            self._policy(site.settings),
        )
        if not site.present:
            self.plan.gone.add(site.label)
            if identity:
                self._removed.append(identity)
        return job

    def _leaving_id(self, site: Site) -> str | None:
        """The id of the customer gateway of a site that is to be absent: the only one of its name, if no id is given.

        Where there are several, the next one would be removed by the next run.
        """
        if site.id:
            return site.id
        try:
            found = self.there.lookup(CUSTOMER).by_key({"name": site.name}).item
        except AmbiguousNameError as error:
            self._fail(
                site,
                f"{len(error.ids)} customer gateways are named {site.name!r}: {', '.join(error.ids)}. Set "
                "customer_gateway_id to say which one is to be absent",
            )
            return None
        return None if found is None else str(found["id"])

    def _may_go(self, site: Site, job: Job) -> bool:
        """Whether a customer gateway that is to be absent is to be removed, as far as its users show.

        If tunnels use it that stay, its site fails. If none of this VPN gateway's use it, it is none of its sites.
        """
        if any(unit == site.label for unit, _error in self.plan.failures):
            return False
        identity = str(job.desired.id or "").lower()
        users = self.there.users(identity, self._removed) if identity and self.there.is_there else []
        if not users:
            return True
        if site.id is None and identity not in self.there.used:
            self.plan.warnings.append(
                f"site {site.label!r}: the {describe(CUSTOMER, job.desired.options, identity)} stays, as no tunnel of "
                f"this VPN gateway uses it, and others do: {', '.join(users)}."
            )
            return False
        self.plan.failures.append((site.label, in_use(describe(CUSTOMER, job.desired.options, identity), users)))
        return True

    def _customer_id(self, site: Site) -> str | None:
        """The id of the customer gateway of a site that is there; None where it has to be found by its name."""
        if site.id:
            return site.id
        own = [item for tunnel in site.tunnels for item in self._tunnels_of(tunnel)]
        used = {str(item.get("customer_gateway")).lower() for item in own}
        by_name = {i for i, item in self.there.customers.items() if item.get("name") == site.name}
        for known in (used & by_name, by_name):
            if len(known) == 1:
                return self._unless_both(site, known.pop())
        if not site.previous_name:
            return None
        lookup = self.there.lookup(CUSTOMER)
        if by_name or lookup.by_key({"name": site.name}).item is not None:
            return self._unless_both(site, None)
        before = {i for i, item in self.there.customers.items() if item.get("name") == site.previous_name}
        if len(before) == 1:
            return before.pop()
        found = lookup.by_key({"name": site.previous_name}).item
        return None if found is None else str(found["id"])

    def _unless_both(self, site: Site, identity: str | None) -> str | None:
        before = [item for item in self.there.customers.values() if item.get("name") == site.previous_name]
        if site.previous_name and site.previous_name != site.name and before:
            self._fail(
                site,
                f"there are customer gateways of its name and of its previous_name {site.previous_name!r}: leave "
                "previous_name out, if they are two",
            )
        return identity

    def _tunnels_of(self, tunnel: Tunnel) -> list[Item]:
        """What is there of a declared tunnel: none or one, or several of its name."""
        if tunnel.id:
            return [item for item in self.there.tunnels if same_id(item["id"], tunnel.id)]
        named = [item for item in self.there.tunnels if item.get("name") == tunnel.name]
        if named or not tunnel.previous_name:
            return named
        return [item for item in self.there.tunnels if item.get("name") == tunnel.previous_name]

    def _tunnel(self, site: Site, tunnel: Tunnel, customer: Job) -> Job:
        there = self._tunnels_of(tunnel)
        renamed = not tunnel.id and len(there) == 1 and there[0].get("name") != tunnel.name
        both = [item for item in self.there.tunnels if item.get("name") == tunnel.previous_name]
        if tunnel.previous_name and tunnel.previous_name != tunnel.name and both and there != both:
            self._fail(
                site,
                f"there are tunnels named {tunnel.name!r} and, as its previous_name says, {tunnel.previous_name!r}: "
                "leave previous_name out, if they are two",
            )
        identity = tunnel.id or (str(there[0]["id"]) if len(there) == 1 else None)
        if (
            tunnel.present
            and site.id is None
            and any(str(item.get("customer_gateway")).lower() in self.there.unlisted for item in there)
        ):
            self.plan.failures.append(
                (
                    site.label,
                    MissingError(
                        f"The service does not list the customer gateway {there[0].get('customer_gateway')}, which the "
                        f"{describe(TUNNEL, there[0], there[0]['id'])} uses. If it is gone, set customer_gateway_id "
                        "to the one that the tunnel is to use."
                    ),
                )
            )
        options: Item = {"vpn_gateway": self.task.gateway}
        if not same_id(tunnel.name, tunnel.id):  # the id in the place of a name leaves the name as it is
            options["name"] = tunnel.name
        if tunnel.present:
            options.update({"customer_gateway": customer.desired.id or site.name, **tunnel.options})
        job = Job(
            site.label,
            TUNNEL,
            # by its name where it is not renamed: so others of the name are seen, and an id that is gone does not count
            Desired(options, tunnel.id or (identity if renamed else None), "present" if tunnel.present else "absent"),
            self._policy(tunnel.settings, waits=True),
            {"vpn_gateway": self.there.gateway, **({"customer_gateway": customer} if tunnel.present else {})},
        )
        for item in there:
            self._matched[str(item["id"])] = job
            if not tunnel.present:
                self._removed.append(str(item["id"]))
        return job

    # --- what is not ----------------------------------------------------------------------------

    def _label(self, customer: str) -> str:
        """The name of the site that a customer gateway stands for, which is not declared."""
        name = str(self.there.customers.get(customer, {}).get("name") or customer)
        is_declared = any(site.label == name for site in self.sites)
        return f"{name} ({customer})" if is_declared or self._names[name] > 1 else name

    def _undeclared_tunnels(self) -> list[Job]:
        jobs = []
        for tunnel in self.there.tunnels:
            identity, customer = str(tunnel["id"]), str(tunnel.get("customer_gateway")).lower()
            if identity in self._matched or identity.lower() in self.plan.ignored:
                continue
            unit = self._customers.get(customer) or self._label(customer)
            self.plan.undeclared.append(Undeclared(unit, TUNNEL, tunnel))
            if customer not in self.there.customers:
                self.plan.warnings.append(untold_warning(tunnel))
                continue
            if self.task.prune:
                jobs.append(self._removal(unit, TUNNEL, tunnel, {"vpn_gateway": self.task.gateway}))
                self._matched[identity] = jobs[-1]
        return jobs

    def _removal(self, unit: str, resource: Resource, item: Item, place: Item) -> Job:
        """The job by which prune takes something away, or what has to go before something else."""
        self._removed.append(str(item["id"]))
        called = {each.option: item[each.option] for each in resource.key if item.get(each.option) is not None}
        parents = {"vpn_gateway": self.there.gateway} if "vpn_gateway" in place else {}
        desired = Desired({**place, **called}, str(item["id"]), "absent")
        return Job(unit, resource, desired, self._policy({}), parents)

    def _undeclared_customers(self, pruned: t.Sequence[Job]) -> list[Job]:
        """The customer gateways that only tunnels use which are pruned."""
        jobs = []
        units = {str(self._by_id[str(job.desired.id)].get("customer_gateway")).lower(): job.unit for job in pruned}
        for customer, unit in units.items():
            item = self.there.customers.get(customer)
            if customer in self._customers:
                self.plan.pruned.add(unit)
                continue
            self.plan.pruned.add(unit)
            self.plan.gone.add(unit)
            if item is None or customer in self.plan.ignored | self._kept:
                continue
            if self.there.users(customer, self._removed):
                continue
            self.plan.undeclared.append(Undeclared(unit, CUSTOMER, item))
            jobs.append(self._removal(unit, CUSTOMER, item, {}))
        return jobs

    # --- routes ---------------------------------------------------------------------------------

    def _routes(self, tunnels: t.Sequence[tuple[Site, Tunnel, Job]], removed: t.Sequence[Job]) -> list[Job]:
        managed = [each for each in tunnels if each[1].present and each[1].networks is not None]
        if not self.there.is_there:
            if any(tunnel.networks for _site, tunnel, _job in managed):
                self.there.warnings.append("What routes there will be can't be told before there is the VPN gateway.")
            return []
        matched, going = set(self._matched.values()), set(removed)
        if not managed and not matched & going:
            return []
        route = self.there.route
        if route is None:
            for site, _tunnel, _job in managed:
                self._fail(
                    site, "the VPN gateway does not tell its version, so that it is not known which routes it has"
                )
            return []
        jobs = [
            self._route(site, tunnel, job, network)
            for site, tunnel, job in managed
            for network in dict.fromkeys(map(_CANONICAL, tunnel.networks or ()))
        ]
        self.there.check_tunnels()
        if matched & going and self.there.led_to_gateway():
            told = ", ".join(describe(route, item, item["id"]) for item in self.there.led_to_gateway())
            self.plan.warnings.append(
                "Of these routes the service tells the VPN gateway, not the tunnel that they lead into: "
                f"{told}. They stay, and lead to nothing if their tunnel is removed."
            )
        by_network = {str(job.desired.options["destination_cidr_block"]): job for job in jobs}
        managing = {job for _site, _tunnel, job in managed}
        extra = []
        for identity, routes in self.there.routes_into().items():
            tunnel_job = self._matched.get(identity)
            if tunnel_job is None or identity.lower() in self.plan.ignored:
                continue
            for item in routes:
                other = by_network.get(str(item["destination_cidr_block"]))
                if other is not None:
                    if tunnel_job in going:
                        tunnel_job.after.append(other)
                elif tunnel_job in going:
                    extra.append(self._removal(tunnel_job.unit, route, item, self._place()))
                    tunnel_job.after.append(extra[-1])
                elif tunnel_job in managing:
                    self.plan.undeclared.append(Undeclared(tunnel_job.unit, route, item))
                    if self.task.prune:
                        self.plan.pruned.add(tunnel_job.unit)
                        extra.append(self._removal(tunnel_job.unit, route, item, self._place()))
        return [*jobs, *extra]

    def _place(self) -> Item:
        if self.there.route is vpn_gateway_route.RESOURCE:
            return {"vpn_gateway": self.task.gateway}
        return {"vpc_id": self.there.gateway.get("vpc_id")}

    def _route(self, site: Site, tunnel: Tunnel, job: Job, network: str) -> Job:
        options = {
            **self._place(),
            "destination_cidr_block": network,
            "vpn_gateway": self.task.gateway,
            "vpn_tunnel": tunnel.name,
        }
        if self.there.route is vpn_gateway_route.RESOURCE:
            options["next_hop_type"] = vpn_gateway_route.TUNNEL
        parents: dict[str, Job | Item] = {"vpn_gateway": self.there.gateway, "vpn_tunnel": job}
        return Job(
            site.label, t.cast(Resource, self.there.route), Desired(options), self._policy(tunnel.settings), parents
        )


class Sites:
    """Brings all sites of a gateway to what is declared."""

    def __init__(
        self,
        client: Client,
        task: Task,
        sites: t.Sequence[Site],
        finished: t.Callable[[str], None] = lambda _unit: None,
    ) -> None:
        self.task = task
        self.sites = sites
        self.warnings: list[str] = []
        self.plan = Plan()
        self.is_planned = False  # whether it is known what each site needs
        # the jobs by site: all that are declared, and those that are pruned
        self.units: dict[str, list[Job]] = {site.label: [] for site in sites if not site.ignored}
        self.observed: Observed | None = None
        self.batch: Batch | None = None
        self._client = client
        self._snapshot = Snapshot()
        self._finished = finished
        self._left: Counter[str] = Counter()

    def run(self) -> None:
        """Plan all, and ask or do it. Raises L(KsyunError); the C(units) tell what became of each site all the same."""
        task, needed = self.task, any(site.present and not site.ignored for site in self.sites)
        if task.prune and not self.sites and task.prune_limit is None:
            raise LimitError(
                "There are no sites, and prune would remove all that the VPN gateway has. If that is meant, set "
                "prune_limit to as many."
            )
        self.observed = Observed(
            self._client,
            self._snapshot,
            task.gateway,
            task.policy,
            needed=needed,
            routes=any(tunnel.networks is not None for site in self.sites for tunnel in site.tunnels),
            workers=task.workers,
        )
        self.warnings += self.observed.warnings
        self.warnings += overlapping(self.sites)
        failures = self._make_plan(task)
        declared = {site.label for site in self.sites}
        if task.prune and task.goes_on and any(unit in declared for unit, _error in failures):
            # what a site means that can't be planned is not known, so that it may be what prune would remove
            self.warnings.append(
                "Nothing was pruned, as not all of the declared sites can be brought to what is wanted."
            )
            failures = self._make_plan(replace(task, prune=False))
        self.warnings += [each for each in self.observed.warnings if each not in self.warnings]
        self.is_planned = True
        self._check_limits()
        if failures and not task.goes_on:
            raise self._error(SitesRefusedError, "Nothing was changed, as not all can be done.", failures)
        refused = {unit for unit, _error in failures}
        for job in self.plan.jobs:  # what goes on does so without the sites that can't
            if job.unit in refused and job.reconciler is not None and not job.has_failed:
                job.reconciler.is_due = False
        self._left = Counter(job.unit for job in self.plan.jobs if job.is_due)
        batch = t.cast(Batch, self.batch)
        if task.policy.check_mode:
            batch.ask()
        else:
            batch.run()
        failures = self._failures()
        self.warnings += self._orphans()
        if batch.interrupted:
            when = "The task's time-out came" if batch.timed_out else "A signal came"
            raise InterruptedError(f"{when}. What had begun was carried out to its end, and nothing new was begun.")
        if failures:
            others = "all others went on" if task.goes_on else "nothing else was begun then"
            raise self._error(SitesError, f"{len({unit for unit, _e in failures})} sites failed; {others}.", failures)

    def _make_plan(self, task: Task) -> list[tuple[str, Exception]]:
        """Plan all, and what stands against it, by site. Raises L(InvalidOptionsError), L(ContradictionError)."""
        self.plan = Planner(task, t.cast(Observed, self.observed), self.sites).make()
        self.units = {site.label: [] for site in self.sites if not site.ignored}
        for job in self.plan.jobs:
            self.units.setdefault(job.unit, []).append(job)
        self.warnings += self.plan.warnings
        self.batch = Batch(
            self._client,
            self._snapshot,
            self.plan.jobs,
            workers=task.workers,
            goes_on=task.goes_on,
            finished=self._job_finished,
        )
        self.batch.plan()
        self._no_two_mean_one()
        self._none_means_ignored()
        return self._failures()

    def _no_two_mean_one(self) -> None:
        """Raise L(InvalidOptionsError) where several of the declaration mean one resource that is there."""
        owners: dict[tuple[str, str], list[Job]] = {}
        for job in self.plan.jobs:
            before = job.plan.before if job.plan is not None else None
            identity = before["id"] if before is not None else job.desired.id
            if identity and identity != UNKNOWN_ID:
                owners.setdefault((job.resource.name, str(identity).lower()), []).append(job)
        faults = [
            f"{len(jobs)} of the declaration mean one {jobs[0].resource.noun} ({identity}): "
            + ", ".join(f"{describe(job.resource, job.desired.options)} of site {job.unit!r}" for job in jobs)
            + ". Rename in a task of its own what another one is to have the name of"
            for (_kind, identity), jobs in owners.items()
            if len(jobs) > 1
        ]
        if faults:
            raise InvalidOptionsError(faults)

    def _none_means_ignored(self) -> None:
        """Let the sites fail that would change what another one of the declaration says is to be left alone.

        Of a network that is taken from another tunnel, there is a warning.
        """
        there, ignored = t.cast(Observed, self.observed), self.plan.ignored
        tunnels = {str(tunnel["id"]): tunnel for tunnel in there.tunnels}
        for job in self.plan.jobs:
            before = job.plan.before if job.plan is not None else None
            if before is None or job.kind == "none":
                continue
            means = str(before["id"]).lower()
            if job.resource is there.route:
                loses = tunnels.get(str(there.led_to(before)), {"id": "", "name": None})
                means = loses["id"].lower()
                if job.kind == "replace" and means and loses.get("name") != job.desired.options.get("vpn_tunnel"):
                    self.warnings.append(
                        f"{job.unit}: the {describe(TUNNEL, loses, loses['id'])} loses the network "
                        f"{before['destination_cidr_block']}."
                    )
            if means in ignored:
                told = describe(job.resource, before, before["id"])
                message = f"the {told} is to be left alone, as another site of the list says with ignore"
                self.plan.failures.append((job.unit, InvalidOptionsError([message])))

    def _orphans(self) -> list[str]:
        """Warnings for customer gateways that were to be pruned, and that no other run will find by their tunnels."""
        return [
            f"The {describe(CUSTOMER, job.desired.options, job.desired.id)} is still there, and has no tunnels any "
            "more, by which prune would find it again. Declare its site with state=absent to remove it."
            for job in self.plan.jobs
            if job.unit in self.plan.pruned
            and job.resource is CUSTOMER
            and job.kind == "delete"
            and not _is_deleted(job)
            and job.after
            and all(_is_deleted(each) for each in job.after if each.resource is TUNNEL)
            and not isinstance(job.outcome and job.outcome.failure, InUseError)  # which names its other users
            and not self.task.policy.check_mode
        ]

    def _job_finished(self, job: Job) -> None:
        self._left[job.unit] -= 1
        if self._left[job.unit] == 0:
            self._finished(job.unit)

    def _failures(self) -> list[tuple[str, Exception]]:
        found: list[tuple[str, Exception]] = list(self.plan.failures)
        found += [(job.unit, job.outcome.failure) for job in self.plan.jobs if job.outcome and job.outcome.failure]
        return found

    def _error(self, kind: type[SitesError], what: str, failures: list[tuple[str, Exception]]) -> SitesError:
        messages: dict[str, list[str]] = {}
        for unit, error in failures:
            messages.setdefault(unit, []).append(str(error))
        told = " ".join(f"{unit}: {' '.join(dict.fromkeys(each))}" for unit, each in messages.items())
        return kind(f"{what} {told}", {unit: getattr(error, "kind", "internal") for unit, error in failures})

    def _check_limits(self) -> None:
        """Raise L(LimitError) for more than may be removed or replaced, by sites or, of a part, by tunnels."""
        there = t.cast(Observed, self.observed)
        replaced = [job for job in self.plan.jobs if job.kind == "replace"]
        removed = [each for each in self.plan.jobs if each.kind == "delete" and each.unit in self.plan.pruned]
        for option, limit, units, jobs, verb in (
            ("prune_limit", self.task.prune_limit, self.plan.pruned, removed, "removed, or lose something,"),
            (
                *("replace_limit", self.task.replace_limit, {job.unit for job in replaced}, replaced),
                "interrupted, as something of them is replaced,",
            ),
        ):
            tunnels = sum(job.resource is TUNNEL for job in jobs)
            is_part = limit is None or limit.strip().endswith("%")
            for noun, number, there_are in (
                ("sites", len(units), len(there.used)),
                *((("tunnels", tunnels, len(there.tunnels)),) if is_part else ()),
            ):
                # what is affected is there, whatever was listed
                existing = max(number, there_are)
                most = limit_of(limit, existing)
                if most is not None and number > most:
                    raise LimitError(
                        f"Nothing was changed: {number} of {existing} {noun} would be {verb} and {option} is "
                        f"{limit or USUAL_LIMIT}: {', '.join(sorted(units))}. If that is meant, set {option} to as "
                        "many sites, or to a larger part."
                    )


def _is_deleted(job: Job) -> bool:
    """Whether what a job removes is gone, even if that could not be confirmed."""
    outcome = job.outcome
    return outcome is not None and (outcome.failure is None or any(step.action == "delete" for step in outcome.done))


def limit_of(limit: str | None, existing: int) -> float | None:
    """How many sites a limit allows: a number, or a part of those that exist; None if as many as there are."""
    if limit is None:
        return None if existing < MANY else limit_of(USUAL_LIMIT, existing)
    number = re.fullmatch(r"(\d{1,9})(%?)", limit.strip())
    if number is None:
        raise InvalidOptionsError([f"a limit must be a number of sites, or a part of them like 30% (got {limit!r})"])
    return existing * int(number[1]) / 100 if number[2] else int(number[1])
