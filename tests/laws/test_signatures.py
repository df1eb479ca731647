# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our signatures at a verifier that shares no code with them: accepted as made, refused when one byte is another."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.strategies import law, tries
from laws.world import World

from ansible_collections.ksyun.vpn.plugins.module_utils.api.signing import (
    FORM,
    Credentials,
    SigV4HeaderAuth,
    SigV4QueryAuth,
    SimplifiedAuth,
    encode_pairs,
)

SIGNERS: dict[str, Any] = {
    "v4": SigV4HeaderAuth,
    "v4-query": SigV4QueryAuth,
    "v4-query-expires": lambda *given: SigV4QueryAuth(*given, expires=300),
    "simplified": SimplifiedAuth,
}
TOKEN = "fake/session+token=="
texts = st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"]), min_size=1, max_size=20)
# parameters that the action ignores, so that any name and value will do
parameters = st.dictionaries(texts.map(lambda text: "X" + text), texts, min_size=1, max_size=4)


def signed(
    world: World, signer: str, method: str, extra: dict[str, str], token: str | None, secret_key: str | None = None
) -> requests.PreparedRequest:
    """A signed DescribeVpnGateways with extra parameters."""
    pairs = encode_pairs([("Action", "DescribeVpnGateways"), ("Version", "2016-03-04"), *extra.items()])
    in_body = method == "POST"
    request = requests.Request(
        method,
        world.emulator.url + ("/" if in_body else f"/?{pairs}"),
        data=pairs if in_body else None,
        headers={"Accept": "application/json", **({"Content-Type": FORM} if in_body else {})},
    ).prepare()
    credentials = Credentials(world.emulator.access_key, secret_key or world.emulator.secret_key, token)
    return SIGNERS[signer](credentials, world.emulator.region)(request)


def answer(request: requests.PreparedRequest) -> tuple[int, str | None]:
    """Status and error code of the service's answer."""
    with requests.Session() as session:
        session.trust_env = False
        response = session.send(request, timeout=10)
    return response.status_code, response.json().get("Error", {}).get("Code")


def account(world: World, token: str | None) -> None:
    """Let the emulator's account be a temporary one, or not."""
    keys = {"access_key": world.emulator.access_key, "secret_key": world.emulator.secret_key, "user_name": "law"}
    world.emulator.configure(accounts=[{**keys, "security_token": token}])


@pytest.mark.parametrize("token", [None, TOKEN], ids=["key", "token"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signer", SIGNERS)
@settings(law, max_examples=tries(50))
@given(extra=parameters, data=st.data())
def test_one_changed_byte_is_refused(
    world: World, signer: str, method: str, token: str | None, extra: dict[str, str], data: st.DataObject
) -> None:
    world.emulator.reset()
    account(world, token)
    assert answer(signed(world, signer, method, extra, token)) == (200, None)

    # a parameter's name or value, in the query or in the body
    request = signed(world, signer, method, extra, token)
    target = str(request.body if method == "POST" else urlsplit(str(request.url)).query)
    name = data.draw(st.sampled_from(sorted(extra)))
    encoded = encode_pairs([(name, extra[name])])
    position = target.index(encoded) + data.draw(st.sampled_from([0, encoded.index("=") + 1]))
    changed = target[:position] + ("Z" if target[position] != "Z" else "Y") + target[position + 1 :]
    if target[position] == "%":
        changed = target[:position] + "Z" + target[position + 3 :]
    if method == "POST":
        request.body = changed
        request.headers["Content-Length"] = str(len(changed))
    else:
        request.url = str(request.url).replace(target, changed)
    assert answer(request) == (403, "SignedCookiesNotMatch")

    # the key
    wrong = world.emulator.secret_key[:-1] + "~"
    assert answer(signed(world, signer, method, extra, token, wrong)) == (403, "SignedCookiesNotMatch")


@pytest.mark.parametrize("signer", ["v4", "v4-query"])
def test_another_method_or_host_is_refused(world: World, signer: str) -> None:
    """(The simplified signature covers neither.)"""
    world.emulator.reset()
    request = signed(world, signer, "GET", {}, None)
    request.method = "POST"
    request.headers["Content-Length"] = "0"
    assert answer(request) == (403, "SignedCookiesNotMatch")
    request = signed(world, signer, "GET", {}, None)
    request.headers["Host"] = urlsplit(world.emulator.url).netloc.replace("127.0.0.1", "127.0.0.2")
    assert answer(request) == (403, "SignedCookiesNotMatch")


@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("token", [None, "another-fake-token"])
def test_a_wrong_or_missing_token_is_refused(world: World, signer: str, token: str | None) -> None:
    world.emulator.reset()
    account(world, TOKEN)
    assert answer(signed(world, signer, "POST", {}, token)) == (403, "InvalidClientTokenId")
