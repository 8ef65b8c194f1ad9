#!/usr/bin/env bash
# Builds the mdBook that `tests/mdbook.rs` runs, into target/tools/bin: the
# pinned version, without the web server, unoptimised since that is quicker.
# It is there already on most runs.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.5.2
tools=$PWD/target/tools
if [ "$("$tools/bin/mdbook" --version 2>/dev/null)" != "mdbook v$version" ]; then
  cargo install --quiet --debug --locked --no-default-features --root "$tools" --target-dir "$tools/build" "mdbook@$version"
  rm -rf "$tools/build"
fi
"$tools/bin/mdbook" --version
