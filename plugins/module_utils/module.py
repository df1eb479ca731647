# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Ansible begins: an AnsibleModule around the core."""

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .api.client import REQUESTS_IMPORT_ERROR
from .argspec import info_spec, resource_spec
from .resources.schema import Resource
from .run import Result, run_info, run_resource, shown

try:
    from ansible.module_utils.secrets import register_secrets
except ImportError:  # up to ansible-core 2.21
    register_secrets = None


def manage(resource: Resource) -> None:
    """The C(main()) of a module that manages a resource."""
    module = AnsibleModule(argument_spec=resource_spec(resource), supports_check_mode=True)
    _require_requests(module)
    _exit(
        module,
        run_resource(
            resource,
            module.params,
            check_mode=module.check_mode,
            diff=module._diff,  # pylint: disable=protected-access
            environment=os.environ,
        ),
    )


def list_all(resource: Resource) -> None:
    """The C(main()) of a module that lists a resource."""
    module = AnsibleModule(argument_spec=info_spec(resource), supports_check_mode=True)
    _require_requests(module)
    result = run_info(resource, module.params, environment=os.environ)
    if register_secrets is not None:
        # Keys that were asked for are in what is registered; ansible-core keeps them out of what is displayed.
        options = [field.option for field in resource.fields if field.secret]
        items = result[f"{resource.name}s"]
        register_secrets(str(item[option]) for item in items for option in options if item.get(option) is not None)
    _exit(module, result)


def _require_requests(module: AnsibleModule) -> None:
    if REQUESTS_IMPORT_ERROR is not None:
        _exit(module, {"failed": True, "msg": missing_required_lib("requests"), "warnings": []})


def _exit(module: AnsibleModule, result: Result) -> None:
    """End with a result, which has passed the redactor.

    Nothing is left to the masking of ansible-core, which is too little (2.22 leaves secrets in what is
    registered) or too much (2.19 takes a short key out of every word).
    """
    module.no_log_values.clear()
    result["invocation"] = {"module_args": shown(module.argument_spec, module.params, os.environ)}
    for warning in result.pop("warnings"):
        module.warn(warning)
    finish = module.fail_json if result.get("failed") else module.exit_json
    finish(**result)
