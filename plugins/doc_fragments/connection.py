# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of the connection, see ``plugins/module_utils/api/connection.py``."""

    DOCUMENTATION = r"""
options:
  access_key:
    description:
      - The ID of the access key. It is not a secret.
      - If it is left out, the environment variable E(KSYUN_ACCESS_KEY) or E(KSYUN_ACCESS_KEY_ID) is used, then the
        profile of the credentials file, see O(profile).
    type: str
  secret_key:
    description:
      - The secret access key. It signs the requests and is never sent.
      - It has to belong to O(access_key). Where one place sets both, and only one of them counts as another place sets
        the other, the task is refused.
      - If it is left out, the environment variable E(KSYUN_SECRET_KEY) or E(KSYUN_SECRET_ACCESS_KEY) is used, then
        the profile of the credentials file.
    type: str
  security_token:
    description:
      - The security token of temporary (STS) credentials.
      - If it is left out, the environment variable E(KSYUN_SECURITY_TOKEN) or E(KSYUN_SESSION_TOKEN) is used, then
        the profile of the credentials file. It is always taken from the place that O(secret_key) comes from, so that
        a token in the environment does no harm to a key that the task sets. A token that the task sets, with a key from
        elsewhere, is refused.
    type: str
    aliases:
      - session_token
  region:
    description:
      - The region to work in, for example V(cn-beijing-6) or V(cn-shanghai-2). Region names are not checked here.
      - If it is left out, the environment variable E(KSYUN_REGION) is used, then the profile of the credentials file.
    type: str
  endpoint_url:
    description:
      - Where the API is, as V(https://HOST) or V(https://HOST:PORT) with nothing behind it. V({region}) in it is
        replaced by O(region).
      - If it is left out, the environment variable E(KSYUN_ENDPOINT_URL) is used, then the profile of the credentials
        file, then V(https://vpc.{region}.api.ksyun.com).
      - Where E(KSYUN_ENDPOINT_URL) is not set, E(KSYUN_DOMAIN) of the Terraform provider counts in its place,
        as V(https://vpc.DOMAIN), or as V(https://DOMAIN) if E(KSYUN_DOMAIN_IGNORE_SERVICE) is V(true).
      - If the certificate does not cover the name of the region's host, use V(https://vpc.api.ksyun.com).
    type: str
  profile:
    description:
      - The section of O(credentials_file) that holds the credentials.
      - A section can set V(access_key), V(secret_key), V(security_token), V(region) and V(endpoint_url).
      - What the task sets comes first, then the environment, then the profile. A profile that the task itself sets
        comes before the environment.
      - If it is left out, the environment variable E(KSYUN_PROFILE) is used, then the section V(default), if there is
        one.
    type: str
  credentials_file:
    description:
      - An INI file with a section for each profile. There is a warning when other users can read it.
      - If it can't be used, or has no profile of that name, the task fails, with the names of the profiles that it has.
        There is only a warning where nothing of it is needed, as O(access_key), O(secret_key), O(region) and
        O(endpoint_url) are set otherwise, and where the task itself sets neither O(profile) nor O(credentials_file).
      - If it is left out, the environment variable E(KSYUN_SHARED_CREDENTIALS_FILE) is used, then
        V(~/.ksyun/credentials).
    type: path
  request_method:
    description:
      - The HTTP method of reads. What changes something, or asks in check mode whether it could, is always sent by
        POST, as proxies and load balancers may repeat a GET whose answer they lost. So are reads that carry a secret.
    type: str
    choices:
      - GET
      - POST
    default: GET
  signature_version:
    description:
      - How requests are signed.
      - V(v4) is AWS Signature Version 4 in the C(Authorization) header.
      - V(v4-query) is the same in the query string, of a POST as well.
      - V(simplified) is the service's older signature. It does not cover the host and the method of a request.
    type: str
    choices:
      - v4
      - v4-query
      - simplified
    default: v4
  response_format:
    description:
      - The format in which the service is asked to answer. The results of a task do not depend on it.
    type: str
    choices:
      - json
      - xml
    default: json
  validate_certs:
    description:
      - Whether the service's TLS certificate has to be valid. With V(false), anyone on the way can read and change
        what is sent, and there is a warning.
    type: bool
    default: true
  ca_bundle:
    description:
      - The path of a file (PEM) or directory with the certificates of the authorities to trust.
      - If it is left out, the environment variable E(KSYUN_CA_BUNDLE), E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) is
        used, then the authorities that the Python library C(requests) brings.
    type: path
    aliases:
      - ca_path
  use_proxy:
    description:
      - Whether to use the proxies that the environment variables E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY) and
        E(NO_PROXY) name. The proxies that an operating system has in its settings are not used.
      - E(NO_PROXY) is a list of hosts, domains, addresses and networks like V(192.0.2.0/24), each perhaps with
        a port, or V(*).
    type: bool
    default: true
  proxy_url:
    description:
      - The URL of a proxy to use, whatever the environment says. It is not used if O(use_proxy) is V(false).
      - It can hold a user name and a password, and is treated as a secret.
    type: str
  connect_timeout:
    description:
      - How long to wait for a connection to be established, in seconds.
    type: float
    default: 10
  read_timeout:
    description:
      - How long to wait for the answer to a request, in seconds.
    type: float
    default: 60
  max_attempts:
    description:
      - How often one request is sent at most. At least V(1), which means that it is never repeated.
      - Requests that read are repeated after time-outs, broken connections, server errors (HTTP 5xx) and throttling
        (V(LimitExceeded)). Requests that write are repeated only where it is certain that nothing has happened.
      - A name that is not known, a port on which nobody listens, and the like are tried two or three times at most, as
        long as the service has not answered.
      - The pauses between them grow from about half a second to twenty seconds, at random.
    type: int
    default: 10
  max_retry_time:
    description:
      - How long one request and its repetitions may take together before no further attempt is made, in seconds.
    type: float
    default: 120
requirements:
  - Python 3.9 or newer
  - requests 2.25.0 or newer
notes:
  - If the environment variable E(KSYUN_DRY_RUN) of the Terraform provider is V(true), nothing is changed. A task that
    would change something fails, with its plan in the result. A task that would not, and check mode, go as usual.
  - Environment variables and the credentials file are read on the host on which the module runs. To use those of the
    controller, run the task on V(localhost).
"""
