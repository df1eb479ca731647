# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the core must not let out. Each check is a function of an emulator; it fails with AssertionError."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.api.redaction import MASK, Redactor
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.difference import difference
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.render import device_config
from ansible_collections.ksyun.vpn.plugins.module_utils.devices.watching import happened, look
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.argspec import ArgSpec
from ansible_collections.ksyun.vpn.plugins.module_utils.runner.result import redactor
from ansible_collections.ksyun.vpn.tests.secrets.sentinels import (
    KEY,
    OLD_KEY,
    PROXY_PASSWORD,
    PROXY_URL,
    SECRET_KEY,
    TOKEN,
    assert_clean,
    echo,
    strings,
    with_data,
)
from ansible_collections.ksyun.vpn.tests.secrets.stage import ACCESS_KEY, RESOURCES, TUNNEL, Stage
from emulator.testing import EmulatorHandle

FROM_ENVIRONMENT = {"secret_key": None, "security_token": None}
ENVIRONMENT = {"KSYUN_SECRET_KEY": SECRET_KEY, "KSYUN_SECURITY_TOKEN": TOKEN}


@contextlib.contextmanager
def _nothing_masked() -> Iterator[None]:
    """Without the redactor: what is made should hold no key in the first place, whatever its form."""
    with mock.patch.object(Redactor, "__call__", lambda _self, value: value):
        yield


def echoed_by_a_refusal(emulator: EmulatorHandle) -> None:
    """The service's message has all that the task was given, in all forms."""
    stage = Stage(emulator)
    stage.refuse("CreateVpnTunnel", echo(KEY, SECRET_KEY, TOKEN))
    result = stage.task("vpn_tunnel", **TUNNEL)
    assert result["failed"], result
    assert MASK in result["error"]["message"]
    assert_clean(result)


def echoed_to_info(emulator: EmulatorHandle) -> None:
    """The same for a module that lists."""
    for name in RESOURCES:
        stage = Stage(emulator)
        stage.refuse("Describe*", echo(SECRET_KEY, TOKEN))
        result = stage.info(name)
        assert result["failed"], result
        assert_clean(result)


def echoed_in_a_status(emulator: EmulatorHandle) -> None:
    """The same for the module that asks whether tunnels are up."""
    stage = Stage(emulator)
    stage.answer(
        "DescribeVpnTunnels", {"RequestId": "r", "VpnTunnelSet": [{"VpnTunnelId": "t", "VpnGatewayId": TOKEN}]}
    )
    result = stage.status()
    assert MASK in str(result["vpn_tunnel_statuses"]), result
    assert_clean(result)


def verified(emulator: EmulatorHandle) -> None:
    """What verify_service finds where the service says keys, the task's own or those of a profile."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "credentials")
        file.write_text(f"[default]\nsecret_key = {SECRET_KEY}\nsecurity_token = {TOKEN}\n")
        file.chmod(0o600)
        for number, own in enumerate(({}, {**FROM_ENVIRONMENT, "credentials_file": str(file)})):
            stage = Stage(emulator)
            stage.refuse("Describe*", "no", code=f"No.{SECRET_KEY}", count=99)
            record = Path(directory, f"{number}.json")
            result = stage.verify(record=str(record), **own)
            stage.emulator.clear_faults()
            assert result["report"], result
            assert_clean(result)
            assert_clean(record.read_text(encoding="utf-8"), "the record")


def device_description(_emulator: EmulatorHandle) -> None:
    """The key is in a device's configuration, and not in the description beside it."""
    tunnel = {"name": "t", "type": "Ipsec", "ike_dh_group": 14, "ike_encryption_algorithm": "aes"}
    tunnel |= {"ike_authentication_algorithm": "sha", "ipsec_encryption_algorithm": "esp-aes"}
    tunnel |= {
        "ipsec_authentication_algorithm": "esp-sha-hmac",
        "ipsec_lifetime_seconds": 3600,
        "ipsec_lifetime_kilobytes": 4608000,
    }
    gateway, peer = {"gateway_address": "192.0.2.1"}, {"address": "203.0.113.1"}
    networks = {"local_networks": ["10.1.0.0/16"], "remote_networks": ["10.2.0.0/16"]}
    rendered = device_config(tunnel, "swanctl", gateway, peer, pre_shared_key=KEY, **networks)
    assert rendered["has_key"]
    assert_clean(rendered["description"])


