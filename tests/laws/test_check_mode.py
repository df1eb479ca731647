# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Law 3, check mode tells the truth: over generated accounts, a check and then the run on the same account again.

What may be otherwise is written down here, from the account alone: what only a write can show.
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import event, given, note, settings
from hypothesis import strategies as st
from laws.accounts import OTHERWISE, Account, accounts
from laws.judging import Result, refused_unseen, unreadable, users
from laws.strategies import law, tries
from laws.tasks import Task, describe, tasks
from laws.world import RESOURCES, World, without_times, writes

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def check_and_run(world: World, account: Account, task: Task) -> tuple[Result, Result]:
    """The results of a task in check mode, which must leave all as it is, and then on the same account again."""
    world.stage(account)
    before = without_times(world.emulator.state())
    check = world.task(task.kind, task.options, check=True)
    requests = world.take_requests()
    assert without_times(world.emulator.state()) == before
    assert writes(requests) == []
    assert [request for request in requests if request["committed"]] == []
    world.stage(account)
    return check, world.task(task.kind, task.options)


@settings(law, max_examples=tries(500))
@given(data=st.data(), account=accounts(further=OTHERWISE, routed=None))
def test_law_3_a_check_passes_if_and_only_if_the_run_does(world: World, account: Account, data: st.DataObject) -> None:
    task = data.draw(tasks(account), label="task")
    check, real = check_and_run(world, account, task)
    note(f"check: {check.get('msg')} {check['plan']}; run: {real.get('msg')} {real['plan']}")
    requests = world.take_requests()
    event(describe(task, account))
    event(f"{_outcome(check)} -> {_outcome(real)}")
    if check.get("failed"):
        assert real.get("failed"), f"the run did what the check refused: {check['msg']}"
        assert (check["changed"], real["changed"]) == (False, False)
        # Else check mode may pass over a parent's name, or over users that an earlier task removes, and find more.
        if real["error"]["kind"] not in ("missing", "in_use"):
            assert (check["error"]["kind"], _told(check)) == (real["error"]["kind"], _told(real))
        assert [entry for entry in writes(requests) if entry["committed"]] == []
        return
    if real.get("failed"):
        assert only_a_write_shows(account, task, check, real), f"the check passed, the run failed: {real['msg']}"
        return
    assert check["changed"] == real["changed"]
    assert [_without_answer(step) for step in check["plan"]] == [_without_answer(step) for step in real["plan"]]
    assert check["diff"] == real["diff"]
    assert _interruptions(check) == _interruptions(real)
    assert (check[task.kind] is None) == (real[task.kind] is None)
    for option, value in (check[task.kind] or {}).items():
        if option in task.options and option != "id" and real[task.kind].get(option) is not None:
            assert real[task.kind][option] == value, option
    # and what was sent is what the plan says
    sent = [(request["action"], request["committed"]) for request in writes(requests)]
    assert sent == [(RESOURCES[task.kind].actions.of(step["action"]).name, True) for step in check["plan"]]


def _outcome(result: Result) -> str:
    if result.get("failed"):
        return str(result["error"]["kind"])
    return "+".join(step["action"] for step in result["plan"]) or "nothing"


def _told(result: Result) -> str:
    """What a failure says, without the ids of requests."""
    requests = {call["request_id"] for call in result["api_calls"]}
    return _UUID.sub(lambda found: "(request)" if found[0] in requests else found[0], result["msg"])


def _without_answer(step: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key != "permitted"}


def _interruptions(result: Result) -> list[str]:
    return sorted(warning for warning in result["warnings"] if "interrupt" in warning)


def only_a_write_shows(account: Account, task: Task, check: Result, real: Result) -> bool:
    """Whether a run may fail although its check has passed."""
    error, probed = real["error"], task.options.get("probe", True)
    if error["kind"] == "missing":
        # Law 4: a parent that is named, and not there, is taken as what an earlier task of the play would create.
        return any("an earlier task of the play creates it" in warning for warning in check["warnings"])
    if check["plan"][0]["action"] == "delete" and users(account, task):
        # Law 4 again: an earlier task of the play would remove the users. Those that can be seen are named.
        seen = "DescribeVpnTunnels" in account.denied or all(
            any(user in warning for warning in check["warnings"]) for user in users(account, task)
        )
        return seen and account.settings.get("in_use_checked", True)
    if error.get("code") == "AccessDenied":
        return not probed and not error["action"].startswith("Describe")
    if (
        task.kind == "vpn_tunnel"
        and unreadable(account)
        and any("could not be checked" in w for w in check["warnings"])
    ):
        return True  # the parents, by an id
    if error.get("code") in ("InvalidParameterValue", "MissingParameter"):
        return refused_unseen(account, task)
    # What comes out otherwise than it was asked for, or is not done although the answer has no error.
    return bool(account.settings.keys() & OTHERWISE.keys())
