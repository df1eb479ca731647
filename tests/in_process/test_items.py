# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The law that nothing of one item reaches the next: what an item asks and returns is what it does alone."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from hypothesis import given
from hypothesis import strategies as st
from laws.strategies import law
from modules.runner import Ansible

from ansible_collections.ksyun.vpn.plugins.module_utils.api.errors import ConfigurationError
from ansible_collections.ksyun.vpn.plugins.module_utils.api.transport.pool import Channels
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.customer_gateway import RESOURCE
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.entry import info_entry, manage_entry
from ansible_collections.ksyun.vpn.plugins.plugin_utils import in_process
from ansible_collections.ksyun.vpn.plugins.plugin_utils.in_process import InProcessAction

Item = dict[str, Any]
USERS_OWN = {
    "HOME": "/nonexistent",
    "KSYUN_ACCESS_KEY": "FAKE-KEY-OF-THE-USER",
    "KSYUN_SECRET_KEY": "fake-secret-of-the-user",
    "KSYUN_REGION": "cn-beijing-6",
    "KSYUN_ENDPOINT_URL": "{one}",
}


class CutError(BaseException):
    """What Ansible's time-out raises is no Exception either."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append([server.name, self.requestline, sorted((k.lower(), v) for k, v in self.headers.items())])
        if server.cutting:
            server.cutting.clear()
            os.kill(os.getpid(), signal.SIGALRM)
        body = b'{"RequestId": "r", "CustomerGatewaySet": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Nothing."""


class Service(ThreadingHTTPServer):
    """A service with nothing in it, and as well a proxy that answers for it; notes what it is asked."""

    daemon_threads = True

    def __init__(self, name: str, asked: list[Any], cutting: list[bool]) -> None:
        self.name, self.asked, self.cutting = name, asked, cutting
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_of: Any) -> None:
        """Nothing: a time-out cuts connections."""


class Worker:
    """What a worker has that runs the items of a loop: its environment, and the action of each item."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.cutting: list[bool] = []
        names = ("one", "two", "proxy")
        self.services = {name: Service(name, self.asked, self.cutting) for name in names}

    def close(self) -> None:
        for service in self.services.values():
            service.shutdown()
            service.server_close()

    def _filled(self, value: Any) -> Any:
        """With the addresses of the services in place of their names."""
        if isinstance(value, str):
            for name, service in self.services.items():
                value = value.replace(f"{{{name}}}", f"http://127.0.0.1:{service.server_address[1]}")
                value = value.replace(f"{{{name}'s host}}", f"127.0.0.1:{service.server_address[1]}")
        return {key: self._filled(each) for key, each in value.items()} if isinstance(value, dict) else value

    def last_of(self, items: list[Item]) -> str:
        """Run items after each other; what the last one asked and returned, but for what differs each time."""
        with mock.patch.dict(os.environ, self._filled(USERS_OWN), clear=True):
            before = dict(os.environ)
            InProcessAction.channels = Channels()
            for item in items:
                self.asked.clear()
                returned = self._run(self._filled(item))
                assert dict(os.environ) == before, "the item leaves something in the environment"
        changing = r"\d{8}T\d{6}Z|\d{8}(?=/)|Signature=\w+|\"milliseconds\": \d+"
        return re.sub(changing, "", json.dumps([self.asked, returned], sort_keys=True))

    def _run(self, item: Item) -> Any:
        loader = DataLoader()
        play_context = SimpleNamespace(become=False)
        shell = SimpleNamespace(env_prefix=lambda **_variables: "")
        connection = SimpleNamespace(_shell=shell, transport="local", become=None)
        task = SimpleNamespace(
            args=item["options"],
            environment=[item["environment"]],
            check_mode=False,
            diff=True,
            action="ksyun.vpn.customer_gateway",
            async_val=0,
        )
        action = InProcessAction(task, connection, play_context, loader, Templar(loader=loader), None)
        action.entry = manage_entry(RESOURCE) if "state" in item["options"] else info_entry(RESOURCE)
        self.cutting[:] = [True] * item["cut"]
        try:
            return action._run_in_process()
        except CutError:
            return "cut"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A worker whose time-outs raise what Ansible's do."""

    def raise_it(_number: int, _frame: Any) -> None:
        raise CutError

    before = signal.signal(signal.SIGALRM, raise_it)
    worker = Worker()
    yield worker
    worker.close()
    signal.signal(signal.SIGALRM, before)


