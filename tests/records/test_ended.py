# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ended at any moment: nothing is left, or after a SIGKILL nothing after one cleanup run."""

from __future__ import annotations

import secrets
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from modules.runner import Ansible
from records.compare import VPC
from records.test_levels import TASK, others
from signals.striking import Target, struck

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ConfigurationError
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.exchange import Answer, Redactor, Sender
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.interview import Options
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.journal import Journal, where_of
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.run import clean_up, verify
from emulator.testing import EmulatorHandle

ENDS = (
    Target(signal.SIGINT, "group"),
    Target(signal.SIGTERM, "group"),
    Target(signal.SIGTERM, "ansible"),
    Target(signal.SIGINT, "ansible"),
)
KILL = Target(signal.SIGKILL, "worker")
FIRST, STEP = 2, 5  # of the creates; the campaign takes each
LAST = {"": 130, "1.0": 210, "2.0": 210}  # requests before the last thing is made, roughly


class _Killed(BaseException):
    """The process is gone: nothing that is caught, and nothing is sent after it."""


class _Mortal(Sender):
    """Dies at the create that is counted down to, with the request carried out or not."""

    def __init__(self, *arguments: Any, at: int, after: bool) -> None:
        super().__init__(*arguments, sleep=lambda seconds: time.sleep(min(seconds, 0.02)))
        self.left, self.after, self.dead = at, after, False

    def send(self, action: str, parameters: Any, how: Any, *, writes: bool) -> Answer:
        if not self.dead and action.startswith("Create") and "DryRun" not in parameters:
            self.left -= 1
            if self.left == 0:
                if self.after:
                    super().send(action, parameters, how, writes=writes)
                self.dead = True
        if self.dead:
            raise _Killed
        return super().send(action, parameters, how, writes=writes)


def sender(emulator: EmulatorHandle, kind: Any = Sender, **more: Any) -> Any:
    keys = {"access_key": emulator.access_key, "secret_key": emulator.secret_key}
    connection = resolve({**keys, "region": emulator.region, "endpoint_url": emulator.url}, {})
    return kind(connection, **more)


def ids(emulator: EmulatorHandle) -> dict[str, list[str]]:
    return {name: [item[f"{name[:-3]}Id"] for item in items] for name, items in emulator.state().items()}


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_create(emulator: EmulatorHandle, tmp_path: Path, version: str, after: bool) -> None:
    """The journal names what the process had made, and what it may have made."""
    for at in range(FIRST, 20, STEP):
        emulator.reset()
        others(emulator)
        before = ids(emulator)
        path = tmp_path / str(at)
        mortal = sender(emulator, _Mortal, at=at, after=after)
        try:
            verify(mortal, Redactor(), Options("write", version, VPC), lambda tag, path=path: str(path))
        except _Killed:
            assert path.stat().st_mode & 0o777 == 0o600
            number, left = clean_up(sender(emulator, sleep=lambda seconds: None), Redactor(), str(path))
            assert (number > 0, left) == (True, [])
            assert not path.exists()
            assert ids(emulator) == before
        else:
            assert at > 8, "it has made too little"
            return
    raise AssertionError("it makes more and more")


