# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release has beside the artifact, so that what is installed can be verified.

    release_files.py ARTIFACT [--key KEY]

Beside the artifact: SHA256SUMS; a bill of materials (SPDX 2.3, JSON) with each file of the artifact and what it needs
at run time; and with a key, which gpg has, a detached signature of the artifact's MANIFEST.json, which is what
"ansible-galaxy collection verify --signature" takes.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

REPOSITORY = "https://github.com/ksyun-vpn/ksyun.vpn"
LICENCE = "GPL-3.0-or-later"


def member(archive: tarfile.TarFile, name: str) -> bytes:
    """The content of a file of the artifact."""
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file")
    return file.read()


def bill_of_materials(artifact: Path) -> dict[str, Any]:
    """The document, made of the artifact alone: the same artifact has the same one."""
    with tarfile.open(artifact) as archive:
        about = json.loads(member(archive, "MANIFEST.json"))["collection_info"]
        files = [entry for entry in json.loads(member(archive, "FILES.json"))["files"] if entry["ftype"] == "file"]
        manifest = hashlib.sha256(member(archive, "MANIFEST.json")).hexdigest()
        needed = re.findall(r"^([a-z][\w-]*)(\S*)$", member(archive, "requirements.txt").decode(), re.MULTILINE)
        core = re.findall(r"requires_ansible: '(.*)'", member(archive, "meta/runtime.yml").decode())
        created = max(entry.mtime for entry in archive.getmembers())
    name, version = f"{about['namespace']}.{about['name']}", about["version"]
    digest = hashlib.sha256(artifact.read_bytes()).hexdigest()
    collection = {
        "SPDXID": "SPDXRef-collection",
        "name": name,
        "versionInfo": version,
        "downloadLocation": f"{REPOSITORY}/releases/tag/v{version}",
        "packageFileName": artifact.name,
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "filesAnalyzed": False,
        "licenseConcluded": LICENCE,
        "licenseDeclared": LICENCE,
        "copyrightText": "Copyright (c) 2026, ksyun.vpn contributors",
        "supplier": "Organization: ksyun.vpn contributors",
    }
    others = [
        {
            "SPDXID": f"SPDXRef-{needs}",
            "name": needs,
            "versionInfo": bounds,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION",
            "comment": "needed at run time, and not part of the artifact",
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": f"pkg:pypi/{needs}",
                }
            ],
        }
        for needs, bounds in [*needed, *(("ansible-core", bounds) for bounds in core)]
    ]
    content = [
        {
            "SPDXID": f"SPDXRef-file-{number}",
            "fileName": f"./{entry['name']}",
            "checksums": [{"algorithm": "SHA256", "checksumValue": entry["chksum_sha256"]}],
            "licenseConcluded": LICENCE,
            "copyrightText": "NOASSERTION",
        }
        for number, entry in enumerate(files)
    ]
    related = [("SPDXRef-DOCUMENT", "DESCRIBES", collection["SPDXID"])]
    related += [(collection["SPDXID"], "CONTAINS", file["SPDXID"]) for file in content]
    related += [(collection["SPDXID"], "DEPENDS_ON", other["SPDXID"]) for other in others]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{name}-{version}",
        "documentNamespace": f"{REPOSITORY}/spdx/{version}/{manifest}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(created, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: ksyun.vpn tests/tools/release_files.py", "Organization: ksyun.vpn contributors"],
        },
        "packages": [collection, *others],
        "files": content,
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in related
        ],
    }


def signature(artifact: Path, key: str) -> Path:
    """A detached signature of the artifact's MANIFEST.json, which has the checksums of all its files."""
    path = artifact.with_name(artifact.name.removesuffix(".tar.gz") + ".asc")
    with tarfile.open(artifact) as archive:
        manifest = member(archive, "MANIFEST.json")
    command = ["gpg", "--batch", "--yes", "--armor", "--detach-sign", "--local-user", key, "--output", str(path)]
    subprocess.run(command, input=manifest, check=True)
    return path


def main() -> int:
    """Write all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("artifact", type=Path)
    parser.add_argument("--key", default="")
    arguments = parser.parse_args()
    artifact: Path = arguments.artifact
    bill = artifact.with_name(artifact.name.removesuffix(".tar.gz") + ".spdx.json")
    bill.write_text(json.dumps(bill_of_materials(artifact), indent=1) + "\n", encoding="utf-8")
    written = [artifact, bill, *([signature(artifact, arguments.key)] if arguments.key else [])]
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in written]
    artifact.with_name("SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print("\n".join(path.name for path in [*written, artifact.with_name("SHA256SUMS")]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
