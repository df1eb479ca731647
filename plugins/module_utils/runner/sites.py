# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands behind C(sites) and C(sites_info): the options, and the result, by site."""

from __future__ import annotations

import typing as t
from collections import Counter

from ..api.client import Client
from ..api.connection import resolve
from ..api.errors import InvalidOptionsError
from ..api.redaction import Redactor
from ..reconciler.batch import Batch, Job
from ..reconciler.diff import as_text, diff_of, readable
from ..reconciler.model import Policy, Step
from ..reconciler.notes import folder
from ..reconciler.sites import Observed, Sites, Task
from ..reconciler.snapshot import Snapshot
from ..resources import customer_gateway, vpn_gateway, vpn_tunnel
from ..resources.schema import Resource
from ..resources.sites import GATEWAY_FIELDS, SETTINGS, TUNNEL_FIELDS, declared
from .argspec import CONNECTION, ArgSpec, Parameters, Spec, option_of, resource_spec
from .entry import OwnEntry, Run
from .result import Result, check_text, failed

MOST_WORKERS = 64
_SHOWN_WHOLE = 20  # sites that differ, up to which a diff shows all of each
_KINDS = ("customer_gateway", "vpn_tunnels", "routes")


def _plainly(spec: Spec) -> Spec:
    """Options of a site: without aliases, and without defaults, as what is left out is said elsewhere."""
    return {
        option: {key: value for key, value in details.items() if key not in ("aliases", "default")}
        for option, details in spec.items()
    }


def _tunnel_options() -> Spec:
    known = resource_spec(vpn_tunnel.RESOURCE)
    return _plainly(
        {
            **{field.option: option_of(field) for field in TUNNEL_FIELDS},
            **{option: known[option] for option in SETTINGS},
        }
    )


_STATE: Spec = {"state": {"type": "str", "choices": ["present", "absent"]}}
_NETWORKS: Spec = {"remote_cidrs": {"type": "list", "elements": "str"}}
_TUNNEL: Spec = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    **_STATE,
    "previous_name": {"type": "str"},
    **_NETWORKS,
    **_tunnel_options(),
}
_SITE: Spec = {
    "name": {"type": "str", "required": True},
    **_STATE,
    "ignore": {"type": "bool"},
    "previous_name": {"type": "str"},
    "customer_gateway_id": {"type": "str"},
    **_plainly({field.option: option_of(field) for field in GATEWAY_FIELDS}),
    "extra": {"type": "dict"},
    **_NETWORKS,
    "tunnels": {"type": "list", "elements": "dict", "options": _TUNNEL},
    **_tunnel_options(),
}
SPEC = ArgSpec(
    {
        "vpn_gateway": {"type": "str", "required": True},
        "project_id": {"type": "str"},
        "sites": {"type": "list", "elements": "dict", "required": True, "options": _SITE},
        "defaults": {"type": "dict", "default": {}, "options": _tunnel_options()},
        "pre_shared_keys": {"type": "dict", "default": {}, "no_log": True},
        "prune": {"type": "bool", "default": False},
        "prune_limit": {"type": "str"},
        "replace_limit": {"type": "str"},
        "on_error": {"type": "str", "choices": ["stop", "continue"], "default": "stop"},
        "parallel": {"type": "int", "default": 10},
        "progress": {"type": "bool", "default": False},
        **CONNECTION,
    }
)
INFO_SPEC = ArgSpec(
    {
        "vpn_gateway": {"type": "str", "required": True},
        "project_id": {"type": "str"},
        "include_pre_shared_keys": {"type": "bool", "default": False, "no_log": False},
        **CONNECTION,
    }
)
OUTCOMES = ("created", "updated", "replaced", "deleted", "unchanged", "failed", "not_reached")
NOTHING_CHANGED = "Nothing was changed."
_WORDS = (
    *("sites", "counts", "outcome", "undeclared", "site", "calls", "requests", "by_action", "throttled", "dry_runs"),
    *("planned", "asked", "vpn_gateway", "vpn_tunnels", "customer_gateway", "routes", "name", "pre_shared_keys"),
    *("kind", "vpn_tunnel", "vpc_route", "vpn_gateway_route", *OUTCOMES),
)


