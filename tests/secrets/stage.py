# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The core and the modules in this process, before an emulator: quick enough to be run for each masking line."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import sys
import syslog
from collections.abc import Iterator
from typing import Any
from unittest import mock

from ansible.module_utils import basic

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel
from ansible_collections.ksyun.vpn.plugins.module_utils.runner import module as entrance
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import info_spec, resource_spec
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import status_entry
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.info import run_info
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.manage import run_resource
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SitesEntry, SitesInfoEntry
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.verify import VerifyEntry
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import KEY, OLD_KEY, SECRET_KEY, TOKEN
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES
from emulator.testing import EmulatorHandle

ACCESS_KEY = "AKLTSENTINEL"
ACCOUNT = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN}
Options = dict[str, Any]
# Since ansible-core 2.22 a module tells the controller its secrets, and shows its parameters only if asked to.
SECRETS_API = importlib.util.find_spec("ansible.module_utils.secrets") is not None

TUNNEL: Options = {
    "name": "tunnel",
    "vpn_gateway": "gw",
    "customer_gateway": "peer",
    "type": "Ipsec",
    "ike_authentication_algorithm": "sha",
    "ike_dh_group": 14,
    "pre_shared_key": KEY,
}
Result = dict[str, Any]


class Stage:
    """Runs tasks. The account has a gateway C(gw) and a peer C(peer), and a tunnel with the old key if C(tunnel)."""

    def __init__(self, emulator: EmulatorHandle, *, tunnel: bool = False, key: str = OLD_KEY) -> None:
        self.emulator = emulator
        emulator.reset()
        seeded = emulator.seed(
            VpnGatewaySet=[{"VpnGatewayName": "gw"}], CustomerGatewaySet=[{"CustomerGatewayName": "peer"}]
        )
        if tunnel:
            parents = {
                "VpnGatewayId": seeded["VpnGatewaySet"][0]["VpnGatewayId"],
                "CustomerGatewayId": seeded["CustomerGatewaySet"][0]["CustomerGatewayId"],
            }
            chosen = {"IkeAuthenAlgorithm": "sha", "IkeDHGroup": "14", "Type": "Ipsec"}
            emulator.seed(VpnTunnelSet=[{"VpnTunnelName": "tunnel", "PreSharedKey": key, **parents, **chosen}])
        emulator.clear_requests()

    def connection(self) -> Options:
        """The options that every task has."""
        return {
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "security_token": TOKEN,
            "region": self.emulator.region,
            "endpoint_url": self.emulator.url,
            "max_attempts": 1,
        }

    def refuse(self, action: str, message: str, **fault: Any) -> None:
        """Let the next call of an action fail with a message of the service."""
        self.emulator.fault(action, "error", **{"status": 400, "code": "Refused", "message": message, **fault})

    def answer(self, action: str, body: Any, status: int = 200) -> None:
        """Let the next call of an action be answered with this JSON."""
        self.emulator.fault(action, "raw", status=status, body=json.dumps(body))

    def task(
        self, kind: str, /, *, check: bool = False, environment: dict[str, str] | None = None, **own: Any
    ) -> Result:
        """The result of the core for a module that manages a resource."""
        resource = RESOURCES[kind]
        parameters = self._parameters(resource_spec(resource), own)
        return run_resource(resource, parameters, check_mode=check, diff=True, environment=environment or {})

    def info(self, kind: str, /, *, environment: dict[str, str] | None = None, **own: Any) -> Result:
        """The result of the core for a module that lists resources."""
        resource = RESOURCES[kind]
        return run_info(resource, self._parameters(info_spec(resource), own), environment=environment or {})

    def status(self, **own: Any) -> Result:
        """The result of the core for the module that asks whether tunnels are up."""
        return self._of(status_entry(vpn_tunnel.RESOURCE), own)

    def verify(self, **own: Any) -> Result:
        """The result of the core for the module that asks the service what is not documented."""
        return self._of(VerifyEntry(), own)

    def sites(self, **own: Any) -> tuple[Result, list[str]]:
        """The result of the core for all sites of the gateway, and the lines that it tells meanwhile."""
        told: list[str] = []
        return self._of(SitesEntry(), {"vpn_gateway": "gw", **own}, tell=told.append), told

    def sites_info(self, **own: Any) -> Result:
        """The result of the core for the module that lists the sites of the gateway."""
        return self._of(SitesInfoEntry(), {"vpn_gateway": "gw", **own})

    def _of(self, entry: Any, own: Options, **more: Any) -> Result:
        parameters = self._parameters(entry.spec.options, own)
        return entry.run(parameters, check_mode=False, diff=False, environment={}, **more)

    def _parameters(self, spec: dict[str, dict[str, Any]], own: Options) -> Options:
        return {**{option: detail.get("default") for option, detail in spec.items()}, **self.connection(), **own}

    def module(self, kind: str, /, *, info: bool = False, **own: Any) -> tuple[Result, str]:
        """The result that a module prints, and what it says to the system's log."""
        printed, logged = io.StringIO(), []
        options: Options = {"_ansible_diff": True, "_ansible_no_log": False}
        options |= {"_ansible_syslog_facility": "LOG_USER", "_ansible_verbosity": 5}
        options |= {**self.connection(), **own}
        if SECRETS_API:
            options["_ansible_inject_invocation"] = True
        start = entrance.list_all if info else entrance.manage
        with (
            _module_arguments({option: value for option, value in options.items() if value is not None}),
            mock.patch.object(syslog, "syslog", lambda *line: logged.append(str(line[-1]))),
            mock.patch.object(basic, "has_journal", False, create=True),
            contextlib.redirect_stdout(printed),
            contextlib.suppress(SystemExit),
            _fresh_warnings(),
        ):
            start(RESOURCES[kind])
        result = json.loads(printed.getvalue())
        result.pop("_ansible_new_secrets", None)  # from the module to the controller, which takes it out, too
        return result, "\n".join(logged)

    def sent_in_query(self) -> set[str]:
        """The names of all parameters that were sent in a URL."""
        return {name for request in self.emulator.requests() for name in request["parameters_in"]["query"]}


def _module_arguments(options: Options) -> contextlib.AbstractContextManager[Any]:
    """Let an AnsibleModule of this process find these options."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # before ansible-core 2.18
        arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
        return mock.patch.object(basic, "_ANSIBLE_ARGS", arguments)
    return patch_module_args(options)


@contextlib.contextmanager
def _fresh_warnings() -> Iterator[None]:
    """Ansible collects a process's warnings; a module is a process."""
    warnings = sys.modules["ansible.module_utils.common.warnings"]
    for name in ("_global_warnings", "_global_deprecations"):
        if hasattr(warnings, name):
            getattr(warnings, name).clear()
    yield
