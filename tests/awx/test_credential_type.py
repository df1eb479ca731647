# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The custom credential type for AWX."""

from __future__ import annotations

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import ENVIRONMENT
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import CONNECTION
from ansible_collections.ksyun.vpn.tests.awx.credential import HIDDEN, CredentialType

VALUES = {"access_key": "AKLTFAKE", "secret_key": "fake {{ secret }} 'key\"", "region": "cn-beijing-6"}


def test_awx_accepts_it() -> None:
    assert CredentialType.shipped().faults() == []


@pytest.mark.parametrize(
    ("part", "change", "fault"),
    [
        ("inputs", {"required": ["nothing"]}, "required, but no field: nothing"),
        ("injectors", {"env": {"ANSIBLE_CONFIG": "x"}}, "not allowed in a credential: ANSIBLE_CONFIG"),
        ("injectors", {"envs": {}}, "unknown injector: envs"),
    ],
)
def test_what_awx_refuses_is_found(part: str, change: dict, fault: str) -> None:
    shipped = CredentialType.shipped()
    parts = {"inputs": shipped.inputs, "injectors": shipped.injectors}
    assert CredentialType(**{**parts, part: {**parts[part], **change}}).faults() == [fault]


def test_each_field_reaches_the_option_of_its_name() -> None:
    shipped = CredentialType.shipped()
    values = {field["id"]: f"value of {field['id']}" for field in shipped.inputs["fields"]}
    injected = shipped.inject(values).environment
    assert {name: injected[ENVIRONMENT[name][0]] for name in values} == values
    assert len(injected) == len(values)


def test_what_the_modules_hide_is_a_secret_field() -> None:
    for field in CredentialType.shipped().inputs["fields"]:
        assert field.get("secret", False) is CONNECTION[field["id"]].get("no_log", False), field["id"]


def test_a_secret_is_injected_as_it_is_and_not_kept() -> None:
    injected = CredentialType.shipped().inject(VALUES)
    assert injected.environment["KSYUN_SECRET_KEY"] == VALUES["secret_key"]
    assert injected.environment["KSYUN_SECURITY_TOKEN"] == ""
    assert injected.kept == {**injected.environment, "KSYUN_SECRET_KEY": HIDDEN}
