# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory, as ansible-inventory and a play see it: hosts, groups, the cache, hostile names, and never a key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from modules.runner import Ansible

from emulator.testing import EmulatorHandle

KEY = "fake-pre-shared-key-of-the-inventory"
EVIL = "evil{{ lookup('pipe', 'id -un') }}"
OTHER = "cn-shanghai-2"


def fill(emulator: EmulatorHandle, names: list[str], region: str | None = None) -> list[dict[str, Any]]:
    """A gateway named after the region, and a customer gateway and a tunnel of each name; every second one is weak."""
    where = {"Region": region} if region else {}
    placed = emulator.seed(
        VpnGatewaySet=[{"VpnGatewayName": f"gateway {region or 'here'}", "VpnGatewayVersion": "2.0", **where}],
        CustomerGatewaySet=[
            {"CustomerGatewayName": name, "CustomerGatewayAddress": f"203.0.113.{each % 250 + 1}", **where}
            for each, name in enumerate(names)
        ],
    )
    emulator.seed(
        VpnTunnelSet=[
            {
                "VpnTunnelName": f"to {name}",
                "VpnGatewayId": placed["VpnGatewaySet"][0]["VpnGatewayId"],
                "CustomerGatewayId": customer["CustomerGatewayId"],
                "PreSharedKey": KEY,
                "IkeAuthenAlgorithm": "sha",
                "IkeDHGroup": "14" if each % 2 else "2",
                **where,
            }
            for each, (name, customer) in enumerate(zip(names, placed["CustomerGatewaySet"]))
        ]
    )
    return placed["CustomerGatewaySet"]


def written(ansible: Ansible, **settings: Any) -> str:
    path = ansible.directory / "some.ksyun_vpn.yml"
    path.write_text(yaml.safe_dump({"plugin": "ksyun.vpn.ksyun_vpn", **settings}, sort_keys=False))
    return str(path)


def listed(ansible: Ansible, *arguments: str, **settings: Any) -> dict[str, Any]:
    run = ansible.run("ansible-inventory", "-i", written(ansible, **settings), "--list", *arguments)
    assert run.code == 0, run.output
    assert KEY not in run.output
    found: dict[str, Any] = json.loads(run.output[run.output.index("{") :])
    return found


def test_devices(ansible: Ansible) -> None:
    customers = fill(ansible.emulator, ["berlin", "hamburg"])
    found = listed(
        ansible,
        compose={"ansible_host": "ksyun_address"},
        groups={"weak": "ksyun_weak | length > 0"},
        keyed_groups=[
            {"key": "ksyun_region", "prefix": "region"},
            {"key": "ksyun_generations", "prefix": "generation"},
            {"key": "ksyun_vpn_gateways | dict2items | map(attribute='value.name') | list", "prefix": "gateway"},
        ],
    )
    berlin = found["_meta"]["hostvars"]["berlin"]
    assert set(found["_meta"]["hostvars"]) == {"berlin", "hamburg"}
    assert berlin["ansible_host"] == berlin["ksyun_address"] == "203.0.113.1"
    assert berlin["ksyun_id"] == customers[0]["CustomerGatewayId"]
    assert [tunnel["name"] for tunnel in berlin["ksyun_tunnels"]] == ["to berlin"]
    assert [each["standard"] for each in berlin["ksyun_weak"]] == ["RFC 8247 section 2.4"]
    assert "pre_shared_key" not in berlin["ksyun_tunnels"][0]
    assert found["weak"]["hosts"] == ["berlin"]
    assert set(found["region_cn_beijing_6"]["hosts"]) == {"berlin", "hamburg"}
    assert set(found["generation_2_0"]["hosts"]) == {"berlin", "hamburg"}
    assert set(found["gateway_gateway_here"]["hosts"]) == {"berlin", "hamburg"}
    assert len(ansible.emulator.requests()) == 3


def test_gateways_as_hosts_cut_as_slices_do(ansible: Ansible) -> None:
    """Job slicing gives each node every n-th host: together they are all, and none is there twice."""
    for number in range(5):
        fill(ansible.emulator, [f"site {number}"], None if number % 2 else OTHER)
    settings = {"hosts": "vpn_gateways", "regions": ["cn-beijing-6", OTHER]}
    everything = listed(ansible, **settings)["_meta"]["hostvars"]
    assert len(everything) == 5
    names = sorted(everything)
    slices = [
        set(listed(ansible, "--limit", ",".join([*names[cut::3], ""]), **settings)["_meta"]["hostvars"])
        for cut in range(3)
    ]
    assert set().union(*slices) == set(everything)
    assert sum(map(len, slices)) == 5
    assert all(len(host["ksyun_tunnels"]) == len(host["ksyun_customer_gateways"]) == 1 for host in everything.values())


def test_regions_and_profiles(ansible: Ansible) -> None:
    """What two profiles see is there once."""
    fill(ansible.emulator, ["berlin"])
    fill(ansible.emulator, ["shanghai"], OTHER)
    keys = f"access_key = {ansible.emulator.access_key}\nsecret_key = {ansible.emulator.secret_key}\n"
    credentials = ansible.directory / "credentials"
    credentials.touch(mode=0o600)
    credentials.write_text(f"[one]\n{keys}\n[two]\n{keys}")
    found = listed(
        ansible, regions=["cn-beijing-6", OTHER], profiles=["one", "two"], credentials_file=str(credentials)
    )["_meta"]["hostvars"]
    assert {(name, host["ksyun_region"], host["ksyun_profile"]) for name, host in found.items()} == {
        ("berlin", "cn-beijing-6", "one"),
        ("shanghai", OTHER, "one"),
    }
    assert len(ansible.emulator.requests()) == 2 * 2 * 3


