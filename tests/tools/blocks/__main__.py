# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write those blocks of the modules' documentation that follow from something else, so that each is written once.

    python -m tools.blocks

A field of a resource is described in RETURN of the module that manages it, and nowhere else: RETURN of the C(_info)
module, the read-only options, and the types follow from that and from the resource's table. What all modules return
(C(plan), C(api_calls), C(error) and so on) follows from result.yml, with the examples of words.yml. What is not named
there is written by hand and stays as it is, between the blocks, too.

Modules are read and written as text: Ansible has no fragments for RETURN, and users read these files.
"""

from __future__ import annotations

import re
import sys
import textwrap
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ansible_collections.ksyun.vpn.plugins.module_utils.resources import vpn_tunnel_status
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.schema import Field, Resource
from ansible_collections.ksyun.vpn.tests.support.tables import RESOURCES

HERE = Path(__file__).resolve().parent
MODULES = HERE.parents[2] / "plugins" / "modules"
WIDTH = 120
WORDS: dict[str, dict[str, t.Any]] = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
SENTENCES = WORDS["sentences"]
# What of a failure has to do with a call, or with a fault of ours: the same for every module.
OF_A_CALL = ("action", "code", "message", "http_status", "request_id", "hint", "where")
_KEY = re.compile(r"( *)([A-Za-z_]\w*):(?: |$)")


@dataclass
class Block:
    """A key of a YAML text with the lines below it: C(lines), then the C(blocks) of its own keys."""

    key: str
    lines: list[str]
    blocks: dict[str, Block] = field(default_factory=dict)

    def text(self) -> list[str]:
        """All its lines."""
        return self.lines + [line for block in self.blocks.values() for line in block.text()]

    def put(self, path: str, new: Block) -> None:
        """Have a block under a path of keys; a new one comes last."""
        first, _dot, rest = path.partition(".")
        if rest:
            self.blocks[first].put(rest, new)
        else:
            self.blocks[first] = new

    def put_after(self, before: str | None, new: Block) -> None:
        """Have a block where it is, or else behind another one."""
        if new.key in self.blocks or before is None:
            self.blocks[new.key] = new
            return
        items = list(self.blocks.items())
        at = list(self.blocks).index(before) + 1
        self.blocks = dict([*items[:at], (new.key, new), *items[at:]])


def parse(lines: list[str], indent: int = 0, key: str = "") -> Block:
    """The block of these lines, whose keys are indented by so many spaces."""
    block = Block(key, [])
    for line in lines:
        found = _KEY.match(line)
        if found and len(found[1]) == indent:
            block.blocks[found[2]] = Block(found[2], [line])
        elif block.blocks:
            block.blocks[next(reversed(block.blocks))].lines.append(line)
        else:
            block.lines.append(line)
    for each in block.blocks.values():
        below = [len(found[1]) for line in each.lines[1:] if (found := _KEY.match(line))]
        # only mappings of mappings are taken apart: descriptions, samples and lists are leaves
        if below and min(below) > indent and _is_mapping(each.lines[1:], min(below)):
            inner = parse(each.lines[1:], min(below))
            each.lines, each.blocks = [each.lines[0], *inner.lines], inner.blocks
    return block


def _is_mapping(lines: list[str], indent: int) -> bool:
    first = next(line for line in lines if line.strip())
    return _KEY.match(first) is not None and len(first) - len(first.lstrip()) == indent


def written(value: t.Any, indent: int = 0) -> str:
    """A scalar as YAML; a text of whole lines, indented by so many spaces, as such."""
    if not isinstance(value, str):
        return "null" if value is None else str(value).lower()
    if value.endswith("\n"):
        return "".join(["|", *(f"\n{' ' * indent}{line}" for line in value.splitlines())])
    try:
        plain = yaml.safe_load(f"key: {value}") == {"key": value}
    except yaml.YAMLError:
        plain = False
    return value if plain else '"' + value.replace('"', '\\"') + '"'


def fill(text: str, values: t.Mapping[str, t.Any]) -> list[str]:
    """A template's lines with its values: a list becomes lines of their own; a line of an item that is None goes."""
    lines: list[str] = []
    for line in text.splitlines():
        alone = re.fullmatch(r"( *)(- |sample: |)\$\{(\w+)\}", line)
        if not alone:
            lines.append(re.sub(r"\$\{(\w+)\}", lambda found: str(values[found[1]]), line))
            continue
        indent, before, value = alone[1], alone[2], values[alone[3]]
        if before == "sample: " and isinstance(value, list):
            lines.append(f"{indent}sample:{'' if value else ' []'}")
            lines += [f"{indent}  - {written(item)}" for item in value]
        elif before == "sample: ":
            lines += f"{indent}sample: {written(value, len(indent) + 2)}".splitlines()
        else:
            lines += [f"{indent}{before}{item}" for item in (value if isinstance(value, list) else [value]) if item]
    return reflow(lines)


def template(file: str, values: t.Mapping[str, t.Any], indent: int = 0) -> Block:
    """A file of this folder with its values, indented by so many spaces."""
    text = (HERE / file).read_text(encoding="utf-8")
    lines = [" " * indent + line for line in text.splitlines() if not line.startswith(("#", "---"))]
    return parse(fill("\n".join(lines), values), indent)


