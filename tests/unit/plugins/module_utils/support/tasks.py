# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks run by the reconciler against the service in memory."""

from __future__ import annotations

import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Desired, Outcome, Policy
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.reconcile import Reconciler
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.fakes import FakeService
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import OPTIONS, TABLES, parents, wire

Service = t.TypeVar("Service", bound=FakeService)


def reconcile(it: FakeService, resource: Resource, wanted: dict[str, t.Any], **settings: t.Any) -> Outcome:
    """The outcome of a task, also C(it.outcome); raises its failure."""
    own = {name: settings.pop(name) for name in ("id", "state") if name in settings}
    it.outcome = Reconciler(it.client, resource, Desired(wanted, **own), Policy(**settings)).run()
    if it.outcome.failure is not None:
        raise it.outcome.failure
    return it.outcome


def run(it: FakeService, kind: str, wanted: dict[str, t.Any] | None = None, **settings: t.Any) -> Outcome:
    """The outcome of a task for a resource, by default with its plain options; after a failure C(it.outcome)."""
    return reconcile(it, TABLES[kind], OPTIONS[kind] if wanted is None else wanted, **settings)


def empty(kind: str, cls: type[Service] = FakeService, **settings: t.Any) -> Service:  # type: ignore[assignment]
    """A service that has what the plain options refer to, and nothing else."""
    return cls(*parents(kind), **settings)


def there(kind: str, cls: type[Service] = FakeService, **settings: t.Any) -> Service:  # type: ignore[assignment]
    """A service that has the resource with the plain options, and what they refer to."""
    return cls(*parents(kind), (TABLES[kind], wire(TABLES[kind])), **settings)
