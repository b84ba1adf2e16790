#!/usr/bin/env bash
# Configures and builds a preset of CMakePresets.json: quiet where all goes well, the whole log
# where it does not.
#   cmake/build.sh PRESET [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
log=build/$preset/build.log
mkdir -p "build/$preset"

targets=()
(($# == 0)) || targets=(--target "$@")
echo "building in build/$preset (minutes the first time; log: $log)"
if ! { cmake --preset "$preset" && cmake --build --preset "$preset" "${targets[@]}"; } \
  >"$log" 2>&1; then
  cat "$log" >&2
  echo "error: the build failed, see above or $log" >&2
  exit 1
fi
