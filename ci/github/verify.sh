#!/usr/bin/env bash
# Checks every file of the output folder and the chain between its editions,
# and puts what is said into the summary of the run.
#
# Takes BINDERY_OUTPUT, and of GitHub GITHUB_STEP_SUMMARY.
set -euo pipefail

said=$(mktemp)
code=0
bindery verify "${BINDERY_OUTPUT:-output}" >"$said" 2>&1 || code=$?
cat "$said"
{
  printf '### Editions, verified\n\n'
  # Four backticks: names that editions have hold fewer.
  printf '````text\n'
  cat "$said"
  printf '````\n'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
rm -f "$said"
exit "$code"
