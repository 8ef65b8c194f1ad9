#!/usr/bin/env bash
# Looks at the checkout, and says what the caches are called.
#
# Takes BINDERY_SOURCE (a source a line), BINDERY_VERSION, and of GitHub
# GITHUB_ACTION_PATH and GITHUB_OUTPUT. Gives `head`, `program`, `bin` and `cache`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/github/common.sh
. "$here/common.sh"

lines_of "${BINDERY_SOURCE:-.}"
heads=""
for source in "${lines[@]}"; do
  # Addresses are cloned by Bindery itself, with all of their history.
  if [[ $source == *://* || ! -d $source ]]; then
    heads+="$source "
    continue
  fi
  # A folder of dated snapshots need not be in a repository.
  shallow=$(git -C "$source" rev-parse --is-shallow-repository 2>/dev/null || true)
  if [[ $shallow == true ]]; then
    fail "the checkout of \`$source\` is shallow, so earlier editions can't be built
Give actions/checkout all of the history: with: { fetch-depth: 0 }"
  fi
  heads+="$(git -C "$source" rev-parse HEAD 2>/dev/null || printf '%s' "$source") "
done

# The program: a release by its version, else this action's own files.
version=${BINDERY_VERSION:-}
version=${version#v}
if [[ -n $version ]]; then
  [[ $version =~ ^[0-9A-Za-z.+-]+$ ]] || fail "\`$version\` is no version of Bindery"
  program=v$version
else
  program=$(cd "$GITHUB_ACTION_PATH" && find . \( -name target -o -name .git \) -prune -o -type f -print |
    LC_ALL=C sort | tr '\n' '\0' | xargs -0 "${hasher[@]}" | sha256 | cut -c 1-16)
fi

output head "$(printf '%s' "$heads" | sha256 | cut -c 1-16)"
output program "$(target)-$program"
output bin "$HOME/.local/share/bindery-action/$program"
output cache "${XDG_CACHE_HOME:-$HOME/.cache}/bindery/editions"
