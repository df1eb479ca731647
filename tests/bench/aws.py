# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A moto server on loopback, the peers' stand-in for their cloud.

    python -m bench.aws GATEWAYS

Its first line is its URL; it serves until SIGTERM. What is there already is put into its store directly, as ten
thousand calls of its API would take minutes.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ACCOUNT, REGION = "123456789012", "us-east-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "example-access-key",
    "AWS_SECRET_ACCESS_KEY": "example-secret-not-real",
    "AWS_REGION": REGION,
}


def gateways(number: int) -> list[dict[str, str]]:
    """What there is: customer gateways and virtual private gateways of these names, the first with these addresses."""
    return [
        {"name": f"gateway-{each}", "address": f"198.{18 + each // 65536}.{each // 256 % 256}.{each % 256}"}
        for each in range(number)
    ]


@contextmanager
def running_moto(number: int) -> Iterator[str]:
    """A server with that many gateways of each kind; its URL."""
    command = [sys.executable, "-m", "bench.aws", str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, "moto did not start"
            yield url
        finally:
            process.terminate()


def main() -> None:
    """Serve until SIGTERM."""
    from moto.ec2 import ec2_backends
    from moto.server import ThreadedMotoServer

    store = ec2_backends[ACCOUNT][REGION]
    for gateway in gateways(int(sys.argv[1])):
        tags = {"Name": gateway["name"]}
        store.create_customer_gateway("ipsec.1", gateway["address"], "65000", tags=tags)
        store.create_vpn_gateway("ipsec.1", tags=tags)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print("http://{}:{}".format(*server.get_host_and_port()), flush=True)
    signal.sigwait([signal.SIGTERM])


if __name__ == "__main__":
    main()
