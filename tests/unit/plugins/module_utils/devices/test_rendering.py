# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Laws of every rendering: it can be read, nobody's text is more than text in it, and a key is there only if given."""

from __future__ import annotations

import base64
import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.ksyun.vpn.plugins.module_utils.devices.description import DescriptionError
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.difference import ANOTHER_KEY, difference
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import PLATFORMS, device_config, device_file
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support import device_readers as readers
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.tunnels import (
    CUSTOMER,
    GATEWAY,
    KEY,
    KINDS,
    OPTIONS,
    TUNNEL,
    keys,
    names,
    tunnels,
)

GOLDEN = yaml.safe_load((Path(__file__).parent / "golden.yml").read_text(encoding="utf-8"))
READ: dict[str, t.Callable[[str], t.Any]] = {
    "swanctl": readers.swanctl,
    "ios": lambda text: readers.lines(text, readers.IOS),
    "comware": lambda text: readers.lines(text, readers.COMWARE),
    "vrp": lambda text: readers.lines(text, readers.VRP),
}
platforms = st.sampled_from(list(PLATFORMS))
every_platform = pytest.mark.parametrize("platform", PLATFORMS)


def render(tunnel: dict[str, t.Any], platform: str, **options: t.Any) -> dict[str, t.Any]:
    return device_config(tunnel, platform, GATEWAY, CUSTOMER, **{**OPTIONS, **options})


def read(config: dict[str, t.Any]) -> t.Any:
    """What the platform reads of a configuration: all but the comments."""
    if config["platform"] == "fortios":
        plain = json.loads(json.dumps(config["data"]))
        for phase in plain["vpn_ipsec_phase1_interface"]:
            assert re.fullmatch(r"[\x20-\x7e]{1,255}", phase.pop("comments"))
        return plain
    readers.setup(config["setup"])
    return READ[config["platform"]](config["text"]), config["setup"]


def rendered(config: dict[str, t.Any]) -> bool:
    return config["text"] is not None or config["data"] is not None


@given(tunnels(), platforms)
def test_what_is_not_refused_can_be_read(tunnel: dict[str, t.Any], platform: str) -> None:
    config = render(tunnel, platform, pre_shared_key=KEY)
    assert rendered(config) == (config["refused"] == [])
    assert config["has_key"] == rendered(config)
    if rendered(config):
        read(config)


@given(tunnels(), platforms, names, keys)
def test_nobody_s_text_is_more_than_text(tunnel: dict[str, t.Any], platform: str, name: str, key: str) -> None:
    """Whatever the name, the platform reads the same."""
    plain = render({**tunnel, "id": TUNNEL["id"], "name": "plain"}, platform, pre_shared_key=key)
    named = render({**tunnel, "id": TUNNEL["id"], "name": name, "note": name}, platform, pre_shared_key=key)
    assert named["refused"] == plain["refused"]
    if rendered(plain):
        assert read(named) == read(plain)
        assert not re.search(r"\{\{|\{%|\{#", re.sub(r"pre-shared-key .*|key (0|simple) .*", "", named["text"] or ""))


@given(tunnels(), platforms)
def test_a_key_is_there_only_if_it_is_given(tunnel: dict[str, t.Any], platform: str) -> None:
    marked = "canary-9f2c-fake-key"
    forms = (marked, base64.b64encode(marked.encode()).decode(), marked.encode().hex())
    config = render({**tunnel, "pre_shared_key": marked, "psk_told": marked}, platform)
    assert not config["has_key"]
    assert not [form for form in forms if form in json.dumps(config)]


@given(tunnels(), platforms)
def test_a_given_key_is_in_the_configuration_alone(tunnel: dict[str, t.Any], platform: str) -> None:
    """What is said with it can be shown."""
    config = render(tunnel, platform, pre_shared_key="canary-9f2c-fake-key")
    said = {part: value for part, value in config.items() if part not in ("text", "data")}
    assert "canary" not in json.dumps(said)


@given(tunnels(), keys)
def test_strongswan_has_each_key_as_it_is(tunnel: dict[str, t.Any], key: str) -> None:
    config = render(tunnel, "swanctl", pre_shared_key=key)
    if rendered(config):
        secrets = readers.swanctl(config["text"])["secrets"]
        found = {base64.b64decode(each["secret"].removeprefix("0s")).decode() for each in secrets.values()}
        assert found == {key}