def device_difference(_emulator: EmulatorHandle) -> None:
    """What changes of a device's configuration is shown, and a key that comes or goes is not."""
    before, after = (
        f"secrets {{\n    secret = {key}\n    id = {name}\n}}\n" for key, name in ((OLD_KEY, "a"), (KEY, "b"))
    )
    for shown in (difference(before, after), difference("", after), difference(before, "")):
        assert len(shown) > 3
        assert_clean(shown)


def device_drift(_emulator: EmulatorHandle) -> None:
    """A key is nothing that an event tells of."""
    before, after = (look([{"id": "t", "name": key, "pre_shared_key": key}], []) for key in (OLD_KEY, KEY))
    (event,) = happened(before, after)
    assert [change["option"] for change in event["changes"]] == ["name"]


def from_the_environment(emulator: EmulatorHandle) -> None:
    """Secrets that are no options of the task."""
    stage = Stage(emulator)
    stage.refuse("Describe*", echo(SECRET_KEY, TOKEN))
    result = stage.info("vpn_gateway", environment=ENVIRONMENT, **FROM_ENVIRONMENT)
    assert result["error"]["kind"] == "service"
    assert_clean(result)


def _remark(stage: Stage, text: str) -> None:
    """Let the service answer with a gateway that has a field unknown to the table."""
    gateway = {"VpnGatewayId": "g", "VpnGatewayName": "gw", "Remark": text}
    stage.answer("DescribeVpnGateways", {"RequestId": "r", "VpnGatewaySet": [gateway]})


def echoed_in_an_item(emulator: EmulatorHandle) -> None:
    """Fields that the table does not know are returned."""
    stage = Stage(emulator)
    _remark(stage, echo(SECRET_KEY, TOKEN))
    result = stage.task("vpn_gateway", name="gw")
    assert MASK in result["vpn_gateway"]["remark"]
    assert_clean(result)


def under_an_alias(emulator: EmulatorHandle) -> None:
    """Ansible gives an option under its alias, too; a text that is exactly the token is a secret all the same."""
    stage = Stage(emulator)
    _remark(stage, TOKEN)
    result = stage.info("vpn_gateway", session_token=TOKEN)
    assert result["vpn_gateways"][0]["remark"] == MASK
    assert_clean(result)


def old_key_echoed(emulator: EmulatorHandle) -> None:
    """The key that the service had is as secret as the task's own."""
    stage = Stage(emulator, tunnel=True)
    stage.refuse("CreateVpnTunnel", echo(OLD_KEY, KEY), dry_run=True)
    result = stage.task("vpn_tunnel", on_immutable_change="replace", **TUNNEL)
    assert result["failed"], result
    assert_clean(result)


def old_key_in_an_unknown_field(emulator: EmulatorHandle) -> None:
    """Fields that the table does not know are returned."""
    stage = Stage(emulator)
    body = {"VpnTunnelId": "t", "VpnTunnelName": "tunnel", "PreSharedKey": OLD_KEY, "Remark": f"key={OLD_KEY}"}
    stage.answer("DescribeVpnTunnels", {"RequestId": "r", "VpnTunnelSet": [body]})
    result = stage.info("vpn_tunnel")
    assert result["vpn_tunnels"][0]["remark"] == f"key={MASK}"
    assert_clean(result)


def items_have_no_key(emulator: EmulatorHandle) -> None:
    """The key is not in a result at all, masked or not, unless the user insists."""
    with _nothing_masked():
        stage = Stage(emulator, tunnel=True)
        (listed,) = stage.info("vpn_tunnel")["vpn_tunnels"]
        assert "pre_shared_key" not in listed
        assert_clean(listed)
        result = stage.task("vpn_tunnel", **{**TUNNEL, "pre_shared_key": OLD_KEY})
        assert "pre_shared_key" not in result["vpn_tunnel"]
        assert_clean(result)
        declared = [{"name": "peer", "tunnels": [{"name": "tunnel"}]}]
        result, _told = stage.sites(sites=declared, defaults={}, pre_shared_keys={"tunnel": OLD_KEY})
        (tunnel,) = result["sites"]["peer"]["vpn_tunnels"]
        assert tunnel["name"] == "tunnel"
        assert "pre_shared_key" not in tunnel
        assert_clean(result["sites"])


