# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readers of what is rendered, strict ones: what they do not know is an error. They share nothing with the writers."""

from __future__ import annotations

import re
import typing as t

Tree = dict[str, t.Any]
_ADDRESS = r"\d+\.\d+\.\d+\.\d+"
_NETWORK = rf"{_ADDRESS}/\d+"


class UnreadableError(Exception):
    """A line that the platform would not take, or take for something else."""


def swanctl(text: str) -> Tree:
    """swanctl.conf as nested dicts."""
    root: Tree = {}
    path = [root]
    for line in text.split("\n"):
        bare = line.strip(" ")
        if not bare or bare.startswith("#"):
            if not bare.isprintable():
                raise UnreadableError(line)
        elif bare == "}":
            if len(path) == 1:
                raise UnreadableError("a section ends that has not begun")
            path.pop()
        elif section := re.fullmatch(r"([a-zA-Z][\w-]*) \{", bare, re.ASCII):
            if section[1] in path[-1]:
                raise UnreadableError(f"{line} stands twice")
            path[-1][section[1]] = {}
            path.append(path[-1][section[1]])
        elif setting := re.fullmatch(r"([a-z][a-z0-9_-]*) = ([\w./,+=\[\]-]+)", bare, re.ASCII):
            if setting[1] in path[-1]:
                raise UnreadableError(f"{line} stands twice")
            path[-1][setting[1]] = setting[2]
        else:
            raise UnreadableError(line)
    if len(path) != 1:
        raise UnreadableError("a section does not end")
    return root


_NAME = r"[A-Za-z][\w-]{0,14}"
_KEY = r"[A-Za-z0-9][\w#$%&()*+,./:;<=>@\[\]^{}~-]{0,127}"
_INTERFACE = r"[A-Za-z][\w./:-]*"

