#!/usr/bin/env bash
# Attaches editions to a release, which is made if it isn't there: PDF, EPUB and
# edition.json of each, one SHA256SUMS of them, and the announcement.
#
# Takes BINDERY_OUTPUT, BINDERY_RELEASE (a tag), BINDERY_ATTACH (`latest` of each
# document, or `all`), GH_TOKEN, and of GitHub GITHUB_REPOSITORY.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/github/common.sh
. "$here/common.sh"

tag=$BINDERY_RELEASE
output=${BINDERY_OUTPUT:-output}
attach=${BINDERY_ATTACH:-latest}
[[ $tag != -* ]] || fail "\`$tag\` is no tag"
[[ $attach == latest || $attach == all ]] || fail "\`attach\` is \`$attach\`; use \`latest\` or \`all\`"

# OUTPUT/DOCUMENT/EDITION, oldest first: names begin with dates. Drafts are
# not published.
editions=()
for document in "$output"/*/; do
  last=""
  for folder in "$document"*/; do
    folder=${folder%/}
    record=$folder/edition.json
    # The files of a bag lie one level down.
    if [[ ! -f $record ]]; then record=$folder/data/edition.json; fi
    if [[ ! -f $record || ${folder##*/} == draft* ]]; then continue; fi
    last=${record%/edition.json}
    if [[ $attach == all ]]; then editions+=("$last"); fi
  done
  if [[ $attach == latest && -n $last ]]; then editions+=("$last"); fi
done
((${#editions[@]})) || fail "there is no edition in \`$output\` to attach"

staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
for edition in "${editions[@]}"; do
  for file in "$edition"/*.pdf "$edition"/*.epub; do
    if [[ -f $file ]]; then
      cp "$file" "$staged/"
      # The record goes by the name of its files: a release is one flat folder.
      name=${file##*/}
      cp "$edition/edition.json" "$staged/${name%.*}.edition.json"
    fi
  done
done
(cd "$staged" && "${hasher[@]}" -- * >SHA256SUMS)

newest=${editions[${#editions[@]} - 1]}
bindery announce "${newest%/data}" --output "$output" --github "$GITHUB_REPOSITORY@$tag" --to "$staged/announcement.md"

if gh release view "$tag" --repo "$GITHUB_REPOSITORY" >/dev/null 2>&1; then
  printf 'The release %s is there; its text stays as it is.\n' "$tag"
else
  gh release create "$tag" --repo "$GITHUB_REPOSITORY" --title "$tag" --notes-file "$staged/announcement.md"
fi
gh release upload "$tag" --repo "$GITHUB_REPOSITORY" --clobber "$staged"/*
printf 'Attached to %s:\n' "$tag"
(cd "$staged" && printf '  %s\n' *)
