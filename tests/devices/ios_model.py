# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of Cisco IOS as data of Cisco's YANG model (Cisco-IOS-XE-native 16.9), word by word.

Values are taken as they stand: whether there is such a value, node or range is the model's to say. A line that is not
known here is an error.
"""

from __future__ import annotations

import re
from typing import Any

Tree = dict[str, Any]
CRYPTO, ACL, TUNNEL = "Cisco-IOS-XE-crypto:", "Cisco-IOS-XE-acl:", "Cisco-IOS-XE-tunnel:"
NUMBERS = {"1": "one", "2": "two", "5": "five", "14": "fourteen", "24": "twenty-four"}
EMPTY = [None]
# What the model has one place for, though IOS takes it again: the reader keeps the one that is asked for.
AGAIN = (
    r"crypto isakmp key 0 (\S+) address (\S+)",
    r" set peer (\S+)",
    r" match address local (\S+)",
)


class Reader:
    """The lines of one configuration; C(again) says which of repeated lines is kept, by its number."""

    def __init__(self, text: str, again: int = 0) -> None:
        self.native: Tree = {}
        self._here: Tree = {}
        self._under: Tree = {}
        # A later line takes the place of an earlier one, up to the one that is kept.
        self._again, self._counted = again, dict.fromkeys(AGAIN, 0)
        self.has_more = False
        for line in text.splitlines():
            if not line.startswith("!") and line != "end":
                self._read(line)

    def document(self) -> Tree:
        """What yanglint reads."""
        return {"Cisco-IOS-XE-native:native": self.native}

    def _at(self, *path: str) -> Tree:
        tree = self.native
        for name in path:
            tree = tree.setdefault(name, {})
        return tree

    def _entry(self, entries: Tree, listed: str, **keys: Any) -> Tree:
        """The entry of a list with these keys, made if there is none."""
        found = entries.setdefault(listed, [])
        keys = {name.replace("_", "-"): value for name, value in keys.items()}
        for entry in found:
            if all(entry.get(name) == value for name, value in keys.items()):
                return entry
        found.append(dict(keys))
        return found[-1]

    def _skipped(self, line: str) -> bool:
        for pattern in AGAIN:
            if re.fullmatch(pattern, line):
                number = self._counted[pattern]
                self._counted[pattern] += 1
                self.has_more = self.has_more or number == self._again + 1
                return number > self._again
        return False

    def _read(self, line: str) -> None:
        if self._skipped(line):
            return
        for pattern, read in _LINES:
            found = re.fullmatch(pattern, line)
            if found:
                read(self, *found.groups())
                return
        raise ValueError(f"unknown line: {line}")

    # --- lines that begin something ---

    def policy(self, number: str) -> None:
        self._here = self._entry(self._at("crypto", f"{CRYPTO}isakmp"), "policy", number=int(number))

    def key(self, key: str, address: str) -> None:
        place = self._at("crypto", f"{CRYPTO}isakmp", "key", "key-address")
        place.update({"encryption": "0", "key": key, "addr4-container": {"address": address}})

    def keepalive(self, seconds: str, retry: str, send: str) -> None:
        place = self._at("crypto", f"{CRYPTO}isakmp", "keepalive")
        place.update({"number": int(seconds), "retry-number": int(retry), "send": send})

    def ikev2(self, kind: str, name: str) -> None:
        self._here = self._entry(self._at("crypto", f"{CRYPTO}ikev2"), kind, name=name)

    def transform(self, tag: str, words: str) -> None:
        self._here = self._entry(self._at("crypto", f"{CRYPTO}ipsec"), "transform-set", tag=tag)
        esp, *rest = words.split()
        self._here["esp"] = esp
        if len(rest) == 2:
            self._here["key-bit"] = rest.pop(0)
        (self._here["esp-hmac"],) = rest

    def profile(self, name: str) -> None:
        self._here = self._entry(self._at("crypto", f"{CRYPTO}ipsec"), "profile", name=name)

    def access_list(self, name: str) -> None:
        self._here = self._entry(self._at("ip", "access-list"), f"{ACL}extended", name=name)

    def permit(self, protocol: str, source: str, mask: str, target: str, target_mask: str) -> None:
        rules = self._here.setdefault("access-list-seq-rule", [])
        rule = {"action": "permit", "protocol": protocol, "ipv4-address": source, "mask": mask}
        rule |= {"dest-ipv4-address": target, "dest-mask": target_mask}
        rules.append({"sequence": str(10 * len(rules) + 10), "ace-rule": rule})

    def crypto_map(self, name: str, number: str, keying: str) -> None:
        maps = self._at("crypto", f"{CRYPTO}crypto-map")
        self._here = self._entry(maps, "map", name=name, sequence_number=int(number))
        self._here["keying"] = keying

    def interface(self, kind: str, number: str) -> None:
        name: Any = int(number) if kind == "Tunnel" else number
        self._here = self._entry(self._at("interface"), kind, name=name)

    def route(self, prefix: str, mask: str, forward: str, metric: str | None) -> None:
        entry = self._entry(self._at("ip", "route"), "ip-route-interface-forwarding-list", prefix=prefix, mask=mask)
        hop: Tree = {"fwd": forward}
        if metric:
            hop["metric"] = int(metric)
        entry.setdefault("fwd-list", []).append(hop)

    # --- lines within ---

    def leaf(self, name: str, value: str) -> None:
        numbers = {"lifetime"} if "number" in self._here else set()
        self._here[name] = int(value) if name in numbers else value

    def encryption(self, words: str) -> None:
        name, _space, bits = words.partition(" ")
        if bits:
            self._here["encryption"] = {name: {"key": bits}}
        elif "number" in self._here:
            self._here["encryption"] = {"a3des" if name == "3des" else name: EMPTY}
        else:
            self._here["encryption"] = {"en-3des" if name == "3des" else name: EMPTY}

    def group(self, number: str) -> None:
        self._here["group"] = number if "number" in self._here else {NUMBERS.get(number, number): EMPTY}

    def lifetime(self, seconds: str) -> None:
        self._here["lifetime"] = int(seconds) if "number" in self._here else {"seconds": int(seconds)}

    def integrity(self, name: str) -> None:
        self._here["integrity"] = {name: EMPTY}

    def match_local(self, address: str) -> None:
        self._here["match"] = {"address": {"local": address}}

    def peer(self, name: str) -> None:
        self._under = self._entry(self._here, "peer", name=name)

    def peer_address(self, address: str) -> None:
        self._under["address"] = {"ipv4": {"ipv4-address": address}}

    def peer_key(self, value: str) -> None:
        kind, _space, digits = value.partition(" ")
        self._under["pre-shared-key"] = {"hex": digits} if digits else {"key": kind}

    def match_remote(self, address: str, mask: str) -> None:
        remote = self._here.setdefault("match", {}).setdefault("identity", {}).setdefault("remote", {})
        self._entry(remote.setdefault("address", {}), "ipv4", ipv4_address=address)["ipv4-mask"] = mask

    def identity(self, address: str) -> None:
        self._here["identity"] = {"local": {"address": address}}

    def authentication(self, end: str, method: str) -> None:
        self._here.setdefault("authentication", {})[end] = {method: {}}

    def keyring(self, name: str) -> None:
        self._here["keyring"] = {"local": name}

    def dpd(self, interval: str, retry: str, query: str) -> None:
        self._here["dpd"] = {"interval": int(interval), "retry": int(retry), "query": query}

    def mode(self, mode: str) -> None:
        self._here["mode"] = {mode: {} if mode == "transport" else EMPTY}

    def set_peer(self, address: str) -> None:
        self._here.setdefault("set", {})["peer"] = {"address": address}

    def set_leaf(self, name: str, value: str) -> None:
        self._here.setdefault("set", {})[name] = [value] if name == "transform-set" else value

    def set_lifetime(self, unit: str, value: str) -> None:
        association = self._here.setdefault("set", {}).setdefault("security-association", {})
        association.setdefault("lifetime", {})[unit] = value

    def set_pfs(self, group: str) -> None:
        self._here.setdefault("set", {})["pfs"] = {"group": group}

    def match_address(self, name: str) -> None:
        self._here["match"] = {"address": name}

    def use_map(self, tag: str) -> None:
        self._here[f"{CRYPTO}crypto"] = {"map": {"tag": tag}}

    def address(self, address: str, mask: str) -> None:
        self._here["ip"] = {"address": {"primary": {"address": address, "mask": mask}}}

    def unnumbered(self, interface: str) -> None:
        self._here["ip"] = {"unnumbered": interface}

    def tunnel(self, name: str, value: str) -> None:
        place = self._here.setdefault(f"{TUNNEL}tunnel", {})
        if name == "source":
            place["source"] = value
        elif name == "destination":
            place["destination"] = {"ipaddress-or-host": value}
        elif name == "mode":
            kind, over = value.split()
            place["mode"] = {kind: {over: {} if kind == "ipsec" else EMPTY}}
        else:
            kind, _profile, profile = value.split()
            place["protection"] = {f"{CRYPTO}{kind}": {"profile": profile}}


_LINES = (
    (r"crypto isakmp policy (\S+)", Reader.policy),
    (AGAIN[0], Reader.key),
    (r"crypto isakmp keepalive (\S+) (\S+) (\S+)", Reader.keepalive),
    (r"crypto ikev2 (\S+) (\S+)", Reader.ikev2),
    (r"crypto ipsec transform-set (\S+) (.+)", Reader.transform),
    (r"crypto ipsec profile (\S+)", Reader.profile),
    (r"ip access-list extended (\S+)", Reader.access_list),
    (r" permit (\S+) (\S+) (\S+) (\S+) (\S+)", Reader.permit),
    (r"crypto map (\S+) (\S+) (\S+)", Reader.crypto_map),
    (r"interface ([A-Za-z]+)([\d/.]+)", Reader.interface),
    (r"ip route (\S+) (\S+) (\S+)(?: (\d+))?", Reader.route),
    (r" encryption (.+)", Reader.encryption),
    (r" group (\S+)", Reader.group),
    (r" lifetime (\S+)", Reader.lifetime),
    (r" integrity (\S+)", Reader.integrity),
    (AGAIN[2], Reader.match_local),
    (r" peer (\S+)", Reader.peer),
    (r"  address (\S+)", Reader.peer_address),
    (r"  pre-shared-key (.+)", Reader.peer_key),
    (r" match identity remote address (\S+) (\S+)", Reader.match_remote),
    (r" identity local address (\S+)", Reader.identity),
    (r" authentication (remote|local) (\S+)", Reader.authentication),
    (r" keyring local (\S+)", Reader.keyring),
    (r" dpd (\S+) (\S+) (\S+)", Reader.dpd),
    (r" mode (\S+)", Reader.mode),
    (AGAIN[1], Reader.set_peer),
    (r" set security-association lifetime (\S+) (\S+)", Reader.set_lifetime),
    (r" set pfs (\S+)", Reader.set_pfs),
    (r" set (transform-set|ikev2-profile) (\S+)", Reader.set_leaf),
    (r" match address (\S+)", Reader.match_address),
    (r" crypto map (\S+)", Reader.use_map),
    (r" ip address (\S+) (\S+)", Reader.address),
    (r" ip unnumbered (\S+)", Reader.unnumbered),
    (r" tunnel (source|destination|mode|protection) (.+)", Reader.tunnel),
    (r" (hash|authentication|proposal|description) (.+)", Reader.leaf),
)


def documents(text: str) -> list[Tree]:
    """The configuration as one document for the model, or more where it has one place for what IOS takes again."""
    first = Reader(text)
    return [first.document(), *([Reader(text, again=1).document()] if first.has_more else [])]