def reflow(lines: list[str]) -> list[str]:
    """Lines whose descriptions are broken anew; a description that does not fit in its line becomes a list."""
    done: list[str] = []
    while lines:
        line, *lines = lines
        item = re.match(r"( *)- (?=\S+ )(?!\w+: )", line)
        single = re.match(r"( *)description: (?=\S)", line)
        if line.rstrip().endswith(">-"):
            indent = len(line) - len(line.lstrip()) + 2
            text, lines = _paragraph(lines, indent)
            done += [line, *textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)]
        elif item:
            more, lines = _paragraph(lines, len(item[1]) + 2)
            done += _wrapped(f"{line[len(item[0]) :]} {more}".strip(), len(item[1]))
        elif single and len(line) > WIDTH:
            done += [f"{single[1]}description:", *_wrapped(line[len(single[0]) :], len(single[1]) + 2)]
        else:
            done.append(line)
    return done


def _paragraph(lines: list[str], indent: int) -> tuple[str, list[str]]:
    """The text that is indented at least so far, and the lines behind it."""
    taken = 0
    while taken < len(lines) and lines[taken].startswith(" " * indent):
        taken += 1
    return " ".join(line.strip() for line in lines[:taken]), lines[taken:]


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent + "- ",
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def values_for(resource: Resource, *, manages: bool) -> dict[str, t.Any]:
    """What result.yml asks for."""
    words = WORDS[resource.name]
    kinds = ["configuration", *(["invalid_options", "immutable_change"] if manages else [])]
    if manages or resource.references:
        kinds += ["missing", "ambiguous_name"]
    values: dict[str, t.Any] = {
        "describe": resource.actions.describe.name,
        "called_action": resource.actions.create.name if manages else resource.actions.describe.name,
        "found_by_the_module": found_by_the_module(kinds, words.get("found_also") if manages else None),
        "in_use": ", V(in_use)" if manages and (resource.used_by or resource.moves) else "",
        "of_changes": SENTENCES["of_changes"] if manages else None,
        "ids": SENTENCES["ids"],
        "or_else": "",
    }
    return {**values, **(_of_a_change(resource, words) if manages else {})}


def _of_a_change(resource: Resource, words: dict[str, t.Any]) -> dict[str, t.Any]:
    """What only a module that changes something returns."""
    secret = next((each.option for each in resource.fields if each.secret), "")
    updates = any(each.on_modify for each in resource.fields)
    option, target = words["option"], words["target"]
    change = f"update {target} ({option})" if updates else f"create {target}"
    return {
        "before": None,
        "ids": SENTENCES["ids_of_rivals"],
        **words,
        "secret_not_compared": SENTENCES["secret_not_compared"].replace("${secret}", secret) if secret else None,
        "actions": SENTENCES["updates" if updates else "no_updates"],
        "action": "update" if updates else "create",
        "name_of_the_option": SENTENCES["name_of_a_secret" if secret else "name_of_the_option"].replace(
            "${secret}", secret
        ),
        "reason": f"it differs in {option}" if updates else "it does not exist",
        "summary": change + (", which interrupts traffic" if words["interrupts"] else ""),
        **{side: _as_text(words[side]) for side in ("diff_before", "diff_after")},
        "or_else": " or V(race)",
    }


def _as_text(options: dict[str, t.Any]) -> str:
    """Options as the core's diff has them."""
    return "".join(f"{option}: {value}\n" for option, value in sorted(options.items()))


def found_by_the_module(kinds: list[str], also: str | None) -> str:
    """A sentence with the kinds of failures that a module finds by itself."""
    named = [f"V({kind})" for kind in kinds]
    if also:
        return f"Found by the module, {', '.join(named)}, {also}."
    return f"Found by the module, {' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))}."


def described(resource: Resource, item: Block) -> dict[str, Block]:
    """The fields of a resource as the module that manages it describes them; their types are the table's."""
    fields = item.blocks["contains"].blocks
    known = [each for each in resource.fields if each.returned and not each.secret]
    names = ["id", *(each.option for each in known)]
    for name in names:
        assert name in fields, f"RETURN of {resource.name} has to describe {name}, which is in the table"
    order = [*names, *(name for name in fields if name not in names)]
    for each in known:
        typed = ["type: list", "elements: str"] if each.kind.empty() == [] else [f"type: {each.kind.option}"]
        lines = {key: block for key, block in fields[each.option].blocks.items() if key not in ("type", "elements")}
        types = {line.partition(":")[0]: Block(line.partition(":")[0], [f"      {line}"]) for line in typed}
        at = list(lines).index("returned") + 1
        fields[each.option].blocks = dict([*list(lines.items())[:at], *types.items(), *list(lines.items())[at:]])
    item.blocks["contains"].blocks = {name: fields[name] for name in order}
    return item.blocks["contains"].blocks