@given(tunnels(), keys)
def test_fortios_has_each_key_as_it_is(tunnel: dict[str, t.Any], key: str) -> None:
    """A key in hexadecimal begins with 0x; one that would be taken for that is written so itself."""
    config = render(tunnel, "fortios", pre_shared_key=key)
    if not rendered(config):
        return
    for phase in config["data"]["vpn_ipsec_phase1_interface"]:
        secret = phase["psksecret"]
        written = bytes.fromhex(secret[2:]).decode() if secret.startswith("0x") else secret
        assert written == key
        assert re.fullmatch(r"[\x20-\x7e]+", secret)


@pytest.mark.parametrize("platform", ["ios", "comware", "vrp"])
@given(tunnel=tunnels(), key=keys)
def test_devices_have_a_key_as_it_is_or_refuse_it(platform: str, tunnel: dict[str, t.Any], key: str) -> None:
    config = render(tunnel, platform, pre_shared_key=key)
    if not rendered(config):
        assert all(each["value"] is None for each in config["refused"] if each["option"] == "pre_shared_key")
        return
    found = re.findall(
        r"(?:key 0|key simple|plaintext|cipher|pre-shared-key) (hex [0-9a-f]+|\S+)(?: address|$)",
        config["text"],
        re.MULTILINE,
    )
    assert {bytes.fromhex(each[4:]).decode() if each.startswith("hex ") else each for each in found} == {key}


@every_platform
@given(tunnel=tunnels())
def test_the_same_tunnel_is_rendered_the_same(platform: str, tunnel: dict[str, t.Any]) -> None:
    assert render(tunnel, platform) == render(dict(reversed(tunnel.items())), platform)


@every_platform
@pytest.mark.parametrize("kind", KINDS)
def test_no_key_changes_nothing_but_the_key(platform: str, kind: str) -> None:
    tunnel = {**TUNNEL, **KINDS[kind]}
    with_key, without = render(tunnel, platform, pre_shared_key=KEY), render(tunnel, platform)
    if platform == "fortios":
        stripped = json.loads(json.dumps(with_key["data"]))
        assert [phase.pop("psksecret") for phase in stripped["vpn_ipsec_phase1_interface"]]
        assert stripped == without["data"]
    elif platform == "swanctl":
        tree = readers.swanctl(with_key["text"])
        assert tree.pop("secrets")
        assert tree == readers.swanctl(without["text"])
    else:
        kept = [line for line in READ[platform](with_key["text"]) if KEY not in line]
        assert kept == READ[platform](without["text"])
    assert "The key is not in th" in (without["text"] or "The key is not in th")


@given(tunnels(), st.sampled_from([None, KEY]))
def test_the_blocks_of_ios_are_its_lines(tunnel: dict[str, t.Any], key: str | None) -> None:
    """Each line once, in its order, below the lines that it stands below."""
    config = render(tunnel, "ios", pre_shared_key=key)
    if not rendered(config):
        assert config["data"] is None
        return
    blocks = config["data"]["config"]
    written = [" " * len(block["parents"]) + line for block in blocks for line in block["lines"]]
    assert written == [line for line in config["text"].splitlines() if line[:1] != "!" and line != "end"]
    above: dict[int, str] = {}
    for line in written:
        depth = len(line) - len(line.lstrip())
        above[depth] = line.strip()
    for block in blocks:
        for depth, parent in enumerate(block["parents"]):
            assert " " * depth + parent in written


OTHER_ID = "1fdf4c06-71a6-4b10-8645-ee02dd4eae6d"


def together(platform: str, *changed: dict[str, t.Any], **options: t.Any) -> dict[str, t.Any]:
    """Two tunnels of one device, with keys."""
    two = [{**TUNNEL, **one} for one in ({}, {"id": OTHER_ID, "name": "other"})]
    both = [{**tunnel, **more} for tunnel, more in zip(two, changed or ({}, {}))]
    keys_given = {TUNNEL["id"]: KEY, "other": f"{KEY}2"}
    return device_file(
        both,
        platform,
        {GATEWAY["id"].upper(): GATEWAY},
        CUSTOMER,
        **{"common": OPTIONS, "pre_shared_keys": keys_given, **options},
    )


