# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who connects where, and how: options, then environment, then a profile of the credentials file.

Pure but for reading that file: the environment is an argument.
"""

from __future__ import annotations

import ipaddress
import os
import re
import typing as t
from urllib.parse import urlsplit

from .errors import ConfigurationError
from .signing import Credentials

LONGEST = 1_000_000  # seconds (eleven days): what is longer, sockets can't be told
_HOST = r"(?=.{1,253}(?![A-Za-z0-9._-]))[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?"  # as DNS has it
DEFAULT_CREDENTIALS_FILE = "~/.ksyun/credentials"

# option: its environment variables, the first that is set counts
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "access_key": ("KSYUN_ACCESS_KEY", "KSYUN_ACCESS_KEY_ID"),
    "secret_key": ("KSYUN_SECRET_KEY", "KSYUN_SECRET_ACCESS_KEY"),
    "security_token": ("KSYUN_SECURITY_TOKEN", "KSYUN_SESSION_TOKEN"),
    "region": ("KSYUN_REGION",),
    "endpoint_url": ("KSYUN_ENDPOINT_URL",),
    "profile": ("KSYUN_PROFILE",),
    "credentials_file": ("KSYUN_SHARED_CREDENTIALS_FILE",),
    "ca_bundle": ("KSYUN_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
}
# What the Terraform provider of the service reads besides: where the API is, and that nothing is to be changed.
TERRAFORM = ("KSYUN_DOMAIN", "KSYUN_DOMAIN_IGNORE_SERVICE", "KSYUN_DRY_RUN")
# What a task can't do without, or can't take from elsewhere without going where it was not meant to.
_NEEDED = ("access_key", "secret_key", "region", "endpoint_url")
_BOOLEANS = {
    **dict.fromkeys(("1", "t", "true", "y", "yes", "on"), True),
    **dict.fromkeys(("", "0", "f", "false", "n", "no", "off"), False),
}
# what a section of the credentials file may hold: option, its spellings
PROFILE_KEYS: dict[str, tuple[str, ...]] = {
    "access_key": ("access_key", "access_key_id", "ksyun_access_key"),
    "secret_key": ("secret_key", "secret_access_key", "ksyun_secret_key"),
    "security_token": ("security_token", "session_token", "ksyun_security_token"),
    "region": ("region", "ksyun_region"),
    "endpoint_url": ("endpoint_url", "ksyun_endpoint_url"),
}


class Connection(t.NamedTuple):
    """Everything that a client needs to know. Times are in seconds.

    C(endpoint_url) has no trailing slash. C(verify) is True, False, or the path of a CA bundle.
    C(max_retry_time) bounds all attempts of one call together. C(dry_run): nothing that writes may be sent.
    C(places): for options that are set, by what, as a message says it.
    """

    credentials: Credentials
    region: str
    endpoint_url: str
    request_method: str = "GET"
    signature_version: str = "v4"
    response_format: str = "json"
    verify: bool | str = True
    use_proxy: bool = True
    proxy_url: str | None = None
    connect_timeout: float = 10
    read_timeout: float = 60
    max_attempts: int = 10
    max_retry_time: float = 120
    dry_run: bool = False
    notes: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Connection({self.credentials!r}, {self.region!r}, {self.endpoint_url!r}, ...)"

    @property
    def proxy(self) -> str | None:
        """The proxy that the user named; None leaves it to the environment, if C(use_proxy)."""
        return self.proxy_url if self.use_proxy and self.proxy_url else None

    def warnings(self) -> list[str]:
        """What is doubtful about the connection, one sentence each."""
        found = list(self.notes)
        parts = urlsplit(self.endpoint_url)
        if parts.scheme == "https" and self.verify is False:
            found.append("validate_certs is false: anyone on the way can read and change what is sent.")
        if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
            found.append("endpoint_url is not https: keys and answers travel unencrypted.")
        return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def resolve(options: t.Mapping[str, t.Any], environment: t.Mapping[str, str]) -> Connection:
    """The connection that a task's options, an environment and the credentials file make together.

    Raises L(ConfigurationError) naming what is missing and each place where it can be set.
    """
    notes: list[str] = []

    sources = [_Source("the task", options), _of_environment(environment)]
    profile, remark = _profile(sources, notes)
    # A profile that the task itself names goes before the environment.
    sources.insert(1 if options.get("profile") else 2, profile)

    def find(name: str) -> tuple[t.Any, int]:
        for number, source in enumerate(sources):
            if source.has(name):
                return source.options[name], number
        return None, -1

    def place(name: str) -> str:
        number = find(name)[1]
        return sources[number].place(name) if number >= 0 else place("region")  # of which the endpoint is made

    access_key, secret_key, region = find("access_key")[0], find("secret_key")[0], find("region")[0]
    # A token belongs to the key beside it: one from another source would spoil a long-term key.
    token = sources[find("secret_key")[1]].options.get("security_token") if secret_key else None
    _check_limits(options)
    _check_proxy(options.get("proxy_url"))
    missing = [
        f"{name} (or {ENVIRONMENT[name][0]}, or {name} in {profile.name})"
        for name, value in (("access_key", access_key), ("secret_key", secret_key), ("region", region))
        if not value
    ]
    if missing:
        raise ConfigurationError("Missing: " + ", ".join(missing) + "." + (remark and f" {remark}"))
    _check_pair(sources, find("access_key")[1], find("secret_key")[1], find("security_token")[1])
    for name, value in (("access_key", access_key), ("region", region), ("security_token", token)):
        if value and not re.fullmatch(r"[!-~]+", str(value)):
            raise ConfigurationError(f"{name} must be printable ASCII without white space; it is set by {place(name)}.")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", str(region)):
        raise ConfigurationError(
            f"region must be made of letters, digits and hyphens, like cn-beijing-6; it is set by {place('region')}."
        )
    limits = {
        name: options[name]
        for name in (
            "request_method",
            "signature_version",
            "response_format",
            "use_proxy",
            "proxy_url",
            "connect_timeout",
            "read_timeout",
            "max_attempts",
            "max_retry_time",
        )
        if options.get(name) is not None
    }
    ca_bundle = find("ca_bundle")[0]
    set_here = [name for name in (*PROFILE_KEYS, "ca_bundle") if find(name)[0] and (token or name != "security_token")]
    return Connection(
        credentials=Credentials(str(access_key), str(secret_key), str(token) if token else None),
        region=str(region),
        endpoint_url=_endpoint(find("endpoint_url")[0], str(region), place("endpoint_url")),
        verify=False if options.get("validate_certs") is False else (os.path.expanduser(ca_bundle or "") or True),
        dry_run=_flag(environment, "KSYUN_DRY_RUN"),
        notes=tuple(notes),
        places=tuple((name, place(name)) for name in set_here),
        **limits,
    )


class _Source(t.NamedTuple):
    """A place where options can be set. C(variables): in the environment, by which variable an option is set."""

    name: str
    options: t.Mapping[str, t.Any]
    variables: t.Mapping[str, str] = {}

    def has(self, option: str) -> bool:
        return self.options.get(option) not in (None, "")

    def place(self, option: str) -> str:
        """What sets an option, in words."""
        return f"the environment variable {self.variables[option]}" if option in self.variables else self.name

    def sets(self, option: str) -> str:
        """In words, that it sets an option."""
        return f"{option} is set by {self.place(option)}"


def _check_pair(sources: t.Sequence[_Source], access_key: int, secret_key: int, token: int) -> None:
    """Raise L(ConfigurationError) if the parts of a key don't belong together. Each is the number of its source.

    A half may stand alone in its place, the other in another one. But where a place has both, and one of them is passed
    over for that of another place, there are two keys. A token that is set in a place before that of the secret key
    would be dropped; one behind it belongs to another key.
    """
    later = sources[max(access_key, secret_key)]
    problem = ""
    if access_key != secret_key and later.has("access_key") and later.has("secret_key"):
        first, second = sources[access_key].sets("access_key"), sources[secret_key].sets("secret_key")
        problem = f"{first}, and {second}: {later.name} sets both, so that these are halves of two pairs"
    elif 0 <= token < secret_key:
        first, second = sources[token].sets("security_token"), sources[secret_key].sets("secret_key")
        problem = f"{first}, but {second}: a token is of use only with the key that it was issued with"
    if problem:
        raise ConfigurationError(f"{problem}. Set all parts of a key in one place.")


def _check_limits(options: t.Mapping[str, t.Any]) -> None:
    wrong = [
        f"{name} must be {what}, and at most {most}"
        for name, least, most, what in (
            ("connect_timeout", 0.001, LONGEST, "more than 0 seconds"),
            ("read_timeout", 0.001, LONGEST, "more than 0 seconds"),
            ("max_attempts", 1, 1000, "at least 1"),
            ("max_retry_time", 0, LONGEST, "at least 0 seconds"),
        )
        if options.get(name) is not None and not least <= options[name] <= most
    ]
    if wrong:
        raise ConfigurationError("Invalid options: " + "; ".join(wrong) + ".")


def _check_proxy(url: str | None) -> None:
    """Raise L(ConfigurationError) for a URL that libraries would trip over, and quote with its password."""
    if not url:
        return
    try:
        parts = urlsplit(url if "://" in url else "http://" + url)
        usable = bool(re.fullmatch(rf"{_HOST}|[0-9A-Fa-f:.]+:[0-9A-Fa-f:.]+", parts.hostname or "")) and parts.port != 0
        usable = usable and parts.scheme in ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
        usable = usable and parts.path in ("", "/") and not parts.query and not parts.fragment
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", url):
        raise ConfigurationError("proxy_url must be http(s)://host:port or http(s)://user:password@host:port.")


def _of_environment(environment: t.Mapping[str, str]) -> _Source:
    variables = {
        option: name
        for option, names in ENVIRONMENT.items()
        for name in [next((name for name in names if environment.get(name)), None)]
        if name is not None
    }
    found = {option: environment[name] for option, name in variables.items()}
    domain = environment.get("KSYUN_DOMAIN")
    if domain and "endpoint_url" not in found:
        service = "" if _flag(environment, "KSYUN_DOMAIN_IGNORE_SERVICE") else "vpc."
        found["endpoint_url"], variables["endpoint_url"] = f"https://{service}{domain}", "KSYUN_DOMAIN"
    return _Source("the environment", found, variables)


def _flag(environment: t.Mapping[str, str], name: str) -> bool:
    """The boolean that an environment variable holds. Raises L(ConfigurationError) naming it if it holds none."""
    value = environment.get(name, "").strip().lower()
    if value not in _BOOLEANS:
        raise ConfigurationError(f"The environment variable {name} must be a boolean, true or false.")
    return _BOOLEANS[value]


def _endpoint(url: str | None, region: str, place: str) -> str:
    """C(https://vpc.{region}.api.ksyun.com), or the URL given: scheme and host, nothing behind them."""
    url = (url or "https://vpc.{region}.api.ksyun.com").replace("{region}", region)
    scheme, between, rest = url.partition("://")
    url = f"{scheme.lower()}://{rest}" if between else f"https://{url}"
    match = re.fullmatch(r"(https?://(?:" + _HOST + r"|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?)/?", url)
    try:
        usable = match is not None and 0 < int(match[2] or 1) < 65536 and bool(urlsplit(url).hostname)
    except ValueError:  # no address in the brackets
        usable = False
    if match is None or not usable:
        raise ConfigurationError(
            f"endpoint_url must be http(s)://host or http(s)://host:port, with nothing else; it is set by {place}."
        )
    return match[1]


def _profile(sources: t.Sequence[_Source], notes: list[str]) -> tuple[_Source, str]:
    """What a profile of the credentials file sets, if there is one or the user named one, and why if that is nothing.

    A profile that only the environment names, or nobody, is not missed by those who don't need it: where the
    C(sources) before it set keys, region and endpoint, a file that can't be used is worth a warning.
    """
    named = {
        option: source for option in ("profile", "credentials_file") for source in sources[::-1] if source.has(option)
    }
    path, name = (
        named[option].options[option] if option in named else None for option in ("credentials_file", "profile")
    )
    file = os.path.expanduser(path or DEFAULT_CREDENTIALS_FILE)
    if not (named or os.path.exists(file)):
        return _Source("the profile", {}), ""
    from .credentials_file import read_profile  # here, as each module compiles what it imports

    places = {option: source.place(option) for option, source in named.items()}
    try:
        options, remark = read_profile(file, name, PROFILE_KEYS, places=places, notes=notes)
    except ConfigurationError as error:
        needed = [option for option in _NEEDED if not any(source.has(option) for source in sources)]
        if needed or any(sources[0].has(option) for option in named):
            raise
        notes.append(f"{error} It is not used, as keys, region and endpoint_url are set otherwise.")
        return _Source("the profile", {}), ""
    return _Source(f"the profile {name or 'default'!r} of {file}", options), remark
