# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Custom credential types as AWX checks and injects them.

Only what AWX's documentation of custom credential types says: fields of type string or boolean; templates that may use
nothing but these fields; environment variables that may not begin with ANSIBLE_. A field without a value is unknown to
the templates, which makes it an empty text. What AWX keeps of a job's environment has asterisks for secret fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = "**********"


@dataclass(frozen=True)
class Injected:
    """What a job gets of a credential, and what AWX keeps of that."""

    environment: dict[str, str]
    kept: dict[str, str]


@dataclass(frozen=True)
class CredentialType:
    """A credential type: its two configurations."""

    inputs: dict[str, Any]
    injectors: dict[str, dict[str, str]]

    @classmethod
    def shipped(cls) -> CredentialType:
        """The one that comes with the collection."""
        folder = ROOT / "docs" / "awx"
        return cls(*(yaml.safe_load((folder / f"credential_type_{part}.yml").read_text()) for part in cls._PARTS))

    def faults(self) -> list[str]:
        """What AWX would refuse."""
        fields = self.inputs["fields"]
        names = [field["id"] for field in fields]
        found = [f"unknown key in inputs: {key}" for key in self.inputs.keys() - {"fields", "required"}]
        found += [f"required, but no field: {name}" for name in set(self.inputs.get("required", [])) - set(names)]
        found += [f"twice: {name}" for name in set(names) if names.count(name) > 1]
        for field in fields:
            allowed = {"id", "label", "type", "secret", "multiline", "help_text", "choices", "format", "default"}
            found += [f"unknown key of {field['id']}: {key}" for key in field.keys() - allowed]
            if field["type"] not in ("string", "boolean") or not field.get("label"):
                found.append(f"{field['id']} lacks a label, or is of an unknown type")
        found += [f"unknown injector: {key}" for key in self.injectors.keys() - {"env", "extra_vars", "file"}]
        strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
        for variable, text in self.injectors.get("env", {}).items():
            strict.from_string(text).render(dict.fromkeys(names, "x"))
            if variable.startswith("ANSIBLE_"):
                found.append(f"not allowed in a credential: {variable}")
        return found

    def inject(self, values: dict[str, str]) -> Injected:
        """What a credential of this type with these values makes."""
        secret = {field["id"] for field in self.inputs["fields"] if field.get("secret")}
        shown = {name: HIDDEN if name in secret else value for name, value in values.items()}
        return Injected(self._render(values), self._render(shown))

    def _render(self, values: dict[str, str]) -> dict[str, str]:
        sandbox = ImmutableSandboxedEnvironment()
        return {name: sandbox.from_string(text).render(values) for name, text in self.injectors["env"].items()}

    _PARTS = ("inputs", "injectors")