def _words() -> list[str]:
    return [*_WORDS, *vpn_gateway.RESOURCE.blank(), *customer_gateway.RESOURCE.blank(), *vpn_tunnel.RESOURCE.blank()]


class SitesEntry(OwnEntry):
    """The entry of C(sites)."""

    spec = SPEC

    def result(self, parameters: Parameters, run: Run) -> Result:
        """What became of the sites. A line is told of each."""
        redact = run.redact
        redact.names.update(_words())
        redact.public.update(_names(parameters))
        client: Client | None = None
        sites: Sites | None = None
        failure: Result = {}
        try:
            check_text(parameters)
            faults: list[str] = []
            if not 1 <= parameters["parallel"] <= MOST_WORKERS:
                faults.append(f"parallel must be from 1 to {MOST_WORKERS}")
            wanted = declared(
                parameters["sites"], parameters["defaults"] or {}, parameters["pre_shared_keys"] or {}, faults
            )
            if faults:
                raise InvalidOptionsError(faults)
            client = Client(resolve(parameters, run.environment), redact, run.open_channel)

            def finished(unit: str) -> None:
                if run.tell is not None and sites is not None:
                    told = _site(unit, sites.units[unit], sites)
                    run.tell(readable(redact.text(f"{unit}: {told['outcome']} {told.get('msg', '')}".strip())))

            sites = Sites(client, _task(parameters, run), wanted, finished)
            sites.run()
        except Exception as error:  # pylint: disable=broad-except
            failure = failed(error, redact)
        shown = redact({**_result(sites, client, run.diff), **failure})
        if "diff" in shown:
            shown["diff"] = as_text(shown["diff"])
        return shown


def _names(parameters: Parameters) -> list[str]:
    """The names of sites and tunnels, which stay readable where they stand alone."""
    sites = parameters["sites"] or []
    entries = [*sites, *(tunnel for site in sites for tunnel in site.get("tunnels") or [])]
    return [str(entry["name"]) for entry in entries if entry.get("name") is not None]


def _task(parameters: Parameters, run: Run) -> Task:
    return Task(
        parameters["vpn_gateway"],
        Policy(project_id=parameters.get("project_id"), check_mode=run.check_mode, notes=folder(run.environment)),
        prune=parameters["prune"],
        prune_limit=parameters.get("prune_limit"),
        replace_limit=parameters.get("replace_limit"),
        goes_on=parameters["on_error"] == "continue",
        workers=parameters["parallel"],
    )


def _result(sites: Sites | None, client: Client | None, diff: bool) -> Result:
    """All that became of the sites, as far as it came."""
    told: dict[str, Result] = {}
    gateway = None
    if sites is not None:
        told = {unit: _site(unit, jobs, sites) for unit, jobs in sites.units.items()}
        if sites.observed is not None:
            gateway = vpn_gateway.RESOURCE.public(sites.observed.gateway)
    jobs = sites.plan.jobs if sites is not None else []
    counts = Counter(site["outcome"] for site in told.values())
    steps = [(job, step) for job in jobs if job.plan is not None for step in job.plan.steps]
    writes = [step for _job, step in steps if step.permitted is not False]
    result: Result = {
        "changed": any(site["changed"] for site in told.values()),
        "vpn_gateway": gateway,
        "counts": {outcome: counts[outcome] for outcome in OUTCOMES},
        "sites": told,
        "undeclared": _undeclared(sites),
        "plan": [{"site": job.unit, **step.render()} for job, step in steps],
        "summary": ", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "no sites",
        "calls": _calls(client, *((sites.observed, sites.batch) if sites is not None else ())),
        "dry_runs": {"planned": len(writes), "asked": sites.batch.asked if sites and sites.batch else 0},
        "warnings": _warnings(client, sites, jobs),
    }
    if diff and sites is not None:
        result["diff"] = _diff(sites)
    return result


