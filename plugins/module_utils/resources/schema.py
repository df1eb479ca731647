# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words that a resource is described in: one table per resource, which all else is made from.

A table says how an option is called on the wire, of what type it is, whether the service can
change it, and which oddities of the service hide behind it. Tables know nothing of HTTP or Ansible.
"""

from __future__ import annotations

import typing as t

from ..api.action import Action, Lifecycle
from .types import EMPTY, LONGEST_SECRET, TYPES, FieldType, fold, same_id, short, snake_case

Item = dict[str, t.Any]
# What a task sets beside the fields of its resource: a field of these names that the service may have one day is called
# otherwise, as an item can be given back as options.
TASK_OPTIONS = frozenset(
    (
        *("state", "id", "on_immutable_change", "allow_unknown_values", "probe", "wait", "wait_timeout"),
        *(
            *("move_routes", "vpc"),
            "removed_before",
            "wait_for_state",
            "project_id",
            "update_pre_shared_key",
            "access_key",
            "secret_key",
            "security_token",
        ),
        *("session_token", "region", "endpoint_url", "profile", "credentials_file", "request_method"),
        *("signature_version", "response_format", "validate_certs", "ca_bundle", "ca_path", "use_proxy", "proxy_url"),
        *("connect_timeout", "read_timeout", "max_attempts", "max_retry_time"),
    )
)
AS_WRITTEN = "_as_written_"  # before an option: how the service wrote its value, where that tells more than the value
Parents = t.Mapping[str, Item]  # by the option that refers to them; those that could be read


class Field(t.NamedTuple):
    """One property of a resource.

    C(type) is a name of L(types.TYPES). A C(reference) with C(refers_to) also takes a name. A field that is neither
    C(on_create) nor C(on_modify) is only read.
    """

    option: str
    wire: str
    type: str = "str"
    on_create: bool = False
    on_modify: bool = False
    required: bool = False  # by Create*
    returned: bool = True  # by Describe*
    may_be_fixed: bool = False  # although it is C(on_modify), a service may accept a change and not make it
    may_lack: bool = False  # answers may leave it out although it is set
    secret: bool = False
    interrupts: bool = False  # changing it in place interrupts traffic
    also_read: tuple[str, ...] = ()  # other spellings of the wire name in answers
    values: t.Mapping[str, tuple[str, ...]] | None = None  # known values, each with its other spellings
    minimum: int | None = None
    maximum: int | None = None
    refers_to: Reference | None = None
    encode: t.Callable[[t.Any, Item], t.Any] | None = None  # (value, all wanted) -> what is sent
    default: t.Any = None  # what a create sends where a task leaves it out
    named: tuple[str, Reference] | None = None  # another option in its place, which also takes a name
    unless: str | None = None  # the option beside which it only helps to find that one, and is not sent nor compared

    @property
    def settable(self) -> bool:
        """Whether a task can set it."""
        return self.on_create or self.on_modify

    @property
    def kind(self) -> FieldType:
        """What is known of values of its type."""
        return TYPES[self.type]

    @property
    def is_address(self) -> bool:
        """Whether it is an IPv4 address or network."""
        return self.kind.is_address

    @property
    def absent_means_none(self) -> bool:
        """Whether a value that an answer lacks means that there is none.

        It does for addresses and what can be changed. Of the rest the document's answers leave out some
        (C(ChargeType), C(ProjectId)), and older gateways know less than newer ones: it is not known, then.
        """
        return (self.on_modify or self.is_address) and not self.may_lack

    def told(self, raw: t.Mapping[str, t.Any]) -> t.Any:
        """What an object of the wire says of it, under whichever of its names; None if nothing."""
        return next((raw[name] for name in (self.wire, *self.also_read) if raw.get(name) is not None), None)

    def canonical(self, value: t.Any) -> t.Any:
        """The one spelling of a value that the collection returns and sends; unknown values as they are."""
        value = self.kind.canonical(value)
        if not self.values or not isinstance(value, (str, int)) or value in self.values:
            return value
        folded = fold(value)
        for name, others in self.values.items():
            if folded in (fold(name), *map(fold, others)):
                return type(value)(name) if isinstance(value, int) else name
        return value

    def read(self, raw: t.Any) -> t.Any:
        """A value of the wire, of whatever type the service chose today, as the option has it.

        An empty string is None, the service's other way to say so; what can't be understood comes back as it is.
        """
        if raw is None or raw == "":
            return self.kind.empty()
        if self.secret:
            return str(raw) if isinstance(raw, (str, int)) and len(str(raw)) <= LONGEST_SECRET else None
        return self.canonical(self.kind.read(raw))

    def same(self, current: t.Any, wanted: t.Any) -> bool:
        """Whether two values mean the same to the service. Not for secrets (L(plan.secret_matches))."""
        if current is None:
            return False
        form = str if self.kind.is_exact and not self.values else fold
        return form(self.canonical(current)) == form(self.canonical(wanted))

    def is_key(self, current: t.Any, wanted: t.Any) -> bool:
        """Whether a resource with one value is that which is called by the other. Of a text each character counts."""
        return bool(current == wanted) if self.kind.is_exact else self.same(current, wanted)

    def unmistakable(self, value: t.Any) -> bool:
        """Whether a value that was read is plainly of this field's kind, so that it can't be a secret's echo."""
        if self.secret:
            return False
        if self.values:
            return str(value) in self.values
        return self.kind.is_safe_to_show(value)

    def malformed(self, value: t.Any) -> str | None:
        """Why no resource can have a wanted value, as a sentence that names the option; None if one may."""
        problem = self.kind.malformed(value)
        return problem and f"{self.option} {problem}{'' if problem.startswith(EMPTY) else self._got(value)}"

    def _got(self, value: t.Any) -> str:
        return "" if self.secret else f" (got {short(value)})"

    def fault(self, value: t.Any, strict: bool) -> str | None:
        """Why a wanted value must not be sent, as a sentence that names the option; None if it may.

        Values and limits that the table does not know are refused when C(strict).
        """
        malformed = self.malformed(value)
        if malformed or not strict:
            return malformed
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            limits = f"from {low} to {high}" if high is not None else f"at least {low}"
            return f"{self.option} must be {limits}{self._got(value)}; set allow_unknown_values to send it anyway"
        if self.values and str(self.canonical(value)) not in self.values:
            known = ", ".join(self.values)
            return (
                f"{self.option} is not one of the values known to this collection: {known}{self._got(value)}; "
                "set allow_unknown_values to send it anyway"
            )
        return None


