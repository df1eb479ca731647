# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of statements, and what it names: tests by file and function, pages by path and words."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
