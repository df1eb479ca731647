# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many resources in one task: all are planned before the first write, and several threads write.

Each resource has a reconciler of its own, which finds, plans, asks and works as it does for a single one: no rule is
written a second time here. What the batch adds is the order, which follows from the tables' references, and that
listings are shared.

- Removals go before additions: routes, tunnels, customer gateways, and the other way round to create them. A removal of
  what something else has to let go of first comes last.
- What is due of one kind is looked at and planned once more when its turn comes, by listings that it shares: minutes
  may have passed. What would take more away than was planned is not done then.
- All writes of one kind are sent, and then confirmed by listings that they share.
- A replacement is one piece of work of one thread, which ends it whatever comes.
"""

from __future__ import annotations

import functools
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ..api.action import Action
from ..api.client import Call, Client
from ..api.errors import DryRunExecutedError, KsyunError
from ..resources.schema import Item, Resource
from .lookup import UNKNOWN_ID
from .model import Desired, Outcome, Plan, Policy, describe
from .reconcile import Reconciler
from .signals import Hold
from .snapshot import Snapshot, View
from .write import Parts

# In which order check mode asks about jobs: a service that carries out dry runs shows so before one that deletes.
_ASKED_FIRST = ("create", "update", "none", "refused", "replace", "delete")
_TAKES_AWAY = ("delete", "replace")
# Times of creation are told in seconds: which of two came first can be told so long after both.
SAME_SECOND = 1.0


class NotAskedError(KsyunError):
    """A dry run was not sent any more."""


class ChangedError(KsyunError):
    """What is there has changed since it was planned, so that more would be taken away."""

    kind = "changed_since"


@dataclass(eq=False)
class Job:
    """One resource of a batch. C(unit) is the name of what it is a part of, and fails with.

    C(parents) are by option: a job of the same batch, or what is there already. C(after): jobs that must be done before
    this one, beside its parents. C(outcome) is None as long as nothing is known of it.
    """

    unit: str
    resource: Resource
    desired: Desired
    policy: Policy
    parents: t.Mapping[str, Job | Item] = field(default_factory=dict)
    after: list[Job] = field(default_factory=list)
    reconciler: Reconciler | None = None
    outcome: Outcome | None = None
    reached: bool = False  # whether its turn came
    _renewed: bool = False  # whether it was planned anew when its turn came, and is due
    _parts: Parts | None = None

    @property
    def plan(self) -> Plan | None:
        """Its plan, as far as there is one."""
        if self.outcome is not None and self.outcome.plan is not None:
            return self.outcome.plan
        return self.reconciler.progress.plan if self.reconciler is not None else None

    @property
    def kind(self) -> str:
        """What its plan does; C(none) if there is no plan."""
        return self.plan.kind if self.plan is not None else "none"

    @property
    def called(self) -> str:
        """It in words, without an id."""
        return describe(self.resource, self.desired.options)

    @property
    def is_due(self) -> bool:
        """Whether there is anything to do or to wait for."""
        return self.reconciler is not None and self.reconciler.is_due

    @property
    def has_failed(self) -> bool:
        """Whether it has failed; one that was not reached has not."""
        return self.outcome is not None and self.outcome.failure is not None

    @property
    def follows_replaced(self) -> bool:
        """Whether something that it refers to is replaced."""
        return any(isinstance(parent, Job) and parent.kind == "replace" for parent in self.parents.values())

    @property
    def before(self) -> list[Job]:
        """The jobs that must be done before this one."""
        return [*self.after, *(parent for parent in self.parents.values() if isinstance(parent, Job))]

    def item(self) -> Item | None:
        """The resource as it is after its turn, or as it is expected to be, then without an id if that is not known."""
        if self.outcome is not None and self.reached:
            return self.outcome.item
        plan = self.plan
        if plan is None or plan.after is None:
            return None
        return {**plan.after, "id": UNKNOWN_ID} if plan.kind == "create" else plan.before or plan.after


class Batch:
    """Plans jobs, and asks about them or carries them out.

    C(jobs) are in an order in which each comes after those that it needs. C(finished) is called in the caller's thread
    with each job whose turn is over.
    """

    def __init__(
        self,
        client: Client,
        snapshot: Snapshot,
        jobs: t.Sequence[Job],
        *,
        workers: int,
        goes_on: bool,
        finished: t.Callable[[Job], None] = lambda _job: None,
    ) -> None:
        self.jobs = jobs
        self.calls: list[Call] = []  # of the threads that have ended
        self.timed_out = self.interrupted = False
        self.asked = 0  # dry runs that were sent
        self._client = client
        self._snapshot = snapshot
        self._workers = workers
        self._goes_on = goes_on
        self._finished = finished
        self._hold = Hold()
        self._failed = False
        self._began = self._stage_began = client.monotonic()
        self._pool: ThreadPoolExecutor
        self._own = threading.local()
        self._clients: list[Client] = []
        self._lock = threading.Lock()
        self._shapes: dict[t.Any, threading.Lock] = {}
        self._permitted: set[t.Any] = set()
        self._first = threading.Lock()
        self._executed = False  # whether a dry run was carried out

    # --- plan ---------------------------------------------------------------------------------

    def plan(self) -> None:
        """Plan all jobs. One that can't be planned has its failure; one that needs such a one has no plan."""
        view = View(self._snapshot, self._client)
        declared = frozenset(job.called for job in self.jobs if job.desired.state == "present")
        for job in self.jobs:
            job.policy = replace(job.policy, apart=declared)
            if all(not each.has_failed and (each.reconciler or each.outcome) for each in job.before):
                self._prepare(job, self._client, view)

    def _prepare(self, job: Job, client: Client, view: View) -> bool:
        """Find what is there of a job, and plan it; whether that was possible."""
        planned = job.kind
        job.outcome = None
        parents = {}
        for option, parent in job.parents.items():
            found = parent.item() if isinstance(parent, Job) else parent
            parents[option] = {"id": UNKNOWN_ID} if found is None else found
        job.reconciler = Reconciler(client, job.resource, job.desired, job.policy, reader=view, parents=parents)
        job.reconciler.began = min(job.reconciler.began, self._began)
        try:
            job.reconciler.prepare()
            if view.since is not None and job.kind in _TAKES_AWAY:
                if planned not in _TAKES_AWAY:
                    self._must_not_take_more(job)
                job.reconciler.must_be_unused()
        except Exception as error:  # pylint: disable=broad-except
            job.outcome = job.reconciler.failed(error)
            return False
        if not job.is_due:
            job.outcome = job.reconciler.outcome()
        return True

    def _must_not_take_more(self, job: Job) -> None:
        """Raise for what would take something away, and would not have when all was planned.

        What leads to something that was replaced since is of this task's own making.
        """
        if not job.follows_replaced:
            raise ChangedError(
                f"It has changed since it was planned, and now this would {t.cast(Plan, job.plan).summary}. Run the "
                "task again to see and do that."
            )

    # --- check mode ---------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask about each planned write, in check mode. Of those which differ in values only one is asked about.

        The answer to a dry run is about what the key may do. Where one is refused, the others like it are asked about.
        """
        due = [job for job in self.jobs if job.is_due and not job.has_failed]
        due.sort(key=lambda job: _ASKED_FIRST.index(job.kind))
        with self._threads():
            while due and not self._permitted and not self._executed:  # one at a time, until one was not carried out
                job = due.pop(0)
                self._ask(job)
                if job.outcome is not None:
                    self._tell(job)
            self._each(due, self._ask, lambda: self._executed)

    def _ask(self, job: Job) -> None:
        reconciler = t.cast(Reconciler, job.reconciler)
        client = self._client_of_thread()
        reconciler.hand_to(client, View(self._snapshot, client))
        job.reached = True
        try:
            reconciler.ask(self._probe_shape)
            job.outcome = reconciler.outcome()
        except NotAskedError:
            job.reached = False
        except Exception as error:  # pylint: disable=broad-except
            job.outcome = reconciler.failed(error)

    def _probe_shape(self, action: Action, parameters: dict[str, t.Any]) -> None:
        """Send a dry run, if none of its shape was permitted yet."""
        shape = _shape(action, parameters)
        with self._lock:
            lock = self._shapes.setdefault(shape, threading.Lock())
        with lock:
            if shape not in self._permitted:
                self._send_probe(action, parameters)

    def _probe_each(self, action: Action, parameters: dict[str, t.Any]) -> None:
        """Send a dry run, the first ones alone, until one was permitted."""
        if self._permitted:
            self._send_probe(action, parameters)
            return
        with self._first:
            self._send_probe(action, parameters)

    def _send_probe(self, action: Action, parameters: dict[str, t.Any]) -> None:
        """Send a dry run, unless one was carried out: what does that once does it to each."""
        with self._lock:
            if self._executed:
                raise NotAskedError("It was not asked whether this is permitted, as a dry run was carried out.")
            self.asked += 1
        try:
            self._client_of_thread().probe(action, parameters)
        except DryRunExecutedError:
            self._executed = True
            raise
        self._permitted.add(_shape(action, parameters))

    # --- run ----------------------------------------------------------------------------------

    def run(self) -> None:
        """Carry out what was planned. What can't begin any more has C(reached) false."""
        due = [job for job in self.jobs if not job.has_failed and (job.is_due or job.follows_replaced)]
        if not due:
            return
        with self._hold as hold, self._threads():  # signals are held before any thread is there
            for stage in _stages(due):
                self._stage_began = self._client.monotonic()
                self._each(stage, self._renew, self._is_over)
                self._each([job for job in stage if job._renewed], self._begin, self._is_over)
                sent = [job for job in stage if job._parts is not None]
                if any(job.kind == "create" for job in sent):
                    # of two tasks that create the same at once, the one that is to give way sees the other one then
                    self._client.sleep(SAME_SECOND)
                self._each(sent, functools.partial(self._end, self._client.monotonic()), lambda: False)
            self.timed_out, self.interrupted = hold.timed_out, hold.waiting

    def _is_over(self) -> bool:
        """Whether no other job may begin."""
        return self._hold.waiting or self._executed or (self._failed and not self._goes_on)

    def _renew(self, job: Job) -> None:
        """Look at a job again, and plan it anew, by listings that began with the stage."""
        if not all(each.outcome is not None and not each.has_failed for each in job.before):
            return
        client = self._client_of_thread()
        job.policy = replace(job.policy, removed_before=())  # that has been done
        can_be = self._prepare(job, client, View(self._snapshot, client, self._stage_began, once=True))
        self._failed = self._failed or not can_be
        job._renewed = can_be and job.is_due
        job.reached = not job._renewed

    def _begin(self, job: Job) -> None:
        """Send what a job has to write, up to where it has to be confirmed."""
        client = self._client_of_thread()
        job.reached = True
        if job.kind == "replace":  # one after the other: what leads there may have changed since the stage began
            view = View(self._snapshot, client, client.monotonic(), once=True)
            if not self._prepare(job, client, view):
                self._failed = True
                return
            if not job.is_due:
                return
        reconciler = t.cast(Reconciler, job.reconciler)
        reconciler.hand_to(client, View(self._snapshot, client, client.monotonic()))
        job._parts = reconciler.work(self._hold, self._probe_each)
        self._go_on(job)

    def _end(self, since: float, job: Job) -> None:
        """Confirm what a job has sent, by a listing that began when all of its kind was sent."""
        client = self._client_of_thread()
        t.cast(Reconciler, job.reconciler).hand_to(client, View(self._snapshot, client, since), since)
        self._go_on(job)

    def _go_on(self, job: Job) -> None:
        reconciler = t.cast(Reconciler, job.reconciler)
        try:
            next(t.cast(Parts, job._parts))
            return
        except StopIteration:
            job.outcome = reconciler.outcome()
        except Exception as error:  # pylint: disable=broad-except
            if isinstance(error, NotAskedError) and not reconciler.progress.done:
                job.reached = False
            else:
                job.outcome = reconciler.failed(error)
                self._failed = True
        job._parts = None

    # --- threads ------------------------------------------------------------------------------

    @contextmanager
    def _threads(self) -> t.Iterator[None]:
        """Threads to work with, each with a client of its own."""
        try:
            with ThreadPoolExecutor(self._workers) as self._pool:
                yield
        finally:
            for client in self._clients:
                self.calls += client.calls
                self._client.warnings += client.warnings
                client.close()

    def _each(self, jobs: list[Job], work: t.Callable[[Job], None], is_over: t.Callable[[], bool]) -> None:
        """Do the work on each job, several at a time, and tell of those whose turn is over by that."""

        def begin(job: Job) -> None:
            if is_over():
                return
            try:
                work(job)
            except BaseException:  # a fault of ours: nothing new is to begin
                self._failed, self._goes_on = True, False
                raise

        futures = {self._pool.submit(begin, job): job for job in jobs}
        for future in as_completed(futures):
            future.result()
            if futures[future].outcome is not None:
                self._tell(futures[future])

    def _tell(self, job: Job) -> None:
        """Tell that a job's turn is over. If that can't be told, the work goes on all the same."""
        try:
            self._finished(job)
        except Exception as error:  # pylint: disable=broad-except
            warning = f"Progress could not be shown any more: {error}"
            if warning not in self._client.warnings:
                self._client.warnings.append(warning)

    def _client_of_thread(self) -> Client:
        if not hasattr(self._own, "client"):
            self._own.client = self._client.fork()
            with self._lock:
                self._clients.append(self._own.client)
        return t.cast(Client, self._own.client)


def _stages(jobs: t.Sequence[Job]) -> list[list[Job]]:
    """The jobs in the order of their writes. What is in one stage does not need anything else of it."""
    due, late = set(jobs), set[Job]()
    for job in jobs:
        if job.kind == "delete" and any(each in late or (each in due and each.kind != "delete") for each in job.after):
            late.add(job)
    stages: dict[tuple[int, int], list[Job]] = {}
    for job in jobs:
        depth = _depth(job.resource)
        key = (2, -depth) if job in late else (0, -depth) if job.kind == "delete" else (1, depth)
        stages.setdefault(key, []).append(job)
    return [stages[key] for key in sorted(stages)]


def _shape(action: Action, parameters: t.Mapping[str, t.Any]) -> t.Any:
    """What dry runs have in common that differ in values only."""
    return (action.name, tuple(sorted(parameters)))


def _depth(resource: Resource) -> int:
    """How many references lead from a kind of resource to one that refers to nothing, at most."""
    parents = (field.refers_to.resource for field in resource.references if field.refers_to is not None)
    return 1 + max(map(_depth, parents), default=0)
