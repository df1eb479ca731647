# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxies of the environment: as C(requests) reads them, and without a call to the system."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.utils import get_environ_proxies, select_proxy

from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.proxies import proxy_of
from ansible_collections.ksyun.vpn.tests.unit.plugins.module_utils.support.common import ACCESS_KEY, SECRET_KEY

PROXY, OTHER, THIRD = "http://proxy.example:3128", "http://other.example:8080", "socks5://third.example:1080"
URLS = (
    "https://vpc.cn-beijing-6.api.ksyun.com/",
    "http://127.0.0.1:18080/?Action=DescribeX",
    "http://10.1.2.3/",
    "http://[::1]:18080/",
    "https://localhost:8443/",
    "https://VPC.api.ksyun.com./",
)

names = st.sampled_from(["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
values = st.sampled_from([PROXY, OTHER, THIRD, "proxy.example:3128", ""])
# What requests and this module understand alike. It takes "un.com" for a part of "ksyun.com", which nobody relies on.
shared = st.sampled_from(
    ["ksyun.com", ".ksyun.com", "api.ksyun.com", "vpc.api.ksyun.com", "com", "localhost", "127.0.0.1", "127.0.0.0/8",
     "10.1.2.0/24", "10.1.2.3", "10.1.3.0/24", "10.0.0.0/8", "::1", "example.com", "localhost:8443"]
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    named=st.dictionaries(names, values, max_size=4),
    exceptions=st.dictionaries(
        st.sampled_from(["no_proxy", "NO_PROXY"]),
        st.just("*") | st.lists(shared, max_size=3).map(", ".join),
        max_size=1,  # of both, requests takes one for some forms and the other for others
    ),
    url=st.sampled_from(URLS[:-1]),
)
def test_it_reads_what_requests_reads(
    named: dict[str, str], exceptions: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**named, **exceptions}
    with monkeypatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        expected = select_proxy(url, get_environ_proxies(url))
    assert proxy_of(url, environment) == expected


# NO_PROXY, URL: whether it is excepted
FORMS = {
    ("*", URLS[0]): True,
    ("localhost, *", URLS[0]): True,
    ("*.ksyun.com", URLS[0]): True,
    ("KSYUN.COM", URLS[0]): True,
    ("ksyun.com", URLS[5]): True,
    ("yun.com", URLS[0]): False,
    ("127.0.0.1:18080", URLS[1]): True,
    ("127.0.0.1:18081", URLS[1]): False,
    ("127.0.0.1 10.0.0.0/8", URLS[2]): True,
    ("0.0.1", URLS[1]): False,
    ("::1/128", URLS[3]): True,
    ("[::1]", URLS[3]): True,
    ("[::1]:18080", URLS[3]): True,
    ("[::1]:1", URLS[3]): False,
    ("0:0:0:0:0:0:0:1", URLS[3]): True,
    ("localhost:8443", URLS[4]): True,
    ("localhost:443", URLS[4]): False,
    ("ksyun.com:443", URLS[0]): True,
    ("ksyun.com:80", URLS[0]): False,
    (",, ,", URLS[0]): False,
    ("/", URLS[0]): False,
    (":", URLS[0]): False,
    (".", URLS[0]): False,
    ("10.1.2.3/33", URLS[2]): False,
}


@pytest.mark.parametrize(("exceptions", "url"), FORMS)
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_no_proxy(exceptions: str, url: str, name: str) -> None:
    environment = {"all_proxy": PROXY, name: exceptions}
    assert proxy_of(url, environment) == (None if FORMS[exceptions, url] else PROXY)


def test_a_web_server_s_client_names_no_proxy() -> None:
    assert proxy_of(URLS[1], {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}) is None
    assert proxy_of(URLS[1], {"http_proxy": PROXY, "REQUEST_METHOD": "GET"}) == PROXY


@given(exceptions=st.text(st.characters(exclude_categories=["Cs"]), max_size=30), url=st.sampled_from(URLS))
def test_no_exception_breaks_it(exceptions: str, url: str) -> None:
    assert proxy_of(url, {"all_proxy": PROXY, "no_proxy": exceptions}) in (None, PROXY)


# --- macOS --------------------------------------------------------------------------------------

# On macOS, urllib.request imports _scproxy, whose calls crash a process that was forked without exec.
_ON_MACOS = """
import json, sys, types
sys.platform = "darwin"
asked = []
class Poisoned(types.ModuleType):
    def __getattr__(self, name):
        if not name.startswith("__"):
            asked.append(name)
            raise SystemExit(f"_scproxy.{name} was asked for")
        raise AttributeError(name)
sys.modules["_scproxy"] = Poisoned("_scproxy")
from ansible_collections.ksyun.vpn.plugins.module_utils.api.action import lifecycle
from ansible_collections.ksyun.vpn.plugins.module_utils.api.client import Client
from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import KsyunError
options = json.load(sys.stdin)
try:
    Client(resolve(options, {}), sleep=lambda _seconds: None).call(lifecycle("VpnGateway").describe, {})
    said = ""
except KsyunError as error:
    said = str(error)
print(json.dumps({"asked": asked, "said": said, "requests": "requests" in sys.modules}))
"""


@pytest.mark.parametrize("environment", [{}, {"HTTP_PROXY": "http://127.0.0.1:1"}, {"NO_PROXY": "*"}], ids=str)
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "https://127.0.0.1:1"])
def test_the_system_of_macos_is_not_asked(environment: dict[str, str], endpoint: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    options: dict[str, t.Any] = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "region": "cn-beijing-6"}
    done = subprocess.run(
        [sys.executable, "-c", _ON_MACOS],
        input=json.dumps({**options, "endpoint_url": endpoint, "max_attempts": 1}),
        env={**clean, **environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["asked"] == []
    assert result["requests"] is False
    by_proxy = environment.get("HTTP_PROXY") and endpoint.startswith("http:")
    to = "the proxy 127.0.0.1:1, by which 127.0.0.1:1 would be reached" if by_proxy else "127.0.0.1:1"
    assert f"no connection to {to}: Connection refused. " in result["said"]
