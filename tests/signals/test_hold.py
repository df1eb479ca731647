# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signals wait while they are held, whichever thread they come to, and take their effect after that."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.signals import Hold

HELD = [signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
ENDING = [number for number in HELD if number != signal.SIGALRM]


class ArrivedError(BaseException):
    """A handler ran: Ansible's for time-outs raises something like this."""


@pytest.fixture(autouse=True)
def handlers() -> Iterator[dict[signal.Signals, Any]]:
    """Handlers that raise, as those of Ansible and of Python do."""

    def arrive(number: int, _frame: Any) -> None:
        raise ArrivedError(number)

    before = {number: signal.signal(number, arrive) for number in HELD}
    yield dict.fromkeys(HELD, arrive)
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


def now(handlers: dict[signal.Signals, Any]) -> bool:
    return {number: signal.getsignal(number) for number in HELD} == handlers


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_waits_until_all_is_done(number: signal.Signals, handlers: dict[signal.Signals, Any]) -> None:
    done = []
    hold = Hold()

    def work() -> None:
        with hold:
            done.append(hold.waiting)
            for _again in range(2):
                os.kill(os.getpid(), number)
                done.append(hold.waiting)

    with pytest.raises(ArrivedError) as arrived:
        work()
    assert done == [False, True, True]
    assert arrived.value.args == (number,)
    assert not hold.timed_out
    assert now(handlers)


def test_a_time_out_is_noted_and_does_not_come_later(handlers: dict[signal.Signals, Any]) -> None:
    with Hold() as hold:
        os.kill(os.getpid(), signal.SIGALRM)
        assert hold.waiting
        signal.alarm(60)
    assert hold.timed_out
    assert signal.alarm(0) == 0, "no alarm is left that could come while the result is on its way"
    assert now(handlers)


def test_an_alarm_of_nobody_is_left_alone() -> None:
    """Where no handler waits for it, it is not that of Ansible."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(60)
    with Hold() as hold:
        pass
    assert not hold.timed_out
    assert signal.alarm(0) > 0


@pytest.mark.parametrize("number", HELD)
def test_a_call_that_waits_is_not_cut_short(number: signal.Signals) -> None:
    """The signal comes while the main thread reads, and to a thread that would take it past a mask of the main one."""
    reader, writer = os.pipe()
    read = []
    hold = Hold()

    def strike() -> None:
        signal.pthread_kill(threading.get_ident(), number)
        signal.pthread_kill(threading.main_thread().ident, number)  # type: ignore[arg-type]
        os.write(writer, b"whole")

    thread = threading.Thread(target=strike)
    try:
        with hold:
            thread.start()
            read.append(os.read(reader, 5))
            thread.join()
    except ArrivedError:
        assert number != signal.SIGALRM
    assert read == [b"whole"]
    assert hold.waiting
    assert hold.timed_out == (number == signal.SIGALRM)
    os.close(reader)
    os.close(writer)


def fail_under(number: signal.Signals, hold: Hold) -> None:
    with hold:
        os.kill(os.getpid(), number)
        raise KeyError("what failed")


def test_a_signal_that_waited_comes_out_of_a_failure_too() -> None:
    with pytest.raises(ArrivedError) as arrived:
        fail_under(signal.SIGTERM, Hold())
    assert isinstance(arrived.value.__context__, KeyError)


def test_a_failure_comes_out_as_it_is(handlers: dict[signal.Signals, Any]) -> None:
    hold = Hold()
    with pytest.raises(KeyError):
        fail_under(signal.SIGALRM, hold)
    assert hold.timed_out
    assert now(handlers)


def test_what_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with Hold() as hold:
        os.kill(os.getpid(), signal.SIGHUP)
        assert not hold.waiting
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_signal_on_the_way_in_leaves_nothing_held(
    handlers: dict[signal.Signals, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its handler raises out of the entering, so that nothing would release what is held already."""
    really = signal.signal

    def struck(number: int, handler: Any) -> Any:
        if number == signal.SIGTERM and handler is not handlers[signal.SIGTERM]:
            os.kill(os.getpid(), signal.SIGTERM)
        return really(number, handler)

    monkeypatch.setattr(signal, "signal", struck)
    with pytest.raises(ArrivedError), Hold():
        pytest.fail("the signal came before anything was held")
    assert now(handlers)


def test_nothing_is_held_off_the_main_thread(handlers: dict[signal.Signals, Any]) -> None:
    seen = []

    def elsewhere() -> None:
        with Hold() as hold:
            seen.append((now(handlers), hold.waiting, hold.timed_out))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [(True, False, False)]


def test_what_kills_the_group_spares_the_process(tmp_path: Path) -> None:
    """As the limit of a task with C(async) does. Before and after, the process belongs to its group again."""
    code = f"""
import os, signal
from pathlib import Path
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.signals import Hold
group = os.getpgrp()
with Hold():
    os.killpg(group, signal.SIGKILL)
    Path({str(tmp_path / "whole")!r}).write_text(str(os.getpgrp() != group))
"""
    shell = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}; true"
    leader = subprocess.run(["/bin/sh", "-c", shell], start_new_session=True, timeout=60, check=False)
    assert leader.returncode == -signal.SIGKILL
    told = tmp_path / "whole"
    for _look in range(600):
        if told.exists() and told.read_text():
            break
        time.sleep(0.1)
    assert told.read_text() == "True"


@pytest.mark.parametrize("leads", [True, False], ids=["which it leads", "of another"])
def test_a_process_is_in_its_group_again(leads: bool) -> None:
    code = """
import os
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.signals import Hold
before = os.getpgrp()
with Hold():
    inside = os.getpgrp()
print(os.getpgrp() == before, inside == os.getpid())
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, start_new_session=leads)
    assert done.stdout == "True True\n"


@pytest.mark.parametrize("number", ENDING)
def test_a_process_ends_whole_and_by_the_signal(number: signal.Signals) -> None:
    """With the handlers that a process begins with: two of the three end it without running any Python."""
    code = f"""
import signal
from ansible_collections.ksyun.vpn.plugins.module_utils.reconciler.signals import Hold
with Hold():
    signal.raise_signal({int(number)})
    print("whole", flush=True)
print("not ended", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "whole\n"
    assert done.returncode == -number
