# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between what is declared and what is there: the core's function, as a filter."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_report
version_added: 1.2.0
short_description: Make a report of what differs, from a check of VPN gateways and their sites
description:
  - Makes a report from the fact C(site_to_site_result) that the role P(ksyun.vpn.site_to_site#role) has set in check
    mode. The playbook C(ksyun.vpn.drift) does both.
  - Names are shown as what they are. In CSV, what a spreadsheet would evaluate has an apostrophe before it. The page
    loads nothing and runs nothing.
positional: format
options:
  _input:
    description:
      - The result of the role.
    type: dict
    required: true
  format:
    description:
      - What to make. V(data) are the differences and their counts, V(table) is a list of lines, V(csv) and V(html) are
        the texts of files.
    type: str
    choices:
      - data
      - table
      - csv
      - html
    default: data
  title:
    description:
      - The heading of the page.
    type: str
    default: Drift of the site-to-site VPNs
  when:
    description:
      - Of what time the page is.
    type: str
    default: Checked just now
"""

EXAMPLES = r"""
- name: See what differs
  ansible.builtin.import_role:
    name: ksyun.vpn.site_to_site
  check_mode: true
  ignore_errors: true

- name: Show it
  ansible.builtin.debug:
    msg: "{{ site_to_site_result | ksyun.vpn.drift_report('table') }}"
"""

RETURN = r"""
_value:
  description:
    - The report.
  type: raw
  sample:
    summary: "1 VPN gateway, 2 sites: 1 missing"
    differs: true
    gateways: 1
    sites: 2
    unchanged: 1
    counts: {"missing": 1, "different": 0, "surplus": 0, "undeclared": 0, "unknown": 0}
    not_compared: []
    rows:
      - gateway: main
        site: berlin
        state: missing
        what: VPN tunnel 'berlin'
        details: it does not exist
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.ksyun.vpn.plugins.module_utils.reports.drift import as_csv, as_table, report
from ansible_collections.ksyun.vpn.plugins.module_utils.reports.drift import as_data as as_values
from ansible_collections.ksyun.vpn.plugins.module_utils.reports.page import as_page
from ansible_collections.ksyun.vpn.plugins.plugin_utils.untrusted import as_data


def drift_report(
    result: t.Any,
    format: str = "data",
    title: str = "Drift of the site-to-site VPNs",
    when: str = "Checked just now",
) -> t.Any:
    """The report. Raises AnsibleFilterError."""
    if not isinstance(result, t.Mapping) or not isinstance(result.get("gateways"), t.Mapping):
        raise AnsibleFilterError("ksyun.vpn.drift_report: it takes the result of the role ksyun.vpn.site_to_site")
    found = report(result["gateways"])
    if format == "data":
        return as_data(as_values(found))
    if format == "table":
        return as_data(as_table(found))
    if format == "csv":
        return as_data(as_csv(found))
    if format == "html":
        return as_data(as_page(found, str(title), str(when)))
    raise AnsibleFilterError("ksyun.vpn.drift_report: format must be one of data, table, csv, html")


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"drift_report": drift_report}
