# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Ansible begins: an AnsibleModule around an entry."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .zip_imports import avoid_double_compile

avoid_double_compile()  # what is imported below

from ..api.errors import InvalidOptionsError  # noqa: E402
from ..api.transport.pool import REQUESTS_IMPORT_ERROR  # noqa: E402
from ..resources.schema import Resource  # noqa: E402
from .entry import Entry, OwnEntry, info_entry, manage_entry, status_entry  # noqa: E402
from .result import Result, take_warnings  # noqa: E402
from .retyping import faults  # noqa: E402

if t.TYPE_CHECKING:
    from .sites import SitesEntry, SitesInfoEntry

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # up to ansible-core 2.21
    register_secrets = None


def tell_secrets(entry: Entry | OwnEntry, result: Result) -> None:
    """Let ansible-core keep the keys that were asked for out of what it displays; they are in what is registered."""
    if register_secrets is not None:
        register_secrets(entry.revealed_secrets(result))


class _Module(AnsibleModule):
    """Ends with results that have passed the redactor, also where the argument spec refuses the parameters.

    Nothing is left to the masking of ansible-core, which is too little (2.22 leaves secrets in what is
    registered) or too much (2.19 takes a short key out of every word).
    """

    def __init__(self, entry: Entry | OwnEntry) -> None:
        self._entry = entry
        try:
            super().__init__(argument_spec=entry.spec.options, supports_check_mode=True, **entry.spec.rules())
        except OverflowError:  # ansible-core asks whether infinity is an integer
            self.end(entry.refuse(self.params, InvalidOptionsError(faults(entry.spec.options, self.given)), os.environ))

    def _load_params(self) -> None:
        super()._load_params()
        self.params: dict[str, t.Any] = self._entry.accepted(self.params)
        self.given = dict(self.params)  # before the spec changes their types

    def fail_json(self, msg: str, **_details: t.Any) -> None:
        """What AnsibleModule itself refuses."""
        self.end(self._entry.refuse(self.params, msg, os.environ))

    def end(self, result: Result) -> None:
        """End with a result of the entry."""
        self.no_log_values.clear()
        for warning in take_warnings(result):
            self.warn(warning)
        if result.get("failed"):
            super().fail_json(**result)
        self.exit_json(**result)


def manage(resource: Resource) -> None:
    """The C(main()) of a module that manages a resource."""
    _run(manage_entry(resource))


def list_all(resource: Resource) -> None:
    """The C(main()) of a module that lists a resource."""
    _run(info_entry(resource))


def tell_status(tunnels: Resource) -> None:
    """The C(main()) of the module that tells whether tunnels are up."""
    _run(status_entry(tunnels))


def run(entry: SitesEntry | SitesInfoEntry) -> None:
    """The C(main()) of a module that has an entry of its own."""
    _run(entry)


def _run(entry: Entry | SitesEntry | SitesInfoEntry) -> None:
    module = _Module(entry)
    if REQUESTS_IMPORT_ERROR is not None:
        module.fail_json(missing_required_lib("requests"))
    check_mode, diff = module.check_mode, module._diff  # pylint: disable=protected-access
    result = entry.run(module.params, check_mode=check_mode, diff=diff, environment=os.environ, given=module.given)
    tell_secrets(entry, result)
    module.end(result)
