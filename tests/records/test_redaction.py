# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets, planted in every place of an account and of answers: none is in a record, in any form."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from records.different import different

from ansible_collections.ksyun.vpn.plugins.module_utils.api.connection import resolve
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.exchange import Redactor, Sender
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.interview import Options
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.redacted import Disguise
from ansible_collections.ksyun.vpn.plugins.module_utils.verification.run import as_text, table_of, verify
from emulator.testing import EmulatorHandle, running_emulator

ACCESS_KEY, SECRET_KEY = "AKLTfakeAccessKeyOfAcme01", "fake-secret-key-of-acme-02"
TOKEN = "fake-sts-token-of-acme-03"
USER = "fakeuser04"
KEY = "fake-pre-shared-key-05"
NAMES = ["Acme Berlin 06", "acme07", "阿克米08"]
ADDRESSES = ["100.64.17.9", "100.64.17.10", "100.64.17.11", "100.65.0.0/16", "169.254.77.1/30"]
IDS = ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "acct-7731009", "vpc-acme-10"]
PROJECT = "77310098"
ALL = [ACCESS_KEY, SECRET_KEY, TOKEN, USER, KEY, *NAMES, *ADDRESSES, *IDS, PROJECT]


def forms(secret: str) -> set[str]:
    """How a secret may have been written."""
    raw = secret.encode()
    plain = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        raw.hex(),
        secret.partition("/")[0],
    }
    plain |= {base64.b64encode(raw).decode(), secret.upper(), secret.lower(), secret[::-1]}
    return {form for form in plain if len(form) > 5}


def leaks(text: str) -> list[str]:
    """The secrets that a text says."""
    return [secret for secret in ALL if any(form in text for form in forms(secret))]


def account(emulator: EmulatorHandle) -> None:
    """All fields of all kinds hold something of somebody."""
    gateway = {
        "VpnGatewayId": IDS[0],
        "VpnGatewayName": NAMES[0],
        "VpcId": IDS[2],
        "GatewayAddress": ADDRESSES[0],
        "HaGatewayAddress": ADDRESSES[1],
        "RemoteCidrSet": [{"CidrBlock": ADDRESSES[3]}],
        "ProjectId": PROJECT,
        "VpnGatewayVersion": "2.0",
        "AccountId": IDS[1],
    }
    emulator.seed(VpnGatewaySet=[{**gateway, "ProjectId": "0"}, {**gateway, "VpnGatewayId": IDS[1]}])
    customers = [
        {"CustomerGatewayName": name, "CustomerGatewayAddress": ADDRESSES[2], "Remark": KEY, "Owner": {USER: [USER]}}
        for name in NAMES
    ]
    customer = emulator.seed(CustomerGatewaySet=customers)["CustomerGatewaySet"][0]["CustomerGatewayId"]
    tunnel = {
        "VpnGatewayId": IDS[0],
        "CustomerGatewayId": customer,
        "VpnTunnelName": NAMES[1],
        "PreSharedKey": KEY,
        "LocalPeerIp": ADDRESSES[4],
        "State": USER,
        "ExtraCidrSet": [{"CidrBlock": ADDRESSES[3]}],
        "NatId": IDS[1],
        "AccountNumber": int(PROJECT),
    }
    made = emulator.seed(VpnTunnelSet=[tunnel])["VpnTunnelSet"][0]
    emulator.seed(VpcSet=[{"VpcId": IDS[2], "VpcName": NAMES[2], "CidrBlock": ADDRESSES[3]}])
    route = {"VpcId": IDS[2], "VpnTunnelId": made["VpnTunnelId"], "DestinationCidrBlock": ADDRESSES[3]}
    emulator.seed(RouteSet=[{**route, "Description": NAMES[0]}])


def with_secrets(text: str) -> str:
    """An answer with secrets in its messages, its codes, its names of fields, its tokens and beside everything."""
    said = " ".join(ALL).replace('"', "")
    text = re.sub(r'("Message": ?")', rf"\1{said} {quote(KEY)} ", text)
    text = re.sub(r'("Code": ?")(NoSuchEntity)', rf"\1{USER}", text)
    text = re.sub(r'("NextToken": ?")', rf"\1{IDS[1]}-", text)
    text = re.sub(
        r"^\{", lambda _match: json.dumps({USER: KEY, "Owner": {"Name": NAMES[0], KEY: [PROJECT]}})[:-1] + ",", text
    )
    return text.replace("<RequestId>", f"<Owner>{NAMES[1]}</Owner><RequestId>{IDS[1]}")


@pytest.mark.parametrize("version", ["", "1.0", "2.0"])
@pytest.mark.parametrize("rewrite", [str, with_secrets], ids=["in the account", "in every answer"])
def test_no_planted_secret_is_in_a_record(tmp_path: Path, version: str, rewrite: Any) -> None:
    with running_emulator(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as emulator:
        denied = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN, "user_name": USER}
        emulator.configure(accounts=[{**denied, "denied_actions": ["ModifyCustomerGateway", "DescribeVpcs"]}])
        account(emulator)
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN}
        with different(emulator, rewrite) as url:
            connection = resolve({**keys, "region": emulator.region, "endpoint_url": url}, {})
            sender = Sender(connection, sleep=lambda seconds: None)
            options = Options("write", version, IDS[2], ADDRESSES[2])
            outcome = verify(sender, Redactor([SECRET_KEY, TOKEN]), options, lambda tag: str(tmp_path / tag))
    text = as_text(outcome.record)
    assert len(outcome.record["exchanges"]) > 80
    assert leaks(text) == []
    assert leaks("\n".join(table_of(outcome.record))) == []
    assert leaks(json.dumps(outcome.record, ensure_ascii=False)) == []
    assert len(text) < 65_000, "an issue takes no more"


def test_the_same_is_replaced_by_the_same() -> None:
    """So that a record can be read: what an id refers to, and that a key came back."""
    disguise = Disguise(Redactor(), "verify-0123456789abcdef")
    one = disguise.value({"VpnGatewayId": IDS[0], "PreSharedKey": KEY, "GatewayAddress": ADDRESSES[0]})
    assert one == disguise.value({"VpnGatewayId": IDS[0], "PreSharedKey": KEY, "GatewayAddress": ADDRESSES[0]})
    other = disguise.value({"VpnGatewayId": IDS[0].upper(), "Message": f"The {IDS[0]} is in use."})
    assert other["VpnGatewayId"] == one["VpnGatewayId"].upper()
    assert other["Message"] == f"The {one['VpnGatewayId']} is in use."
    assert disguise.value({"VpnGatewayId": IDS[0].replace("3", "4")}) != {"VpnGatewayId": one["VpnGatewayId"]}


def test_what_is_harmless_is_kept() -> None:
    disguise = Disguise(Redactor(), "verify-0123456789abcdef")
    name = disguise.own("verify-0123456789abcdef-01 a ")
    kept = {"State": "available", "BandWidth": 5, "IkeDHGroup": "14", "ChargeType": "PostPaidByDay", "System": False}
    kept |= {"IkeEncryAlgorithm": "aes-cbc-256", "VpnGatewayVersion": "2.0", "Code": "NoSuchEntity"}
    assert disguise.value(kept) == kept
    assert disguise.value(name.strip(), "CustomerGatewayName") == "0" * 23 + "-01 a"
    said = "An value must be supplied for the input parameter VpnGatewayId."
    assert disguise.message(said) == said
