# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX runs them: ansible-runner in a private data directory, with a project, an inventory and extra vars."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner
import yaml

from ansible_collections.ksyun.vpn.tests.awx.credential import Injected

# What AWX writes for a job of the type "check", and for the box "show changes".
CHECK, DIFF = "--check", "--diff"


@dataclass(frozen=True)
class Job:
    """A job that has ended."""

    status: str
    events: list[dict[str, Any]]
    artifacts: Path

    @property
    def changed(self) -> int:
        """How many tasks changed something."""
        return self._end["changed"].get("localhost", 0)

    @property
    def stats(self) -> dict[str, Any]:
        """What set_stats passed on, which AWX calls the job's artifacts and gives to the next node of a workflow."""
        return self._end["artifact_data"]

    @property
    def _end(self) -> dict[str, Any]:
        """The data of the event that ends a playbook; lines of the output may follow it."""
        return next(event["event_data"] for event in self.events if event["event"] == "playbook_on_stats")

    def diffs(self) -> list[Any]:
        """The differences that were shown, in their order."""
        results = [event.get("event_data", {}).get("res", {}) for event in self.events]
        return [result["diff"] for result in results if result.get("diff") and "results" not in result]

    def files(self) -> dict[str, str]:
        """All that the runner left, by its name below the artifacts."""
        return {
            str(file.relative_to(self.artifacts)): file.read_text()
            for file in sorted(self.artifacts.rglob("*"))
            if file.is_file()
        }


@dataclass
class JobTemplate:
    """Launches jobs, each in a private data directory of its own."""

    directory: Path
    credential: Injected
    launched: int = 0

    def launch(self, playbook: str, variables: dict[str, Any], *arguments: str, verbosity: int = 0) -> Job:
        """Run a playbook of the collection from a project that does no more than import it."""
        self.launched += 1
        private = self.directory / f"job-{self.launched}"
        for name in ("project", "inventory", "env"):
            (private / name).mkdir(parents=True)
        (private / "project" / "job.yml").write_text(yaml.safe_dump([{"import_playbook": playbook}]))
        # As in AWX, localhost is a host of the inventory; nothing is said of how to reach it.
        (private / "inventory" / "hosts").write_text(json.dumps({"all": {"hosts": {"localhost": {}}}}))
        (private / "env" / "extravars").write_text(yaml.safe_dump(variables))
        run = ansible_runner.run(
            private_data_dir=str(private),
            playbook="job.yml",
            cmdline=" ".join(arguments),
            envvars=self._environment(private),
            settings={"fact_cache": "fact_cache", "fact_cache_type": "jsonfile"},
            suppress_env_files=True,
            verbosity=verbosity,
            ident="1",
            quiet=True,
        )
        return Job(run.status, list(run.events), private / "artifacts" / "1")

    def _environment(self, private: Path) -> dict[str, str]:
        return {
            "HOME": str(private),
            "ANSIBLE_HOME": str(private / "ansible"),
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "no_proxy": "127.0.0.1",
            **self.credential.environment,
        }
