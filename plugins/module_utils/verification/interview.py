# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The course of a run: what is called, what is found, and what of it goes into the record."""

from __future__ import annotations

import typing as t

from .exchange import Answer, Sender, Sending, TransportError
from .journal import Journal
from .questions import BY_NAME
from .redacted import Disguise

NOBODY = "deadbeef-dead-4ead-8ead-00000000dead"  # an id that nothing has
PATIENCE = 300.0  # seconds, for what the service does by itself
_MOST_ITEMS = {"CustomerGatewaySet": 2}  # of a list in the record; one of all others
_MOST_EXCHANGES = 150
KINDS = ("Route", "VpnGatewayRoute", "VpnTunnel", "CustomerGateway", "VpnGateway")  # in the order of removal


class InterruptedRunError(Exception):
    """A signal waits: nothing more is asked, and what was made is removed."""


class NotAskedError(Exception):
    """Why a question can't be asked here."""


class Options(t.NamedTuple):
    """What a run may do. C(daily_gateway) is the version of a gateway to create, "" for none."""

    level: str
    daily_gateway: str = ""
    vpc_id: str = ""
    address: str = "203.0.113.10"


class Interview:
    """Asks, and keeps what was said. C(waiting) tells whether a signal waits; C(journal) is for writing levels."""

    def __init__(
        self,
        sender: Sender,
        disguise: Disguise,
        options: Options,
        tag: str,
        waiting: t.Callable[[], bool],
        journal: Journal | None = None,
    ) -> None:
        self.sender, self.disguise, self.options, self.tag = sender, disguise, options, tag
        self.waiting, self._journal = waiting, journal
        self.found: dict[str, str] = {}
        self.skipped: dict[str, str] = {}
        self.exchanges: list[dict[str, t.Any]] = []
        self.bodies: list[dict[str, t.Any]] = []
        self.dropped = 0
        self.made = 0
        self.cleaning = False
        self._created = 0
        disguise.own(NOBODY)

    @property
    def journal(self) -> Journal:
        """The journal of a run that may write."""
        if self._journal is None:
            raise AssertionError("a run without a journal writes")
        return self._journal

    def call(
        self,
        question: str,
        action: str,
        parameters: t.Mapping[str, t.Any] | None = None,
        how: Sending | None = None,
        *,
        writes: bool = False,
    ) -> Answer:
        """The answer to one request, which goes into the record. Raises L(InterruptedRunError)."""
        if self.waiting() and not self.cleaning:
            raise InterruptedRunError
        usual = Sending(method="POST" if writes else "GET")
        how = how or usual
        answer = self.sender.send(action, parameters or {}, how, writes=writes)
        self._note(question, action, parameters or {}, how, usual, answer)
        return answer

    def _note(
        self,
        question: str,
        action: str,
        parameters: t.Mapping[str, t.Any],
        how: Sending,
        usual: Sending,
        answer: Answer,
    ) -> None:
        if not question:
            return  # what removes things asks nothing
        body, cut = _shortened(answer.body)
        sent = {name: value for name, value in how._asdict().items() if value != getattr(usual, name)}
        exchange = {
            "question": question,
            "action": action,
            "parameters": self.disguise.value(dict(parameters)),
            **({"sent": sent} if sent else {}),
            "status": answer.status,
            "kind": answer.kind,
            "body": self._number_of(self.disguise.value(body)),
            **({"cut": {self.disguise.name(name): number for name, number in cut.items()}} if cut else {}),
        }
        if exchange in self.exchanges:
            return
        if len(self.exchanges) >= _MOST_EXCHANGES:
            self.dropped += 1
            return
        self.exchanges.append(exchange)

    def _number_of(self, body: dict[str, t.Any]) -> int:
        """The place of a body among those of the record, as many are the same."""
        if body not in self.bodies:
            self.bodies.append(body)
        return self.bodies.index(body)

    # --- findings -----------------------------------------------------------------------------

    def finds(self, question: str, found: str) -> None:
        """The answer to a question."""
        if question not in BY_NAME:
            raise AssertionError(f"no such question: {question}")
        self.found[question] = found
        self.skipped.pop(question, None)

    def skips(self, question: str, why: str) -> None:
        """A question is not asked."""
        if question not in self.found:
            self.skipped[question] = why

    def ask(self, question: str, asking: t.Callable[[Interview], str]) -> None:
        """Ask one question by a function that returns what was found, and go on whatever comes of it."""
        if question in self.found:
            return
        try:
            self.finds(question, asking(self))
        except NotAskedError as error:
            self.skips(question, str(error))
        except TransportError:
            self.finds(question, "no answer")

    def said(self, answer: Answer) -> str:
        """What an answer says: C(accepted), or status and code."""
        if answer.accepted:
            return "accepted"
        if answer.kind == "other":
            return f"{answer.status} without an answer of the service"
        return f"{answer.status} {self.disguise.code(answer.code)}"

    def pause(self, seconds: float) -> None:
        """Wait. Raises L(InterruptedRunError)."""
        if self.waiting() and not self.cleaning:
            raise InterruptedRunError
        self.sender.sleep(seconds)

    # --- what there is, and what is made ------------------------------------------------------

    def listed(self, question: str, noun: str, **parameters: t.Any) -> list[dict[str, t.Any]]:
        """All objects of a kind, over all pages. Raises L(NotAskedError) where they can't be listed."""
        items: list[dict[str, t.Any]] = []
        token: str | None = None
        for _page in range(1000):
            page = {**parameters, "MaxResults": 200, **({"NextToken": token} if token else {})}
            answer = self.call(question, f"Describe{noun}s", page)
            if not answer.accepted:
                raise NotAskedError(f"Describe{noun}s is refused: {self.said(answer)}")
            items += answer.items(f"{noun}Set")
            if not answer.next_token or answer.next_token == token:
                break
            token = answer.next_token
        return items

    def new_name(self, more: str = "") -> str:
        """A name that nobody else has, with the tag of the run at its beginning."""
        self._created += 1
        return self.disguise.own(f"{self.tag}-{self._created:02d}{more}")

    def create(
        self, question: str, kind: str, parameters: dict[str, t.Any], marks: dict[str, str]
    ) -> tuple[Answer, str | None]:
        """The answer to a create that is in the journal before and after, and the id that it names."""
        self.journal.intends(kind, **marks)
        answer = self.call(question, f"Create{kind}", parameters, writes=True)
        identity = created_id(answer, kind)
        if identity is not None:
            self.made += 1
            self.journal.has_made(kind, identity)
        elif not answer.accepted and answer.code is not None and answer.status < 500:
            self.journal.was_refused(kind)
        return answer, identity


def created_id(answer: Answer, kind: str) -> str | None:
    """The id that the answer to a create names."""
    wrapped = answer.body.get(kind)
    for source, name in ((wrapped, f"{kind}Id"), (answer.body, "RouteId"), (answer.body, f"{kind}Id")):
        if isinstance(source, dict) and isinstance(source.get(name), str) and source[name]:
            return str(source[name])
    return None


def _shortened(body: dict[str, t.Any]) -> tuple[dict[str, t.Any], dict[str, int]]:
    """An answer without most of the objects of its lists, and how many there were."""
    most = {name: _MOST_ITEMS.get(name, 1) for name, value in body.items() if isinstance(value, list)}
    cut = {name: len(body[name]) for name, number in most.items() if len(body[name]) > number}
    return {name: value[: most[name]] if name in cut else value for name, value in body.items()}, cut