def plans_have_no_key(emulator: EmulatorHandle) -> None:
    """Plan and diff speak of a key's difference without the keys."""
    with _nothing_masked():
        stage = Stage(emulator, tunnel=True)
        result = stage.task("vpn_tunnel", check=True, on_immutable_change="replace", **TUNNEL)
        assert result["plan"][1]["fields"], result
        assert_clean(result)
        result = Stage(emulator).task("vpn_tunnel", check=True, **TUNNEL)
        assert result["plan"][0]["fields"], result
        assert_clean(result)


def messages_have_no_key(emulator: EmulatorHandle) -> None:
    """That a key differs is said without the keys, and without "now" and "wanted"."""
    with _nothing_masked():
        result = Stage(emulator, tunnel=True).task("vpn_tunnel", **TUNNEL)
        assert "pre_shared_key (differs; not shown)" in result["msg"]
        assert_clean(result)


def what_is_to_be_named_has_no_key(emulator: EmulatorHandle) -> None:
    """A replacement whose task leaves out what a create requires says what the tunnel has now, but for its key."""
    with _nothing_masked():
        options = {**TUNNEL, "pre_shared_key": None, "type": None, "ike_dh_group": 24}
        result = Stage(emulator, tunnel=True).task("vpn_tunnel", on_immutable_change="replace", **options)
        assert "type is required to replace (it is 'Ipsec' now)" in result["msg"]
        assert "pre_shared_key is required to replace, so" in result["msg"]
        assert_clean(result)


def diffs_have_no_key(emulator: EmulatorHandle) -> None:
    """The diff has a boolean instead, also when another option is the reason."""
    with _nothing_masked():
        stage = Stage(emulator, tunnel=True)
        result = stage.task("vpn_tunnel", **{**TUNNEL, "pre_shared_key": OLD_KEY, "name": "new"})
        after = with_data(result)["diff"]["after"]
        assert after["pre_shared_key_matches"] is True
        assert "pre_shared_key" not in after
        assert_clean(result)


def faults_do_not_quote_a_key(emulator: EmulatorHandle) -> None:
    """A key that can't be sent is named, not shown."""
    with _nothing_masked():
        result = Stage(emulator).task("vpn_tunnel", **{**TUNNEL, "pre_shared_key": KEY + "\n"})
        assert "pre_shared_key must not" in result["msg"]
        assert "got" not in result["msg"]
        assert_clean(result)


def cut_and_escaped_messages(emulator: EmulatorHandle) -> None:
    """Very long messages are cut, and what terminals obey is escaped: after the masking."""
    key = f"{KEY}\u200b\u200b{KEY}"
    key *= 5  # the masks of what is before take so little room that the place where a text was cut would be seen
    for text in (f"{key} " * 150, f"(at its middle, too) {key} " + f"{key} " * 150, f"<{key}>"):
        stage = Stage(emulator)
        stage.answer("CreateVpnTunnel", {"RequestId": text, "Error": {"Code": text, "Message": text}}, status=400)
        result = stage.task("vpn_tunnel", **{**TUNNEL, "pre_shared_key": key})
        assert result["error"]["code"], result
        broken = mock.Mock(side_effect=RuntimeError(text))
        with mock.patch("ansible_collections.ksyun.vpn.plugins.module_utils.runner.manage.Reconciler", broken):
            unexpected = stage.task("vpn_tunnel", **{**TUNNEL, "pre_shared_key": key})
        for said in strings([result, unexpected]):
            assert not {word for word in ("fake", "KEY", "密", "%41") if word in said}, "part of a key is left"


def values_in_messages(emulator: EmulatorHandle) -> None:
    """A message shows a value as a whole or not at all, as part of a secret in it could not be masked."""
    for room in range(180, 200, 3):
        result = Stage(emulator).task("vpn_tunnel", **{**TUNNEL, "ike_encryption_algorithm": "x" * room + SECRET_KEY})
        assert result["error"]["kind"] == "invalid_options", result
        assert "fake" not in str(result)
        result = Stage(emulator).info("vpn_gateway", filters={"x" * (room - 100) + SECRET_KEY: {}})
        assert result["error"]["kind"] == "invalid_options", result
        assert "fake" not in str(result)


