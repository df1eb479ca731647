# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated values that accounts and tasks of the laws are made of, and how often a law is tried."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from support.examples import examples


def tries(number: int) -> int:
    """So many examples of a law: C(LAW_EXAMPLES) of the environment goes before, then "make quick"."""
    return int(os.environ.get("LAW_EXAMPLES") or examples(number))


law = settings(
    max_examples=tries(200),
    deadline=None,
    derandomize=True,  # the same examples in each run of the same tests: what is red is red for everyone
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
names = st.sampled_from(["office", "hq", "客户 网关", "a\"b'&c=+%20;/?#"]) | st.text(
    st.characters(exclude_categories=["Cc", "Cn", "Cs"]), min_size=1, max_size=60
)
addresses = st.ip_addresses(v=4).map(str)
secrets = names.filter(str.strip) | st.sampled_from(
    ["fake-pre-shared-key-1", "fake + key/%41&=?", "office", "密钥密钥密钥密钥"]
)
