# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the virtual environment that every make target runs in.

    python3 bootstrap.py VENV REQUIREMENTS

Standard library only, and nothing is asked of the machine but Python and a package index. Debian ships python3
without ensurepip, so pip comes from the first of these that works: ensurepip; the pip of the running Python; the
pip wheel of the index or folder that the user's pip configuration names; Debian's python3-venv package, as root.
What it says goes to standard error: standard output belongs to the target.
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import html.parser
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv
from pathlib import Path
from typing import Callable

MINIMUM = (3, 11)  # of the pinned ansible-core


class CannotError(Exception):
    """This way to get pip is not open here; the text says why."""


def say(text: str) -> None:
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, **environment: str) -> None:
    """Run a command, its output on standard error. Raises CannotError if it fails."""
    words = [str(part) for part in command]
    status = subprocess.call(words, stdout=sys.stderr, env={**os.environ, **environment})
    if status:
        raise CannotError(f"{' '.join(words)} ended with {status}")


def python_of(target: Path) -> Path:
    return target / "bin" / "python"


def with_ensurepip(target: Path) -> None:
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out
    except ImportError as error:
        raise CannotError(f"no ensurepip ({error})") from error
    run(sys.executable, "-m", "venv", "--clear", target)


def with_own_pip(target: Path) -> None:
    try:
        import pip  # noqa: F401 - may be missing
    except ImportError as error:
        raise CannotError(f"this Python has no pip ({error})") from error
    venv.create(target, clear=True, symlinks=True)
    run(sys.executable, "-m", "pip", "--python", python_of(target), "install", "--quiet", "pip")


def with_pip_wheel(target: Path) -> None:
    """A wheel is a zip file that Python can import from, so pip's own wheel can install pip."""
    settings = pip_settings()
    venv.create(target, clear=True, symlinks=True)
    with tempfile.TemporaryDirectory() as folder:
        wheel = find_wheel(settings, Path(folder))
        run(python_of(target), wheel / "pip", "install", "--quiet", "pip")


def with_debian_package(target: Path) -> None:
    if not shutil.which("apt-get"):
        raise CannotError("no apt-get")
    if os.geteuid() != 0:
        raise CannotError("apt-get install needs root")
    run("apt-get", "update", "-qq", DEBIAN_FRONTEND="noninteractive")
    run("apt-get", "install", "-qq", "--no-install-recommends", "python3-venv", DEBIAN_FRONTEND="noninteractive")
    run(sys.executable, "-m", "venv", "--clear", target)


WAYS: tuple[Callable[[Path], None], ...] = (with_ensurepip, with_own_pip, with_pip_wheel, with_debian_package)


def pip_settings() -> dict[str, str]:
    """The index-url, find-links and cert that pip would use: its files, then its environment variables."""
    home = Path.home()
    files = [
        Path("/etc/pip.conf"),
        home / ".pip" / "pip.conf",
        Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip" / "pip.conf",
        Path(os.environ.get("PIP_CONFIG_FILE", os.devnull)),
    ]
    parser = configparser.RawConfigParser()
    parser.read(files)
    settings: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            settings.update({key.replace("_", "-"): value for key, value in parser.items(section)})
    for key in ("index-url", "find-links", "cert"):
        value = os.environ.get("PIP_" + key.upper().replace("-", "_"))
        if value:
            settings[key] = value
    return settings


class Links(html.parser.HTMLParser):
    """The targets of all links of a page of an index."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def find_wheel(settings: dict[str, str], folder: Path) -> Path:
    """The newest pip wheel in the folders of find-links, else of the index. Raises CannotError if there is none."""
    local = [path for place in settings.get("find-links", "").split() for path in Path(place).glob("pip-*.whl")]
    if local:
        return max(local, key=lambda path: version_of(path.name))
    if "index-url" not in settings:
        raise CannotError("pip's configuration names no package index")
    page_url = settings["index-url"].rstrip("/") + "/pip/"
    wheels = [link for link in Links(fetch(page_url, settings).decode()).found if version_of(link) > ()]
    if not wheels:
        raise CannotError("the package index has no wheel of pip")
    address, fragment = urllib.parse.urldefrag(urllib.parse.urljoin(page_url, max(wheels, key=version_of)))
    content = fetch(with_login_of(page_url, address), settings)
    if fragment.startswith("sha256=") and fragment != f"sha256={hashlib.sha256(content).hexdigest()}":
        raise CannotError("pip's wheel has not the checksum that the index gives")
    wheel = folder / address.split("/")[-1]
    wheel.write_bytes(content)
    return wheel


def version_of(link: str) -> tuple[int, ...]:
    """The version in the name of a released pip wheel, () for any other name."""
    match = re.search(r"(?:^|/)pip-(\d+(?:\.\d+)*)-py3-none-any\.whl(?:$|#)", link)
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def with_login_of(page_url: str, address: str) -> str:
    """The address with the page's user and password, if both are on one host."""
    page, link = urllib.parse.urlsplit(page_url), urllib.parse.urlsplit(address)
    same = (page.scheme, page.hostname, page.port) == (link.scheme, link.hostname, link.port)
    return urllib.parse.urlunsplit(link._replace(netloc=page.netloc)) if same else address


def fetch(address: str, settings: dict[str, str]) -> bytes:
    """What the address answers. A user and password in it are sent as basic authentication."""
    parts = urllib.parse.urlsplit(address)
    login, place = parts.netloc.rpartition("@")[::2]
    if parts.scheme not in ("http", "https"):
        raise CannotError(f"the package index is neither http nor https but {parts.scheme}")
    request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=place)))  # noqa: S310
    if login:
        secret = base64.b64encode(urllib.parse.unquote(login).encode()).decode()
        request.add_header("Authorization", f"Basic {secret}")
    context = ssl.create_default_context(cafile=settings.get("cert"))
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content
    except OSError as error:
        raise CannotError(f"the package index does not answer ({error})") from error


def main(target: Path, requirements: Path) -> None:
    if sys.version_info < MINIMUM:
        sys.exit("The development tools need Python {}.{} or newer: make PYTHON=...".format(*MINIMUM))
    reasons = []
    for way in WAYS:
        try:
            way(target)
            break
        except CannotError as error:
            reasons.append(str(error))
    else:
        sys.exit(
            "No way to get pip for the virtual environment: "
            + "; ".join(reasons)
            + ".\nInstall Debian's python3-venv, or name your package index in PIP_INDEX_URL."
        )
    say(f"{way.__name__.replace('_', ' ')}; installing {requirements}")
    run(python_of(target), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
