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
    Line(
        "runner/argspec.py",
        '"secret_key": {"type": "str", "no_log": True}',
        '"secret_key": {"type": "str"}',
        "invocation",
    ),
    Line(
        "runner/argspec.py",
        '"no_log": True, "aliases": ["session_token"]',
        '"aliases": ["session_token"]',
        "invocation",
    ),
    Line(
        "runner/argspec.py",
        '"proxy_url": {"type": "str", "no_log": True}',
        '"proxy_url": {"type": "str"}',
        "invocation",
    ),
    Line("runner/argspec.py", 'spec["no_log"] = True', "pass", "invocation"),
    Line("resources/vpn_tunnel.py", "required=True, secret=True)", "required=True)", "items_have_no_key"),
    Line(
        "runner/argspec.py",
        'return [option, *details.get("aliases", ())]',
        "return [option]",
        "under_an_alias",
    ),
    Line("runner/argspec.py", 'if details.get("no_log")', 'if details.get("")', "echoed_by_a_refusal"),
    Line("runner/result.py", "Redactor([*secrets, ", "Redactor([", "echoed_by_a_refusal"),
    Line("runner/argspec.py", "yield from inner.secrets(item)", "pass", "in_sub_options"),
    Line(
        "runner/argspec.py",
        "yield from value.values() if isinstance(value, t.Mapping) else [value]",
        "yield value",
        "of_sites",
    ),
    Line("runner/sites.py", '"default": {}, "no_log": True}', '"default": {}}', "of_sites"),
    Line("runner/sites.py", "tell(readable(redact.text(", "tell(readable(str(", "of_sites"),
    Line("runner/sites.py", "shown = redact({**_result(", "shown = dict({**_result(", "of_sites"),
    Line("runner/sites.py", "job.resource.public(outcome.item)", "outcome.item", "items_have_no_key"),
    Line("runner/sites.py", 'if parameters["include_pre_shared_keys"]:', "if True:", "of_sites"),
    Line("runner/result.py", "secrets += [environment.get(name)", "_unused = [None", "of_the_environment"),
    Line("runner/result.py", '[parameters.get("proxy_url"), *(', "[*(", "proxy_that_is_named"),
    Line(
        "runner/result.py",
        "*(url for name, url in environment.items() if name.lower() in _PROXIES)",
        "",
        "proxy_of_the_environment",
    ),
    Line("runner/result.py", "*(password for url in urls for password in password_of(url))", "", "proxy_that_is_named"),
    Line("api/client.py", "in (credentials.secret_key, credentials.", "in (credentials.", "of_the_profile"),
    Line("api/client.py", "(credentials.secret_key, credentials.security_token):", "(None,):", "of_the_profile"),
    Line("reconciler/lookup.py", "redact.add(value)", "pass", "old_key_echoed"),
    Line(
        "reconciler/listing.py",
        "else lookup.read(resource, raw)",
        "else resource.read(raw)",
        "old_key_in_an_unknown_field",
    ),
    Line("api/redaction.py", "return {password, unquote(password)", "return {unquote(password)", "passwords_in_urls"),
    Line("api/redaction.py", "{password, unquote(password)}", "{password}", "passwords_in_urls"),
)

# Where everything leaves.
EXITS = (
    Line(
        "runner/status.py",
        'return redact({"changed": False, NAME: ',
        'return dict({"changed": False, NAME: ',
        "echoed_in_a_status",
    ),
    Line("devices/difference.py", r'_BEFORE_A_KEY.sub(rf"\1 {MASK}", line)', "line", "device_difference"),
    Line("devices/watching.py", "RESOURCE.settable if not field.secret)", "RESOURCE.settable)", "device_drift"),
    Line("devices/render.py", "description.public()", "description._asdict()", "device_description"),
    Line("runner/manage.py", "shown = redact({**result, ", "shown = dict({**result, ", "echoed_in_an_item"),
    Line(
        "runner/info.py",
        'return redact({"changed": False, ',
        'return dict({"changed": False, ',
        "old_key_in_an_unknown_field",
    ),
    Line(
        "api/client.py", "one_line(identity, self.redact.text, ", "one_line(identity, str, ", "cut_and_escaped_messages"
    ),
    Line("api/client.py", "one_line(code, self.redact.text, ", "one_line(code, str, ", "cut_and_escaped_messages"),
    Line("api/client.py", "one_line(message, self.redact.text)", "one_line(message, str)", "cut_and_escaped_messages"),
    Line("api/wire.py", '.sub(" ", redact(text))', '.sub(" ", text)', "cut_and_escaped_messages"),
    Line("api/wire.py", "redact(text))", "redact(text[: 20 * longest]))", "cut_and_escaped_messages"),
    Line("api/client.py", "self._channel.via, self.redact.text", "self._channel.via", "proxy_that_refuses"),
    Line(
        "api/transport/failures.py",
        "return refused or str(",
        "return refused[:200] if refused else str(",
        "proxy_that_refuses",
    ),
    Line("resources/types.py", 'f"a value of {len(text)} characters"', "text[:200]", "values_in_messages"),
    Line("reconciler/listing.py", 'f"a name of {len(text)} characters"', "text[:100]", "values_in_messages"),
    Line("runner/result.py", "_one_line(redact.text(str(error)))", "_one_line(str(error))", "cut_and_escaped_messages"),
    Line("runner/argspec.py", "if option in secret and value is not None:", "if False:", "key_that_is_a_name"),
    Line("runner/argspec.py", "return redact(value)", "return value", "other_options"),
    Line("runner/entry.py", 'return {"invocation": {"module_args": arguments}}', "return {}", "invocation"),
    Line(
        "runner/entry.py",
        "self.resource, parameters, environment=environment, open_channel=open_channel, redact=redact",
        "self.resource, parameters, environment=environment, open_channel=open_channel",
        "of_the_profile",
    ),
    Line(
        "runner/entry.py",
        "                redact=redact,\n            )\n        told",
        "            )\n        told",
        "of_the_service",
    ),
    Line("runner/result.py", '"msg": redact.text(problem)', '"msg": problem', "refused_by_the_spec"),
    Line("runner/module.py", "self.no_log_values.clear()", "pass", "short_key"),
)

