#!/usr/bin/env bash
# Builds the preset guard in its own folder, as far as the tests of maps, data, kernels and twins
# need it, and runs them: the host touches no array of the device. All tests:
#   tests/run.sh guard
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake/build.sh guard test_guard_space test_linalg test_model test_data_ranks test_kernel_change test_twins
exec ctest --preset guard --parallel 2 --no-tests=error \
  -R '^(guard_space|linalg|(model|data_ranks|kernel_change|twins)_ranks[12])$'
