#!/usr/bin/env bash
# Builds the editions. Every input comes by the environment and stays one
# argument, whatever is in it.
#
# Takes BINDERY_SOURCE, BINDERY_AT and BINDERY_ARGS (one a line),
# BINDERY_EVERY, BINDERY_TAGS, BINDERY_SINCE, BINDERY_UNTIL, BINDERY_PREVIOUS,
# BINDERY_LATEST and BINDERY_STRICT (`true`), BINDERY_OUTPUT.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ci/github/common.sh
. "$here/common.sh"

arguments=(build "--output=${BINDERY_OUTPUT:-output}")
for flag in every tags since until previous; do
  name=BINDERY_$(printf '%s' "$flag" | tr '[:lower:]' '[:upper:]')
  if [[ -n ${!name:-} ]]; then arguments+=("--$flag=${!name}"); fi
done
lines_of "${BINDERY_AT:-}"
for at in ${lines[@]+"${lines[@]}"}; do arguments+=("--at=$at"); done
if [[ ${BINDERY_LATEST:-} == true ]]; then arguments+=(--latest); fi
if [[ ${BINDERY_STRICT:-} == true ]]; then arguments+=(--strict); fi
lines_of "${BINDERY_ARGS:-}"
arguments+=(${lines[@]+"${lines[@]}"})
lines_of "${BINDERY_SOURCE:-.}"
arguments+=(-- "${lines[@]}")

printf 'bindery'
printf ' %q' "${arguments[@]}"
printf '\n'
bindery "${arguments[@]}"