def test_what_cannot_be_removed_is_said_and_stays_in_the_journal(emulator: EmulatorHandle, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal.new(str(path), where_of(sender(emulator).connection), "verify-0123456789abcdef")
    made = emulator.seed(CustomerGatewaySet=[{"CustomerGatewayName": "verify-0123456789abcdef-01"}])
    identity = made["CustomerGatewaySet"][0]["CustomerGatewayId"]
    journal.intends("CustomerGateway", name="verify-0123456789abcdef-01")
    journal.has_made("CustomerGateway", identity)
    journal.close()
    emulator.configure(return_false=["Delete*"])
    quick = sender(emulator, sleep=lambda seconds: None)
    assert clean_up(quick, Redactor(), str(path)) == (
        1,
        [f"CustomerGateway {identity} (name verify-0123456789abcdef-01)"],
    )
    emulator.configure(return_false=[])
    assert clean_up(quick, Redactor(), str(path)) == (1, [])
    assert not path.exists()
    assert not any(emulator.state().values())


def test_a_journal_of_another_region_is_refused(emulator: EmulatorHandle, tmp_path: Path) -> None:
    journal = Journal.new(str(tmp_path / "journal"), "the region cn-shanghai-2", "verify-0123456789abcdef")
    journal.intends("CustomerGateway", name="verify-0123456789abcdef-01")
    journal.close()
    with pytest.raises(ConfigurationError, match="of the region cn-shanghai-2"):
        clean_up(sender(emulator), Redactor(), str(tmp_path / "journal"))
    assert emulator.requests() == []


def test_a_journal_of_another_key_is_refused(emulator: EmulatorHandle, tmp_path: Path) -> None:
    """In another account nothing of it would be listed, and all would seem to be gone."""
    connection = sender(emulator).connection
    other = connection._replace(credentials=connection.credentials._replace(access_key="another-fake-key"))
    path = tmp_path / "journal"
    journal = Journal.new(str(path), where_of(other), "verify-0123456789abcdef")
    journal.intends("CustomerGateway", name="verify-0123456789abcdef-01")
    journal.close()
    assert "another-fake-key" not in path.read_text()
    with pytest.raises(ConfigurationError, match="with the access key of the digest"):
        clean_up(sender(emulator), Redactor(), str(path))
    assert path.exists()
    assert emulator.requests() == []


@pytest.mark.parametrize(
    "line",
    [
        '{"made": "CustomerGateway"}',
        '{"intends": "Route"}',
        '{"gone": "Route"}',
        '{"made": "Route", "id": "1"}',
        "\\xff",
    ],
)
def test_a_journal_that_nobody_wrote_so_is_refused(emulator: EmulatorHandle, tmp_path: Path, line: str) -> None:
    path = tmp_path / "journal"
    Journal.new(str(path), where_of(sender(emulator).connection), "verify-0123456789abcdef")
    with path.open("ab") as file:
        file.write(line.encode("latin-1").replace(b"\\xff", b"\xff") + b"\n")
    with pytest.raises(ConfigurationError, match="no journal"):
        clean_up(sender(emulator), Redactor(), str(path))
    assert emulator.requests() == []


@pytest.mark.parametrize("how", ["writable by others", "a link", "a tag of somebody else"])
def test_a_journal_that_others_may_have_written_is_refused(emulator: EmulatorHandle, tmp_path: Path, how: str) -> None:
    """What it names is deleted."""
    path = tmp_path / "journal"
    tag = "production-berlin-1" if how.startswith("a tag") else "verify-0123456789abcdef"
    Journal.new(str(path), where_of(sender(emulator).connection), tag)
    if how == "writable by others":
        path.chmod(0o666)
    if how == "a link":
        path = tmp_path / "link"
        path.symlink_to(tmp_path / "journal")
    with pytest.raises(ConfigurationError):
        clean_up(sender(emulator), Redactor(), str(path))
    assert emulator.requests() == []


def test_what_is_not_listed_and_must_not_be_deleted_is_not_taken_as_gone(
    emulator: EmulatorHandle, tmp_path: Path
) -> None:
    path = tmp_path / "journal"
    journal = Journal.new(str(path), where_of(sender(emulator).connection), "verify-0123456789abcdef")
    made = emulator.seed(CustomerGatewaySet=[{"CustomerGatewayName": "verify-0123456789abcdef-01"}])
    identity = made["CustomerGatewaySet"][0]["CustomerGatewayId"]
    journal.intends("CustomerGateway", name="verify-0123456789abcdef-01")
    journal.has_made("CustomerGateway", identity)
    journal.close()
    emulator.configure(list_lag=3600)
    emulator.fault("DeleteCustomerGateway", "error", status=403, code="AccessDenied", count=999)
    quick = sender(emulator, sleep=lambda seconds: None)
    assert clean_up(quick, Redactor(), str(path))[1] == [
        f"CustomerGateway {identity} (name verify-0123456789abcdef-01)"
    ]
    assert path.exists()


def test_a_lost_answer_is_looked_for(emulator: EmulatorHandle, tmp_path: Path) -> None:
    """The create is never sent again, and what it may have made is found by its name, and removed."""
    emulator.fault("CreateCustomerGateway", "reset", when="after", dry_run=False)
    quick = sender(emulator, sleep=lambda seconds: None)
    outcome = verify(quick, Redactor(), Options("write"), lambda tag: str(tmp_path / tag))
    assert outcome.left == []
    assert not any(emulator.state().values())
    created = [
        entry for entry in emulator.requests() if entry["action"] == "CreateCustomerGateway" and entry["committed"]
    ]
    assert len(created) == 1


# --- by signals --------------------------------------------------------------------------------------


def strike(ansible: Ansible, target: Target, at: int, version: str) -> str:
    """A run at the level C(write) that is struck at a request; then a cleanup if it was killed. What was said."""
    others(ansible.emulator)
    before = ids(ansible.emulator)
    wanted = {"level": "write", **({"daily_gateway": version, "daily_price": "1", "vpc_id": VPC} if version else {})}
    run, met = struck(ansible, {"name": "ask", TASK: wanted}, target, at)
    told = f"{target} at request {at} of {met}:\n{run.output}"
    journals = list(ansible.directory.glob("*.journal"))
    if target is KILL:
        for journal in journals:
            cleaned = ansible.play([{"name": "clean", TASK: {"cleanup": str(journal)}}])
            assert cleaned.code == 0, cleaned.output
    elif met > at:
        assert run.code != 0, told
        assert journals == [], told
    assert list(ansible.directory.glob("*.journal")) == [], told
    assert ids(ansible.emulator) == before, told
    return told.partition("\n")[0]


@pytest.mark.parametrize("target", [ENDS[0], KILL], ids=str)
def test_struck(ansible: Ansible, target: Target) -> None:
    """A few; the campaign has thirty."""
    strike(ansible, target, 80 + secrets.randbelow(LAST[""] - 80), "")
