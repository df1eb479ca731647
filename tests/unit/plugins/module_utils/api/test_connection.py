# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the connection's options come from, and what is said about bad ones."""

from __future__ import annotations

import itertools
import typing as t
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import (
    ENVIRONMENT,
    PROFILE_KEYS,
    Connection,
    resolve,
)
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ConfigurationError

KEYS = {"access_key": "AKLTEXAMPLE", "secret_key": "example-not-real", "region": "cn-beijing-6"}
NO_FILE = {"HOME": "/nonexistent"}


def write(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def found(connection: Connection) -> dict[str, t.Any]:
    credentials = connection.credentials
    return {**credentials._asdict(), "region": connection.region, "endpoint_url": connection.endpoint_url}


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")


# --- precedence -------------------------------------------------------------------------------

OPTIONS = ("access_key", "secret_key", "region", "endpoint_url")


def value(option: str, source: str) -> str:
    return f"https://{source}.example" if option == "endpoint_url" else f"{option}-of-{source}"


@pytest.mark.parametrize("places", list(itertools.product(["option", "environment", "profile"], repeat=len(OPTIONS))))
@pytest.mark.parametrize("explicit", [False, True], ids=["profile-by-environment", "profile-by-option"])
def test_precedence(places: tuple[str, ...], explicit: bool, tmp_path: Path) -> None:
    """Each option is set in a place and in all places behind it; the first place counts."""
    order = ["option", "profile", "environment"] if explicit else ["option", "environment", "profile"]
    sources: dict[str, dict[str, str]] = {name: {} for name in order}
    for option, place in zip(OPTIONS, places):
        for source in order[order.index(place) :]:
            sources[source][option] = value(option, source)
    profile = "\n".join(f"{option} = {text}" for option, text in sources["profile"].items())
    file = write(tmp_path / "credentials", f"[default]\nregion = wrong\n[work]\n{profile}\n")
    environment = {ENVIRONMENT[option][0]: text for option, text in sources["environment"].items()}
    options = {**sources["option"], "credentials_file": file}
    if explicit:
        options["profile"] = "work"
    else:
        environment["KSYUN_PROFILE"] = "work"
    if places[0] != places[1]:  # the later of the two places has both halves of a pair
        with pytest.raises(ConfigurationError, match="halves of two pairs"):
            resolve(options, environment)
        return
    got = found(resolve(options, environment))
    assert {option: got[option] for option in OPTIONS} == {
        option: value(option, place) for option, place in zip(OPTIONS, places)
    }


@pytest.mark.parametrize("places", list(itertools.product(["option", "environment", "profile"], repeat=2)))
def test_each_half_of_a_pair_may_have_a_place_of_its_own(places: tuple[str, str], tmp_path: Path) -> None:
    sources: dict[str, dict[str, str]] = {"option": {"region": "r"}, "environment": {}, "profile": {}}
    for option, place in zip(OPTIONS, places):
        sources[place][option] = value(option, place)
    profile = "\n".join(f"{option} = {text}" for option, text in sources["profile"].items())
    file = write(tmp_path / "credentials", f"[default]\n{profile}\n")
    environment = {ENVIRONMENT[option][0]: text for option, text in sources["environment"].items()}
    got = found(resolve({**sources["option"], "credentials_file": file}, environment))
    assert [got["access_key"], got["secret_key"]] == [value(option, place) for option, place in zip(OPTIONS, places)]


def test_where_halves_of_two_pairs_come_from_is_said() -> None:
    environment = {"KSYUN_ACCESS_KEY": "theirs", "KSYUN_SECRET_ACCESS_KEY": "fake-secret", "KSYUN_REGION": "r"}
    with pytest.raises(ConfigurationError) as refused:
        resolve({"access_key": "mine"}, environment)
    assert (
        "access_key is set by the task, and secret_key is set by the environment variable KSYUN_SECRET_ACCESS_KEY:"
        in (str(refused.value))
    )
    assert "fake-secret" not in str(refused.value)


@pytest.mark.parametrize(("option", "variable"), [(o, v) for o, names in ENVIRONMENT.items() for v in names])
def test_every_environment_variable(option: str, variable: str, tmp_path: Path) -> None:
    names = {name: ENVIRONMENT[name][0] for name in ("access_key", "secret_key", "region") if name != option}
    environment = {name_in: KEYS[name] for name, name_in in names.items()}
    file = write(tmp_path / "credentials", "[work]\nsecurity_token = from-file\n")
    environment[variable] = {
        "profile": "work",
        "credentials_file": file,
        "endpoint_url": "https://h.example",
        "ca_bundle": "/ca.pem",
    }.get(option, "x")
    if option == "profile":
        environment["KSYUN_SHARED_CREDENTIALS_FILE"] = file
    connection = resolve({}, environment)
    if option == "ca_bundle":
        assert connection.verify == "/ca.pem"
    elif option not in ("profile", "credentials_file"):
        assert found(connection)[option] == environment[variable]
    assert connection.credentials.security_token == ("x" if option == "security_token" else None)


def test_the_first_variable_counts_and_empty_ones_do_not() -> None:
    environment = {
        "KSYUN_ACCESS_KEY": "",
        "KSYUN_ACCESS_KEY_ID": "second",
        "KSYUN_SECRET_KEY": "first",
        "KSYUN_SECRET_ACCESS_KEY": "second",
        "KSYUN_REGION": "r",
    }
    got = found(resolve({"region": ""}, environment))
    assert (got["access_key"], got["secret_key"], got["region"]) == ("second", "first", "r")


@pytest.mark.parametrize(("option", "key"), [(o, key) for o, keys in PROFILE_KEYS.items() for key in keys])
def test_every_spelling_in_a_profile(option: str, key: str, tmp_path: Path) -> None:
    lines = {**KEYS, "endpoint_url": "https://h.example", "security_token": "tok"}
    lines[key] = lines.pop(option)
    file = write(tmp_path / "c", "[default]\n" + "\n".join(f"{name} = {text}" for name, text in lines.items()))
    expected = {**KEYS, "endpoint_url": "https://h.example", "security_token": "tok"}
    assert found(resolve({"credentials_file": file}, {})) == expected


@pytest.mark.parametrize("token_in", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("key_in", [0, 1, 2])
def test_the_token_comes_from_where_the_secret_key_comes_from(
    key_in: int, token_in: tuple[bool, bool, bool], tmp_path: Path
) -> None:
    places: list[dict[str, str]] = [{}, {}, {}]
    places[key_in]["secret_key"] = "sk"
    for place, (source, has) in enumerate(zip(places, token_in)):
        if has:
            source["security_token"] = f"token-{place}"
    file = write(tmp_path / "c", "[default]\n" + "\n".join(f"{name} = {text}" for name, text in places[2].items()))
    environment = {ENVIRONMENT[name][0]: text for name, text in places[1].items()}
    options = {"access_key": "ak", "region": "r", "credentials_file": file, **places[0]}
    if any(token_in[:key_in]):  # it would be dropped
        with pytest.raises(ConfigurationError, match=r"security_token is set by .*, but secret_key is set by"):
            resolve(options, environment)
        return
    token = resolve(options, environment).credentials.security_token
    assert token == (f"token-{key_in}" if token_in[key_in] else None)


# --- what is missing or wrong -----------------------------------------------------------------


@pytest.mark.parametrize("missing", [c for n in (1, 2, 3) for c in itertools.combinations(KEYS, n)])
def test_everything_missing_is_named_at_once(missing: tuple[str, ...]) -> None:
    options = {name: text for name, text in KEYS.items() if name not in missing}
    with pytest.raises(ConfigurationError) as caught:
        resolve(options, {})
    for name, variable in (("access_key", "KSYUN_ACCESS_KEY"), ("secret_key", "KSYUN_SECRET_KEY")):
        assert (f"{name} (or {variable}" in str(caught.value)) == (name in missing)
    assert ("region (or KSYUN_REGION" in str(caught.value)) == ("region" in missing)


ENDPOINTS = {
    None: "https://vpc.cn-beijing-6.api.ksyun.com",
    "": "https://vpc.cn-beijing-6.api.ksyun.com",
    "https://vpc.api.ksyun.com": "https://vpc.api.ksyun.com",
    "https://vpc.api.ksyun.com/": "https://vpc.api.ksyun.com",
    "vpc.api.ksyun.com": "https://vpc.api.ksyun.com",
    "localhost:8443": "https://localhost:8443",
    "http://vpc.{region}.internal.example": "http://vpc.cn-beijing-6.internal.example",
    "http://[::1]:18080": "http://[::1]:18080",
    "http://127.0.0.1:18080": "http://127.0.0.1:18080",
    "HTTP://127.0.0.1:18080": "http://127.0.0.1:18080",
    "Https://VPC.api.ksyun.com": "https://VPC.api.ksyun.com",
}
BAD_ENDPOINTS = (
    *("ftp://vpc.api.ksyun.com", "https://", "https:///", "https://:443", "://", "https://vpc.api.ksyun.com/v1"),
    *("https://h.example/?a=b", "https://h.example?a=b", "https://h.example#top", "https://h.example:0"),
    *("https://h.example:port", "https://h.example:65536", "https://[::1", "https://user@h.example"),
    *("https://user:example-password@h.example", "https://:example-password@h.example", "file:///etc/passwd"),
    *("https://h.example?", "https://h.example#", "https://@h.example", "https://h.example:"),
    *("https://a b", "https://a\tb", "https://a\\b", "https://\u2100.example"),
)


@pytest.mark.parametrize(("url", "expected"), ENDPOINTS.items())
def test_good_endpoints(url: str | None, expected: str) -> None:
    assert resolve({**KEYS, "endpoint_url": url}, {}).endpoint_url == expected


@pytest.mark.parametrize("url", BAD_ENDPOINTS)
def test_bad_endpoints(url: str) -> None:
    with pytest.raises(ConfigurationError, match="endpoint_url") as caught:
        resolve({**KEYS, "endpoint_url": url}, {})
    assert "example-password" not in str(caught.value)


@pytest.mark.parametrize("name", ["access_key", "region", "security_token"])
@pytest.mark.parametrize("wrong", ["a b", "a\n", "\u5ba2", "a\x7f", "\u00a0a"])
def test_what_goes_into_headers_is_printable(name: str, wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        resolve({**KEYS, name: wrong}, {})
    assert wrong not in str(caught.value)


# --- where each came from ---------------------------------------------------------------------


def test_what_set_each_option_is_known(tmp_path: Path) -> None:
    file = write(tmp_path / "c", "[work]\naccess_key = ak\nsecret_key = sk\nsecurity_token = tok\n")
    environment = {"KSYUN_PROFILE": "work", "KSYUN_REGION": "r", "REQUESTS_CA_BUNDLE": "/ca.pem"}
    connection = resolve({"credentials_file": file, "endpoint_url": "https://h.example"}, environment)
    profile = f"the profile 'work' of {file}"
    assert dict(connection.places) == {
        "access_key": profile,
        "secret_key": profile,
        "security_token": profile,
        "region": "the environment variable KSYUN_REGION",
        "endpoint_url": "the task",
        "ca_bundle": "the environment variable REQUESTS_CA_BUNDLE",
    }


def test_only_what_counts_has_a_place() -> None:
    connection = resolve({"access_key": "ak", "secret_key": "sk", "region": "r"}, {"KSYUN_SECURITY_TOKEN": "left over"})
    assert dict(connection.places) == dict.fromkeys(("access_key", "secret_key", "region"), "the task")


# option: a value that can't be
UNUSABLE = {"access_key": "a b", "security_token": "a b", "region": "a/b", "endpoint_url": "ftp://h.example"}


@pytest.mark.parametrize(("option", "variable"), [(o, v) for o in UNUSABLE for v in ENVIRONMENT[o]])
def test_what_set_an_unusable_value_is_named(option: str, variable: str, tmp_path: Path) -> None:
    others = {name: text for name, text in KEYS.items() if name != option}
    if option == "security_token":
        others.pop("secret_key")
    environment = {ENVIRONMENT[name][0]: text for name, text in KEYS.items()}
    with pytest.raises(
        ConfigurationError, match=f"^{option} must be .*; it is set by the environment variable {variable}."
    ):
        resolve({}, {**environment, ENVIRONMENT[option][0]: "", variable: UNUSABLE[option]})
    with pytest.raises(ConfigurationError, match=f"^{option} must be .*; it is set by the task."):
        resolve({**KEYS, option: UNUSABLE[option]}, {})
    file = write(
        tmp_path / "c", "[a]\n" + "".join(f"{n} = {v}\n" for n, v in {**KEYS, option: UNUSABLE[option]}.items())
    )
    with pytest.raises(ConfigurationError) as refused:
        resolve({"credentials_file": file, "profile": "a"}, {})
    assert f"it is set by the profile 'a' of {file}." in str(refused.value)


def test_an_endpoint_that_a_region_has_spoilt() -> None:
    with pytest.raises(
        ConfigurationError, match=r"^endpoint_url must be .*; it is set by the environment variable KSYUN_REGION"
    ):
        resolve({}, {"KSYUN_ACCESS_KEY": "a", "KSYUN_SECRET_KEY": "b", "KSYUN_REGION": "a..b"})


# --- the variables of the Terraform provider --------------------------------------------------

DOMAINS = {
    ("api.ksyun.com", None): "https://vpc.api.ksyun.com",
    ("api.ksyun.com", "false"): "https://vpc.api.ksyun.com",
    ("api.ksyun.com", ""): "https://vpc.api.ksyun.com",
    ("internal.api.ksyun.com", "0"): "https://vpc.internal.api.ksyun.com",
    ("127.0.0.1:18080", "true"): "https://127.0.0.1:18080",
    ("127.0.0.1:18080", "1"): "https://127.0.0.1:18080",
    ("gateway.example", "T"): "https://gateway.example",
}


@pytest.mark.parametrize(("domain", "ignore"), DOMAINS)
def test_terraform_s_domain(domain: str, ignore: str | None) -> None:
    environment = {"KSYUN_DOMAIN": domain, **({} if ignore is None else {"KSYUN_DOMAIN_IGNORE_SERVICE": ignore})}
    connection = resolve(KEYS, environment)
    assert connection.endpoint_url == DOMAINS[domain, ignore]
    assert dict(connection.places)["endpoint_url"] == "the environment variable KSYUN_DOMAIN"


def test_what_goes_before_terraform_s_domain(tmp_path: Path) -> None:
    environment = {"KSYUN_DOMAIN": "d.example", "KSYUN_DOMAIN_IGNORE_SERVICE": "yes"}
    assert resolve({**KEYS, "endpoint_url": "https://t.example"}, environment).endpoint_url == "https://t.example"
    ours = {**environment, "KSYUN_ENDPOINT_URL": "https://e.example"}
    assert resolve(KEYS, ours).endpoint_url == "https://e.example"
    file = write(tmp_path / "c", "[default]\nendpoint_url = https://p.example\n")
    assert resolve({**KEYS, "credentials_file": file}, environment).endpoint_url == "https://d.example"
    named = {**KEYS, "credentials_file": file, "profile": "default"}
    assert resolve(named, environment).endpoint_url == "https://p.example"


def test_a_domain_that_is_none() -> None:
    with pytest.raises(ConfigurationError, match=r"endpoint_url must be .*; it is set by .* KSYUN_DOMAIN"):
        resolve(KEYS, {"KSYUN_DOMAIN": "https://api.ksyun.com"})


@pytest.mark.parametrize("name", ["KSYUN_DOMAIN_IGNORE_SERVICE", "KSYUN_DRY_RUN"])
@pytest.mark.parametrize("value", ["maybe", "2", "truth", "ja"])
def test_a_switch_that_is_no_boolean_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"The environment variable {name} must be a boolean"):
        resolve(KEYS, {"KSYUN_DOMAIN": "d.example", name: value})


def test_terraform_s_dry_run() -> None:
    assert resolve(KEYS, {}).dry_run is False
    for value in ("", "0", "FALSE", "f", "no"):
        assert resolve(KEYS, {"KSYUN_DRY_RUN": value}).dry_run is False
    for value in ("1", "t", "True", " yes "):
        assert resolve(KEYS, {"KSYUN_DRY_RUN": value}).dry_run is True


LIMITS = ("connect_timeout", "read_timeout", "max_attempts", "max_retry_time")


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("wrong", [-1, float("inf"), float("nan"), -0.5])
def test_limits(name: str, wrong: float) -> None:
    with pytest.raises(ConfigurationError, match=name):
        resolve({**KEYS, name: wrong}, {})
    with pytest.raises(ConfigurationError) as caught:
        resolve({**KEYS, **dict.fromkeys(LIMITS, wrong)}, {})
    assert all(limit in str(caught.value) for limit in LIMITS)


def test_limits_that_are_zero() -> None:
    assert resolve({**KEYS, "max_retry_time": 0}, {}).max_retry_time == 0
    for name in LIMITS[:3]:
        with pytest.raises(ConfigurationError, match=name):
            resolve({**KEYS, name: 0}, {})


any_text = st.none() | st.text(max_size=8)


@given(
    st.fixed_dictionaries(
        dict.fromkeys((*KEYS, "security_token", "endpoint_url", "profile", "credentials_file", "ca_bundle"), any_text)
    ),
    st.dictionaries(st.sampled_from([name for names in ENVIRONMENT.values() for name in names]), st.text(max_size=8)),
)
@example({**KEYS, "credentials_file": "a\0b"}, {})
@example({**KEYS, "credentials_file": "/"}, {})
@example({**KEYS, "credentials_file": "~nobody-of-that-name/x"}, {})
def test_any_text_is_accepted_or_refused_in_words(options: dict[str, t.Any], environment: dict[str, str]) -> None:
    try:
        connection = resolve(options, environment)
    except ConfigurationError:
        return
    assert connection.credentials.access_key
    assert connection.endpoint_url.startswith(("http://", "https://"))
