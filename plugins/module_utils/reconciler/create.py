# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a resource exactly once, whatever happens to the answer and whoever else creates it at the same time.

A create is sent once, and one listing of the resource's scope confirms it. Names are not unique, so that the listing
may show others of the name that were not there before. Then one rule holds for all tasks:

- The one that was created first stays; of one second the one with the smaller id, so that all tasks agree. So one is
  left at least, whatever each of them sees.
- A task that made another one, and knows so by the id in the answer to its own create, removes that one again and takes
  the first.
- What was created before this task looked for the name was not created at the same time, but renamed. It does not
  count, and is told.
- Nothing else is ever removed. A task whose answer was lost can't know which one is its own, so it removes none. What
  is paid for in advance is not removed either. A task that looked before another of the same second was listed has no
  reason to remove its own. If more than one stays for such a reason, a task that sees them fails and names all.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ..api.client import Call
from ..api.errors import ApiError, NotFoundError
from ..resources.schema import Item
from ..resources.types import same_id
from .errors import NotAsAskedError, RaceError, UnknownOutcomeError, WaitTimeoutError, unknown
from .lookup import list_of
from .model import Step, Wanted, created_at, describe
from .notes import Notes
from .plan import differences, unseen
from .write import Parts, Writer, finish

# How long a create whose answer was lost may take to show, in seconds: so long it is looked for before it is taken as
# not done, and so long a task that lost one looks, in the end, whether two have come of it.
SETTLE_TIME = 15.0
# How long the other tasks that created the same name may take to remove their own.
RACE_TIME = 5.0
# How long a new resource may take to be listed at most, as far as others are concerned: what was created longer before
# this task looked for its name was there then, under another name.
LISTING_TIME = 60.0