# What holds no secret in the first place, even if nothing were masked.
WORDS = (
    Line("runner/manage.py", "else resource.public(outcome.item)", "else outcome.item", "items_have_no_key"),
    Line(
        "reconciler/listing.py",
        "resource.public(item, secrets=secrets)",
        "resource.public(item, secrets=True)",
        "items_have_no_key",
    ),
    Line("resources/schema.py", "if option not in hidden and", "if", "items_have_no_key"),
    Line(
        "reconciler/model.py",
        'matches_key(self.field), "before": False, "after": True',
        '"", **self._asdict()',
        "plans_have_no_key",
    ),
    Line("reconciler/model.py", '(differs; not shown)"', '(now {self.before})"', "messages_have_no_key"),
    Line(
        "reconciler/plan.py",
        '"" if field_.secret or known is None',
        '"" if known is None',
        "what_is_to_be_named_has_no_key",
    ),
    Line("reconciler/diff.py", "if not field_.secret and item", "if item", "diffs_have_no_key"),
    Line(
        "reconciler/diff.py",
        'shown[rendered["option"]] = rendered[side]',
        "shown[side] = change.after",
        "plans_have_no_key",
    ),
    Line(
        "resources/schema.py",
        """return "" if self.secret else f" (got {short(value)})\"""",
        """return f" (got {short(value)})\"""",
        "faults_do_not_quote_a_key",
    ),
    Line(
        "api/transport/failures.py",
        'is not usable: the host is not valid."',
        'is not usable: " f"{failure}"',
        "proxy_that_does_not_parse",
    ),
    Line("api/credentials_file.py", "({type(error).__name__})", "({error})", "credentials_file_that_is_none"),
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
        "api/transport/pool.py",
        "retries=False,\n            redirect=False",
        "retries=3,\n            redirect=True",
        "redirections",
    ),
)