keys = st.sampled_from(["FAKE-KEY-1", "FAKE-KEY-2", ""])
words = st.sampled_from(["fake-secret-1", "fake-secret-2", "", "fake secret \udcff"])
proxies = st.sampled_from(
    [
        "{proxy}",
        "http://user:fake-proxy-word@{proxy's host}",
        "http://user:other-fake-word@{proxy's host}",
        "ftp://x",
        "",
    ]
)
endpoints = st.sampled_from(["{one}", "{two}", "ftp://nowhere.example", ""])
regions = st.sampled_from(["cn-beijing-6", "cn-shanghai-2", "not a region"])
environments = st.fixed_dictionaries(
    {},
    optional={
        "KSYUN_ACCESS_KEY": keys,
        "KSYUN_SECRET_KEY": words,
        "KSYUN_SECURITY_TOKEN": words,
        "KSYUN_REGION": regions,
        "KSYUN_ENDPOINT_URL": endpoints,
        "KSYUN_PROFILE": st.just("missing"),
        "REQUESTS_CA_BUNDLE": st.sampled_from(["/nonexistent", ""]),
        "HOME": st.just("/elsewhere"),
        "http_proxy": proxies,
        "HTTP_PROXY": proxies,
        "all_proxy": proxies,
        "no_proxy": st.sampled_from(["127.0.0.1", "*", ""]),
        # what no process can be given
        "B=D": words,
        "": words,
        "N\0L": words,
        "NUL": st.just("a\0b"),
        "HALF": st.just("\ud800"),
        "NUMBER": st.integers(),
    },
)
options = st.fixed_dictionaries(
    {"max_attempts": st.just(1)},
    optional={
        "access_key": keys,
        "secret_key": words,
        "security_token": words,
        "region": regions,
        "endpoint_url": endpoints,
        "proxy_url": proxies,
        "use_proxy": st.booleans(),
        "validate_certs": st.booleans(),
        "signature_version": st.sampled_from(["v4", "v4-query", "simplified", "v5"]),
        "name": st.just("fake-proxy-word"),
        "unknown": words,
    },
)
managed = st.fixed_dictionaries({"name": words, "state": st.just("absent"), "max_attempts": st.just(1)})
shuffled = environments.flatmap(lambda made: st.permutations(list(made.items())).map(dict))
items = st.fixed_dictionaries({"options": options | managed, "environment": shuffled, "cut": st.booleans()})


@law
@given(first=items, second=items)
def test_an_item_does_what_it_does_alone(worker: Worker, first: Item, second: Item) -> None:
    second["cut"] = False
    assert worker.last_of([first, second]) == worker.last_of([second])


@pytest.mark.parametrize("changes", [{"A": "1", "B": "2"}, {"A": "1", "B": "2", "B=D": "3"}], ids=["set", "refused"])
def test_a_time_out_at_any_statement_leaves_nothing(changes: dict[str, str]) -> None:
    """Also in the midst of setting a variable, which is known to the process before Python notes it."""
    with mock.patch.dict(os.environ, {"B": "before", "C": "untouched"}):
        before = dict(os.environ)
        cuts = 0
        while _cut_at(cuts + 1, changes):
            cuts += 1
            assert dict(os.environ) == before
            seen = subprocess.run(["env"], capture_output=True, text=True, check=True).stdout if cuts % 5 == 0 else ""
            assert "A=1" not in seen.splitlines()
    assert cuts > 20


def _cut_at(statement: int, changes: dict[str, str]) -> bool:
    """Whether changing and restoring the environment takes so many statements: a time-out came out of that one."""
    left = statement

    def trace(frame: Any, what: str, _value: Any) -> Any:
        nonlocal left
        if what == "line" and (frame.f_code.co_name == "_within" or cared_for(frame)):
            left -= 1
            if not left:
                raise CutError
        return trace

    def cared_for(frame: Any) -> bool:
        while frame is not None and frame.f_code.co_filename != in_process.__file__:
            frame = frame.f_back
        return frame is not None and frame.f_code.co_name.endswith("_environment")

    sys.settrace(trace)
    try:
        in_process._within(changes, dict)
    except CutError:
        return True
    except ConfigurationError:
        return False
    finally:
        sys.settrace(None)
    return False


def test_a_refusal_masks_what_its_environment_holds(worker: Worker) -> None:
    """What can't be set comes last, so that the environment is restored when the refusal is told."""
    environment = {"https_proxy": "http://user:fake-proxy-word@127.0.0.1:1", "B=D": "fake-proxy-word"}
    told = worker.last_of([{"options": {"name": "not fake-proxy-word"}, "environment": environment, "cut": False}])
    assert "environment: 'B=D' can't be set" in told
    assert "fake-proxy-word" not in told


def test_a_loop_whose_items_have_environments(ansible: Ansible) -> None:
    """The same through Ansible: the first of these leaves its key to none of the others."""
    spoiled = {"KSYUN_SECRET_KEY": "fake-wrong-secret-key", "http_proxy": "http://127.0.0.1:1"}
    environments = [{**spoiled, "B=D": "x"}, {}, {**spoiled, "NUL": "a\0b"}, {}]
    run = ansible.play(
        [
            {
                "name": "list",
                "ksyun.vpn.customer_gateway_info": {},
                "environment": "{{ item }}",
                "loop": environments,
                "ignore_errors": True,
            }
        ]
    )
    results = run.of("list")["results"]
    assert ["can't be set" in each.get("msg", "") for each in results] == [True, False, True, False], run.output
    assert [each.get("customer_gateways") for each in results] == [None, [], None, []], run.output