def _site(unit: str, jobs: t.Sequence[Job], sites: Sites) -> Result:
    """What became of one site, and what it has now or would have."""
    outcomes = [(job, job.outcome) for job in jobs if job.outcome is not None]
    failures = [outcome.failure for _job, outcome in outcomes if outcome.failure is not None]
    failures += [error for label, error in sites.plan.failures if label == unit]
    missed = not sites.is_planned or any(job.outcome is None for job in jobs)
    done = [(job, outcome) for job, outcome in outcomes if outcome.changed]
    kinds = {job.kind for job, outcome in done}
    if failures:
        became = "failed"
    elif missed:
        became = "not_reached"
    elif "replace" in kinds:
        became = "replaced"
    elif not kinds:
        became = "unchanged"
    elif unit in sites.plan.gone:
        became = "deleted"
    else:
        became = "updated" if any(job.plan is not None and job.plan.before for job in jobs) else "created"
    result: Result = {
        "outcome": became,
        "changed": bool(done),
        "customer_gateway": None,
        "vpn_tunnels": [],
        "routes": [],
    }
    unseen = {}
    for job, outcome in outcomes:
        item = None if outcome.item is None else job.resource.public(outcome.item)
        if item is not None and job.resource is customer_gateway.RESOURCE:
            result["customer_gateway"] = item
        elif item is not None:
            result["vpn_tunnels" if job.resource is vpn_tunnel.RESOURCE else "routes"].append(item)
        if outcome.not_compared:
            unseen[_called(job.resource, job)] = list(outcome.not_compared)
    if unseen:
        result["not_compared"] = unseen
    if failures:
        result["msg"] = _message(failures, [step for _job, outcome in outcomes for step in outcome.done])
        details = getattr(failures[0], "details", None)
        result["error"] = details() if details is not None else {"kind": "internal"}
        result["failures"] = _item_failures(unit, jobs, sites)
    return result


def _message(failures: t.Sequence[Exception], done: t.Sequence[Step]) -> str:
    """What the failures of a site say, and what was carried out of it: one that changed nothing speaks of itself."""
    told = " ".join(dict.fromkeys(map(str, failures)))
    carried = ", ".join(f"{step.action} {step.target}" for step in done)
    if not carried or NOTHING_CHANGED not in told:
        return told
    return f"{told.replace(f' {NOTHING_CHANGED}', '')} Of the site, this was carried out: {carried}."


def _item_failures(unit: str, jobs: t.Sequence[Job], sites: Sites) -> list[Result]:
    """What failed of a site, item by item, and what was left out for it."""
    told = [{"kind": "site", "name": unit, "msg": str(error)} for label, error in sites.plan.failures if label == unit]
    for job in jobs:
        failure = job.outcome.failure if job.outcome is not None else None
        cause = next((each for each in job.before if job.outcome is None and _is_missing(each)), None)
        if failure is not None or cause is not None:
            why = str(failure) if cause is None else f"Left out, as its {cause.resource.noun} is not there."
            told.append({"kind": job.resource.name, "name": _called(job.resource, job), "msg": why})
    return told


def _is_missing(job: Job) -> bool:
    return job.has_failed or (job.outcome is None and any(map(_is_missing, job.before)))


def _called(resource: Resource, job: Job) -> str:
    return " ".join(str(job.desired.options.get(field.option, job.desired.id)) for field in resource.key)


def _undeclared(sites: Sites | None) -> list[Result]:
    return [
        {
            "site": each.unit,
            "kind": each.resource.name,
            "id": each.item["id"],
            "name": " ".join(str(each.item.get(field.option)) for field in each.resource.key),
        }
        for each in (sites.plan.undeclared if sites is not None else ())
    ]


