#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test; the last line counts them.
#   tests/run.sh [PRESET]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

cmake/install_dependencies.sh
cmake/build.sh "$preset"

log=build/$preset/tests.log
code=0
ctest --preset "$preset" --parallel "$(nproc)" --no-tests=error 2>&1 | tee "$log" || code=$?
grep 'tests passed' "$log" || echo "no test has run"
exit "$code"
