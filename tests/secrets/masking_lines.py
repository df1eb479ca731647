# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every line that keeps a secret from leaving: how to take it away, and the check that must notice."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """C(old) stands exactly once in C(file) (below plugins/module_utils); with C(new) instead, C(check) must fail."""

    file: str
    old: str
    new: str
    check: str


# What is secret.
KNOWN = (
    Line("argspec.py", '"secret_key": {"type": "str", "no_log": True}', '"secret_key": {"type": "str"}', "invocation"),
    Line("argspec.py", '"no_log": True, "aliases": ["session_token"]', '"aliases": ["session_token"]', "invocation"),
    Line("argspec.py", '"proxy_url": {"type": "str", "no_log": True}', '"proxy_url": {"type": "str"}', "invocation"),
    Line("argspec.py", 'spec["no_log"] = True', "pass", "invocation"),
    Line("resources/vpn_tunnel.py", "required=True, secret=True)", "required=True)", "items_have_no_key"),
    Line("run.py", 'for name in (option, *details.get("aliases", ()))', "for name in (option,)", "under_an_alias"),
    Line("run.py", 'if details.get("no_log")', 'if details.get("")', "echoed_by_a_refusal"),
    Line("run.py", "Redactor([*secrets, ", "Redactor([", "echoed_by_a_refusal"),
    Line("run.py", '[parameters.get("proxy_url"), *(', "[*(", "proxy_that_is_named"),
    Line(
        "run.py",
        "*(url for name, url in environment.items() if name.lower() in _PROXIES)",
        "",
        "proxy_of_the_environment",
    ),
    Line("run.py", "*(password for url in urls for password in password_of(url))", "", "proxy_that_is_named"),
    Line("api/client.py", "in (credentials.secret_key, credentials.", "in (credentials.", "from_the_environment"),
    Line("api/client.py", "(credentials.secret_key, credentials.security_token):", "(None,):", "from_the_environment"),
    Line("lookup.py", "redact.add(value)", "pass", "old_key_echoed"),
    Line("info.py", "else lookup.read(resource, raw)", "else resource.read(raw)", "old_key_in_an_unknown_field"),
    Line("api/secrets.py", "return {password, unquote(password)", "return {unquote(password)", "passwords_in_urls"),
    Line("api/secrets.py", "{password, unquote(password)}", "{password}", "proxy_of_the_environment"),
)

# Where everything leaves.
EXITS = (
    Line("run.py", "return redact({**result, ", "return dict({**result, ", "echoed_in_an_item"),
    Line(
        "info.py", 'return redact({"changed": False, ', 'return dict({"changed": False, ', "old_key_in_an_unknown_field"
    ),
    Line(
        "api/client.py", "one_line(identity, self.redact.text, ", "one_line(identity, str, ", "cut_and_escaped_messages"
    ),
    Line("api/client.py", "one_line(code, self.redact.text, ", "one_line(code, str, ", "cut_and_escaped_messages"),
    Line("api/client.py", "one_line(message, self.redact.text)", "one_line(message, str)", "cut_and_escaped_messages"),
    Line("api/wire.py", "redact(text[: 20 * longest])", "text[: 20 * longest]", "cut_and_escaped_messages"),
    Line("failing.py", "_one_line(redact.text(str(error)))", "_one_line(str(error))", "cut_and_escaped_messages"),
    Line("run.py", "MASK if option in secret and value is not None else ", "", "key_that_is_a_name"),
    Line("run.py", "is not None else redact(value)", "is not None else value", "other_options"),
    Line(
        "entry.py",
        'return {"invocation": {"module_args": shown(self.spec, parameters, environment)}}',
        "return {}",
        "invocation",
    ),
    Line("run.py", '"msg": redact.text(problem)', '"msg": problem', "refused_by_the_spec"),
    Line("module.py", "self.no_log_values.clear()", "pass", "short_key"),
)

