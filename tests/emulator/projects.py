# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of projects, which belongs to another service: clients ask for it before they list VPN gateways.

A gateway of a project other than the default one is only listed for those who name its project, so the Terraform
provider names all that there are.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .actions import Action
from .parameters import Given
from .resources import Context
from .settings import Settings
from .signature import Scope
from .store import Wire
from .vpn_gateways import DEFAULT_PROJECT


class GetAccountAllProjectList(Action):
    """The default project, those of the settings, and those that a resource is in."""

    # The service has one scope for all regions, which the vendor's Go client signs for, wherever else it works.
    scope: ClassVar[Scope] = Scope("iam", ("cn-north-1",))
    version: ClassVar[str] = "2015-11-01"
    writes: ClassVar[bool] = False

    @property
    def name(self) -> str:
        return "GetAccountAllProjectList"

    def validate(self, given: Given, settings: Settings) -> Wire:
        """No parameter that clients send narrows it."""
        return {}

    def examine(self, context: Context, values: Wire) -> None:
        """Nothing that an account has makes a list fail."""

    def commit(self, context: Context, values: Wire) -> dict[str, Any]:
        names = {DEFAULT_PROJECT: "default", **context.settings.projects}
        for resource in context.store.everything():
            project = resource.wire.get("ProjectId", DEFAULT_PROJECT)
            names.setdefault(project, f"project {project}")
        projects = [
            {
                "ProjectId": int(project) if project.isdecimal() else project,
                "ProjectName": name,
                "ProjectDesc": "",
                "Status": 1,
            }
            for project, name in names.items()
        ]
        return {"ListProjectResult": {"ProjectList": projects, "Total": len(projects)}}
