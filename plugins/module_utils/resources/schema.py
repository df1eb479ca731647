# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words that a resource is described in: one table per resource, which all else is made from.

A table says how an option is called on the wire, of what type it is, whether the service can
change it, and which oddities of the service hide behind it. Tables know nothing of HTTP or Ansible.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
from datetime import datetime

_ADDRESSES: dict[str, t.Callable[[str], t.Any]] = {
    "ipv4": ipaddress.IPv4Address,
    "interface": ipaddress.IPv4Interface,
}
Item = dict[str, t.Any]
# What a task sets beside the fields of its resource: a field of these names that the service may have one day is called
# otherwise, as an item can be given back as options.
TASK_OPTIONS = frozenset(
    (
        *("state", "id", "on_immutable_change", "allow_unknown_values", "probe", "wait", "wait_timeout"),
        *(
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

_TOO_LARGE = 10**18  # neither the service nor JSON elsewhere can hold larger numbers
_LONGEST_SECRET = 4096
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # what no XML answer can carry back
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def snake_case(wire: str) -> str:
    """A wire name as the API's users write it: C(IkeDHGroup) becomes C(ike_dh_group)."""
    return _WORD.sub("_", wire).lower()


def is_id(text: str) -> bool:
    """Whether a reference is an id (ids of the service are UUIDs) rather than a name."""
    return bool(_UUID.fullmatch(text))


def same_id(one: t.Any, other: t.Any) -> bool:
    """Whether two texts are one id. The case in which a user or an answer writes an id does not count."""
    return str(one).lower() == str(other).lower()


def as_service_writes(identity: str) -> str:
    """An id as the service writes it, however a user does: in lower case."""
    return identity.lower() if is_id(identity) else identity


def fold(value: t.Any) -> str:
    """A value as the service compares it: C(RouteIpsec), C(route_ipsec) and C(ROUTE_IPSEC) are one."""
    return str(value).lower().replace("_", "")


class Field(t.NamedTuple):
    """One property of a resource.

    C(type) is C(str), C(int), C(bool), C(ipv4), C(interface) (an IPv4 address with its prefix
    length), C(cidrs), C(time) (these two only read) or C(reference) (an id; with
    C(refers_to), the option also takes a name).
    A field that is neither C(on_create) nor C(on_modify) is only read.
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
    refers_to: Resource | None = None
    encode: t.Callable[[t.Any, Item], t.Any] | None = None  # (value, all wanted) -> what is sent

    @property
    def settable(self) -> bool:
        """Whether a task can set it."""
        return self.on_create or self.on_modify

    @property
    def is_address(self) -> bool:
        """Whether it is an IPv4 address, with its prefix length or without."""
        return self.type in _ADDRESSES

    @property
    def told(self) -> bool:
        """Whether a value that an answer lacks means that there is none.

        It does for addresses and what can be changed. Of the rest the document's answers leave out some
        (C(ChargeType), C(ProjectId)), and older gateways know less than newer ones: it is not known, then.
        """
        return (self.on_modify or self.is_address) and not self.may_lack

    def canonical(self, value: t.Any) -> t.Any:
        """The one spelling of a value that the collection returns and sends; unknown values as they are."""
        if self.type in _ADDRESSES and _parses(_ADDRESSES[self.type], value):
            return str(_ADDRESSES[self.type](str(value)))
        if self.type == "reference" and isinstance(value, str):
            return as_service_writes(value)
        if not self.values or not isinstance(value, (str, int)):
            return value
        if value in self.values:
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
            return [] if self.type == "cidrs" else None
        if self.secret:
            return str(raw) if isinstance(raw, (str, int)) and len(str(raw)) <= _LONGEST_SECRET else None
        if self.type == "cidrs":
            blocks = raw if isinstance(raw, list) else [raw]
            return [block.get("CidrBlock", block) if isinstance(block, dict) else block for block in blocks]
        if self.type == "bool":
            return {"true": True, "1": True, "false": False, "0": False}.get(str(raw).lower(), raw)
        if self.type == "int":
            return int(raw) if re.fullmatch(r"[+-]?\d{1,18}", str(raw).strip()) else raw
        return self.canonical(str(raw) if isinstance(raw, (int, float)) else raw)

    def same(self, current: t.Any, wanted: t.Any) -> bool:
        """Whether two values mean the same to the service. Not for secrets (L(plan.secret_matches))."""
        if current is None:
            return False
        if self.type in ("str", "reference") and not self.values:
            return str(self.canonical(current)) == str(self.canonical(wanted))
        return fold(self.canonical(current)) == fold(self.canonical(wanted))

    def unmistakable(self, value: t.Any) -> bool:
        """Whether a value that was read is plainly of this field's kind, so that it can't be a secret's echo."""
        if self.secret:
            return False
        if self.values:
            return str(value) in self.values
        checks = {**_ADDRESSES, "time": datetime.fromisoformat}
        if self.type in checks:
            return _parses(checks[self.type], value)
        return self.option == "name" or (self.type == "reference" and is_id(str(value)))

    def malformed(self, value: t.Any) -> str | None:
        """Why no resource can have a wanted value, as a sentence that names the option; None if one may."""
        shown = "" if self.secret else f" (got {_short(value)})"
        if self.type == "int":
            if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _TOO_LARGE:
                return f"{self.option} must be a whole number{shown}"
        elif self.type in ("str", "reference"):
            if not str(value):
                return f"{self.option} must not be empty"
            if _UNSENDABLE.search(str(value)):
                return f"{self.option} must not contain control characters, a line's end among them{shown}"
        elif self.is_address and not str(value).strip():
            return f"{self.option} must not be empty: what is set can't be taken away; leave it out to keep it as it is"
        elif self.type == "ipv4" and not _parses(ipaddress.IPv4Address, value):
            return f"{self.option} must be an IPv4 address{shown}"
        elif self.type == "interface" and not ("/" in str(value) and _parses(ipaddress.IPv4Interface, value)):
            return f"{self.option} must be an IPv4 address with a prefix length, like 169.254.10.1/30{shown}"
        return None

    def fault(self, value: t.Any, strict: bool) -> str | None:
        """Why a wanted value must not be sent, as a sentence that names the option; None if it may.

        Values and limits that the table does not know are refused when C(strict).
        """
        malformed = self.malformed(value)
        if malformed or not strict:
            return malformed
        shown = "" if self.secret else f" (got {_short(value)})"
        low, high = self.minimum, self.maximum
        if self.type == "int" and ((low is not None and value < low) or (high is not None and value > high)):
            limits = f"from {low} to {high}" if high is not None else f"at least {low}"
            return f"{self.option} must be {limits}{shown}; set allow_unknown_values to send it anyway"
        if self.values and str(self.canonical(value)) not in self.values:
            known = ", ".join(self.values)
            return (
                f"{self.option} is not one of the values known to this collection: {known}{shown}; "
                "set allow_unknown_values to send it anyway"
            )
        return None


def _short(value: t.Any) -> str:
    """A value as a message shows it: whole or not at all, as no redactor would know a part of a secret again."""
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        return "a number of more than 18 digits"
    text = repr(value)
    return text if len(text) <= 200 else f"a value of {len(text)} characters"


def _parses(cls: t.Callable[[str], t.Any], value: t.Any) -> bool:
    try:
        return bool(cls(str(value)))
    except ValueError:
        return False


class Use(t.NamedTuple):
    """Where a resource is used by another, so that a refused deletion can say by what."""

    noun: str
    wire: str  # the user's wire prefix
    by: str  # the wire name of its reference
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


class Resource(t.NamedTuple):
    """One kind of resource. The actions follow from C(wire): C(CreateVpnGateway), C(DescribeVpnGateways), ..."""

    name: str  # vpn_gateway
    noun: str  # VPN gateway
    wire: str  # VpnGateway
    fields: tuple[Field, ...]
    scope: tuple[str, str] | None = None  # the option that narrows a search by name, and its filter
    by_project: bool = False  # Describe* sees only the projects that it is given
    delete_interrupts: bool = False
    used_by: tuple[Use, ...] = ()
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
    # options -> whether it is paid for when it is created, so that it must not be removed unasked
    is_prepaid: t.Callable[[Item], bool] = _never
    # (wanted, creating) -> what is allowed but unwise
    advise: t.Callable[[Item, bool], list[str]] = _nothing

    @property
    def id_wire(self) -> str:
        """The wire name of its id."""
        return f"{self.wire}Id"

    @property
    def set_wire(self) -> str:
        """The wire name of the list in the answer of its Describe action."""
        return f"{self.wire}Set"

    def action(self, verb: str) -> str:
        """The action's name; C(verb) is C(Create), C(Modify), C(Delete) or C(Describe)."""
        return f"{verb}{self.wire}s" if verb == "Describe" else f"{verb}{self.wire}"

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
                told = next((raw[name] for name in names if raw.get(name) is not None), None)
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
