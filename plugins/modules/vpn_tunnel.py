#!/usr/bin/python
from __future__ import annotations
DOCUMENTATION = "{}"
from ansible_collections.ksyun.vpn.plugins.module_utils.module import manage
from ansible_collections.ksyun.vpn.plugins.module_utils.resources.vpn_tunnel import RESOURCE


def main() -> None:
    manage(RESOURCE)


if __name__ == "__main__":
    main()
