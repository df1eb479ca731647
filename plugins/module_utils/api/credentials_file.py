# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials file, in which each section is a profile."""

from __future__ import annotations

import configparser
import errno
import os
import stat
import typing as t

from .errors import ConfigurationError

_MOST_NAMES = 20  # profiles that a message lists


def read_profile(
    file: str,
    name: str | None,
    keys_of: t.Mapping[str, t.Sequence[str]],
    *,
    places: t.Mapping[str, str],
    notes: list[str],
) -> tuple[dict[str, str], str]:
    """The options that a profile of the file sets, and a sentence that tells why if it can't set any.

    C(default) is used if none is named and it exists. C(keys_of) are the keys that an option has in the file.
    C(places): what names the profile and the file, in words. Raises L(ConfigurationError), for a file that can't be
    read only if somebody named it, or a profile. What is doubtful goes to C(notes).
    """
    by = {option: f" (named by {place})" for option, place in places.items()}
    what = f"The credentials file {file}{by.get('credentials_file', '')}"
    wanted = f"profile {name or 'default'!r}{by.get('profile', '')}"
    parser = configparser.ConfigParser(interpolation=None, default_section="\0none")
    try:
        if os.path.exists(file) and not os.path.isfile(file):
            raise OSError(errno.EINVAL, "it is not a file")
        with open(file, encoding="utf-8-sig") as opened:  # editors of Windows begin it with a mark (BOM)
            mode = os.fstat(opened.fileno()).st_mode
            parser.read_file(opened)
    except FileNotFoundError:
        if not places:
            return {}, ""
        purpose = f", where the {wanted} is to be," if name else ""
        raise ConfigurationError(f"{what}{purpose} does not exist.") from None
    except OSError as error:
        problem = f"{what} can't be read: {error.strerror}."
        if not places:
            return {}, problem
        raise ConfigurationError(problem) from None
    except (configparser.Error, ValueError) as error:
        # str(error) would quote the line, which may hold a key
        kind = "a text file in UTF-8" if isinstance(error, UnicodeError) else "an INI file"
        raise ConfigurationError(f"{what} is not {kind} ({type(error).__name__}).") from None
    if not parser.has_section(name or "default"):
        problem = f"{what} has no {wanted}. {_profiles(parser.sections())}"
        if name:
            raise ConfigurationError(problem)
        return {}, f"{problem} The option profile, or KSYUN_PROFILE, names the one to use."
    if stat.S_IMODE(mode) & 0o077:
        notes.append(f"The credentials file {file} can be read by others: chmod 600 it.")
    section = parser[name or "default"]
    found = {option: next((section[key] for key in keys if section.get(key)), "") for option, keys in keys_of.items()}
    return found, ""


def _profiles(names: t.Sequence[str]) -> str:
    """A sentence that lists the profiles of a file."""
    if not names:
        return "It has no profiles."
    more = len(names) - _MOST_NAMES
    return f"It has: {', '.join(names[:_MOST_NAMES])}{f', and {more} more' if more > 0 else ''}."