IOS = (
    rf"crypto isakmp policy \d+| encryption (des|3des|aes (128|192|256)|aes-cbc-(128|192|256))| hash (md5|sha)"
    rf"| authentication pre-share| group (1|2|5|14|24)| lifetime \d+|crypto isakmp key 0 {_KEY} address {_ADDRESS}"
    rf"|crypto isakmp keepalive \d+ \d+ periodic|crypto ikev2 (proposal|policy|keyring|profile) {_NAME}"
    rf"| integrity (md5|sha1)| match address local {_ADDRESS}| proposal {_NAME}| peer {_NAME}|  address {_ADDRESS}"
    rf"|  pre-shared-key (hex [0-9a-f]+|{_KEY})| match identity remote address {_ADDRESS} 255\.255\.255\.255"
    rf"| identity local address {_ADDRESS}| authentication (remote|local) pre-share| keyring local {_NAME}"
    rf"| dpd \d+ \d+ periodic|crypto ipsec transform-set {_NAME} esp-[a-z0-9 ]+ esp-[a-z0-9]+-hmac"
    rf"| mode (tunnel|transport)|ip access-list extended {_NAME}"
    rf"| permit ip {_ADDRESS} {_ADDRESS} {_ADDRESS} {_ADDRESS}|crypto map ksyun \d+ ipsec-isakmp| set peer {_ADDRESS}"
    rf"| set transform-set {_NAME}| set security-association lifetime (kilobytes|seconds) \d+| set pfs group\d+"
    rf"| set ikev2-profile {_NAME}| match address {_NAME}|interface {_INTERFACE}| crypto map ksyun"
    rf"|crypto ipsec profile {_NAME}| description Ksyun VPN {_NAME}| ip address {_ADDRESS} {_ADDRESS}"
    rf"| ip unnumbered Tunnel\d+| tunnel source ({_INTERFACE}|{_ADDRESS})| tunnel mode (gre ip|ipsec ipv4)"
    rf"| tunnel destination {_ADDRESS}| tunnel protection ipsec profile {_NAME}"
    rf"|ip route {_ADDRESS} {_ADDRESS} Tunnel\d+( 250)?|end|! [\w ._,:+=@-]*"
)
_ALGORITHM = r"[a-z0-9-]+"
COMWARE = (
    rf"ike proposal \d+| encryption(-algorithm)? {_ALGORITHM}| authentication-algorithm (md5|sha)"
    rf"| integrity (md5|sha1)| prf (md5|sha1)| dh group\d+| sa duration \d+|ikev?2? (keychain|profile) {_NAME}"
    rf"|ikev2 (proposal|policy) {_NAME}| pre-shared-key address {_ADDRESS} {_ADDRESS} key simple {_KEY}"
    rf"|  pre-shared-key plaintext {_KEY}| peer {_NAME}|  address {_ADDRESS} {_ADDRESS}| keychain {_NAME}"
    rf"| proposal ({_NAME}|\d+)| exchange-mode (main|aggressive)| (local-identity|identity local) address {_ADDRESS}"
    rf"| match remote identity address {_ADDRESS} {_ADDRESS}| match local address {_ADDRESS}"
    rf"| dpd interval \d+ periodic| authentication-method (local|remote) pre-share|ipsec transform-set {_NAME}"
    rf"| encapsulation-mode (tunnel|transport)| protocol esp| esp (encryption|authentication)-algorithm {_ALGORITHM}"
    rf"| pfs dh-group\d+|acl advanced name {_NAME}"
    rf"| rule \d+ permit ip source {_ADDRESS} {_ADDRESS} destination {_ADDRESS} {_ADDRESS}"
    rf"|ipsec policy ksyun \d+ isakmp| security acl name {_NAME}| (local|remote)-address {_ADDRESS}"
    rf"| transform-set {_NAME}| ikev?2?-profile {_NAME}| sa duration (time|traffic)-based \d+"
    rf"|interface {_INTERFACE}( mode (gre|ipsec))?| ipsec apply policy ksyun|ipsec profile {_NAME} isakmp"
    rf"| ip address {_ADDRESS} {_ADDRESS}| ip address unnumbered interface Tunnel\d+"
    rf"| source ({_INTERFACE}|{_ADDRESS})| destination {_ADDRESS}| tunnel protection ipsec profile {_NAME}"
    rf"|ip route-static {_ADDRESS} \d+ Tunnel\d+( preference 200)?|return|#( [\w ._,:+=@-]*)?"
)
VRP = (
    rf"ike proposal \d+| (encryption|authentication)-algorithm {_ALGORITHM}| integrity-algorithm hmac-(md5|sha1)-96"
    rf"| prf hmac-(md5|sha1)| dh group\d+| authentication-method pre-share| sa duration \d+|ike peer {_NAME}"
    rf"| undo version [12]| ike-proposal \d+| local-id-type ip| local-id {_ADDRESS}| remote-address {_ADDRESS}"
    rf"| exchange-mode (main|aggressive)| pre-shared-key cipher {_KEY}| dpd type periodic| dpd idle-time \d+"
    rf"|ipsec proposal {_NAME}| encapsulation-mode (tunnel|transport)| transform esp"
    rf"| esp (encryption|authentication)-algorithm {_ALGORITHM}| undo esp encryption-algorithm"
    rf"|acl name {_NAME} advance| rule \d+ permit ip source {_ADDRESS} {_ADDRESS} destination {_ADDRESS} {_ADDRESS}"
    rf"|ipsec policy ksyun \d+ isakmp| security acl name {_NAME}| ike-peer {_NAME}| proposal {_NAME}"
    rf"| sa duration (time|traffic)-based \d+| pfs dh-group\d+|interface {_INTERFACE}| ipsec policy ksyun"
    rf"|ipsec profile {_NAME}| ip address {_ADDRESS} {_ADDRESS}| ip address unnumbered interface Tunnel0/0/\d+"
    rf"| tunnel-protocol (gre|ipsec)| source ({_INTERFACE}|{_ADDRESS})| destination {_ADDRESS}"
    rf"| ipsec profile {_NAME}|ip route-static {_ADDRESS} {_ADDRESS} Tunnel0/0/\d+( preference 200)?"
    rf"|return|#( [\w ._,:+=@-]*)?"
)


def lines(text: str, grammar: str) -> list[str]:
    """The lines of a device's configuration, without its comments."""
    found = text.removesuffix("\n").split("\n")
    unknown = [line for line in found if not re.fullmatch(grammar, line, re.ASCII)]
    if unknown:
        raise UnreadableError(unknown[0])
    return [line for line in found if not re.match(r"[!#]", line)]


def setup(commands: list[str]) -> list[list[str]]:
    """Commands for a shell, in words."""
    grammar = (
        rf"ip tunnel add {_NAME} mode gre local {_ADDRESS} remote {_ADDRESS} ttl 64"
        rf"|ip link add {_NAME} type xfrm( dev {_INTERFACE})? if_id \d+|ip link set {_NAME} up mtu 1400"
        rf"|ip address add ({_NETWORK} dev {_NAME}|{_ADDRESS} dev {_NAME} peer {_ADDRESS})"
        rf"|ip route add {_NETWORK} (dev {_NAME} metric \d00|nexthop dev {_NAME} nexthop dev {_NAME})"
    )
    for command in commands:
        if not re.fullmatch(grammar, command, re.ASCII):
            raise UnreadableError(command)
    return [command.split() for command in commands]