# What holds no secret in the first place, even if nothing were masked.
WORDS = (
    Line("run.py", "else resource.public(outcome.item)", "else outcome.item", "items_have_no_key"),
    Line("info.py", "item if secrets else resource.public(item)", "item", "items_have_no_key"),
    Line("resources/schema.py", " if option not in hidden}", "}", "items_have_no_key"),
    Line(
        "plan.py",
        'matches_key(self.field), "before": False, "after": True',
        '"", **self._asdict()',
        "plans_have_no_key",
    ),
    Line("plan.py", '(differs; not shown)"', '(now {self.before})"', "messages_have_no_key"),
    Line("steps.py", '"" if field_.secret or known is None', '"" if known is None', "what_is_to_be_named_has_no_key"),
    Line("plan.py", "if not field_.secret and item", "if item", "diffs_have_no_key"),
    Line("plan.py", 'shown[rendered["option"]] = rendered[side]', "shown[side] = change.after", "plans_have_no_key"),
    Line("resources/schema.py", '"" if self.secret else f"', 'f"', "faults_do_not_quote_a_key"),
    Line(
        "api/diagnosis.py",
        'is not usable: the host is not valid."',
        'is not usable: " f"{failure}"',
        "proxy_that_does_not_parse",
    ),
    Line("api/profile.py", "({type(error).__name__})", "({error})", "credentials_file_that_is_none"),
    Line("api/signing.py", "def __repr__(", "def _unused(", "representations"),
    Line("api/connection.py", "def __repr__(", "def _unused(", "representations"),
)

# What does not go into a URL, or to somebody else.
WIRE = (
    Line("api/client.py", " or self._carries_secret(pairs)", "", "no_secret_in_a_url"),
    Line(
        "api/client.py",
        '== "simplified" and self.connection.credentials',
        '== "" and self.connection.credentials',
        "no_secret_in_a_url",
    ),
    Line(
        "api/client.py", "return any(self.redact.text(value) != value", "return any(value is None", "no_secret_in_a_url"
    ),
    Line("api/signing.py", "str | None = TOKEN_HEADER", "str | None = None", "no_secret_in_a_url"),
    Line(
        "api/channel.py",
        "retries=False,\n            redirect=False",
        "retries=3,\n            redirect=True",
        "redirections",
    ),
)

# The forms of a secret.
FORMS = (
    Line("api/secrets.py", "forms = {secret, python, ", "forms = {python, ", "form: raw"),
    Line("api/secrets.py", "forms = {secret, python, ", "forms = {secret, ", "form: Python, other quotes"),
    Line("api/secrets.py", """, python.replace("'", "\\\\'")}""", "}", "form: Python"),
    Line("api/secrets.py", "{json.dumps(secret)[1:-1], ", "{", "form: JSON"),
    Line("api/secrets.py", ", json.dumps(secret, ensure_ascii=False)[1:-1]}", "}", "form: JSON, Unicode"),
    Line("api/secrets.py", 'for safe in ("", "/", ', 'for safe in ("/", ', "form: percent"),
    Line("api/secrets.py", 'for safe in ("", "/", ', 'for safe in ("", ', "form: percent but slashes"),
    Line("api/secrets.py", """"!#$&'()*+,/:;=?@[]~", """, "", "form: requests"),
    Line("api/secrets.py", """, "!'()*~")}""", ")}", "form: JavaScript"),
    Line("api/secrets.py", "{quote_plus(raw), ", "{", "form: form"),
    Line("api/secrets.py", ', quote_plus(raw, safe="*").replace("~", "%7E")}', "}", "form: form of browsers"),
    Line("api/secrets.py", "lambda match: match[0].lower()", "lambda match: match[0]", "form: percent, lower case"),
    Line("api/secrets.py", "for encode in (base64.b64encode, ", "for encode in (*(), ", "form: base64"),
    Line("api/secrets.py", ", base64.urlsafe_b64encode):", ",):", "form: base64, URL"),
    Line("api/secrets.py", "forms |= {encode(raw).decode(), ", "forms |= {", "short_ones"),
    Line("api/secrets.py", ', encode(raw).decode().rstrip("=")}', "}", "short_ones"),
    Line("api/secrets.py", "for offset in range(3)", "for offset in (1, 2)", "form: base64, inside 0"),
    Line("api/secrets.py", "for offset in range(3)", "for offset in (0, 2)", "form: base64, inside 1"),
    Line("api/secrets.py", "for offset in range(3)", "for offset in (0, 1)", "form: base64, inside 2"),
)

