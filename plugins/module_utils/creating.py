# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a resource exactly once, whatever happens to the answer and whoever else creates it at the same time."""

from __future__ import annotations

import typing as t
from contextlib import suppress

from .api.errors import ApiError, NotFoundError
from .plan import Wanted, describe, differences
from .resources.schema import Item
from .steps import Step
from .writing import RaceError, WaitTimeoutError, Writer, unknown

# How long a create whose answer was lost may take to show, in seconds: so long it is looked for before it is taken as
# not done, and so long a task that lost one looks, in the end, whether two have come of it.
SETTLE_TIME = 15.0
# How long a task that created the same name at the same time may take to remove its own.
RACE_TIME = 5.0
# How often a task creates again after all that created the same name have given way.
MOST_ROUNDS = 3


class Creator(Writer):
    """Creates what a plan says."""

    def create(self, step: Step, wanted: Wanted, others: set[str]) -> None:
        """Create exactly once. C(others) are ids of resources of that name that this is not."""
        outcome, changed = self.outcome, self.outcome.changed
        for _round in range(MOST_ROUNDS):
            created, lost = self._send(step, wanted, others)
            outcome.changed, outcome.item = True, created
            outcome.item = self._alone(created, wanted, others, lost)
            if outcome.item is not None:
                return
            outcome.changed = changed  # it is as it was
            others = {*others, created["id"]}
        raise RaceError(
            f"Other tasks create the {step.target} at the same time, and like this one they gave way "
            f"{MOST_ROUNDS} times. It does not exist. Run the task again.",
            [],
        )

    def _send(self, step: Step, wanted: Wanted, others: set[str]) -> tuple[Item, bool]:
        """Have the service create it; what it has created, found again if the answer was lost, and whether one was."""
        resource = self.resource
        action = resource.action("Create")
        lost: ApiError | None = None
        for _attempt in (1, 2):
            try:
                raw = self.client.write(action, step.parameters).get(resource.wire)
                item = self.lookup.read(resource, raw if isinstance(raw, dict) else {})
                if item["id"]:
                    return item, lost is not None
                lost = self._no_id(action)
            except ApiError as error:
                if not error.may_have_happened:
                    if lost is None:
                        raise
                    found = f"It is not listed so far; it was sent once more, and this time: {error}"
                    raise unknown(step, lost, found) from None
                lost = error
            adopted = self._adopt(step, wanted, others, lost)
            if adopted is not None:
                return adopted, True
        raise unknown(step, t.cast(ApiError, lost), "It is not listed so far.")

    def _alone(self, created: Item, wanted: Wanted, others: set[str], lost: bool) -> Item | None:
        """What was created, once it is listed, alone of its name; or what came first, if another task was faster.

        None if none is left, as all gave way. C(lost): the answer to a create was lost, so that there may be two.

        The service lets two tasks create the same name at once. Of two, the one created first stays (by
        time, then by id), and the task that made the other removes it again. The first waits for that: if
        the other does not go, its task has ended without seeing this one, and this one gives way.
        """
        task = self.task
        name = wanted.options["name"]

        def listed() -> list[Item]:
            return self.lookup.all_by_name(name, wanted.options, others)

        def shows(found: list[Item]) -> bool:
            return any(item["id"] == created["id"] for item in found)

        def enough(found: list[Item]) -> bool:
            """It is there, or will not come: another one is, and has taken its place."""
            return shows(found) or (bool(found) and self.client.monotonic() >= latest)

        latest = self.client.monotonic() + SETTLE_TIME
        found = self.poll(listed, enough, task.wait_timeout if task.wait else 0)
        if lost:
            found = self.poll(listed, lambda items: len(items) > 1, SETTLE_TIME)
            created = self._own(wanted, found) or created
        if not shows(found) and not (found and self.client.monotonic() >= latest):
            if not task.wait:
                return created
            raise WaitTimeoutError(
                f"The {describe(self.resource, name, created['id'])} was created, but "
                f"{task.wait_timeout:g} seconds later is not listed yet."
            )
        first = min(found, key=lambda item: (str(item.get("create_time")), str(item["id"])))
        if first["id"] == created["id"] and len(found) > 1:
            found = self.poll(listed, lambda items: len(items) == 1, RACE_TIME)
        mine = [item for item in found if item["id"] == created["id"]]
        return mine[0] if mine and len(found) == 1 else self._give_way(created, wanted, listed)

    def _give_way(self, created: Item, wanted: Wanted, listed: t.Callable[[], list[Item]]) -> Item | None:
        """Remove what was created in vain, and take over what another task has created under the same name.

        The other may be about to give way, too: this one is only removed while the other is there, and the other
        only taken over if it stays.
        """
        own, name = created["id"], created["name"]
        remove = Step("delete", describe(self.resource, name, own), "", {self.resource.id_wire: own})

        def rivals() -> list[Item]:
            return [item for item in listed() if item["id"] != own]

        def settled() -> bool:
            return self.lookup.by_id(own) is None or not rivals()

        if self.resource.paid_ahead(created):
            both = [own, *(str(item["id"]) for item in rivals())]
            raise RaceError(
                f"Another task created a {describe(self.resource, name, None)} at the same time. Both exist, and none "
                f"was removed, as they are paid for in advance: {', '.join(both)}. Remove one of them.",
                both,
            )
        with suppress(NotFoundError):
            self.write_until("Delete", remove, settled)
        left = self.poll(rivals, lambda items: not items, RACE_TIME)
        if not left:
            return self.poll(lambda: self.lookup.by_id(own), lambda item: item is None, RACE_TIME)
        self.outcome.item = left[0] if len(left) == 1 else None
        differing = [change.field.option for rival in left for change in differences(self.resource, wanted, rival)]
        if len(left) != 1 or differing:
            why = f"it differs in {', '.join(differing)}" if differing else f"{len(left)} of that name are left"
            raise RaceError(
                f"Another task created a {describe(self.resource, name, None)} at the same time. "
                f"The one that this task had created ({own}) was removed again, but the other could not be "
                f"taken for it: {why}. Run the task again.",
                [str(item["id"]) for item in left],
            )
        self.outcome.warnings.append(
            f"Another task created the {describe(self.resource, name, left[0]['id'])} at the same time: "
            f"that one stays, and the one that this task had created ({own}) was removed again."
        )
        return left[0]

    def _adopt(self, step: Step, wanted: Wanted, others: set[str], lost: ApiError) -> Item | None:
        """Look for what a create without an answer may have made; None if it made nothing."""
        name = wanted.options["name"]

        try:
            listed = self.poll(
                lambda: self.lookup.all_by_name(name, wanted.options, others),
                lambda items: self._own(wanted, items) is not None,
                SETTLE_TIME,
            )
        except ApiError as error:
            raise unknown(step, lost, f"Looking for it failed too: {error}") from None
        if not listed:
            return None
        found = self._own(wanted, listed) or listed[-1]
        differing = [change.field.option for change in differences(self.resource, wanted, found)]
        if differing:
            other = describe(self.resource, found.get("name"), found["id"])
            raise unknown(
                step,
                lost,
                f"Meanwhile a {other} has appeared that differs in {', '.join(differing)}: "
                "somebody else may be creating the same.",
            )
        self.outcome.warnings.append(
            f"The answer to {lost.action} was lost, but the {describe(self.resource, name, found['id'])} "
            "is there: it was created, and not created again."
        )
        return found

    def _own(self, wanted: Wanted, items: list[Item]) -> Item | None:
        """Which of several this task has created, where no answer tells: the last that is as wanted.

        Where another task created the same, it has either seen this one's and will give way, or its own was listed
        before: so the last (of one second the last listed) is this one's. It will see that it is not alone.
        """
        fitting = [item for item in items if not differences(self.resource, wanted, item)]
        return max(reversed(fitting), key=lambda item: str(item.get("create_time")), default=None)

    def _no_id(self, action: str) -> ApiError:
        last = self.client.calls[-1]
        return ApiError(
            action,
            "the answer has no id of what was created",
            http_status=last.http_status,
            request_id=last.request_id,
            may_have_happened=True,
        )
