# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx for the documentation site. Nothing is fetched when it is built or read."""

from __future__ import annotations

project = "ksyun.vpn"
author = "ksyun.vpn contributors"
copyright = f"2026, {author}"
html_title = "ksyun.vpn: Kingsoft Cloud VPN for Ansible"
html_short_title = "ksyun.vpn"

extensions = ["sphinx_antsibull_ext"]
highlight_language = "yaml+jinja"
nitpicky = True

html_theme = "furo"
html_theme_options = {
    "source_repository": "https://github.com/ksyun-vpn/ksyun.vpn/",
    "navigation_with_keys": True,
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
pygments_style = "ansible"
