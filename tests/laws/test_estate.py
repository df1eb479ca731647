# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is exported of any account, of all of its VPN gateways, is a declaration of that account: it changes nothing.

It goes the way of the playbook and the role: what the modules return, the two filters, the file, and the modules again.
"""

from __future__ import annotations

import os
from typing import Any

import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st
from laws.accounts import PROJECTS, Account, accounts
from laws.strategies import law
from laws.world import World, writes
from support.examples import examples

from ansible_collections.ksyun.vpn.plugins.filter.declared_gateways import declared_gateways
from ansible_collections.ksyun.vpn.plugins.filter.gateways_result import gateways_result
from ansible_collections.ksyun.vpn.plugins.module_utils.reports.drift import as_data, report
from ansible_collections.ksyun.vpn.plugins.module_utils.reports.variables import as_variables
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.estate import exported


class Variables(yaml.SafeLoader):
    """Reads a file of variables as Ansible does, which does not evaluate what is C(!unsafe)."""


Variables.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def export(world: World, account: Account, keys: bool) -> dict[str, Any]:
    """The variables that the playbook C(export) writes."""
    shown = account.shows("vpn_gateway", "ProjectId")
    listed = world.info("vpn_gateway", **({"project_ids": list(PROJECTS)} if shown else {}))
    results = [
        world.sites_info(
            vpn_gateway=item["id"],
            include_pre_shared_keys=keys,
            **({} if item["project_id"] is None else {"project_id": item["project_id"]}),
        )
        for item in listed
    ]
    assert not [result["msg"] for result in results if result.get("failed")]
    return yaml.load(as_variables(exported(results), "A comment\nof two lines"), Variables)  # noqa: S506 - safe


def apply(world: World, variables: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What the role makes of them."""
    gateways = variables["site_to_site_gateways"]
    options |= {"pre_shared_keys": variables.get("site_to_site_pre_shared_keys", {}), "several": True}
    declared = declared_gateways(gateways, **options)
    assert declared["faults"] == []
    done = []
    for number, each in enumerate(declared["gateways"]):
        present = world.task("vpn_gateway", each["gateway"], check=bool(options.get("compare")))
        assert not present.get("failed"), present["msg"]
        place = {option: each["gateway"][option] for option in ("project_id",) if option in each["gateway"]}
        sites = world.sites(
            check=bool(options.get("compare")),
            vpn_gateway=present["vpn_gateway"]["id"],
            **place,
            **declared_gateways(gateways, **options, number=number),
            prune=each["prune"],
            prune_limit="100%",
            on_error="continue",
        )
        assert not sites.get("failed"), sites["msg"]
        done.append({"label": each["label"], "present": present, "sites": sites})
    return gateways_result(done)


@settings(law, max_examples=300 if os.environ.get("KSYUN_VPN_CAMPAIGN") else examples(60))
@given(account=accounts(least=1, limited=False), keys=st.booleans())
def test_what_is_exported_changes_nothing_and_does_not_drift(world: World, account: Account, keys: bool) -> None:
    world.stage(account)
    variables = export(world, account, keys)
    assert ("site_to_site_pre_shared_keys" in variables) is keys
    assert "pre_shared_key" not in str(variables["site_to_site_gateways"])
    world.take_requests()
    result = apply(world, variables, limits={"prune": True}, settings={"on_immutable_change": "replace"})
    assert (result["changed"], result["plan"], result["failed"]) == (False, [], {})
    assert writes(world.take_requests()) == []
    ids = {tunnel["id"] for each in result["gateways"].values() for own in each["tunnels"].values() for tunnel in own}
    here = account.of("vpn_tunnel")
    if account.shows("vpn_gateway", "ProjectId"):
        assert ids == {wire["VpnTunnelId"] for wire in here}
    event(f"{len(variables['site_to_site_gateways'])} gateways, {len(here)} tunnels")
    found = as_data(report(apply(world, variables, compare=True, limits={"prune": True})["gateways"]))
    assert (found["rows"], found["differs"]) == ([], False)
    assert found["unchanged"] == found["sites"]
