# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an AnsibleModule must not let out: its result as it is printed, its invocation, the system's log."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from unittest import mock

from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import (
    KEY,
    OLD_KEY,
    PROXY_URL,
    SECRET_KEY,
    TOKEN,
    assert_clean,
    echo,
    strings,
    with_data,
)
from ansible_collections.ksyun.vpn.tests.secrets.stage import RESOURCES, TUNNEL, Stage
from emulator.testing import EmulatorHandle

SECRET_OPTIONS = ("secret_key", "security_token", "session_token", "pre_shared_key", "proxy_url")
_VARYING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|198\.1[89]\.\d+\.\d+")


def invocation(emulator: EmulatorHandle) -> None:
    """The parameters that Ansible shows with -vvv, of every module, and whatever way it came to its end."""
    given = {"security_token": None, "session_token": TOKEN, "proxy_url": PROXY_URL}
    for name in RESOURCES:
        own = {**TUNNEL, **given} if name == "vpn_tunnel" else {RESOURCES[name].identity.by[-1]: "x", **given}
        for info in (False, True):
            result, log = Stage(emulator).module(name, info=info, **(given if info else own))
            assert result["failed"], result
            shown = result["invocation"]["module_args"]
            assert {shown[option] for option in SECRET_OPTIONS if shown.get(option)} == {MASK}
            assert_clean(result)
            assert_clean(log, "the system's log")
            assert "NOT_LOGGING_PASSWORD" not in log, "ansible-core guessed what was not said"


def refused_by_the_spec(emulator: EmulatorHandle) -> None:
    """A secret where another option was meant, which the message of a refusal quotes."""
    for info, option in ((False, "state"), (False, "bandwidth"), (True, "request_method"), (True, "max_attempts")):
        name = "vpn_gateway" if option == "bandwidth" else "vpn_tunnel"
        result, log = Stage(emulator).module(name, info=info, **{option: f"for {SECRET_KEY}"})
        assert result["failed"], result
        assert option in result["msg"], result
        assert_clean(result)
        assert_clean(log, "the system's log")


def other_options(emulator: EmulatorHandle) -> None:
    """A secret that the user has put where none belongs."""
    result, _log = Stage(emulator).module("vpn_gateway", info=True, filters={"vpc-id": f"for {SECRET_KEY}"})
    assert_clean(result["invocation"], "the invocation")


def of_the_environment(emulator: EmulatorHandle) -> None:
    """What is no option of the task, but of its environment, in its other options; refused by the spec, and run."""
    with mock.patch.dict(os.environ, {"KSYUN_SECRET_KEY": SECRET_KEY}):
        for own in ({"request_method": f"for {SECRET_KEY}"}, {"filters": {"vpc-id": f"for {SECRET_KEY}"}}):
            result, _log = Stage(emulator).module(
                "vpn_gateway", info=True, **{"secret_key": None, "security_token": None, **own}
            )
            assert_clean(result)


def of_the_profile(emulator: EmulatorHandle) -> None:
    """What is in the credentials file, echoed by the service and in another option."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "credentials")
        file.write_text(f"[default]\nsecret_key = {SECRET_KEY}\nsecurity_token = {TOKEN}\n")
        file.chmod(0o600)
        stage = Stage(emulator)
        stage.refuse("Describe*", echo(SECRET_KEY, TOKEN))
        own = {"secret_key": None, "security_token": None, "credentials_file": str(file)}
        result, _log = stage.module("vpn_gateway", info=True, filters={"vpc-id": f"for {SECRET_KEY}"}, **own)
    assert result["error"]["kind"] == "service", result
    assert "fake-SECRET" not in str(result)
    assert_clean(result)


def of_the_service(emulator: EmulatorHandle) -> None:
    """What the task comes to know, in an option of it."""
    old = {"name": "tunnel", "ike_encryption_algorithm": f"for {OLD_KEY}", "allow_unknown_values": True}
    result, _log = Stage(emulator, tunnel=True).module("vpn_tunnel", **{**TUNNEL, **old})
    assert result["failed"], result
    assert_clean(result)


def key_that_is_a_name(emulator: EmulatorHandle) -> None:
    """The name stays a name, and the key a key."""
    stage = Stage(emulator, tunnel=True, key="tunnel")
    result, log = stage.module("vpn_tunnel", **{**TUNNEL, "pre_shared_key": "tunnel"})
    assert result["vpn_tunnel"]["name"] == "tunnel"
    assert result["invocation"]["module_args"]["name"] == "tunnel"
    assert result["invocation"]["module_args"]["pre_shared_key"] == MASK
    assert "pre_shared_key=NOT_LOGGING_PARAMETER" in log or "pre_shared_key=$REDACTED$" in log


def short_key(emulator: EmulatorHandle) -> None:
    """ansible-core would take a short key out of every word; here it is masked where a sentence has it as a word."""
    for own in ({}, {"ike_dh_group": 24, "on_immutable_change": "replace"}):
        plain = _changed_group("q9z", emulator, own)
        for key in ("a", "1", "up", "id", "create", "vpn_tunnel"):
            found = _changed_group(key, emulator, own)
            assert [*map(_shape, found)] == [*map(_shape, plain)], key
            word = re.compile(rf"(?<!\w){re.escape(key)}(?!\w)")
            for text, usual in zip(found, plain):
                expected = word.sub(MASK, usual) if " " in usual else usual
                assert text == expected, f"{key}: {text!r} instead of {expected!r}"


def _shape(text: str) -> bool:
    return " " in text


def _changed_group(key: str, emulator: EmulatorHandle, own: dict[str, object]) -> list[str]:
    """All strings of a rich result, without what differs from run to run."""
    result, _log = Stage(emulator, tunnel=True, key=key).module(
        "vpn_tunnel", **{**TUNNEL, "pre_shared_key": key, **own}
    )
    del result["invocation"], result["api_calls"]
    return [_VARYING.sub("...", text) for text in strings(with_data(result))]


def everything(emulator: EmulatorHandle) -> None:
    """A life of a tunnel through AnsibleModule, with the service's echo at its end."""
    stage = Stage(emulator, tunnel=True)
    for own in ({}, {"on_immutable_change": "replace"}, {"_ansible_check_mode": True}, {"name": "another"}):
        result, log = stage.module("vpn_tunnel", **{**TUNNEL, **own})
        assert_clean(result)
        assert_clean(log, "the system's log")
    stage.refuse("DescribeVpnTunnels", echo(KEY, SECRET_KEY, TOKEN))
    result, log = stage.module("vpn_tunnel", **TUNNEL)
    assert result["failed"], result
    assert_clean(result)


CHECKS = {
    check.__name__: check
    for check in (
        invocation,
        refused_by_the_spec,
        other_options,
        of_the_environment,
        of_the_profile,
        of_the_service,
        key_that_is_a_name,
        short_key,
        everything,
    )
}
