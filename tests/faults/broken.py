# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the collection, each switched back to what it must not be, to show that the campaign notices.

Each is a small replacement of text in the installed collection; it fails loudly where the text is not there any more.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

_COLLECTION = Path("ansible_collections", "ksyun", "vpn")
_CORE = Path("plugins", "module_utils")
SEQUENCE = "sequence"  # the trials that are no contests


@dataclass(frozen=True)
class Rule:
    """What stands once in a file of module_utils, and what is to stand there instead.

    C(laws): those that are broken then. C(shapes): the trials in which it shows (L(faults.contests.Contest.shape), or
    SEQUENCE); C(proxies): the ways.
    """

    file: str
    text: str
    instead: str
    laws: tuple[str, ...]
    shapes: tuple[str, ...]
    proxies: tuple[str, ...] = ("none", "forward", "connect")


RULES: dict[str, Rule] = {
    "a-create-is-sent-again-blindly": Rule(
        "api/client.py",
        "if not error.transient or (error.may_have_happened and action.writes):",
        "if not error.transient:",
        ("doubled",),
        ("race", "stranger"),
    ),
    "a-proxy-error-counts-as-not-sent": Rule(
        "api/transport/failures.py",
        "    if deadline.established:\n        broke = ",
        "    if deadline.established and not isinstance(failure, failures.ProxyError):\n        broke = ",
        ("doubled",),
        ("race", "stranger", "replace"),
        ("forward", "connect"),
    ),
    "a-write-goes-by-get": Rule(
        "api/client.py",
        "by_post=action.writes or action.post_only)",
        "by_post=False)",
        ("doubled",),
        ("race",),
    ),
    "the-status-says-what-may-have-happened": Rule(
        "api/errors.py",
        "not self.outcome_known if may_have_happened is None else may_have_happened",
        "(http_status or 0) >= 500 if may_have_happened is None else may_have_happened",
        ("doubled", "false", "lost"),
        ("race", "stranger", "replace", "odd"),
    ),
    "return-false-is-success": Rule(
        "api/client.py",
        "declined = not has_result and wire.declined(answer)",
        "declined = False",
        ("false",),
        ("odd",),
    ),
    "a-dead-id-selects-by-name": Rule(
        "reconciler/reconcile.py",
        "        current = lookup.by_id(desired.id, options)\n        if current is None:\n",
        '        current = lookup.by_id(desired.id, options)\n        if current is None and options.get("name"):\n'
        "            return lookup.by_key(options)\n        if current is None:\n",
        ("deleted", "false", "lost"),
        ("names", "replace"),
    ),
    "empty-is-everywhere": Rule(
        "reconciler/reconcile.py",
        "        faults += blank(self._identity(), [*faults, *self._faults])\n",
        "",
        ("deleted", "false", "lost"),
        ("names",),
    ),
    "ids-go-out-as-they-are-written": Rule(
        "reconciler/lookup.py",
        "parameters = {resource.id_wire: [as_service_writes(identity)], ",
        "parameters = {resource.id_wire: [identity], ",
        ("false",),
        ("names",),
    ),
    "a-lookup-by-id-stops-at-the-first-page": Rule(
        "reconciler/lookup.py",
        "for raw in self._objects(resource, parameters) if by_id else self._scan(resource, place, projects):\n"
        "                if same_id(raw.get(resource.id_wire), identity):",
        "listing = resource.actions.describe\n"
        "            for raw in self.client.call(listing, parameters)[0].get(listing.result) or []:\n"
        "                if same_id(raw.get(resource.id_wire), identity):",
        ("false",),
        ("names", "stranger", "odd"),
    ),
    "routes-stay-behind": Rule(
        "reconciler/reconcile.py",
        "moves = self._moves(plan) if plan.replaces else []",
        "moves: list[Move] = []",
        ("lost",),
        ("move",),
    ),
    "a-route-that-is-listed-is-there": Rule(
        "reconciler/moving.py",
        "elif gone is None or by.progress.done or isinstance(error, UnknownOutcomeError):",
        "elif gone is None:",
        ("lost",),
        ("move",),
    ),
    "any-404-means-gone": Rule(
        "reconciler/lookup.py",
        "            if not error.names(identity):\n                raise\n        return None\n",
        "            pass\n        return None\n",
        ("false",),
        ("names",),
    ),
    "filters-are-believed": Rule(
        "reconciler/lookup.py",
        'if raw.get(field.wire) in (None, "") or field.same(raw[field.wire], within):',
        "if True:",
        ("deleted", "false"),
        ("names", "race", "odd"),
    ),
    "a-lost-create-is-guessed": Rule(
        "reconciler/create.py",
        "            return self._take_alone(step, asked, listed, t.cast(ApiError, lost))\n",
        '            created = found[-1]\n            own = str(created["id"])\n',
        ("deleted",),
        ("race",),
    ),
    "nobody-else-creates": Rule(
        "reconciler/create.py",
        "        first = _first(found)\n",
        "        found, first = [mine], mine\n",
        ("doubled",),
        ("race", "stranger"),
    ),
    "the-other-one-is-removed": Rule(
        "reconciler/create.py",
        "            self._remove(created, asked.options)\n        except (ApiError, UnknownOutcomeError)",
        "            self._remove(first, asked.options)\n        except (ApiError, UnknownOutcomeError)",
        ("deleted",),
        ("race",),
    ),
    "what-is-prepaid-is-removed": Rule(
        "reconciler/create.py",
        "        if self.resource.is_prepaid(asked.options):\n            why = ",
        "        if False:\n            why = ",
        ("deleted",),
        ("race",),
    ),
    "what-came-out-is-not-compared": Rule(
        "reconciler/create.py",
        "        if changes:\n            Notes(",
        "        if False:\n            Notes(",
        ("false",),
        ("odd",),
    ),
    "parents-are-not-looked-at": Rule(
        "reconciler/reconcile.py",
        "if identity is None or reference.option in self._known:\n",
        "if True:\n",
        ("lost",),
        ("replace",),
    ),
    "a-taken-name-is-not-seen": Rule(
        "reconciler/reconcile.py",
        "        if taken:\n            raise AmbiguousNameError(\n                f\"The {plan.own[0].target} can't",
        "        if False:\n            raise AmbiguousNameError(\n                f\"The {plan.own[0].target} can't",
        ("lost",),
        ("replace",),
    ),
    "everything-is-carried-along": Rule(
        "reconciler/plan.py",
        "        and resource.can_have(field_.option, current[field_.option], asked)\n",
        "",
        ("lost", "not converged"),
        ("replace",),
    ),
    "what-does-not-fit-is-tried": Rule(
        "reconciler/plan.py",
        "    faults += resource.fits(options, known, inherited)\n",
        "",
        ("lost",),
        ("replace",),
    ),
    "nothing-is-put-back": Rule(
        "reconciler/apply.py",
        "            if isinstance(error, ApiError):  # refused: nothing was created\n",
        "            if False:\n",
        ("lost",),
        ("replace",),
    ),
    "a-failure-changes-nothing": Rule(
        "reconciler/reconcile.py",
        "bool(self.progress.done) or executed",
        "False",
        ("false",),
        ("replace", "odd", SEQUENCE),
    ),
    "nothing-was-changed": Rule(
        "reconciler/reconcile.py",
        'if done else "Nothing was changed."',
        'if False else "Nothing was changed."',
        ("false",),
        ("replace", "stranger", SEQUENCE),
    ),
}


def break_collection(collections: Path, target: Path, rule: str) -> Path:
    """Copy the installed collection to C(target), with a rule switched back; C(target).

    Raises RuntimeError where the rule is not in its place any more.
    """
    plugins, each = target / _COLLECTION / "plugins", RULES[rule]
    shutil.copytree(collections / _COLLECTION / "plugins", plugins, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("galaxy.yml", "MANIFEST.json"):
        if (collections / _COLLECTION / name).exists():
            shutil.copy(collections / _COLLECTION / name, target / _COLLECTION / name)
    shutil.copytree(collections / _COLLECTION / "meta", target / _COLLECTION / "meta")
    file = target / _COLLECTION / _CORE / each.file
    text = file.read_text(encoding="utf-8")
    if text.count(each.text) != 1:
        raise RuntimeError(f"{rule}: this is not, or not once, in {each.file} any more:\n{each.text}")
    broken = text.replace(each.text, each.instead)
    compile(broken, each.file, "exec")
    file.write_text(broken, encoding="utf-8")
    return target
