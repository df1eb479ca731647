# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every module that has no resource of its own."""

from __future__ import annotations

import pytest

from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import OwnEntry
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.sites import SitesEntry, SitesInfoEntry
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.verify import VerifyEntry

ENTRIES = (SitesEntry, SitesInfoEntry, VerifyEntry)


def test_these_are_all() -> None:
    assert set(OwnEntry.__subclasses__()) == set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_secret_that_yaml_has_made_a_number_of_is_refused(entry: type[OwnEntry]) -> None:
    """Nothing is looked at before that: no option else is given."""
    given = {"secret_key": 342391}
    result = entry().run({"secret_key": "342391"}, check_mode=False, diff=False, environment={}, given=given)
    assert result["error"]["kind"] == "invalid_options"
    assert "secret_key must be in quotes" in result["msg"]
    assert "342391" not in str(result)
