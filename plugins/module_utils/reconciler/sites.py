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
from .errors import MissingError
from .lookup import UNKNOWN_ID, Lookup
from .model import Desired, Policy, describe
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
        self.tunnels: list[Item] = []
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
        used = [str(tunnel["customer_gateway"]) for tunnel in self.tunnels if tunnel.get("customer_gateway")]
        pieces = pieces_of(self._unknown(used))
        reads: list[t.Callable[[Client], t.Any]] = [
            functools.partial(snapshot.preload, resource=CUSTOMER, ids=piece) for piece in pieces
        ]
        if routes:
            reads.append(self._list_routes)
        self._at_once(*reads)
        self.load(used)

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
        if self.route is vpc_route.RESOURCE:
            ids = [str(each["id"]) for each in self.tunnels if same_id(each["id"], route.get("next_hop_id"))]
        elif fold(route.get("next_hop_type")) == fold(vpn_gateway_route.TUNNEL):
            name = route.get("next_hop_name")
            ids = [str(each["id"]) for each in self.tunnels if name is not None and each.get("name") == name]
        else:
            ids = []
        return ids[0] if len(ids) == 1 else None

    def routes_into(self) -> dict[str, list[Item]]:
        """The routes by the tunnels that they lead into."""
        found: dict[str, list[Item]] = {}
        for route in self.routes:
            tunnel = self.led_to(route)
            if tunnel is not None:
                found.setdefault(tunnel, []).append(route)
        return found

    def sites(self) -> tuple[list[Item], dict[str, str]]:
        """All sites as a declaration has them, which changes nothing, and the keys of the tunnels by their names."""
        into, route = self.routes_into(), self.route
        told: Counter[str] = Counter(str(tunnel.get("name")) for tunnel in self.tunnels)
        untold = self.route is vpn_gateway_route.RESOURCE
        networks: dict[str, list[str] | None] = {
            str(tunnel["id"]): None
            if route is None or (untold and told[str(tunnel.get("name"))] > 1)
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
        return found, keys


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
        self._ignored: set[str] = set()  # ids of tunnels and customer gateways
        self._removed: list[str] = []  # ids

    def make(self) -> Plan:
        """The plan, not yet looked at by any reconciler."""
        for site in self.sites:
            if site.ignored:
                self._ignore(site)
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
        leaving = [job for job in customers if job.desired.state == "absent"] + gone
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

    def _ignore(self, site: Site) -> None:
        names = {site.name, *(tunnel.name for tunnel in site.tunnels)}
        ids = {str(tunnel.id).lower() for tunnel in site.tunnels if tunnel.id}
        customers = {
            identity
            for identity, item in self.there.customers.items()
            if same_id(identity, site.id) or (site.id is None and item.get("name") == site.name)
        }
        for tunnel in self.there.tunnels:
            used = str(tunnel.get("customer_gateway")).lower()
            if used in customers or str(tunnel["id"]).lower() in ids or tunnel.get("name") in names:
                self._ignored |= {str(tunnel["id"]), used}
        self._ignored |= customers

    # --- what is declared ---------------------------------------------------------------------

    def _fail(self, site: Site, message: str) -> None:
        self.plan.failures.append((site.label, InvalidOptionsError([message])))

    def _customer(self, site: Site) -> Job:
        identity = self._customer_id(site)
        options = {"name": site.name, **site.options} if site.present else {"name": site.name}
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
        options: Item = {"name": tunnel.name, "vpn_gateway": self.task.gateway}
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
        return f"{name} ({customer})" if any(site.label == name for site in self.sites) else name

    def _undeclared_tunnels(self) -> list[Job]:
        jobs = []
        for tunnel in self.there.tunnels:
            identity, customer = str(tunnel["id"]), str(tunnel.get("customer_gateway")).lower()
            if identity in self._matched or identity in self._ignored:
                continue
            unit = self._customers.get(customer) or self._label(customer)
            self.plan.undeclared.append(Undeclared(unit, TUNNEL, tunnel))
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
            if item is None or customer in self._ignored:
                continue
            if self.there.lookup(CUSTOMER).users(customer, self._removed):
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
        by_network = {str(job.desired.options["destination_cidr_block"]): job for job in jobs}
        managing = {job for _site, _tunnel, job in managed}
        extra = []
        for identity, routes in self.there.routes_into().items():
            tunnel_job = self._matched.get(identity)
            if tunnel_job is None or identity in self._ignored:
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
        self.plan = Planner(task, self.observed, self.sites).make()
        for job in self.plan.jobs:
            self.units.setdefault(job.unit, []).append(job)
        self.warnings += [each for each in self.observed.warnings if each not in self.warnings]
        self.warnings += overlapping(self.sites)
        self.batch = Batch(
            self._client,
            self._snapshot,
            self.plan.jobs,
            workers=task.workers,
            goes_on=task.goes_on,
            finished=self._job_finished,
        )
        self.batch.plan()
        self._check_limits()
        failures = self._failures()
        if failures and not task.goes_on:
            raise self._error(SitesRefusedError, "Nothing was changed, as not all can be done.", failures)
        refused = {unit for unit, _error in failures}
        for job in self.plan.jobs:  # what goes on does so without the sites that can't
            if job.unit in refused and job.reconciler is not None and not job.has_failed:
                job.reconciler.is_due = False
        self._left = Counter(job.unit for job in self.plan.jobs if job.is_due)
        if task.policy.check_mode:
            self.batch.ask()
        else:
            self.batch.run()
        failures = self._failures()
        self.warnings += self._orphans()
        if self.batch.interrupted:
            when = "The task's time-out came" if self.batch.timed_out else "A signal came"
            raise InterruptedError(f"{when}. What had begun was carried out to its end, and nothing new was begun.")
        if failures:
            others = "all others went on" if task.goes_on else "nothing else was begun then"
            raise self._error(SitesError, f"{len({unit for unit, _e in failures})} sites failed; {others}.", failures)

    def _orphans(self) -> list[str]:
        """Warnings for customer gateways that were to be pruned, and that no other run will find by their tunnels."""
        return [
            f"The {describe(CUSTOMER, job.desired.options, job.desired.id)} is still there, and has no tunnels any "
            "more, by which prune would find it again. Declare its site with state=absent to remove it."
            for job in self.plan.jobs
            if job.unit in self.plan.pruned
            and job.resource is CUSTOMER
            and job.kind == "delete"
            and (job.outcome is None or job.outcome.failure is not None)
            and job.after
            and all(each.outcome is not None and each.outcome.failure is None for each in job.after)
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
        existing = len(t.cast(Observed, self.observed).customers)
        replaced = {job.unit for job in self.plan.jobs if job.kind == "replace"}
        for option, limit, units, verb in (
            ("prune_limit", self.task.prune_limit, self.plan.pruned, "removed, or lose something,"),
            ("replace_limit", self.task.replace_limit, replaced, "interrupted, as something of them is replaced,"),
        ):
            most = limit_of(limit, existing)
            if most is not None and len(units) > most:
                raise LimitError(
                    f"Nothing was changed: {len(units)} of {existing} sites would be {verb} and {option} is "
                    f"{limit or USUAL_LIMIT}: {', '.join(sorted(units))}. If that is meant, set {option} to as many."
                )


def limit_of(limit: str | None, existing: int) -> float | None:
    """How many sites a limit allows: a number, or a part of those that exist; None if as many as there are."""
    if limit is None:
        return None if existing < MANY else limit_of(USUAL_LIMIT, existing)
    number = re.fullmatch(r"(\d{1,9})(%?)", limit.strip())
    if number is None:
        raise InvalidOptionsError([f"a limit must be a number of sites, or a part of them like 30% (got {limit!r})"])
    return existing * int(number[1]) / 100 if number[2] else int(number[1])
