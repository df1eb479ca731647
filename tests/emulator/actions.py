# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions on resources: four verbs over six kinds, of which some have fewer.

An action works in three steps, so that DryRun can stop between them: ``validate`` looks at the parameters alone,
``examine`` at what the account has, ``commit`` changes it and makes the answer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from .customer_gateways import CustomerGateways
from .errors import PublicError
from .parameters import (
    Field,
    Given,
    filters,
    indexed,
    integer,
    listed,
    read_fields,
    refuse_lookalikes,
    single,
    text_value,
)
from .resources import Context, Kind, refuse
from .settings import Settings
from .signature import VPC, Scope
from .store import Resource, Wire
from .vpc_routes import VpcRoutes
from .vpcs import Vpcs
from .vpn_gateway_routes import VpnGatewayRoutes
from .vpn_gateways import DEFAULT_PROJECT, VpnGateways
from .vpn_tunnels import VpnTunnels

KINDS: tuple[Kind, ...] = (
    VpnGateways(),
    VpnTunnels(),
    CustomerGateways(),
    VpcRoutes(),
    VpnGatewayRoutes(),
    Vpcs(),
)

# What a list can be narrowed by begins so, written by whatever convention.
_SELECTING = ("filter", "projectid", *(kind.id_field.lower() for kind in KINDS))
_PAGING = (Field("MaxResults", integer(1, 1000)), Field("NextToken", integer(0)))


class Action(ABC):
    """One action. All methods raise ServiceError to refuse."""

    scope: ClassVar[Scope] = VPC
    version: ClassVar[str] = "2016-03-04"
    writes: ClassVar[bool] = True

    @property
    @abstractmethod
    def name(self) -> str:
        """The value of the Action parameter."""

    def methods(self, settings: Settings) -> tuple[str, ...]:
        """The HTTP methods that may be used."""
        return ("GET", "POST")

    @abstractmethod
    def validate(self, given: Given, settings: Settings) -> Wire:
        """The values of the parameters, by wire name."""

    @abstractmethod
    def examine(self, context: Context, values: Wire) -> None:
        """Refuse what the account's resources do not allow."""

    @abstractmethod
    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        """Do it, and return the answer without its RequestId."""


class KindAction(Action):
    """One action on one kind of resource."""

    verb: ClassVar[str]

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    @property
    def name(self) -> str:
        return self.verb + self.kind.noun

    def methods(self, settings: Settings) -> tuple[str, ...]:
        """Both, but for CreateVpnTunnel ("仅支持post请求")."""
        if self.name == "CreateVpnTunnel" and not settings.create_tunnel_by_get:
            return ("POST",)
        return super().methods(settings)

    def _id(self) -> Field:
        return Field(self.kind.id_field, text_value, required=True)


class Create(KindAction):
    """Answers with the new resource, or with its id alone, by whatever name the kind has for that."""

    verb = "Create"

    def validate(self, given: Given, settings: Settings) -> Wire:
        values = read_fields(self.kind.create_fields, given)
        self.kind.check_create(values, settings)
        return values

    def examine(self, context: Context, values: Wire) -> None:
        self.kind.examine_create(context, values)
        quota = context.settings.quotas.get(self.kind.noun)
        if quota is not None and context.store.count(self.kind.noun, context.region) >= quota:
            raise refuse(context.settings.quota_error, self.kind.noun, "")

    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        resource = self.kind.place(context, self.kind.stored(context.settings, values), context.now)
        upper = context.settings.id_case == "upper-in-create-answers"
        identity = resource.id.upper() if upper else resource.id
        if self.kind.created_id_field:
            return {self.kind.created_id_field: identity}
        return {self.kind.noun: {**self.kind.shown(context, resource), self.kind.id_field: identity}}


class Modify(KindAction):
    """Answers with ``Return`` (the document) and the changed resource (newer clients), see modify_answer.

    A kind whose create answers with an id answers a change so, too; two models type that id as a boolean.
    """

    verb = "Modify"

    def validate(self, given: Given, settings: Settings) -> Wire:
        values = read_fields((self._id(), *self.kind.modify_fields), given)
        return {name: value for name, value in values.items() if name not in settings.modify_ignored}

    def examine(self, context: Context, values: Wire) -> None:
        resource = self.kind.find(context, values[self.kind.id_field])
        self.kind.examine_modify(context, resource.wire, values)

    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        resource = self.kind.find(context, values[self.kind.id_field])
        resource.wire.update(self.kind.stored(context.settings, values))
        if self.kind.created_id_field:
            said = resource.id if context.settings.route_modify_answer == "id" else True
            return {self.kind.created_id_field: said}
        answer: dict[str, Any] = {}
        if context.settings.modify_answer != "object":
            answer["Return"] = True
        if context.settings.modify_answer != "return":
            answer[self.kind.noun] = self.kind.shown(context, resource)
        return answer