def proxy_that_refuses(emulator: EmulatorHandle) -> None:
    """What a proxy says when it makes no connection; it knows its password, and may be long-winded."""
    for room in range(140, 180, 5):
        with _proxy(f"HTTP/1.1 502 {'x' * room}{PROXY_PASSWORD} {SECRET_KEY}{'y' * 9000}\r\n\r\n") as address:
            result = Stage(emulator).info(
                "vpn_gateway",
                endpoint_url="https://vpc.example",
                proxy_url=f"http://operator:{PROXY_PASSWORD}@{address}",
            )
        assert "Tunnel connection failed" in result["msg"], result
        assert "fake" not in str(result)
        assert len(str(result)) < 5_000


@contextlib.contextmanager
def _proxy(answer: str) -> Iterator[str]:
    """The address of something that answers to one connection."""

    def serve() -> None:
        peer, _address = listening.accept()
        with peer:
            peer.recv(65536)
            peer.sendall(answer.encode("latin-1"))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield "{}:{}".format(*listening.getsockname())
        server.join(5)


def in_sub_options(_emulator: EmulatorHandle) -> None:
    """A secret of an option of an option of an option."""
    tunnels = {"options": {"key": {"no_log": True, "aliases": ["psk"]}, "name": {}}}
    spec = {"sites": {"elements": "dict", "options": {"tunnels": tunnels, "name": {}}}}
    sites = [{"name": "b", "tunnels": [{"name": "t", "key": KEY}]}, {"tunnels": {"psk": "q9z"}}]
    redact = redactor(ArgSpec(spec), {"sites": sites}, {})
    assert_clean(redact({"msg": echo(KEY)}))
    assert ArgSpec(spec).shown({"sites": sites}, redact)["sites"] == [
        {"name": "b", "tunnels": [{"name": "t", "key": MASK}]},
        {"tunnels": {"psk": MASK}},
    ]


def of_sites(emulator: EmulatorHandle) -> None:
    """Keys in the map of a list of sites, which the service echoes: in the result, and in what is told meanwhile."""
    stage = Stage(emulator, tunnel=True)
    stage.refuse("CreateVpnTunnel", echo(KEY, OLD_KEY, SECRET_KEY, TOKEN))
    declared = [{"name": "peer", "tunnels": [{"name": "tunnel"}]}, {"name": KEY[:7], "address": "203.0.113.9"}]
    keys = {KEY[:7]: KEY, "tunnel": OLD_KEY}
    result, told = stage.sites(sites=declared, defaults={"type": "Ipsec"}, pre_shared_keys=keys)
    assert result["error"]["kind"] == "sites_failed", result
    assert any(MASK in line for line in told), told
    assert result["invocation"]["module_args"]["pre_shared_keys"] == MASK
    assert_clean([result, told])
    refused, _told = stage.sites(sites=declared, defaults={"type": KEY}, pre_shared_keys=keys)
    assert refused["error"]["kind"] == "sites_refused", refused
    assert_clean(refused)
    assert_clean(stage.sites_info())
    assert stage.sites_info(include_pre_shared_keys=True)["pre_shared_keys"] == {"tunnel": OLD_KEY}


def unexpected_errors(emulator: EmulatorHandle) -> None:
    """Even a mistake of the collection, whose message may hold anything."""
    stage = Stage(emulator)
    for name in ("manage.Reconciler", "info.gather"):
        broken = mock.Mock(side_effect=RuntimeError(echo(KEY, SECRET_KEY, TOKEN)))
        with mock.patch(f"ansible_collections.ksyun.vpn.plugins.module_utils.runner.{name}", broken):
            result = stage.task("vpn_tunnel", **TUNNEL) if name == "manage.Reconciler" else stage.info("vpn_gateway")
        assert result["error"]["kind"] == "internal"
        assert_clean({**result, "msg": result["msg"] if name == "manage.Reconciler" else ""})


