# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing what a journal names, and nothing else."""

from __future__ import annotations

import re
import typing as t
from contextlib import suppress

from .exchange import Answer, TransportError
from .interview import KINDS, PATIENCE, Interview, NotAskedError
from .journal import Made

_SETTLE_SECONDS = 30.0  # that a thing may take to be listed after its create
_MISSING = re.compile("NoSuch|NotFound|NotExist", re.IGNORECASE)  # in a code
_WAITS = (1.0, 10.0)  # between attempts: the first, and the longest


def clean(on: Interview) -> list[str]:
    """Remove all that the journal names; what is left then, a sentence each."""
    on.cleaning = True
    journal = on.journal
    waited, settled, pause = 0.0, 0.0, _WAITS[0]
    while journal.made:
        before = len(journal.made)
        for kind in KINDS:
            for made in [made for made in journal.made if made.kind == kind]:
                with suppress(TransportError, NotAskedError):
                    _remove(on, made, settled >= _SETTLE_SECONDS)
        if not journal.made or waited >= PATIENCE:
            break
        if len(journal.made) == before:
            on.pause(pause)
            waited, settled, pause = waited + pause, settled + pause, min(pause + 1.0, _WAITS[1])
    return [f"{made.kind} {made.id or 'of unknown id'} ({_told(made)})" for made in journal.made]


def _told(made: Made) -> str:
    return ", ".join(f"{name} {value}" for name, value in made.marks.items())


def _remove(on: Interview, made: Made, settled: bool) -> None:
    """One attempt. C(settled): what is not listed by now does not exist."""
    found = _candidates(on, made)
    if found is None:  # its list could not be read
        return
    if not found:
        if made.id is not None:
            # What is not listed yet may be there all the same: it is deleted by the id that its create named.
            answer = on.call("", f"Delete{made.kind}", _parameters(made.kind, made.id), writes=True)
            # A refusal that is not about what does not exist says nothing of whether it does.
            if (settled and _is_missing(answer, made.id)) or (answer.accepted and _candidates(on, made) == []):
                on.journal.is_gone(made.kind, made.id)
        elif settled:
            on.journal.forget(made)
        return
    for identity in found:
        if made.id is None:
            on.journal.has_made(made.kind, identity)
        on.call("", f"Delete{made.kind}", _parameters(made.kind, identity), writes=True)
        again = Made(made.kind, made.marks, made.id or identity)
        if _candidates(on, again) == []:
            on.journal.is_gone(made.kind, again.id or identity)


def _is_missing(answer: Answer, identity: str) -> bool:
    """Whether a deletion was carried out, or refused as just that does not exist."""
    about_it = identity.lower() in answer.message.lower() and answer.status in (400, 404)
    return answer.accepted or about_it or bool(_MISSING.search(str(answer.code)))


def _parameters(kind: str, identity: str) -> dict[str, str]:
    return {"RouteId" if kind == "Route" else f"{kind}Id": identity}


def _candidates(on: Interview, made: Made) -> list[str] | None:
    """The ids, as lists have them, of what this entry of the journal means: by its id, or else by its marks."""
    noun = made.kind
    parameters: dict[str, t.Any] = {}
    if noun == "Route":
        parameters = {"Filter": [{"Name": "vpc-id", "Value": [made.marks["vpc"]]}]}
    if noun == "VpnGatewayRoute":
        parameters = {"VpnGatewayId": made.marks["gateway"]}
    try:
        items = on.listed("", noun, **parameters)
    except NotAskedError:
        return None
    id_name = "RouteId" if noun == "Route" else f"{noun}Id"
    ids = [str(item[id_name]) for item in items if isinstance(item.get(id_name), str)]
    if made.id is not None:
        return [identity for identity in ids if identity.lower() == made.id.lower()]
    known = {other.id.lower() for other in on.journal.made if other.id}
    return [
        str(item[id_name])
        for item in items
        if isinstance(item.get(id_name), str) and str(item[id_name]).lower() not in known and _fits(on, made, item)
    ][:1]


def _fits(on: Interview, made: Made, item: dict[str, t.Any]) -> bool:
    """Whether this is what was to be created. A name is unique to the run, but the service may have shortened it."""
    marks = made.marks
    if "name" in marks:
        return str(item.get(f"{made.kind}Name", "")).casefold().startswith(on.journal.tag.casefold())
    if item.get("DestinationCidrBlock") != marks["network"]:
        return False
    if made.kind == "VpnGatewayRoute":
        return item.get("VpnGatewayId", marks["gateway"]) == marks["gateway"]
    hops = [hop for hop in item.get("NextHopSet") or [] if isinstance(hop, dict)]
    ours = {marks["hop"]} | {other.id for other in on.journal.made if other.kind in ("VpnTunnel", "VpnGateway")}
    return any(hop.get("GatewayId") in ours for hop in hops)