class Delete(KindAction):
    """Answers with ``Return``. What something else refers to can't be deleted."""

    verb = "Delete"

    def validate(self, given: Given, settings: Settings) -> Wire:
        return read_fields((self._id(),), given)

    def examine(self, context: Context, values: Wire) -> None:
        resource = self.kind.find(context, values[self.kind.id_field])
        self.kind.examine_delete(context, resource)
        if context.settings.in_use_checked and self.kind.in_use(context, resource.id):
            raise refuse(context.settings.in_use_error, self.kind.noun, resource.id)

    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        resource = self.kind.find(context, values[self.kind.id_field])
        self.kind.before_delete(context, resource)
        context.store.delete(resource, context.now)
        return {"Return": True}


class Describe(KindAction):
    """Lists resources in order of creation; ids that do not exist are no error.

    The document does not speak of paging. Clients of the vendor send MaxResults and NextToken and either hand back
    the token that came or count it up by MaxResults from 1: both work when it is a 1-based offset in decimal. It is
    left out on the last page.
    """

    verb = "Describe"
    writes = False

    @property
    def name(self) -> str:
        """The value of the Action parameter."""
        return self.verb + self.kind.noun + "s"

    def validate(self, given: Given, settings: Settings) -> Wire:
        known = [name for name in (self.kind.scope_field, "Filter", "ProjectId") if name]
        refuse_lookalikes(given, [*known, self.kind.id_field] if self.kind.listed_by_id else known, _SELECTING)
        values = read_fields(_PAGING, given)
        ids = listed(given, self.kind.id_field) if self.kind.listed_by_id else []
        chosen = [*filters(given, self.kind.filters(settings)), *self._scope(given)]
        # The document has a single ProjectId, which empty is as if it were not there; every client a list of them.
        projects = [*indexed(given, "ProjectId"), *filter(None, given.get("ProjectId", ()))]
        if settings.empty_filter == "everything":
            ids = [value for value in ids if value]
            projects = [value for value in projects if value]
            chosen = [(name, accepted - {""}) for name, accepted in chosen if accepted != {""}]
        values["ids"] = frozenset(ids)
        values["filters"] = [] if settings.filters_ignored else chosen
        if self.kind.project_scoped and not settings.projects_ignored:
            values["filters"].append(("ProjectId", frozenset(projects or [DEFAULT_PROJECT])))
        return values

    def _scope(self, given: Given) -> list[tuple[str, frozenset[str]]]:
        """The one resource whose parts are listed, where the kind has such a parameter and it was sent."""
        name = self.kind.scope_field
        if name is None:
            return []
        if any(key.startswith(name + ".") for key in given):
            # It is no list, and passing one over would list everything.
            raise PublicError.INVALID_QUERY.error(name)
        return [(name, frozenset([single(given, name)]))] if name in given else []

    def examine(self, context: Context, values: Wire) -> None:
        """Nothing that an account has makes a list fail."""

    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        settings = context.settings
        existing = context.store.listed(
            self.kind.noun, context.region, context.now, settings.list_lag, settings.delete_lag
        )
        existing += self.kind.implied(context)
        found = [resource for resource in existing if self._matches(context, resource, values)]
        if settings.first_page == "empty" and "NextToken" not in values:
            return {"NextToken": "1", self.kind.set_field: []}
        start = max(values.get("NextToken", 1), 1) - 1
        end = start + values.get("MaxResults", settings.page_size)
        answer: dict[str, Any] = {}
        if end < len(found):
            answer["NextToken"] = str(end + 1)
        answer[self.kind.set_field] = [self.kind.shown(context, resource) for resource in found[start:end]]
        return answer

    def _matches(self, context: Context, resource: Resource, values: Wire) -> bool:
        """Whether a resource is one of the ids, if any are given, and passes all filters."""
        if values["ids"] and resource.id not in values["ids"]:
            return False
        return all(self.kind.value(context, resource, name) in accepted for name, accepted in values["filters"])


_VERBS: tuple[type[KindAction], ...] = (Create, Modify, Delete, Describe)
ACTIONS: dict[str, Action] = {
    action.name: action for kind in KINDS for action in (make(kind) for make in _VERBS if make.verb in kind.verbs)
}
