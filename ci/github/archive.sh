#!/usr/bin/env bash
# Packs a release: bindery-TARGET.tar.xz and its SHA-256, named and laid out as
# cargo-dist does it, so that tools that know its releases find this one.
#
#     ci/github/archive.sh TARGET FOLDER-OF-PROGRAMS OUTPUT
#
# The archive follows from what goes into it: times, owners and order are fixed.
# `bindery` is run for completions and manual pages, so it must run here.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$1 programs=$2 output=$3

name=bindery-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/$name
mkdir -p "$folder/completions" "$folder/man" "$output"

for program in bindery mdbook-bindery; do
  install -m 755 "$programs/$program" "$folder/$program"
done
cp "$root/README.md" "$root/CHANGELOG.md" "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$folder/"
# The fonts are inside the program, and their licences want to be with it.
mkdir "$folder/fonts"
cp "$root"/fonts/*.txt "$folder/fonts/"
"$folder/bindery" completions bash >"$folder/completions/bindery.bash"
"$folder/bindery" completions fish >"$folder/completions/bindery.fish"
"$folder/bindery" completions zsh >"$folder/completions/_bindery"
"$folder/bindery" man "$folder/man"

time=$(git -C "$root" log -1 --format=%ct 2>/dev/null || printf '0')
tar=tar
# macOS has another one.
if command -v gtar >/dev/null; then tar=gtar; fi
"$tar" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$time" --mode='u+rw,go=rX' \
  -C "$work" -cf - "$name" | xz -9 --threads=1 >"$output/$name.tar.xz"
hasher=(sha256sum)
command -v sha256sum >/dev/null || hasher=(shasum -a 256)
(cd "$output" && "${hasher[@]}" --binary "$name.tar.xz" >"$name.tar.xz.sha256")
printf '%s\n' "$output/$name.tar.xz"
