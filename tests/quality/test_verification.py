# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is installed can be verified: checksums, the bill of materials, and a signature by a throw-away key."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from quality.repository import BIN, ROOT, read_yaml, text
from tools.release_files import bill_of_materials, member

VERSION = read_yaml("galaxy.yml")["version"]
BUILT = ROOT / "build" / f"ksyun-vpn-{VERSION}.tar.gz"


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """A copy of the artifact that "make build" made."""
    return Path(shutil.copy(BUILT, tmp_path))


def run(*command: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    # ansible-galaxy finds collections by Python's own path, too
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"GNUPGHOME": str(home), "HOME": str(home), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, env={**environment, **more}, capture_output=True, text=True, check=False)


def release_files(artifact: Path, home: Path, *more: str) -> None:
    ran = run(sys.executable, str(ROOT / "tests" / "tools" / "release_files.py"), str(artifact), *more, home=home)
    assert ran.returncode == 0, ran.stderr


def test_checksums_and_bill_of_materials(artifact: Path) -> None:
    release_files(artifact, artifact.parent)
    lines = dict(line.split()[::-1] for line in artifact.with_name("SHA256SUMS").read_text().splitlines())
    assert set(lines) == {artifact.name, f"ksyun-vpn-{VERSION}.spdx.json"}
    for name, digest in lines.items():
        assert hashlib.sha256((artifact.parent / name).read_bytes()).hexdigest() == digest
    bill = json.loads((artifact.parent / f"ksyun-vpn-{VERSION}.spdx.json").read_text())
    assert bill == bill_of_materials(artifact), "the same artifact has the same bill"
    with tarfile.open(artifact) as archive:
        content = {
            f"./{entry.name}": hashlib.sha256(member(archive, entry.name)).hexdigest()
            for entry in archive.getmembers()
            if entry.isfile() and entry.name not in ("MANIFEST.json", "FILES.json")
        }
    assert {file["fileName"]: file["checksums"][0]["checksumValue"] for file in bill["files"]} == content
    assert {package["name"] for package in bill["packages"]} == {"ksyun.vpn", "requests", "ansible-core"}
    ids = {item["SPDXID"] for item in [bill, *bill["packages"], *bill["files"]]}
    assert len(ids) == 1 + len(bill["packages"]) + len(bill["files"])
    assert {
        relation[end] for relation in bill["relationships"] for end in ("spdxElementId", "relatedSpdxElement")
    } <= ids


def test_a_signature_is_verified(artifact: Path) -> None:
    """By the command of ansible-core, with a key that only this test has; a changed file, or another key, is told."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is missing: signatures are not tried here")
    home = artifact.parent / "g"
    home.mkdir(mode=0o700)
    who = "nobody@example.com"
    made = run("gpg", "--batch", "--passphrase", "", "--quick-gen-key", who, "ed25519", "sign", "never", home=home)
    assert made.returncode == 0, made.stderr
    ring = artifact.parent / "ring.gpg"
    exported = subprocess.run(
        ["gpg", "--batch", "--export", who], env={**os.environ, "GNUPGHOME": str(home)}, capture_output=True, check=True
    )
    ring.write_bytes(exported.stdout)
    release_files(artifact, home, "--key", who)
    signature = artifact.parent / f"ksyun-vpn-{VERSION}.asc"
    folder = str(artifact.parent / "collections")
    galaxy = ("ansible-galaxy", "collection")
    # not with the signature: ansible-core does not take one beside an archive
    installed = run(*galaxy, "install", "--offline", str(artifact), home=home, ANSIBLE_COLLECTIONS_PATH=folder)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    verify = (
        *galaxy,
        "verify",
        "--offline",
        "--keyring",
        str(ring),
        "--signature",
        f"file://{signature}",
        "-p",
        folder,
        "ksyun.vpn",
    )
    good = run(*verify, home=home, ANSIBLE_COLLECTIONS_PATH=folder)
    assert (good.returncode, "Successfully verified" in good.stdout) == (0, True), good.stdout + good.stderr
    readme = Path(folder, "ansible_collections", "ksyun", "vpn", "README.md")
    readme.write_text(readme.read_text() + "changed\n")
    changed = run(*verify, home=home, ANSIBLE_COLLECTIONS_PATH=folder)
    assert "README.md" in changed.stdout + changed.stderr
    assert changed.returncode != 0
    manifest = readme.with_name("MANIFEST.json")
    manifest.write_text(manifest.read_text().replace("ksyun.vpn contributors", "somebody else", 1))
    forged = run(*verify, home=home, ANSIBLE_COLLECTIONS_PATH=folder)
    assert forged.returncode != 0
    run("gpgconf", "--kill", "gpg-agent", home=home)


def test_the_release_has_them() -> None:
    """What the workflow of a release publishes, and what of it is signed by the forge."""
    workflow = text(".github/workflows/release.yml")
    for wanted in ("make release-files", "SHA256SUMS", "actions/attest-build-provenance@", "gh release create"):
        assert wanted in workflow, wanted
