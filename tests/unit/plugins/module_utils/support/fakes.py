# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client without HTTP: the service in memory, with its slowness and its lost answers."""

from __future__ import annotations

import typing as t

from ansible_collections.ksyun.vpn.plugins.module_utils.api.action import Action
from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Call, Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ApiError, ServiceError, TransportError
from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import Redactor
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.model import Outcome
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.followers import KINDS
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Resource
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpcs import VPC
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import FakeTime, connection
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.items import RESOURCES, identity

Raw = dict[str, t.Any]
# What becomes of a write: its answer is lost after or before it was carried out, it answers without an id,
# or it raises this.
Fault = t.Union[t.Literal["after", "before", "no id"], Exception]


def lost(action: str) -> TransportError:
    """The answer of a write did not come."""
    return TransportError(action, "the connection broke", may_have_happened=True)


class FakeService:
    """What L(Client) offers to the layers above it.

    C(log) has each call as (kind, action, parameters). C(faults) are consumed by the writes of an
    action in their order. What is created is listed C(lag) seconds later, what is deleted is listed
    C(lag) seconds longer. C(terse): a create is answered with nothing but the id; C(loud): with the id in upper case.
    C(stores) says what becomes of values (of a wire name) when they are written, C(hides) what is never listed, and
    C(ignores) what a change passes over. C(outcome) is that of the last task that was run on it.
    """

    resources: tuple[Resource, ...] = (*RESOURCES, *KINDS, VPC)

    def __init__(self, *existing: tuple[Resource, Raw], lag: float = 0, **faults: list[Fault]) -> None:
        self.connection = connection()
        self.time = FakeTime()
        self.sleep, self.monotonic = self.time.sleep, self.time.monotonic
        self.redact = Redactor()
        self.calls: list[Call] = []
        self.warnings: list[str] = []
        self.log: list[tuple[str, str, Raw]] = []
        self.lag = lag
        self.faults = {action: list(each) for action, each in faults.items()}
        self.terse = self.loud = False
        self.stores: dict[str, t.Callable[[t.Any], t.Any]] = {}
        self.hides: set[str] = set()
        self.ignores: set[str] = set()
        self.outcome = Outcome()
        self.read_faults: list[Exception | None] = []
        self.objects: dict[str, list[Raw]] = {resource.name: [] for resource in self.resources}
        self._since: dict[int, float] = {}
        self._until: dict[int, float] = {}
        for resource, raw in existing:
            self.objects[resource.name].append(raw)

    @property
    def client(self) -> Client:
        """Itself, to the type checker."""
        return t.cast(Client, self)

    def leaves(self, raw: Raw, until: float) -> None:
        """List an object up to this second."""
        self._until[id(raw)] = until

    def writes(self) -> list[str]:
        """The actions of the writes, in their order."""
        return [action for kind, action, _parameters in self.log if kind == "write"]

    # --- the client's interface ---------------------------------------------------------------

    def read(self, action: str, parameters: Raw) -> Raw:
        resource = self._called("read", action, parameters)
        fault = self.read_faults.pop(0) if self.read_faults else None
        if fault is not None:
            raise fault
        return {resource.actions.describe.result: self._listed(resource, parameters)}

    def items(self, action: Action, parameters: Raw) -> t.Iterator[Raw]:
        yield from self.read(action.name, parameters)[action.result]

    def call(self, action: Action, parameters: Raw) -> tuple[Raw, Call]:
        answer = self.write(action.name, parameters) if action.writes else self.read(action.name, parameters)
        return answer, self.calls[-1]

    def write(self, action: str, parameters: Raw) -> Raw:
        resource = self._called("write", action, parameters)
        faults = self.faults.get(action)
        fault = faults.pop(0) if faults else None
        if isinstance(fault, Exception):
            raise fault
        if fault == "before":
            raise lost(action)
        answer = self._carry_out(resource, action, parameters)
        if fault == "after":
            raise lost(action)
        return {"RequestId": "r-1"} if fault == "no id" else answer

    def probe(self, action: Action, parameters: Raw) -> None:
        self._called("probe", action.name, parameters)
        for fault in self.faults.get("probe", []):
            raise t.cast(Exception, fault)

    # --- the service --------------------------------------------------------------------------

    def identity(self, resource: Resource, number: int) -> str:
        """The id of what is created."""
        return identity(resource, number)

    def _called(self, kind: str, action: str, parameters: Raw) -> Resource:
        self.log.append((kind, action, dict(parameters)))
        call = Call(action, kind == "probe")
        call.http_status, call.request_id, call.attempts = 200, "r-1", 1
        self.calls.append(call)
        assert "DryRun" not in parameters
        writes = kind != "read"
        return next(
            each
            for each in self.resources
            for one in each.actions
            if one and one.name == action and one.writes == writes
        )

    def _listed(self, resource: Resource, parameters: Raw) -> list[Raw]:
        now = self.time.seconds
        found = []
        for raw in self.objects[resource.name]:
            here = self._since.get(id(raw), 0) <= now < self._until.get(id(raw), float("inf"))
            asked = parameters.get(resource.id_wire) if resource.identity.listed_by_id else None
            if here and (asked is None or raw[resource.id_wire] in asked):
                filters = {each["Name"]: each["Value"] for each in parameters.get("Filter", ())}
                wires = {"vpc-id": "VpcId", "vpn-gateway-id": "VpnGatewayId"}
                scope = resource.scope
                if scope is not None and scope.parameter is not None:
                    wires[scope.parameter] = resource.field(scope.option).wire
                    filters[scope.parameter] = [parameters.get(scope.parameter)]
                filters = {name: values for name, values in filters.items() if values != [None]}
                if all(raw.get(wires[name]) in values for name, values in filters.items()):
                    found.append(self._shown(self.listed(resource, raw)))
        return found

    def listed(self, _resource: Resource, raw: Raw) -> Raw:
        """An object as a listing shows it."""
        return raw

    def _shown(self, raw: Raw) -> Raw:
        return {name: value for name, value in raw.items() if name not in self.hides}

    def _stored(self, parameters: Raw) -> Raw:
        return {name: self.stores.get(name, lambda value: value)(value) for name, value in parameters.items()}

    def _carry_out(self, resource: Resource, action: str, parameters: Raw) -> Raw:
        objects = self.objects[resource.name]
        if action.startswith("Create"):
            raw = {resource.id_wire: self.identity(resource, 100 + len(objects)), "CreateTime": "now"}
            raw.update(self._stored(parameters))
            objects.append(raw)
            self._since[id(raw)] = self.time.seconds + self.lag
            known = str(raw[resource.id_wire])
            told = {**({} if self.terse else self._shown(raw)), resource.id_wire: known.upper() if self.loud else known}
            way = resource.actions.create.created_id
            return {"RequestId": "r-1", way[0]: told if len(way) > 1 else told[resource.id_wire]}
        target = next(raw for raw in objects if raw[resource.id_wire] == parameters[resource.id_wire])
        if action.startswith("Modify"):
            changed = {name: value for name, value in parameters.items() if name not in self.ignores}
            target.update(self._stored(changed))
        else:
            self._until[id(target)] = self.time.seconds + self.lag
        return {"RequestId": "r-1", "Return": True}


def refused(action: str, code: str = "InvalidParameterValue", status: int = 400) -> ApiError:
    """The service says no, for a reason that the error table does not have."""
    return ServiceError(action, "no", code=code, http_status=status, request_id="r-9")