class Creator(Writer):
    """Creates what a plan says."""

    def create(self, step: Step, wanted: Wanted, others: set[str], *, replaces: bool = False) -> None:
        """Create exactly once, and compare what came out with what was asked.

        C(others) are ids of resources of that name that this is not. C(replaces): it takes the place of one that was
        deleted. Raises L(KsyunError). An L(ApiError) means that the service has refused it and nothing was created,
        unless C(progress.item) tells what was.
        """
        finish(self.creating(step, wanted, others, replaces=replaces))

    def creating(self, step: Step, wanted: Wanted, others: set[str], *, replaces: bool = False) -> Parts:
        """The same in two parts: it is sent, and then confirmed."""
        asked = wanted._replace(options=step.options, shown=step.options, update_secrets=True)
        created, lost = self._send(step, asked, others)
        progress = self.progress
        target = step.target if created is None else describe(self.resource, asked.options, created["id"])
        progress.done.append(replace(step, target=target))
        progress.item = created
        yield
        try:
            progress.item = self._confirm(step, asked, others, created, lost)
            # what is not listed yet is not compared: an answer may tell the id alone
            if created is not None and progress.item is not created and same_id(progress.item["id"], created["id"]):
                self._compare(asked, progress.item, others, replaces=replaces, lost=lost is not None)
        except ApiError as error:
            if progress.item is None:
                raise unknown(step, lost or error, f"Looking for it failed too: {error}") from None
            raise

    def _send(self, step: Step, asked: Wanted, others: set[str]) -> tuple[Item | None, ApiError | None]:
        """Have the service create it: what its answer says was created, and the error by which an answer was lost.

        After a lost answer the request is sent once more, but only when nothing has appeared that may be its work.
        """
        resource = self.resource
        action = resource.actions.create
        lost: ApiError | None = None
        for _attempt in (1, 2):
            try:
                answer, call = self.client.call(action, step.parameters)
                raw = answer.get(action.result)
                item = self.lookup.read(resource, raw if isinstance(raw, dict) else {})
                item["id"] = action.created(answer)
                if item["id"]:
                    return item, lost
                lost = _no_id(call)
            except ApiError as error:
                if not error.may_have_happened:
                    if lost is None:
                        raise
                    found = f"It is not listed so far; it was sent once more, and this time: {error}"
                    raise unknown(step, lost, found) from None
                lost = error
            try:
                appeared = self.poll(lambda: self._listed(asked, others), bool, SETTLE_TIME)
            except ApiError as error:
                raise unknown(step, lost, f"Looking for it failed too: {error}") from None
            if appeared:
                return None, lost
            if self.hold.waiting:  # who is to end has not looked long enough to send it again
                break
        raise unknown(step, t.cast(ApiError, lost), "It is not listed so far.")

    def _listed(self, asked: Wanted, others: t.Collection[str], own: str | None = None) -> list[Item]:
        """All of the name but C(others), and this task's own, whatever its name has become."""
        return self.lookup.all_by_key(asked.options, others, own)

    def _confirm(
        self, step: Step, asked: Wanted, others: set[str], created: Item | None, lost: ApiError | None
    ) -> Item:
        """The one resource that is left of the name: this task's own, or the one that came first."""
        policy = self.policy
        own = None if created is None else str(created["id"])
        passed = set(others)

        def listed() -> list[Item]:
            return self._listed(asked, passed, own)

        found: list[Item] = []
        if created is not None:
            found = self.wait(listed, lambda items: _has(items, own)) if policy.wait else listed()
        if lost is not None:  # what is to come of that may come late, when others have given way already
            found = self.poll(listed, lambda _items: False, SETTLE_TIME)
        if created is None:
            return self._take_alone(step, asked, listed, t.cast(ApiError, lost))
        if not _has(found, own):
            if found:
                raise self._several(asked, [created, *found], f"This task created {own}, and none was removed", lost)
            if not policy.wait:
                return created
            raise WaitTimeoutError(
                f"The {describe(self.resource, asked.options, own)} was created, but "
                f"{self.waited:.0f} seconds later is not listed yet."
            )
        # by the id as it is listed: the answer may spell it otherwise
        mine = _of(found, own)
        renamed = [item for item in found if self._existed(item, mine)]
        if renamed:
            passed.update(str(item["id"]) for item in renamed)
            found = [item for item in found if item not in renamed]
            words = " and ".join(f"{field.option} {asked.options[field.option]!r}" for field in self.resource.key)
            self.progress.warnings.append(
                f"Others have given the {words} to what existed before: {list_of(renamed)}. "
                f"This task created {own}. Rename one of them, as the name tells them apart no more."
            )
        first = _first(found)
        if first is not mine:
            return self._give_way(asked, mine, first, listed, lost)
        if len(found) > 1:
            found = self.poll(listed, lambda items: len(items) == 1, RACE_TIME)
        if len(found) != 1 or not _has(found, own):
            raise self._several(asked, found, f"This task created {own}, and removed none", lost)
        return found[0]

    def _existed(self, item: Item, mine: Item) -> bool:
        """Whether something was created before this task looked for its name, so that it has got the name since."""
        earlier = created_at(mine) - created_at(item)
        return earlier > self.client.monotonic() - self.began + LISTING_TIME  # false if a time can't be read: NaN

    def _give_way(
        self,
        asked: Wanted,
        created: Item,
        first: Item,
        listed: t.Callable[[], list[Item]],
        lost: ApiError | None,
    ) -> Item:
        """Remove what this task has created after the first of the name, and take the first if it is as asked."""
        own = str(created["id"])
        if self.resource.is_prepaid(asked.options):
            why = f"This task created {own}. None was removed, as they are paid for in advance: remove one of them"
            raise self._several(asked, listed(), why, lost)
        try:
            self._remove(created, asked.options)
        except (ApiError, UnknownOutcomeError) as error:
            why = f"This task created {own}, and could not remove it again: {error}"
            raise self._several(asked, [created, first], why.rstrip("."), lost) from None
        self.progress.item = None
        left = self.poll(
            lambda: [item for item in listed() if not same_id(item["id"], own)],
            lambda items: len(items) <= 1,
            RACE_TIME,
        )
        removed = f"The one that this task had created ({own}) was removed again"
        if len(left) != 1 or not same_id(left[0]["id"], first["id"]):
            raise self._several(asked, left, removed, lost)
        self.progress.item = left[0]
        differing = [change.field.option for change in differences(self.resource, asked, left[0])]
        doubtful = unseen(self.resource, asked, left[0])
        if doubtful and not differing:
            why = f"{removed}; whether the other is the same can't be seen, of {', '.join(doubtful)}"
            raise self._several(asked, left, why, lost)
        if differing:
            why = f"{removed}; the other can't be used instead, as it differs in {', '.join(differing)}"
            raise self._several(asked, left, why, lost)
        who = "Another task" if lost is None else "Another task, or this one before an answer was lost,"
        self.progress.warnings.append(
            f"{who} created the {describe(self.resource, asked.options, left[0]['id'])} at the same "
            f"time, and earlier: that one stays. {removed}."
        )
        return left[0]

    def _take_alone(self, step: Step, asked: Wanted, listed: t.Callable[[], list[Item]], lost: ApiError) -> Item:
        """The only one that has appeared since a create without an answer. It is not known whether it came of that."""
        found = self.poll(listed, lambda items: len(items) == 1, RACE_TIME)
        if len(found) != 1:
            why = f"The answer to {lost.action} was lost, so that it is not known which this task created"
            raise self._several(asked, found, f"{why}, and none was removed", lost)
        item = found[0]
        differing = [change.field.option for change in differences(self.resource, asked, item)]
        if differing:
            raise unknown(
                step,
                lost,
                f"Meanwhile the {describe(self.resource, item, item['id'])} has appeared, which differs in "
                f"{', '.join(differing)}: another process may be creating it.",
            )
        self.progress.warnings.append(
            f"The answer to {lost.action} was lost, but the {describe(self.resource, item, item['id'])} "
            "exists, so it was not created again."
        )
        return item

    def _several(self, asked: Wanted, items: list[Item], why: str, lost: ApiError | None) -> RaceError:
        """The failure where not exactly one is left. C(why) says what this task has created and removed."""
        who = "Others" if lost is None else "Others, or this task before an answer was lost,"
        left = f"Now there are: {list_of(items)}" if items else "None is left"
        return RaceError(
            f"{who} created a {describe(self.resource, asked.options)} at the same time. "
            f"{why}. {left}. Run the task again when there is one at most.",
            [str(item["id"]) for item in items],
        )

    def _remove(self, created: Item, place: Item) -> None:
        """Remove what this task itself has created, in the scope that C(place) has."""
        own = str(created["id"])
        step = Step("delete", describe(self.resource, created, own), "", {self.resource.id_wire: own})
        try:
            self.write_until(step, lambda: self.lookup.by_id(own, place) is None)
        except NotFoundError as error:
            if not error.names(own):
                raise

    def _compare(self, asked: Wanted, item: Item, others: set[str], *, replaces: bool, lost: bool) -> None:
        """Raise L(NotAsAskedError) if the service has made something else than was asked.

        Under another name the task would not find it the next time, and create another one: so it is removed again,
        unless it is paid for in advance or stands in for one that was deleted. C(lost): an answer was lost before, and
        what had come of that may have such a name, too.
        """
        what = describe(self.resource, asked.options, item["id"])
        otherwise = [
            field.option
            for field in self.resource.key
            if not field.is_key(item.get(field.option), asked.options[field.option])
        ]
        if otherwise:
            stored = {option: item.get(option) for option in otherwise}
            words = " and ".join(otherwise)
            told = f"The service has stored the {words} of the {what} as {', '.join(map(repr, stored.values()))}. "
            if replaces or self.resource.is_prepaid(asked.options):
                told += f"It was created. Use that {words} in the task, so that it is found the next time."
            else:
                try:
                    self._remove(item, asked.options)
                    self.progress.item = None
                    told += f"What was created was removed again. Use a {words} that the service keeps as it is."
                except (ApiError, UnknownOutcomeError) as error:
                    told += (
                        f"It could not be removed again, and a task that has the wanted {words} does not find it: "
                        f"{error}"
                    )
            known = {*others, str(item["id"])}
            twins = self.lookup.all_by_key({**asked.options, **stored}, known) if lost and all(stored.values()) else []
            if twins:
                told += f" An answer was lost before: this task may also have created {list_of(twins)}."
            raise NotAsAskedError(told, otherwise)
        changes = differences(self.resource, asked, item)
        if changes:
            Notes(self.policy.notes).write(str(item["id"]), changes, asked.options)
            raise NotAsAskedError(
                f"The {what} was created, but not as it was asked for: {', '.join(map(str, changes))}. "
                "The service does not make it otherwise.",
                [change.field.option for change in changes],
            )


def _no_id(call: Call) -> ApiError:
    return ApiError(
        call.action,
        "the answer has no id of what was created",
        http_status=call.http_status,
        request_id=call.request_id,
        may_have_happened=True,
    )


def _has(items: list[Item], identity: str | None) -> bool:
    return any(same_id(item["id"], identity) for item in items)


def _of(items: list[Item], identity: str | None) -> Item:
    return next(item for item in items if same_id(item["id"], identity))


def _first(items: list[Item]) -> Item:
    """The one that was created first: by time, and of one second the one with the smaller id, for all tasks alike."""
    return min(items, key=lambda item: (str(item.get("create_time")), str(item["id"]).lower()))