def proxy_that_does_not_parse(emulator: EmulatorHandle) -> None:
    """Messages of the HTTP library quote such a URL, and not always the whole password."""
    url = f"http://operator:{PROXY_PASSWORD}#@127.0.0.1:9"
    with mock.patch.dict(os.environ, {"HTTP_PROXY": url, "http_proxy": url, "NO_PROXY": "", "no_proxy": ""}):
        result = Stage(emulator).info("vpn_gateway", environment=dict(os.environ))
    assert "proxy" in result["msg"], result
    assert_clean(result)


def proxy_that_is_named(emulator: EmulatorHandle) -> None:
    """The password in proxy_url."""
    stage = Stage(emulator)
    stage.refuse("Describe*", echo(PROXY_PASSWORD))
    result = stage.info("vpn_gateway", proxy_url=f"http://operator:{PROXY_PASSWORD}@{emulator.host}:{emulator.port}")
    assert result["error"]["kind"] == "service", result
    assert_clean(result)


def proxy_of_the_environment(emulator: EmulatorHandle) -> None:
    """The password in HTTPS_PROXY and its like, as it is written there and as it is sent."""
    stage = Stage(emulator)
    stage.refuse("Describe*", echo(PROXY_PASSWORD) + " fake-PROXY-p+w")
    result = stage.info("vpn_gateway", environment={"HTTPS_PROXY": PROXY_URL})
    assert result["error"]["kind"] == "service"
    assert "fake-PROXY-p+w" not in str(result)
    assert_clean(result)


def credentials_file_that_is_none(emulator: EmulatorHandle) -> None:
    """The parser's message would quote the line with the key."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "credentials")
        file.write_text("[default]\nfake-secret-key-without-its-name\n")
        result = Stage(emulator).info("vpn_gateway", credentials_file=str(file), **FROM_ENVIRONMENT)
    assert "is not an INI file" in result["msg"]
    assert "without-its-name" not in str(result)


def representations(_emulator: EmulatorHandle) -> None:
    """What a debugger or a log would show of a connection."""
    options = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN, "proxy_url": PROXY_URL}
    assert_clean(repr(resolve({**options, "region": "cn-beijing-6"}, {})), "repr()")


def no_secret_in_a_url(emulator: EmulatorHandle) -> None:
    """Tokens go in headers or bodies, and a value that is a secret goes in a body."""
    for signature in ("v4", "v4-query", "simplified"):
        stage = Stage(emulator)
        assert not stage.info("vpn_gateway", signature_version=signature).get("failed")
        assert not {name for name in stage.sent_in_query() if "token" in name.lower()}
    stage = Stage(emulator)
    stage.info("vpn_gateway", filters={"vpc-id": SECRET_KEY})
    assert not stage.sent_in_query()
    assert stage.emulator.requests()
    stage.task("vpn_tunnel", **TUNNEL)
    assert "PreSharedKey" not in stage.sent_in_query()
    assert_clean(emulator.log(), "the service's log")


def redirections(emulator: EmulatorHandle) -> None:
    """A redirection would take token and key to wherever it points."""
    stage = Stage(emulator)
    headers = {"Location": f"{emulator.url}/elsewhere"}
    emulator.fault("CreateVpnTunnel", "raw", status=307, headers=headers, body="")
    result = stage.task("vpn_tunnel", **TUNNEL)
    assert result["failed"], result
    assert len([request for request in emulator.requests() if request["action"] == "CreateVpnTunnel"]) == 1


CHECKS = {
    check.__name__: check
    for check in (
        echoed_by_a_refusal,
        echoed_to_info,
        echoed_in_a_status,
        verified,
        device_description,
        device_difference,
        device_drift,
        from_the_environment,
        echoed_in_an_item,
        under_an_alias,
        old_key_echoed,
        old_key_in_an_unknown_field,
        items_have_no_key,
        plans_have_no_key,
        messages_have_no_key,
        what_is_to_be_named_has_no_key,
        diffs_have_no_key,
        faults_do_not_quote_a_key,
        cut_and_escaped_messages,
        in_sub_options,
        of_sites,
        values_in_messages,
        proxy_that_refuses,
        unexpected_errors,
        proxy_that_does_not_parse,
        proxy_that_is_named,
        proxy_of_the_environment,
        credentials_file_that_is_none,
        representations,
        no_secret_in_a_url,
        redirections,
    )
}