class Reference(t.NamedTuple):
    """What a field refers to, by the id or by the name of that resource.

    C(within) says where the other one is looked for by its name: its own option for the place, and ours that has it.
    C(listed_as) is the option in which the service lists the other one's name, where it does not list the id.
    C(led_to) is the option that has the other one's id or, as services may differ, that of the place which it is in.
    C(may_be_place): such a place may be meant by its id, so that the id alone does not tell that the other one is.
    C(stands_for) tells of a place whether its id, where it is told, stands for what is in it.
    """

    resource: Resource
    within: t.Mapping[str, str] = {}
    listed_as: str | None = None
    led_to: str | None = None
    may_be_place: bool = False
    stands_for: t.Callable[[Item], bool] | None = None

    @property
    def is_told_elsewhere(self) -> bool:
        """Whether another option than that of the reference tells what is referred to."""
        return self.listed_as is not None or self.led_to is not None

    def is_seen(self, current: Item, other: Item | None) -> bool | None:
        """Whether what is there refers to the other one, as another option tells it; None if that can't be seen.

        Of a name it can be seen that it is another one, and not that it is the same one.
        """
        if not other:
            return None
        if self.listed_as is not None:
            name, wanted = current.get(self.listed_as), other.get("name")
            return False if name is not None and wanted is not None and name != wanted else None
        told, scope = current.get(str(self.led_to)), self.resource.scope
        if told is None or same_id(told, other.get("id")):
            return None if told is None or self.may_be_place else True
        return None if scope is not None and same_id(told, other.get(scope.option)) else False


class Scope(t.NamedTuple):
    """Where a resource is: the option that names the place, and how a listing is narrowed to it.

    That is by a filter, or by a parameter of the action itself, which may have to be there (C(required)).
    """

    option: str
    filter: str | None = None
    parameter: str | None = None
    required: bool = False

    def narrow(self, parameters: dict[str, t.Any], value: t.Any) -> None:
        """Let the parameters of a listing ask for what is there only."""
        if self.filter is not None:
            parameters["Filter"] = [*parameters.get("Filter", []), {"Name": self.filter, "Value": [value]}]
        else:
            parameters[str(self.parameter)] = value


