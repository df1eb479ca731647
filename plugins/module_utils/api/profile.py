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


def read_profile(
    file: str, name: str | None, keys_of: t.Mapping[str, t.Sequence[str]], *, required: bool, notes: list[str]
) -> dict[str, str]:
    """The options that a profile of the file sets. C(default) is used if none is named and it exists.

    C(keys_of) are the keys that an option has in the file. Raises L(ConfigurationError), for a file that can't be
    read only if it is C(required). What is doubtful goes to C(notes).
    """
    parser = configparser.ConfigParser(interpolation=None, default_section="\0none")
    try:
        if os.path.exists(file) and not os.path.isfile(file):
            raise OSError(errno.EINVAL, "it is not a file")
        with open(file, encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            parser.read_file(opened)
    except FileNotFoundError:
        if required:
            wanted = f", where the profile {name!r} is to be," if name else ""
            raise ConfigurationError(f"The credentials file {file}{wanted} does not exist.") from None
        return {}
    except OSError as error:
        if required:
            raise ConfigurationError(f"The credentials file {file} can't be read: {error.strerror}.") from None
        return {}
    except (configparser.Error, ValueError) as error:
        # str(error) would quote the line, which may hold a key
        raise ConfigurationError(f"The credentials file {file} is not an INI file ({type(error).__name__}).") from None
    if not parser.has_section(name or "default"):
        if name:
            raise ConfigurationError(f"The credentials file {file} has no profile {name!r}.")
        return {}
    if stat.S_IMODE(mode) & 0o077:
        notes.append(f"The credentials file {file} can be read by others: chmod 600 it.")
    section = parser[name or "default"]
    return {option: next((section[key] for key in keys if section.get(key)), "") for option, keys in keys_of.items()}