# What is undone to find a secret.
FORMS = (
    *(
        Line("api/decoding.py", old, new, check)
        for old, new, check in (
            (r"""    _Escapes(re.compile(_BACKSLASH, re.DOTALL), _backslash, ("\\",)),""", "", "bytes_or_code_points"),
            (
                r"""    _Escapes(re.compile(_UTF8_BACKSLASH, re.DOTALL), _utf8_backslash, ("\\x", "\\3")),""",
                "",
                "form: C, every byte",
            ),
            ("""    _Escapes(re.compile(_PERCENT), _percent, ("%",)),""", "", "decoded_by_others"),
            (r"""    _Escapes(re.compile(_PERCENT + r"|\+"), _percent, ("+",)),""", "", "form: form"),
            ("""    _Escapes(re.compile(_MARKUP), _markup, ("&",)),""", "", "form: HTML"),
            ("""    _Escapes(re.compile(_QUOTES), lambda escape: escape[0], ("'", '""')),""", "", "form: YAML"),
            ("    yield from _decoded(view, codec)", "    pass", "form: base64"),
            (r"\\u[dD][89ABab][0-9A-Fa-f]{2}\\u[dD][C-Fc-f][0-9A-Fa-f]{2}|", "", "short_ones"),
            (r"|\\u[0-9A-Fa-f]{4}|", "|", "form: JSON"),
            (r"|\\u\{[0-9A-Fa-f]{1,6}\}", "", "form: PHP, code points"),
            (r"|\\U[0-9A-Fa-f]{8}", "", "form: Python, ASCII"),
            (r"|\\[0-3][0-7]{2}|", "|", "form: C, octal"),
            (r"|\\[abefnrtv0]|", "|", "bytes_or_code_points"),
            (r"|\\[^A-Za-z0-9]", "", "form: JSON"),
            (r"\\x[C-Fc-f][0-9A-Fa-f](?:\\x[89ABab][0-9A-Fa-f]){1,3}|", "", "form: C, every byte"),
            (r"\\3[0-7]{2}(?:\\2[0-7]{2}){1,3}|", "", "form: C, octal"),
            (r"%[0-7][0-9A-Fa-f]|", "", "form: percent"),
            (r"%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,3}|", "", "form: percent"),
            (r"%[89A-Fa-f][0-9A-Fa-f]|", "", "bytes_or_code_points"),
            (r"|%u[0-9A-Fa-f]{4}", "", "form: JavaScript, escape()"),
            ("&#[0-9]{1,7};|", "", "form: HTML, decimal"),
            ("&#[xX][0-9A-Fa-f]{1,6};|", "", "form: HTML, hexadecimal"),
            ("|&[A-Za-z][A-Za-z0-9]{1,31};", "", "form: HTML, names"),
            (r"""'\\''|""", "", "form: shell, quotes, then percent"),
            (""" '"'"'|""".strip(), "", "form: shell of Python"),
            (r"""|''|""", "|", "form: YAML"),
            (r"""|\"\"""", "", "form: CSV"),
            (r"(?:[\r\n]+[ \t]*[A-Za-z0-9+/_-]+)*", "", "form: base64, lines"),
            ("digits.translate(_FROM_URLS)", 'digits.replace("-", "A").replace("_", "A")', "form: base64, URL"),
            ("(?:, ?|[ :-])?(?:0x)?", "(?:, ?|[ :-])?", "form: hexadecimal as in C"),
            ("(?:, ?|[ :-])?(?:0x)?", "(?:0x)?", "form: hexadecimal with colons"),
            (
                "        2,\n        1,\n        _from_hex,",
                "        2,\n        1,\n        str.encode,",
                "form: hexadecimal",
            ),
            ("for offset in range(codec.digits)", "for offset in range(1)", "digits_after_others"),
            ("for step in range(_MORE_STEPS)", "for step in range(1)", "form: HTML, then percent"),
            (".casefold()", "", "form: upper case"),
            ('"".join(part for part in normal if not unicodedata.combining(part))', "char", "form: decomposed"),
            ("return start, there[last + 1]", "return start, there[last]", "overlapping"),
        )
    ),
    Line("api/redaction.py", "self._alone.add(encode(raw).decode())", "pass", "short_ones"),
    Line("api/redaction.py", 'self._alone.add(encode(raw).decode().rstrip("="))', "pass", "short_ones"),
    Line("api/redaction.py", "self._alone.add(raw.hex())", "pass", "short_ones"),
    Line("api/redaction.py", "self._alone.add(raw.hex().upper())", "pass", "short_ones"),
    Line("api/redaction.py", "for form in _spellings(text)", "for form in (text,)", "short_ones"),
    Line("api/redaction.py", "self._in_digits.add(folded)", "pass", "short_ones_of_many_bytes"),
    Line("api/redaction.py", "self._learn(view.text.strip())", "pass", "decoded_by_others"),
)

# Finding them.
SEARCH = (
    Line(
        "api/redaction.py",
        "return self.text(value, alone=value not in self.public)",
        "return value",
        "values_of_all_kinds",
    ),
    Line(
        "api/redaction.py",
        "(value in self.public and _fold(value) in self._folded)",
        "value in self.public",
        "refused_by_the_spec",
    ),
    Line("api/redaction.py", "{self(key): self(item)", "{key: self(item)", "values_of_all_kinds"),
    Line("api/redaction.py", ": self(item) for key", ": item for key", "values_of_all_kinds"),
    Line("api/redaction.py", "isinstance(value, (list, tuple))", "isinstance(value, list)", "values_of_all_kinds"),
    Line("api/redaction.py", "return [self(item) for item in value]", "return list(value)", "values_of_all_kinds"),
    Line(
        "api/redaction.py", "return MASK if str(value) in self.known else value", "return value", "values_of_all_kinds"
    ),
    Line(
        "api/redaction.py",
        "for text in dict.fromkeys([str(secret), str(secret).strip()])",
        "for text in {str(secret)}",
        "with_space_around",
    ),
    Line("api/redaction.py", "self._anywhere.add(folded)", "pass", "form: raw"),
    Line("api/redaction.py", "for offset in range(_STRIDE)", "for offset in range(1)", "form: raw"),
    Line("api/redaction.py", "spans += self._anywhere.find(text.lower())", "pass", "with_space_around"),
    Line("api/redaction.py", "spans += [self._stretch(view, plain, *span) for span in found]", "pass", "form: raw"),
    Line("api/redaction.py", "spans += [view.stretch(*span) for", "_unused = [view.stretch(*span) for", "short_ones"),
    Line("api/redaction.py", "if end > masked:", "if end > masked and begin >= masked:", "overlapping"),
    Line("api/redaction.py", 'r"(?<!\\w)(?=["', 'r"(?=["', "short_ones"),
    Line("api/redaction.py", 'and not (text[end : end + 1].isalnum() or text[end : end + 1] == "_")', "", "short_ones"),
    Line("api/redaction.py", "looked_at = text[:_MOST]", "looked_at = text[:1000]", "texts_without_end"),
    Line("api/redaction.py", "[(_MOST - _LONGEST, len(text))]", "[(_MOST, len(text))]", "texts_without_end"),
)