class Identity(t.NamedTuple):
    """What makes a resource this one, beside its id: the options C(by) which it is found, within a scope."""

    by: tuple[str, ...] = ("name",)
    scope: Scope | None = None
    also: tuple[str, ...] = ()  # options that count, too, where a task sets them and the service tells them
    listed_by_id: bool = True  # whether a listing can be asked for ids
    is_unique: bool = False  # the service may refuse a second one, so that its dry run of a successor tells nothing


class Use(t.NamedTuple):
    """Where a resource is used by another, so that a refused deletion can say by what."""

    noun: str
    describe: Action  # lists the users
    name: str  # the wire name of their name
    by: str  # the wire name of their reference
    filter: str | None = None  # the filter that finds it, if there is one


class Same(t.NamedTuple):
    """Options that no two resources have in common, unless both have one of C(but) and differ in it."""

    options: tuple[str, ...]
    but: tuple[str, ...] = ()


def _nothing(*_args: t.Any) -> list[str]:
    return []


def _always(*_args: t.Any) -> bool:
    return True


def _no_options(_parents: Parents, _old: Item) -> Item:
    return {}


def _never(_item: Item) -> bool:
    return False


def _nowhere(_options: Item, _parents: Parents) -> None:
    return None


def _nothing_spared(_current: Item, _wanted: Item) -> None:
    return None


