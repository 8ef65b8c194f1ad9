#!/usr/bin/env python3
"""Holds editions against validators that know nothing of Bindery.

Usage: packages.py FOLDER...

Looks for editions below each folder, and asks of
- `sha256sum -c`, whether SHA256SUMS is true;
- jsonschema, whether edition.json fits `schemas/edition.schema.json`;
- cffconvert, whether CITATION.cff is valid;
- bibtexparser, whether citation.bib is BibTeX of one entry;
- bagit, whether each bag is complete and valid.

The validators come from the Python registry in pinned versions, into
environments of their own below target/validators. Exits 1 when one of them
objects, or when there was nothing to look at.
"""

import json
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]

# cffconvert wants a jsonschema that doesn't know the draft of our schemas.
ENVIRONMENTS = {
    "packages": ["bagit==1.9.0", "cffconvert==2.0.0", "bibtexparser==1.4.3"],
    "schemas": ["jsonschema==4.23.0"],
}

BAG = "import bagit, sys; bagit.Bag(sys.argv[1]).validate()"
BIB = """
import sys, bibtexparser
from bibtexparser.bparser import BibTexParser
found = bibtexparser.load(open(sys.argv[1], encoding="utf-8"), BibTexParser(ignore_nonstandard_types=False))
entries = found.entries
assert len(entries) == 1 and entries[0].get("title") and entries[0].get("year"), entries
"""
SCHEMA = """
import json, sys, jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2], encoding="utf-8")))
"""


def environment(name):
    """The Python of an environment that has its packages."""
    folder = ROOT / "target" / "validators" / name
    python = folder / "bin" / "python"
    wanted = "\n".join(ENVIRONMENTS[name])
    mark = folder / "installed.txt"
    if not mark.is_file() or mark.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        *ENVIRONMENTS[name]], check=True)
        mark.write_text(wanted)
    return str(python)


def objections(what, command, folder):
    """What a validator says when it objects."""
    done = subprocess.run([str(c) for c in command], cwd=folder, capture_output=True, text=True)
    if done.returncode == 0:
        return []
    return [f"{what}: {(done.stderr or done.stdout).strip()}"]


def look_at(record, packages, schemas):
    """All objections to the edition that an edition.json belongs to."""
    folder = record.parent
    found = objections("edition.json", [schemas, "-c", SCHEMA, ROOT / "schemas/edition.schema.json", record], folder)
    found += objections("CITATION.cff", [pathlib.Path(packages).with_name("cffconvert"), "--validate", "-i", "CITATION.cff"], folder)
    found += objections("citation.bib", [packages, "-c", BIB, folder / "citation.bib"], folder)
    bag = folder.parent if (folder.parent / "bagit.txt").is_file() else None
    sums = folder / "SHA256SUMS"
    if bag:
        found += objections("bag", [packages, "-c", BAG, bag], bag)
    found += objections("SHA256SUMS", ["sha256sum", "--check", "--strict", "--quiet", sums.name], folder)
    listed = {line.split("  ", 1)[1].strip() for line in sums.read_text().splitlines()} if sums.is_file() else set()
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {sums.name}
    if listed != there:
        found.append(f"SHA256SUMS: lists {sorted(listed - there)} too many and lacks {sorted(there - listed)}")
    json.loads((folder / "citation.json").read_text(encoding="utf-8"))
    return found


def main():
    folders = [pathlib.Path(a).resolve() for a in sys.argv[1:]]
    records = sorted(p for folder in folders for p in folder.rglob("edition.json"))
    if not records:
        sys.exit("packages.py: no edition.json found")
    packages, schemas = environment("packages"), environment("schemas")
    bad = 0
    for record in records:
        found = look_at(record, packages, schemas)
        bad += bool(found)
        print(f"{'not ok' if found else 'ok'}  {record.parent}")
        for line in found:
            print("    " + line.replace("\n", "\n    "))
    print(f"{len(records) - bad} of {len(records)} editions pass")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
