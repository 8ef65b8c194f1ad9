#!/usr/bin/env bash
# Runs the scripts of the GitHub action and of the GitLab template on a small
# book, with stand-ins for `gh`, `curl` and `cargo` that write down what they are
# asked for. No network, no release, no compilation.
#
#     tests/tools/run_ci.sh [FOLDER-OF-PROGRAMS]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
programs=$(cd "${1:-$root/target/release}" && pwd)

# That of tests/tools/lint_ci.py can read YAML.
python=$HOME/.cache/bindery-lint/venv/bin/python
if [[ ! -x $python ]]; then python=python3; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Small stand-ins that run the programs: packing these takes no time.
mkdir "$work/programs"
for program in bindery mdbook-bindery; do
  [[ -x $programs/$program ]] || { printf '%s is not built\n' "$programs/$program"; exit 1; }
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$programs/$program" >"$work/programs/$program"
  chmod +x "$work/programs/$program"
done
programs=$work/programs
export HOME=$work/home XDG_CACHE_HOME=$work/cache GIT_CONFIG_NOSYSTEM=1
mkdir -p "$HOME" "$work/stubs"
passed=0

ok() {
  passed=$((passed + 1))
  printf '  ok: %s\n' "$1"
}

wrong() {
  printf '  FAILED: %s\n' "$1"
  exit 1
}

# A command that has to fail, and to say something.
refused() {
  local words=$1
  shift
  if "$@" >"$work/said" 2>&1; then wrong "$* should have failed"; fi
  grep -qF -- "$words" "$work/said" || { cat "$work/said"; wrong "$* does not say: $words"; }
}

commit() {
  git -C "$1" add --all
  GIT_COMMITTER_DATE=$2 GIT_AUTHOR_DATE=$2 git -C "$1" -c user.name=A -c user.email=a@example.org commit --quiet -m "$3"
}

# The book: two years, one tag.
book="$work/a book"
mkdir -p "$book/src"
git init --quiet --initial-branch=main "$book"
printf '[book]\ntitle = "The Ferry Handbook"\n' >"$book/book.toml"
printf -- '- [One](one.md)\n' >"$book/src/SUMMARY.md"
printf '# One\n\nThe first boat.\n' >"$book/src/one.md"
commit "$book" 2023-05-01T12:00:00Z Begin
printf '# One\n\nThe first boat, and the last.\n' >"$book/src/one.md"
commit "$book" 2024-06-01T12:00:00Z Change
git -C "$book" tag v1

# The action, where GitHub puts it: by owner, name and tag.
export GITHUB_ACTION_PATH=$work/_actions/someone/bindery/v0.1
mkdir -p "$GITHUB_ACTION_PATH"
cp -r "$root/ci" "$root/Cargo.toml" "$root/action.yml" "$GITHUB_ACTION_PATH/"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
export RUNNER_OS=Linux RUNNER_ARCH=X64 GITHUB_REPOSITORY=someone/book GITHUB_REF_NAME=v1
export GITHUB_OUTPUT=$work/outputs GITHUB_PATH=$work/path GITHUB_STEP_SUMMARY=$work/summary.md
touch "$GITHUB_OUTPUT" "$GITHUB_PATH" "$GITHUB_STEP_SUMMARY"

# gh: the release of Bindery has the archive, that of the book is not there yet.
cat >"$work/stubs/gh" <<'STUB'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$STUBS/gh.log"
case "$1 $2" in
  "release download")
    [[ -n ${NO_RELEASE:-} ]] && exit 1
    while (($#)); do [[ $1 == --dir ]] && cp "$STUBS"/archives/* "$2/"; shift; done ;;
  "release view") [[ -e $STUBS/release ]] ;;
  "release create")
    touch "$STUBS/release"
    while (($#)); do [[ $1 == --notes-file ]] && cp "$2" "$STUBS/notes.md"; shift; done ;;
  "release upload")
    mkdir -p "$STUBS/uploaded"
    for file; do if [[ -f $file ]]; then cp "$file" "$STUBS/uploaded/"; fi; done ;;
  "release edit") ;;
  *) exit 9 ;;