LINES = (*KNOWN, *EXITS, *WORDS, *WIRE, *FORMS, *SEARCH)

# Words that such lines have. A line of plugins/module_utils with one of them is in LINES, or here with its reason.
TELLTALE = r"\bno_log|\bredact\b|\bRedactor\(|__repr__|\.public\(|\.public\b|\.secret\b|\bMASK\b|_b64encode|quote_plus"
EXCUSED = {
    # of a record: see tests/records/test_redaction.py
    "as_text(redact(outcome.record))": "a second time: the record is disguised as it is made",
    "return t.cast(Result, redact(result))": "a second time: without keys in sites, with masked failures",
    'redact({**result, "warnings": warnings})': "a second time: what is found is disguised as it is found",
    "redact.add(secret)": "a second time: the disguise knows them, too",
    "self._redact = redact": "hands the redactor on",
    "Run(check_mode, diff, environment, open_channel, redact, tell)": "hands the redactor on",
    "redact = run.redact": "hands the redactor on",
    "redact, check_mode = run.redact, ": "hands the redactor on",
    "Disguise(redact, tag, ": "hands the redactor on",
    "(sender, redact, ": "hands the redactor on",
    "redact: Redactor": "a parameter",
    "open_channel=open_channel, redact=redact": "hands the redactor on",
    "shown = self.resource.public(old)": "what is secret so far is required, and so no part of it",
    '"no_log": False': "says that the option is no secret in spite of its name",
    "names.update(": "keeps the names of results readable",
    "redact.public.add(value)": "keeps what is plainly something else readable",
    "self.redact = redact or Redactor()": "hands the redactor on",
    "self.connection, self.redact = ": "hands the redactor on",
    "redact.public.update(_names(": "keeps the names of sites readable",
    "Redactor(redact.known, redact.public, redact.names)": "a copy that does not learn the keys that are asked for",
    "vpn_gateway.RESOURCE.public(": "a VPN gateway has no secret",
    "redact: Redactor | None = None": "hands the redactor on",
    "failed(error, redact)": "hands the redactor on",
    "failed(_left_behind(result), redact)": "hands the redactor on",
    "def one_line(": "the definition",
    "def failed(": "the definition",
    "def shown(": "the definition",
    "def refused(": "the definition",
    "redact: t.Callable[[str], str] = str,": "hands the redactor on",
    "redact = redact or redactor(": "hands the redactor on, or makes it",
    "one_line(_innermost(failure), redact, 200)": "hands the redactor on; that it gets one is in LINES",
    "failed(outcome.failure, redact)": "hands the redactor on",
    "            self.redact,": "hands the redactor on to the client of another thread",
    "return MASK": "its condition is in LINES",
    "return inner.shown(value, redact)": "hands the redactor on to the sub-options",
    "pec.shown(parameters, redact)": "hands the redactor on; that it masks is in LINES",
    "told = [*redact(retyping.warnings(": "quotes a name, which is masked where it holds another option's secret",
    "secret = [option for option, details in spec.items()": "what is refused, not what is masked",
    "for encode in (base64.b64encode, base64.urlsafe_b64encode)": "its body is in LINES",
    "field_.secret or not field_.absent_means_none": "what is not compared; names options only",
    "not resource.field(option).secret": "what a replacement carries along; a secret is not shown",
    "redact = self.client.redact": "hands the redactor on",
    "= redactor(": "makes the redactor; what it knows is in LINES",
    "Client(resolve(": "hands the redactor on",
    "self.public = ": "keeps what is known to be in the open readable",
    'MASK = "(secret)"': "the definition",
    "_judged(items, redact": "hands the redactor on",
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
    "hidden = set() if secrets else": "the other half of Resource.public(), which is in LINES",
    "if self.secret:": "Field.unmistakable() is asked for no secret; kept for what it says",
    "and field_.option in wanted.options": "the booleans",
}
