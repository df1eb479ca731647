# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated tasks: a resource as it is, and a task for it."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

Options = dict[str, Any]

law = settings(
    max_examples=200,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
names = st.sampled_from(["office", "hq", "客户 网关", "a\"b'&c=+%20;/?#"]) | st.text(
    st.characters(exclude_categories=["Cc", "Cn", "Cs"]), min_size=1, max_size=60
)
addresses = st.ip_addresses(v=4).map(str)
secrets = names.filter(str.strip) | st.sampled_from(
    ["fake-pre-shared-key-1", "fake + key/%41&=?", "office", "密钥密钥密钥密钥"]
)


def _maybe(**options: st.SearchStrategy[Any]) -> st.SearchStrategy[Options]:
    return st.fixed_dictionaries({}, optional=options)


def _together(*groups: st.SearchStrategy[Options]) -> st.SearchStrategy[Options]:
    return st.tuples(*groups).map(lambda parts: {option: value for part in parts for option, value in part.items()})


# Groups of options that only make sense together; a task has all or none of a group.
_CUSTOMER_GATEWAY = (_maybe(address=addresses), _maybe(ha_address=addresses))
_VPN_GATEWAY = (
    st.fixed_dictionaries({"vpc_id": st.just("vpc-1")}),
    _maybe(bandwidth=st.sampled_from([5, 10, 20, 50])),
    st.fixed_dictionaries({"charge_type": st.sampled_from(["Daily", "daily", "PostPaidByDay"])})
    | st.fixed_dictionaries({"charge_type": st.just("Monthly"), "purchase_time": st.integers(1, 36)})
    | st.just({}),
    _maybe(vpn_gateway_version=st.sampled_from(["1.0", "2.0"])),
    _maybe(project_id=st.just("0")),
)
_IPSEC = st.fixed_dictionaries({"type": st.sampled_from(["Ipsec", "ipsec", "IPSEC"])})
_GRE = st.fixed_dictionaries({"type": st.just("GreOverIpsec"), "vpn_gre_ip": addresses, "customer_gre_ip": addresses})
_VPN_TUNNEL = (
    _IPSEC | _GRE,
    _maybe(pre_shared_key=secrets),
    _maybe(
        ike_authentication_algorithm=st.sampled_from(["md5", "sha"]),
        ike_dh_group=st.sampled_from([1, 2, 5, 14, 24]),
        ike_encryption_algorithm=st.sampled_from(["aes", "3des", "AES"]),
    ),
    _maybe(
        ipsec_encryption_algorithm=st.sampled_from(["esp-aes", "esp-3des", "esp-null"]),
        ipsec_authentication_algorithm=st.sampled_from(["esp-sha-hmac", "sha256"]),
        ipsec_lifetime_seconds=st.sampled_from([120, 3600, 2592000]),
        ipsec_lifetime_kilobytes=st.sampled_from([2560, 4608000]),
    ),
    _maybe(enable_nat_traversal=st.booleans()),
)
GROUPS = {"customer_gateway": _CUSTOMER_GATEWAY, "vpn_gateway": _VPN_GATEWAY, "vpn_tunnel": _VPN_TUNNEL}
_COMPLETE = {
    "customer_gateway": {"address": "198.51.100.1"},
    "vpn_gateway": {"bandwidth": 5, "charge_type": "Daily"},
    "vpn_tunnel": {"pre_shared_key": "fake-pre-shared-key-0"},
}
_PARENTS = {"vpn_tunnel": {"vpn_gateway": "law-gateway", "customer_gateway": "law-peer"}}


def options(kind: str) -> st.SearchStrategy[Options]:
    """Options of a module that suffice to create the resource."""
    return _together(st.just(_COMPLETE[kind]), *GROUPS[kind]).map(lambda own: {**_PARENTS.get(kind, {}), **own})


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A resource that is there (C(current), the options that made it; None: nothing is), and a task for it.

    C(by_id): the task names the resource by its id (where there is one).
    """

    kind: str
    name: str
    current: Options | None
    wanted: Options
    by_id: bool


@st.composite
def scenarios(draw: st.DrawFn, *, absent: bool = True) -> Scenario:
    """Any resource, any task for it: to create, leave, change, replace or remove it."""
    kind = draw(st.sampled_from(sorted(GROUPS)))
    name = draw(names)
    current = draw(st.none() | options(kind))
    other = draw(options(kind))
    wanted: Options = {"name": name, **_PARENTS.get(kind, {})}
    if current is None:
        wanted.update(other)
    else:
        # each option as it is, as another one, or not mentioned; options that belong together stay together
        for group in GROUPS[kind]:
            source = draw(st.sampled_from([current, other, {}]))
            wanted.update({key: source[key] for key in draw(group) if key in source})
        for group in _TIED[kind]:
            source = draw(st.sampled_from([current, other, {}]))
            for key in group:
                wanted.pop(key, None)
            wanted.update({key: source[key] for key in group if key in source})
    by_id = current is not None and draw(st.booleans())
    if by_id and draw(st.booleans()):
        wanted["name"] = draw(names)
    wanted["on_immutable_change"] = draw(st.sampled_from(["fail", "replace"]))
    if current is not None and wanted["on_immutable_change"] == "replace" and draw(st.integers(0, 3)):
        _complete(kind, wanted, current)
    if kind == "vpn_tunnel":
        wanted["update_pre_shared_key"] = draw(st.sampled_from(["always", "on_create"]))
    if absent and draw(st.integers(0, 4)) == 0:
        wanted = {"name": name, "state": "absent", **({"vpn_gateway": "law-gateway"} if kind == "vpn_tunnel" else {})}
    return Scenario(kind, name, current, wanted, by_id)


def _complete(kind: str, wanted: Options, current: Options) -> None:
    """Name in the task what a replacement requires."""
    for group in (*_TIED[kind], *((key,) for key in _REQUIRED[kind])):
        if not any(key in wanted for key in group):
            wanted.update({key: current[key] for key in group if key in current})


_REQUIRED: dict[str, tuple[str, ...]] = {
    "customer_gateway": ("address",),
    "vpn_gateway": ("vpc_id", "bandwidth", "charge_type"),
    "vpn_tunnel": ("type", "pre_shared_key"),
}
_TIED: dict[str, list[tuple[str, ...]]] = {
    "customer_gateway": [],
    "vpn_gateway": [("charge_type", "purchase_time")],
    "vpn_tunnel": [("type", "vpn_gre_ip", "customer_gre_ip")],
}