class Resource(t.NamedTuple):
    """One kind of resource."""

    name: str  # vpn_gateway
    noun: str  # VPN gateway
    actions: Lifecycle
    fields: tuple[Field, ...]
    identity: Identity = Identity()
    by_project: bool = False  # Describe* sees only the projects that it is given
    delete_interrupts: bool = False
    used_by: tuple[Use, ...] = ()
    led_to_by: str | None = None  # in a word, what leads to it (L(followers))
    moves: bool = False  # what leads to it moves to what takes its place, as far as a task lets it
    # (wanted, complete) -> faults; complete: the options must suffice to create it
    check: t.Callable[[Item, bool], list[str]] = _nothing
    # (current, changed options) -> why the service would not do that
    refuse: t.Callable[[Item, Item], list[str]] = _nothing
    # (all options of a create, its parents, what follows from them) -> why the service would refuse it there
    fits: t.Callable[[Item, Parents, Item], list[str]] = _nothing
    # (parents, what there was at the same place) -> options that follow from them where a task leaves them out
    inherits: t.Callable[[Parents, Item], Item] = _no_options
    # (option, its value, all wanted options) -> whether a replacement can have what the replaced resource had
    can_have: t.Callable[[str, t.Any, Item], bool] = _always
    # what no two resources should have in common, as they would be two for one thing
    one_of_a_kind: tuple[Same, ...] = ()
    # states of one that is still listed and on its way out: no task can do anything with it
    leaving: tuple[str, ...] = ()
    # (what is there, wanted) -> why no task may touch it, though it is listed
    spares: t.Callable[[Item, Item], str | None] = _nothing_spared
    # (all options of a create, its parents) -> the id of the VPC whose packets it leads away, and its network
    leads_away: t.Callable[[Item, Parents], tuple[str, str] | None] = _nowhere
    # options -> whether it is paid for when it is created, so that it must not be removed unasked
    is_prepaid: t.Callable[[Item], bool] = _never
    # (wanted, creating) -> what is allowed but unwise
    advise: t.Callable[[Item, bool], list[str]] = _nothing
    # option -> values (folded) that are weak, with the standard that says so
    weak: t.Mapping[str, t.Mapping[str, str]] = {}

    @property
    def id_wire(self) -> str:
        """The wire name of its id."""
        return self.actions.id_parameter

    @property
    def scope(self) -> Scope | None:
        """Where it is, if its kind has places."""
        return self.identity.scope

    @property
    def key(self) -> tuple[Field, ...]:
        """The fields that tell it from others of the same scope."""
        scope = self.scope
        return tuple(self.field(option) for option in self.identity.by if scope is None or option != scope.option)

    @property
    def references(self) -> tuple[Field, ...]:
        """The fields that refer to other resources, those first that others are looked for within."""
        fields = [field for field in self.settable if field.refers_to is not None]
        return tuple(sorted(fields, key=lambda field: bool(field.refers_to and field.refers_to.within)))

    def has_key(self, item: Item, options: Item) -> bool:
        """Whether an item is the one that options name, its scope aside."""
        return all(field.is_key(item.get(field.option), options.get(field.option)) for field in self.key) and all(
            self.field(option).same(item[option], options[option])
            for option in self.identity.also
            if item.get(option) is not None and options.get(option) is not None
        )

    @property
    def settable(self) -> tuple[Field, ...]:
        """The fields that are options."""
        return tuple(field for field in self.fields if field.settable)

    def field(self, option: str) -> Field:
        """The field of an option. C(KeyError) if there is none."""
        return next(field for field in self.fields if field.option == option)

    def read(self, raw: t.Mapping[str, t.Any]) -> Item:
        """An object of the wire as an item, secrets included.

        Every field of the table is there, then what the table does not know, its names in snake_case
        (unless they would hide a known one).
        """
        identity = raw.get(self.id_wire)
        item: Item = {"id": identity if isinstance(identity, str) and identity.strip() else None}
        taken = {self.id_wire}
        options = {field.option for field in self.fields}
        for field in self.fields:
            names = (field.wire, *field.also_read)
            taken.update(names)
            if field.returned:
                told = field.told(raw)
                item[field.option] = field.read(told)
                if field.encode and told:
                    item[AS_WRITTEN + field.option] = told
        for name, value in raw.items():
            option = snake_case(name).lstrip("_")  # what begins with "_" may mean something to Ansible
            if name not in taken and option and option not in options:
                item.setdefault(f"{option}_told" if option in TASK_OPTIONS else option, value)
        return item

    def public(self, item: Item, *, secrets: bool = False) -> Item:
        """An item as it may be returned: without its secrets, unless these are asked for."""
        hidden = set() if secrets else {field.option for field in self.fields if field.secret}
        return {
            option: value
            for option, value in item.items()
            if option not in hidden and not option.startswith(AS_WRITTEN)
        }

    def is_leaving(self, item: Item) -> bool:
        """Whether it is being deleted, so that it only seems to be there."""
        return bool(self.leaving) and fold(item.get("status")) in map(fold, self.leaving)

    def blank(self) -> Item:
        """An item of which nothing is known."""
        return self.read({})

    def predicted(self, item: Item, wanted: Item) -> Item:
        """What an item becomes when options are set, as an answer would have it."""
        known = {field.option: field for field in self.fields if field.returned}
        return {
            **self.blank(),
            **item,
            **{option: known[option].canonical(value) for option, value in wanted.items() if option in known},
        }

    def parameters(self, wanted: Item, verb: str, inherited: Item | None = None) -> dict[str, t.Any]:
        """The wire parameters of C(Create) or C(Modify) for wanted options; others are left out.

        C(inherited) are options that follow from the parents: they are not sent, but decide how others are spelled.
        """
        sent = {}
        canonical = {field.option: field.canonical(wanted.get(field.option)) for field in self.fields}
        context = {**(inherited or {}), **{option: value for option, value in canonical.items() if value is not None}}
        for field in self.fields:
            value = canonical[field.option]
            if value is None and verb == "Create":
                value = field.default
            if field.unless is not None and wanted.get(field.unless) is not None:
                continue
            if value is not None and (field.on_create if verb == "Create" else field.on_modify):
                sent[field.wire] = field.encode(value, context) if field.encode else value
        return sent

    def malformed(self, wanted: Item) -> list[str]:
        """What no resource can have of wanted options."""
        given = [(field, wanted[field.option]) for field in self.settable if wanted.get(field.option) is not None]
        return [fault for field, value in given if (fault := field.malformed(value))]

    def faults(self, wanted: Item, *, complete: bool, strict: bool) -> list[str]:
        """Everything that must not be sent of wanted options."""
        given = [(field, wanted[field.option]) for field in self.settable if wanted.get(field.option) is not None]
        found = [fault for field, value in given if (fault := field.fault(value, strict))]
        return found + self.check(wanted, complete)

    def missing(self, wanted: Item) -> list[str]:
        """The options without which it can't be created."""
        return [field.option for field in self.fields if field.required and wanted.get(field.option) is None]
