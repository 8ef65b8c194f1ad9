# What the action's steps share; sourced by each of them.
# shellcheck shell=bash

# The lines of a value that say something, into the array `lines`.
lines_of() {
  lines=()
  local line
  while IFS= read -r line; do
    # Windows' line ends, and spaces around, say nothing.
    line=${line%$'\r'}
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [[ -n $line ]]; then lines+=("$line"); fi
  done <<<"$1"
}

# An error that GitHub shows at the run, and the end.
fail() {
  # An annotation is one line; %0A breaks it.
  printf '::error title=Bindery::%s\n' "${1//$'\n'/%0A}"
  exit 1
}

# An output of the step.
output() {
  printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# What prints SHA-256: macOS has another program for it than Linux.
hasher=(sha256sum)
command -v sha256sum >/dev/null || hasher=(shasum -a 256)

# The SHA-256 of what comes in.
sha256() {
  "${hasher[@]}" | cut -d ' ' -f 1
}

# Rust's name of this machine, as archives are named.
target() {
  local machine
  case ${RUNNER_ARCH:-$(uname -m)} in
    X64 | x86_64) machine=x86_64 ;;
    ARM64 | arm64 | aarch64) machine=aarch64 ;;
    *) machine=unknown ;;
  esac
  case ${RUNNER_OS:-$(uname -s)} in
    Linux) printf '%s-unknown-linux-gnu\n' "$machine" ;;
    macOS | Darwin) printf '%s-apple-darwin\n' "$machine" ;;
    *) printf '%s-unknown\n' "$machine" ;;
  esac
}
