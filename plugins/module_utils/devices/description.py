# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ends of a tunnel, in no vendor's words: what each device configuration is rendered from.

The API fixes the addresses, the algorithms, the lifetimes of the IPsec security associations and the key. What it does
not say, and a device has to be told all the same, is assumed; each assumption is listed, and most can be set instead.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import typing as t

from ..resources import customer_gateway as customer_gateway_table
from ..resources import vpn_gateway as vpn_gateway_table
from ..resources import vpn_tunnel as vpn_tunnel_table
from ..resources.types import fold

Item = t.Mapping[str, t.Any]

# The service's words (folded) in neutral ones, which say the length of the key as well.
_IKE_ENCRYPTIONS = {
    "des": "des",
    "3des": "3des",
    "aes": "aes-128",
    "aes-cbc-192": "aes-192",
    "aes-cbc-256": "aes-256",
    "sm1-cbc-128": "sm1",
    "sm4-cbc": "sm4",
}
_ESP_ENCRYPTIONS = {
    **{word: neutral for word, neutral in _IKE_ENCRYPTIONS.items() if "cbc" in word},
    "esp-des": "des",
    "esp-3des": "3des",
    "esp-aes": "aes-128",
    "esp-null": "null",
    "esp-seal": "seal",
}
_IKE_HASHES = {"md5": "md5", "sha": "sha1"}
_ESP_HASHES = {
    "esp-md5-hmac": "md5",
    "esp-sha-hmac": "sha1",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sm3": "sm3",
}
_KINDS = {"ipsec": "policy", "routeipsec": "route", "greoveripsec": "gre"}
_GROUPS = (1, 2, 5, 14, 24)

# What may be said instead of being assumed: option -> its value where nothing is said.
ASSUMPTIONS: dict[str, t.Any] = {
    "dpd_interval": 30,
    "exchange_mode": "main",
    "gre_mode": "tunnel",
    "ike_lifetime": 86400,
    "ike_version": 1,
    "pfs_group": 0,
}
_LEAST_IKE_LIFETIME, _MOST_IKE_LIFETIME = 300, 86400  # seconds; what all platforms here take
_LEAST_DPD_INTERVAL, _MOST_DPD_INTERVAL = 10, 3600
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,10}")  # with "-1" behind it, no platform's limit is exceeded
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]{0,62}")


class DescriptionError(ValueError):
    """What was given does not describe a tunnel. The text says which part, and what to do."""


class Assumption(t.NamedTuple):
    """A value that the API does not fix."""

    option: str
    value: t.Any
    reason: str


class Refusal(t.NamedTuple):
    """What a platform lacks. Where there is one, nothing is rendered."""

    option: str
    value: t.Any  # None for a key, which is never shown
    reason: str


class Pair(t.NamedTuple):
    """One of the one or two IPsec connections of a tunnel: an address of Ksyun's, and one of the device's."""

    number: int  # 1 or 2
    ksyun: str
    device: str  # as Ksyun knows it
    own: str  # as the device's own interface has it; another than C(device) behind NAT
    inner: str | None  # the device's address inside the tunnel, with its prefix length
    ksyun_inner: str | None  # Ksyun's, without
    standby: bool


