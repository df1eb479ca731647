# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides and the READMEs show works: each page, followed from top to bottom, in an account that is empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from docs.blocks import GUIDES, READMES, ROLE, ROOT, Block, blocks
from modules.runner import Ansible, Run

RUN = ("plays", "tasks", "keywords")
PAGES = [page for page in [*READMES, ROLE, *GUIDES] if any(block.kind in RUN for block in blocks(page))]

OF_ONE_LANGUAGE = {
    "https://github.com/ksyun-vpn/ksyun.vpn/blob/main/README.md",
    "https://github.com/ksyun-vpn/ksyun.vpn/blob/main/README.zh-CN.md",
    "https://github.com/ksyun-vpn/ksyun.vpn/blob/main/docs/docsite/rst/after_the_tunnel.rst",
    "https://github.com/ksyun-vpn/ksyun.vpn/blob/main/docs/docsite/rst/after_the_tunnel_zh.rst",
    "https://semver.org/",
    "https://semver.org/lang/zh-CN/",
    *(
        f"https://github.com/ksyun-vpn/ksyun.vpn/blob/main/docs/docsite/rst/{page}{language}.rst"
        for page in ("devices", "watching")
        for language in ("", "_zh")
    ),
}
AGAIN = [{"name": "Again", "hosts": "localhost", "gather_facts": False}]


def changes(run: Run) -> list[int]:
    """How many tasks changed something, in each pass through the example; none may have failed."""
    assert run.code == 0, run.output
    assert re.search(r"failed=0 ", run.output), run.output
    assert "invented-for" not in run.output, "a key is shown"
    passes = run.output.split("PLAY [Again]")
    return [len(re.findall("^changed: ", each, re.MULTILINE)) for each in passes]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_run(page: Path, ansible: Ansible, record_property: Callable[[str, Any], None]) -> None:
    examples = [block for block in blocks(page) if block.kind in RUN]
    for number, example in enumerate(examples):
        play(example, [before for before in examples[:number] if before.registered & example.used], ansible)
    record_property("examples", len(examples))


def play(example: Block, before: list[Block], ansible: Ansible) -> None:
    """Check a playbook, then run it twice, after those examples whose registered results it uses.

    The check says what the run then does, and changes nothing. The second pass has nothing left to do. Tasks that go
    on from what is there are not checked first, as their readers would not.
    """
    before_it = [written(each, f"before_{number}.yml", ansible) for number, each in enumerate(before)]
    it = written(example, "example.yml", ansible)
    (ansible.directory / "again.yml").write_text(yaml.safe_dump(AGAIN))
    command = ["ansible-playbook", "--extra-vars", "@vault.yml", "--diff", "-i", "inventory.yml"]
    if "import_playbook" in example.text:
        command += ["--extra-vars", "@sites.yml"]
    planned = None
    if example.kind == "plays":
        state = ansible.emulator.state()
        [planned] = changes(ansible.run(*command, *before_it, it, "--check"))
        assert ansible.emulator.state() == state
    first, second = changes(ansible.run(*command, *before_it, it, "again.yml", it))
    assert planned in (None, first)
    assert second == 0


def written(example: Block, name: str, ansible: Ansible) -> str:
    """A playbook's file: what the text says, or what a reader makes of tasks."""
    text = example.text if example.kind == "plays" else yaml.safe_dump(example.plays, sort_keys=False)
    (ansible.directory / name).write_text(text, encoding="utf-8")
    return name


def untitled(content: Any) -> Any:
    """Plays and tasks without their names, which are told to humans."""
    if not isinstance(content, list):
        return content
    return [
        {key: untitled(value) if key == "tasks" else value for key, value in item.items() if key != "name"}
        for item in content
    ]


def test_both_readmes_show_the_same() -> None:
    english, chinese = (page.read_text(encoding="utf-8").replace("shanghai", "berlin") for page in READMES)
    assert re.findall("^#+ ", english, re.MULTILINE) == re.findall("^#+ ", chinese, re.MULTILINE)
    shown = [
        [untitled(yaml.safe_load(block.text.replace("shanghai", "berlin"))) for block in blocks(page)]
        for page in READMES
    ]
    assert shown[0] == shown[1]
    for fence in ("shell", "ini"):
        pattern = re.compile(rf"^```{fence}\n(.*?)^```", re.MULTILINE | re.DOTALL)
        assert pattern.findall(english) == pattern.findall(chinese)
    for word in (r"^\| `([^`]*)`", r"(KSYUN_\w+)", r"(https://[^)`\s]*)"):  # in tables; variables; links
        found = [set(re.findall(word, text, re.MULTILINE)) for text in (english, chinese)]
        assert {item for item in found[0] ^ found[1] if item not in OF_ONE_LANGUAGE} == set()
    for text in (english, chinese):
        assert not re.findall(r"\]\((?!https://)[^)]*\)", text), "Automation Hub shows no relative links"


def test_guides_are_in_the_table_of_contents_and_the_other_way_round() -> None:
    listed = yaml.safe_load((GUIDES[0].parents[1] / "extra-docs.yml").read_text())["sections"]
    assert sorted(name for section in listed for name in section["toctree"]) == [page.stem for page in GUIDES]
