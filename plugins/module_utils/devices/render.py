# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A device's configuration, and all that has to be said with it: what was assumed, what is refused, what is weak."""

from __future__ import annotations

import typing as t

from . import comware, fortios, ios, swanctl, vrp
from .audit import weaknesses
from .description import Description, DescriptionError, Item, Refusal, describe


class Platform(t.NamedTuple):
    """How one platform is configured. One of C(text) and C(data) is there."""

    refused: t.Callable[[Description], list[Refusal]]
    text: t.Callable[[Description], str] | None = None
    data: t.Callable[[Description], dict[str, t.Any]] | None = None
    setup: t.Callable[[Description], list[str]] | None = None
    unverified: bool = False


PLATFORMS = {
    "swanctl": Platform(swanctl.refused, text=swanctl.text, setup=swanctl.setup),
    "ios": Platform(ios.refused, text=ios.text),
    "fortios": Platform(fortios.refused, data=fortios.data),
    "comware": Platform(comware.refused, text=comware.text, unverified=True),
    "vrp": Platform(vrp.refused, text=vrp.text, unverified=True),
}


def device_config(
    tunnel: Item, platform: str, vpn_gateway: Item, customer_gateway: Item, **options: t.Any
) -> dict[str, t.Any]:
    """The configuration of the device of a tunnel; C(options) are those of describe(). Raises DescriptionError."""
    known = PLATFORMS.get(str(platform))
    if known is None:
        raise DescriptionError(f"platform must be one of {', '.join(PLATFORMS)}")
    description = describe(tunnel, vpn_gateway, customer_gateway, **options)
    refusals = known.refused(description)
    rendered = not refusals
    return {
        "platform": str(platform),
        "unverified": known.unverified,
        "name": description.name,
        "text": known.text(description) if known.text and rendered else None,
        "data": known.data(description) if known.data and rendered else None,
        "setup": known.setup(description) if known.setup and rendered else [],
        "has_key": rendered and description.key is not None,
        "assumed": [assumption._asdict() for assumption in description.assumed],
        "refused": [refusal._asdict() for refusal in refusals],
        "weak": weaknesses(tunnel),
        "description": description.public(),
    }