class Description(t.NamedTuple):
    """One tunnel as its device needs it. C(key) is the only secret."""

    name: str
    title: str
    kind: str  # policy, route or gre
    ike_version: int
    exchange_mode: str
    ike_encryption: str
    ike_hash: str
    dh_group: int
    ike_lifetime: int
    esp_encryption: str
    esp_hash: str
    lifetime_seconds: int
    lifetime_kilobytes: int
    pfs_group: int  # 0: none
    dpd_interval: int  # seconds; 0: none
    gre_mode: str
    pairs: tuple[Pair, ...]
    local_networks: tuple[str, ...]
    remote_networks: tuple[str, ...]
    interface: str | None
    number: int | None
    key: str | None
    assumed: tuple[Assumption, ...]

    @property
    def networks(self) -> list[tuple[str, str]]:
        """Each network behind the device with each of the VPC."""
        return [(local, remote) for local in self.local_networks for remote in self.remote_networks]

    @property
    def algorithms(self) -> dict[str, t.Any]:
        """What both ends have to agree on, by the option that says it."""
        return {
            "ike_encryption_algorithm": self.ike_encryption,
            "ike_authentication_algorithm": self.ike_hash,
            "ike_dh_group": self.dh_group,
            "pfs_group": self.pfs_group,
            "ipsec_encryption_algorithm": self.esp_encryption,
            "ipsec_authentication_algorithm": self.esp_hash,
        }

    def lacking(self, words: t.Mapping[str, t.Container[t.Any]], reason: str) -> list[Refusal]:
        """A refusal for each option whose value is not among the words that a platform has for it."""
        agreed = self.algorithms
        return [
            Refusal(option, agreed[option], reason) for option, known in words.items() if agreed[option] not in known
        ]

    def number_within(self, low: int, high: int) -> int:
        """What tells this tunnel from others on one device where that takes an even number and the one after it.

        It is what was set, else it follows from the name: the same at each rendering.
        """
        if self.number is not None:
            return self.number
        digest = int(hashlib.sha256(self.name.encode()).hexdigest()[:8], 16)
        return low + (low % 2) + 2 * (digest % ((high - low) // 2))

    def public(self) -> dict[str, t.Any]:
        """The description as plain data, without the key."""
        data = {name: value for name, value in self._asdict().items() if name not in ("key", "assumed", "number")}
        data["pairs"] = [pair._asdict() for pair in self.pairs]
        data["local_networks"], data["remote_networks"] = list(self.local_networks), list(self.remote_networks)
        return data


def _address(value: t.Any, what: str) -> str:
    try:
        return str(ipaddress.IPv4Address(str(value)))
    except ValueError:
        raise DescriptionError(f"{what} is not an IPv4 address") from None


def _listed(values: t.Any, option: str) -> list[t.Any]:
    if values is None or isinstance(values, (str, list, tuple)):
        return [values] if isinstance(values, str) else list(values or ())
    raise DescriptionError(f"{option} must be a list")


def _networks(values: t.Any, option: str) -> tuple[str, ...]:
    listed = _listed(values, option)
    found: list[str] = []
    for value in listed:
        try:
            network = str(ipaddress.IPv4Network(str(value)))
        except ValueError:
            raise DescriptionError(
                f"{option} has an entry that is not an IPv4 network with no host bits set, like 192.168.1.0/24"
            ) from None
        if network not in found:
            found.append(network)
    return tuple(found)


def _needed(item: Item, option: str, noun: str) -> t.Any:
    value = item.get(option)
    if value is None or value == "":
        raise DescriptionError(
            f"the {noun} has no {option}: give the item as {noun.replace(' ', '_').lower()}_info returns it"
        )
    return value


def _whole(value: t.Any, option: str, noun: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise DescriptionError(f"{option} of the {noun} is not a whole number") from None


def _word(item: Item, option: str, words: t.Mapping[str, str]) -> str:
    """A value of the tunnel in the neutral word for it. What the tables here do not know stays as it is."""
    value = str(_needed(item, option, vpn_tunnel_table.RESOURCE.noun)).lower()
    return words.get(value, value)


def _name(tunnel: Item, name: str | None) -> str:
    """A name that every platform can take: never the service's text, which may hold anything."""
    if name is not None:
        if not _NAME.fullmatch(str(name)):
            raise DescriptionError("name must be a letter and up to 10 letters, digits, '_' or '-'")
        return str(name)
    identity = str(tunnel.get("id") or tunnel.get("name"))
    start = identity[:8].lower()
    if not re.fullmatch("[0-9a-f]{8}", start):
        start = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:8]
    return f"ks-{start}"


def _checked(assume: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    unknown = sorted(str(option) for option in assume if option not in ASSUMPTIONS)
    if unknown:
        raise DescriptionError(f"assume has unknown options. Known are {', '.join(ASSUMPTIONS)}")
    given = {option: value for option, value in assume.items() if value is not None}
    choices = {"exchange_mode": ("main", "aggressive"), "gre_mode": ("tunnel", "transport"), "ike_version": (1, 2)}
    ranges = {
        "ike_lifetime": (_LEAST_IKE_LIFETIME, _MOST_IKE_LIFETIME),
        "dpd_interval": (_LEAST_DPD_INTERVAL, _MOST_DPD_INTERVAL),
    }
    for option in ("ike_lifetime", "dpd_interval", "pfs_group", "ike_version"):
        if option in given:
            given[option] = _whole(given[option], option, "argument assume")
    for option, allowed in {**choices, "pfs_group": (0, *_GROUPS)}.items():
        if option in given and given[option] not in allowed:
            raise DescriptionError(f"assume.{option} must be one of {', '.join(map(str, allowed))}")
    for option, (low, high) in ranges.items():
        off = option == "dpd_interval" and given.get(option) == 0
        if option in given and not off and not low <= given[option] <= high:
            raise DescriptionError(f"assume.{option} must be from {low} to {high}")
    return given


def _inner(address: t.Any, peer: t.Any, what: str) -> tuple[str, str]:
    """The device's address inside a GRE tunnel, with a prefix length, and Ksyun's; the API tells no prefix length."""
    own, other = ipaddress.IPv4Address(_address(address, what)), ipaddress.IPv4Address(_address(peer, what))
    network = ipaddress.IPv4Interface(f"{own}/30").network
    edges = (network.network_address, network.broadcast_address)
    inside = other in network and own not in edges and other not in edges
    return f"{own}/{30 if inside else 32}", str(other)


def _pairs(
    tunnel: Item, gateway: Item, customer: Item, kind: str, count: int | None, own: t.Sequence[str]
) -> tuple[Pair, ...]:
    first = _address(_needed(gateway, "gateway_address", "VPN gateway"), "gateway_address of the VPN gateway")
    device = _address(_needed(customer, "address", "customer gateway"), "address of the customer gateway")
    second = gateway.get("ha_gateway_address") or None
    device_2 = customer.get("ha_address") or None
    gre_2 = bool(tunnel.get("ha_vpn_gre_ip") and tunnel.get("ha_customer_gre_ip"))
    if count is None:
        count = 2 if second and (gre_2 or kind != "gre") else 1
    if count not in (1, 2):
        raise DescriptionError("tunnels must be 1 or 2")
    if count == 2 and not second:
        raise DescriptionError("tunnels is 2, but the VPN gateway has no ha_gateway_address")
    if count == 2 and kind == "gre" and not gre_2:
        raise DescriptionError("tunnels is 2, but the tunnel has no ha_vpn_gre_ip and ha_customer_gre_ip")
    ends = [(first, device)]
    if count == 2:
        ends.append(
            (
                _address(second, "ha_gateway_address of the VPN gateway"),
                _address(device_2, "ha_address of the customer gateway") if device_2 else device,
            )
        )
    if len(own) > count:
        raise DescriptionError("local_addresses has more entries than there are tunnels")
    active_active = fold(tunnel.get("ha_mode") or "") == "activeactive"
    found = []
    for number, (ksyun, known) in enumerate(ends, start=1):
        inner: str | None = None
        ksyun_inner: str | None = None
        if kind == "gre":
            prefix = "" if number == 1 else "ha_"
            inner, ksyun_inner = _inner(
                _needed(tunnel, f"{prefix}customer_gre_ip", "VPN tunnel"),
                _needed(tunnel, f"{prefix}vpn_gre_ip", "VPN tunnel"),
                "a GRE address of the tunnel",
            )
        elif kind == "route" and number == 1:
            inner = _interface(_needed(tunnel, "customer_peer_ip", "VPN tunnel"), "customer_peer_ip of the tunnel")
            peer = _interface(_needed(tunnel, "local_peer_ip", "VPN tunnel"), "local_peer_ip of the tunnel")
            ksyun_inner = peer.partition("/")[0]
        standby = number == 2 and not (kind == "route" and active_active)
        here = _address(own[number - 1], "an entry of local_addresses") if number <= len(own) else known
        found.append(Pair(number, ksyun, known, here, inner, ksyun_inner, standby))
    return tuple(found)


def _interface(value: t.Any, what: str) -> str:
    try:
        return str(ipaddress.IPv4Interface(str(value)))
    except ValueError:
        raise DescriptionError(f"{what} is not an IPv4 address with a prefix length") from None


def describe(
    tunnel: Item,
    vpn_gateway: Item,
    customer_gateway: Item,
    *,
    local_networks: t.Any = (),
    remote_networks: t.Any = (),
    interface: str | None = None,
    local_addresses: t.Any = (),
    pre_shared_key: str | None = None,
    name: str | None = None,
    number: int | None = None,
    tunnels: int | None = None,
    assume: t.Mapping[str, t.Any] | None = None,
) -> Description:
    """The description of a tunnel, from items as the info modules return them.

    C(local_networks) are behind the device, C(remote_networks) in the VPC. C(pre_shared_key) is the only place from
    which a key is taken: one in C(tunnel) is passed over. Raises DescriptionError.
    """
    for item, table in (
        (tunnel, vpn_tunnel_table.RESOURCE),
        (vpn_gateway, vpn_gateway_table.RESOURCE),
        (customer_gateway, customer_gateway_table.RESOURCE),
    ):
        if not isinstance(item, t.Mapping):
            raise DescriptionError(f"the {table.noun} is not an item as {table.name}_info returns it")
    for option, parent in (("vpn_gateway", vpn_gateway), ("customer_gateway", customer_gateway)):
        reference, identity = tunnel.get(option), parent.get("id")
        if reference and identity and str(reference).lower() != str(identity).lower():
            raise DescriptionError(f"the {option} given is not the tunnel's: the tunnel refers to another id")
    given = _checked(assume or {})
    kind_word = str(_needed(tunnel, "type", "VPN tunnel"))
    kind = _KINDS.get(fold(kind_word))
    if kind is None:
        raise DescriptionError("type of the VPN tunnel is not one that this collection knows")
    local, remote = _networks(local_networks, "local_networks"), _networks(remote_networks, "remote_networks")
    if kind == "policy" and not (local and remote):
        raise DescriptionError(
            "a tunnel of type Ipsec takes its traffic by networks: set local_networks and remote_networks"
        )
    own = _listed(local_addresses, "local_addresses")
    pairs = _pairs(tunnel, vpn_gateway, customer_gateway, kind, tunnels, own)
    interface = interface or None  # ansible-core up to 2.18 makes an empty text of what is none
    if interface is not None and not _INTERFACE.fullmatch(str(interface)):
        raise DescriptionError("interface must be the name of an interface, without spaces")
    if number is not None:
        number = _whole(number, "number", "arguments")
    if pre_shared_key is not None and not str(pre_shared_key):
        raise DescriptionError("pre_shared_key is empty")

    assumed = _assumed(tunnel, kind, given, pairs)
    version_word = str(tunnel.get("ike_version") or "").lower()
    if version_word not in ("", "v1", "v2"):
        raise DescriptionError("ike_version of the VPN tunnel is neither v1 nor v2")
    values = {**ASSUMPTIONS, **given}
    return Description(
        name=_name(tunnel, name),
        title=str(tunnel.get("name") or ""),
        kind=kind,
        ike_version=int(version_word[1]) if version_word else values["ike_version"],
        exchange_mode=values["exchange_mode"],
        ike_encryption=_word(tunnel, "ike_encryption_algorithm", _IKE_ENCRYPTIONS),
        ike_hash=_word(tunnel, "ike_authentication_algorithm", _IKE_HASHES),
        dh_group=_whole(_needed(tunnel, "ike_dh_group", "VPN tunnel"), "ike_dh_group", "VPN tunnel"),
        ike_lifetime=values["ike_lifetime"],
        esp_encryption=_word(tunnel, "ipsec_encryption_algorithm", _ESP_ENCRYPTIONS),
        esp_hash=_word(tunnel, "ipsec_authentication_algorithm", _ESP_HASHES),
        lifetime_seconds=_whole(
            _needed(tunnel, "ipsec_lifetime_seconds", "VPN tunnel"), "ipsec_lifetime_seconds", "VPN tunnel"
        ),
        lifetime_kilobytes=_whole(
            _needed(tunnel, "ipsec_lifetime_kilobytes", "VPN tunnel"), "ipsec_lifetime_kilobytes", "VPN tunnel"
        ),
        pfs_group=values["pfs_group"],
        dpd_interval=values["dpd_interval"],
        gre_mode=values["gre_mode"],
        pairs=pairs,
        local_networks=local,
        remote_networks=remote,
        interface=None if interface is None else str(interface),
        number=number,
        key=None if pre_shared_key is None else str(pre_shared_key),
        assumed=tuple(assumed),
    )


def _assumed(tunnel: Item, kind: str, given: Item, pairs: tuple[Pair, ...]) -> list[Assumption]:
    """Everything of the configuration that neither the API nor the caller has said."""
    version = 2 if str(tunnel.get("ike_version") or "").lower() == "v2" else given.get("ike_version", 1)
    nat = "the API's own text calls EnableNatTraversal aggressive mode; "
    reasons = {
        "pfs_group": "the API has no option for perfect forward secrecy; off is the default of Cisco IOS",
        "ike_lifetime": "the API has lifetimes of IPsec alone; this is the default of Cisco IOS, in seconds",
        "dpd_interval": "the API does not tell whether dead peers are detected; in seconds",
    }
    if not tunnel.get("ike_version"):
        reasons["ike_version"] = "the API tells no version for gateways of the first generation"
    if version == 1:
        reasons["exchange_mode"] = (nat if tunnel.get("enable_nat_traversal") else "") + (
            "the API does not tell the mode of phase 1"
        )
    if kind == "gre":
        reasons["gre_mode"] = "the API does not tell the encapsulation; tunnel is the default of Cisco IOS"
    found = [
        Assumption(option, ASSUMPTIONS[option], reason) for option, reason in reasons.items() if option not in given
    ]
    found += [
        Assumption(
            "identity", "address", "the API does not tell how the ends identify themselves; each by its address"
        ),
        Assumption("nat_traversal", "automatic", f"{nat}devices detect NAT by themselves"),
    ]
    selectors = {
        "policy": "one for each pair of networks; the API does not tell them",
        "route": "any to any, as for tunnels by route; the API does not tell them",
        "gre": "GRE between the two public addresses; the API does not tell them",
    }
    words = {"policy": "networks", "route": "any", "gre": "gre"}
    found.append(Assumption("traffic_selectors", words[kind], selectors[kind]))
    if kind == "gre":
        found.append(
            Assumption(
                "gre_addresses", "inside", "the API does not tell whether these are inside the GRE tunnel or its ends"
            )
        )
    if str(tunnel.get("ipsec_authentication_algorithm")).lower() == "sha256":
        found.append(
            Assumption("sha256_truncation", 128, "in bits, as RFC 4868 has it; some older devices cut at 96 bits")
        )
    if len(pairs) == 2:
        found.append(
            Assumption(
                "second_tunnel",
                "standby" if pairs[1].standby else "active",
                "the API does not tell which addresses belong together; here first to first, second to second",
            )
        )
    return found