esac
STUB
cat >"$work/stubs/cargo" <<'STUB'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$STUBS/cargo.log"
while (($#)); do if [[ $1 == --root ]]; then mkdir -p "$2/bin" && cp "$PROGRAMS"/{bindery,mdbook-bindery} "$2/bin/"; fi; shift; done
STUB
cat >"$work/stubs/curl" <<'STUB'
#!/usr/bin/env bash
printf '%s\n' "$*" >>"$STUBS/curl.log"
STUB
chmod +x "$work"/stubs/*
export STUBS=$work/stubs PROGRAMS=$programs
PATH=$work/stubs:$PATH
step() { (cd "$work" && "$GITHUB_ACTION_PATH/ci/github/$1.sh"); }
value() { sed -n "s/^$1=//p" "$GITHUB_OUTPUT" | tail -n 1; }

printf 'The release archive\n'
"$root/ci/github/archive.sh" x86_64-unknown-linux-gnu "$programs" "$STUBS/archives" >/dev/null
(cd "$STUBS/archives" && sha256sum --check --quiet ./*.sha256) || wrong "the archive's checksum"
listing=$(tar -tJf "$STUBS/archives/bindery-x86_64-unknown-linux-gnu.tar.xz")
for file in bindery mdbook-bindery README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE \
  completions/bindery.bash completions/_bindery completions/bindery.fish man/bindery.1 fonts/LICENSE-Noto.txt; do
  grep -qx "bindery-x86_64-unknown-linux-gnu/$file" <<<"$listing" || wrong "the archive has no $file"
done
[[ $(grep -vc '^bindery-x86_64-unknown-linux-gnu/' <<<"$listing") == 0 ]] || wrong "the archive is not one folder"
"$root/ci/github/archive.sh" x86_64-unknown-linux-gnu "$programs" "$work/again" >/dev/null
cmp -s "$STUBS"/archives/*.xz "$work"/again/*.xz || wrong "the archive is another one when made again"
ok "has everything, and is the same when made again"

printf 'The action\n'
git clone --quiet --depth 1 "file://$book" "$work/shallow"
BINDERY_SOURCE=shallow refused "fetch-depth: 0" step prepare
ok "a shallow checkout is refused, with what to do"
BINDERY_VERSION='1; touch pwned' refused "is no version" step prepare
BINDERY_SOURCE="a book" step prepare
[[ $(value program) == x86_64-unknown-linux-gnu-* && $(value head) =~ ^[0-9a-f]{16}$ ]] || wrong "the outputs of prepare"
head=$(value head)
BINDERY_SOURCE=$'a book\nhttps://example.org/guide.git' step prepare
[[ $(value head) != "$head" ]] || wrong "another source has the same key"
ok "caches have their keys"

export BINDERY_BIN=$work/bin
step install >"$work/said"
grep -q "release download v$version --repo someone/bindery" "$STUBS/gh.log" || wrong "the release of Bindery was not asked for"
[[ -x $BINDERY_BIN/mdbook-bindery && ! -e $STUBS/cargo.log ]] || wrong "the archive was not installed"
[[ $(cat "$GITHUB_PATH") == "$BINDERY_BIN" ]] || wrong "the path of GitHub"
ok "the program comes from the archive of the release"
cp -r "$STUBS/archives" "$work/good"
printf x >>"$STUBS/archives/bindery-x86_64-unknown-linux-gnu.tar.xz"
BINDERY_BIN=$work/bin2 refused "is not what its checksum says" step install
[[ ! -e $work/bin2 ]] || wrong "an archive that is not what it says was unpacked"
rm -r "$STUBS/archives" && mv "$work/good" "$STUBS/archives"
ok "an archive that was changed is refused"
NO_RELEASE=1 BINDERY_BIN=$work/bin3 step install >"$work/said"
grep -q -- "--path $GITHUB_ACTION_PATH" "$STUBS/cargo.log" || wrong "the action's own files were not built"
NO_RELEASE=1 BINDERY_VERSION=0.0.9 BINDERY_BIN=$work/bin4 step install >"$work/said"
grep -q -- "--tag v0.0.9" "$STUBS/cargo.log" || wrong "the version asked for was not built"
ok "without an archive it is built: the action's own files, or the version asked for"

PATH=$BINDERY_BIN:$PATH
export BINDERY_SOURCE="a book" BINDERY_EVERY=year BINDERY_OUTPUT="the output" BINDERY_STRICT=true
step build 2>"$work/said" || { cat "$work/said"; wrong "the build"; }
[[ $(find "$work/the output" -name '*.pdf' | wc -l) == 2 ]] || wrong "there should be two editions"
ok "two years, two editions"
# shellcheck disable=SC2016
for hostile in '$(touch pwned)' '; touch pwned' '`touch pwned`' '--draft' '" && touch pwned && "'; do
  BINDERY_EVERY='' BINDERY_AT=$hostile BINDERY_OUTPUT=other step build >"$work/said" 2>&1 && wrong "built: $hostile"
  BINDERY_ARGS=$'--set\n'"title=$hostile" BINDERY_LATEST=true BINDERY_EVERY='' BINDERY_PREVIOUS=none \
    BINDERY_OUTPUT=other step build >"$work/said" 2>&1 || true
done
[[ -z $(find "$work" -name pwned) ]] || wrong "an input was run as a command"
ok "inputs stay arguments, whatever is in them"

step verify >"$work/said"
grep -q "as it was made" "$GITHUB_STEP_SUMMARY" || wrong "the summary of the run"
ok "verified, and said in the summary"

export BINDERY_RELEASE=v1 GH_TOKEN=none
step attach >"$work/said"
cd "$STUBS/uploaded"
sha256sum --check --quiet --strict SHA256SUMS || wrong "the list of what was attached"
name=the-ferry-handbook-2024-06-01
for file in "$name.pdf" "$name.epub" "$name.edition.json" announcement.md; do
  [[ -s $file ]] || wrong "$file was not attached"
done
[[ ! -e the-ferry-handbook-2023-05-01.pdf ]] || wrong "an earlier edition was attached"
[[ -s $STUBS/notes.md ]] || wrong "the release has no text"
cd "$work"
ok "the latest edition goes to the release, with its checksums"
BINDERY_ATTACH=all step attach >"$work/said"
[[ -s $STUBS/uploaded/the-ferry-handbook-2023-05-01.pdf ]] || wrong "an edition is missing"
[[ $(grep -c "release create" "$STUBS/gh.log") == 1 ]] || wrong "a release that is there was made again"
ok "all of them, to a release that is there"
printf x >>"$work/the output/the-ferry-handbook/2023-05-01/edition.json"
if step verify >"$work/said" 2>&1; then wrong "a changed edition was not found"; fi
ok "a changed edition fails the run"

printf 'The release of Bindery\n'
mkdir "$work/release" && cp -r "$root/ci" "$work/release/"
printf '# Changelog\n\n## [Unreleased]\n\n- Later.\n\n## [1.2.3] - 2026-01-01\n\n- Now.\n\n## [1.2.2]\n\n- Then.\n' >"$work/release/CHANGELOG.md"
rm "$STUBS/release"
GITHUB_REF_NAME=v1.2.3 "$work/release/ci/github/release.sh" "$STUBS/archives" >"$work/said"
[[ $(grep . "$STUBS/notes.md") == "- Now." ]] || wrong "the notes of the release"
grep -q "release edit v1.2.3 .*--draft=false" "$STUBS/gh.log" || wrong "the release stays a draft"
[[ -s $STUBS/uploaded/sha256.sum ]] || wrong "no list of the archives"
GITHUB_REF_NAME=v9.9.9 refused "has no section" "$work/release/ci/github/release.sh" "$STUBS/archives"
ok "its notes are its section of the changelog"

printf 'The GitLab template\n'
script() {
  "$python" - "$root/ci/gitlab/bindery.yml" "$1" <<'PYTHON'
import sys
try:
    from ruamel.yaml import YAML
except ImportError:
    sys.exit(77)
body = open(sys.argv[1]).read().split("\n---\n")[1]
print("set -eu\n" + "\n".join(YAML(typ="safe").load(body)[sys.argv[2]]["script"]))
PYTHON
}
code=0
script editions >"$work/editions.sh" || code=$?
if ((code == 77)); then
  printf '  skipped: no YAML here; tests/tools/lint_ci.py installs it\n'
else
  script editions-release >"$work/editions-release.sh"
  export CI_PROJECT_DIR="$book" CI_API_V4_URL=https://gitlab.example/api/v4 CI_PROJECT_ID=7 CI_COMMIT_TAG=v1 CI_JOB_TOKEN=none \
    CI_JOB_URL=https://gitlab.example/someone/book/-/jobs/9
  export BINDERY_REPOSITORY=https://example.org/bindery.git BINDERY_VERSION=$version BINDERY_SOURCE=. \
    BINDERY_FLAGS="--every year --tags v*" BINDERY_OUTPUT=output
  mkdir -p "$book/.bindery"
  (cd "$book" && touch vain && sh "$work/editions.sh" >"$work/said" 2>&1) || { cat "$work/said"; wrong "the job editions"; }
  [[ -s $book/.bindery/release/the-ferry-handbook-2024-06-01.pdf && -s $book/.bindery/announcement.md ]] ||
    wrong "what the release needs"
  (cd "$book" && sh "$work/editions-release.sh")
  grep -q -- "--upload-file .bindery/release/the-ferry-handbook-2024-06-01.pdf https://gitlab.example/api/v4/projects/7/packages/generic/editions/v1/" \
    "$STUBS/curl.log" || wrong "the PDF was not uploaded"
  grep -q "assets\[links\]\[\]\[name\]=SHA256SUMS .*/projects/7/releases" "$STUBS/curl.log" || wrong "the release has no links"
  (cd "$work/shallow" && refused "GIT_DEPTH" sh "$work/editions.sh")
  ok "builds, verifies, uploads and releases; refuses a shallow clone"
fi

printf '%d passed, 0 failed\n' "$passed"
