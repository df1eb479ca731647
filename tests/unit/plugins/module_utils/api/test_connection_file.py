# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials file, TLS and proxies, and the warnings about a connection."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import ENVIRONMENT, resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ConfigurationError

KEYS = {"access_key": "AKLTEXAMPLE", "secret_key": "example-not-real", "region": "cn-beijing-6"}
PROFILE = "access_key = AKLTEXAMPLE\nsecret_key = example%not;real # or is it\nregion = r\n"


def file(tmp_path: Path, text: str | bytes, mode: int = 0o600) -> str:
    path = tmp_path / "credentials"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return str(path)


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_a_value_is_taken_as_it_is_written(tmp_path: Path) -> None:
    path = file(tmp_path, f"[default]\n{PROFILE}")
    assert resolve({"credentials_file": path}, {}).credentials.secret_key == "example%not;real # or is it"


def test_the_default_file_in_the_home_directory(tmp_path: Path) -> None:
    (tmp_path / "home" / ".ksyun").mkdir(parents=True)
    path = tmp_path / "home" / ".ksyun" / "credentials"
    path.write_text(f"[default]\n{PROFILE}[other]\n{PROFILE.replace('= r', '= s')}", encoding="utf-8")
    path.chmod(0o600)
    assert resolve({}, {}).region == "r"
    assert resolve({"profile": "other"}, {}).region == "s"
    assert resolve({}, {"KSYUN_PROFILE": "other"}).region == "s"
    assert resolve({"credentials_file": "~/.ksyun/credentials"}, {}).region == "r"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700, 0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_can_read_gets_a_warning(mode: int, tmp_path: Path) -> None:
    path = file(tmp_path, f"[default]\n{PROFILE}", mode)
    warnings = resolve({"credentials_file": path}, {}).warnings()
    assert warnings == ([f"The credentials file {path} can be read by others: chmod 600 it."] if mode & 0o077 else [])


def test_a_mark_at_the_beginning_is_no_part_of_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, b"\xef\xbb\xbf" + f"[default]\n{PROFILE}".encode())
    assert resolve({"credentials_file": path}, {}).region == "r"


def test_a_profile_that_is_missing_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = file(tmp_path, "[default]\n[prod]\n[test]\n")
    with pytest.raises(ConfigurationError) as refused:
        resolve({"credentials_file": path}, {"KSYUN_PROFILE": "pord"})
    assert str(refused.value) == (
        f"The credentials file {path} (named by the task) has no profile 'pord' (named by the environment variable "
        "KSYUN_PROFILE). It has: default, prod, test."
    )
    with pytest.raises(ConfigurationError, match=r"'pord' \(named by the task\)\. It has: default, prod, test\.$"):
        resolve({"profile": "pord"}, {"KSYUN_SHARED_CREDENTIALS_FILE": path})
    path = file(tmp_path, "".join(f"[p{number}]\n" for number in range(25)))
    with pytest.raises(ConfigurationError, match=r"p18, p19, and 5 more\.$"):
        resolve({"credentials_file": path, "profile": "pord"}, {})
    with pytest.raises(ConfigurationError, match=r"It has no profiles\.$"):
        resolve({"credentials_file": file(tmp_path, ""), "profile": "pord"}, {})


@pytest.mark.parametrize("named", [True, False])
def test_a_file_without_the_section_that_is_looked_for_is_named_where_keys_are_missing(
    named: bool, tmp_path: Path
) -> None:
    (tmp_path / "home" / ".ksyun").mkdir(parents=True)
    path = tmp_path / "home" / ".ksyun" / "credentials"
    path.write_text(f"[production]\n{PROFILE}[staging]\n{PROFILE}")
    with pytest.raises(ConfigurationError, match=r"^Missing: access_key \(or KSYUN_ACCESS_KEY, or") as refused:
        resolve({"credentials_file": str(path)} if named else {}, {})
    assert str(path) in str(refused.value)
    assert "has no profile 'default'. It has: production, staging. The option profile, or KSYUN_PROFILE" in (
        str(refused.value)
    )


