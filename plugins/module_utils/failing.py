# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failure as a task's result."""

from __future__ import annotations

import os
import traceback
import typing as t

from .api.errors import KsyunError
from .api.secrets import Redactor
from .plan import readable

_LONGEST_MESSAGE = 8_000  # characters


def failed(error: BaseException, redact: Redactor) -> dict[str, t.Any]:
    """C(failed), C(msg) and C(error): what an exception says, or that it is a fault of this collection."""
    text = _one_line(redact.text(str(error)))  # a secret that is cut, or escaped, would not be found any more
    if isinstance(error, KsyunError):
        return {"failed": True, "msg": text, "error": error.details()}
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    return {
        "failed": True,
        "msg": f"Unexpected error in ksyun.vpn, please report it: {type(error).__name__}: {text} (at {where}).",
        "error": {"kind": "internal", "where": where},
    }


def _one_line(text: str) -> str:
    """A message that is fit to be shown.

    A name or path may hold controls, which terminals obey: they are escaped. What is very long loses its middle.
    """
    text = readable(text)
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 2000]} ... {text[-2000:]}"