def listed(resource: Resource, fields: dict[str, Block], extra: dict[str, Block]) -> Block:
    """What the module that lists a resource returns; C(extra) has what it returned before."""
    words, name = WORDS[resource.name], resource.name
    block = template("listed.yml", {**words, "name": name}).blocks[f"{name}s"]
    blocks = {}
    for option, described_there in fields.items():  # a task that changes nothing knows all
        text = re.sub(r" In check mode [^.]*\.", "", "\n".join(described_there.text()))
        blocks[option] = parse(text.splitlines(), 4).blocks[option]
    contains = block.blocks["contains"] = Block("contains", ["  contains:"], blocks)
    for before, each in zip(resource.fields, resource.fields[1:]):
        if each.secret:
            secret = template("secret.yml", {**words, "option": each.option}, 4).blocks[each.option]
            contains.put_after(before.option, secret)
    names = list(extra)
    for number, option in enumerate(names):
        if option not in contains.blocks:
            contains.put_after(names[number - 1], extra[option])
    return block


def put_result(target: Block, values: t.Mapping[str, t.Any], keys: tuple[str, ...], errors: tuple[str, ...]) -> None:
    """Write what all modules return: C(keys), and of a failure C(errors)."""
    result = template("result.yml", values)
    for key in keys:
        target.put(key, result.blocks[key])
    before = None
    failure, wanted = target.blocks["error"].blocks["contains"], result.blocks["error"].blocks["contains"]
    for key in errors:
        failure.put_after(before, wanted.blocks[key])
        before = key


def _read_only(resource: Resource, each: Field) -> Block:
    return template("read_only.yml", {"name": resource.name, "option": each.option}, 2).blocks[each.option]


class _Missing(dict[str, t.Any]):
    """The values of a module that has only some of the blocks."""

    def __missing__(self, key: str) -> str:
        return ""


def _part(text: str, name: str) -> tuple[int, int]:
    """Where a module's DOCUMENTATION or RETURN stands."""
    start = text.index(f'{name} = r"""\n') + len(f'{name} = r"""\n')
    return start, text.index('"""', start)


def _rewritten(text: str, name: str, change: t.Callable[[Block], None]) -> str:
    start, end = _part(text, name)
    block = parse(text[start:end].splitlines())
    change(block)
    return text[:start] + "\n".join(block.text()) + "\n" + text[end:]


def managing(text: str, resource: Resource) -> str:
    """The text of the module that manages a resource."""

    def result(block: Block) -> None:
        described(resource, block.blocks[resource.name])
        keys = ("not_compared", "plan", "summary", "diff", "api_calls")
        put_result(block, values_for(resource, manages=True), keys, ("kind", "faults", "options", "ids", *OF_A_CALL))

    def options(block: Block) -> None:
        before = None
        for each in resource.fields:
            if not each.settable:
                block.blocks["options"].put_after(before, _read_only(resource, each))
            before = each.option

    return _rewritten(_rewritten(text, "DOCUMENTATION", options), "RETURN", result)


def listing(text: str, resource: Resource, manager: str) -> str:
    """The text of the module that lists a resource, from that of the module that manages it."""
    start, end = _part(manager, "RETURN")
    item = parse(manager[start:end].splitlines()).blocks[resource.name]

    def result(block: Block) -> None:
        before = block.blocks[f"{resource.name}s"].blocks["contains"].blocks
        block.put(f"{resource.name}s", listed(resource, described(resource, item), before))
        ids = ("ids",) if resource.references else ()
        put_result(block, _Missing(values_for(resource, manages=False)), ("api_calls",), ("kind", *ids, *OF_A_CALL))

    return _rewritten(text, "RETURN", result)


def status(text: str) -> str:
    """The text of the module that reads the status of tunnels."""
    words = WORDS["vpn_tunnel_status"]
    values = _Missing(
        describe=vpn_tunnel_status.ACTION.name,
        called_action=vpn_tunnel_status.ACTION.name,
        found_by_the_module=found_by_the_module(["configuration", "missing", "ambiguous_name"], words["found_also"]),
        ids=words["ids"],
        or_else=f" or V({words['or_else']})",
    )
    return _rewritten(
        text, "RETURN", lambda block: put_result(block, values, ("api_calls",), ("kind", "ids", *OF_A_CALL))
    )


def sites(text: str) -> str:
    """The text of a module of all sites: it has a form of its own, but for failed calls."""
    values = _Missing(called_action=RESOURCES["vpn_tunnel"].actions.describe.name)
    return _rewritten(text, "RETURN", lambda block: put_result(block, values, (), OF_A_CALL))


def generated(name: str, text: str) -> str:
    """The text of a module with all blocks as they have to be."""
    if name in RESOURCES:
        return managing(text, RESOURCES[name])
    resource = RESOURCES.get(name.removesuffix("_info"))
    if resource:
        return listing(text, resource, (MODULES / f"{resource.name}.py").read_text(encoding="utf-8"))
    if name == "vpn_tunnel_status_info":
        return status(text)
    return sites(text) if name in ("sites", "sites_info") else text


def main() -> int:
    for path in sorted(MODULES.glob("*.py")):
        before = path.read_text(encoding="utf-8")
        after = generated(path.stem, before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"written: {path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