def test_names_that_would_not_do(ansible: Ansible) -> None:
    """A name that is there twice, is empty, or means something to Ansible has its id behind it."""
    customers = fill(ansible.emulator, ["twin", "twin", "localhost", "all", "../../vars", "客户 网关", "a/b"])
    found = listed(ansible)["_meta"]["hostvars"]
    ids = [customer["CustomerGatewayId"] for customer in customers]
    assert set(found) == {
        *(f"{name}_{identity}" for name, identity in zip(("twin", "twin", "localhost", "all", "_.._vars"), ids)),
        *("客户 网关", "a_b"),
    }
    assert {host["ksyun_name"] for host in found.values()} >= {"../../vars", "a/b"}


def test_a_name_does_not_take_what_another_host_is_called(ansible: Ansible) -> None:
    """A stranger types the name that a twin would have with its id; each customer gateway is a host all the same."""
    twins = fill(ansible.emulator, ["twin", "twin"])
    (stranger,) = fill(ansible.emulator, [f"twin_{twins[0]['CustomerGatewayId']}".upper()])
    found = listed(ansible)["_meta"]["hostvars"]
    ids = {customer["CustomerGatewayId"] for customer in (*twins, stranger)}
    assert {host["ksyun_id"] for host in found.values()} == ids
    assert len(found) == 3
    assert found[f"twin_{twins[0]['CustomerGatewayId']}"]["ksyun_id"] == twins[0]["CustomerGatewayId"]


def test_names_stay_names(ansible: Ansible) -> None:
    """In a play, in groups made of them, and out of the cache."""
    (customer,) = fill(ansible.emulator, [EVIL])
    source = written(
        ansible,
        compose={"copied": "ksyun_name", "of_tunnel": "ksyun_tunnels[0].name", "joined": "ksyun_name ~ ksyun_id"},
        keyed_groups=[{"key": "ksyun_name", "prefix": "named"}],
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(ansible.directory / "cache"),
    )
    tasks = [
        {
            "name": "Show",
            "ansible.builtin.debug": {
                "msg": "{{ inventory_hostname }}|{{ ksyun_name }}|{{ copied }}|{{ of_tunnel }}|{{ joined }}"
            },
        },
        {"name": "Groups", "ansible.builtin.debug": {"msg": "{{ group_names | join(' ') }}"}},
    ]
    playbook = ansible.directory / "show.yml"
    playbook.write_text(
        yaml.safe_dump([{"hosts": "all", "gather_facts": False, "connection": "local", "tasks": tasks}])
    )
    for _again in range(2):
        run = ansible.run("ansible-playbook", "-i", source, str(playbook))
        assert run.code == 0, run.output
        (shown,) = run.results["Show"].values()
        assert shown["msg"] == f"{EVIL}|{EVIL}|{EVIL}|to {EVIL}|{EVIL}{customer['CustomerGatewayId']}"
        (groups,) = run.results["Groups"].values()
        assert "lookup" in groups["msg"]
    assert len(ansible.emulator.requests()) == 3, "the second time is out of the cache"


def test_the_cache_holds_no_key_and_is_refreshed(ansible: Ansible) -> None:
    fill(ansible.emulator, ["berlin"])
    cache = ansible.directory / "cache"
    settings = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(cache)}
    listed(ansible, **settings)
    listed(ansible, **settings)
    assert len(ansible.emulator.requests()) == 3
    texts = "".join(path.read_text() for path in Path(cache).rglob("*") if path.is_file())
    assert "berlin" in texts
    assert not [secret for secret in (KEY, ansible.emulator.secret_key) if secret in texts]
    playbook = ansible.directory / "nothing.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False}]))
    run = ansible.run("ansible-playbook", "-i", written(ansible, **settings), str(playbook), "--flush-cache")
    assert run.code == 0, run.output
    assert len(ansible.emulator.requests()) == 6


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"region": "nowhere/at/all"}, "region must be made of letters"),
        ({"secret_key": "a-fake-secret-in-the-file", "access_key": "other"}, "InvalidClientTokenId"),
        ({"keyed_groups": [{"key": "nothing"}], "strict": True}, "nothing"),
    ],
)
def test_what_is_wrong_is_said(ansible: Ansible, settings: dict[str, Any], words: str) -> None:
    fill(ansible.emulator, ["berlin"])
    run = ansible.run(
        "ansible-inventory",
        "-i",
        written(ansible, **settings),
        "--list",
        ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true",
    )
    assert run.code != 0
    assert words in " ".join(run.output.split())
    assert not [
        secret for secret in ("a-fake-secret-in-the-file", ansible.emulator.secret_key, KEY) if secret in run.output
    ]


def test_other_files_are_left_to_others(ansible: Ansible) -> None:
    path = ansible.directory / "some.yml"
    path.write_text("plugin: ksyun.vpn.ksyun_vpn\n")
    run = ansible.run("ansible-inventory", "-i", str(path), "--list", ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true")
    assert run.code != 0
    assert ansible.emulator.requests() == []


def test_two_hundred_sites_in_three_requests(ansible: Ansible) -> None:
    fill(ansible.emulator, [f"site-{number:03}" for number in range(200)])
    assert len(listed(ansible)["_meta"]["hostvars"]) == 200
    assert len(ansible.emulator.requests()) == 3