def test_the_profile_in_which_a_key_is_missing_is_named(tmp_path: Path) -> None:
    path = file(tmp_path, "[work]\naccess_key = ak\nregion = r\n")
    with pytest.raises(ConfigurationError) as refused:
        resolve({"credentials_file": path, "profile": "work"}, {})
    assert str(refused.value) == (
        f"Missing: secret_key (or KSYUN_SECRET_KEY, or secret_key in the profile 'work' of {path})."
    )


# --- a file that nobody needs -----------------------------------------------------------------

COMPLETE = {**KEYS, "endpoint_url": "https://h.example"}
UNUSABLE = {
    "no such profile": (f"[default]\n{PROFILE}", {"KSYUN_PROFILE": "pord"}, "has no profile 'pord'"),
    "no INI file": ("keys: none\n", {}, "is not an INI file"),
    "no text file": (b"\xff\xfe[\0d\0", {}, "is not a text file in UTF-8"),
    "no file": (None, {"KSYUN_PROFILE": "work"}, "does not exist"),
}


@pytest.mark.parametrize("what", UNUSABLE)
@pytest.mark.parametrize("default", [True, False], ids=["the file of the home", "a file of the environment"])
def test_a_file_that_no_option_needs_does_no_harm(what: str, default: bool, tmp_path: Path) -> None:
    text, environment, words = UNUSABLE[what]
    folder = tmp_path / "home" / ".ksyun" if default else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    if text is not None:
        file(folder, text)
    if not default:
        environment = {**environment, "KSYUN_SHARED_CREDENTIALS_FILE": str(folder / "credentials")}
    for split in range(len(COMPLETE) + 1):  # some are set by the task, and the others by the environment
        by_task = dict(list(COMPLETE.items())[:split])
        others = {ENVIRONMENT[name][0]: value for name, value in COMPLETE.items() if name not in by_task}
        connection = resolve(by_task, {**others, **environment})
        assert connection.endpoint_url == COMPLETE["endpoint_url"]
        (warning,) = connection.warnings()
        assert words in warning
        assert str(folder / "credentials") in warning
        assert "not used" in warning
    for missing in COMPLETE:  # it may have been meant to set this
        with pytest.raises(ConfigurationError, match=words):
            resolve({name: value for name, value in COMPLETE.items() if name != missing}, environment)
    for option, variable in (("profile", "KSYUN_PROFILE"), ("credentials_file", "KSYUN_SHARED_CREDENTIALS_FILE")):
        if variable in environment:  # the task itself asks for it
            with pytest.raises(ConfigurationError, match=words):
                resolve({**COMPLETE, option: environment[variable]}, environment)


