# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether tunnels are up, in the text format of Prometheus (0.0.4), for the textfile collector of its node exporter."""

from __future__ import annotations

import typing as t

Item = t.Mapping[str, t.Any]

_METRICS = {
    "ike": ("ksyun_vpn_tunnel_ike_up", "Whether IKE of one of the two tunnels of a VPN tunnel is up."),
    "ipsec": ("ksyun_vpn_tunnel_ipsec_up", "Whether IPsec of one of the two tunnels of a VPN tunnel is up."),
}
_READ = "ksyun_vpn_read_timestamp_seconds"


def _label(value: t.Any) -> str:
    """A text as the value of a label. What could end its line or its quotes is escaped."""
    text = "" if value is None else str(value)
    text = "".join(character if character == "\n" or character.isprintable() else "\ufffd" for character in text)
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def exposition(statuses: t.Iterable[Item], region: str = "", at: float | None = None) -> str:
    """The samples of statuses as C(vpn_tunnel_status_info) returns them. What the service does not tell has none."""
    samples: dict[str, list[str]] = {part: [] for part in _METRICS}
    for status in statuses:
        for sub_tunnel in status.get("sub_tunnels") or ():
            labels = {
                **({"region": region} if region else {}),
                "vpn_gateway": status.get("vpn_gateway"),
                "id": status.get("id"),
                "name": status.get("name"),
                "number": sub_tunnel.get("number"),
            }
            written = ",".join(f'{name}="{_label(value)}"' for name, value in labels.items())
            for part, lines in samples.items():
                if sub_tunnel.get(part) is not None:
                    lines.append(f"{_METRICS[part][0]}{{{written}}} {int(bool(sub_tunnel[part]))}")
    found = []
    for part, lines in samples.items():
        name, text = _METRICS[part]
        found += [f"# HELP {name} {text}", f"# TYPE {name} gauge", *dict.fromkeys(lines)]
    if at is not None:
        found += [f"# HELP {_READ} When the service was asked.", f"# TYPE {_READ} gauge", f"{_READ} {at:.0f}"]
    return "\n".join(found) + "\n"
