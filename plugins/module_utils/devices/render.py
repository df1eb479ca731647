# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A device's configuration, and all that has to be said with it: what was assumed, what is refused, what is weak."""

from __future__ import annotations

import json
import typing as t

from . import comware, fortios, ios, swanctl, vrp
from .audit import weaknesses
from .description import Description, DescriptionError, Item, Refusal, describe


class Platform(t.NamedTuple):
    """How one platform is configured. C(text) or C(data) is there, or both."""

    refused: t.Callable[[Description], list[Refusal]]
    text: t.Callable[[Description], str] | None = None
    data: t.Callable[[Description], dict[str, t.Any]] | None = None
    setup: t.Callable[[Description], list[str]] | None = None
    unverified: bool = False
    numbers: tuple[int, int] = (0, 0)  # what tells tunnels from each other on one device
    ending: str = ""  # the last line of a text, which ends all that is typed


PLATFORMS = {
    "swanctl": Platform(swanctl.refused, text=swanctl.text, setup=swanctl.setup, numbers=swanctl.NUMBERS),
    "ios": Platform(ios.refused, text=ios.text, data=ios.data, numbers=ios.NUMBERS, ending="end\n"),
    "fortios": Platform(fortios.refused, data=fortios.data, numbers=fortios.NUMBERS),
    "comware": Platform(
        comware.refused, text=comware.text, unverified=True, numbers=comware.NUMBERS, ending="return\n"
    ),
    "vrp": Platform(vrp.refused, text=vrp.text, unverified=True, numbers=vrp.NUMBERS, ending="return\n"),
}


def device_config(
    tunnel: Item, platform: str, vpn_gateway: Item, customer_gateway: Item, **options: t.Any
) -> dict[str, t.Any]:
    """The configuration of the device of a tunnel; C(options) are those of describe(). Raises DescriptionError."""
    known = _platform(platform)
    description = describe(tunnel, vpn_gateway, customer_gateway, **options)
    return _rendered(str(platform), known, tunnel, description)


def _platform(name: str) -> Platform:
    known = PLATFORMS.get(str(name))
    if known is None:
        raise DescriptionError(f"platform must be one of {', '.join(PLATFORMS)}")
    return known


def _rendered(platform: str, known: Platform, tunnel: Item, description: Description) -> dict[str, t.Any]:
    refusals = known.refused(description)
    rendered = not refusals
    return {
        "platform": platform,
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


def device_file(
    tunnels: t.Sequence[Item],
    platform: str,
    vpn_gateways: t.Mapping[str, Item],
    customer_gateway: Item,
    *,
    common: t.Mapping[str, t.Any] | None = None,
    own: t.Mapping[str, t.Mapping[str, t.Any]] | None = None,
    pre_shared_keys: t.Mapping[str, str] | None = None,
) -> dict[str, t.Any]:
    """The configuration of a device with all its tunnels: one text, one set of data.

    C(common) are options of describe() for all tunnels, C(own) those of one, by its name or id, and so are the keys.
    Where something is refused for one of them, there is none for any. Raises DescriptionError.
    """
    known = _platform(platform)
    gateways = {str(identity).lower(): gateway for identity, gateway in vpn_gateways.items()}
    descriptions, configs = [], []
    for position, tunnel in enumerate(tunnels, start=1):
        try:
            gateway = gateways.get(str(tunnel.get("vpn_gateway")).lower())
            if gateway is None:
                raise DescriptionError("its VPN gateway is not among those given")
            options = {**(common or {}), **_of(tunnel, own or {}, {})}
            key = _of(tunnel, pre_shared_keys or {}, None)
            description = describe(tunnel, gateway, customer_gateway, **{**options, "pre_shared_key": key})
        except (DescriptionError, TypeError) as error:
            raise DescriptionError(f"tunnel {position} of {len(tunnels)}: {error}") from None
        descriptions.append(description)
        configs.append(_rendered(str(platform), known, tunnel, description))
    _told_apart(descriptions, known)
    whole = not any(config["refused"] for config in configs)
    data = _joined_data([config["data"] for config in configs]) if known.data and whole else None
    text = _joined_text([config["text"] for config in configs], known) if known.text and whole else None
    if data is not None and not known.text:
        text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    shown = ("name", "has_key", "assumed", "refused", "weak", "setup")
    return {
        "platform": str(platform),
        "unverified": known.unverified,
        "text": text,
        "data": data,
        "tunnels": [
            {"id": tunnel.get("id"), "tunnel": tunnel.get("name"), **{part: config[part] for part in shown}}
            for tunnel, config in zip(tunnels, configs)
        ],
    }


def _of(tunnel: Item, table: t.Mapping[str, t.Any], default: t.Any) -> t.Any:
    """A tunnel's entry in a table, by its name or its id."""
    for part in ("name", "id"):
        if table.get(tunnel.get(part) or "") not in (None, ""):
            return table[tunnel[part]]
    return default


def _told_apart(descriptions: list[Description], known: Platform) -> None:
    """Two tunnels of one device must not overwrite each other. Raises DescriptionError."""
    names = [description.name for description in descriptions]
    numbers = sorted(description.number_within(*known.numbers) for description in descriptions)
    if len(set(names)) < len(names):
        raise DescriptionError("two tunnels of the device have the same name: set another one for one of them")
    if any(later - sooner < 2 for sooner, later in zip(numbers, numbers[1:])):
        raise DescriptionError(
            "the numbers of two tunnels of the device are less than two apart: set another one for one of them"
        )


def _joined_data(parts: list[dict[str, list[t.Any]]]) -> dict[str, list[t.Any]]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [value for part in parts for value in part.get(name, ())] for name in names}


def _joined_text(parts: list[str], known: Platform) -> str:
    """One text after the other. What ends the first one would end all of them."""
    return "\n".join(part[: -len(known.ending)] if known.ending else part for part in parts) + (
        known.ending if parts else ""
    )