BROKEN = (
    "secret_key = example-leak-not-real\n",
    "[default]\nexample-leak-not-real\n",
    "[default]\nsecret_key = example-leak-not-real\nsecret_key = example-leak-not-real\n",
    "[default]\n[default]\nsecret_key = example-leak-not-real\n",
    "[default\nsecret_key = example-leak-not-real\n",
    b"\xff\xfe[default]\nsecret_key = example-leak-not-real\n",
)


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_does_not_leak_what_is_in_it(text: str | bytes, tmp_path: Path) -> None:
    path = file(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        resolve({"credentials_file": path}, {})
    assert path in str(caught.value)
    assert "leak" not in str(caught.value)
    assert "secret_key" not in str(caught.value)


@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_file_or_profile_that_is_named_must_be_there(source: str, tmp_path: Path) -> None:
    def resolved(**settings: str) -> t.Any:
        if source == "option":
            return resolve({**KEYS, **settings}, {})
        names = {"profile": "KSYUN_PROFILE", "credentials_file": "KSYUN_SHARED_CREDENTIALS_FILE"}
        return resolve(KEYS, {names[name]: text for name, text in settings.items()})

    with pytest.raises(ConfigurationError, match="does not exist"):
        resolved(credentials_file=str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="does not exist"):
        resolved(profile="work")
    with pytest.raises(ConfigurationError, match="can't be read"):
        resolved(credentials_file=str(tmp_path))
    with pytest.raises(ConfigurationError, match="has no profile 'work'"):
        resolved(credentials_file=file(tmp_path, "[other]\n"), profile="work")
    assert resolved(credentials_file=file(tmp_path, "[other]\n")).region == "cn-beijing-6"


def test_the_section_default_is_no_source_of_other_sections(tmp_path: Path) -> None:
    path = file(tmp_path, f"[DEFAULT]\n{PROFILE}[default]\n{PROFILE}security_token = t\n[work]\nregion = s\n")
    with pytest.raises(ConfigurationError, match=r"access_key.*secret_key"):
        resolve({"credentials_file": path, "profile": "work"}, {})


# --- TLS, proxies, warnings -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "environment", "verify"),
    [
        ({}, {}, True),
        ({"validate_certs": True}, {}, True),
        ({"validate_certs": False}, {}, False),
        ({"ca_bundle": "/a.pem"}, {"KSYUN_CA_BUNDLE": "/b.pem"}, "/a.pem"),
        ({"ca_bundle": "/a.pem", "validate_certs": False}, {}, False),
        ({"validate_certs": False}, {"KSYUN_CA_BUNDLE": "/b.pem"}, False),
        ({}, {"KSYUN_CA_BUNDLE": "/b.pem", "REQUESTS_CA_BUNDLE": "/c.pem"}, "/b.pem"),
        ({}, {"REQUESTS_CA_BUNDLE": "/c.pem", "CURL_CA_BUNDLE": "/d.pem"}, "/c.pem"),
        ({}, {"CURL_CA_BUNDLE": "/d.pem"}, "/d.pem"),
    ],
)
def test_certificates(options: dict[str, t.Any], environment: dict[str, str], verify: bool | str) -> None:
    assert resolve({**KEYS, **options}, environment).verify == verify


def test_ca_bundle_in_the_home_directory(tmp_path: Path) -> None:
    assert resolve({**KEYS, "ca_bundle": "~/ca.pem"}, {}).verify == str(tmp_path / "home" / "ca.pem")


def test_proxies() -> None:
    assert resolve(KEYS, {}).proxy is None
    named = {**KEYS, "proxy_url": "http://u:example-password@p.example:3128"}
    connection = resolve(named, {})
    assert connection.proxy == "http://u:example-password@p.example:3128"
    assert resolve({**named, "use_proxy": False}, {}).proxy is None
    assert "example-password" not in repr(connection)
    assert "example-not-real" not in repr(connection)


@pytest.mark.parametrize(
    ("url", "validate", "words"),
    [
        ("https://h.example", True, []),
        ("https://h.example", False, ["validate_certs is false"]),
        ("http://h.example", True, ["not https"]),
        ("http://h.example", False, ["not https"]),
        ("http://127.0.0.1:18080", True, []),
        ("http://127.8.9.1", True, []),
        ("http://[::1]:18080", True, []),
        ("http://localhost", True, []),
        ("http://192.0.2.1", True, ["not https"]),
        ("http://localhost.example", True, ["not https"]),
    ],
)
def test_warnings(url: str, validate: bool, words: list[str]) -> None:
    warnings = resolve({**KEYS, "endpoint_url": url, "validate_certs": validate}, {}).warnings()
    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings))


def test_what_is_not_given_keeps_its_default() -> None:
    connection = resolve({**KEYS, "request_method": None, "max_attempts": None, "read_timeout": 3.5}, {})
    assert (connection.request_method, connection.signature_version, connection.response_format) == (
        "GET",
        "v4",
        "json",
    )
    assert (connection.max_attempts, connection.read_timeout) == (10, 3.5)
