# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kinds of resource have in common: identity, fields, rules, and how one looks in an answer."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar

from .errors import ServiceError
from .parameters import Field
from .settings import Refusal, Settings
from .store import Resource, Store, Wire

# No source states the zone of CreateTime, whose layout has none; the vendor's home zone is the likely one.
_ZONE = timezone(timedelta(hours=8))
TIME_LAYOUT = "%Y-%m-%d %H:%M:%S"
_NAME_RULES: Mapping[str, Callable[[str], str]] = {
    "as sent": lambda name: name,
    "trimmed": str.strip,
    "cut": lambda name: name[:32],
    "normalised": lambda name: unicodedata.normalize("NFC", name),
}


@dataclass(frozen=True)
class Context:
    """Where a call happens: the account's resources, the settings, the region, and the service's time in seconds."""

    store: Store
    settings: Settings
    region: str
    now: float

    @property
    def local_time(self) -> datetime:
        """``now`` as the zone that answers are written in has it."""
        return datetime.fromtimestamp(self.now, _ZONE)


class Kind:
    """A kind of resource, as a table of its fields and the few rules that a table can't say."""

    noun: ClassVar[str]
    create_fields: ClassVar[tuple[Field, ...]]
    modify_fields: ClassVar[tuple[Field, ...]]
    # The fields that the document's object of this kind has, in each of its spellings.
    document_fields: ClassVar[frozenset[str]]
    # Whether the Describe call shows the default project only, unless told which ones.
    project_scoped: ClassVar[bool] = False
    # The verbs that the service has an action for.
    verbs: ClassVar[frozenset[str]] = frozenset({"Create", "Modify", "Delete", "Describe"})
    # The name of the new resource's id where it is all that a create answers; it can differ from id_field.
    created_id_field: ClassVar[str | None] = None
    # Whether the Describe call takes a list of ids, and which single id it takes beside, or in place of, it.
    listed_by_id: ClassVar[bool] = True
    scope_field: ClassVar[str | None] = None
    # Stored fields that no answer has; the control API shows them.
    hidden_fields: ClassVar[frozenset[str]] = frozenset()

    @property
    def id_field(self) -> str:
        """The wire name of the id."""
        return self.noun + "Id"

    @property
    def set_field(self) -> str:
        """The wire name of the list in a Describe answer."""
        return self.noun + "Set"

    def filters(self, settings: Settings) -> Mapping[str, str]:
        """Filter names of the Describe call, and the wire fields that they look at."""
        return {}

    def check_create(self, values: Wire, settings: Settings) -> None:
        """Rules between the parameters of a create. Raises ServiceError."""

    def examine_create(self, context: Context, values: Wire) -> None:
        """Rules between a create and what the account has. Raises ServiceError."""

    def examine_modify(self, context: Context, stored: Wire, values: Wire) -> None:
        """Rules between a change and what is stored. Raises ServiceError."""

    def examine_delete(self, context: Context, resource: Resource) -> None:
        """Rules about what can be deleted, beside its being in use. Raises ServiceError."""

    def in_use(self, context: Context, resource_id: str) -> bool:
        """Whether something else refers to the resource."""
        return False

    def before_delete(self, context: Context, resource: Resource) -> None:
        """What else happens when the resource is deleted."""

    def implied(self, context: Context) -> list[Resource]:
        """What is listed though nobody has created or seeded it."""
        return []

    def value(self, context: Context, resource: Resource, name: str) -> Any:
        """What a filter on the wire field ``name`` looks at."""
        return resource.wire.get(name)

    def defaults(self, context: Context, partial: Wire) -> Wire:
        """The stored fields that every resource of the kind has, for those that ``partial`` leaves out."""
        raise NotImplementedError

    def normal(self, wire: Wire) -> Wire:
        """Fields as they are stored, from any spelling that an answer may use."""
        return wire

    def view(self, context: Context, resource: Resource) -> Wire:
        """The resource complete, in the spelling of the settings."""
        return dict(resource.wire)

    def only_document(self, settings: Settings) -> bool:
        """Whether answers have the document's fields and no others."""
        return False

    def shown(self, context: Context, resource: Resource) -> Wire:
        """The view without those fields that the settings keep out of answers."""
        settings = context.settings
        hidden = {*self.hidden_fields, *settings.left_out}
        if not settings.show_pre_shared_key:
            hidden.add("PreSharedKey")
        only_document = self.only_document(settings)
        return {
            name: value for name, value in self.view(context, resource).items()
            if name not in hidden and (not only_document or name in self.document_fields)
        }  # fmt: skip

    def stored(self, settings: Settings, values: Wire) -> Wire:
        """What the service makes of the values of a create or a change before it stores them."""
        stored = dict(values)
        for name, value in values.items():
            instead = settings.stored_otherwise.get(name, {}).get(_text(value))
            if instead is not None:
                stored[name] = _like(value, instead)
            elif name == self.noun + "Name":
                stored[name] = _NAME_RULES[settings.name_rule](value)
        return stored

    def place(self, context: Context, partial: Wire, created: float) -> Resource:
        """Store a new resource from its known fields (no value None); the others get their defaults."""
        known = self.normal({name: value for name, value in partial.items() if value is not None})
        wire: Wire = {
            "CreateTime": context.local_time.strftime(TIME_LAYOUT),
            self.id_field: str(uuid.uuid4()),
            **self.defaults(context, known),
            **known,
        }
        return context.store.add(self.noun, context.region, wire[self.id_field], wire, created)

    def find(self, context: Context, resource_id: str) -> Resource:
        """The live resource with this id. Raises ServiceError when there is none."""
        resource = context.store.get(self.noun, context.region, resource_id)
        if resource is None:
            raise refuse(context.settings.not_found_error, self.noun, resource_id)
        return resource


def _text(value: Any) -> str:
    """A value as a request writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _like(value: Any, text: str) -> Any:
    """The value that ``text`` writes, of the type of ``value`` where it can be."""
    if isinstance(value, bool):
        return {"true": True, "false": False}.get(text.lower(), text)
    return int(text) if isinstance(value, int) and text.isdecimal() else text


def refuse(refusal: Refusal, noun: str, resource_id: str) -> ServiceError:
    """The exception for an error whose wording is a setting."""
    return ServiceError(refusal.code, refusal.message.format(noun=noun, id=resource_id), refusal.status)


def cidr_objects(value: Any) -> list[dict[str, str]]:
    """A list of networks as ``[{"CidrBlock": ...}]``, from texts or from such objects."""
    return [{"CidrBlock": item} if isinstance(item, str) else item for item in value]


def spell_cidrs(settings: Settings, value: list[dict[str, str]]) -> list[Any]:
    """A stored list of networks as the settings have it spelled."""
    return [item["CidrBlock"] for item in value] if settings.cidr_spelling == "strings" else value
