#!/usr/bin/env bash
# Sets up the machine and runs the tests, in release: a debug build of the prover is far too slow for them.
#
#   scripts/test.sh [arguments of `swift test`, for instance --filter HashingTests]
#
# Exit status: that of `swift test`, or of scripts/setup.sh when setup fails.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

scripts/setup.sh
# The tests load the plugins of the repository as an application would.
scripts/build-plugins.sh

log="$(mktemp)"
trap 'rm -f "$log"' EXIT

status=0
swift test -c release -Xswiftc -enable-testing "$@" 2>&1 | tee "$log" || status=$?

# The counts that Swift Testing reports, as one plain line.
count() { grep -c "$1" "$log" || true; }
total="$(sed -n 's/.*Test run with \([0-9][0-9]*\) tests\{0,1\} .*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')"
failed=$(($(count '^✘ Test .* failed after ') - $(count '^✘ Test run with .* failed after ')))
skipped="$(count '^➜ Test .* skipped')"

if [ "$total" -eq 0 ]; then
  echo "tests: the test run did not finish, or ran no test"
  [ "$status" -ne 0 ] || status=1
else
  echo "tests: $((total - failed - skipped)) passed, $failed failed, $skipped skipped"
fi
exit "$status"
