# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile values for options of every type."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

AWKWARD = (
    "客户 网关 北京",
    "\"double\" 'single' `back`",
    "a&b=c&Action=DeleteVpnGateway",
    "a+b c%20d%2Be",
    "%00%0a%zz",
    "line\nbreak",
    "carriage\rreturn",
    "tab\there",
    "nul\x00byte",
    "escape\x1b[31mred",
    "half \ud800 of a character",
    "x" * 255,
    "网" * 255,
    "y" * 5_000,
    "😀👩‍👩‍👧‍👦🏳️‍🌈",
    "\u202eright to left\u202c שלום مرحبا",
    "e\u0301 Z\u0351\u036b\u0343 combining",
    "\u2028line separator\u2029",
    "\ufeffmark",
    "\ufffe\uffff",
    "  leading and trailing  ",
    " ",
    "",
    "{{ 1 + 1 }} {% raw %}",
    "${HOME} $(id) `id` ; | && >",
    "../../../etc/passwd",
    "/dev/zero",
    "/dev/null",
    "/",
    "~nobody/x",
    "<a>&lt;b]]>",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "1_000",
    "٣",
    "1" * 5_000,
    "0x10",
    "999.999.999.999",
    "::1",
    "203.0.113.7/33",
    "203.0.113.007",
    "203.0.113.7\n",
    "9b3d5f1e-0000-4000-8000-000000000000",
    "9B3D5F1E-0000-4000-8000-000000000000\n",
    "(known after creation)",
)
texts = st.sampled_from(AWKWARD) | st.text(max_size=40) | st.text(st.characters(), max_size=10)
whole = st.sampled_from([0, -1, 1, 10**18, -(10**30), 10**300]) | st.integers()
real = st.sampled_from([0.0, -0.0, 1e-9, 1e308, float("nan"), float("inf"), -float("inf")]) | st.floats().filter(
    lambda number: not 0.0005 < number < 5  # a time-out that may just suffice
)
numbers = whole | real
scalars = texts | numbers | st.booleans() | st.none()
lists = st.lists(scalars, max_size=4) | st.integers(1, 3_000).map(
    lambda number: [f"9b3d5f1e-0000-4000-8000-{index:012}" for index in range(number)]
)
_names = st.sampled_from(["vpc-id", "vpn-gateway-id", "nat-id", "Name", "Action"]) | texts
dicts = st.dictionaries(_names, scalars | st.lists(scalars, max_size=3), max_size=3) | st.dictionaries(
    st.integers() | st.none() | st.booleans(), scalars | st.dictionaries(texts, texts, max_size=1), max_size=2
)
anything: st.SearchStrategy[Any] = scalars | lists | dicts | st.lists(st.lists(scalars, max_size=2), max_size=2)

_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": texts,
    "path": texts,
    "int": numbers | texts | st.just(10**4000),  # no float: of such a number Ansible itself can't make one
    "float": numbers | texts,
    "bool": st.booleans() | st.sampled_from(["yes", "no", "on", "", "maybe", "TRUE", 1, 0, 2, 1.0]),
    "list": lists,
    "dict": dicts,
}

_URLS = (
    "http://", "https://", "://", "http:///x", "ftp://127.0.0.1", "http://127.0.0.1:0", "http://127.0.0.1:99999",
    "http://127.0.0.1:port", "http://[::1", "http://user:example-pass@127.0.0.1", "http://127.0.0.1/path",
    "http://127.0.0.1?x=1", "http://127.0.0.1#x", "http://127.0.0.1\\@localhost", "http://127.0.0.1\n.invalid",
    "http://127.0.0.1:80\r\nX: y", "http://.", "http://a..b", "http://" + "a" * 300, "http://xn--",
    "http://[0]", "http://[1.2.3.4]", "https://[:::]", "http://例子.测试",
    "http://127.0.0.1 ", " http://127.0.0.1", "javascript:alert(1)", "file:///etc/passwd", "http://{region}.invalid",
    "https://no-such-host.invalid", "http://%31", "http://127.0.0.1%2f@x", "http://0x7f000001.invalid",
)  # fmt: skip
_OF_CONNECTION = {
    "endpoint_url": st.sampled_from(_URLS) | texts,
    "proxy_url": st.sampled_from(_URLS) | texts,
    "region": st.sampled_from(["a/b", "x@y", "a,b", "a b", "..", "cn-beijing-6/", "#", "?", "cn-beijing-6&x=y"])
    | texts,
}


def values_of(option: str, type_: str) -> st.SearchStrategy[Any]:
    """Values of an option: mostly of its own type, some of any other."""
    own = _OF_CONNECTION.get(option, _BY_TYPE.get(type_, anything))
    return st.integers(0, 3).flatmap(lambda number: anything if number == 0 else own)
