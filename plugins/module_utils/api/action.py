# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one call is, as a value: its name, and how its answer is to be read.

Nobody derives one name from another: an action of another shape (C(DescribeVpnTunnelIpsecStatus), C(CreateRoute)) is
one more value.
"""

from __future__ import annotations

import typing as t


class Service(t.NamedTuple):
    """A service of the cloud: the name that it is signed for, and the version of its API."""

    name: str
    version: str


VPC = Service("vpc", "2016-03-04")


class Action(t.NamedTuple):
    """One action of a service.

    C(result) is the key of what the answer is about: a list if each of its objects has an id under C(item_id), else an
    object. C(created_id) is the way, key by key, to the id of what a create has created. An action that C(writes) is
    sent once and by POST; another may be repeated, and goes by POST only if it must (C(post_only)).
    """

    name: str
    result: str
    item_id: str | None = None
    created_id: tuple[str, ...] = ()
    writes: bool = False
    post_only: bool = False
    service: Service = VPC

    def created(self, answer: t.Mapping[str, t.Any]) -> str | None:
        """The id of what a create has created, as its answer tells it; None where it tells none."""
        value: t.Any = answer if self.created_id else None
        for key in self.created_id:
            value = value.get(key) if isinstance(value, t.Mapping) else None
        return value if isinstance(value, str) and value.strip() else None


class Lifecycle(t.NamedTuple):
    """The actions of a kind of resource. C(modify) is None where the service can't change it in place."""

    describe: Action
    create: Action
    modify: Action | None
    delete: Action

    @property
    def id_parameter(self) -> str:
        """The wire name of the id, which lists, changes and deletions have alike."""
        return str(self.describe.item_id)

    def of(self, step: str) -> Action:
        """The action of a step of a plan: C(create), C(update) or C(delete)."""
        found = {"create": self.create, "update": self.modify, "delete": self.delete}[step]
        assert found is not None, "no plan changes in place what has no such action"  # noqa: S101
        return found


def lifecycle(kind: str) -> Lifecycle:
    """The actions of a kind whose names and answers all follow from its own, as those of C(VpnGateway) do."""
    identity = f"{kind}Id"
    return Lifecycle(
        describe=Action(f"Describe{kind}s", f"{kind}Set", identity),
        create=Action(f"Create{kind}", kind, created_id=(kind, identity), writes=True),
        modify=Action(f"Modify{kind}", kind, writes=True),
        delete=Action(f"Delete{kind}", kind, writes=True),
    )
