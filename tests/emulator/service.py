# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service as a function from a request to an answer, with all that it remembers; no network in here."""

from __future__ import annotations

import sys
import time
import traceback
from collections import defaultdict, deque

from .actions import Action
from .catalogue import resolve, scope_of
from .errors import PublicError, ServiceError
from .faults import Faults
from .journal import Journal
from .parameters import Incoming, boolean, single
from .render import Answer
from .resources import Context
from .settings import Settings
from .signature import HEADER, QUERY, Identity, form_of
from .signature_simplified import verify_simplified
from .signature_v4 import verify_header, verify_query
from .store import Store


class Service:
    """One emulated service: settings, resources, recorded requests, waiting faults."""

    def __init__(self, settings: Settings) -> None:
        self._initial = settings
        self.settings = settings
        self.store = Store()
        self.journal = Journal()
        self.faults = Faults()
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def reset(self) -> None:
        """Back to how it started."""
        self.settings = self._initial
        self.store = Store()
        self.journal = Journal()
        self.faults.clear()
        self._calls.clear()

    def now(self) -> float:
        """The service's time, in seconds since the epoch."""
        return time.time() + self.settings.clock_offset

    def context(self, region: str) -> Context:
        """The resources and settings of one region, now."""
        return Context(self.store, self.settings, region, self.now())

    def answer(self, incoming: Incoming) -> Answer:
        """Carry a request out. Never raises: what goes wrong inside is an answer too."""
        try:
            return self._answer(incoming)
        except ServiceError as error:
            return Answer(incoming.action, {}, error)
        except Exception as error:  # pylint: disable=broad-except
            # A fault of the emulator itself: the client gets the table's row for that, the log the reason.
            traceback.print_exc(file=sys.stderr)
            return Answer(incoming.action, {}, PublicError.EXCEPTION.error(type(error).__name__))

    def _answer(self, incoming: Incoming) -> Answer:
        if incoming.method not in ("GET", "POST"):
            raise PublicError.INVALID_METHOD.error(incoming.method)
        if incoming.path != "/":
            raise PublicError.NO_SUCH_API.error()
        self._throttle(incoming.action)
        identity = self._authenticate(incoming)
        if incoming.form is None:
            raise PublicError.INVALID_QUERY.error("in the body")
        action = resolve(incoming.given)
        if incoming.method not in action.methods(self.settings):
            raise PublicError.INVALID_METHOD.error(incoming.method)
        if not identity.account.may(action.name):
            raise PublicError.ACCESS_DENIED.error(identity.account.user_name, action.name)
        self._reach_backend(action.name)
        return self._perform(action, incoming, identity)

    def _throttle(self, action: str) -> None:
        limit = self.settings.rate_limit
        if limit is None:
            return
        now = time.monotonic()
        calls = self._calls[action]
        while calls and calls[0] <= now - limit.seconds:
            calls.popleft()
        if len(calls) >= limit.requests:
            raise PublicError.LIMIT_EXCEEDED.error()
        calls.append(now)

    def _authenticate(self, incoming: Incoming) -> Identity:
        if not incoming.headers.get("Host"):
            raise PublicError.HOST_MISSING.error()
        form = form_of(incoming)
        if form is None:
            raise PublicError.TOKEN_MISSING.error()
        if self.settings.auth_service == "down":
            raise PublicError.AUTH_SERVICE_DOWN.error()
        verify = {HEADER: verify_header, QUERY: verify_query}.get(form, verify_simplified)
        return verify(incoming, scope_of(incoming.action), self.settings, self.now())

    def _reach_backend(self, action: str) -> None:
        condition = self.settings.backend_of(action)
        if condition == "down":
            raise PublicError.SERVICE_DOWN.error()
        if condition == "timeout":
            raise PublicError.SERVICE_TIMEOUT.error()
        if condition == "exception":
            raise PublicError.EXCEPTION.error("InternalError")
        if condition == "missing":
            raise PublicError.INNER_API_WITHOUT_SERVICE.error()

    def _perform(self, action: Action, incoming: Incoming, identity: Identity) -> Answer:
        settings = self.settings
        dry_run = False
        text = single(incoming.given, "DryRun")
        if text:
            try:
                dry_run = boolean(text)
            except ValueError:
                raise PublicError.INVALID_VALUE.error("DryRun") from None
        dry_run = dry_run and not settings.dry_run_ignored
        # "检查当前调用者是否有权限执行相关操作": the document's DryRun looks at permissions, not at resources.
        if dry_run and settings.dry_run_depth == "rights":
            raise PublicError.DRY_RUN.error()
        values = action.validate(incoming.given, settings)
        context = self.context(identity.region)
        if not dry_run or settings.dry_run_depth == "full":
            action.examine(context, values)
        if dry_run:
            raise PublicError.DRY_RUN.error()
        if action.writes and settings.returns_false(action.name):
            return Answer(action.name, {"Return": False})
        return Answer(action.name, action.commit(context, values), committed=action.writes)