def _calls(client: Client | None, *others: Observed | Batch | None) -> Result:
    """How often the service was asked, dry runs and what was sent again included."""
    calls = [call for each in (client, *others) if each is not None for call in each.calls]
    by_action: Counter[str] = Counter()
    for call in calls:
        by_action[call.action] += call.attempts
    return {"requests": sum(by_action.values()), "by_action": dict(sorted(by_action.items()))}


def _warnings(client: Client | None, sites: Sites | None, jobs: t.Sequence[Job]) -> list[str]:
    """All warnings, each once, with the sites that it is about."""
    about: dict[str, list[str]] = {}
    for job in jobs:
        told = job.outcome.warnings if job.outcome is not None else ()
        if job.outcome is None and job.reconciler is not None:
            told = job.reconciler.progress.warnings
        for warning in told:
            about.setdefault(warning, []).append(job.unit)
    found = [*(client.warnings if client else ()), *(sites.warnings if sites else ())]
    for warning, units in about.items():
        units = list(dict.fromkeys(units))
        more = f" and {len(units) - 3} more" if len(units) > 3 else ""
        found.append(f"{', '.join(units[:3])}{more}: {warning}")
    return list(dict.fromkeys(found))


def _diff(sites: Sites) -> Result:
    """The sites that differ, as text: all of each, or a line for each if they are many."""
    differing = {
        unit: [job for job in jobs if job.plan is not None and job.plan.steps] for unit, jobs in sites.units.items()
    }
    differing = {unit: jobs for unit, jobs in differing.items() if jobs}
    sides = {"before": "", "after": ""}
    for unit, jobs in differing.items():
        if len(differing) > _SHOWN_WHOLE:
            there = any(job.plan and job.plan.before for job in jobs)
            sides["before"] += f"{readable(unit)}: {'as it is' if there else 'not there'}\n"
            sides["after"] += f"{readable(unit)}: {readable(', '.join(job.plan.summary for job in jobs if job.plan))}\n"
            continue
        for job in jobs:
            if job.plan is None:
                continue
            shown = as_text(diff_of(job.plan, job.resource))
            for side in sides:
                if shown[side]:
                    sides[side] += f"{readable(unit)}, {readable(shown[f'{side}_header'])}:\n"
                    sides[side] += "".join(f"  {line}\n" for line in shown[side].splitlines())
    header = f"sites of the VPN gateway {sites.task.gateway!r}"
    return {**sides, "before_header": header, "after_header": header}


class SitesInfoEntry(OwnEntry):
    """The entry of C(sites_info)."""

    spec = INFO_SPEC
    lists = True

    def revealed_secrets(self, result: Result) -> list[str]:
        """The keys, where the task asked for them."""
        return [str(key) for key in (result.get("pre_shared_keys") or {}).values()]

    def result(self, parameters: Parameters, run: Run) -> Result:
        """What a gateway has. Reads only."""
        redact = run.redact
        redact.names.update(_words())
        # the keys that are asked for are learnt by another one, as this one would mask them
        learning = (
            Redactor(redact.known, redact.public, redact.names) if parameters["include_pre_shared_keys"] else redact
        )
        client: Client | None = None
        observed: Observed | None = None
        result: Result = {"changed": False, "vpn_gateway": None, "sites": [], "warnings": []}
        try:
            check_text(parameters)
            client = Client(resolve(parameters, run.environment), learning, run.open_channel)
            policy = Policy(project_id=parameters.get("project_id"))
            observed = Observed(client, Snapshot(), parameters["vpn_gateway"], policy)
            result["vpn_gateway"] = vpn_gateway.RESOURCE.public(observed.gateway)
            result["sites"], keys = observed.sites()
            if parameters["include_pre_shared_keys"]:
                result["pre_shared_keys"] = keys
        except Exception as error:  # pylint: disable=broad-except
            result.update(failed(error, learning))
        result["warnings"] = [*(client.warnings if client else ()), *(observed.warnings if observed else ())]
        result["calls"] = _calls(client, observed)
        return t.cast(Result, redact(result))
