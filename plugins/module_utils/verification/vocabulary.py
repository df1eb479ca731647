# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words that a message may hold and that say nothing of an account."""

from __future__ import annotations

_TEXT = """
a account accept access action active address algorithm allowed already also an and any api are as associated at
attached auth authentication authorization authorized available aws basic be because been being belong belongs beyond
bgp block but by calculated call called can cannot case change changed cidr client code configured conflict connection
contain contains could create created creating credential credentials current customer daily date default delete
deleted deleting delimited delivered denied dependency dependent dependents deny describe destination did different
direct disabled do does domain dry duplicate each elements empty enabled end error exactly exceed exceeded exceeds
exception exist existed existing exists expired expires failed failure false field filter find flag flow for forbidden
format found from full gateway get got group gre ha has have header headers health host hop http id ids if ike illegal
in include incomplete incorrect inner input instance internal invalid ip ipsec is it its ksc key length less limit
limited list lock locked long lower malformed match max maximum may message method min minimum mismatch missing mode
modify monthly more most must name names nat need needed next no none not null number of off on one only open openapi
operation or other out over parameter parameters params peer pending permission please policy post pre present project
query quota range rate re reached reason received refer referenced refused region rejected request requests required
requires resource resources retry return route routes routed routing rule same scope scoped secret security see server
service session set shared should sign signature signed size slash so some speed standards state status still string
subnet succeeded success such support supported sent supplied switch system table temporarily terminator than that the
their there these they this time timeout to token too true try tunnel tunnels type unable unauthorized unavailable
unknown unsupported unused update upper use used user using valid validator value values version vpc vpn was we web were
when where which while with within without would write wrong you your zone
"""
WORDS = frozenset(_TEXT.split())
