# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx for the documentation site. Nothing is fetched when it is built or read."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

project = "ksyun.vpn"
author = "ksyun.vpn contributors"
copyright = f"2026, {author}"
html_title = "ksyun.vpn"

extensions = ["sphinx_antsibull_ext"]
highlight_language = "yaml+jinja"
nitpicky = True
exclude_patterns = ["environment_variables.rst"]  # antsibull-docs only fills it for plugins that are not modules

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


# What antsibull-docs refers to and what is on Ansible's own site. A table instead of intersphinx, which would fetch it.
ELSEWHERE = {
    "action_plugins": "https://docs.ansible.com/ansible/latest/plugins/action.html",
    "common_return_values": "https://docs.ansible.com/ansible/latest/reference_appendices/common_return_values.html",
}


CJK = "[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]"  # punctuation, characters, full-width forms


def find_elsewhere(_app: Sphinx, _environment: object, node: nodes.Element, text: nodes.Element) -> nodes.Node | None:
    """The link for a label that no page here has; None if it is not known, which is a warning."""
    url = ELSEWHERE.get(node["reftarget"])
    return nodes.reference("", "", text, refuri=url, internal=False) if url else None


def polish(_app: Sphinx, page: str, source: list[str]) -> None:
    """What reads badly in the sources as they are."""
    text = source[0]
    text = re.sub(r"^\.\. contents::\n(?: +:.*\n)*", "", text, flags=re.MULTILINE)  # furo has its own beside the text
    if page == "index":
        text = text.replace("Ksyun.Vpn\n", "ksyun.vpn\n")
        text = re.sub(r"^( +)(\w+)_(module|role)$", r"\1\2 <\2_\3>", text, flags=re.MULTILINE)  # short in the menu
    if page.endswith("_zh"):
        text = re.sub(f"(?<={CJK})\n *(?={CJK})", "", text)  # a line's end is no space between Chinese words
    source[0] = text


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", find_elsewhere)
    app.connect("source-read", polish)
