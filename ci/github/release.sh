#!/usr/bin/env bash
# Makes the release of a tag of Bindery: its section of CHANGELOG.md, the
# archives, and `sha256.sum` of them.
#
#     ci/github/release.sh FOLDER-OF-ARCHIVES
#
# Takes GITHUB_REF_NAME, GITHUB_REPOSITORY and GH_TOKEN of GitHub.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
archives=$1
tag=$GITHUB_REF_NAME

(cd "$archives" && sha256sum --check --strict ./*.sha256 && cat ./*.sha256 >sha256.sum)

notes=$(mktemp)
trap 'rm -f "$notes"' EXIT
awk -v heading="## [${tag#v}]" '
  /^## / { inside = index($0, heading) == 1; next }
  inside
' "$root/CHANGELOG.md" >"$notes"
if ! grep -q '[^[:space:]]' "$notes"; then
  printf '::error title=Release::CHANGELOG.md has no section for %s\n' "$tag"
  exit 1
fi

# A draft first, so that nobody sees a release without its files.
prerelease=()
if [[ $tag == *-* ]]; then prerelease=(--prerelease); fi
gh release create "$tag" --repo "$GITHUB_REPOSITORY" --verify-tag --draft --title "$tag" \
  --notes-file "$notes" ${prerelease[@]+"${prerelease[@]}"}
gh release upload "$tag" --repo "$GITHUB_REPOSITORY" "$archives"/*
gh release edit "$tag" --repo "$GITHUB_REPOSITORY" --draft=false