@every_platform
def test_a_device_has_all_its_tunnels(platform: str) -> None:
    """Each as it is alone, and nothing between them that would end all. strongSwan joins sections of the same name."""
    whole = together(platform)
    alone = [
        render({**TUNNEL, "id": identity, "name": name}, platform, pre_shared_key=key)
        for identity, name, key in ((TUNNEL["id"], TUNNEL["name"], KEY), (OTHER_ID, "other", f"{KEY}2"))
    ]
    assert [tunnel["has_key"] for tunnel in whole["tunnels"]] == [True, True]
    assert [tunnel["name"] for tunnel in whole["tunnels"]] == [config["name"] for config in alone]
    if platform == "fortios":
        assert json.loads(whole["text"]) == whole["data"]
        for module, listed in whole["data"].items():
            assert listed == alone[0]["data"][module] + alone[1]["data"][module]
    else:
        ending = PLATFORMS[platform].ending
        assert all(config["text"].endswith(ending) for config in alone)
        bodies = [config["text"].removesuffix(ending) for config in alone]
        assert whole["text"] == "\n".join(bodies) + ending
        assert not ending or whole["text"].splitlines().count(ending.strip()) == 1


def test_what_is_empty_is_not_there() -> None:
    """ansible-core up to 2.18 makes an empty text of none, and a site without a key has an empty one."""
    common = {**OPTIONS, "interface": ""}
    whole = together("swanctl", common=common, pre_shared_keys={TUNNEL["id"]: "", "other": KEY})
    assert [tunnel["has_key"] for tunnel in whole["tunnels"]] == [False, True]


@every_platform
def test_what_is_refused_for_one_is_rendered_for_none(platform: str) -> None:
    whole = together(platform, {}, {"ike_encryption_algorithm": "unheard-of"})
    assert (whole["text"], whole["data"]) == (None, None)
    assert [bool(tunnel["refused"]) for tunnel in whole["tunnels"]] == [False, True]


@every_platform
def test_tunnels_of_one_device_are_told_apart(platform: str) -> None:
    with pytest.raises(DescriptionError, match="same name"):
        together(platform, own={TUNNEL["name"]: {"name": "same"}, OTHER_ID: {"name": "same"}})
    with pytest.raises(DescriptionError, match="less than two apart"):
        together(platform, own={TUNNEL["name"]: {"number": 20}, OTHER_ID: {"number": 21}})
    with pytest.raises(DescriptionError, match="tunnel 2 of 2: name must be"):
        together(platform, own={OTHER_ID: {"name": "same again"}})
    with pytest.raises(DescriptionError, match="tunnel 1 of 2: its VPN gateway"):
        together(platform, {"vpn_gateway": OTHER_ID}, {})
    apart = together(platform, own={TUNNEL["name"]: {"number": 20}, OTHER_ID: {"number": 22}})
    assert apart["text"]


@given(tunnels(), platforms, keys, keys)
def test_a_difference_shows_no_key(tunnel: dict[str, t.Any], platform: str, key: str, other: str) -> None:
    """Neither the one that comes nor the one that goes, in none of their forms, where the file has them."""
    key, other = f"{key}canary-1", f"{other}canary-2"
    before, after = (render(tunnel, platform, pre_shared_key=each) for each in (key, other))
    if not rendered(before) or not rendered(after):
        return
    texts = [config["text"] or json.dumps(config["data"], indent=2) for config in (before, after)]
    shown = difference(*texts)
    forms = [
        form
        for each in (key, other)
        for form in (each, base64.b64encode(each.encode()).decode(), each.encode().hex(), json.dumps(each)[1:-1])
    ]
    for lines in (shown, difference("", texts[1]), difference(texts[0], "")):
        assert not [form for form in forms if any(form in line for line in lines)]
    assert shown == [ANOTHER_KEY]
    assert difference(texts[0], texts[0]) == []


def test_a_difference_is_a_diff() -> None:
    before = "connections {\n    a\n    secret = 0sQUJD\n}\n"
    after = "connections {\n    b\n    secret = 0sQUJE\n}\n"
    assert difference(before, after) == [
        *("--- before", "+++ after", "@@ -1,4 +1,4 @@", " connections {", "-    a", "+    b"),
        *("     secret = (secret)", " }"),
    ]


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    """Each platform with each kind, line for line: what a change of a rendering changes is seen in its review."""
    platform, _space, kind = name.partition(" ")
    config = render({**TUNNEL, **KINDS[kind]}, platform, pre_shared_key=KEY)
    made = {"text": config["text"].splitlines(), "setup": config["setup"]} if config["text"] else config["data"]
    assert made == GOLDEN[name]


def test_golden_is_whole() -> None:
    assert set(GOLDEN) == {f"{platform} {kind}" for platform in PLATFORMS for kind in KINDS if kind != "gre"}


@every_platform
def test_who_is_unverified(platform: str) -> None:
    config = render(TUNNEL, platform)
    assert config["unverified"] == (platform in ("comware", "vrp"))
    assert config["unverified"] == ("Unverified" in str(config["text"]))


