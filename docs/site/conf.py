# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx for the documentation site. Nothing is fetched when it is built or read."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

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


ROOT = Path(__file__).parents[2]  # of the checkout
PICTURE = "https://raw.githubusercontent.com/ksyun-vpn/ksyun.vpn/main/"  # where other sites find pictures
CJK = "[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]"  # punctuation, characters, full-width forms


def find_elsewhere(_app: Sphinx, _environment: object, node: nodes.Element, text: nodes.Element) -> nodes.Node | None:
    """The link for a label that no page here has; None if it is not known, which is a warning."""
    target = node["reftarget"]
    url = ELSEWHERE.get(target)
    if node["reftype"] == "envvar" and target.startswith("ANSIBLE_"):  # of the standard options of inventories
        url = f"https://docs.ansible.com/ansible/latest/reference_appendices/config.html#envvar-{target}"
    return nodes.reference("", "", text, refuri=url, internal=False) if url else None


def local(app: Sphinx, match: re.Match[str]) -> str:
    """A picture's place in the checkout, as Sphinx wants it; where others find it, if it is not there."""
    return f"/{os.path.relpath(ROOT / match[1], app.srcdir)}" if (ROOT / match[1]).exists() else match[0]


def captioned(text: str) -> str:
    """A page whose headings are those of the menu, too."""
    heading, lines = "", [""]
    for line in text.split("\n"):
        if re.fullmatch("[-~]{3,}", line):
            heading = lines[-1]
        lines.append(line)
        if line == ".. toctree::":
            lines.append(f"    :caption: {heading}")
    return "\n".join(lines[1:])


def polish(app: Sphinx, page: str, source: list[str]) -> None:
    """What reads badly in the sources as they are."""
    text = source[0]
    text = re.sub(r"^\.\. contents::\n(?: +:.*\n)*", "", text, flags=re.MULTILINE)  # furo has its own beside the text
    if page == "index":
        text = text.replace("Ksyun.Vpn\n", "ksyun.vpn\n")
        kinds = "module|role|filter|inventory"  # which the menu has without
        text = re.sub(rf"^( +)(\w+)_({kinds})$", r"\1\2 <\2_\3>", text, flags=re.MULTILINE)
        text = captioned(text.replace("Role Index\n", "Roles\n"))
    text = re.sub(f"(?<=image:: ){re.escape(PICTURE)}(\\S+)", partial(local, app), text)
    if page.endswith("_zh"):
        text = re.sub(f"(?<={CJK})\n *(?={CJK})", "", text)  # a line's end is no space between Chinese words
    source[0] = text


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", find_elsewhere)
    app.connect("source-read", polish)
