#!/usr/bin/env bash
# Puts `bindery` into a folder, unless the cache has brought it, and the folder
# into the path: from the archive of a release where there is one, else built.
#
# Takes BINDERY_BIN (the folder), BINDERY_VERSION, GH_TOKEN, and of GitHub
# GITHUB_ACTION_PATH, GITHUB_SERVER_URL and GITHUB_PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/github/common.sh
. "$here/common.sh"

bin=$BINDERY_BIN
version=${BINDERY_VERSION:-}
version=${version#v}

# `…/_actions/OWNER/NAME/REF`: GitHub leaves a composite action no other way to
# know where it comes from. One that is used from the checkout is in none.
repository="" ref=""
if [[ $GITHUB_ACTION_PATH =~ /_actions/([^/]+/[^/]+)/([^/]+) ]]; then
  repository=${BASH_REMATCH[1]} ref=${BASH_REMATCH[2]}
fi

# Gives whether the archive of a release was there. One that is not as its
# checksum says is a failure, not a reason to go on.
from_release() {
  local tag=$1 archive folder
  archive=bindery-$(target).tar.xz
  folder=$(mktemp -d)
  if ! gh release download "$tag" --repo "$repository" --dir "$folder" \
    --pattern "$archive" --pattern "$archive.sha256" 2>/dev/null; then
    rm -rf "$folder"
    return 1
  fi
  local wanted
  wanted=$(cut -d ' ' -f 1 "$folder/$archive.sha256")
  if [[ -z $wanted || $wanted != "$(sha256 <"$folder/$archive")" ]]; then
    fail "$archive of $repository $tag is not what its checksum says"
  fi
  tar -xJf "$folder/$archive" -C "$folder"
  mkdir -p "$bin"
  local program
  for program in bindery mdbook-bindery; do
    if [[ -f $folder/${archive%.tar.xz}/$program ]]; then
      install -m 755 "$folder/${archive%.tar.xz}/$program" "$bin/$program"
    fi
  done
  rm -rf "$folder"
}

built() {
  command -v cargo >/dev/null ||
    fail "there is no release of Bindery for $(target), and no Rust to build it with"
  local root
  root=$(mktemp -d)
  if [[ -z $version ]]; then
    cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$root" --target-dir "$root/target"
  else
    [[ -n $repository ]] || fail "\`version\` needs the action by its repository, not from the checkout"
    cargo install --locked --git "${GITHUB_SERVER_URL:-https://github.com}/$repository" --tag "v$version" --root "$root" bindery
  fi
  mkdir -p "$bin"
  install -m 755 "$root"/bin/* "$bin/"
  rm -rf "$root"
}

if [[ ! -x $bin/bindery ]]; then
  tag=""
  if [[ -n $repository ]]; then
    if [[ -n $version ]]; then
      tag=v$version
    elif [[ $ref =~ ^v[0-9] ]]; then
      # `v0.1` moves along with the releases; the version is that of its files.
      tag=v$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
    fi
  fi
  if [[ -z $tag ]] || ! from_release "$tag"; then
    built
  fi
fi
"$bin/bindery" --version
printf '%s\n' "$bin" >>"$GITHUB_PATH"