def refusals(platform: str, **changed: t.Any) -> dict[str, t.Any]:
    options = {
        name: changed.pop(name) for name in list(changed) if name in (*OPTIONS, "pre_shared_key", "number", "assume")
    }
    config = render({**TUNNEL, **changed}, platform, **options)
    assert rendered(config) == (config["refused"] == [])
    return {each["option"]: each["value"] for each in config["refused"]}


CHINESE = [
    ("ike_encryption_algorithm", "sm1-cbc-128"),
    ("ike_encryption_algorithm", "sm4-cbc"),
    ("ipsec_encryption_algorithm", "sm1-cbc-128"),
    ("ipsec_encryption_algorithm", "sm4-cbc"),
    ("ipsec_authentication_algorithm", "sm3"),
]


@pytest.mark.parametrize(("option", "value"), CHINESE)
def test_chinese_algorithms_are_for_comware_with_ikev1(option: str, value: str) -> None:
    assert [platform for platform in PLATFORMS if not refusals(platform, **{option: value})] == ["comware"]
    assert option in refusals("comware", **{option: value}, ike_version="v2")


def test_what_platforms_lack() -> None:
    """The table of the guide."""
    lacking = {
        (option, value): {platform for platform in PLATFORMS if option in refusals(platform, **{option: value})}
        for option, value in (
            ("ike_dh_group", 24),
            ("ipsec_encryption_algorithm", "esp-seal"),
            ("ipsec_encryption_algorithm", "esp-null"),
            ("ike_encryption_algorithm", "des"),
            ("ike_encryption_algorithm", "one-of-tomorrow"),
            ("ipsec_lifetime_seconds", 172801),
            ("ipsec_lifetime_seconds", 604801),
            ("ipsec_lifetime_seconds", 120),
            ("ipsec_lifetime_kilobytes", 2560),
        )
    }
    others = set(PLATFORMS) - {"ios"}
    assert lacking == {
        ("ike_dh_group", 24): {"fortios", "vrp"},
        ("ipsec_encryption_algorithm", "esp-seal"): {*others, "ios"},  # in IOS not with SHA-2
        ("ipsec_encryption_algorithm", "esp-null"): set(),
        ("ike_encryption_algorithm", "des"): set(),
        ("ike_encryption_algorithm", "one-of-tomorrow"): set(PLATFORMS),
        ("ipsec_lifetime_seconds", 172801): {"fortios"},
        ("ipsec_lifetime_seconds", 604801): {"fortios", "comware", "vrp"},
        ("ipsec_lifetime_seconds", 120): {"comware"},
        ("ipsec_lifetime_kilobytes", 2560): {"fortios"},
    }
    seal = {"ipsec_encryption_algorithm": "esp-seal", "ipsec_authentication_algorithm": "esp-sha-hmac"}
    assert refusals("ios", **seal) == {}


@pytest.mark.parametrize(
    ("platform", "changed", "option"),
    [
        ("ios", {"interface": None}, "interface"),
        ("fortios", {"interface": None}, "interface"),
        ("fortios", {"interface": "a" * 36}, "interface"),
        ("comware", {"interface": None}, "interface"),
        ("vrp", {"interface": None}, "interface"),
        ("ios", {"number": 10000}, "number"),
        ("fortios", {"number": 0}, "number"),
        ("comware", {"number": 1023}, "number"),
        ("vrp", {"number": 99}, "number"),
        ("ios", {"assume": {"exchange_mode": "aggressive"}}, "exchange_mode"),
        ("fortios", {"assume": {"pfs_group": 24}}, "pfs_group"),
        ("vrp", {"assume": {"pfs_group": 24}}, "pfs_group"),
        ("fortios", {"pre_shared_key": "short"}, "pre_shared_key"),
        ("fortios", {"pre_shared_key": "x" * 129}, "pre_shared_key"),
        ("ios", {"pre_shared_key": "x" * 129}, "pre_shared_key"),
        ("ios", {"pre_shared_key": "fake key"}, "pre_shared_key"),
        ("ios", {"pre_shared_key": "fake?key", "ike_version": "v2"}, None),
        ("comware", {"pre_shared_key": "fake?key"}, "pre_shared_key"),
        ("vrp", {"pre_shared_key": 'fake"key'}, "pre_shared_key"),
    ],
)
def test_limits(platform: str, changed: dict[str, t.Any], option: str | None) -> None:
    found = refusals(platform, **changed)
    assert list(found) == ([option] if option else [])
    if option == "pre_shared_key":
        assert found[option] is None