# Finding them.
SEARCH = (
    Line("api/secrets.py", "return self.text(value, ", "return value or (", "values_of_all_kinds"),
    Line(
        "api/secrets.py",
        "(value in self.public and value in self.known)",
        "value in self.public",
        "refused_by_the_spec",
    ),
    Line("api/secrets.py", "{self(key): self(item)", "{key: self(item)", "values_of_all_kinds"),
    Line("api/secrets.py", ": self(item) for key", ": item for key", "values_of_all_kinds"),
    Line("api/secrets.py", "isinstance(value, (list, tuple))", "isinstance(value, list)", "values_of_all_kinds"),
    Line("api/secrets.py", "return [self(item) for item in value]", "return list(value)", "values_of_all_kinds"),
    Line("api/secrets.py", "return MASK if str(value) in self.known else value", "return value", "values_of_all_kinds"),
    Line("api/secrets.py", " | _encodings(str(secret).strip())", "", "with_space_around"),
    Line("api/secrets.py", "longest = max(longest, end)", "longest = min(longest or end, end)", "overlapping"),
    Line("api/secrets.py", "if end > masked:", "if end > masked and begin >= masked:", "overlapping"),
    Line("api/secrets.py", "(apart or len(form) >= _STANDS_ALONE_BELOW)", "len(form) > 7", "short_ones"),
    Line("api/secrets.py", "(apart or len(form) >= _STANDS_ALONE_BELOW)", "True", "short_ones"),
)

LINES = (*KNOWN, *EXITS, *WORDS, *WIRE, *FORMS, *SEARCH)

# Words that such lines have. A line of plugins/module_utils with one of them is in LINES, or here with its reason.
TELLTALE = r"\bno_log|\bredact\b|\bRedactor\(|__repr__|\.public\(|\.public\b|\.secret\b|\bMASK\b|_b64encode|quote_plus"
EXCUSED = {
    "shown = self.resource.public(old)": "what is secret so far is required, and so no part of it",
    '"no_log": False': "says that the option is no secret in spite of its name",
    "names.update(": "keeps the names of results readable",
    "redact.public.add(value)": "keeps what is plainly something else readable",
    "self.redact = redact or Redactor()": "hands the redactor on",
    "redact: Redactor | None = None": "hands the redactor on",
    "failed(error, redact)": "hands the redactor on",
    "def one_line(": "the definition",
    "def failed(": "the definition",
    "redact = self.client.redact": "hands the redactor on",
    "= redactor(": "makes the redactor; what it knows is in LINES",
    "Client(resolve(": "hands the redactor on",
    "self.public = ": "keeps what is known to be in the open readable",
    'MASK = "(secret)"': "the definition",
    "pieces += [text[masked:begin], MASK]": "what is shown instead",
    "self.redact.add(secret)": "the body of the loop over the credentials, which is in LINES",
    "import ": "an import",
    "for field in resource.settable if field.secret": "the names of the booleans, or of the options update_*",
    "for field in resource.fields if field.secret": "reads the option include_*",
    "if field.secret:": "its body is in LINES, or reads the options update_* and include_*",
    "options = [field.option for field": "what to register; tests/secrets/test_ansible_core.py, as 2.22 alone has that",
    "if self.field.secret:": "its body is in LINES",
    "if field_.secret:": "compares keys; its Change holds none, and is not shown anyway",
    "if change.field.secret:": "its body is in LINES",
    "hidden = {field.option for": "the other half of Resource.public(), which is in LINES",
    "if self.secret:": "Field.unmistakable() is asked for no secret; kept for what it says",
    "and field_.option in wanted.options": "the booleans",
}
