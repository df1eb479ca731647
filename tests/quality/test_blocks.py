# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said in several modules' documentation is written once: C(make blocks) makes the rest of it."""

from __future__ import annotations

import pytest
from quality.repository import MODULES, text
from tools.blocks.__main__ import generated, listing, managing

from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES


@pytest.mark.parametrize("name", MODULES)
def test_blocks_are_as_generated(name: str) -> None:
    written = text(f"plugins/modules/{name}.py")
    assert generated(name, written) == written, 'Describe it in one place, and run "make blocks".'


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("How long the call took", "How long it took"),
        ("V(not_as_asked)", "V(otherwise)"),
        ("The options afterwards.", "What there is then."),
        ("Read-only, see RV(vpn_tunnel.status).", "Only for reading."),
        ("type: int\n      sample: 14", "type: str\n      sample: 14"),
    ],
)
def test_what_is_written_by_hand_instead_is_found(words: str, others: str) -> None:
    written = text("plugins/modules/vpn_tunnel.py")
    changed = written.replace(words, others)
    assert changed != written
    assert generated("vpn_tunnel", changed) == written


def test_what_is_written_by_hand_stays() -> None:
    words = "The routes that lead to the tunnel that was to be deleted."
    assert words in generated("vpn_tunnel", text("plugins/modules/vpn_tunnel.py"))


def test_a_new_field_is_described_once() -> None:
    """What its table says, and the module that manages it, is in the module that lists it and among the options."""
    peer = RESOURCES["customer_gateway"]
    hops = Field("hop_count", "HopCount", type="int")
    resource = peer._replace(fields=(*peer.fields, hops))
    manager = text("plugins/modules/customer_gateway.py")
    with pytest.raises(AssertionError, match="has to describe hop_count"):
        managing(manager, resource)
    words = "    hop_count:\n      description: How far away it is.\n      returned: always\n      sample: 3\n"
    described = manager.replace("not_compared:\n", f"{words}not_compared:\n")
    managed = managing(described, resource)
    assert "Read-only, see RV(customer_gateway.hop_count)." in managed
    assert "How far away it is.\n      returned: always\n      type: int\n" in managed
    listed = listing(text("plugins/modules/customer_gateway_info.py"), resource, described)
    assert "How far away it is.\n      returned: always\n      type: int\n" in listed
